//! PHP with the cURL extension and with Guzzle, formatted according to PSR-12.

use super::{
    HttpClientTarget,
    literal::{JsonLiteralStyle, can_round_trip, is_invisible, is_numeric_name, quote_string},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::TextTemplate;
use serde_json::Value;

pub(super) const CURL: HttpClientTarget = HttpClientTarget {
    id: "php-curl",
    language: "PHP",
    name: "cURL",
    install_command: "",
    file_name: "call.php",
    run_command: "php call.php",
    render: render_curl,
};

pub(super) const GUZZLE: HttpClientTarget = HttpClientTarget {
    id: "php-guzzle",
    language: "PHP",
    name: "Guzzle",
    install_command: "composer require guzzlehttp/guzzle",
    file_name: "call.php",
    run_command: "php call.php",
    render: |template| Ok(render_guzzle(template)),
};

pub(in crate::snippet) const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["[", "]"],
    empty_object: "new stdClass()",
    array_delimiters: ["[", "]"],
    key_value_separator: " => ",
    null_true_false: ["null", "true", "false"],
    indent_width: 4,
    max_line_width: 100,
    render_string: text_expression,
    render_key: string_literal,
};

pub(in crate::snippet) const FILE_HEADER: &str = "<?php\n\ndeclare(strict_types=1);\n\n";

fn render_curl(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut options = Vec::new();
    match (template.method(), &template.body) {
        ("GET", None) => {}
        ("HEAD", None) => options.push("CURLOPT_NOBODY => true".to_owned()),
        // A body changes the method to POST.
        ("POST", Some(_)) => options.push("CURLOPT_POST => true".to_owned()),
        (method, _) => options.push(format!("CURLOPT_CUSTOMREQUEST => {}", string_literal(method))),
    }
    if let Some((username, password)) = &template.basic_auth {
        options.push(format!("CURLOPT_USERNAME => {}", env_var(username)));
        options.push(format!("CURLOPT_PASSWORD => {}", env_var(password)));
    }
    let headers: Vec<String> = template
        .headers
        .iter()
        .map(|(name, value)| {
            // cURL sends a header without a value only if it is written `name;`.
            let separator = if value.as_literal() == Some("") { ";" } else { ": " };
            text_expression(&TextTemplate::from_literal(&format!("{name}{separator}")).chain(value.clone()))
        })
        .collect();
    if !headers.is_empty() {
        options.push(format!("CURLOPT_HTTPHEADER => {}", array_literal(&headers, 1)));
    }
    let body = match &template.body {
        None => None,
        Some(BodyTemplate::Json(value, _)) if can_write_as_array(value) => {
            Some(format!("json_encode({}, JSON_THROW_ON_ERROR)", JSON_STYLE.render(value, 1)))
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => Some(text_expression(text)),
        Some(BodyTemplate::File(name)) => Some(format!("file_get_contents({})", string_literal(name))),
        Some(BodyTemplate::Multipart(parts)) => Some(array_literal(&curl_form_fields(parts)?, 1)),
    };
    options.extend(body.map(|body| format!("CURLOPT_POSTFIELDS => {body}")));
    options.extend(["CURLOPT_RETURNTRANSFER => true".to_owned(), "CURLOPT_TIMEOUT => 30".to_owned()]);
    let call = [
        "$curl = curl_init(",
        &text_expression(&template.url),
        ");\ncurl_setopt_array($curl, ",
        &array_literal(&options, 0),
        ");\n",
    ];
    let execute_statements = "$body = curl_exec($curl);\n\
                 if ($body === false) {\n    throw new RuntimeException(curl_error($curl));\n}\n\
                 $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);\n\
                 if ($status >= 400) {\n    throw new RuntimeException(\"$status $body\");\n}\n\necho $body;\n";
    Ok(format!("{FILE_HEADER}{}{execute_statements}", call.concat()))
}

/// Renders the fields of a form as an array, which can contain each name only once.
fn curl_form_fields(parts: &[PartTemplate]) -> Result<Vec<String>, &'static str> {
    if parts.is_empty() {
        return Err("cURL cannot send a multipart form without parts.");
    }
    let mut fields = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for group in parts.chunk_by(|one, next| one.name == next.name) {
        let name = &group[0].name;
        if names.contains(&name.as_str()) {
            return Err("cURL sends parts with the same name consecutively.");
        }
        names.push(name);
        let mut values = Vec::new();
        for part in group {
            values.push(match (&part.body, &part.content_type) {
                (PartBody::Text(text), None) => text_expression(text),
                (PartBody::Text(_), Some(_)) => return Err("PHP's cURL cannot set the media type of a text part."),
                (PartBody::File(file), media_type) => {
                    let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
                    format!("new CURLFile({}, {})", string_literal(file), string_literal(media_type))
                }
            });
        }
        let value = if let [value] = values.as_slice() { value.clone() } else { format!("[{}]", values.join(", ")) };
        fields.push(format!("{} => {value}", string_literal(name)));
    }
    Ok(fields)
}

fn render_guzzle(template: &RequestTemplate) -> String {
    let mut options = Vec::new();
    if let Some((username, password)) = &template.basic_auth {
        options.push(format!("'auth' => [{}, {}]", env_var(username), env_var(password)));
    }
    let json_value = match &template.body {
        // Guzzle treats null as no body at all.
        Some(BodyTemplate::Json(value, _)) if can_write_as_array(value) && !value.is_null() => Some(value),
        _ => None,
    };
    // Guzzle sets this header itself.
    let headers = template.headers_except("content-type", if json_value.is_some() { "application/json" } else { "" });
    if !headers.is_empty() {
        let pair =
            |(name, value): &(&str, &TextTemplate)| format!("{} => {}", string_literal(name), text_expression(value));
        options.push(format!("'headers' => {}", array_literal(&headers.iter().map(pair).collect::<Vec<_>>(), 1)));
    }
    let mut has_files = false;
    options.extend(match (&template.body, json_value) {
        (None, _) => None,
        (_, Some(value)) => Some(format!("'json' => {}", JSON_STYLE.render(value, 1))),
        (Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)), None) => {
            Some(format!("'body' => {}", text_expression(text)))
        }
        (Some(BodyTemplate::File(name)), None) => {
            has_files = true;
            Some(format!("'body' => {}", open_file_call(name)))
        }
        (Some(BodyTemplate::Multipart(parts)), None) => {
            has_files = parts.iter().any(|part| matches!(part.body, PartBody::File(_)));
            let parts: Vec<String> = parts.iter().map(guzzle_multipart_entry).collect();
            Some(format!("'multipart' => {}", array_literal(&parts, 1)))
        }
    });
    options.push("'timeout' => 30".to_owned());
    let utils_import = if has_files { "use GuzzleHttp\\Psr7\\Utils;\n" } else { "" };
    let imports = format!("use GuzzleHttp\\Client;\n{utils_import}\nrequire 'vendor/autoload.php';\n\n");
    let request_arguments = format!(
        "{}, {}, {}",
        string_literal(template.method()),
        text_expression(&template.url),
        array_literal(&options, 0)
    );
    let call = [
        "$client = new Client();\n$response = $client->request(",
        &request_arguments,
        ");\n\necho $response->getBody();\n",
    ];
    format!("{FILE_HEADER}{imports}{}", call.concat())
}

fn guzzle_multipart_entry(part: &PartTemplate) -> String {
    let mut lines = vec![format!("'name' => {}", string_literal(&part.name))];
    let media_type = match &part.body {
        PartBody::Text(text) => {
            lines.push(format!("'contents' => {}", text_expression(text)));
            part.content_type.as_deref()
        }
        PartBody::File(name) => {
            lines.push(format!("'contents' => {}", open_file_call(name)));
            lines.push(format!("'filename' => {}", string_literal(name)));
            part.content_type.as_deref().or(Some("application/octet-stream"))
        }
    };
    let media_type = media_type.map(|kind| format!("'Content-Type' => {}", string_literal(kind)));
    let others =
        part.headers.iter().map(|(name, value)| format!("{} => {}", string_literal(name), text_expression(value)));
    let headers: Vec<String> = media_type.into_iter().chain(others).collect();
    if !headers.is_empty() {
        lines.push(format!("'headers' => [{}]", headers.join(", ")));
    }
    array_literal(&lines, 2)
}

fn open_file_call(name: &str) -> String {
    format!("Utils::tryFopen({}, 'r')", string_literal(name))
}

/// Returns true if JSON can be rendered as arrays. A numeric key becomes a number, and an array of such may be a list.
fn can_write_as_array(value: &Value) -> bool {
    can_round_trip(value, &|name| !is_numeric_name(name))
}

/// Renders an array over several lines. `depth` is the indentation level of its closing bracket.
fn array_literal(lines: &[String], depth: usize) -> String {
    let indent = " ".repeat(depth * JSON_STYLE.indent_width);
    let lines: String = lines.iter().map(|line| [&indent, "    ", line, ",\n"].concat()).collect();
    format!("[\n{lines}{indent}]")
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("getenv('{name}')")
}

pub(in crate::snippet) fn text_expression(text: &TextTemplate) -> String {
    text.render(string_literal, env_var, " . ")
}

/// Renders a string literal. Uses single quotes, in which only single quotes and backslashes are special, unless a
/// character is invisible.
pub(in crate::snippet) fn string_literal(text: &str) -> String {
    if !text.chars().any(is_invisible) {
        return quote_string('\'', text, |c| matches!(c, '\'' | '\\').then(|| format!("\\{c}")));
    }
    quote_string('"', text, |c| match c {
        '"' | '\\' | '$' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) => Some(format!("\\u{{{:X}}}", c as u32)),
        _ => None,
    })
}
