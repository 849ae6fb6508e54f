//! Takes the credential out of what a provider sends back, and turns that into a reply.

use super::{credential::Credential, send::Received};
use crate::model::reply::{Reply, ReplyBody};
use aho_corasick::{AhoCorasick, MatchKind};
use base64::{Engine, prelude::BASE64_STANDARD};

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
    let body = scrubber.scrub(body);
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

    /// The bytes without the secret; nothing at all where it could not be searched for.
    fn scrub(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.forms {
            Some(forms) if forms.find(&bytes).is_some() => forms.replace_all_bytes(&bytes, &vec![REMOVED; self.count]),
            Some(_) => bytes,
            None => Vec::new(),
        }
    }
}
