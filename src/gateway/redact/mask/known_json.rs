//! Masks everything in a JSON text that is not known to be harmless.
//!
//! A text is shown if the document describes it and does not call it a secret, or if its form is harmless. Numbers and
//! booleans are shown. A secret name makes everything below it secret, except what the document describes as metadata.

use super::{
    LabelFn,
    harmless::{is_harmless_text, is_plain_name, names_a_secret},
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
/// Names of the fields that hold the name and the value of a pair, in lowercase.
const PAIR_NAMES: [&str; 15] = [
    "attribute",
    "columns",
    "field",
    "fields",
    "header",
    "headers",
    "id",
    "k",
    "key",
    "label",
    "name",
    "names",
    "parameter",
    "property",
    "type",
];
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
        self.mask_json(text, &Place { description: expected_response.describe_body(), is_secret: false })
    }

    /// Returns the masked form of a text that is shown, or `None` if nothing in it is a secret.
    pub(super) fn mask_text(&mut self, text: &str) -> Option<String> {
        if let Some(masked) = self.mask_embedded_json(text) {
            return (masked != text).then_some(masked);
        }
        let label = join_label(&self.path);
        let rewritten = rewrite_embedded(text, &|| label.clone(), &mut |label, secret| {
            (self.replace)(label, secret, Reason::Secret)
        });
        if names_a_secret(rewritten.as_deref().unwrap_or(text)) {
            return self.hide(text, Reason::Secret);
        }
        rewritten
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
                let names_secret = items.iter().any(|item| is_secret_text(output.text, item, &place.description));
                for (index, item) in items.iter().enumerate() {
                    let description = place.description.item(index);
                    let is_secret = place.is_secret || names_secret && !description.describes_text();
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
                    let is_named = place.description.names_field(&name);
                    let is_shown = is_named || is_plain_name(&name) && (!place.is_secret || is_metadata_name(&name));
                    // Labels are shown, so that they must not contain a hidden name.
                    self.path.push(if is_shown { name.clone() } else { index.to_string() });
                    let reason = if place.is_secret { Reason::Secret } else { Reason::Unknown };
                    if let Some(masked) = (!is_shown).then(|| self.hide(&name, reason)).flatten() {
                        output.replace(range, &Value::from(masked).to_string());
                    }
                    self.visit(value, &self.child_place(&name, place, is_secret_pair), output);
                    self.path.pop();
                }
            }
        }
    }

    /// Returns the place of a field. `is_secret_pair` is true if another field says that its object holds a secret.
    fn child_place<'p>(&self, name: &str, parent: &Place<'p>, is_secret_pair: bool) -> Place<'p> {
        let is_named = parent.description.names_field(name);
        let description = parent.description.field(name);
        let is_documented_flag = is_named && description.has_type("boolean") && !description.has_type("string");
        // Numbers of tokens, as language models count them.
        let is_documented_count =
            is_named && name.ends_with("tokens") && description.has_type("integer") && !description.has_type("string");
        let is_secret_by_name = is_secret_name(name)
            || self.expected_response.is_secret_field(name)
            || !is_named && (is_session_name(name) || !is_plain_name(name));
        let is_below_secret = parent.is_secret && !(is_named && is_metadata_name(name));
        let is_value_of_pair = is_secret_pair && (!is_named || PAIR_VALUES.contains(&name.to_lowercase().as_str()));
        let is_secret = (is_secret_by_name || is_below_secret) && !is_documented_flag && !is_documented_count;
        Place { description, is_secret: is_secret || is_value_of_pair }
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
                self.hide(&text, Reason::Secret)
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
            self.hide(raw, Reason::Secret)
        } else {
            None
        };
        masked.map(|masked| Value::from(masked).to_string())
    }

    fn hide(&mut self, text: &str, reason: Reason) -> Option<String> {
        let label = join_label(&self.path);
        rewrite_whole(text, &|| label.clone(), &mut |label, secret| (self.replace)(label, secret, reason))
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
    PAIR_NAMES.contains(&name.to_lowercase().as_str())
        && match &value.node {
            JsonNode::Array(items) => items.iter().any(|item| is_secret_text(text, item, &ValueDescription::default())),
            _ => is_secret_text(text, value, &place.description.field(&name)),
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

fn join_label(path: &[String]) -> String {
    path.join(".")
}
