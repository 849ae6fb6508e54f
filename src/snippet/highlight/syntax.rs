//! Syntax of languages. The browser renders TypeScript only and has no other table.

/// Syntax of a language's comments, strings and keywords.
#[derive(Debug)]
pub(in crate::snippet) struct LanguageSyntax {
    /// Delimiters that start a comment up to the end of the line.
    pub(super) line_comments: &'static [&'static str],
    /// Opening and closing delimiters of other comments.
    pub(super) block_comments: &'static [[&'static str; 2]],
    /// Syntax of strings. The first match applies, so longer delimiters come first.
    pub(super) strings: &'static [StringSyntax],
    /// Text before the delimiter of a heredoc.
    pub(super) heredoc_openers: &'static [&'static str],
    /// Keywords, separated by spaces.
    pub(super) keywords: &'static str,
    /// Characters of words besides letters, digits and the underscore.
    pub(super) extra_word_chars: &'static str,
    /// Escape character outside of strings.
    pub(super) escape: u8,
    /// True if brackets must be balanced.
    #[cfg(feature = "ssr")]
    pub(in crate::snippet) has_paired_brackets: bool,
}

/// Syntax of one kind of string.
#[derive(Debug)]
pub(super) struct StringSyntax {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// Escape byte. If it is also the closing delimiter, it escapes only itself.
    pub(super) escape: u8,
    /// True if the string may span several lines.
    pub(super) is_multiline: bool,
    /// Delimiter that opens interpolated code; empty if the string has no interpolation.
    pub(super) interpolation_open: &'static str,
    pub(super) rule: StringRule,
}

/// Additional condition for a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "ssr"), expect(dead_code, reason = "TypeScript has few of them"))]
pub(super) enum StringRule {
    /// No condition.
    Plain,
    /// A value is expected at the position of the string. Elsewhere, `/` divides.
    ValuePosition,
    /// The string has a single character. Elsewhere, an apostrophe is not a quote.
    SingleCharacter,
    /// Any number of `#` (up to 16) and a double quote open the string; the same in reverse order closes it.
    HashDelimited,
}

/// Escape byte of a syntax without escapes. It does not occur in UTF-8.
pub(super) const NO_ESCAPE: u8 = 0xFF;

pub(super) const fn string_syntax(open: &'static str, close: &'static str) -> StringSyntax {
    StringSyntax { open, close, escape: b'\\', is_multiline: false, interpolation_open: "", rule: StringRule::Plain }
}

impl StringSyntax {
    pub(super) const fn multiline(self) -> Self {
        Self { is_multiline: true, ..self }
    }

    pub(super) const fn with_interpolation(self, interpolation_open: &'static str) -> Self {
        Self { interpolation_open, ..self }
    }

    pub(super) const fn with_rule(self, rule: StringRule) -> Self {
        Self { rule, ..self }
    }

    #[cfg(feature = "ssr")]
    pub(super) const fn with_escape(self, escape: u8) -> Self {
        Self { escape, ..self }
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

pub(super) static TYPESCRIPT: LanguageSyntax = LanguageSyntax {
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
