//! Names and text of XML 1.0.

/// Appends a text with the characters escaped that XML would read differently.
pub(super) fn escape(text: &str, is_attribute: bool, output: &mut String) {
    for c in text.chars() {
        match c {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' if is_attribute => output.push_str("&quot;"),
            '\r' => output.push_str("&#13;"),
            '\n' if is_attribute => output.push_str("&#10;"),
            '\t' if is_attribute => output.push_str("&#9;"),
            c => output.push(c),
        }
    }
}

/// Returns the first character that XML cannot contain, even escaped (XML 1.0, §2.2).
pub(super) fn find_forbidden(text: &str) -> Option<char> {
    let is_forbidden = |c: &char| *c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().find(is_forbidden)
}

/// Returns true for a prefix or a local name (Namespaces in XML 1.0, §3). `xmlns` is reserved.
pub(super) fn is_name(name: &str) -> bool {
    let is_start = |c: char| {
        c.is_ascii_alphabetic()
            || matches!(c, '_' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
                | '\u{37F}'..='\u{1FFF}' | '\u{200C}' | '\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
                | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
    };
    let is_other = |c: char| {
        is_start(c)
            || c.is_ascii_digit()
            || matches!(c, '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}' | '\u{2040}')
    };
    name != "xmlns" && name.starts_with(is_start) && name.chars().all(is_other)
}
