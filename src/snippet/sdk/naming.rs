//! One name, as different languages write it.

/// How a language writes names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameCase {
    /// `delete_totp`
    Snake,
    /// `deleteTotp`
    Camel,
    /// `DeleteTotp`
    Pascal,
}

/// A name in snake case, in another one. A word that is written in its own way, such as `TOTP` for `totp`, is so everywhere
/// but at the beginning of a name in camel case.
pub(super) fn convert_case(snake: &str, case: NameCase, special_word: impl Fn(&str) -> Option<String>) -> String {
    if case == NameCase::Snake {
        return snake.to_owned();
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

fn capitalize(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
