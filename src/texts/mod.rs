//! The texts of the user interface, in several languages. Each file in `locales/` holds those of one language, in the
//! Fluent syntax.
//!
//! On the server, a text is in the language of the request that is being handled, and in English without one. In the
//! browser, it is in the language of the page, which brings the texts that the browser's program uses.

#[cfg(not(feature = "ssr"))]
mod browser;
#[cfg(feature = "ssr")]
mod catalog;
#[cfg(all(test, feature = "ssr"))]
mod fluent;
#[cfg(feature = "ssr")]
mod language;
mod pattern;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(not(feature = "ssr"))]
pub(crate) use browser::set_texts;
#[cfg(not(feature = "ssr"))]
use browser::{find_pattern, plural_category};
#[cfg(feature = "ssr")]
pub use language::{Language, spawn_blocking};
#[cfg(feature = "ssr")]
use language::{find_pattern, plural_category};
pub use pattern::TextArguments;

/// Returns a text of the user interface by its ID: `text!("send")`, or with arguments `text!("found", count = 3)`.
/// Without arguments, it is a `&'static str`, otherwise a `String`.
#[macro_export]
macro_rules! text {
    ($id:literal) => {
        $crate::texts::find_text($id)
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::texts::fill_in_text($id, &[$((stringify!($name), &$value)),+])
    };
}

/// Returns a text with arguments, as [`text!`], that contains HTML. The arguments are escaped.
#[macro_export]
macro_rules! text_html {
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::texts::fill_in_html($id, &[$((stringify!($name), &$value)),+])
    };
}

/// Returns a text without arguments. The ID of an unknown text is returned itself.
pub fn find_text(id: &'static str) -> &'static str {
    find_pattern(id).and_then(|pattern| pattern.as_str()).unwrap_or(id)
}

/// Returns a text with its arguments.
pub fn fill_in_text(id: &'static str, arguments: &TextArguments) -> String {
    let fill_in = |pattern| pattern::fill_in(pattern, arguments, plural_category, str::to_owned);
    find_pattern(id).map_or_else(|| id.to_owned(), fill_in)
}

/// Returns a text that contains HTML, with its arguments as text in it.
pub fn fill_in_html(id: &'static str, arguments: &TextArguments) -> String {
    let fill_in = |pattern| pattern::fill_in(pattern, arguments, plural_category, escape_html);
    find_pattern(id).map_or_else(|| id.to_owned(), fill_in)
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
