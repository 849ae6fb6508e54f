//! JSON Schema into the model's schema.

use super::{
    Fault,
    budget::Budget,
    definition,
    reference::{Layers, Resolver, name_of},
};
use crate::model::schema::{Field, ListRules, NumberRules, Schema, TextRules};
use serde_json::Value;
use std::collections::HashMap;

/// How deep a schema is read in place; what it names is read once, by name, however deep.
const DEPTH: usize = 32;
/// The types that are read beside `null`: those of JSON Schema, and that of Swagger 2.0 for files.
const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "file"];
/// How many properties and variants are read for one operation: more than a person fills in. Below, any JSON is accepted.
const BUDGET: usize = 600;
/// More values than these are not offered one by one.
const MOST_CHOICES: usize = 1_000;
/// Characters of a format or pattern; a longer one is no use.
const LONGEST_RULE: usize = 2_000;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the provider: what is read-only is left out.
    Request,
    /// From the provider: what is write-only is left out.
    Reply,
}

/// Reads the schemas of one operation, and keeps those that they name.
pub(super) struct Reader<'a> {
    pub(super) resolver: Resolver<'a>,
    pub(super) faults: Vec<Fault>,
    /// Where in the document it is reading, for faults.
    pub(super) place: String,
    direction: Direction,
    left: usize,
    /// What is left for texts and values.
    pub(super) budget: Budget,
    /// Names of the schemas that are named, by their addresses in the document.
    names: HashMap<*const Value, String>,
    waiting: Vec<(String, &'a Value)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(resolver: Resolver<'a>, place: String, direction: Direction) -> Self {
        Self {
            resolver,
            faults: Vec::new(),
            place,
            direction,
            left: BUDGET,
            budget: Budget::default(),
            names: HashMap::new(),
            waiting: Vec::new(),
        }
    }

    pub(super) fn fault(&mut self, reason: impl Into<String>) {
        self.faults.push(Fault { place: self.place.clone(), reason: reason.into() });
    }

    /// A schema with all that it is put together from.
    pub(super) fn layers(&mut self, schema: &'a Value) -> Layers<'a> {
        let mut reasons = Vec::new();
        let layers = self.resolver.schema(schema, &mut |reason| reasons.push(reason));
        for reason in reasons {
            self.fault(reason);
        }
        layers
    }

    /// Reads a schema. What cannot be read accepts any JSON, so that the field can still be sent.
    pub(super) fn read(&mut self, schema: &'a Value) -> Schema {
        self.read_at(schema, 0)
    }

    pub(super) fn read_at(&mut self, schema: &'a Value, depth: usize) -> Schema {
        if depth > DEPTH {
            return Schema::Any;
        }
        let named = self.resolver.named(schema);
        let layers = self.layers(named.map_or(schema, |(_, target)| target));
        let is_merged = layers.get("allOf").is_some();
        if !(has_inside(&layers) && (named.is_some() || is_merged)) {
            return self.layered(&layers, depth);
        }
        let (name, target) = match named {
            Some((reference, target)) => (name_of(reference), target),
            None => (layers.text("title").to_owned(), schema),
        };
        Schema::Ref(self.define(&name, target))
    }

    /// The name under which a schema is defined for this operation; it is read later, once.
    fn define(&mut self, name: &str, schema: &'a Value) -> String {
        if let Some(known) = self.names.get(&std::ptr::from_ref(schema)) {
            return known.clone();
        }
        let is_taken = |wanted: &String| self.names.values().any(|known| known == wanted);
        let name = if name.is_empty() { "Object" } else { name };
        let mut unique = name.to_owned();
        let mut number = 1;
        while is_taken(&unique) {
            number += 1;
            unique = format!("{name}{number}");
        }
        self.names.insert(schema, unique.clone());
        self.waiting.push((unique.clone(), schema));
        unique
    }

    /// Reads everything that was named, and what that names.
    pub(super) fn definitions(&mut self) -> Vec<(String, Schema)> {
        let mut definitions = Vec::new();
        while let Some((name, schema)) = self.waiting.pop() {
            let layers = self.layers(schema);
            let read = self.layered(&layers, 0);
            definitions.push((name, read));
        }
        definition::settle(&mut definitions);
        definitions.sort_by(|(one, _), (other, _)| one.cmp(other));
        definitions
    }

    /// Takes the cost of opening something, or says that it is too much.
    pub(super) fn may_open(&mut self, cost: usize) -> bool {
        let left = self.left.checked_sub(cost);
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    pub(super) fn layered(&mut self, layers: &Layers<'a>, depth: usize) -> Schema {
        if let Some(only) = layers.get("const").filter(|only| self.budget.affords(only)) {
            return Schema::Choice(vec![only.clone()]);
        }
        let choices = layers.get("enum").and_then(Value::as_array);
        if let Some(choices) = choices.filter(|choices| self.can_be_chosen(choices)) {
            let choices: Vec<Value> = choices.iter().filter(|choice| !choice.is_null()).cloned().collect();
            return if choices.is_empty() { Schema::Any } else { Schema::Choice(choices) };
        }
        if let Some(union) = self.union(layers, depth) {
            return union;
        }
        let kinds = kinds(layers);
        match kinds.as_slice() {
            [kind] => self.of_kind(kind, layers, depth),
            [] => Schema::Any,
            several => self.of_kinds(several, layers, depth),
        }
    }

    /// Whether values are few enough to be offered one by one; of more, only the type is known.
    pub(super) fn can_be_chosen(&mut self, choices: &[Value]) -> bool {
        choices.len() <= MOST_CHOICES && choices.iter().all(|choice| self.budget.affords(choice))
    }

    pub(super) fn of_kind(&mut self, kind: &str, layers: &Layers<'a>, depth: usize) -> Schema {
        match kind {
            "string" if layers.text("format") == "binary" => Schema::File,
            "string" => Schema::Text(text_rules(layers)),
            "file" => Schema::File,
            "number" | "integer" => Schema::Number(number_rules(kind == "integer", layers)),
            "boolean" => Schema::Boolean,
            "array" => {
                let item = match layers.get("items") {
                    Some(items) if self.may_open(1) => self.read_at(items, depth + 1),
                    _ => Schema::Any,
                };
                Schema::List(Box::new(ListRules {
                    item,
                    min_items: count(layers.get("minItems")),
                    max_items: count(layers.get("maxItems")),
                    unique: layers.is("uniqueItems"),
                }))
            }
            "object" => {
                let fields = self.fields(layers, depth + 1);
                if !fields.is_empty() {
                    return Schema::Object(fields);
                }
                let pattern = layers.get("patternProperties").and_then(Value::as_object);
                let item = layers.get("additionalProperties").filter(|item| item.is_object());
                let item = item.or(pattern.and_then(|patterns| patterns.values().next()));
                let item = item.filter(|_| self.may_open(1));
                Schema::Map(Box::new(item.map_or(Schema::Any, |item| self.read_at(item, depth + 1))))
            }
            _ => Schema::Any,
        }
    }

    /// The fields of an object schema.
    pub(super) fn fields(&mut self, layers: &Layers<'a>, depth: usize) -> Vec<Field> {
        let properties = layers.properties();
        if depth > DEPTH || !self.may_open(properties.len()) {
            return Vec::new();
        }
        let mut fields = Vec::new();
        for (name, property) in properties {
            let own = self.layers(property);
            let hidden = match self.direction {
                Direction::Request => own.is("readOnly"),
                Direction::Reply => own.is("writeOnly"),
            };
            if !hidden {
                fields.push(Field {
                    name: name.to_owned(),
                    required: layers.requires(name),
                    schema: self.read_at(property, depth),
                    about: self.about(&own),
                    ..Field::default()
                });
            }
        }
        fields
    }
}

/// Whether the value has parts of its own, so that its schema is better named than repeated.
fn has_inside(layers: &Layers) -> bool {
    ["oneOf", "anyOf", "discriminator"].into_iter().any(|key| layers.get(key).is_some())
        || !layers.properties().is_empty()
}

/// The types of a schema but `null`: its own, or what its keywords imply.
pub(super) fn kinds<'a>(layers: &Layers<'a>) -> Vec<&'a str> {
    match layers.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => {
            let mut unique: Vec<&str> = Vec::new();
            for kind in kinds.iter().filter_map(Value::as_str).filter(|kind| TYPES.contains(kind)) {
                if !unique.contains(&kind) {
                    unique.push(kind);
                }
            }
            unique
        }
        _ => {
            let implied = [
                ("object", ["properties", "additionalProperties", "patternProperties"]),
                ("array", ["items", "minItems", "uniqueItems"]),
                ("string", ["pattern", "minLength", "maxLength"]),
                ("number", ["minimum", "maximum", "multipleOf"]),
            ];
            let found = implied.into_iter().find(|(_, keys)| keys.iter().any(|key| layers.get(key).is_some()));
            found.map(|(kind, _)| kind).into_iter().collect()
        }
    }
}

pub(super) fn text_rules(layers: &Layers) -> TextRules {
    let text = |key: &str| layers.get(key).and_then(Value::as_str).filter(|text| text.len() <= LONGEST_RULE);
    let owned = |key: &str| text(key).map(str::to_owned);
    TextRules {
        // What is only ever written is as secret as a password.
        format: if layers.is("writeOnly") { Some("password".into()) } else { owned("format") },
        min_length: count(layers.get("minLength")),
        max_length: count(layers.get("maxLength")),
        pattern: owned("pattern"),
        pattern_description: owned("x-pattern-description"),
        // A text that holds a file of its own kind (JSON Schema Validation, §8.4).
        lines: layers.get("contentMediaType").is_some() && layers.get("contentEncoding").is_none(),
    }
}

pub(super) fn number_rules(integer: bool, layers: &Layers) -> NumberRules {
    let number = |key: &str| layers.get(key).and_then(Value::as_number).cloned();
    NumberRules {
        integer,
        minimum: number("minimum"),
        maximum: number("maximum"),
        above: number("exclusiveMinimum"),
        below: number("exclusiveMaximum"),
        multiple_of: number("multipleOf").filter(|step| step.as_f64() != Some(0.0)),
    }
}

fn count(value: Option<&Value>) -> Option<u32> {
    value?.as_u64()?.try_into().ok()
}
