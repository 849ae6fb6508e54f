//! Reads `OpenAPI` documents into the model.
//!
//! A document is kept as plain JSON values. At start only its listing is read; an operation is read when its page is opened
//! or its call is made, so that neither time nor memory of a page depends on the size of the document. What cannot be read
//! is reported with its place, and hides nothing else.
//!
//! Plain values were chosen over strict types by measurement, on the 129 documents of `@readme/oas-examples` 8.2.2: crate
//! `openapiv3` 2.2 reads 97 of them, `oas3` 0.22 reads 109 (neither reads 2.0), plain values all. For YAML, `serde_norway`
//! and `serde-saphyr` both read all of them, at the same speed; the second stops at 250,000 nodes by default, the first has
//! no such limit and reads 17 MB in 2.5 s. JSON goes to `serde_json`, which takes 0.9 s for 14 MB.

mod about;
mod body;
mod budget;
mod definition;
mod example;
mod group;
mod listing;
mod markdown;
mod name;
mod operation;
mod parameter;
mod reference;
mod response;
mod sample;
mod schema;
mod security;
mod server;
mod swagger;
mod union;
mod upgrade;
mod validation;
mod yaml;

pub use group::Group;
pub use listing::Listing;
pub use markdown::to_plain;
pub use operation::{Documentation, Example};
pub use response::{DocumentedReplies, DocumentedReply, ReplySummary};
pub use validation::{Difference, Promise};

use crate::model::{provider::Environment, security::SecurityScheme};
use moka::sync::Cache;
use reference::Resolver;
use serde_json::Value;
use std::{collections::HashMap, fmt, sync::Arc};

/// How many operations are kept read.
const KEPT: u64 = 500;

/// A document, listed; its operations are read on demand.
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
    /// `components.securitySchemes`.
    pub schemes: Vec<SecurityScheme>,
    /// Groups (tags), gathered under their headings, else in the document's order.
    pub groups: Vec<Group>,
    /// The light part of every operation, in the document's order.
    pub listings: Vec<Listing>,
    /// What could not be listed.
    pub faults: Vec<Fault>,
    has_fixed_servers: bool,
    root: Value,
    by_name: HashMap<String, usize>,
    read: Cache<(usize, usize), Arc<Documentation>>,
    validators: validation::Validators,
}

/// What could not be read in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `paths./v1/users.post.requestBody`.
    pub place: String,
    /// Why not.
    pub reason: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// Reads a document from JSON or YAML text, whose size the caller bounds.
///
/// # Errors
/// Where the text is neither, or is not an `OpenAPI` document.
pub fn read(text: &str) -> anyhow::Result<Document> {
    let is_json = text.trim_start().starts_with('{');
    let mut root: Value = if is_json { serde_json::from_str(text)? } else { yaml::parse(text)? };
    upgrade::upgrade(&mut root)?;
    let (listings, mut faults) = listing::list(&root);
    let by_name = listings.iter().enumerate().map(|(index, listing)| (listing.name.clone(), index)).collect();
    let schemes = security::schemes(Resolver(&root), &mut faults);
    let (summary, description) = (text_of(&root["info"]["summary"]), text_of(&root["info"]["description"]));
    Ok(Document {
        title: text_of(&root["info"]["title"]),
        version: text_of(&root["info"]["version"]),
        summary: to_plain(if summary.is_empty() { &description } else { &summary }),
        description: markdown::to_html(&description),
        documentation_url: documentation_url(&root),
        environments: server::environments(&root["servers"]),
        groups: group::groups(&root, &listings),
        listings,
        schemes,
        faults,
        by_name,
        read: Cache::new(KEPT),
        validators: validation::validators(),
        has_fixed_servers: false,
        root,
    })
}

impl Document {
    /// The place of an operation among the listings.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The operation with a name, with the body of its first media type.
    pub fn operation(&self, name: &str) -> Option<Arc<Documentation>> {
        self.operation_with(name, None)
    }

    /// The operation with a name, with the body of a media type that it offers; of its first, if it does not.
    pub fn operation_with(&self, name: &str, media: Option<&str>) -> Option<Arc<Documentation>> {
        let index = self.place(name)?;
        let first = self.read.get_with((index, 0), || Arc::new(self.read_operation(index, 0)));
        let number =
            media.and_then(|media| first.media.iter().position(|offered| offered == media)).unwrap_or_default();
        if number == 0 {
            return Some(first);
        }
        Some(self.read.get_with((index, number), || Arc::new(self.read_operation(index, number))))
    }

    /// What the operation with a name can answer. Nothing is kept: a page of it is rarer than one of the operation.
    pub fn replies(&self, name: &str) -> Option<DocumentedReplies> {
        Some(response::read(Resolver(&self.root), &self.listings[self.place(name)?]))
    }

    /// The status of an operation's first documented success, and an example of its body.
    pub fn first_success(&self, name: &str) -> Option<(String, Option<Value>)> {
        response::first_success(Resolver(&self.root), &self.listings[self.place(name)?])
    }

    fn read_operation(&self, index: usize, media: usize) -> Documentation {
        let servers = if self.has_fixed_servers {
            operation::Servers::Fixed(&self.environments)
        } else {
            operation::Servers::Default(&self.environments)
        };
        operation::read(Resolver(&self.root), &self.listings[index], servers, media)
    }

    /// Names of an operation's parameters and of the fields of its body, as many as a search needs; it is not read for them.
    pub fn field_names(&self, listing: &Listing) -> Vec<&str> {
        listing::field_names(Resolver(&self.root), listing)
    }

    /// Puts these servers in place of all that the document names, for all operations.
    pub fn replace_servers(&mut self, servers: &[Environment]) {
        self.environments = servers.to_vec();
        self.has_fixed_servers = true;
    }

    /// Reads every operation once, for what cannot be read in them. Takes a while for large documents.
    pub fn check(&self) -> Vec<Fault> {
        let found = self.listings.iter().enumerate().flat_map(|(index, listing)| {
            [self.read_operation(index, 0).faults, response::read(Resolver(&self.root), listing).faults].concat()
        });
        let mut all: Vec<Fault> = self.faults.iter().cloned().chain(found).collect();
        all.dedup();
        all
    }

    /// The document itself, as plain values.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The document as JSON text, upgraded to `OpenAPI` 3.1.
    pub fn json(&self) -> String {
        self.root.to_string()
    }
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
mod findings;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
