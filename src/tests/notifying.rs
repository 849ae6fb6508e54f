//! Tests that the server notifies the service manager when it is ready, while it works, and when it stops.

use crate::support::{faulty::MAX_CALL_DURATION, process::ServerProcess};
use anyhow::{Context, Result};
use rustix::process::Signal;
use std::{fs, os::unix::net::UnixDatagram as StdDatagram, path::Path};
use tokio::{net::UnixDatagram, time::timeout};

async fn next(socket: &UnixDatagram) -> Result<String> {
    let mut bytes = [0; 100];
    let length = timeout(MAX_CALL_DURATION, socket.recv(&mut bytes)).await.context("no notification")??;
    Ok(String::from_utf8_lossy(&bytes[..length]).into_owned())
}

/// Starts a server that sends ten watchdog notifications a second to a socket.
fn start(folder: &Path, socket: &str) -> Result<ServerProcess> {
    ServerProcess::start(folder, &[("NOTIFY_SOCKET", socket), ("WATCHDOG_USEC", "200000")])
}

/// Expects the notifications of a server from its start to its exit.
async fn follow(socket: &UnixDatagram, server: ServerProcess) -> Result<()> {
    assert_eq!(next(socket).await?, "READY=1");
    for _ in 0..3 {
        assert_eq!(next(socket).await?, "WATCHDOG=1");
    }
    server.signal(Signal::TERM)?;
    loop {
        match &*next(socket).await? {
            "WATCHDOG=1" => {}
            other => break assert_eq!(other, "STOPPING=1"),
        }
    }
    assert!(server.wait_for_exit().await?.success());
    Ok(())
}

#[tokio::test]
async fn readiness_the_watchdog_and_stopping_are_notified() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    let server = start(folder.path(), path.to_str().context("no path")?)?;
    follow(&socket, server).await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn abstract_sockets_are_notified_too() -> Result<()> {
    use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};
    let name = format!("api-explorer-{}", uuid::Uuid::new_v4());
    let socket = StdDatagram::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
    socket.set_nonblocking(true)?;
    let folder = tempfile::tempdir()?;
    let server = start(folder.path(), &format!("@{name}"))?;
    follow(&UnixDatagram::from_std(socket)?, server).await
}

#[tokio::test]
async fn a_store_that_does_not_respond_is_no_reason_to_restart() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    let server = start(folder.path(), path.to_str().context("no path")?)?;
    assert_eq!(next(&socket).await?, "READY=1");
    fs::rename(folder.path().join("explorer.db"), folder.path().join("aside.db"))?;
    let client = reqwest::Client::new();
    while client.get(format!("{}/readyz", server.url)).send().await?.status().as_u16() != 503 {}
    while socket.try_recv(&mut [0; 100]).is_ok() {}
    for _ in 0..3 {
        assert_eq!(next(&socket).await?, "WATCHDOG=1");
    }
    Ok(())
}

#[test]
fn a_socket_that_cannot_be_notified_stops_the_start() -> Result<()> {
    for socket in ["notify", "@", "vsock:2:1"] {
        let folder = tempfile::tempdir()?;
        let refused = start(folder.path(), socket).err().context("it started")?;
        assert!(refused.to_string().contains("NOTIFY_SOCKET"), "{refused}");
    }
    Ok(())
}
