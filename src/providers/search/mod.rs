//! Search over the operations of all providers: an inverted index in memory, built once at start.
//!
//! Every distinct word stands once in one long text, so one scan finds where a searched word is a whole word, how a word
//! begins, and what is inside of one. Where no word begins so, typing errors are forgiven, in words that are not made of
//! others.

mod typo;
mod words;

#[cfg(test)]
mod tests;

use crate::openapi::Listing;
use memchr::memmem;
use std::{collections::HashMap, ops::Range};

/// Words of a query that count; and letters of the query.
const MOST_WORDS: usize = 8;
const MOST_LETTERS: usize = 200;

/// Places of words in operations. Once there are as many, the fields of further operations are not searched: many
/// operations may refer to one large schema, and the index would be far larger than the document.
const MOST_PLACES: usize = 10_000_000;

/// Where a word stands in an operation, and what a hit there is worth.
const HEAD: u32 = 3; // title, name, path
const AROUND: u32 = 2; // method, group, provider
const FIELD: u32 = 1;

/// What a word is worth by how it is hit.
const EXACT: u16 = 10;
const BEGINS: u16 = 7;
const INSIDE: u16 = 4;
const TYPO: u16 = 2;
/// A path that is the one typed, and one that begins so.
const WHOLE_PATH: u32 = 60;
const BEGINS_PATH: u32 = 20;

/// All words of all operations, and who has them.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The distinct words, each between line ends; first those that are not made of others.
    text: String,
    /// Where each word begins in the text.
    starts: Vec<u32>,
    /// The letters of the words that are not made of others.
    letters: Vec<u64>,
    /// Where each word's operations begin among all; one more at the end.
    firsts: Vec<u32>,
    /// Operation and place of the word in it, as one number: `operation << 2 | place`.
    holders: Vec<u32>,
    /// How long title and path of each operation are: of equal hits the shorter is meant.
    lengths: Vec<u16>,
    paths: Vec<Box<str>>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Numbers of operations, the best first, at most as many as asked for.
    pub(super) operations: Vec<usize>,
    /// How many there are.
    pub(super) total: usize,
}

impl Index {
    /// The index of operations, numbered as they come, each with the words that are known of its provider, and with the names
    /// of its fields.
    pub(super) fn new<'a>(operations: impl Iterator<Item = (&'a str, &'a Listing, Vec<&'a str>)>) -> Self {
        let mut index = Self::default();
        let mut numbers: HashMap<String, (u32, bool)> = HashMap::new();
        // Pairs of word and holder; sorted, they are the index.
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (operation, (provider, listing, fields)) in (0_u32..).zip(operations) {
            let fields = if pairs.len() < MOST_PLACES { fields } else { Vec::new() };
            let mut add = |word: &str, is_made_of_others: bool, place: u32| {
                let number = if let Some((number, is_made)) = numbers.get_mut(word) {
                    *is_made &= is_made_of_others;
                    *number
                } else {
                    let next = u32_of(numbers.len());
                    numbers.insert(word.to_owned(), (next, is_made_of_others));
                    next
                };
                pairs.push((number, operation << 2 | place));
            };
            for text in [&listing.title, &listing.name, &listing.path] {
                words::words(text, |word, is_made| add(word, is_made, HEAD));
            }
            for text in [listing.method.as_str(), &listing.group, provider] {
                words::words(text, |word, is_made| add(word, is_made, AROUND));
            }
            for field in fields {
                words::words(field, |word, is_made| add(word, is_made, FIELD));
                if field.contains('_') {
                    add(&field.replace('_', "").to_lowercase(), true, FIELD);
                }
            }
            index.lengths.push(u16::try_from(listing.title.len() + listing.path.len()).unwrap_or(u16::MAX));
            index.paths.push(listing.path.to_lowercase().into());
        }
        let mut words: Vec<(String, (u32, bool))> = numbers.into_iter().collect();
        words.sort_unstable_by_key(|(_, (number, is_made_of_others))| (*is_made_of_others, *number));
        let mut places = vec![0; words.len()];
        for (place, (word, (number, is_made_of_others))) in words.into_iter().enumerate() {
            places[number as usize] = u32_of(place);
            index.text.push('\n');
            index.starts.push(u32_of(index.text.len()));
            index.text.push_str(&word);
            if !is_made_of_others {
                index.letters.push(typo::letters(&word));
            }
        }
        index.text.push('\n');
        for (word, _) in &mut pairs {
            *word = places[*word as usize];
        }
        pairs.sort_unstable();
        pairs.dedup();
        for (word, holder) in pairs {
            while index.firsts.len() <= word as usize {
                index.firsts.push(u32_of(index.holders.len()));
            }
            index.holders.push(holder);
        }
        index.firsts.push(u32_of(index.holders.len()));
        index
    }

    /// The operations within a range of numbers that have every word of the query, the best first.
    pub(super) fn search(&self, query: &str, within: Range<usize>, most: usize) -> Found {
        let end = query.char_indices().nth(MOST_LETTERS).map_or(query.len(), |(end, _)| end);
        let query = &query[..end];
        let within = within.start..within.end.min(self.lengths.len());
        let words = self.words_of(query);
        if words.is_empty() || within.is_empty() {
            return Found::default();
        }
        let found = self.rank(query, &words, &within, most, false);
        if found.total > 0 { found } else { self.rank(query, &words, &within, most, true) }
    }

    /// The words of a query. One in camel case that no operation has whole is taken apart: `createUser` → `create`, `user`.
    fn words_of(&self, query: &str) -> Vec<String> {
        let mut all = Vec::new();
        for run in words::runs(query) {
            let parts = words::parts(run);
            let whole = run.to_lowercase();
            if parts.len() > 1 && !self.text.contains(&["\n", &whole, "\n"].concat()) {
                all.extend(parts.iter().map(|part| part.to_lowercase()));
            } else {
                all.push(whole);
            }
        }
        all.truncate(MOST_WORDS);
        // Long words are rare: where one is missing, the others need not be looked for.
        all.sort_by_key(|word| std::cmp::Reverse(word.len()));
        all
    }

    fn rank(&self, query: &str, words: &[String], within: &Range<usize>, most: usize, forgive: bool) -> Found {
        let mut scores = vec![0_u32; within.len()];
        let mut best = vec![0_u16; within.len()];
        for (position, word) in words.iter().enumerate() {
            best.fill(0);
            self.hits(word, forgive, |hit, worth| {
                for holder in self.holders_of(hit) {
                    let place = u16::try_from(holder & 3).unwrap_or_default() + 1;
                    if let Some(best) = (holder >> 2).checked_sub(within.start).and_then(|at| best.get_mut(at)) {
                        *best = (*best).max(worth * place);
                    }
                }
            });
            let mut is_any_left = false;
            for (score, best) in scores.iter_mut().zip(&best) {
                let was_hit = position == 0 || *score > 0;
                *score = if was_hit && *best > 0 { *score + u32::from(*best) } else { 0 };
                is_any_left |= *score > 0;
            }
            if !is_any_left {
                return Found::default();
            }
        }
        let path = query.split_whitespace().find(|word| word.starts_with('/')).map(str::to_lowercase);
        let mut ranked: Vec<(u32, u16, usize)> = Vec::new();
        for (at, score) in scores.into_iter().enumerate().filter(|(_, score)| *score > 0) {
            let number = within.start + at;
            let bonus = path.as_deref().map_or(0, |path| match self.paths[number].strip_prefix(path) {
                Some("") => WHOLE_PATH,
                Some(_) => BEGINS_PATH,
                None => 0,
            });
            ranked.push((u32::MAX - score - bonus, self.lengths[number], number));
        }
        let total = ranked.len();
        if total > most {
            ranked.select_nth_unstable(most);
            ranked.truncate(most);
        }
        ranked.sort_unstable();
        Found { operations: ranked.into_iter().map(|(_, _, number)| number).collect(), total }
    }

    /// Calls `take` with every word that one of the query hits, and with what the hit is worth.
    fn hits(&self, word: &str, forgive: bool, mut take: impl FnMut(usize, u16)) {
        // Of one letter or two, only how words begin tells anything.
        let begin = ["\n", word].concat();
        let needle = if word.len() > 2 { word } else { &begin };
        let mut begins = false;
        let mut next = 0;
        for at in memmem::find_iter(self.text.as_bytes(), needle) {
            let at = at + (needle.len() - word.len());
            // The next word is often the one.
            let ahead = self.starts.get(next..).unwrap_or_default();
            let passed = match ahead.iter().take(4).position(|start| *start as usize > at) {
                Some(passed) => passed,
                None => ahead.partition_point(|start| *start as usize <= at),
            };
            // None is passed where a word is hit once more.
            let Some(number) = (next + passed).checked_sub(1).filter(|_| passed > 0) else { continue };
            next = number + 1;
            let is_begin = self.starts.get(number).is_some_and(|start| *start as usize == at);
            let is_end = self.text.as_bytes().get(at + word.len()) == Some(&b'\n');
            begins |= is_begin;
            take(
                number,
                match (is_begin, is_end) {
                    (true, true) => EXACT,
                    (true, false) => BEGINS,
                    (false, _) => INSIDE,
                },
            );
        }
        let most = typo::forgiven(word);
        if most == 0 || (begins && !forgive) {
            return;
        }
        let letters = typo::letters(word);
        for (number, known) in self.letters.iter().enumerate() {
            if (letters & !known).count_ones() as usize <= most
                && let Some(errors) = typo::errors(word.as_bytes(), self.word(number), most)
            {
                take(number, if errors < 2 { TYPO } else { TYPO - 1 });
            }
        }
    }

    fn word(&self, number: usize) -> &[u8] {
        let start = self.starts.get(number).map_or(0, |start| *start as usize);
        let end = self.starts.get(number + 1).map_or(self.text.len(), |next| *next as usize) - 1;
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }

    /// The operations that have a word, each with the word's place in it.
    fn holders_of(&self, word: usize) -> impl Iterator<Item = usize> {
        let range = self.firsts.get(word).zip(self.firsts.get(word + 1));
        let holders = range.and_then(|(first, end)| self.holders.get(*first as usize..*end as usize));
        holders.unwrap_or_default().iter().map(|holder| *holder as usize)
    }
}

/// Four thousand million letters are more than any catalog has.
fn u32_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
