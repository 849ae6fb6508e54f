//! Reads the body of an SDK's request. Every body except text and bytes is parsed, validated and written anew, so that
//! the provider cannot read it differently.

use super::{
    ProxyRequest,
    body_format::check_text,
    invalid_request,
    json_body::parse_json,
    multipart::encode_multipart,
    proxied_form::ProxiedForm,
    proxied_multipart::{ProxiedMultipart, ensure_utf8},
};
use crate::{
    gateway::headers,
    model::{
        Arguments,
        check::check_arguments,
        error::ExplorerError,
        media_type::MediaType,
        operation::{BodyEncoding, DocumentedBody, Operation, WHOLE_BODY},
        problem::join_pointer,
        schema::{Field, FieldLocation, Schema},
    },
    openapi::Document,
};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use std::collections::HashSet;

/// The body of a request as it is sent.
#[derive(Debug, Default)]
pub(super) struct ProxiedBody {
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) content_type: Option<HeaderValue>,
    /// Its fields, or the whole body under the name that it has in the arguments.
    pub(super) arguments: Arguments,
}

/// Returns the media type of the document that a request's body has: the same, or a range that contains it. Returns the
/// default one if the request has no body or names no type.
///
/// # Errors
/// Returns an error if the operation documents no such media type.
pub(crate) fn find_media_type<'a>(
    media_types: &'a [String],
    request: ProxyRequest,
) -> Result<Option<&'a str>, ExplorerError> {
    let content_type = headers::content_type(request.headers);
    if media_types.is_empty() || request.body.is_empty() || content_type.is_empty() {
        return Ok(None);
    }
    let sent = MediaType::parse(content_type);
    let same = media_types.iter().find(|documented| MediaType::parse(documented).is_same(sent));
    let found = same.or_else(|| media_types.iter().find(|documented| MediaType::parse(documented).includes(sent)));
    found.map(|media_type| Some(media_type.as_str())).ok_or_else(|| {
        invalid_request(&format!(
            "The document describes bodies of {} for this operation, not of {content_type:?}.",
            media_types.join(", ")
        ))
    })
}

impl ProxiedBody {
    /// Reads and validates a body. `resolved` are the fields of a JSON body with secrets in place of placeholders, if it
    /// has placeholders.
    ///
    /// # Errors
    /// Returns an error if the operation documents no such body.
    pub(super) fn read(
        document: &Document,
        operation: &Operation,
        request: ProxyRequest,
        resolved: Option<Arguments>,
    ) -> Result<Self, ExplorerError> {
        let Some(documented_body) = &operation.body else {
            // Some SDKs send an empty JSON object or `null` instead of no body.
            return match request.body.trim_ascii() {
                b"" | b"{}" | b"null" => Ok(Self::default()),
                _ => Err(invalid_request("This operation accepts no body.")),
            };
        };
        if request.body.is_empty() {
            // A text can be empty.
            if documented_body.required && documented_body.encoding() != BodyEncoding::Raw {
                validate(document, operation, &Arguments::new())?;
            }
            let sent_type = MediaType::parse(headers::content_type(request.headers));
            let content_type = documented_content_type(documented_body).filter(|_| {
                !sent_type.is_multipart() && sent_type.is_same(MediaType::parse(&documented_body.content_type))
            });
            return Ok(Self { content_type, ..Self::default() });
        }
        let sent_content_type = request.headers.get(CONTENT_TYPE);
        let content_type = documented_content_type(documented_body).or(sent_content_type.cloned());
        match encoding(documented_body, headers::content_type(request.headers)) {
            BodyEncoding::Json => {
                let value = match resolved {
                    Some(fields) => Value::Object(fields),
                    None => parse_json(request.body).map_err(|error| {
                        invalid_request(&format!("The body is not valid JSON, or has a key twice: {error}."))
                    })?,
                };
                let bytes = value.to_string().into_bytes();
                let arguments = body_arguments(operation, value)?;
                validate(document, operation, &arguments)?;
                Ok(Self { bytes: Some(bytes), content_type, arguments })
            }
            BodyEncoding::UrlEncoded => {
                let ProxiedForm { text, typed, arguments } = ProxiedForm::read(operation, request.body)?;
                validate(document, operation, &typed)?;
                Ok(Self { bytes: Some(text.into_bytes()), content_type, arguments })
            }
            BodyEncoding::Multipart => {
                let sent_content_type = headers::content_type(request.headers);
                let ProxiedMultipart { parts, arguments } =
                    ProxiedMultipart::read(operation, request.body, sent_content_type)?;
                validate(document, operation, &arguments)?;
                let (content_type, bytes) = encode_multipart(&parts)?;
                Ok(Self { bytes: Some(bytes), content_type: Some(content_type), arguments })
            }
            BodyEncoding::Raw => {
                let content_type = sent_content_type.cloned().or(content_type);
                let arguments = read_raw(operation, request.body, content_type.as_ref())?;
                Ok(Self { bytes: Some(request.body.to_vec()), content_type, arguments })
            }
        }
    }
}

/// Returns a body of text or bytes as an argument: its text, or a file without its content.
///
/// # Errors
/// Returns an error if the document describes text, and the body is none.
fn read_raw(
    operation: &Operation,
    body: &[u8],
    content_type: Option<&HeaderValue>,
) -> Result<Arguments, ExplorerError> {
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body_field = operation.fields.iter().find(|field| field.location == FieldLocation::Body);
    let media_type = MediaType::parse(content_type);
    let is_text = body_field.is_some_and(|field| matches!(operation.resolve(&field.schema), Schema::String(_)))
        || media_type.is_text()
        || media_type.is_xml();
    let text = std::str::from_utf8(body).ok();
    if is_text {
        ensure_utf8(content_type).map_err(|problem| invalid_request(&format!("The body {problem}.")))?;
        let text = text.ok_or_else(|| invalid_request("The body is documented as text, but is not UTF-8."))?;
        check_text(content_type, text).map_err(|problem| invalid_request(&problem))?;
    }
    let value = text.map_or_else(|| json!({"filename": "", "contentType": content_type}), Value::from);
    let name = body_field.map_or(WHOLE_BODY, |field| &field.name);
    Ok(Arguments::from_iter([(name.to_owned(), value)]))
}

/// Returns the encoding of a body: that of the document's media type, or that of the request's if the document has only
/// a range.
fn encoding(documented_body: &DocumentedBody, content_type: &str) -> BodyEncoding {
    let is_range = MediaType::parse(&documented_body.content_type).is_range();
    if is_range && !content_type.is_empty() {
        BodyEncoding::from_content_type(content_type)
    } else {
        documented_body.encoding()
    }
}

/// Returns the documented media type as a header, unless it is a range.
fn documented_content_type(documented_body: &DocumentedBody) -> Option<HeaderValue> {
    let is_range = MediaType::parse(&documented_body.content_type).is_range();
    HeaderValue::try_from(&documented_body.content_type).ok().filter(|_| !is_range)
}

/// Returns a JSON body as arguments.
///
/// # Errors
/// Returns an error if the document describes the fields of an object, and the body is something else.
fn body_arguments(operation: &Operation, value: Value) -> Result<Arguments, ExplorerError> {
    match (operation.fields.iter().find(|field| field.location == FieldLocation::Body), value) {
        (Some(field), value) => Ok(Arguments::from_iter([(field.name.clone(), value)])),
        (None, Value::Object(fields)) => Ok(fields),
        (None, _) => Err(invalid_request("The body must be a JSON object.")),
    }
}

/// Validates a body as one of a call with arguments.
fn validate(document: &Document, operation: &Operation, arguments: &Arguments) -> Result<(), ExplorerError> {
    // Parameters are not in the body, so their problems are not problems of the body.
    let is_outside = |field: &&Field| !field.location.is_in_body() && field.location != FieldLocation::PartHeader;
    let parameters = operation.fields.iter().filter(is_outside);
    let parameters: HashSet<String> =
        parameters.flat_map(|field| [&*field.name, field.sent_name()].map(|name| join_pointer("", name))).collect();
    let root = |pointer: &str| pointer[..pointer[1..].find('/').map_or(pointer.len(), |end| end + 1)].to_owned();
    let mut problems = check_arguments(operation, arguments);
    problems.retain(|problem| !problem.location.starts_with('/') || !parameters.contains(&root(&problem.location)));
    if problems.is_empty() {
        problems = document.validate_request_body(operation, arguments)?;
    }
    if problems.is_empty() { Ok(()) } else { Err(ExplorerError::invalid_arguments(problems)) }
}
