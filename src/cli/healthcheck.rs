//! `api-explorer healthcheck`: checks that the server on this machine is ready.

use crate::providers::http_client_builder;
use anyhow::{anyhow, bail};
use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// Timeout of the request to the server.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Requests `/readyz` from the server at an address, and returns the message to print if it is ready.
///
/// # Errors
/// Returns an error if the server does not respond in time, or is not ready.
pub async fn check_readiness(listen_address: SocketAddr) -> anyhow::Result<String> {
    let address = to_reachable_address(listen_address);
    let response = http_client_builder().timeout(TIMEOUT).build()?.get(format!("http://{address}/readyz")).send().await;
    let response = response.map_err(|error| {
        anyhow!("the server at {address} does not respond ({}); check LEPTOS_SITE_ADDR", root_cause(&error))
    })?;
    match response.status().as_u16() {
        200 => Ok("ready\n".into()),
        status => {
            bail!("the server at {address} is not ready: /readyz responds with status {status}; see the server's log")
        }
    }
}

/// Returns the loopback address of a server that listens on all addresses; other addresses are unchanged.
fn to_reachable_address(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// Returns the message of the innermost cause of an error.
fn root_cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("timeout after {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::to_reachable_address;

    #[test]
    fn an_unspecified_address_means_loopback() -> anyhow::Result<()> {
        for (listen_address, expected) in [
            ("0.0.0.0:3000", "127.0.0.1:3000"),
            ("[::]:80", "[::1]:80"),
            ("192.168.1.10:3000", "192.168.1.10:3000"),
            ("127.0.0.1:3000", "127.0.0.1:3000"),
        ] {
            assert_eq!(to_reachable_address(listen_address.parse()?), expected.parse()?, "{listen_address}");
        }
        Ok(())
    }
}
