//! Builds the provider's request from the request of an SDK: its path in canonical form, and of query, headers and body
//! what the operation documents. Of the headers, also those that are listed here.

use super::{
    ProxyRequest, RequestParts,
    json_body::parse_json,
    proxied_body::ProxiedBody,
    proxied_query::{ProxiedQuery, is_single_value},
    wire,
};
use crate::{
    auth::access_tokens::looks_like_access_token,
    model::{
        Arguments,
        error::ExplorerError,
        operation::Operation,
        placeholder::PLACEHOLDER_KEYWORD,
        schema::{Field, FieldLocation},
    },
    providers::{CatalogEntry, path_values},
};
use memchr::memmem;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
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

/// Returns the fields of a JSON body if it may contain placeholders. Most bodies contain none and are not parsed.
pub(crate) fn fields_with_placeholders(request: ProxyRequest) -> Option<Arguments> {
    memmem::find(request.body, PLACEHOLDER_KEYWORD.as_bytes())?;
    match parse_json(request.body) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

/// Builds the parts of a request from the request of an SDK, and the arguments that the policy evaluates. `resolved` are
/// the fields of a JSON body with secrets in place of placeholders, if it has placeholders.
///
/// # Errors
/// Returns an error if the request has a query parameter or a body that the operation does not document.
pub(crate) fn build_parts(
    entry: &CatalogEntry,
    operation: &Operation,
    request: ProxyRequest,
    resolved: Option<Arguments>,
) -> Result<(RequestParts, Arguments), ExplorerError> {
    let ValuesBesideBody { query, mut headers, mut arguments } = ValuesBesideBody::read(entry, operation, request)?;
    let body = ProxiedBody::read(&entry.document, operation, request, resolved)?;
    if let Some(content_type) = body.content_type {
        headers.insert(CONTENT_TYPE, content_type);
    }
    for (mut name, value) in body.arguments {
        while arguments.contains_key(&name) {
            name.insert_str(0, "body.");
        }
        arguments.insert(name, value);
    }
    let parts = RequestParts { path: request.path.clone(), query, headers, body: body.bytes };
    Ok((parts, arguments))
}

/// The values of a request that are not in its body.
struct ValuesBesideBody {
    /// Query that is sent.
    query: Option<String>,
    /// Headers that are sent.
    headers: HeaderMap,
    /// Values of the path, the query and the documented headers and cookies, by name.
    arguments: Arguments,
}

impl ValuesBesideBody {
    fn read(entry: &CatalogEntry, operation: &Operation, request: ProxyRequest) -> Result<Self, ExplorerError> {
        let is_spanning = |field: &&Field| field.location == FieldLocation::Path && field.serialization.allow_reserved;
        let slash_parameter = operation.fields.iter().find(is_spanning).map(|field| field.name.as_str());
        let path_values = path_values(&operation.path, slash_parameter, request.path.as_str());
        let schemes = &entry.document.security_schemes;
        let query = ProxiedQuery::read(operation, schemes, &path_values, request.query)?;
        let headers = build_headers(operation, request.headers);
        let mut arguments = Arguments::new();
        for (name, value) in &path_values {
            add_argument(operation, &mut arguments, "path", name, value);
        }
        for (name, value) in &query.pairs {
            add_argument(operation, &mut arguments, "query", name, value);
        }
        for field in &operation.fields {
            if let Some(value) = documented_header_value(field, &headers) {
                add_argument(operation, &mut arguments, "header", &field.name, &value);
            }
        }
        Ok(Self { query: query.text, headers, arguments })
    }
}

/// Returns the values of the path, the query and the documented headers and cookies, each under its name.
///
/// # Errors
/// Returns an error if the request has a query parameter that the operation does not document.
pub(crate) fn arguments_beside_body(
    entry: &CatalogEntry,
    operation: &Operation,
    request: ProxyRequest,
) -> Result<Arguments, ExplorerError> {
    Ok(ValuesBesideBody::read(entry, operation, request)?.arguments)
}

/// Adds a parameter to the arguments that the policy evaluates. Under its name and location, also adds the values of a
/// name that is already there, and the parts of a list or an object, in any style.
fn add_argument(operation: &Operation, arguments: &mut Arguments, location: &str, name: &str, text: &str) {
    let mut others: Vec<Value> = Vec::new();
    if arguments.contains_key(name) {
        others.push(text.into());
    } else {
        arguments.insert(name.to_owned(), text.into());
    }
    if operation.field(name).is_none_or(|field| !is_single_value(operation, field)) {
        let parts = text.split([',', '|', ' ', ';', '=', '.']).filter(|part| !part.is_empty() && *part != text);
        others.extend(parts.map(Value::from));
    }
    if !others.is_empty() {
        let values = arguments.entry([location, ".", name].concat()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.append(&mut others);
        }
    }
}

/// Returns the value of a documented header or cookie among the headers that are sent.
fn documented_header_value(field: &Field, headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    match field.location {
        FieldLocation::Header => text(&field.name),
        FieldLocation::Cookie => text(COOKIE.as_str())?.split("; ").find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            (name == field.name).then(|| value.to_owned())
        }),
        _ => None,
    }
}

/// Returns the headers that are sent: documented and listed ones, and a cookie header of the documented cookies. None
/// has an access token of the explorer as value.
fn build_headers(operation: &Operation, sent: &HeaderMap) -> HeaderMap {
    let is_documented = |location: FieldLocation, name: &str| {
        let mut fields = operation.fields.iter().filter(|field| field.location == location);
        // Names of cookies are case-sensitive, those of headers are not.
        fields.any(|field| match location {
            FieldLocation::Header => field.name.eq_ignore_ascii_case(name),
            _ => field.name == name,
        })
    };
    let is_sent = |name: &HeaderName| {
        FORWARDED_REQUEST_HEADERS.contains(&name.as_str())
            || is_documented(FieldLocation::Header, name.as_str())
                && *name != COOKIE
                && !wire::is_routing_or_framing(name)
    };
    let mut headers = HeaderMap::new();
    for (name, value) in sent {
        if is_sent(name) && !value.to_str().is_ok_and(looks_like_access_token) {
            headers.append(name.clone(), value.clone());
        }
    }
    if operation.body.is_none() {
        headers.remove(CONTENT_TYPE);
    }
    let cookies =
        sent.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let is_sent_cookie = |pair: &&str| {
        pair.split_once('=').is_some_and(|(name, value)| {
            is_documented(FieldLocation::Cookie, name) && !looks_like_access_token(value.trim_matches('"'))
        })
    };
    let cookies: Vec<&str> = cookies.map(str::trim).filter(is_sent_cookie).collect();
    if let Some(value) = HeaderValue::try_from(cookies.join("; ")).ok().filter(|value| !value.is_empty()) {
        headers.insert(COOKIE, value);
    }
    headers
}
