//! The media types of responses, among which callers choose by the header Accept (RFC 9110, §12.5.1).

use super::reference::Resolver;
use crate::model::media_type::MediaType;
use serde_json::Value;

/// Maximum number of media types.
const MAX_MEDIA_TYPES: usize = 12;
/// Maximum length of a media type, in bytes. Longer ones are ignored.
const MAX_MEDIA_TYPE_BYTES: usize = 100;
/// The range that is added, so that a provider can always respond.
const ANY: &str = "*/*;q=0.1";

/// Returns the media types of the responses of an operation, the most specific first: JSON, other types, ranges. Those
/// of successes precede those of errors.
pub(super) fn response_media_types(resolver: Resolver, responses: &Value) -> Vec<String> {
    let mut entries: Vec<(&String, &Value)> = responses.as_object().into_iter().flatten().collect();
    entries.retain(|(status, _)| !status.starts_with("x-"));
    entries.sort_by_key(|(status, _)| !status.starts_with('2'));
    let mut media_types: Vec<String> = Vec::new();
    for (_, response) in entries {
        let content = resolver.resolve(response).ok().and_then(|response| response.get("content")?.as_object());
        for media_type in content.into_iter().flatten().map(|(media_type, _)| media_type) {
            let is_known = media_types.iter().any(|other| other.eq_ignore_ascii_case(media_type));
            if !is_known && is_sendable(media_type) && media_types.len() < MAX_MEDIA_TYPES {
                media_types.push(media_type.clone());
            }
        }
    }
    media_types.sort_by_key(|media_type| {
        let parsed = MediaType::parse(media_type);
        (parsed.is_range(), parsed.is_range() && media_type.starts_with('*'), !parsed.is_json())
    });
    media_types
}

/// Returns the value of the header Accept for media types; empty if there is nothing to choose: without any, and for
/// plain JSON alone.
pub(super) fn accept_header(media_types: &[String]) -> String {
    let named = media_types.iter().filter(|media_type| !media_type.starts_with("*/*")).map(String::as_str);
    let named: Vec<&str> = named.collect();
    let is_plain_json = |media_type: &&str| media_type.eq_ignore_ascii_case("application/json");
    if named.iter().all(is_plain_json) { String::new() } else { format!("{}, {ANY}", named.join(", ")) }
}

/// Returns true for a media type that a header can name.
fn is_sendable(media_type: &str) -> bool {
    let is_listed = media_type.contains(',');
    let is_plain = media_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let (main_type, subtype) = media_type.split(';').next().unwrap_or_default().split_once('/').unwrap_or_default();
    is_plain
        && !is_listed
        && media_type.len() <= MAX_MEDIA_TYPE_BYTES
        && [main_type, subtype].iter().all(|part| !part.trim().is_empty() && !part.trim().contains([' ', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn media_types_are_listed_from_the_most_specific_one() {
        let content = |media_types: &[&str]| -> Value {
            let content = media_types.iter().map(|media_type| ((*media_type).to_owned(), json!({})));
            json!({"description": "", "content": Value::Object(content.collect())})
        };
        let responses = json!({
            "default": content(&["application/problem+json"]),
            "200": content(&["*/*", "text/*", "text/csv; header=present", "application/json", "Text/CSV", "a, b", "x"]),
            "204": {"description": ""},
            "201": content(&["text/csv", "APPLICATION/JSON"]),
        });
        let media_types = response_media_types(Resolver::Whole(&Value::Null), &responses);
        let expected =
            ["application/json", "application/problem+json", "text/csv; header=present", "Text/CSV", "text/*", "*/*"];
        assert_eq!(media_types, expected);
        let accept =
            "application/json, application/problem+json, text/csv; header=present, Text/CSV, text/*, */*;q=0.1";
        assert_eq!(accept_header(&media_types), accept);
        for nothing in [&["*/*".to_owned()][..], &["application/json".to_owned()], &[]] {
            assert_eq!(accept_header(nothing), "");
        }
        assert_eq!(accept_header(&["application/vnd.a+json".into()]), "application/vnd.a+json, */*;q=0.1");
    }
}
