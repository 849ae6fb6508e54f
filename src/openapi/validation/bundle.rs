//! A schema of a document as one JSON Schema 2020-12 that stands for itself: what it refers to comes along under `$defs`.
//!
//! Documents are sloppy: what is no keyword's value is left out, and what people mean by `additionalProperties: false`
//! beside `allOf` is done: the parts together name the properties.

use super::{budget, keywords};
use crate::openapi::{
    reference::Resolver,
    schema::Direction,
    validation::shape::{Shape, Shapes},
};
use jsonschema::ValidationOptions;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// How many schemas a bundle holds at most.
const MOST_SCHEMAS: usize = 3_000;
/// How deep schemas stand in each other; what is deeper gets a name, so that nothing that reads the bundle goes deep.
const DEPTH: usize = 12;

/// Characters of a regular expression.
const LONGEST_PATTERN: usize = 4_000;

/// A schema that stands for itself.
pub(super) struct Bundle {
    pub(super) schema: Value,
    /// How many schemas it is made of.
    pub(super) size: usize,
    /// Names of properties whose format is `password`.
    pub(super) secrets: HashSet<String>,
}

/// What a schema is there for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    /// It describes a value: together with its parts it names all properties that there are.
    Value,
    /// It is one of the schemas that a value is described by.
    Part,
}

/// Bundles a schema; nothing where it is too much.
pub(super) fn bundle(
    options: &ValidationOptions,
    resolver: Resolver,
    schema: &Value,
    direction: Direction,
) -> Option<Bundle> {
    let mut writer = Writer {
        options,
        shapes: Shapes::new(resolver, direction),
        resolver,
        direction,
        names: HashMap::new(),
        waiting: Vec::new(),
        secrets: HashSet::new(),
        left: MOST_SCHEMAS,
        losses: 0,
    };
    // What a request has at its root beside the documented fields is allowed: an explorer exists to try.
    let role = if direction == Direction::Reply { Role::Value } else { Role::Part };
    let root = writer.schema(schema, role, 0, &[])?;
    let mut definitions = Map::new();
    while let Some((number, schema, role)) = writer.waiting.pop() {
        let written = writer.schema(schema, role, 1, &[])?;
        // The first part of `allOf` is visited before anything that the second one leads to.
        definitions.insert(number.to_string(), json!({"allOf": [{ budget::KEYWORD: 1 }, written]}));
    }
    let size = MOST_SCHEMAS - writer.left;
    let dialect = "https://json-schema.org/draft/2020-12/schema";
    Some(Bundle {
        schema: json!({"$schema": dialect, "allOf": [root], "$defs": definitions}),
        size,
        secrets: writer.secrets,
    })
}

struct Writer<'a, 'b> {
    options: &'b ValidationOptions<'b>,
    resolver: Resolver<'a>,
    direction: Direction,
    shapes: Shapes<'a>,
    /// Numbers of the schemas that have names, by their addresses in the document.
    names: HashMap<(*const Value, Role), usize>,
    waiting: Vec<(usize, &'a Value, Role)>,
    secrets: HashSet<String>,
    left: usize,
    /// How often something was left out that would have refused values.
    losses: usize,
}

impl<'a> Writer<'a, '_> {
    fn schema(&mut self, schema: &'a Value, role: Role, depth: usize, hidden: &[&'a str]) -> Option<Value> {
        let Value::Object(given) = schema else {
            return Some(Value::Bool(schema != &Value::Bool(false)));
        };
        if keywords::is_file(given) {
            self.losses += 1;
            return Some(Value::Bool(true));
        }
        if depth > DEPTH {
            return Some(self.named(schema, role));
        }
        self.left = self.left.checked_sub(1)?;
        let is_alias = self.resolver.alias(schema).is_some() && given.contains_key("$ref");
        let shape = if is_alias { Shape::default() } else { self.shapes.of(schema)? };
        let hidden: Vec<&str> = shape.hidden.iter().chain(hidden).copied().collect();
        let mut written = Map::new();
        for (keyword, value) in given {
            self.keyword(&mut written, (keyword, value), (role, is_alias), depth, &hidden)?;
        }
        self.properties(&mut written, &shape, role)?;
        let cost =
            1 + ["required", "enum", "patternProperties"].iter().map(|key| count(written.get(*key))).sum::<usize>();
        written.insert(budget::KEYWORD.into(), cost.into());
        let is_nullable = given.get("nullable") == Some(&Value::Bool(true));
        Some(if is_nullable { json!({"anyOf": [written, {"type": "null"}]}) } else { Value::Object(written) })
    }

    fn keyword(
        &mut self,
        written: &mut Map<String, Value>,
        (keyword, value): (&'a str, &'a Value),
        (role, is_alias): (Role, bool),
        depth: usize,
        hidden: &[&'a str],
    ) -> Option<()> {
        let kept = match (keyword, value) {
            ("$ref", Value::String(reference)) => match self.resolver.target(reference) {
                // What only has another name is a value where that is; else the names are looked for in all parts.
                Ok(target) => Some(self.named_reference(target, if is_alias { role } else { Role::Part })),
                Err(_) => None,
            },
            ("allOf", Value::Array(parts)) if !parts.is_empty() => {
                let parts: Option<Vec<Value>> =
                    parts.iter().map(|part| self.schema(part, Role::Part, depth + 1, hidden)).collect();
                let mut all = parts?;
                all.extend(written.remove("allOf").and_then(|more| more.as_array().cloned()).into_iter().flatten());
                Some(Value::Array(all))
            }
            // A value may be right as several variants: few documents take care that it is not.
            ("oneOf" | "anyOf", Value::Array(variants)) if !variants.is_empty() => {
                let variants: Option<Vec<Value>> =
                    variants.iter().map(|variant| self.schema(variant, Role::Part, depth + 1, &[])).collect();
                let union = json!({"anyOf": variants?});
                match written.entry("allOf").or_insert_with(|| json!([])) {
                    Value::Array(all) => all.push(union),
                    _ => return None,
                }
                return Some(());
            }
            ("not" | "if", Value::Object(_)) => {
                // What accepts more than the document says would refuse more here.
                let (losses, known) = (self.losses, self.names.len());
                let inside = self.schema(value, Role::Part, depth + 1, &[])?;
                let is_whole = self.losses == losses && self.names.len() == known && !refers(&inside);
                is_whole.then_some(inside)
            }
            ("then" | "else", Value::Object(_) | Value::Bool(_)) => {
                Some(self.schema(value, Role::Part, depth + 1, hidden)?)
            }
            ("propertyNames", Value::Object(_)) => Some(self.schema(value, Role::Part, depth + 1, &[])?),
            ("items" | "contains" | "additionalProperties", Value::Object(_)) => {
                Some(self.schema(value, Role::Value, depth + 1, &[])?)
            }
            ("prefixItems", Value::Array(items)) if !items.is_empty() => {
                let items: Option<Vec<Value>> =
                    items.iter().map(|item| self.schema(item, Role::Value, depth + 1, &[])).collect();
                Some(Value::Array(items?))
            }
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(schemas)) => {
                let role = if keyword == "dependentSchemas" { Role::Part } else { Role::Value };
                let mut inside = Map::new();
                for (name, schema) in schemas {
                    if self.resolver.resolve(schema).is_ok_and(|layers| layers.text("format") == "password") {
                        self.secrets.insert(name.clone());
                    }
                    if keyword != "patternProperties" || self.is_pattern(name) {
                        inside.insert(name.clone(), self.schema(schema, role, depth + 1, &[])?);
                    }
                }
                Some(Value::Object(inside))
            }
            ("const", only) => {
                written.insert("enum".into(), json!([only]));
                return Some(());
            }
            ("enum", _) if written.contains_key("enum") => return Some(()),
            ("pattern", Value::String(pattern)) => self.is_pattern(pattern).then(|| value.clone()),
            (keyword, value) if keywords::is_plain(keyword) => keywords::plain(keyword, value, hidden),
            _ if keywords::says_nothing(keyword) => return Some(()),
            _ => None,
        };
        match kept {
            Some(kept) => drop(written.insert(keyword.to_owned(), kept)),
            None => self.losses += 1,
        }
        Some(())
    }

    /// Names the properties that the parts of a schema have, where the schema says what others may hold.
    fn properties(&mut self, written: &mut Map<String, Value>, shape: &Shape, role: Role) -> Option<()> {
        let is_closed = match self.direction {
            Direction::Reply => !shape.is_open && (shape.is_closed || !shape.names.is_empty()),
            Direction::Request => !shape.is_open && shape.is_closed,
        };
        let is_closed = is_closed && role == Role::Value;
        if !is_closed && !written.contains_key("additionalProperties") {
            return Some(());
        }
        self.left = self.left.checked_sub(shape.names.len() / 8)?;
        if let Value::Object(properties) = written.entry("properties").or_insert_with(|| json!({})) {
            for name in &shape.names {
                properties.entry(*name).or_insert(Value::Bool(true));
            }
        }
        if is_closed {
            written.insert("additionalProperties".into(), Value::Bool(false));
        }
        Some(())
    }

    /// Whether the validator can match a regular expression.
    fn is_pattern(&self, pattern: &str) -> bool {
        pattern.len() <= LONGEST_PATTERN && self.options.build(&json!({ "pattern": pattern })).is_ok()
    }

    fn named(&mut self, schema: &'a Value, role: Role) -> Value {
        json!({"$ref": self.named_reference(schema, role)})
    }

    fn named_reference(&mut self, schema: &'a Value, role: Role) -> Value {
        let next = self.names.len();
        let number = *self.names.entry((std::ptr::from_ref(schema), role)).or_insert_with(|| {
            self.waiting.push((next, schema, role));
            next
        });
        Value::String(format!("#/$defs/{number}"))
    }
}

fn count(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(fields)) => fields.len(),
        _ => 0,
    }
}

/// Whether a reference stands anywhere in a written schema.
fn refers(written: &Value) -> bool {
    match written {
        Value::Object(fields) => fields.contains_key("$ref") || fields.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}
