//! The characters that cookies can contain.

use super::{
    schema::{Field, ParameterStyle},
    token::is_token,
};
use serde_json::Value;

/// Returns true if a value can be sent in a field. Cookies that are not encoded cannot contain all characters.
pub(super) fn can_be_sent(field: &Field, value: &Value) -> bool {
    match value {
        _ if field.serialization.style != Some(ParameterStyle::Cookie) => true,
        Value::Array(items) => items.iter().all(|item| can_be_sent(field, item)),
        Value::Object(fields) => fields.iter().all(|(name, value)| is_token(name) && can_be_sent(field, value)),
        Value::String(text) => text.bytes().all(is_cookie_byte),
        // The JSON of the others has no other characters.
        _ => true,
    }
}

/// Returns true for the characters of cookie values, which have no encoding of their own (RFC 6265, §4.1.1).
pub(super) fn is_cookie_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}
