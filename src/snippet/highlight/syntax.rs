//! What a language looks like. The browser prints TypeScript only, and has no other table.

/// What comments, strings and keywords look like in a language.
#[derive(Debug)]
pub(in crate::snippet) struct Syntax {
    /// What begins a comment that ends with its line.
    pub(super) line: &'static [&'static str],
    /// What begins and what ends any other comment.
    pub(super) block: &'static [[&'static str; 2]],
    /// Kinds of strings. The first that fits counts, so the longest come first.
    pub(super) quotes: &'static [Quote],
    /// What stands before the word that ends a string of whole lines; a space at its end is any space.
    pub(super) heredoc: &'static [&'static str],
    /// With a space between them.
    pub(super) keywords: &'static str,
    /// What a word may have beside letters, digits and the underscore.
    pub(super) word: &'static str,
    /// What takes the meaning from the character behind it, outside of strings.
    pub(super) escape: u8,
    /// Whether brackets stand in pairs.
    #[cfg(feature = "ssr")]
    pub(in crate::snippet) has_pairs: bool,
}

/// A kind of string.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// What takes the meaning from the byte behind it; where it also ends the string, it does so from itself.
    pub(super) escape: u8,
    /// Whether it goes on behind the end of a line.
    pub(super) has_lines: bool,
    /// What opens code within the string, where that can be.
    pub(super) hole: &'static str,
    pub(super) form: Form,
}

/// What else makes a string one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "TypeScript has few of them"))]
pub(super) enum Form {
    /// Nothing.
    Plain,
    /// It stands where a value is expected: `/` elsewhere divides.
    Value,
    /// One character: an apostrophe elsewhere is no quote.
    Character,
    /// Any number of `#` and a quotation mark open it, the same the other way around end it.
    Hashes,
}

/// No byte of a text that can be read.
pub(super) const NONE: u8 = 0xFF;

pub(super) const fn quote(open: &'static str, close: &'static str) -> Quote {
    Quote { open, close, escape: b'\\', has_lines: false, hole: "", form: Form::Plain }
}

impl Quote {
    pub(super) const fn lines(self) -> Self {
        Self { has_lines: true, ..self }
    }

    pub(super) const fn hole(self, hole: &'static str) -> Self {
        Self { hole, ..self }
    }

    pub(super) const fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn escape(self, escape: u8) -> Self {
        Self { escape, ..self }
    }
}

/// The table of a language. Of those that nobody knows, it has neither strings nor words.
pub(in crate::snippet) fn syntax(language: &str) -> &'static Syntax {
    match language {
        "JavaScript" | "TypeScript" => &TYPESCRIPT,
        #[cfg(feature = "ssr")]
        other => super::languages::syntax(other),
        #[cfg(not(feature = "ssr"))]
        _ => &PLAIN,
    }
}

pub(super) const PLAIN: Syntax = Syntax {
    line: &[],
    block: &[],
    quotes: &[],
    heredoc: &[],
    keywords: "",
    word: "",
    escape: NONE,
    #[cfg(feature = "ssr")]
    has_pairs: false,
};

pub(super) const SLASHES: Syntax = Syntax {
    line: &["//"],
    block: &[["/*", "*/"]],
    #[cfg(feature = "ssr")]
    has_pairs: true,
    ..PLAIN
};

static TYPESCRIPT: Syntax = Syntax {
    quotes: &[
        quote("'", "'"),
        quote("\"", "\""),
        quote("`", "`").lines().hole("${"),
        quote("/", "/").form(Form::Value),
    ],
    keywords: "as async await break case catch class const continue default delete do else export extends false \
               finally for from function if import in instanceof interface let new null of return static super switch \
               this throw true try type typeof undefined var void while yield",
    word: "$",
    ..SLASHES
};
