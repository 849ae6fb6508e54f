//! Literals: strings and JSON values, as each language writes them.

use super::text::Text;
use serde_json::{Map, Number, Value};

/// A string between quotes: what the function knows is written as it says, all else as it is.
pub(super) fn quoted(quote: char, text: &str, escape: impl Fn(char) -> Option<String>) -> String {
    let mut literal = String::from(quote);
    for c in text.chars() {
        match escape(c) {
            Some(escaped) => literal.push_str(&escaped),
            None => literal.push(c),
        }
    }
    literal.push(quote);
    literal
}

/// Whether a character cannot be seen, or turns the text around on the reader's screen: it is written by its number.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// How a language writes values of JSON.
pub(super) struct Dialect {
    pub(super) object: [&'static str; 2],
    /// An object without fields.
    pub(super) empty_object: &'static str,
    pub(super) list: [&'static str; 2],
    /// What stands between the name of a field and its value.
    pub(super) pair: &'static str,
    /// `null`, `true`, `false`.
    pub(super) words: [&'static str; 3],
    pub(super) indent: &'static str,
    /// The longest line that a list of single values is written on.
    pub(super) width: usize,
    pub(super) string: fn(&Text) -> String,
    pub(super) key: fn(&str) -> String,
}

impl Dialect {
    /// A value, the lines after its first so deep.
    pub(super) fn write(&self, value: &Value, depth: usize) -> String {
        match value {
            Value::Null => self.words[0].into(),
            Value::Bool(true) => self.words[1].into(),
            Value::Bool(false) => self.words[2].into(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => (self.string)(&Text::from(text.as_str())),
            Value::Object(fields) if fields.is_empty() => self.empty_object.into(),
            Value::Object(fields) => self.block(self.object, depth, self.fields(fields, depth + 1)),
            Value::Array(items) => {
                let written: Vec<String> = items.iter().map(|item| self.write(item, depth + 1)).collect();
                let line = [self.list[0], &written.join(", "), self.list[1]].concat();
                let is_short = line.len() + depth * self.indent.len() <= self.width && !line.contains('\n');
                if is_short { line } else { self.block(self.list, depth, written) }
            }
        }
    }

    /// The fields of an object, a line each.
    pub(super) fn fields(&self, fields: &Map<String, Value>, depth: usize) -> Vec<String> {
        fields
            .iter()
            .map(|(name, value)| [(self.key)(name).as_str(), self.pair, &self.write(value, depth)].concat())
            .collect()
    }

    fn block(&self, [open, close]: [&str; 2], depth: usize, lines: Vec<String>) -> String {
        let mut text = String::from(open);
        for line in lines {
            text += &["\n", &self.indent.repeat(depth + 1), &line, ","].concat();
        }
        text + "\n" + &self.indent.repeat(depth) + close
    }
}

/// Whether a language that keeps numbers in 64 bits, and prints them in the shortest way, writes this value's text again.
pub(super) fn survives(value: &Value, is_key: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Number(number) => is_plain(number),
        Value::Array(items) => items.iter().all(|item| survives(item, is_key)),
        Value::Object(fields) => fields.iter().all(|(name, value)| is_key(name) && survives(value, is_key)),
        _ => true,
    }
}

/// A whole number up to 2^53, or a decimal fraction of few digits.
fn is_plain(number: &Number) -> bool {
    let text = number.to_string();
    let digits = text.trim_start_matches('-');
    match digits.split_once('.') {
        None => digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit()) && text != "-0",
        Some((whole, part)) => {
            let is_short = whole.len() + part.len() <= 15 && whole.len() <= 12 && part.len() <= 4;
            is_short && !part.ends_with('0') && part.bytes().all(|b| b.is_ascii_digit())
        }
    }
}

/// Whether a name looks like a number, which some languages put in another order, or take for an index.
pub(super) fn is_index(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}
