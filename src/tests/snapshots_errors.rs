//! Snapshots of the errors of the HTTP API: one of each code that a request to the router can cause.

use crate::{
    config::{folder, setup},
    support::{
        CALLER_PROJECT, CALLER_SECRET, OPERATION_TOOL, TestApp, TestEnv, TestResponse, Upstream,
        faulty::{FaultyUpstream, arguments_for, response_head, start_app},
        locks::{all_credential_values, call_operation, save_credentials, start_app_for},
        snapshot::{assert_text, join_sections},
        unused_address,
    },
};
use anyhow::Result;
use regex::Regex;
use serde_json::{Value, json};

const USER: &str = "user-test-00000000-0000-4000-8000-000000000000";

/// Makes a call of the operation that most tests use, with a whole message.
async fn call(app: &TestApp, message: &Value) -> Result<TestResponse> {
    app.post_json(OPERATION_TOOL, message).send().await
}

/// Asserts that responses are errors with these codes, and compares their texts with the snapshot.
fn assert_errors(name: &str, errors: Vec<(&str, TestResponse)>) -> Result<()> {
    let differing = Regex::new(r"in \d+ (seconds?|minutes?|hours?)")?;
    let mut sections = Vec::new();
    for (code, response) in errors {
        assert_eq!(response.status_and_code()?.1, code, "{}", response.text());
        let mut json = response.json()?;
        if let Some(seconds) = json.get_mut("retryAfter") {
            *seconds = "[seconds]".into();
        }
        let text = format!("{}\n{}", response.status, serde_json::to_string_pretty(&json)?);
        sections.push((code, differing.replace_all(&text, "in [time]").into_owned()));
    }
    assert_text(name, &join_sections(sections));
    Ok(())
}

#[tokio::test]
async fn errors_of_requests() -> Result<()> {
    let app = TestEnv::with_upstream(&Upstream::succeeding().await?).start_app().await?;
    let one_field = json!({"args": {"email": "nobody"}});
    let two_fields = json!({"args": {"email": "nobody", "name": {"first_name": 1}}});
    let too_large = json!({"args": {"trusted_metadata": {"x": "x".repeat(14_100_000)}}});
    let credential = json!({"basicAuth/username": "project-test-", "basicAuth/password": CALLER_SECRET});
    let credential = json!({"provider": "stytch", "values": credential});
    assert_errors(
        "errors_requests",
        vec![
            ("malformed_request", app.post(OPERATION_TOOL, "[]").send().await?),
            ("invalid_arguments", call(&app, &one_field).await?),
            ("invalid_arguments", call(&app, &two_fields).await?),
            ("not_found", app.post("/tools/nobody/apiUserV1Create", "").send().await?),
            ("not_found", app.post("/tools/stytch/nothing", "").send().await?),
            ("not_found", call(&app, &json!({"args": {}, "environment": "staging"})).await?),
            ("request_too_large", call(&app, &too_large).await?),
            ("malformed_credential", app.post_json("/api/credential/save", &credential).send().await?),
        ],
    )
}

#[tokio::test]
async fn errors_of_access() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let setup = TestEnv::with_upstream(&upstream);
    let (app, shared) = (setup.start_app().await?, setup.set_var("EXPLORER_ACCESS", "sign-in").start_app().await?);
    let token = app.access_token(&["GET"], &[]).await?;
    let switch = [("subject", "credential:stytch"), ("to", "off")];
    let delete = json!({"args": {"user_id": USER}});
    let mut errors = vec![
        ("no_credential", TestEnv::new().start_app().await?.post(OPERATION_TOOL, "").send().await?),
        ("sign_in_required", shared.post(OPERATION_TOOL, "").send().await?),
        ("session_ended", app.post(OPERATION_TOOL, "").header("cookie", "api-explorer-3000=nonsense").send().await?),
        ("credential_changed", call(&app, &json!({"args": {}, "fingerprint": "none"})).await?),
        ("forbidden", app.post(OPERATION_TOOL, "").header("via", "1.1 proxy").send().await?),
        ("forbidden", app.post(OPERATION_TOOL, "").header("origin", "https://evil.example").send().await?),
        ("forbidden", app.post(OPERATION_TOOL, "").header("host", "evil.example").send().await?),
        ("policy_denied", app.post(OPERATION_TOOL, "").bearer_token(&token).send().await?),
        ("environment_mismatch", call(&app, &json!({"args": {}, "environment": "live"})).await?),
        ("confirmation_required", app.post_json("/tools/stytch/apiUserV1Delete", &delete).send().await?),
    ];
    app.post_form("/admin/switch", &switch).send().await?;
    errors.push(("switched_off", app.post(OPERATION_TOOL, "").send().await?));
    assert_errors("errors_access", errors)
}

#[tokio::test]
async fn errors_of_limits() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let operator = TestEnv::with_upstream(&upstream);
    let live = operator.clone().set_var("STYTCH_PROJECT_ID", "project-live-00000000-0000-4000-8000-000000000000");
    let live = live.set_var("STYTCH_SECRET", "secret-live-of-the-operator").start_app().await?;
    let mut errors = vec![("live_locked", live.post(OPERATION_TOOL, "").send().await?)];
    for (code, policy) in [("too_many_calls", "rate = \"1/h\""), ("budget_spent", "daily = 1")] {
        let folder = folder(&format!("[[provider]]\nid = \"stytch\"\n[provider.policy]\n{policy}\n"))?;
        let config = folder.path().join("explorer.toml").display().to_string();
        let app = operator.clone().set_var("EXPLORER_CONFIG", &config).start_app().await?;
        app.post(OPERATION_TOOL, "").send().await?;
        errors.push((code, app.post(OPERATION_TOOL, "").send().await?));
    }
    let mut settings = operator.to_settings()?;
    settings.limits.max_concurrent_calls = 0;
    errors.push(("too_busy", TestApp::new(settings).await?.post(OPERATION_TOOL, "").send().await?));
    assert_errors("errors_limits", errors)
}

#[tokio::test]
async fn errors_of_providers() -> Result<()> {
    let refusing = Upstream::with_response(401, json!({"error": "invalid_client"})).await?;
    let locks = start_app_for(&refusing).await?;
    let cookie = save_credentials(&locks, "", all_credential_values()).await?;
    let fails = async |url: &str| -> Result<TestResponse> {
        start_app(url).await?.post_json(OPERATION_TOOL, &json!({})).send().await
    };
    let large = Upstream::with_response(200, json!("x".repeat(1_100_000))).await?;
    let faulty = FaultyUpstream::start([("malformed", vec![response_head("two hundred", &[])])]).await?;
    let malformed = start_app(&format!("http://127.0.0.1:{}", faulty.port)).await?;
    let malformed = malformed.post_json(OPERATION_TOOL, &arguments_for("malformed"));
    let weather = setup(&folder("[[provider]]\nid = \"weather\"\ndocument = \"missing.json\"\n")?).start_app().await?;
    let closed = TestEnv::with_upstream(&large).start_app().await?;
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    closed.store.close().await;
    let save = json!({"provider": "stytch", "values": values});
    assert_errors(
        "errors_providers",
        vec![
            ("token_refused", call_operation(&locks, &cookie, "machine", &json!({})).await?),
            ("unreachable", fails(&format!("http://{}", unused_address().await?)).await?),
            ("tls", fails(&large.url.replace("http:", "https:")).await?),
            ("reply_too_large", fails(&large.url).await?),
            ("malformed_reply", malformed.send().await?),
            ("too_slow", fails(&Upstream::never_responding().await?.url).await?),
            ("provider_unavailable", weather.post("/tools/weather/today", "{}").send().await?),
            ("store_unavailable", closed.post_json("/api/credential/save", &save).send().await?),
        ],
    )
}
