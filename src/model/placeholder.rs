//! Placeholders for the secrets of earlier responses: `{{response 12.session_token}}`. Only the server can resolve them.

use std::{fmt, ops::Range};

/// The word that every placeholder contains. JSON may write the braces around it as escapes.
pub const PLACEHOLDER_KEYWORD: &str = "response";
const PREFIX: &str = "{{response ";
const SEPARATOR: &str = ".";
const SUFFIX: &str = "}}";

/// A reference to a secret that the server stores.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placeholder {
    /// Number of the response that contained the secret.
    pub response_number: u32,
    /// Place in that response: a path like `user.session_token`, or `#` and a number.
    pub label: String,
}

impl Placeholder {
    /// Parses a text that consists of one placeholder, apart from surrounding whitespace.
    pub fn parse(text: &str) -> Option<Self> {
        find_first(text.trim())
            .filter(|(range, _)| range.len() == text.trim().len())
            .map(|(_, placeholder)| placeholder)
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        f.write_str(&self.response_number.to_string())?;
        f.write_str(SEPARATOR)?;
        f.write_str(&self.label)?;
        f.write_str(SUFFIX)
    }
}

/// Returns true if a text contains the start of a placeholder. The browser needs no stricter check.
pub fn contains_placeholder(text: &str) -> bool {
    text.contains(PREFIX)
}

/// Returns true if a text has the start and the end of a placeholder. The browser needs no stricter check.
pub fn is_placeholder(text: &str) -> bool {
    text.starts_with(PREFIX) && text.ends_with(SUFFIX)
}

/// Returns the first placeholder in a text, and its byte range.
pub fn find_first(text: &str) -> Option<(Range<usize>, Placeholder)> {
    let mut from = 0;
    while let Some(offset) = text[from..].find(PREFIX) {
        let start = from + offset;
        from = start + PREFIX.len();
        let parsed = text[from..].split_once(SEPARATOR).and_then(|(number, rest)| {
            let (label, _) = rest.split_once(SUFFIX)?;
            let end = from + number.len() + SEPARATOR.len() + label.len() + SUFFIX.len();
            Some((start..end, Placeholder { response_number: number.parse().ok()?, label: label.to_owned() }))
        });
        if parsed.is_some() {
            return parsed;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, find_first};

    #[test]
    fn a_placeholder_is_parsed_as_it_is_displayed() {
        let placeholder = Placeholder { response_number: 12, label: "user.session_token".into() };
        assert_eq!(placeholder.to_string(), "{{response 12.user.session_token}}");
        assert_eq!(Placeholder::parse(&format!(" {placeholder} ")), Some(placeholder.clone()));
        let inside = format!("{{{{response x.y}}}} Bearer {placeholder} {{{{response 1.z}}}}");
        assert_eq!(
            find_first(&inside).map(|(range, parsed)| (inside[range].to_owned(), parsed)),
            Some((placeholder.to_string(), placeholder))
        );
        assert_eq!(Placeholder::parse(&inside), None);
        for text in ["", "{{response 1}}", "{{response .a}}", "{{response 1.a", "{{response -1.a}}", "{{request 1.a}}"]
        {
            assert_eq!(find_first(text), None, "{text}");
        }
    }
}
