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
async fn a_url_is_recognized_in_every_form_that_a_provider_could_accept() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let (token, placeholder) = log_in(&app, &[]).await?;
    let requests = upstream.received_requests().len();
    for more in [
        json!({"note": "https:evil.example"}),
        json!({"note": "https:/\t/evil.example"}),
        json!({"note": "ht\u{200b}tps://evil.example"}),
        json!({"note": "https%253A%252F%252Fevil.example"}),
        json!({"note": BASE64_STANDARD.encode("https://evil.example")}),
        json!({"redirect": "evil.example/collect"}),
        json!({"server": "203.0.113.7"}),
        json!({"https://evil.example": true}),
    ] {
        let arguments = json!({"session_token": placeholder, "session_custom_claims": more});
        let response = call(&app, &token, AUTHENTICATE_OPERATION, arguments).await?;
        assert!(
            response.status == 400 && response.text().contains("URL of your choice"),
            "{more}: {}",
            response.text()
        );
    }
    assert_eq!(upstream.received_requests().len(), requests, "nothing was sent");
    let harmless = json!({"note": "10:30, a // b", "server": "blue", "redirect": "ann@example.com"});
    let arguments = json!({"session_token": placeholder, "session_custom_claims": harmless});
    assert_eq!(call(&app, &token, AUTHENTICATE_OPERATION, arguments).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_secret_is_sent_together_with_a_url_that_the_operator_trusts() -> Result<()> {
    let routes = Router::new()
        .route("/v1/passwords/authenticate", post(async || Json(session_response())))
        .route("/v1/magic_links/email/send", post(async || Json(json!({"status_code": 200}))));
    let upstream = Upstream::start(routes).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(
        &file,
        "[[provider]]\nid = \"stytch\"\n[provider.policy]\ntrusted_origins = [\"https://app.example.com\"]\n",
    )?;
    let setup = TestEnv::with_upstream(&upstream).set_var("EXPLORER_CONFIG", &file.display().to_string());
    let app = setup.start_app().await?;
    let (token, placeholder) = log_in(&app, &[]).await?;
    let requests = upstream.received_requests().len();
    let send_link = |url: &str| {
        let arguments = json!({"email": "a@b.example", "session_token": placeholder, "login_magic_link_url": url});
        call(&app, &token, SEND_LINK_OPERATION, arguments)
    };
    for url in [
        "https://app.example.com.evil.example/",
        "https://app.example.com@evil.example/",
        "https://app.example.com:8443/",
        "http://app.example.com/",
        "https://evil.example/?x=https://app.example.com/",
        "https://app.example.com/?to=https://evil.example",
        "https://app.example.com/?to=https%3A%2F%2Fevil.example",
        "https://app.example.com\\@evil.example/",
        "https://app.example.com/\t",
        " https://app.example.com/",
    ] {
        let response = send_link(url).await?;
        assert!(response.status == 400 && response.text().contains("trusted_origins"), "{url}: {}", response.text());
    }
    assert_eq!(upstream.received_requests().len(), requests, "nothing was sent");
    for url in ["https://app.example.com", "https://app.example.com/authenticate?x=1#top"] {
        let response = send_link(url).await?;
        assert_eq!(response.status, 200, "{url}: {}", response.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_secret_under_a_common_name_is_not_sent_to_a_field_of_that_name() -> Result<()> {
    let secret = json!({"password": {"first_name": SESSION_TOKEN}});
    let routes = Router::new().route("/v1/passwords/authenticate", post(async || Json(secret)));
    let upstream = Upstream::start(routes).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let response = call(&app, &token, LOGIN_OPERATION, login()["args"].clone()).await?;
    assert!(response.text().contains("{{response 1.") && !response.text().contains(SESSION_TOKEN));
    for placeholder in ["{{response 1.#1}}", "{{response 1.password.first_name}}"] {
        let arguments = json!({"user_id": "u", "name": {"first_name": placeholder}});
        let response = call(&app, &token, UPDATE_OPERATION, arguments).await?;
        assert_eq!(response.status, 400, "{}", response.text());
    }
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
