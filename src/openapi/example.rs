//! Examples of bodies: the document's own, else made from a schema.

use super::{reference::Resolver, schema};
use serde_json::{Map, Value, json};

/// How deep an example is made; below, it is empty.
const DEPTH: usize = 6;

/// The example of a media type: `example`, the first of `examples`, or one made from its schema.
pub(super) fn of_media(resolver: Resolver, media: &Value) -> Option<Value> {
    if let Some(example) = media.get("example") {
        return Some(example.clone());
    }
    if let Some(example) = media["examples"].as_object().and_then(|examples| examples.values().next()) {
        let example = resolver.resolve(example).ok()?;
        return example.get("value").cloned();
    }
    media.get("schema").map(|schema| made(resolver, schema, 0))
}

fn made(resolver: Resolver, schema: &Value, depth: usize) -> Value {
    let Ok(schema) = resolver.resolve(schema) else {
        return Value::Null;
    };
    let given =
        [schema.get("example"), schema.pointer("/examples/0"), schema.get("default"), schema.pointer("/enum/0")];
    if let Some(given) = given.into_iter().flatten().next() {
        return given.clone();
    }
    if depth > DEPTH || !resolver.may_open(&schema) {
        return Value::Null;
    }
    match schema::kind(&schema) {
        Some("string") => json!("string"),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(0)),
        Some("boolean") => json!(true),
        Some("array") => json!([made(resolver, &schema["items"], depth + 1)]),
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let fields: Map<String, Value> =
                properties.map(|(name, property)| (name.clone(), made(resolver, property, depth + 1))).collect();
            Value::Object(fields)
        }
        _ => Value::Null,
    }
}
