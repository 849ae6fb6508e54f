//! Reads an operation and its documentation.

use super::{
    Diagnostic,
    accept::{accept_header, response_media_types},
    code_samples::read_code_samples,
    external_docs_url, group,
    keywords::Direction,
    markdown,
    operation_summary::{OperationSummary, operation_location},
    parameter,
    path_item::find_operation,
    reference::Resolver,
    request_body::{self, MediaTypeChoice, RequestExample},
    response::{self, ResponseSummary},
    schema::SchemaReader,
    security,
    server::InheritedServers,
};
use crate::{
    model::{
        operation::Operation,
        provider::Environment,
        schema::{Field, FieldLocation, Schema, StringConstraints},
        security::SecurityRequirements,
    },
    snippet::code_sample::CodeSample,
};
use serde_json::Value;
use std::borrow::Cow;

/// An operation with its documentation.
#[derive(Debug, Default)]
pub struct DocumentedOperation {
    /// The part of the operation that is needed to call it.
    pub operation: Operation,
    /// `operationId`.
    pub operation_id: Option<String>,
    /// `summary`, completed if it is generic, or the name if there is none.
    pub title: String,
    /// `summary` as it is in the document, if the title is another.
    pub summary: Option<Box<str>>,
    /// `description` as Markdown, for the metadata of a page.
    pub description_markdown: String,
    /// `description` as HTML.
    pub description: String,
    /// Beginning of the description as text, if the description is long.
    pub beginning: Option<String>,
    /// First tag that is no label.
    pub group: String,
    /// All tags.
    pub tags: Vec<String>,
    /// Tags that are not for navigation, each with its kind: `audience: Partners` (`OpenAPI` 3.2).
    pub labels: Vec<String>,
    /// True if the operation is deprecated.
    pub is_deprecated: bool,
    /// `externalDocs.url`, if it is an HTTP or HTTPS URL.
    pub documentation_url: Option<String>,
    /// Servers that accept its calls: those of the operation, of its path, or of the document.
    pub environments: Vec<Environment>,
    /// Media types of the request body, the default first.
    pub media_types: Vec<String>,
    /// Media types of the responses, the most specific first.
    pub response_media_types: Vec<String>,
    /// Rules in words about several fields of the request body.
    pub body_rules: Vec<String>,
    /// Examples of the request body.
    pub examples: Vec<RequestExample>,
    /// Accepted authentication.
    pub security: SecurityRequirements,
    /// Summaries of the documented responses.
    pub responses: Vec<ResponseSummary>,
    /// True if a response has links to other calls.
    pub has_links: bool,
    /// Names of all headers that the responses have.
    pub response_headers: Vec<String>,
    /// Code samples of the document.
    pub code_samples: Vec<CodeSample>,
    /// Problems found while the operation was read.
    pub diagnostics: Vec<Diagnostic>,
}

impl DocumentedOperation {
    /// Returns the operation with one of the documented media types of responses as the only one that is accepted.
    pub fn operation_accepting(&self, media_type: Option<&str>) -> Cow<'_, Operation> {
        let chosen = self.response_media_types.iter().find(|documented| Some(documented.as_str()) == media_type);
        match chosen {
            Some(accept) => Cow::Owned(Operation { accept: accept.clone(), ..self.operation.clone() }),
            None => Cow::Borrowed(&self.operation),
        }
    }
}

/// Reads an operation with the body of one of its media types.
pub(super) fn read_operation(
    resolver: Resolver,
    operation_summary: &OperationSummary,
    inherited_servers: InheritedServers,
    media_type: MediaTypeChoice,
) -> DocumentedOperation {
    let Ok(path_item) = resolver.resolve(resolver.entry("paths", &operation_summary.path)) else {
        return DocumentedOperation::default();
    };
    let Some(operation) = find_operation(&path_item, &operation_summary.method) else {
        return DocumentedOperation::default();
    };
    let location = operation_location(operation_summary);
    let (environments, server_diagnostics) = inherited_servers.effective(operation, &path_item, &location);
    let mut reader = SchemaReader::new(resolver, location, Direction::Request);
    reader.diagnostics = server_diagnostics;
    let mut fields = parameter::read_parameters(&mut reader, path_item.get("parameters"), operation.get("parameters"));
    let undescribed = add_missing_path_parameters(&mut reader, &operation_summary.path, &mut fields);
    parameter::tell_apart(&mut fields);
    let request_body = operation.get("requestBody");
    let body = request_body::read_request_body(&mut reader, request_body, media_type, &mut fields, undescribed);
    // The body itself has the name `body`.
    parameter::tell_apart(&mut fields);
    let definitions = reader.read_definitions();
    (reader.reads_parts, reader.reads_files) = (false, true);
    let responses = response::summarize_responses(&mut reader, &operation["responses"]);
    let response_media_types = response_media_types(resolver, &operation["responses"]);
    let description = operation["description"].as_str().unwrap_or_default();
    DocumentedOperation {
        title: operation_summary.title.clone(),
        summary: operation_summary.summary.clone(),
        operation_id: operation["operationId"].as_str().map(str::to_owned),
        description_markdown: description.to_owned(),
        description: markdown::to_html(description),
        beginning: markdown::beginning_of_long_text(description),
        group: operation_summary.group.clone(),
        tags: operation["tags"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        labels: group::read_labels(resolver.field("tags"), operation),
        is_deprecated: operation_summary.is_deprecated,
        documentation_url: external_docs_url(operation),
        environments,
        security: security::effective_security(resolver.field("security"), operation),
        media_types: body.media_types,
        body_rules: body.rules,
        examples: body.examples,
        responses,
        has_links: response::has_links(resolver, &operation["responses"]),
        response_headers: response::header_names(resolver, &operation["responses"]),
        code_samples: read_code_samples(operation),
        diagnostics: reader.diagnostics,
        operation: Operation {
            name: operation_summary.name.clone(),
            method: operation_summary.method.clone(),
            path: operation_summary.path.clone(),
            accept: accept_header(&response_media_types),
            fields,
            body: body.body,
            definitions,
        },
        response_media_types,
    }
}

/// Adds a text field for each path parameter that the document does not describe, because a path cannot be called
/// without its parameters. They are the first fields. Returns their number.
fn add_missing_path_parameters(reader: &mut SchemaReader, path: &str, fields: &mut Vec<Field>) -> usize {
    let described = fields.len();
    let path = path.split('#').next().unwrap_or_default();
    for rest in path.split('{').skip(1) {
        let Some((name, _)) = rest.split_once('}') else { continue };
        let is_declared = fields.iter().any(|field| field.name == name && field.location == FieldLocation::Path);
        if !is_declared {
            reader.report(format!("the path contains {{{name}}}, but no parameter describes it"));
            let field = Field {
                name: name.to_owned(),
                location: FieldLocation::Path,
                required: true,
                schema: Schema::String(StringConstraints::default()),
                ..Field::default()
            };
            fields.insert(0, field);
        }
    }
    fields.len() - described
}
