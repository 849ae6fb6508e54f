//! Tests for the security headers of every response: the content security policy, and the sites that may frame it.

use crate::support::{DEFAULT_HOST, OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse};
use anyhow::{Context, Result};
use serde_json::json;

/// The public name of a server behind a proxy that terminates TLS.
const PUBLIC_HOST: &str = "explorer.example.com";

/// Returns the nonce of a response's content security policy.
fn nonce(response: &TestResponse) -> Result<String> {
    let policy = response.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").context("the policy has no nonce")?;
    Ok(rest.split('\'').next().unwrap_or_default().to_owned())
}

fn policy(nonce: &str, connect: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; media-src 'self'; \
         connect-src {connect}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types api-explorer"
    )
}

/// Returns one response of every kind, with its name.
async fn all_responses(app: &TestApp) -> Result<Vec<(&'static str, TestResponse)>> {
    let json = json!({});
    let requests = [
        ("home", app.get("/")),
        ("provider", app.get("/stytch")),
        ("operation", app.get(OPERATION_PAGE)),
        ("document", app.get("/stytch/openapi.json")),
        ("no page", app.get("/nobody/nothing")),
        ("nothing at all", app.get("/a/b/c/d")),
        ("file", app.get("/favicon.svg")),
        ("no file", app.get("/pkg/nothing.js")),
        ("tool", app.post_json(OPERATION_TOOL, &json)),
        ("no tool", app.post_json("/tools/stytch/nothing", &json)),
        ("wrong method", app.get(OPERATION_TOOL)),
        ("server function", app.post_json("/api/credential/clear", &json!({"provider": "stytch"}))),
        ("no server function", app.post_json("/api/nothing", &json)),
        ("form", app.post_form(OPERATION_PAGE, &[("environment", "example")])),
        ("refused form", app.post_form(OPERATION_PAGE, &[("credential", "save")])),
        ("redirect", app.post_form(OPERATION_PAGE, &[("credential", "clear")])),
        ("another site", app.post(OPERATION_TOOL, "{}").header("origin", "https://evil.example")),
        ("too large", app.post(OPERATION_TOOL, "x".repeat(1_100_000))),
        ("another name", app.get("/").header("host", "evil.example")),
        ("alive", app.get("/healthz")),
        ("ready", app.get("/readyz")),
    ];
    let mut responses = Vec::new();
    for (kind, request) in requests {
        responses.push((kind, request.send().await?));
    }
    Ok(responses)
}

#[tokio::test]
async fn every_response_has_the_security_headers() -> Result<()> {
    let mut missing = Vec::new();
    for (kind, response) in all_responses(&TestEnv::new().start_app().await?).await? {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            // The host is loopback.
            ("strict-transport-security", ""),
        ] {
            missing.extend((response.header(name) != value).then(|| format!("{kind} ({}): {name}", response.status)));
        }
        let policies = response.headers.get_all("content-security-policy").iter().count();
        let is_strict = response.header("content-security-policy").starts_with("default-src 'none'; ");
        missing.extend((!is_strict || policies != 1).then(|| format!("{kind} ({}): policy", response.status)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
    Ok(())
}

/// Another site that embeds a file of this one, like its script, could read it through a side channel of the processor.
#[tokio::test]
async fn no_other_site_can_embed_a_response() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let html = app.get(OPERATION_PAGE).send().await?.text();
    let files: Vec<&str> = html.split('"').filter(|text| text.starts_with("/pkg/")).collect();
    assert!(
        files.iter().any(|path| path.contains(".js")) && files.iter().any(|path| path.contains(".wasm")),
        "{files:?}"
    );
    for path in files {
        let file = app.get(path).send().await?;
        assert_eq!(file.header("cross-origin-resource-policy"), "same-origin", "{path} ({})", file.status);
    }
    Ok(())
}

#[tokio::test]
async fn under_its_public_names_the_server_requires_https_from_then_on() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", PUBLIC_HOST).start_app().await?;
    let json = json!({});
    for (kind, request) in [
        ("home", app.get("/")),
        ("no page", app.get("/nobody/nothing")),
        ("file", app.get("/favicon.svg")),
        ("tool", app.post_json(OPERATION_TOOL, &json)),
        ("proxy", app.get("/proxy/stytch/v1/users/me")),
        ("ready", app.get("/readyz")),
    ] {
        let response = request.header("host", PUBLIC_HOST).header("x-forwarded-proto", "https").send().await?;
        assert_eq!(response.header("strict-transport-security"), "max-age=31536000", "{kind} ({})", response.status);
    }
    Ok(())
}

/// Browsers apply the header to the whole name and all of its ports, so it must not reach names of development.
#[tokio::test]
async fn plain_http_and_other_names_never_require_https() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_HOSTS", PUBLIC_HOST).start_app().await?;
    for (host, protocol) in [
        (PUBLIC_HOST, "http"),
        (PUBLIC_HOST, "HTTP, https"),
        (DEFAULT_HOST, "https"),
        ("localhost:3000", "https"),
        ("[::1]:3000", "https"),
        ("evil.example", "https"),
    ] {
        let response = app.get("/").header("host", host).header("x-forwarded-proto", protocol).send().await?;
        assert_eq!(response.header("strict-transport-security"), "", "{host} by {protocol}");
    }
    Ok(())
}

#[tokio::test]
async fn no_response_names_the_server_software() -> Result<()> {
    for (kind, response) in all_responses(&TestEnv::new().start_app().await?).await? {
        for name in ["server", "x-powered-by", "serverfnerror", "serverfnredirect"] {
            assert_eq!(response.header(name), "", "{name} of {kind}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_content_security_policy_permits_only_what_a_page_loads() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.get(OPERATION_PAGE).send().await?;
    let expected = policy(&nonce(&response)?, "'self' https: http:");
    assert_eq!(response.header("content-security-policy"), expected);
    Ok(())
}

#[tokio::test]
async fn without_other_gateways_a_page_connects_only_to_this_server() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_OTHER_GATEWAYS", "off").start_app().await?;
    let response = app.get(OPERATION_PAGE).send().await?;
    assert_eq!(response.header("content-security-policy"), policy(&nonce(&response)?, "'self'"));
    Ok(())
}

#[tokio::test]
async fn every_script_of_a_page_has_the_nonce_of_its_response() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let response = app.get(OPERATION_PAGE).send().await?;
    let (html, nonce) = (response.text(), nonce(&response)?);
    assert!(nonce.len() >= 22, "a nonce has 128 bits or more (CSP 3, §7.1): {nonce}");
    let scripts: Vec<&str> = html.split("<script").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    assert!(scripts.iter().any(|script| script.contains("module")), "{scripts:?}");
    for script in scripts {
        let is_data = script.contains("type=\"application/json\"");
        assert!(is_data || script.contains(&format!("nonce=\"{nonce}\"")), "<script{script}> has no nonce");
    }
    for style in html.split("<style").skip(1) {
        assert!(style.starts_with(&format!(" nonce=\"{nonce}\">")), "<style{style} has no nonce");
    }
    for inline in [" style=", " onclick=", " onload=", "javascript:"] {
        assert!(!html.contains(inline), "{inline} would be refused by the policy");
    }
    Ok(())
}

#[tokio::test]
async fn no_nonce_is_used_twice() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let (first, second) = (app.get(OPERATION_PAGE).send().await?, app.get(OPERATION_PAGE).send().await?);
    assert_ne!(nonce(&first)?, nonce(&second)?);
    Ok(())
}

#[tokio::test]
async fn every_page_has_the_search_and_loads_its_script_with_its_own_nonce() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    for path in ["/", "/search", "/stytch", "/nobody", OPERATION_PAGE] {
        let response = app.get(path).send().await?;
        let (html, nonce) = (response.text(), nonce(&response)?);
        assert_eq!(html.matches("action=\"/search\"").count(), 1, "{path}");
        assert!(html.contains(&format!("<script type=\"module\" nonce=\"{nonce}\"")), "{path}: {html}");
    }
    Ok(())
}

#[tokio::test]
async fn only_files_of_the_site_are_served() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let icon = app.get("/favicon.svg").send().await?;
    assert_eq!((icon.status.as_u16(), icon.header("content-type")), (200, "image/svg+xml"));
    for path in [
        "/pkg/../Cargo.toml",
        "/pkg/..%2f..%2fCargo.toml",
        "/pkg/%2e%2e/%2e%2e/Cargo.toml",
        "/pkg/..%5c..%5cCargo.toml",
        "/pkg//etc/passwd",
        "/pkg/%00",
    ] {
        let response = app.get(path).send().await?;
        assert!(response.status.is_client_error(), "{path}: {}", response.status);
        assert!(!response.text().contains("[package]") && !response.text().contains("root:"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_path_cannot_inject_headers() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let path = "/stytch/x%0d%0aset-cookie:%20a=b";
    for response in [app.get(path).send().await?, app.post_form(path, &[("credential", "clear")]).send().await?] {
        let cookie = response.header("set-cookie");
        assert!(!cookie.starts_with("a=b") && !response.header("location").contains('\n'), "{}", response.full_text());
        assert!(!response.status.is_success(), "{} on {DEFAULT_HOST}", response.status);
    }
    Ok(())
}
