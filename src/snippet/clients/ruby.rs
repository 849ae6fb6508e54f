//! Ruby, as `RuboCop` has it: net/http, which comes with it.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{Dialect, is_hidden, quoted, survives, with_thousands, without_last_commas},
    text::{Piece, Text},
};
use serde_json::Value;

pub(super) const NET_HTTP: Client = Client {
    id: "ruby-net-http",
    language: "Ruby",
    name: "net/http",
    install: "",
    file: "call.rb",
    run: "ruby call.rb",
    print: net_http,
};

pub(in crate::snippet) const JSON: Dialect = Dialect {
    object: ["{", "}"],
    empty_object: "{}",
    list: ["[", "]"],
    pair: ": ",
    words: ["nil", "true", "false"],
    indent: "  ",
    width: 100,
    string: expression,
    key,
};

pub(in crate::snippet) const OPEN: &str = "# frozen_string_literal: true\n\n";

fn net_http(http: &Http) -> Result<String, &'static str> {
    let mut lines = vec![["uri = URI(", &expression(&http.url), ")"].concat(), ["request = ", &request(http)].concat()];
    if let Some((username, password)) = &http.basic {
        lines.push(["request.basic_auth(", &variable(username), ", ", &variable(password), ")"].concat());
    }
    let header = |(name, value): &(String, Text)| ["request[", &string(name), "] = ", &expression(value)].concat();
    lines.extend(http.headers.iter().map(header));
    let mut json = "";
    lines.extend(match &http.body {
        None => None,
        Some(Content::Json(value, _)) if survives(value, &|_| true) => {
            json = "require 'json'\n";
            Some(["request.body = ", &literal(value, 0), ".to_json"].concat())
        }
        Some(Content::Text(text) | Content::Json(_, text)) => Some(["request.body = ", &expression(text)].concat()),
        Some(Content::File(name)) => Some(["request.body = File.binread(", &string(name), ")"].concat()),
        Some(Content::Parts(parts)) => Some(form(parts)?),
    });
    let tls = if http.url.pieces().first().is_some_and(is_https) { ", use_ssl: true" } else { "" };
    Ok([
        OPEN,
        json,
        "require 'net/http'\n\n",
        &lines.join("\n"),
        "\n\nresponse = Net::HTTP.start(uri.hostname, uri.port",
        tls,
        ") { |http| http.request(request) }\n\
         raise \"#{response.code} #{response.body}\" unless response.is_a?(Net::HTTPSuccess)\n\n\
         puts response.body\n",
    ]
    .concat())
}

fn is_https(piece: &Piece) -> bool {
    matches!(piece, Piece::Plain(text) if text.starts_with("https:"))
}

fn request(http: &Http) -> String {
    match (http.method, &http.body) {
        // Their own classes send an empty form where there is no body.
        ("POST" | "PUT" | "PATCH", None) => {
            ["Net::HTTPGenericRequest.new(", &string(http.method), ", false, true, uri)"].concat()
        }
        (method, _) => ["Net::HTTP::", &method[..1], &method[1..].to_lowercase(), ".new(uri)"].concat(),
    }
}

fn form(parts: &[Part]) -> Result<String, &'static str> {
    let mut lines = String::new();
    for part in parts {
        let value = match (&part.value, &part.content_type) {
            (PartValue::Text(text), None) => expression(text),
            (PartValue::Text(_), Some(_)) => return Err("net/http gives parts of text no media type."),
            (PartValue::File(name), kind) => {
                let kind = kind.as_deref().unwrap_or("application/octet-stream");
                let about = ["{ filename: ", &string(name), ", content_type: ", &string(kind), " }"].concat();
                ["File.open(", &string(name), ", 'rb'), ", &about].concat()
            }
        };
        lines += &["\n    [", &string(&part.name), ", ", &value, "],"].concat();
    }
    let parts = without_last_commas(&["[", &lines, "\n  ]"].concat());
    Ok(["request.set_form(\n  ", &parts, ",\n  'multipart/form-data'\n)"].concat())
}

/// A value of JSON, which begins on a line so deep.
pub(super) fn literal(value: &Value, depth: usize) -> String {
    with_thousands(&without_last_commas(&JSON.write(value, depth)))
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["ENV.fetch('", name, "')"].concat()
}

/// A string, into which variables are put.
pub(super) fn expression(text: &Text) -> String {
    match text.pieces() {
        [] => string(""),
        [Piece::Plain(plain)] => string(plain),
        [Piece::Variable(name)] => variable(name),
        _ => {
            let inside = |plain: &str| {
                let literal = double_quoted(plain);
                literal[1..literal.len() - 1].to_owned()
            };
            ["\"", &text.joined(inside, |name| ["#{", &variable(name), "}"].concat(), ""), "\""].concat()
        }
    }
}

/// The name of a field, with quotes where it needs them.
pub(in crate::snippet) fn key(name: &str) -> String {
    let is_start = |c: char| c.is_alphabetic() || c == '_';
    let is_plain = name.starts_with(is_start) && name.chars().all(|c| is_start(c) || c.is_ascii_digit());
    if is_plain { name.into() } else { string(name) }
}

/// A string literal; single quotes are preferred where nothing has to be escaped.
pub(in crate::snippet) fn string(text: &str) -> String {
    if text.contains('\'') || text.contains("#{") || text.chars().any(is_hidden) {
        return double_quoted(text);
    }
    quoted('\'', text, |c| (c == '\\').then(|| "\\\\".into()))
}

fn double_quoted(text: &str) -> String {
    let literal = quoted('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) => Some(format!("\\u{:04X}", c as u32)),
        _ => None,
    });
    // What would be put in there: `#{…}`, `#$…`, `#@…`.
    literal.replace("#{", "\\#{").replace("#$", "\\#$").replace("#@", "\\#@")
}
