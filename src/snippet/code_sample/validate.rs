//! Detects obvious errors in code samples. The checks are cheap and accept code in case of doubt, because most errors
//! appear only when the code runs.

use super::{
    highlight::{TokenKind, Tokenizer},
    is_invisible,
    language::SampleLanguage,
};
use std::collections::HashSet;

/// Text that occurs only in code of the listed languages. A leading `\n` matches the start of a line.
const LANGUAGE_MARKERS: [(&str, &str); 24] = [
    ("<?php", "PHP"),
    ("\nimport ", "Dart Elixir Go Java JavaScript Kotlin Objective-C Python Swift TypeScript"),
    ("\nfrom ", "Python"),
    ("\nconst ", "C C# C++ Dart Go JavaScript Objective-C PHP Rust TypeScript"),
    ("\nlet ", "JavaScript Rust Shell Swift TypeScript"),
    ("\nvar ", "C# Dart Go Java JavaScript Kotlin Swift TypeScript"),
    ("\nval ", "Kotlin"),
    ("\ndef ", "Elixir Python Ruby"),
    ("\nuse ", "Elixir PHP Rust"),
    ("\nusing ", "C# C++ PowerShell"),
    ("\npackage ", "Go Java Kotlin"),
    ("\nputs ", "Ruby"),
    ("\ncurl ", "PowerShell Shell"),
    ("\nfun ", "Kotlin"),
    ("\nfunc ", "Go Swift"),
    ("\n$ ", "PowerShell Shell"),
    ("console.log(", "JavaScript TypeScript"),
    ("require(\"\"", "JavaScript PHP TypeScript"),
    ("System.out.", "Java Kotlin"),
    ("Console.Write", "C#"),
    ("println!(", "Rust"),
    (" := ", "Go Python"),
    ("===", "Dart Elixir JavaScript Kotlin PHP Ruby Swift TypeScript"),
    ("public static void main", "Java"),
];

/// Names that are defined without a declaration.
const GLOBAL_NAMES: &str = "$ $this arguments cls com console crypto document event exports globalThis history io it java \
                       javax jQuery kotlin kotlinx localStorage location module navigator net org performance process \
                       self sessionStorage super this window";

/// Languages in which the method of an object is written `name.method`.
const OBJECT_LANGUAGES: &str = "C# Dart Go Java JavaScript Kotlin PHP Python Ruby Rust Swift TypeScript";

/// Returns an error, with the reason, if a sample cannot be shown.
pub(super) fn validate(language: &SampleLanguage, source: &str) -> Result<(), &'static str> {
    if source.trim().is_empty() {
        return Err("It is empty.");
    }
    if source.contains(is_invisible) {
        return Err("It contains invisible characters.");
    }
    if !source.contains(language.required_command) {
        return Err("It is labeled as curl but does not contain curl.");
    }
    let Some(syntax) = language.syntax else { return Ok(()) };
    let mut stripped = StrippedCode::default();
    let mut tokens = Tokenizer::new(syntax, source);
    for (kind, text) in &mut tokens {
        stripped.push_token(kind, text, language.name == "Go");
    }
    let name = language.name.as_str();
    let is_foreign =
        |(marker, languages): &(&str, &str)| !contains_word(languages, name) && stripped.code.contains(marker);
    if LANGUAGE_MARKERS.iter().any(is_foreign) {
        return Err("It is not in the declared language.");
    }
    if tokens.is_unterminated {
        return Err("It contains an unterminated string or comment.");
    }
    if syntax.has_paired_brackets && !has_balanced_brackets(&stripped.code) {
        return Err("It contains unbalanced brackets.");
    }
    if syntax.has_paired_brackets && has_missing_value(&stripped.code) {
        return Err("It lacks a value.");
    }
    if name == "Rust"
        && stripped.code.contains("fn main()")
        && stripped.code.contains(".await")
        && !stripped.code.contains("async")
    {
        return Err("It uses await without an async function.");
    }
    if contains_word(OBJECT_LANGUAGES, name) && has_undefined_object(name, &stripped) {
        return Err("It uses an object that it does not define.");
    }
    Ok(())
}

fn contains_word(words: &str, word: &str) -> bool {
    words.split(' ').any(|candidate| candidate == word)
}

/// Code without comments and without the content of strings. Each line follows a line end and begins with its first
/// word.
#[derive(Default)]
struct StrippedCode<'a> {
    code: String,
    /// Words in strings, for languages in which a string names an imported package.
    string_words: HashSet<&'a str>,
}

impl<'a> StrippedCode<'a> {
    fn push_token(&mut self, kind: Option<TokenKind>, text: &'a str, keeps_string_words: bool) {
        if self.code.is_empty() {
            self.code.push('\n');
        }
        let is_string = kind == Some(TokenKind::String)
            || (kind == Some(TokenKind::Key) && !text.starts_with(|c: char| c.is_alphanumeric() || "_-$@".contains(c)));
        if kind == Some(TokenKind::Comment) {
            return;
        }
        if is_string {
            self.code.push_str("\"\"");
            if keeps_string_words {
                self.string_words.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_'));
            }
            return;
        }
        for line in text.split_inclusive('\n') {
            let at_start = self.code.ends_with('\n');
            self.code.push_str(if at_start { line.trim_start_matches([' ', '\t']) } else { line });
        }
    }
}

fn has_balanced_brackets(code: &str) -> bool {
    let mut open = Vec::new();
    for b in code.bytes() {
        match b {
            b'(' => open.push(b')'),
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            b')' | b']' | b'}' if open.pop() != Some(b) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Returns true if the code contains `key: ,`, which is invalid in every language. After digits, it can be a slice.
fn has_missing_value(code: &str) -> bool {
    code.match_indices(':').any(|(at, _)| {
        code[at + 1..].trim_start_matches(' ').starts_with(',')
            && code[..at].ends_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '"')
    })
}

/// Returns true if a name occurs only as `name.`, which means that it is not assigned, imported or a parameter.
fn has_undefined_object(language: &str, stripped: &StrippedCode) -> bool {
    // These imports define names that do not occur in the code.
    let has_wildcard_import = stripped.code.contains("import *")
        || stripped.code.contains(".*")
        || (language == "Dart" && stripped.code.contains("\nimport "));
    if has_wildcard_import {
        return false;
    }
    let (mut used, mut defined) = (HashSet::new(), HashSet::new());
    let is_php = language == "PHP";
    for line in stripped.code.split('\n') {
        let first = line.split(' ').next().unwrap_or_default();
        let is_import = matches!(first, "import" | "package" | "use" | "using" | "from" | "require" | "require_once");
        let mut rest = line;
        while let Some(start) = rest.find(is_identifier_char) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c| !is_identifier_char(c)).unwrap_or(from.len());
            let (word, after_word) = from.split_at(end);
            rest = after_word;
            let is_member = if is_php { before.ends_with("->") } else { before.trim_end().ends_with('.') }
                || before.ends_with("::");
            if is_member && !is_import {
                continue;
            }
            let next_code = after_word.trim_start().trim_start_matches(['?', '!']);
            let is_used = if is_php {
                next_code.starts_with("->")
            } else {
                next_code.starts_with('.') && !next_code.starts_with("..")
            };
            if is_used && !is_import {
                used.insert(word);
            } else {
                defined.insert(word);
            }
        }
    }
    let is_name = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase() || c == '$' || c == '_');
    used.into_iter().any(|name| {
        is_name(name)
            && !defined.contains(name)
            && !stripped.string_words.contains(name)
            && !contains_word(GLOBAL_NAMES, name)
    })
}

fn is_identifier_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
