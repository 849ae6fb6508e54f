//! Converts JSON Schema to the schema type of the model.

use super::{
    Diagnostic,
    byte_budget::ByteBudget,
    definition,
    keywords::Direction,
    reference::{ResolvedObject, Resolver, reference_name},
    xml::read_xml_object,
};
use crate::model::{
    media_type::MediaType,
    schema::{ArrayConstraints, Field, NumberConstraints, Schema, StringConstraints},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Maximum depth of inline schemas. Named schemas are read once each, at any depth.
const MAX_DEPTH: usize = 32;
/// Maximum number of properties and variants that are read for one operation: more than a user fills in. Beyond it, any
/// JSON is accepted.
const MAX_SUBSCHEMAS: usize = 600;
/// Maximum number of schemas that the rules of one operation are read from.
const MAX_RULE_SCHEMAS: usize = 2_000;
/// Maximum length of a format or pattern, in bytes. Longer ones are ignored.
const MAX_CONSTRAINT_BYTES: usize = 2_000;

/// Reads the schemas of one operation, and collects the named schemas that they refer to.
pub(super) struct SchemaReader<'a> {
    pub(super) resolver: Resolver<'a>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Location in the document of the operation that is being read, for diagnostics.
    pub(super) location: String,
    direction: Direction,
    /// True while the parts of a multipart body are read, which can be files.
    pub(super) reads_parts: bool,
    /// True while schemas are read whose values can be files. Parameters and fields of JSON cannot: there,
    /// `format: binary` is text.
    pub(super) reads_files: bool,
    remaining_subschemas: usize,
    /// Number of schemas that rules may still be read from.
    pub(super) remaining_rule_schemas: usize,
    /// Remaining budget for texts and values.
    pub(super) byte_budget: ByteBudget,
    /// Names of the definitions, by the addresses of their schemas in the document.
    definition_names: HashMap<*const Value, String>,
    pending_definitions: Vec<(String, &'a Value)>,
}

impl<'a> SchemaReader<'a> {
    pub(super) fn new(resolver: Resolver<'a>, location: String, direction: Direction) -> Self {
        Self {
            resolver,
            diagnostics: Vec::new(),
            location,
            direction,
            reads_parts: false,
            reads_files: direction == Direction::Response,
            remaining_subschemas: MAX_SUBSCHEMAS,
            remaining_rule_schemas: MAX_RULE_SCHEMAS,
            byte_budget: ByteBudget::default(),
            definition_names: HashMap::new(),
            pending_definitions: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, reason: impl Into<String>) {
        self.diagnostics.push(Diagnostic { location: self.location.clone(), reason: reason.into() });
    }

    /// Resolves a schema with all of its layers, and reports references that cannot be resolved.
    pub(super) fn resolve_schema(&mut self, schema: &'a Value) -> ResolvedObject<'a> {
        let mut reasons = Vec::new();
        let resolved = self.resolver.resolve_schema(schema, &mut |reason| reasons.push(reason));
        for reason in reasons {
            self.report(reason);
        }
        resolved
    }

    /// Reads a schema. A schema that cannot be read accepts any JSON, so that the field can still be sent.
    pub(super) fn read_schema(&mut self, schema: &'a Value) -> Schema {
        self.read_schema_at(schema, 0)
    }

    pub(super) fn read_schema_at(&mut self, schema: &'a Value, depth: usize) -> Schema {
        if depth > MAX_DEPTH {
            return Schema::Any;
        }
        let alias = self.resolver.follow_aliases(schema);
        let resolved = self.resolve_schema(alias.map_or(schema, |(_, target)| target));
        let is_merged = resolved.get("allOf").is_some();
        if !(is_composite(&resolved) && (alias.is_some() || is_merged)) {
            return self.read_resolved(&resolved, depth);
        }
        let (name, target) = match alias {
            Some((reference, target)) => (reference_name(reference), target),
            None => (resolved.get_str("title").to_owned(), schema),
        };
        Schema::Ref(self.define(&name, target))
    }

    /// Registers a schema as a definition of this operation, and returns its unique name. The schema is read later,
    /// once.
    fn define(&mut self, name: &str, schema: &'a Value) -> String {
        if let Some(existing) = self.definition_names.get(&std::ptr::from_ref(schema)) {
            return existing.clone();
        }
        let is_taken = |candidate: &String| self.definition_names.values().any(|existing| existing == candidate);
        let name = if name.is_empty() { "Object" } else { name };
        let mut unique = name.to_owned();
        let mut number = 1;
        while is_taken(&unique) {
            number += 1;
            unique = format!("{name}{number}");
        }
        self.definition_names.insert(schema, unique.clone());
        self.pending_definitions.push((unique.clone(), schema));
        unique
    }

    /// Reads all registered definitions, and those that they refer to.
    pub(super) fn read_definitions(&mut self) -> Vec<(String, Schema)> {
        let mut definitions = Vec::new();
        while let Some((name, schema)) = self.pending_definitions.pop() {
            let resolved = self.resolve_schema(schema);
            let parsed = self.read_resolved(&resolved, 0);
            definitions.push((name, parsed));
        }
        definition::normalize(&mut definitions);
        definitions.sort_by(|(one, _), (other, _)| one.cmp(other));
        definitions
    }

    /// Spends properties or variants from the budget. Returns false, and exhausts the budget, if it is too small.
    pub(super) fn try_spend_subschemas(&mut self, cost: usize) -> bool {
        let remaining = self.remaining_subschemas.checked_sub(cost);
        self.remaining_subschemas = remaining.unwrap_or_default();
        remaining.is_some()
    }

    pub(super) fn read_resolved(&mut self, resolved: &ResolvedObject<'a>, depth: usize) -> Schema {
        if let Some(choices) = resolved.choices().filter(|choices| self.try_spend_choices(choices)) {
            let choices: Vec<Value> = choices.into_iter().filter(|choice| !choice.is_null()).cloned().collect();
            return if choices.is_empty() { Schema::Any } else { Schema::Enum(choices) };
        }
        if let Some(union) = self.read_union(resolved, depth) {
            return union;
        }
        match resolved.types().as_slice() {
            [] | ["string"] if self.reads_parts && resolved.is_binary_content() => Schema::File,
            [kind] => self.read_type(kind, resolved, depth),
            [] => Schema::Any,
            several => self.read_types(several, resolved, depth),
        }
    }

    /// Returns true if the values are small enough to be shown as a choice. Otherwise only the type is used.
    pub(super) fn try_spend_choices(&mut self, choices: &[&Value]) -> bool {
        choices.iter().all(|choice| self.byte_budget.try_spend(choice))
    }

    pub(super) fn read_type(&mut self, kind: &str, resolved: &ResolvedObject<'a>, depth: usize) -> Schema {
        match kind {
            "string" | "file" if self.reads_files && resolved.is_file() => Schema::File,
            "string" => {
                let content = self.read_content_schema(resolved, depth);
                Schema::String(StringConstraints { content, ..read_string_constraints(resolved) })
            }
            "number" | "integer" => Schema::Number(read_number_constraints(kind == "integer", resolved)),
            "boolean" => Schema::Boolean,
            "array" => Schema::Array(Box::new(self.read_array_constraints(resolved, depth))),
            "object" => {
                let fields = self.read_fields(resolved, depth + 1);
                if !fields.is_empty() {
                    return Schema::Object(fields);
                }
                let item = self.map_values(resolved).filter(|_| self.try_spend_subschemas(1));
                Schema::Map(Box::new(item.map_or(Schema::Any, |item| self.read_schema_at(item, depth + 1))))
            }
            _ => Schema::Any,
        }
    }

    /// Reads the schema of the JSON that a text contains (JSON Schema Validation, §8.5). Returns `None` for other texts.
    fn read_content_schema(&mut self, resolved: &ResolvedObject<'a>, depth: usize) -> Option<Box<Schema>> {
        let is_json = MediaType::parse(resolved.get_str("contentMediaType")).is_json();
        if !is_json || resolved.get("contentEncoding").is_some() {
            return None;
        }
        let schema = resolved.get("contentSchema").filter(|_| self.try_spend_subschemas(1));
        Some(Box::new(schema.map_or(Schema::Any, |schema| self.read_schema_at(schema, depth + 1))))
    }

    fn read_array_constraints(&mut self, resolved: &ResolvedObject<'a>, depth: usize) -> ArrayConstraints {
        let min_items = read_count(resolved, "minItems");
        let mut max_items = read_count(resolved, "maxItems");
        let prefix = self.read_prefix(resolved, min_items, depth + 1);
        let other_items = resolved.other_items();
        let item = match other_items {
            Some(Value::Bool(false)) => {
                let count = resolved.prefix_items().len().try_into().unwrap_or(u32::MAX);
                max_items = Some(max_items.map_or(count, |max| max.min(count)));
                Schema::Any
            }
            // A tuple that is not read must not be checked as a list of its other items.
            Some(items) if prefix.len() == resolved.prefix_items().len() && self.try_spend_subschemas(1) => {
                self.read_schema_at(items, depth + 1)
            }
            _ => Schema::Any,
        };
        let item_xml = other_items.map(|items| read_xml_object(&self.resolve_schema(items)));
        let item_xml = item_xml.unwrap_or_default();
        ArrayConstraints { prefix, item, item_xml, min_items, max_items, unique_items: resolved.is_true("uniqueItems") }
    }

    /// Reads the schemas of the first items of a tuple. Fields are named by their title, or else their position.
    fn read_prefix(&mut self, resolved: &ResolvedObject<'a>, min_items: Option<u32>, depth: usize) -> Vec<Field> {
        let items = resolved.prefix_items();
        if depth > MAX_DEPTH || !self.try_spend_subschemas(items.len()) {
            return Vec::new();
        }
        let mut fields = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let resolved_item = self.resolve_schema(item);
            let title = resolved_item.get_str("title");
            let schema = self.read_schema_at(item, depth);
            // A required constant is preselected in the form, which would set a list that is optional.
            let is_constant = matches!(&schema, Schema::Enum(choices) if choices.len() == 1);
            fields.push(Field {
                name: if title.is_empty() { format!("Item {}", index + 1) } else { title.to_owned() },
                required: min_items.is_some_and(|min| index < min as usize) && !is_constant,
                schema,
                xml: read_xml_object(&resolved_item),
                annotations: self.read_annotations(&resolved_item),
                ..Field::default()
            });
        }
        fields
    }

    /// Returns the schema of the values of a map. In a request it must apply to all of them, so that no valid value is
    /// refused; in documentation, the first one is better than none.
    fn map_values(&self, resolved: &ResolvedObject<'a>) -> Option<&'a Value> {
        let patterns = resolved.get("patternProperties").and_then(Value::as_object);
        let additional = resolved.get("additionalProperties");
        let first_pattern = patterns.and_then(|patterns| patterns.values().next());
        let declared = additional.filter(|item| item.is_object());
        if self.direction == Direction::Response {
            return declared.or(first_pattern);
        }
        match patterns.map_or(0, Map::len) {
            _ if !resolved.properties().is_empty() => None,
            0 => declared,
            1 if additional == Some(&Value::Bool(false)) => first_pattern,
            _ => None,
        }
    }

    /// Reads the fields of an object schema.
    pub(super) fn read_fields(&mut self, resolved: &ResolvedObject<'a>, depth: usize) -> Vec<Field> {
        let properties = resolved.properties();
        if depth > MAX_DEPTH || !self.try_spend_subschemas(properties.len()) {
            return Vec::new();
        }
        let mut fields = Vec::new();
        for (name, property) in properties {
            let resolved_property = self.resolve_schema(property);
            if !self.direction.excludes(&resolved_property) {
                fields.push(Field {
                    name: name.to_owned(),
                    required: resolved.is_required(name),
                    schema: self.read_schema_at(property, depth),
                    xml: read_xml_object(&resolved_property),
                    annotations: self.read_annotations(&resolved_property),
                    ..Field::default()
                });
            }
        }
        fields
    }
}

/// Returns true if values have fields or variants, so that a named definition is better than repeating the schema.
fn is_composite(resolved: &ResolvedObject) -> bool {
    ["oneOf", "anyOf", "discriminator"].into_iter().any(|key| resolved.get(key).is_some())
        || !resolved.properties().is_empty()
}

pub(super) fn read_string_constraints(resolved: &ResolvedObject) -> StringConstraints {
    let text = |key: &str| resolved.get(key).and_then(Value::as_str).filter(|text| text.len() <= MAX_CONSTRAINT_BYTES);
    let owned = |key: &str| text(key).map(str::to_owned);
    StringConstraints {
        // A write-only value is treated as a secret, like a password.
        format: if resolved.is_true("writeOnly") { Some("password".into()) } else { owned("format") },
        min_length: read_count(resolved, "minLength"),
        max_length: read_count(resolved, "maxLength"),
        pattern: owned("pattern"),
        pattern_description: owned("x-pattern-description"),
        content: None,
        // The text contains a document of its own media type (JSON Schema Validation, §8.4).
        is_multiline: resolved.get("contentMediaType").is_some() && resolved.get("contentEncoding").is_none(),
    }
}

pub(super) fn read_number_constraints(integer: bool, resolved: &ResolvedObject) -> NumberConstraints {
    let number = |key: &str| resolved.number(key).cloned();
    NumberConstraints {
        integer,
        minimum: number("minimum"),
        maximum: number("maximum"),
        exclusive_minimum: number("exclusiveMinimum"),
        exclusive_maximum: number("exclusiveMaximum"),
        multiple_of: resolved.multiple_of().cloned(),
    }
}

fn read_count(resolved: &ResolvedObject, key: &str) -> Option<u32> {
    resolved.count(key)?.try_into().ok()
}
