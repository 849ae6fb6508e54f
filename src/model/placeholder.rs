//! What stands for a secret of an earlier reply: `{{reply 12 · session_token}}`. The server knows what it means.

use std::{fmt, ops::Range};

const PREFIX: &str = "{{reply ";
const SEPARATOR: &str = " · ";
const SUFFIX: &str = "}}";

/// The name of a secret that the server keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placeholder {
    /// The number of the reply that it came in.
    pub response_number: u32,
    /// Its place in there: a path like `user.session_token`, or `#` and a number.
    pub label: String,
}

impl Placeholder {
    /// The handle that a text is, if it is nothing else.
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

/// Whether a text holds a handle, as far as a browser needs to know.
pub fn contains_placeholder(text: &str) -> bool {
    text.contains(PREFIX)
}

/// Whether a text is a handle, as far as a browser needs to know.
pub fn is_placeholder(text: &str) -> bool {
    text.starts_with(PREFIX) && text.ends_with(SUFFIX)
}

/// The first handle in a text, and where it stands.
pub fn find_first(text: &str) -> Option<(Range<usize>, Placeholder)> {
    let mut from = 0;
    while let Some(found) = text[from..].find(PREFIX) {
        let start = from + found;
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
    fn a_handle_is_read_as_it_is_written() {
        let placeholder = Placeholder { response_number: 12, label: "user.session_token".into() };
        assert_eq!(placeholder.to_string(), "{{reply 12 · user.session_token}}");
        assert_eq!(Placeholder::parse(&format!(" {placeholder} ")), Some(placeholder.clone()));
        let inside = format!("{{{{reply x · y}}}} Bearer {placeholder} {{{{reply 1 · z}}}}");
        assert_eq!(
            find_first(&inside).map(|(at, found)| (inside[at].to_owned(), found)),
            Some((placeholder.to_string(), placeholder))
        );
        assert_eq!(Placeholder::parse(&inside), None);
        for text in ["", "{{reply 1}}", "{{reply  · a}}", "{{reply 1 · a", "{{reply -1 · a}}", "{{answer 1 · a}}"] {
            assert_eq!(find_first(text), None, "{text}");
        }
    }
}
