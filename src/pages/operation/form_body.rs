//! Parses the body of a posted form into controls.

use crate::model::{form::Controls, media_type::MediaType};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, multipart::Field},
    http::{HeaderValue, Request, header::CONTENT_TYPE},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

/// Maximum number of controls in a form. More than any form has; parsing a control costs more than its bytes.
const MAX_CONTROLS: usize = 1_000;

/// Parses `application/x-www-form-urlencoded`, or `multipart/form-data` as used for forms with files. A file becomes
/// the text of a file argument. Returns `None` if there are too many controls or the body is malformed.
pub async fn parse_form_body(content_type: Option<&HeaderValue>, body: Bytes) -> Option<Controls> {
    let is_multipart = |value: &&HeaderValue| value.to_str().is_ok_and(|text| MediaType::parse(text).is_multipart());
    let controls = if let Some(content_type) = content_type.filter(is_multipart) {
        parse_multipart(content_type, body).await?
    } else {
        let pairs = url::form_urlencoded::parse(&body).take(MAX_CONTROLS + 1);
        Controls(pairs.map(|(name, text)| (name.into_owned(), text.into_owned())).collect())
    };
    (controls.0.len() <= MAX_CONTROLS).then_some(controls)
}

async fn parse_multipart(content_type: &HeaderValue, body: Bytes) -> Option<Controls> {
    let request = Request::builder().header(CONTENT_TYPE, content_type).body(Body::from(body)).ok()?;
    let mut fields = Multipart::from_request(request, &()).await.ok()?;
    let mut controls = Controls::default();
    while let Some(field) = fields.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        match field.file_name().map(str::to_owned) {
            None => controls.0.push((name, field.text().await.ok()?)),
            // A file control without a chosen file does not replace an earlier file.
            Some(filename) if filename.is_empty() => {}
            Some(filename) => controls.set(&name, read_file_argument(filename, field).await?),
        }
        if controls.0.len() > MAX_CONTROLS {
            return None;
        }
    }
    Some(controls)
}

async fn read_file_argument(filename: String, field: Field<'_>) -> Option<String> {
    let content_type = field.content_type().unwrap_or_default().to_owned();
    let base64 = BASE64_STANDARD.encode(field.bytes().await.ok()?);
    Some(json!({"filename": filename, "contentType": content_type, "base64": base64}).to_string())
}
