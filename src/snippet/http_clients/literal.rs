//! String literals and JSON literals, with the syntax of each language as parameters.

use crate::snippet::{
    document::{self, Document},
    text_template::TextTemplate,
};
use serde_json::{Number, Value};

/// Renders a string between quotes. `escape` returns the escape sequence of a character that needs one.
pub(in crate::snippet) fn quote_string(quote: char, text: &str, escape: impl Fn(char) -> Option<String>) -> String {
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

/// Returns true if a character is invisible or reorders the displayed text. Such a character is escaped by its number.
pub(in crate::snippet) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Syntax of JSON values in a language.
pub(in crate::snippet) struct JsonLiteralStyle {
    pub(in crate::snippet) object_delimiters: [&'static str; 2],
    /// Literal of an object without fields.
    pub(in crate::snippet) empty_object: &'static str,
    pub(in crate::snippet) array_delimiters: [&'static str; 2],
    /// Text between the name of a field and its value.
    pub(in crate::snippet) key_value_separator: &'static str,
    /// Literals of `null`, `true` and `false`.
    pub(in crate::snippet) null_true_false: [&'static str; 3],
    /// Indentation per level, in spaces.
    pub(in crate::snippet) indent_width: usize,
    /// Maximum width of a line that contains an entire array, including the other text on the line, in characters.
    pub(in crate::snippet) max_line_width: usize,
    pub(in crate::snippet) render_string: fn(&TextTemplate) -> String,
    pub(in crate::snippet) render_key: fn(&str) -> String,
}

impl JsonLiteralStyle {
    /// Renders a value. `depth` is the indentation level of its last line.
    pub(in crate::snippet) fn render(&self, value: &Value, depth: usize) -> String {
        self.render_with_used_columns(value, depth, 0)
    }

    /// Renders a value whose first line has `used_columns` other characters, indentation excluded.
    pub(in crate::snippet) fn render_with_used_columns(
        &self,
        value: &Value,
        depth: usize,
        used_columns: usize,
    ) -> String {
        self.to_document(value).render_after(used_columns, self.max_line_width, depth * self.indent_width)
    }

    fn to_document(&self, value: &Value) -> Document {
        match value {
            Value::Null => self.null_true_false[0].into(),
            Value::Bool(true) => self.null_true_false[1].into(),
            Value::Bool(false) => self.null_true_false[2].into(),
            Value::Number(number) => number.to_string().into(),
            Value::String(text) => (self.render_string)(&TextTemplate::from(text.as_str())).into(),
            Value::Object(fields) if fields.is_empty() => self.empty_object.into(),
            Value::Array(items) if items.is_empty() => self.array_delimiters.concat().into(),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    [(self.render_key)(name).into(), self.key_value_separator.into(), self.to_document(value)].into()
                };
                Document::BrokenGroup(self.block(self.object_delimiters, fields.iter().map(field)).into())
            }
            Value::Array(items) => {
                let is_nested_array = |item: &Value| item.as_array().is_some_and(|items| items.len() > 1);
                let is_matrix = items.len() > 1 && items.iter().all(is_nested_array);
                let block = self.block(self.array_delimiters, items.iter().map(|item| self.to_document(item)));
                if is_matrix { Document::BrokenGroup(block.into()) } else { block.group() }
            }
        }
    }

    fn block(&self, [open, close]: [&str; 2], items: impl Iterator<Item = Document>) -> Document {
        [open.into(), document::items(items, self.indent_width, "", ","), close.into()].into()
    }
}

/// Returns true if a language with 64-bit numbers and the shortest number format reproduces the text of the value.
pub(in crate::snippet) fn can_round_trip(value: &Value, is_valid_key: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Number(number) => is_round_trip_number(number),
        Value::Array(items) => items.iter().all(|item| can_round_trip(item, is_valid_key)),
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| is_valid_key(name) && can_round_trip(value, is_valid_key))
        }
        _ => true,
    }
}

/// Returns true for an integer of up to 15 digits (less than 2^53), or a decimal fraction of few digits.
fn is_round_trip_number(number: &Number) -> bool {
    let text = number.to_string();
    let digits = text.trim_start_matches('-');
    match digits.split_once('.') {
        None => digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit()) && text != "-0",
        Some((whole, fraction)) => {
            let is_short = whole.len() + fraction.len() <= 15 && whole.len() <= 12 && fraction.len() <= 4;
            is_short && !fraction.ends_with('0') && fraction.bytes().all(|b| b.is_ascii_digit())
        }
    }
}

/// Returns true if a name looks like a number. Some languages reorder such names or interpret them as indexes.
pub(in crate::snippet) fn is_numeric_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit())
}

/// Formats JSON over several lines, for languages that embed it in a string. Escapes invisible characters and the
/// string's delimiter by their numbers.
pub(in crate::snippet) fn pretty_json(value: &Value, delimiter: char) -> TextTemplate {
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string());
    // These characters occur only within strings of JSON, except line ends, which occur only between lines.
    let is_escaped = |c: char| c == delimiter || (is_invisible(c) && c != '\n');
    let escape = |c: char| if is_escaped(c) { format!("\\u{:04x}", c as u32) } else { c.to_string() };
    let escaped: String = text.chars().map(escape).collect();
    TextTemplate::from(escaped.as_str())
}

/// Removes the comma after the last of several lines, for languages that do not allow it.
pub(in crate::snippet) fn strip_trailing_commas(code: &str) -> String {
    let lines: Vec<&str> = code.split('\n').collect();
    let is_end = |line: &&str| line.trim_start().starts_with([')', ']', '}']);
    let ends = lines.iter().skip(1).map(is_end).chain([false]);
    let strip_comma =
        |(line, is_last): (&&str, bool)| line.strip_suffix(',').filter(|_| is_last).unwrap_or(line).to_owned();
    lines.iter().zip(ends).map(strip_comma).collect::<Vec<_>>().join("\n")
}

/// Inserts `_` between the thousands of numbers with at least six digits, as formatters of some languages do.
pub(in crate::snippet) fn add_digit_separators(code: &str) -> String {
    let mut text = String::new();
    let (mut quote, mut previous) = (None, ' ');
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let is_number =
            quote.is_none() && c.is_ascii_digit() && !previous.is_alphanumeric() && !matches!(previous, '_' | '.');
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let length = match (c, quote) {
            _ if is_number => end,
            ('\\', Some(_)) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => c.len_utf8(),
        };
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
        let (piece, remainder) = rest.split_at(length);
        for (at, c) in piece.char_indices() {
            if is_number && length > 5 && at > 0 && (length - at).is_multiple_of(3) {
                text.push('_');
            }
            text.push(c);
            previous = c;
        }
        rest = remainder;
    }
    text
}

/// Returns true if a value is an array or an object that is not empty.
pub(in crate::snippet) fn is_nonempty_container(value: &Value) -> bool {
    match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => false,
    }
}

/// Converts a variable's name to camel case: `PETSTORE_API_KEY` → `petstoreApiKey`. Adds the prefix `the` to a result
/// that is reserved or is not a name.
pub(in crate::snippet) fn to_camel_case(name: &str, reserved: &[&str]) -> String {
    let capitalize = |word: &str| [&word[..1], &word[1..].to_ascii_lowercase()].concat();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.map(|word| capitalize(&word.to_ascii_uppercase())).collect();
    let (first, rest) = name.split_at(name.len().min(1));
    let camel = format!("{}{rest}", first.to_ascii_lowercase());
    let is_name = camel.starts_with(|c: char| c.is_ascii_lowercase()) && !reserved.contains(&camel.as_str());
    if is_name { camel } else { format!("the{name}") }
}
