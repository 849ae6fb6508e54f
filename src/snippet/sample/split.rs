//! Finds the placeholders of a sample.

use super::{
    highlight::{Kind, Tokens},
    hole::{At, Hole},
    language::Language,
};
use std::{collections::HashSet, ops::Range};

/// Placeholders of a sample; what follows stays as it is.
const MOST: usize = 100;
/// Bytes of a name.
const LONGEST_NAME: usize = 64;
/// Bytes of a URL in front of a placeholder that are looked at.
const LONGEST_WORD: usize = 500;

/// A part of a sample.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Code as it is.
    Plain(String),
    /// A placeholder.
    Hole(Hole),
}

/// How a placeholder is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `${name}`
    Dollar,
    /// `{{name}}`
    Double,
    /// `{name}`: a parameter in a URL, as the document's paths have it.
    Braces,
    /// `<name>`
    Angles,
}

/// A sample, in pieces.
pub(super) fn split(language: &Language, source: &str) -> Vec<Piece> {
    if !source.match_indices(['{', '<']).any(|(at, _)| placeholder(source, at).is_some()) {
        return vec![Piece::Plain(source.to_owned())];
    }
    let context = Context::new(language, source);
    let (mut pieces, mut done, mut token, mut count) = (Vec::new(), 0, 0, 0);
    for (at, _) in source.match_indices(['{', '<']) {
        if count == MOST {
            break;
        }
        let Some((form, range, name)) = placeholder(source, at).filter(|(_, range, _)| range.start >= done) else {
            continue;
        };
        while context.tokens.get(token).is_some_and(|(_, place)| place.end <= range.start) {
            token += 1;
        }
        let place = context.tokens.get(token).and_then(|token| context.place(form, name, token, &range));
        let Some(at) = place else { continue };
        let key = match at {
            At::Whole => key(&source[..range.start]),
            At::Url => segment(&source[..range.start]),
            _ => "",
        };
        pieces.extend((range.start > done).then(|| Piece::Plain(source[done..range.start].to_owned())));
        pieces.push(Piece::Hole(Hole {
            text: source[range.clone()].to_owned(),
            name: name.to_owned(),
            key: key.to_owned(),
            is_in_path: form == Form::Braces,
            at,
        }));
        (done, count) = (range.end, count + 1);
    }
    pieces.push(Piece::Plain(source[done..].to_owned()));
    pieces
}

/// The placeholder whose bracket stands at a place.
fn placeholder(source: &str, at: usize) -> Option<(Form, Range<usize>, &str)> {
    let before = source[..at].bytes().next_back().unwrap_or_default();
    let (form, start, inside, close) = match (before, &source.as_bytes()[at..]) {
        (b'$', [b'{', ..]) => (Form::Dollar, at - 1, at + 1, "}"),
        (b'{' | b'#' | b'%', _) => return None,
        (_, [b'{', b'{', ..]) => (Form::Double, at, at + 2, "}}"),
        (_, [b'{', ..]) => (Form::Braces, at, at + 1, "}"),
        _ => (Form::Angles, at, at + 1, ">"),
    };
    let rest = source.get(inside..)?;
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' ');
    let name = rest.get(..rest.bytes().take(LONGEST_NAME).take_while(is_part).count())?;
    let has_name = if form == Form::Double { !name.trim().is_empty() } else { !name.is_empty() && !name.contains(' ') };
    let ends = rest[name.len()..].starts_with(close);
    (has_name && ends).then(|| (form, start..inside + name.len() + close.len(), name.trim()))
}

/// What is known of a sample's code.
struct Context<'a> {
    language: &'a str,
    source: &'a str,
    scanner: Option<Tokens<'a>>,
    tokens: Vec<(Option<Kind>, Range<usize>)>,
    /// Words outside of strings: a placeholder of such a name can be the language's own way to put a variable in.
    words: HashSet<&'a str>,
}

impl<'a> Context<'a> {
    fn new(language: &'a Language, source: &'a str) -> Self {
        let (mut tokens, mut words, mut at) = (Vec::new(), HashSet::new(), 0);
        let Some(syntax) = language.syntax else {
            let tokens = vec![(None, 0..source.len())];
            return Self { language: &language.name, source, scanner: None, tokens, words };
        };
        for (kind, text) in Tokens::new(syntax, source) {
            tokens.push((kind, at..at + text.len()));
            at += text.len();
            if matches!(kind, Some(Kind::String | Kind::Comment)) {
                continue;
            }
            let mut rest = text;
            while let Some(start) = rest.find(is_word) {
                let end = rest[start..].find(|c| !is_word(c)).map_or(rest.len(), |end| start + end);
                let word = &rest[start..end];
                rest = &rest[end..];
                let (before, behind) = source.split_at(at - rest.len());
                let before = before.strip_suffix(word).unwrap_or_default();
                // In a shell, placeholders in URLs stand among the words.
                let is_own = before.ends_with("${")
                    || before.ends_with("{{")
                    || (has_words(&language.name) && before.ends_with(['{', '<']));
                words.extend((!is_own && !before.ends_with('.') && !is_named(word, behind)).then_some(word));
            }
        }
        Self { language: &language.name, source, scanner: Some(Tokens::new(syntax, source)), tokens, words }
    }

    /// What a placeholder stands in, if it is one.
    fn place(&self, form: Form, name: &str, token: &(Option<Kind>, Range<usize>), range: &Range<usize>) -> Option<At> {
        let Some(scanner) = &self.scanner else {
            return matches!(form, Form::Dollar | Form::Double).then_some(At::Unknown);
        };
        let (kind, text) = (token.0, &self.source[token.1.clone()]);
        let is_string = match kind {
            Some(Kind::Comment) => return None,
            Some(Kind::String) => range.end <= token.1.end,
            Some(Kind::Key) => range.end <= token.1.end && !text.starts_with(is_word),
            _ => false,
        };
        let (before, after) = (&self.source[..range.start], &self.source[range.end..]);
        let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
        let is_whole = quote.is_some_and(|quote| after.trim_start_matches('\\').starts_with(quote));
        let is_word = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'`');
        let is_url = before.bytes().rev().take(LONGEST_WORD).take_while(is_word).any(|b| b == b'/');
        let at = match (is_string, has_words(self.language)) {
            (true, _) if is_whole => At::Whole,
            (true, _) | (_, true) if is_url => At::Url,
            (true, _) => At::String,
            (false, true) => At::Word,
            (false, false) => At::Code,
        };
        let fits = match form {
            Form::Dollar | Form::Double => true,
            Form::Braces => at == At::Url,
            Form::Angles => matches!(at, At::Whole | At::Url),
        };
        // A string of whole lines begins with the end of the line before it.
        let has_holes = || !is_string || text.starts_with('\n') || scanner.hole_at(token.1.start).contains('$');
        let is_variable = match form {
            Form::Dollar if has_holes() => {
                let is_shell = matches!(self.language, "Shell" | "PowerShell");
                self.words.contains(name) || (is_shell && !name.contains(|c: char| c.is_ascii_lowercase()))
            }
            Form::Dollar | Form::Double => false,
            Form::Braces | Form::Angles => self.words.contains(name),
        };
        (fits && !is_variable).then_some(at)
    }
}

/// Whether a value is named like its placeholder, as in `user_id = "${user_id}"`: nothing is made of itself.
fn is_named(name: &str, behind: &str) -> bool {
    let value = behind.trim_start_matches(' ').trim_start_matches([':', '=']).trim_start_matches(' ');
    value.strip_prefix("\"${").and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('}'))
}

/// Whether text stands in it without quotes.
fn has_words(language: &str) -> bool {
    matches!(language, "Shell" | "HTTP")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// What a value is called, by what stands before its quotes: `user_id: `, `"userId" => `, `setUserId(`.
fn key(before: &str) -> &str {
    const MARKS: [char; 4] = ['"', '\'', '`', '\\'];
    let before = before.trim_end_matches(MARKS).trim_end_matches(' ');
    let named = ["=>", ":=", ":", "=", "("].iter().find_map(|mark| before.strip_suffix(mark)).unwrap_or_default();
    let named = named.trim_end_matches(' ').trim_end_matches(MARKS);
    let start = named.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').map_or(0, |at| at + 1);
    let key = named.get(start..).unwrap_or_default();
    key.strip_prefix("set").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())).unwrap_or(key)
}

/// The last whole segment of a path: `clients` of `https://api.example/v1/clients/`.
fn segment(before: &str) -> &str {
    let Some(before) = before.strip_suffix('/') else { return "" };
    let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').map_or(0, |at| at + 1);
    if before[..start].ends_with('/') { &before[start..] } else { "" }
}
