//! Reads parts of a JSON text by their offsets, so that a large text is never parsed as a whole.

use crate::model::problem::decode_pointer_key;
use memchr::memchr2;
use std::borrow::Cow;

/// Whitespace of JSON (RFC 8259, §2).
const WHITESPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// A value: its part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Node<'a>(&'a str);

/// A value in an object or a list.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct Child<'a> {
    /// The name with its quotes and escapes; `None` in a list.
    name: Option<&'a str>,
    pub(in crate::ui) index: usize,
    pub(in crate::ui) node: Node<'a>,
}

impl<'a> Node<'a> {
    /// Returns the value that a text consists of, which must be valid JSON.
    pub(in crate::ui) fn of_valid(text: &'a str) -> Self {
        Self(text.trim_matches(WHITESPACE))
    }

    /// Returns the JSON of the value.
    pub(in crate::ui) fn text(self) -> &'a str {
        self.0
    }

    pub(in crate::ui) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(in crate::ui) fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    /// Returns true for an object or a list with values in it.
    pub(in crate::ui) fn has_children(self) -> bool {
        self.children().next().is_some()
    }

    /// Returns the values in an object or a list; of any other value, none.
    pub(in crate::ui) fn children(self) -> Children<'a> {
        let is_container = self.is_object() || self.is_list();
        Children { rest: if is_container { &self.0[1..] } else { "" }, is_object: self.is_object(), next_index: 0 }
    }

    /// Returns the value at a JSON Pointer (RFC 6901).
    pub(in crate::ui) fn find(self, pointer: &str) -> Option<Self> {
        pointer.split('/').skip(1).try_fold(self, |node, segment| node.find_child(segment).map(|child| child.node))
    }

    /// Returns the value at the segment of a JSON Pointer.
    pub(in crate::ui) fn find_child(self, segment: &str) -> Option<Child<'a>> {
        let key = decode_pointer_key(segment);
        if self.is_list() {
            return self.children().nth(key.parse().ok()?);
        }
        self.children().find(|child| child.key() == key)
    }
}

impl<'a> Child<'a> {
    /// Returns the name with its quotes and escapes.
    pub(in crate::ui) fn quoted_name(&self) -> Option<&'a str> {
        self.name
    }

    /// Returns the name, or the index as text.
    pub(in crate::ui) fn key(&self) -> Cow<'a, str> {
        self.name.map_or_else(|| Cow::Owned(self.index.to_string()), unquote)
    }
}

/// Returns the text of a JSON string.
pub(in crate::ui) fn unquote(string: &str) -> Cow<'_, str> {
    match string.get(1..string.len().saturating_sub(1)) {
        Some(text) if !text.contains('\\') => Cow::Borrowed(text),
        _ => Cow::Owned(serde_json::from_str(string).unwrap_or_default()),
    }
}

/// The values in an object or a list.
#[derive(Clone, Debug)]
pub(in crate::ui) struct Children<'a> {
    /// Text after the opening bracket, or after the previous value.
    rest: &'a str,
    is_object: bool,
    next_index: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Child<'a>;

    fn next(&mut self) -> Option<Child<'a>> {
        let separators = |c| c == ',' || WHITESPACE.contains(&c);
        self.rest = self.rest.trim_start_matches(separators);
        if self.rest.is_empty() || self.rest.starts_with([']', '}']) {
            return None;
        }
        let name = self.is_object.then(|| self.take_value());
        self.rest = self.rest.trim_start_matches(|c| c == ':' || WHITESPACE.contains(&c));
        let index = self.next_index;
        self.next_index += 1;
        Some(Child { name, index, node: Node(self.take_value()) })
    }
}

impl<'a> Children<'a> {
    fn take_value(&mut self) -> &'a str {
        let (value, rest) = self.rest.split_at(value_end(self.rest.as_bytes()));
        self.rest = rest;
        value
    }
}

/// Returns the end of the value at the start of a text.
pub(super) fn value_end(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(b'"') => string_end(bytes, 0),
        Some(b'{' | b'[') => container_end(bytes),
        _ => {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",]}".contains(byte);
            bytes.iter().position(is_end).unwrap_or(bytes.len())
        }
    }
}

fn container_end(bytes: &[u8]) -> usize {
    let (mut offset, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(offset) {
        match byte {
            b'"' => {
                offset = string_end(bytes, offset);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        offset += 1;
        if depth == 0 {
            return offset;
        }
    }
    bytes.len()
}

/// Returns the end of the string that starts at an offset.
pub(super) fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut offset = start + 1;
    while let Some(found) = bytes.get(offset..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if bytes[offset + found] == b'"' {
            return offset + found + 1;
        }
        // The character after a backslash ends no string.
        offset += found + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// Reads a value with the reader of parts.
    fn read(node: Node) -> Value {
        if node.is_object() {
            node.children().map(|child| (child.key().into_owned(), read(child.node))).collect()
        } else if node.is_list() {
            node.children().map(|child| read(child.node)).collect()
        } else {
            serde_json::from_str(node.text()).unwrap_or_default()
        }
    }

    const TEXT: &str =
        " { \"a\\\"]\" : [ 1 , -2.5e3, [ ] , {} ], \"b/~\":{\"c\": \"}\\\\\", \"ü\":null },\r\n\"\": [true,false]\t} ";

    #[test]
    fn every_part_is_read_as_a_parser_reads_it() {
        for text in [TEXT, "[]", "{}", "\"\\u00e9\\\"\"", "12", "[[[1]],{\"a\":{\"b\":[]}}]", "[\"\\\\\",\"]\"]"] {
            assert_eq!(read(Node::of_valid(text)), serde_json::from_str::<Value>(text).unwrap_or_default(), "{text}");
        }
    }

    #[test]
    fn a_value_is_found_by_its_pointer() {
        let root = Node::of_valid(TEXT);
        for (pointer, expected) in [
            ("/a\"]/1", Some("-2.5e3")),
            ("/b~1~0/c", Some("\"}\\\\\"")),
            ("/b~1~0/ü", Some("null")),
            ("//1", Some("false")),
            ("/a\"]/4", None),
            ("/a\"]/x", None),
            ("/lost", None),
            ("/b~1~0/c/d", None),
        ] {
            assert_eq!(root.find(pointer).map(Node::text), expected, "{pointer}");
        }
        assert_eq!(root.find(""), Some(root));
    }
}
