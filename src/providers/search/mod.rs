//! Searches the operations of all providers with an inverted index in memory. The index is rebuilt when a provider's
//! document changes.
//!
//! All distinct terms are concatenated into one text, so that one scan finds every term that equals, begins with or
//! contains a query word. Typing errors are tolerated in terms that are not compound, if no term begins with a query
//! word, or little matches the query.

mod matching;
mod query;
mod ranking;
mod typo;
mod words;

#[cfg(test)]
mod tests;

use crate::openapi::OperationSummary;
use matching::Tolerance;
use memchr::memmem;
use ranking::LabelSizes;
use std::{collections::HashMap, ops::Range};

/// Maximum number of postings. Beyond it, the fields of further operations are not indexed: many operations can refer
/// to one large schema, and the index would become far larger than the document.
const MAX_POSTINGS: usize = 10_000_000;

/// Number of matches below which typing errors are tolerated in more words.
const FEW_MATCHES: usize = 5;

/// Number of bits of a posting that contain the kind of text.
const KIND_BITS: u32 = 3;

/// Kind of text that contains a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextKind {
    /// The title of an operation.
    Title,
    /// The summary of an operation in the document, if its title is another.
    Summary,
    /// The name of an operation, or its path.
    Name,
    /// The group of an operation.
    Group,
    /// The method of an operation, or its provider.
    Context,
    /// The name of a field.
    Field,
}

impl TextKind {
    const ALL: [Self; 6] = [Self::Title, Self::Summary, Self::Name, Self::Group, Self::Context, Self::Field];

    /// Returns the factor of a match in this kind of text.
    fn weight(self) -> u16 {
        match self {
            Self::Title | Self::Summary | Self::Name => 4,
            Self::Group | Self::Context => 3,
            Self::Field => 2,
        }
    }
}

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
    /// Operation and kind of text of each occurrence: the kind is in the lowest bits.
    postings: Vec<u32>,
    /// Combined length of the title and path of each operation, in bytes. Of two equal matches, the shorter one ranks
    /// first.
    text_lengths: Vec<u16>,
    label_sizes: Vec<LabelSizes>,
    paths: Vec<Box<str>>,
}

/// Results of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SearchHits {
    /// Numbers of the operations, best first, up to the requested limit.
    pub(super) operations: Vec<usize>,
    /// Total number of matches.
    pub(super) total: usize,
    /// True if no operation matches every word of the query, and these match the most words.
    pub(super) are_nearest: bool,
}

impl SearchIndex {
    /// Builds the index of operations, which are numbered in the given order. Each comes with the search text of its
    /// provider and the names of its fields.
    pub(super) fn new<'a>(operations: impl Iterator<Item = (&'a str, &'a OperationSummary, Vec<String>)>) -> Self {
        let mut index = Self::default();
        let mut term_ids: HashMap<String, (u32, bool)> = HashMap::new();
        // Pairs of term and posting. Sorted, they form the index.
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (operation, (provider_text, summary, fields)) in (0_u32..).zip(operations) {
            let fields = if pairs.len() < MAX_POSTINGS { fields } else { Vec::new() };
            let mut add_posting = |word: &str, is_compound: bool, text_kind: TextKind| {
                let term_id = if let Some((number, is_still_compound)) = term_ids.get_mut(word) {
                    *is_still_compound &= is_compound;
                    *number
                } else {
                    let next = saturating_u32(term_ids.len());
                    term_ids.insert(word.to_owned(), (next, is_compound));
                    next
                };
                pairs.push((term_id, operation << KIND_BITS | text_kind as u32));
            };
            for (text_kind, text) in [
                (TextKind::Title, summary.title.as_str()),
                (TextKind::Summary, summary.summary.as_deref().unwrap_or_default()),
                (TextKind::Name, &summary.name),
                (TextKind::Name, &summary.path),
                (TextKind::Group, &summary.group),
                (TextKind::Context, summary.method.as_str()),
                (TextKind::Context, provider_text),
            ] {
                words::for_each_word(text, |word, is_compound| add_posting(word, is_compound, text_kind));
            }
            for field in fields {
                words::for_each_word(&field, |word, is_compound| add_posting(word, is_compound, TextKind::Field));
                if field.contains('_') {
                    add_posting(&field.replace('_', "").to_lowercase(), true, TextKind::Field);
                }
            }
            index.label_sizes.push(LabelSizes::new(summary));
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

    /// Returns the operations within a range of numbers that match every word of the query, best first. If there are
    /// none, returns those that match at least half of the words.
    pub(super) fn search(&self, query: &str, range: Range<usize>, limit: usize) -> SearchHits {
        let within = range.start..range.end.min(self.text_lengths.len());
        let query_terms = query::parse_query(query, |word| self.has_term(word));
        if query_terms.is_empty() || within.is_empty() {
            return SearchHits::default();
        }
        let rank = |tolerance| self.rank_operations(query, &query_terms, &within, limit, tolerance);
        let hits = rank(Tolerance::UnknownPrefixes);
        if hits.total >= FEW_MATCHES {
            return hits;
        }
        [Tolerance::UnknownWords, Tolerance::AllWords, Tolerance::Nearest]
            .into_iter()
            .map(rank)
            .find(|hits| hits.total > 0)
            .unwrap_or_default()
    }

    fn has_term(&self, word: &str) -> bool {
        memmem::find(self.terms.as_bytes(), format!("\n{word}\n").as_bytes()).is_some()
    }

    fn term(&self, term_index: usize) -> &[u8] {
        let start = self.term_starts.get(term_index).map_or(0, |start| *start as usize);
        let end = self.term_starts.get(term_index + 1).map_or(self.terms.len(), |next| *next as usize) - 1;
        self.terms.as_bytes().get(start..end).unwrap_or_default()
    }

    /// Returns the postings of a term: operations, and the kinds of text that contain it.
    fn postings_of(&self, term_index: usize) -> impl Iterator<Item = (usize, TextKind)> {
        let range = self.posting_starts.get(term_index).zip(self.posting_starts.get(term_index + 1));
        let postings = range.and_then(|(first, end)| self.postings.get(*first as usize..*end as usize));
        postings.unwrap_or_default().iter().filter_map(|posting| {
            let kind = TextKind::ALL.get((posting & ((1 << KIND_BITS) - 1)) as usize)?;
            Some(((posting >> KIND_BITS) as usize, *kind))
        })
    }
}

/// Converts a number to `u32`. No catalog exceeds 2^32 bytes of terms, so saturation does not occur in practice.
fn saturating_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
