//! Tests for the threats to a server that holds a credential, at every endpoint. Further tests are in `requests`,
//! `destinations` and `addresses`, `cross_site`, `hosts`, `canary` and `security_schemes_canary`, `budgets` and
//! `limits`.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, DEFAULT_HOST, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv, TestRequest,
    TestResponse, Upstream, basic_authorization,
    search::{CANARY_PROJECT, CAPTURED_LOG, canary_secret, find_leaks},
};
use anyhow::Result;
use axum::{http::StatusCode, response::IntoResponse};
use serde_json::{Value, json};
use std::sync::LazyLock;

const EVIL: &str = "evil.example:3000";

/// Returns a call of an operation through every endpoint that a page or a script uses.
fn calls(app: &TestApp, operation: &str, arguments: &Value) -> Vec<TestRequest> {
    let call = json!({"provider": "stytch", "operation": operation, "environment": "test", "arguments": arguments});
    let mut controls = vec![("environment".to_owned(), "test".to_owned()), ("intent".to_owned(), "send".to_owned())];
    for (name, value) in arguments.as_object().into_iter().flatten() {
        controls.push((format!("value/{name}"), value.as_str().unwrap_or_default().to_owned()));
    }
    let controls: Vec<(&str, &str)> = controls.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    vec![
        app.post_json(&format!("/tools/stytch/{operation}"), &json!({"args": arguments})),
        app.post_json("/api/call", &call),
        app.post_form(&format!("/stytch/{operation}"), &controls),
    ]
}

/// Returns a request to every endpoint that has an effect, with the headers of our own page.
fn requests_with_effect(app: &TestApp) -> Vec<TestRequest> {
    let of_provider = json!({"provider": "stytch"});
    let caller_credential = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    let mut requests = calls(app, "apiUserV1Create", &json!({}));
    requests.extend([
        app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": caller_credential})),
        app.post_json("/api/credential/clear", &of_provider),
        app.post_json("/api/live/unlock", &of_provider),
        app.post_form("/sign-in", &[("token", "aex_1")]),
        app.post_form("/sign-out", &[]),
        app.post_form("/theme", &[("theme", "dark")]),
        app.post_json("/proxy/stytch/v1/users", &json!({})),
        app.post_json("/v1/users", &json!({})),
        app.get("/proxy/stytch/v1/users/user-test-1"),
        app.get("/v1/users/user-test-1"),
        app.post_form("/admin/switch", &[("subject", "credential:stytch"), ("to", "off")]),
    ]);
    requests
}

/// Starts the app with Stytch's name and credential, and another document.
async fn start_app_with_document(document: &Value, upstream: Option<&Upstream>) -> Result<TestApp> {
    let setup = upstream.map_or_else(TestEnv::new, |upstream| TestEnv::new().with_base_url(&upstream.url));
    let mut settings = setup.with_operator_credential().to_settings()?;
    for provider in &mut settings.providers {
        provider.document = document.to_string().into();
        provider.hosts = vec!["test.stytch.com".into()];
    }
    TestApp::new(settings).await
}

fn document(servers: &Value, paths: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Hostile", "version": "1"},
        "servers": servers,
        "paths": paths,
        "security": [{"basicAuth": []}],
        "components": {"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}}},
    })
}

#[tokio::test]
async fn threat_1_path_values_never_change_the_operation() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for value in [
        "..",
        ".",
        "../search",
        "a/../../b2b/organizations",
        "..\\..",
        "%2e%2e",
        "..%2f..",
        "%2e%2e%2f",
        "\u{ff0e}\u{ff0e}/",
    ] {
        for request in calls(&app, "apiUserV1Get", &json!({"user_id": value})) {
            request.send().await?;
        }
    }
    for path in
        ["/v1/users/..", "/v1/users/%2e%2e", "/v1/users/..%2fsearch", "/v1/users/a%2f..", "/v1/users/%2e%2e/search"]
    {
        for request in [app.get(&["/proxy/stytch", path].concat()), app.get(path)] {
            request.send().await?;
        }
    }
    let received_paths: Vec<String> = upstream.received_requests().into_iter().map(|sent| sent.path).collect();
    let is_user_path =
        |path: &&String| path.strip_prefix("/v1/users/").is_some_and(|id| !id.contains('/') && id.contains('%'));
    let unexpected: Vec<_> = received_paths.iter().filter(|path| !is_user_path(path)).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    // Nor is it sent to an operation whose path contains that value.
    let operation = |name: &str, parameters: &[&str]| {
        let parameters = parameters
            .iter()
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
        json!({"operationId": name, "parameters": parameters.collect::<Vec<_>>(), "responses": {}})
    };
    let paths = json!({
        "/users/{id}": {"get": operation("readUser", &["id"])},
        "/users/me": {"get": operation("readMe", &[])},
        "/{kind}/{id}.json": {"get": operation("readAnything", &["kind", "id"])},
        "/secrets/all.json": {"get": operation("readSecrets", &[])},
    });
    let app = start_app_with_document(
        &document(&json!([{"url": "https://test.stytch.com", "x-name": "test"}]), &paths),
        Some(&upstream),
    )
    .await?;
    let before = upstream.received_requests().len();
    for (name, arguments) in
        [("readUser", json!({"id": "me"})), ("readAnything", json!({"kind": "secrets", "id": "all"}))]
    {
        for request in calls(&app, name, &arguments) {
            let response = request.send().await?;
            assert!(response.text().contains("would change the destination of the call"), "{}", response.text());
        }
    }
    assert_eq!(upstream.received_requests().len(), before);
    let request = app.post_json("/tools/stytch/readUser", &json!({"args": {"id": "you"}}));
    assert_eq!(request.send().await?.status, 200, "other users can be read");
    Ok(())
}

#[tokio::test]
async fn threat_2_the_credential_is_sent_only_to_configured_hosts() -> Result<()> {
    let attacker = Upstream::succeeding().await?;
    // A document that names the attacker's server: as a server variable's value, for a path and for an operation.
    let servers = json!([{"x-name": "test", "url": "{where}", "variables": {"where": {"default": attacker.url}}}, {"url": attacker.url}]);
    let stolen = json!({"operationId": "apiUserV1Create", "servers": [{"url": attacker.url}], "responses": {}});
    let paths = json!({"/v1/users": {"servers": [{"url": attacker.url}], "post": stolen}});
    let hostile = start_app_with_document(&document(&servers, &paths), None).await?;
    // A provider that redirects, and callers that request another host.
    let location = format!("{}/v1/users", attacker.url);
    let redirecting = move || (StatusCode::TEMPORARY_REDIRECT, [("location", location.clone())]).into_response();
    let upstream = Upstream::with_responder(redirecting).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let arguments =
        json!({"server": attacker.url, "base_url": attacker.url, "url": attacker.url, "host": attacker.url});
    for app in [&hostile, &app] {
        // Behind a proxy, only callers with an identity of their own are served.
        let token = app.access_token(&[], &["live", "delete"]).await?;
        for request in calls(app, "apiUserV1Create", &arguments).into_iter().chain(requests_with_effect(app)) {
            let request = request.header("x-forwarded-host", attacker.url.trim_start_matches("http://"));
            request.bearer_token(&token).send().await?;
        }
        for environment in [&attacker.url, "live", "https://test.stytch.com", ""] {
            app.post_json("/tools/stytch/apiUserV1Create", &json!({"args": {}, "environment": environment}))
                .send()
                .await?;
        }
    }
    assert!(attacker.received_requests().is_empty(), "{:?}", attacker.received_requests());
    assert!(!upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn threat_3_pages_of_other_sites_cannot_act_for_a_caller() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for headers in [
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        [("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:3001")],
        [("sec-fetch-site", "cross-site"), ("origin", "null")],
    ] {
        for request in requests_with_effect(&app) {
            let response =
                headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await?;
            assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{headers:?}");
            assert_eq!(response.header("set-cookie"), "");
        }
    }
    for path in [
        "/api/call?provider=stytch&operation=apiUserV1Create",
        "/tools/stytch/apiUserV1Create",
        "/admin/switch",
        "/sign-out",
    ] {
        let response = app.get(path).header("sec-fetch-site", "cross-site").send().await?;
        assert!([404, 405].contains(&response.status.as_u16()), "GET {path}: {}", response.status);
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn threat_4_dns_rebinding_grants_no_access() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for request in requests_with_effect(&app)
        .into_iter()
        .chain(["/", "/stytch", "/admin/audit", "/admin/audit.jsonl"].map(|path| app.get(path)))
    {
        // The browser sees the page and the server as the same origin.
        let origin = ["http://", EVIL].concat();
        let request = request.header("host", EVIL).header("origin", &origin).header("sec-fetch-site", "same-origin");
        assert_eq!(request.send().await?.status, 403);
    }
    assert!(upstream.received_requests().is_empty());
    assert_eq!(app.get("/stytch").header("host", DEFAULT_HOST).send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn threat_5_responses_of_a_provider_neither_leak_secrets_nor_run_code() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let planted = canary_secret("threat");
    let body = format!("<svg onload=alert(1)>{planted} {}", basic_authorization(CANARY_PROJECT, &planted));
    let upstream = Upstream::with_responder(move || {
        let acting =
            [("content-type", "image/svg+xml"), ("set-cookie", "a=b"), ("content-security-policy", "default-src *")];
        (acting, body.clone()).into_response()
    })
    .await?;
    let app = TestEnv::with_upstream(&upstream)
        .set_var("STYTCH_PROJECT_ID", CANARY_PROJECT)
        .set_var("STYTCH_SECRET", &planted)
        .start_app()
        .await?;
    let mut responses: Vec<TestResponse> = Vec::new();
    for request in requests_with_effect(&app) {
        responses.push(request.send().await?);
    }
    for response in &responses {
        assert_eq!(find_leaks(&response.full_text(), &planted), [""; 0], "{}", response.full_text());
        assert!(!response.header("set-cookie").contains("a=b"));
        let (kind, policy) = (response.header("content-type"), response.header("content-security-policy"));
        let is_inert =
            kind == "application/json" || policy.starts_with("sandbox") || policy.contains("script-src 'self' 'nonce-");
        assert!(is_inert, "{kind} {policy}");
        assert!(kind != "text/html; charset=utf-8" || !response.text().contains("<svg onload"), "{}", response.text());
    }
    assert_eq!(find_leaks(&CAPTURED_LOG.text(), &planted), [""; 0], "in the log");
    assert!(upstream.received_requests().len() >= 5);
    Ok(())
}

#[tokio::test]
async fn threat_6_anonymous_callers_cannot_exceed_the_operators_budget() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(
        &file,
        "[[provider]]\nid = \"stytch\"\n[provider.policy]\nallow = [\"GET\", \"apiUserV1Create\"]\nrate = \"100/s\"\ndaily = 4\ndaily_total = 100\n",
    )?;
    let setup = TestEnv::with_upstream(&upstream)
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", "explorer.example.com")
        .set_var("EXPLORER_ACCESS", "public");
    assert!(setup.start_app().await.is_err(), "public access requires a budget");
    let app = setup.set_var("EXPLORER_CONFIG", &file.display().to_string()).start_app().await?;
    let host = "explorer.example.com";
    for _ in 0..3 {
        let pages = calls(&app, "apiUserV1Create", &json!({})).into_iter();
        let pages = pages.map(|request| request.header("origin", &["https://", host].concat()));
        let programs = ["/proxy/stytch/v1/users/user-test-1", "/v1/users/user-test-1"].map(|path| app.get(path));
        for request in pages.chain(programs) {
            let response = request.header("host", host).with_client_address("192.0.2.1".parse()?).send().await?;
            assert!(response.status != 429 || !response.header("retry-after").is_empty(), "{}", response.text());
        }
    }
    assert_eq!(upstream.received_requests().len(), 4);
    let delete = app.request_with_body("DELETE", "/proxy/stytch/v1/users/user-test-1", "").header("host", host);
    assert_eq!(
        delete.with_client_address("192.0.2.2".parse()?).send().await?.status_and_code()?,
        (403, "policy_denied".into())
    );
    assert!(
        upstream
            .received_requests()
            .iter()
            .all(|sent| sent.header("authorization") == basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET))
    );
    Ok(())
}
