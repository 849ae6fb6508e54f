//! Syntax of the languages that only the server renders.

use super::syntax::{C_STYLE_COMMENTS, LanguageSyntax, NO_ESCAPE, PLAIN_TEXT, StringRule, StringSyntax, string_syntax};

pub(super) fn find_syntax(language: &str) -> &'static LanguageSyntax {
    match language {
        "C" | "C++" | "Objective-C" => &C,
        "C#" => &CSHARP,
        "Dart" => &DART,
        "Elixir" => &ELIXIR,
        "Go" => &GO,
        "HTTP" => &HTTP,
        "Java" => &JAVA,
        "Kotlin" => &KOTLIN,
        "PHP" => &PHP,
        "PowerShell" => &POWERSHELL,
        "Python" => &PYTHON,
        "R" => &R,
        "Ruby" => &RUBY,
        "Rust" => &RUST,
        "Shell" => &SHELL,
        "Swift" => &SWIFT,
        _ => &PLAIN_TEXT,
    }
}

const HASH_COMMENTS: LanguageSyntax = LanguageSyntax { line_comments: &["#"], has_paired_brackets: true, ..PLAIN_TEXT };

const DOUBLE_QUOTED: StringSyntax = string_syntax("\"", "\"");
const SINGLE_QUOTED: StringSyntax = string_syntax("'", "'");

static C: LanguageSyntax = LanguageSyntax {
    strings: &[string_syntax("R\"(", ")\"").multiline().with_escape(NO_ESCAPE), DOUBLE_QUOTED, SINGLE_QUOTED],
    keywords: "#define #endif #ifdef #ifndef #include NULL auto bool break case char class const continue default \
               delete do double else enum extern false float for goto if int long namespace new nullptr public return \
               short signed sizeof static struct switch true typedef union unsigned using void volatile while",
    extra_word_chars: "#",
    ..C_STYLE_COMMENTS
};

static CSHARP: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("$\"\"\"", "\"\"\"").multiline().with_escape(NO_ESCAPE),
        string_syntax("\"\"\"", "\"\"\"").multiline().with_escape(NO_ESCAPE),
        string_syntax("$@\"", "\"").multiline().with_escape(b'"').with_interpolation("{"),
        string_syntax("@$\"", "\"").multiline().with_escape(b'"').with_interpolation("{"),
        string_syntax("@\"", "\"").multiline().with_escape(b'"'),
        string_syntax("$\"", "\"").with_interpolation("{"),
        DOUBLE_QUOTED,
        SINGLE_QUOTED,
    ],
    keywords: "as async await base bool break byte case catch char class const continue decimal default do double \
               else enum false finally float for foreach if in int interface internal is long namespace new null \
               object out override private protected public readonly record return sealed static string struct switch \
               this throw true try typeof using var void while",
    ..C_STYLE_COMMENTS
};

static DART: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("r'", "'").with_escape(NO_ESCAPE),
        string_syntax("r\"", "\"").with_escape(NO_ESCAPE),
        string_syntax("'''", "'''").multiline().with_interpolation("${"),
        string_syntax("\"\"\"", "\"\"\"").multiline().with_interpolation("${"),
        SINGLE_QUOTED.with_interpolation("${"),
        DOUBLE_QUOTED.with_interpolation("${"),
    ],
    keywords: "as async await bool break case catch class const continue default double dynamic else enum extends \
               false final finally for if import in int is late new null on required return static super switch this \
               throw true try var void while yield",
    ..C_STYLE_COMMENTS
};

static ELIXIR: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("~S\"\"\"", "\"\"\"").multiline().with_escape(NO_ESCAPE),
        string_syntax("\"\"\"", "\"\"\"").multiline().with_interpolation("#{"),
        string_syntax("'''", "'''").multiline().with_interpolation("#{"),
        string_syntax("~s(", ")").multiline().with_interpolation("#{"),
        string_syntax("~S(", ")").multiline().with_escape(NO_ESCAPE),
        string_syntax("~s|", "|").multiline().with_interpolation("#{"),
        string_syntax("~S|", "|").multiline().with_escape(NO_ESCAPE),
        DOUBLE_QUOTED.multiline().with_interpolation("#{"),
        SINGLE_QUOTED.multiline().with_interpolation("#{"),
    ],
    keywords: "after and case catch cond def defmodule defp do else end false fn for if import in nil not or raise \
               receive require rescue true try unless use when with",
    extra_word_chars: "!?",
    ..HASH_COMMENTS
};

static GO: LanguageSyntax = LanguageSyntax {
    strings: &[string_syntax("`", "`").multiline().with_escape(NO_ESCAPE), DOUBLE_QUOTED, SINGLE_QUOTED],
    keywords: "any bool break byte case chan const continue default defer else error false float64 for func go goto \
               if import int int64 interface map nil package range return select string struct switch true type var",
    ..C_STYLE_COMMENTS
};

static HTTP: LanguageSyntax = LanguageSyntax {
    strings: &[DOUBLE_QUOTED],
    keywords: "DELETE GET HEAD HTTP OPTIONS PATCH POST PUT TRACE false null true",
    extra_word_chars: "-",
    ..PLAIN_TEXT
};

static JAVA: LanguageSyntax = LanguageSyntax {
    strings: &[string_syntax("\"\"\"", "\"\"\"").multiline(), DOUBLE_QUOTED, SINGLE_QUOTED],
    keywords: "abstract boolean break byte case catch char class const continue default do double else enum extends \
               false final finally float for if implements import instanceof int interface long new null package \
               private protected public record return short static super switch this throw throws true try var void \
               while",
    ..C_STYLE_COMMENTS
};

static KOTLIN: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("\"\"\"", "\"\"\"").multiline().with_escape(NO_ESCAPE).with_interpolation("${"),
        DOUBLE_QUOTED.with_interpolation("${"),
        SINGLE_QUOTED,
    ],
    keywords: "as break by catch class companion const continue data do else false finally for fun if import in \
               interface is null object override package private public return super suspend this throw true try \
               typealias val var when while",
    ..C_STYLE_COMMENTS
};

static PHP: LanguageSyntax = LanguageSyntax {
    line_comments: &["//", "#"],
    strings: &[DOUBLE_QUOTED.multiline().with_interpolation("{$"), SINGLE_QUOTED.multiline()],
    heredoc_openers: &["<<<"],
    keywords: "abstract array as break case catch class const continue default do echo else elseif extends false \
               final finally fn for foreach function if implements instanceof namespace new null private protected \
               public readonly require require_once return static switch throw true try use while",
    extra_word_chars: "$",
    ..C_STYLE_COMMENTS
};

static POWERSHELL: LanguageSyntax = LanguageSyntax {
    block_comments: &[["<#", "#>"]],
    strings: &[
        string_syntax("@'", "\n'@").multiline().with_escape(NO_ESCAPE),
        string_syntax("@\"", "\n\"@").multiline().with_escape(NO_ESCAPE).with_interpolation("$("),
        SINGLE_QUOTED.multiline().with_escape(b'\''),
        DOUBLE_QUOTED.multiline().with_escape(b'`').with_interpolation("$("),
    ],
    keywords: "catch do else elseif exit false finally for foreach function if in param return switch throw true try \
               using while",
    extra_word_chars: "$-",
    escape: b'`',
    ..HASH_COMMENTS
};

static PYTHON: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("\"\"\"", "\"\"\"").multiline(),
        string_syntax("'''", "'''").multiline(),
        string_syntax("f\"", "\"").with_interpolation("{"),
        string_syntax("f'", "'").with_interpolation("{"),
        DOUBLE_QUOTED,
        SINGLE_QUOTED,
    ],
    keywords: "False None True and as assert async await break class continue def del elif else except finally for \
               from global if import in is lambda nonlocal not or pass raise return try while with yield",
    ..HASH_COMMENTS
};

static R: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("r\"(", ")\"").multiline().with_escape(NO_ESCAPE),
        string_syntax("R\"(", ")\"").multiline().with_escape(NO_ESCAPE),
        string_syntax("r\"---(", ")---\"").multiline().with_escape(NO_ESCAPE),
        DOUBLE_QUOTED.multiline(),
        SINGLE_QUOTED.multiline(),
        string_syntax("`", "`"),
    ],
    keywords: "FALSE NA NULL TRUE break else for function if in library next repeat return while",
    extra_word_chars: ".",
    ..HASH_COMMENTS
};

static RUBY: LanguageSyntax = LanguageSyntax {
    block_comments: &[["=begin", "\n=end"]],
    strings: &[
        string_syntax("%w[", "]").multiline(),
        string_syntax("%q(", ")").multiline(),
        DOUBLE_QUOTED.multiline().with_interpolation("#{"),
        SINGLE_QUOTED.multiline(),
        string_syntax("`", "`").with_interpolation("#{"),
        string_syntax("/", "/").with_rule(StringRule::ValuePosition),
    ],
    heredoc_openers: &["<<~", "<<-", "<<"],
    keywords: "begin break case class def do else elsif end ensure false for if in module next nil puts raise require \
               rescue return self then true unless until when while yield",
    extra_word_chars: "!?@$",
    ..HASH_COMMENTS
};

static RUST: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("r", "\"").multiline().with_escape(NO_ESCAPE).with_rule(StringRule::HashDelimited),
        string_syntax("br", "\"").multiline().with_escape(NO_ESCAPE).with_rule(StringRule::HashDelimited),
        DOUBLE_QUOTED.multiline(),
        SINGLE_QUOTED.with_rule(StringRule::SingleCharacter),
    ],
    keywords: "as async await break const continue crate dyn else enum false fn for if impl in let loop match mod \
               move mut pub ref return self static struct super trait true type unsafe use where while",
    ..C_STYLE_COMMENTS
};

static SHELL: LanguageSyntax = LanguageSyntax {
    line_comments: &["#"],
    strings: &[
        string_syntax("$'", "'").multiline(),
        SINGLE_QUOTED.multiline().with_escape(NO_ESCAPE),
        DOUBLE_QUOTED.multiline().with_interpolation("$("),
    ],
    heredoc_openers: &["<<-", "<< ", "<<"],
    keywords: "case do done elif else esac export fi for function if in local return then until while",
    extra_word_chars: "-",
    escape: b'\\',
    ..PLAIN_TEXT
};

static SWIFT: LanguageSyntax = LanguageSyntax {
    strings: &[
        string_syntax("\"\"\"", "\"\"\"").multiline().with_interpolation("\\("),
        DOUBLE_QUOTED.with_interpolation("\\("),
        string_syntax("", "\"").multiline().with_escape(NO_ESCAPE).with_rule(StringRule::HashDelimited),
    ],
    keywords: "as async await break case catch class continue default defer do else enum extension false for func \
               guard if import in init is let nil private protocol public return self static struct switch throw \
               throws true try var while",
    ..C_STYLE_COMMENTS
};
