//! Tests that the caller that received a secret can send its placeholder in later calls, to the provider and
//! environment it came from.

use crate::{
    masking::login,
    support::{
        TestApp, TestEnv, TestResponse, TestStore, Upstream,
        login::{AUTHENTICATE_OPERATION, LOGIN_OPERATION, SESSION_TOKEN, UPDATE_OPERATION, start_login_provider},
    },
};
use anyhow::{Context, Result};
use api_explorer::store::{key::SealingKey, rotation::rotate_key};
use axum::{Json, response::IntoResponse};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

const PLACEHOLDER: &str = "{{response 1.session_token}}";

async fn call_tool(app: &TestApp, token: Option<&str>, operation: &str, message: &Value) -> Result<TestResponse> {
    let request = app.post_json(&format!("/tools/stytch/{operation}"), message);
    match token {
        Some(token) => request.bearer_token(token).send().await,
        None => request.send().await,
    }
}

async fn log_in(app: &TestApp, token: Option<&str>) -> Result<()> {
    let response = call_tool(app, token, LOGIN_OPERATION, &login()).await?;
    anyhow::ensure!(response.text().contains(".session_token}}"), "{}", response.text());
    Ok(())
}

fn with_token(placeholder: &str) -> Value {
    json!({"args": {"session_token": placeholder}})
}

/// Returns the body of the last request to the provider.
fn last_request_body(upstream: &Upstream) -> Result<Value> {
    upstream.received_requests().last().context("nothing was sent")?.json()
}

#[tokio::test]
async fn a_placeholder_is_accepted_at_every_endpoint_and_the_token_is_never_shown() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    log_in(&app, None).await?;
    let token = app.access_token(&[], &[]).await?;
    log_in(&app, Some(&token)).await?;
    let controls = [("environment", "test"), ("value/session_token", PLACEHOLDER), ("intent", "send")];
    let call =
        json!({"provider": "stytch", "operation": AUTHENTICATE_OPERATION, "arguments": {"session_token": PLACEHOLDER}});
    let proxied = |body: String| {
        let request = app.post("/proxy/stytch/v1/sessions/authenticate", body).bearer_token(&token);
        request.header("content-type", "application/json")
    };
    let escaped = r#"{"session_token": "\u007b{response 1\u002esession_token}}"}"#;
    for request in [
        app.post_json(&format!("/tools/stytch/{AUTHENTICATE_OPERATION}"), &with_token(PLACEHOLDER)),
        app.post_json("/api/call", &call),
        app.post_form(&format!("/stytch/{AUTHENTICATE_OPERATION}"), &controls),
        proxied(with_token(PLACEHOLDER)["args"].to_string()),
        proxied(escaped.to_owned()),
    ] {
        let response = request.send().await?;
        assert_eq!(response.status, 200, "{}", response.text());
        assert_eq!(last_request_body(&upstream)?["session_token"], SESSION_TOKEN);
        // The provider returns the secret in its body and in a header.
        assert!(!response.full_text().contains(SESSION_TOKEN), "{}", response.full_text());
        assert!(response.full_text().contains(PLACEHOLDER), "{}", response.full_text());
    }
    assert_eq!(upstream.received_requests().len(), 7);
    Ok(())
}

#[tokio::test]
async fn a_common_secret_that_was_sent_hides_only_its_own_field() -> Result<()> {
    let upstream = Upstream::with_responder(|| {
        Json(json!({"session_token": "string", "request_id": "string", "user_id": "a string of it"})).into_response()
    })
    .await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    log_in(&app, None).await?;
    let response = call_tool(&app, None, AUTHENTICATE_OPERATION, &with_token(PLACEHOLDER)).await?.json()?;
    assert_eq!(last_request_body(&upstream)?["session_token"], "string");
    let expected = json!({
        "session_token": "{{response 2.session_token}}", "request_id": "string", "user_id": "a string of it",
    });
    assert_eq!(response["data"], expected);
    Ok(())
}

#[tokio::test]
async fn an_unknown_placeholder_is_refused_at_its_field_and_nothing_is_sent() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    log_in(&app, None).await?;
    let (token_of_caller, token_of_other) = (app.access_token(&[], &[]).await?, app.access_token(&[], &[]).await?);
    log_in(&app, Some(&token_of_caller)).await?;
    let calls = upstream.received_requests().len();
    for (token, placeholder) in [
        (Some(&token_of_other), PLACEHOLDER),
        (None, "{{response 2.session_token}}"),
        (None, "{{response 1.nothing}}"),
        (None, "{{response 4294967295.session_token}}"),
        (None, "Bearer {{response 1.session_token}} {{response 9.x}}"),
    ] {
        let response =
            call_tool(&app, token.map(String::as_str), AUTHENTICATE_OPERATION, &with_token(placeholder)).await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()), "{placeholder}");
        assert_eq!(response.invalid_fields()?, ["/session_token"]);
        assert!(!response.text().contains(SESSION_TOKEN), "{}", response.text());
    }
    let many: Vec<String> = (0..30).map(|number| format!("{{{{response {number}.x}}}}")).collect();
    let response = call_tool(&app, None, AUTHENTICATE_OPERATION, &with_token(&many.concat())).await?;
    assert!(response.text().contains("more than 20 responses"), "{}", response.text());
    assert_eq!(upstream.received_requests().len(), calls);
    Ok(())
}

#[tokio::test]
async fn a_secret_is_sent_only_to_the_provider_and_environment_it_came_from() -> Result<()> {
    let upstream = start_login_provider().await?;
    let folder = tempfile::tempdir()?;
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Other", "version": "1"}, "servers": [{"url": upstream.url}],
        "paths": {"/v1/sessions/authenticate": {"post": {"operationId": "authenticate", "requestBody": {"content":
            {"application/json": {"schema": {"type": "object", "properties": {"session_token": {"type": "string"}}}}}},
            "responses": {"200": {"description": "Done."}}}}},
    });
    std::fs::write(folder.path().join("other.json"), document.to_string())?;
    let settings = "[[provider]]\nid = \"other\"\ndocument = \"other.json\"\n";
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, settings)?;
    let app =
        TestEnv::with_upstream(&upstream).set_var("EXPLORER_CONFIG", &file.display().to_string()).start_app().await?;
    log_in(&app, None).await?;
    let other_provider = app.post_json("/tools/other/authenticate", &with_token(PLACEHOLDER)).send().await?;
    assert_eq!(other_provider.status_and_code()?, (400, "invalid_arguments".into()));
    assert!(other_provider.text().contains("another provider"), "{}", other_provider.text());
    let live_credential = json!({"provider": "stytch", "values": {
        "basicAuth/username": "project-live-11111111-1111-4111-8111-111111111111", "basicAuth/password": "secret-live-of-a-caller",
    }});
    let saved = app
        .post_json("/api/credential/save", &live_credential)
        .header("origin", "http://127.0.0.1:3000")
        .send()
        .await?;
    let cookie = saved.cookie()?;
    let request = app.post_json(
        &format!("/tools/stytch/{AUTHENTICATE_OPERATION}"),
        &json!({"args": {"session_token": PLACEHOLDER}, "unlock": true}),
    );
    let live = request.header("cookie", &cookie).send().await?;
    assert_eq!(live.status_and_code()?, (400, "invalid_arguments".into()), "{}", live.text());
    assert!(live.text().contains("is from test, but the call goes to live"), "{}", live.text());
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn without_the_reveal_grant_a_secret_is_sent_only_in_fields_for_secrets() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let update = |place: Value| json!({"args": {"user_id": "user-test-1", "trusted_metadata": place}});
    for (grants, status) in [(vec![], 400), (vec!["reveal"], 200)] {
        let token = app.access_token(&[], &grants).await?;
        log_in(&app, Some(&token)).await?;
        for place in [json!({"note": PLACEHOLDER}), json!({"a": {"b": [PLACEHOLDER]}})] {
            let response = call_tool(&app, Some(&token), UPDATE_OPERATION, &update(place)).await?;
            assert_eq!(response.status, status, "{}", response.text());
            // The secret that the provider returns is replaced with its placeholder again.
            assert!(
                !response.text().contains(SESSION_TOKEN)
                    && response.text().contains(if status == 200 { PLACEHOLDER } else { "cannot see this secret" })
            );
        }
        // Not even under a secret name: the document does not describe the fields of metadata.
        assert_eq!(
            call_tool(&app, Some(&token), UPDATE_OPERATION, &update(json!({"token": PLACEHOLDER}))).await?.status,
            status
        );
    }
    Ok(())
}

async fn reveal(app: &TestApp, token: &str, placeholder: &str) -> Result<TestResponse> {
    app.post_json("/api/reveal", &json!({"placeholder": placeholder})).bearer_token(token).send().await
}

#[tokio::test]
async fn a_secret_is_revealed_only_to_its_receiver_with_the_reveal_grant_and_audited() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).start_app().await?;
    let (permitted, not_permitted) = (app.access_token(&[], &["reveal"]).await?, app.access_token(&[], &[]).await?);
    for token in [&permitted, &not_permitted] {
        log_in(&app, Some(token)).await?;
    }
    let revealed = reveal(&app, &permitted, PLACEHOLDER).await?;
    assert_eq!((revealed.status.as_u16(), &revealed.json()?), (200, &json!(SESSION_TOKEN)));
    assert_eq!(revealed.header("cache-control"), "no-store");
    assert_eq!(reveal(&app, &not_permitted, PLACEHOLDER).await?.status_and_code()?, (403, "policy_denied".into()));
    for placeholder in ["{{response 2.session_token}}", "{{response 1.x}}", "", SESSION_TOKEN] {
        assert_eq!(
            reveal(&app, &permitted, placeholder).await?.status_and_code()?,
            (404, "not_found".into()),
            "{placeholder}"
        );
    }
    let audit = app.get("/admin/audit.jsonl?what=reveal").send().await?.text();
    let records: Vec<Value> = audit.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let [refused, shown] = records.as_slice() else { anyhow::bail!("{audit}") };
    assert_eq!(
        (&shown["target"], &shown["provider"], shown.get("code")),
        (&json!(PLACEHOLDER), &json!("stytch"), None)
    );
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("policy_denied"), &json!("may reveal")));
    Ok(())
}

#[tokio::test]
async fn without_scripts_a_secret_is_revealed_on_a_separate_page() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).start_app().await?;
    let controls =
        [("environment", "test"), ("value/email", "a@b.example"), ("value/password", "p"), ("intent", "send")];
    let page = app.post_form(&format!("/stytch/{LOGIN_OPERATION}"), &controls).send().await?.text();
    assert!(page.contains("2 secrets are masked") && page.contains("action=\"/reveal\""), "{page}");
    assert!(!page.contains(SESSION_TOKEN));
    let shown = app.post_form("/reveal", &[("placeholder", PLACEHOLDER)]).send().await?;
    assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "no-store"));
    assert!(shown.text().contains(SESSION_TOKEN));
    let missing = app.post_form("/reveal", &[("placeholder", "{{response 7.x}}")]).send().await?;
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("Repeat the call that returned it"), "{}", missing.text());
    let cross_site = app
        .post_form("/reveal", &[("placeholder", PLACEHOLDER)])
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(cross_site.send().await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn a_caller_without_a_session_receives_one_for_its_secrets() -> Result<()> {
    let upstream = start_login_provider().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(
        &file,
        "[[provider]]\nid = \"stytch\"\n[provider.policy]\nrate = \"9/min\"\ndaily = 9\ndaily_total = 99\n",
    )?;
    let setup = TestEnv::with_upstream(&upstream)
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", "explorer.example.com")
        .set_var("EXPLORER_CONFIG", &file.display().to_string())
        .set_var("EXPLORER_ACCESS", "public");
    let app = setup.start_app().await?;
    let call = |operation: &str, arguments: Value| {
        let message = json!({"provider": "stytch", "operation": operation, "arguments": arguments});
        app.post_json("/api/call", &message).header("host", "explorer.example.com")
    };
    let response = call(LOGIN_OPERATION, login()["args"].clone()).send().await?;
    assert!(response.text().contains(PLACEHOLDER), "{}", response.text());
    let cookie = response.cookie()?;
    let again = call(AUTHENTICATE_OPERATION, json!({"session_token": PLACEHOLDER}));
    assert_eq!(again.header("cookie", &cookie).send().await?.status, 200);
    assert_eq!(last_request_body(&upstream)?["session_token"], SESSION_TOKEN);
    let other_caller = call(AUTHENTICATE_OPERATION, json!({"session_token": PLACEHOLDER})).send().await?;
    assert_eq!(other_caller.status_and_code()?, (400, "invalid_arguments".into()));
    Ok(())
}

#[tokio::test]
async fn placeholders_survive_a_restart_and_a_key_rotation() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, start_login_provider().await?);
    let setup = store.apply_to(TestEnv::with_upstream(&upstream));
    log_in(&setup.start_app().await?, None).await?;
    let next = SealingKey::generate_base64();
    rotate_key(&store.settings(), Some(&next)).await?;
    let app = setup.set_var("EXPLORER_KEY", next.expose_secret()).start_app().await?;
    assert_eq!(call_tool(&app, None, AUTHENTICATE_OPERATION, &with_token(PLACEHOLDER)).await?.status, 200);
    assert_eq!(last_request_body(&upstream)?["session_token"], SESSION_TOKEN);
    Ok(())
}
