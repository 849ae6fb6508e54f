//! Samples of code that a document's author wrote. They are shown as the vendor's own, not checked: nothing runs them.
//! What is plainly broken is left out; what the reader filled in stands in place of its placeholder.

mod hole;
mod judge;
mod language;
mod split;

use super::highlight::{self, Syntax, syntax};
use crate::model::{Arguments, operation::Operation};
use language::Language;
use split::Piece;

/// Bytes of a sample; what is longer is no sample of one call.
const LARGEST: usize = 20_000;
/// Characters of a label.
const LONGEST_LABEL: usize = 60;

/// A sample, in pieces.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its language as people call it: `JavaScript`.
    pub language: String,
    /// What the vendor calls it: `Node.js SDK`; empty where that says no more than the language.
    pub label: String,
    pieces: Vec<Piece>,
}

impl Sample {
    /// A sample in a language that is named as anybody may name it.
    ///
    /// # Errors
    /// Why it is not shown.
    pub fn new(language: &str, label: &str, source: &str) -> Result<Self, &'static str> {
        if source.len() > LARGEST {
            return Err("It is too long.");
        }
        let source = source.replace("\r\n", "\n");
        let source = source.trim_end().trim_start_matches('\n');
        let said = Language::named(language);
        judge::judge(&said, source)?;
        let label: String = label.trim().chars().filter(|c| !is_hidden(*c)).take(LONGEST_LABEL).collect();
        let says_more = !label.eq_ignore_ascii_case(&said.name);
        Ok(Self {
            label: if says_more { label } else { String::new() },
            pieces: split::split(&said, source),
            language: said.name,
        })
    }

    /// The code; where a value is given and can do no harm, it stands in place of its placeholder.
    pub fn print(&self, operation: &Operation, arguments: &Arguments) -> String {
        let mut code = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(text) => code.push_str(text),
                Piece::Hole(hole) => match hole.filled(operation, arguments) {
                    Some(value) => code.push_str(&value),
                    None => code.push_str(&hole.text),
                },
            }
        }
        code
    }
}

/// Whether a character is not what it looks like: it could make code do something else than what is read. What joins
/// letters and pictures is not meant.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

#[cfg(test)]
mod tests;
