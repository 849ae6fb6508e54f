//! What a document says of an operation's replies. They can be far more than its form, so they are read when somebody asks.

use super::{
    Fault, example,
    listing::{Listing, place},
    reference::{Layers, Resolver},
    schema::{Direction, Reader},
};
use crate::model::schema::{Field, Schema};
use serde_json::{Map, Value};

/// More replies of an operation, or headers of a reply, are not shown.
const MOST: usize = 100;

/// A reply in short.
#[derive(Debug)]
pub struct ReplySummary {
    /// `200`, `4XX` or `default`.
    pub status: String,
    /// `description` as HTML.
    pub description: String,
}

/// All that an operation can answer.
#[derive(Debug, Default)]
pub struct DocumentedReplies {
    /// Status by status, in the document's order.
    pub all: Vec<DocumentedReply>,
    /// Schemas that they name.
    pub definitions: Vec<(String, Schema)>,
    /// What could not be read of them.
    pub faults: Vec<Fault>,
}

/// One of the replies that a document promises.
#[derive(Debug)]
pub struct DocumentedReply {
    /// Its status and its description.
    pub summary: ReplySummary,
    /// Its headers.
    pub headers: Vec<Field>,
    /// The media type of its body, and what that holds.
    pub content: Option<(String, Schema)>,
    /// An example of its JSON body: the document's own, or one made from its schema.
    pub example: Option<Value>,
}

/// The replies in short. What cannot be read is left for [`read`] to report.
pub(crate) fn summaries(reader: &mut Reader, responses: &Value) -> Vec<ReplySummary> {
    let resolver = reader.resolver;
    let read = |(status, response): (&String, _)| {
        Some(summary(reader, status, resolver.resolve(response).ok()?.text("description")))
    };
    each(responses).filter_map(read).collect()
}

/// Reads the replies of a listing.
pub(crate) fn read(root: Resolver, listing: &Listing) -> DocumentedReplies {
    let Some(operation) = operation(root, listing) else { return DocumentedReplies::default() };
    let mut reader = Reader::new(root, place(listing), Direction::Reply);
    let all =
        each(&operation["responses"]).filter_map(|(status, response)| reply(&mut reader, status, response)).collect();
    let definitions = reader.definitions();
    DocumentedReplies { all, definitions, faults: reader.faults }
}

/// The status of the first success of a listing, and the example of its body.
pub(crate) fn first_success(root: Resolver, listing: &Listing) -> Option<(String, Option<Value>)> {
    let operation = operation(root, listing)?;
    let (status, response) = each(&operation["responses"]).find(|(status, _)| status.starts_with('2'))?;
    let content = media(&root.resolve(response).ok()?);
    Some((status.clone(), content.and_then(|(_, media)| example::of_media(root, media))))
}

fn operation<'a>(root: Resolver<'a>, listing: &Listing) -> Option<&'a Value> {
    root.resolve(&root.0["paths"][&listing.path]).ok()?.get(&listing.method.as_str().to_lowercase())
}

/// The content of a reply that is shown: JSON where there is some, else the first.
fn media<'a>(response: &Layers<'a>) -> Option<(&'a String, &'a Value)> {
    let content = response.get("content").and_then(Value::as_object)?;
    content.iter().find(|(kind, _)| kind.contains("json")).or_else(|| content.iter().next())
}

fn each(responses: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let responses = responses.as_object().into_iter().flat_map(Map::iter);
    responses.filter(|(status, _)| !status.starts_with("x-")).take(MOST)
}

fn summary(reader: &mut Reader, status: &str, description: &str) -> ReplySummary {
    ReplySummary { status: status.to_owned(), description: reader.html(description) }
}

fn reply<'a>(reader: &mut Reader<'a>, status: &str, response: &'a Value) -> Option<DocumentedReply> {
    let response = match reader.resolver.resolve(response) {
        Ok(response) => response,
        Err(reason) => {
            reader.fault(format!("responses.{status}: {reason}"));
            return None;
        }
    };
    let media = media(&response);
    let headers = response.get("headers").and_then(Value::as_object).into_iter().flatten().take(MOST);
    Some(DocumentedReply {
        headers: headers.filter_map(|(name, given)| header(reader, name, given)).collect(),
        summary: summary(reader, status, response.text("description")),
        example: media
            .and_then(|(_, media)| example::of_media(reader.resolver, media))
            .filter(|example| reader.budget.affords(example)),
        content: media
            .map(|(kind, media)| (kind.clone(), media.get("schema").map_or(Schema::Any, |schema| reader.read(schema)))),
    })
}

fn header<'a>(reader: &mut Reader<'a>, name: &str, given: &'a Value) -> Option<Field> {
    let header = reader.resolver.resolve(given).ok()?;
    let schema = header.get("schema");
    let mut about = schema.map(|schema| reader.layers(schema)).map(|layers| reader.about(&layers)).unwrap_or_default();
    if !header.text("description").is_empty() {
        about.description = reader.html(header.text("description"));
    }
    let schema = schema.map_or(Schema::Any, |schema| reader.read(schema));
    Some(Field { name: name.to_owned(), required: header.is("required"), schema, about, ..Field::default() })
}
