//! What may stand in place of a placeholder.
//!
//! A value comes in only where it cannot end the string that it stands in, in no language; that is decided by the
//! characters that it has, not by escapes, as the placeholder may stand in JSON within a string of a shell.

use super::is_hidden;
use crate::model::{
    Arguments, UNRESERVED,
    operation::Operation,
    placeholder,
    schema::{Field, Place},
};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

/// Bytes of a value: a token, an address.
const LONGEST: usize = 4_000;

/// A placeholder.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    /// As it is written.
    pub(super) text: String,
    /// What it is called.
    pub(super) name: String,
    /// What tells what is meant, where its name does not: `user_id` of `user_id: "${exampleUser}"`, `users` of
    /// `/users/${exampleUser}`.
    pub(super) key: String,
    /// Whether only a parameter of the path can be meant.
    pub(super) is_in_path: bool,
    pub(super) at: At,
}

/// What it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Quotes of its own.
    Whole,
    /// A URL.
    Url,
    /// A longer string.
    String,
    /// A word of a shell, or of HTTP.
    Word,
    /// Code.
    Code,
    /// A language of which nothing is known.
    Unknown,
}

impl Hole {
    /// What stands in its place, where there is a value that can.
    pub(super) fn filled(&self, operation: &Operation, arguments: &Arguments) -> Option<String> {
        let named = field(operation, &self.name);
        let field = match self.at {
            At::Url if self.is_in_path => named.filter(|field| field.place == Place::Path && field.name == self.name),
            At::Url => named.or_else(|| behind(operation, &self.key)),
            _ => named.or_else(|| field(operation, &self.key)),
        };
        let value = arguments.get(&field?.name)?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        let is_free = !text.is_empty() && !matches!(text.as_str(), "." | "..") && !text.starts_with(['-', '@']);
        let is_unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:@,+/=".contains(c);
        let can = text.len() <= LONGEST
            && !placeholder::is_in(&text)
            && match self.at {
                At::Whole => {
                    !text.starts_with(['-', '@'])
                        && !text.contains(|c| is_hidden(c) || "\n\t\"'\\`$#{}<>!%".contains(c))
                }
                At::Url => is_free,
                At::String => {
                    is_free && text.chars().all(|c| is_plain(c) || c == ' ' || (!c.is_ascii() && c.is_alphanumeric()))
                }
                At::Word => is_free && text.chars().all(is_plain),
                At::Code => value.is_number() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.'),
                At::Unknown => is_free && text.chars().all(is_unreserved),
            };
        can.then(|| if self.at == At::Url { utf8_percent_encode(&text, UNRESERVED).to_string() } else { text })
    }
}

/// The field with a name, however its words are put together: `userId`, `user_id`, `User-ID`.
fn field<'a>(operation: &'a Operation, name: &str) -> Option<&'a Field> {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase())
    }
    let is_same = |field: &&Field| letters(&field.name).eq(letters(name));
    letters(name).next()?;
    operation.field(name).or_else(|| operation.fields.iter().find(is_same))
}

/// The parameter that stands behind such a segment, and only there.
fn behind<'a>(operation: &'a Operation, segment: &str) -> Option<&'a Field> {
    let mark = ["/", segment, "/{"].concat();
    let (_, rest) = operation.path.split_once(&mark).filter(|_| !segment.is_empty())?;
    operation.field(rest.split_once('}').filter(|_| !rest.contains(&mark))?.0)
}
