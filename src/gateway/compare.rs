//! Compares responses with their documentation. A comparison only adds information to a response. If it is not
//! possible, no differences are reported.

use super::{
    headers::content_type,
    redact::{
        BLOCKING_THRESHOLD_BYTES,
        scrub::{self, Redactions},
        stream_item::StreamItem,
    },
    transport::response::UpstreamResponse,
};
use crate::{
    model::{
        operation::{Method, Operation},
        problem::Problem,
        response::Differences,
    },
    openapi::{Difference, Document, ExpectedItems, ExpectedResponse},
    texts,
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
        texts::spawn_blocking(move || expected_response.compare(&body)).await.ok().flatten()
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

/// Returns what the document expects of the items of a stream with this status and content type.
pub(crate) fn find_expected_items(
    document: &Document,
    operation: &Operation,
    upstream_response: &UpstreamResponse,
) -> ExpectedItems {
    let content_type = content_type(&upstream_response.headers);
    document.expected_items(&operation.name, upstream_response.status, content_type)
}

/// Compares the items of a stream with their documentation.
pub(crate) struct ItemComparison<'a> {
    expected: &'a ExpectedItems,
    redactions: &'a Redactions<'a>,
    /// `None` until an item could be compared.
    differences: Option<Differences>,
    compared_bytes: usize,
}

impl<'a> ItemComparison<'a> {
    pub(crate) fn new(expected: &'a ExpectedItems, redactions: &'a Redactions<'a>) -> Self {
        Self { expected, redactions, differences: None, compared_bytes: 0 }
    }

    /// Returns the differences of an item with an index. Expects the item before masking.
    pub(crate) fn compare(&mut self, item: &StreamItem, index: u32) -> Differences {
        self.compared_bytes += item.size();
        let mut found = Vec::new();
        if self.compared_bytes > MAX_COMPARED_BYTES || item.is_end_marker() {
            return Differences::default();
        }
        match item {
            StreamItem::Json(text) => found.push((format!("/{index}"), self.expected.item.compare(text.as_bytes()))),
            StreamItem::Event(event) => {
                let object = event.to_json().to_string();
                found.push((format!("/{index}"), self.expected.item.compare(object.as_bytes())));
                let expected_data = self.expected.data(event.field("event"));
                let data = event.data.as_deref().unwrap_or_default();
                found.push((format!("/{index}/data"), expected_data.compare(data.as_bytes())));
            }
        }
        let mut problems = Vec::new();
        for (place, differences) in found.into_iter().filter_map(|(place, found)| Some((place, found?))) {
            self.differences.get_or_insert_default();
            problems.extend(to_problems(differences, &place, self.redactions));
        }
        Differences { problems, omitted_count: 0 }
    }

    /// Adds the differences of an item to those of the stream.
    pub(crate) fn add(&mut self, item_differences: Differences) {
        let Some(differences) = &mut self.differences else { return };
        for problem in item_differences.problems {
            if differences.problems.len() < MAX_LISTED_DIFFERENCES {
                differences.problems.push(problem);
            } else {
                differences.omitted_count = differences.omitted_count.saturating_add(1);
            }
        }
    }

    /// Returns the differences of all items, or `None` if none could be compared.
    pub(crate) fn finish(self) -> Option<Differences> {
        self.differences
    }
}

fn to_problems(differences: Vec<Difference>, place: &str, redactions: &Redactions) -> Vec<Problem> {
    let redact = |name: &str| String::from_utf8_lossy(&scrub::scrub_bytes(redactions, name.as_bytes())).into_owned();
    differences.into_iter().map(|difference| difference.into_problem(place, redact)).collect()
}

fn list_differences(differences: Vec<Difference>, redactions: &Redactions) -> Differences {
    let omitted_count = u32::try_from(differences.len().saturating_sub(MAX_LISTED_DIFFERENCES)).unwrap_or(u32::MAX);
    let listed = differences.into_iter().take(MAX_LISTED_DIFFERENCES).collect();
    Differences { problems: to_problems(listed, "", redactions), omitted_count }
}
