//! Tests for the budgets of callers and access tokens with the operator's credential, across several servers.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_TOOL, TestApp, TestEnv, TestRequest, TestResponse, TestStore, Upstream,
};
use anyhow::{Context, Result};
use futures::future::try_join_all;
use serde_json::json;
use std::net::IpAddr;
use tempfile::TempDir;

fn with_policy(setup: TestEnv, toml: &str) -> Result<(TempDir, TestEnv)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, format!("[[provider]]\nid = \"stytch\"\n[provider.policy]\n{toml}\n"))?;
    Ok((folder, setup.set_var("EXPLORER_CONFIG", &file.display().to_string())))
}

fn assert_refused(response: &TestResponse, code: &str, rule: &str, at_most: u64) -> Result<()> {
    assert_eq!(response.status_and_code()?, (429, code.into()), "{}", response.text());
    assert_eq!(response.json()?["rule"], rule);
    let wait: u64 = response.header("retry-after").parse()?;
    assert!((1..=at_most).contains(&wait), "{wait} s");
    assert_eq!(response.json()?["retryAfter"], wait);
    Ok(())
}

#[tokio::test]
async fn a_rate_limit_permits_a_burst_and_returns_when_to_retry() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = with_policy(TestEnv::with_upstream(&upstream), "rate = \"3/h\"")?;
    let app = setup.start_app().await?;
    for _ in 0..3 {
        assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    }
    assert_refused(&app.post(OPERATION_TOOL, "").send().await?, "too_many_calls", "rate 3/h", 1200)?;
    let token = app.access_token(&[], &[]).await?;
    assert_eq!(
        app.post(OPERATION_TOOL, "").bearer_token(&token).send().await?.status,
        200,
        "another caller has its own budget"
    );
    assert_eq!(upstream.received_requests().len(), 4);
    Ok(())
}

#[tokio::test]
async fn calls_that_are_not_sent_are_not_counted() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = with_policy(TestEnv::with_upstream(&upstream), "daily = 1")?;
    let app = setup.start_app().await?;
    for _ in 0..3 {
        assert_eq!(app.post(OPERATION_TOOL, r#"{"args": {"email": 1}}"#).send().await?.status, 400);
        assert_eq!(app.post(OPERATION_TOOL, r#"{"args": {}, "environment": "example"}"#).send().await?.status, 200);
    }
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    assert_refused(&app.post(OPERATION_TOOL, "").send().await?, "budget_spent", "daily 1", 86_400)
}

#[tokio::test]
async fn servers_that_share_a_store_share_one_budget() -> Result<()> {
    let (store, upstream) = (TestStore::new().await?, Upstream::succeeding().await?);
    let (_folder, setup) =
        with_policy(store.apply_to(TestEnv::with_upstream(&upstream)), "daily = 20\ndaily_total = 25")?;
    let (one, other) = (setup.start_app().await?, setup.start_app().await?);
    let call = |request: TestRequest| async move { anyhow::Ok(request.send().await?.status.as_u16()) };
    let all = (0..40).map(|number| call(if number % 2 == 0 { &one } else { &other }.post(OPERATION_TOOL, "")));
    let passed = try_join_all(all).await?.into_iter().filter(|status| *status == 200).count();
    assert_eq!(passed, 20);
    let token = one.access_token(&[], &[]).await?;
    let all = (0..20).map(|_| call(other.post(OPERATION_TOOL, "").bearer_token(&token)));
    let passed = try_join_all(all).await?.into_iter().filter(|status| *status == 200).count();
    assert_eq!(passed, 5, "all callers together have a budget of 25");
    let response = one.post(OPERATION_TOOL, "").bearer_token(&token).send().await?;
    assert_refused(&response, "budget_spent", "daily_total 25", 86_400)
}

#[tokio::test]
async fn with_public_access_each_network_has_one_budget_whatever_cookies_it_sends() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let setup = TestEnv::with_upstream(&upstream)
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", "explorer.example.com")
        .set_var("EXPLORER_ACCESS", "public");
    let unbounded = setup.start_app().await.err().context("the server started")?;
    assert!(format!("{unbounded:#}").contains("`rate`, `daily` and `daily_total`"), "{unbounded:#}");
    let (_folder, setup) =
        with_policy(setup, "rate = \"100/s\"\ndaily = 2\ndaily_total = 100\n[access]\nproxies = [\"10.0.0.1\"]")?;
    let app = setup.start_app().await?;
    let call = |app: &TestApp, from: &str, cookie: &str| {
        let request = app.post(OPERATION_TOOL, "").header("host", "explorer.example.com").header("cookie", cookie);
        anyhow::Ok(request.with_client_address(from.parse::<IpAddr>()?))
    };
    for cookie in ["", "theme=dark"] {
        assert_eq!(call(&app, "192.0.2.1", cookie)?.send().await?.status, 200);
    }
    let unknown = call(&app, "192.0.2.1", "__Host-api-explorer=00000000-0000-4000-8000-000000000000")?.send().await?;
    assert_eq!(unknown.status_and_code()?, (401, "session_ended".into()), "no unknown session has a budget");
    assert_refused(&call(&app, "192.0.2.1", "")?.send().await?, "budget_spent", "daily 2", 86_400)?;
    for from in ["192.0.2.2", "2001:db8::1", "2001:db8::2"] {
        assert_eq!(call(&app, from, "")?.send().await?.status, 200, "{from}");
    }
    assert_eq!(call(&app, "2001:db8::3", "")?.send().await?.status, 429, "an IPv6 network has one budget");
    let forwarded = |from: &str| anyhow::Ok(call(&app, "10.0.0.1", "")?.header("x-forwarded-for", from));
    assert_eq!(
        forwarded("192.0.2.3, 192.0.2.1")?.send().await?.status,
        429,
        "entries that the client adds itself are ignored"
    );
    assert_eq!(forwarded("192.0.2.1, 192.0.2.3")?.send().await?.status, 200);
    Ok(())
}

/// Returns the setup of a server that everyone may use, within these budgets.
fn public(upstream: &Upstream, policy: &str) -> Result<(TempDir, TestEnv)> {
    let setup = TestEnv::with_upstream(upstream)
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", "explorer.example.com")
        .set_var("EXPLORER_ACCESS", "public");
    with_policy(setup, policy)
}

fn from(request: TestRequest, address: &str, cookie: &str) -> Result<TestRequest> {
    let request = request.header("host", "explorer.example.com").header("cookie", cookie);
    Ok(request.with_client_address(address.parse::<IpAddr>()?))
}

/// Returns the cookie of a new session without a credential of its own.
async fn new_session(app: &TestApp, address: &str) -> Result<String> {
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    let save = app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": values}));
    let cookie = from(save, address, "")?.send().await?.cookie()?;
    let clear = app.post_json("/api/credential/clear", &json!({"provider": "stytch"}));
    assert_eq!(from(clear, address, &cookie)?.send().await?.status, 200);
    Ok(cookie)
}

#[tokio::test]
async fn new_sessions_of_one_network_are_no_new_budget() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = public(&upstream, "rate = \"100/s\"\ndaily = 3\ndaily_total = 100")?;
    let app = setup.start_app().await?;
    let call = async |address: &str| {
        let cookie = new_session(&app, address).await?;
        from(app.post(OPERATION_TOOL, ""), address, &cookie)?.send().await
    };
    for _ in 0..3 {
        assert_eq!(call("192.0.2.1").await?.status, 200);
    }
    for _ in 0..7 {
        assert_refused(&call("192.0.2.1").await?, "budget_spent", "daily 3", 86_400)?;
    }
    assert_eq!(upstream.received_requests().len(), 3);
    for (address, status) in
        [("192.0.2.2", 200), ("2001:db8::1", 200), ("2001:db8::2", 200), ("2001:db8::3", 200), ("2001:db8::4", 429)]
    {
        assert_eq!(call(address).await?.status, status, "{address}");
    }
    Ok(())
}

#[tokio::test]
async fn a_session_cannot_move_to_another_network_for_a_new_budget() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = public(&upstream, "rate = \"100/s\"\ndaily = 2\ndaily_total = 100")?;
    let app = setup.start_app().await?;
    let cookie = new_session(&app, "192.0.2.1").await?;
    for (address, status) in [("192.0.2.1", 200), ("192.0.2.2", 200), ("192.0.2.3", 429)] {
        assert_eq!(from(app.post(OPERATION_TOOL, ""), address, &cookie)?.send().await?.status, status, "{address}");
    }
    Ok(())
}

#[tokio::test]
async fn a_call_is_charged_to_session_and_network_together_or_to_neither() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let policy = "rate = \"100/s\"\ndaily = 2\ndaily_network = 3\ndaily_total = 100";
    let (_folder, setup) = public(&upstream, policy)?;
    let app = setup.start_app().await?;
    let address = "192.0.2.1";
    let (one, other) = (new_session(&app, address).await?, new_session(&app, address).await?);
    let call = async |cookie: &str| from(app.post(OPERATION_TOOL, ""), address, cookie)?.send().await;
    for _ in 0..2 {
        assert_eq!(call(&one).await?.status, 200);
    }
    for _ in 0..3 {
        assert_refused(&call(&one).await?, "budget_spent", "daily 2", 86_400)?;
    }
    assert_eq!(call(&other).await?.status, 200, "the refused calls were charged to the network");
    assert_refused(&call(&other).await?, "budget_spent", "daily_network 3", 86_400)?;
    assert_refused(&call("").await?, "budget_spent", "daily_network 3", 86_400)?;
    assert_eq!(upstream.received_requests().len(), 3);
    Ok(())
}

#[tokio::test]
async fn the_rate_of_a_network_is_that_of_one_caller_unless_it_is_set() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    for (setting, calls, rule) in [("", 2, "rate 2/h"), ("rate_network = \"3/h\"", 3, "rate_network 3/h")] {
        let policy = format!("rate = \"2/h\"\ndaily = 100\ndaily_total = 100\n{setting}");
        let (_folder, setup) = public(&upstream, &policy)?;
        let app = setup.start_app().await?;
        let call = async || {
            let cookie = new_session(&app, "192.0.2.1").await?;
            from(app.post(OPERATION_TOOL, ""), "192.0.2.1", &cookie)?.send().await
        };
        for _ in 0..calls {
            assert_eq!(call().await?.status, 200);
        }
        assert_refused(&call().await?, "too_many_calls", rule, 3600)?;
    }
    Ok(())
}

#[tokio::test]
async fn signed_in_callers_of_one_network_have_a_budget_each() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = public(&upstream, "rate = \"100/s\"\ndaily = 1\ndaily_total = 100")?;
    let app = setup.start_app().await?;
    for _ in 0..3 {
        let token = app.access_token(&[], &[]).await?;
        let call = from(app.post(OPERATION_TOOL, "").bearer_token(&token), "192.0.2.1", "")?;
        assert_eq!(call.send().await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn public_access_requires_a_limit_for_all_callers_together() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, setup) = public(&upstream, "rate = \"10/min\"\ndaily = 100")?;
    let refused = setup.to_settings().err().context("the server started")?;
    assert!(format!("{refused:#}").contains("`daily_total`"), "{refused:#}");
    Ok(())
}
