//! R with httr2, formatted as by styler and Air.

use super::{
    HttpClientTarget,
    literal::{JsonLiteralStyle, can_round_trip, is_invisible, quote_string, strip_trailing_commas},
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::TextTemplate;
use serde_json::Value;

pub(super) const HTTR2: HttpClientTarget = HttpClientTarget {
    id: "r-httr2",
    language: "R",
    name: "httr2",
    install_command: "Rscript -e 'install.packages(c(\"httr2\", \"jsonlite\"))'",
    file_name: "call.R",
    run_command: "Rscript call.R",
    render: render_httr2,
};

const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["list(", ")"],
    empty_object: "structure(list(), names = character())",
    array_delimiters: ["list(", ")"],
    key_value_separator: " = ",
    null_true_false: ["NULL", "TRUE", "FALSE"],
    indent_width: 2,
    max_line_width: 60,
    render_string: text_expression,
    render_key: argument_name,
};

fn render_httr2(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut steps = vec![request_step(&template.url)];
    // A body changes the default method to POST.
    if template.method() != if template.body.is_some() { "POST" } else { "GET" } {
        steps.push(format!("req_method({})", string_literal(template.method())));
    }
    if let Some((username, password)) = &template.basic_auth {
        steps.push(render_step("req_auth_basic", &[env_var(username), env_var(password)]));
    }
    // The media type is an argument of the step that sets the body.
    let is_content_type = |(name, _): &&(String, TextTemplate)| name == "content-type" && template.body.is_some();
    let content_type = template.headers.iter().find(is_content_type).map(|(_, value)| value);
    if template.headers.iter().any(|(_, value)| value.as_literal() == Some("")) {
        return Err("httr2 cannot send a header without a value.");
    }
    let header =
        |(name, value): &(String, TextTemplate)| format!("{} = {}", argument_name(name), text_expression(value));
    let headers: Vec<String> = template.headers.iter().filter(|pair| !is_content_type(pair)).map(header).collect();
    if !headers.is_empty() {
        steps.push(render_step("req_headers", &headers));
    }
    // Versions before 1 support no other media type of JSON.
    let is_json = content_type.and_then(TextTemplate::as_literal) == Some("application/json");
    let body_step = |function: &str, body: String, extra_arguments: &[&str]| {
        let type_argument = content_type
            .filter(|_| function != "req_body_json")
            .map(|kind| format!("type = {}", text_expression(kind)));
        let extra_arguments = extra_arguments.iter().map(|&other| other.to_owned());
        render_step(function, &[body].into_iter().chain(extra_arguments).chain(type_argument).collect::<Vec<_>>())
    };
    steps.extend(match &template.body {
        None => None,
        Some(BodyTemplate::Json(value, _)) if is_json && can_write_as_list(value) => {
            // Otherwise, a fraction is sent with more digits than it has.
            let digits: &[&str] =
                if contains_value(value, &|value| is_fraction(value)) { &["digits = NA"] } else { &[] };
            Some(body_step("req_body_json", strip_trailing_commas(&JSON_STYLE.render(value, 2)), digits))
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) if text.contains_char('\0') => {
            return Err("An R string cannot contain the NUL character.");
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            Some(body_step("req_body_raw", text_expression(text), &[]))
        }
        Some(BodyTemplate::File(name)) => Some(body_step("req_body_file", string_literal(name), &[])),
        Some(BodyTemplate::Multipart(parts)) => Some(render_step("req_body_multipart", &multipart_fields(parts)?)),
    });
    steps.extend(["req_timeout(30)".to_owned(), "req_perform()".to_owned()]);
    let output_statement = if template.method() == "HEAD" {
        "print(resp_headers(response))\n"
    } else {
        "if (resp_has_body(response)) {\n  cat(resp_body_string(response))\n}\n"
    };
    Ok(format!("library(httr2)\n\nresponse <- {}\n\n{output_statement}", steps.join(" |>\n  ")))
}

/// Renders the first step, which follows the assignment operator.
fn request_step(url: &TextTemplate) -> String {
    let argument = text_expression(url);
    let line = format!("request({argument})");
    if line.len() <= 65 {
        return line;
    }
    if url.as_literal().is_some() {
        return format!("request(\n  {argument}\n)");
    }
    format!("request(paste0(\n  {}\n))", url.render(string_literal, env_var, ",\n  "))
}

fn multipart_fields(parts: &[PartTemplate]) -> Result<Vec<String>, &'static str> {
    if parts.is_empty() {
        return Err("httr2 cannot send a multipart form without parts.");
    }
    let field = |part: &PartTemplate| {
        let type_argument = part.content_type.as_ref().map(|kind| format!(", type = {}", string_literal(kind)));
        let value = match &part.body {
            PartBody::Text(text) if text.contains_char('\0') => {
                return Err("An R string cannot contain the NUL character.");
            }
            PartBody::Text(text) => match type_argument {
                None => text_expression(text),
                Some(type_argument) => format!("curl::form_data({}{type_argument})", text_expression(text)),
            },
            PartBody::File(name) => {
                let type_argument = type_argument.unwrap_or_else(|| ", type = \"application/octet-stream\"".into());
                format!("curl::form_file({}{type_argument})", string_literal(name))
            }
        };
        Ok(format!("{} = {value}", argument_name(&part.name)))
    };
    parts.iter().map(field).collect()
}

/// Renders a step, on one line if it is short, otherwise with one argument per line.
fn render_step(function: &str, arguments: &[String]) -> String {
    let line = format!("{function}({})", arguments.join(", "));
    if line.len() <= 75 && !line.contains('\n') {
        return line;
    }
    format!("{function}(\n    {}\n  )", arguments.join(",\n    "))
}

/// Returns true if JSON can be rendered as a list. A list has no empty names, and the outermost value must be a list.
fn can_write_as_list(value: &Value) -> bool {
    let is_key = |name: &str| !name.is_empty() && !name.contains('\0');
    let has_nul = |value: &Value| value.as_str().is_some_and(|text| text.contains('\0'));
    (value.is_object() || value.is_array()) && can_round_trip(value, &is_key) && !contains_value(value, &has_nul)
}

fn is_fraction(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number.to_string().contains('.'))
}

/// Returns true if the predicate matches the value or any value in it.
fn contains_value(value: &Value, predicate: &impl Fn(&Value) -> bool) -> bool {
    predicate(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| contains_value(item, predicate)),
            Value::Object(fields) => fields.values().any(|field| contains_value(field, predicate)),
            _ => false,
        }
}

fn env_var(name: &str) -> String {
    format!("Sys.getenv(\"{name}\")")
}

fn text_expression(text: &TextTemplate) -> String {
    let joined = text.render(string_literal, env_var, ", ");
    if text.fragments().len() > 1 { format!("paste0({joined})") } else { joined }
}

/// Renders the name of an argument, in quotes if it needs them.
fn argument_name(name: &str) -> String {
    const RESERVED_WORDS: [&str; 13] =
        ["if", "else", "repeat", "while", "function", "for", "next", "break", "TRUE", "FALSE", "NULL", "Inf", "NaN"];
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
        && !RESERVED_WORDS.contains(&name)
        && !matches!(name, "in" | "NA" | "NA_integer_" | "NA_real_" | "NA_complex_" | "NA_character_");
    if is_plain { name.into() } else { escaped_literal('"', name) }
}

/// Renders a string literal, as a raw string (R NEWS, 4.0.0) if it would need many escapes.
fn string_literal(text: &str) -> String {
    let has_both = text.contains('"') && text.contains('\'');
    if (!has_both && !text.contains('\\')) || text.chars().any(is_invisible) {
        let quote = if text.contains('"') && !text.contains('\'') { '\'' } else { '"' };
        return escaped_literal(quote, text);
    }
    let dashes = (0..=text.len()).map(|count| "-".repeat(count)).find(|dashes| !text.contains(&format!("){dashes}\"")));
    let dashes = dashes.unwrap_or_default();
    format!("r\"{dashes}({text}){dashes}\"")
}

fn escaped_literal(quote: char, text: &str) -> String {
    quote_string(quote, text, |c| match c {
        '\\' => Some("\\\\".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if c == quote => Some(format!("\\{c}")),
        c if is_invisible(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
