//! The canonical form of a path, in which it is matched, judged and sent.

use crate::model::{hex_value, is_plain_segment};
use percent_encoding::percent_decode_str;
use std::{fmt, fmt::Write};

/// Characters of a segment that are not unreserved and need no encoding: sub-delims, `:` and `@` (RFC 3986, §3.3).
const SEGMENT_DELIMITERS: &[u8] = b"!$&'()*+,;=:@";

/// A path relative to a server, in canonical form (RFC 3986, §6.2.2): characters that a segment cannot contain are
/// percent-encoded with uppercase digits, and unreserved characters are not encoded. Decoding does not change where the
/// path leads: no segment is `.` or `..`, and none contains a backslash or a control character. A segment contains a
/// slash only as `%2F`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalPath(String);

impl CanonicalPath {
    /// Converts a path to canonical form, which can be the form that it has.
    ///
    /// # Errors
    /// Returns an error if the path has no canonical form. The message is a sentence that names the segment.
    pub fn parse(path: &str) -> Result<Self, String> {
        let Some(segments) = path.strip_prefix('/') else { return Err("The path does not begin with a slash.".into()) };
        let mut canonical = String::with_capacity(path.len());
        for (index, segment) in segments.split('/').enumerate() {
            canonical.push('/');
            push_canonical_segment(segment, &mut canonical)
                .map_err(|reason| format!("Segment {} of the path {reason}.", index + 1))?;
        }
        Ok(Self(canonical))
    }

    /// Returns the path as it is sent, with the leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the segments as they are sent. The first is empty, because it is before the leading slash.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl Default for CanonicalPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for CanonicalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the canonical form of the literal text of a path template. A text without one is returned unchanged: no
/// canonical path contains it.
pub(super) fn canonical_literal(text: &str) -> String {
    let mut canonical = String::with_capacity(text.len());
    match push_canonical_characters(text, &mut canonical) {
        Ok(()) => canonical,
        Err(_) => text.to_owned(),
    }
}

/// Converts a text so that texts that differ only in case become equal: also `ſ` and `s`, or the Kelvin sign and `k`.
pub(super) fn fold_case(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

/// Appends a segment in canonical form.
///
/// # Errors
/// Returns an error if a server could read the segment as several, as another or as none.
fn push_canonical_segment(segment: &str, canonical: &mut String) -> Result<(), &'static str> {
    push_canonical_characters(segment, canonical)?;
    let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| "is not UTF-8")?;
    if !decoded.split('/').all(is_plain_segment) {
        return Err(
            "is, or contains after decoding, \".\" or \"..\", a backslash, a control character, or a slash that \
                    is encoded more than once",
        );
    }
    if !decoded.is_empty() && decoded.trim_matches('/').is_empty() {
        return Err("consists of encoded slashes");
    }
    Ok(())
}

/// Appends text. Decodes unreserved characters, and encodes characters that a segment cannot contain.
fn push_canonical_characters(text: &str, canonical: &mut String) -> Result<(), &'static str> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_encoded = byte == b'%';
        let value = if is_encoded {
            let digits = bytes.next().and_then(hex_value).zip(bytes.next().and_then(hex_value));
            digits.map(|(high, low)| (high << 4) | low).ok_or("has a % without two hexadecimal digits")?
        } else {
            byte
        };
        let is_unreserved = value.is_ascii_alphanumeric() || b"-._~".contains(&value);
        if is_unreserved || !is_encoded && SEGMENT_DELIMITERS.contains(&value) {
            canonical.push(char::from(value));
        } else if !is_encoded && b"\\{}#?".contains(&value) {
            return Err("has a character that a path cannot contain: one of \\ { } # ?");
        } else {
            // Writing to a string does not fail.
            let _ = write!(canonical, "%{value:02X}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::CanonicalPath;

    #[test]
    fn each_path_has_one_canonical_form() {
        for (path, expected) in [
            ("/", "/"),
            ("/users/%6d%65", "/users/me"),
            ("/users/%6D%65", "/users/me"),
            ("/a%2db%2Ec%5fd%7e", "/a-b.c_d~"),
            ("/a%3ab/c:d", "/a%3Ab/c:d"),
            ("/group%2fproject", "/group%2Fproject"),
            ("/a b/\"<>[]^`|", "/a%20b/%22%3C%3E%5B%5D%5E%60%7C"),
            ("/ü/%c3%bc", "/%C3%BC/%C3%BC"),
            ("/%256d%2565", "/%256d%2565"),
            ("/a//b/", "/a//b/"),
            ("/!$&'()*+,;=:@", "/!$&'()*+,;=:@"),
            ("/.../a.", "/.../a."),
        ] {
            let canonical = CanonicalPath::parse(path);
            assert_eq!(canonical.as_ref().map(CanonicalPath::as_str), Ok(expected), "{path}");
            assert_eq!(CanonicalPath::parse(expected), canonical, "{path} twice");
        }
    }

    #[test]
    fn a_path_without_a_canonical_form_is_refused() {
        for path in [
            "",
            "users",
            "/..",
            "/a/.",
            "/%2e%2E",
            "/.%2e/a",
            "/%252e%252e",
            "/..;x",
            "/..%3Bx",
            "/..%2fa",
            "/a%2f..",
            "/a%2f%2e%2e%2fb",
            "/a%252fb",
            "/a%5cb",
            "/a\\b",
            "/%00",
            "/a%0d%0ab",
            "/%7f",
            "/%c2%85",
            "/%ff",
            "/%c0%ae%c0%ae",
            "/%",
            "/%4",
            "/%zz",
            "/%2F",
            "/%2f%2F",
            "/{id}",
            "/a#b",
            "/a?b",
        ] {
            assert!(CanonicalPath::parse(path).is_err(), "{path}");
        }
        let message = CanonicalPath::parse("/users/..").err();
        assert!(message.is_some_and(|message| message.starts_with("Segment 2 of the path is")));
    }
}
