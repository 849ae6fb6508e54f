//! C: string literals, and calls formatted as by clang-format in Google's style.

use super::literal::{is_invisible, quote_string};
use crate::snippet::document::Document;

/// Maximum line width, in characters.
pub(super) const MAX_LINE_WIDTH: usize = 80;
/// Indentation of a statement's continuation lines, in spaces.
const CONTINUATION_INDENT: usize = 6;

/// Maximum length of a literal on one line with other arguments, in bytes.
pub(super) const MAX_INLINE_LITERAL_WIDTH: usize = 50;

/// Renders a call with as many arguments per line as fit: after the bracket, or below it if that space is too narrow.
pub(super) fn render_call(prefix: &str, arguments: &[&str], suffix: &str) -> String {
    let arguments = arguments.iter().map(|argument| Document::lines(argument.split('\n'))).collect();
    let arguments = Document::from([Document::Fill(arguments).align(), suffix.into()]);
    let next_line = || Document::Nest(CONTINUATION_INDENT, Document::HardLine.into());
    let mut alternatives = vec![
        Document::from([prefix.into(), next_line(), arguments.clone()]),
        Document::from([prefix.into(), arguments.clone()]),
    ];
    if let Some((variable, function)) = prefix.split_once(" = ") {
        alternatives.push(Document::from([variable.into(), " =".into(), next_line(), function.into(), arguments]));
    }
    Document::Alternatives(alternatives).render(MAX_LINE_WIDTH, 0) + "\n"
}

pub(super) fn env_var(name: &str) -> String {
    format!("variable(\"{name}\")")
}

/// Renders a text of several lines as string literals, one per line, which the compiler concatenates.
pub(super) fn string_literal_lines(text: &str) -> Vec<String> {
    let whole = string_literal(text);
    let is_short = whole.len() <= MAX_INLINE_LITERAL_WIDTH && text.matches('\n').count() < 2;
    if is_short { vec![whole] } else { text.split_inclusive('\n').map(string_literal).collect() }
}

/// Renders a string literal (ISO C17, §6.4.5). An octal escape has three digits, so that no other digit can extend it.
pub(super) fn string_literal(text: &str) -> String {
    let has_trigraphs = text.contains("??");
    quote_string('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '?' if has_trigraphs => Some("\\?".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        '\u{80}'..='\u{9f}' => Some(format!("\\302\\{:03o}", c as u32)),
        c if is_invisible(c) && c.is_ascii() => Some(format!("\\{:03o}", c as u32)),
        c if is_invisible(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
