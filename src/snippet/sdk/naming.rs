//! Conversion of names to the case of a language.

/// Case of names in a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameCase {
    /// `delete_totp`
    Snake,
    /// `deleteTotp`
    Camel,
    /// `DeleteTotp`
    Pascal,
    /// `DELETE_TOTP`
    Upper,
}

/// Converts a name in snake case to another case. `special_word` overrides the spelling of a word, such as `TOTP` for
/// `totp`, except at the start of a name in camel case.
pub(super) fn convert_case(snake: &str, case: NameCase, special_word: impl Fn(&str) -> Option<String>) -> String {
    match case {
        NameCase::Snake => return snake.to_owned(),
        NameCase::Upper => return snake.to_ascii_uppercase(),
        NameCase::Camel | NameCase::Pascal => {}
    }
    let mut name = String::new();
    for word in snake.split('_') {
        if name.is_empty() && case == NameCase::Camel {
            name.push_str(word);
        } else {
            name.push_str(&special_word(word).unwrap_or_else(|| capitalize(word)));
        }
    }
    name
}

/// Returns a word with its first letter in uppercase.
pub(super) fn capitalize(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
