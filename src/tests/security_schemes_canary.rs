//! Tests that no secret of any security scheme leaks: each is a canary, is sent, and is echoed by the provider, and all
//! output is searched for it.

use crate::support::{
    TestResponse, Upstream,
    locks::{provider_settings, save_credentials, start_app, start_app_for},
    search::{CAPTURED_LOG, canary_secret, encoded_forms, find_leaks},
    unused_address,
};
use anyhow::Result;
use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    response::IntoResponse,
    routing::post,
};
use serde_json::{Value, json};
use std::sync::LazyLock;

const SECRETS: [&str; 8] =
    ["password", "bearer", "header", "query", "cookie", "client-secret", "access-token", "person"];
const OPERATIONS: [&str; 9] = ["basic", "bearer", "header", "query", "cookie", "machine", "person", "either", "both"];

fn values() -> Value {
    json!({
        "basic/username": "ada", "basic/password": canary_secret("password"), "bearer/token": canary_secret("bearer"),
        "header/key": canary_secret("header"), "query/key": canary_secret("query"), "cookie/key": canary_secret("cookie"),
        "machine/client_id": "the-client", "machine/client_secret": canary_secret("client-secret"),
        "person/token": canary_secret("person"),
    })
}

/// Starts an upstream that echoes each request, and every secret that the operation uses, in every form.
async fn start_echo_upstream() -> Result<Upstream> {
    let token =
        || std::future::ready(Json(json!({"access_token": canary_secret("access-token"), "token_type": "bearer"})));
    let echo = |request: Request| async move {
        let mut echoed: Vec<String> =
            request.headers().values().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
        echoed.push(request.uri().to_string());
        // A fetched token is scrubbed only from calls that use it.
        let is_used = |secret_name: &&str| *secret_name != "access-token" || request.uri().path() == "/machine";
        for secret_name in SECRETS.into_iter().filter(is_used) {
            echoed.extend(
                encoded_forms(&canary_secret(secret_name))
                    .into_iter()
                    .filter(|(name, _)| !name.starts_with("HTML"))
                    .map(|(_, form)| form),
            );
        }
        let headers: HeaderMap = echoed
            .iter()
            .enumerate()
            .filter_map(|(index, echoed)| {
                Some((HeaderName::try_from(format!("x-echo-{index}")).ok()?, HeaderValue::try_from(echoed).ok()?))
            })
            .collect();
        (headers, Json(json!({"echoed": echoed}))).into_response()
    };
    Upstream::start(Router::new().route("/token", post(token)).fallback(echo)).await
}

fn assert_no_leaks(responses: &[TestResponse]) {
    for secret_name in SECRETS {
        for response in responses {
            let everything = response.full_text();
            assert_eq!(
                find_leaks(&everything, &canary_secret(secret_name)),
                [""; 0],
                "{secret_name}: {} {everything}",
                response.status
            );
        }
        assert_eq!(find_leaks(&CAPTURED_LOG.text(), &canary_secret(secret_name)), [""; 0], "{secret_name} in the log");
    }
}

#[tokio::test]
async fn no_secret_of_any_scheme_leaks() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let upstream = start_echo_upstream().await?;
    let app = start_app_for(&upstream).await?;
    let message = json!({"provider": "locks", "values": values()});
    let saved = app.post_json("/api/credential/save", &message).send().await?;
    let cookie = saved.cookie()?;
    let mut wrong = values();
    wrong["header/key"] = json!(format!("{}\nof two lines", canary_secret("header")));
    let controls: Vec<(String, String)> = wrong
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
        .chain([("credential".into(), "save".into())])
        .collect();
    let controls: Vec<(&str, &str)> = controls.iter().map(|(name, text)| (&**name, &**text)).collect();
    let mut requests = vec![
        app.get("/"),
        app.get("/locks"),
        app.get("/locks/openapi.json"),
        app.post_json("/api/credential/save", &json!({"provider": "locks", "values": wrong})),
        app.post_form("/locks/both", &controls),
    ];
    for operation in OPERATIONS {
        requests.push(app.get(&format!("/locks/{operation}")));
        requests.push(app.post_json(&format!("/tools/locks/{operation}"), &json!({})));
        let call = json!({"provider": "locks", "operation": operation, "environment": "main", "arguments": {}});
        requests.push(app.post_json("/api/call", &call));
        requests.push(app.post_form(&format!("/locks/{operation}"), &[("environment", "main"), ("intent", "send")]));
    }
    let mut responses = vec![saved];
    for request in requests {
        responses.push(request.header("cookie", &cookie).send().await?);
    }
    let is_scrubbed = |response: &TestResponse| response.text().contains("[credential removed]");
    assert!(responses.iter().filter(|response| is_scrubbed(response)).count() >= 3 * OPERATIONS.len());
    assert_no_leaks(&responses);
    assert!(upstream.received_requests().len() > 3 * OPERATIONS.len());
    Ok(())
}

#[tokio::test]
async fn no_error_contains_a_key_of_the_query() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let unused_url = format!("http://{}", unused_address().await?);
    let app = start_app(provider_settings(Some(&unused_url), &format!("{unused_url}/token"))?, None).await?;
    let cookie = save_credentials(&app, "", values()).await?;
    let mut responses = Vec::new();
    for operation in OPERATIONS {
        let request = app.post_json(&format!("/tools/locks/{operation}"), &json!({}));
        responses.push(request.header("cookie", &cookie).send().await?);
    }
    assert!(responses.iter().all(|response| response.status == 502));
    assert_no_leaks(&responses);
    Ok(())
}

#[tokio::test]
async fn an_echo_of_a_legal_but_unusual_credential_is_hidden() -> Result<()> {
    let echo = |request: Request| async move {
        let header =
            |name: &str| request.headers().get(name).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
        let key = header("x-api-key");
        let latin_1: String = key.iter().copied().map(char::from).collect();
        let text = String::from_utf8_lossy(&key).into_owned();
        let ascii_json: String = text
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
            .collect();
        format!(r#"{{"key":"{text}","ascii":"{ascii_json}","latin":"{latin_1}","url":"?key={text}&b"}}"#)
    };
    let upstream = Upstream::start(Router::new().fallback(echo)).await?;
    let app = start_app_for(&upstream).await?;
    for key in ["clé à molette", "k7", "é"] {
        let cookie = save_credentials(&app, "", json!({"header/key": key})).await?;
        let response = app.post_json("/tools/locks/header", &json!({})).header("cookie", &cookie).send().await?;
        let sent = upstream.received_requests().pop().map(|request| request.headers["x-api-key"].as_bytes().to_vec());
        assert_eq!((response.status.as_u16(), sent.as_deref()), (200, Some(key.as_bytes())), "{key}");
        assert_eq!(response.text().matches("[credential removed]").count(), 4, "{key}: {}", response.text());
    }
    Ok(())
}
