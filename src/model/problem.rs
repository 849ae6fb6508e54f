//! Problems with arguments, and their locations.

use serde::Serialize;

/// A reason that prevents a call from being sent, described for the user who can fix it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON Pointer (RFC 6901) into the arguments, or the name of a form control.
    #[serde(rename = "field")]
    pub location: String,
    /// One sentence: the problem, and a valid alternative.
    pub message: String,
}

impl Problem {
    /// Creates a problem at a location.
    pub fn new(location: impl Into<String>, message: impl Into<String>) -> Self {
        Self { location: location.into(), message: message.into() }
    }
}

/// Decodes a key of a JSON Pointer, which [`join_pointer`] encodes (RFC 6901, §4).
pub fn decode_pointer_key(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

/// Appends a key or index to a JSON Pointer.
pub fn join_pointer(parent: &str, key: &str) -> String {
    let key = key.replace('~', "~0").replace('/', "~1");
    [parent, "/", &key].concat()
}
