//! Splits a query into terms, and adds the words that mean the same.

use super::words;
use std::cmp::Reverse;

/// Maximum number of words, and of characters, of a query.
const MAX_QUERY_TERMS: usize = 8;
const MAX_QUERY_CHARS: usize = 200;
/// Minimum length of the stem of a word, in bytes.
const MIN_STEM_BYTES: usize = 3;

/// Words that do not distinguish operations. They are ignored beside other words. The "s" is that of "user's".
const STOP_WORDS: [&str; 31] = [
    "a", "an", "and", "are", "as", "at", "by", "can", "do", "for", "from", "how", "i", "in", "into", "is", "it", "me",
    "my", "of", "on", "or", "our", "s", "that", "the", "this", "to", "want", "which", "with",
];

/// Words that stand for each other in the titles of operations.
const SYNONYMS: [&[&str]; 11] = [
    &["create", "add", "new", "make"],
    &["delete", "remove", "destroy", "erase"],
    &["get", "fetch", "read", "retrieve", "show", "view"],
    &["list", "show", "all"],
    &["update", "edit", "change", "modify", "rename"],
    &["search", "find", "query"],
    &["authenticate", "verify", "validate"],
    &["revoke", "cancel", "withdraw"],
    &["start", "begin", "initiate"],
    &["organization", "organisation"],
    &["authorize", "authorise"],
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
    if terms.iter().any(|word| !is_stop_word(word)) {
        terms.retain(|word| !is_stop_word(word));
    }
    terms.truncate(MAX_QUERY_TERMS);
    // Long words are rare. If one does not match, the search ends early.
    terms.sort_by_key(|word| Reverse(word.len()));
    terms.into_iter().map(query_term).collect()
}

/// Returns true if a word does not distinguish operations.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

/// Returns a word without the ending of an English plural: `users` → `user`.
pub(super) fn singular(word: &str) -> String {
    let stem = if let Some(stem) = word.strip_suffix("ies") {
        return if stem.len() < MIN_STEM_BYTES { word.to_owned() } else { format!("{stem}y") };
    } else if ["sses", "xes", "ches", "shes"].iter().any(|ending| word.ends_with(ending)) {
        word.strip_suffix("es")
    } else if ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        None
    } else {
        word.strip_suffix('s')
    };
    stem.filter(|stem| stem.len() >= MIN_STEM_BYTES).unwrap_or(word).to_owned()
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
