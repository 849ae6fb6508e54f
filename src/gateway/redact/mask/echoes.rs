//! Hides copies of secrets in a body that is already masked.

use super::{
    json_spans::{self, JsonNode, JsonSpan},
    json_strings::unescape,
};
use crate::{
    gateway::redact::scrub::{Redactions, scrub_bytes},
    model::placeholder::Placeholder,
};
use serde_json::Value;
use std::borrow::Cow;

/// Minimum length of a word in a text that is compared with secrets, in bytes. Shorter ones are often other words.
const MIN_COPIED_WORD_BYTES: usize = 8;

/// Returns the replacement of a text, if it is the copy of a secret. There can be any number of secrets.
pub(super) type FindCopy<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Replaces copies of secrets. In JSON, it replaces them in texts, names and numbers, but not in placeholders or in the
/// structure. In other bodies, it replaces them anywhere.
pub(super) fn scrub_body(redactions: &Redactions, find_copy: &FindCopy, body: &[u8]) -> Vec<u8> {
    let json = std::str::from_utf8(body).ok().and_then(|text| Some((text, json_spans::parse(text)?)));
    let Some((text, root)) = json else {
        let copies_replaced = replace_copies(find_copy, &String::from_utf8_lossy(body)).map(String::into_bytes);
        return scrub_bytes(redactions, copies_replaced.as_deref().unwrap_or(body)).into_owned();
    };
    let (mut output, mut copied) = (Vec::new(), 0);
    visit_scalars(&root, &mut |range| {
        if let Some(scrubbed) = scrub_scalar(redactions, find_copy, &text[range.clone()]) {
            output.extend_from_slice(&body[copied..range.start]);
            output.extend_from_slice(&scrubbed);
            copied = range.end;
        }
    });
    output.extend_from_slice(&body[copied..]);
    output
}

/// Returns a string or number without copies of secrets, or `None` if it contains none.
fn scrub_scalar(redactions: &Redactions, find_copy: &FindCopy, raw: &str) -> Option<Vec<u8>> {
    let is_text = raw.starts_with('"');
    let inner = if is_text { raw.get(1..raw.len() - 1)? } else { raw };
    if Placeholder::parse(inner).is_some() {
        return None;
    }
    let unescaped = if is_text { unescape(raw) } else { raw.into() };
    if let Some(replaced) = replace_copies(find_copy, &unescaped) {
        let replaced = Value::from(replaced).to_string();
        return Some(scrub_bytes(redactions, replaced.as_bytes()).into_owned());
    }
    match scrub_bytes(redactions, inner.as_bytes()) {
        Cow::Borrowed(_) => None,
        Cow::Owned(scrubbed) if is_text => Some([b"\"".as_slice(), &scrubbed, b"\""].concat()),
        // A number that contains a secret becomes a text.
        Cow::Owned(scrubbed) => Some(Value::from(String::from_utf8_lossy(&scrubbed)).to_string().into_bytes()),
    }
}

/// Returns a text without copies of secrets: as a whole, and as words. Returns `None` if it contains none.
fn replace_copies(find_copy: &FindCopy, text: &str) -> Option<String> {
    if let Some(replacement) = find_copy(text) {
        return Some(replacement);
    }
    let is_separator = |c: char| c.is_whitespace() || "\"'`<>()[]{},;&?#=|".contains(c);
    let (mut output, mut copied) = (String::new(), 0);
    for word in text.split(is_separator) {
        let word = word.trim_end_matches(['.', '!', ':']);
        if let Some(replacement) = find_copy(word).filter(|_| word.len() >= MIN_COPIED_WORD_BYTES) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            output.push_str(&text[copied..start]);
            output.push_str(&replacement);
            copied = start + word.len();
        }
    }
    (copied > 0).then(|| output + &text[copied..])
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
