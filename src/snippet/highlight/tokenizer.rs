//! Tokenizes source code in a single pass.

use super::{
    TokenKind,
    syntax::{LanguageSyntax, StringRule, StringSyntax},
};

/// Maximum depth of strings within interpolated code within strings.
const MAX_NESTING_DEPTH: u8 = 8;

/// Iterator over the tokens of a text. No two plain tokens are adjacent.
pub(in crate::snippet) struct Tokenizer<'a> {
    syntax: &'a LanguageSyntax,
    code: &'a str,
    position: usize,
    /// Last byte that was neither whitespace nor part of a comment.
    last_significant_byte: u8,
    /// Delimiter of the heredoc that begins on the next line.
    pending_heredoc: Option<&'a str>,
    queued_token: Option<(Option<TokenKind>, &'a str)>,
    /// True if a string or comment is not terminated.
    pub(in crate::snippet) is_unterminated: bool,
}

impl<'a> Iterator for Tokenizer<'a> {
    type Item = (Option<TokenKind>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(next) = self.queued_token.take() {
            return Some(next);
        }
        let start = self.position;
        while self.position < self.code.len() {
            let token_start = self.position;
            let kind = self.scan_token();
            if kind.is_some() {
                let token = (kind, &self.code[token_start..self.position]);
                if start == token_start {
                    return Some(token);
                }
                self.queued_token = Some(token);
                return Some((None, &self.code[start..token_start]));
            }
        }
        self.is_unterminated |= self.pending_heredoc.is_some();
        (start < self.position).then(|| (None, &self.code[start..]))
    }
}

impl<'a> Tokenizer<'a> {
    pub(in crate::snippet) fn new(syntax: &'a LanguageSyntax, code: &'a str) -> Self {
        Self {
            syntax,
            code,
            position: 0,
            last_significant_byte: 0,
            pending_heredoc: None,
            queued_token: None,
            is_unterminated: false,
        }
    }

    fn byte_at(&self, at: usize) -> u8 {
        self.code.as_bytes().get(at).copied().unwrap_or_default()
    }

    fn starts_with_at(&self, at: usize, text: &str) -> bool {
        self.code.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// Advances past the next token, which has at least one character and ends at a character boundary.
    fn scan_token(&mut self) -> Option<TokenKind> {
        let (start, first) = (self.position, self.byte_at(self.position));
        if first == b'\n'
            && let Some(word) = self.pending_heredoc.take()
        {
            self.position = self.heredoc_end(word);
            return Some(TokenKind::String);
        }
        if let Some(end) = self.comment_end() {
            self.position = end;
            return Some(TokenKind::Comment);
        }
        let kind = if let Some((end, word)) = self.parse_heredoc_start() {
            self.pending_heredoc = Some(word);
            self.position = end;
            Some(TokenKind::String)
        } else if let Some((quote, content_start)) = self.string_start_at(start, true) {
            let (end, is_closed) = self.string_end(quote, start, content_start, 0);
            self.is_unterminated |= !is_closed;
            self.position = end;
            Some(if self.starts_with_at(end, ": ") { TokenKind::Key } else { TokenKind::String })
        } else if first.is_ascii_digit() {
            self.skip_number();
            Some(TokenKind::Number)
        } else if self.is_word_byte(first) {
            self.scan_word()
        } else {
            self.position += 1;
            if first == self.syntax.escape {
                self.position += self.code[self.position..].chars().next().map_or(0, char::len_utf8);
            }
            None
        };
        if !first.is_ascii_whitespace() {
            self.last_significant_byte = self.byte_at(self.position - 1);
        }
        kind
    }

    fn comment_end(&mut self) -> Option<usize> {
        for [open, close] in self.syntax.block_comments {
            if self.starts_with_at(self.position, open) {
                let end = self.find_from(self.position + open.len(), close);
                self.is_unterminated |= end.is_none();
                return Some(end.map_or(self.code.len(), |end| end + close.len()));
            }
        }
        let marker = self.syntax.line_comments.iter().find(|marker| self.starts_with_at(self.position, marker))?;
        // In `$#`, `a#b` and unquoted URLs, `#` does not start a comment.
        let is_separated = self.position == 0 || b" \t\n;,)]}".contains(&self.byte_at(self.position - 1));
        (*marker != "#" || is_separated).then(|| self.find_from(self.position, "\n").unwrap_or(self.code.len()))
    }

    fn find_from(&self, from: usize, text: &str) -> Option<usize> {
        (from..self.code.len()).find(|at| self.starts_with_at(*at, text))
    }

    /// Parses the opening of a heredoc. Returns its end and the delimiter of the heredoc.
    fn parse_heredoc_start(&self) -> Option<(usize, &'a str)> {
        let open = self.syntax.heredoc_openers.iter().find(|open| self.starts_with_at(self.position, open))?;
        let mut start = self.position + open.len();
        let has_quotes = matches!(self.byte_at(start), b'\'' | b'"');
        start += usize::from(has_quotes);
        let end = self.name_end(start);
        // In a shell, `<<<` takes a single word instead of a heredoc.
        let is_word = end > start && !self.byte_at(start).is_ascii_digit() && self.last_significant_byte != b'<';
        let after = end + usize::from(has_quotes);
        (is_word && self.code.is_char_boundary(after)).then(|| (after, &self.code[start..end]))
    }

    fn name_end(&self, from: usize) -> usize {
        let is_name = |at: &usize| self.byte_at(*at).is_ascii_alphanumeric() || self.byte_at(*at) == b'_';
        from + (from..self.code.len()).take_while(is_name).count()
    }

    /// Returns the end of a heredoc, whose last line begins with the delimiter.
    fn heredoc_end(&mut self, word: &str) -> usize {
        let mut at = self.position;
        while at < self.code.len() {
            at += 1;
            while matches!(self.byte_at(at), b' ' | b'\t') {
                at += 1;
            }
            if self.starts_with_at(at, word) && self.name_end(at) == at + word.len() {
                return at + word.len();
            }
            at = self.find_from(at, "\n").unwrap_or(self.code.len());
        }
        self.is_unterminated = true;
        self.code.len()
    }

    /// Returns the delimiter that opens interpolated code in the string at an offset; empty if there is none.
    #[cfg(feature = "ssr")]
    pub(in crate::snippet) fn interpolation_at(&self, at: usize) -> &'a str {
        self.string_start_at(at, false).map_or("", |(quote, _)| quote.interpolation_open)
    }

    /// Returns the syntax of the string at an offset, and the offset of its content.
    fn string_start_at(&self, at: usize, is_code_position: bool) -> Option<(&'a StringSyntax, usize)> {
        self.syntax.strings.iter().find_map(|quote| {
            let content_start = at + quote.open.len();
            let is_match = self.starts_with_at(at, quote.open)
                && match quote.rule {
                    StringRule::Plain => true,
                    StringRule::ValuePosition => {
                        is_code_position
                            && (self.last_significant_byte == 0
                                || b"(,=:[!&|?{;~".contains(&self.last_significant_byte))
                    }
                    StringRule::SingleCharacter => {
                        let mut characters = self.code.get(content_start..).unwrap_or_default().chars();
                        characters.next().is_some_and(|c| c == '\\' || (c != '\'' && characters.next() == Some('\'')))
                    }
                    StringRule::HashDelimited => self.byte_at(content_start + self.count_hashes(content_start)) == b'"',
                };
            let content_start = if quote.rule == StringRule::HashDelimited {
                content_start + self.count_hashes(content_start) + 1
            } else {
                content_start
            };
            is_match.then_some((quote, content_start))
        })
    }

    /// Returns the number of `#` at an offset, up to the maximum of a string.
    fn count_hashes(&self, at: usize) -> usize {
        (at..at + 16).take_while(|at| self.byte_at(*at) == b'#').count()
    }

    /// Returns the end of a string, and true if its closing delimiter was found.
    fn string_end(&self, quote: &StringSyntax, start: usize, content_start: usize, depth: u8) -> (usize, bool) {
        let mut at = content_start;
        let hashes =
            if quote.rule == StringRule::HashDelimited { content_start - start - quote.open.len() - 1 } else { 0 };
        while at < self.code.len() {
            let byte = self.byte_at(at);
            let after = at + quote.close.len();
            let is_last =
                self.starts_with_at(at, quote.close) && (after..after + hashes).all(|at| self.byte_at(at) == b'#');
            let is_doubled = quote.close.as_bytes() == [quote.escape];
            if !quote.interpolation_open.is_empty()
                && depth < MAX_NESTING_DEPTH
                && self.starts_with_at(at, quote.interpolation_open)
            {
                at += quote.interpolation_open.len();
                // `{{` is a literal brace.
                at = if quote.interpolation_open == "{" && self.byte_at(at) == b'{' {
                    at + 1
                } else {
                    self.interpolation_end(quote, at, depth)
                };
            } else if byte == quote.escape && (!is_doubled || self.byte_at(at + 1) == byte) {
                at += 2;
            } else if is_last {
                return (after + hashes, true);
            } else if byte == b'\n' && !quote.is_multiline {
                return (at, false);
            } else {
                at += 1;
            }
        }
        (self.code.len(), false)
    }

    /// Returns the end of interpolated code. Strings within it may contain its closing delimiter.
    fn interpolation_end(&self, enclosing: &StringSyntax, mut at: usize, depth: u8) -> usize {
        let (open, close) = if enclosing.interpolation_open.contains('(') { (b'(', b')') } else { (b'{', b'}') };
        let mut level = 1;
        while at < self.code.len() && (enclosing.is_multiline || self.byte_at(at) != b'\n') {
            let byte = self.byte_at(at);
            if let Some((quote, content_start)) = self.string_start_at(at, false) {
                at = self.string_end(quote, at, content_start, depth + 1).0;
                continue;
            }
            at += 1;
            if byte == open {
                level += 1;
            } else if byte == close {
                level -= 1;
                if level == 0 {
                    break;
                }
            }
        }
        at
    }

    fn skip_number(&mut self) {
        let start = self.position;
        loop {
            let (byte, next) = (self.byte_at(self.position), self.byte_at(self.position + 1));
            let is_exponent =
                || matches!(self.byte_at(self.position - 1), b'e' | b'E') && self.byte_at(start + 1) != b'x';
            let is_continued = byte.is_ascii_alphanumeric()
                || byte == b'_'
                || (byte == b'.' && next.is_ascii_digit())
                || (matches!(byte, b'+' | b'-') && next.is_ascii_digit() && is_exponent());
            if !is_continued {
                return;
            }
            self.position += 1;
        }
    }

    /// Returns true if a byte is part of a word. Bytes of non-ASCII characters are.
    fn is_word_byte(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || byte == b'_'
            || byte >= 0x80
            || self.syntax.extra_word_chars.as_bytes().contains(&byte)
    }

    fn scan_word(&mut self) -> Option<TokenKind> {
        let start = self.position;
        while self.position < self.code.len() && self.is_word_byte(self.byte_at(self.position)) {
            self.position += 1;
        }
        let word = &self.code[start..self.position];
        let is_option =
            word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
        if is_option || self.starts_with_at(self.position, ": ") {
            Some(TokenKind::Key)
        } else if self.last_significant_byte != b'.' && self.syntax.keywords.split(' ').any(|keyword| keyword == word) {
            Some(TokenKind::Keyword)
        } else if self.byte_at(self.position) == b'(' {
            Some(TokenKind::Function)
        } else {
            None
        }
    }
}
