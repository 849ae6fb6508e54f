//! Upgrades older documents to `OpenAPI` 3.1, so that all other code supports 3.1 and its superset 3.2 only.

use serde_json::{Map, Value, json};

/// Upgrades a document in place.
///
/// # Errors
/// Returns an error if it is not an `OpenAPI` 3 or Swagger 2.0 document.
pub(super) fn upgrade(root: &mut Value) -> anyhow::Result<()> {
    let version = |key: &str| match &root[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let (openapi, swagger) = (version("openapi"), version("swagger"));
    if openapi.starts_with("3.0") {
        schemas::upgrade_document(root);
    } else if swagger.starts_with('2') {
        super::swagger_files::copy_used_parts(root);
        super::swagger::upgrade(root);
        schemas::upgrade_document(root);
    } else if !openapi.starts_with('3') {
        anyhow::bail!(
            "it has neither an `openapi` field that begins with 3 nor `swagger: \"2.0\"`, so it is not supported"
        );
    }
    if !openapi.starts_with("3.2") {
        root["openapi"] = json!("3.1.0");
    }
    Ok(())
}

/// Converts schemas of `OpenAPI` 3.0 to JSON Schema 2020-12.
mod schemas {
    use super::{Map, Value, json};
    use crate::openapi::walk::visit_objects;

    /// Upgrades all schemas of a document, also those in the files that it refers to. Other objects do not have the
    /// keywords that are converted.
    pub(super) fn upgrade_document(root: &mut Value) {
        visit_objects(root, &mut |object| {
            convert_exclusive_limits(object);
            convert_nullable(object);
        });
    }

    /// Replaces `exclusiveMinimum: true` and its `minimum` with a numeric `exclusiveMinimum`; likewise for the maximum.
    fn convert_exclusive_limits(object: &mut Map<String, Value>) {
        for (limit, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            match object.get(exclusive) {
                Some(Value::Bool(true)) => {
                    let value = object.remove(limit);
                    object.remove(exclusive);
                    object.extend(value.map(|value| (exclusive.to_owned(), value)));
                }
                Some(Value::Bool(false)) => drop(object.remove(exclusive)),
                _ => {}
            }
        }
    }

    /// Replaces `nullable: true` with the type `null`. Beside `$ref` and `allOf` the keyword is retained: it has no
    /// effect there by the specification, but authors expect one.
    fn convert_nullable(object: &mut Map<String, Value>) {
        if object.remove("nullable") != Some(Value::Bool(true)) {
            return;
        }
        if object.contains_key("$ref") || object.contains_key("allOf") {
            object.insert("nullable".into(), Value::Bool(true));
        }
        if let Some(kind) = object.get("type").and_then(Value::as_str).map(str::to_owned) {
            object.insert("type".into(), json!([kind, "null"]));
        }
        if let Some(choices) = object.get_mut("enum").and_then(Value::as_array_mut)
            && !choices.contains(&Value::Null)
        {
            choices.push(Value::Null);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(variants) = object.get_mut(key).and_then(Value::as_array_mut) {
                variants.push(json!({"type": "null"}));
            }
        }
    }
}
