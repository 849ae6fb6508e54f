//! Quoting for POSIX shells.

/// Encloses a word in single quotes, which preserve every character but the single quote (POSIX Shell, §2.2.2).
pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
