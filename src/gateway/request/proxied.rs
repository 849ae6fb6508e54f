//! Builds the provider's request from the request of an SDK. Forwards the path, query and body, and only those headers
//! that the operation documents or that are listed here.

use super::{RequestParts, wire};
use crate::{
    auth::access_tokens::looks_like_access_token,
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
        operation::Operation,
        placeholder::PLACEHOLDER_KEYWORD,
        schema::FieldLocation,
    },
};
use memchr::memmem;
use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use serde_json::Value;

/// Request headers that are forwarded in addition to those that the operation documents.
const FORWARDED_REQUEST_HEADERS: [&str; 11] = [
    "accept",
    "accept-language",
    "content-language",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "prefer",
    "user-agent",
];

/// The request of an SDK.
#[derive(Clone, Copy, Debug)]
pub struct ProxyRequest<'a> {
    /// The provider's id.
    pub provider: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// Path below the provider's server, percent-encoded, with the leading slash.
    pub path: &'a str,
    /// Query, percent-encoded.
    pub query: Option<&'a str>,
    /// All request headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// Returns the fields of a JSON body if it may contain placeholders. Most bodies contain none and are not parsed.
pub(crate) fn fields_with_placeholders(request: ProxyRequest) -> Option<Arguments> {
    memmem::find(request.body, PLACEHOLDER_KEYWORD.as_bytes())?;
    match serde_json::from_slice(request.body) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

/// Builds the parts of a request from the request of an SDK.
///
/// # Errors
/// Returns an error if the operation documents no body and the request has one, or if a segment of the path is unsafe.
pub(crate) fn build_parts(operation: &Operation, request: ProxyRequest) -> Result<RequestParts, ExplorerError> {
    let mut headers = build_headers(operation, request);
    let has_documented_body = operation.body.is_some();
    if !has_documented_body {
        // Some SDKs send an empty JSON object or `null` instead of no body.
        if !matches!(request.body.trim_ascii(), b"" | b"{}" | b"null") {
            return Err(invalid_request("This operation accepts no body. Nothing was sent."));
        }
        headers.remove(CONTENT_TYPE);
    }
    let body = (has_documented_body && !request.body.is_empty()).then(|| request.body.to_vec());
    Ok(RequestParts { target: build_target(request)?, headers, body })
}

/// Returns the path, and the query without parameters whose value is an access token of the explorer: SDKs may send it
/// under any name. Returns an error if a segment of the path is empty, `.` or `..`, or contains an encoded slash,
/// backslash or NUL.
fn build_target(request: ProxyRequest) -> Result<String, ExplorerError> {
    let is_plain_segment = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8_lossy();
        !text.is_empty() && text != "." && text != ".." && !text.contains(['/', '\\', '\0'])
    };
    if !request.path.split('/').skip(1).all(is_plain_segment) {
        let message = "A path segment is empty, `.` or `..`, or contains an encoded slash. Nothing was sent.";
        return Err(invalid_request(message));
    }
    let is_access_token = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| looks_like_access_token(value));
    Ok(match request.query {
        Some(query) => {
            let pairs: Vec<&str> = query.split('&').filter(|pair| !is_access_token(pair)).collect();
            [request.path, "?", &pairs.join("&")].concat()
        }
        None => request.path.to_owned(),
    })
}

fn build_headers(operation: &Operation, request: ProxyRequest) -> HeaderMap {
    let is_documented = |name: &HeaderName| {
        let mut fields = operation.fields.iter();
        fields.any(|field| field.location == FieldLocation::Header && field.name.eq_ignore_ascii_case(name.as_str()))
    };
    let is_sent = |name: &HeaderName| {
        FORWARDED_REQUEST_HEADERS.contains(&name.as_str())
            || (is_documented(name) && !wire::is_routing_or_framing(name))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers {
        if is_sent(name) && !value.to_str().is_ok_and(looks_like_access_token) {
            headers.append(name.clone(), value.clone());
        }
    }
    headers
}

fn invalid_request(message: &str) -> ExplorerError {
    ExplorerError::new(ErrorCode::InvalidArguments, message)
}

/// Returns the arguments that the policy evaluates: the fields of a JSON body, the query parameters, and the path
/// parameters. If names collide, path parameters win over query parameters, and these over fields.
pub(crate) fn extract_arguments(operation: &Operation, request: ProxyRequest) -> Arguments {
    let mut arguments = Arguments::new();
    if let Ok(Value::Object(body)) = serde_json::from_slice(request.body) {
        arguments.extend(body);
    }
    for (name, value) in url::form_urlencoded::parse(request.query.unwrap_or_default().as_bytes()) {
        arguments.insert(name.into_owned(), value.into_owned().into());
    }
    for (template_segment, path_segment) in operation.path.split('/').zip(request.path.split('/')) {
        let name = template_segment.strip_prefix('{').and_then(|template_segment| template_segment.strip_suffix('}'));
        if let Some(name) = name {
            let value = percent_decode_str(path_segment).decode_utf8_lossy().into_owned();
            arguments.insert(name.to_owned(), value.into());
        }
    }
    arguments
}
