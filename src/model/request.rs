//! Builds the HTTP request of a call: for sending on the server, for snippets in the browser.

use super::{
    Arguments,
    media_type::MediaType,
    operation::{BodyEncoding, DocumentedBody, Method, Operation},
    problem::{Problem, join_pointer},
    schema::{Field, FieldLocation, FieldSerialization, ParameterStyle, Schema},
    style, xml,
};
use serde_json::Value;

/// Media type of bytes without another one.
const OCTET_STREAM: &str = "application/octet-stream";

/// The HTTP request of a call, before any credential is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRequest {
    /// HTTP method.
    pub method: Method,
    /// Path and query, to be appended to a server's base URL. A missing path value stays `{name}`.
    pub target: String,
    /// Header names and values. The content type of a multipart body is not included: the sender chooses the boundary.
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<RequestBody>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestBody {
    /// Text: JSON, a URL-encoded form, or any other.
    Text(String),
    /// The parts of a multipart body.
    Multipart(Vec<MultipartPart>),
    /// The bytes of a file.
    File(FileArgument),
}

/// One part of a multipart body (RFC 7578).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultipartPart {
    /// Name of the field.
    pub name: String,
    /// Content of the part.
    pub content: PartContent,
    /// Media type, if it is neither plain text nor the file's own.
    pub content_type: Option<String>,
    /// Names and values of further headers.
    pub headers: Vec<(String, String)>,
}

/// The content of a multipart part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// Text.
    Text(String),
    /// A file.
    File(FileArgument),
}

/// A file that the user chose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileArgument {
    /// File name, without folders.
    pub filename: String,
    /// Media type.
    pub content_type: String,
    /// Content in Base64; empty if only the name matters, as in snippets.
    pub base64: String,
}

impl FileArgument {
    /// Reads the file that an argument describes; `None` if the argument is not an object.
    pub fn from_value(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        value.is_object().then(|| Self {
            filename: text("filename"),
            content_type: text("contentType"),
            base64: text("base64"),
        })
    }
}

impl OperationRequest {
    /// Builds the request for these arguments. It does not check them: see
    /// [`check_arguments`](super::check::check_arguments).
    pub fn new(operation: &Operation, arguments: &Arguments) -> Self {
        // A fragment only tells keys of the document apart (RFC 3986, §3.5).
        let target = operation.path.split('#').next().unwrap_or_default().to_owned();
        let accept = (!operation.accept.is_empty()).then(|| ("accept".to_owned(), operation.accept.clone()));
        let headers = accept.into_iter().collect();
        let mut request = Self { method: operation.method.clone(), target, headers, body: None };
        let mut query: Vec<String> = Vec::new();
        let mut cookies: Vec<String> = Vec::new();
        for field in &operation.fields {
            let Some(value) = arguments.get(&field.name) else {
                continue;
            };
            match field.location {
                FieldLocation::Path => {
                    let template = ["{", field.sent_name(), "}"].concat();
                    request.target = request.target.replace(&template, &style::serialize_path_value(field, value));
                }
                FieldLocation::Query => query.extend(style::serialize_pairs(field, value)),
                FieldLocation::QueryString => query.push(query_string(operation, field, value)),
                FieldLocation::Header => {
                    request.headers.push((field.sent_name().to_owned(), style::serialize_header_value(field, value)));
                }
                FieldLocation::Cookie => cookies.extend(style::serialize_pairs(field, value)),
                FieldLocation::BodyField | FieldLocation::Body | FieldLocation::PartHeader => {}
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
            request.body = build_body(operation, body, arguments);
            let content_type = request.body.as_ref().and_then(|sent| content_type_of(body, sent));
            request.headers.extend(content_type.map(|content_type| ("content-type".into(), content_type.to_owned())));
        }
        request
    }
}

/// Returns the media type of a body. Within a range, it is that of the file, or that of the text. Returns `None` for
/// parts, whose sender chooses the boundary, and for a file whose type is not in the range.
fn content_type_of<'a>(body: &'a DocumentedBody, sent: &'a RequestBody) -> Option<&'a str> {
    let documented = MediaType::parse(&body.content_type);
    match sent {
        RequestBody::Multipart(_) => None,
        _ if !documented.is_range() => Some(&body.content_type),
        RequestBody::File(file) => {
            let content_type = if file.content_type.is_empty() { OCTET_STREAM } else { &file.content_type };
            let media_type = MediaType::parse(content_type);
            (documented.includes(media_type) && !media_type.is_range()).then_some(content_type)
        }
        RequestBody::Text(_) => Some(if documented.is_text() { "text/plain" } else { "application/json" }),
    }
}

fn build_body(operation: &Operation, body: &DocumentedBody, arguments: &Arguments) -> Option<RequestBody> {
    let encoding = body.encoding();
    if let Some((_, text)) = operation.written_body(arguments) {
        return Some(RequestBody::Text(text.to_owned()));
    }
    if let Some((text, _)) = xml_body(operation, body, arguments) {
        return Some(RequestBody::Text(text));
    }
    if let Some(body_field) = operation.fields.iter().find(|field| field.location == FieldLocation::Body) {
        let value = arguments.get(&body_field.name)?;
        return match (encoding, value) {
            _ if operation.resolve(&body_field.schema) == &Schema::File => {
                FileArgument::from_value(value).map(RequestBody::File)
            }
            (BodyEncoding::UrlEncoded, Value::Object(fields)) => Some(build_form_body(operation, body_field, fields)),
            (BodyEncoding::Multipart, Value::Object(fields)) => {
                Some(RequestBody::Multipart(build_parts(operation, body_field, fields, arguments)))
            }
            (BodyEncoding::Raw, Value::String(text)) => Some(RequestBody::Text(text.clone())),
            (BodyEncoding::Raw, Value::Array(items)) if MediaType::parse(&body.content_type).is_json_lines() => {
                let lines: Vec<String> = items.iter().map(|item| [&item.to_string(), "\n"].concat()).collect();
                Some(RequestBody::Text(lines.concat()))
            }
            _ => Some(RequestBody::Text(value.to_string())),
        };
    }
    let fields = body_fields(operation, arguments);
    if fields.is_empty() && !body.required {
        return None;
    }
    Some(match encoding {
        BodyEncoding::UrlEncoded => build_form_body(operation, &Field::default(), &fields),
        BodyEncoding::Multipart => {
            RequestBody::Multipart(build_parts(operation, &Field::default(), &fields, arguments))
        }
        BodyEncoding::Json | BodyEncoding::Raw => RequestBody::Text(Value::Object(fields).to_string()),
    })
}

/// Returns the arguments that are fields of the body.
fn body_fields(operation: &Operation, arguments: &Arguments) -> Arguments {
    let is_parameter =
        |name: &str| operation.field(name).is_some_and(|field| field.location != FieldLocation::BodyField);
    let fields = arguments.iter().filter(|(name, _)| !is_parameter(name));
    fields.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Returns a body of XML that is written from its values, and the problems of values that XML cannot express.
fn xml_body(operation: &Operation, body: &DocumentedBody, arguments: &Arguments) -> Option<(String, Vec<Problem>)> {
    let root = body.xml.as_ref()?;
    if let Some(field) = operation.fields.iter().find(|field| field.location == FieldLocation::Body) {
        let pointer = join_pointer("", &field.name);
        return Some(xml::write_value(operation, root, &field.schema, arguments.get(&field.name)?, &pointer));
    }
    let fields = body_fields(operation, arguments);
    (body.required || !fields.is_empty()).then(|| xml::write_fields(operation, root, &fields))
}

/// Returns the problems of values that a body of XML cannot express.
pub fn find_xml_problems(operation: &Operation, arguments: &Arguments) -> Vec<Problem> {
    let body = operation.body.as_ref().filter(|_| operation.written_body(arguments).is_none());
    body.and_then(|body| xml_body(operation, body, arguments)).map(|(_, problems)| problems).unwrap_or_default()
}

/// Returns the description of a body field: one of the operation's fields, or a field of the schema of the whole body.
fn find_body_field(operation: &Operation, body_field: &Field, name: &str) -> Field {
    let field = match operation.resolve(&body_field.schema) {
        Schema::Object(fields) => fields.iter().find(|field| field.name == name),
        _ => operation.field(name),
    };
    field.cloned().unwrap_or_else(|| Field { name: name.into(), ..Field::default() })
}

/// Serializes a value as a whole query string (`OpenAPI` 3.2): an object as a form, or else its text or JSON.
fn query_string(operation: &Operation, field: &Field, value: &Value) -> String {
    match value {
        Value::Object(fields) if field.serialization.style != Some(ParameterStyle::Json) => {
            form_pairs(operation, field, fields)
        }
        value => style::serialize_query_string(field, value),
    }
}

/// Builds an `application/x-www-form-urlencoded` body (WHATWG URL, §5.2), with each field in its own style.
fn build_form_body(operation: &Operation, body_field: &Field, fields: &Arguments) -> RequestBody {
    RequestBody::Text(form_pairs(operation, body_field, fields))
}

fn form_pairs(operation: &Operation, body_field: &Field, fields: &Arguments) -> String {
    let pairs = fields.iter().flat_map(|(name, value)| {
        let mut field = find_body_field(operation, body_field, name);
        // Objects are JSON by default (`OpenAPI` 3.1, §4.8.14.4).
        if value.is_object() && field.serialization == FieldSerialization::default() {
            field.serialization.style = Some(ParameterStyle::Json);
        }
        style::serialize_pairs(&field, value)
    });
    let pairs: Vec<String> = pairs.filter(|pair| !pair.is_empty()).collect();
    pairs.join("&")
}

/// Returns a list as the text of one part, if its style says so. Lists of files and of objects are never joined.
fn join_items(field: &Field, value: &Value) -> Option<Value> {
    let delimiter = style::part_delimiter(field)?;
    let items = value.as_array()?;
    let is_single = |item: &Value| !item.is_object() && !item.is_array();
    let texts: Vec<String> = items.iter().map(style::format_value).collect();
    (!items.is_empty() && items.iter().all(is_single)).then(|| texts.join(&delimiter.to_string()).into())
}

/// Returns the names and values of the headers of a part.
fn part_headers(operation: &Operation, part: &str, arguments: &Arguments) -> Vec<(String, String)> {
    let fields = operation.fields.iter().filter(|field| field.serialization.part.as_deref() == Some(part));
    let header = |field: &Field| {
        let value = style::serialize_header_value(field, arguments.get(&field.name)?);
        Some((field.sent_name().to_owned(), value))
    };
    fields.filter_map(header).collect()
}

/// Builds one part per value, and for a list one part per item (`OpenAPI` 3.1, §4.8.14.3).
fn build_parts(
    operation: &Operation,
    body_field: &Field,
    fields: &Arguments,
    arguments: &Arguments,
) -> Vec<MultipartPart> {
    let mut parts = Vec::new();
    for (name, value) in fields {
        let field = find_body_field(operation, body_field, name);
        let headers = part_headers(operation, name, arguments);
        let joined = join_items(&field, value);
        let value = joined.as_ref().unwrap_or(value);
        let (items, schema) = match (value, operation.resolve(&field.schema)) {
            (Value::Array(items), list @ Schema::Array(_)) => (items.as_slice(), list),
            (single, schema) => (std::slice::from_ref(single), schema),
        };
        for (index, item) in items.iter().enumerate() {
            let schema = match schema {
                Schema::Array(constraints) if value.is_array() => operation.resolve(constraints.item_at(index)),
                schema => schema,
            };
            let is_file = *schema == Schema::File
                || *schema == Schema::Any && ["filename", "base64"].iter().all(|key| item[*key].is_string());
            let file = if is_file { FileArgument::from_value(item) } else { None };
            let is_json = item.is_object() || item.is_array();
            parts.push(MultipartPart {
                name: name.clone(),
                content_type: field
                    .serialization
                    .content_type
                    .clone()
                    .or_else(|| (is_json && file.is_none()).then(|| "application/json".into())),
                content: match file {
                    Some(file) => PartContent::File(file),
                    None => PartContent::Text(style::format_value(item)),
                },
                headers: headers.clone(),
            });
        }
    }
    parts
}
