//! Searches the operations of all providers with an inverted index in memory. The index is rebuilt when a provider's
//! document changes.
//!
//! All distinct terms are concatenated into one text, so that one scan finds every term that equals, begins with or
//! contains a query word. If no term begins with a query word, or nothing matches the query, typing errors are
//! tolerated, in terms that are not compound.

mod typo;
mod words;

#[cfg(test)]
mod tests;

use crate::openapi::OperationSummary;
use memchr::memmem;
use std::{collections::HashMap, ops::Range};

/// Maximum number of words, and of characters, of a query.
const MAX_QUERY_TERMS: usize = 8;
const MAX_QUERY_CHARS: usize = 200;

/// Maximum number of postings. Beyond it, the fields of further operations are not indexed: many operations can refer
/// to one large schema, and the index would become far larger than the document.
const MAX_POSTINGS: usize = 10_000_000;

/// Kind of text that contains a term, from which its weight follows.
const PRIMARY_TEXT: u32 = 3; // title, name, path
const CONTEXT_TEXT: u32 = 2; // method, group, provider
const FIELD_NAME: u32 = 1;

/// Score of a match by its kind.
const EXACT_SCORE: u16 = 10;
const PREFIX_SCORE: u16 = 7;
const SUBSTRING_SCORE: u16 = 4;
const TYPO_SCORE: u16 = 2;
/// Bonus for an operation whose path equals the path in the query, or begins with it.
const EXACT_PATH_BONUS: u32 = 60;
const PATH_PREFIX_BONUS: u32 = 20;

/// The search index: all terms, and the operations that contain them.
#[derive(Debug, Default)]
pub(super) struct SearchIndex {
    /// All distinct terms, separated by line feeds. Terms that are not compound come first.
    terms: String,
    /// Offset of each term in `terms`.
    term_starts: Vec<u32>,
    /// Letter masks of the terms that are not compound.
    letter_masks: Vec<u64>,
    /// Index of each term's first posting in `postings`, followed by the total number of postings.
    posting_starts: Vec<u32>,
    /// Operation and kind of text of each occurrence: `operation << 2
    /// kind`.
    postings: Vec<u32>,
    /// Combined length of the title and path of each operation, in bytes. Of two equal matches, the shorter one ranks
    /// first.
    text_lengths: Vec<u16>,
    paths: Vec<Box<str>>,
}

/// Results of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SearchHits {
    /// Numbers of the operations, best first, up to the requested limit.
    pub(super) operations: Vec<usize>,
    /// Total number of matches.
    pub(super) total: usize,
}

impl SearchIndex {
    /// Builds the index of operations, which are numbered in the given order. Each comes with the search text of its
    /// provider and the names of its fields.
    pub(super) fn new<'a>(operations: impl Iterator<Item = (&'a str, &'a OperationSummary, Vec<&'a str>)>) -> Self {
        let mut index = Self::default();
        let mut term_ids: HashMap<String, (u32, bool)> = HashMap::new();
        // Pairs of term and posting. Sorted, they form the index.
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (operation, (provider_text, summary, fields)) in (0_u32..).zip(operations) {
            let fields = if pairs.len() < MAX_POSTINGS { fields } else { Vec::new() };
            let mut add_posting = |word: &str, is_compound: bool, text_kind: u32| {
                let term_id = if let Some((number, is_still_compound)) = term_ids.get_mut(word) {
                    *is_still_compound &= is_compound;
                    *number
                } else {
                    let next = saturating_u32(term_ids.len());
                    term_ids.insert(word.to_owned(), (next, is_compound));
                    next
                };
                pairs.push((term_id, operation << 2 | text_kind));
            };
            for text in [&summary.title, &summary.name, &summary.path] {
                words::for_each_word(text, |word, is_compound| add_posting(word, is_compound, PRIMARY_TEXT));
            }
            for text in [summary.method.as_str(), &summary.group, provider_text] {
                words::for_each_word(text, |word, is_compound| add_posting(word, is_compound, CONTEXT_TEXT));
            }
            for field in fields {
                words::for_each_word(field, |word, is_compound| add_posting(word, is_compound, FIELD_NAME));
                if field.contains('_') {
                    add_posting(&field.replace('_', "").to_lowercase(), true, FIELD_NAME);
                }
            }
            index.text_lengths.push(u16::try_from(summary.title.len() + summary.path.len()).unwrap_or(u16::MAX));
            index.paths.push(summary.path.to_lowercase().into());
        }
        let mut sorted_terms: Vec<(String, (u32, bool))> = term_ids.into_iter().collect();
        sorted_terms.sort_unstable_by_key(|(_, (number, is_compound))| (*is_compound, *number));
        let mut term_positions = vec![0; sorted_terms.len()];
        for (position, (term, (number, is_compound))) in sorted_terms.into_iter().enumerate() {
            term_positions[number as usize] = saturating_u32(position);
            index.terms.push('\n');
            index.term_starts.push(saturating_u32(index.terms.len()));
            index.terms.push_str(&term);
            if !is_compound {
                index.letter_masks.push(typo::letter_mask(&term));
            }
        }
        index.terms.push('\n');
        for (term, _) in &mut pairs {
            *term = term_positions[*term as usize];
        }
        pairs.sort_unstable();
        pairs.dedup();
        for (term, posting) in pairs {
            while index.posting_starts.len() <= term as usize {
                index.posting_starts.push(saturating_u32(index.postings.len()));
            }
            index.postings.push(posting);
        }
        index.posting_starts.push(saturating_u32(index.postings.len()));
        index
    }

    /// Returns the operations within a range of numbers that match every word of the query, best first.
    pub(super) fn search(&self, query: &str, range: Range<usize>, limit: usize) -> SearchHits {
        let end = query.char_indices().nth(MAX_QUERY_CHARS).map_or(query.len(), |(end, _)| end);
        let query = &query[..end];
        let within = range.start..range.end.min(self.text_lengths.len());
        let query_terms = self.query_terms(query);
        if query_terms.is_empty() || within.is_empty() {
            return SearchHits::default();
        }
        let exact_hits = self.rank_operations(query, &query_terms, &within, limit, false);
        if exact_hits.total > 0 { exact_hits } else { self.rank_operations(query, &query_terms, &within, limit, true) }
    }

    /// Splits a query into words. A word in camel case that is not a term itself is split further: `createUser` →
    /// `create`, `user`.
    fn query_terms(&self, query: &str) -> Vec<String> {
        let mut terms = Vec::new();
        for run in words::alphanumeric_runs(query) {
            let parts = words::split_camel_case(run);
            let whole = run.to_lowercase();
            if parts.len() > 1 && !self.terms.contains(&["\n", &whole, "\n"].concat()) {
                terms.extend(parts.iter().map(|part| part.to_lowercase()));
            } else {
                terms.push(whole);
            }
        }
        terms.truncate(MAX_QUERY_TERMS);
        // Long words are rare. If one does not match, the search ends early.
        terms.sort_by_key(|word| std::cmp::Reverse(word.len()));
        terms
    }

    fn rank_operations(
        &self,
        query: &str,
        words: &[String],
        range: &Range<usize>,
        limit: usize,
        allows_typos: bool,
    ) -> SearchHits {
        let mut scores = vec![0_u32; range.len()];
        let mut best_scores = vec![0_u16; range.len()];
        for (position, word) in words.iter().enumerate() {
            best_scores.fill(0);
            self.for_each_match(word, allows_typos, |term_index, match_score| {
                for posting in self.postings_of(term_index) {
                    let text_weight = u16::try_from(posting & 3).unwrap_or_default() + 1;
                    if let Some(best_score) =
                        (posting >> 2).checked_sub(range.start).and_then(|offset| best_scores.get_mut(offset))
                    {
                        *best_score = (*best_score).max(match_score * text_weight);
                    }
                }
            });
            let mut is_any_left = false;
            for (score, best_score) in scores.iter_mut().zip(&best_scores) {
                let was_hit = position == 0 || *score > 0;
                *score = if was_hit && *best_score > 0 { *score + u32::from(*best_score) } else { 0 };
                is_any_left |= *score > 0;
            }
            if !is_any_left {
                return SearchHits::default();
            }
        }
        let path = query.split_whitespace().find(|word| word.starts_with('/')).map(str::to_lowercase);
        let mut ranked: Vec<(u32, u16, usize)> = Vec::new();
        for (offset, score) in scores.into_iter().enumerate().filter(|(_, score)| *score > 0) {
            let number = range.start + offset;
            let bonus = path.as_deref().map_or(0, |path| match self.paths[number].strip_prefix(path) {
                Some("") => EXACT_PATH_BONUS,
                Some(_) => PATH_PREFIX_BONUS,
                None => 0,
            });
            ranked.push((u32::MAX - score - bonus, self.text_lengths[number], number));
        }
        let total = ranked.len();
        if total > limit {
            ranked.select_nth_unstable(limit);
            ranked.truncate(limit);
        }
        ranked.sort_unstable();
        SearchHits { operations: ranked.into_iter().map(|(_, _, number)| number).collect(), total }
    }

    /// Calls `visit` with the index of every term that matches a query word, and the score of the match.
    fn for_each_match(&self, word: &str, allows_typos: bool, mut visit: impl FnMut(usize, u16)) {
        // Words of one or two bytes only match the beginning of a term.
        let prefix_needle = ["\n", word].concat();
        let needle = if word.len() > 2 { word } else { &prefix_needle };
        let mut has_prefix_match = false;
        let mut next = 0;
        for needle_offset in memmem::find_iter(self.terms.as_bytes(), needle) {
            let word_offset = needle_offset + (needle.len() - word.len());
            // The next match is often in one of the next few terms, so a linear scan precedes the binary search.
            let ahead = self.term_starts.get(next..).unwrap_or_default();
            let passed = match ahead.iter().take(4).position(|start| *start as usize > word_offset) {
                Some(passed) => passed,
                None => ahead.partition_point(|start| *start as usize <= word_offset),
            };
            // `passed` is 0 if the same term matches again.
            let Some(term_index) = (next + passed).checked_sub(1).filter(|_| passed > 0) else { continue };
            next = term_index + 1;
            let is_term_start = self.term_starts.get(term_index).is_some_and(|start| *start as usize == word_offset);
            let is_term_end = self.terms.as_bytes().get(word_offset + word.len()) == Some(&b'\n');
            has_prefix_match |= is_term_start;
            visit(
                term_index,
                match (is_term_start, is_term_end) {
                    (true, true) => EXACT_SCORE,
                    (true, false) => PREFIX_SCORE,
                    (false, _) => SUBSTRING_SCORE,
                },
            );
        }
        let max_typos = typo::max_typos(word);
        if max_typos == 0 || (has_prefix_match && !allows_typos) {
            return;
        }
        let letter_mask = typo::letter_mask(word);
        for (term_index, term_mask) in self.letter_masks.iter().enumerate() {
            if (letter_mask & !term_mask).count_ones() as usize <= max_typos
                && let Some(typo_count) = typo::typo_distance(word.as_bytes(), self.term(term_index), max_typos)
            {
                visit(term_index, if typo_count < 2 { TYPO_SCORE } else { TYPO_SCORE - 1 });
            }
        }
    }

    fn term(&self, term_index: usize) -> &[u8] {
        let start = self.term_starts.get(term_index).map_or(0, |start| *start as usize);
        let end = self.term_starts.get(term_index + 1).map_or(self.terms.len(), |next| *next as usize) - 1;
        self.terms.as_bytes().get(start..end).unwrap_or_default()
    }

    /// Returns the postings of a term.
    fn postings_of(&self, term_index: usize) -> impl Iterator<Item = usize> {
        let range = self.posting_starts.get(term_index).zip(self.posting_starts.get(term_index + 1));
        let holders = range.and_then(|(first, end)| self.postings.get(*first as usize..*end as usize));
        holders.unwrap_or_default().iter().map(|holder| *holder as usize)
    }
}

/// Converts a number to `u32`. No catalog exceeds 2^32 bytes of terms, so saturation does not occur in practice.
fn saturating_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
