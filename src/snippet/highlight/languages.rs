//! What the languages look like that only the server prints.

use super::syntax::{Form, NONE, PLAIN, Quote, SLASHES, Syntax, quote};

pub(super) fn syntax(language: &str) -> &'static Syntax {
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
        _ => &PLAIN,
    }
}

const HASHES: Syntax = Syntax { line: &["#"], has_pairs: true, ..PLAIN };

const DOUBLE: Quote = quote("\"", "\"");
const SINGLE: Quote = quote("'", "'");

static C: Syntax = Syntax {
    quotes: &[quote("R\"(", ")\"").lines().escape(NONE), DOUBLE, SINGLE],
    keywords: "#define #endif #ifdef #ifndef #include NULL auto bool break case char class const continue default \
               delete do double else enum extern false float for goto if int long namespace new nullptr public return \
               short signed sizeof static struct switch true typedef union unsigned using void volatile while",
    word: "#",
    ..SLASHES
};

static CSHARP: Syntax = Syntax {
    quotes: &[
        quote("$\"\"\"", "\"\"\"").lines().escape(NONE),
        quote("\"\"\"", "\"\"\"").lines().escape(NONE),
        quote("$@\"", "\"").lines().escape(b'"').hole("{"),
        quote("@$\"", "\"").lines().escape(b'"').hole("{"),
        quote("@\"", "\"").lines().escape(b'"'),
        quote("$\"", "\"").hole("{"),
        DOUBLE,
        SINGLE,
    ],
    keywords: "as async await base bool break byte case catch char class const continue decimal default do double \
               else enum false finally float for foreach if in int interface internal is long namespace new null \
               object out override private protected public readonly record return sealed static string struct switch \
               this throw true try typeof using var void while",
    ..SLASHES
};

static DART: Syntax = Syntax {
    quotes: &[
        quote("r'", "'").escape(NONE),
        quote("r\"", "\"").escape(NONE),
        quote("'''", "'''").lines().hole("${"),
        quote("\"\"\"", "\"\"\"").lines().hole("${"),
        SINGLE.hole("${"),
        DOUBLE.hole("${"),
    ],
    keywords: "as async await bool break case catch class const continue default double dynamic else enum extends \
               false final finally for if import in int is late new null on required return static super switch this \
               throw true try var void while yield",
    ..SLASHES
};

static ELIXIR: Syntax = Syntax {
    quotes: &[
        quote("~S\"\"\"", "\"\"\"").lines().escape(NONE),
        quote("\"\"\"", "\"\"\"").lines().hole("#{"),
        quote("'''", "'''").lines().hole("#{"),
        quote("~s(", ")").lines().hole("#{"),
        quote("~S(", ")").lines().escape(NONE),
        quote("~s|", "|").lines().hole("#{"),
        quote("~S|", "|").lines().escape(NONE),
        DOUBLE.lines().hole("#{"),
        SINGLE.lines().hole("#{"),
    ],
    keywords: "after and case catch cond def defmodule defp do else end false fn for if import in nil not or raise \
               receive require rescue true try unless use when with",
    word: "!?",
    ..HASHES
};

static GO: Syntax = Syntax {
    quotes: &[quote("`", "`").lines().escape(NONE), DOUBLE, SINGLE],
    keywords: "any bool break byte case chan const continue default defer else error false float64 for func go goto \
               if import int int64 interface map nil package range return select string struct switch true type var",
    ..SLASHES
};

static HTTP: Syntax = Syntax {
    quotes: &[DOUBLE],
    keywords: "DELETE GET HEAD HTTP OPTIONS PATCH POST PUT TRACE false null true",
    word: "-",
    ..PLAIN
};

static JAVA: Syntax = Syntax {
    quotes: &[quote("\"\"\"", "\"\"\"").lines(), DOUBLE, SINGLE],
    keywords: "abstract boolean break byte case catch char class const continue default do double else enum extends \
               false final finally float for if implements import instanceof int interface long new null package \
               private protected public record return short static super switch this throw throws true try var void \
               while",
    ..SLASHES
};

static KOTLIN: Syntax = Syntax {
    quotes: &[quote("\"\"\"", "\"\"\"").lines().escape(NONE).hole("${"), DOUBLE.hole("${"), SINGLE],
    keywords: "as break by catch class companion const continue data do else false finally for fun if import in \
               interface is null object override package private public return super suspend this throw true try \
               typealias val var when while",
    ..SLASHES
};

static PHP: Syntax = Syntax {
    line: &["//", "#"],
    quotes: &[DOUBLE.lines().hole("{$"), SINGLE.lines()],
    heredoc: &["<<<"],
    keywords: "abstract array as break case catch class const continue default do echo else elseif extends false \
               final finally fn for foreach function if implements instanceof namespace new null private protected \
               public readonly require require_once return static switch throw true try use while",
    word: "$",
    ..SLASHES
};

static POWERSHELL: Syntax = Syntax {
    block: &[["<#", "#>"]],
    quotes: &[
        quote("@'", "\n'@").lines().escape(NONE),
        quote("@\"", "\n\"@").lines().escape(NONE).hole("$("),
        SINGLE.lines().escape(b'\''),
        DOUBLE.lines().escape(b'`').hole("$("),
    ],
    keywords: "catch do else elseif exit false finally for foreach function if in param return switch throw true try \
               using while",
    word: "$-",
    escape: b'`',
    ..HASHES
};

static PYTHON: Syntax = Syntax {
    quotes: &[
        quote("\"\"\"", "\"\"\"").lines(),
        quote("'''", "'''").lines(),
        quote("f\"", "\"").hole("{"),
        quote("f'", "'").hole("{"),
        DOUBLE,
        SINGLE,
    ],
    keywords: "False None True and as assert async await break class continue def del elif else except finally for \
               from global if import in is lambda nonlocal not or pass raise return try while with yield",
    ..HASHES
};

static R: Syntax = Syntax {
    quotes: &[
        quote("r\"(", ")\"").lines().escape(NONE),
        quote("R\"(", ")\"").lines().escape(NONE),
        quote("r\"---(", ")---\"").lines().escape(NONE),
        DOUBLE.lines(),
        SINGLE.lines(),
        quote("`", "`"),
    ],
    keywords: "FALSE NA NULL TRUE break else for function if in library next repeat return while",
    word: ".",
    ..HASHES
};

static RUBY: Syntax = Syntax {
    block: &[["=begin", "\n=end"]],
    quotes: &[
        quote("%w[", "]").lines(),
        quote("%q(", ")").lines(),
        DOUBLE.lines().hole("#{"),
        SINGLE.lines(),
        quote("`", "`").hole("#{"),
        quote("/", "/").form(Form::Value),
    ],
    heredoc: &["<<~", "<<-", "<<"],
    keywords: "begin break case class def do else elsif end ensure false for if in module next nil puts raise require \
               rescue return self then true unless until when while yield",
    word: "!?@$",
    ..HASHES
};

static RUST: Syntax = Syntax {
    quotes: &[
        quote("r", "\"").lines().escape(NONE).form(Form::Hashes),
        quote("br", "\"").lines().escape(NONE).form(Form::Hashes),
        DOUBLE.lines(),
        SINGLE.form(Form::Character),
    ],
    keywords: "as async await break const continue crate dyn else enum false fn for if impl in let loop match mod \
               move mut pub ref return self static struct super trait true type unsafe use where while",
    ..SLASHES
};

static SHELL: Syntax = Syntax {
    line: &["#"],
    quotes: &[quote("$'", "'").lines(), SINGLE.lines().escape(NONE), DOUBLE.lines().hole("$(")],
    heredoc: &["<<-", "<< ", "<<"],
    keywords: "case do done elif else esac export fi for function if in local return then until while",
    word: "-",
    escape: b'\\',
    ..PLAIN
};

static SWIFT: Syntax = Syntax {
    quotes: &[
        quote("\"\"\"", "\"\"\"").lines().hole("\\("),
        DOUBLE.hole("\\("),
        quote("", "\"").lines().escape(NONE).form(Form::Hashes),
    ],
    keywords: "as async await break case catch class continue default defer do else enum extension false for func \
               guard if import in init is let nil private protocol public return self static struct switch throw \
               throws true try var while",
    ..SLASHES
};
