//! SDK calls in TypeScript and JavaScript, as Prettier with single quotes would format them.

use super::text_template::{TemplateFragment, TextTemplate};
use crate::model::{Arguments, operation::Operation, provider::Provider};
use serde_json::Value;
use std::fmt::Write;

/// The longest line that is not a string's fault.
const MAX_LINE_WIDTH: usize = 80;
/// Keys shorter than this stay on the line of a string that is too long for it.
const MIN_BREAKABLE_KEY_WIDTH: usize = 5;

/// The generated SDK: one function per operation, one object of arguments.
pub(super) fn render_generated_sdk(provider: &Provider, operation: &Operation, arguments: &Arguments) -> String {
    let name = to_identifier(&provider.id);
    let import = ["import ", &name, " from ", &string_literal(&provider.package), ";\n\n"].concat();
    let arguments = if arguments.is_empty() { String::new() } else { object_literal(arguments, 0) };
    [&import, "await ", &name, ".", &operation.name, "(", &arguments, ")"].concat()
}

/// An object, the lines after its first so deep.
pub(super) fn object_literal(fields: &Arguments, depth: usize) -> String {
    if fields.is_empty() {
        return "{}".into();
    }
    let lines = fields.iter().map(|(name, value)| {
        let key = property_key(name);
        let code = value_literal(value, depth + 1, key.len() + 2);
        let is_long = 2 * (depth + 1) + key.len() + 2 + code.chars().count() + 1 > MAX_LINE_WIDTH;
        let is_string = code.starts_with(['\'', '"']);
        let separator = if is_string && is_long && key.len() >= MIN_BREAKABLE_KEY_WIDTH {
            [":\n", &"  ".repeat(depth + 2)].concat()
        } else {
            ": ".to_owned()
        };
        [key, separator, code].concat()
    });
    multiline_block('{', '}', lines, depth)
}

/// A value behind so many characters of its line.
fn value_literal(value: &Value, depth: usize, used_columns: usize) -> String {
    match value {
        Value::String(text) => text_expression(&TextTemplate::from(text.as_str())),
        Value::Object(fields) => object_literal(fields, depth),
        Value::Array(items) => {
            let item_literals: Vec<String> = items.iter().map(|item| value_literal(item, depth + 1, 0)).collect();
            let line = ["[", &item_literals.join(", "), "]"].concat();
            let is_short = !line.contains('\n') && 2 * depth + used_columns + line.chars().count() < MAX_LINE_WIDTH;
            if is_short && !is_matrix(items) {
                line
            } else {
                multiline_block('[', ']', item_literals.into_iter(), depth)
            }
        }
        other => other.to_string(),
    }
}

/// Whether each of several items is a list of several: Prettier gives each its line.
fn is_matrix(items: &[Value]) -> bool {
    items.len() > 1 && items.iter().all(|item| item.as_array().is_some_and(|inner_items| inner_items.len() > 1))
}

fn multiline_block(open: char, close: char, lines: impl Iterator<Item = String>, depth: usize) -> String {
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

pub(super) fn property_key(name: &str) -> String {
    match name {
        // A plain `__proto__` key would set the object's prototype instead of a field.
        "__proto__" => "['__proto__']".into(),
        _ if is_identifier(name) => name.into(),
        _ => string_literal(name),
    }
}

fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    let is_start = |b: u8| b.is_ascii_alphabetic() || b == b'_' || b == b'$';
    bytes.next().is_some_and(is_start) && bytes.all(|b| is_start(b) || b.is_ascii_digit())
}

/// A name that can be a variable: `my-api` → `my_api`.
fn to_identifier(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_")
}

/// A string literal (ECMA-262, §12.9.4), as Prettier quotes it: single, unless double quotes take fewer backslashes.
pub(super) fn string_literal(text: &str) -> String {
    let quote = if text.matches('\'').count() > text.matches('"').count() { '"' } else { '\'' };
    wrap_in_quotes(quote, &escape_chars(text, quote))
}

/// A text as an expression: a string literal; with variables, a template (ECMA-262, §13.2.8).
pub(super) fn text_expression(text: &TextTemplate) -> String {
    text_expression_with(text, env_var)
}

/// The same, with the variables as the function writes them.
pub(super) fn text_expression_with(text: &TextTemplate, render_variable: impl Fn(&str) -> String) -> String {
    if let Some(plain) = text.as_literal() {
        return string_literal(plain);
    }
    if let [TemplateFragment::Variable(name)] = text.fragments() {
        return render_variable(name);
    }
    let escape_template_literal = |text: &str| escape_chars(text, '`').replace("${", "\\${");
    wrap_in_quotes('`', &text.render(escape_template_literal, |name| ["${", &render_variable(name), "}"].concat(), ""))
}

pub(super) fn env_var(name: &str) -> String {
    ["process.env.", name].concat()
}

fn wrap_in_quotes(quote: char, content: &str) -> String {
    let mut literal = String::from(quote);
    literal.push_str(content);
    literal.push(quote);
    literal
}

/// The characters of a literal that stands between these quotes.
fn escape_chars(text: &str, quote: char) -> String {
    let mut output = String::new();
    for c in text.chars() {
        match c {
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            c if c == quote => output.extend(['\\', c]),
            // The second pair ends a line in JavaScript; the third turns text around on the reader's screen.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}') =>
            {
                output.push_str("\\u{");
                let _ = write!(output, "{:x}", c as u32);
                output.push('}');
            }
            c => output.push(c),
        }
    }
    output
}
