//! Finds the strings of a JSON text and the path of each, without parsing it into values: a response may be large, and
//! everything but its secrets must stay byte for byte the same.

use std::{borrow::Cow, ops::Range};

/// Maximum nesting depth of arrays and objects.
const MAX_DEPTH: usize = 500;

/// The field names and array indices that lead to a string.
#[derive(Default)]
pub(crate) struct JsonPath(Vec<JsonPathSegment>);

enum JsonPathSegment {
    /// Name of the field that is being read.
    Object(String),
    /// Index of the current item.
    Array(usize),
}

impl JsonPath {
    /// Returns the name of the innermost field that contains the string, directly or in an array.
    pub(crate) fn field_name(&self) -> &str {
        let names = self.0.iter().rev().map(|level| match level {
            JsonPathSegment::Object(name) => Some(name.as_str()),
            JsonPathSegment::Array(_) => None,
        });
        names.flatten().next().unwrap_or_default()
    }

    /// Returns the path as a label, such as `user.emails.0.token`.
    pub(crate) fn label(&self) -> String {
        let names = self.0.iter().map(|level| match level {
            JsonPathSegment::Object(name) => name.clone(),
            JsonPathSegment::Array(index) => index.to_string(),
        });
        names.collect::<Vec<_>>().join(".")
    }
}

/// Returns true if a text looks like JSON that can contain strings.
pub(crate) fn is_json_like(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

/// Calls `visit` for every string value with its path and its byte range, quotes included. Returns `None` if the text
/// is nested deeper than [`MAX_DEPTH`].
pub(crate) fn visit_string_values(text: &str, mut visit: impl FnMut(&JsonPath, Range<usize>)) -> Option<()> {
    let bytes = text.as_bytes();
    let mut path = JsonPath::default();
    let mut is_key = false;
    let mut offset = 0;
    while let Some(byte) = bytes.get(offset) {
        match byte {
            b'"' => {
                let string = offset..string_end(bytes, offset);
                offset = string.end;
                match path.0.last_mut() {
                    Some(JsonPathSegment::Object(name)) if is_key => *name = unescape(&text[string]).into_owned(),
                    _ => visit(&path, string),
                }
                is_key = false;
                continue;
            }
            b'{' | b'[' => {
                is_key = *byte == b'{';
                path.0.push(if is_key { JsonPathSegment::Object(String::new()) } else { JsonPathSegment::Array(0) });
                if path.0.len() > MAX_DEPTH {
                    return None;
                }
            }
            b'}' | b']' => {
                path.0.pop();
                is_key = false;
            }
            b',' => match path.0.last_mut() {
                Some(JsonPathSegment::Array(index)) => *index += 1,
                Some(JsonPathSegment::Object(_)) => is_key = true,
                None => {}
            },
            _ => {}
        }
        offset += 1;
    }
    Some(())
}

/// Returns the decoded value of a quoted string, or its text without quotes if the escapes are invalid.
pub(crate) fn unescape(string: &str) -> Cow<'_, str> {
    if !string.contains('\\') {
        return string.trim_matches('"').into();
    }
    serde_json::from_str(string).map_or_else(|_| string.trim_matches('"').into(), Cow::<str>::Owned)
}

/// Returns the end offset of the string whose opening quote is at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut offset = start + 1;
    while let Some(byte) = bytes.get(offset) {
        match byte {
            b'"' => return offset + 1,
            b'\\' => offset += 2,
            _ => offset += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{unescape, visit_string_values};

    fn strings(text: &str) -> Option<Vec<(String, String, String)>> {
        let mut json_strings = Vec::new();
        visit_string_values(text, |path, range| {
            json_strings.push((path.label(), path.field_name().to_owned(), unescape(&text[range]).into_owned()));
        })?;
        Some(json_strings)
    }

    #[test]
    fn every_string_is_found_with_its_path() {
        let text =
            r#" {"a": "x\"\u00e9", "b": {"c, {": ["1", 2, ["3"], {"d": "4"}], "e": null}, "f": {}, "g": "5"} "tail" "#;
        let expected = [
            ("a", "a", "x\"é"),
            ("b.c, {.0", "c, {", "1"),
            ("b.c, {.2.0", "c, {", "3"),
            ("b.c, {.3.d", "d", "4"),
            ("g", "g", "5"),
            ("", "", "tail"),
        ];
        let expected = expected.map(|(label, name, text)| (label.to_owned(), name.to_owned(), text.to_owned()));
        assert_eq!(strings(text), Some(expected.into()));
    }

    #[test]
    fn malformed_json_is_read_as_far_as_possible() {
        for text in ["", "{", "[1, \"a", "\"\\", "}}\"a\"", "{\"a\" \"b\"", "é\""] {
            assert!(strings(text).is_some(), "{text}");
        }
        assert_eq!(strings(&"[".repeat(100_000)), None);
    }
}
