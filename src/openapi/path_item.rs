//! Finds the operations of a path item.

use super::reference::{ResolvedObject, Resolver};
use crate::model::operation::Method;
use serde_json::Value;

/// Field with the operations whose methods have no field of their own (`OpenAPI` 3.2).
pub(super) const ADDITIONAL_OPERATIONS: &str = "additionalOperations";
/// Fields of a path item that are not operations.
const OTHER_FIELDS: [&str; 6] = ["$ref", "summary", "description", "servers", "parameters", ADDITIONAL_OPERATIONS];

/// Resolves the references of a path item. Reports one that cannot be read.
pub(super) fn resolve_path_item<'a>(
    resolver: Resolver<'a>,
    path_item: &'a Value,
    report: &mut dyn FnMut(&str, String),
) -> Option<ResolvedObject<'a>> {
    match resolver.resolve(path_item) {
        Ok(path_item) if !path_item.is_empty() => return Some(path_item),
        Ok(_) => report("", "is not an object".into()),
        Err(reason) => report("", reason),
    }
    None
}

/// Returns the operation of a path item with a method.
pub(super) fn find_operation<'a>(path_item: &ResolvedObject<'a>, method: &Method) -> Option<&'a Value> {
    match method {
        Method::Other(name) => path_item.get(ADDITIONAL_OPERATIONS)?.get(&**name),
        method => path_item.get(&method.as_str().to_lowercase()),
    }
}

/// Returns the location of an operation within its path item.
pub(super) fn operation_key(method: &Method) -> String {
    match method {
        Method::Other(name) => format!("{ADDITIONAL_OPERATIONS}.{name}"),
        method => method.as_str().to_lowercase(),
    }
}

/// Returns the operations of a path item, each with its location, which begins with a dot, and its method. Reports
/// operations and fields that cannot be read.
pub(super) fn read_operations<'a>(
    path_item: &ResolvedObject<'a>,
    report: &mut dyn FnMut(&str, String),
) -> Vec<(String, Method, &'a Value)> {
    let mut operations: Vec<(String, Method, &Value)> = Vec::new();
    for method in Method::ALL {
        if let Some(operation) = find_operation(path_item, &method) {
            operations.push((format!(".{}", operation_key(&method)), method, operation));
        }
    }
    match path_item.get(ADDITIONAL_OPERATIONS) {
        Some(Value::Object(additional)) => {
            for (name, operation) in additional.iter().filter(|(name, _)| !name.starts_with("x-")) {
                let key = format!(".{ADDITIONAL_OPERATIONS}.{name}");
                match Method::from_name(name) {
                    Some(method @ Method::Other(_)) => operations.push((key, method, operation)),
                    Some(method) => report(&key, format!("belongs in the field `{}`", operation_key(&method))),
                    None => report(&key, "is not a method that can be sent".into()),
                }
            }
        }
        Some(_) => report(&format!(".{ADDITIONAL_OPERATIONS}"), "is not an object".into()),
        None => {}
    }
    for key in path_item.keys().filter(|key| !is_known_field(key)) {
        report(&format!(".{key}"), "is left out: a path item has no such field".into());
    }
    operations.retain(|(key, _, operation)| {
        if !operation.is_object() {
            report(key, "is not an object".into());
        }
        operation.is_object()
    });
    operations
}

fn is_known_field(key: &str) -> bool {
    let is_method = || Method::ALL.iter().any(|method| operation_key(method) == key);
    key.starts_with("x-") || OTHER_FIELDS.contains(&key) || is_method()
}
