//! The request as it goes on the wire: built from the call, parsed again, and compared with what the call may reach.

use super::policy;
use crate::{
    model::{
        Arguments,
        error::{Code, ExplorerError},
        operation::Operation,
        provider::Environment,
        request::{File, Part, PartContent, Request, RequestBody},
    },
    providers::CatalogEntry,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;
use uuid::Uuid;

/// Headers that no argument can set: those that authenticate, route or frame the message.
const RESERVED: [&str; 21] = [
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

/// A message that may be sent, once the credential is added.
#[derive(Clone)]
pub(super) struct WireRequest {
    pub(super) method: reqwest::Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// What messages call the place it goes to: its host, unless the operator sends calls elsewhere.
    pub(super) shown_host: String,
}

/// Builds the request, and refuses it where it would reach anything but its operation.
pub(super) fn request(
    entry: &CatalogEntry,
    operation: &Operation,
    arguments: &Arguments,
    environment: &Environment,
    with_credential: bool,
) -> Result<WireRequest, ExplorerError> {
    let request = Request::new(operation, arguments);
    let server = entry.server(environment);
    let url = Url::parse(&format!("{server}{}", request.target))
        .ok()
        .filter(|url| reaches_only(operation, server, url))
        .ok_or_else(|| {
            ExplorerError::new(Code::InvalidArguments, "These arguments would change where the call goes.")
        })?;
    if !policy::may_receive_call(entry, &url, with_credential) {
        let what = if with_credential { "The credential may not be sent" } else { "Calls may not be made" };
        let message = format!("{what} to {}: the settings do not list that host, or it is not https.", environment.url);
        return Err(ExplorerError::new(Code::Forbidden, message));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let pair = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        let Some((name, value)) = pair.filter(|(name, _)| !RESERVED.contains(&name.as_str())) else {
            let message = format!("The header {name} cannot be sent with this value.");
            return Err(ExplorerError::new(Code::InvalidArguments, message));
        };
        headers.append(name, value);
    }
    let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes())
        .map_err(|_| ExplorerError::new(Code::Internal, "The operation's method cannot be sent."))?;
    let shown_host = match entry.settings.base_url {
        Some(_) => entry.provider.title.clone(),
        None => url.host_str().unwrap_or_default().to_owned(),
    };
    let body = body(request.body, &mut headers)?;
    Ok(WireRequest { method, url, headers, body, shown_host })
}

/// The bytes of a body; a multipart body's header is added, as it names the boundary.
fn body(body: Option<RequestBody>, headers: &mut HeaderMap) -> Result<Option<Vec<u8>>, ExplorerError> {
    match body {
        None => Ok(None),
        Some(RequestBody::Text(text)) => Ok(Some(text.into_bytes())),
        Some(RequestBody::File(file)) => bytes(&file).map(Some),
        Some(RequestBody::Parts(parts)) => {
            let boundary = Uuid::new_v4().simple().to_string();
            let kind = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"));
            headers.insert(CONTENT_TYPE, kind.map_err(|_| ExplorerError::new(Code::Internal, "No boundary."))?);
            multipart(&parts, &boundary).map(Some)
        }
    }
}

/// A multipart body (RFC 7578, §4; names are escaped as browsers do it).
fn multipart(parts: &[Part], boundary: &str) -> Result<Vec<u8>, ExplorerError> {
    let escape = |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let mut body = Vec::new();
    for part in parts {
        let (file, own_kind, content) = match &part.content {
            PartContent::Text(text) => (String::new(), None, text.clone().into_bytes()),
            PartContent::File(file) => {
                let kind = Some(file.content_type.as_str()).filter(|kind| !kind.is_empty());
                (
                    format!("; filename=\"{}\"", escape(&file.filename)),
                    kind.or(Some("application/octet-stream")),
                    bytes(file)?,
                )
            }
        };
        let kind = part.content_type.as_deref().or(own_kind).filter(|kind| HeaderValue::try_from(*kind).is_ok());
        let kind = kind.map(|kind| format!("\r\nContent-Type: {kind}")).unwrap_or_default();
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{file}{kind}\r\n\r\n",
            escape(&part.name)
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(body)
}

fn bytes(file: &File) -> Result<Vec<u8>, ExplorerError> {
    BASE64_STANDARD.decode(&file.base64).map_err(|_| {
        let message = format!("The content of the file {:?} is not Base64.", file.filename);
        ExplorerError::new(Code::InvalidArguments, message)
    })
}

/// Whether a header routes or frames a message, so that not even a credential may stand in it.
pub(super) fn frames_the_message(header: &HeaderName) -> bool {
    *header != AUTHORIZATION && RESERVED.contains(&header.as_str())
}

/// Whether a finished URL is on the server and its path fits the operation's template, segment by segment.
fn reaches_only(operation: &Operation, server: &str, url: &Url) -> bool {
    let Ok(server) = Url::parse(server) else {
        return false;
    };
    let template = [server.path().trim_end_matches('/'), &operation.path].concat();
    let (expected, found) = (template.split('/'), url.path().split('/'));
    let same_server = url.origin() == server.origin() && url.username().is_empty() && url.password().is_none();
    same_server
        && url.fragment().is_none()
        && expected.clone().count() == found.clone().count()
        && expected.zip(found).all(|(expected, found)| fits(expected, found))
}

/// Whether a segment is the template's own text, or a value where the template has `{name}`.
fn fits(expected: &str, found: &str) -> bool {
    match (expected.find('{'), expected.rfind('}')) {
        (Some(open), Some(close)) if open < close => {
            let (before, after) = (&expected[..open], &expected[close + 1..]);
            found.len() > before.len() + after.len() && found.starts_with(before) && found.ends_with(after)
        }
        _ => expected == found,
    }
}

#[cfg(test)]
mod tests {
    use super::reaches_only;
    use crate::model::fixtures;
    use url::Url;

    #[test]
    fn a_url_must_stay_on_its_server_and_in_its_template() -> Result<(), url::ParseError> {
        let operation = fixtures::every_kind();
        for (url, expected) in [
            ("https://test.stytch.com/v1/users/user-1?tag=a", true),
            ("https://test.stytch.com/v1/users/%2e%2e%2fb2b", true),
            ("https://test.stytch.com/v1/users/..", false),
            ("https://test.stytch.com/v1/users/", false),
            ("https://test.stytch.com/v1/users/a/b", false),
            ("https://test.stytch.com/v2/users/a", false),
            ("https://test.stytch.com.evil.example/v1/users/a", false),
            ("https://test.stytch.com@evil.example/v1/users/a", false),
            ("https://test.stytch.com:444/v1/users/a", false),
            ("http://test.stytch.com/v1/users/a", false),
            ("https://test.stytch.com/v1/users/a#x", false),
        ] {
            assert_eq!(reaches_only(&operation, "https://test.stytch.com", &Url::parse(url)?), expected, "{url}");
        }
        Ok(())
    }
}
