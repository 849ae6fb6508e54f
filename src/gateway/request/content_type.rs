//! Chooses the media types of bodies and responses among those that a document describes.

use super::{invalid_request, multipart::header_parameters, proxied_multipart::ensure_utf8};
use crate::{
    model::{
        error::ExplorerError,
        is_token,
        media_type::{MediaType, other_charset},
    },
    text,
};
use reqwest::header::HeaderValue;

/// A media type of a document, and that of the request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContentTypeChoice<'a> {
    /// The media type as the document spells it.
    pub(crate) document_key: &'a str,
    /// The media type that is sent: the same, one within its range, or one with more parameters.
    pub(crate) content_type: String,
}

/// Finds the media type of a document that a caller means: the same text, or else the same type with parameters that do
/// not contradict, or else the smallest range that contains it.
///
/// # Errors
/// Returns an error if the operation documents no such media type, or if the text is in another charset than UTF-8.
pub(crate) fn choose_content_type<'a>(
    documented: &'a [String],
    requested: &str,
) -> Result<ContentTypeChoice<'a>, ExplorerError> {
    if let Some(key) = documented.iter().find(|key| *key == requested) {
        return Ok(ContentTypeChoice { document_key: key, content_type: key.clone() });
    }
    let matches = documented.iter().filter_map(|key| Some((MediaTypeMatch::new(key, requested)?, key)));
    let Some((found, key)) = matches.min_by_key(|(found, _)| (found.range, found.unnamed_parameters)) else {
        return Err(undocumented_error(documented, requested));
    };
    if !MediaType::parse(requested).is_binary() {
        ensure_utf8(requested).map_err(|_| {
            // The media type is valid, so its charset is the problem.
            let charset = other_charset(requested).unwrap_or_default();
            invalid_request(&text!("media-type-charset", charset = charset))
        })?;
    }
    Ok(ContentTypeChoice { document_key: key, content_type: found.content_type })
}

/// Returns the media type of a response that a caller chooses among those of the document.
///
/// # Errors
/// Returns an error if the document describes no such response.
pub(crate) fn choose_accept(documented: &[String], requested: &str) -> Result<HeaderValue, ExplorerError> {
    let same = documented.iter().find(|key| *key == requested).cloned();
    let matched = || documented.iter().find_map(|key| MediaTypeMatch::new(key, requested));
    let chosen = same.or_else(|| matched().map(|found| found.content_type));
    chosen.and_then(|chosen| HeaderValue::try_from(chosen).ok()).ok_or_else(|| {
        let shown = shown_type(requested);
        invalid_request(&match documented {
            [] => text!("media-type-no-responses", media_type = shown),
            _ => text!("media-type-unknown-response", media_type = shown, documented = documented.join(", ")),
        })
    })
}

fn undocumented_error(documented: &[String], requested: &str) -> ExplorerError {
    let shown = shown_type(requested);
    invalid_request(&match documented {
        [] => text!("media-type-no-body", media_type = shown),
        _ => text!("media-type-unknown-body", media_type = shown, documented = documented.join(", ")),
    })
}

/// Returns the start of a media type as messages show it, in quotes.
fn shown_type(requested: &str) -> String {
    format!("{:?}", requested.chars().take(100).collect::<String>())
}

/// A media type of a document that a requested one matches.
struct MediaTypeMatch {
    /// 0 for the same type, 1 for `image/*`, 2 for `*/*`.
    range: u8,
    /// Number of documented parameters that the request does not name.
    unnamed_parameters: usize,
    content_type: String,
}

impl MediaTypeMatch {
    /// Returns `None` if the requested media type is invalid, a range, or not the documented one.
    fn new(documented: &str, requested: &str) -> Option<Self> {
        let ((essence, parameters), (requested_essence, requested_parameters)) =
            (header_parameters(documented)?, header_parameters(requested)?);
        let (one, other) = (MediaType::parse(essence), MediaType::parse(requested_essence));
        if !is_essence(requested_essence) || other.is_range() || !(one.is_same(other) || one.includes(other)) {
            return None;
        }
        let named = |name: &str| requested_parameters.iter().find(|(other, _)| other == name);
        let is_equal = |(name, value): &(String, String)| {
            named(name)
                .is_none_or(|(_, other)| value == other || name == "charset" && value.eq_ignore_ascii_case(other))
        };
        if !parameters.iter().all(is_equal) {
            return None;
        }
        let is_added = |(name, _): &&(String, String)| parameters.iter().all(|(other, _)| other != name);
        let added = requested_parameters.iter().filter(is_added).map(|(name, value)| {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
            if is_token(value) { format!("; {name}={value}") } else { format!("; {name}=\"{escaped}\"") }
        });
        // The sender of parts chooses their boundary.
        let added: String = if other.is_multipart() { String::new() } else { added.collect() };
        let documented_parameters = &documented[documented.find(';').unwrap_or(documented.len())..];
        Some(Self {
            range: if one.is_same(other) { 0 } else { 1 + u8::from(essence.starts_with('*')) },
            unnamed_parameters: parameters.iter().filter(|(name, _)| named(name).is_none()).count(),
            content_type: if one.is_range() {
                [requested_essence, documented_parameters, &added].concat()
            } else {
                [documented, &added].concat()
            },
        })
    }
}

/// Returns true for a type and a subtype (RFC 6838, §4.2).
fn is_essence(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+*".contains(&byte);
        (1..=127).contains(&name.len()) && name.bytes().all(is_allowed)
    };
    text.split_once('/').is_some_and(|(main_type, subtype)| is_name(main_type) && is_name(subtype))
}

#[cfg(test)]
mod tests {
    use super::choose_content_type;

    fn choose(documented: &[&str], requested: &str) -> Option<(String, String)> {
        let documented: Vec<String> = documented.iter().map(|key| (*key).to_owned()).collect();
        let choice = choose_content_type(&documented, requested).ok()?;
        Some((choice.document_key.to_owned(), choice.content_type))
    }

    #[test]
    fn a_requested_media_type_is_matched_by_type_parameters_and_range() {
        let documented = ["text/plain", "text/csv; charset=utf-8", "a/v;version=1", "a/v;version=2", "image/*", "*/*"];
        for (requested, key, sent) in [
            ("text/plain", "text/plain", "text/plain"),
            ("TEXT/Plain", "text/plain", "text/plain"),
            ("text/csv", "text/csv; charset=utf-8", "text/csv; charset=utf-8"),
            ("text/csv;charset=\"UTF-8\"", "text/csv; charset=utf-8", "text/csv; charset=utf-8"),
            ("text/csv; header=present", "text/csv; charset=utf-8", "text/csv; charset=utf-8; header=present"),
            ("text/plain; format=flowed; x=\"a b\"", "text/plain", "text/plain; format=flowed; x=\"a b\""),
            ("a/v; version=2", "a/v;version=2", "a/v;version=2"),
            ("a/v; version=3", "*/*", "a/v; version=3"),
            ("image/png", "image/*", "image/png"),
            ("image/*", "image/*", "image/*"),
            ("multipart/form-data; boundary=x", "*/*", "multipart/form-data"),
        ] {
            assert_eq!(choose(&documented, requested), Some((key.into(), sent.into())), "{requested}");
        }
        for requested in
            ["", "text", "text/", "nonsense", "text/*", "a b/c", "text/plain; charset", "text/plain\r\nX: 1"]
        {
            assert_eq!(choose(&documented, requested), None, "{requested}");
        }
        for requested in ["text/csv", "text/plain; charset=latin1", "application/json"] {
            assert_eq!(choose(&["text/plain"], requested), None, "{requested}");
        }
        assert_eq!(choose(&["text/csv; charset=utf-8"], "text/csv; charset=utf-16"), None);
        assert_eq!(choose(&[], "application/json"), None);
    }
}
