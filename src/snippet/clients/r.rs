//! R, as styler and Air format it: httr2.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{Dialect, is_hidden, quoted, survives, without_last_commas},
    text::Text,
};
use serde_json::Value;

pub(super) const HTTR2: Client = Client {
    id: "r-httr2",
    language: "R",
    name: "httr2",
    install: "Rscript -e 'install.packages(c(\"httr2\", \"jsonlite\"))'",
    file: "call.R",
    run: "Rscript call.R",
    print: httr2,
};

const JSON: Dialect = Dialect {
    object: ["list(", ")"],
    empty_object: "structure(list(), names = character())",
    list: ["list(", ")"],
    pair: " = ",
    words: ["NULL", "TRUE", "FALSE"],
    indent: "  ",
    width: 60,
    string: expression,
    key,
};

fn httr2(http: &Http) -> Result<String, &'static str> {
    let mut steps = vec![request(&http.url)];
    // A body makes it POST.
    if http.method != if http.body.is_some() { "POST" } else { "GET" } {
        steps.push(["req_method(", &string(http.method), ")"].concat());
    }
    if let Some((username, password)) = &http.basic {
        steps.push(call("req_auth_basic", &[variable(username), variable(password)]));
    }
    // The type of a body stands beside it.
    let is_type = |(name, _): &&(String, Text)| name == "content-type" && http.body.is_some();
    let kind = http.headers.iter().find(is_type).map(|(_, value)| value);
    if http.headers.iter().any(|(_, value)| value.plain() == Some("")) {
        return Err("httr2 sends no header without a value.");
    }
    let header = |(name, value): &(String, Text)| [&key(name), " = ", &expression(value)].concat();
    let headers: Vec<String> = http.headers.iter().filter(|pair| !is_type(pair)).map(header).collect();
    if !headers.is_empty() {
        steps.push(call("req_headers", &headers));
    }
    // Versions before 1 know no other type of JSON.
    let is_json = kind.and_then(Text::plain) == Some("application/json");
    let with_body = |function: &str, body: String, others: &[&str]| {
        let kind = kind.filter(|_| function != "req_body_json").map(|kind| ["type = ", &expression(kind)].concat());
        let others = others.iter().map(|&other| other.to_owned());
        call(function, &[body].into_iter().chain(others).chain(kind).collect::<Vec<_>>())
    };
    steps.extend(match &http.body {
        None => None,
        Some(Content::Json(value, _)) if is_json && is_written_again(value) => {
            // Else a fraction gets more digits than it has.
            let digits: &[&str] = if has(value, &|value| is_fraction(value)) { &["digits = NA"] } else { &[] };
            Some(with_body("req_body_json", without_last_commas(&JSON.write(value, 2)), digits))
        }
        Some(Content::Text(text) | Content::Json(_, text)) if text.has('\0') => {
            return Err("No string of R holds the character NUL.");
        }
        Some(Content::Text(text) | Content::Json(_, text)) => Some(with_body("req_body_raw", expression(text), &[])),
        Some(Content::File(name)) => Some(with_body("req_body_file", string(name), &[])),
        Some(Content::Parts(parts)) => Some(call("req_body_multipart", &fields(parts)?)),
    });
    steps.extend(["req_timeout(30)".to_owned(), "req_perform()".to_owned()]);
    let shown = if http.method == "HEAD" {
        "print(resp_headers(response))\n"
    } else {
        "if (resp_has_body(response)) {\n  cat(resp_body_string(response))\n}\n"
    };
    Ok(["library(httr2)\n\nresponse <- ", &steps.join(" |>\n  "), "\n\n", shown].concat())
}

/// The first step, which stands behind an arrow.
fn request(url: &Text) -> String {
    let argument = expression(url);
    let line = ["request(", &argument, ")"].concat();
    if line.len() <= 65 {
        return line;
    }
    if url.plain().is_some() {
        return ["request(\n  ", &argument, "\n)"].concat();
    }
    ["request(paste0(\n  ", &url.joined(string, variable, ",\n  "), "\n))"].concat()
}

fn fields(parts: &[Part]) -> Result<Vec<String>, &'static str> {
    if parts.is_empty() {
        return Err("httr2 sends no form without parts.");
    }
    let field = |part: &Part| {
        let kind = part.content_type.as_ref().map(|kind| [", type = ", &string(kind)].concat());
        let value = match &part.value {
            PartValue::Text(text) if text.has('\0') => return Err("No string of R holds the character NUL."),
            PartValue::Text(text) => match kind {
                None => expression(text),
                Some(kind) => ["curl::form_data(", &expression(text), &kind, ")"].concat(),
            },
            PartValue::File(name) => {
                let kind = kind.unwrap_or_else(|| ", type = \"application/octet-stream\"".into());
                ["curl::form_file(", &string(name), &kind, ")"].concat()
            }
        };
        Ok([&key(&part.name), " = ", &value].concat())
    };
    parts.iter().map(field).collect()
}

/// A step: on one line where it is short, else a line for each argument.
fn call(function: &str, arguments: &[String]) -> String {
    let line = [function, "(", &arguments.join(", "), ")"].concat();
    if line.len() <= 75 && !line.contains('\n') {
        return line;
    }
    [function, "(\n    ", &arguments.join(",\n    "), "\n  )"].concat()
}

/// A list has no empty names, and what is to be JSON by itself is a list.
fn is_written_again(value: &Value) -> bool {
    let is_key = |name: &str| !name.is_empty() && !name.contains('\0');
    let has_nul = |value: &Value| value.as_str().is_some_and(|text| text.contains('\0'));
    (value.is_object() || value.is_array()) && survives(value, &is_key) && !has(value, &has_nul)
}

fn is_fraction(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number.to_string().contains('.'))
}

/// Whether a value, or one inside of it, is such.
fn has(value: &Value, is_such: &impl Fn(&Value) -> bool) -> bool {
    is_such(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| has(item, is_such)),
            Value::Object(fields) => fields.values().any(|field| has(field, is_such)),
            _ => false,
        }
}

fn variable(name: &str) -> String {
    ["Sys.getenv(\"", name, "\")"].concat()
}

fn expression(text: &Text) -> String {
    let joined = text.joined(string, variable, ", ");
    if text.pieces().len() > 1 { ["paste0(", &joined, ")"].concat() } else { joined }
}

/// The name of an argument.
fn key(name: &str) -> String {
    const WORDS: [&str; 13] =
        ["if", "else", "repeat", "while", "function", "for", "next", "break", "TRUE", "FALSE", "NULL", "Inf", "NaN"];
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
        && !WORDS.contains(&name)
        && !matches!(name, "in" | "NA" | "NA_integer_" | "NA_real_" | "NA_complex_" | "NA_character_");
    if is_plain { name.into() } else { escaped('"', name) }
}

/// A string literal: a raw one where much would have to be escaped (R NEWS, 4.0.0).
fn string(text: &str) -> String {
    let has_both = text.contains('"') && text.contains('\'');
    if (!has_both && !text.contains('\\')) || text.chars().any(is_hidden) {
        let quote = if text.contains('"') && !text.contains('\'') { '\'' } else { '"' };
        return escaped(quote, text);
    }
    let dashes =
        (0..=text.len()).map(|count| "-".repeat(count)).find(|dashes| !text.contains(&[")", dashes, "\""].concat()));
    let dashes = dashes.unwrap_or_default();
    ["r\"", &dashes, "(", text, ")", &dashes, "\""].concat()
}

fn escaped(quote: char, text: &str) -> String {
    quoted(quote, text, |c| match c {
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if c == quote => Some(format!("\\{c}")),
        c if is_hidden(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
