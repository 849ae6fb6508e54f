//! Evaluates the runtime expressions of links against a call and its response (`OpenAPI` 3.1, §4.8.20.4).

use super::{receipt::HIDDEN_BASE_URL, request::read_text};
use crate::model::{
    Arguments,
    operation::Operation,
    response::CallResponse,
    schema::{Field, FieldLocation, Schema},
};
use serde_json::Value;

/// Maximum nesting depth of a constant with expressions in it.
const MAX_DEPTH: usize = 16;

/// Maximum size of a body that is searched for the arguments of further calls, in bytes.
pub(super) const MAX_BODY_BYTES: u64 = 500_000;
/// Maximum size of the arguments of a further call as JSON, in bytes. They are part of an address or a button.
pub(super) const MAX_ARGUMENTS_BYTES: usize = 4_000;

/// A call and its response, without secrets.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompletedCall<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// Its arguments.
    pub arguments: &'a Arguments,
    /// URL of the request.
    pub request_url: &'a str,
    /// The response.
    pub response: &'a CallResponse,
    /// The body of the response, if it is JSON.
    pub body: Option<&'a Value>,
}

impl CompletedCall<'_> {
    /// Evaluates a constant, which can contain expressions, or an expression. Returns `None` if it has no value.
    pub(super) fn evaluate(self, value: &Value) -> Option<Value> {
        self.evaluate_at(value, MAX_DEPTH)
    }

    fn evaluate_at(self, value: &Value, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        match value {
            Value::String(text) if text.starts_with('$') => {
                self.evaluate_expression(text).filter(|value| !value.is_null())
            }
            Value::String(text) if text.contains("{$") => self.fill_in(text).map(Value::from),
            Value::Array(items) => items.iter().map(|item| self.evaluate_at(item, depth)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| Some((name.clone(), self.evaluate_at(value, depth)?)));
                fields.collect::<Option<Arguments>>().map(Value::Object)
            }
            constant => Some(constant.clone()),
        }
    }

    /// Replaces the expressions in a text: `users/{$response.body#/id}`.
    fn fill_in(self, text: &str) -> Option<String> {
        let mut parts = text.split("{$");
        let mut filled = parts.next()?.to_owned();
        for part in parts {
            let (expression, rest) = part.split_once('}')?;
            match self.evaluate_expression(&format!("${expression}"))? {
                Value::String(text) => filled.push_str(&text),
                value @ (Value::Number(_) | Value::Bool(_)) => filled.push_str(&value.to_string()),
                _ => return None,
            }
            filled.push_str(rest);
        }
        Some(filled)
    }

    fn evaluate_expression(self, expression: &str) -> Option<Value> {
        if let Some(pointer) = expression.strip_prefix("$response.body") {
            return self.body?.pointer(pointer.strip_prefix('#').unwrap_or(pointer)).cloned();
        }
        if let Some(name) = expression.strip_prefix("$response.header.") {
            return Some(self.response.header(name)?.into());
        }
        if let Some(pointer) = expression.strip_prefix("$request.body") {
            return self.request_body()?.pointer(pointer.strip_prefix('#').unwrap_or(pointer)).cloned();
        }
        match expression {
            "$statusCode" => Some(self.response.status.into()),
            "$method" => Some(self.operation.method.as_str().into()),
            "$url" => Some(self.request_url.into()).filter(|_| !self.request_url.starts_with(HIDDEN_BASE_URL)),
            _ => {
                let field = find_parameter(self.operation, expression.strip_prefix("$request.")?)?;
                self.arguments.get(&field.name).cloned()
            }
        }
    }

    /// Returns the body of the request.
    fn request_body(self) -> Option<Value> {
        if let Some(field) = self.operation.fields.iter().find(|field| field.location == FieldLocation::Body) {
            return self.arguments.get(&field.name).cloned();
        }
        self.operation.body.as_ref()?;
        let is_in_body = |name: &str| self.operation.field(name).is_none_or(|field| field.location.is_in_body());
        let fields = self.arguments.iter().filter(|(name, _)| is_in_body(name));
        Some(Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect()))
    }
}

/// Returns the parameter of an operation that a link names: `id`, or `path.id`.
pub(super) fn find_parameter<'a>(operation: &'a Operation, name: &str) -> Option<&'a Field> {
    let locations = [
        ("path.", FieldLocation::Path),
        ("query.", FieldLocation::Query),
        ("header.", FieldLocation::Header),
        ("cookie.", FieldLocation::Cookie),
    ];
    let qualified = locations.iter().find_map(|(prefix, location)| Some((name.strip_prefix(prefix)?, *location)));
    let is_named = |field: &&Field| match qualified {
        Some((name, FieldLocation::Header)) => {
            field.location == FieldLocation::Header && field.sent_name().eq_ignore_ascii_case(name)
        }
        Some((name, location)) => field.location == location && field.sent_name() == name,
        None => field.sent_name() == name && !field.location.is_in_body(),
    };
    operation.fields.iter().find(is_named)
}

/// Returns a value in the type of a field: a number that is written as text, or a text that is written as a number.
pub(super) fn convert(operation: &Operation, field: &Field, value: &Value) -> Option<Value> {
    match (operation.resolve(&field.schema), value) {
        (Schema::String(_), Value::Number(number)) => Some(number.to_string().into()),
        (Schema::Number(_), Value::String(text)) => {
            Some(read_text(operation, &field.schema, text)).filter(Value::is_number)
        }
        _ => Some(value.clone()),
    }
}
