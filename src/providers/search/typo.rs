//! How far apart two words are, as long as it is not far.

/// The longest word in which typing errors are looked for.
const MAX_TERM_BYTES: usize = 48;

/// Typing errors that are forgiven in a word: none in a short one, where another word is as likely meant.
pub(super) fn max_typos(word: &str) -> usize {
    match word.len() {
        ..4 => 0,
        4..8 => 1,
        8..=MAX_TERM_BYTES => 2,
        _ => 0,
    }
}

/// Which letters and digits a word has, as bits. Each error can bring in one at most, so few words of a vocabulary have to
/// be compared letter by letter.
pub(super) fn letter_mask(word: &str) -> u64 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte % 64))
}

/// How many errors, `most` of them or fewer, lead from `typed` to `word`, or to how `word` begins: an error is a letter too
/// much, too few, wrong, or exchanged with its neighbour (optimal string alignment). Bytes count, not characters.
///
/// Only the cells of the table are filled that `most` errors can reach, and a row without any ends it.
pub(super) fn typo_distance(typed: &[u8], word: &[u8], max_distance: usize) -> Option<usize> {
    const FAR: u8 = u8::MAX - 1;
    if typed.len() > MAX_TERM_BYTES || word.len() + max_distance < typed.len() {
        return None;
    }
    let width = word.len().min(typed.len() + max_distance);
    // Rows for two letters ago, one letter ago and now; one column more than letters.
    let mut rows = [[FAR; MAX_TERM_BYTES + 4]; 3];
    for (column, cell) in rows[1].iter_mut().enumerate().take(max_distance.min(width) + 1) {
        *cell = u8::try_from(column).unwrap_or(FAR);
    }
    for (index, letter) in typed.iter().enumerate() {
        let row = index + 1;
        let [two_ago, ago, now] = &mut rows;
        let (first, last) = (row.saturating_sub(max_distance), width.min(row + max_distance));
        now[first.saturating_sub(1)] = FAR;
        if first == 0 {
            now[0] = u8::try_from(row).unwrap_or(FAR);
        }
        let mut fewest = now[0].max(u8::from(first > 0) * FAR);
        for column in first.max(1)..=last {
            let is_other = u8::from(word[column - 1] != *letter);
            let mut cell = (ago[column - 1] + is_other).min(ago[column] + 1).min(now[column - 1] + 1);
            if index > 0 && column > 1 && word[column - 2] == *letter && word[column - 1] == typed[index - 1] {
                cell = cell.min(two_ago[column - 2] + 1);
            }
            now[column] = cell.min(FAR);
            fewest = fewest.min(cell);
        }
        now[last + 1] = FAR;
        if usize::from(fewest) > max_distance {
            return None;
        }
        rows.rotate_left(1);
    }
    let last = &rows[1];
    let first = typed.len().saturating_sub(max_distance);
    let ends = last.get(first..=width)?;
    ends.iter().map(|errors| usize::from(*errors)).min().filter(|errors| *errors <= max_distance)
}
