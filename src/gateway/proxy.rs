//! Calls by SDKs that use the explorer as their base URL. Accepts only documented requests, and adds the credential to
//! them.

use super::{
    Gateway,
    observe::{CallRecorder, CallSummary},
    pipeline::{Call, Input, Redacted},
    request::proxied::ProxyRequest,
};
use crate::{
    auth::identity::Caller,
    model::error::{ErrorCode, ExplorerError},
    openapi::DocumentedOperation,
    providers::CatalogEntry,
};
use reqwest::header::{HeaderMap, HeaderName};
use std::sync::Arc;
use tracing::Instrument;
use url::Url;
use uuid::Uuid;

/// Response headers that are not returned, because they describe the provider's message or connection, or would affect
/// the client beyond this response.
const DROPPED_RESPONSE_HEADERS: [&str; 15] = [
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "keep-alive",
    "proxy-authenticate",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// The response to an SDK.
#[derive(Debug)]
pub struct ProxyResponse {
    /// HTTP status code.
    pub status: u16,
    /// The provider's headers, except those that frame the message or would affect the client beyond this response.
    pub headers: HeaderMap,
    /// The body, decompressed and redacted.
    pub body: Vec<u8>,
    /// The gateway's own id of the call.
    pub request_id: String,
}

impl Gateway {
    /// Returns the provider that documents a request at the explorer's root, and the path relative to that provider's
    /// server. Returns `None` if no provider or more than one documents it. Needed because some SDKs use only the
    /// origin of their base URL.
    pub fn resolve_root_request<'a>(&self, method: &str, path: &'a str) -> Option<(String, &'a str)> {
        let catalog = self.catalog();
        if catalog.provider(path.split('/').nth(1)?).is_some() {
            return None;
        }
        let mut matching = catalog.entries().filter_map(|entry| {
            let servers =
                entry.provider.environments.iter().filter_map(|environment| Url::parse(&environment.url).ok());
            let mut candidate_paths =
                servers.filter_map(|server| path.strip_prefix(server.path().trim_end_matches('/')));
            let path = candidate_paths.find(|path| entry.match_operation(method, path).is_some())?;
            Some((entry.provider.id.as_str(), path))
        });
        let (provider, path) = matching.next().filter(|_| matching.next().is_none())?;
        Some((provider.to_owned(), path))
    }

    /// Makes the call that the request of an SDK describes.
    ///
    /// # Errors
    /// Returns an error if the provider does not document the request, or if the gateway refuses the call or receives
    /// no complete response. An error response of the provider is not an error.
    pub async fn proxy_request(
        &self,
        caller: &Caller,
        request: ProxyRequest<'_>,
    ) -> Result<ProxyResponse, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let entry = self.require_entry(request.provider)?;
        let documented = match_operation(&entry, request)?;
        let operation = &documented.operation.name;
        let recorder = CallRecorder::begin(&self.metrics, &entry.provider.id, operation, &request_id);
        let input = Input::Proxy(request);
        let call = Call { caller, entry: &entry, documented: &documented, request_id: &request_id, input };
        let outcome = self.run(&call).instrument(recorder.span.clone()).await;
        recorder.finish(&outcome.as_ref().map(|redacted| CallSummary {
            status: redacted.status,
            environment: &redacted.environment,
            timings: Some(redacted.timings),
        }));
        Ok(ProxyResponse::new(outcome?, request_id))
    }
}

impl ProxyResponse {
    fn new(redacted: Redacted, request_id: String) -> Self {
        let Redacted { status, headers, body, .. } = redacted;
        let is_returned = |name: &HeaderName| {
            !DROPPED_RESPONSE_HEADERS.contains(&name.as_str()) && !name.as_str().starts_with("access-control-")
        };
        let returned = headers.iter().filter(|(name, _)| is_returned(name));
        let headers = returned.map(|(name, value)| (name.clone(), value.clone())).collect();
        Self { status, headers, body, request_id }
    }
}

/// Returns the documented operation that matches a request's method and path.
fn match_operation(entry: &CatalogEntry, request: ProxyRequest) -> Result<Arc<DocumentedOperation>, ExplorerError> {
    let summary = entry.match_operation(request.method, request.path);
    summary.and_then(|summary| entry.operation(&summary.name)).ok_or_else(|| {
        let message = format!(
            "The document of {} has no operation with this method and path. Nothing was sent. The page /{} lists all \
             operations.",
            entry.provider.title, entry.provider.id
        );
        ExplorerError::new(ErrorCode::NotFound, message)
    })
}
