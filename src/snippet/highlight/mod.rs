//! Splits source code into tokens, for its colours: the same few rules for every language, which `syntax.rs` fills in.
//!
//! What it does not know is plain. It goes over the text once, and all tokens together are the text, whatever that is.

#[cfg(feature = "ssr")]
mod languages;
mod syntax;
mod tokenizer;

#[cfg(feature = "ssr")]
pub(super) use syntax::LanguageSyntax;
pub(super) use syntax::find_syntax;
pub(super) use tokenizer::Tokenizer;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
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

impl TokenKind {
    /// Its class in the page's markup.
    fn css_class(self) -> &'static str {
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
pub fn highlight_to_html(language: &str, code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    // Space that may be followed by more of the same.
    let (mut open_kind, mut pending_space) = (None, "");
    for (kind, text) in Tokenizer::new(find_syntax(language), code) {
        if kind.is_none() && text.trim_ascii().is_empty() {
            pending_space = text;
            continue;
        }
        if kind != open_kind {
            close_tag(open_kind, &mut html);
        }
        html.push_str(pending_space);
        if let Some(kind) = kind.filter(|_| kind != open_kind) {
            html.push_str("<i class=");
            html.push_str(kind.css_class());
            html.push('>');
        }
        (open_kind, pending_space) = (kind, "");
        for c in text.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                c => html.push(c),
            }
        }
    }
    close_tag(open_kind, &mut html);
    html.push_str(pending_space);
    html
}

fn close_tag(open: Option<TokenKind>, html: &mut String) {
    if open.is_some() {
        html.push_str("</i>");
    }
}

#[cfg(test)]
mod tests;
