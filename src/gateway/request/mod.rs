//! Builds the request that is sent to a provider.

pub(crate) mod body_format;
pub(crate) mod content_type;
mod encoded_pair;
mod json_body;
mod judged_arguments;
pub(crate) mod multipart;
pub(crate) mod proxied;
pub(crate) mod proxied_body;
mod proxied_form;
mod proxied_multipart;
mod proxied_query;
mod value_reader;
pub(crate) mod wire;
pub(crate) mod wire_request;

pub(crate) use value_reader::read_text;

use crate::{
    model::error::{ErrorCode, ExplorerError},
    providers::CanonicalPath,
    text,
};
use reqwest::header::HeaderMap;

/// A request without its method, its server and the credential.
#[derive(Default)]
pub(crate) struct RequestParts {
    /// Path below the server's URL. The policy judges this path, and it is sent unchanged.
    pub(crate) path: CanonicalPath,
    /// Query, percent-encoded.
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

/// The request of an SDK.
#[derive(Clone, Copy, Debug)]
pub struct ProxyRequest<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// Path below the provider's server.
    pub path: &'a CanonicalPath,
    /// Query, percent-encoded.
    pub query: Option<&'a str>,
    /// All request headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// The request of an SDK, with its content: a stream continues after the handler of the request has returned.
#[derive(Debug)]
pub struct OwnedProxyRequest {
    /// The provider's id.
    pub provider: String,
    /// HTTP method.
    pub method: String,
    /// Path below the provider's server.
    pub path: CanonicalPath,
    /// Query, percent-encoded.
    pub query: Option<String>,
    /// All request headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl OwnedProxyRequest {
    pub(crate) fn borrow(&self) -> ProxyRequest<'_> {
        ProxyRequest {
            provider: &self.provider,
            method: &self.method,
            path: &self.path,
            query: self.query.as_deref(),
            headers: &self.headers,
            body: &self.body,
        }
    }
}

/// Returns the error for a request that cannot be sent as it is. `problem` is one sentence or more.
fn invalid_request(problem: &str) -> ExplorerError {
    ExplorerError::new(ErrorCode::InvalidArguments, text!("request-invalid", problem = problem))
}

/// Parses the path of a request, relative to the provider's server.
///
/// # Errors
/// Returns an error if the path has no canonical form.
pub(crate) fn parse_path(path: &str) -> Result<CanonicalPath, ExplorerError> {
    CanonicalPath::parse(path).map_err(|problem| invalid_request(&problem))
}
