//! Elixir with Req, formatted as by `mix format`.

use super::{
    HttpClientTarget,
    literal::{
        JsonLiteralStyle, add_digit_separators, can_round_trip, is_invisible, quote_string, strip_trailing_commas,
    },
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::TextTemplate;
use serde_json::Value;

pub(super) const REQ: HttpClientTarget = HttpClientTarget {
    id: "elixir-req",
    language: "Elixir",
    name: "Req",
    install_command: "",
    file_name: "call.exs",
    run_command: "elixir call.exs",
    render: |template| Ok(render_req(template)),
};

const MAP_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["%{", "}"],
    empty_object: "%{}",
    array_delimiters: ["[", "]"],
    key_value_separator: " => ",
    null_true_false: ["nil", "true", "false"],
    indent_width: 2,
    max_line_width: 64,
    render_string: text_expression,
    render_key: string_literal,
};

/// Style of plain JSON, for a literal without escapes and interpolation.
const RAW_JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["{", "}"],
    empty_object: "{}",
    array_delimiters: ["[", "]"],
    key_value_separator: ": ",
    null_true_false: ["null", "true", "false"],
    indent_width: 2,
    max_line_width: 90,
    render_string: |text| text.render(json_string_literal, str::to_owned, ""),
    render_key: json_string_literal,
};

/// Style of plain JSON, for a literal with interpolated variables.
const INTERPOLATED_JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    render_string: interpolated_json_string,
    render_key: |name| escape_for_interpolation(&json_string_literal(name)),
    ..RAW_JSON_STYLE
};

const HEREDOC_DELIMITER: &str = "\"\"\"";

fn render_req(template: &RequestTemplate) -> String {
    let mut options = vec![text_expression(&template.url)];
    if let Some((username, password)) = &template.basic_auth {
        let credentials = format!("\"#{{{}}}:#{{{}}}\"", env_var(username), env_var(password));
        options.push(format!("auth: {{:basic, {credentials}}}"));
    }
    let json_value = match &template.body {
        // Req treats these two values as no body at all.
        Some(BodyTemplate::Json(Value::Null | Value::Bool(false), _)) => None,
        Some(BodyTemplate::Json(value, _)) if can_round_trip(value, &|_| true) && preserves_order(value) => Some(value),
        _ => None,
    };
    // Req sets this header itself.
    let headers = template.headers_except("content-type", if json_value.is_some() { "application/json" } else { "" });
    if !headers.is_empty() {
        let pair =
            |(name, value): &(&str, &TextTemplate)| format!("{} => {}", string_literal(name), text_expression(value));
        options.push(format!("headers: {}", render_block("%{", &headers.iter().map(pair).collect::<Vec<_>>(), "}")));
    }
    options.extend(match (&template.body, json_value) {
        (None, _) => None,
        (_, Some(value)) => {
            Some(format!("json: {}", add_digit_separators(&strip_trailing_commas(&MAP_STYLE.render(value, 2)))))
        }
        (Some(BodyTemplate::Json(value, text)), None) if value.is_object() || value.is_array() => {
            let (sigil, style) =
                if text.as_literal().is_some() { ("~S", &RAW_JSON_STYLE) } else { ("", &INTERPOLATED_JSON_STYLE) };
            let text = strip_trailing_commas(&style.render(value, 2));
            Some(format!("body: {sigil}{HEREDOC_DELIMITER}\n    {text}\n    {HEREDOC_DELIMITER}"))
        }
        (Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)), None) => {
            Some(format!("body: {}", text_expression(text)))
        }
        (Some(BodyTemplate::File(name)), None) => Some(format!("body: {}", read_file_call(name))),
        (Some(BodyTemplate::Multipart(parts)), None) => {
            let fields: Vec<String> = parts.iter().map(multipart_field).collect();
            Some(format!("form_multipart: {}", render_block("[", &fields, "]")))
        }
    });
    options.push("http_errors: :raise".into());
    let function = match template.method() {
        method if !needs_request_function(template) => method.to_lowercase(),
        method => {
            let method = if method == "OPTIONS" { ":options".into() } else { string_literal(method) };
            options[0] = format!("url: {}", options[0]);
            options.insert(0, format!("method: {method}"));
            "request".into()
        }
    };
    let options = wrap_long_options(&options.join(",\n    "));
    let call = format!("response =\n  Req.{function}!(\n    {options}\n  )\n\n");
    format!("Mix.install([{{:req, \"~> 0.5\"}}])\n\n{call}IO.inspect(response.body)\n")
}

/// Moves a value below its name if its line is too long and it is a string or a tuple.
fn wrap_long_options(options: &str) -> String {
    let mut is_heredoc = false;
    let wrap = |line: &str| {
        let was_heredoc = is_heredoc;
        is_heredoc ^= line.trim_end_matches(',').ends_with(HEREDOC_DELIMITER);
        let content = line.trim_start();
        let indent = &line[..line.len() - content.len()];
        match split_name_and_value(content) {
            Some((name, value))
                if !was_heredoc && !is_heredoc && line.chars().count() > 98 && value.starts_with(['"', '{']) =>
            {
                format!("{indent}{name}\n{indent}  {value}")
            }
            _ => line.to_owned(),
        }
    };
    options.split('\n').map(wrap).collect::<Vec<_>>().join("\n")
}

/// Splits `name: value` or `"name" => value` into the name and the value.
fn split_name_and_value(line: &str) -> Option<(&str, &str)> {
    let mut rest = line;
    if let Some(quoted) = line.strip_prefix('"') {
        let mut is_escaped = false;
        let end = quoted.find(|c| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        })?;
        rest = &quoted[end + 1..];
    }
    let at = rest.find(' ')?;
    let at = if rest.starts_with(" =>") { 3 } else { at };
    let name = &line[..line.len() - rest.len() + at];
    name.ends_with([':', '>']).then(|| (name, line[name.len()..].trim_start()))
}

/// Returns true for methods without a function, and for GET with a body, which Req changes to POST unless the method
/// is a string.
fn needs_request_function(template: &RequestTemplate) -> bool {
    !matches!(template.method(), "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")
        || (template.method() == "GET" && template.body.is_some())
}

fn multipart_field(part: &PartTemplate) -> String {
    let media_type_option = part.content_type.as_ref().map(|kind| format!(", content_type: {}", string_literal(kind)));
    let value = match &part.body {
        PartBody::Text(text) => match media_type_option {
            None => text_expression(text),
            Some(media_type_option) => format!("{{{}{media_type_option}}}", text_expression(text)),
        },
        PartBody::File(name) => {
            let media_type_option =
                media_type_option.unwrap_or_else(|| ", content_type: \"application/octet-stream\"".into());
            format!("{{{}, filename: {}{media_type_option}}}", read_file_call(name), string_literal(name))
        }
    };
    let is_start = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    let name = &part.name;
    let is_plain = name.bytes().next().is_some_and(is_start) && name.bytes().all(|b| is_start(b) || b.is_ascii_digit());
    [&if is_plain { name.clone() } else { string_literal(name) }, ": ", &value].concat()
}

fn read_file_call(name: &str) -> String {
    format!("File.read!({})", string_literal(name))
}

fn render_block(open: &str, lines: &[String], close: &str) -> String {
    format!("{open}\n      {}\n    {close}", lines.join(",\n      "))
}

/// Returns true if Elixir reproduces the order and the numbers of a value. A map of up to 32 keys sorts them by their
/// bytes, and small fractions are written as powers of ten.
fn preserves_order(value: &Value) -> bool {
    match value {
        Value::Object(fields) => {
            fields.len() <= 32 && fields.keys().is_sorted() && fields.values().all(preserves_order)
        }
        Value::Array(items) => items.iter().all(preserves_order),
        Value::Number(number) => !number.to_string().trim_start_matches('-').starts_with("0.00"),
        _ => true,
    }
}

fn env_var(name: &str) -> String {
    format!("System.fetch_env!(\"{name}\")")
}

/// Renders a string with interpolated variables.
fn text_expression(text: &TextTemplate) -> String {
    let string_content = |plain: &str| {
        let literal = string_literal(plain);
        literal[1..literal.len() - 1].to_owned()
    };
    match text.fragments() {
        [crate::snippet::text_template::TemplateFragment::Variable(name)] => env_var(name),
        _ => format!("\"{}\"", text.render(string_content, |name| format!("#{{{}}}", env_var(name)), "")),
    }
}

fn string_literal(text: &str) -> String {
    let literal = quote_string('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) => Some(format!("\\u{:04X}", c as u32)),
        _ => None,
    });
    literal.replace("#{", "\\#{")
}

/// Renders a string of JSON (RFC 8259, §7).
fn json_string_literal(text: &str) -> String {
    quote_string('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}

fn interpolated_json_string(text: &TextTemplate) -> String {
    let string_content = |plain: &str| {
        let literal = escape_for_interpolation(&json_string_literal(plain));
        literal[1..literal.len() - 1].to_owned()
    };
    format!("\"{}\"", text.render(string_content, |name| format!("#{{{}}}", env_var(name)), ""))
}

/// Escapes text for a literal in which backslashes and `#{` are special.
fn escape_for_interpolation(text: &str) -> String {
    text.replace('\\', "\\\\").replace("#{", "\\#{")
}
