//! Arguments into controls.

use super::{Controls, OTHER, plain, pretty};
use crate::model::{Arguments, operation::Operation, problem::pointer, schema::Schema};
use serde_json::{Map, Value};

/// Writes arguments into the controls of a form: the inverse of [`read`].
///
/// What no plain control can say (`null`, `""`, `[]`, a value of another type) is written as JSON at its field.
pub fn write(operation: &Operation, arguments: &Arguments) -> Controls {
    let mut controls = Controls::default();
    let mut others = Map::new();
    for (name, value) in arguments {
        match operation.fields.iter().find(|field| field.name == *name) {
            Some(field) => write_value(&field.schema, value, &pointer("", name), &mut controls),
            None => drop(others.insert(name.clone(), value.clone())),
        }
    }
    write_rows(&others, OTHER, &mut controls);
    controls
}

fn write_value(schema: &Schema, value: &Value, at: &str, controls: &mut Controls) {
    let before = controls.0.len();
    if !write_plain(schema, value, at, controls) {
        controls.0.truncate(before);
        controls.push_json(at, value);
    }
}

/// Writes a value into plain controls, or says that they cannot hold it.
fn write_plain(schema: &Schema, value: &Value, at: &str, controls: &mut Controls) -> bool {
    match (schema, value) {
        (Schema::Any, value) => controls.push("value", at, pretty(value)),
        (Schema::List(item), Value::Array(items)) if !items.is_empty() => {
            for (row, value) in items.iter().enumerate() {
                if !write_plain(item, value, &pointer(at, &row.to_string()), controls) {
                    return false;
                }
            }
        }
        (Schema::Object(fields), Value::Object(object)) if !object.is_empty() => {
            for (name, value) in object {
                let Some(field) = fields.iter().find(|field| field.name == *name) else {
                    return false;
                };
                write_value(&field.schema, value, &pointer(at, name), controls);
            }
        }
        (Schema::Map, Value::Object(map)) if !map.is_empty() && !map.contains_key("") => {
            write_rows(map, at, controls);
        }
        (schema, value) if schema.is_single() => {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let is_line = !text.is_empty() && !text.contains(['\n', '\r']);
            if !is_line || plain(schema, &text).as_ref() != Some(value) {
                return false;
            }
            controls.push("value", at, text);
        }
        _ => return false,
    }
    true
}

fn write_rows(map: &Map<String, Value>, at: &str, controls: &mut Controls) {
    for (row, (key, value)) in map.iter().enumerate() {
        let row = pointer(at, &row.to_string());
        controls.push("key", &row, key);
        controls.push("value", &row, value.to_string());
    }
}
