//! The strings of a JSON text, where each stands, and what it is called: without making values of them, since a reply may be large,
//! and stays as it was written but for its secrets.

use std::{borrow::Cow, ops::Range};

/// Lists and objects that may stand in each other.
const DEEPEST: usize = 500;

/// Names and indices that lead to a string.
#[derive(Default)]
pub(crate) struct Path(Vec<Level>);

enum Level {
    /// The name of the field that is being read.
    Object(String),
    /// The index of the item.
    List(usize),
}

impl Path {
    /// The name of the field that holds the string, or the list that it is in.
    pub(crate) fn name(&self) -> &str {
        let names = self.0.iter().rev().map(|level| match level {
            Level::Object(name) => Some(name.as_str()),
            Level::List(_) => None,
        });
        names.flatten().next().unwrap_or_default()
    }

    /// `user.emails.0.token`
    pub(crate) fn label(&self) -> String {
        let names = self.0.iter().map(|level| match level {
            Level::Object(name) => name.clone(),
            Level::List(index) => index.to_string(),
        });
        names.collect::<Vec<_>>().join(".")
    }
}

/// Whether a text looks like JSON that holds strings.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

/// Visits all strings that are values, each with its place, quotes included. Nothing, where it goes too deep.
pub(crate) fn each(text: &str, mut visit: impl FnMut(&Path, Range<usize>)) -> Option<()> {
    let bytes = text.as_bytes();
    let mut path = Path::default();
    let mut is_key = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let string = at..end(bytes, at);
                at = string.end;
                match path.0.last_mut() {
                    Some(Level::Object(name)) if is_key => *name = content(&text[string]).into_owned(),
                    _ => visit(&path, string),
                }
                is_key = false;
                continue;
            }
            b'{' | b'[' => {
                is_key = *byte == b'{';
                path.0.push(if is_key { Level::Object(String::new()) } else { Level::List(0) });
                if path.0.len() > DEEPEST {
                    return None;
                }
            }
            b'}' | b']' => {
                path.0.pop();
                is_key = false;
            }
            b',' => match path.0.last_mut() {
                Some(Level::List(index)) => *index += 1,
                Some(Level::Object(_)) => is_key = true,
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    Some(())
}

/// What a string says; where it is broken, its characters.
pub(crate) fn content(string: &str) -> Cow<'_, str> {
    if !string.contains('\\') {
        return string.trim_matches('"').into();
    }
    serde_json::from_str(string).map_or_else(|_| string.trim_matches('"').into(), Cow::<str>::Owned)
}

/// Where the string ends that begins at a quote.
fn end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{content, each};

    fn strings(text: &str) -> Option<Vec<(String, String, String)>> {
        let mut found = Vec::new();
        each(text, |path, at| found.push((path.label(), path.name().to_owned(), content(&text[at]).into_owned())))?;
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
