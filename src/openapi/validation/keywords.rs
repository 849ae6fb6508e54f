//! Converts keywords that contain no schema. Only values that the validator supports are retained.

use super::FORMATS;
use crate::openapi::reference::ResolvedObject;
use serde_json::Value;

/// Returns true if [`convert_assertion`] supports a keyword.
pub(super) fn is_assertion(keyword: &str) -> bool {
    matches!(
        keyword,
        "type"
            | "const"
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
                | "$defs"
                | "$anchor"
                | "$dynamicAnchor"
                | "contentEncoding"
                | "contentMediaType"
        )
}

/// Converts an assertion keyword of a schema, or returns `None` if its value is invalid. Hidden properties are removed
/// from the required ones.
pub(super) fn convert_assertion(schema: &ResolvedObject, keyword: &str, hidden: &[&str]) -> Option<Value> {
    match keyword {
        "type" => schema.declared_types().filter(|types| !types.contains(&"file")).map(Value::from),
        "enum" => Some(schema.choices()?.into_iter().cloned().collect()),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            schema.number(keyword).cloned().map(Value::Number)
        }
        "multipleOf" => schema.multiple_of().cloned().map(Value::Number),
        "uniqueItems" => schema.get(keyword)?.as_bool().map(Value::Bool),
        "format" => Some(schema.get_str(keyword)).filter(|format| FORMATS.contains(format)).map(Value::from),
        "required" => property_names(schema.get(keyword)?, hidden),
        "dependentRequired" => {
            let lists = schema.get(keyword)?.as_object()?.iter();
            let lists = lists.filter_map(|(name, list)| Some((name.clone(), property_names(list, hidden)?)));
            Some(Value::Object(lists.collect()))
        }
        _ => schema.count(keyword).map(Value::from),
    }
}

fn property_names(value: &Value, hidden: &[&str]) -> Option<Value> {
    let mut names: Vec<&str> = value.as_array()?.iter().filter_map(Value::as_str).collect();
    names.retain(|name| !hidden.contains(name));
    names.sort_unstable();
    names.dedup();
    Some(names.into())
}
