//! Recognizes values that are harmless by their form, although no document describes them, and documented texts that
//! contain a secret nevertheless.

use super::secret_detection::{is_secret_name, is_session_name};
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// Response headers whose values are shown. What other headers contain is unknown.
const SHOWN_HEADERS: [&str; 44] = [
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-type",
    "date",
    "deprecation",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "pragma",
    "proxy-status",
    "referrer-policy",
    "request-id",
    "retry-after",
    "server",
    "server-timing",
    "strict-transport-security",
    "sunset",
    "transfer-encoding",
    "vary",
    "via",
    "warning",
    "x-content-type-options",
    "x-frame-options",
    "x-request-id",
    "x-total-count",
];
/// Prefixes of the names of further headers that are shown: limits of requests.
const SHOWN_HEADER_PREFIXES: [&str; 3] = ["ratelimit", "x-ratelimit-", "x-rate-limit-"];
/// Query parameters that contain a secret although their names say nothing outside of a URL: authorization codes
/// (RFC 6749, §4.1.2) and signatures of URLs.
const SECRET_QUERY_NAMES: [&str; 9] =
    ["auth", "code", "key", "sig", "signature", "state", "ticket", "x-amz-signature", "x-goog-signature"];
/// Maximum length of a name that needs no document, in bytes, and maximum length of the only number in it.
const MAX_NAME_BYTES: usize = 40;
const MAX_NAME_DIGITS: usize = 4;

/// Patterns of harmless and of suspicious texts.
struct Patterns {
    /// A date, or a date and time (RFC 3339).
    date: Regex,
    /// A segment of a URL that consists of words, or is a small number.
    url_segment: Regex,
    /// A name with a value: in text, JSON, YAML, headers, queries, or the elements and attributes of XML.
    assignment: Regex,
    /// A value for the header `Authorization`, or a user and password in a URL.
    authorization: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        date: Regex::new(
            r"^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$",
        )
        .ok()?,
        url_segment: Regex::new(r"^(?:[A-Za-z]{1,20}(?:[-_.][A-Za-z]{1,20}){0,6}|v?[0-9]{1,8}|v[0-9]\.[0-9])?$")
            .ok()?,
        assignment: Regex::new(
            r#"(?P<name>[A-Za-z0-9_.\-]{2,80})["'\\\]]*\s*[:=>]+\s*["'\\]*(?P<value>[^\s"'&<\\]{1,80})"#,
        )
        .ok()?,
        authorization: Regex::new(
            r"(?i)\b(?:bearer|basic|digest|token)\s+[a-z0-9._~+/-]*[0-9=][a-z0-9._~+/=-]*|://[^/\s@]*:[^/\s@]+@",
        )
        .ok()?,
    })
});

/// Returns true if a response header is shown.
pub(super) fn is_shown_header(name: &str) -> bool {
    SHOWN_HEADERS.contains(&name) || SHOWN_HEADER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Returns true if an undocumented name is one that people give to things, and not a value.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.$@ /:+#".contains(c);
    let mut numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    name.len() <= MAX_NAME_BYTES
        && name.chars().all(is_plain)
        && numbers.next().is_none_or(|digits| digits.len() <= MAX_NAME_DIGITS)
        && numbers.next().is_none()
}

/// Returns true if an undocumented text is harmless because of its form: a date, or a URL of words.
pub(super) fn is_harmless_text(text: &str) -> bool {
    PATTERNS.as_ref().is_some_and(|patterns| patterns.date.is_match(text) || is_plain_url(text, patterns))
}

fn is_plain_url(text: &str, patterns: &Patterns) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_plain = |segment: &str| patterns.url_segment.is_match(segment) && !is_secret_name(segment);
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.as_str().len() <= 200
        && url.host_str().is_some_and(|host| host.split('.').all(|label| label.len() <= 20))
        && url.path_segments().is_some_and(|mut segments| segments.all(is_plain))
}

/// Returns true if a text says that a part of it is a secret: by a secret name before a value, by a scheme of
/// authentication, or by the columns of a table.
pub(super) fn names_a_secret(text: &str) -> bool {
    let Some(patterns) = &*PATTERNS else { return true };
    // Readers do not see these characters, so they may separate the letters of a name.
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    visible.chars().any(|c| c.is_control() && !"\r\n\t".contains(c))
        || patterns.authorization.is_match(&visible)
        || has_secret_assignment(&visible, &patterns.assignment)
        || is_table_with_secrets(&visible)
}

fn has_secret_assignment(text: &str, assignment: &Regex) -> bool {
    let mut offset = 0;
    while let Some(captures) = assignment.captures_at(text, offset) {
        let (Some(name), Some(value)) = (captures.name("name"), captures.name("value")) else { return true };
        let is_in_query = text[..name.start()].ends_with(['?', '&', '#', ';']);
        let is_query_secret =
            is_in_query && SECRET_QUERY_NAMES.iter().any(|other| name.as_str().eq_ignore_ascii_case(other));
        let is_secret = is_secret_name(name.as_str()) || is_session_name(name.as_str()) || is_query_secret;
        let is_masked = ["{{response", "{{not", "[credential"].iter().any(|mask| value.as_str().starts_with(mask));
        // `name="password"`, in the attributes of HTML.
        let is_name = value.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
        if !is_masked && (is_secret || is_name && is_secret_name(value.as_str())) {
            return true;
        }
        // The value may itself contain a name and a value, so the search continues at its start.
        offset = value.start();
    }
    false
}

/// Returns true if the first line of several names a secret column.
fn is_table_with_secrets(text: &str) -> bool {
    let Some((head, _)) = text.trim_start().split_once('\n') else { return false };
    let mut cells = head.split([',', ';', '\t', '|']).map(|cell| cell.trim().trim_matches('"'));
    head.contains([',', ';', '\t', '|']) && cells.any(|cell| is_secret_name(cell) || is_session_name(cell))
}

/// Returns true for characters without a glyph: soft hyphens, zero-width characters, marks of direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{is_harmless_text, is_plain_name, names_a_secret};

    #[test]
    fn only_dates_and_plain_urls_are_harmless_without_a_document() {
        for text in [
            "2026-01-31",
            "2026-01-31T10:00:00Z",
            "2026-01-31T10:00:00.123+02:00",
            "https://api.github.com/repos/rust-lang/rust/issues/1347",
            "https://docs.example/",
        ] {
            assert!(is_harmless_text(text), "{text}");
        }
        for text in [
            "",
            "hunter2",
            "2026-01-31 hunter2",
            "https://a.example/?id=1",
            "https://a.example/#x",
            "https://u:p@a.example/",
            "https://hooks.example/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "https://a.example/reset-password/abcdef",
            "https://4f2a9c4f2a9c4f2a9c4f2a9c.a.example/",
            "javascript:alert",
            "550e8400-e29b-41d4-a716-446655440000",
        ] {
            assert!(!is_harmless_text(text), "{text}");
        }
    }

    #[test]
    fn a_text_that_names_a_secret_is_detected() {
        for text in [
            "password: hunter2",
            "the \"password\": \"hunter2\"",
            "{\\\"password\\\":\\\"hunter2\\\"",
            "<password>hunter2</password>",
            "<input type='x' name='password' value='hunter2'>",
            "export DB_PASSWORD=hunter2",
            "Authorization: hunter2",
            "Bearer abc123",
            "https://ann:hunter2@a.example/",
            "https://a.example/callback?x=1&code=hunter2",
            "user,password\nann,hunter2",
            "pass\u{200b}word: hunter2",
            "p\0a\0s\0s\0",
        ] {
            assert!(names_a_secret(text), "{text}");
        }
        for text in [
            "",
            "Use a strong password.",
            "The token is no longer valid",
            "https://a.example/?page=2&sort=name",
            "https://a.example/?token={{response 1.url}}&id=1",
            "Basic access to the API",
            "10:30:00",
            "name, or nothing\nat all",
        ] {
            assert!(!names_a_secret(text), "{text}");
        }
    }

    #[test]
    fn a_name_without_a_document_consists_of_words() {
        for name in ["", "user", "x-amz-id-2", "Content Type", "C++", "$ref", "@id", "v12"] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in [
            "4f2a9c4f2a9c4f2a9c",
            "größe",
            "ann@example.com\u{0}",
            "zq7Kx-hunter2-4Fw9",
            "mZAYn5aLEqKUlZ_Ad9U_fWr38GaAQ1oFAhT8ds245v7Q",
        ] {
            assert!(!is_plain_name(name), "{name}");
        }
    }
}
