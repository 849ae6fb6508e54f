//! A parser for JSON text (RFC 8259) that reports the position of syntax errors.
//!
//! The results equal those of `serde_json`, which is used wherever only the server parses. In the browser, its parser
//! includes code that prints floating point numbers in error messages: 30 kB of the binary. This parser preserves the
//! digits of numbers.

use serde_json::{Map, Number, Value};

/// Maximum nesting depth, as in `serde_json`.
const MAX_DEPTH: usize = 128;

/// A JSON syntax error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset of the error; the text's length if the text ends too early.
    pub offset: usize,
}

/// Parses one JSON value.
///
/// # Errors
/// Returns an error with the offset at which the text stops being JSON.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let mut parser = Parser { text, position: 0 };
    let value = parser.parse_value(0)?;
    parser.skip_whitespace();
    if parser.position == text.len() { Ok(value) } else { parser.fail() }
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl Parser<'_> {
    fn fail<T>(&self) -> Result<T, SyntaxError> {
        Err(SyntaxError { offset: self.position })
    }

    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.position).copied().unwrap_or_default()
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.position += 1;
        }
    }

    fn consume(&mut self, expected: &str) -> Result<(), SyntaxError> {
        if !self.text[self.position..].starts_with(expected) {
            return self.fail();
        }
        self.position += expected.len();
        Ok(())
    }

    fn parse_value(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        self.skip_whitespace();
        if depth > MAX_DEPTH {
            return self.fail();
        }
        match self.peek() {
            b'{' => self.parse_object(depth),
            b'[' => self.parse_array(depth),
            b'"' => self.parse_string().map(Value::String),
            b't' => self.consume("true").map(|()| Value::Bool(true)),
            b'f' => self.consume("false").map(|()| Value::Bool(false)),
            b'n' => self.consume("null").map(|()| Value::Null),
            _ => self.parse_number(),
        }
    }

    /// Consumes a comma and returns true, or consumes the end of the list or object and returns false.
    fn consume_separator(&mut self, end: u8) -> Result<bool, SyntaxError> {
        self.skip_whitespace();
        match self.peek() {
            b',' => {
                self.position += 1;
                Ok(true)
            }
            b if b == end => {
                self.position += 1;
                Ok(false)
            }
            _ => self.fail(),
        }
    }

    fn parse_object(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        let mut object = Map::new();
        self.position += 1;
        self.skip_whitespace();
        if self.peek() == b'}' {
            self.position += 1;
            return Ok(Value::Object(object));
        }
        loop {
            self.skip_whitespace();
            let key = self.parse_string()?;
            self.skip_whitespace();
            self.consume(":")?;
            let value = self.parse_value(depth + 1)?;
            object.insert(key, value);
            if !self.consume_separator(b'}')? {
                return Ok(Value::Object(object));
            }
        }
    }

    fn parse_array(&mut self, depth: usize) -> Result<Value, SyntaxError> {
        let mut items = Vec::new();
        self.position += 1;
        self.skip_whitespace();
        if self.peek() == b']' {
            self.position += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.parse_value(depth + 1)?);
            if !self.consume_separator(b']')? {
                return Ok(Value::Array(items));
            }
        }
    }

    fn parse_string(&mut self) -> Result<String, SyntaxError> {
        self.consume("\"")?;
        let mut string = String::new();
        loop {
            let start = self.position;
            while !matches!(self.peek(), b'"' | b'\\' | 0..0x20) {
                self.position += 1;
            }
            string.push_str(&self.text[start..self.position]);
            match self.peek() {
                b'"' => {
                    self.position += 1;
                    return Ok(string);
                }
                b'\\' => {
                    self.position += 1;
                    string.push(self.parse_escape()?);
                }
                _ => return self.fail(),
            }
        }
    }

    fn parse_escape(&mut self) -> Result<char, SyntaxError> {
        let c = match self.peek() {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.parse_unicode_escape(),
            _ => return self.fail(),
        };
        self.position += 1;
        Ok(c)
    }

    /// Parses a Unicode escape: `u` and four digits. A character outside the Basic Multilingual Plane is a surrogate
    /// pair (RFC 8259, §7); an unpaired surrogate is an error.
    fn parse_unicode_escape(&mut self) -> Result<char, SyntaxError> {
        let first = self.parse_code_unit()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            self.consume("\\")?;
            let second = self.parse_code_unit()?;
            if !(0xDC00..0xE000).contains(&second) {
                return self.fail();
            }
            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).map_or_else(|| self.fail(), Ok)
    }

    fn parse_code_unit(&mut self) -> Result<u32, SyntaxError> {
        self.consume("u")?;
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.peek()).to_digit(16) else { return self.fail() };
            unit = unit * 16 + digit;
            self.position += 1;
        }
        Ok(unit)
    }

    /// Parses a number (RFC 8259, §6).
    fn parse_number(&mut self) -> Result<Value, SyntaxError> {
        let start = self.position;
        if self.peek() == b'-' {
            self.position += 1;
        }
        if self.peek() == b'0' {
            self.position += 1;
        } else {
            self.skip_digits()?;
        }
        if self.peek() == b'.' {
            self.position += 1;
            self.skip_digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.position += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.position += 1;
            }
            self.skip_digits()?;
        }
        Ok(Value::Number(Number::from_string_unchecked(self.text[start..self.position].to_owned())))
    }

    fn skip_digits(&mut self) -> Result<(), SyntaxError> {
        if !self.peek().is_ascii_digit() {
            return self.fail();
        }
        while self.peek().is_ascii_digit() {
            self.position += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::Value;

    #[test]
    fn json_is_parsed_like_serde_json() {
        let nested = ["[".repeat(100), "]".repeat(100)].concat();
        for text in [
            "null",
            " [1, -0.5e+3, 123456789012345678901234567890, true, false] ",
            r#"{"a": {"b": []}, "": "x", "a\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t": {}}"#,
            "\"é😀\"",
            &nested,
        ] {
            assert_eq!(parse(text).ok(), serde_json::from_str::<Value>(text).ok(), "{text}");
        }
    }

    #[test]
    fn invalid_json_is_refused_at_the_offset_of_the_error() {
        for (text, offset) in [
            ("", 0),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("{a: 1}", 1),
            ("01", 1),
            ("1.", 2),
            ("-", 1),
            ("tru", 0),
            ("\"a", 2),
            ("\"\n\"", 1),
            ("\"\\x\"", 2),
            ("\"\\ud800\"", 7),
            ("[1] 2", 4),
        ] {
            assert_eq!(parse(text).map_err(|error| error.offset), Err(offset), "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
