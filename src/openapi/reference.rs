//! `$ref` and `allOf` within the document: what a schema says together with all that it refers to. Nothing is copied, and
//! nothing outside of the document is ever read.

use serde_json::{Map, Value};
use std::{borrow::Cow, collections::HashSet};

/// How many references may lead from one to the next.
const MAX_REFERENCE_CHAIN: usize = 16;
/// How many schemas one schema may be put together from.
const MAX_LAYERS: usize = 64;
/// What may stand beside a reference without changing which values it accepts.
const ANNOTATION_KEYWORDS: [&str; 12] = [
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
];

/// Finds what references point to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolver<'a>(pub(super) &'a Value);

/// A value, and what was written beside the references that led to it: the outermost first.
pub(super) type ResolveResult<'a> = Result<ResolvedObject<'a>, String>;

impl<'a> Resolver<'a> {
    /// The value that a reference names.
    ///
    /// # Errors
    /// One that leads nowhere or out of the document.
    pub(super) fn resolve_reference(self, reference: &str) -> Result<&'a Value, String> {
        let pointer = reference.strip_prefix('#').ok_or_else(|| format!("{reference:?} is outside of the document"))?;
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        self.0.pointer(&pointer).ok_or_else(|| format!("{reference:?} leads nowhere"))
    }

    /// The value itself, or what its references lead to; what stands beside a reference overrides it (`OpenAPI` 3.1, §4.8.23).
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
        Err("a chain of references does not end".into())
    }

    /// A schema with everything that it is put together from: itself, what its `$ref` names, the parts of its `allOf`.
    ///
    /// Parts that cannot be found are left out, and reported by `fault`.
    pub(super) fn resolve_schema(self, schema: &'a Value, report: &mut dyn FnMut(String)) -> ResolvedObject<'a> {
        let mut layers = ResolvedObject::default();
        self.collect_layers(schema, &mut layers, report);
        layers
    }

    fn collect_layers(self, schema: &'a Value, layers: &mut ResolvedObject<'a>, report: &mut dyn FnMut(String)) {
        let Value::Object(object) = schema else { return };
        // A schema that refers to itself adds nothing the second time.
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

    /// The schema that another stands for, through all that only name the next: it is called by the last name, which is that
    /// of what it is; the names before say where it is used.
    pub(super) fn follow_aliases(self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let steps = std::iter::successors(self.alias_target(schema), |(_, target)| self.alias_target(target));
        steps.take(MAX_REFERENCE_CHAIN).last()
    }

    /// What a schema names, where it does nothing else: by `$ref`, or by an `allOf` of one part.
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

/// The last part of a reference, as a name for people: `#/components/schemas/Pet` → `Pet`.
pub(super) fn reference_name(reference: &str) -> String {
    let last = reference.rsplit('/').next().unwrap_or_default();
    let decoded: Cow<'_, str> = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    decoded.replace("~1", "/").replace("~0", "~")
}

/// Objects of the document that together are one: the first that has a key decides about it.
#[derive(Clone, Debug, Default)]
pub(super) struct ResolvedObject<'a>(Vec<&'a Map<String, Value>>);

impl<'a> ResolvedObject<'a> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|layer| layer.get(key))
    }

    /// The text of a key, empty where there is none.
    pub(super) fn get_str(&self, key: &str) -> &'a str {
        self.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the key says `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    /// Whether it is no object at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it as one value.
    pub(super) fn to_merged_value(&self) -> Value {
        let mut merged = Map::new();
        for layer in self.0.iter().rev() {
            merged.extend(layer.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Value::Object(merged)
    }

    /// Names of the properties of all layers, one after the other.
    pub(super) fn property_names(&self) -> impl Iterator<Item = &'a str> {
        let properties = self.0.iter().filter_map(|layer| layer.get("properties")?.as_object());
        properties.flat_map(|properties| properties.keys().map(String::as_str))
    }

    /// The properties of all layers, each once, those of named parts before its own.
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

    /// The property with a name.
    pub(super) fn get_property(&self, name: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|layer| layer.get("properties")?.get(name))
    }

    /// Whether some layer requires the property.
    pub(super) fn is_required(&self, name: &str) -> bool {
        let lists = self.0.iter().filter_map(|layer| layer.get("required")?.as_array());
        lists.flatten().any(|required| required == name)
    }
}
