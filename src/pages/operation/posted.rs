//! The bytes of a posted form into names and texts of its controls.

use crate::model::form::Controls;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, multipart::Field},
    http::{HeaderValue, Request, header::CONTENT_TYPE},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

/// More controls than any form has: reading them costs more than their bytes.
const MOST_CONTROLS: usize = 1_000;

/// Reads `application/x-www-form-urlencoded`, or `multipart/form-data` as forms with files are sent. A file becomes the
/// text of the argument that it is. Nothing, where there are too many controls or the form is broken.
pub async fn controls(kind: Option<&HeaderValue>, body: Bytes) -> Option<Controls> {
    let is_multipart = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let controls = if let Some(kind) = kind.filter(|_| is_multipart) {
        multipart(kind, body).await?
    } else {
        let pairs = url::form_urlencoded::parse(&body).take(MOST_CONTROLS + 1);
        Controls(pairs.map(|(name, text)| (name.into_owned(), text.into_owned())).collect())
    };
    (controls.0.len() <= MOST_CONTROLS).then_some(controls)
}

async fn multipart(kind: &HeaderValue, body: Bytes) -> Option<Controls> {
    let request = Request::builder().header(CONTENT_TYPE, kind).body(Body::from(body)).ok()?;
    let mut fields = Multipart::from_request(request, &()).await.ok()?;
    let mut controls = Controls::default();
    while let Some(field) = fields.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        match field.file_name().map(str::to_owned) {
            None => controls.0.push((name, field.text().await.ok()?)),
            // A control for files without a file leaves the one that was there.
            Some(filename) if filename.is_empty() => {}
            Some(filename) => controls.set(&name, file(filename, field).await?),
        }
        if controls.0.len() > MOST_CONTROLS {
            return None;
        }
    }
    Some(controls)
}

async fn file(filename: String, field: Field<'_>) -> Option<String> {
    let content_type = field.content_type().unwrap_or_default().to_owned();
    let base64 = BASE64_STANDARD.encode(field.bytes().await.ok()?);
    Some(json!({"filename": filename, "contentType": content_type, "base64": base64}).to_string())
}
