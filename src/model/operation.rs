//! Operations: what a document allows to call.

#[cfg(feature = "ssr")]
use super::xml_object::XmlRoot;
use super::{
    Arguments,
    media_type::MediaType,
    schema::{Field, FieldLocation, Schema},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::fmt;

/// One method and path of a document: everything that the form, the request and the snippets need.
///
/// It is sent to the browser with its page. Texts that only pages show are in `DocumentedOperation`, on the server.
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
    /// Value of the header Accept: the documented media types of responses; empty if none is documented.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub accept: String,
    /// The request body, if the operation accepts one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<DocumentedBody>,
    /// Schemas that fields refer to by [`Schema::Ref`]. Each is included once, however often and deeply it is used.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "serialize_definitions")]
    pub definitions: Vec<(String, Schema)>,
}

/// Name of the argument that is the whole body, unless another one has this name.
pub const WHOLE_BODY: &str = "body";

/// The request body of an operation, in the chosen media type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DocumentedBody {
    /// True if a call must have a body, even if it is only `{}`.
    pub required: bool,
    /// Media type: `application/json`.
    pub content_type: String,
    /// Key of the body in the document, if the media type was chosen within a range or has more parameters.
    #[serde(skip)]
    pub document_key: Option<String>,
    /// The element that is written from the values of a body of XML.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub xml: Option<XmlRoot>,
}

/// The encoding of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEncoding {
    /// JSON text.
    Json,
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// `multipart/form-data`.
    Multipart,
    /// Unencoded text or bytes.
    Raw,
}

impl BodyEncoding {
    /// Returns the encoding for a media type.
    pub fn from_content_type(content_type: &str) -> Self {
        match MediaType::parse(content_type) {
            media_type if media_type.is_form_urlencoded() => Self::UrlEncoded,
            media_type if media_type.is_multipart() => Self::Multipart,
            media_type if media_type.includes_json() => Self::Json,
            _ => Self::Raw,
        }
    }
}

impl DocumentedBody {
    /// Returns the key of the body's media type in the document.
    pub fn document_key(&self) -> &str {
        self.document_key.as_ref().unwrap_or(&self.content_type)
    }

    /// Returns the encoding for the body's media type.
    pub fn encoding(&self) -> BodyEncoding {
        BodyEncoding::from_content_type(&self.content_type)
    }
}

impl Operation {
    /// Returns true if the body can have fields that the document does not name.
    pub fn allows_additional_fields(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.encoding() == BodyEncoding::Json)
            && !self.fields.iter().any(|field| field.location == FieldLocation::Body)
    }

    /// Returns the body itself if it is of XML and written as text, which is possible in place of its fields. Its argument
    /// is that of the whole body, or else `body`.
    pub fn written_body<'a>(&'a self, arguments: &'a Arguments) -> Option<(&'a str, &'a str)> {
        self.body.as_ref().filter(|body| MediaType::parse(&body.content_type).is_xml())?;
        let whole = self.fields.iter().find(|field| field.location == FieldLocation::Body);
        let name = match whole {
            Some(field) => &field.name,
            None if self.field(WHOLE_BODY).is_none() => WHOLE_BODY,
            None => return None,
        };
        Some((name, arguments.get(name)?.as_str()?))
    }

    /// Returns true if a multipart body has a part with a name.
    pub fn has_part(&self, arguments: &Arguments, name: &str) -> bool {
        let whole = self.fields.iter().find(|field| field.location == FieldLocation::Body);
        let value = match whole {
            Some(field) => arguments.get(&field.name).and_then(|body| body.get(name)),
            None => arguments.get(name),
        };
        value.is_some_and(|value| value.as_array().is_none_or(|items| !items.is_empty()))
    }

    /// Returns true if a field contains a file.
    pub fn has_file_fields(&self) -> bool {
        let in_definitions = self.definitions.iter().any(|(_, schema)| schema.has_file());
        in_definitions || self.fields.iter().any(|field| field.schema.has_file())
    }

    /// Returns the field with a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the parameter that the path contains as `{name}`.
    pub fn path_parameter(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.location == FieldLocation::Path && field.sent_name() == name)
    }

    /// Returns the field that identifies the operation's target: the last parameter of the path, if any.
    pub fn target_parameter(&self) -> Option<&Field> {
        let in_path = self.fields.iter().filter(|field| field.location == FieldLocation::Path);
        in_path.max_by_key(|field| self.path.find(&["{", field.sent_name(), "}"].concat()))
    }

    /// Returns the schema, or the definition that it refers to. A reference without a definition accepts any value.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        let Schema::Ref(name) = schema else { return schema };
        let definition = self.definitions.iter().find(|(defined, _)| defined == name);
        definition.map_or(&Schema::Any, |(_, schema)| schema)
    }
}

fn serialize_definitions<S: Serializer>(definitions: &[(String, Schema)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(definitions.len()))?;
    for (name, schema) in definitions {
        object.serialize_entry(name, schema)?;
    }
    object.end()
}

/// An HTTP method that a document can name: a field of a path item, or a key of its `additionalOperations` (`OpenAPI`
/// 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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
    /// A safe method with a body.
    Query,
    /// Any other method, as it is sent.
    Other(Box<str>),
}

impl Method {
    /// Methods that are fields of a path item, in the order of the specification.
    pub const ALL: [Self; 9] = [
        Self::Get,
        Self::Put,
        Self::Post,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
        Self::Query,
    ];
    /// Maximum length of the name of another method, in bytes.
    const MAX_NAME_BYTES: usize = 40;

    /// Returns the method with a name, which is case-sensitive; `None` if no operation can have it. A name consists of
    /// letters, digits, `-` and `_`, which need no quotes in snippets. It differs from the names of path item fields by
    /// more than case, so that no server can take one for the other. `CONNECT` opens a tunnel and is never sent.
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some(method) = Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name)) {
            return (method.as_str() == name).then_some(method);
        }
        let is_valid = name.len() <= Self::MAX_NAME_BYTES
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !name.eq_ignore_ascii_case("CONNECT");
        is_valid.then(|| Self::Other(name.into()))
    }

    /// Returns the method as sent in requests.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Other(name) => name,
        }
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
