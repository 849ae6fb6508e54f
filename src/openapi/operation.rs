//! An operation and its documentation.

use super::{
    Fault, body, documentation_url,
    listing::{Listing, place},
    markdown, parameter,
    reference::Resolver,
    response::{self, ReplySummary},
    sample::samples,
    schema::{Direction, Reader},
    security, server,
};
use crate::model::{
    Arguments,
    operation::Operation,
    provider::Environment,
    schema::{Field, Place, Schema, TextRules},
    security::Security,
};
use crate::snippet::sample::Sample;
use serde_json::Value;

/// An operation with the texts that its page shows.
#[derive(Debug, Default)]
pub struct Documentation {
    /// What can be called.
    pub operation: Operation,
    /// `operationId`, where there is one.
    pub id: Option<String>,
    /// `summary`, or the name.
    pub title: String,
    /// `description` as Markdown, for a page's head.
    pub summary: String,
    /// `description` as HTML.
    pub description: String,
    /// Its first tag.
    pub group: String,
    /// All of its tags.
    pub tags: Vec<String>,
    /// Whether it should not be used any more.
    pub is_deprecated: bool,
    /// `externalDocs.url`, if it is a web address.
    pub documentation_url: Option<String>,
    /// Where its calls can go: its own servers, else its path's, else the document's.
    pub environments: Vec<Environment>,
    /// The media types in which its body can be sent, the default first.
    pub media: Vec<String>,
    /// Arguments that fill its form.
    pub examples: Vec<Example>,
    /// What it accepts as authentication.
    pub security: Security,
    /// What it can answer, in short.
    pub replies: Vec<ReplySummary>,
    /// Code that the document brings along.
    pub samples: Vec<Sample>,
    /// What could not be read of it.
    pub faults: Vec<Fault>,
}

/// Arguments that fill a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What they show.
    pub title: String,
    /// The arguments.
    pub arguments: Arguments,
}

/// Servers that an operation has unless it names its own, or whatever it names.
#[derive(Clone, Copy)]
pub(super) enum Servers<'a> {
    Default(&'a [Environment]),
    Fixed(&'a [Environment]),
}

/// Reads the operation of a listing, with the body of one of its media types.
pub(super) fn read(root: Resolver, listing: &Listing, environments: Servers, media: usize) -> Documentation {
    let Ok(item) = root.resolve(&root.0["paths"][&listing.path]) else { return Documentation::default() };
    let Some(operation) = item.get(&listing.method.as_str().to_lowercase()) else { return Documentation::default() };
    let mut reader = Reader::new(root, place(listing), Direction::Request);
    let mut fields = parameter::read(&mut reader, item.get("parameters"), operation.get("parameters"));
    let body = body::read(&mut reader, operation.get("requestBody"), media, &mut fields);
    add_missing_path_parameters(&mut reader, &listing.path, &mut fields);
    let definitions = reader.definitions();
    let replies = response::summaries(&mut reader, &operation["responses"]);
    let description = operation["description"].as_str().unwrap_or_default();
    let own_servers = operation.get("servers").or(item.get("servers")).map(server::environments).unwrap_or_default();
    let own_servers: Vec<Environment> = own_servers.into_iter().filter(|own| server::is_whole(&own.url)).collect();
    Documentation {
        title: listing.title.clone(),
        id: operation["operationId"].as_str().map(str::to_owned),
        summary: description.to_owned(),
        description: markdown::to_html(description),
        group: listing.group.clone(),
        tags: operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        is_deprecated: listing.is_deprecated,
        documentation_url: documentation_url(operation),
        environments: match environments {
            Servers::Fixed(environments) => environments.to_vec(),
            Servers::Default(environments) if own_servers.is_empty() => environments.to_vec(),
            Servers::Default(_) => own_servers,
        },
        security: security::accepted(root.0, operation),
        media: body.media,
        examples: body.examples,
        replies,
        samples: samples(operation),
        faults: reader.faults,
        operation: Operation {
            name: listing.name.clone(),
            method: listing.method,
            path: listing.path.clone(),
            fields,
            body: body.body,
            definitions,
        },
    }
}

/// A path cannot be called without its parameters, whether the document describes them or not.
fn add_missing_path_parameters(reader: &mut Reader, path: &str, fields: &mut Vec<Field>) {
    for rest in path.split('{').skip(1) {
        let Some((name, _)) = rest.split_once('}') else { continue };
        let is_known = fields.iter().any(|field| field.name == name && field.place == Place::Path);
        if !is_known && fields.iter().all(|field| field.name != name) {
            reader.fault(format!("the path has {{{name}}}, which no parameter describes"));
            let field = Field {
                name: name.to_owned(),
                place: Place::Path,
                required: true,
                schema: Schema::Text(TextRules::default()),
                ..Field::default()
            };
            fields.insert(0, field);
        }
    }
}
