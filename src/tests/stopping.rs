//! Tests that a server that is shutting down accepts no new connections, finishes calls in flight, and exits
//! successfully.

use crate::support::{
    OPERATION_TOOL, OPERATOR_PROJECT, OPERATOR_SECRET, Upstream,
    faulty::{FaultyUpstream, MAX_CALL_DURATION, Step, arguments_for},
    process::ServerProcess,
};
use anyhow::{Context, Result};
use axum::{Json, Router};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{io::ErrorKind, path::Path, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, mpsc},
    task::{JoinHandle, yield_now},
    time::timeout,
};

/// Starts a server with an upstream and a call timeout in seconds.
fn start(folder: &Path, upstream: &str, seconds: &str) -> Result<ServerProcess> {
    let credential = [("STYTCH_PROJECT_ID", OPERATOR_PROJECT), ("STYTCH_SECRET", OPERATOR_SECRET)];
    ServerProcess::start(
        folder,
        &[&[("STYTCH_BASE_URL", upstream), ("EXPLORER_TIMEOUT", seconds)], &credential[..]].concat(),
    )
}

/// Starts a call in the background; the task returns its status and response.
fn call(server: &ServerProcess, script: &str) -> JoinHandle<Result<(u16, Value)>> {
    let request =
        reqwest::Client::new().post([&server.url, OPERATION_TOOL].concat()).body(arguments_for(script).to_string());
    tokio::spawn(async move {
        let response = request.send().await?;
        Ok((response.status().as_u16(), serde_json::from_str(&response.text().await?)?))
    })
}

/// Waits until the server refuses new connections.
async fn wait_until_closed(address: &str) -> Result<()> {
    let closed = async {
        loop {
            match TcpStream::connect(address).await {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
                // The connection was still in the accept queue when the listener closed.
                Ok(_) | Err(_) => yield_now().await,
            }
        }
    };
    timeout(MAX_CALL_DURATION, closed).await.context("it still accepts connections")
}

#[tokio::test]
async fn shutdown_waits_for_calls_in_flight() -> Result<()> {
    for signal in [Signal::TERM, Signal::INT] {
        let (arrived, mut arrivals) = mpsc::unbounded_channel();
        let gate = Arc::new(Notify::new());
        let waiting = gate.clone();
        let upstream = Upstream::start(Router::new().fallback(move || {
            let (send_result, waiting) = (arrived.send(()), waiting.clone());
            async move {
                waiting.notified().await;
                Json(json!({"was": send_result.is_ok()}))
            }
        }))
        .await?;
        let folder = tempfile::tempdir()?;
        let server = start(folder.path(), &upstream.url, "20")?;
        let (address, call) = (server.address().to_owned(), call(&server, "content"));
        arrivals.recv().await.context("nothing arrived")?;
        server.signal(signal)?;
        wait_until_closed(&address).await?;
        gate.notify_one();
        let (status, response) = call.await??;
        assert_eq!((status, &response["data"]), (200, &json!({"was": true})), "{response}");
        assert!(server.wait_for_exit().await?.success());
    }
    Ok(())
}

#[tokio::test]
async fn shutdown_waits_no_longer_than_the_call_timeout() -> Result<()> {
    let upstream = FaultyUpstream::start([("silent", vec![Step::HoldOpen])]).await?;
    let folder = tempfile::tempdir()?;
    let server = start(folder.path(), &upstream.url(), "1")?;
    let call = call(&server, "silent");
    timeout(MAX_CALL_DURATION, upstream.wait_for_held_connections(1)).await??;
    server.signal(Signal::TERM)?;
    let (status, response) = call.await??;
    assert_eq!((status, &response["code"]), (504, &json!("too_slow")), "{response}");
    assert!(server.wait_for_exit().await?.success());
    Ok(())
}

#[tokio::test]
async fn shutdown_does_not_wait_for_idle_connections() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(folder.path(), "http://127.0.0.1:9", "20")?;
    let silent = TcpStream::connect(server.address()).await?;
    let mut idle = TcpStream::connect(server.address()).await?;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await?;
    let mut received = Vec::new();
    while !received.ends_with(b"alive\n") {
        assert!(idle.read_buf(&mut received).await? > 0, "the server closed the connection");
    }
    server.signal(Signal::TERM)?;
    let status = timeout(MAX_CALL_DURATION, server.wait_for_exit()).await??;
    assert!(status.success(), "{status}");
    drop(silent);
    Ok(())
}
