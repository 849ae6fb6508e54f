//! Responses of providers, with the requests that they belong to.

use super::item_stream::ItemStream;
use crate::{gateway::request::wire_request::WireRequest, model::receipt::Timings};
use reqwest::header::HeaderMap;
use url::Url;

/// Maximum size of the part of a request body that a receipt shows, in bytes.
const MAX_SHOWN_BODY_BYTES: usize = 20_000;

/// A provider's response, with a snapshot of the request and its timings.
pub(crate) struct UpstreamResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The whole body; empty if it is a stream.
    pub(crate) body: Vec<u8>,
    /// The body, if it is a stream.
    pub(crate) stream: Option<ItemStream>,
    /// The request that this is the response to.
    pub(crate) request_snapshot: RequestSnapshot,
    pub(crate) timings: Timings,
}

/// A copy of a request as sent, including the credential.
pub(crate) struct RequestSnapshot {
    pub(crate) method: reqwest::Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<BodySnapshot>,
}

/// The start of a request body.
pub(crate) struct BodySnapshot {
    /// At most [`MAX_SHOWN_BODY_BYTES`].
    pub(crate) prefix: Vec<u8>,
    /// Size of the whole body, in bytes.
    pub(crate) size: u64,
}

impl RequestSnapshot {
    pub(crate) fn new(request: &WireRequest) -> Self {
        let body = request.body.as_ref().map(|body| BodySnapshot {
            prefix: body[..body.len().min(MAX_SHOWN_BODY_BYTES)].to_vec(),
            size: body.len() as u64,
        });
        Self { method: request.method.clone(), url: request.url.clone(), headers: request.headers.clone(), body }
    }
}
