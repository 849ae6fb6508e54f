//! Tests for the security headers of every response: the content security policy, and the sites that may frame it.

use crate::support::{DEFAULT_HOST, OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse};
use anyhow::{Context, Result};
use serde_json::json;

/// Returns the nonce of a response's content security policy.
fn nonce(answer: &TestResponse) -> Result<String> {
    let policy = answer.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").context("the policy has no nonce")?;
    Ok(rest.split('\'').next().unwrap_or_default().to_owned())
}

fn policy(nonce: &str, connect: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; \
         connect-src {connect}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Returns one response of every kind, with its name.
async fn every_kind(app: &TestApp) -> Result<Vec<(&'static str, TestResponse)>> {
    let json = json!({});
    let asks = [
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
    let mut answers = Vec::new();
    for (kind, ask) in asks {
        answers.push((kind, ask.send().await?));
    }
    Ok(answers)
}

#[tokio::test]
async fn every_response_bounds_what_a_page_may_do() -> Result<()> {
    let mut lacking = Vec::new();
    for (kind, answer) in every_kind(&TestEnv::new().start_app().await?).await? {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            lacking.extend((answer.header(name) != value).then(|| format!("{kind} ({}): {name}", answer.status)));
        }
        let policies = answer.headers.get_all("content-security-policy").iter().count();
        let is_strict = answer.header("content-security-policy").starts_with("default-src 'none'; ");
        lacking.extend((!is_strict || policies != 1).then(|| format!("{kind} ({}): policy", answer.status)));
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
    Ok(())
}

#[tokio::test]
async fn no_response_says_what_it_runs_on() -> Result<()> {
    for (kind, answer) in every_kind(&TestEnv::new().start_app().await?).await? {
        for name in ["server", "x-powered-by", "serverfnerror", "serverfnredirect"] {
            assert_eq!(answer.header(name), "", "{name} of {kind}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_policy_names_what_a_page_may_load_and_nothing_else() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let answer = app.get(OPERATION_PAGE).send().await?;
    let expected = policy(&nonce(&answer)?, "'self' https: http:");
    assert_eq!(answer.header("content-security-policy"), expected);
    Ok(())
}

#[tokio::test]
async fn without_other_gateways_a_page_speaks_to_this_server_only() -> Result<()> {
    let app = TestEnv::new().set_var("EXPLORER_OTHER_GATEWAYS", "off").start_app().await?;
    let answer = app.get(OPERATION_PAGE).send().await?;
    assert_eq!(answer.header("content-security-policy"), policy(&nonce(&answer)?, "'self'"));
    Ok(())
}

#[tokio::test]
async fn every_script_of_a_page_carries_the_nonce_of_its_response() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let answer = app.get(OPERATION_PAGE).send().await?;
    let (html, nonce) = (answer.text(), nonce(&answer)?);
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
        let answer = app.get(path).send().await?;
        let (html, nonce) = (answer.text(), nonce(&answer)?);
        assert_eq!(html.matches("action=\"/search\"").count(), 1, "{path}");
        assert!(html.contains(&format!("<script type=\"module\" nonce=\"{nonce}\"")), "{path}: {html}");
    }
    Ok(())
}

#[tokio::test]
async fn only_files_of_the_site_are_given() -> Result<()> {
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
        let answer = app.get(path).send().await?;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(!answer.text().contains("[package]") && !answer.text().contains("root:"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_path_cannot_break_out_into_headers() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let path = "/stytch/x%0d%0aset-cookie:%20a=b";
    for answer in [app.get(path).send().await?, app.post_form(path, &[("credential", "clear")]).send().await?] {
        let cookie = answer.header("set-cookie");
        assert!(!cookie.starts_with("a=b") && !answer.header("location").contains('\n'), "{}", answer.full_text());
        assert!(!answer.status.is_success(), "{} on {DEFAULT_HOST}", answer.status);
    }
    Ok(())
}
