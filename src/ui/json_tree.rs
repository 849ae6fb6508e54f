//! Renders JSON as HTML that folds: objects and lists are `<details>`, so it needs no script.

use super::{html::HtmlWriter, masked_secret};
use crate::model::placeholder;
use serde_json::Value;

/// Maximum number of values that are shown as a tree.
pub const MAX_TREE_VALUES: usize = 4_000;
/// Maximum number of values in an object or list that starts unfolded.
const MAX_OPEN_VALUES: usize = 60;

/// Returns the number of values inside a value, including itself.
pub fn count_values(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count_values).sum(),
        Value::Object(fields) => fields.values().map(count_values).sum(),
        _ => 0,
    }
}

/// Writes a value as a tree. If `can_reveal` is true, each placeholder has a button that shows its secret.
pub fn write_tree(html: &mut HtmlWriter, value: &Value, can_reveal: bool) {
    html.raw("<div class=\"json-tree\" tabindex=\"0\" role=\"region\" aria-label=\"Body\">");
    write_value(html, value, "", true, can_reveal);
    html.raw("</div>");
}

fn write_value(html: &mut HtmlWriter, value: &Value, separator: &'static str, is_root: bool, can_reveal: bool) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            write_details_start(html, value, is_root, "{", fields.len(), " field");
            for (index, (key, value)) in fields.iter().enumerate() {
                html.raw("<div><span class=\"key\">").text(&Value::from(key.as_str()).to_string()).raw("</span>: ");
                write_value(html, value, separator_after(index, fields.len()), false, can_reveal);
                html.raw("</div>");
            }
            html.raw("</div>}").raw(separator).raw("</details>");
        }
        Value::Array(items) if !items.is_empty() => {
            write_details_start(html, value, is_root, "[", items.len(), " item");
            for (index, value) in items.iter().enumerate() {
                html.raw("<div>");
                write_value(html, value, separator_after(index, items.len()), false, can_reveal);
                html.raw("</div>");
            }
            html.raw("</div>]").raw(separator).raw("</details>");
        }
        Value::String(text) if placeholder::is_placeholder(text) => {
            masked_secret::write_placeholder(html, text, can_reveal);
            html.raw(separator);
        }
        single => {
            html.raw(match single {
                Value::String(_) => "<span class=\"string\">",
                Value::Number(_) => "<span class=\"number\">",
                _ => "<span class=\"literal\">",
            });
            html.text(&single.to_string()).raw("</span>").raw(separator);
        }
    }
}

fn write_details_start(
    html: &mut HtmlWriter,
    value: &Value,
    is_root: bool,
    bracket: &'static str,
    length: usize,
    unit: &'static str,
) {
    let is_open = is_root || count_values(value) <= MAX_OPEN_VALUES;
    html.raw(if is_open { "<details open><summary>" } else { "<details><summary>" }).raw(bracket);
    html.raw("<span class=\"folded\"> ")
        .text(&length.to_string())
        .raw(unit)
        .raw(if length == 1 { "" } else { "s" })
        .raw("</span></summary><div class=\"inside\">");
}

fn separator_after(index: usize, length: usize) -> &'static str {
    if index + 1 < length { "," } else { "" }
}
