//! Reads `OpenAPI` documents into the model, once, at start.
//!
//! Documents are read as plain JSON values, not into strict types: published ones break rules, and one bad operation
//! must not hide the others. What cannot be read is reported with its place.

mod example;
mod markdown;
mod name;
mod operation;
mod reference;
mod schema;
mod security;

pub use operation::{Documentation, DocumentedReply};

use crate::model::{provider::Environment, security::SecurityScheme};
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
    /// `externalDocs.url`, if it is a web address.
    pub documentation_url: Option<String>,
    /// Servers by name.
    pub environments: Vec<Environment>,
    /// `components.securitySchemes`.
    pub schemes: Vec<SecurityScheme>,
    /// Groups (tags), in the document's order.
    pub groups: Vec<Group>,
    /// Operations, in the document's order.
    pub operations: Vec<Documentation>,
    /// What could not be read: place and reason.
    pub faults: Vec<String>,
    /// The document as JSON text.
    pub json: String,
}

/// A tag, and what the document says about it.
#[derive(Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its description as HTML.
    pub description: String,
    /// `externalDocs.url`, if it is a web address.
    pub documentation_url: Option<String>,
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
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
            match operation::read(resolver, &root, path, method, item) {
                Ok(operation) => operations.push(operation),
                Err(reason) => faults.push(format!("paths.{path}.{method}: {reason}")),
            }
        }
    }
    let schemes = security::schemes(resolver, &root, &mut faults);
    Ok(Document {
        title: text_of(&root["info"]["title"]),
        version: text_of(&root["info"]["version"]),
        description: markdown::to_html(&text_of(&root["info"]["description"])),
        documentation_url: documentation_url(&root),
        environments: environments(&root),
        schemes,
        groups: groups(&root, &operations),
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

/// The tags that the document describes, then those that only operations name.
fn groups(root: &Value, operations: &[Documentation]) -> Vec<Group> {
    let described = root["tags"].as_array().into_iter().flatten();
    let mut groups: Vec<Group> = described
        .map(|tag| Group {
            name: text_of(&tag["name"]),
            description: markdown::to_html(&text_of(&tag["description"])),
            documentation_url: documentation_url(tag),
        })
        .collect();
    for operation in operations {
        if !groups.iter().any(|group| group.name == operation.group) {
            groups.push(Group { name: operation.group.clone(), description: String::new(), documentation_url: None });
        }
    }
    groups
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
