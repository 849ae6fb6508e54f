//! Reads webhooks and callbacks: requests that the provider sends. They are documentation and cannot be called.

use super::{
    Diagnostic,
    content::{DocumentedContent, read_contents},
    keywords::Direction,
    operation_summary::{MAX_TEXT_BYTES, OperationSummary, operation_location, read_title, truncate},
    parameter, path_item,
    reference::Resolver,
    response::{self, DocumentedResponse},
    schema::SchemaReader,
};
use crate::model::{
    operation::{Method, Operation},
    schema::{Field, Schema},
};
use serde_json::{Map, Value};

/// Maximum number of webhooks of a document.
const MAX_WEBHOOKS: usize = 10_000;
/// Maximum number of requests of a webhook, or of all callbacks of an operation, and of their problems.
const MAX_REQUESTS: usize = 100;

/// The facts about a webhook that lists show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSummary {
    /// Key in `webhooks`.
    pub name: String,
    /// HTTP method.
    pub method: Method,
    /// `summary`, or the name if there is none.
    pub title: String,
    /// True if it is deprecated.
    pub is_deprecated: bool,
}

/// A request that the provider sends.
#[derive(Debug)]
pub struct ProviderRequest {
    /// Name of the webhook or callback.
    pub name: String,
    /// Expression for the URL of a callback: `{$request.query.callbackUrl}/data`.
    pub url: Option<String>,
    /// HTTP method.
    pub method: Method,
    /// `summary`, or the name if there is none.
    pub title: String,
    /// `description` as HTML.
    pub description: String,
    /// True if it is deprecated.
    pub is_deprecated: bool,
    /// Parameters.
    pub parameters: Vec<Field>,
    /// The body, for each description of it; empty if the request has none.
    pub contents: Vec<DocumentedContent>,
    /// Responses that the provider expects.
    pub responses: Vec<DocumentedResponse>,
}

/// Webhooks or callbacks, and what they refer to.
#[derive(Debug, Default)]
pub struct ProviderRequests {
    /// The requests, in the order of the document.
    pub requests: Vec<ProviderRequest>,
    /// Named schemas that the requests refer to.
    pub definitions: Vec<(String, Schema)>,
    /// Problems found while the requests were read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lists the webhooks of a document, and reports those that cannot be listed.
pub(super) fn list_webhooks(root: &Value) -> (Vec<WebhookSummary>, Vec<Diagnostic>) {
    let resolver = Resolver::Whole(root);
    let (mut webhooks, mut diagnostics) = (Vec::new(), Vec::new());
    for (name, path_item) in entries(&root["webhooks"]) {
        let mut report =
            |key: &str, reason: String| diagnostics.push(Diagnostic::new(format!("webhooks.{name}{key}"), reason));
        if name.len() > MAX_TEXT_BYTES {
            report("", format!("is left out: its name is longer than {MAX_TEXT_BYTES} bytes"));
            continue;
        }
        let Some(path_item) = path_item::resolve_path_item(resolver, path_item, &mut report) else { continue };
        for (key, method, operation) in path_item::read_operations(&path_item, &mut report) {
            if webhooks.len() == MAX_WEBHOOKS {
                report(&key, format!("is left out: more than {MAX_WEBHOOKS} webhooks"));
                continue;
            }
            let (title, is_deprecated) = (read_title(operation, name), operation["deprecated"] == true);
            webhooks.push(WebhookSummary { name: name.clone(), method, title, is_deprecated });
        }
    }
    (webhooks, diagnostics)
}

/// Reads the requests of a webhook.
pub(super) fn read_webhook(resolver: Resolver, name: &str) -> ProviderRequests {
    let mut reader = SchemaReader::new(resolver, format!("webhooks.{name}"), Direction::Response);
    let mut requests = Vec::new();
    if !read_requests(&mut reader, &mut requests, name, None, resolver.entry("webhooks", name)) {
        report_rest(&mut reader);
    }
    finish(reader, requests)
}

/// Reads the callbacks of an operation.
pub(super) fn read_callbacks(resolver: Resolver, summary: &OperationSummary) -> ProviderRequests {
    let Some(operation) = summary.resolve(resolver) else { return ProviderRequests::default() };
    let location = format!("{}.callbacks", operation_location(summary));
    let mut reader = SchemaReader::new(resolver, location.clone(), Direction::Response);
    let mut requests = Vec::new();
    if operation.get("callbacks").is_some_and(|callbacks| !callbacks.is_object()) {
        reader.report("is not an object");
    }
    for (name, callback) in entries(&operation["callbacks"]) {
        let name = truncate(name, MAX_TEXT_BYTES);
        reader.location = format!("{location}.{name}");
        if !read_callback(&mut reader, &mut requests, name, callback) {
            report_rest(&mut reader);
            break;
        }
    }
    reader.location = location;
    finish(reader, requests)
}

fn report_rest(reader: &mut SchemaReader) {
    reader.report(format!("is left out from here on: more than {MAX_REQUESTS} requests and problems"));
}

fn finish(mut reader: SchemaReader, mut requests: Vec<ProviderRequest>) -> ProviderRequests {
    let operation = Operation { definitions: reader.read_definitions(), ..Operation::default() };
    for request in &mut requests {
        let of_responses = request.responses.iter_mut().flat_map(|response| &mut response.contents);
        request.contents.iter_mut().chain(of_responses).for_each(|content| content.write_xml_example(&operation));
    }
    ProviderRequests { requests, definitions: operation.definitions, diagnostics: reader.diagnostics }
}

/// Reads the requests of a callback. Returns false if there are too many.
fn read_callback<'a>(
    reader: &mut SchemaReader<'a>,
    requests: &mut Vec<ProviderRequest>,
    name: &str,
    callback: &'a Value,
) -> bool {
    let callback = match reader.resolver.resolve(callback) {
        Ok(callback) if !callback.is_empty() => callback,
        Ok(_) => {
            reader.report("is not an object");
            return true;
        }
        Err(reason) => {
            reader.report(reason);
            return true;
        }
    };
    let mut urls = callback.keys().filter(|key| *key != "$ref" && !key.starts_with("x-"));
    urls.all(|url| read_requests(reader, requests, name, Some(url), callback.get(url).unwrap_or(&Value::Null)))
}

/// Reads the requests of a path item. Returns false if there are too many.
fn read_requests<'a>(
    reader: &mut SchemaReader<'a>,
    requests: &mut Vec<ProviderRequest>,
    name: &str,
    url: Option<&str>,
    path_item: &'a Value,
) -> bool {
    let url = url.map(|url| truncate(url, MAX_TEXT_BYTES));
    let path_item = match reader.resolver.resolve(path_item) {
        Ok(path_item) => path_item,
        Err(reason) => {
            reader.report(format!("{}: {reason}", url.unwrap_or_default()));
            return requests.len() + reader.diagnostics.len() < MAX_REQUESTS;
        }
    };
    let mut reasons = Vec::new();
    let operations = path_item::read_operations(&path_item, &mut |key, reason| reasons.push((key.to_owned(), reason)));
    // The list of webhooks has reported these already.
    if let Some(url) = url {
        if path_item.is_empty() {
            reader.report(format!("{url}: is not an object"));
        }
        for (key, reason) in reasons {
            reader.report(format!("{url}{key}: {reason}"));
        }
    }
    for (_, method, operation) in operations {
        if requests.len() + reader.diagnostics.len() >= MAX_REQUESTS {
            return false;
        }
        if operation["callbacks"].as_object().is_some_and(|callbacks| !callbacks.is_empty()) {
            let reason = "is left out: only the callbacks of operations that can be called are shown";
            reader.report(format!("{}.callbacks: {reason}", method.as_str().to_lowercase()));
        }
        let parameters = parameter::read_parameters(reader, path_item.get("parameters"), operation.get("parameters"));
        let request = read_request(reader, name, url, method, operation);
        requests.push(ProviderRequest { parameters, ..request });
    }
    true
}

fn read_request<'a>(
    reader: &mut SchemaReader<'a>,
    name: &str,
    url: Option<&str>,
    method: Method,
    operation: &'a Value,
) -> ProviderRequest {
    let body = operation.get("requestBody").map(|body| reader.resolver.resolve(body));
    let body = body.and_then(|body| body.inspect_err(|reason| reader.report(format!("requestBody: {reason}"))).ok());
    ProviderRequest {
        name: name.to_owned(),
        url: url.map(str::to_owned),
        method,
        title: read_title(operation, name),
        description: reader.render_markdown(operation["description"].as_str().unwrap_or_default()),
        is_deprecated: operation["deprecated"] == true,
        parameters: Vec::new(),
        contents: body.map(|body| read_contents(reader, "requestBody", &body)).unwrap_or_default(),
        responses: response::read_each_response(reader, &operation["responses"]),
    }
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flat_map(Map::iter).filter(|(name, _)| !name.starts_with("x-"))
}
