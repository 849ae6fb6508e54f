//! What values a field takes: the part of a JSON Schema that a form and a check need.

use serde::Serialize;
use serde_json::{Number, Value};

/// A named value of an operation: a parameter, or a field of its body.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Field {
    /// Its name in the document and in the arguments.
    pub name: String,
    /// Where in the request it goes.
    #[serde(skip_serializing_if = "is_default")]
    pub place: FieldLocation,
    /// Whether a call without it is refused.
    #[serde(skip_serializing_if = "is_default")]
    pub required: bool,
    /// What it may hold.
    pub schema: Schema,
    /// How it is written outside of JSON.
    #[serde(skip_serializing_if = "is_default")]
    pub format: FieldSerialization,
    /// What only pages show of it.
    #[serde(skip)]
    pub annotations: Annotations,
}

/// What a document says about a field for people. Stays on the server, where pages are rendered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// What it is, as HTML.
    pub description: String,
    /// What is assumed where it is left out.
    pub default: Option<Value>,
    /// Values that it could have.
    pub examples: Vec<Value>,
    /// What each of its choices means, by the choice's text.
    pub value_descriptions: Vec<(String, String)>,
    /// Whether `null` is one of its values.
    pub nullable: bool,
    /// Whether it should not be used any more.
    pub deprecated: bool,
}

/// Where in the request a field goes (`OpenAPI` 3.1, §4.8.12.1, and the request body).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum FieldLocation {
    /// A segment of the path.
    Path,
    /// A pair of the query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A field of the object that is the body.
    #[default]
    BodyField,
    /// The body itself.
    Body,
}

impl FieldLocation {
    /// Whether the value is part of the body, where `null` and nesting can be sent.
    pub fn is_in_body(self) -> bool {
        matches!(self, Self::BodyField | Self::Body)
    }
}

/// How a value is written where it is not part of a JSON body (`OpenAPI` 3.1, §4.8.12.2 and §4.8.15.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldSerialization {
    /// How lists and objects are written; none: the place's own way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<ParameterStyle>,
    /// Whether each item stands for itself; none: the style's own way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explode: Option<bool>,
    /// Whether reserved characters stay as they are.
    #[serde(skip_serializing_if = "is_default")]
    pub allow_reserved: bool,
    /// The media type of a part of a multipart body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// How lists and objects are written outside of JSON.
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
    /// `a[b]=1`.
    DeepObject,
    /// The value's JSON: parameters that a document describes by `content`.
    Json,
}

/// The values that a field may hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// Text within [`TextRules`].
    Text(StringConstraints),
    /// A number within [`NumberRules`].
    Number(NumberConstraints),
    /// `true` or `false`.
    Boolean,
    /// One of these values.
    Choice(Vec<Value>),
    /// A list whose items all have one schema.
    List(Box<ArrayConstraints>),
    /// An object whose fields are known.
    Object(Vec<Field>),
    /// An object whose keys are the caller's own, and whose values all have one schema.
    Map(Box<Schema>),
    /// A value of one of several schemas.
    Union(Vec<UnionVariant>),
    /// A schema that the operation defines under this name: the way in which schemas contain themselves.
    Ref(String),
    /// A file: `{"filename", "contentType", "base64"}` in the arguments, its bytes in the request.
    File,
    /// Any JSON value.
    #[default]
    Any,
}

/// One of the schemas of a union.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnionVariant {
    /// What it is called.
    pub title: String,
    /// What it holds.
    pub schema: Schema,
    /// The field that tells it from the others, and the field's value (`OpenAPI` 3.1, §4.8.25).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<(String, Value)>,
}

/// Limits of a text value.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StringConstraints {
    /// JSON Schema's `format`, plus `e164` for phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Fewest characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// An ECMA-262 regular expression that must match somewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The pattern in words (`x-pattern-description`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern_description: Option<String>,
    /// Whether it can have several lines: a key, a certificate, HTML.
    #[serde(skip_serializing_if = "is_default")]
    pub lines: bool,
}

/// Limits of a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NumberConstraints {
    /// Whether it must be whole.
    #[serde(skip_serializing_if = "is_default")]
    pub integer: bool,
    /// Smallest value allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// Largest value allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// What it must be more than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Number>,
    /// What it must be less than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Number>,
    /// What it must be a multiple of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<Number>,
}

/// Limits of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ArrayConstraints {
    /// What each item holds.
    pub item: Schema,
    /// Fewest items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u32>,
    /// Most items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Whether no two items may be the same.
    #[serde(skip_serializing_if = "is_default")]
    pub unique: bool,
}

impl Schema {
    /// A list of items without limits.
    pub fn array_of(item: Self) -> Self {
        Self::List(Box::new(ArrayConstraints { item, ..ArrayConstraints::default() }))
    }

    /// The kind of value in a reader's words, for the page and for messages.
    pub fn type_label(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(constraints) if constraints.integer => "whole number",
            Self::Number(_) => "number",
            Self::Boolean => "true or false",
            Self::Choice(_) => "choice",
            Self::List(_) => "list",
            Self::Object(_) | Self::Ref(_) => "object",
            Self::Map(_) => "map",
            Self::Union(_) => "one of several",
            Self::File => "file",
            Self::Any => "JSON",
        }
    }

    /// Whether some value in it is a file; what it names is not looked at.
    pub fn has_file(&self) -> bool {
        match self {
            Self::File => true,
            Self::List(constraints) => constraints.item.has_file(),
            Self::Map(item) => item.has_file(),
            Self::Object(fields) => fields.iter().any(|field| field.schema.has_file()),
            Self::Union(variants) => variants.iter().any(|variant| variant.schema.has_file()),
            _ => false,
        }
    }

    /// Whether one control can hold the value (as against lists, objects, maps and unions).
    pub fn has_single_control(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Object(_) | Self::Map(_) | Self::Union(_) | Self::Ref(_))
    }
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
