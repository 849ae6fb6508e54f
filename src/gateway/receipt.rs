//! Builds the receipt of a call.

use super::{
    redact::scrub::{Redactions, scrub_bytes},
    transport::response::RequestSnapshot,
};
use crate::model::{
    receipt::{Receipt, SentRequest, Timings},
    response::{CallResponse, ResponseBody},
};
use reqwest::header::{CONTENT_LENGTH, HOST, HeaderValue};
use url::{Position, Url};

/// Maximum size of a response body that is searched for the provider's request ID, in bytes.
const MAX_SEARCHED_BODY_BYTES: usize = 20_000;
/// Text that replaces the operator's base URL, which may name an internal host.
pub(crate) const HIDDEN_BASE_URL: &str = "[base URL]";
/// Names of headers in which providers return their request ID, in order of preference.
const REQUEST_ID_HEADERS: [&str; 5] =
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "x-trace-id"];

/// Converts the snapshot of a request to one that may be shown: `redactions` replace the secrets, and a fixed text
/// replaces the operator's base URL, if there is one.
pub(crate) fn build_sent_request(
    snapshot: RequestSnapshot,
    redactions: &Redactions,
    base_url: Option<&Url>,
) -> SentRequest {
    let RequestSnapshot { method, url, mut headers, body } = snapshot;
    // The HTTP client adds Host and Content-Length only when it writes the request.
    let host = base_url.map_or(&url[Position::BeforeHost..Position::AfterPort], |_| HIDDEN_BASE_URL).to_owned();
    let base_url = base_url.map_or("", |base_url| base_url.as_str().trim_end_matches('/'));
    let relative = url.as_str().strip_prefix(base_url).filter(|_| !base_url.is_empty());
    let shown_url = relative.map_or_else(|| url.to_string(), |relative| [HIDDEN_BASE_URL, relative].concat());
    let body_bytes = body.as_ref().map_or(0, |body| body.size);
    headers.insert(HOST, HeaderValue::try_from(host).unwrap_or(HeaderValue::from_static("")));
    if body.is_some() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body_bytes));
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(&scrub_bytes(redactions, bytes)).into_owned();
    SentRequest {
        method: method.to_string(),
        url: text(shown_url.as_bytes()),
        headers: headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
        body: body.and_then(|body| std::str::from_utf8(&body.prefix).is_ok().then(|| text(&body.prefix))),
        body_bytes,
    }
}

/// Builds the receipt of a call. The provider's request ID comes from a header of the response, or else from the field
/// `request_id` of a JSON body.
pub(crate) fn build_receipt(request: SentRequest, timings: Timings, rule: String, response: &CallResponse) -> Receipt {
    let from_header = REQUEST_ID_HEADERS.into_iter().find_map(|name| response.header(name).map(str::to_owned));
    let is_small = matches!(&response.body, ResponseBody::Text(text) if text.len() <= MAX_SEARCHED_BODY_BYTES);
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
