//! Masks everything in a JSON text that is not known to be harmless.
//!
//! A text is shown if the document describes it and does not call it a secret, or if its form is harmless. Numbers and
//! booleans are shown. A secret name makes everything below it secret, except what the document describes as metadata.

use super::{
    LabelFn,
    harmless::{decode_base64_text, is_harmless_text, is_plain_name, names_a_secret},
    json_spans::{self, JsonNode, JsonSpan},
    json_strings::unescape,
    rewrite_embedded, rewrite_whole,
    secret_detection::{find_secrets, is_metadata_name, is_secret_name, is_session_name},
};
use crate::openapi::{ExpectedResponse, ValueDescription};
use serde_json::Value;
use std::ops::Range;

/// Maximum number of JSON texts inside strings inside each other.
const MAX_EMBEDDED_TEXTS: usize = 4;
/// Names of the fields that hold the name of a pair, in lowercase.
const PAIR_NAMES: [&str; 21] = [
    "attribute",
    "claim",
    "columns",
    "field",
    "fields",
    "header",
    "headers",
    "id",
    "k",
    "key",
    "kind",
    "label",
    "name",
    "names",
    "param",
    "parameter",
    "path",
    "property",
    "setting",
    "type",
    "variable",
];
/// Depth to which the description of a table is searched for the name of a secret.
const MAX_HEAD_DEPTH: usize = 3;
/// Names of the fields that hold the value of a pair, in lowercase.
const PAIR_VALUES: [&str; 9] = ["content", "current", "data", "default", "rows", "text", "v", "value", "values"];

/// The reason why a value is hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its name, its format or the document says that it is a secret.
    Secret,
    /// Nothing says that it is harmless.
    Unknown,
}

/// Receives the label and the text of a hidden value, and returns its replacement.
pub(super) type Replace<'r> = dyn FnMut(LabelFn, &str, Reason) -> String + 'r;

/// The place of a value in the body.
struct Place<'a> {
    description: ValueDescription<'a>,
    /// True if a name says that the value is a secret.
    is_secret: bool,
}

/// Masks one JSON text.
pub(super) struct KnownJson<'a, 'r> {
    expected_response: &'a ExpectedResponse,
    replace: &'a mut Replace<'r>,
    /// The field names and array indices that lead to the current value.
    path: Vec<String>,
    /// Number of JSON texts around the current one.
    depth: usize,
}

impl<'a, 'r> KnownJson<'a, 'r> {
    pub(super) fn new(expected_response: &'a ExpectedResponse, replace: &'a mut Replace<'r>) -> Self {
        Self { expected_response, replace, path: Vec::new(), depth: 0 }
    }

    /// Labels what is hidden with the name of the place.
    pub(super) fn at(mut self, name: String) -> Self {
        self.path.push(name);
        self
    }

    /// Returns the masked body, or `None` if the text is not JSON.
    pub(super) fn mask_body(&mut self, text: &str) -> Option<String> {
        let expected_response = self.expected_response;
        let description = expected_response.describe_body();
        let is_secret = description.is_secret();
        self.mask_json(text, &Place { description, is_secret })
    }

    /// Returns the masked form of a text that is shown, or `None` if nothing in it is a secret.
    pub(super) fn mask_text(&mut self, text: &str) -> Option<String> {
        if let Some(masked) = self.mask_embedded_json(text) {
            return (masked != text).then_some(masked);
        }
        let rewritten = rewrite_embedded(text, &|| join_label(&self.path), &mut |label, secret| {
            (self.replace)(label, secret, Reason::Secret)
        });
        let shown = rewritten.as_deref().unwrap_or(text);
        if names_a_secret(shown) || is_broken_json(text) || self.contains_encoded_secret(shown) {
            return self.hide(text, Reason::Secret);
        }
        rewritten
    }

    /// Returns true if a text is the Base64 encoding of a text that contains a secret.
    fn contains_encoded_secret(&mut self, text: &str) -> bool {
        let Some(decoded) = decode_base64_text(text) else { return false };
        if names_a_secret(&decoded) || !find_secrets(&decoded).is_empty() {
            return true;
        }
        let mut contains_secret = false;
        let mut find = |_: LabelFn, _: &str, reason| {
            contains_secret |= reason == Reason::Secret;
            String::new()
        };
        let expected_response = self.expected_response;
        let mut inner = KnownJson { expected_response, replace: &mut find, path: Vec::new(), depth: self.depth };
        let is_json = inner.mask_embedded_json(&decoded).is_some();
        contains_secret || !is_json && is_broken_json(&decoded)
    }

    /// Returns the masked form of a text that is itself JSON, or `None` for other texts.
    fn mask_embedded_json(&mut self, text: &str) -> Option<String> {
        if !text.trim_start().starts_with(['{', '[', '"']) {
            return None;
        }
        if self.depth >= MAX_EMBEDDED_TEXTS {
            return self.hide(text, Reason::Unknown);
        }
        self.depth += 1;
        let place = Place { description: ValueDescription::default(), is_secret: false };
        let masked = self.mask_json(text, &place);
        self.depth -= 1;
        masked
    }

    fn mask_json(&mut self, text: &str, place: &Place) -> Option<String> {
        let root = json_spans::parse(text)?;
        let mut output = Output { text, masked: String::new(), copied: 0 };
        self.visit(&root, place, &mut output);
        Some(output.finish())
    }

    fn visit(&mut self, span: &JsonSpan, place: &Place, output: &mut Output) {
        match &span.node {
            JsonNode::Scalar => {
                if let Some(masked) = self.mask_scalar(&output.text[span.range.clone()], place) {
                    output.replace(&span.range, &masked);
                }
            }
            JsonNode::Array(items) => {
                let is_secret_item = |item| is_secret_text(output.text, item, &place.description);
                let has_head = items.first().is_some_and(|first| {
                    matches!(first.node, JsonNode::Array(_)) && names_secret_within(output.text, first, MAX_HEAD_DEPTH)
                });
                let names_secret = has_head || items.iter().any(is_secret_item);
                for (index, item) in items.iter().enumerate() {
                    let description = place.description.item(index);
                    let is_secret =
                        place.is_secret || description.is_secret() || names_secret && !description.describes_text();
                    self.path.push(index.to_string());
                    self.visit(item, &Place { description, is_secret }, output);
                    self.path.pop();
                }
            }
            JsonNode::Object(fields) => {
                let is_secret_pair =
                    fields.iter().any(|(name, value)| is_name_of_pair(output.text, name, value, place));
                for (index, (range, value)) in fields.iter().enumerate() {
                    let name = unescape(&output.text[range.clone()]).into_owned();
                    let description = place.description.field(&name);
                    let is_named = description.is_named_field();
                    let is_shown = is_named || is_plain_name(&name) && (!place.is_secret || is_metadata_name(&name));
                    // Labels are shown, so that they must not contain a hidden name.
                    self.path.push(if is_shown { name.clone() } else { index.to_string() });
                    let reason = if place.is_secret { Reason::Secret } else { Reason::Unknown };
                    if let Some(masked) = (!is_shown).then(|| self.hide(&name, reason)).flatten() {
                        output.replace(range, &Value::from(masked).to_string());
                    }
                    let raw = &output.text[value.range.clone()];
                    let child_place = self.child_place(&name, raw, (place, is_secret_pair), description);
                    self.visit(value, &child_place, output);
                    self.path.pop();
                }
            }
        }
    }

    /// Returns the place of a field with the JSON text `raw`. `is_secret_pair` is true if another field says that its
    /// object holds a secret.
    fn child_place<'p>(
        &self,
        name: &str,
        raw: &str,
        (parent, is_secret_pair): (&Place, bool),
        description: ValueDescription<'p>,
    ) -> Place<'p> {
        let is_named = description.is_named_field();
        let is_documented_flag = matches!(raw, "true" | "false") && is_named && description.has_type("boolean");
        // Numbers of tokens, as language models count them.
        let is_documented_count = name.ends_with("tokens")
            && raw.bytes().all(|byte| byte.is_ascii_digit())
            && is_named
            && description.has_type("integer");
        let is_secret_by_name = is_secret_name(name)
            || self.expected_response.is_secret_field(name)
            || !is_named && (is_session_name(name) || !is_plain_name(name));
        let is_below_secret = parent.is_secret && !(is_named && is_metadata_name(name));
        let is_value_of_pair = is_secret_pair && (!is_named || PAIR_VALUES.contains(&name.to_lowercase().as_str()));
        let is_secret = (is_secret_by_name || is_below_secret) && !is_documented_flag && !is_documented_count;
        let is_called_secret = description.is_secret();
        Place { description, is_secret: is_secret || is_value_of_pair || is_called_secret }
    }

    /// Returns the replacement of a string, number or boolean, or `None` if it is shown.
    fn mask_scalar(&mut self, raw: &str, place: &Place) -> Option<String> {
        if raw == "null" {
            return None;
        }
        let masked = if raw.starts_with('"') {
            let text = unescape(raw).into_owned();
            if place.description.has_choice(&text) {
                return None;
            }
            if place.is_secret {
                self.hide_secret(&text, place)
            } else if place.description.describes_text() {
                self.mask_text(&text)
            } else if is_harmless_text(&text) {
                None
            } else {
                match self.mask_embedded_json(&text) {
                    Some(masked) => (masked != text).then_some(masked),
                    None if find_secrets(&text).is_empty() => self.hide(&text, Reason::Unknown),
                    None => self.hide(&text, Reason::Secret),
                }
            }
        } else if place.is_secret {
            self.hide_secret(raw, place)
        } else {
            None
        };
        masked.map(|masked| Value::from(masked).to_string())
    }

    /// Hides a secret. Its label is a number unless its own name says that it is one: callers may send it to a field of
    /// the same name, and a field such as `value` could be shown later.
    fn hide_secret(&mut self, text: &str, place: &Place) -> Option<String> {
        let is_index = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        let name = self.path.iter().rfind(|name| !is_index(name)).map(String::as_str).unwrap_or_default();
        let is_named = is_secret_name(name) || is_session_name(name) || self.expected_response.is_secret_field(name);
        if is_named || place.description.is_secret() {
            return self.hide(text, Reason::Secret);
        }
        rewrite_whole(text, &|| "#".to_owned(), &mut |label, secret| (self.replace)(label, secret, Reason::Secret))
    }

    fn hide(&mut self, text: &str, reason: Reason) -> Option<String> {
        rewrite_whole(text, &|| join_label(&self.path), &mut |label, secret| (self.replace)(label, secret, reason))
    }
}

/// The masked text, up to the current value.
struct Output<'a> {
    text: &'a str,
    masked: String,
    copied: usize,
}

impl Output<'_> {
    fn replace(&mut self, range: &Range<usize>, replacement: &str) {
        self.masked.push_str(&self.text[self.copied..range.start]);
        self.masked.push_str(replacement);
        self.copied = range.end;
    }

    fn finish(mut self) -> String {
        self.masked.push_str(&self.text[self.copied..]);
        self.masked
    }
}

/// Returns true if a field says that the other fields of its object are a secret: `{"key": "password", …}`.
fn is_name_of_pair(text: &str, name: &Range<usize>, value: &JsonSpan, place: &Place) -> bool {
    let name = unescape(&text[name.clone()]);
    // The path of a file says nothing about other fields, but a JSON Pointer (RFC 6902) does.
    let is_file = name == "path" && !text[value.range.clone()].starts_with("\"/");
    PAIR_NAMES.contains(&name.to_lowercase().as_str())
        && !is_file
        && match &value.node {
            JsonNode::Scalar => is_secret_text(text, value, &place.description.field(&name)),
            _ if place.description.field(&name).is_named_field() => names_secret_within(text, value, 1),
            _ => names_secret_within(text, value, MAX_HEAD_DEPTH),
        }
}

/// Returns true if a value contains a text that names a secret, at most `depth` lists and objects deep.
fn names_secret_within(text: &str, value: &JsonSpan, depth: usize) -> bool {
    match &value.node {
        JsonNode::Scalar => is_secret_text(text, value, &ValueDescription::default()),
        _ if depth == 0 => false,
        JsonNode::Array(items) => items.iter().any(|item| names_secret_within(text, item, depth - 1)),
        JsonNode::Object(fields) => fields.iter().any(|(_, value)| names_secret_within(text, value, depth - 1)),
    }
}

/// Returns true if a value is a text that names a secret, and not one of the values that the document lists.
fn is_secret_text(text: &str, value: &JsonSpan, description: &ValueDescription) -> bool {
    let raw = &text[value.range.clone()];
    if !raw.starts_with('"') {
        return false;
    }
    let name = unescape(raw);
    (is_secret_name(&name) || is_session_name(&name)) && !description.has_choice(&name)
}

/// Returns true if a text that is not JSON starts like JSON with texts in it, whose names may be escaped.
fn is_broken_json(text: &str) -> bool {
    let mut start = text.chars().filter(|c| !c.is_whitespace());
    let (first, second) = (start.next(), start.next());
    matches!((first, second), (Some('{'), Some('"')) | (Some('['), Some('{' | '"')))
}

fn join_label(path: &[String]) -> String {
    path.join(".")
}
