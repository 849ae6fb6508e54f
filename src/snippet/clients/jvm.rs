//! What Java and Kotlin have in common: escapes, JSON over several lines, and the limits of `OkHttp`.

use super::{
    http::{Content, Http},
    literal::is_hidden,
    text::{Piece, Text},
};
use serde_json::Value;

/// What brings `OkHttp`, and all that it needs, when it is named as an option.
pub(super) const JBANG: &str = "sdk install jbang";

/// A character of a string literal (Java: JLS, §3.10.7; Kotlin: specification, §1.2.4).
pub(super) fn escape(c: char) -> Option<String> {
    match c {
        '\\' => Some("\\\\".into()),
        '"' => Some("\\\"".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        c if is_hidden(c) => Some(numbered(c)),
        _ => None,
    }
}

/// All hidden characters are of the plane that four digits are enough for.
fn numbered(c: char) -> String {
    format!("\\u{:04x}", c as u32)
}

/// The lines of a JSON body that is more than one value.
pub(super) fn json_lines(value: &Value) -> Option<Text> {
    let has_lines = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    has_lines.then(|| Text::from(json(value, 0).as_str()))
}

/// JSON in which digits and order stay, hidden characters are seen, and each field has its line.
fn json(value: &Value, depth: usize) -> String {
    let block = |[open, close]: [&str; 2], lines: Vec<String>| {
        let indent = "  ".repeat(depth + 1);
        [open, "\n", &indent, &lines.join(&[",\n", &indent].concat()), "\n", &"  ".repeat(depth), close].concat()
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let field = |(name, value): (&String, &Value)| [&string(name), ": ", &json(value, depth + 1)].concat();
            block(["{", "}"], fields.iter().map(field).collect())
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| json(item, depth + 1)).collect();
            let line = ["[", &items.join(", "), "]"].concat();
            if line.len() <= 72 && !line.contains('\n') { line } else { block(["[", "]"], items) }
        }
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}

fn string(text: &str) -> String {
    let literal = Value::from(text).to_string();
    literal.chars().map(|c| if is_hidden(c) { numbered(c) } else { c.into() }).collect()
}

/// Whether every character that is known is of ASCII.
pub(super) fn is_ascii(text: &Text) -> bool {
    text.pieces().iter().all(|piece| match piece {
        Piece::Plain(text) => text.is_ascii(),
        Piece::Variable(_) => true,
    })
}

/// Whether `OkHttp` sends such a request.
///
/// # Errors
/// In words, where it sends none.
pub(super) fn okhttp_takes(http: &Http) -> Result<(), &'static str> {
    match http.method {
        "GET" | "HEAD" if http.body.is_some() => Err("OkHttp sends no body with GET and HEAD."),
        _ => Ok(()),
    }
}

/// The media type of a body, which `OkHttp` is told with the body and not among the headers; then, the other headers.
pub(super) fn okhttp_headers(http: &Http) -> (Option<&str>, Vec<(&str, &Text)>) {
    let is_kind = |(name, _): &&(String, Text)| name == "content-type" && has_bytes(http);
    let kind = http.headers.iter().find(is_kind).and_then(|(_, value)| value.plain());
    (kind, http.headers_but("content-type", kind.unwrap_or_default()))
}

fn has_bytes(http: &Http) -> bool {
    matches!(http.body, Some(Content::Text(_) | Content::Json(..) | Content::File(_)))
}

/// Whether `OkHttp` wants a body where there is none.
pub(super) fn lacks_body(http: &Http) -> bool {
    http.body.is_none() && matches!(http.method, "POST" | "PUT" | "PATCH")
}

/// What `OkHttp`'s builder is told of a method, and of its body; `GET` it is anyway.
pub(super) fn method_call<T>(
    method: &str,
    body: Option<T>,
    word: impl Fn(String) -> T,
) -> Option<(&'static str, Vec<T>)> {
    let name = match method {
        "GET" => return None,
        "HEAD" => return Some(("head", Vec::new())),
        "DELETE" => return Some(("delete", body.into_iter().collect())),
        "POST" => "post",
        "PUT" => "put",
        "PATCH" => "patch",
        other => {
            let method = word(["\"", other, "\""].concat());
            return Some(("method", vec![method, body.unwrap_or_else(|| word("null".into()))]));
        }
    };
    Some((name, vec![body.unwrap_or_else(|| word("RequestBody.EMPTY".into()))]))
}
