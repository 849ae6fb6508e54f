//! What can be called.

use super::schema::{Field, Place};
use serde::Serialize;
use std::fmt;

/// One method and path of a document: everything that the form, the request and the snippets need.
///
/// It travels with its page, so texts that only pages show live in `Documentation` on the server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Operation {
    /// Name in URLs and SDK calls: `apiUserV1Create`.
    pub name: String,
    /// HTTP method.
    pub method: Method,
    /// Path template: `/v1/users/{user_id}`.
    pub path: String,
    /// Parameters, then the fields of the body, in one namespace.
    pub fields: Vec<Field>,
    /// Whether it takes a JSON body, and whether it must have one.
    #[serde(skip_serializing_if = "Body::is_none")]
    pub body: Body,
    /// The method of the vendor's Node SDK that performs it: `users.create` (`x-node-method`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_method: Option<String>,
}

/// Whether an operation takes a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Body {
    /// It takes none.
    #[default]
    None,
    /// It may have one.
    Optional,
    /// It must have one, if only `{}`.
    Required,
}

impl Body {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl Operation {
    /// Whether fields that the document does not name can be sent in the body.
    pub fn takes_other_fields(&self) -> bool {
        self.body != Body::None && !self.fields.iter().any(|field| field.place == Place::Body)
    }
}

/// An HTTP method that a document can name (`OpenAPI` 3.1, §4.8.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the methods of RFC 9110")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

impl Method {
    const ALL: [Self; 8] =
        [Self::Get, Self::Put, Self::Post, Self::Delete, Self::Options, Self::Head, Self::Patch, Self::Trace];

    /// The method that is written so.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// The method as written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
