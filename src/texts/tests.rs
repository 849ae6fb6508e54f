//! Tests that the texts of all languages and the code agree.

use super::{
    Language,
    catalog::{LanguageTexts, english, languages},
    fluent::parse_texts,
};
use anyhow::Result;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

type Arguments = BTreeSet<String>;

/// Returns the arguments of a pattern.
fn arguments(pattern: &Value) -> Arguments {
    let Value::Array(parts) = pattern else { return Arguments::new() };
    let of_part = |part: &Value| {
        let name = part.get(0).and_then(Value::as_str).map(str::to_owned);
        let variants = part.get(1).and_then(Value::as_object).into_iter().flat_map(|variants| variants.values());
        name.into_iter().chain(variants.flat_map(arguments)).collect::<Vec<_>>()
    };
    parts.iter().filter(|part| part.is_array()).flat_map(of_part).collect()
}

fn arguments_by_id(language: &LanguageTexts) -> BTreeMap<String, Arguments> {
    language.texts.iter().map(|(id, pattern)| (id.clone(), arguments(pattern))).collect()
}

/// Returns the texts that the code uses, with the names of the arguments it gives.
fn used_texts(folder: &Path, found: &mut BTreeMap<String, BTreeSet<Arguments>>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // This module contains examples.
        if path.ends_with("src/texts") {
            continue;
        }
        if path.is_dir() {
            used_texts(&path, found)?;
            continue;
        }
        let source = fs::read_to_string(&path)?;
        let calls = ["text!(", "text_html!("].into_iter().flat_map(|call| source.match_indices(call));
        for (position, call) in calls {
            let rest = source.get(position + call.len()..).unwrap_or_default();
            let Some((id, rest)) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
                continue;
            };
            found.entry(id.to_owned()).or_default().insert(argument_names(rest));
        }
    }
    Ok(())
}

/// Returns the names of the arguments in the rest of a call of a macro: `, name = value, …)…`.
fn argument_names(rest: &str) -> Arguments {
    let (mut names, mut depth, mut start) = (Arguments::new(), 0, None);
    let mut in_string = false;
    let mut previous = ' ';
    for (position, character) in rest.char_indices() {
        match character {
            '"' if previous != '\\' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => start = Some(position + 1),
            '=' if depth == 0 => {
                names.extend(
                    start.take().and_then(|start| rest.get(start..position)).map(|name| name.trim().to_owned()),
                );
            }
            _ => {}
        }
        previous = character;
    }
    names
}

#[test]
fn all_languages_have_the_same_texts_with_the_same_arguments() {
    let expected = arguments_by_id(english());
    for language in languages() {
        let found = arguments_by_id(language);
        let differing = |(id, arguments): &(&String, &Arguments)| found.get(*id) != Some(*arguments);
        let differing: Vec<_> = expected.iter().filter(differing).map(|(id, _)| id).collect();
        let unknown: Vec<_> = found.keys().filter(|id| !expected.contains_key(*id)).collect();
        assert!(differing.is_empty() && unknown.is_empty(), "{}: {differing:?} {unknown:?}", language.code);
    }
}

#[test]
fn the_code_uses_every_text_with_its_arguments() -> Result<()> {
    let mut used = BTreeMap::new();
    used_texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used)?;
    let mut expected = arguments_by_id(english());
    // The name of each language is read by that ID.
    expected.remove("language-name");
    for (id, arguments) in &expected {
        let found = used.get(id);
        assert!(found.is_some_and(|found| found.iter().all(|names| names == arguments)), "{id}: {found:?}");
    }
    let unknown: Vec<_> = used.keys().filter(|id| !expected.contains_key(*id)).collect();
    assert_eq!(unknown, Vec::<&String>::new());
    Ok(())
}

#[test]
fn the_syntax_is_read_and_what_no_text_needs_is_refused() -> Result<()> {
    let source = "# Comment\nplain = Send\nbraces = { \"{\" }x{ \"}\" }\nnamed = Hello { $name }!\ncount = { $count ->\n    [one] one item\n   *[other] { $count } items\n}\n";
    let expected = json!({
        "plain": "Send",
        "braces": "{x}",
        "named": ["Hello ", ["name"], "!"],
        "count": [["count", {"one": "one item", "other": [["count"], " items"]}, "other"]],
    });
    assert_eq!(Value::Object(parse_texts(source)?), expected);
    for source in [
        "a = 1\na = 2\n",
        "a =\n    .title = x\n",
        "-brand = x\n",
        "a = { b }\n",
        "a = { NUMBER($n) }\n",
        "a = { $n\n",
        "no message\n",
    ] {
        assert!(parse_texts(source).is_err(), "{source}");
    }
    Ok(())
}

#[test]
fn languages_are_negotiated() {
    for (accept_language, expected) in [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.5", "de"),
        ("en;q=0.9, de;q=0.1", "en"),
        ("de;q=0.1, en", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("\u{0}garbage;;q=x", "en"),
    ] {
        assert_eq!(Language::negotiate(accept_language).code(), expected, "{accept_language}");
    }
}
