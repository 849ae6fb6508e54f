//! The listing of a document: little about each operation, for lists, search and names. Read at start, for all of them.

use super::{
    Fault, name,
    reference::{Layers, Resolver},
    text_of,
};
use crate::model::operation::Method;
use serde_json::Value;
use std::collections::HashMap;

/// More operations than this are not listed.
const MOST_OPERATIONS: usize = 100_000;

/// What lists say about an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Name in URLs and SDK calls.
    pub name: String,
    /// HTTP method.
    pub method: Method,
    /// Path template.
    pub path: String,
    /// `summary`, or the name.
    pub title: String,
    /// Its first tag.
    pub group: String,
    /// Whether it should not be used any more.
    pub is_deprecated: bool,
    /// Names of its parameters, and of the fields of its body.
    pub fields: Vec<String>,
}

/// Lists the operations of a document; what cannot be listed is told apart.
pub(super) fn list(root: &Value) -> (Vec<Listing>, Vec<Fault>) {
    let resolver = Resolver(root);
    let (mut listings, mut faults) = (Vec::new(), Vec::new());
    let mut names = HashMap::new();
    let paths = root["paths"].as_object();
    if paths.is_none() {
        faults.push(Fault { place: "paths".into(), reason: "is missing, so there are no operations".into() });
    }
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
        let mut fault = |key: &str, reason: String| faults.push(Fault { place: format!("paths.{path}{key}"), reason });
        if !path.starts_with('/') {
            fault("", "does not begin with /".into());
            continue;
        }
        let item = match resolver.resolve(item) {
            Ok(item) if !item.is_empty() => item,
            Ok(_) => {
                fault("", "is not an object".into());
                continue;
            }
            Err(reason) => {
                fault("", reason);
                continue;
            }
        };
        for method in Method::ALL {
            let key = method.as_str().to_lowercase();
            let Some(operation) = item.get(&key) else { continue };
            if !operation.is_object() {
                fault(&[".", &key].concat(), "is not an object".into());
            } else if listings.len() == MOST_OPERATIONS {
                fault(&[".", &key].concat(), format!("is left out: more than {MOST_OPERATIONS} operations"));
            } else {
                let name = unique_name(&mut names, operation["operationId"].as_str(), &key, path);
                listings.push(listing(resolver, name, method, path, &item, operation));
            }
        }
    }
    (listings, faults)
}

/// The name of an operation: by its id, or by method and path where there is none or another operation has it already.
///
/// `names` has all that are taken, and the last number that each has got, so that numbers are not tried one by one.
fn unique_name(names: &mut HashMap<String, usize>, id: Option<&str>, method: &str, path: &str) -> String {
    let by_path = name::from_path(method, path);
    let by_id = id.map(name::from_id).filter(|name| !name.is_empty());
    let mut wanted = by_id.unwrap_or_else(|| by_path.clone());
    while names.contains_key(&wanted) {
        wanted = match names.get_mut(&by_path) {
            Some(last) => {
                *last += 1;
                format!("{by_path}{last}")
            }
            None => by_path.clone(),
        };
    }
    names.insert(wanted.clone(), 1);
    wanted
}

fn listing(resolver: Resolver, name: String, method: Method, path: &str, item: &Layers, operation: &Value) -> Listing {
    let title = operation["summary"].as_str().map(str::trim).filter(|summary| !summary.is_empty());
    Listing {
        title: title.unwrap_or(&name).to_owned(),
        name,
        method,
        path: path.to_owned(),
        group: operation["tags"][0].as_str().unwrap_or("Other").to_owned(),
        is_deprecated: operation["deprecated"] == true,
        fields: field_names(resolver, item, operation),
    }
}

fn field_names(resolver: Resolver, item: &Layers, operation: &Value) -> Vec<String> {
    let parameters = [item.get("parameters"), operation.get("parameters")].into_iter().flatten();
    let parameters =
        parameters.filter_map(Value::as_array).flatten().filter_map(|parameter| resolver.resolve(parameter).ok());
    let mut names: Vec<String> = parameters.map(|parameter| parameter.text("name").to_owned()).collect();
    let body = operation.get("requestBody").and_then(|body| resolver.resolve(body).ok()).unwrap_or_default();
    let media = body.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
    if let Some(schema) = media.and_then(|media| media.get("schema")) {
        let schema = resolver.schema(schema, &mut |_| {});
        names.extend(schema.properties().into_iter().map(|(name, _)| name.to_owned()));
    }
    names
}

/// The name of an operation's place in its document, for faults.
pub(super) fn place(listing: &Listing) -> String {
    format!("paths.{}.{}", listing.path, text_of(&Value::from(listing.method.as_str().to_lowercase())))
}
