//! Lists the operations of a document: the few facts that lists, search and names need. The list is read when a
//! document is loaded.

use super::{
    Diagnostic, operation_name,
    path_item::{self, ADDITIONAL_OPERATIONS, find_operation, operation_key},
    reference::Resolver,
    tag::label_names,
};
use crate::model::{operation::Method, problem::join_pointer};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Maximum number of operations per document.
const MAX_OPERATIONS: usize = 100_000;
/// Maximum length of a title, an id or a group name, in bytes. Many operations can refer to the same text, and each has
/// a copy.
pub(super) const MAX_TEXT_BYTES: usize = 500;
/// Group of the operations without a tag.
pub(super) const UNTAGGED: &str = "Other";

/// The facts about an operation that lists show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationSummary {
    /// Name in URLs and SDK calls.
    pub name: String,
    /// HTTP method.
    pub method: Method,
    /// Path template.
    pub path: String,
    /// `summary`, completed if it is generic, or the name if there is none.
    pub title: String,
    /// `summary` as it is in the document, if the title is another.
    pub summary: Option<Box<str>>,
    /// First tag that is no label.
    pub group: String,
    /// True if the operation is deprecated.
    pub is_deprecated: bool,
}

impl OperationSummary {
    /// Returns the JSON Pointer of the operation.
    pub(super) fn pointer(&self) -> String {
        let path_item = join_pointer("/paths", &self.path);
        match &self.method {
            Method::Other(name) => join_pointer(&join_pointer(&path_item, ADDITIONAL_OPERATIONS), name),
            method => join_pointer(&path_item, &operation_key(method)),
        }
    }

    /// Returns the operation of the document.
    pub(super) fn resolve<'a>(&self, resolver: Resolver<'a>) -> Option<&'a Value> {
        let path_item = resolver.resolve(resolver.entry("paths", &self.path)).ok()?;
        find_operation(&path_item, &self.method)
    }
}

/// Lists the operations of a document, and reports those that cannot be listed.
pub(super) fn list_operations(root: &Value) -> (Vec<OperationSummary>, Vec<Diagnostic>) {
    let resolver = Resolver::Whole(root);
    let (mut operations, mut diagnostics) = (Vec::new(), Vec::new());
    let mut used_names = HashMap::new();
    let (paths, labels) = (root["paths"].as_object(), label_names(&root["tags"]));
    if paths.is_none() && root["webhooks"].as_object().is_none_or(Map::is_empty) {
        diagnostics
            .push(Diagnostic { location: "paths".into(), reason: "is missing, so there are no operations".into() });
    }
    for (path, path_item) in paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
        let mut report =
            |key: &str, reason: String| diagnostics.push(Diagnostic { location: format!("paths.{path}{key}"), reason });
        if !path.starts_with('/') {
            report("", "does not begin with /".into());
            continue;
        }
        let Some(path_item) = path_item::resolve_path_item(resolver, path_item, &mut report) else { continue };
        for (key, method, operation) in path_item::read_operations(&path_item, &mut report) {
            if operations.len() == MAX_OPERATIONS {
                report(&key, format!("is left out: more than {MAX_OPERATIONS} operations"));
            } else {
                let id = operation["operationId"].as_str().map(|id| truncate(id, MAX_TEXT_BYTES));
                let name = unique_name(&mut used_names, id, method.as_str(), path);
                if let Some(id) = id.filter(|id| name_of_id(id).is_some_and(|own_name| own_name != name)) {
                    let reason = format!("another operation has the name of {id:?} already, so it is called {name}");
                    report(&format!("{key}.operationId"), reason);
                }
                operations.push(summarize_operation(name, method, path, operation, &labels));
            }
        }
    }
    (operations, diagnostics)
}

/// Returns a unique name for an operation. It is derived from the id, or from method and path if there is no id or its
/// name is taken.
///
/// `used_names` contains all names in use, each with the last number appended to it, so that finding a free number
/// takes constant time.
fn unique_name(used_names: &mut HashMap<String, usize>, id: Option<&str>, method: &str, path: &str) -> String {
    let path_name = operation_name::from_path(method, path);
    let mut candidate = id.and_then(name_of_id).unwrap_or_else(|| path_name.clone());
    while used_names.contains_key(&candidate) {
        candidate = match used_names.get_mut(&path_name) {
            Some(last) => {
                *last += 1;
                format!("{path_name}{last}")
            }
            None => path_name.clone(),
        };
    }
    used_names.insert(candidate.clone(), 1);
    candidate
}

/// Returns the name that an id gives to its operation; `None` if it contains no letter or digit.
fn name_of_id(id: &str) -> Option<String> {
    Some(operation_name::from_id(id)).filter(|name| !name.is_empty())
}

fn summarize_operation(
    name: String,
    method: Method,
    path: &str,
    operation: &Value,
    labels: &HashSet<&str>,
) -> OperationSummary {
    OperationSummary {
        title: read_title(operation, &name),
        summary: None,
        name,
        method,
        path: path.to_owned(),
        group: tags(operation).find(|tag| !labels.contains(tag)).unwrap_or(UNTAGGED).to_owned(),
        is_deprecated: operation["deprecated"] == true,
    }
}

/// Returns the summary of an operation, or its name if it has none, truncated.
pub(super) fn read_title(operation: &Value, name: &str) -> String {
    let title = operation["summary"].as_str().map(str::trim).filter(|summary| !summary.is_empty());
    truncate(title.unwrap_or(name), MAX_TEXT_BYTES).to_owned()
}

/// Returns the tags of an operation, truncated.
pub(super) fn tags(operation: &Value) -> impl Iterator<Item = &str> {
    let tags = operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    tags.map(|tag| truncate(tag, MAX_TEXT_BYTES))
}

/// Truncates a text to a maximum length at a character boundary.
pub(super) fn truncate(text: &str, max_bytes: usize) -> &str {
    &text[..text.floor_char_boundary(max_bytes)]
}

/// Returns the location of an operation in its document, for diagnostics.
pub(super) fn operation_location(operation_summary: &OperationSummary) -> String {
    format!("paths.{}.{}", operation_summary.path, path_item::operation_key(&operation_summary.method))
}
