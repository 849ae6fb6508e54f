//! Notifications to the service manager, in the protocol of systemd's `sd_notify(3)`: one datagram each, to the socket
//! that `NOTIFY_SOCKET` names.

use anyhow::{Context, ensure};
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt;
use std::{
    os::unix::net::{SocketAddr, UnixDatagram},
    time::Duration,
};
use tokio::time::interval;

/// Sends notifications to the service manager, if there is one.
#[derive(Debug, Default)]
pub struct Notifier {
    socket: Option<(UnixDatagram, SocketAddr)>,
    /// Watchdog period, within which the service manager must receive a notification.
    watchdog_period: Option<Duration>,
}

impl Notifier {
    /// Creates a notifier from `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, which systemd sets.
    ///
    /// # Errors
    /// Returns an error if one of the variables is invalid.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let get_var = |name| lookup(name).filter(|value| !value.is_empty());
        let Some(name) = get_var("NOTIFY_SOCKET") else { return Ok(Self::default()) };
        let address = parse_socket_address(&name).with_context(|| format!("NOTIFY_SOCKET cannot be used: {name:?}"))?;
        let socket = UnixDatagram::unbound()?;
        // A service manager that does not read its socket must not block the server.
        socket.set_nonblocking(true)?;
        let is_own_pid = get_var("WATCHDOG_PID").is_none_or(|id| id == std::process::id().to_string());
        let watchdog_period = match get_var("WATCHDOG_USEC").filter(|_| is_own_pid) {
            None => None,
            Some(text) => {
                let microseconds = text.parse().ok().filter(|microseconds| *microseconds > 1);
                let microseconds = microseconds.with_context(|| {
                    format!("WATCHDOG_USEC must be a whole number of microseconds above 1, not {text:?}")
                })?;
                Some(Duration::from_micros(microseconds))
            }
        };
        Ok(Self { socket: Some((socket, address)), watchdog_period })
    }

    /// Notifies that the server is listening.
    pub fn notify_ready(&self) {
        self.send_state("READY=1");
    }

    /// Notifies that the server has begun to stop.
    pub fn notify_stopping(&self) {
        self.send_state("STOPPING=1");
    }

    /// Notifies twice per watchdog period that the server is working. Returns only if there is no watchdog.
    ///
    /// The future runs on the runtime that serves requests, so notifications stop if that runtime hangs. An unavailable
    /// store is no reason to restart the server, which recovers when the store does.
    pub async fn run_watchdog(&self) {
        let Some(period) = self.watchdog_period else { return };
        let mut ticker = interval(period / 2);
        loop {
            ticker.tick().await;
            self.send_state("WATCHDOG=1");
        }
    }

    fn send_state(&self, state: &str) {
        let Some((socket, address)) = &self.socket else { return };
        if let Err(error) = socket.send_to_addr(state.as_bytes(), address) {
            tracing::warn!(%error, "{state} was not sent to NOTIFY_SOCKET");
        }
    }
}

/// Parses the name of a socket: a path, or `@` followed by the name of an abstract socket.
fn parse_socket_address(name: &str) -> anyhow::Result<SocketAddr> {
    if let Some(name) = name.strip_prefix('@') {
        return parse_abstract_address(name);
    }
    ensure!(name.starts_with('/'), "it must be a path that begins with /, or @ and the name of an abstract socket");
    Ok(SocketAddr::from_pathname(name)?)
}

#[cfg(target_os = "linux")]
fn parse_abstract_address(name: &str) -> anyhow::Result<SocketAddr> {
    ensure!(!name.is_empty(), "the name of the abstract socket is missing after @");
    Ok(SocketAddr::from_abstract_name(name)?)
}

#[cfg(not(target_os = "linux"))]
fn parse_abstract_address(_: &str) -> anyhow::Result<SocketAddr> {
    anyhow::bail!("abstract sockets are available only on Linux")
}
