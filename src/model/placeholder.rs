//! What stands for a secret of an earlier reply: `{{reply 12 · session_token}}`. The server knows what it means.

use std::{fmt, ops::Range};

const BEFORE: &str = "{{reply ";
const BETWEEN: &str = " · ";
const AFTER: &str = "}}";

/// The name of a secret that the server keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    /// The number of the reply that it came in.
    pub reply: u32,
    /// Its place in there: a path like `user.session_token`, or `#` and a number.
    pub label: String,
}

impl Handle {
    /// The handle that a text is, if it is nothing else.
    pub fn whole(text: &str) -> Option<Self> {
        find(text.trim()).filter(|(at, _)| at.len() == text.trim().len()).map(|(_, handle)| handle)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BEFORE)?;
        f.write_str(&self.reply.to_string())?;
        f.write_str(BETWEEN)?;
        f.write_str(&self.label)?;
        f.write_str(AFTER)
    }
}

/// Whether a text holds a handle, as far as a browser needs to know.
pub fn is_in(text: &str) -> bool {
    text.contains(BEFORE)
}

/// Whether a text is a handle, as far as a browser needs to know.
pub fn is(text: &str) -> bool {
    text.starts_with(BEFORE) && text.ends_with(AFTER)
}

/// The first handle in a text, and where it stands.
pub fn find(text: &str) -> Option<(Range<usize>, Handle)> {
    let mut from = 0;
    while let Some(found) = text[from..].find(BEFORE) {
        let start = from + found;
        from = start + BEFORE.len();
        let read = text[from..].split_once(BETWEEN).and_then(|(number, rest)| {
            let (label, _) = rest.split_once(AFTER)?;
            let end = from + number.len() + BETWEEN.len() + label.len() + AFTER.len();
            Some((start..end, Handle { reply: number.parse().ok()?, label: label.to_owned() }))
        });
        if read.is_some() {
            return read;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Handle, find};

    #[test]
    fn a_handle_is_read_as_it_is_written() {
        let handle = Handle { reply: 12, label: "user.session_token".into() };
        assert_eq!(handle.to_string(), "{{reply 12 · user.session_token}}");
        assert_eq!(Handle::whole(&format!(" {handle} ")), Some(handle.clone()));
        let inside = format!("{{{{reply x · y}}}} Bearer {handle} {{{{reply 1 · z}}}}");
        assert_eq!(find(&inside).map(|(at, found)| (inside[at].to_owned(), found)), Some((handle.to_string(), handle)));
        assert_eq!(Handle::whole(&inside), None);
        for text in ["", "{{reply 1}}", "{{reply  · a}}", "{{reply 1 · a", "{{reply -1 · a}}", "{{answer 1 · a}}"] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
