//! Dart with package:http, formatted as by `dart format`.

mod layout;
mod multipart;

use super::{
    HttpClientTarget,
    literal::{can_round_trip, is_invisible, is_nonempty_container, quote_string, to_camel_case},
    request_template::{BodyTemplate, PartBody, RequestTemplate, is_simple_media_type},
};
use crate::{
    model::media_type::MediaType,
    snippet::{
        document::Document,
        text_template::{TemplateFragment, TextTemplate},
    },
};
use layout::{
    delimited_document, json_document, pair_document, render_statement, render_variable, string_map_document,
};
use multipart::{
    can_use_multipart_request, is_text_with_media_type, render_manual_multipart, render_multipart_request,
};
use serde_json::Value;

pub(super) const HTTP: HttpClientTarget = HttpClientTarget {
    id: "dart-http",
    language: "Dart",
    name: "package:http",
    install_command: "dart pub add http",
    file_name: "call.dart",
    run_command: "dart run call.dart",
    render: |template| Ok(render(template)),
};

/// Names used by the code itself, and keywords that a variable could collide with.
const RESERVED_NAMES: [&str; 43] = [
    "assert",
    "await",
    "base64Encode",
    "body",
    "boundary",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "do",
    "else",
    "enum",
    "extends",
    "false",
    "final",
    "finally",
    "for",
    "http",
    "if",
    "in",
    "is",
    "jsonEncode",
    "new",
    "null",
    "print",
    "request",
    "response",
    "rethrow",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "utf8",
    "var",
    "void",
    "while",
    "with",
];

fn render(template: &RequestTemplate) -> String {
    let parts = match &template.body {
        Some(BodyTemplate::Multipart(parts)) => Some(parts),
        _ => None,
    };
    let manual_parts = parts.filter(|parts| !can_use_multipart_request(parts));
    let has_file = match &template.body {
        Some(BodyTemplate::File(_)) => true,
        _ => manual_parts.is_some_and(|parts| parts.iter().any(|part| matches!(part.body, PartBody::File(_)))),
    };
    let needs_bytes = match &template.body {
        Some(BodyTemplate::Json(value, _)) => can_encode_as_literal(value) || !keeps_content_type(template),
        Some(BodyTemplate::Text(_)) => !keeps_content_type(template),
        Some(BodyTemplate::Multipart(_)) => {
            manual_parts.is_some() || parts.into_iter().flatten().any(is_text_with_media_type)
        }
        _ => false,
    };
    let variables = template.variable_names();
    let mut code = String::new();
    if template.basic_auth.is_some() || needs_bytes {
        code += "import 'dart:convert';\n";
    }
    if has_file || !variables.is_empty() {
        code += "import 'dart:io';\n";
    }
    if !code.is_empty() {
        code.push('\n');
    }
    code += "import 'package:http/http.dart' as http;\n\nFuture<void> main() async {\n";
    for name in variables {
        code += &render_variable(&local_variable(name), name);
    }
    code += &match (parts, manual_parts, function_name(template)) {
        (_, Some(parts), _) => render_manual_multipart(template, parts),
        (Some(parts), None, _) => render_multipart_request(template, parts),
        (None, None, Some(function)) => render_function_call(template, &function),
        (None, None, None) => render_request_object(template),
    };
    code += "  if (response.statusCode < 200 || response.statusCode > 299) {\n    \
             throw http.ClientException('${response.statusCode} ${response.body}');\n  }\n  \
             print(response.body);\n}\n";
    code
}

/// Returns the library's function for a method, if it has one. Some methods have one only without a body.
fn function_name(template: &RequestTemplate) -> Option<String> {
    match (template.method(), &template.body) {
        ("POST" | "PUT" | "PATCH" | "DELETE", _) | ("GET" | "HEAD", None) => Some(template.method().to_lowercase()),
        _ => None,
    }
}

fn render_function_call(template: &RequestTemplate, function: &str) -> String {
    let headers = header_entries(template);
    let headers = (!headers.is_empty()).then(|| headers_argument(&headers));
    let body = template.body.as_ref().map(|body| body_document("body:", body, keeps_content_type(template)));
    render_call_with_url(template, function, headers.into_iter().chain(body).collect())
}

fn headers_argument(headers: &[(String, String)]) -> Document {
    ["headers: ".into(), string_map_document(headers)].into()
}

/// Renders a call with the URL and further arguments, each on lines of its own.
fn render_call_with_url(template: &RequestTemplate, function: &str, arguments: Vec<Document>) -> String {
    let start = format!("final response = await http.{function}(");
    let has_several = !arguments.is_empty();
    let arguments = [url_document(template)].into_iter().chain(arguments);
    render_statement(delimited_document([&start, ")"], arguments, has_several))
}

fn url_document(template: &RequestTemplate) -> Document {
    delimited_document(["Uri.parse(", ")"], [text_expression(&template.url).into()], false)
}

fn render_request_object(template: &RequestTemplate) -> String {
    let is_text_body = keeps_content_type(template);
    let name = if is_text_body { "request.body =" } else { "request.bodyBytes =" };
    let body = template.body.as_ref().map(|body| render_statement(body_document(name, body, is_text_body)));
    format!(
        "{}{}{}{SEND_STATEMENT}",
        request_declaration("Request", template),
        add_headers_statement(&header_entries(template)),
        body.unwrap_or_default()
    )
}

const SEND_STATEMENT: &str = "  final response = await http.Response.fromStream(await request.send());\n";

fn request_declaration(class: &str, template: &RequestTemplate) -> String {
    let start = format!("final request = http.{class}(");
    let arguments = [string_literal(template.method()).into(), url_document(template)];
    render_statement(delimited_document([&start, ")"], arguments, false))
}

fn add_headers_statement(headers: &[(String, String)]) -> String {
    if headers.is_empty() {
        return String::new();
    }
    render_statement(["request.headers.addAll(".into(), string_map_document(headers), ")".into()].into())
}

fn header_entries(template: &RequestTemplate) -> Vec<(String, String)> {
    let basic = template.basic_auth.as_ref().map(|(username, password)| {
        let credentials = format!("'${}:${}'", local_variable(username), local_variable(password));
        ("'authorization'".to_owned(), format!("'Basic ${{base64Encode(utf8.encode({credentials}))}}'"))
    });
    let other_headers = template.headers.iter().map(|(name, value)| (string_literal(name), text_expression(value)));
    basic.into_iter().chain(other_headers).collect()
}

/// Returns true if the library does not change the `content-type` header when the body is a text.
fn keeps_content_type(template: &RequestTemplate) -> bool {
    let content_type = template.headers.iter().find(|(name, _)| name == "content-type");
    let media_type = content_type.and_then(|(_, kind)| kind.as_literal()).unwrap_or_default();
    let parsed = MediaType::parse(media_type);
    is_simple_media_type(media_type) && !parsed.is_text() && !parsed.is_xml()
}

/// Returns true if JSON can be rendered as maps and lists of the language, which encode to the same text.
fn can_encode_as_literal(value: &Value) -> bool {
    is_nonempty_container(value) && can_round_trip(value, &|_| true)
}

/// Returns a name, with `:` or ` =`, and the body as its value.
fn body_document(name: &str, body: &BodyTemplate, is_text_body: bool) -> Document {
    match body {
        BodyTemplate::Json(value, _) if is_text_body && can_encode_as_literal(value) => {
            [name.into(), " jsonEncode(".into(), json_document(value), ")".into()].into()
        }
        BodyTemplate::Text(text) | BodyTemplate::Json(_, text) if is_text_body => {
            pair_document(name, text_expression(text).into())
        }
        BodyTemplate::Text(text) | BodyTemplate::Json(_, text) => {
            delimited_document([&format!("{name} utf8.encode("), ")"], [text_expression(text).into()], false)
        }
        BodyTemplate::File(file) => format!("{name} await File({}).readAsBytes()", string_literal(file)).into(),
        BodyTemplate::Multipart(_) => "".into(),
    }
}

fn local_variable(name: &str) -> String {
    to_camel_case(name, &RESERVED_NAMES)
}

/// Renders a string literal, in which `$name` is a variable (Dart Language Specification, §17.7).
fn text_expression(text: &TextTemplate) -> String {
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return local_variable(name);
    }
    let count = |quote: char| {
        let plain = text
            .fragments()
            .iter()
            .map(|piece| if let TemplateFragment::Literal(text) = piece { text.matches(quote).count() } else { 0 });
        plain.sum::<usize>()
    };
    let quote = if count('\'') > count('"') { '"' } else { '\'' };
    let mut literal = String::from(quote);
    for (i, piece) in text.fragments().iter().enumerate() {
        let continues_identifier = |piece: Option<&TemplateFragment>| matches!(piece, Some(TemplateFragment::Literal(text)) if text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        match piece {
            TemplateFragment::Literal(text) => literal.push_str(&escape_string_content(quote, text)),
            TemplateFragment::Variable(name) if continues_identifier(text.fragments().get(i + 1)) => {
                literal += &["${", &local_variable(name), "}"].concat();
            }
            TemplateFragment::Variable(name) => literal += &["$", &local_variable(name)].concat(),
        }
    }
    literal.push(quote);
    literal
}

fn string_literal(text: &str) -> String {
    text_expression(&TextTemplate::from_literal(text))
}

/// Escapes the characters between the quotes.
fn escape_string_content(quote: char, text: &str) -> String {
    let literal = quote_string(quote, text, |c| match c {
        '\\' => Some("\\\\".into()),
        '$' => Some("\\$".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if c == quote => Some(format!("\\{c}")),
        c if is_invisible(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    });
    literal.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or_default().to_owned()
}
