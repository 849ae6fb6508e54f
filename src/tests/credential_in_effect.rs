//! Tests that the credential of a call never changes without notice: an ended session refuses calls, and a call is made
//! with the credential that it names or not at all.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestResponse, Upstream,
};
use anyhow::Result;
use serde_json::{Value, json};

const UNKNOWN_SESSION: &str = "api-explorer-3000=00000000-0000-4000-8000-000000000000";

async fn save(app: &TestApp, secret: &str, cookie: &str) -> Result<TestResponse> {
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": secret});
    let request = app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": values}));
    request.header("cookie", cookie).send().await
}

/// Makes a call through every endpoint that can name a credential. Returns the status and code of each.
async fn calls(app: &TestApp, cookie: &str, fingerprint: Option<&str>) -> Result<Vec<(u16, String)>> {
    let mut call = json!({"provider": "stytch", "operation": "apiUserV1Create", "arguments": {}});
    let mut tool = json!({"args": {}});
    let mut controls = vec![("intent", "send")];
    if let Some(fingerprint) = fingerprint {
        call["fingerprint"] = json!(fingerprint);
        tool["fingerprint"] = json!(fingerprint);
        controls.push(("fingerprint", fingerprint));
    }
    let page = app.post_form(OPERATION_PAGE, &controls).header("cookie", cookie).send().await?;
    let mut outcomes = Vec::new();
    for request in [app.post_json("/api/call", &call), app.post_json(OPERATION_TOOL, &tool)] {
        let response = request.header("cookie", cookie).send().await?;
        let code = response.json()?["code"].as_str().unwrap_or_default().to_owned();
        outcomes.push((response.status.as_u16(), code));
    }
    let is_sent = page.text().contains("200 OK");
    assert_eq!(is_sent, outcomes[0].0 == 200, "the page decides like the server function");
    Ok(outcomes)
}

fn fingerprint_on_page(page: &TestResponse) -> String {
    let html = page.text();
    let value = html.split("name=\"fingerprint\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_unknown_cookie_refuses_the_call_and_says_so() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for cookie in [UNKNOWN_SESSION, "api-explorer-3000=nonsense", "theme=dark; api-explorer-3000=../../etc/passwd"] {
        let refused = (401, "session_ended".to_owned());
        assert_eq!(calls(&app, cookie, None).await?, [refused.clone(), refused], "{cookie}");
        let response = app.post(OPERATION_TOOL, "").header("cookie", cookie).send().await?;
        assert!(response.text().contains("Your session has ended") && response.text().contains("cookie"), "{cookie}");
        assert_eq!(response.header("set-cookie"), "", "the next call is refused too");
        let unlock = app.post_json("/api/live/unlock", &json!({"provider": "stytch"})).header("cookie", cookie);
        assert_eq!(unlock.send().await?.status_and_code()?, (401, "session_ended".into()));
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_page_shows_the_credential_now_in_effect_and_removes_the_unknown_cookie() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let page = app.get(OPERATION_PAGE).header("cookie", UNKNOWN_SESSION).send().await?;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Using the operator's credential") || page.text().contains("operator&#x27;s"));
    assert_eq!(page.header("set-cookie"), "api-explorer-3000=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    let known = save(&app, CALLER_SECRET, "").await?.cookie()?;
    let page = app.get(OPERATION_PAGE).header("cookie", &known).send().await?;
    assert_eq!(page.header("set-cookie"), "");
    assert_eq!(app.get(OPERATION_PAGE).send().await?.header("set-cookie"), "");
    Ok(())
}

#[tokio::test]
async fn an_ended_session_does_not_fall_back_to_the_operators_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let cookie = save(&app, CALLER_SECRET, "").await?.cookie()?;
    assert_eq!(calls(&app, &cookie, None).await?, [(200, String::new()), (200, String::new())]);
    let sent = upstream.received_requests().len();
    // The least recently used sessions beyond the capacity are deleted.
    app.store.sweep(0).await.ok();
    let refused = (401, "session_ended".to_owned());
    assert_eq!(calls(&app, &cookie, None).await?, [refused.clone(), refused]);
    assert_eq!(upstream.received_requests().len(), sent);
    Ok(())
}

#[tokio::test]
async fn a_call_that_names_another_credential_than_the_one_in_effect_is_refused() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let operators = fingerprint_on_page(&app.get(OPERATION_PAGE).send().await?);
    let saved = save(&app, CALLER_SECRET, "").await?;
    let (cookie, own) = (saved.cookie()?, saved.json()?["fingerprint"].as_str().unwrap_or_default().to_owned());
    let replaced = save(&app, "secret-test-of-a-caller-2", &cookie).await?;
    let (cookie_2, own_2) =
        (replaced.cookie()?, replaced.json()?["fingerprint"].as_str().unwrap_or_default().to_owned());
    let accepted = vec![(200, String::new()); 2];
    let refused = vec![(409, "credential_changed".to_owned()); 2];
    assert_eq!([operators.len(), own.len(), own_2.len()], [8; 3]);
    for (cookie, fingerprint, expected) in [
        ("", Some(operators.as_str()), &accepted),
        ("", None, &accepted),
        ("", Some(own.as_str()), &refused),
        ("", Some("none"), &refused),
        (cookie_2.as_str(), Some(own_2.as_str()), &accepted),
        (cookie_2.as_str(), Some(own.as_str()), &refused),
        (cookie_2.as_str(), Some(operators.as_str()), &refused),
        (cookie_2.as_str(), Some("0"), &refused),
    ] {
        assert_eq!(&calls(&app, cookie, fingerprint).await?, expected, "{fingerprint:?} with {cookie:?}");
    }
    let body = json!({"args": {}, "fingerprint": own});
    let response = app.post_json(OPERATION_TOOL, &body).send().await?;
    assert!(response.text().contains(&format!("The operator's credential ({operators}) is now in effect")));
    Ok(())
}

#[tokio::test]
async fn a_call_that_means_no_credential_is_not_made_with_one() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    assert_eq!(fingerprint_on_page(&app.get(OPERATION_PAGE).send().await?), "none");
    let outcomes = calls(&app, "", Some("none")).await?;
    assert_eq!(outcomes, vec![(401, "no_credential".to_owned()); 2], "the check itself passes");
    let cookie = save(&app, CALLER_SECRET, "").await?.cookie()?;
    assert_eq!(calls(&app, &cookie, Some("none")).await?, vec![(409, "credential_changed".to_owned()); 2]);
    Ok(())
}

#[tokio::test]
async fn the_example_environment_needs_no_fingerprint() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let body: Value = json!({"args": {}, "environment": "example", "fingerprint": "01234567"});
    assert_eq!(app.post_json(OPERATION_TOOL, &body).send().await?.status, 200, "no credential is used");
    Ok(())
}
