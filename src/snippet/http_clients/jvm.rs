//! What Java and Kotlin have in common: escapes, JSON over several lines, and the limits of `OkHttp`.

use super::{
    literal::is_invisible,
    request_template::{BodyTemplate, RequestTemplate},
};
use crate::snippet::text_template::{TemplateFragment, TextTemplate};
use serde_json::Value;

/// What brings `OkHttp`, and all that it needs, when it is named as an option.
pub(super) const INSTALL_JBANG: &str = "sdk install jbang";

/// A character of a string literal (Java: JLS, §3.10.7; Kotlin: specification, §1.2.4).
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

/// All hidden characters are of the plane that four digits are enough for.
fn unicode_escape(c: char) -> String {
    format!("\\u{:04x}", c as u32)
}

/// The lines of a JSON body that is more than one value.
pub(super) fn multiline_json(value: &Value) -> Option<TextTemplate> {
    let has_lines = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    has_lines.then(|| TextTemplate::from(render_json(value, 0).as_str()))
}

/// JSON in which digits and order stay, hidden characters are seen, and each field has its line.
fn render_json(value: &Value, depth: usize) -> String {
    let block = |[open, close]: [&str; 2], lines: Vec<String>| {
        let indent = "  ".repeat(depth + 1);
        [open, "\n", &indent, &lines.join(&[",\n", &indent].concat()), "\n", &"  ".repeat(depth), close].concat()
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let field = |(name, value): (&String, &Value)| {
                [&json_string_literal(name), ": ", &render_json(value, depth + 1)].concat()
            };
            block(["{", "}"], fields.iter().map(field).collect())
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| render_json(item, depth + 1)).collect();
            let line = ["[", &items.join(", "), "]"].concat();
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

/// Whether every character that is known is of ASCII.
pub(super) fn is_ascii(text: &TextTemplate) -> bool {
    text.fragments().iter().all(|piece| match piece {
        TemplateFragment::Literal(text) => text.is_ascii(),
        TemplateFragment::Variable(_) => true,
    })
}

/// Whether `OkHttp` sends such a request.
///
/// # Errors
/// In words, where it sends none.
pub(super) fn ensure_okhttp_supports(template: &RequestTemplate) -> Result<(), &'static str> {
    match template.method {
        "GET" | "HEAD" if template.body.is_some() => Err("OkHttp sends no body with GET and HEAD."),
        _ => Ok(()),
    }
}

/// The media type of a body, which `OkHttp` is told with the body and not among the headers; then, the other headers.
pub(super) fn split_okhttp_headers(template: &RequestTemplate) -> (Option<&str>, Vec<(&str, &TextTemplate)>) {
    let is_body_content_type =
        |(name, _): &&(String, TextTemplate)| name == "content-type" && has_non_multipart_body(template);
    let media_type = template.headers.iter().find(is_body_content_type).and_then(|(_, value)| value.as_literal());
    (media_type, template.headers_except("content-type", media_type.unwrap_or_default()))
}

fn has_non_multipart_body(template: &RequestTemplate) -> bool {
    matches!(template.body, Some(BodyTemplate::Text(_) | BodyTemplate::Json(..) | BodyTemplate::File(_)))
}

/// Whether `OkHttp` wants a body where there is none.
pub(super) fn needs_empty_body(template: &RequestTemplate) -> bool {
    template.body.is_none() && matches!(template.method, "POST" | "PUT" | "PATCH")
}

/// What `OkHttp`'s builder is told of a method, and of its body; `GET` it is anyway.
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
            let method = to_expression(["\"", other, "\""].concat());
            return Some(("method", vec![method, body.unwrap_or_else(|| to_expression("null".into()))]));
        }
    };
    Some((name, vec![body.unwrap_or_else(|| to_expression("RequestBody.EMPTY".into()))]))
}
