//! Reads `OpenAPI` documents into the model.
//!
//! A document stays in memory as compressed JSON. Loading it only lists its operations; an operation is read in full
//! when its page is opened or it is called. The time and memory of a page therefore do not
//! depend on the size of the document. Parts that cannot be read are reported with their location, and do not affect the
//! rest.
//!
//! Plain values were chosen over strict types by measurement, on the 129 documents of `@readme/oas-examples` 8.2.2:
//! crate `openapiv3` 2.2 reads 97 of them, `oas3` 0.22 reads 109 (neither reads 2.0), plain values all. For YAML,
//! `serde_norway` 0.9 and `serde-saphyr` 2.2 both read all of them. The second merges `<<`, but takes 1.5 to 2 times as
//! long (2.1 s instead of 1.0 s for 10 MB), rounds integers beyond 64 bits, and rejects keys that are null. JSON is read
//! by `serde_json`, which takes 0.9 s for 14 MB.

mod accept;
mod annotations;
mod byte_budget;
mod categories;
mod code_samples;
mod content;
mod definition;
mod document_json;
#[cfg(test)]
mod document_json_tests;
mod document_value;
mod encoding;
mod example;
#[cfg(test)]
mod fuzz_regression_tests;
mod generic_title;
mod group;
mod identifiers;
mod inheritance;
mod keywords;
mod link;
mod markdown;
mod media_types;
mod multipart;
mod noun;
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
mod response_status;
mod rules;
mod schema;
mod search_fields;
mod security;
mod server;
mod slash_parameters;
mod style;
mod swagger;
mod swagger_files;
mod tag;
mod union;
mod upgrade;
mod validation;
mod walk;
mod xml;
mod yaml;

pub use content::DocumentedContent;
pub use document_value::{DocumentValue, parse_document};
pub use group::OperationGroup;
pub use link::{DocumentedLink, LinkValues};
pub use markdown::to_plain_text;
pub use noun::singular;
pub use operation::DocumentedOperation;
pub use operation_facts::{FactKind, OperationFacts, to_printable};
pub use operation_summary::OperationSummary;
pub use overlay::Overlay;
pub use provider_request::{ProviderRequest, ProviderRequests, WebhookSummary};
pub use reference::{REFERENCED_FILES_KEY, to_reference};
pub use request_body::RequestExample;
pub use response::{DocumentedResponse, DocumentedResponses, ExampleResponse, ResponseSummary};
pub use security::is_key_name;
pub use server::ServerBase;
pub use validation::{Difference, ExpectedItems, ExpectedResponse, ValidationFailure, ValueDescription};
pub use walk::visit_objects;

use crate::{
    model::{
        operation::Operation,
        problem::join_pointer,
        provider::Environment,
        schema::FieldLocation,
        security::{SecurityRequirements, SecurityScheme},
    },
    texts::Language,
};
use document_json::{DocumentId, DocumentJson, DocumentParts};
use moka::sync::Cache;
use reference::Resolver;
use request_body::MediaTypeChoice;
use search_fields::SearchFields;
use serde_json::Value;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock},
};

/// Maximum number of operations of all documents in the cache.
const MAX_CACHED_OPERATIONS: u64 = 500;

/// Operations that were read lately, by document, operation, media type and language: their rules are in words.
static RECENT_OPERATIONS: LazyLock<OperationCache> = LazyLock::new(|| Cache::new(MAX_CACHED_OPERATIONS));

type OperationCache = Cache<(DocumentId, usize, usize, &'static str), Arc<DocumentedOperation>>;

/// Maximum size of the cached examples of responses, in bytes.
const MAX_CACHED_EXAMPLE_BYTES: u64 = 10_000_000;

type ExampleCache = Cache<(DocumentId, usize), Option<Arc<ExampleResponse>>>;

/// Examples of responses that were read lately, by document and operation.
static RECENT_EXAMPLES: LazyLock<ExampleCache> = LazyLock::new(|| {
    let size = |_: &_, example: &Option<Arc<ExampleResponse>>| {
        let body = example.as_ref().and_then(|example| example.body.as_ref());
        u32::try_from(100 + body.map_or(0, |(_, text)| text.len())).unwrap_or(u32::MAX)
    };
    Cache::builder().max_capacity(MAX_CACHED_EXAMPLE_BYTES).weigher(size).build()
});

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
    server_base: ServerBase,
    has_server_override: bool,
    /// The security requirements of the operations, if the document defines no security scheme.
    added_security: Option<SecurityRequirements>,
    /// Names of path parameters that can span several segments, by operation index.
    slash_parameters: HashMap<usize, Vec<String>>,
    search_fields: SearchFields,
    json: DocumentJson,
    by_name: HashMap<String, usize>,
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
        let default_documentation = self.read_operation(index, 0);
        let media_index = media_type
            .and_then(|media_type| {
                default_documentation.media_types.iter().position(|documented_type| documented_type == media_type)
            })
            .unwrap_or_default();
        if media_index == 0 {
            return Some(default_documentation);
        }
        Some(self.read_operation(index, media_index))
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
        let index = self.operation_index(name)?;
        Some(Arc::new(self.read_media_type(Resolver::Parts(&self.parts()), index, choice)))
    }

    /// Reads the documented responses of an operation. They are not cached, because their page is opened less often
    /// than the page of the operation.
    pub fn responses(&self, name: &str) -> Option<DocumentedResponses> {
        let index = self.operation_index(name)?;
        let parts = self.parts();
        let mut documented = response::read_responses(Resolver::Parts(&parts), &self.operations[index]);
        for link in documented.responses.iter_mut().flat_map(|response| &mut response.links) {
            link.operation = self.find_link_target(Resolver::Parts(&parts), &link.target);
        }
        Some(documented)
    }

    /// Reads the requests of a webhook. They are not cached, because nothing but their page needs them.
    pub fn webhook(&self, name: &str) -> Option<ProviderRequests> {
        let exists = self.webhooks.iter().any(|webhook| webhook.name == name);
        exists.then(|| provider_request::read_webhook(Resolver::Parts(&self.parts()), name))
    }

    /// Reads the callbacks of an operation.
    pub fn callbacks(&self, name: &str) -> Option<ProviderRequests> {
        let index = self.operation_index(name)?;
        let parts = self.parts();
        Some(provider_request::read_callbacks(Resolver::Parts(&parts), &self.operations[index]))
    }

    /// Returns an example of the first documented success of an operation, in a media type if the response has it.
    pub fn example_response(&self, name: &str, media_type: Option<&str>) -> Option<Arc<ExampleResponse>> {
        let index = self.operation_index(name)?;
        let read = || {
            let resolver = Resolver::Parts(&self.parts());
            response::example_response(resolver, &self.operations[index], media_type).map(Arc::new)
        };
        if media_type.is_some() { read() } else { RECENT_EXAMPLES.get_with((self.json.id, index), read) }
    }

    /// Returns true if the document lets the body of an operation have properties that it does not name.
    pub fn accepts_additional_properties(&self, operation: &Operation) -> bool {
        let Some(index) = self.operation_index(&operation.name) else { return true };
        let parts = self.parts();
        let resolver = Resolver::Parts(&parts);
        let schema = operation.body.as_ref();
        let schema = schema.and_then(|body| self.request_body_schema(resolver, index, body.document_key()));
        let is_false = |schema: &Value| {
            let request_schema = resolver.resolve_schema(schema, &mut |_| {});
            ["additionalProperties", "unevaluatedProperties"]
                .iter()
                .any(|key| request_schema.get(key) == Some(&Value::Bool(false)))
        };
        !schema.is_some_and(is_false)
    }

    fn parts(&self) -> DocumentParts<'_> {
        DocumentParts::new(&self.json)
    }

    fn read_operation(&self, index: usize, media_index: usize) -> Arc<DocumentedOperation> {
        RECENT_OPERATIONS.get_with((self.json.id, index, media_index, Language::current().code()), || {
            let choice = MediaTypeChoice { index: media_index, content_type: None };
            Arc::new(self.read_media_type(Resolver::Parts(&self.parts()), index, choice))
        })
    }

    fn read_media_type(&self, resolver: Resolver, index: usize, choice: MediaTypeChoice) -> DocumentedOperation {
        let servers = self.inherited_servers();
        let mut documented = operation::read_operation(resolver, &self.operations[index], servers, choice);
        if let Some(security) = &self.added_security
            && !self.operations[index].resolve(resolver).is_some_and(security::is_open)
        {
            documented.security = security.clone();
        }
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

    /// Returns the facts about all operations that decide where a call goes and what authenticates it, without reading
    /// the operations in full.
    pub fn operation_facts(&self) -> Vec<OperationFacts> {
        let (root, servers) = (self.json.read_all(), self.inherited_servers());
        let operations = self.operations.iter().enumerate();
        let facts = operations.map(|(index, operation)| OperationFacts {
            slashes: self.slash_parameter(index).map(str::to_owned).into_iter().collect(),
            ..operation_facts::read_facts(Resolver::Whole(&root), operation, servers, &self.security_schemes)
        });
        facts.collect()
    }

    /// Returns the name of the path parameter of an operation that can span several segments, if there is one: its
    /// slashes are sent as they are.
    pub fn slash_parameter(&self, index: usize) -> Option<&str> {
        slash_parameters::slash_parameter(&self.operations.get(index)?.path, self.slash_parameters.get(&index)?)
    }

    /// Allows a path parameter of an operation to span several segments. Must be called before the operation is read.
    /// Returns false if the operation's path has no such parameter.
    pub fn allow_slashes(&mut self, operation: &str, parameter: &str) -> bool {
        let Some(index) = self.operation_index(operation) else { return false };
        let has_parameter = self.operations[index].path.contains(&format!("{{{parameter}}}"));
        if has_parameter {
            self.slash_parameters.entry(index).or_default().push(parameter.to_owned());
        }
        has_parameter
    }

    /// Returns the names of the parameters and body fields of each operation, as many as the search index needs.
    pub fn search_fields(&self) -> Vec<Vec<String>> {
        self.search_fields.read()
    }

    /// Reads every operation once, and returns the problems found. This takes a while for large documents.
    pub fn collect_diagnostics(&self) -> Vec<Diagnostic> {
        let root = self.json.read_all();
        let resolver = Resolver::Whole(&root);
        let operation_diagnostics = self.operations.iter().enumerate().flat_map(|(index, operation)| {
            let choice = MediaTypeChoice { index: 0, content_type: None };
            [
                self.read_media_type(resolver, index, choice).diagnostics,
                response::read_responses(resolver, operation).diagnostics,
                provider_request::read_callbacks(resolver, operation).diagnostics,
            ]
            .concat()
        });
        let webhooks = self.webhooks.chunk_by(|one, other| one.name == other.name).filter_map(<[_]>::first);
        let webhook_diagnostics =
            webhooks.flat_map(|webhook| provider_request::read_webhook(resolver, &webhook.name).diagnostics);
        let listed = self.diagnostics.iter().cloned();
        let mut diagnostics: Vec<Diagnostic> = listed.chain(operation_diagnostics).chain(webhook_diagnostics).collect();
        diagnostics.dedup();
        diagnostics
    }

    /// Returns the value of an extension of the document, or null.
    pub fn extension(&self, name: &str) -> Value {
        self.parts().find(&join_pointer("", name)).cloned().unwrap_or_default()
    }

    /// Returns the whole document, upgraded to `OpenAPI` 3.1.
    pub fn to_value(&self) -> Value {
        self.json.read_all()
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
