//! Notifications to the service manager, as `sd_notify(3)` of systemd sends them: one datagram each, to the socket that
//! `NOTIFY_SOCKET` names.

use anyhow::{Context, ensure};
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt;
use std::{
    os::unix::net::{SocketAddr, UnixDatagram},
    time::Duration,
};
use tokio::time::interval;

/// The service manager, where there is one.
#[derive(Debug, Default)]
pub struct Notifier {
    socket: Option<(UnixDatagram, SocketAddr)>,
    /// The period within which the service manager must hear that the server works.
    watchdog_period: Option<Duration>,
}

impl Notifier {
    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, which systemd sets.
    ///
    /// # Errors
    /// Returns an error if one of them cannot be understood.
    pub fn from_env(lookup: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let get_var = |name| lookup(name).filter(|value| !value.is_empty());
        let Some(name) = get_var("NOTIFY_SOCKET") else { return Ok(Self::default()) };
        let address = parse_socket_address(&name).with_context(|| format!("NOTIFY_SOCKET cannot be used: {name:?}"))?;
        let socket = UnixDatagram::unbound()?;
        // A service manager that does not read must not stop the server.
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

    /// Reports that the server listens.
    pub fn notify_ready(&self) {
        self.send_state("READY=1");
    }

    /// Reports that the server has begun to stop.
    pub fn notify_stopping(&self) {
        self.send_state("STOPPING=1");
    }

    /// Reports at half of the watchdog's period that the server works. Ends only where there is no watchdog.
    ///
    /// It runs on the runtime that serves requests: where that hangs, nothing is reported. A store that does not respond is no
    /// reason to restart the server, which works again once the store does.
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

/// Parses the name of a socket: a path, or `@` and the name of an abstract socket.
fn parse_socket_address(name: &str) -> anyhow::Result<SocketAddr> {
    if let Some(name) = name.strip_prefix('@') {
        return parse_abstract_address(name);
    }
    ensure!(name.starts_with('/'), "it must be a path that begins with /, or @ and the name of an abstract socket");
    Ok(SocketAddr::from_pathname(name)?)
}

#[cfg(target_os = "linux")]
fn parse_abstract_address(name: &str) -> anyhow::Result<SocketAddr> {
    ensure!(!name.is_empty(), "an abstract socket has a name");
    Ok(SocketAddr::from_abstract_name(name)?)
}

#[cfg(not(target_os = "linux"))]
fn abstract_address(_: &str) -> anyhow::Result<SocketAddr> {
    anyhow::bail!("only Linux has abstract sockets")
}
