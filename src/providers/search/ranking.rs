//! Ranks the operations that match a query.
//!
//! Each word of the query adds the score of its best match: that of the match's kind, times the weight of the text. A
//! title whose words the query names, and no others, adds a bonus: "delete repository" means *Delete a repository* more
//! than *Delete a repository ruleset*. The bonus compares the query with the title, and with title and group together,
//! because many titles are short: *Create* in the group *User*.

use super::{
    SearchHits, SearchIndex, TextKind,
    matching::Tolerance,
    query::{QueryTerm, is_stop_word, singular},
    words,
};
use crate::openapi::OperationSummary;
use std::{collections::HashSet, ops::Range};

/// Bonus for an operation whose path equals the path in the query, or begins with it.
const EXACT_PATH_BONUS: u32 = 60;
const PATH_PREFIX_BONUS: u32 = 20;
/// Bonus for an operation whose title consists of the words of the query.
const TITLE_BONUS: u32 = 30;

/// Numbers of the distinct words of an operation's title, and of its title and group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LabelSizes {
    title: u8,
    title_and_group: u8,
}

/// Score of an operation.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// Sum over the words so far; 0 if one of them did not match.
    total: u32,
    /// Best score of the current word.
    best: u16,
    /// True if the current word is in the title, and in the group.
    is_in_title: bool,
    is_in_group: bool,
    /// Number of words that are in the title, and in the title or the group.
    in_title: u8,
    in_title_or_group: u8,
}

impl LabelSizes {
    /// Counts the words of the title and group of an operation.
    pub(super) fn new(operation: &OperationSummary) -> Self {
        let mut distinct: HashSet<String> = HashSet::new();
        let mut count_with = |text: &str| {
            let all_words = words::alphanumeric_runs(text).map(str::to_lowercase);
            distinct.extend(all_words.filter(|word| !is_stop_word(word)).map(|word| singular(&word)));
            u8::try_from(distinct.len()).unwrap_or(u8::MAX)
        };
        Self { title: count_with(&operation.title), title_and_group: count_with(&operation.group) }
    }
}

impl Score {
    /// Adds the current word, and begins the next. Returns false if the operation does not match.
    fn add_word(&mut self, is_first: bool) -> bool {
        let is_match = self.best > 0 && (is_first || self.total > 0);
        self.total = if is_match { self.total + u32::from(self.best) } else { 0 };
        self.in_title += u8::from(self.is_in_title);
        self.in_title_or_group += u8::from(self.is_in_title || self.is_in_group);
        (self.best, self.is_in_title, self.is_in_group) = (0, false, false);
        is_match
    }

    fn title_bonus(&self, sizes: LabelSizes, word_count: usize) -> u32 {
        let share = |named: u8, size: u8| {
            let size = u32::from(size).max(u32::try_from(word_count).unwrap_or(u32::MAX)).max(1);
            TITLE_BONUS * u32::from(named).min(size) / size
        };
        share(self.in_title, sizes.title).max(share(self.in_title_or_group, sizes.title_and_group))
    }
}

impl SearchIndex {
    /// Returns the operations within a range of numbers that match every term of the query, best first.
    pub(super) fn rank_operations(
        &self,
        query: &str,
        query_terms: &[QueryTerm],
        range: &Range<usize>,
        limit: usize,
        tolerance: Tolerance,
    ) -> SearchHits {
        let mut scores = vec![Score::default(); range.len()];
        for (position, query_term) in query_terms.iter().enumerate() {
            self.for_each_match(query_term, tolerance, |term_index, term_match| {
                for (operation, kind) in self.postings_of(term_index) {
                    let offset = operation.checked_sub(range.start);
                    let Some(score) = offset.and_then(|offset| scores.get_mut(offset)) else { continue };
                    score.best = score.best.max(term_match.score * kind.weight());
                    score.is_in_title |= term_match.is_whole && kind == TextKind::Title;
                    score.is_in_group |= term_match.is_whole && kind == TextKind::Group;
                }
            });
            let mut is_any_left = false;
            for score in &mut scores {
                is_any_left |= score.add_word(position == 0);
            }
            if !is_any_left {
                return SearchHits::default();
            }
        }
        let path = query.split_whitespace().find(|word| word.starts_with('/')).map(str::to_lowercase);
        let mut ranked: Vec<(u32, u16, usize)> = Vec::new();
        for (offset, score) in scores.into_iter().enumerate().filter(|(_, score)| score.total > 0) {
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
        SearchHits { operations: ranked.into_iter().map(|(_, _, number)| number).collect(), total }
    }
}
