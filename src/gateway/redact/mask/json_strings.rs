//! The strings of a JSON text, where each stands, and what it is called: without making values of them, since a reply may be large,
//! and stays as it was written but for its secrets.

use std::{borrow::Cow, ops::Range};

/// Lists and objects that may stand in each other.
const MAX_DEPTH: usize = 500;

/// Names and indices that lead to a string.
#[derive(Default)]
pub(crate) struct JsonPath(Vec<JsonPathSegment>);

enum JsonPathSegment {
    /// The name of the field that is being read.
    Object(String),
    /// The index of the item.
    Array(usize),
}

impl JsonPath {
    /// The name of the field that holds the string, or the list that it is in.
    pub(crate) fn field_name(&self) -> &str {
        let names = self.0.iter().rev().map(|level| match level {
            JsonPathSegment::Object(name) => Some(name.as_str()),
            JsonPathSegment::Array(_) => None,
        });
        names.flatten().next().unwrap_or_default()
    }

    /// `user.emails.0.token`
    pub(crate) fn label(&self) -> String {
        let names = self.0.iter().map(|level| match level {
            JsonPathSegment::Object(name) => name.clone(),
            JsonPathSegment::Array(index) => index.to_string(),
        });
        names.collect::<Vec<_>>().join(".")
    }
}

/// Whether a text looks like JSON that holds strings.
pub(crate) fn is_json_like(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

/// Visits all strings that are values, each with its place, quotes included. Nothing, where it goes too deep.
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

/// What a string says; where it is broken, its characters.
pub(crate) fn unescape(string: &str) -> Cow<'_, str> {
    if !string.contains('\\') {
        return string.trim_matches('"').into();
    }
    serde_json::from_str(string).map_or_else(|_| string.trim_matches('"').into(), Cow::<str>::Owned)
}

/// Where the string ends that begins at a quote.
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
        let mut found = Vec::new();
        visit_string_values(text, |path, range| {
            found.push((path.label(), path.field_name().to_owned(), unescape(&text[range]).into_owned()));
        })?;
        Some(found)
    }

    #[test]
    fn every_string_is_found_with_its_place() {
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
    fn what_is_broken_is_read_as_far_as_it_goes() {
        for text in ["", "{", "[1, \"a", "\"\\", "}}\"a\"", "{\"a\" \"b\"", "é\""] {
            assert!(strings(text).is_some(), "{text}");
        }
        assert_eq!(strings(&"[".repeat(100_000)), None);
    }
}
