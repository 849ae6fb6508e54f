//! `$ref` and `allOf` within the document: what a schema says together with all that it refers to. Nothing is copied, and
//! nothing outside of the document is ever read.

use serde_json::{Map, Value};
use std::{borrow::Cow, collections::HashSet};

/// How many references may lead from one to the next.
const CHAIN: usize = 16;
/// How many schemas one schema may be put together from.
const MOST_LAYERS: usize = 64;
/// What may stand beside a reference without changing which values it accepts.
const ANNOTATIONS: [&str; 12] = [
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
pub(super) type Resolved<'a> = Result<Layers<'a>, String>;

impl<'a> Resolver<'a> {
    /// The value that a reference names.
    ///
    /// # Errors
    /// One that leads nowhere or out of the document.
    pub(super) fn target(self, reference: &str) -> Result<&'a Value, String> {
        let pointer = reference.strip_prefix('#').ok_or_else(|| format!("{reference:?} is outside of the document"))?;
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        self.0.pointer(&pointer).ok_or_else(|| format!("{reference:?} leads nowhere"))
    }

    /// The value itself, or what its references lead to; what stands beside a reference overrides it (`OpenAPI` 3.1, §4.8.23).
    pub(super) fn resolve(self, value: &'a Value) -> Resolved<'a> {
        let mut layers = Layers::default();
        let mut current = value;
        for _ in 0..CHAIN {
            let Value::Object(object) = current else {
                return Ok(layers);
            };
            layers.0.push(object);
            match object.get("$ref").and_then(Value::as_str) {
                Some(reference) => current = self.target(reference)?,
                None => return Ok(layers),
            }
        }
        Err("a chain of references does not end".into())
    }

    /// A schema with everything that it is put together from: itself, what its `$ref` names, the parts of its `allOf`.
    ///
    /// Parts that cannot be found are left out, and reported by `fault`.
    pub(super) fn schema(self, schema: &'a Value, fault: &mut dyn FnMut(String)) -> Layers<'a> {
        let mut layers = Layers::default();
        self.collect(schema, &mut layers, fault);
        layers
    }

    fn collect(self, schema: &'a Value, layers: &mut Layers<'a>, fault: &mut dyn FnMut(String)) {
        let Value::Object(object) = schema else { return };
        // A schema that refers to itself adds nothing the second time.
        if layers.0.len() >= MOST_LAYERS || layers.0.iter().any(|known| std::ptr::eq(*known, object)) {
            return;
        }
        layers.0.push(object);
        match object.get("$ref").and_then(Value::as_str).map(|reference| self.target(reference)) {
            Some(Ok(target)) => self.collect(target, layers, fault),
            Some(Err(reason)) => fault(reason),
            None => {}
        }
        for part in object.get("allOf").and_then(Value::as_array).into_iter().flatten().take(MOST_LAYERS) {
            self.collect(part, layers, fault);
        }
    }

    /// The schema that another stands for, through all that only name the next: it is called by the last name, which is that
    /// of what it is; the names before say where it is used.
    pub(super) fn named(self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let steps = std::iter::successors(self.alias(schema), |(_, target)| self.alias(target));
        steps.take(CHAIN).last()
    }

    /// What a schema names, where it does nothing else: by `$ref`, or by an `allOf` of one part.
    pub(super) fn alias(self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let object = schema.as_object()?;
        if !object.keys().all(|key| ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-")) {
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
        self.target(reference).ok().map(|target| (reference, target))
    }
}

/// The last part of a reference, as a name for people: `#/components/schemas/Pet` → `Pet`.
pub(super) fn name_of(reference: &str) -> String {
    let last = reference.rsplit('/').next().unwrap_or_default();
    let decoded: Cow<'_, str> = percent_encoding::percent_decode_str(last).decode_utf8_lossy();
    decoded.replace("~1", "/").replace("~0", "~")
}

/// Objects of the document that together are one: the first that has a key decides about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers<'a>(Vec<&'a Map<String, Value>>);

impl<'a> Layers<'a> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|layer| layer.get(key))
    }

    /// The text of a key, empty where there is none.
    pub(super) fn text(&self, key: &str) -> &'a str {
        self.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the key says `true`.
    pub(super) fn is(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    /// Whether it is no object at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it as one value.
    pub(super) fn merged(&self) -> Value {
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
        let mut found: Vec<(&str, &Value)> = Vec::new();
        let mut known = HashSet::new();
        for layer in &self.0 {
            for (name, schema) in layer.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if known.insert(name.as_str()) {
                    found.push((name, schema));
                }
            }
        }
        found
    }

    /// The property with a name.
    pub(super) fn property(&self, name: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|layer| layer.get("properties")?.get(name))
    }

    /// Whether some layer requires the property.
    pub(super) fn requires(&self, name: &str) -> bool {
        let lists = self.0.iter().filter_map(|layer| layer.get("required")?.as_array());
        lists.flatten().any(|required| required == name)
    }
}
