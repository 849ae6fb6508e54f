//! Takes the credential out of what a provider sends back, and turns that into a reply.

use super::{credential::Credential, send::Received};
use crate::model::reply::{Reply, ReplyBody};
use base64::{Engine, prelude::BASE64_STANDARD};
use regex::bytes::{Regex, RegexBuilder};
use std::{borrow::Cow, fmt};

/// What stands where the credential stood.
const REMOVED: &[u8] = b"[credential removed]";
/// What stands for a body that could not be decoded.
const ENCODED: &[u8] = b"The body came in an encoding that was not asked for, so it is not shown.";
/// Memory that the search for one credential may take; a test holds that the longest fits.
const LARGEST_SEARCH: usize = 100 << 20;

/// The reply as it may be shown: without the credential, in whatever form the provider wrote it.
pub(super) fn reply(received: Received, credential: &Credential, environment: &str, request_id: &str) -> Reply {
    let Received { status, headers, body } = received;
    let scrubber = credential.scrubber();
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(&scrubber.scrub(value.as_bytes())).into_owned();
        let name = String::from_utf8_lossy(&scrubber.scrub(name.as_str().as_bytes())).into_owned();
        (name, value)
    });
    let headers: Vec<(String, String)> = headers.collect();
    // What could not be decoded could not be searched.
    let is_encoded = received_encoding(&headers);
    let body = match scrubber.scrub(if is_encoded { ENCODED } else { &body }) {
        Cow::Borrowed(_) if !is_encoded => body,
        Cow::Borrowed(note) => note.to_vec(),
        Cow::Owned(clean) => clean,
    };
    Reply {
        status,
        headers,
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

/// Whether the body is still compressed, in a way that nobody asked for.
fn received_encoding(headers: &[(String, String)]) -> bool {
    headers.iter().any(|(name, value)| name == "content-encoding" && value != "identity")
}

/// Finds texts however their characters are escaped: for URLs, JSON or HTML, each character in its own way.
pub(super) struct Scrubber(Regex);

impl Scrubber {
    /// A search for each of the texts, which are ASCII; those first in the list are taken out first.
    pub(super) fn new(texts: &[String]) -> Option<Self> {
        let patterns: Vec<String> = texts.iter().map(|text| text.chars().map(escaped_anyhow).collect()).collect();
        RegexBuilder::new(&patterns.join("|")).unicode(false).size_limit(LARGEST_SEARCH).build().ok().map(Self)
    }

    fn scrub<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.0.replace_all(bytes, regex::bytes::NoExpand(REMOVED))
    }
}

/// Its pattern holds the secret.
impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrubber(…)")
    }
}

/// A pattern for a character: plain or behind a backslash, percent-encoded (RFC 3986, §2.1), as a JSON or JavaScript
/// escape, or as an HTML character reference.
fn escaped_anyhow(c: char) -> String {
    let (plain, code) = (regex::escape(&c.to_string()), c as u32);
    let named = match c {
        '&' => "|&amp;",
        '<' => "|&lt;",
        '>' => "|&gt;",
        '"' => "|&quot;",
        '\'' => "|&apos;",
        _ => "",
    };
    format!(r"(?:\\?{plain}|(?i:%{code:02x}|\\u00{code:02x}|\\x{code:02x}|&#x0*{code:x};)|&#0*{code};{named})")
}

#[cfg(test)]
mod tests {
    use super::{REMOVED, Scrubber};

    #[test]
    fn a_text_is_found_however_it_is_escaped() {
        let scrubber = Scrubber::new(&["a+/=~%\"<&'\\z".to_owned()]).map(|scrubber| scrubber.0);
        for escaped in [
            "a+/=~%\"<&'\\z",
            "a%2B%2F%3D~%25%22%3C%26'%5Cz",
            "a%2b%2f%3d%7e%25%22%3c%26%27%5cz",
            "a+\\/=~%\\\"\\u003c\\u0026'\\\\z",
            "&#97;+&#x2F;=~%&quot;&lt;&amp;&#039;\\z",
        ] {
            let replaced = scrubber.as_ref().map(|regex| regex.replace_all(escaped.as_bytes(), REMOVED).into_owned());
            assert_eq!(replaced.as_deref(), Some(REMOVED), "{escaped}");
        }
    }
}
