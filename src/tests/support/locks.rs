//! A provider with one operation for each security scheme, and for combinations of them.

use super::{TestApp, TestEnv, TestResponse, Upstream};
use anyhow::Result;
use api_explorer::{gateway::credential::CredentialConfig, providers::ProviderSettings};
use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Returns the paths of the document: each operation with the security schemes that it accepts.
fn operations() -> Value {
    json!({
        "basic": [{"basic": []}],
        "bearer": [{"bearer": []}],
        "header": [{"header": []}],
        "query": [{"query": []}],
        "cookie": [{"cookie": []}],
        "machine": [{"machine": ["read", "write"]}],
        "person": [{"person": []}],
        "certificate": [{"certificate": []}],
        "undefined": [{"undefined": []}],
        "none": [],
        "optional": [{}, {"header": []}],
        "either": [{"certificate": []}, {"header": []}, {"bearer": []}],
        "both": [{"header": [], "query": [], "bearer": []}],
        "clash": [{"basic": [], "bearer": []}],
    })
}

/// Returns the document, with this token URL.
pub(crate) fn document(token_url: &str) -> Value {
    let mut paths = json!({});
    for (name, security) in operations().as_object().into_iter().flatten() {
        paths[format!("/{name}")] = json!({"post": {
            "operationId": name,
            "security": security,
            "parameters": [
                {"name": "X-Api-Key", "in": "header", "schema": {"type": "string"}},
                {"name": "api_key", "in": "query", "schema": {"type": "string"}},
                {"name": "page", "in": "query", "schema": {"type": "string"}},
            ],
        }});
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Locks", "version": "1"},
        "servers": [{"url": "https://locks.example", "x-name": "main"}],
        "paths": paths,
        "components": {"securitySchemes": {
            "basic": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            "query": {"type": "apiKey", "in": "query", "name": "api_key"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
            "machine": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": {}}}},
            "person": {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://a.example", "scopes": {}}}},
            "certificate": {"type": "mutualTLS"},
        }},
    })
}

/// Returns the settings of the provider, with calls sent to `base_url`.
pub(crate) fn provider_settings(base_url: Option<&str>, token_url: &str) -> Result<ProviderSettings> {
    Ok(ProviderSettings {
        title: Some("Locks".into()),
        package: "@example/locks".into(),
        hosts: vec!["127.0.0.1".into()],
        base_url: base_url.map(str::parse).transpose()?,
        ..ProviderSettings::new("locks", document(token_url).to_string().into())
    })
}

/// Starts the app with this provider only, and an operator's credential if one is given.
pub(crate) async fn start_app(provider: ProviderSettings, credential: Option<CredentialConfig>) -> Result<TestApp> {
    let mut settings = TestEnv::new().to_settings()?;
    settings.credentials = credential.map(|config| (provider.id.clone(), config)).into_iter().collect();
    settings.providers = vec![provider];
    TestApp::new(settings).await
}

/// Starts the app with calls and token requests sent to this upstream.
pub(crate) async fn start_app_for(upstream: &Upstream) -> Result<TestApp> {
    start_app(provider_settings(Some(&upstream.url), &format!("{}/token", upstream.url))?, None).await
}

/// Saves values as a caller's credential, and returns the session cookie.
pub(crate) async fn save_credentials(app: &TestApp, cookie: &str, values: Value) -> Result<String> {
    let body = json!({"provider": "locks", "values": values});
    let response = app.post_json("/api/credential/save", &body).header("cookie", cookie).send().await?;
    anyhow::ensure!(response.status == 200, "{}", response.text());
    response.cookie()
}

/// Returns a value for every part of every scheme.
pub(crate) fn all_credential_values() -> Value {
    json!({
        "basic/username": "ada", "basic/password": "pass-word",
        "bearer/token": "bearer-token", "header/key": "header-key", "query/key": "query&key", "cookie/key": "cookie+key/=",
        "machine/client_id": "client+1", "machine/client_secret": "client:secret", "person/token": "person-token",
    })
}

/// Makes a call over HTTP.
pub(crate) async fn call_operation(
    app: &TestApp,
    cookie: &str,
    operation: &str,
    arguments: &Value,
) -> Result<TestResponse> {
    app.post_json(&format!("/tools/locks/{operation}"), arguments).header("cookie", cookie).send().await
}

/// Starts an upstream that issues the tokens `token-1`, `token-2`, …, each with the given lifetime in seconds, and
/// responds to calls with a function of their number and headers.
pub(crate) async fn start_token_issuer(
    expires_in: u64,
    respond: impl Fn(usize, &HeaderMap) -> Response + Clone + Send + Sync + 'static,
) -> Result<Upstream> {
    let (tokens, calls) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let issue_token = move || {
        let number = tokens.fetch_add(1, Ordering::SeqCst) + 1;
        let token =
            json!({"access_token": format!("token-{number}"), "token_type": "Bearer", "expires_in": expires_in});
        std::future::ready(Json(token))
    };
    let respond_to_call = move |request: Request| {
        std::future::ready(respond(calls.fetch_add(1, Ordering::SeqCst) + 1, request.headers()))
    };
    Upstream::start(Router::new().route("/token", post(issue_token)).fallback(respond_to_call)).await
}

/// Responds with success.
pub(crate) fn ok_response(_: usize, _: &HeaderMap) -> Response {
    (StatusCode::OK, Json(json!({"is": "open"}))).into_response()
}
