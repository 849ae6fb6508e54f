//! Keeps what was sent, and makes a receipt of it.

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

/// Bytes of a body that a receipt shows.
const MAX_SHOWN_BODY_BYTES: usize = 20_000;
/// What stands for an operator's base URL, which is nobody else's business.
const HIDDEN_BASE_URL: &str = "[base URL]";
/// Headers in which providers tell their own id of a request.
const REQUEST_ID_HEADERS: [&str; 5] =
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-trace-id"];

/// A request as it went out, credential and all.
pub(crate) struct RequestSnapshot {
    method: reqwest::Method,
    url: Url,
    headers: HeaderMap,
    /// The beginning of the body, and how many bytes it has.
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

    /// The request with its credential named in place of shown, and so the address where the operator sends calls elsewhere.
    pub(crate) fn into_sent_request(mut self, redactions: &Redactions, base_url: Option<&Url>) -> SentRequest {
        // The client adds these where it writes the message.
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
            bytes: body_bytes,
        }
    }
}

/// Returns the receipt of a call.
pub(crate) fn build_receipt(request: SentRequest, timings: Timings, rule: String, response: &CallResponse) -> Receipt {
    let from_header = REQUEST_ID_HEADERS.into_iter().find_map(|name| response.header(name).map(str::to_owned));
    let is_small = matches!(&response.body, ResponseBody::Text(text) if text.len() <= MAX_SHOWN_BODY_BYTES);
    let from_body = || response.parse_json_body().filter(|_| is_small)?.get("request_id")?.as_str().map(str::to_owned);
    Receipt {
        request,
        timings,
        received_bytes: response.size,
        request_id: response.request_id.clone(),
        provider_request_id: from_header.or_else(from_body),
        rule,
    }
}
