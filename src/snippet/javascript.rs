//! SDK calls in TypeScript and JavaScript, as Prettier with single quotes would format them.

use crate::model::{Arguments, operation::Operation, provider::Provider, security::Reference};
use serde_json::Value;
use std::fmt::Write;

/// The generated SDK: one function per operation, one object of arguments.
pub(super) fn generated_sdk(provider: &Provider, operation: &Operation, arguments: &Arguments) -> String {
    let name = identifier(&provider.id);
    let import = ["import ", &name, " from ", &string(&provider.package), ";\n\n"].concat();
    [&import, "await ", &name, ".", &operation.name, "(", &call_arguments(arguments), ")"].concat()
}

/// The vendor's own Node SDK, if it has a method for the operation.
pub(super) fn vendor_sdk(
    provider: &Provider,
    operation: &Operation,
    references: &[Reference],
    arguments: &Arguments,
) -> Option<String> {
    let (sdk, method) = (provider.node_sdk.as_ref()?, operation.node_method.as_ref()?);
    let basic =
        references.iter().find_map(|reference| Some((reference.username_variable.as_ref()?, &reference.variable)));
    let (username, password) = basic?;
    let client = [
        "const client = new ",
        operation.node_client.as_ref().unwrap_or(&sdk.client),
        "({\n",
        "  ",
        &sdk.username_option,
        ": process.env.",
        username,
        ",\n",
        "  ",
        &sdk.password_option,
        ": process.env.",
        password,
        ",\n",
        "});\n\n",
    ];
    let import = ["import ", &identifier(&sdk.package), " from ", &string(&sdk.package), ";\n\n"].concat();
    let (call, options) = vendor_arguments(operation, arguments);
    let options = if options.is_empty() { String::new() } else { [", ", &object(&options, 0)].concat() };
    let call = if options.is_empty() { call_arguments(&call) } else { object(&call, 0) };
    Some([&import, &client.concat(), "await client.", method, "(", &call, &options, ");"].concat())
}

/// The two arguments of a method: what the call is about, and its options.
fn vendor_arguments(operation: &Operation, arguments: &Arguments) -> (Arguments, Arguments) {
    let (mut call, mut options) = (Arguments::new(), Arguments::new());
    for (name, value) in arguments {
        let Some(path) = operation.field(name).and_then(|field| field.node_option.as_deref()) else {
            call.insert(name.clone(), value.clone());
            continue;
        };
        let (group, key) = path.split_once('.').unwrap_or(("", path));
        if group.is_empty() {
            options.insert(key.to_owned(), value.clone());
        } else if let Value::Object(group) = options.entry(group).or_insert_with(|| Value::Object(Arguments::new())) {
            group.insert(key.to_owned(), value.clone());
        }
    }
    (call, options)
}

fn call_arguments(arguments: &Arguments) -> String {
    if arguments.is_empty() { String::new() } else { object(arguments, 0) }
}

fn literal(value: &Value, depth: usize) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Object(fields) if !fields.is_empty() => object(fields, depth),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            block('[', ']', items.iter().map(|item| literal(item, depth + 1)), depth)
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| literal(item, depth)).collect();
            ["[", &items.join(", "), "]"].concat()
        }
        other => other.to_string(),
    }
}

fn object(fields: &Arguments, depth: usize) -> String {
    if fields.is_empty() {
        return "{}".into();
    }
    let lines = fields.iter().map(|(name, value)| [&key(name), ": ", &literal(value, depth + 1)].concat());
    block('{', '}', lines, depth)
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

/// A string literal (ECMA-262, §12.9.4).
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => literal.push_str("\\'"),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // The second pair ends a line in JavaScript; the third turns text around on the reader's screen.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') =>
            {
                literal.push_str("\\u{");
                let _ = write!(literal, "{:x}", c as u32);
                literal.push('}');
            }
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}
