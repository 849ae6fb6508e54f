//! Nothing is unbounded: bytes of requests and replies, time, calls at once, sessions.

use crate::support::{PAGE, Setup, TOOL, TestApp, Upstream};
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
async fn a_request_larger_than_the_limit_is_refused_at_every_door() -> Result<()> {
    let upstream = Upstream::content().await?;
    let app = Setup::calling(&upstream).start().await?;
    let text = "x".repeat(14_100_000);
    let body = json!({"args": {"trusted_metadata": {"x": text}}});
    let answer = app.post_json(TOOL, &body).send().await?;
    assert_eq!(answer.failure()?, (413, "request_too_large".into()));
    let answer = app.post_form(PAGE, &[("value/email", &text)]).send().await?;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("Go back in the browser"));
    let body = json!({"provider": "stytch", "operation": "apiUserV1Create", "environment": null, "arguments": {"trusted_metadata": {"x": text}}});
    let answer = app.post_json("/api/call", &body).send().await?;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert!(upstream.received().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_request_just_within_the_limit_is_taken() -> Result<()> {
    let upstream = Upstream::content().await?;
    let app = Setup::calling(&upstream).start().await?;
    let body = json!({"args": {"trusted_metadata": {"x": "x".repeat(13_900_000)}}});
    assert_eq!(app.post_json(TOOL, &body).send().await?.status, 200);
    assert!(upstream.only()?.body.len() > 13_900_000);
    Ok(())
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up() -> Result<()> {
    let upstream = Upstream::silent().await?;
    let app = Setup::calling(&upstream).set("EXPLORER_TIMEOUT", "1").start().await?;
    let start = Instant::now();
    let answer = app.post(TOOL, "").send().await?;
    assert_eq!(answer.failure()?, (504, "too_slow".into()));
    assert!(start.elapsed().as_secs_f64() < 5.0);
    Ok(())
}

#[tokio::test]
async fn a_provider_that_stops_in_the_middle_of_its_reply_is_given_up() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let _ = stream.read(&mut [0; 10_000]).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await?;
        pending::<std::io::Result<()>>().await
    });
    let app = Setup::new().operator().upstream(&url).set("EXPLORER_TIMEOUT", "1").start().await?;
    assert_eq!(app.post(TOOL, "").send().await?.failure()?, (504, "too_slow".into()));
    Ok(())
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_said() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let _ = stream.read(&mut [0; 10_000]).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await
    });
    let app = Setup::new().operator().upstream(&url).start().await?;
    let answer = app.post(TOOL, "").send().await?;
    assert_eq!(answer.failure()?, (502, "unreachable".into()));
    assert!(answer.text().contains("broke off"), "{}", answer.text());
    Ok(())
}

#[tokio::test]
async fn a_reply_larger_than_the_limit_is_cut_off() -> Result<()> {
    let upstream = Upstream::always(|| "x".repeat(1_000_001).into_response()).await?;
    let app = Setup::calling(&upstream).set("EXPLORER_REPLY_LIMIT_MB", "1").start().await?;
    assert_eq!(app.post(TOOL, "").send().await?.failure()?, (502, "reply_too_large".into()));
    Ok(())
}

#[tokio::test]
async fn a_reply_just_within_the_limit_is_taken_whole() -> Result<()> {
    let upstream = Upstream::always(|| "x".repeat(1_000_000).into_response()).await?;
    let app = Setup::calling(&upstream).set("EXPLORER_REPLY_LIMIT_MB", "1").start().await?;
    let json = app.post(TOOL, "").send().await?.json()?;
    assert_eq!((&json["meta"]["size"], json["data"].as_str().map(str::len)), (&json!(1_000_000), Some(1_000_000)));
    Ok(())
}

#[tokio::test]
async fn a_reply_that_unpacks_to_more_than_the_limit_is_cut_off() -> Result<()> {
    let zeros = || async { ([("content-type", "text/plain")], vec![0_u8; 50_000_000]) };
    for compression in [CompressionLayer::new().no_br(), CompressionLayer::new().no_gzip()] {
        let upstream = Upstream::start(Router::new().fallback(zeros).layer(compression)).await?;
        let app = Setup::calling(&upstream).set("EXPLORER_REPLY_LIMIT_MB", "1").start().await?;
        assert_eq!(app.post(TOOL, "").send().await?.failure()?, (502, "reply_too_large".into()));
        assert!(upstream.only()?.header("accept-encoding").contains("gzip"));
    }
    Ok(())
}

#[tokio::test]
async fn a_compressed_reply_is_unpacked() -> Result<()> {
    let text = || async { ([("content-type", "application/json")], json!(vec!["x"; 100]).to_string()) };
    let upstream = Upstream::start(Router::new().fallback(text).layer(CompressionLayer::new())).await?;
    let json = Setup::calling(&upstream).start().await?.post(TOOL, "").send().await?.json()?;
    assert_eq!((&json["data"][99], &json["meta"]["size"]), (&json!("x"), &json!(401)));
    Ok(())
}

#[tokio::test]
async fn more_calls_at_once_than_allowed_are_put_off() -> Result<()> {
    let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let upstream = Upstream::start(Router::new().fallback(move || {
        let told = arrived.send(());
        async move {
            if told.is_ok() {
                pending::<()>().await;
            }
            StatusCode::OK
        }
    }))
    .await?;
    let mut settings = Setup::calling(&upstream).settings()?;
    settings.limits.concurrency = 1;
    let app = TestApp::new(settings).await?;
    let first = tokio::spawn(app.post(TOOL, "").send());
    arrivals.recv().await;
    let second = app.post(TOOL, "").send().await?;
    assert_eq!(second.failure()?, (429, "too_busy".into()));
    assert_eq!(second.header("retry-after"), "1");
    // A caller who goes away makes room for the next.
    first.abort();
    assert!(first.await.is_err());
    drop(arrivals);
    assert_eq!(app.post(TOOL, "").send().await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_refused_call_takes_no_place() -> Result<()> {
    let upstream = Upstream::always(Response::default).await?;
    let mut settings = Setup::calling(&upstream).settings()?;
    settings.limits.concurrency = 1;
    let app = TestApp::new(settings).await?;
    for _ in 0..3 {
        assert_eq!(app.post_json(TOOL, &json!({"email": 1})).send().await?.status, 400);
        assert_eq!(app.post(TOOL, "").send().await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn a_form_of_more_controls_than_any_has_is_refused() -> Result<()> {
    let controls: String =
        (0..20_000).map(|row| ["value/trusted_metadata/", &row.to_string(), "=x&"].concat()).collect();
    let app = Setup::new().start().await?;
    let answer = app.post(PAGE, controls).header("content-type", "application/x-www-form-urlencoded").send().await?;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("Go back in the browser"));
    Ok(())
}

#[tokio::test]
async fn large_requests_take_turns_and_small_ones_go_on() -> Result<()> {
    let app = Setup::new().start().await?;
    let large = || {
        let begun = stream::iter([Ok::<_, std::io::Error>(vec![b' '; 1_100_000])]);
        app.post(TOOL, Body::from_stream(begun.chain(stream::pending()))).send()
    };
    let sent: Vec<_> = (0..9).map(|_| tokio::spawn(large())).collect();
    // Eight of them wait for the rest of their bodies, which never comes.
    let (refused, _, waiting) = select_all(sent).await;
    let refused = refused??;
    assert_eq!(refused.failure()?, (429, "too_busy".into()));
    assert_eq!(refused.header("retry-after"), "1");
    let small = json!({"args": {}, "environment": "example"});
    assert_eq!(app.post_json(TOOL, &small).send().await?.status, 200);
    waiting.iter().for_each(JoinHandle::abort);
    Ok(())
}

#[tokio::test]
async fn more_values_than_any_call_has_are_refused_and_long_texts_are_not() -> Result<()> {
    let app = Setup::new().start().await?;
    let with = |value: String| {
        format!("{{\"args\": {{\"trusted_metadata\": {{\"x\": {value}}}}}, \"environment\": \"example\"}}")
    };
    let many = with(format!("[{}1]", "1,".repeat(200_000)));
    assert_eq!(app.post(TOOL, many).send().await?.failure()?, (413, "request_too_large".into()));
    let long = with(format!("\"{}\"", "a,\\\"[".repeat(200_000)));
    assert_eq!(app.post(TOOL, long).send().await?.status, 200);
    Ok(())
}
