//! Writes arguments into controls.

use super::{ADDITIONAL_FIELDS, Controls, parse_plain_value, to_pretty_json};
use crate::model::{
    Arguments,
    check::{MAX_VISITED_VALUES, matches_variant},
    operation::Operation,
    problem::join_pointer,
    schema::Schema,
};
use serde_json::{Map, Value};

/// Writes arguments into the controls of a form: the inverse of [`read`](super::read).
///
/// Values that no plain control can express (`null`, `""`, `[]`, a value of another type) are written as JSON at their
/// field.
pub fn write(operation: &Operation, arguments: &Arguments) -> Controls {
    let mut writer = FormWriter { operation, controls: Controls::default(), remaining_visits: MAX_VISITED_VALUES };
    let mut others = Map::new();
    for (name, value) in arguments {
        match operation.field(name) {
            Some(field) => writer.write_value(&field.schema, value, &join_pointer("", name)),
            None => drop(others.insert(name.clone(), value.clone())),
        }
    }
    writer.try_write_rows(&Schema::Any, &others, ADDITIONAL_FIELDS);
    writer.controls
}

/// Writes one value into the controls at its place.
pub fn write_at(operation: &Operation, schema: &Schema, value: &Value, at: &str) -> Controls {
    let mut writer = FormWriter { operation, controls: Controls::default(), remaining_visits: MAX_VISITED_VALUES };
    writer.write_value(schema, value, at);
    writer.controls
}

struct FormWriter<'a> {
    operation: &'a Operation,
    controls: Controls,
    /// Number of values that may still be visited to find matching variants.
    remaining_visits: u32,
}

impl FormWriter<'_> {
    fn write_value(&mut self, schema: &Schema, value: &Value, path: &str) {
        let before = self.controls.0.len();
        if !self.try_write_plain(schema, value, path) {
            self.controls.0.truncate(before);
            self.controls.push_json(path, value);
        }
    }

    /// Writes a value into plain controls; returns false if they cannot express it.
    fn try_write_plain(&mut self, schema: &Schema, value: &Value, path: &str) -> bool {
        match (self.operation.resolve(schema), value) {
            (Schema::Any, value) => self.controls.push("value", path, to_pretty_json(value)),
            (Schema::Array(constraints), Value::Array(items)) if !items.is_empty() => {
                for (row, value) in items.iter().enumerate() {
                    let row_path = join_pointer(path, &row.to_string());
                    if let Some(field) = constraints.prefix.get(row) {
                        self.write_value(&field.schema, value, &row_path);
                    } else if !constraints.has_other_items()
                        || !self.try_write_plain(&constraints.item, value, &row_path)
                    {
                        return false;
                    }
                }
            }
            (Schema::Object(fields), Value::Object(object)) if !object.is_empty() => {
                for (name, value) in object {
                    let Some(field) = fields.iter().find(|field| field.name == *name) else {
                        return false;
                    };
                    self.write_value(&field.schema, value, &join_pointer(path, name));
                }
            }
            (Schema::Map(item), Value::Object(map)) if !map.is_empty() && !map.contains_key("") => {
                return self.try_write_rows(item, map, path);
            }
            (Schema::Union(variants), value) => {
                let is_match = |variant| matches_variant(self.operation, variant, value, &mut self.remaining_visits);
                let Some(number) = variants.iter().position(is_match) else { return false };
                let variant = &variants[number];
                self.controls.push("pick", path, number.to_string());
                let Some((name, _)) = &variant.discriminator else {
                    return self.try_write_plain(&variant.schema, value, path);
                };
                let mut untagged = value.as_object().cloned().unwrap_or_default();
                untagged.shift_remove(name);
                return untagged.is_empty() || self.try_write_plain(&variant.schema, &Value::Object(untagged), path);
            }
            (schema, value) if schema.has_single_control() => {
                let text = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let fits_control = match schema {
                    Schema::String(constraints) if constraints.is_multiline => !text.contains('\r'),
                    _ => !text.contains(['\n', '\r']),
                };
                if text.is_empty() || !fits_control || parse_plain_value(schema, &text).as_ref() != Some(value) {
                    return false;
                }
                self.controls.push("value", path, text);
            }
            _ => return false,
        }
        true
    }

    /// Writes the rows of a map; returns false if a row cannot be written.
    fn try_write_rows(&mut self, item: &Schema, map: &Map<String, Value>, path: &str) -> bool {
        for (row, (key, value)) in map.iter().enumerate() {
            let row = join_pointer(path, &row.to_string());
            self.controls.push("key", &row, key);
            match item {
                Schema::Any => self.controls.push("value", &row, value.to_string()),
                item if !self.try_write_plain(item, value, &row) => return false,
                _ => {}
            }
        }
        true
    }
}
