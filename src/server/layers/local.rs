//! Decides if a request was sent by a user of this machine, and not through a proxy for somebody else.

use super::security::{header_str, is_loopback_host};
use crate::text;
use axum::http::{HeaderName, Version, header, request::Parts};
use std::net::IpAddr;

/// Prefix of headers that only proxies set.
const FORWARDING_PREFIX: &str = "x-forwarded-";
/// Further headers that only proxies set.
const FORWARDING_HEADERS: [&str; 8] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "cf-connecting-ip",
    "true-client-ip",
];

/// Returns the sign that a request comes from another machine or from another site, if it has one, as the end of a
/// sentence: "its header via was set by a proxy".
///
/// A proxy on this machine connects from loopback, and may set `Host` to the address that it connects to. A proxy that
/// changes nothing else cannot be told from a user of this machine. Administration therefore requires the start-up
/// token.
pub(crate) fn find_remote_sign(
    request: &Parts,
    peer_address: Option<IpAddr>,
    host: &str,
    allowed_origins: &[String],
) -> Option<String> {
    let headers = &request.headers;
    if !peer_address.is_some_and(|address| address.to_canonical().is_loopback()) {
        return Some(text!("remote-sign-sender").into());
    }
    if !is_loopback_host(host) {
        return Some(text!("remote-sign-host").into());
    }
    if let Some(name) = headers.keys().find(|name| is_forwarding_header(name)) {
        return Some(text!("remote-sign-proxy-header", name = name));
    }
    // nginx sends HTTP/1.0 by default, and sets no such header. Browsers and HTTP clients have sent 1.1 since 1999.
    if request.version < Version::HTTP_11 {
        return Some(text!("remote-sign-old-protocol").into());
    }
    let is_foreign = |origin: &str| !is_own_origin(origin, host) && !allowed_origins.iter().any(|o| o == origin);
    match headers.get(header::ORIGIN).map(|_| header_str(headers, &header::ORIGIN).unwrap_or_default()) {
        Some(origin) if is_foreign(origin) => Some(text!("remote-sign-foreign-origin").into()),
        _ => None,
    }
}

/// Returns true if only proxies set a header.
pub(super) fn is_forwarding_header(name: &HeaderName) -> bool {
    name.as_str().starts_with(FORWARDING_PREFIX) || FORWARDING_HEADERS.contains(&name.as_str())
}

/// Returns true if an origin is that of the host that a request names. The scheme is ignored: a TLS proxy terminates it.
pub(crate) fn is_own_origin(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn sign(peer: &str, host: &str, headers: &[(&str, &str)], version: Version) -> anyhow::Result<Option<String>> {
        let mut request = Request::builder().version(version);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(())?.into_parts();
        let listed = ["http://127.0.0.1:3009".to_owned()];
        Ok(find_remote_sign(&parts, peer.parse().ok(), host, &listed))
    }

    #[test]
    fn requests_of_this_machine_are_local() -> anyhow::Result<()> {
        for (peer, host, headers) in [
            ("127.0.0.1", "127.0.0.1:3000", vec![]),
            ("::1", "[::1]:3000", vec![]),
            ("::ffff:127.0.0.1", "localhost", vec![("accept", "text/html")]),
            ("127.0.0.1", "localhost:3000", vec![("origin", "http://localhost:3000")]),
            ("127.0.0.1", "localhost:3000", vec![("origin", "http://127.0.0.1:3009")]),
        ] {
            assert_eq!(sign(peer, host, &headers, Version::HTTP_11)?, None, "{peer} {host} {headers:?}");
        }
        Ok(())
    }

    #[test]
    fn every_sign_of_a_proxy_or_another_site_is_recognized() -> anyhow::Result<()> {
        let host = "127.0.0.1:3000";
        for peer in ["192.0.2.1", "::ffff:192.0.2.1", ""] {
            assert!(sign(peer, host, &[], Version::HTTP_11)?.is_some(), "{peer}");
        }
        assert!(sign("127.0.0.1", "explorer.example.com", &[], Version::HTTP_11)?.is_some());
        assert!(sign("127.0.0.1", host, &[], Version::HTTP_10)?.is_some());
        for header in [
            ("Forwarded", "for=192.0.2.1"),
            ("X-Forwarded-For", "192.0.2.1"),
            ("X-Forwarded-Host", "127.0.0.1"),
            ("X-Forwarded-Proto", "http"),
            ("X-Forwarded-Anything", ""),
            ("X-Real-IP", "127.0.0.1"),
            ("Via", "1.1 proxy"),
            ("Origin", "https://explorer.example.com"),
            ("Origin", "http://127.0.0.1:3001"),
            ("Origin", "null"),
            ("Origin", "\u{e9}"),
        ] {
            assert!(sign("127.0.0.1", host, &[header], Version::HTTP_11)?.is_some(), "{header:?}");
        }
        Ok(())
    }
}
