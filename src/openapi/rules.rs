//! Describes the rules of a schema in words that no control shows: those about several fields, about names of fields, and
//! those that depend on a condition. The validator checks them.

use super::{
    keywords::is_null_schema,
    operation_summary::{MAX_TEXT_BYTES, truncate},
    reference::{ResolvedObject, Resolver},
    schema::SchemaReader,
};
use crate::text;
use serde_json::{Map, Value};
use std::cell::Cell;

/// Maximum number of rules of one schema.
const MAX_RULES: usize = 20;
/// Maximum number of values, names or fields in one rule.
const MAX_LISTED: usize = 12;

impl<'a> SchemaReader<'a> {
    /// Describes the rules of a schema, as far as the byte budget of the operation allows.
    pub(super) fn read_rules(&mut self, resolved: &ResolvedObject<'a>) -> Vec<String> {
        let remaining_schemas = Cell::new(self.remaining_rule_schemas);
        let writer = RuleWriter { resolver: self.resolver, remaining_schemas: &remaining_schemas };
        let mut rules: Vec<String> = Vec::new();
        for rule in resolved.layers().flat_map(|layer| writer.describe_layer(layer)).take(MAX_RULES) {
            if !rules.contains(&rule) && self.byte_budget.try_spend_text(&rule) {
                rules.push(rule);
            }
        }
        self.remaining_rule_schemas = remaining_schemas.get();
        rules
    }
}

#[derive(Clone, Copy)]
struct RuleWriter<'a, 'b> {
    resolver: Resolver<'a>,
    /// Number of schemas that may still be read.
    remaining_schemas: &'b Cell<usize>,
}

impl<'a> RuleWriter<'a, '_> {
    /// Resolves a schema. Returns no layers once too many schemas were read.
    fn resolve(self, schema: &'a Value) -> ResolvedObject<'a> {
        let remaining = self.remaining_schemas.get().checked_sub(1);
        self.remaining_schemas.set(remaining.unwrap_or_default());
        remaining.map(|_| self.resolver.resolve_schema(schema, &mut |_| {})).unwrap_or_default()
    }

    /// Describes the rules of one layer of a schema.
    fn describe_layer(self, layer: &'a Map<String, Value>) -> Vec<String> {
        [
            self.describe_names(layer),
            describe_counts(layer),
            self.describe_dependencies(layer),
            self.describe_condition(layer).into_iter().collect(),
            self.describe_contains(layer),
            self.describe_exclusion(layer).into_iter().collect(),
            describe_alternatives(layer).into_iter().collect(),
        ]
        .concat()
    }

    /// Describes which fields a schema allows, by their names, and which items beside those that have positions.
    fn describe_names(self, layer: &'a Map<String, Value>) -> Vec<String> {
        let mut rules = Vec::new();
        for (pattern, schema) in entries(layer, "patternProperties") {
            let pattern = shorten(pattern);
            rules.push(match self.describe_value(schema) {
                Some(value) => text!("schema-rule-pattern-fields", pattern = pattern, value = value),
                None => text!("schema-rule-pattern-fields-undescribed", pattern = pattern),
            });
        }
        if let Some(value) = layer.get("propertyNames").and_then(|names| self.describe_value(names)) {
            rules.push(text!("schema-rule-field-names", value = value));
        }
        let is_closed = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|key| layer.get(*key) == Some(&Value::Bool(false)));
        if is_closed {
            rules.push(text!("schema-rule-no-other-fields").into());
        }
        for (keyword, others) in [("unevaluatedProperties", "fields"), ("unevaluatedItems", "items")] {
            match layer.get(keyword) {
                Some(schema @ Value::Object(_)) => rules.push(match self.describe_value(schema) {
                    Some(value) => text!("schema-rule-others", kind = others, value = value),
                    None => text!("schema-rule-others-undescribed", kind = others),
                }),
                Some(Value::Bool(false)) if others == "items" => {
                    rules.push(text!("schema-rule-no-other-items").into());
                }
                _ => {}
            }
        }
        rules
    }

    /// Describes what is required if a field is set.
    fn describe_dependencies(self, layer: &'a Map<String, Value>) -> Vec<String> {
        let required = entries(layer, "dependentRequired").filter_map(|(name, names)| {
            let names = names.as_array()?.iter().filter_map(Value::as_str);
            Some(text!("schema-rule-if-set", name = shorten(name), requirements = are_required(names)?))
        });
        let schemas = entries(layer, "dependentSchemas").map(|(name, schema)| {
            text!("schema-rule-if-set", name = shorten(name), requirements = self.describe_requirements(schema))
        });
        required.chain(schemas).collect()
    }

    /// Describes `if` with `then` and `else`.
    fn describe_condition(self, layer: &'a Map<String, Value>) -> Option<String> {
        let condition = self.conditions(layer.get("if")?);
        let condition = condition.unwrap_or_else(|| text!("schema-rule-undescribed-condition").into());
        let then = layer.get("then").map(|then| self.describe_requirements(then));
        let otherwise = layer.get("else").map(|otherwise| self.describe_requirements(otherwise));
        match (then, otherwise) {
            (Some(then), Some(otherwise)) => {
                Some(text!("schema-rule-if-then-else", condition = condition, then = then, otherwise = otherwise))
            }
            (Some(then), None) => Some(text!("schema-rule-if-then", condition = condition, then = then)),
            (None, Some(otherwise)) => Some(text!("schema-rule-unless", condition = condition, otherwise = otherwise)),
            (None, None) => None,
        }
    }

    /// Describes the items that a list must contain.
    fn describe_contains(self, layer: &'a Map<String, Value>) -> Vec<String> {
        let Some(contains) = layer.get("contains") else { return Vec::new() };
        let count = |key: &str| layer.get(key).and_then(Value::as_u64);
        let min = Some(count("minContains").unwrap_or(1)).filter(|min| *min > 0);
        let min = min.map(|min| match self.describe_value(contains) {
            Some(value) => text!("schema-rule-contains-min", count = min, value = value),
            None => text!("schema-rule-contains-min-undescribed", count = min),
        });
        let max = count("maxContains").map(|max| match self.describe_value(contains) {
            Some(value) => text!("schema-rule-contains-max", count = max, value = value),
            None => text!("schema-rule-contains-max-undescribed", count = max),
        });
        min.into_iter().chain(max).collect()
    }

    /// Describes `not`.
    fn describe_exclusion(self, layer: &'a Map<String, Value>) -> Option<String> {
        let excluded = layer.get("not").filter(|excluded| excluded.is_object())?;
        let names = excluded["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let names: Vec<&str> = names.take(MAX_LISTED).map(shorten).collect();
        if names.is_empty() {
            return Some(text!("schema-rule-must-not", value = self.describe_value(excluded)?));
        }
        Some(text!("schema-rule-must-not-have", count = names.len(), names = names.join(text!("list-and"))))
    }

    /// Describes what a schema requires of an object: `number is required, iban is not allowed`.
    fn describe_requirements(self, schema: &'a Value) -> String {
        if schema == &Value::Bool(false) {
            return text!("schema-rule-no-value").into();
        }
        let resolved = self.resolve(schema);
        let mut parts: Vec<String> = Vec::new();
        for layer in resolved.layers() {
            let required =
                layer.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            parts.extend(are_required(required));
            for (name, property) in entries(layer, "properties") {
                let name = shorten(name);
                match property {
                    Value::Bool(false) => parts.push(text!("schema-rule-not-allowed", name = name)),
                    property => {
                        let value = self.describe_value(property);
                        parts.extend(value.map(|value| text!("schema-rule-field-must", name = name, value = value)));
                    }
                }
            }
            let excluded = layer.get("not").and_then(|excluded| excluded.get("required")).and_then(Value::as_array);
            for name in excluded.into_iter().flatten().filter_map(Value::as_str).take(MAX_LISTED) {
                parts.push(text!("schema-rule-not-allowed", name = shorten(name)));
            }
        }
        parts.truncate(MAX_LISTED);
        if parts.is_empty() { text!("schema-rule-undescribed").into() } else { parts.join(", ") }
    }

    /// Describes when a schema matches an object: `kind is "card"`. Returns `None` if it cannot be described in words.
    fn conditions(self, schema: &'a Value) -> Option<String> {
        const DESCRIBED: [&str; 8] =
            ["properties", "required", "not", "type", "title", "description", "$comment", "$ref"];
        let resolved = self.resolve(schema);
        if resolved.is_empty() || !resolved.keys().all(|key| DESCRIBED.contains(&key)) {
            return None;
        }
        let mut parts = Vec::new();
        for (name, property) in resolved.properties() {
            let choices = self.resolve(property).choices()?;
            let (is_required, name, values) = (resolved.is_required(name), shorten(name), list_values(&choices));
            parts.push(if is_required {
                text!("schema-rule-is", name = name, values = values)
            } else {
                text!("schema-rule-is-or-not-set", name = name, values = values)
            });
        }
        for layer in resolved.layers() {
            let required =
                layer.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            let named = required.filter(|name| resolved.get_property(name).is_none());
            parts.extend(named.map(|name| text!("schema-rule-is-set", name = shorten(name))));
            if let Some(excluded) = layer.get("not") {
                let is_only_required = excluded.as_object().is_some_and(|not| not.keys().all(|key| key == "required"));
                let absent = excluded["required"].as_array().filter(|absent| is_only_required && absent.len() == 1)?;
                parts.push(text!("schema-rule-is-not-set", name = shorten(absent.first()?.as_str()?)));
            }
        }
        (1..=MAX_LISTED).contains(&parts.len()).then(|| parts.join(text!("list-and")))
    }

    /// Describes a schema as what a value must do: `be one of 1, 2`. Returns `None` if it cannot be described in words.
    fn describe_value(self, schema: &'a Value) -> Option<String> {
        let resolved = self.resolve(schema);
        if let Some(choices) = resolved.choices() {
            return Some(text!("schema-rule-be-value", values = list_values(&choices)));
        }
        let mut parts: Vec<String> = Vec::new();
        let has_constraint = |keys: &[&str]| keys.iter().any(|key| resolved.get(key).is_some());
        let implied = has_constraint(&["pattern", "minLength", "maxLength", "format"]);
        if let ([kind], false) = (resolved.declared_types().unwrap_or_default().as_slice(), implied) {
            parts.extend(TYPES.contains(kind).then(|| text!("schema-rule-be-type", kind = kind)));
        }
        for keyword in CONSTRAINTS {
            let value = match resolved.get(keyword) {
                Some(Value::String(text)) => shorten(text).to_owned(),
                Some(Value::Number(number)) => number.to_string(),
                _ => continue,
            };
            parts.push(text!("schema-rule-constraint", keyword = keyword, value = value));
        }
        if let Some(names) = resolved.get("required").and_then(Value::as_array) {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).take(MAX_LISTED).map(shorten).collect();
            if !names.is_empty() {
                parts.push(text!("schema-rule-have", names = names.join(text!("list-and"))));
            }
        }
        for (name, property) in resolved.properties().into_iter().take(MAX_LISTED) {
            let values = self.resolve(property).choices().map(|choices| list_values(&choices));
            parts.extend(values.map(|values| text!("schema-rule-have-set", name = shorten(name), values = values)));
        }
        (!parts.is_empty()).then(|| parts.join(text!("list-and")))
    }
}

/// Types that the text `schema-rule-be-type` describes.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];
/// Constraints with a single value, which the text `schema-rule-constraint` describes.
const CONSTRAINTS: [&str; 11] = [
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
];

fn describe_counts(layer: &Map<String, Value>) -> Vec<String> {
    let count = |key: &str| layer.get(key).and_then(Value::as_u64);
    let min = count("minProperties").filter(|min| *min > 0);
    let min = min.map(|min| text!("schema-rule-min-fields", count = min));
    let max = count("maxProperties").map(|max| text!("schema-rule-max-fields", count = max));
    min.into_iter().chain(max).collect()
}

/// Describes a union whose variants only name required fields: `Must have a, or b and c.`
fn describe_alternatives(layer: &Map<String, Value>) -> Option<String> {
    let variants = layer.get("oneOf").or(layer.get("anyOf"))?.as_array()?;
    let names = |variant: &Value| {
        let is_described = |key: &String| matches!(key.as_str(), "required" | "title" | "description");
        let names = variant.get("required")?.as_array()?.iter().filter_map(Value::as_str).take(MAX_LISTED);
        let names: Vec<&str> = names.map(shorten).collect();
        let is_alternative = variant.as_object()?.keys().all(is_described) && !names.is_empty();
        is_alternative.then(|| names.join(text!("list-and")))
    };
    let alternatives = variants.iter().filter(|variant| !is_null_schema(variant)).take(MAX_LISTED).map(names);
    let alternatives: Vec<String> = alternatives.collect::<Option<_>>()?;
    (!alternatives.is_empty())
        .then(|| text!("check-must-have", alternatives = alternatives.join(text!("list-comma-or"))))
}

fn entries<'a>(layer: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    layer.get(key).and_then(Value::as_object).into_iter().flatten().take(MAX_LISTED)
}

fn are_required<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.take(MAX_LISTED).map(shorten).collect();
    (!names.is_empty())
        .then(|| text!("schema-rule-required", count = names.len(), names = names.join(text!("list-and"))))
}

fn list_values(values: &[&Value]) -> String {
    let shown: Vec<String> = values.iter().take(MAX_LISTED).map(|value| describe_constant(value)).collect();
    match shown.as_slice() {
        [only] => only.clone(),
        shown => {
            let more = if values.len() > shown.len() { ", …" } else { "" };
            text!("schema-rule-one-of", values = shown.join(", ") + more)
        }
    }
}

/// Returns a constant as JSON, shortened.
fn describe_constant(value: &Value) -> String {
    match value {
        Value::String(text) => Value::from(shorten(text)).to_string(),
        Value::Array(_) => text!("schema-rule-certain-list").into(),
        Value::Object(_) => text!("schema-rule-certain-object").into(),
        value => value.to_string(),
    }
}

fn shorten(text: &str) -> &str {
    truncate(text, MAX_TEXT_BYTES / 4)
}
