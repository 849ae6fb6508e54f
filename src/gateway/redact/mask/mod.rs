//! Secrets of replies: found, kept for a while, and named by handles in their place.
//!
//! reply → secrets → handles → masked reply; and back: arguments with handles → the secrets that they name.

mod names;
mod resolve;
mod reveal;
mod strings;

pub(crate) use resolve::Resolved;
pub(crate) use reveal::{Masking, denied, may_see};

use super::scrub;
use crate::gateway::transport::client::Received;
use crate::{model::placeholder, openapi::Promise};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::collections::{BTreeMap, HashMap};
use strings::{Path, content, is_json};

/// What stands for a secret that nobody keeps.
const NOT_KEPT: &str = "{{not kept}}";
/// What stands for a body that cannot be searched.
const TOO_DEEP: &str = "The body's values stand too deep in each other to be searched for secrets, so it is not shown.";
/// Secrets of a reply that are kept, and all their bytes.
const MOST_KEPT: usize = 1_000;
const MOST_BYTES: usize = 100_000;
/// Secrets of a reply that are looked for everywhere else in it, and the shortest that say something there.
const MOST_ECHOED: usize = 32;
const SHORTEST_ECHO: usize = 16;
/// Characters of a label.
const LONGEST_LABEL: usize = 80;

/// Where a secret stands, in words; most texts are none, so that it is not asked for.
type Label<'a> = &'a dyn Fn() -> String;

/// The secrets of one reply, each once.
#[derive(Default)]
struct Secrets {
    /// Labels by secrets.
    labels: HashMap<String, String>,
    /// Secrets by labels, as they are kept.
    kept: BTreeMap<String, String>,
    bytes: usize,
    /// Whether the body could not be searched for more.
    is_too_deep: bool,
}

impl Secrets {
    /// All that a reply holds.
    fn find(promise: &Promise, received: &Received) -> Self {
        let mut secrets = Self::default();
        let (_, body) = rewrite(promise, received, &mut |label, secret| {
            secrets.add(label, secret);
            String::new()
        });
        Self { is_too_deep: body.is_none(), ..secrets }
    }

    fn add(&mut self, label: Label, secret: &str) {
        if self.labels.contains_key(secret) {
            return;
        }
        let label = label();
        let is_plain = label.chars().all(|c| c.is_alphanumeric() || "._- ".contains(c)) && !label.trim().is_empty();
        let is_new = !self.kept.contains_key(&label) && label.len() <= LONGEST_LABEL;
        let label = if is_plain && is_new { label } else { format!("#{}", self.labels.len() + 1) };
        self.bytes += label.len() + secret.len();
        if self.kept.len() < MOST_KEPT && self.bytes <= MOST_BYTES {
            self.kept.insert(label.clone(), secret.to_owned());
        }
        self.labels.insert(secret.to_owned(), label);
    }

    /// The reply with something else in place of every secret.
    fn mask(&self, promise: &Promise, received: &Received, name: impl Fn(&str) -> String) -> (HeaderMap, Vec<u8>) {
        let name_of = |secret: &str| match self.labels.get(secret) {
            Some(label) if self.kept.contains_key(label) => name(label),
            _ => NOT_KEPT.to_owned(),
        };
        let (headers, body) = rewrite(promise, received, &mut |_, secret| name_of(secret));
        let body = body.unwrap_or_else(|| TOO_DEEP.into());
        let mut echoes: Vec<&String> = self.labels.keys().filter(|secret| secret.len() >= SHORTEST_ECHO).collect();
        echoes.sort_unstable();
        echoes.truncate(MOST_ECHOED);
        let scrubbers: Vec<_> =
            echoes.iter().map(|secret| (scrub::Scrubber::new(vec![(*secret).clone()]), name_of(secret))).collect();
        let names: Vec<_> = scrubbers.iter().map(|(scrubber, name)| (scrubber, name.as_str())).collect();
        (scrub::headers(&headers, &names), scrub::scrub(&names, &body).into_owned())
    }
}

/// A reply's headers and body, with all secrets replaced: by what the function makes of where one stands, and what it is. No
/// body, where it goes too deep.
fn rewrite(
    promise: &Promise,
    received: &Received,
    replace: &mut impl FnMut(Label, &str) -> String,
) -> (HeaderMap, Option<Vec<u8>>) {
    let rewrite_header = |(name, value): (&HeaderName, &HeaderValue)| {
        let Ok(text) = value.to_str() else { return (name.clone(), value.clone()) };
        let label = || ["header ", name.as_str()].concat();
        let clean =
            if names::is_secret(name.as_str()) { whole(text, &label, replace) } else { part(text, &label, replace) };
        // Handles are not ASCII.
        let clean = clean.and_then(|clean| HeaderValue::from_bytes(clean.as_bytes()).ok());
        (name.clone(), clean.unwrap_or_else(|| value.clone()))
    };
    let headers = received.headers.iter().map(rewrite_header).collect();
    let Ok(text) = std::str::from_utf8(&received.body) else { return (headers, Some(received.body.clone())) };
    if !is_json(text) {
        return (
            headers,
            Some(part(text, &String::new, replace).map_or_else(|| received.body.clone(), String::into_bytes)),
        );
    }
    let (mut clean, mut copied) = (String::new(), 0);
    let searched = strings::each(text, |path: &Path, at| {
        let name = path.name();
        let secret = content(&text[at.clone()]);
        let is_secret = names::is_secret(name) || promise.is_secret(name);
        let label = || path.label();
        let replaced = if is_secret { whole(&secret, &label, replace) } else { part(&secret, &label, replace) };
        if let Some(replaced) = replaced {
            clean.push_str(&text[copied..at.start]);
            clean.push_str(&serde_json::Value::from(replaced).to_string());
            copied = at.end;
        }
    });
    if searched.is_none() {
        return (headers, None);
    }
    clean.push_str(&text[copied..]);
    (headers, Some(clean.into_bytes()))
}

/// A text that is a secret altogether; nothing, where it says none.
fn whole(text: &str, label: Label, replace: &mut impl FnMut(Label, &str) -> String) -> Option<String> {
    let is_named = text == scrub::REMOVED || placeholder::Handle::whole(text).is_some();
    (!text.is_empty() && !is_named).then(|| replace(label, text))
}

/// A text that may hold secrets.
fn part(text: &str, label: Label, replace: &mut impl FnMut(Label, &str) -> String) -> Option<String> {
    let mut clean = String::new();
    let mut copied = 0;
    for at in names::find(text) {
        if let Some(replaced) = whole(&text[at.clone()], label, replace) {
            clean.push_str(&text[copied..at.start]);
            clean.push_str(&replaced);
            copied = at.end;
        }
    }
    (copied > 0).then(|| clean + &text[copied..])
}
