//! Tests for the operator's policy: the calls it allows, and the confirmations it requires before harmful calls.

use crate::support::{CALLER_PROJECT, CALLER_SECRET, TestApp, TestEnv, TestRequest, Upstream, visible_text};
use anyhow::Result;
use serde_json::{Value, json};
use tempfile::TempDir;

const LIVE_PROJECT: &str = "project-live-00000000-0000-4000-8000-000000000000";
const USER: &str = "user-test-00000000-0000-4000-8000-000000000000";
const LIVE_USER: &str = "user-live-00000000-0000-4000-8000-000000000000";

/// Returns the setup of a server with the operator's credential and the lines of a policy.
fn with_policy(upstream: &Upstream, policy: &str) -> Result<(TempDir, TestEnv)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, format!("[[provider]]\nid = \"stytch\"\n[provider.policy]\n{policy}\n"))?;
    Ok((folder, TestEnv::with_upstream(upstream).set_var("EXPLORER_CONFIG", &file.display().to_string())))
}

/// Gives the operator a credential for live data.
fn with_live_credential(env: TestEnv) -> TestEnv {
    env.set_var("STYTCH_PROJECT_ID", LIVE_PROJECT).set_var("STYTCH_SECRET", "secret-live-of-the-operator")
}

fn call(app: &TestApp, operation: &str, message: &Value) -> TestRequest {
    app.post_json(&format!("/tools/stytch/{operation}"), message)
}

fn user(id: &str) -> Value {
    json!({"args": {"user_id": id}})
}

#[tokio::test]
async fn only_allowed_operations_are_called_and_a_refusal_names_its_rule() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = with_policy(
        &upstream,
        "allow = [\"GET\", \"tag:sessions\", \"apiUserV1C*\"]\ndeny = [\"apiSessionV1Revoke\", \"apiUserV1Connected*\"]",
    )?;
    let app = setup.start_app().await?;
    for (operation, message, rule) in [
        ("apiUserV1Get", user(USER), None),
        ("apiUserV1Create", json!({"args": {}}), None),
        ("apiSessionV1Authenticate", json!({"args": {}}), None),
        ("apiUserV1Update", user(USER), Some("allow GET, tag:sessions, apiUserV1C*")),
        ("apiSessionV1Revoke", json!({"args": {}}), Some("deny apiSessionV1Revoke")),
        ("apiUserV1ConnectedApps", user(USER), Some("deny apiUserV1Connected*")),
    ] {
        let response = call(&app, operation, &message).send().await?;
        match rule {
            None => assert_eq!(response.status, 200, "{operation}: {}", response.text()),
            Some(rule) => {
                assert_eq!(response.status_and_code()?, (403, "policy_denied".into()), "{operation}");
                assert_eq!(response.json()?["rule"], rule);
                assert!(response.text().contains("Nothing was sent"), "{}", response.text());
            }
        }
    }
    assert_eq!(upstream.received_requests().len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_page_names_the_rule_that_refused_a_call() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = with_policy(&upstream, "deny = [\"POST\"]")?;
    let app = setup.start_app().await?;
    let response = app
        .post_form("/stytch/apiUserV1Create", &[("value/email", "a@example.com"), ("intent", "send")])
        .send()
        .await?;
    assert!(
        response.text().contains("denies POST") && response.text().contains("a@example.com"),
        "{}",
        response.text()
    );
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_page_says_before_sending_what_the_caller_may_not_call() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, env) = with_policy(&upstream, "deny = [\"apiUserV1Search\"]")?;
    let app = env.start_app().await?;
    let (reading, deleting) =
        (app.access_token(&["stytch/GET"], &[]).await?, app.access_token(&[], &["delete"]).await?);
    for (token, operation, expected) in [
        (None, "apiUserV1Search", "denies apiUserV1Search. Ask the operator"),
        (None, "apiUserV1Create", ""),
        (Some(&reading), "apiUserV1Create", "Your access token may call only stytch/GET. Ask the operator"),
        (Some(&reading), "apiUserV1Get", ""),
        (Some(&deleting), "apiUserV1Delete", ""),
    ] {
        let request = app.get(&format!("/stytch/{operation}"));
        let request = if let Some(token) = token { request.bearer_token(token) } else { request };
        let html = request.send().await?.text();
        assert!(
            html.contains("id=\"denied\"") != expected.is_empty() && visible_text(&html).contains(expected),
            "{operation}: {expected}"
        );
    }
    let token = app.access_token(&[], &[]).await?;
    let html = app.get("/stytch/apiUserV1Delete").bearer_token(&token).send().await?.text();
    assert!(visible_text(&html).contains("You may not delete with the operator's credential for Stytch."), "{html}");
    Ok(())
}

#[tokio::test]
async fn the_policy_applies_only_to_the_operators_credential() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = with_policy(&upstream, "deny = [\"*\"]\ndaily = 1")?;
    let app = setup.start_app().await?;
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    let cookie = app
        .post_json("/api/credential/save", &json!({"provider": "stytch", "values": values}))
        .send()
        .await?
        .cookie()?;
    for _ in 0..3 {
        assert_eq!(
            call(&app, "apiUserV1Create", &json!({"args": {}})).header("cookie", &cookie).send().await?.status,
            200
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_token_can_call_only_the_operations_that_it_allows() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = with_policy(&upstream, "deny = [\"apiUserV1Create\"]")?;
    let app = setup.start_app().await?;
    let token = app.access_token(&["stytch/GET", "other/*", "apiUserV1Create"], &[]).await?;
    let response = call(&app, "apiUserV1Get", &user(USER)).bearer_token(&token).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    for (operation, message, rule) in [
        ("apiUserV1Update", user(USER), "token allow stytch/GET, other/*, apiUserV1Create"),
        ("apiUserV1Create", json!({"args": {}}), "deny apiUserV1Create"),
    ] {
        let response = call(&app, operation, &message).bearer_token(&token).send().await?;
        assert_eq!(
            (response.status_and_code()?, &response.json()?["rule"]),
            ((403, "policy_denied".into()), &json!(rule))
        );
    }
    Ok(())
}

#[tokio::test]
async fn deleting_requires_a_confirmation() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for confirm in [json!(null), json!(""), json!(LIVE_USER), json!("yes"), json!("apiUserV1Delete")] {
        let response =
            call(&app, "apiUserV1Delete", &json!({"args": {"user_id": USER}, "confirm": confirm})).send().await?;
        assert_eq!(response.status_and_code()?, (409, "confirmation_required".into()), "{confirm}");
        assert!(response.text().contains("type the user_id again"), "{}", response.text());
    }
    assert!(upstream.received_requests().is_empty());
    let response = call(&app, "apiUserV1Delete", &json!({"args": {"user_id": USER}, "confirm": USER})).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let page = app.get("/stytch/apiUserV1Delete").send().await?.text();
    assert!(visible_text(&page).contains("This deletes permanently. Retype user_id to confirm."), "{page}");
    let posted = app
        .post_form("/stytch/apiUserV1Delete", &[("value/user_id", USER), ("confirm", USER), ("intent", "send")])
        .send()
        .await?;
    assert_eq!(posted.status, 200);
    assert_eq!(upstream.received_requests().len(), 2);
    let example =
        call(&app, "apiUserV1Delete", &json!({"args": {"user_id": USER}, "environment": "example"})).send().await?;
    assert_eq!(example.status, 200, "an example deletes nothing");
    Ok(())
}

#[tokio::test]
async fn a_wrong_confirmation_is_said_once_at_its_field() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    for confirm in ["", "something else"] {
        let controls = [("value/user_id", USER), ("confirm", confirm), ("intent", "send")];
        let html = app.post_form("/stytch/apiUserV1Delete", &controls).send().await?.text();
        assert_eq!(html.matches("Does not match, so nothing was deleted.").count(), 1, "{html}");
        let input = html.split("<input ").find(|input| input.contains("id=\"confirm\"")).unwrap_or_default();
        let input = input.split('>').next().unwrap_or_default();
        assert!(input.contains("aria-invalid=\"true\"") && input.contains(&format!("value=\"{confirm}\"")), "{input}");
        assert_eq!(html.matches("aria-invalid").count(), 1, "{html}");
        assert!(html.contains("Nothing was sent. Correct the marked fields."), "{html}");
    }
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn what_to_type_is_named_if_no_id_is_in_the_path() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "Acme", "version": "1"},
        "paths": {"/things": {"delete": {"operationId": "delete_all", "responses": {}}}},
    });
    let app = TestEnv::start_app_with_document("acme", &document.to_string(), &upstream).await?;
    let page = visible_text(&app.get("/acme/deleteAll").send().await?.text());
    assert!(page.contains("This deletes permanently. Type deleteAll to confirm."), "{page}");
    let refused = app.post_json("/tools/acme/deleteAll", &json!({"args": {}})).send().await?;
    assert!(refused.text().contains("type the operation's name, deleteAll, beside Send"), "{}", refused.text());
    let confirmed = app.post_json("/tools/acme/deleteAll", &json!({"args": {}, "confirm": "deleteAll"})).send().await?;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    Ok(())
}

#[tokio::test]
async fn a_token_deletes_and_changes_live_data_only_with_the_grants() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = with_live_credential(TestEnv::with_upstream(&upstream)).start_app().await?;
    let (modest, trusted) = (app.access_token(&[], &[]).await?, app.access_token(&[], &["live", "delete"]).await?);
    let update = json!({"args": {"user_id": LIVE_USER}, "unlock": true});
    let delete = json!({"args": {"user_id": LIVE_USER}, "unlock": true, "confirm": LIVE_USER});
    for (operation, message) in [("apiUserV1Update", &update), ("apiUserV1Delete", &delete)] {
        let response = call(&app, operation, message).bearer_token(&modest).send().await?;
        assert_eq!(
            (response.status_and_code()?, &response.json()?["rule"]),
            ((403, "policy_denied".into()), &json!("may live"))
        );
        assert_eq!(call(&app, operation, message).bearer_token(&trusted).send().await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn live_data_is_read_only_until_it_is_unlocked_for_a_while() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = with_live_credential(TestEnv::with_upstream(&upstream)).start_app().await?;
    assert_eq!(call(&app, "apiUserV1Get", &user(LIVE_USER)).send().await?.status, 200, "reading needs no unlocking");
    assert_eq!(call(&app, "apiUserV1Search", &json!({"args": {}})).send().await?.status, 200, "nor does searching");
    let change = || call(&app, "apiUserV1Create", &json!({"args": {}}));
    assert_eq!(change().send().await?.status_and_code()?, (403, "live_locked".into()));
    assert_eq!(upstream.received_requests().len(), 2);
    let response = call(&app, "apiUserV1Create", &json!({"args": {}, "unlock": true})).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(change().send().await?.status, 200, "it remains unlocked");
    let token = app.access_token(&[], &["live"]).await?;
    assert_eq!(
        change().bearer_token(&token).send().await?.status_and_code()?,
        (403, "live_locked".into()),
        "only for the caller that unlocked it"
    );
    assert_eq!(
        app.post_json("/api/live/unlock", &json!({"provider": "stytch"})).bearer_token(&token).send().await?.status,
        200
    );
    assert_eq!(change().bearer_token(&token).send().await?.status, 200);
    let other = app.access_token(&[], &["live"]).await?;
    let page = app.get("/stytch/apiUserV1Create").bearer_token(&other).send().await?.text();
    assert!(page.contains("Unlock live for 15 minutes") && page.contains("LIVE: this call changes real data."));
    Ok(())
}

#[tokio::test]
async fn pages_say_that_live_data_is_unlocked_and_lock_it_again() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = with_live_credential(TestEnv::with_upstream(&upstream)).start_app().await?;
    let pages = ["/stytch", "/stytch/apiUserV1Create", "/stytch/apiUserV1Create/replies", "/stytch?group=Users"];
    let change = || call(&app, "apiUserV1Create", &json!({"args": {}}));
    let bar = "class=\"live-bar\"";
    let form = json!({"provider": "stytch", "operation": "apiUserV1Create", "controls": []});
    let read_bar = || async { anyhow::Ok(app.post_json("/api/form", &form).send().await?.json()?["liveBar"].take()) };
    assert_eq!(read_bar().await?, "");
    for page in pages {
        assert!(!app.get(page).send().await?.text().contains(bar), "{page}");
    }
    for lock in [
        app.post_form("/stytch", &[("live", "lock"), ("next", "/stytch/apiUserV1Create?x=1")]),
        app.post_json("/api/live/lock", &json!({"provider": "stytch"})),
    ] {
        let unlocking = call(&app, "apiUserV1Create", &json!({"args": {}, "unlock": true})).send().await?;
        assert_eq!(unlocking.status, 200, "{}", unlocking.text());
        for page in pages {
            let html = app.get(page).send().await?.text();
            assert!(html.contains(bar) && html.contains("15 minutes left.") && html.contains("Lock again"), "{page}");
            assert!(html.contains(&format!("name=\"next\" value=\"{page}\"")), "{page}: {html}");
        }
        let read = read_bar().await?;
        assert!(read.as_str().is_some_and(|html| html.contains("15 minutes left.")), "{read}");
        let html = app.get("/stytch/apiUserV1Create").send().await?.text();
        assert!(!html.contains("id=\"unlock\"") && html.contains("LIVE: this call changes real data."));
        assert!(!app.get("/").send().await?.text().contains(bar), "only on pages of the provider");
        let token = app.access_token(&[], &["live"]).await?;
        let other = app.get("/stytch").bearer_token(&token).send().await?;
        assert!(!other.text().contains(bar), "only for the caller that unlocked it");
        assert_eq!(change().send().await?.status, 200);
        let locked = lock.send().await?;
        let location = locked.header("location");
        assert!(locked.status == 200 || location == "/stytch/apiUserV1Create?x=1", "{} {location}", locked.status);
        assert_eq!(change().send().await?.status_and_code()?, (403, "live_locked".into()));
        let html = app.get("/stytch/apiUserV1Create").send().await?.text();
        assert!(!html.contains(bar) && html.contains("id=\"unlock\""));
    }
    let audit = app.get("/admin/audit.jsonl?what=lock").send().await?.text();
    assert_eq!(audit.lines().filter(|line| line.contains("\"lock\"")).count(), 2, "{audit}");
    for next in ["//evil.example", "https://evil.example", ""] {
        let locked = app.post_form("/stytch", &[("live", "lock"), ("next", next)]).send().await?;
        assert_eq!((locked.status.as_u16(), locked.header("location")), (303, "/"), "{next}");
    }
    assert_eq!(app.post_form("/nobody", &[("live", "lock")]).send().await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_refused_call_unlocks_nothing_and_an_unlock_is_recorded() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, env) = with_policy(&upstream, "daily = 2")?;
    let env = with_live_credential(env);
    let app = env.start_app().await?;
    let locked = (403, "live_locked".to_owned());
    let is_locked = || async {
        let response = call(&app, "apiUserV1Create", &json!({"args": {}})).send().await?;
        anyhow::Ok(response.status_and_code()? == locked)
    };
    let delete = |confirm: &str| json!({"args": {"user_id": LIVE_USER}, "unlock": true, "confirm": confirm});
    let refused = call(&app, "apiUserV1Delete", &delete("")).send().await?;
    assert_eq!(refused.status_and_code()?, (409, "confirmation_required".into()));
    assert!(is_locked().await?, "the deletion was not confirmed");
    let foreign = json!({"args": {"user_id": USER}, "unlock": true});
    assert_eq!(call(&app, "apiUserV1Update", &foreign).send().await?.status, 400);
    assert!(is_locked().await?, "the ID belongs to another environment");
    let placeholder = json!({"args": {"email": "{{response 9.nothing}}"}, "unlock": true});
    assert_ne!(call(&app, "apiUserV1Create", &placeholder).send().await?.status, 200);
    assert!(is_locked().await?, "the arguments are invalid");
    for _ in 0..2 {
        assert_eq!(call(&app, "apiUserV1Get", &user(LIVE_USER)).send().await?.status, 200);
    }
    let spent = call(&app, "apiUserV1Create", &json!({"args": {}, "unlock": true})).send().await?;
    assert_eq!(spent.status_and_code()?, (429, "budget_spent".into()));
    assert!(is_locked().await?, "the budget is used up");

    let audit = app.get("/admin/audit.jsonl?what=unlock").send().await?.text();
    assert_eq!(audit, "", "nothing was unlocked");
    let (_folder, env) = with_policy(&upstream, "daily = 9")?;
    let env = with_live_credential(env);
    let app = env.start_app().await?;
    let response = call(&app, "apiUserV1Delete", &delete(LIVE_USER)).send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    let audit = app.get("/admin/audit.jsonl?what=unlock").send().await?.text();
    let record: Value = serde_json::from_str(&audit)?;
    let expected = ("unlock", "stytch", "live", &response.json()?["meta"]["requestId"]);
    let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
    assert_eq!((&*text("action"), &*text("provider"), &*text("environment"), &record["requestId"]), expected);
    Ok(())
}

#[tokio::test]
async fn an_environment_is_live_unless_its_name_its_host_or_the_settings_say_otherwise() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let servers = r#"servers = ["https://api.acme.com", { name = "EU", url = "https://eu.acme.com" }, { name = "Sandbox", url = "https://api.acme.com/2" }, { name = "other", url = "https://test.acme.com" }]"#;
    for (policy, locked) in [
        ("", vec!["server1", "EU"]),
        ("test = [\"eu\"]", vec!["server1"]),
        ("live = [\"sandbox\"]", vec!["server1", "EU", "Sandbox"]),
        ("live = []", vec!["server1", "EU"]),
    ] {
        let folder = tempfile::tempdir()?;
        let document = r#"{"openapi": "3.1.0", "info": {"title": "Acme", "version": "1"}, "paths": {"/a": {
            "get": {"operationId": "read"}, "post": {"operationId": "write"}}}}"#;
        std::fs::write(folder.path().join("acme.json"), document)?;
        let provider =
            format!("[[provider]]\nid = \"acme\"\ndocument = \"acme.json\"\nbase_url = \"{}\"\n", upstream.url);
        let file = folder.path().join("explorer.toml");
        std::fs::write(&file, format!("{provider}{servers}\n[provider.policy]\n{policy}\n"))?;
        let app = TestEnv::new().set_var("EXPLORER_CONFIG", &file.display().to_string()).start_app().await?;
        for environment in ["server1", "EU", "Sandbox", "other"] {
            let message = json!({"args": {}, "environment": environment});
            assert_eq!(app.post_json("/tools/acme/read", &message).send().await?.status, 200, "{environment}");
            let response = app.post_json("/tools/acme/write", &message).send().await?;
            let is_locked = response.status == 403 && response.status_and_code()?.1 == "live_locked";
            assert_eq!(is_locked, locked.contains(&environment), "{policy}, {environment}: {}", response.text());
        }
        let page = app.get("/acme/write").send().await?.text();
        assert!(page.contains(&format!("Unlock {} for 15 minutes", locked.join(", "))), "{page}");
    }
    Ok(())
}

#[tokio::test]
async fn ids_of_another_environment_are_reported_before_sending() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let nested = json!({"args": {"user_id": USER, "trusted_metadata": {"friends": [USER, LIVE_USER]}}});
    for (operation, message, fields) in [
        ("apiUserV1Get", user(LIVE_USER), vec!["/user_id"]),
        ("apiUserV1Update", nested, vec!["/trusted_metadata/friends/1"]),
    ] {
        let response = call(&app, operation, &message).send().await?;
        assert_eq!(response.status_and_code()?, (400, "invalid_arguments".into()));
        assert_eq!(response.invalid_fields()?, fields);
        assert!(
            response.text().contains("belongs to live") && !response.text().contains(LIVE_USER),
            "{}",
            response.text()
        );
    }
    let controls = [("value/user_id", LIVE_USER), ("environment", "test"), ("intent", "send")];
    let html = app.post_form("/stytch/apiUserV1Get", &controls).send().await?.text();
    assert_eq!(html.matches("This ID belongs to live").count(), 1, "said once, at the field: {html}");
    let input = html.split("<input ").find(|input| input.contains("name=\"value/user_id\"")).unwrap_or_default();
    assert!(input.split('>').next().unwrap_or_default().contains("aria-invalid=\"true\""), "{input}");
    assert!(upstream.received_requests().is_empty());
    assert_eq!(call(&app, "apiUserV1Get", &user(USER)).send().await?.status, 200);
    Ok(())
}
