//! Compares what a provider sent with what its document promises. It only ever adds to a reply: where it cannot be done, no
//! claim is made.

use super::{
    redact::scrub::{self, Names},
    transport::client::Received,
};
use crate::{
    model::{
        operation::{Method, Operation},
        response::Differences,
    },
    openapi::{Difference, Document, Promise},
};
use reqwest::header::CONTENT_TYPE;

/// Bytes of a body that are compared.
const LARGEST: usize = 1_000_000;
/// Bytes from which on a body is looked through beside what else goes on.
pub(crate) const LARGE: usize = 32_000;
/// Differences that are listed.
const MOST_LISTED: usize = 20;

/// How a reply differs from its document; nothing where the two cannot be compared.
///
/// The reply is compared as it came, since a value that a credential was taken out of has another form. Only names of its
/// fields come out, which the credentials are taken out of here.
pub(crate) async fn compare(
    operation: &Operation,
    promise: &Promise,
    received: &Received,
    names: &Names<'_>,
) -> Option<Differences> {
    let has_none = operation.method == Method::Head || received.status == 304;
    let has_body_to_compare = received.body.len() <= LARGEST && !scrub::is_encoded(&received.headers);
    if !matches!(promise, Promise::NoSuchStatus(_)) && (has_none || !has_body_to_compare) {
        return None;
    }
    let differences = if received.body.len() < LARGE {
        promise.compare(&received.body)
    } else {
        let (promise, body) = (promise.clone(), received.body.clone());
        tokio::task::spawn_blocking(move || promise.compare(&body)).await.ok().flatten()
    };
    differences.map(|found| told(found, names))
}

/// What a document promises about a reply.
pub(crate) fn promise(document: &Document, operation: &Operation, received: &Received) -> Promise {
    let content_type = received.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    document.promise(&operation.name, received.status, content_type)
}

fn told(found: Vec<Difference>, names: &Names) -> Differences {
    let clean = |name: &str| String::from_utf8_lossy(&scrub::scrub(names, name.as_bytes())).into_owned();
    let more = u32::try_from(found.len().saturating_sub(MOST_LISTED)).unwrap_or(u32::MAX);
    let listed = found.into_iter().take(MOST_LISTED).map(|difference| difference.problem("", clean)).collect();
    Differences { listed, more }
}
