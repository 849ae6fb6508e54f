//! How `dart format` breaks lines.

use super::{
    super::{literal::is_long, text::Text},
    expression, string,
};
use serde_json::Value;

/// The longest line that is not broken.
const WIDTH: usize = 80;

/// A value of JSON, so many other characters on its line; what has lists or maps in it is broken, however short.
pub(super) fn json(value: &Value, depth: usize, others: usize) -> String {
    match value {
        Value::String(text) => expression(&Text::from(text.as_str())),
        Value::Array(items) => {
            let lines = items.iter().map(|item| json(item, depth + 1, 1)).collect();
            collection(['[', ']'], lines, items.iter().any(is_long), depth, others)
        }
        Value::Object(fields) => {
            let is_broken = fields.values().any(is_long);
            let lines = fields.iter().map(|(name, value)| {
                let name = [string(name), ":".into()].concat();
                (name.clone(), json(value, depth + 1, name.chars().count() + 2))
            });
            dictionary(&lines.collect::<Vec<_>>(), is_broken, depth, others)
        }
        other => other.to_string(),
    }
}

/// A map of texts, if it has any, and what stands around it.
pub(super) fn map(pairs: &[(String, String)], depth: usize, before: &str, after: &str) -> Option<String> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| ([name, ":"].concat(), value.clone())).collect();
    let others = before.len() + after.len();
    (!pairs.is_empty()).then(|| [before, &dictionary(&pairs, false, depth, others), after].concat())
}

fn dictionary(pairs: &[(String, String)], is_broken: bool, depth: usize, others: usize) -> String {
    let line = pairs.iter().map(|(name, value)| [name, " ", value].concat()).collect::<Vec<_>>().join(", ");
    let line = ["{", &line, "}"].concat();
    if !is_broken && has_room(&line, depth, others) {
        return line;
    }
    let lines = pairs.iter().map(|(name, value)| pair(name, value, "", depth + 1)).collect();
    broken(['{', '}'], lines, depth)
}

fn collection(marks: [char; 2], items: Vec<String>, is_broken: bool, depth: usize, others: usize) -> String {
    let mut line = String::from(marks[0]);
    line.push_str(&items.join(", "));
    line.push(marks[1]);
    if !is_broken && has_room(&line, depth, others) { line } else { broken(marks, items, depth) }
}

fn broken([open, close]: [char; 2], lines: Vec<String>, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut text = String::from(open);
    for line in lines {
        text += &["\n", &indent, "  ", &line, ","].concat();
    }
    text += &["\n", &indent].concat();
    text.push(close);
    text
}

/// A name and what it is, on one line, or on two where that helps.
pub(super) fn pair(name: &str, value: &str, end: &str, depth: usize) -> String {
    let line = [name, " ", value, end].concat();
    let below = [value, end, if end.is_empty() { "," } else { "" }].concat();
    let is_one = value.starts_with(['{', '[']) || has_room(&line, depth, usize::from(end.is_empty()));
    if is_one || !fits(&below, depth + 2) { line } else { [name, "\n", &"  ".repeat(depth + 2), value, end].concat() }
}

/// A call with one argument, so deep.
pub(super) fn call(start: &str, given: &str, end: &str, depth: usize) -> String {
    let line = [start, given, end].concat();
    if fits(&line, depth) {
        return line;
    }
    let indent = "  ".repeat(depth);
    [start, "\n", &indent, "  ", given, ",\n", &indent, end].concat()
}

fn has_room(line: &str, depth: usize, others: usize) -> bool {
    !line.contains('\n') && line.chars().count() + others + 2 * depth <= WIDTH
}

pub(super) fn fits(line: &str, depth: usize) -> bool {
    has_room(line, depth, 0)
}
