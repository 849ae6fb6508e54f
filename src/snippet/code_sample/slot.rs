//! Values that fill the slots of a code sample.
//!
//! A value is inserted only if it cannot end the enclosing string in any language. Its characters decide this, without
//! any escaping, because a slot can be in JSON within a string of a shell.

use super::is_invisible;
use crate::model::{
    Arguments, NON_UNRESERVED,
    operation::Operation,
    placeholder,
    schema::{Field, FieldLocation},
    serialize_path_value,
};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;

/// Maximum length of a value, such as a token or an address, in bytes.
const MAX_SLOT_VALUE_BYTES: usize = 4_000;
/// Maximum number of characters of a number that no language rounds.
const MAX_EXACT_DIGITS: usize = 15;

/// A part of a code sample that an argument can fill, such as `${name}`.
#[derive(Clone, Debug)]
pub(super) struct SampleSlot {
    /// Source text of the slot.
    pub(super) source_text: String,
    /// Name of the slot.
    pub(super) name: String,
    /// Key or path segment that identifies the field if the name does not: `user_id` of `user_id: "${exampleUser}"`,
    /// `users` of `/users/${exampleUser}`.
    pub(super) context_key: String,
    /// True if only a path parameter can fill the slot.
    pub(super) is_path_parameter: bool,
    pub(super) position: SlotPosition,
}

/// Position of a slot in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotPosition {
    /// The entire content of a string.
    WholeString,
    /// Part of a URL.
    Url,
    /// Part of another string.
    WithinString,
    /// A word of a shell or of HTTP, outside of strings.
    BareWord,
    /// Code outside of strings.
    Code,
    /// Any position in an unrecognized language.
    UnknownLanguage,
}

impl SampleSlot {
    /// Returns the text that fills the slot, or `None` if there is no safe value.
    pub(super) fn fill(&self, operation: &Operation, arguments: &Arguments) -> Option<String> {
        let field_by_name = find_field(operation, &self.name);
        let field = match self.position {
            SlotPosition::Url if self.is_path_parameter => operation.path_parameter(&self.name),
            SlotPosition::Url => field_by_name.or_else(|| find_path_parameter(operation, &self.context_key)),
            _ => field_by_name.or_else(|| find_field(operation, &self.context_key)),
        };
        let field = field?;
        let value = arguments.get(&field.name)?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        let is_safe_start = !text.is_empty() && !matches!(text.as_str(), "." | "..") && !text.starts_with(['-', '@']);
        let is_unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:@,+/=".contains(c);
        let is_allowed = text.len() <= MAX_SLOT_VALUE_BYTES
            && !placeholder::contains_placeholder(&text)
            && match self.position {
                SlotPosition::WholeString => {
                    !text.starts_with(['-', '@'])
                        && !text.contains(|c| is_invisible(c) || "\n\t\"'\\`$#{}<>!%".contains(c))
                }
                SlotPosition::Url => is_safe_start,
                SlotPosition::WithinString => {
                    is_safe_start
                        && text.chars().all(|c| is_plain(c) || c == ' ' || (!c.is_ascii() && c.is_alphanumeric()))
                }
                SlotPosition::BareWord => is_safe_start && text.chars().all(is_plain),
                SlotPosition::Code => {
                    value.is_number()
                        && text.len() <= MAX_EXACT_DIGITS
                        && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                }
                SlotPosition::UnknownLanguage => is_safe_start && text.chars().all(is_unreserved),
            };
        is_allowed.then(|| {
            if self.position == SlotPosition::Url && field.location == FieldLocation::Path {
                serialize_path_value(field, value)
            } else if self.position == SlotPosition::Url {
                utf8_percent_encode(&text, NON_UNRESERVED).to_string()
            } else {
                text
            }
        })
    }
}

/// Returns the field with the given name, regardless of case and separators: `userId`, `user_id`, `User-ID`.
fn find_field<'a>(operation: &'a Operation, name: &str) -> Option<&'a Field> {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase())
    }
    let is_same = |field: &&Field| letters(&field.name).eq(letters(name));
    letters(name).next()?;
    operation.field(name).or_else(|| operation.fields.iter().find(is_same))
}

/// Returns the path parameter directly after a segment, if the segment precedes only one parameter.
fn find_path_parameter<'a>(operation: &'a Operation, segment: &str) -> Option<&'a Field> {
    let path_prefix = format!("/{segment}/{{");
    let (_, rest) = operation.path.split_once(&path_prefix).filter(|_| !segment.is_empty())?;
    operation.path_parameter(rest.split_once('}').filter(|_| !rest.contains(&path_prefix))?.0)
}
