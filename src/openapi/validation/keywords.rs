//! Converts keywords that contain no schema. Only values that the validator supports are retained.

use super::FORMATS;
use serde_json::{Map, Value};

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];

/// Maximum number of values of an `enum` that is validated.
const MAX_ENUM_VALUES: usize = 1_000;

/// Returns true if values are files, which JSON cannot contain.
pub(super) fn is_file_schema(schema: &Map<String, Value>) -> bool {
    let kind = schema.get("type").and_then(Value::as_str);
    kind == Some("file") || schema.get("format").and_then(Value::as_str) == Some("binary")
}

/// Returns true if [`convert_assertion`] supports a keyword.
pub(super) fn is_assertion(keyword: &str) -> bool {
    matches!(
        keyword,
        "type"
            | "enum"
            | "minimum"
            | "maximum"
            | "exclusiveMinimum"
            | "exclusiveMaximum"
            | "multipleOf"
            | "minLength"
            | "maxLength"
            | "minItems"
            | "maxItems"
            | "minContains"
            | "maxContains"
            | "minProperties"
            | "maxProperties"
            | "uniqueItems"
            | "format"
            | "required"
            | "dependentRequired"
    )
}

/// Returns true if a keyword never rejects a value.
pub(super) fn is_annotation(keyword: &str) -> bool {
    keyword.starts_with("x-")
        || matches!(
            keyword,
            "title"
                | "description"
                | "default"
                | "example"
                | "examples"
                | "deprecated"
                | "readOnly"
                | "writeOnly"
                | "externalDocs"
                | "xml"
                | "nullable"
                | "discriminator"
                | "$comment"
                | "contentEncoding"
                | "contentMediaType"
        )
}

/// Converts the value of an assertion keyword, or returns `None` if it is invalid. Hidden properties are removed from
/// the required ones.
pub(super) fn convert_assertion(keyword: &str, value: &Value, hidden: &[&str]) -> Option<Value> {
    match keyword {
        "type" => convert_type(value),
        "enum" => {
            value.as_array().filter(|choices| (1..=MAX_ENUM_VALUES).contains(&choices.len())).map(|_| value.clone())
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => finite_number(value).map(|_| value.clone()),
        "multipleOf" => finite_number(value).filter(|step| *step > 0.0).map(|_| value.clone()),
        "uniqueItems" => value.as_bool().map(Value::Bool),
        "format" => value.as_str().filter(|format| FORMATS.contains(format)).map(Value::from),
        "required" => property_names(value, hidden),
        "dependentRequired" => {
            let lists = value.as_object()?.iter();
            let lists = lists.filter_map(|(name, list)| Some((name.clone(), property_names(list, hidden)?)));
            Some(Value::Object(lists.collect()))
        }
        _ => value.as_u64().map(Value::from),
    }
}

fn convert_type(value: &Value) -> Option<Value> {
    let is_type = |kind: &Value| kind.as_str().is_some_and(|kind| TYPES.contains(&kind));
    let is_valid = match value {
        Value::Array(kinds) => !kinds.is_empty() && kinds.iter().all(is_type),
        kind => is_type(kind),
    };
    let mut value = value.clone();
    if let Value::Array(kinds) = &mut value {
        let mut seen = Vec::new();
        kinds.retain(|kind| {
            !seen.contains(kind) && {
                seen.push(kind.clone());
                true
            }
        });
    }
    is_valid.then_some(value)
}

fn finite_number(value: &Value) -> Option<f64> {
    value.as_f64().filter(|number| number.is_finite())
}

fn property_names(value: &Value, hidden: &[&str]) -> Option<Value> {
    let mut names: Vec<&str> = value.as_array()?.iter().filter_map(Value::as_str).collect();
    names.retain(|name| !hidden.contains(name));
    names.sort_unstable();
    names.dedup();
    Some(names.into())
}
