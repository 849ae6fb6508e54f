//! Provides example bodies of responses: the example of the document, or one generated from the schema.

use super::{
    byte_budget::ByteBudget,
    keywords::{Direction, is_null_schema},
    reference::{ResolvedObject, Resolver},
    schema::{read_number_constraints, read_string_constraints},
};
use crate::model::{
    check::{check_number, check_string},
    schema::{NumberConstraints, StringConstraints},
};
use serde_json::{Map, Number, Value, json};
use std::{borrow::Cow, cell::Cell};

/// Maximum nesting depth of a generated example. Deeper values are omitted.
const MAX_DEPTH: usize = 6;
/// Maximum number of values in a generated example.
const MAX_VALUES: usize = 1_000;
/// Maximum number of items in a generated array.
const MAX_ITEMS: u64 = 10;
/// Maximum length of a generated string, in characters.
const MAX_STRING_CHARS: usize = 1_000;

/// Returns the example of a media type: `example`, the first of `examples` that has a value, or one generated from its
/// schema.
pub(super) fn media_type_example(resolver: Resolver, media_type: &Value) -> Option<Value> {
    if let Some(example) = media_type.get("example") {
        return Some(example.clone());
    }
    let mut examples = media_type["examples"].as_object().into_iter().flat_map(Map::values);
    if let Some(example) = examples.find_map(|example| example_value(&resolver.resolve(example).ok()?)) {
        return Some(example.into_owned());
    }
    let generator = ExampleGenerator { resolver, remaining_values: Cell::new(MAX_VALUES), budget: Cell::default() };
    let item = media_type.get("itemSchema").filter(|_| media_type.get("schema").is_none());
    item.map(|item| Value::from(vec![generator.generate(item, 1)]))
        .or_else(|| media_type.get("schema").map(|schema| generator.generate(schema, 0)))
}

/// Returns the value of an Example Object: `value`, or `dataValue` or `serializedValue` of `OpenAPI` 3.2. A serialized
/// value that is not JSON is text. Returns `None` if the value is elsewhere (`externalValue`).
pub(super) fn example_value<'a>(example: &ResolvedObject<'a>) -> Option<Cow<'a, Value>> {
    let value = example.get("value").or_else(|| example.get("dataValue"));
    value.map(Cow::Borrowed).or_else(|| {
        let serialized = example.get("serializedValue")?.as_str()?;
        Some(Cow::Owned(serde_json::from_str(serialized).unwrap_or_else(|_| serialized.into())))
    })
}

struct ExampleGenerator<'a> {
    resolver: Resolver<'a>,
    remaining_values: Cell<usize>,
    /// Remaining budget for values that are copied from the document.
    budget: Cell<ByteBudget>,
}

impl<'a> ExampleGenerator<'a> {
    fn generate(&self, schema: &'a Value, depth: usize) -> Value {
        self.generate_resolved(&self.resolver.resolve_schema(schema, &mut |_| {}), depth)
    }

    fn generate_resolved(&self, resolved: &ResolvedObject<'a>, depth: usize) -> Value {
        let documented_values = [
            resolved.get("const"),
            resolved.get("example"),
            resolved.get("examples").and_then(|examples| examples.get(0)),
            resolved.get("default"),
            resolved.choices().and_then(|choices| choices.first().copied()),
        ];
        if let Some(documented) = documented_values.into_iter().flatten().next() {
            let mut budget = self.budget.get();
            let is_affordable = budget.try_spend(documented);
            self.budget.set(budget);
            return if is_affordable { documented.clone() } else { Value::Null };
        }
        let remaining = self.remaining_values.get().checked_sub(1);
        self.remaining_values.set(remaining.unwrap_or_default());
        let variants = resolved.variants();
        let kind = resolved.types().first().copied();
        let is_nested = variants.is_some() || matches!(kind, Some("array" | "object"));
        if remaining.is_none() || is_nested && depth > MAX_DEPTH {
            return Value::Null;
        }
        if let Some(variant) = variants.and_then(|variants| variants.iter().find(|variant| !is_null_schema(variant))) {
            let example = self.generate(variant, depth + 1);
            if !example.is_null() {
                return example;
            }
        }
        match kind {
            Some("string") => generate_string(&read_string_constraints(resolved)).into(),
            Some(kind @ ("integer" | "number")) => {
                generate_number(&read_number_constraints(kind == "integer", resolved))
            }
            Some("boolean") => true.into(),
            Some("array") => self.generate_array(resolved, depth),
            Some("object") => self.generate_object(resolved, depth),
            _ => Value::Null,
        }
    }

    fn generate_array(&self, resolved: &ResolvedObject<'a>, depth: usize) -> Value {
        let prefix = resolved.prefix_items();
        let max_items = resolved.count("maxItems").unwrap_or(MAX_ITEMS).min(MAX_ITEMS) as usize;
        let mut items: Vec<Value> = prefix.iter().take(max_items).map(|item| self.generate(item, depth + 1)).collect();
        let min_items = resolved.count("minItems").unwrap_or(1).clamp(1, MAX_ITEMS) as usize;
        let other = resolved.get("items").filter(|_| items.len() < min_items);
        if let Some(other) = other.map(|other| self.generate(other, depth + 1)).filter(|other| !other.is_null()) {
            items.resize(min_items, other);
        }
        items.into()
    }

    /// Generates an object with all of its properties, except optional ones for which no value can be generated.
    fn generate_object(&self, resolved: &ResolvedObject<'a>, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, property) in resolved.properties() {
            let resolved_property = self.resolver.resolve_schema(property, &mut |_| {});
            if Direction::Response.excludes(&resolved_property) {
                continue;
            }
            let example = self.generate_resolved(&resolved_property, depth + 1);
            let is_untyped = resolved_property.types().is_empty() && resolved_property.variants().is_none();
            if !example.is_null() || resolved.is_required(name) || is_untyped || resolved_property.accepts_null() {
                object.insert(name.to_owned(), example);
            }
        }
        Value::Object(object)
    }
}

/// Returns a string that satisfies the constraints, if one of a few candidates does.
fn generate_string(constraints: &StringConstraints) -> String {
    const CANDIDATES: [&str; 8] = ["string", "123456", "1234", "1", "a", "A1", "STRING", "+10000000000"];
    let format_example = match constraints.format.as_deref().unwrap_or_default() {
        "date-time" => "2026-11-23T09:30:00Z",
        "date" => "2026-11-23",
        "time" => "09:30:00Z",
        "duration" => "PT1H",
        "email" => "name@example.com",
        "e164" => "+10000000000",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "uri" | "url" => "https://example.com",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "c3RyaW5n",
        _ => "",
    };
    if !format_example.is_empty() {
        return format_example.to_owned();
    }
    let min_length = constraints.min_length.map_or(0, |length| length as usize).min(MAX_STRING_CHARS);
    let max_length = constraints.max_length.map_or(MAX_STRING_CHARS, |length| length as usize);
    let candidates = CANDIDATES
        .iter()
        .map(|plain| plain.chars().cycle().take(plain.len().max(min_length).min(max_length)).collect());
    let mut valid_candidates = candidates.filter(|text: &String| check_string(constraints, text).is_none());
    valid_candidates.next().unwrap_or_else(|| CANDIDATES[0].to_owned())
}

/// Returns a number that satisfies the constraints if 0 or one of the limits does, and 0 otherwise.
fn generate_number(constraints: &NumberConstraints) -> Value {
    let limits = [
        constraints.minimum.clone(),
        constraints.exclusive_minimum.as_ref().and_then(|limit| Some(limit.as_i64()?.checked_add(1)?.into())),
        constraints.maximum.clone(),
        constraints.exclusive_maximum.as_ref().and_then(|limit| Some(limit.as_i64()?.checked_sub(1)?.into())),
        constraints.multiple_of.clone(),
    ];
    let candidates = std::iter::once(Number::from(0)).chain(limits.into_iter().flatten());
    let mut valid_candidates = candidates.filter(|number| check_number(constraints, number).is_none());
    valid_candidates.next().map_or_else(|| json!(0), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example_of(schema: &Value) -> Option<Value> {
        media_type_example(Resolver::Whole(&Value::Null), &json!({"schema": schema}))
    }

    #[test]
    fn generated_examples_match_their_schema() {
        for (schema, example) in [
            (json!({"type": "string", "pattern": "^[0-9]{6}$"}), json!("123456")),
            (json!({"type": "string", "minLength": 8}), json!("stringst")),
            (json!({"type": "string", "maxLength": 3}), json!("str")),
            (json!({"type": "integer", "exclusiveMinimum": 4}), json!(5)),
            (json!({"type": "number", "maximum": -2}), json!(-2)),
            (json!({"type": "array", "items": {"type": "boolean"}, "minItems": 2}), json!([true, true])),
            (
                json!({"prefixItems": [{"type": "integer"}, {"const": "a"}], "items": {"type": "boolean"}, "minItems": 3}),
                json!([0, "a", true]),
            ),
            (
                json!({"type": "array", "prefixItems": [{"type": "string"}, true], "items": false}),
                json!(["string", null]),
            ),
        ] {
            assert_eq!(example_of(&schema), Some(example), "{schema}");
        }
    }

    #[test]
    fn examples_of_recursive_schemas_are_limited_in_depth() {
        let root = json!({"node": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"}, "next": {"$ref": "#/node"}, "any": {}}}});
        let mut example =
            media_type_example(Resolver::Whole(&root), &json!({"schema": {"$ref": "#/node"}})).unwrap_or_default();
        let mut depth = 0;
        while let Some(next) = example.get_mut("next").map(Value::take) {
            assert_eq!(example["name"], "string");
            assert!(next.is_object());
            example = next;
            depth += 1;
        }
        assert_eq!((depth, example), (MAX_DEPTH, json!({"name": "string", "any": null})));
    }
}
