//! Hides copies of secrets in a body that is already masked.

use super::json_spans::{self, JsonNode, JsonSpan};
use crate::{
    gateway::redact::scrub::{Redactions, scrub_bytes},
    model::placeholder::Placeholder,
};
use serde_json::Value;
use std::borrow::Cow;

/// Replaces copies of secrets: in JSON, inside texts, names and numbers, and never in placeholders or in the structure;
/// elsewhere, anywhere.
pub(super) fn scrub_body(redactions: &Redactions, body: &[u8]) -> Vec<u8> {
    let json = std::str::from_utf8(body).ok().and_then(|text| Some((text, json_spans::parse(text)?)));
    let Some((text, root)) = json else { return scrub_bytes(redactions, body).into_owned() };
    let (mut output, mut copied) = (Vec::new(), 0);
    visit_scalars(&root, &mut |range| {
        if let Some(scrubbed) = scrub_scalar(redactions, &text[range.clone()]) {
            output.extend_from_slice(&body[copied..range.start]);
            output.extend_from_slice(&scrubbed);
            copied = range.end;
        }
    });
    output.extend_from_slice(&body[copied..]);
    output
}

/// Returns a string or number without copies of secrets, or `None` if it contains none.
fn scrub_scalar(redactions: &Redactions, raw: &str) -> Option<Vec<u8>> {
    let is_text = raw.starts_with('"');
    let inner = if is_text { raw.get(1..raw.len() - 1)? } else { raw };
    if Placeholder::parse(inner).is_some() {
        return None;
    }
    match scrub_bytes(redactions, inner.as_bytes()) {
        Cow::Borrowed(_) => None,
        Cow::Owned(scrubbed) if is_text => Some([b"\"".as_slice(), &scrubbed, b"\""].concat()),
        // A number that contains a secret becomes a text.
        Cow::Owned(scrubbed) => Some(Value::from(String::from_utf8_lossy(&scrubbed)).to_string().into_bytes()),
    }
}

/// Calls `visit` for the range of every scalar and every name, in their order.
fn visit_scalars(span: &JsonSpan, visit: &mut impl FnMut(std::ops::Range<usize>)) {
    match &span.node {
        JsonNode::Scalar => visit(span.range.clone()),
        JsonNode::Array(items) => items.iter().for_each(|item| visit_scalars(item, visit)),
        JsonNode::Object(fields) => fields.iter().for_each(|(name, value)| {
            visit(name.clone());
            visit_scalars(value, visit);
        }),
    }
}
