//! The meaning of the keywords of a schema (JSON Schema 2020-12, `OpenAPI` 3.1). Forms, documentation and examples ask
//! about all layers of a schema at once, the validator about each layer by itself.

use super::reference::{ResolvedObject, Resolver, reference_name};
use crate::model::media_type::MediaType;
use serde_json::{Map, Number, Value};
use std::collections::HashSet;

/// The types of JSON Schema, and `file` of Swagger 2.0.
const TYPES: [&str; 8] = ["null", "boolean", "object", "array", "number", "string", "integer", "file"];
/// The types that keywords imply if a schema declares none.
const IMPLIED_TYPES: [(&str, &[&str]); 4] = [
    ("object", &["properties", "additionalProperties", "patternProperties"]),
    ("array", &["items", "prefixItems", "minItems", "uniqueItems"]),
    ("string", &["pattern", "minLength", "maxLength"]),
    ("number", &["minimum", "maximum", "multipleOf"]),
];
/// Maximum number of values of an enum. A longer one is ignored: only the type of the values matters.
const MAX_ENUM_VALUES: usize = 1_000;

/// Direction of a value between caller and provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the provider. Read-only properties are omitted.
    Request,
    /// From the provider. Write-only properties are omitted.
    Response,
}

impl Direction {
    /// Returns true if values in this direction have no such property.
    pub(super) fn excludes(self, property: &ResolvedObject) -> bool {
        property.is_true(match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        })
    }
}

impl<'a> ResolvedObject<'a> {
    /// Returns the types that a schema declares, each once. Returns `None` if it declares none, or one that is unknown.
    pub(super) fn declared_types(&self) -> Option<Vec<&'a str>> {
        let kinds: Vec<&str> = match self.get("type")? {
            Value::Array(kinds) => kinds.iter().map(Value::as_str).collect::<Option<_>>()?,
            kind => vec![kind.as_str()?],
        };
        let mut unique = Vec::new();
        for kind in kinds {
            if !TYPES.contains(&kind) {
                return None;
            }
            if !unique.contains(&kind) {
                unique.push(kind);
            }
        }
        (!unique.is_empty()).then_some(unique)
    }

    /// Returns the types of a schema apart from `null`: the declared ones, or else the one that its keywords imply.
    pub(super) fn types(&self) -> Vec<&'a str> {
        if matches!(self.get("type"), Some(Value::String(_) | Value::Array(_))) {
            return self.declared_types().into_iter().flatten().filter(|kind| *kind != "null").collect();
        }
        let is_implied = |(_, keys): &(_, &[&str])| keys.iter().any(|key| self.get(key).is_some());
        IMPLIED_TYPES.into_iter().find(is_implied).map(|(kind, _)| kind).into_iter().collect()
    }

    /// Returns true if values are files: `format: binary`, or the type `file` of Swagger 2.0.
    pub(super) fn is_file(&self) -> bool {
        self.get_str("format") == "binary" || self.types() == ["file"]
    }

    /// Returns true if values are bytes of a media type other than text, as `OpenAPI` 3.1 describes files (§4.8.14.2).
    pub(super) fn is_binary_content(&self) -> bool {
        self.get("contentEncoding").is_none() && MediaType::parse(self.get_str("contentMediaType")).is_binary()
    }

    /// Returns true if `null` is a valid value. `nullable` is one of `OpenAPI` 3.0 that authors also use beside `$ref`
    /// and in 3.1.
    pub(super) fn accepts_null(&self) -> bool {
        self.is_true("nullable")
            || self.declared_types().is_some_and(|types| types.contains(&"null"))
            || self.variants().into_iter().flatten().any(is_null_schema)
    }

    /// Returns the only values that a schema accepts: that of `const`, or those of `enum`.
    pub(super) fn choices(&self) -> Option<Vec<&'a Value>> {
        if let Some(constant) = self.get("const") {
            return Some(vec![constant]);
        }
        let choices = self.get("enum")?.as_array()?;
        (1..=MAX_ENUM_VALUES).contains(&choices.len()).then(|| choices.iter().collect())
    }

    /// Returns the variants of a union. `oneOf` means the same as `anyOf`, because few documents ensure that a value
    /// matches only one variant.
    pub(super) fn variants(&self) -> Option<&'a Vec<Value>> {
        self.get("oneOf").or(self.get("anyOf")).and_then(Value::as_array)
    }

    /// Returns the references of a discriminator's `mapping` and `defaultMapping`, one for each schema, with the schema
    /// that it refers to by a URI reference or by the name of a component (`OpenAPI` 3.2, §4.25). Returns `None` if there
    /// is no mapping.
    pub(super) fn mapped_schemas(
        &self,
        resolver: Resolver<'a>,
    ) -> Option<impl Iterator<Item = (&'a str, Result<&'a Value, String>)> + use<'a>> {
        let discriminator = self.get("discriminator")?;
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        let default = discriminator.get("defaultMapping");
        if mapping.is_none() && default.is_none() {
            return None;
        }
        let references = mapping.into_iter().flat_map(Map::values).chain(default).filter_map(Value::as_str);
        let targets = references.map(move |reference| {
            let by_name = |_| resolver.resolve_reference(&format!("#/components/schemas/{reference}"));
            let target = resolver.resolve_reference(reference);
            (reference, if reference.contains('/') { target } else { target.or_else(by_name) })
        });
        let mut seen = HashSet::new();
        Some(targets.filter(move |(reference, target)| {
            let address = target.as_ref().map(|target| std::ptr::from_ref::<Value>(target));
            seen.insert(address.map_err(|_| *reference))
        }))
    }

    /// Returns the value of a limit like `minimum`.
    pub(super) fn number(&self, key: &str) -> Option<&'a Number> {
        let number = self.get(key)?.as_number()?;
        number.as_f64().filter(|value| value.is_finite()).map(|_| number)
    }

    /// Returns the value of `multipleOf`.
    pub(super) fn multiple_of(&self) -> Option<&'a Number> {
        self.number("multipleOf").filter(|step| step.as_f64().is_some_and(|step| step > 0.0))
    }

    /// Returns the schemas of the first items of a tuple (JSON Schema 2020-12, §10.3.1.1), those of the layer that has
    /// most.
    pub(super) fn prefix_items(&self) -> &'a [Value] {
        let prefixes = self.layers().filter_map(|layer| layer.get("prefixItems")?.as_array()).map(Vec::as_slice);
        prefixes.reduce(|longest, next| if next.len() > longest.len() { next } else { longest }).unwrap_or_default()
    }

    /// Returns the schema of the items that have no position: `items`, or `unevaluatedItems` if no keyword describes items
    /// depending on the value (JSON Schema 2020-12, §11.2).
    pub(super) fn other_items(&self) -> Option<&'a Value> {
        let depends_on_value = ["contains", "anyOf", "oneOf", "if"].iter().any(|key| self.get(key).is_some());
        self.get("items").or_else(|| self.get("unevaluatedItems").filter(|_| !depends_on_value))
    }

    /// Returns the value of a limit like `minLength`.
    pub(super) fn count(&self, key: &str) -> Option<u64> {
        self.get(key)?.as_u64()
    }
}

/// Returns true if two values of a discriminator's mapping refer to the same schema: each is a reference, or the name of a
/// component.
pub(super) fn is_same_schema(one: &str, other: &str) -> bool {
    let is_name_of = |name: &str, reference: &str| !name.contains('/') && name == reference_name(reference);
    one == other || is_name_of(one, other) || is_name_of(other, one)
}

/// Returns true for a schema that accepts only `null`.
pub(super) fn is_null_schema(schema: &Value) -> bool {
    schema["type"] == "null" || schema.get("const") == Some(&Value::Null)
}
