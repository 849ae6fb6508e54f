//! Builds the HTTP message of a call: for the wire on the server, for snippets in the browser.

use super::{
    Arguments,
    operation::{Body, Encoding, Method, Operation},
    schema::{Field, Place, Schema},
    style,
};
use serde_json::Value;

/// The HTTP message built from a call, before any credential is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path and query, to be put behind a server's base URL. A path value that is missing stays `{name}`.
    pub target: String,
    /// Header names and values. A multipart body's own header is not among them: whoever sends it chooses the boundary.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Option<RequestBody>,
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestBody {
    /// Text as it is: JSON, a form, or any other.
    Text(String),
    /// The parts of a multipart body.
    Parts(Vec<Part>),
    /// The bytes of a file.
    File(File),
}

/// One part of a multipart body (RFC 7578).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// What it holds.
    pub content: PartContent,
    /// Its media type, where it is not plain text and not the file's own.
    pub content_type: Option<String>,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// Text.
    Text(String),
    /// A file.
    File(File),
}

/// A file that a reader chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its name, without folders.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Its bytes in Base64; empty where only its name matters, as in snippets.
    pub base64: String,
}

impl File {
    /// The file that an argument describes.
    pub fn from_argument(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        value.is_object().then(|| Self {
            filename: text("filename"),
            content_type: text("contentType"),
            base64: text("base64"),
        })
    }
}

impl Request {
    /// The request that sends these arguments; whether they may be sent is `check`'s to say.
    pub fn new(operation: &Operation, arguments: &Arguments) -> Self {
        let mut request =
            Self { method: operation.method, target: operation.path.clone(), headers: Vec::new(), body: None };
        let mut query: Vec<String> = Vec::new();
        let mut cookies: Vec<String> = Vec::new();
        for field in &operation.fields {
            let Some(value) = arguments.get(&field.name) else {
                continue;
            };
            match field.place {
                Place::Path => {
                    let template = ["{", &field.name, "}"].concat();
                    request.target = request.target.replace(&template, &style::in_path(field, value));
                }
                Place::Query => query.extend(style::pairs(field, value)),
                Place::Header => request.headers.push((field.name.clone(), style::in_header(field, value))),
                Place::Cookie => cookies.extend(style::pairs(field, value)),
                Place::BodyField | Place::Body => {}
            }
        }
        query.retain(|pair| !pair.is_empty());
        if !query.is_empty() {
            request.target =
                [&*request.target, if request.target.contains('?') { "&" } else { "?" }, &query.join("&")].concat();
        }
        if !cookies.is_empty() {
            request.headers.push(("cookie".into(), cookies.join("; ")));
        }
        if let Some(body) = &operation.body {
            request.body = content(operation, body, arguments);
            if matches!(request.body, Some(RequestBody::Text(_) | RequestBody::File(_))) {
                let content_type =
                    if body.content_type == "*/*" { "application/json" } else { body.content_type.as_str() };
                request.headers.push(("content-type".into(), content_type.into()));
            }
        }
        request
    }
}

fn content(operation: &Operation, body: &Body, arguments: &Arguments) -> Option<RequestBody> {
    let encoding = body.encoding();
    if let Some(whole) = operation.fields.iter().find(|field| field.place == Place::Body) {
        let value = arguments.get(&whole.name)?;
        return match (encoding, value) {
            (Encoding::UrlEncoded, Value::Object(fields)) => Some(form(operation, whole, fields)),
            (Encoding::Multipart, Value::Object(fields)) => Some(RequestBody::Parts(parts(operation, whole, fields))),
            (Encoding::Raw, _) if operation.open(&whole.schema) == &Schema::File => {
                File::from_argument(value).map(RequestBody::File)
            }
            (Encoding::Raw, Value::String(text)) => Some(RequestBody::Text(text.clone())),
            _ => Some(RequestBody::Text(value.to_string())),
        };
    }
    let is_parameter = |name: &str| operation.field(name).is_some_and(|field| field.place != Place::BodyField);
    let fields: Arguments = arguments
        .iter()
        .filter(|(name, _)| !is_parameter(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if fields.is_empty() && !body.required {
        return None;
    }
    Some(match encoding {
        Encoding::UrlEncoded => form(operation, &Field::default(), &fields),
        Encoding::Multipart => RequestBody::Parts(parts(operation, &Field::default(), &fields)),
        Encoding::Json | Encoding::Raw => RequestBody::Text(Value::Object(fields).to_string()),
    })
}

/// The description of a body's field: among the operation's own, or inside of the field that is the whole body.
fn described(operation: &Operation, whole: &Field, name: &str) -> Field {
    let inside = match operation.open(&whole.schema) {
        Schema::Object(fields) => fields.iter().find(|field| field.name == name),
        _ => operation.field(name),
    };
    inside.cloned().unwrap_or_else(|| Field { name: name.into(), ..Field::default() })
}

/// `application/x-www-form-urlencoded` (WHATWG URL, §5.2), each field in its own style.
fn form(operation: &Operation, whole: &Field, fields: &Arguments) -> RequestBody {
    let pairs = fields.iter().flat_map(|(name, value)| style::pairs(&described(operation, whole, name), value));
    let pairs: Vec<String> = pairs.filter(|pair| !pair.is_empty()).collect();
    RequestBody::Text(pairs.join("&"))
}

/// A part per value; a list is a part per item (`OpenAPI` 3.1, §4.8.14.3).
fn parts(operation: &Operation, whole: &Field, fields: &Arguments) -> Vec<Part> {
    let mut parts = Vec::new();
    for (name, value) in fields {
        let field = described(operation, whole, name);
        let (items, schema) = match (value, operation.open(&field.schema)) {
            (Value::Array(items), Schema::List(rules)) => (items.as_slice(), operation.open(&rules.item)),
            (single, schema) => (std::slice::from_ref(single), schema),
        };
        for item in items {
            let file = if *schema == Schema::File { File::from_argument(item) } else { None };
            let is_json = item.is_object() || item.is_array();
            parts.push(Part {
                name: name.clone(),
                content_type: field
                    .format
                    .content_type
                    .clone()
                    .or_else(|| (is_json && file.is_none()).then(|| "application/json".into())),
                content: match file {
                    Some(file) => PartContent::File(file),
                    None => PartContent::Text(style::plain(item)),
                },
            });
        }
    }
    parts
}
