//! Reads the documented responses of an operation. They can be far larger than its form, so they are read on demand.

use super::{
    Diagnostic,
    content::{DocumentedContent, preferred_media_type, read_contents},
    example,
    keywords::Direction,
    link::{DocumentedLink, read_link},
    operation_summary::{MAX_TEXT_BYTES, OperationSummary, operation_location, truncate},
    reference::{ResolvedObject, Resolver},
    schema::SchemaReader,
    xml::read_xml_root,
};
use crate::model::{
    form::to_pretty_json,
    media_type::MediaType,
    operation::Operation,
    schema::{Field, Schema},
    xml,
};
use serde_json::{Map, Value};

/// Maximum number of responses of an operation, and of headers of a response.
const MAX_ENTRIES: usize = 100;

/// Summary of a documented response.
#[derive(Debug)]
pub struct ResponseSummary {
    /// Status code, range or default: `200`, `4XX` or `default`.
    pub status: String,
    /// `summary` (`OpenAPI` 3.2).
    pub title: String,
    /// `description` as HTML.
    pub description: String,
}

/// All documented responses of an operation.
#[derive(Debug, Default)]
pub struct DocumentedResponses {
    /// Responses by status, in the order of the document.
    pub responses: Vec<DocumentedResponse>,
    /// Named schemas that the responses refer to.
    pub definitions: Vec<(String, Schema)>,
    /// Problems found while the responses were read.
    pub diagnostics: Vec<Diagnostic>,
}

/// A documented response.
#[derive(Debug)]
pub struct DocumentedResponse {
    /// Status and description.
    pub summary: ResponseSummary,
    /// Headers.
    pub headers: Vec<Field>,
    /// The body, for each description of it; empty if the response has none.
    pub contents: Vec<DocumentedContent>,
    /// Links to operations that accept values of the response.
    pub links: Vec<DocumentedLink>,
}

/// Summarizes the responses. Those that cannot be read are skipped; [`read_responses`] reports them.
pub(crate) fn summarize_responses(reader: &mut SchemaReader, responses: &Value) -> Vec<ResponseSummary> {
    let resolver = reader.resolver;
    let summarize =
        |(status, response): (&String, _)| Some(summarize_response(reader, status, &resolver.resolve(response).ok()?));
    response_entries(responses).filter_map(summarize).collect()
}

/// Reads the responses of an operation.
pub(crate) fn read_responses(resolver: Resolver, operation_summary: &OperationSummary) -> DocumentedResponses {
    let Some(operation) = operation_summary.resolve(resolver) else { return DocumentedResponses::default() };
    let mut reader = SchemaReader::new(resolver, operation_location(operation_summary), Direction::Response);
    let mut documented = read_each_response(&mut reader, &operation["responses"]);
    let definitions = reader.read_definitions();
    let operation = Operation { definitions, ..Operation::default() };
    let contents = documented.iter_mut().flat_map(|response| &mut response.contents);
    contents.for_each(|content| content.write_xml_example(&operation));
    DocumentedResponses { responses: documented, definitions: operation.definitions, diagnostics: reader.diagnostics }
}

/// Reads responses by status.
pub(super) fn read_each_response<'a>(reader: &mut SchemaReader<'a>, responses: &'a Value) -> Vec<DocumentedResponse> {
    response_entries(responses).filter_map(|(status, response)| read_response(reader, status, response)).collect()
}

/// An example of a response.
#[derive(Debug)]
pub struct ExampleResponse {
    /// Status code.
    pub status: String,
    /// Media type and text of the body, if it has one.
    pub body: Option<(String, String)>,
}

/// Returns an example of the first documented success of an operation, in a media type if the response has it.
pub(crate) fn example_response(
    resolver: Resolver,
    operation_summary: &OperationSummary,
    media_type: Option<&str>,
) -> Option<ExampleResponse> {
    let operation = operation_summary.resolve(resolver)?;
    let (status, response) = response_entries(&operation["responses"]).find(|(status, _)| status.starts_with('2'))?;
    let response = resolver.resolve(response).ok()?;
    let chosen = response.get("content").and_then(Value::as_object).zip(media_type);
    let chosen = chosen.and_then(|(content, media_type)| content.get_key_value(media_type));
    let body = chosen.or_else(|| preferred_media_type(&response)).and_then(|(content_type, media)| {
        let value = example::media_type_example(resolver, media)?;
        Some(example_text(resolver, operation_summary, (content_type, media), &value))
    });
    Some(ExampleResponse { status: status.clone(), body })
}

/// Returns the media type and the text of an example. A range is replaced by a media type within it.
fn example_text(
    resolver: Resolver,
    summary: &OperationSummary,
    (content_type, media): (&str, &Value),
    value: &Value,
) -> (String, String) {
    let parsed = MediaType::parse(content_type);
    let text = value.as_str().filter(|_| !parsed.is_json()).map(str::to_owned);
    let written = || {
        let (schema, root) = (media.get("schema")?, read_xml_root(resolver, content_type, media.get("schema")?)?);
        let mut reader = SchemaReader::new(resolver, operation_location(summary), Direction::Response);
        let schema = reader.read_schema(schema);
        let operation = Operation { definitions: reader.read_definitions(), ..Operation::default() };
        let (text, problems) = xml::write_value(&operation, &root, &schema, value, "");
        problems.is_empty().then_some(text)
    };
    match text.or_else(written) {
        Some(text) if parsed.is_range() => ("text/plain".into(), text),
        Some(text) => (content_type.to_owned(), text),
        None if parsed.is_json() => (content_type.to_owned(), to_pretty_json(value)),
        None => ("application/json".into(), to_pretty_json(value)),
    }
}

/// Returns true if a response has links.
pub(super) fn has_links(resolver: Resolver, responses: &Value) -> bool {
    let mut responses = response_entries(responses).filter_map(|(_, response)| resolver.resolve(response).ok());
    responses.any(|response| response.get("links").is_some())
}

/// Returns the names of all headers that responses have.
pub(super) fn header_names(resolver: Resolver, responses: &Value) -> Vec<String> {
    let responses = response_entries(responses).filter_map(|(_, response)| resolver.resolve(response).ok());
    let headers = responses.filter_map(|response| response.get("headers")?.as_object());
    headers.flat_map(|headers| headers.keys().take(MAX_ENTRIES)).cloned().collect()
}

fn response_entries(responses: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let responses = responses.as_object().into_iter().flat_map(Map::iter);
    responses.filter(|(status, _)| !status.starts_with("x-")).take(MAX_ENTRIES)
}

fn summarize_response(reader: &mut SchemaReader, status: &str, response: &ResolvedObject) -> ResponseSummary {
    ResponseSummary {
        status: status.to_owned(),
        title: truncate(response.get_str("summary").trim(), MAX_TEXT_BYTES).to_owned(),
        description: reader.render_markdown(response.get_str("description")),
    }
}

fn read_response<'a>(reader: &mut SchemaReader<'a>, status: &str, response: &'a Value) -> Option<DocumentedResponse> {
    let response = match reader.resolver.resolve(response) {
        Ok(response) => response,
        Err(reason) => {
            reader.report(format!("responses.{status}: {reason}"));
            return None;
        }
    };
    let links = response.get("links").and_then(Value::as_object).into_iter().flatten().take(MAX_ENTRIES);
    let headers = response.get("headers").and_then(Value::as_object).into_iter().flatten().take(MAX_ENTRIES);
    Some(DocumentedResponse {
        headers: headers.filter_map(|(name, header_object)| read_header(reader, name, header_object)).collect(),
        summary: summarize_response(reader, status, &response),
        links: links.filter_map(|(name, link)| read_link(reader, status, name, link)).collect(),
        contents: read_contents(reader, &format!("responses.{status}"), &response),
    })
}

pub(super) fn read_header<'a>(reader: &mut SchemaReader<'a>, name: &str, header_object: &'a Value) -> Option<Field> {
    let header = reader.resolver.resolve(header_object).ok()?;
    let schema = header.get("schema");
    let mut annotations = schema
        .map(|schema| reader.resolve_schema(schema))
        .map(|resolved| reader.read_annotations(&resolved))
        .unwrap_or_default();
    if !header.get_str("description").is_empty() {
        annotations.description = reader.render_markdown(header.get_str("description"));
    }
    let schema = schema.map_or(Schema::Any, |schema| reader.read_schema(schema));
    Some(Field { name: name.to_owned(), required: header.is_true("required"), schema, annotations, ..Field::default() })
}
