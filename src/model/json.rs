//! Reads JSON text (RFC 8259), and says where it breaks.
//!
//! `serde_json` reads the same, and is used wherever only the server reads. In the browser its reader brings along what
//! prints floating point numbers for its error messages: 30 kB of the program. Here numbers stay the digits they were.

use serde_json::{Map, Number, Value};

/// How deep values may nest, as in `serde_json`.
const DEPTH: usize = 128;

/// Where a text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The byte at which it goes wrong; the text's length, where it ends too early.
    pub at: usize,
}

/// Reads one JSON value.
///
/// # Errors
/// The place where the text stops being JSON.
pub fn parse(text: &str) -> Result<Value, Break> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.skip_space();
    if parser.at == text.len() { Ok(value) } else { parser.fail() }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn fail<T>(&self) -> Result<T, Break> {
        Err(Break { at: self.at })
    }

    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn take(&mut self, expected: &str) -> Result<(), Break> {
        if !self.text[self.at..].starts_with(expected) {
            return self.fail();
        }
        self.at += expected.len();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value, Break> {
        self.skip_space();
        if depth > DEPTH {
            return self.fail();
        }
        match self.peek() {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Value::String),
            b't' => self.take("true").map(|()| Value::Bool(true)),
            b'f' => self.take("false").map(|()| Value::Bool(false)),
            b'n' => self.take("null").map(|()| Value::Null),
            _ => self.number(),
        }
    }

    /// Goes behind a comma, or tells that the list or object ends here.
    fn goes_on(&mut self, end: u8) -> Result<bool, Break> {
        self.skip_space();
        match self.peek() {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            b if b == end => {
                self.at += 1;
                Ok(false)
            }
            _ => self.fail(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Break> {
        let mut object = Map::new();
        self.at += 1;
        self.skip_space();
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            self.take(":")?;
            let value = self.value(depth + 1)?;
            object.insert(key, value);
            if !self.goes_on(b'}')? {
                return Ok(Value::Object(object));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Break> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.peek() == b']' {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.goes_on(b']')? {
                return Ok(Value::Array(items));
            }
        }
    }

    fn string(&mut self) -> Result<String, Break> {
        self.take("\"")?;
        let mut string = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), b'"' | b'\\' | 0..0x20) {
                self.at += 1;
            }
            string.push_str(&self.text[start..self.at]);
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(string);
                }
                b'\\' => {
                    self.at += 1;
                    string.push(self.escape()?);
                }
                _ => return self.fail(),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Break> {
        let c = match self.peek() {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return self.fail(),
        };
        self.at += 1;
        Ok(c)
    }

    /// `\u` and four digits; two of them for what lies beyond (RFC 8259, §7). Half of such a pair is no character.
    fn unicode(&mut self) -> Result<char, Break> {
        let first = self.unit()?;
        let code = if (0xD800..0xDC00).contains(&first) {
            self.take("\\")?;
            let second = self.unit()?;
            if !(0xDC00..0xE000).contains(&second) {
                return self.fail();
            }
            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).map_or_else(|| self.fail(), Ok)
    }

    fn unit(&mut self) -> Result<u32, Break> {
        self.take("u")?;
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.peek()).to_digit(16) else { return self.fail() };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    /// RFC 8259, §6.
    fn number(&mut self) -> Result<Value, Break> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        if self.peek() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Value::Number(Number::from_string_unchecked(self.text[start..self.at].to_owned())))
    }

    fn digits(&mut self) -> Result<(), Break> {
        if !self.peek().is_ascii_digit() {
            return self.fail();
        }
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::Value;

    #[test]
    fn json_is_read_as_serde_json_reads_it() {
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
    fn what_is_no_json_is_refused_where_it_breaks() {
        for (text, at) in [
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
            assert_eq!(parse(text).map_err(|found| found.at), Err(at), "{text}");
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
