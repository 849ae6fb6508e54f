//! Tests for access tokens that the server fetches: once, from listed hosts, renewed in time, with an explanation if
//! refused.

use crate::support::{
    Upstream, basic_authorization,
    locks::{
        all_credential_values, call_operation, ok_response, provider_settings, save_credentials, start_app,
        start_app_for, start_token_issuer,
    },
};
use anyhow::{Context, Result};
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

#[tokio::test]
async fn a_token_is_fetched_once_and_used_until_shortly_before_it_expires() -> Result<()> {
    let upstream = start_token_issuer(3600, ok_response).await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    let nothing = json!({});
    let (first, second, third) = tokio::join!(
        call_operation(&app, &session_cookie, "machine", &nothing),
        call_operation(&app, &session_cookie, "machine", &nothing),
        call_operation(&app, &session_cookie, "machine", &nothing),
    );
    assert!([first?, second?, third?].iter().all(|response| response.status == 200));
    let (tokens, calls): (Vec<_>, Vec<_>) =
        upstream.received_requests().into_iter().partition(|sent| sent.path == "/token");
    assert!(calls.len() == 3 && calls.iter().all(|sent| sent.header("authorization") == "Bearer token-1"));
    let [token] = tokens.as_slice() else { anyhow::bail!("{} tokens were fetched", tokens.len()) };
    assert_eq!(token.header("authorization"), basic_authorization("client%2B1", "client%3Asecret"));
    assert_eq!(token.body, "grant_type=client_credentials&scope=read+write");
    Ok(())
}

#[tokio::test]
async fn an_expired_token_is_renewed() -> Result<()> {
    let upstream = start_token_issuer(0, ok_response).await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    for number in 1..=2 {
        assert_eq!(call_operation(&app, &session_cookie, "machine", &json!({})).await?.status, 200);
        let last = upstream.received_requests().pop().context("nothing arrived")?;
        assert_eq!(last.header("authorization"), format!("Bearer token-{number}"));
    }
    Ok(())
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() -> Result<()> {
    let refuse_first = |_: usize, headers: &HeaderMap| -> Response {
        let is_first = headers.get("authorization").is_some_and(|value| value == "Bearer token-1");
        if is_first { StatusCode::UNAUTHORIZED.into_response() } else { Json(json!({})).into_response() }
    };
    let upstream = start_token_issuer(3600, refuse_first).await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    assert_eq!(call_operation(&app, &session_cookie, "machine", &json!({})).await?.status, 200);
    let paths: Vec<String> = upstream.received_requests().into_iter().map(|sent| sent.path).collect();
    assert_eq!(paths, ["/token", "/machine", "/token", "/machine"]);

    let upstream = start_token_issuer(3600, |_, _| StatusCode::UNAUTHORIZED.into_response()).await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    assert_eq!(call_operation(&app, &session_cookie, "machine", &json!({})).await?.status, 401);
    assert_eq!(upstream.received_requests().len(), 4);
    Ok(())
}

#[tokio::test]
async fn calls_that_the_provider_always_rejects_do_not_renew_the_token_each_time() -> Result<()> {
    let upstream = start_token_issuer(3600, |_, _| StatusCode::UNAUTHORIZED.into_response()).await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    for _ in 0..20 {
        assert_eq!(call_operation(&app, &session_cookie, "machine", &json!({})).await?.status, 401);
    }
    let paths: Vec<String> = upstream.received_requests().into_iter().map(|sent| sent.path).collect();
    let count = |path: &str| paths.iter().filter(|sent| *sent == path).count();
    assert_eq!((count("/machine"), count("/token")), (21, 2), "one call tried a new token");
    Ok(())
}

#[tokio::test]
async fn a_failed_token_request_is_explained_and_the_call_is_not_sent() -> Result<()> {
    for (status, body, expected_message) in [
        (
            401,
            json!({"error": "invalid_client", "error_description": "No\nsuch client:secret"}),
            "401 (invalid_client: No",
        ),
        (400, json!({"error": "invalid_scope"}), "400 (invalid_scope)"),
        (200, json!({"token": "x"}), "without a Bearer access token"),
        (200, json!({"access_token": "x", "token_type": "mac"}), "without a Bearer access token"),
        (200, json!({"access_token": "two words"}), "without a Bearer access token"),
    ] {
        let upstream = Upstream::with_response(status, body).await?;
        let app = start_app_for(&upstream).await?;
        let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
        let response = call_operation(&app, &session_cookie, "machine", &json!({})).await?;
        assert_eq!(response.status_and_code()?, (401, "token_refused".into()));
        assert!(
            response.text().contains(expected_message) && !response.text().contains("client:secret"),
            "{}",
            response.text()
        );
        assert_eq!(upstream.only_request()?.path, "/token");
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_fetched_only_from_listed_hosts_and_redirects_are_not_followed() -> Result<()> {
    let upstream = start_token_issuer(3600, ok_response).await?;
    let port = upstream.url.rsplit(':').next().unwrap_or_default();
    for token_url in [
        format!("http://localhost:{port}/token"),
        format!("http://127.0.0.1@localhost:{port}/token"),
        format!("https://127.0.0.1:{port}/token"),
        "https://evil.example/token".into(),
    ] {
        let app = start_app(provider_settings(Some(&upstream.url), &token_url)?, None).await?;
        let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
        let response = call_operation(&app, &session_cookie, "machine", &json!({})).await?;
        assert_eq!(response.status_and_code()?, (403, "forbidden".into()), "{token_url}: {}", response.text());
        // A token that was pasted needs no token endpoint.
        let session_cookie = save_credentials(&app, &session_cookie, json!({"machine/token": "pasted-token"})).await?;
        assert_eq!(call_operation(&app, &session_cookie, "machine", &json!({})).await?.status, 200);
    }
    assert!(upstream.received_requests().iter().all(|sent| sent.header("authorization") == "Bearer pasted-token"));
    let attacker = Upstream::succeeding().await?;
    let location = format!("{}/token", attacker.url);
    let upstream = Upstream::start(Router::new().fallback(move || {
        std::future::ready((StatusCode::TEMPORARY_REDIRECT, [("location", location.clone())]).into_response())
    }))
    .await?;
    let app = start_app_for(&upstream).await?;
    let session_cookie = save_credentials(&app, "", all_credential_values()).await?;
    assert_eq!(
        call_operation(&app, &session_cookie, "machine", &json!({})).await?.status_and_code()?,
        (401, "token_refused".into())
    );
    assert!(attacker.received_requests().is_empty());
    Ok(())
}
