//! SDK calls in TypeScript and JavaScript, formatted as by Prettier with single quotes.

use super::text_template::{TemplateFragment, TextTemplate};
use crate::model::{Arguments, operation::Operation, provider::Provider};
use serde_json::Value;
use std::fmt::Write;

/// Maximum line width, in characters. String literals may exceed it.
const MAX_LINE_WIDTH: usize = 80;
/// Minimum length of a key, in bytes, after which a string that is too long moves to the next line.
const MIN_BREAKABLE_KEY_WIDTH: usize = 5;

/// Renders a call with the generated SDK, which has one function per operation. It takes one object of arguments.
pub(super) fn render_generated_sdk(provider: &Provider, operation: &Operation, arguments: &Arguments) -> String {
    let name = to_identifier(&provider.id);
    let import = ["import ", &name, " from ", &string_literal(&provider.package), ";\n\n"].concat();
    let arguments = if arguments.is_empty() { String::new() } else { object_literal(arguments, 0) };
    [&import, "await ", &name, ".", &operation.name, "(", &arguments, ")"].concat()
}

/// Renders an object literal. `depth` is the indentation level of its closing brace.
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

/// Renders a value. `used_columns` is the number of characters before it on its line, indentation excluded.
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
        Value::Number(number) => number_literal(&number.to_string()),
        other => other.to_string(),
    }
}

/// Renders a number so that all of its digits are sent: as a number, as a `BigInt`, or as its text (`JSON.rawJSON`).
fn number_literal(text: &str) -> String {
    /// The greatest integer up to which a double represents each one, `Number.MAX_SAFE_INTEGER`.
    const MAX_SAFE_INTEGER: &str = "9007199254740991";
    /// Number of significant digits that a double always preserves.
    const MAX_EXACT_DIGITS: usize = 15;
    let digits = text.trim_start_matches('-');
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let is_safe = (digits.len(), digits) <= (MAX_SAFE_INTEGER.len(), MAX_SAFE_INTEGER);
        return [text, if is_safe { "" } else { "n" }].concat();
    }
    let end = digits.find(['e', 'E']);
    let (mantissa, exponent) = digits.split_at(end.unwrap_or(digits.len()));
    // Exponents of two digits are within the range of doubles.
    let exponent_digits = exponent.trim_start_matches(['e', 'E', '+', '-']).len();
    let is_exact = mantissa.len() <= MAX_EXACT_DIGITS + 1 && exponent_digits <= 2;
    if is_exact { text.to_owned() } else { ["JSON.rawJSON('", text, "')"].concat() }
}

/// Returns true if there are several items and each is an array of several items. Prettier puts each on its own line.
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

/// Replaces the characters that an identifier cannot contain: `my-api` → `my_api`.
fn to_identifier(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_")
}

/// Renders a string literal (ECMA-262, §12.9.4). Like Prettier, it prefers single quotes, unless double quotes need
/// fewer escapes.
pub(super) fn string_literal(text: &str) -> String {
    let quote = if text.matches('\'').count() > text.matches('"').count() { '"' } else { '\'' };
    wrap_in_quotes(quote, &escape_chars(text, quote))
}

/// Renders a text as an expression: a string literal, or a template literal (ECMA-262, §13.2.8) if it has variables.
pub(super) fn text_expression(text: &TextTemplate) -> String {
    text_expression_with(text, env_var)
}

/// Renders a text like [`text_expression`], with a custom function for variables.
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

/// Escapes the characters of a literal that `quote` delimits.
fn escape_chars(text: &str, quote: char) -> String {
    let mut output = String::new();
    for c in text.chars() {
        match c {
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            c if c == quote => output.extend(['\\', c]),
            // U+2028 and U+2029 end a line in JavaScript. The two ranges after them reorder the displayed text.
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
