//! What is wrong with arguments, and where.

use serde::Serialize;

/// One thing that keeps a call from being sent, told to the person who can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON Pointer (RFC 6901) into the arguments, or the name of a form control.
    #[serde(rename = "field")]
    pub location: String,
    /// One sentence: what is wrong and what would be right.
    pub message: String,
}

impl Problem {
    /// A problem at a place.
    pub fn new(location: impl Into<String>, message: impl Into<String>) -> Self {
        Self { location: location.into(), message: message.into() }
    }
}

/// Appends a key or index to a JSON Pointer.
pub fn join_pointer(parent: &str, key: &str) -> String {
    let key = key.replace('~', "~0").replace('/', "~1");
    [parent, "/", &key].concat()
}
