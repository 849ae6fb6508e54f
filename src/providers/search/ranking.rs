//! Ranks the operations that match a query.
//!
//! Each word of the query adds the score of its best match: that of the match's kind, times the weight of the text. A
//! title whose words the query names, and no others, adds a bonus: "delete repository" means *Delete a repository* more
//! than *Delete a repository ruleset*. The bonus compares the query with the title, with the summary that the title is
//! made from, and with title and group together, because many titles are short: *Authenticate* in the group *Session*.

use super::{
    SearchHits, SearchIndex, TextKind,
    matching::Tolerance,
    query::{QueryTerm, is_stop_word},
    words,
};
use crate::openapi::{OperationSummary, singular};
use std::{collections::HashSet, ops::Range};

/// Bonus for an operation whose path equals the path in the query, or begins with it.
const EXACT_PATH_BONUS: u32 = 60;
const PATH_PREFIX_BONUS: u32 = 20;
/// Bonus for an operation whose title consists of the words of the query.
const TITLE_BONUS: u32 = 30;

/// Numbers of the distinct words of an operation's title, of its summary if that is another, and of its title and group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LabelSizes {
    title: u8,
    summary: u8,
    title_and_group: u8,
}

/// Score of an operation.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// Sum over the words so far.
    total: u32,
    /// Number of words that matched.
    match_count: u8,
    /// Best score of the current word.
    best: u16,
    /// True if the current word is in the title, in the summary, and in the group.
    is_in_title: bool,
    is_in_summary: bool,
    is_in_group: bool,
    /// Number of words that are in the title, in the summary, and in the title or the group.
    in_title: u8,
    in_summary: u8,
    in_title_or_group: u8,
}

impl LabelSizes {
    /// Counts the words of the title and group of an operation.
    pub(super) fn new(operation: &OperationSummary) -> Self {
        let count_words = |texts: &[&str]| {
            let all_words = texts.iter().flat_map(|text| words::alphanumeric_runs(text)).map(str::to_lowercase);
            let distinct: HashSet<String> =
                all_words.filter(|word| !is_stop_word(word)).map(|word| singular(&word)).collect();
            u8::try_from(distinct.len()).unwrap_or(u8::MAX)
        };
        Self {
            title: count_words(&[&operation.title]),
            summary: count_words(&[operation.summary.as_deref().unwrap_or_default()]),
            title_and_group: count_words(&[&operation.title, &operation.group]),
        }
    }
}

impl Score {
    /// Adds the current word, and begins the next.
    fn add_word(&mut self) {
        self.total += u32::from(self.best);
        self.match_count += u8::from(self.best > 0);
        self.in_title += u8::from(self.is_in_title);
        self.in_summary += u8::from(self.is_in_summary);
        self.in_title_or_group += u8::from(self.is_in_title || self.is_in_group);
        (self.best, self.is_in_title, self.is_in_summary, self.is_in_group) = (0, false, false, false);
    }

    fn title_bonus(&self, sizes: LabelSizes, word_count: usize) -> u32 {
        let share = |named: u8, size: u8| {
            let size = u32::from(size).max(u32::try_from(word_count).unwrap_or(u32::MAX)).max(1);
            TITLE_BONUS * u32::from(named).min(size) / size
        };
        share(self.in_title, sizes.title)
            .max(share(self.in_summary, sizes.summary))
            .max(share(self.in_title_or_group, sizes.title_and_group))
    }
}

impl SearchIndex {
    /// Returns the operations within a range of numbers that match the terms of the query, best first: every term, or
    /// the most terms with [`Tolerance::Nearest`].
    pub(super) fn rank_operations(
        &self,
        query: &str,
        query_terms: &[QueryTerm],
        range: &Range<usize>,
        limit: usize,
        tolerance: Tolerance,
    ) -> SearchHits {
        let mut scores = vec![Score::default(); range.len()];
        let is_nearest = tolerance == Tolerance::Nearest;
        let mut min_matches = tolerance.min_matches(query_terms.len());
        for (position, query_term) in query_terms.iter().enumerate() {
            self.for_each_match(query_term, tolerance, |term_index, term_match| {
                for (operation, kind) in self.postings_of(term_index) {
                    if is_nearest && matches!(kind, TextKind::Field | TextKind::Context) {
                        continue;
                    }
                    let offset = operation.checked_sub(range.start);
                    let Some(score) = offset.and_then(|offset| scores.get_mut(offset)) else { continue };
                    score.best = score.best.max(term_match.score * kind.weight());
                    score.is_in_title |= term_match.is_whole && kind == TextKind::Title;
                    score.is_in_summary |= term_match.is_whole && kind == TextKind::Summary;
                    score.is_in_group |= term_match.is_whole && kind == TextKind::Group;
                }
            });
            let words_left = query_terms.len() - position - 1;
            let mut is_any_left = false;
            for score in &mut scores {
                score.add_word();
                is_any_left |= usize::from(score.match_count) + words_left >= min_matches;
            }
            if !is_any_left {
                return SearchHits::default();
            }
        }
        if is_nearest {
            let most_matches = scores.iter().map(|score| usize::from(score.match_count)).max();
            min_matches = min_matches.max(most_matches.unwrap_or_default());
        }
        let path = query.split_whitespace().find(|word| word.starts_with('/')).map(str::to_lowercase);
        let mut ranked: Vec<(u32, u16, usize)> = Vec::new();
        let is_match = |score: &Score| usize::from(score.match_count) >= min_matches;
        for (offset, score) in scores.into_iter().enumerate().filter(|(_, score)| is_match(score)) {
            let number = range.start + offset;
            let bonus = path.as_deref().map_or(0, |path| match self.paths[number].strip_prefix(path) {
                Some("") => EXACT_PATH_BONUS,
                Some(_) => PATH_PREFIX_BONUS,
                None => 0,
            });
            let bonus = bonus + score.title_bonus(self.label_sizes[number], query_terms.len());
            ranked.push((u32::MAX - score.total - bonus, self.text_lengths[number], number));
        }
        let total = ranked.len();
        if total > limit {
            ranked.select_nth_unstable(limit);
            ranked.truncate(limit);
        }
        ranked.sort_unstable();
        SearchHits {
            operations: ranked.into_iter().map(|(_, _, number)| number).collect(),
            total,
            are_nearest: is_nearest,
        }
    }
}
