//! Line breaks of `dart format`.

use super::{string_literal, text_expression};
use crate::snippet::{http_clients::literal::is_nonempty_container, text_template::TextTemplate};
use serde_json::Value;

/// Maximum line width, in characters.
const MAX_LINE_WIDTH: usize = 80;

/// Renders a JSON value whose line has `used_columns` other characters. A container of nonempty lists or maps is always
/// broken.
pub(super) fn render_json(value: &Value, depth: usize, used_columns: usize) -> String {
    match value {
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Array(items) => {
            let lines = items.iter().map(|item| render_json(item, depth + 1, 1)).collect();
            render_list(['[', ']'], lines, items.iter().any(is_nonempty_container), depth, used_columns)
        }
        Value::Object(fields) => {
            let is_broken = fields.values().any(is_nonempty_container);
            let lines = fields.iter().map(|(name, value)| {
                let name = [string_literal(name), ":".into()].concat();
                (name.clone(), render_json(value, depth + 1, name.chars().count() + 2))
            });
            render_map(&lines.collect::<Vec<_>>(), is_broken, depth, used_columns)
        }
        other => other.to_string(),
    }
}

/// Renders a map of strings between `prefix` and `suffix`, or returns `None` if it is empty.
pub(super) fn render_string_map(
    pairs: &[(String, String)],
    depth: usize,
    prefix: &str,
    suffix: &str,
) -> Option<String> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| ([name, ":"].concat(), value.clone())).collect();
    let used_columns = prefix.len() + suffix.len();
    (!pairs.is_empty()).then(|| [prefix, &render_map(&pairs, false, depth, used_columns), suffix].concat())
}

fn render_map(pairs: &[(String, String)], must_break: bool, depth: usize, used_columns: usize) -> String {
    let line = pairs.iter().map(|(name, value)| [name, " ", value].concat()).collect::<Vec<_>>().join(", ");
    let line = ["{", &line, "}"].concat();
    if !must_break && has_room(&line, depth, used_columns) {
        return line;
    }
    let lines = pairs.iter().map(|(name, value)| render_pair(name, value, "", depth + 1)).collect();
    render_multiline(['{', '}'], lines, depth)
}

fn render_list(
    delimiters: [char; 2],
    items: Vec<String>,
    must_break: bool,
    depth: usize,
    used_columns: usize,
) -> String {
    let mut line = String::from(delimiters[0]);
    line.push_str(&items.join(", "));
    line.push(delimiters[1]);
    if !must_break && has_room(&line, depth, used_columns) { line } else { render_multiline(delimiters, items, depth) }
}

fn render_multiline([open, close]: [char; 2], lines: Vec<String>, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut text = String::from(open);
    for line in lines {
        text += &["\n", &indent, "  ", &line, ","].concat();
    }
    text += &["\n", &indent].concat();
    text.push(close);
    text
}

/// Renders a name and its value on one line, or on two lines if the value then fits.
pub(super) fn render_pair(name: &str, value: &str, suffix: &str, depth: usize) -> String {
    let line = [name, " ", value, suffix].concat();
    let next_line = [value, suffix, if suffix.is_empty() { "," } else { "" }].concat();
    let is_single_line = value.starts_with(['{', '[']) || has_room(&line, depth, usize::from(suffix.is_empty()));
    if is_single_line || !is_within_width(&next_line, depth + 2) {
        line
    } else {
        [name, "\n", &"  ".repeat(depth + 2), value, suffix].concat()
    }
}

/// Renders a call with one argument. `depth` is the indentation level.
pub(super) fn render_call(start: &str, argument: &str, suffix: &str, depth: usize) -> String {
    let line = [start, argument, suffix].concat();
    if is_within_width(&line, depth) {
        return line;
    }
    let indent = "  ".repeat(depth);
    [start, "\n", &indent, "  ", argument, ",\n", &indent, suffix].concat()
}

fn has_room(line: &str, depth: usize, used_columns: usize) -> bool {
    !line.contains('\n') && line.chars().count() + used_columns + 2 * depth <= MAX_LINE_WIDTH
}

pub(super) fn is_within_width(line: &str, depth: usize) -> bool {
    has_room(line, depth, 0)
}
