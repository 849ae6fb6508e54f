//! C: string literals, and calls formatted as by clang-format in Google's style.

use super::literal::{is_invisible, quote_string};

/// Maximum line width, in characters.
pub(super) const MAX_LINE_WIDTH: usize = 80;
/// Indentation of a statement's continuation lines, in spaces.
const CONTINUATION_INDENT: usize = 6;

/// Maximum length of a literal on one line with other arguments, in bytes.
pub(super) const MAX_INLINE_LITERAL_WIDTH: usize = 50;

/// Renders a call with as many arguments per line as fit: after the bracket, or below it if that space is too narrow.
pub(super) fn render_call(prefix: &str, arguments: &[&str], suffix: &str) -> String {
    let continuation = ["\n", &" ".repeat(CONTINUATION_INDENT)].concat();
    let lay_out_from = |head: &str, column| {
        let (text, fits) = fill_arguments(arguments, suffix, column);
        ([head, &text, suffix, "\n"].concat(), fits)
    };
    let after_bracket = lay_out_from(prefix, prefix.len());
    let on_next_line = lay_out_from(&[prefix, &continuation].concat(), CONTINUATION_INDENT);
    let after_assignment = prefix.split_once(" = ").map(|(name, function)| {
        lay_out_from(&[name, " =", &continuation, function].concat(), CONTINUATION_INDENT + function.len())
    });
    // The layout with the fewest lines is best, and the first among equals.
    let candidates = (after_bracket.1 && !after_bracket.0.trim_end().contains('\n')).then_some(&after_bracket);
    let candidates = candidates
        .into_iter()
        .chain(&after_assignment)
        .chain([&after_bracket, &on_next_line])
        .filter(|(_, fits)| *fits);
    candidates
        .min_by_key(|(text, _)| text.matches('\n').count())
        .map_or(on_next_line.0.clone(), |(text, _)| text.clone())
}

/// Lays out the arguments from a column on, and returns true if all fit. A literal of several lines shares no line
/// with other arguments.
fn fill_arguments(arguments: &[&str], suffix: &str, column: usize) -> (String, bool) {
    let margin = ["\n", &" ".repeat(column)].concat();
    let (mut text, mut current_column, mut fits, mut was_multiline) = (String::new(), column, true, false);
    for (number, argument) in (1..).zip(arguments) {
        let trailing_width = if number == arguments.len() { suffix.len() } else { 1 };
        let is_multiline = argument.contains('\n');
        let (above, last) = argument.rsplit_once('\n').unwrap_or(("", argument));
        let width = longest_line_width(above).max(longest_line_width(last) + trailing_width);
        if number > 1 {
            let is_next_line = is_multiline || was_multiline || current_column + 2 + width > MAX_LINE_WIDTH;
            text += if is_next_line { "," } else { ", " };
            text += if is_next_line { &margin } else { "" };
            current_column = if is_next_line { column } else { current_column + 2 };
        }
        fits &= current_column + width <= MAX_LINE_WIDTH;
        text += &argument.replace('\n', &margin);
        current_column += width - trailing_width;
        was_multiline = is_multiline;
    }
    (text, fits)
}

/// Returns the width of the longest line, in characters.
fn longest_line_width(code: &str) -> usize {
    code.split('\n').map(|line| line.chars().count()).max().unwrap_or_default()
}

pub(super) fn env_var(name: &str) -> String {
    ["variable(\"", name, "\")"].concat()
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
