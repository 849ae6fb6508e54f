//! Calls by SDKs that use the explorer as their base URL. Accepts only documented requests, and adds the credential to
//! them.

use super::{
    Gateway,
    charset::with_utf8_charset,
    live::{Part, Started, start_live},
    observe::{CallRecorder, CallSummary},
    pipeline::{Call, Delivery, Input, Redacted},
    request::{OwnedProxyRequest, ProxyRequest, proxied_body::find_media_type},
};
use crate::{
    auth::identity::Caller,
    model::error::{ErrorCode, ExplorerError},
    openapi::DocumentedOperation,
    providers::{CanonicalPath, CatalogEntry},
};
use futures::{StreamExt, stream::BoxStream};
use reqwest::header::{HeaderMap, HeaderName};
use std::{future::ready, io, sync::Arc};
use tracing::Instrument;
use url::Url;
use uuid::Uuid;

/// Response headers that are returned in addition to those that the operation documents. They describe the content, or
/// tell a client when and how to send the next request.
const RETURNED_RESPONSE_HEADERS: [&str; 29] = [
    "accept-patch",
    "accept-post",
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-language",
    "content-location",
    "content-range",
    "content-type",
    "date",
    "deprecation",
    "etag",
    "expires",
    "idempotency-key",
    "last-modified",
    "link",
    "location",
    "preference-applied",
    "ratelimit",
    "ratelimit-policy",
    "request-id",
    "retry-after",
    "sunset",
    "traceparent",
    "vary",
    "warning",
    "x-request-id",
];
/// Beginnings of the names of response headers that are returned: limits of the call rate, under their usual names.
const RETURNED_HEADER_PREFIXES: [&str; 3] = ["ratelimit-", "x-rate-limit-", "x-ratelimit-"];
/// Response headers that are not returned even if they are documented, because they describe the provider's message or
/// connection, or would affect the client beyond this response.
const DROPPED_RESPONSE_HEADERS: [&str; 18] = [
    "alt-svc",
    "clear-site-data",
    "connection",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "keep-alive",
    "proxy-authenticate",
    "refresh",
    "set-cookie",
    "set-cookie2",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// The response to an SDK.
pub struct ProxyResponse {
    /// HTTP status code.
    pub status: u16,
    /// The provider's headers, as far as they are documented or listed here.
    pub headers: HeaderMap,
    /// The body, decompressed and redacted.
    pub body: ProxyBody,
    /// The gateway's own id of the call.
    pub request_id: String,
}

/// The body of a response to an SDK.
pub enum ProxyBody {
    /// The whole body.
    Complete(Vec<u8>),
    /// The items of a stream as they arrive. Dropping it ends the call.
    Stream(BoxStream<'static, io::Result<String>>),
}

impl Gateway {
    /// Returns the provider that documents a request at the explorer's root, and the path relative to that provider's
    /// server. Returns `None` if no provider or more than one documents it. Needed because some SDKs use only the
    /// origin of their base URL.
    pub fn resolve_root_request(&self, method: &str, path: &CanonicalPath) -> Option<(String, CanonicalPath)> {
        let catalog = self.catalog();
        if catalog.provider(path.segments().nth(1)?).is_some() {
            return None;
        }
        let mut matching = catalog.entries().filter_map(|entry| {
            let servers =
                entry.provider.environments.iter().filter_map(|environment| Url::parse(&environment.url).ok());
            let mut candidate_paths = servers.filter_map(|server| {
                CanonicalPath::parse(path.as_str().strip_prefix(server.path().trim_end_matches('/'))?).ok()
            });
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
        self: Arc<Self>,
        caller: Caller,
        request: OwnedProxyRequest,
    ) -> Result<ProxyResponse, ExplorerError> {
        let request_id = Uuid::new_v4().to_string();
        let entry = self.require_entry(&request.provider)?;
        let documented = match_operation(&entry, request.borrow())?;
        let (gateway, id) = (self, request_id.clone());
        let (called_entry, called_operation) = (entry.clone(), documented.clone());
        let started = start_live(async move |delivery| {
            let input = Input::Proxy(request.borrow());
            gateway.send_proxied(&caller, (&called_entry, &called_operation), &id, input, &delivery).await
        });
        Ok(match started.await {
            Started::Complete(redacted) => {
                let Redacted { status, headers, body, charset, .. } = redacted?;
                let headers = select_headers(headers, charset, &documented.response_headers);
                ProxyResponse { status, headers, body: ProxyBody::Complete(body), request_id }
            }
            Started::Stream(head, parts) => {
                let headers = select_headers(head.headers, head.charset, &documented.response_headers);
                let body = ProxyBody::Stream(parts.filter_map(|part| ready(to_chunk(part))).boxed());
                ProxyResponse { status: head.status, headers, body, request_id }
            }
        })
    }

    async fn send_proxied(
        &self,
        caller: &Caller,
        (entry, documented): (&CatalogEntry, &DocumentedOperation),
        request_id: &str,
        input: Input<'_>,
        delivery: &Delivery,
    ) -> Result<Redacted, ExplorerError> {
        let operation = &documented.operation.name;
        let recorder = CallRecorder::begin(&self.metrics, &entry.provider.id, operation, request_id);
        let call = Call { caller, entry, documented, request_id, input, delivery, recorder: &recorder };
        let outcome = self.run(&call).instrument(recorder.span.clone()).await;
        recorder.finish(&outcome.as_ref().map(|redacted| CallSummary {
            status: redacted.status,
            environment: &redacted.environment,
            timings: Some(redacted.timings),
        }));
        outcome
    }
}

/// Returns the part of a stream as it is sent to an SDK. A stream that is incomplete ends with an error, so that the
/// SDK does not take it for complete.
fn to_chunk(part: Part<Result<Redacted, ExplorerError>>) -> Option<io::Result<String>> {
    match part {
        Part::Item(item) => Some(Ok(item.to_wire())),
        Part::End(Ok(redacted)) if !redacted.is_incomplete() => None,
        Part::End(_) => Some(Err(io::Error::other("the stream is incomplete"))),
    }
}

/// Returns the headers of a response that an SDK receives: those that the operation documents or that are listed here.
/// `charset` is the one that the body was decoded from.
fn select_headers(headers: HeaderMap, charset: Option<&str>, documented_headers: &[String]) -> HeaderMap {
    let headers = if charset.is_some() { with_utf8_charset(headers) } else { headers };
    let is_returned = |name: &HeaderName| {
        let name = name.as_str();
        let is_documented = || documented_headers.iter().any(|documented| documented.eq_ignore_ascii_case(name));
        let is_dropped = || DROPPED_RESPONSE_HEADERS.contains(&name) || name.starts_with("access-control-");
        RETURNED_RESPONSE_HEADERS.contains(&name)
            || RETURNED_HEADER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || is_documented() && !is_dropped()
    };
    let returned = headers.iter().filter(|(name, _)| is_returned(name));
    returned.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Returns the documented operation that matches a request's method and path, with the body of its media type.
///
/// # Errors
/// Returns an error if the document has no such operation, or the operation no body of this media type.
pub(super) fn match_operation(
    entry: &CatalogEntry,
    request: ProxyRequest,
) -> Result<Arc<DocumentedOperation>, ExplorerError> {
    let summary = entry.match_operation(request.method, request.path);
    let documented = summary.and_then(|summary| entry.operation(&summary.name)).ok_or_else(|| {
        let message = format!(
            "The document of {} has no operation with this method and path. Nothing was sent. The page /{} lists all \
             operations.",
            entry.provider.title, entry.provider.id
        );
        ExplorerError::new(ErrorCode::NotFound, message)
    })?;
    let media_type = find_media_type(&documented.media_types, request)?;
    let name = &documented.operation.name;
    Ok(entry.document.operation_with_media_type(name, media_type).unwrap_or(documented))
}
