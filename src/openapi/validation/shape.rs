//! Which properties a value may have, by all the schemas that it is described by together.

use crate::openapi::{reference::Resolver, schema::Direction};
use serde_json::{Map, Value};
use std::{cell::Cell, collections::HashSet};

/// How many schemas one value is described by at most; beyond it, any property may be there.
const MOST_LAYERS: usize = 200;
/// How many layers and properties are looked at for one bundle.
const STEPS: usize = 200_000;

/// The properties of a value.
#[derive(Default)]
pub(super) struct Shape<'a> {
    /// Those that are named.
    pub(super) names: Vec<&'a str>,
    /// Those of them that need not be there in this direction, even if they are required.
    pub(super) hidden: Vec<&'a str>,
    /// Whether others may be there, as far as can be told.
    pub(super) is_open: bool,
    /// Whether the document says that there are no others.
    pub(super) is_closed: bool,
}

/// Looks for properties.
pub(super) struct Shapes<'a> {
    resolver: Resolver<'a>,
    /// What marks a property that is not for this direction.
    mark: &'static str,
    left: Cell<usize>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(resolver: Resolver<'a>, direction: Direction) -> Self {
        let mark = if direction == Direction::Request { "readOnly" } else { "writeOnly" };
        Self { resolver, mark, left: Cell::new(STEPS) }
    }

    /// The shape of a schema; nothing where there is too much to look at.
    pub(super) fn of(&self, schema: &'a Value) -> Option<Shape<'a>> {
        let mut shape = Shape::default();
        let (mut waiting, mut seen, mut names) = (vec![schema], HashSet::new(), HashSet::new());
        while let Some(schema) = waiting.pop() {
            let Value::Object(layer) = schema else { continue };
            if !seen.insert(std::ptr::from_ref(layer)) {
                continue;
            }
            if seen.len() > MOST_LAYERS {
                shape.is_open = true;
                break;
            }
            let properties = layer.get("properties").and_then(Value::as_object);
            self.left.set(self.left.get().checked_sub(1 + properties.map_or(0, Map::len))?);
            for (name, property) in properties.into_iter().flatten() {
                if names.insert(name.as_str()) {
                    shape.names.push(name);
                }
                if self.resolver.schema(property, &mut |_| {}).is(self.mark) {
                    shape.hidden.push(name);
                }
            }
            for key in ["additionalProperties", "unevaluatedProperties"] {
                match layer.get(key) {
                    None => {}
                    Some(Value::Bool(false)) => shape.is_closed = true,
                    Some(_) => shape.is_open = true,
                }
            }
            shape.is_open |= layer.get("patternProperties").is_some_and(|patterns| !patterns.is_null());
            shape.is_open |= !self.parts(layer, &mut waiting);
        }
        Some(shape)
    }

    /// Adds the schemas that describe the same value; tells whether all of them are known.
    fn parts(&self, layer: &'a Map<String, Value>, waiting: &mut Vec<&'a Value>) -> bool {
        let mut is_whole = true;
        let list = |key: &str| layer.get(key).and_then(Value::as_array).into_iter().flatten();
        waiting.extend(["allOf", "anyOf", "oneOf"].into_iter().flat_map(list));
        waiting.extend(["if", "then", "else"].into_iter().filter_map(|key| layer.get(key)));
        waiting.extend(layer.get("dependentSchemas").and_then(Value::as_object).into_iter().flat_map(Map::values));
        if let Some(reference) = layer.get("$ref").and_then(Value::as_str) {
            let target = self.resolver.target(reference);
            is_whole &= target.is_ok();
            waiting.extend(target);
        }
        let has_union = ["anyOf", "oneOf"].into_iter().any(|key| layer.contains_key(key));
        if let Some(discriminator) = layer.get("discriminator").filter(|_| !has_union) {
            // Schemas that extend this one, whose values may stand in its place.
            let mapping = discriminator["mapping"].as_object();
            is_whole &= mapping.is_some();
            for reference in mapping.into_iter().flat_map(Map::values).filter_map(Value::as_str) {
                let by_name = || self.resolver.0["components"]["schemas"].get(reference);
                let target = self.resolver.target(reference).ok().or_else(by_name);
                is_whole &= target.is_some();
                waiting.extend(target);
            }
        }
        is_whole
    }
}
