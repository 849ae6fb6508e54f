//! Tests that a server with a drain delay immediately reports that it is shutting down, and still serves requests that
//! load balancers send.

use crate::support::{OPERATION_PAGE, faulty::MAX_CALL_DURATION, process::ServerProcess};
use anyhow::{Context, Result, ensure};
use reqwest::{Client, StatusCode};
use rustix::process::Signal;
use std::path::Path;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
    time::timeout,
};

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

/// Starts a server with a drain delay in seconds.
fn start(folder: &Path, delay: &str) -> Result<ServerProcess> {
    ServerProcess::start(folder, &[("EXPLORER_DRAIN", delay)])
}

/// Waits until `/readyz` responds with 503, and returns the body.
pub(crate) async fn wait_until_draining(client: &Client, url: &str) -> Result<String> {
    let draining = async {
        loop {
            let response = client.get(format!("{url}/readyz")).send().await?;
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                return Ok(response.text().await?);
            }
            yield_now().await;
        }
    };
    timeout(MAX_CALL_DURATION, draining).await.context("the server stays ready")?
}

/// Sends a request on a connection and returns the response, up to its body.
async fn check_health(connection: &mut TcpStream) -> Result<String> {
    connection.write_all(HEALTH).await?;
    let mut received = Vec::new();
    while !received.ends_with(b"alive\n") {
        ensure!(
            connection.read_buf(&mut received).await? > 0,
            "the connection was closed after {:?}",
            String::from_utf8_lossy(&received)
        );
    }
    Ok(String::from_utf8(received)?)
}

#[tokio::test]
async fn during_the_drain_delay_requests_are_served_and_connections_are_then_closed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(folder.path(), "3600")?;
    let mut idle = TcpStream::connect(server.address()).await?;
    let before = check_health(&mut idle).await?;
    assert!(!before.contains("connection: close"), "{before}");
    server.signal(Signal::TERM)?;
    let client = Client::new();
    assert_eq!(wait_until_draining(&client, &server.url).await?, "draining\n");
    for path in ["/healthz", OPERATION_PAGE] {
        let response = client.get([&server.url, path].concat()).send().await?;
        assert_eq!((response.status().as_u16(), &response.headers()["connection"]), (200, &"close".parse()?), "{path}");
    }
    let after = check_health(&mut idle).await?;
    assert!(after.contains("connection: close"), "{after}");
    assert_eq!(timeout(MAX_CALL_DURATION, idle.read(&mut [0])).await??, 0, "the connection was not closed");
    // A second signal ends the delay.
    server.signal(Signal::TERM)?;
    assert!(server.wait_for_exit().await?.success());
    Ok(())
}

#[tokio::test]
async fn the_drain_delay_expires_and_does_not_apply_to_ctrl_c() -> Result<()> {
    for (delay, signal) in [("1", Signal::TERM), ("3600", Signal::INT), ("0", Signal::TERM)] {
        let folder = tempfile::tempdir()?;
        let server = start(folder.path(), delay)?;
        server.signal(signal)?;
        assert!(server.wait_for_exit().await?.success(), "{delay}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_on_a_connection_made_before_the_end_of_the_delay_is_served() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = start(folder.path(), "3600")?;
    server.signal(Signal::TERM)?;
    wait_until_draining(&Client::new(), &server.url).await?;
    let mut connections = Vec::new();
    for _ in 0..20 {
        connections.push(TcpStream::connect(server.address()).await?);
    }
    server.signal(Signal::TERM)?;
    for connection in &mut connections {
        check_health(connection).await?;
    }
    assert!(server.wait_for_exit().await?.success());
    Ok(())
}
