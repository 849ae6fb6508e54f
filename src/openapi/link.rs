//! Reads Link Objects: links from a response to operations that accept its values (`OpenAPI` 3.1, §4.8.20).

use super::{
    Document, operation_name,
    operation_summary::OperationSummary,
    reference::{ResolvedObject, Resolver},
    response_status::find_by_status,
    schema::SchemaReader,
};
use serde_json::{Map, Value};

/// Maximum number of links of a response, and of parameters of a link.
const MAX_LINKS: usize = 100;

/// A link from a response to an operation.
#[derive(Debug)]
pub struct DocumentedLink {
    /// Name of the link.
    pub name: String,
    /// `operationId` or `operationRef`.
    pub target: String,
    /// Name of the operation, if the document has it.
    pub operation: Option<String>,
    /// Parameters and the body of the operation, each with its value or the expression for it: `$response.body#/id`.
    pub values: Vec<(String, String)>,
    /// `description` as HTML.
    pub description: String,
}

/// The values that a link has for the operation that it leads to. They are constants and runtime expressions.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkValues {
    /// Name of the link.
    pub name: String,
    /// Name of the operation.
    pub operation: String,
    /// Values of parameters: of `id`, or of `path.id`.
    pub parameters: Map<String, Value>,
    /// Value of the request body.
    pub body: Option<Value>,
}

impl Document {
    /// Returns the parameters of the links from a response of an operation to the operation itself.
    pub fn links_to_itself(&self, name: &str, status: u16) -> Vec<Map<String, Value>> {
        let Some(index) = self.operation_index(name) else { return Vec::new() };
        let parts = self.parts();
        let links = links_to_itself(Resolver::Parts(&parts), &self.operations[index], status);
        links.into_iter().cloned().collect()
    }

    /// Returns the links from a response of an operation to operations of the document, with their values.
    pub fn link_values(&self, name: &str, status: u16) -> Vec<LinkValues> {
        let Some(index) = self.operation_index(name) else { return Vec::new() };
        let parts = self.parts();
        let resolver = Resolver::Parts(&parts);
        read_link_values(resolver, &self.operations[index], status, |target| self.find_link_target(resolver, target))
    }

    /// Returns the name of the operation that an `operationId` or an `operationRef` within the document means.
    pub(super) fn find_link_target(&self, resolver: Resolver, target: &str) -> Option<String> {
        let operation = if let Some(pointer) = target.strip_prefix('#') {
            let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
            self.operations.iter().find(|operation| operation.pointer() == *pointer)?
        } else {
            let operation = &self.operations[self.operation_index(&operation_name::from_id(target))?];
            let id = operation.resolve(resolver)?.get("operationId");
            Some(operation).filter(|_| id.is_some_and(|id| id == target))?
        };
        Some(operation.name.clone())
    }
}

/// Reads the links of a response with a status. `find_operation` returns the name of the operation that an `operationId`
/// or `operationRef` means; links to other places are left out.
fn read_link_values(
    resolver: Resolver,
    operation_summary: &OperationSummary,
    status: u16,
    find_operation: impl Fn(&str) -> Option<String>,
) -> Vec<LinkValues> {
    let links = links_of_response(resolver, operation_summary, status).filter_map(|(name, link)| {
        let parameters = link.get("parameters").and_then(Value::as_object).into_iter().flatten().take(MAX_LINKS);
        Some(LinkValues {
            name: name.to_owned(),
            operation: find_operation(link_target(&link)?)?,
            parameters: parameters.map(|(name, value)| (name.clone(), value.clone())).collect(),
            body: link.get("requestBody").cloned(),
        })
    });
    links.collect()
}

/// Returns the parameters of the links from a response of an operation to the operation itself.
fn links_to_itself<'a>(
    resolver: Resolver<'a>,
    operation_summary: &OperationSummary,
    status: u16,
) -> Vec<&'a Map<String, Value>> {
    let id = operation_summary.resolve(resolver).and_then(|operation| operation.get("operationId"));
    let parameters = links_of_response(resolver, operation_summary, status).filter_map(|(_, link)| {
        link.get("operationId").filter(|target| Some(*target) == id)?;
        link.get("parameters")?.as_object()
    });
    parameters.collect()
}

fn links_of_response<'a>(
    resolver: Resolver<'a>,
    operation_summary: &OperationSummary,
    status: u16,
) -> impl Iterator<Item = (&'a str, ResolvedObject<'a>)> + use<'a> {
    let find = || {
        let responses = operation_summary.resolve(resolver)?.get("responses")?.as_object()?;
        let (_, response) = find_by_status(responses, status)?;
        resolver.resolve(response).ok()?.get("links")?.as_object()
    };
    let links = find().into_iter().flatten().take(MAX_LINKS);
    links.filter_map(move |(name, link)| Some((name.as_str(), resolver.resolve(link).ok()?)))
}

/// Returns `operationId` or `operationRef`.
fn link_target<'a>(link: &ResolvedObject<'a>) -> Option<&'a str> {
    link.get("operationId").or_else(|| link.get("operationRef")).and_then(Value::as_str)
}

/// Reads a link for its documentation, and reports it if it cannot be read.
pub(super) fn read_link<'a>(
    reader: &mut SchemaReader<'a>,
    status: &str,
    name: &str,
    link: &'a Value,
) -> Option<DocumentedLink> {
    let link = match reader.resolver.resolve(link) {
        Ok(link) => link,
        Err(reason) => {
            reader.report(format!("responses.{status}.links.{name}: {reason}"));
            return None;
        }
    };
    let target = link_target(&link)?;
    let parameters = link.get("parameters").and_then(Value::as_object).into_iter().flatten().take(MAX_LINKS);
    let body = link.get("requestBody").map(|body| ("body", body));
    let values = parameters.map(|(name, value)| (name.as_str(), value)).chain(body);
    let values =
        values.map(|(name, value)| (name.to_owned(), value.as_str().map_or_else(|| value.to_string(), Into::into)));
    let values: Vec<(String, String)> = values.collect();
    let texts = values.iter().flat_map(|(name, value)| [name.as_str(), value]).chain([name, target]);
    let is_affordable = texts.into_iter().all(|text| reader.byte_budget.try_spend_text(text));
    is_affordable.then(|| DocumentedLink {
        name: name.to_owned(),
        target: target.to_owned(),
        operation: None,
        values,
        description: reader.render_markdown(link.get_str("description")),
    })
}
