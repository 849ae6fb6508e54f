//! Tests that no credential leaks: a canary secret is saved, every endpoint is used, and all output is searched for it:
//! pages, JSON, headers, cookies and logs; in plain text, Base64, URL encoding, and JSON and HTML escapes.

use crate::support::{
    OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse, Upstream, basic_authorization,
    search::{CANARY_PROJECT as PROJECT, CAPTURED_LOG, UNRESERVED, canary_secret, encoded_forms, find_leaks},
    unused_address,
};
use anyhow::Result;
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::utf8_percent_encode;
use serde_json::{Value, json};
use std::sync::LazyLock;
use tower_http::compression::CompressionLayer;

const GET_USER: &str = "/tools/stytch/apiUserV1Get";

/// Names of the forms in which the upstream echoes a request. The requested user id selects one.
const ECHO_MODES: [&str; 7] = ["json", "text", "html", "bytes", "refusal", "failure", "redirect"];

/// Starts an upstream that echoes the credential in headers and body, in every form.
async fn start_echo_upstream(secret_name: &'static str) -> Result<Upstream> {
    let respond =
        move |request: Request| async move { echo_response(&request, &canary_secret(secret_name)).unwrap_or_default() };
    Upstream::start(Router::new().fallback(respond).layer(CompressionLayer::new())).await
}

fn echo_response(request: &Request, secret: &str) -> Result<Response> {
    let authorization = request.headers().get("authorization").cloned();
    let authorization = authorization.unwrap_or_else(|| HeaderValue::from_static("none"));
    let is_html_form = |name: &str| name.starts_with("HTML");
    let echoed = encoded_forms(secret).into_iter().filter(|(name, _)| !is_html_form(name));
    let mut echoed: Vec<String> = echoed.map(|(_, form)| form).collect();
    echoed.push(authorization.to_str().unwrap_or_default().to_owned());
    for before in ["", "x", "xx"] {
        echoed.push(BASE64_STANDARD.encode([before, secret, " and so on"].concat()));
    }
    let mut headers = HeaderMap::new();
    for (index, echoed) in echoed.iter().enumerate() {
        headers.insert(HeaderName::try_from(format!("x-echo-{index}"))?, HeaderValue::try_from(echoed)?);
    }
    headers.insert("set-cookie", HeaderValue::try_from(format!("session={secret}"))?);
    headers.insert("location", HeaderValue::try_from(format!("https://evil.example/?{secret}"))?);
    let text = echoed.join("\n");
    let json = json!({"error_message": text, "error_url": format!("https://evil.example/?{secret}"), "echoed": echoed, secret: 1});
    let kind = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    let body = match kind.as_str() {
        "text" => text.into_response(),
        "html" => ([("content-type", "text/html")], format!("<p>{text}")).into_response(),
        "bytes" => [&[0xff, 0x00], text.as_bytes()].concat().into_response(),
        _ => axum::Json(json).into_response(),
    };
    let status = match kind.as_str() {
        "refusal" => StatusCode::UNAUTHORIZED,
        "failure" => StatusCode::INTERNAL_SERVER_ERROR,
        "redirect" => StatusCode::FOUND,
        _ => StatusCode::OK,
    };
    Ok((status, headers, body).into_response())
}

fn server_call(environment: &str, arguments: &Value) -> Value {
    json!({"provider": "stytch", "operation": "apiUserV1Get", "environment": environment, "arguments": arguments})
}

/// Requests every page, endpoint, kind of response and refusal with one session.
async fn request_all(app: &TestApp, cookie: &str) -> Result<Vec<TestResponse>> {
    let mut requests = vec![
        app.get("/"),
        app.get("/search?q=canary"),
        app.get("/stytch"),
        app.get("/stytch/openapi.json"),
        app.get("/nobody"),
        app.get(OPERATION_PAGE).header("host", "evil.example"),
        app.post(OPERATION_TOOL, "{"),
        app.post(OPERATION_TOOL, "{}").header("origin", "https://evil.example"),
        app.post_json(OPERATION_TOOL, &json!({"args": {"email": 1}})),
        app.post_json(OPERATION_TOOL, &json!({"args": {}, "environment": "live"})),
        app.post_json(OPERATION_TOOL, &json!({"args": {}, "environment": "example"})),
        app.post_json("/tools/stytch/nothing", &json!({})),
        app.post("/api/call", "{"),
        app.post_json("/api/call", &server_call("live", &json!({"user_id": "x"}))),
        app.post_json("/api/call", &server_call("test", &json!({"user_id": ".."}))),
    ];
    for name in crate::pages::OPERATIONS {
        requests.push(app.get(&format!("/stytch/{name}")));
    }
    for echo in ECHO_MODES {
        let arguments = json!({"user_id": echo});
        requests.push(app.post_json(GET_USER, &arguments));
        requests.push(app.post_json("/api/call", &server_call("test", &arguments)));
        let controls = [("environment", "test"), ("value/user_id", echo), ("intent", "send")];
        requests.push(app.post_form("/stytch/apiUserV1Get", &controls));
    }
    let mut responses = Vec::new();
    for request in requests {
        responses.push(request.header("cookie", cookie).send().await?);
    }
    Ok(responses)
}

fn assert_no_leaks(responses: &[TestResponse], secret: &str) {
    for response in responses {
        let everything = response.full_text();
        assert_eq!(find_leaks(&everything, secret), [""; 0], "{} {everything}", response.status);
    }
    assert_eq!(find_leaks(&CAPTURED_LOG.text(), secret), [""; 0], "in the log");
}

#[test]
fn the_leak_search_finds_planted_secrets() {
    LazyLock::force(&CAPTURED_LOG);
    let planted = canary_secret("planted");
    for (name, form) in encoded_forms(&planted) {
        let response = TestResponse {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: format!("before{form}after").into_bytes(),
        };
        assert!(find_leaks(&response.full_text(), &planted).contains(&name), "{name} is not found");
        let headers =
            HeaderValue::try_from(&form).map(|value| HeaderMap::from_iter([(HeaderName::from_static("x"), value)]));
        let response = headers.map(|headers| TestResponse { status: StatusCode::OK, headers, body: Vec::new() });
        let is_found = response.is_ok_and(|response| find_leaks(&response.full_text(), &planted).contains(&name));
        assert!(is_found, "{name} is not found in a header");
    }
    for before in ["", "x", "xx"] {
        let text = BASE64_STANDARD.encode([before, &planted, "more"].concat());
        assert!(!find_leaks(&text, &planted).is_empty(), "{text}");
    }
    tracing::trace!(value = planted, "planted");
    assert!(!find_leaks(&CAPTURED_LOG.text(), &planted).is_empty(), "the log is not searched");
}

#[tokio::test]
async fn the_operators_secret_never_leaks() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let (upstream, secret) = (start_echo_upstream("operator").await?, canary_secret("operator"));
    let app = TestEnv::with_upstream(&upstream)
        .set_var("STYTCH_PROJECT_ID", PROJECT)
        .set_var("STYTCH_SECRET", &secret)
        .start_app()
        .await?;
    let responses = request_all(&app, "").await?;
    assert_no_leaks(&responses, &secret);
    let sent = upstream.received_requests();
    assert_eq!(sent.len(), 3 * ECHO_MODES.len());
    assert!(sent.iter().all(|sent| sent.header("authorization") == basic_authorization(PROJECT, &secret)));
    let removed = responses.iter().filter(|response| response.text().contains("[credential removed]")).count();
    assert!(removed >= 2 * ECHO_MODES.len(), "{removed} responses contained the credential");
    assert!(CAPTURED_LOG.text().contains("apiUserV1Get"), "calls are logged");
    Ok(())
}

#[tokio::test]
async fn a_callers_secret_never_leaks() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let (upstream, secret) = (start_echo_upstream("caller").await?, canary_secret("caller"));
    let app = TestEnv::new().with_base_url(&upstream.url).start_app().await?;
    let save = |username: &str| json!({"provider": "stytch", "values": {"basicAuth/username": username, "basicAuth/password": secret}});
    let form = |username: &'static str, intent: &'static str| {
        app.post_form(
            OPERATION_PAGE,
            &[("basicAuth/username", username), ("basicAuth/password", &secret), ("credential", intent)],
        )
    };
    let saved = app.post_json("/api/credential/save", &save(PROJECT)).send().await?;
    let cookie = saved.cookie()?;
    let mut responses = request_all(&app, &cookie).await?;
    responses.push(saved);
    for request in [
        app.post_json("/api/credential/save", &save("nonsense")),
        app.post_json("/api/credential/save", &save("")),
        app.post_json(
            "/api/credential/save",
            &json!({"provider": "nobody", "values": {"basicAuth/username": PROJECT, "basicAuth/password": secret}}),
        ),
        app.post_json(
            "/api/credential/save",
            &json!({"provider": "stytch", "values": {"basicAuth/username": PROJECT, "basicAuth/password": [secret]}}),
        ),
        app.post("/api/credential/save", format!("{{\"password\":{}", Value::from(secret.as_str()))),
        app.post_json("/api/credential/save", &save(PROJECT))
            .header("accept", "text/html")
            .header("referer", OPERATION_PAGE),
        app.post_json("/api/credential/save", &save("nonsense"))
            .header("accept", "text/html")
            .header("referer", OPERATION_PAGE),
        app.post_json("/api/credential/save", &save(PROJECT)).header("origin", "https://evil.example"),
        form(PROJECT, "save"),
        form("nonsense", "save"),
        form(PROJECT, "clear"),
        form(PROJECT, "something"),
        app.post_json("/api/credential/clear", &json!({"provider": "stytch", "password": secret})),
    ] {
        responses.push(request.header("cookie", &cookie).send().await?);
    }
    assert_no_leaks(&responses, &secret);
    assert_eq!(upstream.received_requests().len(), 3 * ECHO_MODES.len());
    Ok(())
}

#[tokio::test]
async fn errors_never_contain_the_secret() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let (secret, silent, large) =
        (canary_secret("failing"), Upstream::never_responding().await?, "x".repeat(1_000_001));
    let large = Upstream::with_responder(move || large.clone().into_response()).await?;
    let unused = unused_address().await?;
    let mut responses = Vec::new();
    for url in [silent.url, large.url, format!("http://{unused}"), format!("https://{unused}")] {
        let setup =
            TestEnv::new().with_base_url(&url).set_var("EXPLORER_TIMEOUT", "1").set_var("EXPLORER_REPLY_LIMIT_MB", "1");
        let app = setup.set_var("STYTCH_PROJECT_ID", PROJECT).set_var("STYTCH_SECRET", &secret).start_app().await?;
        for request in [
            app.post(OPERATION_TOOL, "{}"),
            app.post_json("/api/call", &server_call("test", &json!({"user_id": "x"}))),
            app.post_form(OPERATION_PAGE, &[("environment", "test"), ("intent", "send")]),
        ] {
            responses.push(request.send().await?);
        }
    }
    assert!(responses.iter().step_by(3).all(|response| response.status.is_server_error()));
    assert_no_leaks(&responses, &secret);
    let public_env = TestEnv::new().set_var("STYTCH_PROJECT_ID", PROJECT).set_var("STYTCH_SECRET", &secret);
    let refused = public_env.set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000").to_settings();
    assert!(refused.is_err_and(|error| find_leaks(&format!("{error:#} {error:?}"), &secret).is_empty()));
    Ok(())
}

/// Some encoders escape more than necessary: Go's JSON `&`, `<` and `>`, PHP's `/`. Parsing and serializing such JSON
/// restores the secret. Forms encode `~`, which a URL does not require.
#[tokio::test]
async fn a_secret_in_another_escaping_never_leaks() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let secret = canary_secret("escaped~");
    let json = Value::from(secret.as_str()).to_string();
    let go = json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    let address = format!("\"{}\"", utf8_percent_encode(&secret, UNRESERVED));
    let mut leaks = Vec::new();
    for (writer, written) in [("Go", go), ("PHP", json.replace('/', "\\/")), ("an address", address)] {
        let body = format!("{{\"error_message\":{written}}}");
        let upstream =
            Upstream::with_responder(move || (StatusCode::BAD_REQUEST, body.clone()).into_response()).await?;
        let app = TestEnv::with_upstream(&upstream)
            .set_var("STYTCH_PROJECT_ID", PROJECT)
            .set_var("STYTCH_SECRET", &secret)
            .start_app()
            .await?;
        let call = server_call("test", &json!({"user_id": "x"}));
        let form = [("environment", "test"), ("intent", "send")];
        for (endpoint, request) in [
            ("tool", app.post(OPERATION_TOOL, "{}")),
            ("server function", app.post_json("/api/call", &call)),
            ("form", app.post_form(OPERATION_PAGE, &form)),
        ] {
            let found = find_leaks(&request.send().await?.full_text(), &secret);
            leaks.extend((!found.is_empty()).then(|| format!("{writer} by {endpoint}: {found:?}")));
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    Ok(())
}
