//! Network of the client of a request, which may have come through trusted proxies.

use super::local::is_forwarding_header;
use crate::auth::{access::AccessSettings, network::ClientNetwork};
use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, request::Parts},
};
use std::net::{IpAddr, SocketAddr};

/// Returns the address of the other end of the connection.
pub(crate) fn peer_address(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// Returns the network of a request's client: that of the peer, or of the address that a trusted proxy reports.
pub(crate) fn client_network(request: &Parts, access: &AccessSettings) -> ClientNetwork {
    let peer_address = peer_address(&request.extensions);
    let forwarded = peer_address
        .filter(|peer| access.is_trusted_proxy(*peer))
        .and_then(|_| forwarded_address(&request.headers, access));
    forwarded.or(peer_address).map(ClientNetwork::from).unwrap_or_default()
}

/// Returns true if a proxy forwarded a request.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(is_forwarding_header)
}

/// Returns the address that a chain of trusted proxies reports: the last one that is not a trusted proxy.
fn forwarded_address(headers: &HeaderMap, access: &AccessSettings) -> Option<IpAddr> {
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    values.iter().rev().map_while(|value| value.trim().parse().ok()).find(|address| !access.is_trusted_proxy(*address))
}
