//! Resolves `$ref` and `allOf` within a document into the layers that make up an object. Nothing is copied, and nothing
//! outside the document is read: the files that it refers to are already part of it.

use super::document_json::DocumentParts;
use crate::model::problem::{decode_pointer_key, join_pointer};
use serde_json::{Map, Value};
use std::{borrow::Cow, collections::HashSet};

/// Key of a document under which the files that it refers to are added, each with its path relative to the document's
/// folder.
pub const REFERENCED_FILES_KEY: &str = "x-referenced-files";
/// Maximum length of a chain of references.
const MAX_REFERENCE_CHAIN: usize = 16;
/// Maximum number of layers of one schema.
const MAX_LAYERS: usize = 64;
/// Keywords beside a reference that do not change the set of accepted values.
const ANNOTATION_KEYWORDS: [&str; 16] = [
    "$ref",
    "allOf",
    "title",
    "summary",
    "description",
    "deprecated",
    "default",
    "example",
    "examples",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "$comment",
    "$defs",
    "$anchor",
    "$dynamicAnchor",
];

/// Resolves references within a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resolver<'a> {
    /// A document that was read in full.
    Whole(&'a Value),
    /// A document whose parts are read when they are needed.
    Parts(&'a DocumentParts<'a>),
}

/// A resolved object, or the reason why a reference cannot be resolved.
pub(super) type ResolveResult<'a> = Result<ResolvedObject<'a>, String>;

impl<'a> Resolver<'a> {
    /// Returns the value at a JSON Pointer.
    fn find(self, pointer: &str) -> Option<&'a Value> {
        match self {
            Self::Whole(root) => root.pointer(pointer),
            Self::Parts(parts) => parts.find(pointer),
        }
    }

    /// Returns an entry of a field of the document, or null: `paths` and `/users`.
    pub(super) fn entry(self, field: &str, key: &str) -> &'a Value {
        self.find(&join_pointer(&join_pointer("", field), key)).unwrap_or(&Value::Null)
    }

    /// Returns a field of the document, or null.
    pub(super) fn field(self, name: &str) -> &'a Value {
        self.find(&join_pointer("", name)).unwrap_or(&Value::Null)
    }

    /// Returns the value that a reference points to.
    ///
    /// # Errors
    /// Returns an error if the target does not exist or is outside the document.
    pub(super) fn resolve_reference(self, reference: &str) -> Result<&'a Value, String> {
        let pointer = reference.strip_prefix('#').ok_or_else(|| {
            format!(
                "{reference:?} is outside the document, and is not a readable JSON or YAML file in the document's folder. \
                 Correct the reference, or move the file there"
            )
        })?;
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        self.find(&pointer).ok_or_else(|| format!("{reference:?} does not exist"))
    }

    /// Follows the references of a value. Keys beside a reference override those of its target (`OpenAPI` 3.1,
    /// §4.8.23).
    ///
    /// # Errors
    /// Returns an error if a target does not exist or the chain of references is too long.
    pub(super) fn resolve(self, value: &'a Value) -> ResolveResult<'a> {
        let mut layers = ResolvedObject::default();
        let mut current = value;
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Value::Object(object) = current else {
                return Ok(layers);
            };
            layers.0.push(object);
            match object.get("$ref").and_then(Value::as_str) {
                Some(reference) => current = self.resolve_reference(reference)?,
                None => return Ok(layers),
            }
        }
        Err("a chain of references is too long or circular".into())
    }

    /// Collects the layers of a schema: the schema itself, the target of its `$ref`, and the parts of its `allOf`.
    ///
    /// Targets that cannot be found are omitted, and passed to `report`.
    pub(super) fn resolve_schema(self, schema: &'a Value, report: &mut dyn FnMut(String)) -> ResolvedObject<'a> {
        let mut layers = ResolvedObject::default();
        self.collect_layers(schema, &mut layers, report);
        layers
    }

    fn collect_layers(self, schema: &'a Value, layers: &mut ResolvedObject<'a>, report: &mut dyn FnMut(String)) {
        let Value::Object(object) = schema else { return };
        // A cyclic reference adds no information the second time.
        if layers.0.len() >= MAX_LAYERS || layers.0.iter().any(|layer| std::ptr::eq(*layer, object)) {
            return;
        }
        layers.0.push(object);
        match object.get("$ref").and_then(Value::as_str).map(|reference| self.resolve_reference(reference)) {
            Some(Ok(target)) => self.collect_layers(target, layers, report),
            Some(Err(reason)) => report(reason),
            None => {}
        }
        for part in object.get("allOf").and_then(Value::as_array).into_iter().flatten().take(MAX_LAYERS) {
            self.collect_layers(part, layers, report);
        }
    }

    /// Follows a chain of aliases, and returns the last reference and its target. The last name identifies the schema;
    /// the names before it only describe its uses.
    pub(super) fn follow_aliases(self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let steps = std::iter::successors(self.alias_target(schema), |(_, target)| self.alias_target(target));
        steps.take(MAX_REFERENCE_CHAIN).last()
    }

    /// Returns the reference and the target of an alias: a schema that consists of a `$ref`, or of an `allOf` with one
    /// part, and annotations.
    pub(super) fn alias_target(self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let object = schema.as_object()?;
        if !object.keys().all(|key| ANNOTATION_KEYWORDS.contains(&key.as_str()) || key.starts_with("x-")) {
            return None;
        }
        let reference = match (object.get("$ref"), object.get("allOf").and_then(Value::as_array)) {
            (Some(reference), None) => reference.as_str()?,
            (None, Some(parts)) if parts.len() == 1 => {
                let part = parts.first()?.as_object()?;
                part.get("$ref").filter(|_| part.len() == 1)?.as_str()?
            }
            _ => return None,
        };
        self.resolve_reference(reference).ok().map(|target| (reference, target))
    }
}

/// Returns the reference to the value of a key: `#/components/schemas` and `a/b` → `#/components/schemas/a~1b`.
pub fn to_reference(parent: &str, key: &str) -> String {
    join_pointer(parent, &key.replace('%', "%25"))
}

/// Returns the last segment of a reference as a readable name: `#/components/schemas/Pet` → `Pet`.
pub(super) fn reference_name(reference: &str) -> String {
    let last = reference.rsplit('/').next().unwrap_or_default();
    let decoded: Cow<'_, str> = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    decode_pointer_key(&decoded)
}

/// The layers of an object, outermost first. The first layer that has a key provides its value.
#[derive(Clone, Debug, Default)]
pub(super) struct ResolvedObject<'a>(Vec<&'a Map<String, Value>>);

impl<'a> ResolvedObject<'a> {
    /// Returns an object by itself, without what it refers to.
    pub(super) fn from_layer(layer: &'a Map<String, Value>) -> Self {
        Self(vec![layer])
    }

    /// Returns the value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|layer| layer.get(key))
    }

    /// Returns the layers, the outermost first.
    pub(super) fn layers(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.0.iter().copied()
    }

    /// Returns the keys of all layers. A key can occur more than once.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().flat_map(|layer| layer.keys().map(String::as_str))
    }

    /// Returns the string value of a key, or an empty string if there is none.
    pub(super) fn get_str(&self, key: &str) -> &'a str {
        self.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns true if the value of a key is `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    /// Returns true if the resolved value was not an object.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Merges all layers into one value.
    pub(super) fn to_merged_value(&self) -> Value {
        let mut merged = Map::new();
        for layer in self.0.iter().rev() {
            merged.extend(layer.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Value::Object(merged)
    }

    /// Returns the property names of all layers. A name can occur more than once.
    pub(super) fn property_names(&self) -> impl Iterator<Item = &'a str> {
        let properties = self.0.iter().filter_map(|layer| layer.get("properties")?.as_object());
        properties.flat_map(|properties| properties.keys().map(String::as_str))
    }

    /// Returns the properties of all layers, each name once. The first layer that has a property provides its schema.
    pub(super) fn properties(&self) -> Vec<(&'a str, &'a Value)> {
        let mut merged: Vec<(&str, &Value)> = Vec::new();
        let mut seen = HashSet::new();
        for layer in &self.0 {
            for (name, schema) in layer.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if seen.insert(name.as_str()) {
                    merged.push((name, schema));
                }
            }
        }
        merged
    }

    /// Returns the schema of a property.
    pub(super) fn get_property(&self, name: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|layer| layer.get("properties")?.get(name))
    }

    /// Returns true if any layer requires the property.
    pub(super) fn is_required(&self, name: &str) -> bool {
        let lists = self.0.iter().filter_map(|layer| layer.get("required")?.as_array());
        lists.flatten().any(|required| required == name)
    }
}
