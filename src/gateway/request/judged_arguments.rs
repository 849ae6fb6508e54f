//! Collects the values of an SDK's request for the policy, which judges every value and every part of it.

use crate::model::{
    Arguments,
    operation::Operation,
    schema::{Field, Schema},
};
use serde_json::Value;

/// Adds a value under its name, with a prefix if the name is used.
pub(super) fn insert_unused(arguments: &mut Arguments, prefix: &str, mut name: String, value: Value) {
    while arguments.contains_key(&name) {
        name.insert_str(0, prefix);
    }
    arguments.insert(name, value);
}

/// Adds a parameter to the arguments that the policy evaluates. If the name is already there, or if the value can be a
/// list or an object in any style, also adds the value or its parts under the location and the name.
pub(super) fn add_argument(operation: &Operation, arguments: &mut Arguments, location: &str, name: &str, text: &str) {
    let mut others: Vec<Value> = Vec::new();
    if arguments.contains_key(name) {
        others.push(text.into());
    } else {
        arguments.insert(name.to_owned(), text.into());
    }
    if operation.field(name).is_none_or(|field| !is_single_value(operation, field)) {
        let parts = text.split([',', '|', ' ', ';', '=', '.']).filter(|part| !part.is_empty() && *part != text);
        others.extend(parts.map(Value::from));
    }
    if !others.is_empty() {
        let values = arguments.entry(format!("{location}.{name}")).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.append(&mut others);
        }
    }
}

/// Returns true if the schema of a field accepts only values that are neither lists nor objects.
pub(super) fn is_single_value(operation: &Operation, field: &Field) -> bool {
    matches!(
        operation.resolve(&field.schema),
        Schema::String(_) | Schema::Number(_) | Schema::Boolean | Schema::Enum(_)
    )
}
