//! C: string literals, and calls as clang-format lays them out in Google's style.

use super::literal::{is_hidden, quoted};

/// The longest line, and how far a statement's next lines are moved in.
pub(super) const WIDTH: usize = 80;
const INDENT: usize = 6;

/// A literal that stands well among other arguments.
pub(super) const SHORT: usize = 50;

/// A call with its arguments, as many on a line as it holds: behind the bracket, or below it where that is too narrow.
pub(super) fn call(begin: &str, arguments: &[&str], end: &str) -> String {
    let next = ["\n", &" ".repeat(INDENT)].concat();
    let at = |before: &str, column| {
        let (text, fits) = filled(arguments, end, column);
        ([before, &text, end, "\n"].concat(), fits)
    };
    let behind = at(begin, begin.len());
    let below = at(&[begin, &next].concat(), INDENT);
    let apart = begin
        .split_once(" = ")
        .map(|(name, function)| at(&[name, " =", &next, function].concat(), INDENT + function.len()));
    // The fewest lines; of these, the first.
    let forms = (behind.1 && !behind.0.trim_end().contains('\n')).then_some(&behind);
    let forms = forms.into_iter().chain(&apart).chain([&behind, &below]).filter(|(_, fits)| *fits);
    forms.min_by_key(|(text, _)| text.matches('\n').count()).map_or(below.0.clone(), |(text, _)| text.clone())
}

/// The arguments from a column on, and whether all fit. A literal of several lines has them to itself.
fn filled(arguments: &[&str], end: &str, column: usize) -> (String, bool) {
    let margin = ["\n", &" ".repeat(column)].concat();
    let (mut text, mut at, mut fits, mut was_tall) = (String::new(), column, true, false);
    for (number, argument) in (1..).zip(arguments) {
        let behind = if number == arguments.len() { end.len() } else { 1 };
        let is_tall = argument.contains('\n');
        let (above, last) = argument.rsplit_once('\n').unwrap_or(("", argument));
        let width = width(above).max(width(last) + behind);
        if number > 1 {
            let is_next_line = is_tall || was_tall || at + 2 + width > WIDTH;
            text += if is_next_line { "," } else { ", " };
            text += if is_next_line { &margin } else { "" };
            at = if is_next_line { column } else { at + 2 };
        }
        fits &= at + width <= WIDTH;
        text += &argument.replace('\n', &margin);
        at += width - behind;
        was_tall = is_tall;
    }
    (text, fits)
}

/// The longest line's.
fn width(code: &str) -> usize {
    code.split('\n').map(|line| line.chars().count()).max().unwrap_or_default()
}

pub(super) fn variable(name: &str) -> String {
    ["variable(\"", name, "\")"].concat()
}

/// A text of several lines as literals, one a line, which the compiler joins.
pub(super) fn lines(text: &str) -> Vec<String> {
    let whole = string(text);
    let is_short = whole.len() <= SHORT && text.matches('\n').count() < 2;
    if is_short { vec![whole] } else { text.split_inclusive('\n').map(string).collect() }
}

/// A string literal (ISO C17, §6.4.5). A byte by its number has three digits, so that no other can follow.
pub(super) fn string(text: &str) -> String {
    let has_trigraphs = text.contains("??");
    quoted('"', text, |c| match c {
        '"' | '\\' => Some(format!("\\{c}")),
        '?' if has_trigraphs => Some("\\?".into()),
        '\n' => Some("\\n".into()),
        '\r' => Some("\\r".into()),
        '\t' => Some("\\t".into()),
        '\u{80}'..='\u{9f}' => Some(format!("\\302\\{:03o}", c as u32)),
        c if is_hidden(c) && c.is_ascii() => Some(format!("\\{:03o}", c as u32)),
        c if is_hidden(c) => Some(format!("\\u{:04x}", c as u32)),
        _ => None,
    })
}
