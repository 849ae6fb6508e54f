//! Finds the secrets of responses, stores them for a limited time, and replaces them with placeholders.
//!
//! Masking: response → secrets → placeholders → masked response. Resolving: arguments with placeholders → arguments
//! with secrets.

#[cfg(test)]
mod attack_tests;
mod destination;
mod echoes;
mod harmless;
#[cfg(test)]
mod harmless_share_tests;
mod json_spans;
mod json_strings;
mod known_json;
mod known_response;
mod mask_items;
mod mask_response;
mod resolve;
mod rewrite_item;
mod secret_detection;

pub(crate) use secret_detection::is_secret_name;
#[cfg(test)]
mod timing_tests;

pub(crate) use mask_response::{HeadSecrets, MaskContext, MaskedResponse, can_reveal_secrets, reveal_denied_error};
pub(crate) use resolve::{PlaceholderRequest, ResolvedArguments};

use super::{distinctive::is_distinctive, scrub};
use crate::{gateway::transport::response::UpstreamResponse, model::placeholder, openapi::ExpectedResponse, text};
use json_strings::{JsonPath, is_json_like, unescape};
use known_json::Reason;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Text that replaces a secret that is not stored.
const NOT_STORED: &str = "{{not stored}}";
/// Maximum number of stored secrets per response, and maximum size of their labels and values together, in bytes.
const MAX_STORED_SECRETS: usize = 1_000;
const MAX_STORED_BYTES: usize = 100_000;
/// Maximum number of secrets that are also searched for in the rest of the response, and the minimum length of such a
/// secret, in bytes.
const MAX_ECHOED_SECRETS: usize = 32;
const MIN_ECHO_BYTES: usize = 16;
/// Minimum length of such a secret with digits in it, for callers that may not see secrets, in bytes.
const MIN_KNOWN_ECHO_BYTES: usize = 6;
/// Maximum length of a label, in bytes.
const MAX_LABEL_BYTES: usize = 80;

/// Computes the label of a secret. Called only for secrets, because most texts are none.
type LabelFn<'a> = &'a dyn Fn() -> String;

/// Parts of a response that masking shows.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Visibility {
    /// Everything except secrets, for callers that may reveal them.
    #[default]
    AllButSecrets,
    /// Only what is known to be harmless, for callers that may not see secrets.
    OnlyKnown,
}

/// The distinct secrets of one response. For [`Visibility::OnlyKnown`], everything that is not known to be harmless.
#[derive(Default)]
struct ResponseSecrets {
    visibility: Visibility,
    /// Labels by secret.
    labels: HashMap<String, String>,
    /// Secrets to store, by label.
    stored: BTreeMap<String, SecretString>,
    stored_bytes: usize,
    /// Those that are certainly secrets, so that copies of them are hidden as well.
    certain: HashSet<String>,
    /// True if the body was nested too deeply to be searched.
    is_too_deep: bool,
}

impl ResponseSecrets {
    /// Finds all secrets of a response.
    fn find(
        visibility: Visibility,
        expected_response: &ExpectedResponse,
        upstream_response: &UpstreamResponse,
    ) -> Self {
        let mut secrets = Self { visibility, ..Self::default() };
        let mut others = Vec::new();
        let (_, body) = visibility.rewrite(expected_response, upstream_response, &mut |label, secret, reason| {
            if reason == Reason::Secret {
                secrets.add(label, secret);
                secrets.certain.insert(secret.to_owned());
            } else {
                others.push((label(), secret.to_owned()));
            }
            NOT_STORED.to_owned()
        });
        // Secrets are stored before everything else that is hidden, because only they are needed in later calls.
        for (label, text) in others {
            secrets.add(&|| label.clone(), &text);
        }
        Self { is_too_deep: body.is_none(), ..secrets }
    }

    fn add(&mut self, label: LabelFn, secret: &str) {
        if self.labels.contains_key(secret) {
            return;
        }
        let label = label();
        let is_plain = label.chars().all(|c| c.is_alphanumeric() || "._- ".contains(c)) && !label.trim().is_empty();
        let is_new = !self.stored.contains_key(&label) && label.len() <= MAX_LABEL_BYTES;
        let label = if is_plain && is_new { label } else { format!("#{}", self.labels.len() + 1) };
        self.stored_bytes += label.len() + secret.len();
        if self.stored.len() < MAX_STORED_SECRETS && self.stored_bytes <= MAX_STORED_BYTES {
            self.stored.insert(label.clone(), secret.into());
        }
        self.labels.insert(secret.to_owned(), label);
    }

    /// Returns the headers and body with every secret replaced.
    fn mask(
        &self,
        expected_response: &ExpectedResponse,
        upstream_response: &UpstreamResponse,
        placeholder_for: impl Fn(&str) -> String,
    ) -> (HeaderMap, Vec<u8>) {
        let replacement_for = |secret: &str| match self.labels.get(secret) {
            Some(label) if self.stored.contains_key(label) => placeholder_for(label),
            _ => NOT_STORED.to_owned(),
        };
        let rewrite = &mut |_: LabelFn, secret: &str, _| replacement_for(secret);
        let (headers, body) = self.visibility.rewrite(expected_response, upstream_response, rewrite);
        let body = body.unwrap_or_else(|| text!("withheld-too-deep-body").into());
        let can_reveal = self.visibility == Visibility::AllButSecrets;
        let is_copy = |text: &str| is_distinctive(text, can_reveal) && !expected_response.is_documented_value(text);
        let copies = CopyRules { is_copy: &is_copy, replacement_for: &replacement_for };
        let scrubbers = self.copy_scrubbers(copies);
        let redactions = to_redactions(&scrubbers);
        let body = self.scrub_copies(&redactions, copies, &body);
        (scrub::scrub_headers(&headers, &redactions), body)
    }

    /// Returns scrubbers that find copies of the secrets, each with its replacement.
    fn copy_scrubbers(&self, copies: CopyRules) -> Vec<(scrub::Scrubber, String)> {
        let is_searched = |secret: &&String| self.is_searched_for(secret) && (copies.is_copy)(secret);
        let mut echoes: Vec<&String> = self.certain.iter().filter(is_searched).collect();
        echoes.sort_unstable();
        echoes.truncate(MAX_ECHOED_SECRETS);
        echoes
            .iter()
            .map(|secret| (scrub::Scrubber::with_encodings(secret), (copies.replacement_for)(secret)))
            .collect()
    }

    /// Returns a masked body, or a text of an item, without copies of the secrets.
    fn scrub_copies(&self, redactions: &scrub::Redactions, copies: CopyRules, body: &[u8]) -> Vec<u8> {
        match self.visibility {
            Visibility::AllButSecrets => scrub::scrub_bytes(redactions, body).into_owned(),
            Visibility::OnlyKnown => {
                let is_echo = |text: &str| self.certain.contains(text) && (copies.is_copy)(text);
                let find_copy = |text: &str| is_echo(text).then(|| (copies.replacement_for)(text));
                echoes::scrub_body(redactions, &find_copy, body)
            }
        }
    }

    /// Returns true if copies of a secret are searched for in longer texts. Short texts would match too often.
    fn is_searched_for(&self, secret: &str) -> bool {
        let has_digit = secret.contains(|c: char| c.is_ascii_digit());
        let is_known = self.visibility == Visibility::OnlyKnown && has_digit && secret.len() >= MIN_KNOWN_ECHO_BYTES;
        is_known || secret.len() >= MIN_ECHO_BYTES
    }
}

fn to_redactions(scrubbers: &[(scrub::Scrubber, String)]) -> Vec<scrub::Redaction<'_>> {
    scrubbers.iter().map(|(scrubber, replacement)| scrub::Redaction { scrubber, replacement }).collect()
}

/// Decides which equals of a secret are copies of it, and what replaces them.
#[derive(Clone, Copy)]
struct CopyRules<'a> {
    is_copy: &'a dyn Fn(&str) -> bool,
    replacement_for: &'a dyn Fn(&str) -> String,
}

impl Visibility {
    /// Returns the headers and body, in which everything that is not shown is replaced. The body is `None` if it is
    /// nested too deeply.
    fn rewrite(
        self,
        expected_response: &ExpectedResponse,
        upstream_response: &UpstreamResponse,
        replace: &mut known_json::Replace,
    ) -> (HeaderMap, Option<Vec<u8>>) {
        match self {
            Self::AllButSecrets => rewrite_secrets(expected_response, upstream_response, &mut |label, secret| {
                replace(label, secret, Reason::Secret)
            }),
            Self::OnlyKnown => {
                let (headers, body) = known_response::rewrite_known(expected_response, upstream_response, replace);
                (headers, Some(body))
            }
        }
    }
}

/// Returns the headers and body with every secret replaced by the result of `replace`, which receives the secret's
/// label and value. The body is `None` if it is nested too deeply.
fn rewrite_secrets(
    expected_response: &ExpectedResponse,
    upstream_response: &UpstreamResponse,
    replace: &mut impl FnMut(LabelFn, &str) -> String,
) -> (HeaderMap, Option<Vec<u8>>) {
    let rewrite_header = |(name, value): (&HeaderName, &HeaderValue)| {
        let Ok(text) = value.to_str() else { return (name.clone(), value.clone()) };
        let label = || format!("header {name}");
        let rewritten = if secret_detection::is_secret_name(name.as_str()) {
            rewrite_whole(text, &label, replace)
        } else {
            rewrite_embedded(text, &label, replace)
        };
        // Placeholders are not ASCII, so the value is built from bytes.
        let rewritten = rewritten.and_then(|rewritten| HeaderValue::from_bytes(rewritten.as_bytes()).ok());
        (name.clone(), rewritten.unwrap_or_else(|| value.clone()))
    };
    let headers = upstream_response.headers.iter().map(rewrite_header).collect();
    let Ok(text) = std::str::from_utf8(&upstream_response.body) else {
        return (headers, Some(upstream_response.body.clone()));
    };
    (headers, rewrite_secrets_in_text(expected_response, text, replace).map(String::into_bytes))
}

/// Returns a body or an item of a stream with every secret replaced, or `None` if it is nested too deeply.
fn rewrite_secrets_in_text(
    expected_response: &ExpectedResponse,
    text: &str,
    replace: &mut impl FnMut(LabelFn, &str) -> String,
) -> Option<String> {
    if !is_json_like(text) {
        return Some(rewrite_embedded(text, &String::new, replace).unwrap_or_else(|| text.to_owned()));
    }
    let (mut rewritten, mut copied) = (String::new(), 0);
    json_strings::visit_string_values(text, |path: &JsonPath, range| {
        let name = path.field_name();
        let secret = unescape(&text[range.clone()]);
        let is_secret = secret_detection::is_secret_name(name) || expected_response.is_secret_field(name);
        let label = || path.label();
        let replaced = if is_secret {
            rewrite_whole(&secret, &label, replace)
        } else {
            rewrite_embedded(&secret, &label, replace)
        };
        if let Some(replaced) = replaced {
            rewritten.push_str(&text[copied..range.start]);
            rewritten.push_str(&serde_json::Value::from(replaced).to_string());
            copied = range.end;
        }
    })?;
    rewritten.push_str(&text[copied..]);
    Some(rewritten)
}

/// Replaces a text that is a secret as a whole. Returns `None` if it is empty or already redacted.
fn rewrite_whole(text: &str, label: LabelFn, replace: &mut impl FnMut(LabelFn, &str) -> String) -> Option<String> {
    let is_redacted =
        text == scrub::CREDENTIAL_REMOVED || text == NOT_STORED || placeholder::Placeholder::parse(text).is_some();
    (!text.is_empty() && !is_redacted).then(|| replace(label, text))
}

/// Replaces the secrets inside a text. Returns `None` if it contains none.
fn rewrite_embedded(text: &str, label: LabelFn, replace: &mut impl FnMut(LabelFn, &str) -> String) -> Option<String> {
    let mut rewritten = String::new();
    let mut copied = 0;
    for range in secret_detection::find_secrets(text) {
        if let Some(replaced) = rewrite_whole(&text[range.clone()], label, replace) {
            rewritten.push_str(&text[copied..range.start]);
            rewritten.push_str(&replaced);
            copied = range.end;
        }
    }
    (copied > 0).then(|| rewritten + &text[copied..])
}
