//! Tests that the server notifies the service manager when it is ready, while it works, and when it stops.

use crate::support::{faulty::MAX_CALL_DURATION, process::ServerProcess};
use anyhow::{Context, Result};
use rustix::process::Signal;
use std::{fs, os::unix::net::UnixDatagram as StdDatagram, path::Path, process::Command};
use tokio::{net::UnixDatagram, time::timeout};

async fn next_notification(socket: &UnixDatagram) -> Result<String> {
    let mut bytes = [0; 100];
    let length = timeout(MAX_CALL_DURATION, socket.recv(&mut bytes)).await.context("no notification")??;
    Ok(String::from_utf8_lossy(&bytes[..length]).into_owned())
}

/// Starts a server that sends ten watchdog notifications a second to a socket.
fn start(folder: &Path, socket: &str) -> Result<ServerProcess> {
    ServerProcess::start(folder, &[("NOTIFY_SOCKET", socket), ("WATCHDOG_USEC", "200000")])
}

/// Expects the notifications of a server from its start to its exit.
async fn expect_notifications(socket: &UnixDatagram, server: ServerProcess) -> Result<()> {
    assert_eq!(next_notification(socket).await?, "READY=1");
    for _ in 0..3 {
        assert_eq!(next_notification(socket).await?, "WATCHDOG=1");
    }
    server.signal(Signal::TERM)?;
    loop {
        match &*next_notification(socket).await? {
            "WATCHDOG=1" => {}
            other => break assert_eq!(other, "STOPPING=1"),
        }
    }
    assert!(server.wait_for_exit().await?.success());
    Ok(())
}

#[tokio::test]
async fn the_service_manager_is_notified_of_readiness_watchdog_and_stopping() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    let server = start(folder.path(), path.to_str().context("no path")?)?;
    expect_notifications(&socket, server).await
}

/// The server then executes its program again, to remove the secret.
#[tokio::test]
async fn a_server_with_a_secret_in_its_environment_notifies_with_the_same_process_id() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    let variables = [
        ("NOTIFY_SOCKET", path.to_str().context("no path")?),
        ("WATCHDOG_USEC", "200000"),
        ("EXPLORER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="),
    ];
    let mut command = Command::new("sh");
    command.args(["-c", "export WATCHDOG_PID=$$; exec \"$0\"", env!("CARGO_BIN_EXE_api-explorer")]);
    expect_notifications(&socket, ServerProcess::start_with(&mut command, folder.path(), &variables)?).await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn notifications_are_sent_to_abstract_sockets() -> Result<()> {
    use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};
    let name = format!("api-explorer-{}", uuid::Uuid::new_v4());
    let socket = StdDatagram::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
    socket.set_nonblocking(true)?;
    let folder = tempfile::tempdir()?;
    let server = start(folder.path(), &format!("@{name}"))?;
    expect_notifications(&UnixDatagram::from_std(socket)?, server).await
}

#[tokio::test]
async fn an_unresponsive_store_does_not_stop_the_watchdog() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    let server = start(folder.path(), path.to_str().context("no path")?)?;
    assert_eq!(next_notification(&socket).await?, "READY=1");
    fs::rename(folder.path().join("explorer.db"), folder.path().join("aside.db"))?;
    let client = reqwest::Client::new();
    while client.get(format!("{}/readyz", server.url)).send().await?.status().as_u16() != 503 {}
    while socket.try_recv(&mut [0; 100]).is_ok() {}
    for _ in 0..3 {
        assert_eq!(next_notification(&socket).await?, "WATCHDOG=1");
    }
    Ok(())
}

#[test]
fn an_unusable_notification_socket_prevents_the_start() -> Result<()> {
    for socket in ["notify", "@", "vsock:2:1"] {
        let folder = tempfile::tempdir()?;
        let refused = start(folder.path(), socket).err().context("the server started")?;
        assert!(refused.to_string().contains("NOTIFY_SOCKET"), "{refused}");
    }
    Ok(())
}
