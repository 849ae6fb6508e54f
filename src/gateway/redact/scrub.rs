//! Takes credentials out of what a provider sends back, and turns that into a reply.

use crate::gateway::{receipt::Sent, transport::client::Received};
use crate::model::{
    receipt::Timings,
    response::{Reply, ReplyBody},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use std::{borrow::Cow, fmt};

/// What stands in replies where the credential stood.
pub(crate) const REMOVED: &str = "[credential removed]";
/// What stands for a body that could not be decoded.
const ENCODED: &[u8] = b"The body came in an encoding that was not asked for, so it is not shown.";
/// A text that is shorter is found everywhere and says nothing.
const SHORTEST: usize = 4;

/// What is taken out of texts, and what stands in its place.
pub(crate) type Names<'a> = [(&'a Scrubber, &'a str)];

/// The reply as it is shown, and what it was sent for.
pub(crate) fn reply(received: Received, size: u64, environment: &str, request_id: &str) -> (Reply, (Sent, Timings)) {
    let Received { status, headers, body, sent, timings } = received;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let reply = Reply {
        status,
        headers: headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
        size,
        body: match String::from_utf8(body) {
            Ok(text) if text.is_empty() => ReplyBody::Empty,
            Ok(text) => ReplyBody::Text(text),
            Err(bytes) => ReplyBody::Binary(BASE64_STANDARD.encode(bytes.as_bytes())),
        },
        duration_ms: 0.0,
        request_id: request_id.to_owned(),
        environment: environment.to_owned(),
        differences: None,
        masked: None,
        receipt: Vec::new(),
    };
    (reply, (sent, timings))
}

/// What a provider sent, without what it was asked with that is nobody's to see, in whatever form the provider wrote it.
pub(crate) fn received(raw: Received, names: &Names) -> Received {
    let Received { status, headers: given, body, sent, timings } = raw;
    // What could not be decoded could not be searched.
    let is_encoded = is_encoded(&given);
    let body = match scrub(names, if is_encoded { ENCODED } else { &body }) {
        Cow::Borrowed(_) if !is_encoded => body,
        Cow::Borrowed(note) => note.to_vec(),
        Cow::Owned(clean) => clean,
    };
    Received { status, headers: headers(&given, names), body, sent, timings }
}

/// Headers with names in place of what they stand for.
pub(crate) fn headers(headers: &HeaderMap, names: &Names) -> HeaderMap {
    let clean = |(name, value): (&HeaderName, &HeaderValue)| {
        let name = HeaderName::from_bytes(&scrub(names, name.as_str().as_bytes())).ok()?;
        Some((name, HeaderValue::from_bytes(&scrub(names, value.as_bytes())).ok()?))
    };
    headers.iter().filter_map(clean).collect()
}

/// Whether the body is still compressed, in a way that nobody asked for.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| value != "identity")
}

/// The bytes with names in place of what any of the scrubbers looks for.
pub(crate) fn scrub<'a>(names: &Names, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    names.iter().fold(Cow::Borrowed(bytes), |bytes, (scrubber, name)| match scrubber.scrub(&bytes, name) {
        Some(clean) => Cow::Owned(clean),
        None => bytes,
    })
}

/// Finds texts however their characters are escaped: for URLs, JSON or HTML, each character in its own way.
///
/// It compares, character by character; a regular expression for a token of 4 kB takes a hundred megabytes.
pub(crate) struct Scrubber {
    /// ASCII, the longest first.
    texts: Vec<String>,
    /// Whether a byte can be the first of a find: that of a text, or that of an escape.
    starts: [bool; 256],
}

impl Scrubber {
    /// A search for each of the texts.
    pub(crate) fn new(mut texts: Vec<String>) -> Self {
        texts.retain(|text| text.len() >= SHORTEST);
        texts.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        texts.dedup();
        let mut starts = [false; 256];
        for start in texts.iter().filter_map(|text| text.bytes().next()).chain(*br"\%&") {
            starts[usize::from(start)] = true;
        }
        Self { texts, starts }
    }

    /// The bytes with every find replaced; nothing where there is none.
    fn scrub(&self, bytes: &[u8], instead: &str) -> Option<Vec<u8>> {
        let mut clean: Option<Vec<u8>> = None;
        let (mut at, mut copied) = (0, 0);
        while let Some(found) = bytes[at..].iter().position(|byte| self.starts[usize::from(*byte)]) {
            at += found;
            let length = self.texts.iter().find_map(|text| length_of(text, &bytes[at..]));
            let Some(length) = length else {
                at += 1;
                continue;
            };
            let clean = clean.get_or_insert_default();
            clean.extend_from_slice(&bytes[copied..at]);
            clean.extend_from_slice(instead.as_bytes());
            at += length;
            copied = at;
        }
        clean.as_mut()?.extend_from_slice(&bytes[copied..]);
        clean
    }
}

/// It holds the secret.
impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrubber(…)")
    }
}

/// How many bytes of the beginning are the text, escaped or not.
fn length_of(text: &str, bytes: &[u8]) -> Option<usize> {
    escapes(text.bytes().next()?, bytes).into_iter().find_map(|length| length)?;
    // A character can be read in two ways, like `%25` for `%`; both go on.
    let mut ends = vec![0];
    for c in text.bytes() {
        let mut next = Vec::new();
        for end in ends {
            next.extend(escapes(c, &bytes[end..]).into_iter().flatten().map(|length| end + length));
        }
        next.sort_unstable();
        next.dedup();
        if next.is_empty() {
            return None;
        }
        ends = next;
    }
    ends.pop()
}

/// How many bytes of the beginning are the character: plain, behind a backslash, or escaped.
fn escapes(c: u8, bytes: &[u8]) -> [Option<usize>; 3] {
    let plain = (bytes.first() == Some(&c)).then_some(1);
    let escaped = match bytes.first() {
        Some(b'\\') => {
            let behind = (bytes.get(1) == Some(&c)).then_some(2);
            return [plain, behind, coded(bytes, br"\u00", c).or_else(|| coded(bytes, br"\x", c))];
        }
        Some(b'%') => coded(bytes, b"%", c),
        Some(b'&') => reference(c, bytes),
        _ => None,
    };
    [plain, escaped, None]
}

/// Two hexadecimal digits behind a mark: percent-encoded (RFC 3986, §2.1), or an escape of JSON or JavaScript.
fn coded(bytes: &[u8], mark: &[u8], c: u8) -> Option<usize> {
    let digits = bytes.get(mark.len()..mark.len() + 2)?;
    let is_marked = bytes[..mark.len()].eq_ignore_ascii_case(mark);
    let code = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    (is_marked && code == Some(c)).then_some(mark.len() + 2)
}

/// An HTML character reference, by name or by number.
fn reference(c: u8, bytes: &[u8]) -> Option<usize> {
    const LONGEST: usize = 12;
    let end = bytes.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&bytes[1..end]).ok()?;
    let code = match name {
        "amp" => Some(u32::from(b'&')),
        "lt" => Some(u32::from(b'<')),
        "gt" => Some(u32::from(b'>')),
        "quot" => Some(u32::from(b'"')),
        "apos" => Some(u32::from(b'\'')),
        _ => match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
        },
    };
    (code == Some(u32::from(c))).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::{REMOVED, Scrubber};

    #[test]
    fn a_text_is_found_however_it_is_escaped() {
        let scrubber = Scrubber::new(vec!["a+/=~%\"<&'\\z".to_owned()]);
        for escaped in [
            "a+/=~%\"<&'\\z",
            "a%2B%2F%3D~%25%22%3C%26'%5Cz",
            "a%2b%2f%3d%7e%25%22%3c%26%27%5cz",
            "a+\\/=~%\\\"\\u003c\\u0026'\\\\z",
            "&#97;+&#x2F;=~%&quot;&lt;&amp;&#039;\\z",
        ] {
            let whole = ["before", escaped, "after"].concat();
            let expected = ["before", REMOVED, "after"].concat().into_bytes();
            assert_eq!(scrubber.scrub(whole.as_bytes(), REMOVED), Some(expected), "{escaped}");
        }
        assert_eq!(scrubber.scrub(b"a+/=~% and &amp; \\ more %", REMOVED), None);
    }

    #[test]
    fn a_text_that_looks_escaped_itself_is_found() {
        for secret in ["100%41bc", "x\\u0041y", "a&amp;b", "\\\\\\\\"] {
            let scrubber = Scrubber::new(vec![secret.to_owned()]);
            let json = secret.replace('\\', "\\\\");
            let url = secret.replace('%', "%25").replace('\\', "%5C").replace('&', "%26");
            for written in [secret, &json, &url] {
                assert_eq!(
                    scrubber.scrub(written.as_bytes(), REMOVED).as_deref(),
                    Some(REMOVED.as_bytes()),
                    "{secret} as {written}"
                );
            }
        }
    }

    #[test]
    fn a_long_search_in_a_long_text_ends_soon() {
        let scrubber = Scrubber::new(vec![["a".repeat(4096), "b".into()].concat()]);
        let start = std::time::Instant::now();
        assert_eq!(scrubber.scrub("ab%5c\\".repeat(300_000).as_bytes(), REMOVED), None);
        assert!(start.elapsed().as_secs() < 10);
    }
}
