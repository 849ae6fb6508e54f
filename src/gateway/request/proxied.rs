//! Builds the provider's request from the request of an SDK: the path in canonical form, the documented parts of query,
//! headers and body, and the headers that are listed here.

use super::{
    ProxyRequest, RequestParts,
    json_body::parse_json,
    judged_arguments::{add_argument, insert_unused},
    proxied_body::ProxiedBody,
    proxied_query::{ProxiedQuery, is_key_name},
    value_reader::{WrittenValue, read_field},
    wire,
};
use crate::{
    auth::access_tokens::looks_like_access_token,
    model::{
        Arguments,
        check::check_field,
        error::ExplorerError,
        operation::Operation,
        placeholder::PLACEHOLDER_KEYWORD,
        schema::{Field, FieldLocation, ParameterStyle, Schema},
        security::CredentialLocation,
    },
    providers::{CatalogEntry, path_values},
};
use memchr::memmem;
use percent_encoding::percent_decode_str;
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
    let ValuesBesideBody { query, mut headers, mut arguments, written, omitted_names } =
        ValuesBesideBody::read(entry, operation, request)?;
    let is_omitted = |field: &Field| omitted_names.contains(&field.name);
    validate_parameters(operation, &written, is_omitted, &mut arguments)?;
    let body = ProxiedBody::read(&entry.document, operation, request, resolved)?;
    if let Some(content_type) = body.content_type {
        headers.insert(CONTENT_TYPE, content_type);
    }
    for (name, value) in body.arguments {
        insert_unused(&mut arguments, "body.", name, value);
    }
    let parts = RequestParts { path: request.path.clone(), query, headers, body: body.bytes };
    Ok((parts, arguments))
}

/// The values of a request that are not in its body.
struct ValuesBesideBody<'a> {
    /// Query that is sent.
    query: Option<String>,
    /// Headers that are sent.
    headers: HeaderMap,
    /// Values of the path, the query and the documented headers and cookies, by name.
    arguments: Arguments,
    /// The same values, by parameter.
    written: Vec<(&'a Field, WrittenValue)>,
    /// Names of parameters that the gateway does not send, or sends as part of the credential.
    omitted_names: Vec<String>,
}

impl<'a> ValuesBesideBody<'a> {
    fn read(entry: &CatalogEntry, operation: &'a Operation, request: ProxyRequest) -> Result<Self, ExplorerError> {
        let is_spanning = |field: &&Field| field.location == FieldLocation::Path && field.serialization.allow_reserved;
        let slash_parameter = operation.fields.iter().find(is_spanning).map(Field::sent_name);
        let path_values = path_values(&operation.path, slash_parameter, request.path.as_str());
        let schemes = entry.named_schemes();
        let query = ProxiedQuery::read(operation, schemes, &path_values, request.query)?;
        let headers = build_headers(operation, request.headers);
        let (mut arguments, mut written, mut omitted_names) = (Arguments::new(), query.values, query.omitted_names);
        for (name, value) in &path_values {
            add_argument(operation, &mut arguments, "path", name, value);
            written.extend(operation.path_parameter(name).map(|field| (field, WrittenValue::new(value))));
        }
        for (name, value) in &query.pairs {
            add_argument(operation, &mut arguments, "query", name, value);
        }
        for field in &operation.fields {
            let values = documented_header_values(operation, field, &headers);
            for value in &values {
                let name = value.keys.first().map_or(field.sent_name(), String::as_str);
                add_argument(operation, &mut arguments, "header", name, &value.text);
            }
            let location = match field.location {
                FieldLocation::Header => CredentialLocation::Header,
                FieldLocation::Cookie => CredentialLocation::Cookie,
                FieldLocation::Query => CredentialLocation::Query,
                _ => continue,
            };
            let is_dropped = field.location == FieldLocation::Header && request.headers.contains_key(field.sent_name());
            if values.is_empty() && is_dropped || is_key_name(schemes, location, field.sent_name()) {
                omitted_names.push(field.name.clone());
            }
            written.extend(values.into_iter().map(|value| (field, value)));
        }
        Ok(Self { query: query.text, headers, arguments, written, omitted_names })
    }
}

/// Validates the values of parameters as those of a call with arguments, and adds the values of JSON to the arguments
/// that the policy evaluates. A parameter that is sent without a value is not validated, unless it is text.
///
/// # Errors
/// Returns an error that lists all problems.
fn validate_parameters(
    operation: &Operation,
    written: &[(&Field, WrittenValue)],
    is_omitted: impl Fn(&Field) -> bool,
    arguments: &mut Arguments,
) -> Result<(), ExplorerError> {
    let mut problems = Vec::new();
    let is_beside_body = |field: &&Field| !field.location.is_in_body() && field.location != FieldLocation::PartHeader;
    for field in operation.fields.iter().filter(is_beside_body) {
        let of_field = written.iter().filter(|(other, _)| std::ptr::eq(*other, field));
        let of_field: Vec<WrittenValue> = of_field.map(|(_, value)| value.clone()).collect();
        if of_field.is_empty() {
            if !is_omitted(field) {
                problems.extend(check_field(operation, field, &Arguments::new()));
            }
            continue;
        }
        let value = read_field(operation, field, &of_field)?;
        if value.is_null() {
            continue;
        }
        if field.serialization.style == Some(ParameterStyle::Json) {
            insert_unused(arguments, "json.", field.name.clone(), value.clone());
        }
        problems.extend(check_field(operation, field, &Arguments::from_iter([(field.name.clone(), value)])));
    }
    if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid_arguments(problems)) }
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

/// Returns the arguments that the path and the query of a URL stand for.
///
/// # Errors
/// Returns an error if the URL has a query parameter that the operation does not document.
pub(crate) fn arguments_of_url(
    entry: &CatalogEntry,
    operation: &Operation,
    request: ProxyRequest,
) -> Result<Arguments, ExplorerError> {
    let ValuesBesideBody { written, .. } = ValuesBesideBody::read(entry, operation, request)?;
    let mut arguments = Arguments::new();
    for field in &operation.fields {
        let of_field = written.iter().filter(|(other, _)| std::ptr::eq(*other, field));
        let of_field: Vec<WrittenValue> = of_field.map(|(_, value)| value.clone()).collect();
        let value = read_field(operation, field, &of_field)?;
        if !value.is_null() {
            arguments.insert(field.name.clone(), value);
        }
    }
    Ok(arguments)
}

/// Returns the values of a documented header or cookie among the headers that are sent. Those of cookies are decoded.
fn documented_header_values(operation: &Operation, field: &Field, headers: &HeaderMap) -> Vec<WrittenValue> {
    let texts = |name: &str| {
        let values = headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect::<Vec<_>>()
    };
    match field.location {
        FieldLocation::Header => texts(field.sent_name()).iter().map(|text| WrittenValue::new(text)).collect(),
        FieldLocation::Cookie => {
            let cookies = texts(COOKIE.as_str()).join("; ");
            let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
            let is_encoded = field.serialization.style != Some(ParameterStyle::Cookie);
            let has_key = is_exploded_cookie(operation, field);
            let values = pairs.filter(|(name, _)| is_cookie_of(operation, field, name)).map(|(name, value)| {
                let value = value.trim_matches('"');
                let decoded = percent_decode_str(value).decode_utf8_lossy();
                let written = WrittenValue::new(if is_encoded { &decoded } else { value });
                WrittenValue { keys: has_key.then(|| name.to_owned()).into_iter().collect(), ..written }
            });
            values.collect()
        }
        _ => Vec::new(),
    }
}

/// Returns true if the properties of an object are cookies of their own (`OpenAPI` 3.2, §4.12.3).
fn is_exploded_cookie(operation: &Operation, field: &Field) -> bool {
    let serialization = &field.serialization;
    serialization.style == Some(ParameterStyle::Cookie)
        && serialization.explode != Some(false)
        && matches!(operation.resolve(&field.schema), Schema::Object(_))
}

/// Returns true if a cookie has the value of a parameter or of a property of it. Names of cookies are case-sensitive.
fn is_cookie_of(operation: &Operation, field: &Field, name: &str) -> bool {
    match operation.resolve(&field.schema) {
        Schema::Object(properties) if is_exploded_cookie(operation, field) => {
            properties.iter().any(|property| property.name == name)
        }
        _ => field.sent_name() == name,
    }
}

/// Returns the headers that are sent, except the content type, which is that of the body: documented and listed ones, and
/// a cookie header of the documented cookies. None has an access token of the explorer as value.
fn build_headers(operation: &Operation, sent: &HeaderMap) -> HeaderMap {
    let is_documented = |location: FieldLocation, name: &str| {
        let mut fields = operation.fields.iter().filter(|field| field.location == location);
        fields.any(|field| match location {
            FieldLocation::Cookie => is_cookie_of(operation, field, name),
            _ => field.sent_name().eq_ignore_ascii_case(name),
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
    headers.remove(CONTENT_TYPE);
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
