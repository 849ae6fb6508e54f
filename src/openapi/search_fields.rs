//! Keeps the names of the parameters and body fields of all operations of a document for the search index, compressed:
//! the index is rebuilt when another document changes.

use super::{
    document_json::{compress, decompress},
    operation_summary::{OperationSummary, truncate},
    path_item::find_operation,
    reference::Resolver,
};
use serde_json::Value;
use std::fmt;

/// Maximum number of field names of an operation in the search index. Each has at most `MAX_FIELD_NAME_BYTES` bytes.
const MAX_FIELD_NAMES: usize = 100;
const MAX_FIELD_NAME_BYTES: usize = 100;

/// The names of fields, as compressed JSON: a list for each operation.
pub(super) struct SearchFields(Box<[u8]>);

impl SearchFields {
    /// Reads the names of the fields of operations, in the order of the operations.
    ///
    /// # Errors
    /// Returns an error if the names cannot be compressed, which does not happen.
    pub(super) fn new(root: &Value, operations: &[OperationSummary]) -> anyhow::Result<Self> {
        let names: Vec<Vec<&str>> =
            operations.iter().map(|operation| field_names(Resolver::Whole(root), operation)).collect();
        Ok(Self(compress(&serde_json::to_vec(&names)?)?))
    }

    /// Returns the names of the fields of each operation.
    pub(super) fn read(&self) -> Vec<Vec<String>> {
        serde_json::from_slice(&decompress(&self.0)).unwrap_or_default()
    }
}

impl fmt::Debug for SearchFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SearchFields({} bytes)", self.0.len())
    }
}

/// Returns the names of the parameters and body fields of an operation, without reading their schemas.
fn field_names<'a>(resolver: Resolver<'a>, operation_summary: &OperationSummary) -> Vec<&'a str> {
    let Ok(path_item) = resolver.resolve(resolver.entry("paths", &operation_summary.path)) else { return Vec::new() };
    let Some(operation) = find_operation(&path_item, &operation_summary.method) else { return Vec::new() };
    let lists = [path_item.get("parameters"), operation.get("parameters")].into_iter().flatten();
    let parameters = lists.filter_map(Value::as_array).flatten().take(MAX_FIELD_NAMES);
    let mut names: Vec<&str> = parameters
        .filter_map(|parameter| resolver.resolve(parameter).ok())
        .map(|parameter| parameter.get_str("name"))
        .collect();
    let body = operation.get("requestBody").and_then(|body| resolver.resolve(body).ok()).unwrap_or_default();
    let media_type = body.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
    if let Some(schema) = media_type.and_then(|media| media.get("schema")) {
        names.extend(resolver.resolve_schema(schema, &mut |_| {}).property_names().take(MAX_FIELD_NAMES));
    }
    names.truncate(MAX_FIELD_NAMES);
    names.into_iter().map(|name| truncate(name, MAX_FIELD_NAME_BYTES)).collect()
}
