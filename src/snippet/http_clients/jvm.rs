//! Code shared by Java and Kotlin: escapes, JSON over several lines, and the limits of `OkHttp`.

use super::{
    literal::is_invisible,
    request_template::{BodyTemplate, RequestTemplate},
};
use crate::snippet::text_template::TextTemplate;
use serde_json::Value;

/// Command that installs jbang, which loads `OkHttp` and its dependencies if they are given as an option.
pub(super) const INSTALL_JBANG: &str = "sdk install jbang";

/// Escapes a character of a string literal (Java: JLS, §3.10.7; Kotlin: specification, §1.2.4).
pub(super) fn escape_char(c: char) -> Option<String> {
    match c {
        '\\' => Some("\\\\".into()),
        '"' => Some("\\\"".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_invisible(c) => Some(unicode_escape(c)),
        _ => None,
    }
}

/// Escapes a character by its number. All invisible characters are in the plane for which four digits suffice.
fn unicode_escape(c: char) -> String {
    format!("\\u{:04x}", c as u32)
}

/// Formats a JSON body over several lines. Returns `None` for a scalar or an empty container.
pub(super) fn multiline_json(value: &Value) -> Option<TextTemplate> {
    let has_lines = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    has_lines.then(|| TextTemplate::from(render_json(value, 0).as_str()))
}

/// Formats JSON with its digits and order unchanged, invisible characters escaped, and each field on its own line.
fn render_json(value: &Value, depth: usize) -> String {
    let block = |[open, close]: [&str; 2], lines: Vec<String>| {
        let indent = "  ".repeat(depth + 1);
        format!("{open}\n{indent}{}\n{}{close}", lines.join(&format!(",\n{indent}")), "  ".repeat(depth))
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}: {}", json_string_literal(name), render_json(value, depth + 1))
            };
            block(["{", "}"], fields.iter().map(field).collect())
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| render_json(item, depth + 1)).collect();
            let line = format!("[{}]", items.join(", "));
            if line.len() <= 72 && !line.contains('\n') { line } else { block(["[", "]"], items) }
        }
        Value::String(text) => json_string_literal(text),
        other => other.to_string(),
    }
}

fn json_string_literal(text: &str) -> String {
    let literal = Value::from(text).to_string();
    literal.chars().map(|c| if is_invisible(c) { unicode_escape(c) } else { c.into() }).collect()
}

/// Checks that `OkHttp` can send the request.
///
/// # Errors
/// Returns an error if it cannot. The message gives the reason.
pub(super) fn ensure_okhttp_supports(template: &RequestTemplate) -> Result<(), &'static str> {
    match template.method() {
        "GET" | "HEAD" if template.body.is_some() => Err("OkHttp cannot send a body with GET or HEAD."),
        _ => Ok(()),
    }
}

/// Returns the media type of the body, which `OkHttp` takes with the body instead of a header, and the other headers.
pub(super) fn split_okhttp_headers(template: &RequestTemplate) -> (Option<&str>, Vec<(&str, &TextTemplate)>) {
    let is_body_content_type =
        |(name, _): &&(String, TextTemplate)| name == "content-type" && has_non_multipart_body(template);
    let media_type = template.headers.iter().find(is_body_content_type).and_then(|(_, value)| value.as_literal());
    (media_type, template.headers_except("content-type", media_type.unwrap_or_default()))
}

fn has_non_multipart_body(template: &RequestTemplate) -> bool {
    matches!(template.body, Some(BodyTemplate::Text(_) | BodyTemplate::Json(..) | BodyTemplate::File(_)))
}

fn requires_body(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH" | "PROPPATCH" | "QUERY" | "REPORT")
}

/// Returns true if `OkHttp` requires a body although the request has none.
pub(super) fn needs_empty_body(template: &RequestTemplate) -> bool {
    template.body.is_none() && requires_body(template.method())
}

/// Returns the call of `OkHttp`'s builder for a method and its body; `None` for `GET`, which is the default.
pub(super) fn builder_method_call<T>(
    method: &str,
    body: Option<T>,
    to_expression: impl Fn(String) -> T,
) -> Option<(&'static str, Vec<T>)> {
    let name = match method {
        "GET" => return None,
        "HEAD" => return Some(("head", Vec::new())),
        "DELETE" => return Some(("delete", body.into_iter().collect())),
        "POST" => "post",
        "PUT" => "put",
        "PATCH" => "patch",
        other => {
            let method = to_expression(format!("\"{other}\""));
            let no_body = if requires_body(other) { "RequestBody.EMPTY" } else { "null" };
            return Some(("method", vec![method, body.unwrap_or_else(|| to_expression(no_body.into()))]));
        }
    };
    Some((name, vec![body.unwrap_or_else(|| to_expression("RequestBody.EMPTY".into()))]))
}
