//! Finds what a schema says about each part of a value, in the bundle that the value is validated against.

use super::{ExpectedResponse, secret_fields::SECRET_KEYWORD};
use serde_json::{Map, Value};

/// Maximum number of schemas that are read for one value. What only later schemas describe counts as undocumented.
const MAX_LAYERS: usize = 100;
/// Maximum number of keywords of a schema that are compared one by one.
const MAX_COMPARED_KEYWORDS: usize = 16;

/// The schemas that describe one value of a response. Without any, the value is undocumented.
///
/// All parts of a union count, because a value of one variant rarely has the fields of another.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else about the schemas")]
pub struct ValueDescription<'a> {
    bundle: Option<&'a Value>,
    layers: Vec<&'a Map<String, Value>>,
    is_documented: bool,
    /// True if the value is described together with all others of a map.
    is_map_value: bool,
    is_named_field: bool,
    /// True if some schemas were not read.
    is_incomplete: bool,
}

impl ExpectedResponse {
    /// Returns the description of the whole body.
    pub fn describe_body(&self) -> ValueDescription<'_> {
        let Self::Json(validator) = self else { return ValueDescription::default() };
        ValueDescription { bundle: Some(&validator.bundle), ..ValueDescription::default() }.with(&validator.bundle)
    }
}

impl<'a> ValueDescription<'a> {
    /// Returns true if the value is a field that the document names.
    pub fn is_named_field(&self) -> bool {
        self.is_named_field
    }

    /// Returns the description of a field of an object: of its name, or else of all other fields. A schema for other
    /// fields that accepts any value describes nothing.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        let mut description = self.undocumented();
        let (mut is_map_value, mut is_named_field) = (true, false);
        for layer in &self.layers {
            let property = keyword(layer, "properties").and_then(|properties| properties.get(name));
            let patterns = keyword(layer, "patternProperties").and_then(Value::as_object);
            let others = patterns.into_iter().flat_map(Map::values).chain(keyword(layer, "additionalProperties"));
            let others = others.filter(|schema| property.is_none() && has_content(schema));
            for schema in property.into_iter().chain(others) {
                description = description.with(schema);
            }
            is_map_value &= property.is_none();
            is_named_field |= property.is_some_and(|schema| schema != &Value::Bool(false));
        }
        Self { is_map_value, is_named_field, ..description }
    }

    /// Returns the description of an item of an array.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let mut description = Self { is_map_value: self.is_map_value, ..self.undocumented() };
        for layer in &self.layers {
            let schema =
                keyword(layer, "prefixItems").and_then(|items| items.get(index)).or_else(|| keyword(layer, "items"));
            if let Some(schema) = schema.filter(|schema| has_content(schema)) {
                description = description.with(schema);
            }
        }
        description
    }

    /// Returns true if the document calls the value a secret, in any part of a union.
    pub fn is_secret(&self) -> bool {
        self.layers.iter().any(|layer| keyword(layer, SECRET_KEYWORD).is_some())
    }

    /// Returns true if the document describes the value as text, or names it without saying more. A map of any texts
    /// describes none of them.
    pub fn describes_text(&self) -> bool {
        let restricts =
            |layer: &&Map<String, Value>| ["format", "pattern"].iter().any(|key| keyword(layer, key).is_some());
        if self.is_incomplete || self.is_map_value && !self.layers.iter().any(restricts) {
            return false;
        }
        let says_more = |layer: &&Map<String, Value>| {
            ["type", "properties", "items", "prefixItems", "additionalProperties"]
                .iter()
                .any(|key| keyword(layer, key).is_some())
        };
        self.is_documented && (self.has_type("string") || !self.layers.iter().any(says_more))
    }

    /// Returns true if a schema gives the value a type, such as `boolean`.
    pub fn has_type(&self, name: &str) -> bool {
        let types = self.layers.iter().filter_map(|layer| keyword(layer, "type"));
        types
            .into_iter()
            .any(|kind| kind == name || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == name)))
    }

    /// Returns true if the document lists a text among the only values.
    pub fn has_choice(&self, text: &str) -> bool {
        let choices = self.layers.iter().filter_map(|layer| keyword(layer, "enum")?.as_array());
        choices.flatten().any(|choice| choice == text)
    }

    fn undocumented(&self) -> Self {
        Self { bundle: self.bundle, ..Self::default() }
    }

    /// Adds a schema and all others that describe the same value.
    fn with(mut self, schema: &'a Value) -> Self {
        self.is_documented |= schema != &Value::Bool(false);
        let mut pending = vec![schema];
        while let Some(schema) = pending.pop() {
            let Value::Object(layer) = schema else { continue };
            if self.layers.iter().any(|known| std::ptr::eq(*known, layer)) {
                continue;
            }
            if self.layers.len() >= MAX_LAYERS {
                self.is_incomplete = true;
                break;
            }
            self.layers.push(layer);
            let reference =
                keyword(layer, "$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
            pending.extend(self.bundle.zip(reference).and_then(|(bundle, pointer)| bundle.pointer(pointer)));
            let list = |key: &str| keyword(layer, key).and_then(Value::as_array).into_iter().flatten();
            pending.extend(["allOf", "anyOf", "oneOf"].into_iter().flat_map(list));
            pending.extend(["then", "else"].into_iter().filter_map(|key| keyword(layer, key)));
            let dependent = keyword(layer, "dependentSchemas").and_then(Value::as_object);
            pending.extend(dependent.into_iter().flat_map(Map::values));
        }
        self
    }
}

/// Returns the value of a keyword. Most schemas have few keywords, so that comparing them is faster than hashing.
fn keyword<'a>(layer: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if layer.len() > MAX_COMPARED_KEYWORDS {
        return layer.get(name);
    }
    layer.iter().find_map(|(other, value)| (other == name).then_some(value))
}

/// Returns true if a schema says something about its values. The cost that the validator counts says nothing.
fn has_content(schema: &Value) -> bool {
    let keys =
        [SECRET_KEYWORD, "type", "enum", "$ref", "properties", "items", "prefixItems", "allOf", "anyOf", "oneOf"];
    schema.as_object().is_some_and(|schema| keys.iter().any(|key| keyword(schema, key).is_some()))
}
