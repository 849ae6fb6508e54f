//! Splits a query into terms, and adds the words that mean the same.

use super::words;
use crate::openapi::singular;
use std::cmp::Reverse;

/// Maximum number of words, and of characters, of a query.
const MAX_QUERY_TERMS: usize = 8;
const MAX_QUERY_CHARS: usize = 200;
/// Minimum length of the stem of a word, in bytes.
const MIN_STEM_BYTES: usize = 3;

/// Words that do not distinguish operations. They are ignored beside other words. The "s" is that of "user's".
const STOP_WORDS: [&str; 44] = [
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "have", "how",
    "i", "in", "into", "is", "it", "me", "my", "need", "of", "on", "or", "our", "please", "s", "some", "that", "the",
    "this", "to", "using", "via", "want", "what", "which", "with", "you", "your",
];

/// Words that stand for each other in the titles of operations.
const SYNONYMS: [&[&str]; 14] = [
    &["create", "add", "new", "make", "insert", "signup"],
    &["delete", "remove", "destroy", "erase", "drop"],
    &["get", "fetch", "read", "retrieve", "show", "view", "display", "load", "lookup"],
    &["list", "show", "all", "fetch", "browse"],
    &["update", "edit", "change", "modify", "rename", "patch", "set"],
    &["search", "find", "query"],
    &["authenticate", "verify", "validate", "login", "signin"],
    &["login", "signin", "log", "sign"],
    &["revoke", "cancel", "withdraw", "invalidate", "logout"],
    &["register", "signup"],
    &["start", "begin", "initiate"],
    &["organization", "organisation"],
    &["authorize", "authorise"],
    &["email", "mail"],
];

/// Verbs of two words, and the word that they are written as.
const TWO_WORD_VERBS: [(&str, &str, &str); 8] = [
    ("log", "in", "login"),
    ("log", "on", "login"),
    ("sign", "in", "login"),
    ("sign", "on", "login"),
    ("log", "out", "logout"),
    ("sign", "out", "logout"),
    ("sign", "up", "signup"),
    ("look", "up", "lookup"),
];

/// A word of a query.
#[derive(Debug)]
pub(super) struct QueryTerm {
    /// The word in lowercase.
    pub(super) word: String,
    /// The word without an ending of its plural or of a verb: `repositories` → `repository`.
    pub(super) stems: Vec<String>,
    /// Other words with the same meaning.
    pub(super) synonyms: Vec<&'static str>,
}

/// Splits a query into at most eight terms, the longest first. A word in camel case that is not known is split further:
/// `createUser` → `create`, `user`.
pub(super) fn parse_query(query: &str, is_known: impl Fn(&str) -> bool) -> Vec<QueryTerm> {
    let mut terms = Vec::new();
    for run in words::alphanumeric_runs(truncate(query)) {
        let parts = words::split_camel_case(run);
        let whole = run.to_lowercase();
        if parts.len() > 1 && !is_known(&whole) {
            terms.extend(parts.iter().map(|part| part.to_lowercase()));
        } else {
            terms.push(whole);
        }
    }
    join_two_word_verbs(&mut terms);
    if terms.iter().any(|word| !is_stop_word(word)) {
        terms.retain(|word| !is_stop_word(word));
    }
    terms.truncate(MAX_QUERY_TERMS);
    // Long words are rare. If one does not match, the search ends early.
    terms.sort_by_key(|word| Reverse(word.len()));
    terms.into_iter().map(query_term).collect()
}

/// Joins the two words of verbs like "sign in".
fn join_two_word_verbs(terms: &mut Vec<String>) {
    for position in (1..terms.len()).rev() {
        let is_at =
            |(first, second, _): &&(&str, &str, &str)| *first == terms[position - 1] && *second == terms[position];
        if let Some((_, _, joined)) = TWO_WORD_VERBS.iter().find(is_at) {
            terms.splice(position - 1..=position, [(*joined).to_owned()]);
        }
    }
}

/// Returns true if a word does not distinguish operations.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

fn truncate(query: &str) -> &str {
    query.char_indices().nth(MAX_QUERY_CHARS).map_or(query, |(end, _)| &query[..end])
}

fn query_term(word: String) -> QueryTerm {
    let verb_stem = ["ing", "ed"].into_iter().find_map(|ending| word.strip_suffix(ending));
    // "creating" without its ending is the beginning of "create".
    let verb_stem = verb_stem.filter(|stem| stem.len() > MIN_STEM_BYTES).map(str::to_owned);
    let mut stems: Vec<String> = [singular(&word)].into_iter().chain(verb_stem).collect();
    stems.retain(|stem| *stem != word);
    let mut synonyms: Vec<&'static str> = Vec::new();
    for group in SYNONYMS.into_iter().filter(|group| group.iter().any(|other| is_form_of(&word, &stems, other))) {
        let others = group.iter().copied().filter(|other| *other != word && !synonyms.contains(other));
        let others: Vec<&'static str> = others.collect();
        synonyms.extend(others);
    }
    QueryTerm { word, stems, synonyms }
}

/// Returns true if a word of a query is a form of a verb: `removing`, `removes` and `removed` of `remove`.
fn is_form_of(word: &str, stems: &[String], verb: &str) -> bool {
    word == verb || stems.iter().any(|stem| stem == verb || verb.strip_suffix('e') == Some(stem.as_str()))
}
