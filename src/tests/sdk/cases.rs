//! The calls to print: each operation with its required fields, with all fields, and with its own examples.

use crate::stytch_document::{operations, stytch};
use anyhow::{Context, Result};
use api_explorer::{
    model::{
        Arguments,
        operation::Operation,
        schema::{Field, FieldLocation, Schema},
    },
    openapi::DocumentedOperation,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Text that contains the special characters of every language.
const SPECIAL_CHARACTERS: &str = "it's \"q\" \\ $HOME ${x} #{y} `z` %s {a} é 😀\n\r\t\u{0}\u{1b}\u{2028}\u{202e}end";

pub(super) struct Case {
    /// The operation's `operationId`.
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) documented: Arc<DocumentedOperation>,
    pub(super) arguments: Arguments,
}

impl Case {
    /// Returns the unique name of the case.
    pub(super) fn name(&self) -> String {
        [&self.id, ".", self.kind].concat()
    }
}

/// Returns a value with its placeholders replaced by the values of the variables.
pub(super) fn replace_placeholders(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            json!(text.replace("{{response 1.session_jwt}}", "kept-jwt").replace("{{response 2.token}}", "kept-token"))
        }
        Value::Array(items) => items.iter().map(replace_placeholders).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), replace_placeholders(value))).collect()
        }
        other => other.clone(),
    }
}

pub(super) fn all() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for documented in operations(stytch()?) {
        let operation = &documented.operation;
        let id = documented.operation_id.clone().with_context(|| operation.name.clone())?;
        let required = operation.fields.iter().filter(|field| field.required);
        let groups = [
            ("required", example_arguments(operation, required)),
            ("all", example_arguments(operation, operation.fields.iter())),
            ("odd", special_arguments(operation)),
        ];
        // Examples of bodies contain no path parameters.
        let in_path =
            example_arguments(operation, operation.fields.iter().filter(|field| field.location == FieldLocation::Path));
        let example = |arguments: &Arguments| in_path.into_iter().chain(arguments.clone()).collect();
        let examples = documented.examples.first().map(|found| ("example", example(&found.arguments)));
        for (kind, arguments) in groups.into_iter().chain(examples) {
            cases.push(Case { id: id.clone(), kind, documented: Arc::clone(&documented), arguments });
        }
    }
    Ok(cases)
}

fn example_arguments<'a>(operation: &Operation, fields: impl Iterator<Item = &'a Field>) -> Arguments {
    fields.map(|field| (field.name.clone(), value(operation, field))).collect()
}

fn value(operation: &Operation, field: &Field) -> Value {
    match operation.resolve(&field.schema) {
        Schema::String(_) if field.name.ends_with("_jwt") => json!("{{response 1.session_jwt}}"),
        Schema::String(_) => json!([&field.name, "-1"].concat()),
        schema => example_value(operation, schema, 0),
    }
}

/// Returns a value of a schema with all of its fields.
fn example_value(operation: &Operation, schema: &Schema, depth: usize) -> Value {
    if depth > 6 {
        return Value::Null;
    }
    match operation.resolve(schema) {
        Schema::String(_) => json!("text"),
        Schema::Number(rules) => rules.minimum.clone().map_or_else(|| json!(5), Value::Number),
        Schema::Boolean => json!(true),
        Schema::Enum(values) => values.first().cloned().unwrap_or_default(),
        Schema::Array(rules) => json!([example_value(operation, &rules.item, depth + 1)]),
        // Search filters; each search accepts different names.
        Schema::Map(_) if operation.path.ends_with("/search") => {
            let name = if operation.path.contains("/m2m/") { "client_id" } else { "user_id" };
            json!({"filter_name": name, "filter_value": ["text"]})
        }
        Schema::Map(item) => json!({"key": example_value(operation, item, depth + 1)}),
        Schema::Union(variants) => {
            variants.first().map(|variant| example_value(operation, &variant.schema, depth + 1)).unwrap_or_default()
        }
        Schema::Object(fields) => {
            let fields = fields.iter();
            let pairs = fields.map(|field| (field.name.clone(), example_value(operation, &field.schema, depth + 1)));
            Value::Object(pairs.collect())
        }
        Schema::Ref(_) | Schema::File | Schema::Any => json!({"any": [1, 2.5, "text", false, null, {}, []]}),
    }
}

/// Returns the required arguments, with special characters in every text of the body, and one optional field.
fn special_arguments(operation: &Operation) -> Arguments {
    let is_text = |field: &&Field| matches!(operation.resolve(&field.schema), Schema::String(_));
    let optional =
        operation.fields.iter().filter(|field| !field.required && field.location == FieldLocation::BodyField);
    let one = optional.clone().find(is_text).or_else(|| optional.clone().next());
    let required = operation.fields.iter().filter(|field| field.required);
    let mut arguments = Arguments::new();
    for field in required.chain(one) {
        let text = match field.location {
            FieldLocation::BodyField if is_text(&field) => json!([SPECIAL_CHARACTERS, "{{response 2.token}}"].concat()),
            _ => value(operation, field),
        };
        arguments.insert(field.name.clone(), text);
    }
    arguments
}
