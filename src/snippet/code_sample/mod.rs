//! Code samples written by the author of a document. They are shown as the vendor's own and are not verified, because
//! nothing runs them. Samples with obvious errors are omitted. The user's arguments fill the slots.

pub(crate) mod fragments;
mod language;
pub(crate) mod slot;
pub(crate) mod validate;

use super::highlight::{self, LanguageSyntax, find_syntax};
use crate::model::{Arguments, operation::Operation};
use fragments::SampleFragment;
use language::SampleLanguage;

/// Maximum length of a sample, in bytes. A longer text is not a sample of a single call.
const MAX_SAMPLE_BYTES: usize = 20_000;
/// Maximum length of a label, in characters.
const MAX_LABEL_CHARS: usize = 60;

/// A code sample, split into fragments.
#[derive(Clone, Debug)]
pub struct CodeSample {
    /// Common name of the language: `JavaScript`.
    pub language: String,
    /// The vendor's label: `Node.js SDK`; empty if it only repeats the language.
    pub label: String,
    fragments: Vec<SampleFragment>,
}

impl CodeSample {
    /// Parses a sample. `language` may be any usual name of the language.
    ///
    /// # Errors
    /// Returns an error if the sample cannot be shown. The message gives the reason.
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

    /// Renders the code. An argument fills its slot if its value is safe in that position.
    pub fn render(&self, operation: &Operation, arguments: &Arguments) -> String {
        let mut code = String::new();
        for piece in &self.fragments {
            match piece {
                SampleFragment::Literal(text) => code.push_str(text),
                SampleFragment::Slot(slot) => match slot.fill(operation, arguments) {
                    Some(value) => code.push_str(&value),
                    None => code.push_str(&slot.source_text),
                },
            }
        }
        code
    }
}

/// Returns true if a character is invisible or reorders the displayed text, so that code could differ from what a
/// reader sees. Characters that join letters or emoji are excluded.
fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
}

#[cfg(test)]
mod tests;
