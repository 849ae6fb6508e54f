//! Splits source code into tokens, for its colours: the same few rules for every language, which `syntax.rs` fills in.
//!
//! What it does not know is plain. It goes over the text once, and all tokens together are the text, whatever that is.

#[cfg(feature = "ssr")]
mod languages;
mod scanner;
mod syntax;

pub(super) use scanner::Tokens;
#[cfg(feature = "ssr")]
pub(super) use syntax::Syntax;
pub(super) use syntax::syntax;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// For people.
    Comment,
    /// Text between quotes, with the quotes.
    String,
    /// A number.
    Number,
    /// A word of the language.
    Keyword,
    /// What is called.
    Function,
    /// The name of a field, a header or an option.
    Key,
}

impl Kind {
    /// Its class in the page's markup.
    fn class(self) -> &'static str {
        match self {
            Self::Comment => "c",
            Self::String => "s",
            Self::Number => "n",
            Self::Keyword => "k",
            Self::Function => "f",
            Self::Key => "p",
        }
    }
}

/// The code of a language as HTML: `<i class=s>` around its strings, and so on.
pub fn to_html(language: &str, code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    // Space that may be followed by more of the same.
    let (mut open, mut space) = (None, "");
    for (kind, text) in Tokens::new(syntax(language), code) {
        if kind.is_none() && text.trim_ascii().is_empty() {
            space = text;
            continue;
        }
        if kind != open {
            close(open, &mut html);
        }
        html.push_str(space);
        if let Some(kind) = kind.filter(|_| kind != open) {
            html.push_str("<i class=");
            html.push_str(kind.class());
            html.push('>');
        }
        (open, space) = (kind, "");
        for c in text.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                c => html.push(c),
            }
        }
    }
    close(open, &mut html);
    html.push_str(space);
    html
}

fn close(open: Option<Kind>, html: &mut String) {
    if open.is_some() {
        html.push_str("</i>");
    }
}

#[cfg(test)]
mod tests;
