//! Finds the terms of the index that match a word of a query.

use super::{SearchIndex, query::QueryTerm, typo};
use memchr::memmem;

/// Score of a match by its kind.
const EXACT_SCORE: u16 = 10;
const STEM_SCORE: u16 = 9;
const SYNONYM_SCORE: u16 = 8;
const PREFIX_SCORE: u16 = 7;
const STEM_PREFIX_SCORE: u16 = 6;
const WHOLE_TYPO_SCORE: u16 = 5;
const SUBSTRING_SCORE: u16 = 4;
const TYPO_SCORE: u16 = 2;

/// Minimum length of a word that may have a further typing error if nothing else is found, in bytes.
const MIN_FURTHER_TYPO_BYTES: usize = 5;

/// Words of a query in which typing errors are tolerated, from few to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// Words that no term begins with.
    UnknownPrefixes,
    /// Words that are no term.
    UnknownWords,
    /// All words.
    AllWords,
    /// All words, with more errors in long ones. Some words need no match.
    Nearest,
}

impl Tolerance {
    /// Returns the number of words of a query that an operation must match.
    pub(super) fn min_matches(self, word_count: usize) -> usize {
        if self == Self::Nearest { word_count.div_ceil(2) } else { word_count }
    }
}

/// A match of a term of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct TermMatch {
    /// Score of the match by its kind.
    pub(super) score: u16,
    /// True if the word of the query stands for the whole term, not for its beginning or a part.
    pub(super) is_whole: bool,
}

impl TermMatch {
    const fn whole(score: u16) -> Self {
        Self { score, is_whole: true }
    }

    const fn partial(score: u16) -> Self {
        Self { score, is_whole: false }
    }
}

impl SearchIndex {
    /// Calls `visit` with the index of every term that matches a word of a query, and the match.
    pub(super) fn for_each_match(
        &self,
        query_term: &QueryTerm,
        tolerance: Tolerance,
        mut visit: impl FnMut(usize, TermMatch),
    ) {
        let word = query_term.word.as_str();
        let (mut has_whole_match, mut has_prefix_match) = (false, false);
        self.for_each_occurrence(word, word.len() <= 2, |term_index, is_start, is_end| {
            has_whole_match |= is_start && is_end;
            has_prefix_match |= is_start;
            visit(
                term_index,
                match (is_start, is_end) {
                    (true, true) => TermMatch::whole(EXACT_SCORE),
                    (true, false) => TermMatch::partial(PREFIX_SCORE),
                    (false, _) => TermMatch::partial(SUBSTRING_SCORE),
                },
            );
        });
        for stem in &query_term.stems {
            self.for_each_occurrence(stem, true, |term_index, _, is_end| {
                has_whole_match |= is_end;
                has_prefix_match |= is_end;
                let whole = TermMatch::whole(STEM_SCORE);
                visit(term_index, if is_end { whole } else { TermMatch::partial(STEM_PREFIX_SCORE) });
            });
        }
        for synonym in &query_term.synonyms {
            self.for_each_occurrence(synonym, true, |term_index, _, is_end| {
                if is_end {
                    has_whole_match = true;
                    has_prefix_match = true;
                    visit(term_index, TermMatch::whole(SYNONYM_SCORE));
                }
            });
        }
        let tolerates_typos = match tolerance {
            Tolerance::UnknownPrefixes => !has_prefix_match,
            Tolerance::UnknownWords => !has_whole_match,
            Tolerance::AllWords | Tolerance::Nearest => true,
        };
        if tolerates_typos {
            let further_typos = usize::from(tolerance == Tolerance::Nearest && word.len() >= MIN_FURTHER_TYPO_BYTES);
            self.for_each_typo(word, further_typos, visit);
        }
    }

    /// Calls `visit` for the terms that contain a word, or begin with it: with the index of the term, and with true if
    /// the word is at its beginning, and at its end.
    fn for_each_occurrence(&self, word: &str, at_start: bool, mut visit: impl FnMut(usize, bool, bool)) {
        let prefix_needle = format!("\n{word}");
        let needle = if at_start { &prefix_needle } else { word };
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
            let is_start = self.term_starts.get(term_index).is_some_and(|start| *start as usize == word_offset);
            let is_end = self.terms.as_bytes().get(word_offset + word.len()) == Some(&b'\n');
            visit(term_index, is_start, is_end);
        }
    }

    /// Calls `visit` for the terms that equal a word, or begin with it, except for typing errors. With further typing
    /// errors, only terms that equal the word are visited.
    fn for_each_typo(&self, word: &str, further_typos: usize, mut visit: impl FnMut(usize, TermMatch)) {
        let max_typos = typo::max_typos(word);
        if max_typos == 0 {
            return;
        }
        let max_typos = max_typos + further_typos;
        let must_be_whole = word.len() <= typo::SHORTEST_WORD_BYTES || further_typos > 0;
        let letter_mask = typo::letter_mask(word);
        for (term_index, term_mask) in self.letter_masks.iter().enumerate() {
            if (letter_mask & !term_mask).count_ones() as usize > max_typos {
                continue;
            }
            let term = self.term(term_index);
            let typo_count = if must_be_whole {
                let distance = |term: &[u8]| typo::whole_typo_distance(word.as_bytes(), term, max_typos);
                distance(term).or_else(|| distance(term.strip_suffix(b"s")?))
            } else {
                typo::typo_distance(word.as_bytes(), term, max_typos)
            };
            let Some(typo_count) = typo_count else { continue };
            let penalty = u16::from(typo_count > 1);
            let is_whole = must_be_whole || term.len().abs_diff(word.len()) <= typo_count;
            let whole = TermMatch::whole(WHOLE_TYPO_SCORE - penalty);
            visit(term_index, if is_whole { whole } else { TermMatch::partial(TYPO_SCORE - penalty) });
        }
    }
}
