//! Determines the properties that a value can have, according to all schemas that describe it.

use crate::openapi::{
    keywords::Direction,
    reference::{ResolvedObject, Resolver},
};
use serde_json::{Map, Value};
use std::{cell::Cell, collections::HashSet};

/// Maximum number of schemas that describe one value. Beyond it, any property is allowed.
const MAX_SCHEMAS_PER_VALUE: usize = 200;
/// Maximum number of layers and properties that are visited for one bundle.
const MAX_STEPS: usize = 200_000;

/// Keywords that can forbid the properties that a schema does not name.
const CLOSING_KEYS: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];

/// The properties of a value.
#[derive(Default)]
pub(super) struct PropertySet<'a> {
    /// Names of the documented properties.
    pub(super) names: Vec<&'a str>,
    /// Names of the documented properties that are optional in this direction, even if they are required.
    pub(super) excluded: Vec<&'a str>,
    /// True if other properties are allowed, or may be.
    pub(super) is_open: bool,
    /// True if the document forbids other properties.
    pub(super) is_closed: bool,
    /// True if the schema itself allows properties by patterns, and forbids all others.
    pub(super) has_own_patterns: bool,
}

/// Collects the properties of schemas.
pub(super) struct PropertyCollector<'a> {
    resolver: Resolver<'a>,
    direction: Direction,
    remaining_steps: Cell<usize>,
}

impl<'a> PropertyCollector<'a> {
    pub(super) fn new(resolver: Resolver<'a>, direction: Direction) -> Self {
        Self { resolver, direction, remaining_steps: Cell::new(MAX_STEPS) }
    }

    /// Collects the properties of a schema. Returns `None` if the limit of steps is exceeded.
    pub(super) fn collect(&self, schema: &'a Value) -> Option<PropertySet<'a>> {
        self.collect_without(schema, &[])
    }

    /// Collects the properties of a schema without those of the parts under some of its keywords.
    pub(super) fn collect_without(&self, schema: &'a Value, ignored: &[&str]) -> Option<PropertySet<'a>> {
        let mut property_set = PropertySet::default();
        let (mut pending, mut seen, mut names) = (vec![schema], HashSet::new(), HashSet::new());
        while let Some(schema) = pending.pop() {
            let Value::Object(layer) = schema else { continue };
            if !seen.insert(std::ptr::from_ref(layer)) {
                continue;
            }
            if seen.len() > MAX_SCHEMAS_PER_VALUE {
                property_set.is_open = true;
                break;
            }
            let properties = layer.get("properties").and_then(Value::as_object);
            self.remaining_steps.set(self.remaining_steps.get().checked_sub(1 + properties.map_or(0, Map::len))?);
            for (name, property) in properties.into_iter().flatten() {
                if names.insert(name.as_str()) {
                    property_set.names.push(name);
                }
                if self.direction.excludes(&self.resolver.resolve_schema(property, &mut |_| {})) {
                    property_set.excluded.push(name);
                }
            }
            for key in CLOSING_KEYS {
                match layer.get(key) {
                    None => {}
                    Some(Value::Bool(false)) => property_set.is_closed = true,
                    // The schema itself describes the properties that no part names, whichever these are.
                    Some(Value::Object(_)) if key == "unevaluatedProperties" && seen.len() == 1 => {}
                    Some(_) => property_set.is_open = true,
                }
            }
            if layer.get("patternProperties").is_some_and(|patterns| !patterns.is_null()) {
                // Patterns of another part of the schema do not apply where the properties are restricted.
                let is_own =
                    seen.len() == 1 && CLOSING_KEYS.iter().any(|key| layer.get(*key) == Some(&Value::Bool(false)));
                property_set.has_own_patterns |= is_own;
                property_set.is_open |= !is_own;
            }
            let ignored = if seen.len() == 1 { ignored } else { &[] };
            property_set.is_open |= !self.push_subschemas(layer, ignored, &mut pending);
        }
        Some(property_set)
    }

    /// Adds the schemas that describe the same value. Returns true if all of them were found.
    fn push_subschemas(&self, layer: &'a Map<String, Value>, ignored: &[&str], pending: &mut Vec<&'a Value>) -> bool {
        let mut is_complete = true;
        let list = |key: &str| layer.get(key).and_then(Value::as_array).into_iter().flatten();
        let is_read = |key: &&str| !ignored.contains(key);
        pending.extend(["allOf", "anyOf", "oneOf"].into_iter().filter(is_read).flat_map(list));
        pending.extend(["if", "then", "else"].into_iter().filter(is_read).filter_map(|key| layer.get(key)));
        pending.extend(layer.get("dependentSchemas").and_then(Value::as_object).into_iter().flat_map(Map::values));
        if let Some(reference) = layer.get("$ref").and_then(Value::as_str) {
            let target = self.resolver.resolve_reference(reference);
            is_complete &= target.is_ok();
            pending.extend(target);
        }
        let has_union = ["anyOf", "oneOf"].into_iter().any(|key| layer.contains_key(key));
        if layer.contains_key("discriminator") && !has_union {
            // The value may be of any schema that extends this one.
            let mapped_schemas = ResolvedObject::from_layer(layer).mapped_schemas(self.resolver);
            is_complete &= mapped_schemas.is_some();
            for (_, target) in mapped_schemas.into_iter().flatten() {
                is_complete &= target.is_ok();
                pending.extend(target);
            }
        }
        is_complete
    }
}
