//! Tests that secrets in responses are masked in every place, and revealed only to callers that may see them.

use crate::support::{
    TestApp, TestEnv, TestResponse, TestStore, Upstream,
    login::{LOGIN_OPERATION, SESSION_JWT, SESSION_TOKEN, session_response, start_login_provider},
    search::{CAPTURED_LOG, find_leaks},
};
use anyhow::{Context, Result};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use sqlx::Executor;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Returns the arguments of a login.
pub(crate) fn login() -> Value {
    json!({"args": {"email": "ann@example.com", "password": "typed-by-ann"}})
}

async fn log_in(app: &TestApp, more: &Value) -> Result<TestResponse> {
    let mut message = login();
    message.as_object_mut().context("no object")?.extend(more.as_object().cloned().unwrap_or_default());
    app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &message).send().await
}

/// Returns the masked form of a provider's response.
async fn masked(kind: &'static str, body: &'static str) -> Result<Value> {
    let upstream = Upstream::with_responder(move || ([("content-type", kind)], body).into_response()).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    log_in(&app, &json!({})).await?.json()
}

#[tokio::test]
async fn secrets_are_replaced_by_placeholders_and_everything_else_is_unchanged() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).start_app().await?;
    for number in 1..=2 {
        let mut expected = session_response();
        expected["session_token"] = format!("{{{{response {number}.session_token}}}}").into();
        expected["session_jwt"] = format!("{{{{response {number}.session_jwt}}}}").into();
        let response = log_in(&app, &json!({})).await?.json()?;
        assert_eq!(response["data"], expected);
        let meta = &response["meta"];
        assert_eq!((&meta["masked"], &meta["isKept"], &meta["mayReveal"]), (&json!(2), &json!(true), &json!(true)));
        assert_eq!(meta["size"], session_response().to_string().len(), "the size is that of the original body");
    }
    Ok(())
}

#[tokio::test]
async fn masking_leaves_the_formatting_of_a_body_unchanged() -> Result<()> {
    let body =
        "{ \"n\": 1.50,\r\n  \"token\" : \"a\\u00e9\\\"b\",\n\"tokens\":[\"c\", {\"x\": \"d\"}], \"id\": \"\\u00e9\" }";
    let upstream = Upstream::with_responder(move || body.into_response()).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let call = json!({"provider": "stytch", "operation": LOGIN_OPERATION, "arguments": login()["args"]});
    let response = app.post_json("/api/call", &call).send().await?.json()?;
    let expected =
        body.replace("\"a\\u00e9\\\"b\"", "\"{{response 1.token}}\"").replace("\"c\"", "\"{{response 1.tokens.0}}\"");
    assert_eq!(response["data"], expected);
    Ok(())
}

#[tokio::test]
async fn secrets_are_detected_by_schema_name_and_format_in_bodies_and_headers() -> Result<()> {
    for (kind, body, expected) in [
        (
            "application/json",
            r#"{"a": {"b": [{"access_token": "x"}]}}"#,
            r#"{"a":{"b":[{"access_token":"{{response 1.a.b.0.access_token}}"}]}}"#,
        ),
        (
            "application/json",
            r#"{"token": "same", "secret": "same"}"#,
            r#"{"token":"{{response 1.token}}","secret":"{{response 1.token}}"}"#,
        ),
        ("application/json", r#"{"a}}b": {"token": "x"}}"#, r#"{"a}}b":{"token":"{{response 1.#1}}"}}"#),
        (
            "application/json",
            r#"{"url": "https://a.example/?token=x&id=1"}"#,
            r#"{"url":"https://a.example/?token={{response 1.url}}&id=1"}"#,
        ),
        ("application/json", r#"["sk_live_0123456789abcdef"]"#, r#"["{{response 1.0}}"]"#),
        (
            "application/json",
            r#"{"token": "a-long-secret-of-somebody", "note": "see a-long-secret-of-somebody"}"#,
            r#"{"token":"{{response 1.token}}","note":"see {{response 1.token}}"}"#,
        ),
        ("text/plain", "access_token=gho_x&scope=user", r#""access_token={{response 1.#1}}&scope=user""#),
        ("text/plain", "your token: eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln.", r#""your token: {{response 1.#1}}""#),
        (
            "application/json",
            r#"{"token": "", "expires_token": 3, "token_type": "bearer", "password_id": "p"}"#,
            r#"{"token":"","expires_token":3,"token_type":"bearer","password_id":"p"}"#,
        ),
    ] {
        let response = masked(kind, body).await?;
        assert_eq!(response["data"], serde_json::from_str::<Value>(expected)?, "{body}");
    }
    let headers =
        [("set-cookie", "a=1; Path=/"), ("location", "https://a.example/#access_token=abc"), ("x-api-key", "k")];
    let upstream = Upstream::with_responder(move || (headers, "{}").into_response()).await?;
    let response = log_in(&TestEnv::with_upstream(&upstream).start_app().await?, &json!({})).await?.json()?;
    let shown = &response["meta"]["headers"];
    assert_eq!(shown["set-cookie"], "{{response 1.header set-cookie}}");
    assert_eq!(shown["location"], "https://a.example/#access_token={{response 1.header location}}");
    assert_eq!(shown["x-api-key"], "{{response 1.header x-api-key}}");
    Ok(())
}

#[tokio::test]
async fn a_body_that_cannot_be_searched_is_not_returned() -> Result<()> {
    let upstream = Upstream::with_responder(|| "[".repeat(1_000).into_response()).await?;
    let response = log_in(&TestEnv::with_upstream(&upstream).start_app().await?, &json!({})).await?;
    assert!(response.text().contains("too deep"), "{}", response.text());
    Ok(())
}

#[tokio::test]
async fn a_call_reveals_secrets_only_on_request_with_the_reveal_grant_and_audited() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let revealed = log_in(&app, &json!({"reveal": true})).await?.json()?;
    assert_eq!((&revealed["data"], revealed["meta"].get("masked")), (&session_response(), None));
    let audit = app.get("/admin/audit.jsonl?what=reveal").send().await?.text();
    assert!(audit.contains(LOGIN_OPERATION) && audit.lines().count() == 1, "{audit}");
    let (permitted, not_permitted) = (app.access_token(&[], &["reveal"]).await?, app.access_token(&[], &[]).await?);
    let log_in_with = |token: &str, reveal: bool| {
        let mut message = login();
        message["reveal"] = reveal.into();
        app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &message).bearer_token(token).send()
    };
    assert_eq!(log_in_with(&permitted, true).await?.json()?["data"], session_response());
    let calls = upstream.received_requests().len();
    let refused = log_in_with(&not_permitted, true).await?;
    assert_eq!(refused.status_and_code()?, (403, "policy_denied".into()));
    assert_eq!((&refused.json()?["rule"], upstream.received_requests().len()), (&json!("may reveal"), calls));
    let masked = log_in_with(&not_permitted, false).await?.json()?;
    assert_eq!((&masked["meta"]["masked"], &masked["meta"]["mayReveal"]), (&json!(2), &json!(false)));
    Ok(())
}

#[tokio::test]
async fn proxied_responses_are_masked_unless_the_token_has_the_reveal_grant() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).start_app().await?;
    for (grants, expected) in [(vec![], "{{response 1.session_token}}"), (vec!["reveal"], SESSION_TOKEN)] {
        let token = app.access_token(&[], &grants).await?;
        let request =
            app.post("/proxy/stytch/v1/passwords/authenticate", login()["args"].to_string()).bearer_token(&token);
        assert_eq!(request.send().await?.json()?["session_token"], expected);
    }
    Ok(())
}

#[tokio::test]
async fn secrets_are_masked_even_if_they_cannot_be_stored() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, start_login_provider().await?);
    let app = store.apply_to(TestEnv::with_upstream(&upstream)).start_app().await?;
    let mut other_connection = store.connect().await?;
    let (begin, lock) = match store.sqlite_path() {
        Some(_) => ("BEGIN IMMEDIATE", ""),
        None => ("BEGIN", "LOCK TABLE replies, reply_numbers IN EXCLUSIVE MODE"),
    };
    other_connection.execute(begin).await?;
    other_connection.execute(lock).await?;
    let response = log_in(&app, &json!({})).await?.json()?;
    assert_eq!(
        (&response["data"]["session_token"], &response["meta"]["isKept"]),
        (&json!("{{not stored}}"), &json!(false))
    );
    assert!(!response.to_string().contains(SESSION_TOKEN), "{response}");
    other_connection.execute("ROLLBACK").await?;
    let response = log_in(&app, &json!({})).await?.json()?;
    assert_eq!(response["data"]["session_token"], "{{response 1.session_token}}");
    Ok(())
}

#[tokio::test]
async fn example_responses_are_not_masked() -> Result<()> {
    let response = log_in(&TestEnv::new().start_app().await?, &json!({"environment": "example"})).await?;
    assert!(
        response.json()?["meta"].get("masked").is_none() && !response.text().contains("{{response"),
        "{}",
        response.text()
    );
    Ok(())
}

#[tokio::test]
async fn no_page_response_log_or_store_contains_a_secret_of_a_response() -> Result<()> {
    LazyLock::force(&CAPTURED_LOG);
    let upstream = start_login_provider().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.db");
    let setup = TestEnv::with_upstream(&upstream).set_var("DATABASE_URL", &format!("sqlite:{}", file.display()));
    let app = setup.start_app().await?;
    let placeholder = "{{response 1.session_token}}";
    let page = format!("/stytch/{LOGIN_OPERATION}");
    let controls =
        [("environment", "test"), ("value/email", "a@b.example"), ("value/password", "p"), ("intent", "send")];
    let call = json!({"provider": "stytch", "operation": LOGIN_OPERATION, "arguments": login()["args"]});
    let authenticate = json!({"args": {"session_token": placeholder}});
    let wrong = json!({"args": {"session_token": placeholder, "session_duration_minutes": "x"}});
    let mut responses = vec![
        log_in(&app, &json!({})).await?,
        app.post_form(&page, &controls).send().await?,
        app.post_json("/api/call", &call).send().await?,
        app.post_json("/tools/stytch/apiSessionV1Authenticate", &authenticate).send().await?,
        app.post_json("/tools/stytch/apiSessionV1Authenticate", &wrong).send().await?,
        app.post("/proxy/stytch/v1/sessions/authenticate", authenticate["args"].to_string())
            .bearer_token(&app.access_token(&[], &[]).await?)
            .send()
            .await?,
        app.get(&page).send().await?,
    ];
    app.gateway.audit().flush().await;
    responses.push(app.get("/admin/audit.jsonl").send().await?);
    for secret in [SESSION_TOKEN, SESSION_JWT] {
        for response in &responses {
            let everything = response.full_text();
            assert_eq!(find_leaks(&everything, secret), [""; 0], "{} {everything}", response.status);
        }
        assert_eq!(find_leaks(&CAPTURED_LOG.text(), secret), [""; 0], "in the log");
        for entry in std::fs::read_dir(folder.path())? {
            let bytes = std::fs::read(entry?.path())?;
            assert_eq!(find_leaks(&String::from_utf8_lossy(&bytes), secret), [""; 0], "in the store");
        }
    }
    Ok(())
}

#[tokio::test]
async fn responses_of_stytch_with_secrets_are_masked() -> Result<()> {
    let example: Arc<Mutex<String>> = Arc::default();
    let current_example = example.clone();
    let body = move || current_example.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let upstream =
        Upstream::with_responder(move || ([("content-type", "application/json")], body()).into_response()).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let stytch = crate::stytch_document::stytch()?;
    let mut with_secrets = Vec::new();
    for documented in crate::stytch_document::operations(stytch) {
        let name = &documented.operation.name;
        let success_example = stytch.document.example_response(name, None).context("no success")?;
        let (_, success_body) = success_example.body.clone().context("no body")?;
        *example.lock().unwrap_or_else(PoisonError::into_inner) = success_body;
        let target = documented.operation.target_parameter().map(|field| field.name.clone());
        let arguments = crate::stytch_document::first_example(&documented);
        let confirm = target.map_or_else(|| name.clone().into(), |target| arguments[&target].clone());
        let message = json!({"args": arguments, "confirm": confirm});
        let response = app.post_json(&format!("/tools/stytch/{name}"), &message).send().await?;
        assert_eq!(response.status, 200, "{name}: {}", response.text());
        if response.json()?["meta"].get("masked").is_some() {
            with_secrets.push(name.clone());
        }
    }
    assert_eq!(with_secrets.len(), 70, "{with_secrets:#?}");
    Ok(())
}
