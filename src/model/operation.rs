//! What can be called.

use super::schema::{Field, FieldLocation, Schema};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::fmt;

/// One method and path of a document: everything that the form, the request and the snippets need.
///
/// It travels with its page, so texts that only pages show live in `Documentation` on the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Operation {
    /// Name in URLs and SDK calls: `apiUserV1Create`.
    pub name: String,
    /// HTTP method.
    pub method: Method,
    /// Path template: `/v1/users/{user_id}`.
    pub path: String,
    /// Parameters, then the fields of the body, in one namespace.
    pub fields: Vec<Field>,
    /// The body that it takes, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<DocumentedBody>,
    /// Schemas that fields name by [`Schema::Ref`]: each once, however often and deep they are used.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "serialize_definitions")]
    pub definitions: Vec<(String, Schema)>,
}

/// The body of an operation's request, in the media type that was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DocumentedBody {
    /// Whether a call must have one, if only `{}`.
    pub required: bool,
    /// Its media type: `application/json`.
    pub content_type: String,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// JSON text.
    Json,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// `multipart/form-data`.
    Multipart,
    /// Text or bytes as they are.
    Raw,
}

impl BodyEncoding {
    /// How a body of a media type is written.
    pub fn from_content_type(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match essence {
            "application/x-www-form-urlencoded" => Self::UrlEncoded,
            _ if essence.starts_with("multipart/") => Self::Multipart,
            _ if essence.ends_with("/json") || essence.ends_with("+json") || essence == "*/*" => Self::Json,
            _ => Self::Raw,
        }
    }
}

impl DocumentedBody {
    /// How a body of this media type is written.
    pub fn encoding(&self) -> BodyEncoding {
        BodyEncoding::from_content_type(&self.content_type)
    }
}

impl Operation {
    /// Whether fields that the document does not name can be sent in the body.
    pub fn allows_additional_fields(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.encoding() == BodyEncoding::Json)
            && !self.fields.iter().any(|field| field.place == FieldLocation::Body)
    }

    /// Whether some value is a file.
    pub fn has_file_fields(&self) -> bool {
        let in_definitions = self.definitions.iter().any(|(_, schema)| schema.has_file());
        in_definitions || self.fields.iter().any(|field| field.schema.has_file())
    }

    /// The field with a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that names what the operation is about: the last of its path, if it has any.
    pub fn target_parameter(&self) -> Option<&Field> {
        let in_path = self.fields.iter().filter(|field| field.place == FieldLocation::Path);
        in_path.max_by_key(|field| self.path.find(&["{", &field.name, "}"].concat()))
    }

    /// A schema itself, or the one that it names. A name without a definition accepts anything.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let Schema::Ref(name) = schema else { return schema };
        let found = self.definitions.iter().find(|(defined, _)| defined == name);
        found.map_or(&Schema::Any, |(_, schema)| schema)
    }
}

fn serialize_definitions<S: Serializer>(definitions: &[(String, Schema)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(definitions.len()))?;
    for (name, schema) in definitions {
        object.serialize_entry(name, schema)?;
    }
    object.end()
}

/// An HTTP method that a document can name (`OpenAPI` 3.1, §4.8.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the methods of RFC 9110")]
pub enum Method {
    #[default]
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
    /// All of them, in the document's order.
    pub const ALL: [Self; 8] =
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
