//! `api-explorer healthcheck`: asks a server on this machine whether it is ready.

use crate::providers::http_client;
use anyhow::{anyhow, bail};
use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// Bound of the time that the server takes to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks `/readyz` of the server that listens on an address, and returns what to print if it is ready.
///
/// # Errors
/// If it does not answer in time, or answers that it is not ready.
pub async fn healthcheck(listening: SocketAddr) -> anyhow::Result<String> {
    let address = reachable(listening);
    let answer = http_client().timeout(TIMEOUT).build()?.get(format!("http://{address}/readyz")).send().await;
    let answer = answer.map_err(|error| {
        anyhow!("the server at {address} does not answer ({}); LEPTOS_SITE_ADDR says where it is", reason(&error))
    })?;
    match answer.status().as_u16() {
        200 => Ok("ready\n".into()),
        status => {
            bail!("the server at {address} is not ready: /readyz answers with status {status}; its log says more")
        }
    }
}

/// Returns the address at which a server that listens on all addresses is reached from its own machine.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// Returns the innermost cause of a failure.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("within {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn an_unspecified_address_means_loopback() -> anyhow::Result<()> {
        for (listening, reached) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:80", "[::1]:80"),
            ("192.168.1.10:3000", "192.168.1.10:3000"),
            ("127.0.0.1:3000", "127.0.0.1:3000"),
        ] {
            assert_eq!(reachable(listening.parse()?), reached.parse()?, "{listening}");
        }
        Ok(())
    }
}
