//! Finds the slots of a code sample.

use super::{
    highlight::{TokenKind, Tokenizer},
    language::SampleLanguage,
    slot::{SampleSlot, SlotPosition},
};
use std::{collections::HashSet, ops::Range};

/// Maximum number of slots in a sample. The text after them stays literal.
const MAX_SLOTS: usize = 100;
/// Maximum length of a slot's name, in bytes.
const MAX_SLOT_NAME_BYTES: usize = 64;
/// Maximum number of bytes before a slot that are searched for a `/`, which indicates a URL.
const MAX_URL_LOOKBEHIND_BYTES: usize = 500;

/// A fragment of a code sample.
#[derive(Clone, Debug)]
pub(super) enum SampleFragment {
    /// Literal code.
    Literal(String),
    /// A slot, which an argument can fill.
    Slot(SampleSlot),
}

/// Syntax of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SlotSyntax {
    /// `${name}`
    DollarBraces,
    /// `{{name}}`
    DoubleBraces,
    /// `{name}`: a parameter in a URL, as in the paths of the document.
    SingleBraces,
    /// `<name>`
    AngleBrackets,
}

/// Splits a sample into literals and slots.
pub(super) fn split_fragments(language: &SampleLanguage, source: &str) -> Vec<SampleFragment> {
    if !source.match_indices(['{', '<']).any(|(at, _)| parse_slot(source, at).is_some()) {
        return vec![SampleFragment::Literal(source.to_owned())];
    }
    let context = SampleContext::new(language, source);
    let (mut fragments, mut consumed_end, mut token_index, mut count) = (Vec::new(), 0, 0, 0);
    for (at, _) in source.match_indices(['{', '<']) {
        if count == MAX_SLOTS {
            break;
        }
        let Some((slot_syntax, range, name)) =
            parse_slot(source, at).filter(|(_, range, _)| range.start >= consumed_end)
        else {
            continue;
        };
        while context.tokens.get(token_index).is_some_and(|(_, token_range)| token_range.end <= range.start) {
            token_index += 1;
        }
        let found_position =
            context.tokens.get(token_index).and_then(|token| context.slot_position(slot_syntax, name, token, &range));
        let Some(position) = found_position else { continue };
        let key = match position {
            SlotPosition::WholeString => preceding_key(&source[..range.start]),
            SlotPosition::Url => last_path_segment(&source[..range.start]),
            _ => "",
        };
        fragments.extend(
            (range.start > consumed_end).then(|| SampleFragment::Literal(source[consumed_end..range.start].to_owned())),
        );
        fragments.push(SampleFragment::Slot(SampleSlot {
            source_text: source[range.clone()].to_owned(),
            name: name.to_owned(),
            context_key: key.to_owned(),
            is_path_parameter: slot_syntax == SlotSyntax::SingleBraces,
            position,
        }));
        (consumed_end, count) = (range.end, count + 1);
    }
    fragments.push(SampleFragment::Literal(source[consumed_end..].to_owned()));
    fragments
}

/// Parses the slot whose opening bracket is at the given byte offset.
fn parse_slot(source: &str, at: usize) -> Option<(SlotSyntax, Range<usize>, &str)> {
    let before = source[..at].bytes().next_back().unwrap_or_default();
    let (slot_syntax, start, name_start, close) = match (before, &source.as_bytes()[at..]) {
        (b'$', [b'{', ..]) => (SlotSyntax::DollarBraces, at - 1, at + 1, "}"),
        (b'{' | b'#' | b'%', _) => return None,
        (_, [b'{', b'{', ..]) => (SlotSyntax::DoubleBraces, at, at + 2, "}}"),
        (_, [b'{', ..]) => (SlotSyntax::SingleBraces, at, at + 1, "}"),
        _ => (SlotSyntax::AngleBrackets, at, at + 1, ">"),
    };
    let rest = source.get(name_start..)?;
    let is_name_byte = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' ');
    let name = rest.get(..rest.bytes().take(MAX_SLOT_NAME_BYTES).take_while(is_name_byte).count())?;
    let has_name = if slot_syntax == SlotSyntax::DoubleBraces {
        !name.trim().is_empty()
    } else {
        !name.is_empty() && !name.contains(' ')
    };
    let is_closed = rest[name.len()..].starts_with(close);
    (has_name && is_closed).then(|| (slot_syntax, start..name_start + name.len() + close.len(), name.trim()))
}

/// Tokens and identifiers of a sample, which determine the positions of slots.
struct SampleContext<'a> {
    language: &'a str,
    source: &'a str,
    tokenizer: Option<Tokenizer<'a>>,
    tokens: Vec<(Option<TokenKind>, Range<usize>)>,
    /// Identifiers outside of strings. A slot with such a name may be interpolation of the language itself.
    identifiers: HashSet<&'a str>,
}

impl<'a> SampleContext<'a> {
    fn new(language: &'a SampleLanguage, source: &'a str) -> Self {
        let (mut tokens, mut identifiers, mut at) = (Vec::new(), HashSet::new(), 0);
        let Some(syntax) = language.syntax else {
            let tokens = vec![(None, 0..source.len())];
            return Self { language: &language.name, source, tokenizer: None, tokens, identifiers };
        };
        for (kind, text) in Tokenizer::new(syntax, source) {
            tokens.push((kind, at..at + text.len()));
            at += text.len();
            if matches!(kind, Some(TokenKind::String | TokenKind::Comment)) {
                continue;
            }
            let mut rest = text;
            while let Some(start) = rest.find(is_identifier_char) {
                let end = rest[start..].find(|c| !is_identifier_char(c)).map_or(rest.len(), |end| start + end);
                let word = &rest[start..end];
                rest = &rest[end..];
                let (before, after) = source.split_at(at - rest.len());
                let before = before.strip_suffix(word).unwrap_or_default();
                // Shells and HTTP have unquoted URLs, so their slots are found among the identifiers.
                let is_in_slot = before.ends_with("${")
                    || before.ends_with("{{")
                    || (has_unquoted_strings(&language.name) && before.ends_with(['{', '<']));
                identifiers.extend(
                    (!is_in_slot && !before.ends_with('.') && !is_self_assignment(word, after)).then_some(word),
                );
            }
        }
        Self { language: &language.name, source, tokenizer: Some(Tokenizer::new(syntax, source)), tokens, identifiers }
    }

    /// Returns the position of a slot, or `None` if the text is not a slot.
    fn slot_position(
        &self,
        slot_syntax: SlotSyntax,
        name: &str,
        token: &(Option<TokenKind>, Range<usize>),
        range: &Range<usize>,
    ) -> Option<SlotPosition> {
        let Some(tokenizer) = &self.tokenizer else {
            return matches!(slot_syntax, SlotSyntax::DollarBraces | SlotSyntax::DoubleBraces)
                .then_some(SlotPosition::UnknownLanguage);
        };
        let (kind, text) = (token.0, &self.source[token.1.clone()]);
        let is_string = match kind {
            Some(TokenKind::Comment) => return None,
            Some(TokenKind::String) => range.end <= token.1.end,
            Some(TokenKind::Key) => range.end <= token.1.end && !text.starts_with(is_identifier_char),
            _ => false,
        };
        let (before, after) = (&self.source[..range.start], &self.source[range.end..]);
        let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`'));
        let is_whole = quote.is_some_and(|quote| after.trim_start_matches('\\').starts_with(quote));
        let is_word = |b: &u8| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'`');
        let is_url = before.bytes().rev().take(MAX_URL_LOOKBEHIND_BYTES).take_while(is_word).any(|b| b == b'/');
        let position = match (is_string, has_unquoted_strings(self.language)) {
            (true, _) if is_whole => SlotPosition::WholeString,
            (true, _) | (_, true) if is_url => SlotPosition::Url,
            (true, _) => SlotPosition::WithinString,
            (false, true) => SlotPosition::BareWord,
            (false, false) => SlotPosition::Code,
        };
        let is_allowed_position = match slot_syntax {
            SlotSyntax::DollarBraces | SlotSyntax::DoubleBraces => true,
            SlotSyntax::SingleBraces => position == SlotPosition::Url,
            SlotSyntax::AngleBrackets => matches!(position, SlotPosition::WholeString | SlotPosition::Url),
        };
        // A heredoc token begins with the end of the previous line, not with a delimiter.
        let has_interpolation =
            || !is_string || text.starts_with('\n') || tokenizer.interpolation_at(token.1.start).contains('$');
        let is_variable = match slot_syntax {
            SlotSyntax::DollarBraces if has_interpolation() => {
                let is_shell = matches!(self.language, "Shell" | "PowerShell");
                self.identifiers.contains(name) || (is_shell && !name.contains(|c: char| c.is_ascii_lowercase()))
            }
            SlotSyntax::DollarBraces | SlotSyntax::DoubleBraces => false,
            SlotSyntax::SingleBraces | SlotSyntax::AngleBrackets => self.identifiers.contains(name),
        };
        (is_allowed_position && !is_variable).then_some(position)
    }
}

/// Returns true if a slot is assigned to a variable of the same name, as in `user_id = "${user_id}"`. Such code does
/// not define the variable that the slot could interpolate.
fn is_self_assignment(name: &str, after: &str) -> bool {
    let value = after.trim_start_matches(' ').trim_start_matches([':', '=']).trim_start_matches(' ');
    value.strip_prefix("\"${").and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with('}'))
}

/// Returns true if strings need no quotes in the language.
fn has_unquoted_strings(language: &str) -> bool {
    matches!(language, "Shell" | "HTTP")
}

fn is_identifier_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Returns the name of a value, from the code before its quotes: `user_id: `, `"userId" => `, `setUserId(`.
fn preceding_key(before: &str) -> &str {
    const QUOTE_CHARS: [char; 4] = ['"', '\'', '`', '\\'];
    let before = before.trim_end_matches(QUOTE_CHARS).trim_end_matches(' ');
    let before_operator =
        ["=>", ":=", ":", "=", "("].iter().find_map(|operator| before.strip_suffix(operator)).unwrap_or_default();
    let key_text = before_operator.trim_end_matches(' ').trim_end_matches(QUOTE_CHARS);
    let start = key_text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').map_or(0, |at| at + 1);
    let key = key_text.get(start..).unwrap_or_default();
    key.strip_prefix("set").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())).unwrap_or(key)
}

/// Returns the last complete segment of a path: `clients` of `https://api.example/v1/clients/`.
fn last_path_segment(before: &str) -> &str {
    let Some(before) = before.strip_suffix('/') else { return "" };
    let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').map_or(0, |at| at + 1);
    if before[..start].ends_with('/') { &before[start..] } else { "" }
}
