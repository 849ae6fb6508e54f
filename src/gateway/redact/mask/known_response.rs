//! Masks everything in a response that is not known to be harmless, for callers that may not see secrets.

use super::{
    LabelFn, NOT_STORED,
    harmless::{has_harmless_urls, is_harmless_text, is_plain_name, is_shown_header},
    known_json::{KnownJson, Reason, Replace},
    rewrite_whole,
    secret_detection::{is_secret_name, is_session_name},
};
use crate::{
    gateway::{headers::content_type, transport::response::UpstreamResponse},
    model::media_type::MediaType,
    openapi::ExpectedResponse,
    text,
};
use encoding_rs::Encoding;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

/// Prefixes that prevent browsers from running JSON as a script. Parsers of JSON skip them, and the byte order mark.
const JSON_PREFIXES: [&str; 5] = ["\u{feff}", ")]}',", ")]}'", "while(1);", "for(;;);"];
/// Names before the slash of a media type.
const MAIN_TYPES: [&str; 9] =
    ["application", "audio", "font", "image", "message", "model", "multipart", "text", "video"];
/// The first bytes of files that contain no text.
const FILE_SIGNATURES: [(&str, &[u8]); 8] = [
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/gif", b"GIF8"),
    ("image/webp", b"RIFF"),
    ("application/pdf", b"%PDF-"),
    ("application/zip", b"PK\x03\x04"),
    ("application/gzip", b"\x1f\x8b"),
    ("audio/mpeg", b"ID3"),
];

/// Returns the headers and body, in which everything that is not known to be harmless is replaced. A body that cannot
/// be read is replaced by a notice.
pub(super) fn rewrite_known(
    expected_response: &ExpectedResponse,
    upstream_response: &UpstreamResponse,
    replace: &mut Replace,
) -> (HeaderMap, Vec<u8>) {
    let headers = &upstream_response.headers;
    let mut shown_headers: HeaderMap = headers
        .iter()
        .filter(|(name, _)| is_plain_name(name.as_str()) || is_shown_header(name.as_str()))
        .map(|(name, value)| (name.clone(), mask_header(name, value, replace)))
        .collect();
    let content_type = content_type(headers);
    let body = &upstream_response.body;
    let masked = mask_body(expected_response, MediaType::parse(content_type), body, replace);
    let body = masked.unwrap_or_else(|| {
        shown_headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        withheld_notice(content_type, body.len()).into_bytes()
    });
    (shown_headers, body)
}

fn withheld_notice(content_type: &str, size: usize) -> String {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let shown_type = if is_plain_type(media_type) { media_type } else { "unknown" };
    text!("withheld-body", size = size, media_type = shown_type)
}

/// Returns true if a media type consists of names, and has no other parameter than a character set.
fn is_plain_type(content_type: &str) -> bool {
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let (main_type, subtype) = media_type.trim().split_once('/').unwrap_or_default();
    let charset = parameters.trim().strip_prefix("charset=").unwrap_or(parameters.trim()).trim_matches('"');
    MAIN_TYPES.contains(&main_type.to_ascii_lowercase().as_str())
        && !subtype.is_empty()
        && is_plain_name(subtype)
        && (charset.is_empty() || Encoding::for_label(charset.as_bytes()).is_some())
}

fn mask_header(name: &HeaderName, value: &HeaderValue, replace: &mut Replace) -> HeaderValue {
    let hidden = HeaderValue::from_static(NOT_STORED);
    let Ok(text) = value.to_str() else { return hidden };
    let label = || format!("header {name}");
    let is_shown = is_shown_header(name.as_str())
        && (name != CONTENT_TYPE || is_plain_type(text))
        && has_harmless_urls(name.as_str(), text);
    let rewritten = if is_shown {
        let mut text_masker = KnownJson::new(&ExpectedResponse::Unknown, replace).at(label());
        text_masker.mask_text(text)
    } else {
        let reason = if is_secret_name(name.as_str()) { Reason::Secret } else { Reason::Unknown };
        rewrite_whole(text, &label, &mut |label: LabelFn, secret: &str| replace(label, secret, reason))
    };
    match rewritten {
        Some(rewritten) => HeaderValue::from_str(&rewritten).unwrap_or(hidden),
        None => value.clone(),
    }
}

/// Returns the masked body, or `None` if it does not parse as its type, or has a type that cannot be searched.
fn mask_body(
    expected_response: &ExpectedResponse,
    media_type: MediaType,
    body: &[u8],
    replace: &mut Replace,
) -> Option<Vec<u8>> {
    if body.is_empty() {
        return Some(Vec::new());
    }
    let is_documented = matches!(expected_response, ExpectedResponse::OtherMediaType);
    let Ok(text) = std::str::from_utf8(body) else {
        let has_signature = |(kind, signature): &(&str, &[u8])| {
            media_type.is_same(MediaType::parse(kind)) && body.starts_with(signature)
        };
        return (is_documented && FILE_SIGNATURES.iter().any(has_signature)).then(|| body.to_vec());
    };
    let json = skip_json_prefixes(text);
    // A single text or number is JSON only if its type says so: a text can be a number by chance.
    if media_type.is_json() || json.starts_with(['{', '[']) {
        let masked = KnownJson::new(expected_response, replace).mask_body(json);
        if let Some(masked) = masked {
            return Some([&text[..text.len() - json.len()], &masked].concat().into_bytes());
        }
    }
    if media_type.is_form_urlencoded() {
        return Some(mask_form(text, replace).into_bytes());
    }
    let is_plain_text = media_type.is_same(MediaType::parse("text/plain"));
    (is_documented && is_plain_text).then(|| {
        let masked = KnownJson::new(expected_response, replace).mask_text(text);
        masked.unwrap_or_else(|| text.to_owned()).into_bytes()
    })
}

/// Returns the text after whitespace and all prefixes of JSON.
fn skip_json_prefixes(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(after) = JSON_PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
        rest = after.trim_start();
    }
    rest
}

/// Masks the names and values of a form (WHATWG URL, §5).
fn mask_form(text: &str, replace: &mut Replace) -> String {
    let mut mask_part = |part: &str, name: &str, is_shown: bool| {
        let is_secret = is_secret_name(name) || is_session_name(name);
        if is_shown && !is_secret {
            return part.to_owned();
        }
        let reason = if is_secret { Reason::Secret } else { Reason::Unknown };
        let masked = rewrite_whole(part, &|| name.to_owned(), &mut |label: LabelFn, secret: &str| {
            replace(label, secret, reason)
        });
        masked.unwrap_or_else(|| part.to_owned())
    };
    let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    // As in JSON, the value of a pair can be the name of a secret: `key=pin&value=4815`.
    let names_secret = text.split('&').filter_map(|pair| pair.split_once('=')).any(|(_, value)| {
        let value = decode(value);
        is_secret_name(&value) || is_session_name(&value)
    });
    let pairs = text.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (decoded, decoded_value) = (decode(name), decode(value));
        if names_secret || !is_plain_name(&decoded) {
            return mask_part(pair, "", false);
        }
        let is_number = value.len() <= 12 && value.parse::<f64>().is_ok();
        let is_harmless = is_number || matches!(value, "true" | "false") || is_harmless_text(&decoded_value);
        format!("{name}={}", mask_part(value, &decoded, is_harmless))
    });
    pairs.collect::<Vec<_>>().join("&")
}
