//! A request as programs write it: the message that the gateway sends, with credentials and masked values as variables.

use super::text::Text;
use crate::model::{
    UNRESERVED, json,
    operation::Encoding,
    request::{File, PartContent, Request, RequestBody},
    security::{KeyPlace, Reference},
};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

/// What every HTTP client is told.
#[derive(Clone, Debug)]
pub(super) struct Http {
    pub(super) method: &'static str,
    /// The whole URL.
    pub(super) url: Text,
    /// Header names and values.
    pub(super) headers: Vec<(String, Text)>,
    /// The variables of user name and password, for HTTP Basic; the header is the client's to write.
    pub(super) basic: Option<(String, String)>,
    pub(super) body: Option<Content>,
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// Text as it is.
    Text(Text),
    /// JSON: the value, and its text.
    Json(Value, Text),
    /// The parts of `multipart/form-data`; the client chooses the boundary.
    Parts(Vec<Part>),
    /// The bytes of the file with this name.
    File(String),
}

/// One part of a multipart body.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) value: PartValue,
    pub(super) content_type: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum PartValue {
    Text(Text),
    /// The name of the file whose bytes it has.
    File(String),
}

impl Http {
    /// The request, to be sent to a server, with credentials by reference.
    pub(super) fn new(request: Request, server: &str, references: &[Reference]) -> Self {
        let mut url = Text::in_url(&[server, &request.target].concat());
        let mut headers: Vec<(String, Text)> =
            request.headers.iter().map(|(name, value)| (name.clone(), Text::from(value.as_str()))).collect();
        let mut basic = None;
        for Reference { place, name, before, variable, username_variable } in references {
            let is_other = |(known, _): &(String, Text)| !known.eq_ignore_ascii_case(name);
            match (place, username_variable) {
                (KeyPlace::Header, Some(username)) => {
                    headers.retain(is_other);
                    basic = Some((username.clone(), variable.clone()));
                }
                (KeyPlace::Header, None) => {
                    headers.retain(is_other);
                    headers.push((name.clone(), Text::from(before.as_str()).then(Text::variable(variable))));
                }
                (KeyPlace::Query, _) => {
                    let mark = if url.has('?') { "&" } else { "?" };
                    let pair = [mark, &utf8_percent_encode(name, UNRESERVED).to_string(), "="].concat();
                    url = url.then(Text::from(pair.as_str())).then(Text::variable(variable));
                }
                // There is one header of this name: what the reader filled in stands before the key.
                (KeyPlace::Cookie, _) => {
                    let at = headers.iter().position(|(known, _)| known == "cookie");
                    let others = at.map(|at| headers.remove(at).1.then(Text::from("; "))).unwrap_or_default();
                    let pair = Text::from([name, "="].concat().as_str()).then(Text::variable(variable));
                    headers.push(("cookie".into(), others.then(pair)));
                }
            }
        }
        let is_json_type = |value: &Text| value.plain().is_some_and(|kind| Encoding::of(kind) == Encoding::Json);
        let is_json = headers.iter().any(|(name, value)| name == "content-type" && is_json_type(value));
        let body = request.body.map(|body| match body {
            RequestBody::Text(text) => match json::parse(&text).ok().filter(|_| is_json) {
                Some(value) => Content::Json(value, Text::from(text.as_str())),
                None => Content::Text(Text::from(text.as_str())),
            },
            RequestBody::File(File { filename, .. }) => Content::File(filename),
            RequestBody::Parts(parts) => Content::Parts(parts.into_iter().map(Part::from).collect()),
        });
        Self { method: request.method.as_str(), url, headers, basic, body }
    }
}

impl From<crate::model::request::Part> for Part {
    fn from(part: crate::model::request::Part) -> Self {
        let mut kind = part.content_type;
        let value = match part.content {
            PartContent::Text(text) => PartValue::Text(Text::from(text.as_str())),
            PartContent::File(File { filename, content_type, .. }) => {
                kind = kind.or(Some(content_type).filter(|kind| !kind.is_empty()));
                PartValue::File(filename)
            }
        };
        Self { name: part.name, value, content_type: kind }
    }
}
