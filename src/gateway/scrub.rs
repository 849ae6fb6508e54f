//! Takes the credential out of what a provider sends back, and turns that into a reply.

use super::{credential::Credential, send::Received};
use crate::model::reply::{Reply, ReplyBody};
use aho_corasick::{AhoCorasick, MatchKind};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

/// What stands where the credential stood.
const REMOVED: &str = "[credential removed]";

/// The reply as it may be shown: without the credential, in whatever form the provider wrote it.
pub(super) fn reply(received: Received, credential: &Credential, environment: &str, request_id: &str) -> Reply {
    let Received { status, headers, body } = received;
    let scrubber = Scrubber::new(credential);
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(&scrubber.scrub(value.as_bytes().to_vec())).into_owned();
        (name.as_str().to_owned(), value)
    });
    let body = scrubber.scrub_json(scrubber.scrub(body));
    Reply {
        status,
        headers: headers.collect(),
        size: body.len() as u64,
        body: match String::from_utf8(body) {
            Ok(text) if text.is_empty() => ReplyBody::Empty,
            Ok(text) => ReplyBody::Text(text),
            Err(bytes) => ReplyBody::Binary(BASE64_STANDARD.encode(bytes.as_bytes())),
        },
        duration_ms: 0.0,
        request_id: request_id.to_owned(),
        environment: environment.to_owned(),
    }
}

/// Finds every form of a secret in one pass.
struct Scrubber {
    forms: Option<AhoCorasick>,
    count: usize,
}

impl Scrubber {
    fn new(credential: &Credential) -> Self {
        let forms = credential.revealing_forms();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        Self { forms: automaton.ok(), count: forms.len() }
    }

    /// JSON can write any character in several ways, so its texts are searched once they are read.
    fn scrub_json(&self, bytes: Vec<u8>) -> Vec<u8> {
        if !bytes.contains(&b'\\') {
            return bytes;
        }
        let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else { return bytes };
        if self.scrub_value(&mut value) { value.to_string().into_bytes() } else { bytes }
    }

    /// Takes the secret out of every text and key; says whether there was any.
    fn scrub_value(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.scrub_text(text) {
                Some(clean) => {
                    *text = clean;
                    true
                }
                None => false,
            },
            Value::Array(items) => {
                items.iter_mut().filter_map(|item| self.scrub_value(item).then_some(item)).count() > 0
            }
            Value::Object(fields) => {
                let mut found = false;
                let scrubbed = std::mem::take(fields).into_iter().map(|(key, mut value)| {
                    let clean = self.scrub_text(&key);
                    found |= clean.is_some() | self.scrub_value(&mut value);
                    (clean.unwrap_or(key), value)
                });
                *fields = scrubbed.collect();
                found
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    fn scrub_text(&self, text: &str) -> Option<String> {
        let forms = self.forms.as_ref()?;
        forms.is_match(text).then(|| forms.replace_all(text, &vec![REMOVED; self.count]))
    }

    /// The bytes without the secret; nothing at all where it could not be searched for.
    fn scrub(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.forms {
            Some(forms) if forms.find(&bytes).is_some() => forms.replace_all_bytes(&bytes, &vec![REMOVED; self.count]),
            Some(_) => bytes,
            None => Vec::new(),
        }
    }
}
