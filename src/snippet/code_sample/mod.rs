//! Samples of code that a document's author wrote. They are shown as the vendor's own, not checked: nothing runs them.
//! What is plainly broken is left out; what the reader filled in stands in place of its placeholder.

pub(crate) mod fragments;
mod language;
pub(crate) mod slot;
pub(crate) mod validate;

use super::highlight::{self, LanguageSyntax, find_syntax};
use crate::model::{Arguments, operation::Operation};
use fragments::SampleFragment;
use language::SampleLanguage;

/// Bytes of a sample; what is longer is no sample of one call.
const MAX_SAMPLE_BYTES: usize = 20_000;
/// Characters of a label.
const MAX_LABEL_CHARS: usize = 60;

/// A sample, in pieces.
#[derive(Clone, Debug)]
pub struct CodeSample {
    /// Its language as people call it: `JavaScript`.
    pub language: String,
    /// What the vendor calls it: `Node.js SDK`; empty where that says no more than the language.
    pub label: String,
    fragments: Vec<SampleFragment>,
}

impl CodeSample {
    /// A sample in a language that is named as anybody may name it.
    ///
    /// # Errors
    /// Why it is not shown.
    pub fn new(language: &str, label: &str, source: &str) -> Result<Self, &'static str> {
        if source.len() > MAX_SAMPLE_BYTES {
            return Err("It is too long.");
        }
        let source = source.replace("\r\n", "\n");
        let source = source.trim_end().trim_start_matches('\n');
        let declared_language = SampleLanguage::from_name(language);
        validate::validate(&declared_language, source)?;
        let label: String = label.trim().chars().filter(|c| !is_invisible(*c)).take(MAX_LABEL_CHARS).collect();
        let is_informative = !label.eq_ignore_ascii_case(&declared_language.name);
        Ok(Self {
            label: if is_informative { label } else { String::new() },
            fragments: fragments::split_fragments(&declared_language, source),
            language: declared_language.name,
        })
    }

    /// The code; where a value is given and can do no harm, it stands in place of its placeholder.
    pub fn render(&self, operation: &Operation, arguments: &Arguments) -> String {
        let mut code = String::new();
        for piece in &self.fragments {
            match piece {
                SampleFragment::Literal(text) => code.push_str(text),
                SampleFragment::Slot(hole) => match hole.fill(operation, arguments) {
                    Some(value) => code.push_str(&value),
                    None => code.push_str(&hole.source_text),
                },
            }
        }
        code
    }
}

/// Whether a character is not what it looks like: it could make code do something else than what is read. What joins
/// letters and pictures is not meant.
fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

#[cfg(test)]
mod tests;
