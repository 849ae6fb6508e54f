//! Tests that a receipt shows the request as sent and the duration of each phase, without the credential.

use crate::support::{
    OPERATION_PAGE, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestEnv, Upstream, basic_authorization,
};
use anyhow::{Context, Result};
use axum::{Json, response::IntoResponse};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[tokio::test]
async fn a_receipt_shows_the_request_as_the_provider_received_it_with_the_credential_redacted() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for (operation, args) in [
        ("apiUserV1Create", json!({"email": "ann@example.com", "name": {"first_name": "Änn"}})),
        ("apiUserV1Get", json!({"user_id": "user-test-1"})),
        ("apiUserV1Search", json!({})),
    ] {
        let response = app.post_json(&format!("/tools/stytch/{operation}"), &json!({"args": args})).send().await?;
        let receipt = response.json()?["meta"]["receipt"].clone();
        let sent = upstream.received_requests().pop().context("nothing was sent")?;
        let shown: BTreeMap<String, String> =
            serde_json::from_value::<Vec<(String, String)>>(receipt["request"]["headers"].clone())?
                .into_iter()
                .collect();
        let mut received: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &sent.headers {
            received.insert(name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        assert_eq!(received.get("authorization"), Some(&basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET)));
        let redacted = shown.get("authorization").context("no authorization")?.clone();
        assert!(
            redacted.starts_with("Basic [credential ") && redacted.len() == "Basic [credential 12345678]".len(),
            "{redacted}"
        );
        received.insert("authorization".into(), redacted);
        // An operator's base URL is shown only to users that may see the settings.
        received.insert("host".into(), "[base URL]".into());
        assert_eq!(shown, received, "{operation}");
        assert_eq!(receipt["request"]["method"], sent.method);
        assert_eq!(receipt["request"]["url"], format!("[base URL]{}", sent.path));
        assert_eq!(receipt["request"]["body"].as_str().unwrap_or_default(), sent.body);
        assert_eq!(receipt["request"]["bytes"], sent.body.len());
        assert!(!response.text().contains(OPERATOR_SECRET));
    }
    Ok(())
}

#[tokio::test]
async fn the_phases_of_a_new_connection_are_timed_and_a_reused_connection_has_none() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let url_by_name = upstream.url.replace("127.0.0.1", "localhost");
    let app = TestEnv::new().with_operator_credential().with_base_url(&url_by_name).start_app().await?;
    let timings = async || -> Result<Value> {
        Ok(app.post(OPERATION_TOOL, "").send().await?.json()?["meta"]["receipt"]["timings"].clone())
    };
    let first = timings().await?;
    for step in ["nameMs", "connectMs", "firstByteMs", "bodyMs"] {
        assert!(first[step].as_f64().is_some_and(|duration| (0.0..30_000.0).contains(&duration)), "{step}: {first}");
    }
    assert!(first.get("tlsMs").is_none(), "the upstream does not use TLS: {first}");
    let second = timings().await?;
    assert!(
        second.get("nameMs").is_none() && second.get("connectMs").is_none() && second["firstByteMs"].is_number(),
        "{second}"
    );
    Ok(())
}

#[tokio::test]
async fn a_receipt_has_both_request_ids_the_sizes_and_the_rule_that_allowed_the_call() -> Result<()> {
    let body = json!({"request_id": "request-id-test-1", "n": 1});
    let in_body = Upstream::with_response(200, body.clone()).await?;
    let in_header =
        Upstream::with_responder(move || ([("x-request-id", "up-1")], Json(body.clone())).into_response()).await?;
    for (upstream, id) in [(in_body, "request-id-test-1"), (in_header, "up-1")] {
        let app = TestEnv::with_upstream(&upstream).start_app().await?;
        let token = app.access_token(&["tag:User"], &[]).await?;
        let meta = app.post(OPERATION_TOOL, "").bearer_token(&token).send().await?.json()?["meta"].clone();
        let receipt = &meta["receipt"];
        assert_eq!(receipt["providerRequestId"], id);
        assert_eq!((&receipt["requestId"], &receipt["receivedBytes"]), (&meta["requestId"], &meta["size"]));
        assert_eq!(receipt["rule"], "token allow tag:User");
    }
    Ok(())
}

#[tokio::test]
async fn a_page_shows_the_receipt_and_an_example_response_has_none() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let sent =
        app.post_form(OPERATION_PAGE, &[("value/email", "ann@example.com"), ("intent", "send")]).send().await?.text();
    assert!(
        sent.contains("Receipt (") && sent.contains("Basic [credential ") && sent.contains("Allowed by rule"),
        "{sent}"
    );
    let example = app.post(OPERATION_TOOL, r#"{"args": {}, "environment": "example"}"#).send().await?.json()?;
    assert!(example["meta"].get("receipt").is_none());
    Ok(())
}
