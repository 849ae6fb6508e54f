//! Computes the edit distance of two words, up to a small maximum.

/// Maximum length of a word for which typing errors are tolerated, in bytes.
const MAX_TERM_BYTES: usize = 48;

/// Length of the shortest words for which typing errors are tolerated, in bytes. Such a word must stand for a whole
/// term, because it has one of these errors to the beginning of very many.
pub(super) const SHORTEST_WORD_BYTES: usize = 3;

/// Returns the number of tolerated typing errors in a word. It is 0 for very short words, which more likely mean
/// another word.
pub(super) fn max_typos(word: &str) -> usize {
    match word.len() {
        ..SHORTEST_WORD_BYTES => 0,
        SHORTEST_WORD_BYTES..8 => 1,
        8..=MAX_TERM_BYTES => 2,
        _ => 0,
    }
}

/// Returns the set of letters and digits of a word as bits. Each typing error adds at most one letter, so comparing the
/// sets excludes most words of a vocabulary before they are compared letter by letter.
pub(super) fn letter_mask(word: &str) -> u64 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64))
}

/// Returns the number of typing errors between `query_word` and `word` as a whole, if it is at most `max_distance`.
pub(super) fn whole_typo_distance(query_word: &[u8], word: &[u8], max_distance: usize) -> Option<usize> {
    let is_similar = word.len().abs_diff(query_word.len()) <= max_distance;
    typo_distance_to_ends(query_word, word, max_distance, |_| word.len()).filter(|_| is_similar)
}

/// Returns the number of typing errors between `query_word` and `word`, or a prefix of `word`, if it is at most
/// `max_distance`.
pub(super) fn typo_distance(query_word: &[u8], word: &[u8], max_distance: usize) -> Option<usize> {
    typo_distance_to_ends(query_word, word, max_distance, |shortest_prefix| shortest_prefix)
}

/// Returns the smallest number of typing errors between `query_word` and a prefix of `word`. The shortest prefix that is
/// considered is the result of `first_end` for the shortest possible one.
///
/// A typing error is an inserted, missing or wrong letter, or two adjacent letters exchanged (optimal string
/// alignment). Letters are bytes, not characters.
///
/// Only cells of the table within `max_distance` of the diagonal are computed, and the computation ends at the first
/// row whose minimum exceeds `max_distance`.
fn typo_distance_to_ends(
    query_word: &[u8],
    word: &[u8],
    max_distance: usize,
    first_end: impl Fn(usize) -> usize,
) -> Option<usize> {
    const FAR: u8 = u8::MAX - 1;
    if query_word.len() > MAX_TERM_BYTES || word.len() + max_distance < query_word.len() {
        return None;
    }
    let width = word.len().min(query_word.len() + max_distance);
    // Rows for the letter before the previous one, the previous letter and the current letter. A row has one more
    // column than letters.
    let mut rows = [[FAR; MAX_TERM_BYTES + 4]; 3];
    for (column, cell) in rows[1].iter_mut().enumerate().take(max_distance.min(width) + 1) {
        *cell = u8::try_from(column).unwrap_or(FAR);
    }
    for (index, letter) in query_word.iter().enumerate() {
        let row = index + 1;
        let [two_ago, ago, now] = &mut rows;
        let (first, last) = (row.saturating_sub(max_distance), width.min(row + max_distance));
        now[first.saturating_sub(1)] = FAR;
        if first == 0 {
            now[0] = u8::try_from(row).unwrap_or(FAR);
        }
        let mut row_minimum = now[0].max(u8::from(first > 0) * FAR);
        for column in first.max(1)..=last {
            let is_other = u8::from(word[column - 1] != *letter);
            let mut cell = (ago[column - 1] + is_other).min(ago[column] + 1).min(now[column - 1] + 1);
            if index > 0 && column > 1 && word[column - 2] == *letter && word[column - 1] == query_word[index - 1] {
                cell = cell.min(two_ago[column - 2] + 1);
            }
            now[column] = cell.min(FAR);
            row_minimum = row_minimum.min(cell);
        }
        now[last + 1] = FAR;
        if usize::from(row_minimum) > max_distance {
            return None;
        }
        rows.rotate_left(1);
    }
    let last = &rows[1];
    let first = first_end(query_word.len().saturating_sub(max_distance));
    let ends = last.get(first..=width)?;
    ends.iter().map(|errors| usize::from(*errors)).min().filter(|errors| *errors <= max_distance)
}
