//! Visits the objects of a document, and tells them apart from data and from maps whose keys are names.

use super::reference::{REFERENCED_FILES_KEY, to_reference};
use serde_json::{Map, Value};

/// Keys whose values are data, such as examples. Data can contain keys that have no meaning there.
const DATA_KEYS: [&str; 4] = ["const", "default", "enum", "example"];
/// Keys of an Example Object whose values are data.
const EXAMPLE_DATA_KEYS: [&str; 2] = ["value", "dataValue"];
/// Keys whose values map names to objects. `default` is the name of a response there, not a default value.
const MAP_KEYS: [&str; 26] = [
    "$defs",
    "additionalOperations",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "mapping",
    "mediaTypes",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securityDefinitions",
    "securitySchemes",
    "variables",
    "webhooks",
    "x-bodies",
    REFERENCED_FILES_KEY,
];

/// The role of a value in a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// An object of the specification, or a list of such objects.
    Object,
    /// A map from names to objects.
    Names,
    /// A map from names to Example Objects.
    Examples,
    /// An Example Object.
    Example,
}

/// Calls a function for each object of a value that is neither data nor a map of names, the outer ones first.
pub fn visit_objects(value: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    visit_as(value, Role::Object, visit);
}

fn visit_as(value: &mut Value, role: Role, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit_as(item, Role::Object, visit)),
        Value::Object(object) => {
            if matches!(role, Role::Object | Role::Example) {
                visit(object);
            }
            for (key, value) in object.iter_mut() {
                if let Some(role) = role.of_value(key, value) {
                    visit_as(value, role, visit);
                }
            }
        }
        _ => {}
    }
}

/// Calls a function for each object as [`visit_objects`] does, with the reference to it: `#/components/schemas/Pet`.
pub(super) fn visit_objects_with_references(value: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>, &str)) {
    visit_objects_from(value, "#", visit);
}

/// Calls a function for each object of a value as [`visit_objects_with_references`] does. `reference` leads to the value.
pub(super) fn visit_objects_from(
    value: &mut Value,
    reference: &str,
    visit: &mut dyn FnMut(&mut Map<String, Value>, &str),
) {
    visit_at(value, Role::Object, &mut reference.to_owned(), visit);
}

fn visit_at(
    value: &mut Value,
    role: Role,
    reference: &mut String,
    visit: &mut dyn FnMut(&mut Map<String, Value>, &str),
) {
    let length = reference.len();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate().filter(|(_, item)| is_nested(item)) {
                reference.push_str(&to_reference("", &index.to_string()));
                visit_at(item, Role::Object, reference, visit);
                reference.truncate(length);
            }
        }
        Value::Object(object) => {
            if matches!(role, Role::Object | Role::Example) {
                visit(object, reference);
            }
            for (key, value) in object.iter_mut().filter(|(_, value)| is_nested(value)) {
                if let Some(role) = role.of_value(key, value) {
                    reference.push_str(&to_reference("", key));
                    visit_at(value, role, reference, visit);
                    reference.truncate(length);
                }
            }
        }
        _ => {}
    }
}

fn is_nested(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

impl Role {
    /// Returns the role of the value of a key; `None` if it is data.
    fn of_value(self, key: &str, value: &Value) -> Option<Self> {
        match self {
            Self::Examples => Some(Self::Example),
            Self::Example if EXAMPLE_DATA_KEYS.contains(&key) => None,
            Self::Object | Self::Example if DATA_KEYS.contains(&key) => None,
            // In a schema, `examples` is a list of values.
            Self::Object | Self::Example if key == "examples" => value.is_object().then_some(Self::Examples),
            Self::Object | Self::Example if MAP_KEYS.contains(&key) && value.is_object() => Some(Self::Names),
            Self::Names | Self::Object | Self::Example => Some(Self::Object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::visit_objects;
    use serde_json::json;

    #[test]
    fn data_and_names_are_not_visited_as_objects() {
        let mut document = json!({
            "paths": {"/a": {"get": {"responses": {"default": {"id": 1}}, "parameters": [{"id": 2, "example": {"id": 0}}]}}},
            "components": {
                "schemas": {"id": {"id": 3, "properties": {"example": {"id": 4, "default": {"id": 0}, "enum": [{"id": 0}]}}}},
                "examples": {"default": {"id": 5, "value": {"id": 0}, "dataValue": {"id": 0}}},
            },
            "x-more": {"allOf": [{"id": 6, "examples": [{"id": 0}], "const": {"id": 0}}]},
        });
        let mut ids = Vec::new();
        visit_objects(&mut document, &mut |object| ids.extend(object.get("id").cloned()));
        assert_eq!(ids, [json!(1), json!(2), json!(3), json!(4), json!(5), json!(6)]);
    }
}
