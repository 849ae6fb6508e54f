//! The `example` environment: returns the operation's documented response without any network access.

use super::file_name::response_file_name;
use crate::{
    model::{
        provider::EXAMPLE_ENVIRONMENT,
        response::{CallResponse, ResponseBody},
    },
    openapi::Document,
};

/// Builds a response from the first documented success response of an operation, in a media type if it has that one.
pub(crate) fn build_example_response(
    document: &Document,
    operation: &str,
    media_type: Option<&str>,
    request_id: &str,
) -> CallResponse {
    let example = document.example_response(operation, media_type);
    let status = example.as_ref().and_then(|example| example.status.parse().ok());
    let body = example.as_ref().and_then(|example| example.body.as_ref());
    CallResponse {
        status: status.unwrap_or(200),
        headers: body.iter().map(|(content_type, _)| ("content-type".into(), content_type.clone())).collect(),
        size: body.map_or(0, |(_, text)| text.len()) as u64,
        file_name: body.map(|(content_type, _)| response_file_name(b"", "", operation, content_type)),
        body: body.map_or(ResponseBody::Empty, |(_, text)| ResponseBody::Text(text.clone())),
        request_id: request_id.to_owned(),
        environment: EXAMPLE_ENVIRONMENT.to_owned(),
        ..CallResponse::default()
    }
}
