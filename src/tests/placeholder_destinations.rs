//! Tests that a caller that cannot see a secret can send it only where the document expects it, and cannot have it
//! passed on or returned in another form.

use crate::{
    masking::login,
    support::{
        TestApp, TestEnv, TestResponse, Upstream,
        login::{
            AUTHENTICATE_OPERATION, LOGIN_OPERATION, SESSION_TOKEN, UPDATE_OPERATION, session_response,
            start_login_provider,
        },
        search::find_leaks,
    },
};
use anyhow::Result;
use axum::{Json, Router, routing::post};
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

const SEND_LINK_OPERATION: &str = "apiMagicV1MagicLinksEmailSend";

async fn call(app: &TestApp, token: &str, operation: &str, arguments: Value) -> Result<TestResponse> {
    let message = json!({"args": arguments});
    app.post_json(&format!("/tools/stytch/{operation}"), &message).bearer_token(token).send().await
}

/// Logs in with a new access token, and returns it with the placeholder of the session.
async fn log_in(app: &TestApp, grants: &[&str]) -> Result<(String, &'static str)> {
    let token = app.access_token(&[], grants).await?;
    let response = call(app, &token, LOGIN_OPERATION, login()["args"].clone()).await?;
    anyhow::ensure!(response.text().contains("{{response 1.session_token}}"), "{}", response.text());
    Ok((token, "{{response 1.session_token}}"))
}

#[tokio::test]
async fn a_secret_that_the_caller_cannot_see_is_sent_only_where_the_document_expects_it() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let (token, placeholder) = log_in(&app, &[]).await?;
    let (trusted, _) = log_in(&app, &["reveal"]).await?;
    let requests = upstream.received_requests().len();
    let link = "https://evil.example/collect";
    for (operation, arguments, reason) in [
        (AUTHENTICATE_OPERATION, json!({"session_token": format!("Bearer {placeholder}")}), "whole value"),
        (AUTHENTICATE_OPERATION, json!({"session_token": format!("{placeholder}{placeholder}")}), "whole value"),
        (AUTHENTICATE_OPERATION, json!({"session_token": placeholder, "undocumented_token": placeholder}), "describes"),
        (UPDATE_OPERATION, json!({"user_id": "u", "name": {"first_name": placeholder}}), "describes"),
        (UPDATE_OPERATION, json!({"user_id": "u", "name": {"token": placeholder}}), "describes"),
        (UPDATE_OPERATION, json!({"user_id": "u", "untrusted_metadata": {"session_token": placeholder}}), "describes"),
        (
            SEND_LINK_OPERATION,
            json!({"email": "a@b.example", "session_token": placeholder, "login_magic_link_url": link}),
            "URL of your choice",
        ),
        (
            AUTHENTICATE_OPERATION,
            json!({"session_token": placeholder, "session_custom_claims": {"a": [link]}}),
            "URL of your choice",
        ),
        (
            AUTHENTICATE_OPERATION,
            json!({"session_token": placeholder, "webhook": "evil.example"}),
            "URL of your choice",
        ),
    ] {
        let response = call(&app, &token, operation, arguments.clone()).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{arguments}");
        assert!(response.text().contains(reason), "{arguments}: {}", response.text());
        assert!(!response.text().contains(SESSION_TOKEN), "{}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), requests, "nothing was sent");
    // Callers that can see the secret can send it anywhere.
    let metadata = json!({"user_id": "u", "untrusted_metadata": {"note": placeholder, "at": link}});
    assert_eq!(call(&app, &trusted, UPDATE_OPERATION, metadata).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_proxied_secret_is_not_sent_with_a_url_in_the_query() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let (token, placeholder) = log_in(&app, &[]).await?;
    let body = json!({"session_token": placeholder}).to_string();
    for (query, status) in [("?next=https%3A%2F%2Fevil.example", 400), ("?callback=evil.example", 400), ("", 200)] {
        let path = ["/proxy/stytch/v1/sessions/authenticate", query].concat();
        let request = app.post(&path, body.clone()).bearer_token(&token).header("content-type", "application/json");
        let response = request.send().await?;
        assert_eq!(response.status, status, "{query}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_is_sent_to_its_own_field_and_to_fields_that_the_schema_calls_secret() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let (token, placeholder) = log_in(&app, &[]).await?;
    for (operation, arguments) in [
        (AUTHENTICATE_OPERATION, json!({"session_token": placeholder})),
        (AUTHENTICATE_OPERATION, json!({"session_token": format!(" {placeholder} ")})),
        (LOGIN_OPERATION, json!({"email": "a@b.example", "password": placeholder})),
    ] {
        let response = call(&app, &token, operation, arguments.clone()).await?;
        assert!(response.status != 400, "{arguments}: {}", response.text());
        assert!(!response.text().contains(SESSION_TOKEN), "{}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn an_encoded_echo_of_a_sent_secret_is_hidden() -> Result<()> {
    let routes = Router::new().route("/v1/passwords/authenticate", post(async || Json(session_response()))).route(
        "/v1/sessions/authenticate",
        post(async |Json(body): Json<Value>| {
            let secret = body["session_token"].as_str().unwrap_or_default().to_owned();
            let basic = ["user:", &secret, ":x"].concat();
            Json(json!({
                "request_id": hex::encode(&secret), "user_id": BASE64_STANDARD.encode(&basic),
                "user": {"user_id": BASE64_URL_SAFE_NO_PAD.encode(&secret)}, "status_code": 200,
                "session": {"session_id": hex::encode_upper(&secret)},
            }))
        }),
    );
    let app = TestEnv::with_upstream(&Upstream::start(routes).await?).start_app().await?;
    for grants in [&[] as &[&str], &["reveal"]] {
        let (token, placeholder) = log_in(&app, grants).await?;
        let response = call(&app, &token, AUTHENTICATE_OPERATION, json!({"session_token": placeholder})).await?;
        let everything = response.full_text();
        assert_eq!(find_leaks(&everything, SESSION_TOKEN), [""; 0], "{everything}");
        assert!(!everything.to_lowercase().contains(&hex::encode(SESSION_TOKEN)), "{everything}");
        assert!(!everything.contains(&BASE64_URL_SAFE_NO_PAD.encode(SESSION_TOKEN)), "{everything}");
    }
    Ok(())
}
