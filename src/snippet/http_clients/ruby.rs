//! Ruby with net/http of the standard library, formatted as by `RuboCop`.

use super::{
    HttpClientTarget, is_rfc_9110_method,
    literal::{
        JsonLiteralStyle, add_digit_separators, can_round_trip, is_invisible, quote_string, strip_trailing_commas,
    },
    request_template::{BodyTemplate, PartBody, PartTemplate, RequestTemplate},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use serde_json::Value;

pub(super) const NET_HTTP: HttpClientTarget = HttpClientTarget {
    id: "ruby-net-http",
    language: "Ruby",
    name: "net/http",
    install_command: "",
    file_name: "call.rb",
    run_command: "ruby call.rb",
    render: render_net_http,
};

pub(in crate::snippet) const JSON_STYLE: JsonLiteralStyle = JsonLiteralStyle {
    object_delimiters: ["{", "}"],
    empty_object: "{}",
    array_delimiters: ["[", "]"],
    key_value_separator: ": ",
    null_true_false: ["nil", "true", "false"],
    indent_width: 2,
    max_line_width: 100,
    render_string: text_expression,
    render_key: hash_key,
};

pub(in crate::snippet) const FILE_HEADER: &str = "# frozen_string_literal: true\n\n";

fn render_net_http(template: &RequestTemplate) -> Result<String, &'static str> {
    let mut lines = vec![
        format!("uri = URI({})", text_expression(&template.url)),
        format!("request = {}", request_constructor(template)),
    ];
    if let Some((username, password)) = &template.basic_auth {
        lines.push(format!("request.basic_auth({}, {})", env_var(username), env_var(password)));
    }
    let header = |(name, value): &(String, TextTemplate)| {
        format!("request[{}] = {}", string_literal(name), text_expression(value))
    };
    lines.extend(template.headers.iter().map(header));
    let mut json_require = "";
    lines.extend(match &template.body {
        None => None,
        Some(BodyTemplate::Json(value, _)) if can_round_trip(value, &|_| true) => {
            json_require = "require 'json'\n";
            Some(format!("request.body = {}.to_json", json_literal(value, 0)))
        }
        Some(BodyTemplate::Text(text) | BodyTemplate::Json(_, text)) => {
            Some(format!("request.body = {}", text_expression(text)))
        }
        Some(BodyTemplate::File(name)) => Some(format!("request.body = File.binread({})", string_literal(name))),
        Some(BodyTemplate::Multipart(parts)) => Some(render_multipart_form(parts)?),
    });
    let ssl_option = if template.url.fragments().first().is_some_and(is_https) { ", use_ssl: true" } else { "" };
    Ok(format!(
        "{FILE_HEADER}{json_require}require 'net/http'\n\n{}\n\n\
         response = Net::HTTP.start(uri.hostname, uri.port{ssl_option}) {{ |http| http.request(request) }}\n\
         raise \"#{{response.code}} #{{response.body}}\" unless response.is_a?(Net::HTTPSuccess)\n\n\
         puts response.body\n",
        lines.join("\n")
    ))
}

fn is_https(piece: &TemplateFragment) -> bool {
    matches!(piece, TemplateFragment::Literal(text) if text.starts_with("https:"))
}

fn request_constructor(template: &RequestTemplate) -> String {
    match (template.method(), &template.body) {
        // The classes of these methods send an empty form if there is no body.
        ("POST" | "PUT" | "PATCH", None) => {
            format!("Net::HTTPGenericRequest.new({}, false, true, uri)", string_literal(template.method()))
        }
        (method, body) if !is_rfc_9110_method(method) => {
            format!("Net::HTTPGenericRequest.new({}, {}, true, uri)", string_literal(method), body.is_some())
        }
        (method, _) => ["Net::HTTP::", &method[..1], &method[1..].to_lowercase(), ".new(uri)"].concat(),
    }
}

fn render_multipart_form(parts: &[PartTemplate]) -> Result<String, &'static str> {
    let mut lines = String::new();
    for part in parts {
        let value = match (&part.body, &part.content_type) {
            (PartBody::Text(text), None) => text_expression(text),
            (PartBody::Text(_), Some(_)) => return Err("net/http cannot set the media type of a text part."),
            (PartBody::File(name), media_type) => {
                let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
                let file_options =
                    format!("{{ filename: {}, content_type: {} }}", string_literal(name), string_literal(media_type));
                format!("File.open({}, 'rb'), {file_options}", string_literal(name))
            }
        };
        lines += &["\n    [", &string_literal(&part.name), ", ", &value, "],"].concat();
    }
    let parts = strip_trailing_commas(&format!("[{lines}\n  ]"));
    Ok(format!("request.set_form(\n  {parts},\n  'multipart/form-data'\n)"))
}

/// Renders a JSON value. `depth` is the indentation level of its last line.
pub(super) fn json_literal(value: &Value, depth: usize) -> String {
    add_digit_separators(&strip_trailing_commas(&JSON_STYLE.render(value, depth)))
}

pub(in crate::snippet) fn env_var(name: &str) -> String {
    format!("ENV.fetch('{name}')")
}

/// Renders a string with interpolated variables.
pub(super) fn text_expression(text: &TextTemplate) -> String {
    match text.fragments() {
        [] => string_literal(""),
        [TemplateFragment::Literal(plain)] => string_literal(plain),
        [TemplateFragment::Variable(name)] => env_var(name),
        _ => {
            let string_content = |plain: &str| {
                let literal = double_quoted_literal(plain);
                literal[1..literal.len() - 1].to_owned()
            };
            format!("\"{}\"", text.render(string_content, |name| format!("#{{{}}}", env_var(name)), ""))
        }
    }
}

/// Renders the name of a field, in quotes if it needs them.
pub(in crate::snippet) fn hash_key(name: &str) -> String {
    let is_start = |c: char| c.is_alphabetic() || c == '_';
    let is_plain = name.starts_with(is_start) && name.chars().all(|c| is_start(c) || c.is_ascii_digit());
    if is_plain { name.into() } else { string_literal(name) }
}

/// Renders a string literal, in single quotes if nothing but backslashes must be escaped.
pub(in crate::snippet) fn string_literal(text: &str) -> String {
    if text.contains('\'') || text.contains("#{") || text.chars().any(is_invisible) {
        return double_quoted_literal(text);
    }
    quote_string('\'', text, |c| (c == '\\').then(|| "\\\\".into()))
}

fn double_quoted_literal(text: &str) -> String {
    let literal = quote_string('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) => Some(format!("\\u{:04X}", c as u32)),
        _ => None,
    });
    // These sequences would be interpolated: `#{…}`, `#$…`, `#@…`.
    literal.replace("#{", "\\#{").replace("#$", "\\#$").replace("#@", "\\#@")
}
