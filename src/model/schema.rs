//! Schemas of fields: the part of JSON Schema that forms and checks need.

#[cfg(feature = "ssr")]
use super::xml_object::XmlObject;
use crate::text;
use serde::Serialize;
use serde_json::{Number, Value};

/// A named value of an operation: a parameter, or a field of its body.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Field {
    /// Name in the arguments. It is the name in the request, too, unless the serialization has another.
    pub name: String,
    /// Location in the request.
    #[serde(rename = "place", skip_serializing_if = "is_default")]
    pub location: FieldLocation,
    /// True if a call without the field is refused.
    #[serde(skip_serializing_if = "is_default")]
    pub required: bool,
    /// Schema of its values.
    pub schema: Schema,
    /// Serialization outside of JSON.
    #[serde(rename = "format", skip_serializing_if = "is_default")]
    pub serialization: FieldSerialization,
    /// Representation in a body of XML.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub xml: XmlObject,
    /// Texts and values that only pages show.
    #[serde(skip)]
    pub annotations: Annotations,
}

impl Field {
    /// Returns the name in the request.
    pub fn sent_name(&self) -> &str {
        self.serialization.name.as_deref().unwrap_or(&self.name)
    }
}

/// The documentation of a field. It stays on the server, where pages are rendered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// Description, as HTML.
    pub description: String,
    /// Beginning of the description as text, if the description is long.
    pub beginning: Option<String>,
    /// Value that the provider assumes if the field is omitted.
    pub default: Option<Value>,
    /// Example values.
    pub examples: Vec<Value>,
    /// Pairs of a choice's text and the choice's meaning.
    pub value_descriptions: Vec<(String, String)>,
    /// Rules in words that the control does not show, such as those about several fields of an object.
    pub rules: Vec<String>,
    /// True if `null` is a valid value.
    pub nullable: bool,
    /// True if the field is deprecated.
    pub deprecated: bool,
}

/// The location of a field in the request (`OpenAPI` 3.1, §4.8.12.1, and the request body).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum FieldLocation {
    /// A path parameter.
    Path,
    /// A query parameter.
    Query,
    /// The query string as a whole (`OpenAPI` 3.2).
    QueryString,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A field of the object that is the body.
    #[default]
    BodyField,
    /// The body itself.
    Body,
    /// A header of a part of a multipart body.
    PartHeader,
}

impl FieldLocation {
    /// Returns the location in words: `in the query`; an empty text for the body.
    #[cfg(feature = "ssr")]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Path => text!("schema-in-path"),
            Self::Query => text!("schema-in-query"),
            Self::QueryString => text!("schema-as-query"),
            Self::Header => text!("schema-in-header"),
            Self::Cookie => text!("schema-in-cookie"),
            Self::PartHeader => text!("schema-in-part-header"),
            Self::BodyField | Self::Body => "",
        }
    }

    /// Returns true if the value is part of the body, which allows `null` and nesting.
    pub fn is_in_body(self) -> bool {
        matches!(self, Self::BodyField | Self::Body)
    }
}

/// The serialization of a value outside of a JSON body (`OpenAPI` 3.1, §4.8.12.2 and §4.8.15.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldSerialization {
    /// Name in the request, for one of several parameters of the same name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Style of lists and objects; `None` for the default of the location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<ParameterStyle>,
    /// True if each item is a separate value; `None` for the default of the style.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explode: Option<bool>,
    /// True if reserved characters are not percent-encoded.
    #[serde(skip_serializing_if = "is_default")]
    pub allow_reserved: bool,
    /// True if an empty text can be sent in place of any value (`allowEmptyValue`).
    #[serde(skip_serializing_if = "is_default")]
    pub allow_empty: bool,
    /// Media type of the part in a multipart body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Name of the part that a header belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
}

/// The style of lists and objects outside of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ParameterStyle {
    /// `a=1,2` or `a=1&a=2`.
    Form,
    /// `1,2`.
    Simple,
    /// `.1.2`, in paths (RFC 6570).
    Label,
    /// `;a=1,2`, in paths (RFC 6570).
    Matrix,
    /// `a=1%202`.
    SpaceDelimited,
    /// `a=1%7C2`.
    PipeDelimited,
    /// `a=1%092`: `tsv` of Swagger 2.0.
    TabDelimited,
    /// `a[b]=1`.
    DeepObject,
    /// `a=1; a=2`, in cookies, without any encoding (`OpenAPI` 3.2).
    Cookie,
    /// The value as JSON, for parameters that a document describes by `content`.
    Json,
}

/// The values that a field accepts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// Text within [`StringConstraints`].
    #[serde(rename = "text")]
    String(StringConstraints),
    /// A number within [`NumberConstraints`].
    Number(NumberConstraints),
    /// `true` or `false`.
    Boolean,
    /// One of these values.
    #[serde(rename = "choice")]
    Enum(Vec<Value>),
    /// A list. Its first items can have schemas of their own.
    #[serde(rename = "list")]
    Array(Box<ArrayConstraints>),
    /// An object with named fields.
    Object(Vec<Field>),
    /// An object with arbitrary keys, whose values all have one schema.
    Map(Box<Schema>),
    /// A value of one of several schemas.
    Union(Vec<UnionVariant>),
    /// A reference to a definition of the operation, by name. Recursive schemas are possible only by reference.
    Ref(String),
    /// A file: `{"filename", "contentType", "base64"}` in the arguments, its bytes in the request.
    File,
    /// Any JSON value.
    #[default]
    Any,
}

/// One of the schemas of a union.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UnionVariant {
    /// Title of the variant.
    pub title: String,
    /// Schema of its values.
    pub schema: Schema,
    /// Discriminator: the name and the value of the field that identifies the variant (`OpenAPI` 3.1, §4.8.25).
    #[serde(rename = "tag", skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<(String, Value)>,
    /// True if the variant applies to values that no discriminator selects (`defaultMapping` of `OpenAPI` 3.2).
    #[serde(rename = "default", skip_serializing_if = "is_default")]
    pub is_default: bool,
}

/// Constraints of a text value.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StringConstraints {
    /// JSON Schema's `format`, plus `e164` for phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Minimum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Maximum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// An ECMA-262 regular expression that must match anywhere in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Description of the pattern in words (`x-pattern-description`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern_description: Option<String>,
    /// Schema of the JSON that the text contains (`contentMediaType`, `contentSchema`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Box<Schema>>,
    /// True if the text can have several lines: a key, a certificate, HTML.
    #[serde(rename = "lines", skip_serializing_if = "is_default")]
    pub is_multiline: bool,
}

/// Constraints of a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NumberConstraints {
    /// True if the number must be whole.
    #[serde(skip_serializing_if = "is_default")]
    pub integer: bool,
    /// Inclusive lower bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// Inclusive upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// Exclusive lower bound.
    #[serde(rename = "above", skip_serializing_if = "Option::is_none")]
    pub exclusive_minimum: Option<Number>,
    /// Exclusive upper bound.
    #[serde(rename = "below", skip_serializing_if = "Option::is_none")]
    pub exclusive_maximum: Option<Number>,
    /// Number that the value must be a multiple of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<Number>,
}

/// Constraints of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ArrayConstraints {
    /// The first items of a tuple, each with a schema of its own (`prefixItems`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prefix: Vec<Field>,
    /// Schema of the other items.
    pub item: Schema,
    /// Representation of the other items in a body of XML.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub item_xml: XmlObject,
    /// Minimum number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u32>,
    /// Maximum number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// True if all items must be different.
    #[serde(rename = "unique", skip_serializing_if = "is_default")]
    pub unique_items: bool,
}

impl ArrayConstraints {
    /// Returns the schema of the item at an index.
    pub fn item_at(&self, index: usize) -> &Schema {
        self.prefix.get(index).map_or(&self.item, |field| &field.schema)
    }

    /// Returns true if there can be items after those that have schemas of their own.
    pub fn has_other_items(&self) -> bool {
        self.max_items.is_none_or(|max| max as usize > self.prefix.len())
    }
}

impl Schema {
    /// Returns the schema of a list of items, without limits.
    pub fn array_of(item: Self) -> Self {
        Self::Array(Box::new(ArrayConstraints { item, ..ArrayConstraints::default() }))
    }

    /// Returns the type of value in plain words, for pages and messages.
    pub fn type_label(&self) -> &'static str {
        match self {
            Self::String(_) => text!("schema-type-text"),
            Self::Number(constraints) if constraints.integer => text!("schema-type-whole-number"),
            Self::Number(_) => text!("schema-type-number"),
            Self::Boolean => text!("schema-type-boolean"),
            Self::Enum(_) => text!("schema-type-choice"),
            Self::Array(_) => text!("schema-type-list"),
            Self::Object(_) | Self::Ref(_) => text!("schema-type-object"),
            Self::Map(_) => text!("schema-type-map"),
            Self::Union(_) => text!("schema-type-union"),
            Self::File => text!("schema-type-file"),
            Self::Any => "JSON",
        }
    }

    /// Returns true if the schema contains a file. It does not follow references.
    pub fn has_file(&self) -> bool {
        match self {
            Self::File => true,
            Self::Array(constraints) => {
                constraints.item.has_file() || constraints.prefix.iter().any(|field| field.schema.has_file())
            }
            Self::Map(item) => item.has_file(),
            Self::Object(fields) => fields.iter().any(|field| field.schema.has_file()),
            Self::Union(variants) => variants.iter().any(|variant| variant.schema.has_file()),
            _ => false,
        }
    }

    /// Returns true if one control can hold the value; false for lists, objects, maps, unions and references.
    pub fn has_single_control(&self) -> bool {
        !matches!(self, Self::Array(_) | Self::Object(_) | Self::Map(_) | Self::Union(_) | Self::Ref(_))
    }
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
