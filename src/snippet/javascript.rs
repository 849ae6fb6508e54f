//! SDK calls in TypeScript and JavaScript, as Prettier with single quotes would format them.

use super::text::{Piece, Text};
use crate::model::{Arguments, operation::Operation, provider::Provider};
use serde_json::Value;
use std::fmt::Write;

/// The longest line that is not a string's fault.
const WIDTH: usize = 80;
/// Keys shorter than this stay on the line of a string that is too long for it.
const SHORT: usize = 5;

/// The generated SDK: one function per operation, one object of arguments.
pub(super) fn generated_sdk(provider: &Provider, operation: &Operation, arguments: &Arguments) -> String {
    let name = identifier(&provider.id);
    let import = ["import ", &name, " from ", &string(&provider.package), ";\n\n"].concat();
    let arguments = if arguments.is_empty() { String::new() } else { object(arguments, 0) };
    [&import, "await ", &name, ".", &operation.name, "(", &arguments, ")"].concat()
}

/// An object, the lines after its first so deep.
pub(super) fn object(fields: &Arguments, depth: usize) -> String {
    if fields.is_empty() {
        return "{}".into();
    }
    let lines = fields.iter().map(|(name, value)| {
        let key = key(name);
        let written = literal(value, depth + 1, key.len() + 2);
        let is_long = 2 * (depth + 1) + key.len() + 2 + written.chars().count() + 1 > WIDTH;
        let is_string = written.starts_with(['\'', '"']);
        let separator = if is_string && is_long && key.len() >= SHORT {
            [":\n", &"  ".repeat(depth + 2)].concat()
        } else {
            ": ".to_owned()
        };
        [key, separator, written].concat()
    });
    block('{', '}', lines, depth)
}

/// A value behind so many characters of its line.
fn literal(value: &Value, depth: usize, before: usize) -> String {
    match value {
        Value::String(text) => expression(&Text::from(text.as_str())),
        Value::Object(fields) => object(fields, depth),
        Value::Array(items) => {
            let written: Vec<String> = items.iter().map(|item| literal(item, depth + 1, 0)).collect();
            let line = ["[", &written.join(", "), "]"].concat();
            let is_short = !line.contains('\n') && 2 * depth + before + line.chars().count() < WIDTH;
            if is_short && !is_matrix(items) { line } else { block('[', ']', written.into_iter(), depth) }
        }
        other => other.to_string(),
    }
}

/// Whether each of several items is a list of several: Prettier gives each its line.
fn is_matrix(items: &[Value]) -> bool {
    items.len() > 1 && items.iter().all(|item| item.as_array().is_some_and(|inside| inside.len() > 1))
}

fn block(open: char, close: char, lines: impl Iterator<Item = String>, depth: usize) -> String {
    let mut text = String::from(open);
    for line in lines {
        text.push('\n');
        text.push_str(&"  ".repeat(depth + 1));
        text.push_str(&line);
        text.push(',');
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
    text
}

pub(super) fn key(name: &str) -> String {
    match name {
        // A plain `__proto__` key would set the object's prototype instead of a field.
        "__proto__" => "['__proto__']".into(),
        _ if is_identifier(name) => name.into(),
        _ => string(name),
    }
}

fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    let is_start = |b: u8| b.is_ascii_alphabetic() || b == b'_' || b == b'$';
    bytes.next().is_some_and(is_start) && bytes.all(|b| is_start(b) || b.is_ascii_digit())
}

/// A name that can be a variable: `my-api` → `my_api`.
fn identifier(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_")
}

/// A string literal (ECMA-262, §12.9.4), as Prettier quotes it: single, unless double quotes take fewer backslashes.
pub(super) fn string(text: &str) -> String {
    let quote = if text.matches('\'').count() > text.matches('"').count() { '"' } else { '\'' };
    between(quote, &escaped(text, quote))
}

/// A text as an expression: a string literal; with variables, a template (ECMA-262, §13.2.8).
pub(super) fn expression(text: &Text) -> String {
    with_variables(text, variable)
}

/// The same, with the variables as the function writes them.
pub(super) fn with_variables(text: &Text, variable: impl Fn(&str) -> String) -> String {
    if let Some(plain) = text.plain() {
        return string(plain);
    }
    if let [Piece::Variable(name)] = text.pieces() {
        return variable(name);
    }
    let open = |text: &str| escaped(text, '`').replace("${", "\\${");
    between('`', &text.joined(open, |name| ["${", &variable(name), "}"].concat(), ""))
}

pub(super) fn variable(name: &str) -> String {
    ["process.env.", name].concat()
}

fn between(quote: char, inside: &str) -> String {
    let mut literal = String::from(quote);
    literal.push_str(inside);
    literal.push(quote);
    literal
}

/// The characters of a literal that stands between these quotes.
fn escaped(text: &str, quote: char) -> String {
    let mut inside = String::new();
    for c in text.chars() {
        match c {
            '\\' => inside.push_str("\\\\"),
            '\n' => inside.push_str("\\n"),
            '\r' => inside.push_str("\\r"),
            '\t' => inside.push_str("\\t"),
            c if c == quote => inside.extend(['\\', c]),
            // The second pair ends a line in JavaScript; the third turns text around on the reader's screen.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}') =>
            {
                inside.push_str("\\u{");
                let _ = write!(inside, "{:x}", c as u32);
                inside.push('}');
            }
            c => inside.push(c),
        }
    }
    inside
}
