//! Recognizes values that are harmless by their form, although no document describes them, and documented texts that
//! contain a secret nevertheless.

use super::secret_detection::{is_secret_name, is_session_name, split_words};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;
use regex::Regex;
use std::{borrow::Cow, sync::LazyLock};
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
/// Response headers that consist of URLs.
const URL_HEADERS: [&str; 3] = ["content-location", "link", "location"];
/// Words of the names of query parameters that say which part of a list follows.
const PAGE_WORDS: [&str; 7] = ["after", "before", "continuation", "cursor", "page", "pagination", "since"];
/// Words of URLs that are followed by a secret: those of links that sign somebody in.
const LINK_WORDS: [&str; 11] = [
    "activate",
    "confirm",
    "invitation",
    "invite",
    "invites",
    "login",
    "magic",
    "reset",
    "unsubscribe",
    "verification",
    "verify",
];
/// Maximum number of times that a text is percent-encoded. What is encoded more often counts as a secret.
const MAX_PERCENT_ENCODINGS: usize = 4;
/// Minimum length of a text that is decoded as Base64, in bytes.
const MIN_BASE64_BYTES: usize = 16;
/// Minimum length of a name whose letters are checked for words, and minimum average length of its words.
const MIN_RANDOM_NAME_BYTES: usize = 14;
const MIN_WORD_LENGTH: usize = 3;
/// Maximum number of consonants in a row in a name.
const MAX_CONSONANTS: usize = 6;
/// Maximum length of a name that needs no document, in bytes, and maximum length of the only number in it.
const MAX_NAME_BYTES: usize = 40;
const MAX_NAME_DIGITS: usize = 4;

/// Patterns of harmless and of suspicious texts.
struct Patterns {
    /// A date, or a date and time (RFC 3339).
    date: Regex,
    /// A segment of a URL that consists of words, or is a small number.
    url_segment: Regex,
    /// A segment of a URL that identifies a resource: a number or a UUID, possibly after words.
    url_id: Regex,
    /// A URL with a host, in a text.
    url: Regex,
    /// A secret in a sentence: `Your password is hunter2`.
    sentence: Regex,
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
        url_id: Regex::new(
            r"^(?:[A-Za-z]{1,20}[-_]){0,5}(?:[0-9]{1,20}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
        )
        .ok()?,
        url: Regex::new(r#"https?://[^\s"'<>]+"#).ok()?,
        sentence: Regex::new(
            r"(?i)\b(?:password|passcode|passphrase|pin|token|secret|key|code|otp) is \S*[0-9]",
        )
        .ok()?,
        assignment: Regex::new(
            r#"(?P<name>[A-Za-z0-9_.\-]{2,80})["'\\\]]*\s*(?:[:=>]|&(?:#0*(?:58|61)|#[xX]0*3[aAdD]|equals|colon);)+\s*["'\\]*(?P<value>[^\s"'&<\\]{1,80})"#,
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
    SHOWN_HEADERS.contains(&name)
        || SHOWN_HEADER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            && !is_secret_name(name)
            && !is_session_name(name)
}

/// Returns true if the URLs of a header, such as `Location`, consist of words, numbers and ids. Other headers contain
/// none.
pub(super) fn has_harmless_urls(name: &str, value: &str) -> bool {
    let urls: Vec<&str> = match name {
        "link" => value.split('<').skip(1).map(|part| part.split('>').next().unwrap_or_default()).collect(),
        _ => vec![value],
    };
    !URL_HEADERS.contains(&name) || urls.into_iter().all(is_harmless_reference)
}

/// Returns true if a reference to a resource (RFC 3986, §4.1) consists of words, numbers and ids.
fn is_harmless_reference(reference: &str) -> bool {
    let base = Url::parse("https://a.example/").ok();
    let url = Url::options().base_url(base.as_ref()).parse(reference).ok();
    PATTERNS.as_ref().zip(url).is_some_and(|(patterns, url)| {
        let is_id = |text: &str| patterns.url_segment.is_match(text) || patterns.url_id.is_match(text);
        let is_page = |name: &str| split_words(name).iter().any(|word| PAGE_WORDS.contains(&word.as_str()));
        let is_plain_pair = |(name, value): (Cow<str>, Cow<str>)| {
            is_plain_name(&name) && !is_secret_in_query(&name) && (is_id(&value) || is_page(&name))
        };
        url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none_or(is_id)
            && url.path().split('/').all(is_id)
            && !leads_to_secret(&url, patterns)
            && url.query_pairs().all(is_plain_pair)
    })
}

/// Returns true if a segment of a URL says that the next one is a secret: `/reset-password/abc123`.
fn leads_to_secret(url: &Url, patterns: &Patterns) -> bool {
    let segments: Vec<&str> = url.path().split('/').collect();
    segments.windows(2).any(|pair| is_link_to_secret(pair[0]) && !patterns.url_segment.is_match(pair[1]))
}

fn is_link_to_secret(segment: &str) -> bool {
    is_secret_name(segment) || split_words(segment).iter().any(|word| LINK_WORDS.contains(&word.as_str()))
}

fn is_secret_in_query(name: &str) -> bool {
    let is_query_secret = SECRET_QUERY_NAMES.iter().any(|other| name.eq_ignore_ascii_case(other));
    is_query_secret || is_secret_name(name) || is_session_name(name)
}

/// Returns true if an undocumented name consists of words that somebody chose, and is not a value such as an ID.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.$@ /:+#".contains(c);
    let mut numbers = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    name.len() <= MAX_NAME_BYTES
        && name.chars().all(is_plain)
        && numbers.next().is_none_or(|digits| digits.len() <= MAX_NAME_DIGITS)
        && numbers.next().is_none()
        && !looks_random(name)
}

/// Returns true if a long name consists of random letters: of very short words, or of many consonants.
fn looks_random(name: &str) -> bool {
    if name.len() < MIN_RANDOM_NAME_BYTES {
        return false;
    }
    let words = split_words(name);
    let letters: usize = words.iter().map(String::len).sum();
    let has_vowel = |c: char| "aeiouy0123456789".contains(c);
    let is_unpronounceable = |word: &String| word.split(has_vowel).any(|consonants| consonants.len() > MAX_CONSONANTS);
    letters >= MIN_RANDOM_NAME_BYTES
        && (letters < MIN_WORD_LENGTH * words.len() || words.iter().any(is_unpronounceable))
}

/// Returns the text that a text encodes in Base64, or `None` if it encodes none.
pub(super) fn decode_base64_text(text: &str) -> Option<String> {
    let text = text.trim();
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
    if text.len() < MIN_BASE64_BYTES || !text.bytes().all(is_base64) {
        return None;
    }
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = text.replace('-', "+").replace('_', "/");
    let decoded = String::from_utf8(GeneralPurpose::new(&alphabet::STANDARD, config).decode(standard).ok()?).ok()?;
    // By chance, some names are Base64, but of no text.
    let is_binary = decoded.contains(|c: char| c.is_control() && !c.is_whitespace());
    (!is_binary).then_some(decoded)
}

/// Returns true if an undocumented text is harmless because of its form: a date, or a URL of words.
pub(super) fn is_harmless_text(text: &str) -> bool {
    PATTERNS.as_ref().is_some_and(|patterns| patterns.date.is_match(text) || is_plain_url(text, patterns))
}

fn is_plain_url(text: &str, patterns: &Patterns) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_plain = |segment: &str| patterns.url_segment.is_match(segment) && !is_link_to_secret(segment);
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
    names_a_secret_within(text, 0)
}

/// `depth` is the number of times that the text was percent-decoded.
fn names_a_secret_within(text: &str, depth: usize) -> bool {
    let Some(patterns) = &*PATTERNS else { return true };
    // Most texts are ids and words. The regular expressions need other characters.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return false;
    }
    let visible = to_visible(text);
    if visible.contains('%') {
        let decoded = percent_decode_str(&visible).decode_utf8_lossy();
        if decoded != visible && (depth >= MAX_PERCENT_ENCODINGS || names_a_secret_within(&decoded, depth + 1)) {
            return true;
        }
    }
    let has_url = visible.contains("://");
    visible.chars().any(|c| c.is_control() && !"\r\n\t".contains(c))
        || mixes_alphabets(&visible)
        || visible.contains(" is ") && patterns.sentence.is_match(&visible)
        || has_url && patterns.url.find_iter(&visible).any(|url| is_secret_link(url.as_str(), patterns))
        || (has_url || visible.contains(char::is_whitespace)) && patterns.authorization.is_match(&visible)
        || visible.contains([':', '=', '>', '&']) && has_secret_assignment(&visible, &patterns.assignment)
        || is_table_with_secrets(&visible)
}

fn has_secret_assignment(text: &str, assignment: &Regex) -> bool {
    let mut offset = 0;
    while let Some(captures) = assignment.captures_at(text, offset) {
        let (Some(name), Some(value)) = (captures.name("name"), captures.name("value")) else { return true };
        let is_in_query = text[..name.start()].ends_with(['?', '&', '#', ';']);
        let is_secret = is_secret_name(name.as_str())
            || is_session_name(name.as_str())
            || is_in_query && is_secret_in_query(name.as_str());
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

fn is_secret_link(text: &str, patterns: &Patterns) -> bool {
    Url::parse(text.trim_end_matches(['.', ',', ')', ';'])).is_ok_and(|url| leads_to_secret(&url, patterns))
}

/// Returns a text as readers see it: without invisible characters, which may separate the letters of a name, and with
/// fullwidth characters in their ASCII form.
pub(super) fn to_visible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    text.chars().filter(|c| !is_invisible(*c)).map(to_ascii).collect()
}

/// Returns true for characters without a glyph of their own: soft hyphens, combining marks, zero-width characters, marks
/// of direction, variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Returns the ASCII form of a fullwidth character (U+FF01 to U+FF5E), and every other character unchanged.
fn to_ascii(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Returns true if a word has Latin letters beside Greek or Cyrillic ones, many of which look like Latin letters, or
/// letters of mathematics.
fn mixes_alphabets(text: &str) -> bool {
    let is_lookalike = |c: char| matches!(c, '\u{370}'..='\u{52f}');
    !text.is_ascii()
        && text.split(|c: char| !c.is_alphanumeric()).any(|word| {
            word.contains(is_lookalike) && word.contains(|c: char| c.is_ascii_alphabetic())
                || word.contains(|c: char| matches!(c, '\u{1d400}'..='\u{1d7ff}'))
        })
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
            "https://a.example/verify/abcdef",
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
            "user%3Dann%26password%3Dhunter2",
            "Your password is hunter2.",
            "https://a.example/reset-password/4f2a9c",
            "p\u{430}ssword: hunter2",
            "pass\u{301}word: hunter2",
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
            "100% of the tokens, 5% more",
            "The password is wrong",
            "https://a.example/login/oauth/authorize",
            "\u{43f}\u{430}\u{440}\u{43e}\u{43b}\u{44c} and more",
        ] {
            assert!(!names_a_secret(text), "{text}");
        }
    }

    #[test]
    fn a_name_without_a_document_consists_of_words() {
        for name in
            ["", "user", "x-amz-id-2", "Content Type", "C++", "$ref", "@id", "v12", "strengths", "isXMLHttpRequest"]
        {
            assert!(is_plain_name(name), "{name}");
        }
        for name in [
            "4f2a9c4f2a9c4f2a9c",
            "größe",
            "ann@example.com\u{0}",
            "zq7Kx-hunter2-4Fw9",
            "QmFzZSBzaXhUeWZvdXJUb",
            "qzxjkvbnmwrtplkh",
            "mZAYn5aLEqKUlZ_Ad9U_fWr38GaAQ1oFAhT8ds245v7Q",
        ] {
            assert!(!is_plain_name(name), "{name}");
        }
    }
}
