//! JSON Schema into the model's schema.

use super::{markdown, reference::Resolver, text_of};
use crate::model::schema::{Field, NumberRules, Place, Schema, TextRules};
use serde_json::Value;

/// How deep a schema is opened; below, any JSON is accepted. Recursive schemas end here too.
const DEPTH: usize = 8;

/// Reads a schema. What cannot be read accepts any JSON, so that the field can still be sent.
pub(super) fn read(resolver: Resolver, schema: &Value) -> Schema {
    read_at(resolver, schema, 0)
}

fn read_at(resolver: Resolver, schema: &Value, depth: usize) -> Schema {
    let Ok(schema) = resolver.resolve(schema) else {
        return Schema::Any;
    };
    if depth >= DEPTH || !resolver.may_open(&schema) {
        return Schema::Any;
    }
    if let Some(choices) = schema["enum"].as_array() {
        return Schema::Choice(choices.clone());
    }
    match kind(&schema) {
        Some("string") => Schema::Text(TextRules {
            format: schema["format"].as_str().map(Into::into),
            min_length: length(&schema["minLength"]),
            max_length: length(&schema["maxLength"]),
            pattern: schema["pattern"].as_str().map(Into::into),
            pattern_description: schema["x-pattern-description"].as_str().map(Into::into),
        }),
        Some(number @ ("number" | "integer")) => Schema::Number(NumberRules {
            integer: number == "integer",
            minimum: schema["minimum"].as_number().cloned(),
            maximum: schema["maximum"].as_number().cloned(),
        }),
        Some("boolean") => Schema::Boolean,
        Some("array") => Schema::List(Box::new(read_at(resolver, &schema["items"], depth + 1))),
        Some("object") => match fields_at(resolver, &schema, depth + 1) {
            fields if fields.is_empty() => Schema::Map,
            fields => Schema::Object(fields),
        },
        _ => Schema::Any,
    }
}

/// The fields of an object schema.
pub(super) fn fields(resolver: Resolver, schema: &Value) -> Vec<Field> {
    fields_at(resolver, schema, 0)
}

fn fields_at(resolver: Resolver, schema: &Value, depth: usize) -> Vec<Field> {
    let required = |name: &String| {
        let names = schema["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).any(|required| required == name)
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    let fields = properties.map(|(name, property)| {
        let description = resolver.resolve(property).map(|property| text_of(&property["description"]));
        Field {
            name: name.clone(),
            place: Place::BodyField,
            required: required(name),
            schema: read_at(resolver, property, depth),
            description: markdown::to_html(&description.unwrap_or_default()),
        }
    });
    fields.collect()
}

/// The type of a schema: its own, the one beside `null` in a list of two, or what its keywords imply.
pub(super) fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null");
            kinds.next().filter(|_| kinds.next().is_none())
        }
        _ if schema["properties"].is_object() || schema["additionalProperties"].is_object() => Some("object"),
        _ if schema["items"].is_object() => Some("array"),
        _ => None,
    }
}

fn length(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|length| length.try_into().ok())
}
