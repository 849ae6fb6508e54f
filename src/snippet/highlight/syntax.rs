//! What a language looks like. The browser prints TypeScript only, and has no other table.

/// What comments, strings and keywords look like in a language.
#[derive(Debug)]
pub(in crate::snippet) struct LanguageSyntax {
    /// What begins a comment that ends with its line.
    pub(super) line_comments: &'static [&'static str],
    /// What begins and what ends any other comment.
    pub(super) block_comments: &'static [[&'static str; 2]],
    /// Kinds of strings. The first that fits counts, so the longest come first.
    pub(super) strings: &'static [StringSyntax],
    /// What stands before the word that ends a string of whole lines; a space at its end is any space.
    pub(super) heredoc_openers: &'static [&'static str],
    /// With a space between them.
    pub(super) keywords: &'static str,
    /// What a word may have beside letters, digits and the underscore.
    pub(super) extra_word_chars: &'static str,
    /// What takes the meaning from the character behind it, outside of strings.
    pub(super) escape: u8,
    /// Whether brackets stand in pairs.
    #[cfg(feature = "ssr")]
    pub(in crate::snippet) has_paired_brackets: bool,
}

/// A kind of string.
#[derive(Debug)]
pub(super) struct StringSyntax {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// What takes the meaning from the byte behind it; where it also ends the string, it does so from itself.
    pub(super) escape: u8,
    /// Whether it goes on behind the end of a line.
    pub(super) is_multiline: bool,
    /// What opens code within the string, where that can be.
    pub(super) interpolation_open: &'static str,
    pub(super) rule: StringRule,
}

/// What else makes a string one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "TypeScript has few of them"))]
pub(super) enum StringRule {
    /// Nothing.
    Plain,
    /// It stands where a value is expected: `/` elsewhere divides.
    ValuePosition,
    /// One character: an apostrophe elsewhere is no quote.
    SingleCharacter,
    /// Any number of `#` and a quotation mark open it, the same the other way around end it.
    HashDelimited,
}

/// No byte of a text that can be read.
pub(super) const NO_ESCAPE: u8 = 0xFF;

pub(super) const fn string_syntax(open: &'static str, close: &'static str) -> StringSyntax {
    StringSyntax { open, close, escape: b'\\', is_multiline: false, interpolation_open: "", rule: StringRule::Plain }
}

impl StringSyntax {
    pub(super) const fn multiline(self) -> Self {
        Self { is_multiline: true, ..self }
    }

    pub(super) const fn with_interpolation(self, hole: &'static str) -> Self {
        Self { interpolation_open: hole, ..self }
    }

    pub(super) const fn with_rule(self, form: StringRule) -> Self {
        Self { rule: form, ..self }
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn with_escape(self, escape: u8) -> Self {
        Self { escape, ..self }
    }
}

/// The table of a language. Of those that nobody knows, it has neither strings nor words.
pub(in crate::snippet) fn find_syntax(language: &str) -> &'static LanguageSyntax {
    match language {
        "JavaScript" | "TypeScript" => &TYPESCRIPT,
        #[cfg(feature = "ssr")]
        other => super::languages::find_syntax(other),
        #[cfg(not(feature = "ssr"))]
        _ => &PLAIN_TEXT,
    }
}

pub(super) const PLAIN_TEXT: LanguageSyntax = LanguageSyntax {
    line_comments: &[],
    block_comments: &[],
    strings: &[],
    heredoc_openers: &[],
    keywords: "",
    extra_word_chars: "",
    escape: NO_ESCAPE,
    #[cfg(feature = "ssr")]
    has_paired_brackets: false,
};

pub(super) const C_STYLE_COMMENTS: LanguageSyntax = LanguageSyntax {
    line_comments: &["//"],
    block_comments: &[["/*", "*/"]],
    #[cfg(feature = "ssr")]
    has_paired_brackets: true,
    ..PLAIN_TEXT
};

static TYPESCRIPT: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("'", "'"),
        string_syntax("\"", "\""),
        string_syntax("`", "`").multiline().with_interpolation("${"),
        string_syntax("/", "/").with_rule(StringRule::ValuePosition),
    ],
    keywords: "as async await break case catch class const continue default delete do else export extends false \
               finally for from function if import in instanceof interface let new null of return static super switch \
               this throw true try type typeof undefined var void while yield",
    extra_word_chars: "$",
    ..C_STYLE_COMMENTS
};
