//! Words of a POSIX shell.

use super::text::{Piece, Text};

/// One word: between double quotes where it has variables and nothing that means something there, else between single ones.
pub(super) fn word(text: &Text) -> String {
    let is_simple = |piece: &Piece| match piece {
        Piece::Plain(text) => !text.contains(['"', '\\', '$', '`', '!']),
        Piece::Variable(_) => true,
    };
    if text.plain().is_none() && text.pieces().iter().all(is_simple) {
        return ["\"", &text.joined(str::to_owned, |name| ["${", name, "}"].concat(), ""), "\""].concat();
    }
    text.joined(quote, |name| ["\"$", name, "\""].concat(), "")
}

/// Single quotes keep everything as it is but the single quote itself (POSIX Shell, §2.2.2).
pub(super) fn quote(text: &str) -> String {
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}
