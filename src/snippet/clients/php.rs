//! PHP, as PSR-12 has it: the cURL extension, and Guzzle.

use super::{
    Client,
    http::{Content, Http, Part, PartValue},
    literal::{Dialect, is_hidden, is_index, quoted, survives},
    text::Text,
};
use serde_json::Value;

pub(super) const CURL: Client = Client {
    id: "php-curl",
    language: "PHP",
    name: "cURL",
    install: "",
    file: "call.php",
    run: "php call.php",
    print: curl,
};

pub(super) const GUZZLE: Client = Client {
    id: "php-guzzle",
    language: "PHP",
    name: "Guzzle",
    install: "composer require guzzlehttp/guzzle",
    file: "call.php",
    run: "php call.php",
    print: |http| Ok(guzzle(http)),
};

pub(in crate::snippet) const JSON: Dialect = Dialect {
    object: ["[", "]"],
    empty_object: "new stdClass()",
    list: ["[", "]"],
    pair: " => ",
    words: ["null", "true", "false"],
    indent: "    ",
    width: 100,
    string: expression,
    key: string,
};

pub(in crate::snippet) const OPEN: &str = "<?php\n\ndeclare(strict_types=1);\n\n";

fn curl(http: &Http) -> Result<String, &'static str> {
    let mut options = Vec::new();
    match (http.method, &http.body) {
        ("GET", None) => {}
        ("HEAD", None) => options.push("CURLOPT_NOBODY => true".to_owned()),
        // A body makes the method POST.
        ("POST", Some(_)) => options.push("CURLOPT_POST => true".to_owned()),
        (method, _) => options.push(["CURLOPT_CUSTOMREQUEST => ", &string(method)].concat()),
    }
    if let Some((username, password)) = &http.basic {
        options.push(["CURLOPT_USERNAME => ", &variable(username)].concat());
        options.push(["CURLOPT_PASSWORD => ", &variable(password)].concat());
    }
    let headers: Vec<String> = http
        .headers
        .iter()
        .map(|(name, value)| {
            // `name;` is how cURL is told to send a header without a value.
            let mark = if value.plain() == Some("") { ";" } else { ": " };
            expression(&Text::literal(&[name, mark].concat()).then(value.clone()))
        })
        .collect();
    if !headers.is_empty() {
        options.push(["CURLOPT_HTTPHEADER => ", &list(&headers, 1)].concat());
    }
    let body = match &http.body {
        None => None,
        Some(Content::Json(value, _)) if is_written_again(value) => {
            Some(["json_encode(", &JSON.write(value, 1), ", JSON_THROW_ON_ERROR)"].concat())
        }
        Some(Content::Text(text) | Content::Json(_, text)) => Some(expression(text)),
        Some(Content::File(name)) => Some(["file_get_contents(", &string(name), ")"].concat()),
        Some(Content::Parts(parts)) => Some(list(&curl_fields(parts)?, 1)),
    };
    options.extend(body.map(|body| ["CURLOPT_POSTFIELDS => ", &body].concat()));
    options.extend(["CURLOPT_RETURNTRANSFER => true".to_owned(), "CURLOPT_TIMEOUT => 30".to_owned()]);
    let call =
        ["$curl = curl_init(", &expression(&http.url), ");\ncurl_setopt_array($curl, ", &list(&options, 0), ");\n"];
    let after = "$body = curl_exec($curl);\n\
                 if ($body === false) {\n    throw new RuntimeException(curl_error($curl));\n}\n\
                 $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);\n\
                 if ($status >= 400) {\n    throw new RuntimeException(\"$status $body\");\n}\n\necho $body;\n";
    Ok([OPEN, &call.concat(), after].concat())
}

/// The fields of a form: an array, which has each name once.
fn curl_fields(parts: &[Part]) -> Result<Vec<String>, &'static str> {
    if parts.is_empty() {
        return Err("cURL sends no form without parts.");
    }
    let mut fields = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for group in parts.chunk_by(|one, next| one.name == next.name) {
        let name = &group[0].name;
        if names.contains(&name.as_str()) {
            return Err("cURL sends the parts of one name one after the other.");
        }
        names.push(name);
        let mut values = Vec::new();
        for part in group {
            values.push(match (&part.value, &part.content_type) {
                (PartValue::Text(text), None) => expression(text),
                (PartValue::Text(_), Some(_)) => return Err("PHP's cURL gives parts of text no media type."),
                (PartValue::File(file), kind) => {
                    let kind = kind.as_deref().unwrap_or("application/octet-stream");
                    ["new CURLFile(", &string(file), ", ", &string(kind), ")"].concat()
                }
            });
        }
        let value =
            if let [value] = values.as_slice() { value.clone() } else { ["[", &values.join(", "), "]"].concat() };
        fields.push([&string(name), " => ", &value].concat());
    }
    Ok(fields)
}

fn guzzle(http: &Http) -> String {
    let mut options = Vec::new();
    if let Some((username, password)) = &http.basic {
        options.push(["'auth' => [", &variable(username), ", ", &variable(password), "]"].concat());
    }
    let as_json = match &http.body {
        // Guzzle takes null for no body at all.
        Some(Content::Json(value, _)) if is_written_again(value) && !value.is_null() => Some(value),
        _ => None,
    };
    // Guzzle says so itself.
    let headers = http.headers_but("content-type", if as_json.is_some() { "application/json" } else { "" });
    if !headers.is_empty() {
        let pair = |(name, value): &(&str, &Text)| [&string(name), " => ", &expression(value)].concat();
        options.push(["'headers' => ", &list(&headers.iter().map(pair).collect::<Vec<_>>(), 1)].concat());
    }
    let mut has_files = false;
    options.extend(match (&http.body, as_json) {
        (None, _) => None,
        (_, Some(value)) => Some(["'json' => ", &JSON.write(value, 1)].concat()),
        (Some(Content::Text(text) | Content::Json(_, text)), None) => Some(["'body' => ", &expression(text)].concat()),
        (Some(Content::File(name)), None) => {
            has_files = true;
            Some(["'body' => ", &opened(name)].concat())
        }
        (Some(Content::Parts(parts)), None) => {
            has_files = parts.iter().any(|part| matches!(part.value, PartValue::File(_)));
            let parts: Vec<String> = parts.iter().map(guzzle_part).collect();
            Some(["'multipart' => ", &list(&parts, 1)].concat())
        }
    });
    options.push("'timeout' => 30".to_owned());
    let utils = if has_files { "use GuzzleHttp\\Psr7\\Utils;\n" } else { "" };
    let imports = ["use GuzzleHttp\\Client;\n", utils, "\nrequire 'vendor/autoload.php';\n\n"].concat();
    let what = [&string(http.method), ", ", &expression(&http.url), ", ", &list(&options, 0)].concat();
    let call = ["$client = new Client();\n$response = $client->request(", &what, ");\n\necho $response->getBody();\n"];
    [OPEN, &imports, &call.concat()].concat()
}

fn guzzle_part(part: &Part) -> String {
    let mut lines = vec![["'name' => ", &string(&part.name)].concat()];
    let kind = match &part.value {
        PartValue::Text(text) => {
            lines.push(["'contents' => ", &expression(text)].concat());
            part.content_type.as_deref()
        }
        PartValue::File(name) => {
            lines.push(["'contents' => ", &opened(name)].concat());
            lines.push(["'filename' => ", &string(name)].concat());
            part.content_type.as_deref().or(Some("application/octet-stream"))
        }
    };
    lines.extend(kind.map(|kind| ["'headers' => ['Content-Type' => ", &string(kind), "]"].concat()));
    list(&lines, 2)
}

fn opened(name: &str) -> String {
    ["Utils::tryFopen(", &string(name), ", 'r')"].concat()
}

/// Names that are numbers become numbers as keys, and an array of such may be a list.
fn is_written_again(value: &Value) -> bool {
    survives(value, &|name| !is_index(name))
}

/// An array of several lines, which begins on a line so deep.
fn list(lines: &[String], depth: usize) -> String {
    let indent = JSON.indent.repeat(depth);
    let lines: String = lines.iter().map(|line| [&indent, JSON.indent, line, ",\n"].concat()).collect();
    ["[\n", &lines, &indent, "]"].concat()
}

pub(in crate::snippet) fn variable(name: &str) -> String {
    ["getenv('", name, "')"].concat()
}

pub(in crate::snippet) fn expression(text: &Text) -> String {
    text.joined(string, variable, " . ")
}

/// A string literal: between single quotes, in which nothing but these and backslashes means anything, unless a character is hidden.
pub(in crate::snippet) fn string(text: &str) -> String {
    if !text.chars().any(is_hidden) {
        return quoted('\'', text, |c| matches!(c, '\'' | '\\').then(|| format!("\\{c}")));
    }
    quoted('"', text, |c| match c {
        '"' | '\\' | '$' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) => Some(format!("\\u{{{:X}}}", c as u32)),
        _ => None,
    })
}
