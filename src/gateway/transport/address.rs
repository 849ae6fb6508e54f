//! Restricts calls to addresses of the public Internet and to hosts that the operator's settings name. The owner of a
//! host name controls which addresses it resolves to, so the filter checks the addresses that the client then connects
//! to.

use super::timing::record_dns_lookup;
use crate::providers::Catalog;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    collections::HashSet,
    error::Error,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Instant,
};
use url::{Host, Url};

/// Decides which hosts and addresses calls may go to. Also serves as the DNS resolver of the client.
#[derive(Clone)]
pub(crate) struct AddressFilter {
    /// Hosts that the settings name as destinations of calls. Their addresses may be non-public.
    configured_hosts: Arc<HashSet<String>>,
}

/// Error for a host that is, or resolves to, a non-public address.
#[derive(Debug)]
pub(crate) struct NonPublicAddress;

impl fmt::Display for NonPublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host is not on the public Internet")
    }
}

impl Error for NonPublicAddress {}

impl AddressFilter {
    pub(crate) fn new(catalog: &Catalog) -> Self {
        let hosts = catalog.providers().iter().flat_map(|provider_state| {
            let settings = &provider_state.settings;
            let urls = settings.server_urls().chain(settings.base_url.clone());
            let configured_hosts = urls.filter_map(|url| Some(url.host_str()?.to_owned()));
            // A listed host name must be public; a listed IP address or `localhost` is allowed as it is.
            let local_hosts =
                settings.hosts.iter().filter(|host| *host == "localhost" || parse_ip_literal(host).is_some());
            configured_hosts.chain(local_hosts.cloned())
        });
        Self { configured_hosts: Arc::new(hosts.collect()) }
    }

    /// Refuses a URL whose host is a non-public address. Host names are checked when they are resolved.
    pub(crate) fn ensure_allowed(&self, url: &Url) -> Result<(), NonPublicAddress> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            _ => return Ok(()),
        };
        let is_configured = url.host_str().is_some_and(|host| self.configured_hosts.contains(host));
        if is_configured || is_public(address) { Ok(()) } else { Err(NonPublicAddress) }
    }
}

impl Resolve for AddressFilter {
    fn resolve(&self, name: Name) -> Resolving {
        let is_configured = self.configured_hosts.contains(name.as_str());
        Box::pin(async move {
            let started = Instant::now();
            let addresses = tokio::net::lookup_host((name.as_str(), 0)).await?;
            record_dns_lookup(started);
            let allowed: Vec<SocketAddr> =
                addresses.filter(|address| is_configured || is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(NonPublicAddress.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Parses a listed host as an IP address, with or without brackets.
fn parse_ip_literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Returns true if an address belongs to the public Internet (IANA special-purpose address registries, RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match a {
        0 | 10 | 127 | 224.. => true,  // this network, private, loopback, multicast and reserved
        100 => (64..128).contains(&b), // shared address space (RFC 6598)
        169 => b == 254,               // link-local, includes cloud metadata services
        172 => (16..32).contains(&b),  // private
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99), // private, protocols, documentation, 6to4
        198 => b == 18 || b == 19 || (b == 51 && c == 100),                        // benchmarks, documentation
        203 => b == 0 && c == 113,                                                 // documentation
        _ => false,
    };
    !is_special
}

/// Returns true for the allocated unicast space (`2000::/3`), except protocol assignments, Teredo, 6to4 and
/// documentation. Loopback, unique local, link-local and multicast addresses are outside that space, and so are
/// addresses that represent IPv4 ones (mapped, NAT64).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_special = match first {
        0x2001 => second < 0x200 || second == 0xdb8,
        0x2002 => true,
        0x3fff => second < 0x1000,
        _ => false,
    };
    (0x2000..0x4000).contains(&first) && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_internet_addresses_are_public() {
        for address in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "223.255.255.1",
            "2606:4700::1111",
            "2001:4860:4860::8888",
        ] {
            assert!(address.parse().is_ok_and(is_public), "{address}");
        }
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(address.parse().is_ok_and(|address| !is_public(address)), "{address}");
        }
    }
}
