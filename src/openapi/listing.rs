//! The listing of a document: little about each operation, for lists, search and names. Read at start, for all of them.

use super::{Fault, name, reference::Resolver, text_of};
use crate::model::operation::Method;
use serde_json::Value;
use std::collections::HashMap;

/// More operations than this are not listed.
const MOST_OPERATIONS: usize = 100_000;
/// Bytes of a title, an id or a group's name: many operations may refer to one, and each has a copy.
const LONGEST: usize = 500;
/// Fields of an operation that the search knows, and bytes of their names.
const MOST_FIELDS: usize = 100;
const LONGEST_FIELD: usize = 100;

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
                listings.push(listing(name, method, path, operation));
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
    let by_id = id.map(|id| name::from_id(cut(id, LONGEST))).filter(|name| !name.is_empty());
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

fn listing(name: String, method: Method, path: &str, operation: &Value) -> Listing {
    let title = operation["summary"].as_str().map(str::trim).filter(|summary| !summary.is_empty());
    Listing {
        title: cut(title.unwrap_or(&name), LONGEST).to_owned(),
        name,
        method,
        path: path.to_owned(),
        group: cut(operation["tags"][0].as_str().unwrap_or("Other"), LONGEST).to_owned(),
        is_deprecated: operation["deprecated"] == true,
    }
}

/// How a text begins, in whole characters.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// Names of an operation's parameters and of the fields of its body, as the document has them: their schemas are not read.
pub(super) fn field_names<'a>(root: Resolver<'a>, listing: &Listing) -> Vec<&'a str> {
    let Ok(item) = root.resolve(&root.0["paths"][&listing.path]) else { return Vec::new() };
    let Some(operation) = item.get(&listing.method.as_str().to_lowercase()) else { return Vec::new() };
    let lists = [item.get("parameters"), operation.get("parameters")].into_iter().flatten();
    let parameters = lists.filter_map(Value::as_array).flatten().take(MOST_FIELDS);
    let mut names: Vec<&str> = parameters
        .filter_map(|parameter| root.resolve(parameter).ok())
        .map(|parameter| parameter.text("name"))
        .collect();
    let body = operation.get("requestBody").and_then(|body| root.resolve(body).ok()).unwrap_or_default();
    let media = body.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
    if let Some(schema) = media.and_then(|media| media.get("schema")) {
        names.extend(root.schema(schema, &mut |_| {}).property_names().take(MOST_FIELDS));
    }
    names.truncate(MOST_FIELDS);
    names.into_iter().map(|name| cut(name, LONGEST_FIELD)).collect()
}

/// The name of an operation's place in its document, for faults.
pub(super) fn place(listing: &Listing) -> String {
    format!("paths.{}.{}", listing.path, text_of(&Value::from(listing.method.as_str().to_lowercase())))
}
