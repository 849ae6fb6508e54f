//! Networks of callers, by which anonymous callers are counted, because anybody can start new sessions.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// Network of a caller: an IPv4 address, or the first 64 bits of an IPv6 address, which one machine or site has.
///
/// All callers whose address is unknown share the default value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClientNetwork(Option<IpAddr>);

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        Self(Some(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        }))
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ClientNetwork;
    use std::net::IpAddr;

    #[test]
    fn addresses_of_one_site_are_one_network() -> Result<(), std::net::AddrParseError> {
        let network = |text: &str| text.parse::<IpAddr>().map(ClientNetwork::from);
        assert_eq!(network("2001:db8:0:1::1")?, network("2001:db8:0:1:ffff::2")?);
        assert_ne!(network("2001:db8:0:1::1")?, network("2001:db8:0:2::1")?);
        assert_ne!(network("192.0.2.1")?, network("192.0.2.2")?);
        assert_eq!(network("::ffff:192.0.2.1")?, network("192.0.2.1")?, "an IPv4-mapped address is an IPv4 address");
        assert_eq!(network("2001:db8::1")?.to_string(), "2001:db8::");
        Ok(())
    }
}
