//! Removes credentials from what a provider sends back.

use crate::{gateway::transport::response::UpstreamResponse, text};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretBox};
use std::{borrow::Cow, fmt};

/// Text that replaces the credential in responses.
pub(crate) const CREDENTIAL_REMOVED: &str = "[credential removed]";
/// Minimum length of a text to search for anywhere, in bytes. A shorter one would match too often in responses.
pub(crate) const MIN_SECRET_BYTES: usize = 4;
/// Minimum length of a part of an encoded text to search for, in bytes.
const MIN_ENCODED_BYTES: usize = 8;

/// A scrubber, with the text that replaces its matches.
#[derive(Clone, Copy)]
pub(crate) struct Redaction<'a> {
    pub(crate) scrubber: &'a Scrubber,
    pub(crate) replacement: &'a str,
}

/// The redactions of one text, applied in this order.
pub(crate) type Redactions<'a> = [Redaction<'a>];

/// Replaces everything that `redactions` match in a response, in every escaped form that [`Scrubber`] recognizes.
pub(crate) fn scrub_response(response: UpstreamResponse, redactions: &Redactions) -> UpstreamResponse {
    let UpstreamResponse { status, headers: original_headers, body, stream, request_snapshot, timings } = response;
    // A body that is still encoded cannot be searched.
    let is_encoded = is_encoded(&original_headers);
    let shown_body = if is_encoded { text!("withheld-encoded-body").as_bytes() } else { &body };
    let body = match scrub_bytes(redactions, shown_body) {
        Cow::Borrowed(_) if !is_encoded => body,
        Cow::Borrowed(notice) => notice.to_vec(),
        Cow::Owned(scrubbed) => scrubbed,
    };
    let headers = scrub_headers(&original_headers, redactions);
    UpstreamResponse { status, headers, body, stream, request_snapshot, timings }
}

/// Returns the headers with every match replaced, in names and values.
pub(crate) fn scrub_headers(headers: &HeaderMap, redactions: &Redactions) -> HeaderMap {
    let scrub_header = |(name, value): (&HeaderName, &HeaderValue)| {
        let name = HeaderName::from_bytes(&scrub_bytes(redactions, name.as_str().as_bytes())).ok()?;
        Some((name, HeaderValue::from_bytes(&scrub_bytes(redactions, value.as_bytes())).ok()?))
    };
    headers.iter().filter_map(scrub_header).collect()
}

/// Returns true if the body still has a content encoding, which means one that the request did not ask for.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| value != "identity")
}

/// Returns the bytes with every match of the scrubbers replaced.
pub(crate) fn scrub_bytes<'a>(redactions: &Redactions, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    redactions.iter().fold(Cow::Borrowed(bytes), |bytes, Redaction { scrubber, replacement }| {
        match scrubber.scrub(&bytes, replacement) {
            Some(scrubbed) => Cow::Owned(scrubbed),
            None => bytes,
        }
    })
}

/// Finds texts in any escaped form: each character may be escaped for URLs, JSON or HTML, independently of the others.
///
/// Compares byte by byte, because a regular expression for a token of 4 kB takes a hundred megabytes.
pub(crate) struct Scrubber {
    /// ASCII texts to search for, the longest first.
    texts: SecretBox<Vec<String>>,
    /// Shorter texts, which match only as whole words.
    short_texts: SecretBox<Vec<String>>,
    /// True at the index of every byte that can start a match: the first byte of a text, or of an escape.
    first_bytes: [bool; 256],
}

impl Scrubber {
    /// Creates a scrubber for the texts that have at least [`MIN_SECRET_BYTES`].
    pub(crate) fn new(mut texts: Vec<String>) -> Self {
        texts.retain(|text| text.len() >= MIN_SECRET_BYTES);
        texts.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        texts.dedup();
        let mut first_bytes = [false; 256];
        for byte in texts.iter().filter_map(|text| text.bytes().next()).chain(*br"\%&") {
            first_bytes[usize::from(byte)] = true;
        }
        Self { texts: SecretBox::new(Box::new(texts)), short_texts: SecretBox::default(), first_bytes }
    }

    /// Adds the secrets that are shorter than [`MIN_SECRET_BYTES`]. They are found where no letter or digit is next to
    /// them.
    pub(crate) fn with_short_secrets(mut self, mut secrets: Vec<String>) -> Self {
        secrets.retain(|secret| !secret.is_empty() && secret.len() < MIN_SECRET_BYTES);
        for byte in secrets.iter().filter_map(|secret| secret.bytes().next()) {
            self.first_bytes[usize::from(byte)] = true;
        }
        Self { short_texts: SecretBox::new(Box::new(secrets)), ..self }
    }

    /// Creates a scrubber for a text and its encodings in Base64 and hexadecimal, also inside longer encoded texts.
    pub(crate) fn with_encodings(text: &str) -> Self {
        let mut texts = vec![text.to_owned(), hex::encode(text), hex::encode_upper(text)];
        for engine in [STANDARD, URL_SAFE] {
            texts.push(engine.encode(text));
            // Base64 encodes three bytes at a time, so that there is one form per offset. The characters at the ends
            // also depend on the bytes around the text.
            for (offset, skipped) in [(0, 0), (1, 2), (2, 3)] {
                let encoded = engine.encode([&[0; 2][..offset], text.as_bytes()].concat());
                let complete = (offset + text.len()) * 8 / 6;
                texts.extend(
                    encoded.get(skipped..complete).filter(|part| part.len() >= MIN_ENCODED_BYTES).map(str::to_owned),
                );
            }
        }
        Self::new(texts)
    }

    /// Returns the bytes with every match replaced, or `None` if there is no match.
    fn scrub(&self, bytes: &[u8], replacement: &str) -> Option<Vec<u8>> {
        let mut output: Option<Vec<u8>> = None;
        let (mut offset, mut copied) = (0, 0);
        while let Some(skipped) = bytes[offset..].iter().position(|byte| self.first_bytes[usize::from(*byte)]) {
            offset += skipped;
            let length = self.texts.expose_secret().iter().find_map(|text| match_length(text, &bytes[offset..]));
            let short =
                || self.short_texts.expose_secret().iter().find_map(|text| word_match_length(text, bytes, offset));
            let Some(length) = length.or_else(short) else {
                offset += 1;
                continue;
            };
            let output = output.get_or_insert_default();
            output.extend_from_slice(&bytes[copied..offset]);
            output.extend_from_slice(replacement.as_bytes());
            offset += length;
            copied = offset;
        }
        output.as_mut()?.extend_from_slice(&bytes[copied..]);
        output
    }
}

/// Prints no texts, because they are secrets.
impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrubber(…)")
    }
}

/// Returns the length of the escaped or plain text at the start of `bytes`, in bytes.
fn match_length(text: &str, bytes: &[u8]) -> Option<usize> {
    // Most positions are ruled out by their first two bytes, unless they could be the start of an escape.
    let is_possible = |index: usize| match (text.as_bytes().get(index), bytes.get(index)) {
        (Some(expected), Some(byte)) => byte == expected || br"\%&".contains(byte),
        (expected, _) => expected.is_none(),
    };
    let is_escape = bytes.first().is_some_and(|byte| br"\%&".contains(byte));
    if !is_possible(0) || !is_escape && !is_possible(1) {
        return None;
    }
    char_match_lengths(text.bytes().next()?, bytes).into_iter().find_map(|length| length)?;
    // A character can match in two ways, as `%25` or `%` do for `%`; the search continues from both ends.
    let mut ends = vec![0];
    for c in text.bytes() {
        let mut next = Vec::new();
        for end in ends {
            next.extend(char_match_lengths(c, &bytes[end..]).into_iter().flatten().map(|length| end + length));
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

/// Returns the length of the text at an offset, in bytes, if no letter or digit precedes or follows it.
fn word_match_length(text: &str, bytes: &[u8], offset: usize) -> Option<usize> {
    let is_in_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    let before = offset.checked_sub(1).and_then(|before| bytes.get(before));
    let length = match_length(text, &bytes[offset..])?;
    (!is_in_word(before) && !is_in_word(bytes.get(offset + length))).then_some(length)
}

/// Returns the lengths of all forms of the character at the start of `bytes`: plain, after a backslash, or escaped.
fn char_match_lengths(c: u8, bytes: &[u8]) -> [Option<usize>; 3] {
    let plain = (bytes.first() == Some(&c)).then_some(1);
    let escaped = match bytes.first() {
        Some(b'\\') => {
            let after_backslash = (bytes.get(1) == Some(&c)).then_some(2);
            return [
                plain,
                after_backslash,
                match_hex_escape(bytes, br"\u00", c).or_else(|| match_hex_escape(bytes, br"\x", c)),
            ];
        }
        Some(b'%') => match_hex_escape(bytes, b"%", c),
        Some(b'&') => match_character_reference(c, bytes),
        _ => None,
    };
    [plain, escaped, None]
}

/// Matches a prefix and two hexadecimal digits: percent-encoding (RFC 3986, §2.1), or an escape of JSON or JavaScript.
fn match_hex_escape(bytes: &[u8], prefix: &[u8], c: u8) -> Option<usize> {
    let digits = bytes.get(prefix.len()..prefix.len() + 2)?;
    let has_prefix = bytes[..prefix.len()].eq_ignore_ascii_case(prefix);
    let code = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    (has_prefix && code == Some(c)).then_some(prefix.len() + 2)
}

/// Matches an HTML character reference, by name or by number.
fn match_character_reference(c: u8, bytes: &[u8]) -> Option<usize> {
    const MAX_REFERENCE_BYTES: usize = 12;
    let end = bytes.iter().take(MAX_REFERENCE_BYTES).position(|byte| *byte == b';')?;
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
    use super::{CREDENTIAL_REMOVED, Scrubber};
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };

    #[test]
    fn a_secret_is_found_in_every_escaping() {
        let scrubber = Scrubber::new(vec!["a+/=~%\"<&'\\z".to_owned()]);
        for escaped in [
            "a+/=~%\"<&'\\z",
            "a%2B%2F%3D~%25%22%3C%26'%5Cz",
            "a%2b%2f%3d%7e%25%22%3c%26%27%5cz",
            "a+\\/=~%\\\"\\u003c\\u0026'\\\\z",
            "&#97;+&#x2F;=~%&quot;&lt;&amp;&#039;\\z",
        ] {
            let whole = ["before", escaped, "after"].concat();
            let expected = ["before", CREDENTIAL_REMOVED, "after"].concat().into_bytes();
            assert_eq!(scrubber.scrub(whole.as_bytes(), CREDENTIAL_REMOVED), Some(expected), "{escaped}");
        }
        assert_eq!(scrubber.scrub(b"a+/=~% and &amp; \\ more %", CREDENTIAL_REMOVED), None);
    }

    #[test]
    fn a_short_secret_is_found_as_a_whole_word() {
        let scrubber = Scrubber::new(Vec::new()).with_short_secrets(vec!["k7".to_owned(), "long enough".to_owned()]);
        for (text, expected) in [
            (r#"{"key":"k7","id":"ok7","k77":1}"#, Some(r#"{"key":"[credential removed]","id":"ok7","k77":1}"#)),
            ("k7", Some("[credential removed]")),
            ("?key=k7&b", Some("?key=[credential removed]&b")),
            ("long enough", None),
        ] {
            let output = scrubber.scrub(text.as_bytes(), CREDENTIAL_REMOVED);
            assert_eq!(output.as_deref(), expected.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn a_secret_that_looks_escaped_is_found() {
        for secret in ["100%41bc", "x\\u0041y", "a&amp;b", "\\\\\\\\"] {
            let scrubber = Scrubber::new(vec![secret.to_owned()]);
            let json = secret.replace('\\', "\\\\");
            let url = secret.replace('%', "%25").replace('\\', "%5C").replace('&', "%26");
            for written in [secret, &json, &url] {
                assert_eq!(
                    scrubber.scrub(written.as_bytes(), CREDENTIAL_REMOVED).as_deref(),
                    Some(CREDENTIAL_REMOVED.as_bytes()),
                    "{secret} as {written}"
                );
            }
        }
    }

    #[test]
    fn a_secret_is_found_in_encoded_texts() {
        let secret = "mZAYn5aLEqKUlZ_Ad9U~?>";
        let scrubber = Scrubber::with_encodings(secret);
        for prefix in ["", "a", "ab", "user:"] {
            let whole = [prefix, secret, "|tail"].concat();
            for encoded in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole), hex::encode(&whole)] {
                let output = scrubber.scrub(encoded.as_bytes(), CREDENTIAL_REMOVED).unwrap_or_default();
                let output = String::from_utf8_lossy(&output).into_owned();
                assert!(output.contains(CREDENTIAL_REMOVED) && output.len() < encoded.len(), "{encoded} {output}");
            }
        }
        assert_eq!(scrubber.scrub(STANDARD.encode("something else").as_bytes(), CREDENTIAL_REMOVED), None);
    }

    #[test]
    fn searching_a_long_text_takes_linear_time() {
        let scrubber = Scrubber::new(vec![["a".repeat(4096), "b".into()].concat()]);
        let start = std::time::Instant::now();
        assert_eq!(scrubber.scrub("ab%5c\\".repeat(300_000).as_bytes(), CREDENTIAL_REMOVED), None);
        assert!(start.elapsed().as_secs() < 10);
    }
}
