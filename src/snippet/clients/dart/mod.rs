//! Dart over package:http, as `dart format` lays it out.

mod form;
mod layout;

use super::{
    Client,
    http::{Content, Http, PartValue},
    literal::{camel_case, is_hidden, is_long, quoted, survives},
    text::{Piece, Text},
};
use form::{by_hand, is_typed_text, suit_library, with_parts};
use layout::{call, fits, json, map, pair};
use serde_json::Value;

pub(super) const HTTP: Client = Client {
    id: "dart-http",
    language: "Dart",
    name: "package:http",
    install: "dart pub add http",
    file: "call.dart",
    run: "dart run call.dart",
    print: |http| Ok(print(http)),
};

/// What the code calls its own variables, and words of the language that a variable could be called.
const RESERVED: [&str; 43] = [
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

fn print(http: &Http) -> String {
    let parts = match &http.body {
        Some(Content::Parts(parts)) => Some(parts),
        _ => None,
    };
    let written_by_hand = parts.filter(|parts| !suit_library(parts));
    let has_file = match &http.body {
        Some(Content::File(_)) => true,
        _ => written_by_hand.is_some_and(|parts| parts.iter().any(|part| matches!(part.value, PartValue::File(_)))),
    };
    let needs_bytes = match &http.body {
        Some(Content::Json(value, _)) => is_encoded(value) || !is_text(http),
        Some(Content::Text(_)) => !is_text(http),
        Some(Content::Parts(_)) => written_by_hand.is_some() || parts.into_iter().flatten().any(is_typed_text),
        _ => false,
    };
    let variables = http.variables();
    let mut code = String::new();
    if http.basic.is_some() || needs_bytes {
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
        code += &["  final ", &variable(name), " = Platform.environment['", name, "']!;\n"].concat();
    }
    code += &match (parts, written_by_hand, function(http)) {
        (_, Some(parts), _) => by_hand(http, parts),
        (Some(parts), None, _) => with_parts(http, parts),
        (None, None, Some(function)) => with_function(http, &function),
        (None, None, None) => with_request(http),
    };
    code += "  if (response.statusCode < 200 || response.statusCode > 299) {\n    \
             throw http.ClientException('${response.statusCode} ${response.body}');\n  }\n  \
             print(response.body);\n}\n";
    code
}

/// The library's function for a method, which some have with a body and some without.
fn function(http: &Http) -> Option<String> {
    match (http.method, &http.body) {
        ("POST" | "PUT" | "PATCH" | "DELETE", _) | ("GET" | "HEAD", None) => Some(http.method.to_lowercase()),
        _ => None,
    }
}

fn with_function(http: &Http, function: &str) -> String {
    let start = ["  final response = await http.", function, "("].concat();
    let mut given = Vec::new();
    given.extend(map(&headers(http), 2, "headers: ", ","));
    given.extend(http.body.as_ref().map(|body| payload(body, is_text(http), 2, "body: ", ",")));
    call_with_url(&start, &http.url, &given)
}

/// A call with a URL, and more arguments, each on lines of its own.
fn call_with_url(start: &str, url: &Text, given: &[String]) -> String {
    let url = expression(url);
    let line = [start, "Uri.parse(", &url, "));\n"].concat();
    if given.is_empty() && fits(line.trim_end(), 0) {
        return line;
    }
    let first = call("Uri.parse(", &url, "),", 2);
    let given: String = given.iter().map(|given| ["    ", given, "\n"].concat()).collect();
    [start, "\n    ", &first, "\n", &given, "  );\n"].concat()
}

fn with_request(http: &Http) -> String {
    let is_text = is_text(http);
    let name = if is_text { "request.body = " } else { "request.bodyBytes = " };
    let body = http.body.as_ref().map(|body| ["  ", &payload(body, is_text, 1, name, ";"), "\n"].concat());
    [request("Request", http), add_headers(http), body.unwrap_or_default(), SEND.into()].concat()
}

const SEND: &str = "  final response = await http.Response.fromStream(await request.send());\n";

fn request(class: &str, http: &Http) -> String {
    let start = ["  final request = http.", class, "("].concat();
    let url = expression(&http.url);
    let line = [&start, &string(http.method), ", Uri.parse(", &url, "));\n"].concat();
    if fits(line.trim_end(), 0) {
        return line;
    }
    let url = call("Uri.parse(", &url, "),", 2);
    [&start, "\n    ", &string(http.method), ",\n    ", &url, "\n  );\n"].concat()
}

fn add_headers(http: &Http) -> String {
    let add = map(&headers(http), 1, "request.headers.addAll(", ");");
    add.map(|add| ["  ", &add, "\n"].concat()).unwrap_or_default()
}

fn headers(http: &Http) -> Vec<(String, String)> {
    let basic = http.basic.as_ref().map(|(username, password)| {
        let pair = ["'$", &variable(username), ":$", &variable(password), "'"].concat();
        ("'authorization'".to_owned(), ["'Basic ${base64Encode(utf8.encode(", &pair, "))}'"].concat())
    });
    let others = http.headers.iter().map(|(name, value)| (string(name), expression(value)));
    basic.into_iter().chain(others).collect()
}

/// Whether the library, given a text as the body, leaves the header alone that says what it is.
fn is_text(http: &Http) -> bool {
    let kind = http.headers.iter().find(|(name, _)| name == "content-type");
    let kind = kind.and_then(|(_, kind)| kind.plain()).unwrap_or_default();
    is_simple_kind(kind) && !kind.starts_with("text/") && !kind.contains("xml")
}

fn is_simple_kind(kind: &str) -> bool {
    let is_token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '+' | '.');
    kind.split_once('/')
        .is_some_and(|halves| [halves.0, halves.1].iter().all(|half| !half.is_empty() && half.chars().all(is_token)))
}

/// Whether JSON is written as maps and lists of the language: where that makes the same text again.
fn is_encoded(value: &Value) -> bool {
    is_long(value) && survives(value, &|_| true)
}

/// What is sent, and what stands around it, on lines so deep.
fn payload(body: &Content, is_text: bool, depth: usize, before: &str, after: &str) -> String {
    match body {
        Content::Json(value, _) if is_text && is_encoded(value) => {
            let start = [before, "jsonEncode("].concat();
            let end = [")", after].concat();
            [start.as_str(), &json(value, depth, start.len() + end.len()), &end].concat()
        }
        Content::Text(text) | Content::Json(_, text) if is_text => {
            pair(before.trim_end(), &expression(text), after, depth)
        }
        Content::Text(text) | Content::Json(_, text) => {
            call(&[before, "utf8.encode("].concat(), &expression(text), &[")", after].concat(), depth)
        }
        Content::File(name) => [before, "await File(", &string(name), ").readAsBytes()", after].concat(),
        Content::Parts(_) => String::new(),
    }
}

fn variable(name: &str) -> String {
    camel_case(name, &RESERVED)
}

/// A string literal, in which `$name` is a variable (Dart Language Specification, §17.7).
fn expression(text: &Text) -> String {
    if let [Piece::Variable(name)] = text.pieces() {
        return variable(name);
    }
    let count = |quote: char| {
        let plain = text
            .pieces()
            .iter()
            .map(|piece| if let Piece::Plain(text) = piece { text.matches(quote).count() } else { 0 });
        plain.sum::<usize>()
    };
    let quote = if count('\'') > count('"') { '"' } else { '\'' };
    let mut literal = String::from(quote);
    for (i, piece) in text.pieces().iter().enumerate() {
        let continues = |piece: Option<&Piece>| matches!(piece, Some(Piece::Plain(text)) if text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        match piece {
            Piece::Plain(text) => literal.push_str(&inside(quote, text)),
            Piece::Variable(name) if continues(text.pieces().get(i + 1)) => {
                literal += &["${", &variable(name), "}"].concat();
            }
            Piece::Variable(name) => literal += &["$", &variable(name)].concat(),
        }
    }
    literal.push(quote);
    literal
}

fn string(text: &str) -> String {
    expression(&Text::literal(text))
}

/// The characters between the quotes.
fn inside(quote: char, text: &str) -> String {
    let literal = quoted(quote, text, |c| match c {
        '\\' => Some("\\\\".into()),
        '$' => Some("\\$".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if c == quote => Some(format!("\\{c}")),
        c if is_hidden(c) => Some(format!("\\u{{{:x}}}", c as u32)),
        _ => None,
    });
    literal.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or_default().to_owned()
}
