//! JSON as HTML that folds: objects and lists are `<details>`, so it needs no script.

use super::{html::Html, secret};
use crate::model::placeholder;
use serde_json::Value;

/// More values than this are not drawn one by one.
pub const MOST_VALUES: usize = 4_000;
/// An object or list with more values inside than this starts folded.
const OPEN_UP_TO: usize = 60;

/// How many values there are inside a value, itself included.
pub fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Writes a value, with a way to see the secrets that handles stand for, where one may.
pub fn write(html: &mut Html, value: &Value, may_reveal: bool) {
    html.raw("<div class=\"json-tree\" tabindex=\"0\" role=\"region\" aria-label=\"Body\">");
    write_value(html, value, "", true, may_reveal);
    html.raw("</div>");
}

fn write_value(html: &mut Html, value: &Value, after: &'static str, is_root: bool, may_reveal: bool) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            open(html, value, is_root, "{", fields.len(), " fields");
            for (index, (key, value)) in fields.iter().enumerate() {
                html.raw("<div><span class=\"key\">").text(&Value::from(key.as_str()).to_string()).raw("</span>: ");
                write_value(html, value, comma(index, fields.len()), false, may_reveal);
                html.raw("</div>");
            }
            html.raw("</div>}").raw(after).raw("</details>");
        }
        Value::Array(items) if !items.is_empty() => {
            open(html, value, is_root, "[", items.len(), " items");
            for (index, value) in items.iter().enumerate() {
                html.raw("<div>");
                write_value(html, value, comma(index, items.len()), false, may_reveal);
                html.raw("</div>");
            }
            html.raw("</div>]").raw(after).raw("</details>");
        }
        Value::String(text) if placeholder::is(text) => {
            secret::write(html, text, may_reveal);
            html.raw(after);
        }
        single => {
            html.raw(match single {
                Value::String(_) => "<span class=\"string\">",
                Value::Number(_) => "<span class=\"number\">",
                _ => "<span class=\"literal\">",
            });
            html.text(&single.to_string()).raw("</span>").raw(after);
        }
    }
}

fn open(html: &mut Html, value: &Value, is_root: bool, bracket: &'static str, length: usize, what: &'static str) {
    let is_open = is_root || count(value) <= OPEN_UP_TO;
    html.raw(if is_open { "<details open><summary>" } else { "<details><summary>" }).raw(bracket);
    html.raw("<span class=\"folded\"> ")
        .text(&length.to_string())
        .raw(what)
        .raw("</span></summary><div class=\"inside\">");
}

fn comma(index: usize, length: usize) -> &'static str {
    if index + 1 < length { "," } else { "" }
}
