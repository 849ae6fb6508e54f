//! The request that the gateway sends, with variables in place of credentials and masked values.

use crate::{
    model::{
        NON_UNRESERVED, json,
        operation::{BodyEncoding, Method},
        request::{FileArgument, OperationRequest, PartContent, RequestBody},
        security::{CredentialLocation, CredentialVariable},
    },
    snippet::text_template::TextTemplate,
};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

/// A request, as input of all HTTP client renderers.
#[derive(Clone, Debug)]
pub(super) struct RequestTemplate {
    pub(super) method: Method,
    /// Full URL.
    pub(super) url: TextTemplate,
    /// Header names and values.
    pub(super) headers: Vec<(String, TextTemplate)>,
    /// Variables of the user name and the password for HTTP Basic. The client writes the header.
    pub(super) basic_auth: Option<(String, String)>,
    pub(super) body: Option<BodyTemplate>,
}

/// Body of a request.
#[derive(Clone, Debug)]
pub(super) enum BodyTemplate {
    /// Plain text.
    Text(TextTemplate),
    /// JSON: the value, and its text.
    Json(Value, TextTemplate),
    /// Parts of `multipart/form-data`. The client chooses the boundary.
    Multipart(Vec<PartTemplate>),
    /// Bytes of the file with this name.
    File(String),
}

/// A part of a multipart body.
#[derive(Clone, Debug)]
pub(super) struct PartTemplate {
    pub(super) name: String,
    pub(super) body: PartBody,
    pub(super) content_type: Option<String>,
    /// Names and values of further headers.
    pub(super) headers: Vec<(String, TextTemplate)>,
}

#[derive(Clone, Debug)]
pub(super) enum PartBody {
    Text(TextTemplate),
    /// Name of the file whose bytes are the body of the part.
    File(String),
}

/// Escapes the name of a part or a file of a form as browsers do (HTML Standard, "Multipart form data").
pub(super) fn escape_form_data_name(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Returns true if a media type is lowercase and has no parameters, so that no library's parser of media types changes it.
pub(super) fn is_simple_media_type(media_type: &str) -> bool {
    let is_simple = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+._".contains(c);
    media_type
        .split_once('/')
        .is_some_and(|halves| [halves.0, halves.1].iter().all(|half| !half.is_empty() && half.chars().all(is_simple)))
}

impl RequestTemplate {
    /// Returns the method as sent.
    pub(super) fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Creates the template of a request to a server. Variables replace the credentials.
    pub(super) fn new(request: OperationRequest, server: &str, credential_variables: &[CredentialVariable]) -> Self {
        let mut url = TextTemplate::from_url(&format!("{server}{}", request.target));
        let mut headers: Vec<(String, TextTemplate)> =
            request.headers.iter().map(|(name, value)| (name.clone(), TextTemplate::from(value.as_str()))).collect();
        let mut basic_auth = None;
        for CredentialVariable { location, name, prefix, variable, username_variable } in credential_variables {
            let is_other = |(header_name, _): &(String, TextTemplate)| !header_name.eq_ignore_ascii_case(name);
            match (location, username_variable) {
                (CredentialLocation::Header, Some(username)) => {
                    headers.retain(is_other);
                    basic_auth = Some((username.clone(), variable.clone()));
                }
                (CredentialLocation::Header, None) => {
                    headers.retain(is_other);
                    headers.push((
                        name.clone(),
                        TextTemplate::from(prefix.as_str()).chain(TextTemplate::from_variable(variable)),
                    ));
                }
                (CredentialLocation::Query, _) => {
                    let separator = if url.contains_char('?') { "&" } else { "?" };
                    let pair = format!("{separator}{}=", utf8_percent_encode(name, NON_UNRESERVED));
                    url = url.chain(TextTemplate::from(pair.as_str())).chain(TextTemplate::from_variable(variable));
                }
                // A request has a single `cookie` header, so the user's cookies precede the credential.
                (CredentialLocation::Cookie, _) => {
                    let position = headers.iter().position(|(header_name, _)| header_name == "cookie");
                    let other_cookies =
                        position.map(|at| headers.remove(at).1.chain(TextTemplate::from("; "))).unwrap_or_default();
                    let pair =
                        TextTemplate::from(format!("{name}=").as_str()).chain(TextTemplate::from_variable(variable));
                    headers.push(("cookie".into(), other_cookies.chain(pair)));
                }
            }
        }
        let is_json_type = |value: &TextTemplate| {
            value.as_literal().is_some_and(|kind| BodyEncoding::from_content_type(kind) == BodyEncoding::Json)
        };
        let is_json = headers.iter().any(|(name, value)| name == "content-type" && is_json_type(value));
        let body = request.body.map(|body| match body {
            RequestBody::Text(text) => match json::parse(&text).ok().filter(|_| is_json) {
                Some(value) => BodyTemplate::Json(value, TextTemplate::from(text.as_str())),
                None => BodyTemplate::Text(TextTemplate::from(text.as_str())),
            },
            RequestBody::File(FileArgument { filename, .. }) => BodyTemplate::File(filename),
            RequestBody::Multipart(parts) => {
                BodyTemplate::Multipart(parts.into_iter().map(PartTemplate::from).collect())
            }
        });
        Self { method: request.method, url, headers, basic_auth, body }
    }
}

impl From<crate::model::request::MultipartPart> for PartTemplate {
    fn from(part: crate::model::request::MultipartPart) -> Self {
        let mut media_type = part.content_type;
        let value = match part.content {
            PartContent::Text(text) => PartBody::Text(TextTemplate::from(text.as_str())),
            PartContent::File(FileArgument { filename, content_type, .. }) => {
                media_type = media_type.or(Some(content_type).filter(|kind| !kind.is_empty()));
                PartBody::File(filename)
            }
        };
        let header = |(name, value): (String, String)| (name, TextTemplate::from(value.as_str()));
        let headers = part.headers.into_iter().map(header).collect();
        Self { name: part.name, body: value, content_type: media_type, headers }
    }
}

#[cfg(test)]
mod tests {
    use super::is_simple_media_type;

    #[test]
    fn simple_media_types_are_two_lowercase_names() {
        for media_type in ["application/json", "image/svg+xml", "application/vnd.a-b.c_d+json"] {
            assert!(is_simple_media_type(media_type), "{media_type}");
        }
        for media_type in
            ["", "json", "/json", "application/", "text/plain; charset=utf-8", "image/PNG", "a/b/c", "*/*"]
        {
            assert!(!is_simple_media_type(media_type), "{media_type}");
        }
    }
}
