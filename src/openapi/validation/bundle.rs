//! Bundles a schema of a document into one self-contained JSON Schema 2020-12. Referenced schemas become `$defs`.
//!
//! Documents are sloppy, so keywords with invalid values are dropped. `additionalProperties: false` beside `allOf` is
//! interpreted as authors mean it: all parts together name the properties.

use super::{
    cost_limit,
    documented_values::DocumentedValues,
    keywords,
    property_set::{PropertyCollector, PropertySet},
    secret_fields::{SECRET_KEYWORD, is_secret, is_secret_format},
    unevaluated::BranchLimits,
};
use crate::openapi::{
    keywords::Direction,
    reference::{ResolvedObject, Resolver},
};
use jsonschema::ValidationOptions;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Maximum number of schemas in a bundle.
const MAX_SCHEMAS: usize = 3_000;
/// Maximum nesting depth of inline schemas. Deeper schemas become definitions, so that no code that reads the bundle
/// recurses deeply.
const MAX_INLINE_DEPTH: usize = 12;

/// Maximum length of a regular expression, in bytes.
const MAX_PATTERN_BYTES: usize = 4_000;

/// A self-contained schema.
pub(super) struct Bundle {
    pub(super) schema: Value,
    /// Number of schemas in the bundle.
    pub(super) schema_count: usize,
    /// Names of properties whose format is `password`.
    pub(super) secret_fields: HashSet<String>,
    /// Texts that the schema names as values.
    pub(super) documented_values: DocumentedValues,
}

/// The role of a schema in the description of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum SchemaRole {
    /// The schema describes a value. Together with its parts, it names all properties of the value.
    Value,
    /// The schema is one of several that describe the same value.
    Fragment,
}

/// The place of a keyword: the facts about its schema.
struct Place<'p, 'a> {
    role: SchemaRole,
    /// True if the schema only refers to another one.
    is_alias: bool,
    depth: usize,
    /// Names of properties that are optional in this direction, even if they are required.
    hidden: &'p [&'a str],
    /// Restrictions of the variants of `oneOf`.
    variant_limits: &'p [Value],
}

/// Bundles a schema. Returns `None` if the schema exceeds the limits.
pub(super) fn build_bundle(
    options: &ValidationOptions,
    resolver: Resolver,
    schema: &Value,
    direction: Direction,
) -> Option<Bundle> {
    let mut bundle_writer = BundleWriter {
        options,
        property_collector: PropertyCollector::new(resolver, direction),
        resolver,
        direction,
        definition_numbers: HashMap::new(),
        pending: Vec::new(),
        secret_fields: HashSet::new(),
        documented_values: DocumentedValues::default(),
        remaining_schemas: MAX_SCHEMAS,
        dropped_constraints: 0,
    };
    // Undocumented fields are allowed at the root of a request, so that users can try them, unless the document says which
    // ones there can be.
    let target = resolver.follow_aliases(schema).map_or(schema, |(_, target)| target);
    let is_value = direction == Direction::Response || target.get("unevaluatedProperties").is_some();
    let role = if is_value { SchemaRole::Value } else { SchemaRole::Fragment };
    let root = bundle_writer.write_schema(schema, role, 0, &[])?;
    let mut definitions = Map::new();
    while let Some((number, schema, role)) = bundle_writer.pending.pop() {
        let definition = bundle_writer.write_schema(schema, role, 1, &[])?;
        // The validator visits the first part of `allOf` before anything that the second part refers to.
        definitions.insert(number.to_string(), json!({"allOf": [{ cost_limit::COST_KEYWORD: 1 }, definition]}));
    }
    let schema_count = MAX_SCHEMAS - bundle_writer.remaining_schemas;
    let dialect = "https://json-schema.org/draft/2020-12/schema";
    Some(Bundle {
        schema: json!({"$schema": dialect, "allOf": [root], "$defs": definitions}),
        schema_count,
        secret_fields: bundle_writer.secret_fields,
        documented_values: bundle_writer.documented_values,
    })
}

struct BundleWriter<'a, 'b> {
    options: &'b ValidationOptions<'b>,
    resolver: Resolver<'a>,
    direction: Direction,
    property_collector: PropertyCollector<'a>,
    /// Numbers of the definitions, by the address of the schema in the document and its role.
    definition_numbers: HashMap<(*const Value, SchemaRole), usize>,
    pending: Vec<(usize, &'a Value, SchemaRole)>,
    secret_fields: HashSet<String>,
    documented_values: DocumentedValues,
    remaining_schemas: usize,
    /// Number of dropped keywords that could have rejected values.
    dropped_constraints: usize,
}

impl<'a> BundleWriter<'a, '_> {
    fn write_schema(&mut self, schema: &'a Value, role: SchemaRole, depth: usize, hidden: &[&'a str]) -> Option<Value> {
        let Value::Object(source) = schema else {
            return Some(Value::Bool(schema != &Value::Bool(false)));
        };
        let layer = ResolvedObject::from_layer(source);
        // JSON cannot contain files.
        if layer.is_file() {
            self.dropped_constraints += 1;
            return Some(Value::Bool(true));
        }
        if depth > MAX_INLINE_DEPTH {
            return Some(self.write_reference(schema, role));
        }
        self.remaining_schemas = self.remaining_schemas.checked_sub(1)?;
        if self.direction == Direction::Response {
            self.documented_values.extend(
                ["const", "default", "enum", "example", "examples"].map(|key| source.get(key)).into_iter().flatten(),
            );
        }
        let is_alias = self.resolver.alias_target(schema).is_some() && source.contains_key("$ref");
        let properties = if is_alias { PropertySet::default() } else { self.property_collector.collect(schema)? };
        let all_hidden: Vec<&str> = properties.excluded.iter().chain(hidden).copied().collect();
        let limits = self.branch_limits(schema, role, &properties)?;
        let mut output = Map::new();
        for (keyword, value) in source {
            if keywords::is_assertion(keyword) {
                self.write_assertion(&mut output, &layer, keyword, &all_hidden);
            } else {
                let variant_limits = limits.variants.as_slice();
                let place = Place { role, is_alias, depth, hidden: &all_hidden, variant_limits };
                self.write_keyword(&mut output, (keyword, value), &place)?;
            }
        }
        limits.restrict_branches(&mut output);
        self.write_unevaluated_items(&mut output, schema, depth)?;
        self.write_unevaluated_properties(&mut output, schema, role, &properties, depth)?;
        let has_all_patterns = !properties.has_own_patterns
            || entry_count(source.get("patternProperties")) == entry_count(output.get("patternProperties"));
        self.write_properties(&mut output, &properties, role, has_all_patterns)?;
        let cost = 1 + ["required", "enum", "patternProperties"]
            .iter()
            .map(|key| entry_count(output.get(*key)))
            .sum::<usize>();
        output.insert(cost_limit::COST_KEYWORD.into(), cost.into());
        if is_secret(&layer, self.direction) {
            output.insert(SECRET_KEYWORD.into(), true.into());
        }
        Some(if layer.is_true("nullable") {
            json!({"anyOf": [output, {"type": "null"}]})
        } else {
            Value::Object(output)
        })
    }

    /// Returns the restrictions of the parts of a schema whose properties `unevaluatedProperties` limits.
    fn branch_limits(&mut self, schema: &'a Value, role: SchemaRole, properties: &PropertySet) -> Option<BranchLimits> {
        let is_limited = schema.get("unevaluatedProperties") == Some(&Value::Bool(false))
            && role == SchemaRole::Value
            && self.direction == Direction::Request
            && !properties.is_open
            && !properties.has_own_patterns;
        if !is_limited {
            return Some(BranchLimits::default());
        }
        let limits = BranchLimits::new(&self.property_collector, schema)?;
        self.remaining_schemas = self.remaining_schemas.checked_sub(limits.name_count / 8)?;
        Some(limits)
    }

    /// Adds the schema of the properties that no part of a schema names, as far as all parts are known.
    fn write_unevaluated_properties(
        &mut self,
        output: &mut Map<String, Value>,
        schema: &'a Value,
        role: SchemaRole,
        properties: &PropertySet,
        depth: usize,
    ) -> Option<()> {
        let others = schema.get("unevaluatedProperties").filter(|others| others.is_object());
        let is_known = role == SchemaRole::Value && !properties.is_open && !properties.is_closed;
        if let Some(others) = others.filter(|_| is_known) {
            let converted = self.write_schema(others, SchemaRole::Value, depth + 1, &[])?;
            output.insert("additionalProperties".into(), converted);
        }
        Some(())
    }

    /// Adds the schema of the items that no part of a schema describes, unless they depend on the value.
    fn write_unevaluated_items(
        &mut self,
        output: &mut Map<String, Value>,
        schema: &'a Value,
        depth: usize,
    ) -> Option<()> {
        let Some(items) = schema.get("unevaluatedItems") else { return Some(()) };
        let mut is_complete = true;
        let resolved = self.resolver.resolve_schema(schema, &mut |_| is_complete = false);
        if !is_complete || !resolved.other_items().is_some_and(|other| std::ptr::eq(other, items)) {
            return Some(());
        }
        let positions = resolved.prefix_items().len();
        let converted = match items {
            Value::Bool(_) => items.clone(),
            items => self.write_schema(items, SchemaRole::Value, depth + 1, &[])?,
        };
        if positions > 0 {
            self.remaining_schemas = self.remaining_schemas.checked_sub(positions / 8)?;
            if let Value::Array(prefix) = output.entry("prefixItems").or_insert_with(|| json!([])) {
                prefix.resize(positions.max(prefix.len()), Value::Bool(true));
            }
        }
        output.insert("items".into(), converted);
        Some(())
    }

    fn write_keyword(
        &mut self,
        output: &mut Map<String, Value>,
        (keyword, value): (&'a str, &'a Value),
        place: &Place<'_, 'a>,
    ) -> Option<()> {
        let &Place { role, is_alias, depth, hidden, variant_limits } = place;
        let converted = match (keyword, value) {
            ("$ref", Value::String(reference)) => match self.resolver.resolve_reference(reference) {
                // The target of an alias describes the value itself. The target of any other `$ref` is only one of
                // several parts.
                Ok(target) => {
                    Some(self.definition_reference(target, if is_alias { role } else { SchemaRole::Fragment }))
                }
                Err(_) => None,
            },
            ("allOf", Value::Array(parts)) if !parts.is_empty() => {
                let parts: Option<Vec<Value>> =
                    parts.iter().map(|part| self.write_schema(part, SchemaRole::Fragment, depth + 1, hidden)).collect();
                let mut all = parts?;
                all.extend(
                    output.remove("allOf").and_then(|existing| existing.as_array().cloned()).into_iter().flatten(),
                );
                Some(Value::Array(all))
            }
            ("oneOf" | "anyOf", Value::Array(variants)) if !variants.is_empty() => {
                let variants: Option<Vec<Value>> = variants
                    .iter()
                    .map(|variant| self.write_schema(variant, SchemaRole::Fragment, depth + 1, &[]))
                    .collect();
                let mut variants = variants?;
                if keyword == "oneOf" {
                    for (variant, limit) in variants.iter_mut().zip(variant_limits) {
                        *variant = json!({"allOf": [variant.take(), limit]});
                    }
                }
                let union = json!({ "anyOf": variants });
                match output.entry("allOf").or_insert_with(|| json!([])) {
                    Value::Array(all) => all.push(union),
                    _ => return None,
                }
                return Some(());
            }
            ("not" | "if", Value::Object(_)) => {
                // Under these keywords, a schema that accepts too much would reject valid values. It is therefore
                // dropped unless its conversion is exact.
                let (dropped_before, definitions_before) = (self.dropped_constraints, self.definition_numbers.len());
                let subschema = self.write_schema(value, SchemaRole::Fragment, depth + 1, &[])?;
                let is_lossless = self.dropped_constraints == dropped_before
                    && self.definition_numbers.len() == definitions_before
                    && !has_reference(&subschema);
                is_lossless.then_some(subschema)
            }
            ("then" | "else", Value::Object(_) | Value::Bool(_)) => {
                Some(self.write_schema(value, SchemaRole::Fragment, depth + 1, hidden)?)
            }
            ("propertyNames", Value::Object(_)) => {
                Some(self.write_schema(value, SchemaRole::Fragment, depth + 1, &[])?)
            }
            ("items" | "contains" | "additionalProperties", Value::Object(_)) => {
                Some(self.write_schema(value, SchemaRole::Value, depth + 1, &[])?)
            }
            ("items", Value::Bool(_)) => Some(value.clone()),
            ("prefixItems", Value::Array(items)) if !items.is_empty() => {
                let items: Option<Vec<Value>> =
                    items.iter().map(|item| self.write_schema(item, SchemaRole::Value, depth + 1, &[])).collect();
                Some(Value::Array(items?))
            }
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(schemas)) => {
                let role = if keyword == "dependentSchemas" { SchemaRole::Fragment } else { SchemaRole::Value };
                let mut converted_schemas = Map::new();
                for (name, schema) in schemas {
                    if is_secret_format(&self.resolver.resolve_schema(schema, &mut |_| {})) {
                        self.secret_fields.insert(name.clone());
                    }
                    if keyword != "patternProperties" || self.is_supported_pattern(name) {
                        converted_schemas.insert(name.clone(), self.write_schema(schema, role, depth + 1, &[])?);
                    }
                }
                Some(Value::Object(converted_schemas))
            }
            ("pattern", Value::String(pattern)) => self.is_supported_pattern(pattern).then(|| value.clone()),
            _ if keywords::is_annotation(keyword) => return Some(()),
            _ => None,
        };
        self.insert(output, keyword, converted);
        Some(())
    }

    fn write_assertion(
        &mut self,
        output: &mut Map<String, Value>,
        layer: &ResolvedObject,
        keyword: &str,
        hidden: &[&str],
    ) {
        let keyword = if keyword == "const" { "enum" } else { keyword };
        self.insert(output, keyword, keywords::convert_assertion(layer, keyword, hidden));
    }

    /// Inserts a keyword, or counts it as dropped if it has no value.
    fn insert(&mut self, output: &mut Map<String, Value>, keyword: &str, converted: Option<Value>) {
        match converted {
            Some(converted) => drop(output.insert(keyword.to_owned(), converted)),
            None => self.dropped_constraints += 1,
        }
    }

    /// Adds the property names of all parts, if the schema restricts additional properties.
    fn write_properties(
        &mut self,
        output: &mut Map<String, Value>,
        property_set: &PropertySet,
        role: SchemaRole,
        has_all_patterns: bool,
    ) -> Option<()> {
        let is_closed = match self.direction {
            Direction::Response => !property_set.is_open && (property_set.is_closed || !property_set.names.is_empty()),
            Direction::Request => !property_set.is_open && property_set.is_closed,
        };
        let is_closed =
            is_closed && role == SchemaRole::Value && has_all_patterns && !output.contains_key("additionalProperties");
        if !is_closed && !output.contains_key("additionalProperties") {
            return Some(());
        }
        self.remaining_schemas = self.remaining_schemas.checked_sub(property_set.names.len() / 8)?;
        if let Value::Object(properties) = output.entry("properties").or_insert_with(|| json!({})) {
            for name in &property_set.names {
                properties.entry(*name).or_insert(Value::Bool(true));
            }
        }
        if is_closed {
            output.insert("additionalProperties".into(), Value::Bool(false));
        }
        Some(())
    }

    /// Returns true if the validator supports a regular expression.
    fn is_supported_pattern(&self, pattern: &str) -> bool {
        pattern.len() <= MAX_PATTERN_BYTES && self.options.build(&json!({ "pattern": pattern })).is_ok()
    }

    fn write_reference(&mut self, schema: &'a Value, role: SchemaRole) -> Value {
        json!({"$ref": self.definition_reference(schema, role)})
    }

    fn definition_reference(&mut self, schema: &'a Value, role: SchemaRole) -> Value {
        let next = self.definition_numbers.len();
        let number = *self.definition_numbers.entry((std::ptr::from_ref(schema), role)).or_insert_with(|| {
            self.pending.push((next, schema, role));
            next
        });
        Value::String(format!("#/$defs/{number}"))
    }
}

fn entry_count(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(fields)) => fields.len(),
        _ => 0,
    }
}

/// Returns true if a bundled schema contains a reference.
fn has_reference(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => fields.contains_key("$ref") || fields.values().any(has_reference),
        Value::Array(items) => items.iter().any(has_reference),
        _ => false,
    }
}
