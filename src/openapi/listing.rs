//! What lists, the sidebar and the search know about operations: the light part, which is held for all of them.

use super::Documentation;
use crate::model::operation::Method;

/// An operation, as far as a list must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Name in URLs and SDK calls: `apiUserV1Create`.
    pub name: String,
    /// HTTP method.
    pub method: Method,
    /// Path template: `/v1/users/{user_id}`.
    pub path: String,
    /// What people call it.
    pub title: String,
    /// Its group's name.
    pub group: String,
    /// Whether the document advises against it.
    pub is_deprecated: bool,
    /// Names of its parameters and of the fields of its body.
    pub fields: Vec<String>,
}

impl Listing {
    /// The light part of an operation's documentation.
    pub(super) fn new(documented: &Documentation, is_deprecated: bool) -> Self {
        let operation = &documented.operation;
        Self {
            name: operation.name.clone(),
            method: operation.method,
            path: operation.path.clone(),
            title: documented.title.clone(),
            group: documented.group.clone(),
            is_deprecated,
            fields: operation.fields.iter().map(|field| field.name.clone()).collect(),
        }
    }
}
