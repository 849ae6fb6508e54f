//! Splits the bytes of a stream into its items, whatever the chunks in which they arrive.

use crate::model::media_type::StreamFormat;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Byte before each record of a JSON text sequence (RFC 7464, §2).
const RECORD_SEPARATOR: u8 = 0x1e;

/// An item of a stream, without the bytes that end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawItem {
    /// The lines of an event, each with LF at its end, or a JSON text. `None` if the item is larger than the limit.
    pub(crate) bytes: Option<Vec<u8>>,
    /// Number of bytes as received, without those that end a line or an item.
    pub(crate) size: u64,
}

/// Splits a stream into items. Memory is limited to one item of the maximum size.
#[derive(Debug)]
pub(crate) struct ItemSplitter {
    format: StreamFormat,
    max_item_bytes: usize,
    /// The current item; empty once it is too large.
    item: Vec<u8>,
    size: u64,
    /// Number of bytes of the current line.
    line_bytes: usize,
    /// True after CR, which ends a line together with the LF that may follow.
    is_after_cr: bool,
    is_first_line: bool,
    nesting: JsonNesting,
}

impl ItemSplitter {
    pub(crate) fn new(format: StreamFormat, max_item_bytes: usize) -> Self {
        Self {
            format,
            max_item_bytes,
            item: Vec::new(),
            size: 0,
            line_bytes: 0,
            is_after_cr: false,
            is_first_line: true,
            nesting: JsonNesting::default(),
        }
    }

    /// Takes the next bytes, and returns the items that they complete.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Vec<RawItem> {
        let mut items = Vec::new();
        for byte in chunk {
            let item = match self.format {
                StreamFormat::EventStream => self.push_event_byte(*byte),
                StreamFormat::JsonLines => self.push_line_byte(*byte),
                StreamFormat::JsonSequence => self.push_sequence_byte(*byte),
            };
            items.extend(item);
        }
        items
    }

    /// Returns the last item, if the stream ended within it.
    pub(crate) fn finish(&mut self) -> Option<RawItem> {
        self.end_line();
        self.take_item()
    }

    /// Ends a line at CR, LF or CRLF, and an event at an empty line (WHATWG HTML, §9.2.5).
    fn push_event_byte(&mut self, byte: u8) -> Option<RawItem> {
        let is_second_of_line_end = std::mem::take(&mut self.is_after_cr) && byte == b'\n';
        if is_second_of_line_end {
            return None;
        }
        if byte != b'\r' && byte != b'\n' {
            self.add(byte);
            return None;
        }
        self.is_after_cr = byte == b'\r';
        if self.end_line() == 0 {
            return self.take_item();
        }
        if self.is_within_limit() {
            self.item.push(b'\n');
        }
        None
    }

    fn push_line_byte(&mut self, byte: u8) -> Option<RawItem> {
        if byte != b'\n' {
            self.add(byte);
            return None;
        }
        self.end_line();
        self.take_item()
    }

    /// Ends a record before the next one, or at the LF after a complete JSON text, so that it is not held back until
    /// the next one arrives.
    fn push_sequence_byte(&mut self, byte: u8) -> Option<RawItem> {
        if byte == RECORD_SEPARATOR {
            return self.take_item();
        }
        self.add(byte);
        self.nesting.push(byte);
        if byte != b'\n' {
            return None;
        }
        self.end_line();
        if self.nesting.is_complete() { self.take_item() } else { None }
    }

    fn add(&mut self, byte: u8) {
        self.size += 1;
        self.line_bytes += 1;
        if self.is_within_limit() {
            self.item.push(byte);
        } else {
            self.item = Vec::new();
        }
    }

    fn is_within_limit(&self) -> bool {
        self.size <= self.max_item_bytes as u64
    }

    /// Ends a line, and returns the number of its bytes. A byte order mark before the first line does not count.
    fn end_line(&mut self) -> usize {
        if std::mem::take(&mut self.is_first_line) && self.item.starts_with(BYTE_ORDER_MARK) {
            self.item.drain(..BYTE_ORDER_MARK.len());
            self.line_bytes -= BYTE_ORDER_MARK.len();
            self.size -= BYTE_ORDER_MARK.len() as u64;
        }
        std::mem::take(&mut self.line_bytes)
    }

    /// Returns the current item, and begins the next one. An item without content is none.
    fn take_item(&mut self) -> Option<RawItem> {
        self.nesting = JsonNesting::default();
        let is_within_limit = self.is_within_limit();
        let mut bytes = std::mem::take(&mut self.item);
        let mut size = std::mem::take(&mut self.size);
        if self.format != StreamFormat::EventStream && is_within_limit {
            bytes = bytes.trim_ascii().to_vec();
            size = bytes.len() as u64;
        }
        (size > 0).then(|| RawItem { bytes: is_within_limit.then_some(bytes), size })
    }
}

/// Finds the end of a JSON text of several lines.
#[derive(Debug, Default)]
struct JsonNesting {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    has_content: bool,
}

impl JsonNesting {
    fn push(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' => self.is_escaped = self.is_in_string,
            b'"' => self.is_in_string = !self.is_in_string,
            b'{' | b'[' if !self.is_in_string => self.depth += 1,
            b'}' | b']' if !self.is_in_string => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.has_content |= !byte.is_ascii_whitespace();
    }

    fn is_complete(&self) -> bool {
        self.has_content && self.depth == 0 && !self.is_in_string
    }
}

#[cfg(test)]
mod tests {
    use super::{ItemSplitter, RawItem};
    use crate::model::media_type::StreamFormat;
    use proptest::{collection::vec, prelude::*};

    const MAX_ITEM_BYTES: usize = 24;
    const FORMATS: [StreamFormat; 3] = [StreamFormat::EventStream, StreamFormat::JsonLines, StreamFormat::JsonSequence];

    fn split<'a>(format: StreamFormat, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<RawItem> {
        let mut splitter = ItemSplitter::new(format, MAX_ITEM_BYTES);
        let mut items: Vec<RawItem> = chunks.into_iter().flat_map(|chunk| splitter.push(chunk)).collect();
        items.extend(splitter.finish());
        items
    }

    fn texts(format: StreamFormat, stream: &str) -> Vec<String> {
        let text = |item: RawItem| match item.bytes {
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => format!("{} bytes", item.size),
        };
        split(format, [stream.as_bytes()]).into_iter().map(text).collect()
    }

    #[test]
    fn events_end_at_empty_lines_with_any_line_end() {
        let expected = ["event: a\ndata: 1\n", ": comment\n", "data:\n", "data: end"];
        for end in ["\n", "\r", "\r\n"] {
            let stream = "event: a\ndata: 1\n\n\n: comment\n\n\ndata:\n\ndata: end".replace('\n', end);
            assert_eq!(texts(StreamFormat::EventStream, &stream), expected, "{end:?}");
        }
        assert_eq!(texts(StreamFormat::EventStream, "\u{feff}data: 1\n\n\u{feff}x\n\n"), ["data: 1\n", "\u{feff}x\n"]);
        assert_eq!(texts(StreamFormat::EventStream, "\u{feff}\ndata: 1\r\n\r\n"), ["data: 1\n"]);
    }

    #[test]
    fn lines_are_items_and_empty_ones_are_none() {
        let stream = "\u{feff}{\"a\": 1}\r\n\n  \n[\"\r\"]\n 2 ";
        assert_eq!(texts(StreamFormat::JsonLines, stream), ["{\"a\": 1}", "[\"\r\"]", "2"]);
    }

    #[test]
    fn records_of_several_lines_are_complete_at_the_line_end_after_their_text() {
        let stream = "\u{1e}{\"a\":\n\"}\\\"\n\"}\n\u{1e}\u{1e}12\n\u{1e}[1,\u{1e}\"x";
        assert_eq!(texts(StreamFormat::JsonSequence, stream), ["{\"a\":\n\"}\\\"\n\"}", "12", "[1,", "\"x"]);
        let mut splitter = ItemSplitter::new(StreamFormat::JsonSequence, MAX_ITEM_BYTES);
        assert_eq!(splitter.push(b"\x1e{\"a\": {\n}").len(), 0);
        assert_eq!(splitter.push(b"}\n").len(), 1, "the item is not held back until the next one arrives");
    }

    #[test]
    fn an_item_that_is_too_large_is_not_stored_and_does_not_hide_the_next() {
        let large = "x".repeat(1000);
        let events = format!("data: {large}\ndata: {large}\n\ndata: 1\n\n");
        assert_eq!(texts(StreamFormat::EventStream, &events), ["2012 bytes", "data: 1\n"]);
        assert_eq!(texts(StreamFormat::JsonLines, &format!("{large}\n1\n")), ["1000 bytes", "1"]);
        assert_eq!(texts(StreamFormat::JsonSequence, &format!("\u{1e}[\"{large}\"]\n\u{1e}1\n")), ["1005 bytes", "1"]);
        let mut splitter = ItemSplitter::new(StreamFormat::JsonLines, MAX_ITEM_BYTES);
        splitter.push(large.as_bytes());
        assert!(splitter.item.capacity() <= 2 * MAX_ITEM_BYTES, "{}", splitter.item.capacity());
    }

    proptest! {
        #[test]
        fn the_items_do_not_depend_on_the_chunks(
            stream in "(data: ?|[a-c{}\\[\\]\"\\\\:]|\r\n|\n|\r|\u{1e}|\u{feff}|é){0,60}",
            cuts in vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let bytes = stream.as_bytes();
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            ends.push(bytes.len());
            ends.sort_unstable();
            let mut start = 0;
            let chunks: Vec<&[u8]> = ends.into_iter().map(|end| {
                let chunk = &bytes[start..end];
                start = end;
                chunk
            }).collect();
            for format in FORMATS {
                prop_assert_eq!(split(format, chunks.iter().copied()), split(format, [bytes]), "{:?}", format);
            }
        }

        #[test]
        fn lines_of_json_are_split_as_they_were_joined(numbers in vec(any::<u32>(), 0..20)) {
            let expected: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            prop_assert_eq!(texts(StreamFormat::JsonLines, &expected.join("\n")), expected);
        }
    }
}
