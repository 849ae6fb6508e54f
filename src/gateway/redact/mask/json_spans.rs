//! Parses a JSON text into its values and their places in the text, so that single values can be replaced and everything
//! else stays byte for byte the same.

use serde_json::Value;
use std::ops::Range;

/// A value and its byte range in the text.
pub(super) struct JsonSpan {
    pub(super) range: Range<usize>,
    pub(super) node: JsonNode,
}

/// The kind of a value.
pub(super) enum JsonNode {
    /// A string, a number, a boolean or null.
    Scalar,
    /// The items.
    Array(Vec<JsonSpan>),
    /// The range of each name, quotes included, and its value. A name can occur more than once.
    Object(Vec<(Range<usize>, JsonSpan)>),
}

/// Parses a text that is one JSON value. Returns `None` for any other text, and if it is nested more than 127 levels
/// deep.
pub(super) fn parse(text: &str) -> Option<JsonSpan> {
    // The check also limits the recursion below.
    serde_json::from_str::<Value>(text).ok()?;
    SpanParser { bytes: text.as_bytes(), offset: 0 }.parse_value()
}

/// Reads a text that is known to be valid JSON.
struct SpanParser<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl SpanParser<'_> {
    fn parse_value(&mut self) -> Option<JsonSpan> {
        self.skip_whitespace();
        let start = self.offset;
        let node = match self.bytes.get(start)? {
            b'{' => {
                let mut fields = Vec::new();
                while self.enters_next(b'}')? {
                    let name = self.offset;
                    self.skip_string();
                    let name = name..self.offset;
                    self.skip_whitespace();
                    // The colon.
                    self.offset += 1;
                    fields.push((name, self.parse_value()?));
                }
                JsonNode::Object(fields)
            }
            b'[' => {
                let mut items = Vec::new();
                while self.enters_next(b']')? {
                    items.push(self.parse_value()?);
                }
                JsonNode::Array(items)
            }
            b'"' => {
                self.skip_string();
                JsonNode::Scalar
            }
            _ => {
                let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",]}".contains(byte);
                let length = self.bytes[start..].iter().position(is_end);
                self.offset = length.map_or(self.bytes.len(), |length| start + length);
                JsonNode::Scalar
            }
        };
        Some(JsonSpan { range: start..self.offset, node })
    }

    /// Skips an opening bracket or a comma. Returns false after skipping the closing bracket.
    fn enters_next(&mut self, close: u8) -> Option<bool> {
        self.skip_whitespace();
        let is_end = *self.bytes.get(self.offset)? == close;
        self.offset += 1;
        if is_end {
            return Some(false);
        }
        self.skip_whitespace();
        // An empty array or object.
        if *self.bytes.get(self.offset)? == close {
            self.offset += 1;
            return Some(false);
        }
        Some(true)
    }

    fn skip_whitespace(&mut self) {
        while self.bytes.get(self.offset).is_some_and(u8::is_ascii_whitespace) {
            self.offset += 1;
        }
    }

    fn skip_string(&mut self) {
        self.offset += 1;
        while let Some(byte) = self.bytes.get(self.offset) {
            self.offset += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'"' {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonNode, JsonSpan, parse};

    fn write(text: &str, span: &JsonSpan, output: &mut Vec<String>) {
        output.push(text[span.range.clone()].to_owned());
        match &span.node {
            JsonNode::Scalar => {}
            JsonNode::Array(items) => items.iter().for_each(|item| write(text, item, output)),
            JsonNode::Object(fields) => fields.iter().for_each(|(name, value)| {
                output.push(text[name.clone()].to_owned());
                write(text, value, output);
            }),
        }
    }

    #[test]
    fn every_value_is_found_at_its_place() {
        let text = " {\"a\\\"{\" : [1.50 , -2e3,[] ,{ }, null], \"b\":{\"b\":\"x\",\"b\":true} }\n";
        let mut parts = Vec::new();
        if let Some(span) = parse(text) {
            write(text, &span, &mut parts);
        }
        let expected = [
            text.trim(),
            "\"a\\\"{\"",
            "[1.50 , -2e3,[] ,{ }, null]",
            "1.50",
            "-2e3",
            "[]",
            "{ }",
            "null",
            "\"b\"",
            "{\"b\":\"x\",\"b\":true}",
            "\"b\"",
            "\"x\"",
            "\"b\"",
            "true",
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn only_json_is_parsed() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "nul", "\"\\ud800\"", "\u{feff}{}", &"[".repeat(100_000)] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse(&format!("{}{}", "[".repeat(127), "]".repeat(127))).is_some());
    }
}
