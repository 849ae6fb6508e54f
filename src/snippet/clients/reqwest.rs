//! Rust, as rustfmt formats it: reqwest, with Tokio.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{Dialect, pretty, survives},
    rust::{Expression, NEXT, WIDTH, call, expression, raw, statement, string, variable},
    text::{Piece, Text},
};
use serde_json::Value;

pub(super) const REQWEST: Client = Client {
    id: "rust-reqwest",
    language: "Rust",
    name: "reqwest",
    install: "cargo add anyhow reqwest serde_json tokio --features \
              reqwest/json,reqwest/multipart,serde_json/preserve_order,tokio/full",
    file: "src/main.rs",
    run: "cargo run",
    print: reqwest,
};

const JSON: Dialect = Dialect {
    object: ["{", "}"],
    empty_object: "{}",
    list: ["[", "]"],
    pair: ": ",
    words: ["null", "true", "false"],
    indent: "    ",
    width: 96,
    string: |text| expression(text).flat(),
    key: string,
};

/// What stands before a call, what is called to give it a body, and what that imports.
#[derive(Default)]
struct Body {
    before: String,
    call: String,
    of_reqwest: Vec<&'static str>,
    imports: Vec<&'static str>,
}

fn reqwest(http: &Http) -> Result<String, &'static str> {
    let Body { before, call: body, mut of_reqwest, mut imports } = body(http)?;
    of_reqwest.insert(0, "Client");
    let first = match http.method {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" => {
            call(&http.method.to_ascii_lowercase(), &[expression(&http.url)])
        }
        other => {
            of_reqwest.insert(1, "Method");
            call("request", &[Expression::Plain(["Method::", other].concat()), expression(&http.url)])
        }
    };
    let mut calls = vec![first];
    if let Some((username, password)) = &http.basic {
        let password = ["Some(", &variable(password), ")"].concat();
        calls.push(call("basic_auth", &[Expression::Plain(variable(username)), Expression::Plain(password)]));
    }
    // The client says so itself.
    let is_json = body.starts_with(&[NEXT, "json("].concat());
    let headers = http.headers_but("content-type", if is_json { "application/json" } else { "" });
    calls.extend(headers.into_iter().map(|(name, value)| header(name, value)));
    calls.push(body);
    calls.push(call("timeout", &[Expression::Plain("Duration::from_secs(30)".into())]));

    let has_variables = !http.variables().is_empty();
    imports.extend([
        "use anyhow::Result;",
        if has_variables { "use std::{env, time::Duration};" } else { "use std::time::Duration;" },
    ]);
    let of_reqwest = match of_reqwest.as_slice() {
        [one] => ["use reqwest::", one, ";"].concat(),
        several if several.iter().any(|name| name.contains('{')) => {
            ["use reqwest::{\n    ", &several.join(",\n    "), ",\n};"].concat()
        }
        several => ["use reqwest::{", &several.join(", "), "};"].concat(),
    };
    imports.push(&of_reqwest);
    imports.sort_unstable();
    Ok([
        &imports.join("\n"),
        "\n\n#[tokio::main]\nasync fn main() -> Result<()> {\n",
        &before,
        "    let response = Client::new()",
        &calls.concat(),
        "\n        .send()\n        .await?\n        .error_for_status()?;\n    println!(\"{}\", response.text().await?);\n    Ok(())\n}\n",
    ]
    .concat())
}

fn body(http: &Http) -> Result<Body, &'static str> {
    Ok(match &http.body {
        None => Body::default(),
        Some(Content::Json(value, _)) if is_written_again(value) => Body {
            call: [NEXT, "json(&json!(", &JSON.write(value, 2), "))"].concat(),
            imports: vec!["use serde_json::json;"],
            ..Body::default()
        },
        Some(Content::Json(value, text)) if text.plain().is_some_and(|text| text.len() > WIDTH) => {
            // Without variables, it is plain in this form too.
            let text = pretty(value, '\0');
            let literal = text.joined(raw, variable, "");
            Body {
                before: ["    let body = ", &literal, ";\n"].concat(),
                call: call("body", &[Expression::Plain("body".into())]),
                ..Body::default()
            }
        }
        Some(Content::Text(text) | Content::Json(_, text)) => {
            Body { call: call("body", &[expression(text)]), ..Body::default() }
        }
        Some(Content::File(name)) => Body {
            call: call("body", &[Expression::Plain(read(name))]),
            imports: vec!["use tokio::fs;"],
            ..Body::default()
        },
        Some(Content::Parts(parts)) => form(parts)?,
    })
}

fn form(parts: &[Part]) -> Result<Body, &'static str> {
    let mut body = Body { call: [NEXT, "multipart(form)"].concat(), ..Body::default() };
    let mut calls: Vec<String> = Vec::new();
    let mut has_headers = false;
    let is_plain = |part: &&Part| matches!(part.value, PartValue::Text(_)) && part.content_type.is_none();
    let is_alone = parts.len() - parts.iter().filter(is_plain).count() == 1;
    // It would write them as RFC 8187 says, which forms do not.
    if !parts.iter().all(|part| part.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.[]".contains(&b))) {
        calls.push(call("percent_encode_noop", &[]));
    }
    for (number, Part { name, value, content_type }) in (1..).zip(parts) {
        let name = Expression::Plain(string(&escaped(name)));
        let (first, kind) = match (value, content_type.as_deref()) {
            (PartValue::Text(text), None) => {
                calls.push(call("text", &[name, expression(text)]));
                continue;
            }
            (PartValue::Text(text), Some(kind)) => (call("text", &[expression(text)]), kind),
            (PartValue::File(file), _) if file.contains('\\') => {
                return Err("reqwest doubles backslashes in names of files.");
            }
            (PartValue::File(file), kind) => {
                if body.imports.is_empty() {
                    body.imports.push("use tokio::fs;");
                }
                let bytes = call("bytes", &[Expression::Plain(read(file))]);
                let name = call("file_name", &[Expression::Plain(string(&escaped(file)))]);
                ([bytes, name].concat(), kind.unwrap_or("application/octet-stream"))
            }
        };
        let variable = if is_alone { "part".to_owned() } else { format!("part_{number}") };
        let kind = if is_simple_kind(kind) {
            [&call("mime_str", &[Expression::Plain(string(kind))]), "?"].concat()
        } else {
            has_headers = true;
            let headers = variable.replace("part", "headers");
            let value = Expression::Plain([&string(kind), ".parse()?"].concat());
            let insert = call("insert", &[Expression::Plain("CONTENT_TYPE".into()), value]);
            let insert = [&headers, &insert.replace(NEXT, ".").replace("\n    ", "\n"), ";\n"].concat();
            body.before += &["    let mut ", &headers, " = HeaderMap::new();\n    ", &insert].concat();
            call("headers", &[Expression::Plain(headers)])
        };
        let part = first.replacen(NEXT, "Part::", 1);
        let (part, rest) =
            part.split_once(NEXT).map_or((&*part, String::new()), |(part, rest)| (part, [NEXT, rest].concat()));
        body.before += &statement(&variable, &part.replace("\n    ", "\n"), &[rest, kind].concat());
        calls.push(call("part", &[name, Expression::Plain(variable)]));
    }
    if has_headers {
        body.of_reqwest.push("header::{CONTENT_TYPE, HeaderMap}");
    }
    body.of_reqwest.push(if body.before.is_empty() { "multipart::Form" } else { "multipart::{Form, Part}" });
    body.before += &statement("form", "Form::new()", &calls.concat());
    Ok(body)
}

fn header(name: &str, value: &Text) -> String {
    match value.pieces() {
        [Piece::Plain(before), Piece::Variable(token)]
            if name.eq_ignore_ascii_case("authorization") && before == "Bearer " =>
        {
            call("bearer_auth", &[Expression::Plain(variable(token))])
        }
        _ => call("header", &[Expression::Plain(string(name)), expression(value)]),
    }
}

/// What `json!` writes again. Whole numbers are `i32` unless they say otherwise; and the macro goes only so deep.
fn is_written_again(value: &Value) -> bool {
    fn is_small(value: &Value) -> bool {
        match value {
            Value::Number(number) => {
                let text = number.to_string();
                text.contains('.') || text.parse::<i32>().is_ok()
            }
            Value::Array(items) => items.iter().all(is_small),
            Value::Object(fields) => fields.values().all(is_small),
            _ => true,
        }
    }
    /// At how many levels the macro calls itself, of 128 that the compiler allows.
    fn levels(value: &Value) -> usize {
        match value {
            Value::Array(items) => 2 + 2 * items.len() + items.iter().map(levels).max().unwrap_or_default(),
            Value::Object(fields) => 2 + 3 * fields.len() + fields.values().map(levels).max().unwrap_or_default(),
            _ => 1,
        }
    }
    // rustfmt breaks a long list of its own, as nothing in it tells JSON from Rust.
    let is_laid_out = !value.is_array() || {
        let literal = JSON.write(value, 2);
        literal.contains('{') || literal.chars().count() + "&json!()".len() <= WIDTH
    };
    survives(value, &|_| true) && is_small(value) && levels(value) <= 120 && is_laid_out
}

/// The media types that its parser leaves as they are.
fn is_simple_kind(kind: &str) -> bool {
    let is_token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+._".contains(c);
    kind.split_once('/').is_some_and(|(first, second)| {
        !first.is_empty() && !second.is_empty() && [first, second].iter().all(|name| name.chars().all(is_token))
    })
}

/// Names of parts and files, as browsers escape them.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn read(file: &str) -> String {
    ["fs::read(", &string(file), ").await?"].concat()
}
