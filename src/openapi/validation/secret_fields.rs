//! Finds the fields of a schema whose values are secrets.

use crate::openapi::{
    keywords::Direction,
    reference::{ResolvedObject, Resolver},
};
use serde_json::Value;
use std::collections::HashSet;

/// Maximum number of objects in a schema that are searched for secret fields.
const MAX_SEARCHED_SCHEMAS: usize = 100_000;

/// Keyword of a schema whose values are secrets: its format is `password`, or it is only for requests.
pub(super) const SECRET_KEYWORD: &str = "x-secret";

pub(super) fn is_secret(schema: &ResolvedObject, direction: Direction) -> bool {
    is_secret_format(schema) || direction == Direction::Response && schema.is_true("writeOnly")
}

pub(super) fn is_secret_format(schema: &ResolvedObject) -> bool {
    schema.get_str("format") == "password"
}

/// Returns the names of properties whose format is `password`, also those of a schema that is too large to be bundled.
/// Returns `None` if the schema is too large even for that.
pub(super) fn find_secret_fields(resolver: Resolver, schema: &Value) -> Option<HashSet<String>> {
    let (mut secret_fields, mut seen, mut pending) = (HashSet::new(), HashSet::new(), vec![schema]);
    while let Some(value) = pending.pop() {
        let fields = match value {
            Value::Array(items) => {
                pending.extend(items);
                continue;
            }
            Value::Object(fields) if seen.insert(std::ptr::from_ref(value)) => fields,
            _ => continue,
        };
        if seen.len() > MAX_SEARCHED_SCHEMAS {
            return None;
        }
        let reference = fields.get("$ref").and_then(Value::as_str);
        pending.extend(reference.and_then(|reference| resolver.resolve_reference(reference).ok()));
        for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if is_secret_format(&resolver.resolve_schema(property, &mut |_| {})) {
                secret_fields.insert(name.clone());
            }
        }
        pending.extend(fields.values());
    }
    Some(secret_fields)
}
