//! Builds the HTTP request of a call, and finds the operations that its path can lead to.

use super::{
    RequestParts, invalid_request,
    multipart::{WirePart, encode_multipart},
    parse_path,
    wire_request::WireRequest,
};
use crate::{
    gateway::policy::{self, Destination},
    model::{
        Arguments,
        error::{ErrorCode, ExplorerError},
        operation::Operation,
        request::{FileArgument, MultipartPart, OperationRequest, PartContent, RequestBody},
    },
    openapi::DocumentedOperation,
    providers::{CanonicalPath, CatalogEntry},
    text,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::{borrow::Cow, sync::Arc};
use url::Url;

/// Headers that no argument can set, because they authenticate, route or frame the request.
const RESERVED_HEADERS: [&str; 21] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-real-ip",
];

/// Builds the parts of a request from an operation's arguments.
///
/// # Errors
/// Returns an error if an argument sets a reserved header, if a value cannot be encoded, or if the path has no canonical
/// form.
pub(crate) fn build_parts(operation: &Operation, arguments: &Arguments) -> Result<RequestParts, ExplorerError> {
    let request = OperationRequest::new(operation, arguments);
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let pair = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        let Some((name, value)) = pair.filter(|(name, _)| !RESERVED_HEADERS.contains(&name.as_str())) else {
            let message = text!("request-header-not-sendable", name = name);
            return Err(ExplorerError::new(ErrorCode::InvalidArguments, message));
        };
        headers.append(name, value);
    }
    let body = encode_body(request.body, &mut headers)?;
    if let Some(documented) = operation.body.as_ref().filter(|_| body.is_some() && !headers.contains_key(CONTENT_TYPE))
    {
        let message = text!("media-type-of-range-missing", range = documented.content_type);
        return Err(invalid_request(&message));
    }
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (request.target.as_str(), None),
    };
    Ok(RequestParts { path: parse_path(path)?, query, headers, body })
}

/// Returns the other operations that servers can take the path of a call for. The policy must allow them, too.
///
/// # Errors
/// Returns an error if the path does not lead to the call's operation.
pub(crate) fn find_other_operations(
    entry: &CatalogEntry,
    operation: &Operation,
    path: &CanonicalPath,
) -> Result<Vec<Arc<DocumentedOperation>>, ExplorerError> {
    let own_index = entry.document.operation_index(&operation.name).ok_or_else(target_escape_error)?;
    let matched = entry.routes.find_operations(operation.method.as_str(), path);
    if !matched.exact.contains(&own_index) {
        return Err(target_escape_error());
    }
    let others = matched.exact.into_iter().chain(matched.lenient).filter(|index| *index != own_index);
    let others = others.map(|index| entry.operation(&entry.document.operations.get(index)?.name));
    others.collect::<Option<_>>().ok_or_else(target_escape_error)
}

/// Builds the request to a destination.
///
/// # Errors
/// Returns an error if the path would be sent differently, or if the settings do not allow the call to its host.
pub(crate) fn build_request(
    entry: &CatalogEntry,
    operation: &Operation,
    Destination { environment, credential_use }: &Destination,
    RequestParts { path, query, headers, body }: RequestParts,
) -> Result<WireRequest, ExplorerError> {
    let server = entry.server_url(environment);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let url = Url::parse(&[server, path.as_str(), &query].concat()).map_err(|_| target_escape_error())?;
    if strip_server_path(server, &url) != Some(path.as_str()) {
        return Err(target_escape_error());
    }
    if !policy::can_receive_call(entry, environment, &url, credential_use.is_some()) {
        let message = if credential_use.is_some() {
            text!("request-host-without-credential", url = environment.url)
        } else {
            text!("request-host-without-calls", url = environment.url)
        };
        return Err(ExplorerError::new(ErrorCode::Forbidden, message));
    }
    let method = reqwest::Method::from_bytes(operation.method.as_str().as_bytes())
        .map_err(|_| ExplorerError::new(ErrorCode::Internal, text!("request-method-not-sendable")))?;
    let display_host = match entry.settings.base_url {
        Some(_) => entry.provider.title.clone(),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    Ok(WireRequest { method, url, headers, body, display_host })
}

fn target_escape_error() -> ExplorerError {
    ExplorerError::new(ErrorCode::InvalidArguments, text!("request-other-destination"))
}

/// Encodes a body. For a multipart body, also sets the Content-Type header, which contains the boundary.
fn encode_body(body: Option<RequestBody>, headers: &mut HeaderMap) -> Result<Option<Vec<u8>>, ExplorerError> {
    match body {
        None => Ok(None),
        Some(RequestBody::Text(text)) => Ok(Some(text.into_bytes())),
        Some(RequestBody::File(file)) => decode_file(&file).map(Some),
        Some(RequestBody::Multipart(parts)) => {
            let parts = parts.iter().map(wire_part).collect::<Result<Vec<_>, _>>()?;
            let (content_type, body) = encode_multipart(&parts)?;
            headers.insert(CONTENT_TYPE, content_type);
            Ok(Some(body))
        }
    }
}

/// Returns a part as it is sent. A file without a type is sent as `application/octet-stream`.
fn wire_part(part: &MultipartPart) -> Result<WirePart<'_>, ExplorerError> {
    let (filename, default_content_type, content) = match &part.content {
        PartContent::Text(text) => (None, None, Cow::Borrowed(text.as_bytes())),
        PartContent::File(file) => {
            let content_type = Some(file.content_type.as_str()).filter(|content_type| !content_type.is_empty());
            let content_type = content_type.or(Some("application/octet-stream"));
            (Some(file.filename.as_str().into()), content_type, decode_file(file)?.into())
        }
    };
    let content_type = part
        .content_type
        .as_deref()
        .or(default_content_type)
        .filter(|content_type| HeaderValue::try_from(*content_type).is_ok());
    for (name, value) in &part.headers {
        if HeaderValue::try_from(value).is_err() {
            let message = text!("request-part-header-not-sendable", name = name, part = part.name);
            return Err(ExplorerError::new(ErrorCode::InvalidArguments, message));
        }
    }
    Ok(WirePart {
        name: part.name.as_str().into(),
        filename,
        content_type: content_type.map(Cow::Borrowed),
        headers: part.headers.clone(),
        content,
    })
}

fn decode_file(file: &FileArgument) -> Result<Vec<u8>, ExplorerError> {
    BASE64_STANDARD.decode(&file.base64).map_err(|_| {
        let message = text!("request-file-not-base64", name = format!("{:?}", file.filename));
        ExplorerError::new(ErrorCode::InvalidArguments, message)
    })
}

/// Returns true if a header routes or frames the request, so that not even a credential may use it.
pub(crate) fn is_routing_or_framing(header: &HeaderName) -> bool {
    *header != AUTHORIZATION && RESERVED_HEADERS.contains(&header.as_str())
}

/// Returns the path of a URL relative to the server's base path, or `None` if the URL is not on that server.
pub(crate) fn strip_server_path<'a>(server: &str, url: &'a Url) -> Option<&'a str> {
    let server = Url::parse(server).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let path = url.path().strip_prefix(server.path().trim_end_matches('/'))?;
    (url.origin() == server.origin() && is_plain).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::strip_server_path;
    use url::Url;

    #[test]
    fn a_url_must_be_on_its_server() -> Result<(), url::ParseError> {
        for (url, expected) in [
            ("https://test.stytch.com/v1/users/user-1?tag=a", Some("/v1/users/user-1")),
            ("https://test.stytch.com/v1/users/..", Some("/v1/")),
            ("https://test.stytch.com.evil.example/v1/users/a", None),
            ("https://test.stytch.com@evil.example/v1/users/a", None),
            ("https://test.stytch.com:444/v1/users/a", None),
            ("http://test.stytch.com/v1/users/a", None),
            ("https://test.stytch.com/v1/users/a#x", None),
            ("https://a:b@test.stytch.com/v1/users/a", None),
        ] {
            assert_eq!(strip_server_path("https://test.stytch.com", &Url::parse(url)?), expected, "{url}");
        }
        let nested = Url::parse("https://a.example/v2/users")?;
        assert_eq!(strip_server_path("https://a.example/v2/", &nested), Some("/users"));
        assert_eq!(strip_server_path("https://a.example/v3", &nested), None);
        Ok(())
    }
}
