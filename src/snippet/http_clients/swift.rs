//! Swift with `URLSession`, formatted as by swift-format.

use super::{
    HttpClientTarget,
    literal::{is_invisible, is_nonempty_container, pretty_json, quote_string, to_camel_case},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate, escape_form_data_name},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};

pub(super) const URL_SESSION: HttpClientTarget = HttpClientTarget {
    id: "swift-urlsession",
    language: "Swift",
    name: "URLSession",
    install_command: "",
    file_name: "call.swift",
    run_command: "swift call.swift",
    render,
};

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 100;

/// Names used by the code itself, and keywords that a variable could collide with.
const RESERVED_NAMES: [&str; 56] = [
    "any",
    "as",
    "body",
    "boundary",
    "break",
    "case",
    "catch",
    "class",
    "continue",
    "credentials",
    "data",
    "default",
    "defer",
    "do",
    "else",
    "enum",
    "environment",
    "extension",
    "false",
    "fileprivate",
    "for",
    "func",
    "guard",
    "if",
    "import",
    "in",
    "init",
    "inout",
    "internal",
    "is",
    "let",
    "nil",
    "operator",
    "private",
    "print",
    "protocol",
    "public",
    "repeat",
    "request",
    "response",
    "rethrows",
    "return",
    "self",
    "static",
    "status",
    "struct",
    "super",
    "switch",
    "throw",
    "throws",
    "true",
    "try",
    "url",
    "var",
    "where",
    "while",
];

fn render(template: &RequestTemplate) -> Result<String, &'static str> {
    if template.method() == "GET" && template.body.is_some() {
        return Err("URLSession cannot send a body with GET.");
    }
    let mut code = String::from(
        "import Foundation\n\n#if canImport(FoundationNetworking)\n  import FoundationNetworking\n#endif\n\n",
    );
    code += &environment_guard(&template.variable_names());
    code += &render_call("let url = URL(", "string: ", &text_expression(&template.url), "", ")!");
    let is_bare = template.method() == "GET" && template.headers.is_empty() && template.basic_auth.is_none();
    code += if is_bare { "\n" } else { "\nvar request = URLRequest(url: url)\n" };
    if template.method() != "GET" {
        code += &["request.httpMethod = ", &string_literal(template.method()), "\n"].concat();
    }
    if let Some((username, password)) = &template.basic_auth {
        let credentials = TextTemplate::from_variable(username)
            .chain(TextTemplate::from_literal(":"))
            .chain(TextTemplate::from_variable(password));
        let line = format!("let credentials = Data({}.utf8).base64EncodedString()", text_expression(&credentials));
        code += &if is_within_width(&line) { line } else { line.replace(").base64", ")\n  .base64") };
        code.push('\n');
        code += &set_header_statement("authorization", "\"Basic \\(credentials)\"");
    }
    for (name, value) in &template.headers {
        code += &set_header_statement(name, &text_expression(value));
    }
    let session = "let (data, response) = try await URLSession.shared.";
    let mut send = [session, if is_bare { "data(from: url)" } else { "data(for: request)" }].concat();
    match &template.body {
        None => {}
        Some(BodyTemplate::Json(value, _)) if is_nonempty_container(value) => {
            code += &[
                "\nlet body = ",
                &multiline_string_literal(&pretty_json(value, '\0')),
                "\nrequest.httpBody = Data(body.utf8)\n",
            ]
            .concat();
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            code +=
                &[&render_call("request.httpBody = Data(", "", &text_expression(text), ".utf8", ")"), "\n"].concat();
        }
        Some(BodyTemplate::File(name)) => {
            send = render_call_with_two_arguments(
                &format!("{session}upload("),
                "for: request",
                &format!("fromFile: {}", file_url(name)),
            );
        }
        Some(BodyTemplate::Multipart(parts)) => code += &render_multipart_body(parts),
    }
    code += &["\n", &send, "\n"].concat();
    code += "guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {\n  \
             throw URLError(.badServerResponse)\n}\nprint(String(decoding: data, as: UTF8.self))\n";
    Ok(code)
}

/// Renders a guard that binds the environment variables to constants, and ends the program if one is not set.
fn environment_guard(names: &[&str]) -> String {
    let Some((first, others)) = names.split_first() else { return String::new() };
    let condition = |name: &str| format!("let {} = environment[\"{name}\"]", local_variable(name));
    let mut code = format!("let environment = ProcessInfo.processInfo.environment\nguard {}", condition(first));
    for name in others {
        code += &[",\n  ", &condition(name)].concat();
    }
    code += if others.is_empty() { " else {\n" } else { "\nelse {\n" };
    let message = string_literal(&format!("Set {}.", names.join(", ")));
    let line = format!("  fatalError({message})");
    let line = if is_within_width(&line) { line } else { format!("  fatalError(\n    {message}\n  )") };
    format!("{code}{line}\n}}\n\n")
}

fn set_header_statement(name: &str, value: &str) -> String {
    let name = format!("forHTTPHeaderField: {}", string_literal(name));
    format!("{}\n", render_call_with_two_arguments("request.setValue(", value, &name))
}

/// Renders the body of a form. The code writes the parts itself, because no library function does.
fn render_multipart_body(parts: &[PartTemplate]) -> String {
    let mut code = set_header_statement("content-type", "\"multipart/form-data; boundary=\\(boundary)\"");
    code = format!("let boundary = UUID().uuidString\n{code}\nvar body = Data()\n");
    for part in parts {
        let (filename, media_type) = match &part.body {
            PartBody::Text(_) => (String::new(), part.content_type.as_deref()),
            PartBody::File(name) => (
                format!("; filename=\"{}\"", escape_form_data_name(name)),
                Some(part.content_type.as_deref().unwrap_or("application/octet-stream")),
            ),
        };
        code += &append_statement("\"--\\(boundary)\\r\\n\"");
        let part_headers =
            format!("Content-Disposition: form-data; name=\"{}\"{filename}\r\n", escape_form_data_name(&part.name));
        match media_type {
            Some(media_type) => {
                code += &append_statement(&string_literal(&part_headers));
                code += &append_statement(&string_literal(&format!("Content-Type: {media_type}\r\n\r\n")));
            }
            None => code += &append_statement(&string_literal(&format!("{part_headers}\r\n"))),
        }
        match &part.body {
            PartBody::Text(text) => {
                code += &append_statement(&text_expression(&text.clone().chain(TextTemplate::from_literal("\r\n"))));
            }
            PartBody::File(name) => {
                code += &["body.append(try Data(contentsOf: ", &file_url(name), "))\n"].concat();
                code += &append_statement("\"\\r\\n\"");
            }
        }
    }
    format!("{code}{}request.httpBody = body\n", append_statement("\"--\\(boundary)--\\r\\n\""))
}

fn append_statement(text: &str) -> String {
    format!("{}\n", render_call("body.append(", "contentsOf: ", text, ".utf8", ")"))
}

fn file_url(name: &str) -> String {
    format!("URL(fileURLWithPath: {})", string_literal(name))
}

/// Renders a call with one literal, with as much on each line as fits.
fn render_call(start: &str, label: &str, literal: &str, member: &str, suffix: &str) -> String {
    let line = format!("{start}{label}{literal}{member}{suffix}");
    if is_within_width(&line) {
        return line;
    }
    // The closing bracket moves to a line of its own if it does not fit after the rest.
    let close_call = |lines: &str, last: &str| {
        let line_end = if is_within_width(&format!("{last}{suffix}")) { "" } else { "\n" };
        format!("{start}\n{lines}{last}{line_end}{suffix}")
    };
    let line = format!("  {label}{literal}{member}");
    if is_within_width(&line) {
        return close_call("", &line);
    }
    let (label, indent) =
        if label.is_empty() { (String::new(), "  ") } else { (format!("  {}\n", label.trim_end()), "    ") };
    let line = format!("{indent}{literal}{member}");
    if is_within_width(&line) || member.is_empty() {
        return close_call(&label, &line);
    }
    close_call(&format!("{label}{indent}{literal}\n"), &format!("    {member}"))
}

/// Renders a call with two arguments on as few lines as possible.
fn render_call_with_two_arguments(start: &str, first: &str, second: &str) -> String {
    let line = format!("{start}{first}, {second})");
    if is_within_width(&line) {
        return line;
    }
    let line = format!("  {first}, {second})");
    let arguments = if is_within_width(&line) { line } else { format!("  {first},\n  {second})") };
    format!("{start}\n{arguments}")
}

fn is_within_width(line: &str) -> bool {
    line.chars().count() <= MAX_LINE_WIDTH
}

fn local_variable(name: &str) -> String {
    to_camel_case(name, &RESERVED_NAMES)
}

/// Renders a multi-line literal (The Swift Programming Language, String Literals), with enough number signs that
/// nothing in it needs an escape.
fn multiline_string_literal(text: &TextTemplate) -> String {
    let contains_literal = |literal: &str| {
        text.fragments().iter().any(|piece| matches!(piece, TemplateFragment::Literal(text) if text.contains(literal)))
    };
    let mut number_signs = String::new();
    while contains_literal(&format!("\\{number_signs}")) || contains_literal(&format!("\"\"\"{number_signs}")) {
        number_signs.push('#');
    }
    let content = text.render(str::to_owned, |name| format!("\\{number_signs}({})", local_variable(name)), "");
    format!("{number_signs}\"\"\"\n  {}\n  \"\"\"{number_signs}", content.replace('\n', "\n  "))
}

/// Renders a string literal, in which `\(name)` is a variable.
fn text_expression(text: &TextTemplate) -> String {
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return local_variable(name);
    }
    let string_content = |text: &str| {
        let literal = string_literal(text);
        literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    format!("\"{}\"", text.render(string_content, |name| format!("\\({})", local_variable(name)), ""))
}

fn string_literal(text: &str) -> String {
    quote_string('"', text, |c| match c {
        '"' => Some("\\\"".into()),
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}
