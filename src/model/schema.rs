//! What values a field takes: the part of a JSON Schema that a form and a check need.

use serde::Serialize;
use serde_json::{Number, Value};

/// A named value of an operation: a parameter, or a field of its body.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name in the document and in the arguments.
    pub name: String,
    /// Where in the request it goes.
    #[serde(skip_serializing_if = "Place::is_body_field")]
    pub place: Place,
    /// Whether a call without it is refused.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it may hold.
    pub schema: Schema,
    /// Markdown that explains it. Stays on the server, where pages are rendered.
    #[serde(skip)]
    pub description: String,
}

/// Where in the request a field goes (`OpenAPI` 3.1, §4.8.12.1, and the request body).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// A pair of the query string.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A field of the JSON object that is the body.
    #[default]
    BodyField,
    /// The body itself.
    Body,
}

impl Place {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_body_field(&self) -> bool {
        *self == Self::BodyField
    }

    /// Whether the value is written as JSON, so that `null` and nesting can be sent.
    pub fn is_json(self) -> bool {
        matches!(self, Self::BodyField | Self::Body)
    }
}

/// The values that a field may hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// Text within [`TextRules`].
    Text(TextRules),
    /// A number within [`NumberRules`].
    Number(NumberRules),
    /// `true` or `false`.
    Boolean,
    /// One of these values.
    Choice(Vec<Value>),
    /// A list whose items all have one schema.
    List(Box<Schema>),
    /// An object whose fields are known.
    Object(Vec<Field>),
    /// An object whose keys are the caller's own.
    Map,
    /// Any JSON value.
    Any,
}

/// Limits of a text value.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TextRules {
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
}

/// Limits of a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NumberRules {
    /// Whether it must be whole.
    #[serde(skip_serializing_if = "is_false")]
    pub integer: bool,
    /// Smallest value allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// Largest value allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
}

impl Schema {
    /// The kind of value in a reader's words, for the page and for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(rules) if rules.integer => "whole number",
            Self::Number(_) => "number",
            Self::Boolean => "true or false",
            Self::Choice(_) => "choice",
            Self::List(_) => "list",
            Self::Object(_) => "object",
            Self::Map => "map",
            Self::Any => "JSON",
        }
    }

    /// Whether one control can hold the value (as against lists, objects and maps).
    pub fn is_single(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Object(_) | Self::Map)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
