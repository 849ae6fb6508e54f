//! Compares responses with their documentation. A comparison only adds information to a response. If it is not
//! possible, no differences are reported.

use super::{
    headers::content_type,
    redact::{
        BLOCKING_THRESHOLD_BYTES,
        scrub::{self, Redactions},
    },
    transport::response::UpstreamResponse,
};
use crate::{
    model::{
        operation::{Method, Operation},
        response::Differences,
    },
    openapi::{Difference, Document, ExpectedResponse},
};

/// Maximum size of a body that is compared, in bytes.
const MAX_COMPARED_BYTES: usize = 1_000_000;
/// Maximum number of differences that are listed.
const MAX_LISTED_DIFFERENCES: usize = 20;

/// Returns the differences between a response and its documentation, or `None` if they cannot be compared.
///
/// Expects the response before redaction, because a redacted value may no longer match its schema. The result contains
/// only field names of the response, with `redactions` applied.
pub(crate) async fn find_differences(
    operation: &Operation,
    expected_response: &ExpectedResponse,
    upstream_response: &UpstreamResponse,
    redactions: &Redactions<'_>,
) -> Option<Differences> {
    let has_no_body = operation.method == Method::Head || upstream_response.status == 304;
    let has_body_to_compare =
        upstream_response.body.len() <= MAX_COMPARED_BYTES && !scrub::is_encoded(&upstream_response.headers);
    if !matches!(expected_response, ExpectedResponse::UndocumentedStatus(_)) && (has_no_body || !has_body_to_compare) {
        return None;
    }
    let differences = if upstream_response.body.len() < BLOCKING_THRESHOLD_BYTES {
        expected_response.compare(&upstream_response.body)
    } else {
        let (expected_response, body) = (expected_response.clone(), upstream_response.body.clone());
        tokio::task::spawn_blocking(move || expected_response.compare(&body)).await.ok().flatten()
    };
    differences.map(|differences| list_differences(differences, redactions))
}

/// Returns what the document expects of a response with this status and content type.
pub(crate) fn find_expected_response(
    document: &Document,
    operation: &Operation,
    upstream_response: &UpstreamResponse,
) -> ExpectedResponse {
    let content_type = content_type(&upstream_response.headers);
    document.expected_response(&operation.name, upstream_response.status, content_type)
}

fn list_differences(differences: Vec<Difference>, redactions: &Redactions) -> Differences {
    let redact = |name: &str| String::from_utf8_lossy(&scrub::scrub_bytes(redactions, name.as_bytes())).into_owned();
    let omitted_count = u32::try_from(differences.len().saturating_sub(MAX_LISTED_DIFFERENCES)).unwrap_or(u32::MAX);
    let listed = differences
        .into_iter()
        .take(MAX_LISTED_DIFFERENCES)
        .map(|difference| difference.into_problem("", redact))
        .collect();
    Differences { problems: listed, omitted_count }
}
