//! Reads `OpenAPI` documents into the model, once, at start.
//!
//! Documents are read as plain JSON values, not into strict types: published ones break rules, and one bad operation
//! must not hide the others. What cannot be read is reported with its place.

mod example;
mod group;
mod listing;
mod markdown;
mod name;
mod operation;
mod reference;
mod schema;

pub use group::Group;
pub use listing::Listing;
pub use markdown::to_plain;
pub use operation::{Documentation, DocumentedReply};

use crate::model::provider::Environment;
use reference::Resolver;
use serde_json::Value;
use std::cell::Cell;

/// The methods that a path can have (`OpenAPI` 3.1, §4.8.9).
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A document, read.
#[derive(Debug)]
pub struct Document {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description` as HTML.
    pub description: String,
    /// What it is in one sentence: `info.summary`, or how the description begins.
    pub summary: String,
    /// `externalDocs.url`, if it is a web address.
    pub documentation_url: Option<String>,
    /// Servers by name.
    pub environments: Vec<Environment>,
    /// Groups (tags), gathered under their headings, else in the document's order.
    pub groups: Vec<Group>,
    /// The light part of every operation, in the document's order.
    pub listings: Vec<Listing>,
    /// Operations, in the document's order.
    pub operations: Vec<Documentation>,
    /// What could not be read: place and reason.
    pub faults: Vec<String>,
    /// The document as JSON text.
    pub json: String,
}

/// Reads a document from JSON or YAML text.
///
/// # Errors
/// Where the text is neither, or is not an `OpenAPI` document.
pub fn read(text: &str) -> anyhow::Result<Document> {
    let root: Value = serde_norway::from_str(text)?;
    anyhow::ensure!(root["openapi"].is_string(), "it has no `openapi` field, so it is not an OpenAPI 3 document");
    let budget = Cell::new(0);
    let resolver = Resolver::new(&root, &budget);
    let mut faults = Vec::new();
    let mut operations = Vec::new();
    let mut listings = Vec::new();
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
            match operation::read(resolver, path, method, item) {
                Ok(operation) => {
                    listings.push(Listing::new(&operation, item[method]["deprecated"] == true));
                    operations.push(operation);
                }
                Err(reason) => faults.push(format!("paths.{path}.{method}: {reason}")),
            }
        }
    }
    let (summary, description) = (text_of(&root["info"]["summary"]), text_of(&root["info"]["description"]));
    Ok(Document {
        title: text_of(&root["info"]["title"]),
        version: text_of(&root["info"]["version"]),
        summary: to_plain(if summary.is_empty() { &description } else { &summary }),
        description: markdown::to_html(&description),
        documentation_url: documentation_url(&root),
        environments: environments(&root),
        groups: group::groups(&root, &listings),
        listings,
        operations,
        faults,
        json: root.to_string(),
    })
}

/// Servers, named by `name` (`OpenAPI` 3.2) or `x-name`; else by their position.
fn environments(root: &Value) -> Vec<Environment> {
    let servers = root["servers"].as_array().into_iter().flatten().enumerate();
    let named = servers.filter_map(|(index, server)| {
        let url = server["url"].as_str()?.trim_end_matches('/').to_owned();
        let name = server["name"].as_str().or(server["x-name"].as_str());
        Some(Environment { name: name.map_or_else(|| format!("server{}", index + 1), Into::into), url })
    });
    named.collect()
}

/// `externalDocs.url`, where it is a link that a page may carry.
fn documentation_url(of: &Value) -> Option<String> {
    let url = of["externalDocs"]["url"].as_str()?;
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
