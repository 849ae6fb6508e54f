//! Completes the mappings of discriminators: a schema with a discriminator also stands for the schemas that extend it by
//! `allOf`, each under its own name unless the mapping has another (`OpenAPI` 3.1, §4.8.25).

use super::reference::{reference_name, to_reference};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Maximum number of schemas that one schema extends, directly or through others.
const MAX_BASES: usize = 32;
/// Maximum number of schemas that are added to one mapping.
const MAX_CHILDREN: usize = 1_000;

/// Adds the schemas that extend a schema with a discriminator to the discriminator's mapping. The discriminators of
/// Swagger 2.0, which are only a name, become objects.
pub(super) fn complete_mappings(root: &mut Value) {
    let Some(schemas) = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    for schema in schemas.values_mut() {
        if let Some(discriminator) = schema.get_mut("discriminator").filter(|discriminator| discriminator.is_string()) {
            *discriminator = json!({ "propertyName": discriminator.take() });
        }
    }
    for (base, children) in find_children(schemas) {
        let discriminator = schemas.get_mut(&base).and_then(|schema| schema.get_mut("discriminator"));
        let Some(Value::Object(discriminator)) = discriminator else { continue };
        // The default applies to its own name as well.
        let default = discriminator.get("defaultMapping").and_then(Value::as_str).map(reference_name);
        if let Value::Object(mapping) = discriminator.entry("mapping").or_insert_with(|| json!({})) {
            extend_mapping(mapping, children, default);
        }
    }
}

/// Returns the names of the schemas that extend each schema with a discriminator.
fn find_children(schemas: &Map<String, Value>) -> HashMap<String, Vec<String>> {
    // The discriminator of a union selects one of its variants.
    let is_base = |schema: &Value| {
        schema["discriminator"]["propertyName"].is_string()
            && ["oneOf", "anyOf"].into_iter().all(|key| schema.get(key).is_none())
    };
    let mut children: HashMap<String, Vec<String>> = HashMap::new();
    if !schemas.values().any(is_base) {
        return children;
    }
    for (name, schema) in schemas {
        for base in bases(schemas, schema) {
            if base != *name && schemas.get(&base).is_some_and(is_base) {
                children.entry(base).or_default().push(name.clone());
            }
        }
    }
    children
}

/// Returns the names of the schemas that a schema extends by `allOf`, directly or through others.
fn bases(schemas: &Map<String, Value>, schema: &Value) -> Vec<String> {
    let (mut found, mut seen, mut pending) = (Vec::new(), HashSet::new(), vec![schema]);
    while let Some(schema) = pending.pop() {
        for part in schema["allOf"].as_array().into_iter().flatten().take(MAX_BASES) {
            let Some(reference) = part["$ref"].as_str() else {
                pending.push(part);
                continue;
            };
            let name = reference_name(reference);
            if found.len() < MAX_BASES && reference.starts_with("#/components/schemas/") && seen.insert(name.clone()) {
                pending.extend(schemas.get(&name));
                found.push(name);
            }
        }
    }
    found
}

fn extend_mapping(mapping: &mut Map<String, Value>, children: Vec<String>, default: Option<String>) {
    let explicit = mapping.values().filter_map(Value::as_str).map(reference_name);
    let mapped: HashSet<String> = explicit.chain(default).collect();
    for name in children.into_iter().filter(|name| !mapped.contains(name)).take(MAX_CHILDREN) {
        let reference = Value::String(to_reference("#/components/schemas", &name));
        mapping.entry(name).or_insert(reference);
    }
}
