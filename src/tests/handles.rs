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
use secrecy::ExposeSecret;
use serde_json::{Value, json};

const HANDLE: &str = "{{reply 1 · session_token}}";

async fn tool(app: &TestApp, token: Option<&str>, operation: &str, message: &Value) -> Result<TestResponse> {
    let ask = app.post_json(&format!("/tools/stytch/{operation}"), message);
    match token {
        Some(token) => ask.bearer_token(token).send().await,
        None => ask.send().await,
    }
}

async fn log_in(app: &TestApp, token: Option<&str>) -> Result<()> {
    let answer = tool(app, token, LOGIN_OPERATION, &login()).await?;
    anyhow::ensure!(answer.text().contains(" · session_token}}"), "{}", answer.text());
    Ok(())
}

fn with_token(handle: &str) -> Value {
    json!({"args": {"session_token": handle}})
}

/// Returns the body of the last request to the provider.
fn asked(upstream: &Upstream) -> Result<Value> {
    upstream.received_requests().last().context("nothing was sent")?.json()
}

#[tokio::test]
async fn login_session_and_protected_call_work_at_every_door_without_the_token_ever_being_shown() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    log_in(&app, None).await?;
    let token = app.access_token(&[], &[]).await?;
    log_in(&app, Some(&token)).await?;
    let controls = [("environment", "test"), ("value/session_token", HANDLE), ("intent", "send")];
    let call =
        json!({"provider": "stytch", "operation": AUTHENTICATE_OPERATION, "arguments": {"session_token": HANDLE}});
    let carried = |body: String| {
        let ask = app.post("/proxy/stytch/v1/sessions/authenticate", body).bearer_token(&token);
        ask.header("content-type", "application/json")
    };
    let escaped = r#"{"session_token": "\u007b{reply 1 \u00b7 session_token}}"}"#;
    for ask in [
        app.post_json(&format!("/tools/stytch/{AUTHENTICATE_OPERATION}"), &with_token(HANDLE)),
        app.post_json("/api/call", &call),
        app.post_form(&format!("/stytch/{AUTHENTICATE_OPERATION}"), &controls),
        carried(with_token(HANDLE)["args"].to_string()),
        carried(escaped.to_owned()),
    ] {
        let answer = ask.send().await?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(asked(&upstream)?["session_token"], SESSION_TOKEN);
        // The provider returns the secret in its body and in a header.
        assert!(!answer.full_text().contains(SESSION_TOKEN), "{}", answer.full_text());
        assert!(answer.full_text().contains(HANDLE), "{}", answer.full_text());
    }
    assert_eq!(upstream.received_requests().len(), 7);
    Ok(())
}

#[tokio::test]
async fn a_handle_that_stands_for_nothing_here_is_refused_at_its_field_and_nothing_is_sent() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    log_in(&app, None).await?;
    let (own, other) = (app.access_token(&[], &[]).await?, app.access_token(&[], &[]).await?);
    log_in(&app, Some(&own)).await?;
    let calls = upstream.received_requests().len();
    for (token, handle) in [
        (Some(&other), HANDLE),
        (None, "{{reply 2 · session_token}}"),
        (None, "{{reply 1 · nothing}}"),
        (None, "{{reply 4294967295 · session_token}}"),
        (None, "Bearer {{reply 1 · session_token}} {{reply 9 · x}}"),
    ] {
        let answer = tool(&app, token.map(String::as_str), AUTHENTICATE_OPERATION, &with_token(handle)).await?;
        assert_eq!(answer.status_and_code()?, (400, "invalid_arguments".into()), "{handle}");
        assert_eq!(answer.invalid_fields()?, ["/session_token"]);
        assert!(!answer.text().contains(SESSION_TOKEN), "{}", answer.text());
    }
    let many: Vec<String> = (0..30).map(|number| format!("{{{{reply {number} · x}}}}")).collect();
    let answer = tool(&app, None, AUTHENTICATE_OPERATION, &with_token(&many.concat())).await?;
    assert!(answer.text().contains("more than 20 responses"), "{}", answer.text());
    assert_eq!(upstream.received_requests().len(), calls);
    Ok(())
}

#[tokio::test]
async fn a_secret_goes_back_only_to_its_provider_and_environment() -> Result<()> {
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
    let elsewhere = app.post_json("/tools/other/authenticate", &with_token(HANDLE)).send().await?;
    assert_eq!(elsewhere.status_and_code()?, (400, "invalid_arguments".into()));
    assert!(elsewhere.text().contains("another provider"), "{}", elsewhere.text());
    let own = json!({"provider": "stytch", "values": {
        "basicAuth/username": "project-live-11111111-1111-4111-8111-111111111111", "basicAuth/password": "secret-live-of-a-visitor",
    }});
    let saved = app.post_json("/api/credential/save", &own).header("origin", "http://127.0.0.1:3000").send().await?;
    let cookie = saved.cookie()?;
    let ask = app.post_json(
        &format!("/tools/stytch/{AUTHENTICATE_OPERATION}"),
        &json!({"args": {"session_token": HANDLE}, "unlock": true}),
    );
    let live = ask.header("cookie", &cookie).send().await?;
    assert_eq!(live.status_and_code()?, (400, "invalid_arguments".into()), "{}", live.text());
    assert!(live.text().contains("is from test, but the call goes to live"), "{}", live.text());
    assert_eq!(upstream.received_requests().len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_one_may_not_see_is_sent_only_in_fields_for_secrets() -> Result<()> {
    let upstream = start_login_provider().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let update = |place: Value| json!({"args": {"user_id": "user-test-1", "trusted_metadata": place}});
    for (may, status) in [(vec![], 400), (vec!["reveal"], 200)] {
        let token = app.access_token(&[], &may).await?;
        log_in(&app, Some(&token)).await?;
        for place in [json!({"note": HANDLE}), json!({"a": {"b": [HANDLE]}})] {
            let answer = tool(&app, Some(&token), UPDATE_OPERATION, &update(place)).await?;
            assert_eq!(answer.status, status, "{}", answer.text());
            // The secret that the provider returns is replaced with its placeholder again.
            assert!(
                !answer.text().contains(SESSION_TOKEN)
                    && answer.text().contains(if status == 200 { HANDLE } else { "may not see" })
            );
        }
        assert_eq!(tool(&app, Some(&token), UPDATE_OPERATION, &update(json!({"token": HANDLE}))).await?.status, 200);
    }
    Ok(())
}

async fn reveal(app: &TestApp, token: &str, handle: &str) -> Result<TestResponse> {
    app.post_json("/api/reveal", &json!({"handle": handle})).bearer_token(token).send().await
}

#[tokio::test]
async fn a_secret_is_revealed_to_whoever_received_it_and_may_see_it_and_that_is_written_down() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).start_app().await?;
    let (may, may_not) = (app.access_token(&[], &["reveal"]).await?, app.access_token(&[], &[]).await?);
    for token in [&may, &may_not] {
        log_in(&app, Some(token)).await?;
    }
    let revealed = reveal(&app, &may, HANDLE).await?;
    assert_eq!((revealed.status.as_u16(), &revealed.json()?), (200, &json!(SESSION_TOKEN)));
    assert_eq!(revealed.header("cache-control"), "no-store");
    assert_eq!(reveal(&app, &may_not, HANDLE).await?.status_and_code()?, (403, "policy_denied".into()));
    for handle in ["{{reply 2 · session_token}}", "{{reply 1 · x}}", "", SESSION_TOKEN] {
        assert_eq!(reveal(&app, &may, handle).await?.status_and_code()?, (404, "not_found".into()), "{handle}");
    }
    let audit = app.get("/admin/audit.jsonl?what=reveal").send().await?.text();
    let records: Vec<Value> = audit.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let [refused, shown] = records.as_slice() else { anyhow::bail!("{audit}") };
    assert_eq!((&shown["target"], &shown["provider"], shown.get("code")), (&json!(HANDLE), &json!("stytch"), None));
    assert_eq!((&refused["code"], &refused["rule"]), (&json!("policy_denied"), &json!("may reveal")));
    Ok(())
}

#[tokio::test]
async fn without_scripts_a_secret_is_revealed_on_a_page_of_its_own() -> Result<()> {
    let app = TestEnv::with_upstream(&start_login_provider().await?).start_app().await?;
    let controls =
        [("environment", "test"), ("value/email", "a@b.example"), ("value/password", "p"), ("intent", "send")];
    let page = app.post_form(&format!("/stytch/{LOGIN_OPERATION}"), &controls).send().await?.text();
    assert!(page.contains("2 secrets are masked") && page.contains("action=\"/reveal\""), "{page}");
    assert!(!page.contains(SESSION_TOKEN));
    let shown = app.post_form("/reveal", &[("handle", HANDLE)]).send().await?;
    assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "no-store"));
    assert!(shown.text().contains(SESSION_TOKEN));
    let gone = app.post_form("/reveal", &[("handle", "{{reply 7 · x}}")]).send().await?;
    assert_eq!(gone.status, 404);
    assert!(gone.text().contains("Repeat the call that returned it"), "{}", gone.text());
    let strange = app
        .post_form("/reveal", &[("handle", HANDLE)])
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(strange.send().await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn a_visitor_without_a_session_gets_one_to_keep_secrets_in() -> Result<()> {
    let upstream = start_login_provider().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[[provider]]\nid = \"stytch\"\n[provider.policy]\nrate = \"9/min\"\ndaily = 9\n")?;
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
    let answer = call(LOGIN_OPERATION, login()["args"].clone()).send().await?;
    assert!(answer.text().contains(HANDLE), "{}", answer.text());
    let cookie = answer.cookie()?;
    let again = call(AUTHENTICATE_OPERATION, json!({"session_token": HANDLE}));
    assert_eq!(again.header("cookie", &cookie).send().await?.status, 200);
    assert_eq!(asked(&upstream)?["session_token"], SESSION_TOKEN);
    let stranger = call(AUTHENTICATE_OPERATION, json!({"session_token": HANDLE})).send().await?;
    assert_eq!(stranger.status_and_code()?, (400, "invalid_arguments".into()));
    Ok(())
}

#[tokio::test]
async fn handles_outlive_a_restart_and_a_change_of_the_key() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, start_login_provider().await?);
    let setup = store.apply_to(TestEnv::with_upstream(&upstream));
    log_in(&setup.start_app().await?, None).await?;
    let next = SealingKey::generate_base64();
    rotate_key(&store.settings(), Some(&next)).await?;
    let app = setup.set_var("EXPLORER_KEY", next.expose_secret()).start_app().await?;
    assert_eq!(tool(&app, None, AUTHENTICATE_OPERATION, &with_token(HANDLE)).await?.status, 200);
    assert_eq!(asked(&upstream)?["session_token"], SESSION_TOKEN);
    Ok(())
}
