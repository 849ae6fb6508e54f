//! Arguments into controls.

use super::{Controls, OTHER, plain, pretty};
use crate::model::{
    Arguments,
    check::{MOST_VISITS, is_variant},
    operation::Operation,
    problem::pointer,
    schema::Schema,
};
use serde_json::{Map, Value};

/// Writes arguments into the controls of a form: the inverse of [`read`].
///
/// What no plain control can say (`null`, `""`, `[]`, a value of another type) is written as JSON at its field.
pub fn write(operation: &Operation, arguments: &Arguments) -> Controls {
    let mut writer = Writer { operation, controls: Controls::default(), left: MOST_VISITS };
    let mut others = Map::new();
    for (name, value) in arguments {
        match operation.field(name) {
            Some(field) => writer.value(&field.schema, value, &pointer("", name)),
            None => drop(others.insert(name.clone(), value.clone())),
        }
    }
    writer.rows(&Schema::Any, &others, OTHER);
    writer.controls
}

/// Writes one value into the controls at its place.
pub fn write_at(operation: &Operation, schema: &Schema, value: &Value, at: &str) -> Controls {
    let mut writer = Writer { operation, controls: Controls::default(), left: MOST_VISITS };
    writer.value(schema, value, at);
    writer.controls
}

struct Writer<'a> {
    operation: &'a Operation,
    controls: Controls,
    /// How many values may still be looked at to find variants.
    left: u32,
}

impl Writer<'_> {
    fn value(&mut self, schema: &Schema, value: &Value, at: &str) {
        let before = self.controls.0.len();
        if !self.plain(schema, value, at) {
            self.controls.0.truncate(before);
            self.controls.push_json(at, value);
        }
    }

    /// Writes a value into plain controls, or says that they cannot hold it.
    fn plain(&mut self, schema: &Schema, value: &Value, at: &str) -> bool {
        match (self.operation.open(schema), value) {
            (Schema::Any, value) => self.controls.push("value", at, pretty(value)),
            (Schema::List(rules), Value::Array(items)) if !items.is_empty() => {
                for (row, value) in items.iter().enumerate() {
                    if !self.plain(&rules.item, value, &pointer(at, &row.to_string())) {
                        return false;
                    }
                }
            }
            (Schema::Object(fields), Value::Object(object)) if !object.is_empty() => {
                for (name, value) in object {
                    let Some(field) = fields.iter().find(|field| field.name == *name) else {
                        return false;
                    };
                    self.value(&field.schema, value, &pointer(at, name));
                }
            }
            (Schema::Map(item), Value::Object(map)) if !map.is_empty() && !map.contains_key("") => {
                return self.rows(item, map, at);
            }
            (Schema::Union(variants), value) => {
                let is_it = |variant| is_variant(self.operation, variant, value, &mut self.left);
                let Some(number) = variants.iter().position(is_it) else { return false };
                let variant = &variants[number];
                self.controls.push("pick", at, number.to_string());
                let Some((name, _)) = &variant.tag else { return self.plain(&variant.schema, value, at) };
                let mut untagged = value.as_object().cloned().unwrap_or_default();
                untagged.shift_remove(name);
                return untagged.is_empty() || self.plain(&variant.schema, &Value::Object(untagged), at);
            }
            (schema, value) if schema.is_single() => {
                let text = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let fits = match schema {
                    Schema::Text(rules) if rules.lines => !text.contains('\r'),
                    _ => !text.contains(['\n', '\r']),
                };
                if text.is_empty() || !fits || plain(schema, &text).as_ref() != Some(value) {
                    return false;
                }
                self.controls.push("value", at, text);
            }
            _ => return false,
        }
        true
    }

    /// Writes the rows of a map, or says that one of them cannot be written.
    fn rows(&mut self, item: &Schema, map: &Map<String, Value>, at: &str) -> bool {
        for (row, (key, value)) in map.iter().enumerate() {
            let row = pointer(at, &row.to_string());
            self.controls.push("key", &row, key);
            match item {
                Schema::Any => self.controls.push("value", &row, value.to_string()),
                item if !self.plain(item, value, &row) => return false,
                _ => {}
            }
        }
        true
    }
}
