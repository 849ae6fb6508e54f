//! Words of a POSIX shell.

/// Single quotes keep everything as it is but the single quote itself (POSIX Shell, §2.2.2).
pub(super) fn quote(text: &str) -> String {
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}
