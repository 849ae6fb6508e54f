//! Tests that the audit log records who did what without any content, and that disabling takes effect at once.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_TOOL, OPERATOR_SECRET, TestApp, TestEnv, TestResponse, TestStore, Upstream,
};
use anyhow::{Context, Result};
use api_explorer::cli::audit::{AuditCommand, export_audit};
use serde_json::{Value, json};
use std::time::Duration;

/// Returns the audit records, the newest first.
async fn records(app: &TestApp, query: &str) -> Result<Vec<Value>> {
    let response = app.get(&format!("/admin/audit.jsonl?{query}")).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    response.text().lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

#[tokio::test]
async fn a_call_is_recorded_without_request_and_response_contents() -> Result<()> {
    let upstream = Upstream::with_response(201, json!({"status_code": 201, "user_id": "user-test-received"})).await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let response = app.post_json(OPERATION_TOOL, &json!({"args": {"email": "asked@example.com"}})).send().await?;
    let all = records(&app, "").await?;
    let [record] = all.as_slice() else { anyhow::bail!("{all:?}") };
    for (key, value) in [
        ("subject", json!("local")),
        ("action", json!("call")),
        ("provider", json!("stytch")),
        ("operation", json!("apiUserV1Create")),
        ("environment", json!("test")),
        ("status", json!(201)),
        ("rule", json!("everything is allowed")),
        ("requestId", response.json()?["meta"]["requestId"].clone()),
    ] {
        assert_eq!(record[key], value, "{key}");
    }
    assert!(record["durationUs"].as_u64().is_some_and(|duration| duration > 0));
    assert!(record["at"].as_str().is_some_and(|at| at.starts_with("20") && at.ends_with('Z')));
    assert!(record.get("code").is_none());
    let text = record.to_string();
    assert!(!text.contains("example.com") && !text.contains("received") && !text.contains(OPERATOR_SECRET), "{text}");
    Ok(())
}

#[tokio::test]
async fn refused_calls_are_recorded_with_their_rule_but_invalid_and_example_calls_are_not() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let token = app.access_token(&["GET"], &[]).await?;
    assert_eq!(app.post(OPERATION_TOOL, "").bearer_token(&token).send().await?.status, 403);
    assert_eq!(app.post(OPERATION_TOOL, r#"{"args": {"email": 1}}"#).send().await?.status, 400);
    assert_eq!(app.post(OPERATION_TOOL, r#"{"args": {}, "environment": "example"}"#).send().await?.status, 200);
    assert_eq!(app.post("/tools/stytch/nothing", "").send().await?.status, 404);
    let all = records(&app, "").await?;
    let [record] = all.as_slice() else { anyhow::bail!("{all:?}") };
    assert_eq!((&record["code"], &record["rule"]), (&json!("policy_denied"), &json!("token allow GET")));
    assert_eq!((&record["name"], record.get("status")), (&json!("a test"), None));
    Ok(())
}

#[tokio::test]
async fn a_call_that_its_client_aborts_is_recorded_as_unfinished() -> Result<()> {
    let upstream = Upstream::never_responding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let call = tokio::spawn(app.post(OPERATION_TOOL, "").send());
    while upstream.received_requests().is_empty() {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.is_err());
    let all = records(&app, "").await?;
    assert_eq!(all.first().context("no record")?["code"], "unfinished");
    Ok(())
}

#[tokio::test]
async fn actions_other_than_calls_are_recorded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    let saved = app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": values})).send().await?;
    let clear = app.post_json("/api/credential/clear", &json!({"provider": "stytch"}));
    assert_eq!(clear.header("cookie", &saved.cookie()?).send().await?.status, 200);
    assert_eq!(app.post_json("/api/live/unlock", &json!({"provider": "stytch"})).send().await?.status, 200);
    assert_eq!(post_switch(&app, "credential:stytch", "off").await?.status, 303);
    let all = records(&app, "").await?;
    let actions: Vec<&Value> = all.iter().map(|record| &record["action"]).collect();
    assert_eq!(actions, ["switch_off", "unlock", "clear_credential", "save_credential"]);
    assert_eq!(all[0]["target"], "credential:stytch");
    assert!(!format!("{all:?}").contains(CALLER_SECRET));
    Ok(())
}

#[tokio::test]
async fn the_audit_page_has_filters_and_pages_and_only_administrators_can_see_it() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let setup = TestEnv::with_upstream(&upstream);
    let app = setup.clone().start_app().await?;
    for _ in 0..101 {
        assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    }
    let token = app.access_token(&[], &[]).await?;
    let other = app.post_json("/tools/stytch/apiUserV1Get", &json!({"user_id": "user-test-1"}));
    assert_eq!(other.bearer_token(&token).send().await?.status, 200);
    let page = app.get("/admin/audit").send().await?.text();
    assert!(page.contains("apiUserV1Get") && page.contains(">Older records<"), "{page}");
    let older = page.split("before=").nth(1).and_then(|rest| rest.split('"').next()).context("no older page")?;
    let older = app.get(&format!("/admin/audit?before={older}")).send().await?.text();
    assert_eq!(older.matches("<tr>").count(), 1 + 2, "{older}");
    for (query, count) in
        [("what=userv1get", 1), ("who=A+TEST", 1), ("who=local", 101), ("what=%25", 0), ("what=a_i", 0)]
    {
        assert_eq!(records(&app, query).await?.len(), count, "{query}");
    }
    let shared = setup.set_var("EXPLORER_ACCESS", "sign-in").start_app().await?;
    let (modest, admin) = (shared.access_token(&[], &[]).await?, shared.access_token(&[], &["admin"]).await?);
    for path in ["/admin", "/admin/audit", "/admin/audit.jsonl"] {
        let refused = shared.get(path).bearer_token(&modest).send().await?;
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.text().contains("Only administrators") && !refused.text().contains("apiUser"), "{path}");
        assert_eq!(shared.get(path).bearer_token(&admin).send().await?.status, 200, "{path}");
    }
    let off =
        shared.post_form("/admin/switch", &[("subject", "credential:stytch"), ("to", "off")]).bearer_token(&modest);
    assert_eq!(off.send().await?.status_and_code()?, (403, "forbidden".into()));
    assert_eq!(shared.post(OPERATION_TOOL, "").bearer_token(&modest).send().await?.status, 200);
    Ok(())
}

async fn post_switch(app: &TestApp, subject: &str, to: &str) -> Result<TestResponse> {
    app.post_form("/admin/switch", &[("subject", subject), ("to", to)]).send().await
}

#[tokio::test]
async fn a_disabled_credential_is_not_used_until_it_is_enabled_again() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    post_switch(&app, "credential:stytch", "off").await?;
    let response = app.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(
        (response.status_and_code()?, &response.json()?["rule"]),
        ((403, "switched_off".into()), &json!("disabled: credential:stytch"))
    );
    let page = app.get("/admin").send().await?.text();
    assert!(page.contains("disabled by local") && page.contains("Enable"), "{page}");
    post_switch(&app, "credential:stytch", "on").await?;
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    assert_eq!(upstream.received_requests().len(), 2);
    Ok(())
}

#[tokio::test]
async fn disabling_applies_to_tokens_and_to_all_servers_that_share_a_store() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::with_upstream(&upstream));
    let (one, other) = (setup.start_app().await?, setup.start_app().await?);
    let token = one.access_token(&[], &[]).await?;
    let id = token.split('_').nth(1).context("no id")?;
    let call = || other.post(OPERATION_TOOL, "").bearer_token(&token);
    assert_eq!(call().send().await?.status, 200);
    post_switch(&one, &format!("token:{id}"), "off").await?;
    assert_eq!(call().send().await?.status_and_code()?, (401, "sign_in_required".into()));
    post_switch(&one, &format!("token:{id}"), "on").await?;
    assert_eq!(call().send().await?.status, 200);
    post_switch(&one, "credential:stytch", "off").await?;
    // The other server queries the store again after a second.
    let until_off = async {
        while call().send().await?.status == 200 {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(10), until_off).await??;
    assert_eq!(call().send().await?.status_and_code()?, (403, "switched_off".into()));
    Ok(())
}

#[tokio::test]
async fn the_audit_command_prints_the_records_of_all_servers_as_json_lines() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let setup = store.apply_to(TestEnv::with_upstream(&upstream));
    let (one, other) = (setup.start_app().await?, setup.start_app().await?);
    for app in [&one, &other, &one] {
        assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    }
    for app in [&one, &other] {
        app.gateway.audit().flush().await;
    }
    let print = async |since: &str, what: &str| -> Result<String> {
        let mut printed = Vec::new();
        let command = AuditCommand { since: since.into(), what: what.into(), ..AuditCommand::default() };
        export_audit(&command, &one.store, &mut printed).await?;
        Ok(String::from_utf8(printed)?)
    };
    let all = print("1h", "").await?;
    assert_eq!(all.lines().count(), 3);
    let times: Vec<Value> = all.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    assert!(times.is_sorted_by(|newer, older| newer["id"].as_str() > older["id"].as_str()));
    assert_eq!(print("2999-01-01", "").await?, "");
    assert_eq!(print("", "apiUserV1Get").await?, "");
    assert!(print("yesterday", "").await.is_err_and(|error| error.to_string().contains("--since")));
    Ok(())
}

#[tokio::test]
async fn old_records_are_deleted() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    assert_eq!(records(&app, "").await?.len(), 1);
    app.store.delete_records_older_than(Duration::from_hours(1)).await.ok().context("the records were not deleted")?;
    assert_eq!(records(&app, "").await?.len(), 1);
    // Afterwards, all records are older than the time limit of the next query.
    let start = std::time::Instant::now();
    while start.elapsed() < Duration::from_millis(2) {
        tokio::task::yield_now().await;
    }
    app.store.delete_records_older_than(Duration::ZERO).await.ok().context("the records were not deleted")?;
    assert_eq!(records(&app, "").await?.len(), 0);
    Ok(())
}
