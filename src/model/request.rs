//! Builds the HTTP message of a call: for the wire on the server, for snippets in the browser.

use super::{
    Arguments,
    operation::{Body, Method, Operation},
    schema::{Field, Place},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What is encoded where only the unreserved characters of RFC 3986, §2.3 stay.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The HTTP message built from a call, before any credential is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path and query, to be put behind a server's base URL. A path value that is missing stays `{name}`.
    pub target: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// JSON text.
    pub body: Option<String>,
}

impl Request {
    /// The request that sends these arguments; whether they may be sent is `check`'s to say.
    pub fn new(operation: &Operation, arguments: &Arguments) -> Self {
        let mut request =
            Self { method: operation.method, target: operation.path.clone(), headers: Vec::new(), body: None };
        let mut query = String::new();
        let mut cookies: Vec<String> = Vec::new();
        for field in &operation.fields {
            let Some(value) = arguments.get(&field.name) else {
                continue;
            };
            match field.place {
                Place::Path => {
                    let template = ["{", &field.name, "}"].concat();
                    request.target = request.target.replace(&template, &encode(&text(value)));
                }
                Place::Query => append_query(&mut query, &field.name, value),
                Place::Header => request.headers.push((field.name.clone(), text(value))),
                Place::Cookie => cookies.push([&field.name, "=", &encode(&text(value))].concat()),
                Place::BodyField | Place::Body => {}
            }
        }
        request.target += &query;
        if !cookies.is_empty() {
            request.headers.push(("cookie".into(), cookies.join("; ")));
        }
        request.body = body(operation, arguments);
        if request.body.is_some() {
            request.headers.push(("content-type".into(), "application/json".into()));
        }
        request
    }
}

fn body(operation: &Operation, arguments: &Arguments) -> Option<String> {
    if operation.body == Body::None {
        return None;
    }
    if let Some(whole) = operation.fields.iter().find(|field| field.place == Place::Body) {
        return arguments.get(&whole.name).map(Value::to_string);
    }
    let is_parameter = |name: &str| {
        let is_it = |field: &&Field| field.name == name && field.place != Place::BodyField;
        operation.fields.iter().find(is_it).is_some()
    };
    let fields: Arguments = arguments
        .iter()
        .filter(|(name, _)| !is_parameter(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (operation.body == Body::Required || !fields.is_empty()).then(|| Value::Object(fields).to_string())
}

/// Style `form`, exploded, the default for queries (`OpenAPI` 3.1, §4.8.12.3): a pair per item of a list.
fn append_query(query: &mut String, name: &str, value: &Value) {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    for item in items {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(&encode(name));
        query.push('=');
        query.push_str(&encode(&text(item)));
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A value outside JSON: text as it is, everything else as its JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
