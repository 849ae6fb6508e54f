//! Tests for the listener of programs (`EXPLORER_API_ADDR`), which serves `/tools` and `/proxy` and reads no cookie.

use crate::support::{
    CALLER_PROJECT, CALLER_SECRET, OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, TestApp, TestEnv, Upstream,
    basic_authorization,
    login::{LOGIN_OPERATION, SESSION_TOKEN, start_login_provider},
    process::ServerProcess,
};
use anyhow::{Context, Result};
use reqwest::Client;
use rustix::process::Signal;
use serde_json::json;
use std::{fs, net::IpAddr};

const TOOL: &str = "/tools/stytch/apiUserV1Get";
const PROXY: &str = "/proxy/stytch/v1/users/user-test-1";
const EXAMPLE_CALL: &str = r#"{"args": {"user_id": "user-test-1"}, "environment": "example"}"#;
const CALL: &str = r#"{"user_id": "user-test-1"}"#;
const HOST_NAME: &str = "explorer.example.com";
const API_ORIGIN: &str = "https://api.explorer.example.com:8443";
const API_HOST: &str = "api.explorer.example.com:8443";

/// Returns the setup of a server for its own machine, with a listener for programs.
fn local(upstream: &Upstream) -> TestEnv {
    TestEnv::with_upstream(upstream).set_var("EXPLORER_API_ADDR", "127.0.0.1:3001")
}

/// Returns the setup of a server for others, with a listener for programs.
fn shared(upstream: &Upstream) -> TestEnv {
    TestEnv::with_upstream(upstream)
        .set_var("EXPLORER_HOSTS", HOST_NAME)
        .set_var("EXPLORER_ACCESS", "sign-in")
        .set_var("EXPLORER_API_ADDR", "0.0.0.0:3001")
        .set_var("EXPLORER_API_ORIGIN", API_ORIGIN)
}

async fn session_cookie(app: &TestApp) -> Result<String> {
    let values = json!({"basicAuth/username": CALLER_PROJECT, "basicAuth/password": CALLER_SECRET});
    let save = app.post_json("/api/credential/save", &json!({"provider": "stytch", "values": values}));
    save.send().await?.cookie()
}

#[tokio::test]
async fn pages_and_programs_are_each_served_by_their_own_listener_only() -> Result<()> {
    let app = local(&Upstream::succeeding().await?).set_var("EXPLORER_METRICS", "on").start_app().await?;
    let programs = app.on_program_listener()?;
    let pages = ["/", "/stytch", "/stytch/apiUserV1Get", "/search", "/sign-in", "/admin", "/metrics", "/sitemap.xml"];
    for path in pages.into_iter().chain(["/robots.txt", "/favicon.svg", "/stytch/openapi.json", "/auth/begin"]) {
        let response = programs.get(path).header("accept", "text/html").send().await?;
        assert_eq!(response.status_and_code()?, (404, "not_found".into()), "{path}");
        assert!(response.text().contains("/tools/{provider}/{operation}"), "{path}");
    }
    for path in ["/api/call", "/api/credential/save", "/sign-out", "/reveal", "/admin/switch", "/stytch/apiUserV1Get"] {
        let response = programs.post_json(path, &json!({})).send().await?;
        assert_eq!(response.status_and_code()?, (404, "not_found".into()), "{path}");
    }
    for (method, path) in
        [("POST", TOOL), ("GET", TOOL), ("GET", PROXY), ("PUT", PROXY), ("GET", "/v1/users/user-test-1")]
    {
        let response = app.request(method, path).send().await?;
        assert_eq!(response.status_and_code()?, (404, "not_found".into()), "{method} {path}");
        assert!(response.text().contains("http://127.0.0.1:3001"), "{}", response.text());
    }
    assert_eq!(programs.post(TOOL, CALL).send().await?.status, 200);
    for path in [PROXY, "/v1/users/user-test-1"] {
        assert_eq!(programs.get(path).send().await?.status, 200, "{path}");
    }
    for app in [&app, &programs] {
        assert_eq!(
            (app.get("/healthz").send().await?.status, app.get("/readyz").send().await?.status.as_u16()),
            (axum::http::StatusCode::OK, 200)
        );
        assert_eq!(app.get("/healthz").send().await?.header("x-content-type-options"), "nosniff");
    }
    Ok(())
}

#[tokio::test]
async fn a_session_cookie_is_not_read_on_the_listener_of_programs() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = local(&upstream).start_app().await?;
    let programs = app.on_program_listener()?;
    let saved = session_cookie(&app).await?;
    for cookie in [&saved, "api-explorer-3000=00000000-0000-4000-8000-000000000000", "api-explorer-3000=nonsense"] {
        for request in [programs.post(TOOL, CALL), programs.get(PROXY)] {
            let response = request.header("cookie", cookie).send().await?;
            assert_eq!((response.status.as_u16(), response.header("set-cookie")), (200, ""), "{cookie}");
        }
    }
    let operator = basic_authorization(OPERATOR_PROJECT, OPERATOR_SECRET);
    assert!(upstream.received_requests().iter().all(|request| request.header("authorization") == operator));
    Ok(())
}

#[tokio::test]
async fn only_an_access_token_identifies_a_program_of_another_machine() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("explorer.toml");
    fs::write(&path, "[access]\nproxies = [\"192.0.2.1\"]\nuser_header = \"x-forwarded-user\"\n")?;
    let setup = shared(&upstream).set_var("EXPLORER_CONFIG", path.to_str().context("no path")?);
    let app = setup.start_app().await?;
    let programs = app.on_program_listener()?;
    let token = app.access_token(&[], &[]).await?;
    let form = app.post_form("/sign-in", &[("token", &token), ("next", "/")]);
    let signed_in = form.header("host", HOST_NAME).header("origin", &format!("https://{HOST_NAME}")).send().await?;
    let cookie = signed_in.cookie()?;
    let proxy: IpAddr = "192.0.2.1".parse()?;
    let page = app.get("/stytch").header("host", HOST_NAME).with_client_address(proxy);
    assert_eq!(page.header("x-forwarded-user", "ann").send().await?.status, 200, "the proxy signs users in");
    for path in [TOOL, PROXY] {
        let request = || {
            let method = if path == TOOL { "POST" } else { "GET" };
            programs.request_with_body(method, path, CALL).header("host", API_HOST).with_client_address(proxy)
        };
        for request in [request(), request().header("cookie", &cookie), request().header("x-forwarded-user", "ann")] {
            let refused = request.header("accept", "text/html").send().await?;
            assert_eq!(refused.status_and_code()?, (401, "sign_in_required".into()), "{path}");
            assert!(refused.text().contains("Bearer aex_"), "{}", refused.text());
        }
        assert!(upstream.received_requests().is_empty(), "{path}");
    }
    let response = programs.post(TOOL, CALL).header("host", API_HOST).bearer_token(&token).send().await?;
    assert_eq!((response.status.as_u16(), response.header("set-cookie")), (200, ""));
    Ok(())
}

#[tokio::test]
async fn the_listener_of_programs_never_sets_a_cookie() -> Result<()> {
    let upstream = start_login_provider().await?;
    let call = json!({"args": {"email": "ann@example.com", "password": "typed-by-ann"}});
    let path = format!("/tools/stytch/{LOGIN_OPERATION}");
    let folder = tempfile::tempdir()?;
    let config = folder.path().join("explorer.toml");
    fs::write(
        &config,
        "[access]\nrule = \"public\"\n[[provider]]\nid = \"stytch\"\n[provider.policy]\nrate = \"9/min\"\ndaily = 9\ndaily_total = 9\n",
    )?;
    let setup = TestEnv::with_upstream(&upstream)
        .set_var("EXPLORER_HOSTS", HOST_NAME)
        .set_var("EXPLORER_CONFIG", config.to_str().context("no path")?);
    let one = setup.clone().start_app().await?;
    let response = one.post_json(&path, &call).header("host", HOST_NAME).send().await?;
    assert!(response.cookie()?.starts_with("__Host-"), "a session holds the secrets of the response");
    let two = setup.set_var("EXPLORER_API_ADDR", "127.0.0.1:3001").start_app().await?.on_program_listener()?;
    let response = two.post_json(&path, &call).header("host", HOST_NAME).send().await?;
    assert_eq!((response.status.as_u16(), response.header("set-cookie")), (200, ""));
    assert!(!response.full_text().contains(SESSION_TOKEN));
    Ok(())
}

#[tokio::test]
async fn each_listener_accepts_its_own_host_names_only() -> Result<()> {
    let app = shared(&Upstream::succeeding().await?).start_app().await?;
    let programs = app.on_program_listener()?;
    let token = app.access_token(&[], &[]).await?;
    for (host, status) in [(API_HOST, 200), (HOST_NAME, 200), ("127.0.0.1:3001", 200), ("evil.example", 403)] {
        let response = programs.post(TOOL, CALL).header("host", host).bearer_token(&token).send().await?;
        assert_eq!(response.status, status, "{host}");
    }
    assert_eq!(app.get("/sign-in").header("host", API_HOST).send().await?.status, 403);
    let refused = app.post(TOOL, CALL).header("host", HOST_NAME).send().await?;
    assert!(refused.text().contains(API_ORIGIN), "{}", refused.text());
    Ok(())
}

#[tokio::test]
async fn a_page_cannot_use_the_listener_of_programs_from_another_site() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = local(&upstream).set_var("EXPLORER_ALLOWED_ORIGINS", "https://other.example").start_app().await?;
    let programs = app.on_program_listener()?;
    // The pages of this explorer are another origin too, and use its server functions.
    for origin in ["https://evil.example", "null", "http://127.0.0.1:3000"] {
        for site in ["cross-site", "same-site"] {
            let request = programs.post(TOOL, CALL).header("origin", origin).header("sec-fetch-site", site);
            assert_eq!(request.header("content-type", "text/plain").send().await?.status, 403, "{origin} {site}");
        }
    }
    let proxy = programs.get(PROXY).header("sec-fetch-site", "cross-site");
    assert_eq!(proxy.send().await?.status, 403);
    assert!(upstream.received_requests().is_empty());
    let listed = programs.post(TOOL, CALL).header("origin", "https://other.example").send().await?;
    assert_eq!(listed.status, 200);
    assert_eq!(listed.header("access-control-allow-origin"), "https://other.example");
    assert_eq!(listed.header("access-control-allow-credentials"), "");
    // The refusal can be read by the page of an explorer whose user entered the address of the pages.
    let refused = app.post(OPERATION_TOOL, "").header("origin", "https://other.example").send().await?;
    assert_eq!(refused.header("access-control-allow-origin"), "https://other.example");
    Ok(())
}

#[tokio::test]
async fn on_the_listener_of_programs_local_callers_are_recognized_by_the_same_signs() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let programs = local(&upstream).start_app().await?.on_program_listener()?;
    let remote = programs.post(TOOL, CALL).with_client_address("192.0.2.7".parse()?).send().await?;
    assert_eq!(remote.status_and_code()?, (403, "forbidden".into()));
    let proxied = programs.post(TOOL, CALL).header("x-forwarded-for", "192.0.2.7").send().await?;
    assert_eq!(proxied.status_and_code()?, (403, "forbidden".into()));
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[test]
fn the_settings_of_the_listener_of_programs_are_checked() -> Result<()> {
    let address = ("EXPLORER_API_ADDR", "127.0.0.1:3001");
    for (variables, expected) in [
        (vec![("EXPLORER_API_ADDR", "3001")], "EXPLORER_API_ADDR must be an address and a port"),
        (vec![("EXPLORER_API_ADDR", "127.0.0.1:3000")], "are both 127.0.0.1:3000"),
        (vec![("EXPLORER_API_ADDR", "0.0.0.0:3001")], "Set EXPLORER_API_ORIGIN"),
        (vec![("EXPLORER_API_ORIGIN", API_ORIGIN)], "has no effect without EXPLORER_API_ADDR"),
        (vec![address, ("EXPLORER_API_ORIGIN", "api.example.com")], "EXPLORER_API_ORIGIN"),
        (vec![address, ("EXPLORER_API_ORIGIN", "https://a.example, https://b.example")], "must be one origin"),
    ] {
        let setup = variables.iter().fold(TestEnv::new(), |setup, (name, value)| setup.set_var(name, value));
        let error = setup.to_settings().err().with_context(|| format!("{variables:?} was accepted"))?;
        assert!(error.to_string().contains(expected), "{variables:?}: {error}");
    }
    // If other machines can reach either listener, the operator's credential needs an access rule.
    let exposed = TestEnv::new().with_operator_credential();
    for variables in [
        vec![("EXPLORER_API_ADDR", "0.0.0.0:3001"), ("EXPLORER_API_ORIGIN", API_ORIGIN)],
        vec![address, ("EXPLORER_API_ORIGIN", API_ORIGIN)],
    ] {
        let setup = variables.iter().fold(exposed.clone(), |setup, (name, value)| setup.set_var(name, value));
        let error = setup.to_settings().err().with_context(|| format!("{variables:?} was accepted"))?;
        assert!(error.to_string().contains("EXPLORER_ACCESS"), "{error}");
        setup.set_var("EXPLORER_ACCESS", "sign-in").to_settings()?;
    }
    exposed
        .set_var("EXPLORER_API_ADDR", "[::1]:3001")
        .set_var("EXPLORER_API_ORIGIN", "http://localhost:3001")
        .to_settings()?;
    Ok(())
}

#[tokio::test]
async fn a_started_server_serves_programs_on_a_listener_of_their_own_until_it_stops() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = ServerProcess::start(
        folder.path(),
        &[("EXPLORER_API_ADDR", "127.0.0.1:0"), ("EXPLORER_METRICS", "on"), ("EXPLORER_DRAIN", "3600")],
    )?;
    let (pages, programs) = (server.url.clone(), server.api_url.clone().context("no listener for programs")?);
    let client = Client::new();
    let get = async |url: String| anyhow::Ok(client.get(url).send().await?);
    let call = async |origin: &str| anyhow::Ok(client.post([origin, TOOL].concat()).body(EXAMPLE_CALL).send().await?);

    assert_eq!(call(&programs).await?.status(), 200);
    let refused = call(&pages).await?;
    assert_eq!(refused.status(), 404);
    assert!(refused.text().await?.contains(&programs), "the refusal says where the routes are");
    assert_eq!(get(format!("{pages}/stytch")).await?.status(), 200);
    assert_eq!(get(format!("{programs}/stytch")).await?.status(), 404);
    for origin in [&pages, &programs] {
        assert_eq!(get(format!("{origin}/readyz")).await?.status(), 200);
        assert_eq!(get(format!("{origin}/healthz")).await?.status(), 200);
    }
    let metrics = get(format!("{pages}/metrics")).await?.text().await?;
    assert!(metrics.contains(r#"route="/tools/{provider}/{operation}",method="POST",status="200""#), "{metrics}");

    server.signal(Signal::TERM)?;
    crate::draining::wait_until_draining(&client, &programs).await?;
    let response = call(&programs).await?;
    assert_eq!((response.status().as_u16(), response.headers()["connection"].to_str()?), (200, "close"));
    server.signal(Signal::TERM)?;
    assert!(server.wait_for_exit().await?.success());
    assert!(call(&programs).await.is_err());
    Ok(())
}
