//! Checks values that become part of a path: none may change which resource the path names.

use super::schema::Field;
use serde_json::Value;

/// Returns true if a value can be sent in a path. A slash in it is sent as `%2F`, or as itself if the document says so;
/// then no segment may be empty, because servers merge consecutive slashes.
pub(super) fn is_path_value(field: &Field, value: &Value) -> bool {
    match value {
        Value::String(text) => is_path_text(field, text),
        Value::Array(items) => !items.is_empty() && items.iter().all(|item| is_path_value(field, item)),
        Value::Object(fields) => {
            !fields.is_empty()
                && fields.iter().all(|(name, value)| is_path_text(field, name) && is_path_value(field, value))
        }
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
    }
}

fn is_path_text(field: &Field, text: &str) -> bool {
    let is_sent_as_is = field.serialization.allow_reserved;
    !text.trim_matches('/').is_empty()
        && text.split('/').all(|segment| is_plain_segment(segment) && !(is_sent_as_is && segment.is_empty()))
}

/// Returns true if a text between two slashes cannot change the path, however often a server decodes it: it is not `.`
/// or `..`, also before a `;`, and contains no slash, backslash or control character.
pub(crate) fn is_plain_segment(text: &str) -> bool {
    let bytes = decode_fully(text);
    let name = bytes.split(|byte| *byte == b';').next().unwrap_or_default();
    !matches!(name, b"." | b"..")
        && !bytes.iter().any(|byte| matches!(byte, b'/' | b'\\' | ..b' ' | 0x7f))
        && !text.chars().any(char::is_control)
}

/// Decodes percent-encoding until nothing is encoded any more.
pub(crate) fn decode_fully(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        decoded.push(byte);
        while let [.., b'%', high, low] = *decoded
            && let (Some(high), Some(low)) = (hex_value(high), hex_value(low))
        {
            decoded.truncate(decoded.len() - 3);
            decoded.push((high << 4) | low);
        }
    }
    decoded
}

/// Returns the value of a hexadecimal digit.
pub(crate) fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_path_value, is_plain_segment};
    use crate::model::schema::{Field, FieldSerialization};
    use serde_json::json;

    #[test]
    fn a_segment_is_refused_if_any_decoding_of_it_changes_the_path() {
        for text in [
            ".",
            "..",
            "%2e",
            "%2E%2e",
            ".%2e",
            "%252e%252e",
            "%25252e.",
            "..;x",
            "..%3bx",
            "a/b",
            "a%2fb",
            "a%252Fb",
            "a\\b",
            "a%5cb",
            "%00",
            "a%0a",
            "%2%35%32e",
            "\u{85}",
            "a\u{7f}",
        ] {
            assert!(!is_plain_segment(text), "{text:?}");
        }
        for text in ["", "...", "a", "a.", ".a", "100%", "50%ABC", "%", "%2", "%zz", "a;b", "ü", "a b", "%25"] {
            assert!(is_plain_segment(text), "{text:?}");
        }
    }

    #[test]
    fn a_slash_in_a_value_cannot_change_the_path() {
        let encoded = Field::default();
        let serialization = FieldSerialization { allow_reserved: true, ..FieldSerialization::default() };
        let as_is = Field { serialization, ..Field::default() };
        for (value, if_encoded, if_sent_as_is) in [
            (json!("group/project"), true, true),
            (json!("10.1000/xyz(2)"), true, true),
            (json!("https://example.com/"), true, false),
            (json!("/a"), true, false),
            (json!("a//b"), true, false),
            (json!("/"), false, false),
            (json!("//"), false, false),
            (json!(""), false, false),
            (json!("../a"), false, false),
            (json!("a/./b"), false, false),
            (json!("a/%2e%2e/b"), false, false),
            (json!("..%2fa"), false, false),
            (json!(["a", ".."]), false, false),
            (json!({"a": "b/c"}), true, true),
            (json!({"..": "b"}), false, false),
        ] {
            assert_eq!(is_path_value(&encoded, &value), if_encoded, "{value} encoded");
            assert_eq!(is_path_value(&as_is, &value), if_sent_as_is, "{value} as it is");
        }
    }
}
