//! The `example` environment: returns the operation's documented response without any network access.

use crate::{
    model::{
        form::to_pretty_json,
        provider::EXAMPLE_ENVIRONMENT,
        response::{CallResponse, ResponseBody},
    },
    openapi::Document,
};

/// Builds a response from the first documented success response of an operation.
pub(crate) fn build_example_response(document: &Document, operation: &str, request_id: &str) -> CallResponse {
    let (status, example) = document.first_success_response(operation).unwrap_or_default();
    let body = example.as_ref().map(to_pretty_json);
    CallResponse {
        status: status.parse().unwrap_or(200),
        headers: body.iter().map(|_| ("content-type".into(), "application/json".into())).collect(),
        size: body.as_ref().map_or(0, String::len) as u64,
        body: body.map_or(ResponseBody::Empty, ResponseBody::Text),
        duration_ms: 0.0,
        request_id: request_id.to_owned(),
        environment: EXAMPLE_ENVIRONMENT.to_owned(),
        differences: None,
        masked: None,
        receipt: Vec::new(),
    }
}
