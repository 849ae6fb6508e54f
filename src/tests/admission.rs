//! Attacks by floods: what one network or one signed-in caller may use is bounded, and others are served meanwhile.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, TestRequest, TestResponse,
    TestStore, Upstream,
};
use anyhow::{Context, Result};
use api_explorer::store::sessions::{SessionId, SignedInUser};
use axum::{Router, body::Body, http::StatusCode};
use futures::{StreamExt, stream, stream::FuturesUnordered};
use serde_json::json;
use std::future::pending;
use tempfile::TempDir;

/// Host name of the server in these tests.
const HOST: &str = "explorer.example.com";
/// Addresses of the flood and of another caller.
const FLOOD: &str = "192.0.2.1";
const OTHER: &str = "198.51.100.1";

/// A server that other machines can reach, with these settings.
fn shared(env: TestEnv, access: &str, toml: &str) -> Result<(TempDir, TestEnv)> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, toml)?;
    let env = env
        .set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000")
        .set_var("EXPLORER_HOSTS", HOST)
        .set_var("EXPLORER_ACCESS", access)
        .set_var("EXPLORER_CONFIG", &file.display().to_string());
    Ok((folder, env))
}

fn from(request: TestRequest, address: &str) -> Result<TestRequest> {
    Ok(request.header("host", HOST).with_client_address(address.parse()?))
}

/// Asserts that a request is refused with the name of the bound and the time of the next attempt.
fn assert_refused(response: &TestResponse, code: &str, bound: &str) -> Result<()> {
    assert_eq!(response.status_and_code()?, (429, code.into()), "{}", response.text());
    assert_eq!(response.json()?["rule"], bound);
    let wait: u32 = response.header("retry-after").parse()?;
    assert_eq!(response.json()?["retryAfter"], wait);
    Ok(())
}

fn save_credential(app: &TestApp) -> TestRequest {
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": values}))
}

#[tokio::test]
async fn a_flood_of_requests_of_one_network_is_refused_and_others_are_served() -> Result<()> {
    let (_folder, env) = shared(TestEnv::new(), "public", "[limits]\nrequests = \"4/h\"\n")?;
    let app = env.start_app().await?;
    for path in ["/", OPERATION_PAGE, "/no/such", "/readyz"] {
        assert_ne!(from(app.get(path), FLOOD)?.send().await?.status, 429, "{path}");
    }
    for path in ["/", OPERATION_PAGE, "/no/such", "/readyz", "/favicon.svg", "/api/call", "/v1/users/user-test-1"] {
        let request = from(app.get(path), FLOOD)?.header("cookie", "__Host-api-explorer=invented");
        let request = request.header("x-forwarded-for", OTHER).bearer_token("aex_invented");
        assert_refused(&request.send().await?, "too_many_calls", "limits.requests 4/h")?;
    }
    assert_eq!(from(app.get("/"), OTHER)?.send().await?.status, 200);
    for address in ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"] {
        assert_eq!(from(app.get("/"), address)?.send().await?.status, 200, "{address}");
    }
    assert_eq!(from(app.get("/"), "2001:db8::5")?.send().await?.status, 429, "an IPv6 /64 is one network");
    assert_eq!(from(app.get("/"), "2001:db8:0:1::1")?.send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_signed_in_caller_is_limited_whatever_its_network() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let (_folder, env) = shared(TestEnv::with_upstream(&upstream), "sign-in", "[limits]\nrequests = \"4/h\"\n")?;
    let app = env.start_app().await?;
    let (token, other_token) = (app.access_token(&[], &[]).await?, app.access_token(&[], &[]).await?);
    let call = async |token: &str, address: &str| {
        anyhow::Ok(from(app.post(OPERATION_TOOL, ""), address)?.bearer_token(token).send().await?)
    };
    for number in 1..=4 {
        assert_eq!(call(&token, &format!("203.0.113.{number}")).await?.status, 200);
    }
    assert_refused(&call(&token, "203.0.113.5").await?, "too_many_calls", "limits.requests 4/h")?;
    assert_eq!(call(&other_token, "203.0.113.5").await?.status, 200);
    assert_eq!(upstream.received_requests().len(), 5);
    Ok(())
}

#[tokio::test]
async fn the_operators_own_machine_is_not_limited_unless_a_proxy_forwards_its_requests() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[limits]\nrequests = \"2/h\"\nsessions = \"2/h\"\n")?;
    let app = TestEnv::new().set_var("EXPLORER_CONFIG", &file.display().to_string()).start_app().await?;
    for _ in 0..5 {
        assert_eq!(app.get("/").send().await?.status, 200);
        assert_eq!(save_credential(&app).send().await?.status, 200);
    }
    let forwarded = || app.get("/").header("x-forwarded-for", FLOOD).send();
    for _ in 0..2 {
        assert_ne!(forwarded().await?.status, 429);
    }
    assert_refused(&forwarded().await?, "too_many_calls", "limits.requests 2/h")
}

#[tokio::test]
async fn one_network_cannot_create_sessions_without_limit() -> Result<()> {
    let (_folder, env) = shared(TestEnv::new(), "public", "[limits]\nsessions = \"3/h\"\n")?;
    let app = env.start_app().await?;
    let mut cookie = String::new();
    for _ in 0..3 {
        let saved = from(save_credential(&app), FLOOD)?.send().await?;
        assert_eq!(saved.status, 200, "{}", saved.text());
        cookie = saved.cookie()?;
    }
    for cookie in ["", &cookie] {
        let refused = from(save_credential(&app).header("cookie", cookie), FLOOD)?.send().await?;
        assert_refused(&refused, "too_many_calls", "limits.sessions 3/h")?;
    }
    let form = [("credential", "save"), ("basicAuth/username", CALLER_PROJECT), ("basicAuth/password", CALLER_SECRET)];
    let form = app.post_form(OPERATION_PAGE, &form).header("origin", &format!("https://{HOST}"));
    let page = from(form, FLOOD)?.send().await?;
    assert_eq!(page.status, 429);
    assert!(!page.header("retry-after").is_empty() && page.text().contains("limits.sessions"));
    assert_eq!(from(save_credential(&app), OTHER)?.send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_flood_of_sessions_throws_out_its_own_sessions_only() -> Result<()> {
    let store = TestStore::new().await?;
    let app = store.apply_to(TestEnv::new()).start_app().await?;
    let create = async |network: String| {
        let created = app.store.create_anonymous_session(&network).await;
        created.ok().map(|(session_id, _)| session_id).context("no session")
    };
    let user = SignedInUser { subject: "person:ann".into(), display_name: "Ann".into(), sign_in: None };
    let signed_in = app.store.create_user_session(None, user).await.ok().context("no session")?;
    let victims = [create(OTHER.into()).await?, create("2001:db8::".into()).await?];
    let mut flood = Vec::new();
    for number in 0..40 {
        flood.push(create(FLOOD.into()).await?);
        flood.push(create(format!("203.0.113.{}", number % 5)).await?);
    }
    app.store.sweep(10).await.ok().context("the sweep failed")?;
    let is_valid = async |session_id: SessionId| app.store.find_session(session_id).await.is_ok_and(|it| it.is_some());
    assert!(is_valid(signed_in).await && is_valid(victims[0]).await && is_valid(victims[1]).await);
    let mut left = 0;
    for session_id in flood {
        left += usize::from(is_valid(session_id).await);
    }
    assert_eq!(left, 7);
    Ok(())
}

#[tokio::test]
async fn sign_in_attempts_of_one_network_are_limited() -> Result<()> {
    let (_folder, env) = shared(TestEnv::new(), "sign-in", "[limits]\nsign_ins = \"3/h\"\n")?;
    let app = env.start_app().await?;
    let token = app.access_token(&[], &[]).await?;
    let sign_in = async |token: &str, address: &str| {
        let form = app.post_form("/sign-in", &[("token", token), ("next", "/")]);
        from(form.header("origin", &format!("https://{HOST}")), address)?.send().await
    };
    for guess in ["aex_1", "aex_2", "aex_3"] {
        assert_eq!(sign_in(guess, FLOOD).await?.status, 401);
    }
    let refused = sign_in(&token, FLOOD).await?;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty() && refused.text().contains("limits.sign_ins"));
    assert_eq!(from(app.get("/sign-in"), FLOOD)?.send().await?.status, 200, "the page itself can be read");
    assert_eq!(sign_in(&token, OTHER).await?.status, 303);
    Ok(())
}

#[tokio::test]
async fn one_network_cannot_make_the_server_flood_the_identity_provider() -> Result<()> {
    let issuer = Upstream::with_response(404, json!({})).await?;
    let toml = format!(
        "[access.oidc]\nissuer = \"{}\"\nclient_id = \"explorer\"\nclient_secret = \"env:OIDC_SECRET\"\nallow = \
         [\"*@example.com\"]\n[limits]\ndiscoveries = \"2/h\"\n",
        issuer.url
    );
    let (_folder, env) = shared(TestEnv::new().set_var("OIDC_SECRET", "a-secret-of-a-client"), "sign-in", &toml)?;
    let app = env.start_app().await?;
    for _ in 0..2 {
        assert_eq!(from(app.get("/auth/begin"), FLOOD)?.send().await?.status, 401);
    }
    let fetched = issuer.received_requests().len();
    for path in ["/auth/begin", "/auth/callback?code=1&state=2", "/auth/begin?next=/"] {
        let refused = from(app.get(path), FLOOD)?.send().await?;
        assert_eq!(refused.status, 429);
        assert!(!refused.header("retry-after").is_empty() && refused.text().contains("limits.discoveries"));
    }
    assert!(fetched > 0 && issuer.received_requests().len() == fetched);
    assert_eq!(from(app.get("/auth/begin"), OTHER)?.send().await?.status, 401);
    Ok(())
}

#[tokio::test]
async fn a_caller_cannot_take_all_permits_for_calls() -> Result<()> {
    let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let silent = Upstream::start(Router::new().fallback(move || {
        let _ = arrived.send(());
        pending::<StatusCode>()
    }))
    .await?;
    let (_folder, env) = shared(TestEnv::with_upstream(&silent), "sign-in", "[limits]\ncalls = 8\n")?;
    let app = env.start_app().await?;
    let mut calls = Vec::new();
    let (flood, other) = (app.access_token(&[], &[]).await?, app.access_token(&[], &[]).await?);
    let call = |token: &str| app.post(OPERATION_TOOL, "").header("host", HOST).bearer_token(token).send();
    for _ in 0..4 {
        calls.push(tokio::spawn(call(&flood)));
        arrivals.recv().await.context("no call arrived")?;
    }
    assert_refused(&call(&flood).await?, "too_busy", "limits.calls 8")?;
    calls.push(tokio::spawn(call(&other)));
    arrivals.recv().await.context("the other caller was refused")?;
    assert_eq!(app.gateway.in_flight_calls(), 5);
    calls.iter().for_each(tokio::task::JoinHandle::abort);
    for call in calls {
        assert!(call.await.is_err());
    }
    assert_eq!(app.gateway.in_flight_calls(), 0);
    Ok(())
}

#[tokio::test]
async fn a_refused_permit_spends_no_budget() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("explorer.toml");
    std::fs::write(&file, "[[provider]]\nid = \"stytch\"\n[provider.policy]\ndaily = 1\n")?;
    let env = TestEnv::with_upstream(&upstream).set_var("EXPLORER_CONFIG", &file.display().to_string());
    let store = TestStore::new().await?;
    let mut settings = store.apply_to(env.clone()).to_settings()?;
    settings.limits.max_concurrent_calls = 0;
    let busy = TestApp::new(settings).await?;
    for _ in 0..3 {
        assert_refused(&busy.post(OPERATION_TOOL, "").send().await?, "too_busy", "limits.calls 0")?;
    }
    assert_eq!(store.apply_to(env).start_app().await?.post(OPERATION_TOOL, "").send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn unfinished_bodies_of_one_network_leave_memory_for_others() -> Result<()> {
    let (_folder, env) = shared(TestEnv::new(), "public", "[limits]\nbody_mb = 24\nrequests = \"1000/s\"\n")?;
    let app = env.start_app().await?;
    let unfinished = || {
        let partial_body = stream::iter([Ok::<_, std::io::Error>(vec![b' '; 900_000])]).chain(stream::pending());
        anyhow::Ok(from(app.post(OPERATION_TOOL, Body::from_stream(partial_body)), FLOOD)?.send())
    };
    let mut flood: FuturesUnordered<_> = (0..400).map(|_| unfinished()).collect::<Result<_>>()?;
    // Two thirds of the memory hold 18 bodies, whose ends are never sent. The others are refused.
    for _ in 0..400 - 18 {
        let refused = flood.next().await.context("no response")??;
        assert_refused(&refused, "too_busy", "limits.body_mb 24")?;
    }
    let message = json!({"args": {"trusted_metadata": {"x": "x".repeat(900_000)}}, "environment": "example"});
    let call = from(app.post_json(OPERATION_TOOL, &message), OTHER)?;
    assert_eq!(call.send().await?.status, 200);
    drop(flood);
    assert_eq!(from(app.post_json(OPERATION_TOOL, &message), FLOOD)?.send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn large_bodies_of_one_network_leave_room_for_others() -> Result<()> {
    let (_folder, env) = shared(TestEnv::new(), "public", "[limits]\nbody_mb = 24\nrequests = \"1000/s\"\n")?;
    let app = env.start_app().await?;
    let unfinished = || {
        let partial_body = stream::iter([Ok::<_, std::io::Error>(vec![b' '; 1_100_000])]).chain(stream::pending());
        anyhow::Ok(from(app.post(OPERATION_TOOL, Body::from_stream(partial_body)), FLOOD)?.send())
    };
    let mut flood: FuturesUnordered<_> = (0..10).map(|_| unfinished()).collect::<Result<_>>()?;
    for _ in 0..10 - 2 {
        let refused = flood.next().await.context("no response")??;
        assert_refused(&refused, "too_busy", "limits.body_mb 24")?;
    }
    let message = json!({"args": {"trusted_metadata": {"x": "x".repeat(2_000_000)}}, "environment": "example"});
    let call = from(app.post_json(OPERATION_TOOL, &message), OTHER)?;
    assert_eq!(call.send().await?.status, 200);
    Ok(())
}
