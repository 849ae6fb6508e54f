//! Java with the HTTP client of its standard library, formatted as by google-java-format; and the code that all Java
//! programs share.

use super::{
    HttpClientTarget,
    java_layout::JavaExpression,
    jvm::{escape_char, multiline_json},
    literal::quote_string,
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use std::collections::BTreeSet;

pub(super) const HTTP: HttpClientTarget = HttpClientTarget {
    id: "java-http",
    language: "Java",
    name: "HttpClient",
    install_command: "",
    file_name: "Call.java",
    run_command: "java Call.java",
    render: render_http_client,
};

pub(super) const UTF_8_IMPORT: &str = "static java.nio.charset.StandardCharsets.UTF_8";

/// Maximum length of a string literal, in bytes. A string of a class file has at most 65,535 bytes (JVMS, §4.4.7).
const MAX_STRING_LITERAL_BYTES: usize = 65_000;

/// Indentation of the statements of `main`, in spaces.
pub(super) const MAIN_INDENT: usize = 4;

fn render_http_client(template: &RequestTemplate) -> Result<String, &'static str> {
    if !template.headers.iter().all(|(_, value)| value.has_only_ascii_literals()) {
        return Err("Java's HttpClient can send only ASCII in headers.");
    }
    let mut imports = BTreeSet::from([
        "java.io.IOException",
        "java.net.URI",
        "java.net.http.HttpClient",
        "java.net.http.HttpRequest",
        "java.net.http.HttpResponse.BodyHandlers",
        "java.time.Duration",
    ]);
    let mut setup = String::new();
    let mut calls = vec![("timeout", vec![JavaExpression::atom("Duration.ofSeconds(30)")])];
    if matches!(template.url.fragments().first(), Some(TemplateFragment::Literal(start)) if start.starts_with("http://"))
    {
        // Without TLS, the client would add headers that request an upgrade to HTTP/2.
        calls.push(("version", vec![JavaExpression::atom("HttpClient.Version.HTTP_1_1")]));
    }
    if let Some((username, password)) = &template.basic_auth {
        imports.extend([UTF_8_IMPORT, "java.util.Base64"]);
        let credentials = [&env_var(username), "\":\"", &env_var(password)].map(JavaExpression::atom);
        setup += &JavaExpression::Concatenation(credentials.into()).render_declaration("credentials", MAIN_INDENT);
        let encoded = JavaExpression::atom("Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8))");
        setup += &encoded.render_declaration("basic", MAIN_INDENT);
        calls.push(("header", vec![string_expression("authorization"), JavaExpression::atom("\"Basic \" + basic")]));
    }
    calls.extend(header_calls(template.headers.iter().map(|(name, value)| (name.as_str(), value))));
    let body_publisher =
        |name: &str, argument| Some(JavaExpression::call(format!("BodyPublishers.{name}"), [argument]));
    let body = match &template.body {
        None => None,
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => match json_text_block(template.body.as_ref()) {
            Some(block) => {
                setup += &block.render_declaration("body", MAIN_INDENT);
                body_publisher("ofString", JavaExpression::atom("body"))
            }
            None => body_publisher("ofString", text_expression(text)),
        },
        Some(BodyTemplate::File(name)) => {
            imports.insert("java.nio.file.Path");
            body_publisher("ofFile", JavaExpression::call("Path.of", [string_expression(name)]))
        }
        Some(BodyTemplate::Multipart(parts)) => {
            imports.insert("java.util.UUID");
            if parts.iter().any(|part| matches!(part.body, PartBody::File(_))) {
                imports.insert("java.nio.file.Path");
            }
            setup += &JavaExpression::atom("UUID.randomUUID().toString()").render_declaration("boundary", MAIN_INDENT);
            setup += &JavaExpression::call("BodyPublishers.concat", multipart_publishers(parts))
                .render_declaration("body", MAIN_INDENT);
            let content_type =
                [JavaExpression::atom("\"multipart/form-data; boundary=\""), JavaExpression::atom("boundary")];
            calls.push((
                "header",
                vec![string_expression("content-type"), JavaExpression::Concatenation(content_type.into())],
            ));
            Some(JavaExpression::atom("body"))
        }
    };
    match (template.method(), body) {
        ("GET", None) => {}
        ("DELETE", None) => calls.push(("DELETE", Vec::new())),
        (method, body) => {
            imports.insert("java.net.http.HttpRequest.BodyPublishers");
            let body = body.unwrap_or_else(|| JavaExpression::atom("BodyPublishers.noBody()"));
            match method {
                "POST" => calls.push(("POST", vec![body])),
                "PUT" => calls.push(("PUT", vec![body])),
                method => calls.push(("method", vec![string_expression(method), body])),
            }
        }
    }
    calls.push(("build", Vec::new()));
    let url = JavaExpression::call("URI.create", [text_expression(&template.url)]);
    let head = JavaExpression::call("HttpRequest.newBuilder", [url]);
    let request = JavaExpression::MethodChain(head.into(), calls).render_declaration("request", MAIN_INDENT);
    let send_statements = "\n    var client = HttpClient.newHttpClient();\n    \
                 var response = client.send(request, BodyHandlers.ofString());\n    \
                 if (response.statusCode() >= 400) {\n      \
                 throw new IOException(response.statusCode() + \" \" + response.body());\n    }\n    \
                 System.out.println(response.body());\n";
    Ok(render_program(&imports, "IOException, InterruptedException", &format!("{setup}{request}{send_statements}")))
}

/// Returns the publishers of a multipart body (RFC 7578, §4). Names are escaped as browsers do.
fn multipart_publishers(parts: &[PartTemplate]) -> Vec<JavaExpression> {
    let text_publisher = |operands: Vec<JavaExpression>| {
        JavaExpression::call("BodyPublishers.ofString", [JavaExpression::Concatenation(operands)])
    };
    let boundary = |start: &str| vec![string_expression(start), JavaExpression::atom("boundary")];
    let (mut publishers, mut start) = (Vec::new(), "--");
    for part in parts {
        let mut lines = boundary(start);
        let name = format!("\r\nContent-Disposition: form-data; name=\"{}\"", escape_form_data_name(&part.name));
        let content_type_line = part.content_type.as_ref().map(|kind| format!("\r\nContent-Type: {kind}"));
        match &part.body {
            PartBody::Text(value) => {
                let part_headers = format!("{name}{}\r\n\r\n", content_type_line.as_deref().unwrap_or_default());
                lines.extend(text_operands(
                    &TextTemplate::from_literal(&part_headers)
                        .chain(value.clone())
                        .chain(TextTemplate::from_literal("\r\n")),
                ));
                publishers.push(text_publisher(lines));
                start = "--";
            }
            PartBody::File(file) => {
                let content_type_line =
                    content_type_line.unwrap_or_else(|| "\r\nContent-Type: application/octet-stream".into());
                lines.push(string_expression(&format!("{name}; filename=\"{}\"", escape_form_data_name(file))));
                lines.push(string_expression(&format!("{content_type_line}\r\n\r\n")));
                let path = JavaExpression::call("Path.of", [string_expression(file)]);
                publishers.extend([text_publisher(lines), JavaExpression::call("BodyPublishers.ofFile", [path])]);
                start = "\r\n--";
            }
        }
    }
    let mut end = boundary(start);
    end.push(string_expression("--\r\n"));
    publishers.push(text_publisher(end));
    publishers
}

/// Renders a class with statements in its `main` method. Static imports come first.
pub(in crate::snippet) fn render_program(imports: &BTreeSet<&str>, throws: &str, statements: &str) -> String {
    let lines = |is_static: bool| -> String {
        let imports = imports.iter().filter(|name| name.starts_with("static ") == is_static);
        let lines: String = imports.map(|name| ["import ", name, ";\n"].concat()).collect();
        if lines.is_empty() { lines } else { lines + "\n" }
    };
    let main = format!("public class Call {{\n  public static void main(String[] args) throws {throws} {{\n");
    format!("{}{}{main}{statements}  }}\n}}\n", lines(true), lines(false))
}

pub(super) fn header_calls<'a>(
    headers: impl Iterator<Item = (&'a str, &'a TextTemplate)>,
) -> impl Iterator<Item = (&'static str, Vec<JavaExpression>)> {
    headers.map(|(name, value)| ("header", vec![string_expression(name), text_expression(value)]))
}

/// Renders JSON as a text block (JLS, §3.10.6). Variables are inserted by `formatted`.
pub(super) fn json_text_block(body: Option<&BodyTemplate>) -> Option<JavaExpression> {
    let Some(BodyTemplate::Json(value, _)) = body else { return None };
    let text = multiline_json(value)?;
    let has_variables = text.as_literal().is_none();
    let escaped = |plain: &str| {
        let plain = plain.replace('\\', "\\\\");
        if has_variables { plain.replace('%', "%%") } else { plain }
    };
    let content = text.render(escaped, |_| "%s".into(), "");
    if content.len() > MAX_STRING_LITERAL_BYTES {
        return None;
    }
    let lines = ["\"\"\""].into_iter().chain(content.lines()).chain(["\"\"\""]).map(str::to_owned);
    let block = JavaExpression::TextBlock(lines.collect());
    let variables = text.fragments().iter().filter_map(|piece| match piece {
        TemplateFragment::Variable(name) => Some(JavaExpression::atom(env_var(name))),
        TemplateFragment::Literal(_) => None,
    });
    let variables: Vec<JavaExpression> = variables.collect();
    Some(if has_variables { JavaExpression::MethodChain(block.into(), vec![("formatted", variables)]) } else { block })
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("System.getenv(\"{name}\")")
}

pub(in crate::snippet) fn text_expression(text: &TextTemplate) -> JavaExpression {
    let mut operands = text_operands(text);
    if operands.len() > 1 {
        JavaExpression::Concatenation(operands)
    } else {
        operands.pop().unwrap_or_else(|| string_expression(""))
    }
}

fn text_operands(text: &TextTemplate) -> Vec<JavaExpression> {
    let operand = |piece: &TemplateFragment| match piece {
        TemplateFragment::Literal(text) => string_expression(text),
        TemplateFragment::Variable(name) => JavaExpression::atom(env_var(name)),
    };
    text.fragments().iter().map(operand).collect()
}

pub(in crate::snippet) fn string_expression(text: &str) -> JavaExpression {
    if text.len() <= MAX_STRING_LITERAL_BYTES {
        return JavaExpression::atom(string_literal(text));
    }
    let mut literals = vec![JavaExpression::atom("\"\"")];
    let mut rest = text;
    while !rest.is_empty() {
        let (start, end) = rest.split_at(rest.floor_char_boundary(MAX_STRING_LITERAL_BYTES));
        literals.push(JavaExpression::atom(string_literal(start)));
        rest = end;
    }
    JavaExpression::call("String.join", literals)
}

pub(super) fn string_literal(text: &str) -> String {
    quote_string('"', text, escape_char)
}
