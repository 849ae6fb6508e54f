//! Examples of replies: the document's own, else made from a schema.

use super::{
    budget::Budget,
    reference::{Layers, Resolver},
    schema::{kinds, number_rules, text_rules},
};
use crate::model::{
    check::{check_number, check_text},
    schema::{NumberRules, TextRules},
};
use serde_json::{Map, Number, Value, json};
use std::cell::Cell;

/// How deep an example is made; what would be deeper is left out.
const DEPTH: usize = 6;
/// How many values an example has at most.
const MOST_VALUES: usize = 1_000;
/// How many items a list has at most.
const MOST_ITEMS: u64 = 10;
/// How many characters a text has at most.
const LONGEST: usize = 1_000;

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
        let variants = layers.get("oneOf").or(layers.get("anyOf")).and_then(Value::as_array);
        let kind = kinds(&layers).first().copied();
        let goes_on = variants.is_some() || matches!(kind, Some("array" | "object"));
        if left.is_none() || goes_on && depth > DEPTH {
            return Value::Null;
        }
        if let Some(variant) = variants.and_then(|variants| variants.iter().find(|variant| variant["type"] != "null")) {
            let made = self.make(variant, depth + 1);
            if !made.is_null() {
                return made;
            }
        }
        match kind {
            Some("string") => text(&text_rules(&layers)).into(),
            Some(kind @ ("integer" | "number")) => number(&number_rules(kind == "integer", &layers)),
            Some("boolean") => true.into(),
            Some("array") => self.list(&layers, depth),
            Some("object") => self.object(&layers, depth),
            _ => Value::Null,
        }
    }

    fn list(&self, layers: &Layers<'a>, depth: usize) -> Value {
        let item = layers.get("items").map(|items| self.make(items, depth + 1)).filter(|item| !item.is_null());
        let least = layers.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, MOST_ITEMS);
        (0..least).filter_map(|_| item.clone()).collect()
    }

    /// An object with all of its properties, but for those that cannot be made and need not be there.
    fn object(&self, layers: &Layers<'a>, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, property) in layers.properties() {
            let own = self.resolver.schema(property, &mut |_| {});
            let made = if own.is("writeOnly") { continue } else { self.make(property, depth + 1) };
            if !made.is_null() || layers.requires(name) || accepts_null(&own) {
                object.insert(name.to_owned(), made);
            }
        }
        Value::Object(object)
    }
}

fn accepts_null(layers: &Layers) -> bool {
    let names_null = layers.get("type").and_then(Value::as_array).is_some_and(|kinds| kinds.contains(&"null".into()));
    let says_nothing = kinds(layers).is_empty() && layers.get("oneOf").or(layers.get("anyOf")).is_none();
    names_null || layers.is("nullable") || says_nothing
}

/// A text that keeps the rules, if one of a few does.
fn text(rules: &TextRules) -> String {
    const PLAIN: [&str; 8] = ["string", "123456", "1234", "1", "a", "A1", "STRING", "+10000000000"];
    let known = match rules.format.as_deref().unwrap_or_default() {
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
    if !known.is_empty() {
        return known.to_owned();
    }
    let least = rules.min_length.map_or(0, |least| least as usize).min(LONGEST);
    let most = rules.max_length.map_or(LONGEST, |most| most as usize);
    let fitting = PLAIN.iter().map(|plain| plain.chars().cycle().take(plain.len().max(least).min(most)).collect());
    let mut fitting = fitting.filter(|text: &String| check_text(rules, text).is_none());
    fitting.next().unwrap_or_else(|| PLAIN[0].to_owned())
}

/// A number that keeps the rules, where that is not hard: a limit, or nothing.
fn number(rules: &NumberRules) -> Value {
    let limits = [
        rules.minimum.clone(),
        rules.above.as_ref().and_then(|limit| Some(limit.as_i64()?.checked_add(1)?.into())),
        rules.maximum.clone(),
        rules.below.as_ref().and_then(|limit| Some(limit.as_i64()?.checked_sub(1)?.into())),
        rules.multiple_of.clone(),
    ];
    let candidates = std::iter::once(Number::from(0)).chain(limits.into_iter().flatten());
    let mut fitting = candidates.filter(|number| check_number(rules, number).is_none());
    fitting.next().map_or_else(|| json!(0), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(schema: &Value) -> Option<Value> {
        of_media(Resolver(&Value::Null), &json!({"schema": schema}))
    }

    #[test]
    fn examples_keep_the_rules_of_their_schema() {
        for (schema, example) in [
            (json!({"type": "string", "pattern": "^[0-9]{6}$"}), json!("123456")),
            (json!({"type": "string", "minLength": 8}), json!("stringst")),
            (json!({"type": "string", "maxLength": 3}), json!("str")),
            (json!({"type": "integer", "exclusiveMinimum": 4}), json!(5)),
            (json!({"type": "number", "maximum": -2}), json!(-2)),
            (json!({"type": "array", "items": {"type": "boolean"}, "minItems": 2}), json!([true, true])),
        ] {
            assert_eq!(made(&schema), Some(example), "{schema}");
        }
    }

    #[test]
    fn what_is_too_deep_is_left_out_unless_it_may_be_null() {
        let root = json!({"node": {"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string"}, "next": {"$ref": "#/node"}, "any": {}}}});
        let mut example = of_media(Resolver(&root), &json!({"schema": {"$ref": "#/node"}})).unwrap_or_default();
        let mut depth = 0;
        while let Some(next) = example.get_mut("next").map(Value::take) {
            assert_eq!(example["name"], "string");
            assert!(next.is_object());
            example = next;
            depth += 1;
        }
        assert_eq!((depth, example), (DEPTH, json!({"name": "string", "any": null})));
    }
}
