//! Text for terminals and log files.

use std::{borrow::Cow, fmt::Write};

/// Escapes the characters of a text that could end a line, control a terminal, or change the order of the characters
/// around them: `\n`, `\u{1b}`.
pub(crate) fn escape_control_characters(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_control_character) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_control_character(c) {
            let _ = write!(escaped, "{}", c.escape_default());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Returns an error with its causes, on as many lines as it has, without other control characters.
pub(crate) fn format_error(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.split('\n').map(escape_control_characters).collect::<Vec<_>>().join("\n")
}

/// Returns true for control characters, line and paragraph separators, and characters that set the direction of text.
fn is_control_character(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::escape_control_characters;

    #[test]
    fn a_text_cannot_end_a_line_or_control_a_terminal() {
        assert_eq!(escape_control_characters("Zoë's 東京 \\n"), "Zoë's 東京 \\n");
        assert_eq!(
            escape_control_characters("a\r\nb\u{1b}[2Jc\u{9b}d\u{202e}e\u{2028}"),
            "a\\r\\nb\\u{1b}[2Jc\\u{9b}d\\u{202e}e\\u{2028}"
        );
    }
}
