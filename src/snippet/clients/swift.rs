//! Swift over `URLSession`, as swift-format lays it out.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{camel_case, is_hidden, is_long, pretty, quoted},
    text::{Piece, Text},
};

pub(super) const URL_SESSION: Client = Client {
    id: "swift-urlsession",
    language: "Swift",
    name: "URLSession",
    install: "",
    file: "call.swift",
    run: "swift call.swift",
    print,
};

/// The longest line that is not broken.
const WIDTH: usize = 100;

/// What the code calls its own variables, and words of the language that a variable could be called.
const RESERVED: [&str; 56] = [
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

fn print(http: &Http) -> Result<String, &'static str> {
    if http.method == "GET" && http.body.is_some() {
        return Err("URLSession sends no body with GET.");
    }
    let mut code = String::from(
        "import Foundation\n\n#if canImport(FoundationNetworking)\n  import FoundationNetworking\n#endif\n\n",
    );
    code += &checks(&http.variables());
    code += &call("let url = URL(", "string: ", &expression(&http.url), "", ")!");
    let is_bare = http.method == "GET" && http.headers.is_empty() && http.basic.is_none();
    code += if is_bare { "\n" } else { "\nvar request = URLRequest(url: url)\n" };
    if http.method != "GET" {
        code += &["request.httpMethod = ", &string(http.method), "\n"].concat();
    }
    if let Some((username, password)) = &http.basic {
        let pair = Text::variable(username).then(Text::literal(":")).then(Text::variable(password));
        let line = ["let credentials = Data(", &expression(&pair), ".utf8).base64EncodedString()"].concat();
        code += &if fits(&line) { line } else { line.replace(").base64", ")\n  .base64") };
        code.push('\n');
        code += &header("authorization", "\"Basic \\(credentials)\"");
    }
    for (name, value) in &http.headers {
        code += &header(name, &expression(value));
    }
    let session = "let (data, response) = try await URLSession.shared.";
    let mut send = [session, if is_bare { "data(from: url)" } else { "data(for: request)" }].concat();
    match &http.body {
        None => {}
        Some(Content::Json(value, _)) if is_long(value) => {
            code += &["\nlet body = ", &lines(&pretty(value, '\0')), "\nrequest.httpBody = Data(body.utf8)\n"].concat();
        }
        Some(Content::Text(text) | Content::Json(_, text)) => {
            code += &[&call("request.httpBody = Data(", "", &expression(text), ".utf8", ")"), "\n"].concat();
        }
        Some(Content::File(name)) => {
            send = call_with_two(&[session, "upload("].concat(), "for: request", &["fromFile: ", &file(name)].concat());
        }
        Some(Content::Parts(parts)) => code += &form(parts),
    }
    code += &["\n", &send, "\n"].concat();
    code += "guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {\n  \
             throw URLError(.badServerResponse)\n}\nprint(String(decoding: data, as: UTF8.self))\n";
    Ok(code)
}

/// The environment's variables as constants, each of which is there from here on.
fn checks(names: &[&str]) -> String {
    let Some((first, others)) = names.split_first() else { return String::new() };
    let condition = |name: &str| ["let ", &variable(name), " = environment[\"", name, "\"]"].concat();
    let mut code = ["let environment = ProcessInfo.processInfo.environment\nguard ", &condition(first)].concat();
    for name in others {
        code += &[",\n  ", &condition(name)].concat();
    }
    code += if others.is_empty() { " else {\n" } else { "\nelse {\n" };
    let message = string(&["Set ", &names.join(", "), "."].concat());
    let line = ["  fatalError(", &message, ")"].concat();
    let line = if fits(&line) { line } else { ["  fatalError(\n    ", &message, "\n  )"].concat() };
    [&code, &line, "\n}\n\n"].concat()
}

fn header(name: &str, value: &str) -> String {
    let name = ["forHTTPHeaderField: ", &string(name)].concat();
    [&call_with_two("request.setValue(", value, &name), "\n"].concat()
}

/// The body of a form, whose parts the code writes itself: there is nothing that does it.
fn form(parts: &[Part]) -> String {
    let mut code = header("content-type", "\"multipart/form-data; boundary=\\(boundary)\"");
    code = ["let boundary = UUID().uuidString\n", &code, "\nvar body = Data()\n"].concat();
    for part in parts {
        let escaped = |name: &str| name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let (filename, kind) = match &part.value {
            PartValue::Text(_) => (String::new(), part.content_type.as_deref()),
            PartValue::File(name) => (
                ["; filename=\"", &escaped(name), "\""].concat(),
                Some(part.content_type.as_deref().unwrap_or("application/octet-stream")),
            ),
        };
        code += &append("\"--\\(boundary)\\r\\n\"");
        let head = ["Content-Disposition: form-data; name=\"", &escaped(&part.name), "\"", &filename, "\r\n"].concat();
        match kind {
            Some(kind) => {
                code += &append(&string(&head));
                code += &append(&string(&["Content-Type: ", kind, "\r\n\r\n"].concat()));
            }
            None => code += &append(&string(&[&head, "\r\n"].concat())),
        }
        match &part.value {
            PartValue::Text(text) => code += &append(&expression(&text.clone().then(Text::literal("\r\n")))),
            PartValue::File(name) => {
                code += &["body.append(try Data(contentsOf: ", &file(name), "))\n"].concat();
                code += &append("\"\\r\\n\"");
            }
        }
    }
    [&code, &append("\"--\\(boundary)--\\r\\n\""), "request.httpBody = body\n"].concat()
}

fn append(text: &str) -> String {
    [&call("body.append(", "contentsOf: ", text, ".utf8", ")"), "\n"].concat()
}

fn file(name: &str) -> String {
    ["URL(fileURLWithPath: ", &string(name), ")"].concat()
}

/// A call with one literal, as much of it on each line as there is room for.
fn call(start: &str, label: &str, literal: &str, member: &str, end: &str) -> String {
    let line = [start, label, literal, member, end].concat();
    if fits(&line) {
        return line;
    }
    // The bracket has a line of its own where it does not fit behind the rest.
    let closed = |lines: &str, last: &str| {
        let line_end = if fits(&[last, end].concat()) { "" } else { "\n" };
        [start, "\n", lines, last, line_end, end].concat()
    };
    let line = ["  ", label, literal, member].concat();
    if fits(&line) {
        return closed("", &line);
    }
    let (label, indent) =
        if label.is_empty() { (String::new(), "  ") } else { (["  ", label.trim_end(), "\n"].concat(), "    ") };
    let line = [indent, literal, member].concat();
    if fits(&line) || member.is_empty() {
        return closed(&label, &line);
    }
    closed(&[&label, indent, literal, "\n"].concat(), &["    ", member].concat())
}

/// A call with two arguments, on as few lines as hold them.
fn call_with_two(start: &str, first: &str, second: &str) -> String {
    let line = [start, first, ", ", second, ")"].concat();
    if fits(&line) {
        return line;
    }
    let line = ["  ", first, ", ", second, ")"].concat();
    let given = if fits(&line) { line } else { ["  ", first, ",\n  ", second, ")"].concat() };
    [start, "\n", &given].concat()
}

fn fits(line: &str) -> bool {
    line.chars().count() <= WIDTH
}

fn variable(name: &str) -> String {
    camel_case(name, &RESERVED)
}

/// A literal over several lines (The Swift Programming Language, String Literals), with as many number signs as leave
/// everything in it as it is.
fn lines(text: &Text) -> String {
    let has = |mark: &str| text.pieces().iter().any(|piece| matches!(piece, Piece::Plain(text) if text.contains(mark)));
    let mut signs = String::new();
    while has(&["\\", &signs].concat()) || has(&["\"\"\"", &signs].concat()) {
        signs.push('#');
    }
    let inside = text.joined(str::to_owned, |name| ["\\", &signs, "(", &variable(name), ")"].concat(), "");
    [&signs, "\"\"\"\n  ", &inside.replace('\n', "\n  "), "\n  \"\"\"", &signs].concat()
}

/// A string literal, in which `\(name)` is a variable.
fn expression(text: &Text) -> String {
    if let [Piece::Variable(name)] = text.pieces() {
        return variable(name);
    }
    let inside = |text: &str| {
        let literal = string(text);
        literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    ["\"", &text.joined(inside, |name| ["\\(", &variable(name), ")"].concat(), ""), "\""].concat()
}

fn string(text: &str) -> String {
    quoted('"', text, |c| match c {
        '"' => Some("\\\"".into()),
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    })
}
