//! Records the request as sent, and builds the receipt of a call.

use super::{
    redact::scrub::{Redactions, scrub_bytes},
    request::wire::WireRequest,
};
use crate::model::{
    receipt::{Receipt, SentRequest, Timings},
    response::{CallResponse, ResponseBody},
};
use reqwest::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue};
use url::{Position, Url};

/// Maximum size of the part of a request body that a receipt shows, in bytes. Also the maximum size of a response body
/// that is searched for the provider's request ID.
const MAX_SHOWN_BODY_BYTES: usize = 20_000;
/// Text that replaces the operator's base URL, which may name an internal host.
const HIDDEN_BASE_URL: &str = "[base URL]";
/// Names of headers in which providers return their request ID, in order of preference.
const REQUEST_ID_HEADERS: [&str; 5] =
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-trace-id"];

/// A copy of a request as sent, including the credential. Only [`into_sent_request`](Self::into_sent_request) makes it
/// safe to show.
pub(crate) struct RequestSnapshot {
    method: reqwest::Method,
    url: Url,
    headers: HeaderMap,
    /// Start of the body, up to [`MAX_SHOWN_BODY_BYTES`], and the size of the whole body, in bytes.
    body: Option<(Vec<u8>, u64)>,
}

impl RequestSnapshot {
    pub(crate) fn new(request: &WireRequest) -> Self {
        let body = request
            .body
            .as_ref()
            .map(|body| (body[..body.len().min(MAX_SHOWN_BODY_BYTES)].to_vec(), body.len() as u64));
        Self { method: request.method.clone(), url: request.url.clone(), headers: request.headers.clone(), body }
    }

    /// Converts the snapshot to a request that may be shown: `redactions` replace the secrets, and a fixed text
    /// replaces the operator's base URL, if there is one.
    pub(crate) fn into_sent_request(mut self, redactions: &Redactions, base_url: Option<&Url>) -> SentRequest {
        // The HTTP client adds Host and Content-Length only when it writes the request.
        let host =
            base_url.map_or(&self.url[Position::BeforeHost..Position::AfterPort], |_| HIDDEN_BASE_URL).to_owned();
        let base_url = base_url.map_or("", |url| url.as_str().trim_end_matches('/'));
        let relative = self.url.as_str().strip_prefix(base_url).filter(|_| !base_url.is_empty());
        let url = relative.map_or_else(|| self.url.to_string(), |relative| [HIDDEN_BASE_URL, relative].concat());
        let body_bytes = self.body.as_ref().map_or(0, |(_, body_bytes)| *body_bytes);
        self.headers.insert(HOST, HeaderValue::try_from(host).unwrap_or(HeaderValue::from_static("")));
        if self.body.is_some() {
            self.headers.insert(CONTENT_LENGTH, HeaderValue::from(body_bytes));
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(&scrub_bytes(redactions, bytes)).into_owned();
        SentRequest {
            method: self.method.to_string(),
            url: text(url.as_bytes()),
            headers: self.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
            body: self.body.and_then(|(body, _)| std::str::from_utf8(&body).is_ok().then(|| text(&body))),
            body_bytes,
        }
    }
}

/// Builds the receipt of a call. The provider's request ID comes from a header of the response, or else from the field
/// `request_id` of a JSON body.
pub(crate) fn build_receipt(request: SentRequest, timings: Timings, rule: String, response: &CallResponse) -> Receipt {
    let from_header = REQUEST_ID_HEADERS.into_iter().find_map(|name| response.header(name).map(str::to_owned));
    let is_small = matches!(&response.body, ResponseBody::Text(text) if text.len() <= MAX_SHOWN_BODY_BYTES);
    let from_body = || response.parse_json_body().filter(|_| is_small)?.get("request_id")?.as_str().map(str::to_owned);
    Receipt {
        request,
        timings,
        response_body_bytes: response.size,
        request_id: response.request_id.clone(),
        provider_request_id: from_header.or_else(from_body),
        rule,
    }
}
