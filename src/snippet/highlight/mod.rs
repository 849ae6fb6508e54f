//! Splits source code into tokens for syntax highlighting. The same few rules apply to every language; `syntax.rs`
//! parameterizes them.
//!
//! Unrecognized text is plain. The tokenizer makes a single pass, and the concatenated tokens always equal the text.

#[cfg(feature = "ssr")]
mod languages;
mod syntax;
mod tokenizer;

#[cfg(feature = "ssr")]
pub(super) use syntax::LanguageSyntax;
pub(super) use tokenizer::Tokenizer;

/// Returns the syntax of a language. For an unrecognized language, it has neither strings nor keywords.
pub(super) fn find_syntax(language: &str) -> &'static syntax::LanguageSyntax {
    match language {
        "JavaScript" | "TypeScript" => &syntax::TYPESCRIPT,
        #[cfg(feature = "ssr")]
        other => languages::find_syntax(other),
        #[cfg(not(feature = "ssr"))]
        _ => &syntax::PLAIN_TEXT,
    }
}

/// Kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A comment.
    Comment,
    /// A string, including its quotes.
    String,
    /// A number.
    Number,
    /// A keyword of the language.
    Keyword,
    /// The name of a called function.
    Function,
    /// The name of a field, a header or an option.
    Key,
}

impl TokenKind {
    /// Returns the CSS class of the token in the page's markup.
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

/// Renders code as HTML, with `<i class=s>` around strings and other classes around other tokens.
pub fn highlight_to_html(language: &str, code: &str) -> String {
    let mut html = String::with_capacity(code.len() * 2);
    // Whitespace between two tokens of one kind is part of their common element.
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
