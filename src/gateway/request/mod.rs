//! Builds the request that is sent to a provider.

pub(crate) mod proxied;
pub(crate) mod wire;
pub(crate) mod wire_request;

use reqwest::header::HeaderMap;

/// A request without its method, its server and the credential.
#[derive(Default)]
pub(crate) struct RequestParts {
    /// Path below the server's URL and query, percent-encoded.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}
