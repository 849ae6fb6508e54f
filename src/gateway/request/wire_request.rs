//! The request as it is sent to a provider.

use crate::{
    model::error::{ErrorCode, ExplorerError},
    text,
};
use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

/// A verified request that only lacks the credential.
#[derive(Clone)]
pub(crate) struct WireRequest {
    pub(crate) method: reqwest::Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    /// Name of the destination in error messages: its host, or the provider's title if the operator sets a base URL.
    pub(crate) display_host: String,
}

/// Creates a header value that debug output does not print. Characters beyond ASCII are sent as UTF-8.
pub(crate) fn sensitive_header_value(text: &str) -> Result<HeaderValue, ExplorerError> {
    let value = HeaderValue::from_bytes(text.as_bytes());
    let mut value =
        value.map_err(|_| ExplorerError::new(ErrorCode::Internal, text!("request-credential-not-sendable")))?;
    value.set_sensitive(true);
    Ok(value)
}
