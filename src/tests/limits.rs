//! Tests for the limits on request and response size, time, concurrent calls and sessions.

use crate::support::{OPERATION_PAGE, OPERATION_TOOL, TestApp, TestEnv, Upstream};
use anyhow::Result;
use axum::{
    Router,
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, future::select_all, stream};
use serde_json::json;
use std::{future::pending, time::Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};
use tower_http::compression::CompressionLayer;

#[tokio::test]
async fn a_request_larger_than_the_limit_is_refused_at_every_endpoint() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let text = "x".repeat(14_100_000);
    let body = json!({"args": {"trusted_metadata": {"x": text}}});
    let response = app.post_json(OPERATION_TOOL, &body).send().await?;
    assert_eq!(response.status_and_code()?, (413, "request_too_large".into()));
    let response = app.post_form(OPERATION_PAGE, &[("value/email", &text)]).send().await?;
    assert_eq!(response.status, 413);
    assert!(response.text().contains("Back button to return to your input"));
    let body = json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": null, "arguments": {"trusted_metadata": {"x": text}}});
    let response = app.post_json("/api/call", &body).send().await?;
    assert!(response.status.is_client_error(), "{}", response.status);
    assert!(upstream.received_requests().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_request_just_within_the_limit_is_accepted() -> Result<()> {
    let upstream = Upstream::succeeding().await?;
    let app = TestEnv::with_upstream(&upstream).start_app().await?;
    let body = json!({"args": {"trusted_metadata": {"x": "x".repeat(13_900_000)}}});
    assert_eq!(app.post_json(OPERATION_TOOL, &body).send().await?.status, 200);
    assert!(upstream.only_request()?.body.len() > 13_900_000);
    Ok(())
}

#[tokio::test]
async fn a_provider_that_never_responds_times_out() -> Result<()> {
    let upstream = Upstream::never_responding().await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_TIMEOUT", "1").start_app().await?;
    let start = Instant::now();
    let response = app.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(response.status_and_code()?, (504, "too_slow".into()));
    assert!(start.elapsed().as_secs_f64() < 5.0);
    Ok(())
}

#[tokio::test]
async fn a_provider_that_stalls_during_its_response_times_out() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let _ = stream.read(&mut [0; 10_000]).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await?;
        pending::<std::io::Result<()>>().await
    });
    let app = TestEnv::new()
        .with_operator_credential()
        .with_base_url(&url)
        .set_var("EXPLORER_TIMEOUT", "1")
        .start_app()
        .await?;
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status_and_code()?, (504, "too_slow".into()));
    Ok(())
}

#[tokio::test]
async fn a_connection_closed_during_the_response_is_reported() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let _ = stream.read(&mut [0; 10_000]).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await
    });
    let app = TestEnv::new().with_operator_credential().with_base_url(&url).start_app().await?;
    let response = app.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(response.status_and_code()?, (502, "unreachable".into()));
    assert!(response.text().contains("closed before"), "{}", response.text());
    Ok(())
}

#[tokio::test]
async fn a_response_larger_than_the_limit_is_refused() -> Result<()> {
    let upstream = Upstream::with_responder(|| "x".repeat(1_000_001).into_response()).await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_REPLY_LIMIT_MB", "1").start_app().await?;
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status_and_code()?, (502, "reply_too_large".into()));
    Ok(())
}

#[tokio::test]
async fn a_response_just_within_the_limit_is_returned_in_full() -> Result<()> {
    let upstream = Upstream::with_responder(|| "x".repeat(1_000_000).into_response()).await?;
    let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_REPLY_LIMIT_MB", "1").start_app().await?;
    let json = app.post(OPERATION_TOOL, "").send().await?.json()?;
    assert_eq!((&json["meta"]["size"], json["data"].as_str().map(str::len)), (&json!(1_000_000), Some(1_000_000)));
    Ok(())
}

#[tokio::test]
async fn a_response_that_decompresses_to_more_than_the_limit_is_refused() -> Result<()> {
    let zeros = || async { ([("content-type", "text/plain")], vec![0_u8; 50_000_000]) };
    for compression in [CompressionLayer::new().no_br(), CompressionLayer::new().no_gzip()] {
        let upstream = Upstream::start(Router::new().fallback(zeros).layer(compression)).await?;
        let app = TestEnv::with_upstream(&upstream).set_var("EXPLORER_REPLY_LIMIT_MB", "1").start_app().await?;
        assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status_and_code()?, (502, "reply_too_large".into()));
        assert!(upstream.only_request()?.header("accept-encoding").contains("gzip"));
    }
    Ok(())
}

#[tokio::test]
async fn a_compressed_response_is_decompressed() -> Result<()> {
    let text = || async { ([("content-type", "application/json")], json!(vec!["x"; 100]).to_string()) };
    let upstream = Upstream::start(Router::new().fallback(text).layer(CompressionLayer::new())).await?;
    let json = TestEnv::with_upstream(&upstream).start_app().await?.post(OPERATION_TOOL, "").send().await?.json()?;
    assert_eq!((&json["data"][99], &json["meta"]["size"]), (&json!("x"), &json!(401)));
    Ok(())
}

#[tokio::test]
async fn calls_beyond_the_concurrency_limit_are_refused_with_retry_after() -> Result<()> {
    let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let upstream = Upstream::start(Router::new().fallback(move || {
        let send_result = arrived.send(());
        async move {
            if send_result.is_ok() {
                pending::<()>().await;
            }
            StatusCode::OK
        }
    }))
    .await?;
    let mut settings = TestEnv::with_upstream(&upstream).to_settings()?;
    settings.limits.max_concurrent_calls = 1;
    let app = TestApp::new(settings).await?;
    let first = tokio::spawn(app.post(OPERATION_TOOL, "").send());
    arrivals.recv().await;
    let second = app.post(OPERATION_TOOL, "").send().await?;
    assert_eq!(second.status_and_code()?, (429, "too_busy".into()));
    assert_eq!(second.header("retry-after"), "1");
    // A disconnected caller frees its permit.
    first.abort();
    assert!(first.await.is_err());
    drop(arrivals);
    assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_refused_call_holds_no_permit() -> Result<()> {
    let upstream = Upstream::with_responder(Response::default).await?;
    let mut settings = TestEnv::with_upstream(&upstream).to_settings()?;
    settings.limits.max_concurrent_calls = 1;
    let app = TestApp::new(settings).await?;
    for _ in 0..3 {
        assert_eq!(app.post_json(OPERATION_TOOL, &json!({"email": 1})).send().await?.status, 400);
        assert_eq!(app.post(OPERATION_TOOL, "").send().await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn a_form_with_too_many_controls_is_refused() -> Result<()> {
    let controls: String =
        (0..20_000).map(|row| ["value/trusted_metadata/", &row.to_string(), "=x&"].concat()).collect();
    let app = TestEnv::new().start_app().await?;
    let response =
        app.post(OPERATION_PAGE, controls).header("content-type", "application/x-www-form-urlencoded").send().await?;
    assert_eq!(response.status, 413);
    assert!(response.text().contains("Back button to return to your input"));
    Ok(())
}

#[tokio::test]
async fn large_requests_share_permits_and_small_ones_are_not_delayed() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let large = || {
        let partial_body = stream::iter([Ok::<_, std::io::Error>(vec![b' '; 1_100_000])]);
        app.post(OPERATION_TOOL, Body::from_stream(partial_body.chain(stream::pending()))).send()
    };
    let sent: Vec<_> = (0..9).map(|_| tokio::spawn(large())).collect();
    // Eight requests wait for the rest of their bodies, which is never sent.
    let (refused, _, waiting) = select_all(sent).await;
    let refused = refused??;
    assert_eq!(refused.status_and_code()?, (429, "too_busy".into()));
    assert_eq!(refused.header("retry-after"), "1");
    let small = json!({"args": {}, "environment": "example"});
    assert_eq!(app.post_json(OPERATION_TOOL, &small).send().await?.status, 200);
    waiting.iter().for_each(JoinHandle::abort);
    Ok(())
}

#[tokio::test]
async fn a_request_with_too_many_values_is_refused_but_long_texts_are_accepted() -> Result<()> {
    let app = TestEnv::new().start_app().await?;
    let with = |value: String| {
        format!("{{\"args\": {{\"trusted_metadata\": {{\"x\": {value}}}}}, \"environment\": \"example\"}}")
    };
    let many = with(format!("[{}1]", "1,".repeat(200_000)));
    for content_type in ["", "application/json", "text/plain"] {
        let request = app.post(OPERATION_TOOL, many.clone()).header("content-type", content_type);
        assert_eq!(request.send().await?.status_and_code()?, (413, "request_too_large".into()), "{content_type}");
    }
    let long = with(format!("\"{}\"", "a,\\\"[".repeat(200_000)));
    assert_eq!(app.post(OPERATION_TOOL, long).send().await?.status, 200);
    Ok(())
}
