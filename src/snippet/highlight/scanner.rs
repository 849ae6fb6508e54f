//! Goes over a text once, and says what begins where it is.

use super::{
    Kind,
    syntax::{Form, Quote, Syntax},
};

/// How deep strings within code within strings are followed.
const DEPTH: u8 = 8;

/// The tokens of a text. No two plain ones stand side by side.
pub(in crate::snippet) struct Tokens<'a> {
    syntax: &'a Syntax,
    code: &'a str,
    at: usize,
    /// The last byte that was neither space nor comment.
    last: u8,
    /// The word that ends the string which begins on the next line.
    heredoc: Option<&'a str>,
    next: Option<(Option<Kind>, &'a str)>,
    /// Whether a string or comment did not end.
    pub(in crate::snippet) is_open: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Option<Kind>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        let start = self.at;
        while self.at < self.code.len() {
            let before = self.at;
            let kind = self.step();
            if kind.is_some() {
                let token = (kind, &self.code[before..self.at]);
                if start == before {
                    return Some(token);
                }
                self.next = Some(token);
                return Some((None, &self.code[start..before]));
            }
        }
        self.is_open |= self.heredoc.is_some();
        (start < self.at).then(|| (None, &self.code[start..]))
    }
}

impl<'a> Tokens<'a> {
    pub(in crate::snippet) fn new(syntax: &'a Syntax, code: &'a str) -> Self {
        Self { syntax, code, at: 0, last: 0, heredoc: None, next: None, is_open: false }
    }

    fn byte(&self, at: usize) -> u8 {
        self.code.as_bytes().get(at).copied().unwrap_or_default()
    }

    fn has(&self, at: usize, text: &str) -> bool {
        self.code.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// Goes behind what begins here, which is at least one character and ends where a character does.
    fn step(&mut self) -> Option<Kind> {
        let (start, first) = (self.at, self.byte(self.at));
        if first == b'\n'
            && let Some(word) = self.heredoc.take()
        {
            self.at = self.end_of_lines(word);
            return Some(Kind::String);
        }
        if let Some(end) = self.comment() {
            self.at = end;
            return Some(Kind::Comment);
        }
        let kind = if let Some((end, word)) = self.heredoc() {
            self.heredoc = Some(word);
            self.at = end;
            Some(Kind::String)
        } else if let Some((quote, inside)) = self.quote(start, true) {
            let (end, is_closed) = self.string(quote, start, inside, 0);
            self.is_open |= !is_closed;
            self.at = end;
            Some(if self.has(end, ": ") { Kind::Key } else { Kind::String })
        } else if first.is_ascii_digit() {
            self.number();
            Some(Kind::Number)
        } else if self.is_word(first) {
            self.word()
        } else {
            self.at += 1;
            if first == self.syntax.escape {
                self.at += self.code[self.at..].chars().next().map_or(0, char::len_utf8);
            }
            None
        };
        if !first.is_ascii_whitespace() {
            self.last = self.byte(self.at - 1);
        }
        kind
    }

    fn comment(&mut self) -> Option<usize> {
        for [open, close] in self.syntax.block {
            if self.has(self.at, open) {
                let end = self.place_of(self.at + open.len(), close);
                self.is_open |= end.is_none();
                return Some(end.map_or(self.code.len(), |end| end + close.len()));
            }
        }
        let mark = self.syntax.line.iter().find(|mark| self.has(self.at, mark))?;
        // In `$#`, `a#b` and unquoted URLs it is none.
        let is_apart = self.at == 0 || b" \t\n;,)]}".contains(&self.byte(self.at - 1));
        (*mark != "#" || is_apart).then(|| self.place_of(self.at, "\n").unwrap_or(self.code.len()))
    }

    fn place_of(&self, from: usize, text: &str) -> Option<usize> {
        (from..self.code.len()).find(|at| self.has(*at, text))
    }

    /// The word that ends a string of whole lines, and where its announcement ends.
    fn heredoc(&self) -> Option<(usize, &'a str)> {
        let open = self.syntax.heredoc.iter().find(|open| self.has(self.at, open))?;
        let mut start = self.at + open.len();
        let has_quotes = matches!(self.byte(start), b'\'' | b'"');
        start += usize::from(has_quotes);
        let end = self.end_of_name(start);
        // `<<<` of a shell takes one word.
        let is_word = end > start && !self.byte(start).is_ascii_digit() && self.last != b'<';
        let after = end + usize::from(has_quotes);
        (is_word && self.code.is_char_boundary(after)).then(|| (after, &self.code[start..end]))
    }

    fn end_of_name(&self, from: usize) -> usize {
        let is_name = |at: &usize| self.byte(*at).is_ascii_alphanumeric() || self.byte(*at) == b'_';
        from + (from..self.code.len()).take_while(is_name).count()
    }

    /// Where the lines end of which the last begins with a word.
    fn end_of_lines(&mut self, word: &str) -> usize {
        let mut at = self.at;
        while at < self.code.len() {
            at += 1;
            while matches!(self.byte(at), b' ' | b'\t') {
                at += 1;
            }
            if self.has(at, word) && self.end_of_name(at) == at + word.len() {
                return at + word.len();
            }
            at = self.place_of(at, "\n").unwrap_or(self.code.len());
        }
        self.is_open = true;
        self.code.len()
    }

    /// What opens code in the string that begins at a place; nothing, where it has none.
    #[cfg(feature = "ssr")]
    pub(in crate::snippet) fn hole_at(&self, at: usize) -> &'a str {
        self.quote(at, false).map_or("", |(quote, _)| quote.hole)
    }

    /// The kind of string that begins at a place, and where its inside does.
    fn quote(&self, at: usize, is_code: bool) -> Option<(&'a Quote, usize)> {
        self.syntax.quotes.iter().find_map(|quote| {
            let inside = at + quote.open.len();
            let fits = self.has(at, quote.open)
                && match quote.form {
                    Form::Plain => true,
                    Form::Value => is_code && (self.last == 0 || b"(,=:[!&|?{;~".contains(&self.last)),
                    Form::Character => {
                        let mut characters = self.code.get(inside..).unwrap_or_default().chars();
                        characters.next().is_some_and(|c| c == '\\' || (c != '\'' && characters.next() == Some('\'')))
                    }
                    Form::Hashes => self.byte(inside + self.hashes(inside)) == b'"',
                };
            let inside = if quote.form == Form::Hashes { inside + self.hashes(inside) + 1 } else { inside };
            fits.then_some((quote, inside))
        })
    }

    /// How many stand at a place, of as many as a string may have.
    fn hashes(&self, at: usize) -> usize {
        (at..at + 16).take_while(|at| self.byte(*at) == b'#').count()
    }

    /// Where a string ends, and whether it does so by its own mark.
    fn string(&self, quote: &Quote, start: usize, inside: usize, depth: u8) -> (usize, bool) {
        let mut at = inside;
        let hashes = if quote.form == Form::Hashes { inside - start - quote.open.len() - 1 } else { 0 };
        while at < self.code.len() {
            let byte = self.byte(at);
            let after = at + quote.close.len();
            let is_last = self.has(at, quote.close) && (after..after + hashes).all(|at| self.byte(at) == b'#');
            let is_doubled = quote.close.as_bytes() == [quote.escape];
            if !quote.hole.is_empty() && depth < DEPTH && self.has(at, quote.hole) {
                at += quote.hole.len();
                // `{{` is a brace.
                at = if quote.hole == "{" && self.byte(at) == b'{' { at + 1 } else { self.hole(quote, at, depth) };
            } else if byte == quote.escape && (!is_doubled || self.byte(at + 1) == byte) {
                at += 2;
            } else if is_last {
                return (after + hashes, true);
            } else if byte == b'\n' && !quote.has_lines {
                return (at, false);
            } else {
                at += 1;
            }
        }
        (self.code.len(), false)
    }

    /// Where code within a string ends; strings within it may hold the mark that ends it.
    fn hole(&self, around: &Quote, mut at: usize, depth: u8) -> usize {
        let (open, close) = if around.hole.contains('(') { (b'(', b')') } else { (b'{', b'}') };
        let mut level = 1;
        while at < self.code.len() && (around.has_lines || self.byte(at) != b'\n') {
            let byte = self.byte(at);
            if let Some((quote, inside)) = self.quote(at, false) {
                at = self.string(quote, at, inside, depth + 1).0;
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

    fn number(&mut self) {
        let start = self.at;
        loop {
            let (byte, next) = (self.byte(self.at), self.byte(self.at + 1));
            let is_exponent = || matches!(self.byte(self.at - 1), b'e' | b'E') && self.byte(start + 1) != b'x';
            let goes_on = byte.is_ascii_alphanumeric()
                || byte == b'_'
                || (byte == b'.' && next.is_ascii_digit())
                || (matches!(byte, b'+' | b'-') && next.is_ascii_digit() && is_exponent());
            if !goes_on {
                return;
            }
            self.at += 1;
        }
    }

    /// Letters of other alphabets belong to words.
    fn is_word(&self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || self.syntax.word.as_bytes().contains(&byte)
    }

    fn word(&mut self) -> Option<Kind> {
        let start = self.at;
        while self.at < self.code.len() && self.is_word(self.byte(self.at)) {
            self.at += 1;
        }
        let word = &self.code[start..self.at];
        let is_option =
            word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
        if is_option || self.has(self.at, ": ") {
            Some(Kind::Key)
        } else if self.last != b'.' && self.syntax.keywords.split(' ').any(|keyword| keyword == word) {
            Some(Kind::Keyword)
        } else if self.byte(self.at) == b'(' {
            Some(Kind::Function)
        } else {
            None
        }
    }
}
