//! Examples of replies: the document's own, else made from a schema.

use super::{budget::Budget, reference::Resolver, schema::kinds};
use serde_json::{Map, Value, json};
use std::cell::Cell;

/// How deep an example is made; below, lists are empty, and objects are left out.
const DEPTH: usize = 6;
/// How many values an example has at most.
const MOST_VALUES: usize = 1_000;

/// The example of a media type: `example`, the first of `examples`, or one made from its schema.
pub(super) fn of_media(resolver: Resolver, media: &Value) -> Option<Value> {
    if let Some(example) = media.get("example") {
        return Some(example.clone());
    }
    if let Some(example) = media["examples"].as_object().and_then(|examples| examples.values().next()) {
        return resolver.resolve(example).ok()?.get("value").cloned();
    }
    let maker = Maker { resolver, left: Cell::new(MOST_VALUES), budget: Cell::default() };
    media.get("schema").map(|schema| maker.make(schema, 0))
}

struct Maker<'a> {
    resolver: Resolver<'a>,
    left: Cell<usize>,
    /// What is left for values that the document gives.
    budget: Cell<Budget>,
}

impl<'a> Maker<'a> {
    fn make(&self, schema: &'a Value, depth: usize) -> Value {
        let layers = self.resolver.schema(schema, &mut |_| {});
        let given = [
            layers.get("const"),
            layers.get("example"),
            layers.get("examples").and_then(|examples| examples.get(0)),
            layers.get("default"),
            layers.get("enum").and_then(|choices| choices.get(0)),
        ];
        if let Some(given) = given.into_iter().flatten().next() {
            let mut budget = self.budget.get();
            let affords = budget.affords(given);
            self.budget.set(budget);
            return if affords { given.clone() } else { Value::Null };
        }
        let left = self.left.get().checked_sub(1);
        self.left.set(left.unwrap_or_default());
        if left.is_none() {
            return Value::Null;
        }
        let too_deep = depth > DEPTH;
        let variants = layers.get("oneOf").or(layers.get("anyOf")).and_then(Value::as_array);
        if too_deep && variants.is_some() {
            return Value::Null;
        }
        if let Some(variant) = variants.and_then(|variants| variants.iter().find(|variant| variant["type"] != "null")) {
            let made = self.make(variant, depth + 1);
            if !made.is_null() {
                return made;
            }
        }
        match kinds(&layers).first() {
            Some(&"string") => json!(text(layers.text("format"))),
            Some(&("integer" | "number")) => layers.get("minimum").cloned().unwrap_or_else(|| json!(0)),
            Some(&"boolean") => json!(true),
            Some(&"array") if too_deep => json!([]),
            Some(&"array") => {
                let item = layers.get("items").map(|items| self.make(items, depth + 1));
                Value::Array(item.into_iter().filter(|item| !item.is_null()).collect())
            }
            Some(&"object") if !too_deep => {
                let properties = layers.properties().into_iter();
                let shown = properties.filter(|(_, property)| property.get("writeOnly") != Some(&Value::Bool(true)));
                let fields: Map<String, Value> =
                    shown.map(|(name, property)| (name.to_owned(), self.make(property, depth + 1))).collect();
                Value::Object(fields)
            }
            _ => Value::Null,
        }
    }
}

fn text(format: &str) -> &'static str {
    match format {
        "date-time" => "2026-11-23T09:30:00Z",
        "date" => "2026-11-23",
        "email" => "name@example.com",
        "e164" => "+10000000000",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "uri" | "url" => "https://example.com",
        _ => "string",
    }
}
