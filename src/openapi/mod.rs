//! Reads `OpenAPI` documents into the model.
//!
//! A document stays in memory as plain JSON values. Loading it only lists its operations; an operation is read in full
//! when its page is opened or it is called. The time and memory of a page therefore do not depend on the size of the
//! document. Parts that cannot be read are reported with their location, and do not affect the rest.
//!
//! Plain values were chosen over strict types by measurement, on the 129 documents of `@readme/oas-examples` 8.2.2:
//! crate `openapiv3` 2.2 reads 97 of them, `oas3` 0.22 reads 109 (neither reads 2.0), plain values all. For YAML,
//! `serde_norway` 0.9 and `serde-saphyr` 2.2 both read all of them. The second merges `<<`, but takes 1.5 to 2 times as
//! long (2.1 s instead of 1.0 s for 10 MB), rounds integers beyond 64 bits, and rejects keys that are null. JSON is read
//! by `serde_json`, which takes 0.9 s for 14 MB.

mod annotations;
mod byte_budget;
mod categories;
mod code_samples;
mod definition;
mod encoding;
mod example;
#[cfg(test)]
mod fuzz_regression_tests;
mod group;
mod identifiers;
mod inheritance;
mod keywords;
mod markdown;
mod media_types;
mod operation;
mod operation_facts;
mod operation_name;
mod operation_summary;
mod overlay;
mod parameter;
mod part_copier;
mod path_item;
mod provider_request;
mod reference;
mod request_body;
#[cfg(test)]
mod resource_limit_tests;
mod response;
mod rules;
mod schema;
mod security;
mod server;
mod slash_parameters;
mod swagger;
mod swagger_files;
mod tag;
mod union;
mod upgrade;
mod validation;
mod walk;
mod yaml;

pub use group::OperationGroup;
pub use markdown::to_plain_text;
pub use operation::DocumentedOperation;
pub use operation_facts::{FactKind, OperationFacts, to_printable};
pub use operation_summary::OperationSummary;
pub use overlay::Overlay;
pub use provider_request::{ProviderRequest, ProviderRequests, WebhookSummary};
pub use reference::{REFERENCED_FILES_KEY, to_reference};
pub use request_body::RequestExample;
pub use response::{DocumentedLink, DocumentedResponse, DocumentedResponses, ResponseSummary};
pub use validation::{Difference, ExpectedResponse, ValidationFailure, ValueDescription};
pub use walk::visit_objects;

use crate::model::{operation::Operation, provider::Environment, schema::FieldLocation, security::SecurityScheme};
use moka::sync::Cache;
use reference::Resolver;
use request_body::MediaTypeChoice;
use serde_json::Value;
use std::{collections::HashMap, fmt, sync::Arc};

/// Maximum number of operations in the cache of a document.
const OPERATION_CACHE_CAPACITY: u64 = 500;

/// A document and the list of its operations, which are read in full on demand.
#[derive(Debug)]
pub struct Document {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description` as HTML.
    pub description: String,
    /// Short plain-text summary: `info.summary`, or the beginning of the description.
    pub summary: String,
    /// Categories of the API, from the settings or the document.
    pub categories: Vec<String>,
    /// `externalDocs.url`, if it is an HTTP or HTTPS URL.
    pub documentation_url: Option<String>,
    /// Servers, each with a unique name.
    pub environments: Vec<Environment>,
    /// `components.securitySchemes`.
    pub security_schemes: Vec<SecurityScheme>,
    /// Groups of operations by tag, sorted by heading and then in the order of the document.
    pub groups: Vec<OperationGroup>,
    /// Summaries of all operations, in the order of the document.
    pub operations: Vec<OperationSummary>,
    /// Summaries of the webhooks, in the order of the document.
    pub webhooks: Vec<WebhookSummary>,
    /// Problems found while the operations and security schemes were listed.
    pub diagnostics: Vec<Diagnostic>,
    has_server_override: bool,
    /// Names of path parameters that the settings allow to span several segments, by operation index.
    configured_slash_parameters: HashMap<usize, Vec<String>>,
    root: Value,
    by_name: HashMap<String, usize>,
    operation_cache: Cache<(usize, usize), Arc<DocumentedOperation>>,
    validators: validation::ValidatorCache,
}

/// A part of a document that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Location in the document: `paths./v1/users.post.requestBody`.
    pub location: String,
    /// Reason why the part cannot be read.
    pub reason: String,
}

impl Diagnostic {
    /// Creates a diagnostic for a location.
    pub fn new(location: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { location: location.into(), reason: reason.into() }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.reason)
    }
}

/// Parses JSON or YAML text. The caller must limit the size of the text.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML.
pub fn parse_value(text: &str) -> anyhow::Result<Value> {
    Ok(if is_json(text) { serde_json::from_str(text)? } else { yaml::parse(text)? })
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// A document before it is upgraded and read. Overlays can change it.
#[derive(Debug)]
pub struct DocumentValue {
    root: Value,
    diagnostics: Vec<Diagnostic>,
}

impl DocumentValue {
    /// Parses JSON or YAML text. The caller must limit the size of the text.
    ///
    /// # Errors
    /// Returns an error if the text is neither JSON nor YAML.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut root = parse_value(text)?;
        let merge_keys = if is_json(text) { Vec::new() } else { yaml::remove_merge_keys(&mut root) };
        let reason = "is left out: only a mapping or a list of mappings can be merged";
        let diagnostics = merge_keys.into_iter().map(|location| Diagnostic::new(location, reason)).collect();
        Ok(Self { root, diagnostics })
    }

    /// Applies an overlay. Its actions that change nothing are reported.
    ///
    /// # Errors
    /// Returns an error if the result is nested too deeply.
    pub fn apply(&mut self, overlay: &Overlay) -> anyhow::Result<()> {
        self.diagnostics.extend(overlay.apply(&mut self.root)?);
        Ok(())
    }

    /// Returns the document as JSON text.
    pub fn to_json(&self) -> String {
        self.root.to_string()
    }

    /// Reads the document.
    ///
    /// # Errors
    /// Returns an error if it is not an `OpenAPI` document.
    pub fn into_document(self) -> anyhow::Result<Document> {
        let Self { mut root, diagnostics: value_diagnostics } = self;
        upgrade::upgrade(&mut root)?;
        media_types::copy_media_types(&mut root);
        identifiers::resolve_identifiers(&mut root);
        inheritance::complete_mappings(&mut root);
        let (operations, mut diagnostics) = operation_summary::list_operations(&root);
        diagnostics.extend(value_diagnostics);
        let (webhooks, webhook_diagnostics) = provider_request::list_webhooks(&root);
        diagnostics.extend(webhook_diagnostics);
        let by_name = operations.iter().enumerate().map(|(index, operation)| (operation.name.clone(), index)).collect();
        let security_schemes = security::read_security_schemes(Resolver(&root), &mut diagnostics);
        let groups = group::build_groups(&root, &operations, &mut diagnostics);
        let (summary, description) =
            (string_or_empty(&root["info"]["summary"]), string_or_empty(&root["info"]["description"]));
        Ok(Document {
            title: scalar_text(&root["info"]["title"]),
            version: scalar_text(&root["info"]["version"]),
            summary: to_plain_text(if summary.is_empty() { &description } else { &summary }),
            description: markdown::to_html(&description),
            categories: categories::read_categories(&root["info"]),
            documentation_url: external_docs_url(&root),
            environments: server::read_environments(&root["servers"]),
            groups,
            operations,
            webhooks,
            security_schemes,
            diagnostics,
            by_name,
            operation_cache: Cache::new(OPERATION_CACHE_CAPACITY),
            validators: validation::new_validator_cache(),
            has_server_override: false,
            configured_slash_parameters: HashMap::new(),
            root,
        })
    }
}

/// Parses a document from JSON or YAML text. The caller must limit the size of the text.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML, or is not an `OpenAPI` document.
pub fn parse_document(text: &str) -> anyhow::Result<Document> {
    DocumentValue::parse(text)?.into_document()
}

impl Document {
    /// Returns the index of an operation in [`Document::operations`].
    pub fn operation_index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Returns an operation with the body of its default media type.
    pub fn operation(&self, name: &str) -> Option<Arc<DocumentedOperation>> {
        self.operation_with_media_type(name, None)
    }

    /// Returns an operation with the body of the given media type, or of its default media type if it does not offer
    /// the given one.
    pub fn operation_with_media_type(&self, name: &str, media_type: Option<&str>) -> Option<Arc<DocumentedOperation>> {
        let index = self.operation_index(name)?;
        let default_documentation =
            self.operation_cache.get_with((index, 0), || Arc::new(self.read_operation(index, 0)));
        let media_index = media_type
            .and_then(|media_type| {
                default_documentation.media_types.iter().position(|documented_type| documented_type == media_type)
            })
            .unwrap_or_default();
        if media_index == 0 {
            return Some(default_documentation);
        }
        Some(self.operation_cache.get_with((index, media_index), || Arc::new(self.read_operation(index, media_index))))
    }

    /// Returns an operation with a body of the given content type, which has the key `document_key` in the document.
    pub fn operation_with_content_type(
        &self,
        name: &str,
        document_key: &str,
        content_type: &str,
    ) -> Option<Arc<DocumentedOperation>> {
        let documented = self.operation_with_media_type(name, Some(document_key))?;
        if content_type == document_key {
            return Some(documented);
        }
        let position = documented.media_types.iter().position(|key| key == document_key)?;
        let choice = MediaTypeChoice { index: position, content_type: Some(content_type) };
        Some(Arc::new(self.read_media_type(self.operation_index(name)?, choice)))
    }

    /// Reads the documented responses of an operation. They are not cached, because their page is opened less often
    /// than the page of the operation.
    pub fn responses(&self, name: &str) -> Option<DocumentedResponses> {
        let operation = &self.operations[self.operation_index(name)?];
        let mut documented = response::read_responses(Resolver(&self.root), operation);
        for link in documented.responses.iter_mut().flat_map(|response| &mut response.links) {
            link.operation = self.find_link_target(&link.target);
        }
        Some(documented)
    }

    /// Returns the name of the operation that an `operationId` or an `operationRef` within the document means.
    fn find_link_target(&self, target: &str) -> Option<String> {
        let resolver = Resolver(&self.root);
        let operation = if let Ok(referenced) = resolver.resolve_reference(target) {
            let is_target = |operation: &Value| std::ptr::eq(operation, referenced);
            self.operations.iter().find(|operation| operation.resolve(resolver).is_some_and(is_target))?
        } else {
            let operation = &self.operations[self.operation_index(&operation_name::from_id(target))?];
            let id = operation.resolve(resolver)?.get("operationId");
            Some(operation).filter(|_| id.is_some_and(|id| id == target))?
        };
        Some(operation.name.clone())
    }

    /// Reads the requests of a webhook. They are not cached, because nothing but their page needs them.
    pub fn webhook(&self, name: &str) -> Option<ProviderRequests> {
        let exists = self.webhooks.iter().any(|webhook| webhook.name == name);
        exists.then(|| provider_request::read_webhook(Resolver(&self.root), name))
    }

    /// Reads the callbacks of an operation.
    pub fn callbacks(&self, name: &str) -> Option<ProviderRequests> {
        Some(provider_request::read_callbacks(Resolver(&self.root), &self.operations[self.operation_index(name)?]))
    }

    /// Returns the status of the first documented success of an operation, and an example of its body.
    pub fn first_success_response(&self, name: &str) -> Option<(String, Option<Value>)> {
        response::first_success_response(Resolver(&self.root), &self.operations[self.operation_index(name)?])
    }

    /// Returns true if the document lets the body of an operation have properties that it does not name.
    pub fn accepts_additional_properties(&self, operation: &Operation) -> bool {
        let resolver = Resolver(&self.root);
        let schema = self.operation_index(&operation.name).zip(operation.body.as_ref());
        let schema = schema.and_then(|(index, body)| self.request_body_schema(resolver, index, body.document_key()));
        let is_false = |schema: &Value| {
            let request_schema = resolver.resolve_schema(schema, &mut |_| {});
            ["additionalProperties", "unevaluatedProperties"]
                .iter()
                .any(|key| request_schema.get(key) == Some(&Value::Bool(false)))
        };
        !schema.is_some_and(is_false)
    }

    /// Returns the names of all headers that the responses of an operation have.
    pub fn response_header_names(&self, name: &str) -> Vec<&str> {
        let operation_summary = self.operation_index(name).and_then(|index| self.operations.get(index));
        let names = |operation_summary| response::response_header_names(Resolver(&self.root), operation_summary);
        operation_summary.map(names).unwrap_or_default()
    }

    fn read_operation(&self, index: usize, media_index: usize) -> DocumentedOperation {
        self.read_media_type(index, MediaTypeChoice { index: media_index, content_type: None })
    }

    fn read_media_type(&self, index: usize, choice: MediaTypeChoice) -> DocumentedOperation {
        let servers = self.inherited_servers();
        let mut documented = operation::read_operation(Resolver(&self.root), &self.operations[index], servers, choice);
        if let Some(name) = self.slash_parameter(index) {
            let fields = &mut documented.operation.fields;
            let parameter =
                fields.iter_mut().find(|field| field.location == FieldLocation::Path && field.sent_name() == name);
            if let Some(field) = parameter {
                field.serialization.allow_reserved = true;
            }
        }
        documented
    }

    fn inherited_servers(&self) -> operation::InheritedServers<'_> {
        if self.has_server_override {
            operation::InheritedServers::Override(&self.environments)
        } else {
            operation::InheritedServers::Default(&self.environments)
        }
    }

    /// Returns the facts about all operations that decide where a call goes and what authenticates it, without reading
    /// the operations in full.
    pub fn operation_facts(&self) -> Vec<OperationFacts> {
        let (resolver, servers) = (Resolver(&self.root), self.inherited_servers());
        let operations = self.operations.iter().enumerate();
        let facts = operations.map(|(index, operation)| OperationFacts {
            slashes: self.slash_parameter(index).map(str::to_owned).into_iter().collect(),
            ..operation_facts::read_facts(resolver, operation, servers, &self.security_schemes)
        });
        facts.collect()
    }

    /// Returns the name of the path parameter of an operation that can span several segments, if there is one: its
    /// slashes are sent as they are.
    pub fn slash_parameter(&self, index: usize) -> Option<&str> {
        let configured_names = self.configured_slash_parameters.get(&index).map(Vec::as_slice).unwrap_or_default();
        slash_parameters::slash_parameter(Resolver(&self.root), self.operations.get(index)?, configured_names)
    }

    /// Allows a path parameter of an operation to span several segments. Must be called before the operation is read.
    /// Returns false if the operation's path has no such parameter.
    pub fn allow_slashes(&mut self, operation: &str, parameter: &str) -> bool {
        let Some(index) = self.operation_index(operation) else { return false };
        let has_parameter = self.operations[index].path.contains(&["{", parameter, "}"].concat());
        if has_parameter {
            self.configured_slash_parameters.entry(index).or_default().push(parameter.to_owned());
        }
        has_parameter
    }

    /// Returns the names of the parameters and body fields of an operation, as many as the search index needs, without
    /// reading the operation.
    pub fn field_names(&self, operation: &OperationSummary) -> Vec<&str> {
        operation_summary::field_names(Resolver(&self.root), operation)
    }

    /// Replaces the servers of the document and of all operations.
    pub fn replace_servers(&mut self, servers: &[Environment]) {
        self.environments = servers.to_vec();
        self.has_server_override = true;
    }

    /// Reads every operation once, and returns the problems found. This takes a while for large documents.
    pub fn collect_diagnostics(&self) -> Vec<Diagnostic> {
        let operation_diagnostics = self.operations.iter().enumerate().flat_map(|(index, operation)| {
            [
                self.read_operation(index, 0).diagnostics,
                response::read_responses(Resolver(&self.root), operation).diagnostics,
                provider_request::read_callbacks(Resolver(&self.root), operation).diagnostics,
            ]
            .concat()
        });
        let webhooks = self.webhooks.chunk_by(|one, other| one.name == other.name).filter_map(<[_]>::first);
        let webhook_diagnostics = webhooks
            .flat_map(|webhook| provider_request::read_webhook(Resolver(&self.root), &webhook.name).diagnostics);
        let listed = self.diagnostics.iter().cloned();
        let mut diagnostics: Vec<Diagnostic> = listed.chain(operation_diagnostics).chain(webhook_diagnostics).collect();
        diagnostics.dedup();
        diagnostics
    }

    /// Returns the document as plain values.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Returns the document as JSON text, upgraded to `OpenAPI` 3.1.
    pub fn to_json(&self) -> String {
        self.root.to_string()
    }
}

/// Returns `externalDocs.url` if it is an HTTP or HTTPS URL, which is safe to link to.
fn external_docs_url(object: &Value) -> Option<String> {
    let url = object["externalDocs"]["url"].as_str()?;
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

/// Returns the text of a string, number or boolean, which authors leave unquoted in YAML; otherwise an empty text.
fn scalar_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => String::new(),
    }
}

fn string_or_empty(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
