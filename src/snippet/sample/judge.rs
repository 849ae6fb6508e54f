//! What is plainly broken. It is cheap, and says nothing where it is not sure: most of what is wrong with code shows
//! only when it runs.

use super::{
    highlight::{Kind, Tokens},
    is_hidden,
    language::Language,
};
use std::collections::HashSet;

/// What stands in code of a few languages only; at the beginning of a line, where it begins with one.
const MARKS: [(&str, &str); 24] = [
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

/// Names that are there without anybody's doing.
const GLOBALS: &str = "$ $this arguments cls com console crypto document event exports globalThis history io it java \
                       javax jQuery kotlin kotlinx localStorage location module navigator net org performance process \
                       self sessionStorage super this window";

/// Languages in which an object is used as `name.method`.
const WITH_OBJECTS: &str = "C# Dart Go Java JavaScript Kotlin PHP Python Ruby Rust Swift TypeScript";

/// Whether a sample can be shown.
pub(super) fn judge(language: &Language, source: &str) -> Result<(), &'static str> {
    if source.trim().is_empty() {
        return Err("It is empty.");
    }
    if source.contains(is_hidden) {
        return Err("It has characters that cannot be seen.");
    }
    if !source.contains(language.command) {
        return Err("It is said to be of curl, which is not in it.");
    }
    let Some(syntax) = language.syntax else { return Ok(()) };
    let mut bare = Bare::default();
    let mut tokens = Tokens::new(syntax, source);
    for (kind, text) in &mut tokens {
        bare.add(kind, text, language.name == "Go");
    }
    let name = language.name.as_str();
    let is_foreign = |(mark, languages): &(&str, &str)| !has_word(languages, name) && bare.code.contains(mark);
    if MARKS.iter().any(is_foreign) {
        return Err("It is in another language than it says.");
    }
    if tokens.is_open {
        return Err("A quote or comment in it does not end.");
    }
    if syntax.has_pairs && !has_pairs(&bare.code) {
        return Err("Brackets in it do not stand in pairs.");
    }
    if syntax.has_pairs && lacks_a_value(&bare.code) {
        return Err("A value is missing in it.");
    }
    if name == "Rust" && bare.code.contains("fn main()") && bare.code.contains(".await") && !bare.code.contains("async")
    {
        return Err("It waits where nothing is asynchronous.");
    }
    if has_word(WITH_OBJECTS, name) && lacks_set_up(name, &bare) {
        return Err("It calls what it never sets up.");
    }
    Ok(())
}

fn has_word(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// Code without its comments, and with nothing in its strings; each line is behind a line end, and begins with its first
/// word.
#[derive(Default)]
struct Bare<'a> {
    code: String,
    /// Words that strings are made of, where packages are named by strings.
    named: HashSet<&'a str>,
}

impl<'a> Bare<'a> {
    fn add(&mut self, kind: Option<Kind>, text: &'a str, names_packages: bool) {
        if self.code.is_empty() {
            self.code.push('\n');
        }
        let is_string = kind == Some(Kind::String)
            || (kind == Some(Kind::Key) && !text.starts_with(|c: char| c.is_alphanumeric() || "_-$@".contains(c)));
        if kind == Some(Kind::Comment) {
            return;
        }
        if is_string {
            self.code.push_str("\"\"");
            if names_packages {
                self.named.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_'));
            }
            return;
        }
        for line in text.split_inclusive('\n') {
            let at_start = self.code.ends_with('\n');
            self.code.push_str(if at_start { line.trim_start_matches([' ', '\t']) } else { line });
        }
    }
}

fn has_pairs(code: &str) -> bool {
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

/// `key: ,` is of no language. Behind digits it can be a slice.
fn lacks_a_value(code: &str) -> bool {
    code.match_indices(':').any(|(at, _)| {
        code[at + 1..].trim_start_matches(' ').starts_with(',')
            && code[..at].ends_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '"')
    })
}

/// Whether some name occurs as `name.` and in no other way: it is not assigned, imported or a parameter.
fn lacks_set_up(language: &str, bare: &Bare) -> bool {
    // Such imports bring names that stand nowhere.
    let brings_any = bare.code.contains("import *")
        || bare.code.contains(".*")
        || (language == "Dart" && bare.code.contains("\nimport "));
    if brings_any {
        return false;
    }
    let (mut used, mut known) = (HashSet::new(), HashSet::new());
    let is_php = language == "PHP";
    for line in bare.code.split('\n') {
        let first = line.split(' ').next().unwrap_or_default();
        let is_import = matches!(first, "import" | "package" | "use" | "using" | "from" | "require" | "require_once");
        let mut rest = line;
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c| !is_part(c)).unwrap_or(from.len());
            let (word, behind) = from.split_at(end);
            rest = behind;
            let is_member = if is_php { before.ends_with("->") } else { before.trim_end().ends_with('.') }
                || before.ends_with("::");
            if is_member && !is_import {
                continue;
            }
            let behind = behind.trim_start().trim_start_matches(['?', '!']);
            let is_used =
                if is_php { behind.starts_with("->") } else { behind.starts_with('.') && !behind.starts_with("..") };
            if is_used && !is_import {
                used.insert(word);
            } else {
                known.insert(word);
            }
        }
    }
    let is_name = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase() || c == '$' || c == '_');
    used.into_iter()
        .any(|name| is_name(name) && !known.contains(name) && !bare.named.contains(name) && !has_word(GLOBALS, name))
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
