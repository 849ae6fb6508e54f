//! Tests for metrics and traces: they show what the server does, and contain nothing of what was sent or received.

use crate::{
    masking::login,
    support::{
        OPERATION_PAGE, OPERATION_TOOL, OPERATOR_SECRET, TestApp, TestEnv, Upstream,
        login::{LOGIN_OPERATION, SESSION_TOKEN, start_login_provider},
        process::ServerProcess,
        unused_address,
    },
};
use anyhow::{Context, Result};
use axum::response::IntoResponse;
use rustix::process::Signal;
use serde_json::json;

const TOKEN: &str = "what-prometheus-knows";

async fn metrics(app: &TestApp) -> Result<String> {
    let response = app.get("/metrics").send().await?;
    assert_eq!(response.status, 200, "{}", response.text());
    assert!(response.header("content-type").starts_with("application/openmetrics-text"));
    Ok(response.text())
}

/// Returns the value of a series.
fn value(metrics: &str, series: &str) -> Option<f64> {
    metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn metrics_are_disabled_by_default() -> Result<()> {
    let response = TestEnv::new().start_app().await?.get("/metrics").send().await?;
    assert_eq!(response.status, 404);
    Ok(())
}

#[tokio::test]
async fn metrics_count_requests_and_calls_by_outcome() -> Result<()> {
    let app =
        TestEnv::with_upstream(&start_login_provider().await?).set_var("EXPLORER_METRICS", "on").start_app().await?;
    app.get(OPERATION_PAGE).send().await?;
    for _ in 0..3 {
        app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &login()).send().await?;
    }
    app.post(OPERATION_TOOL, r#"{"args": {"email": 1}}"#).send().await?;
    let token = app.access_token(&["GET"], &[]).await?;
    app.post(OPERATION_TOOL, "").bearer_token(&token).send().await?;
    app.post_json("/api/reveal", &json!({"placeholder": "{{response 1.session_token}}"})).send().await?;
    app.gateway.audit().flush().await;
    let text = metrics(&app).await?;
    for (series, expected) in [
        (r#"explorer_calls_total{provider="stytch",environment="test",outcome="200"}"#, 3.0),
        (r#"explorer_calls_total{provider="stytch",environment="",outcome="invalid_arguments"}"#, 1.0),
        (r#"explorer_calls_total{provider="stytch",environment="",outcome="policy_denied"}"#, 1.0),
        (r#"explorer_call_duration_seconds_count{provider="stytch"}"#, 3.0),
        (r#"explorer_call_added_seconds_count{provider="stytch"}"#, 3.0),
        (r#"explorer_revealed_total{provider="stytch"}"#, 1.0),
        (r#"explorer_requests_total{route="/{provider}/{operation}",method="GET",status="200"}"#, 1.0),
        (r#"explorer_requests_total{route="/tools/{provider}/{operation}",method="POST",status="200"}"#, 3.0),
        ("explorer_calls_running", 0.0),
        ("explorer_audit_waiting", 0.0),
        ("explorer_store_up", 1.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in {text}");
    }
    assert!(text.contains(r#"explorer_build_info{version=""#) && text.ends_with("# EOF\n"), "{text}");
    let added = value(&text, r#"explorer_call_added_seconds_sum{provider="stytch"}"#);
    let whole = value(&text, r#"explorer_call_duration_seconds_sum{provider="stytch"}"#);
    assert!(added < whole && added > Some(0.0), "{added:?} of {whole:?}");
    Ok(())
}

#[tokio::test]
async fn requests_cannot_add_series_or_text_to_the_metrics() -> Result<()> {
    let app =
        TestEnv::with_upstream(&start_login_provider().await?).set_var("EXPLORER_METRICS", "on").start_app().await?;
    app.post_json(&format!("/tools/stytch/{LOGIN_OPERATION}"), &login()).send().await?;
    for number in 0..50 {
        app.get(&format!("/made-up-{number}/x")).send().await?;
        app.get(&format!("/a/b/c/made-up-{number}")).send().await?;
        app.request(&format!("MADEUP{number}"), "/").send().await?;
        app.post(&format!("/tools/made-up-{number}/x"), "{}").send().await?;
        app.post(&format!("/tools/stytch/made-up-{number}"), "{}").send().await?;
        app.post(&format!("/api/made-up-{number}"), "{}").send().await?;
    }
    let text = metrics(&app).await?;
    for absent in ["made-up", "MADEUP", OPERATOR_SECRET, SESSION_TOKEN, "typed-by-ann", "ann@example.com"] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
    assert!(text.lines().filter(|line| line.starts_with("explorer_requests_total")).count() < 12, "{text}");
    Ok(())
}

#[tokio::test]
async fn metrics_require_the_token_or_a_loopback_host_name() -> Result<()> {
    let setup = TestEnv::new().set_var("EXPLORER_METRICS", "on");
    let local = setup.start_app().await?;
    assert_eq!(local.get("/metrics").header("host", "evil.example").send().await?.status, 403);
    let elsewhere = setup.set_var("LEPTOS_SITE_ADDR", "0.0.0.0:3000").set_var("EXPLORER_HOSTS", "explorer.example.com");
    let refused = elsewhere.to_settings().err().context("the settings were accepted")?;
    assert!(refused.to_string().contains("EXPLORER_METRICS_TOKEN"));
    let app = elsewhere.set_var("EXPLORER_METRICS_TOKEN", TOKEN).start_app().await?;
    for (header, status) in [("", 401), ("Bearer ", 401), ("Bearer what-prometheus-know", 401), (TOKEN, 401)] {
        let response = app.get("/metrics").header("authorization", header).send().await?;
        assert_eq!(response.status, status, "{header}");
    }
    // Prometheus addresses a target by its discovered IP address.
    let request =
        app.get("/metrics").header("host", "10.0.0.7:3000").header("authorization", &format!("Bearer {TOKEN}"));
    assert_eq!(request.send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn traces_contain_the_steps_of_a_call_but_no_request_or_response_contents() -> Result<()> {
    let collector = Upstream::with_responder(|| "".into_response()).await?;
    let (upstream, folder) = (start_login_provider().await?, tempfile::tempdir()?);
    let secret = "secret-test-00000000000000000000000000000";
    let headers = folder.path().join("headers");
    std::fs::write(&headers, "x-team=blue,authorization=Bearer%20abc\n")?;
    let server = ServerProcess::start(
        folder.path(),
        &[
            ("STYTCH_PROJECT_ID", crate::support::OPERATOR_PROJECT),
            ("STYTCH_SECRET", secret),
            ("STYTCH_BASE_URL", &upstream.url),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
            ("OTEL_EXPORTER_OTLP_HEADERS_FILE", &headers.display().to_string()),
            ("RUST_LOG", "trace"),
        ],
    )?;
    let url = format!("{}/tools/stytch/{LOGIN_OPERATION}", server.url);
    let request = reqwest::Client::new().post(url).header("content-type", "application/json").body(login().to_string());
    assert_eq!(request.send().await?.status(), 200);
    server.signal(Signal::TERM)?;
    assert!(server.wait_for_exit().await?.success());
    let sent: String = collector.received_requests().iter().map(|request| request.body.clone()).collect();
    let first = collector.received_requests().into_iter().next().context("no trace was sent")?;
    assert_eq!((&*first.method, &*first.path), ("POST", "/v1/traces"));
    assert_eq!((first.header("x-team"), first.header("authorization")), ("blue", "Bearer abc"));
    for expected in [
        "api-explorer",
        "POST /tools/{provider}/{operation}",
        "call apiPasswordV1Authenticate",
        "explorer.environment",
        "http.response.status_code",
        "server.address",
        "explorer.first_byte_ms",
    ] {
        assert!(sent.contains(expected), "{expected} in {sent}");
    }
    for absent in [secret, SESSION_TOKEN, "typed-by-ann", "ann@example.com", &upstream.url, "user-test-1"] {
        assert!(!sent.contains(absent), "{absent} in {sent}");
    }
    assert_eq!(upstream.only_request()?.header("traceparent"), "", "no trace header is sent to the provider");
    Ok(())
}

#[tokio::test]
async fn without_a_trace_collector_the_server_works_and_shuts_down() -> Result<()> {
    let (upstream, folder) = (Upstream::succeeding().await?, tempfile::tempdir()?);
    let unused_url = format!("http://{}", unused_address().await?);
    let variables = [("STYTCH_BASE_URL", &*upstream.url), ("OTEL_EXPORTER_OTLP_ENDPOINT", &unused_url)];
    let server = ServerProcess::start(folder.path(), &variables)?;
    assert_eq!(reqwest::get(format!("{}{OPERATION_PAGE}", server.url)).await?.status(), 200);
    server.signal(Signal::TERM)?;
    assert!(server.wait_for_exit().await?.success());
    Ok(())
}
