//! Rules out texts in which no scrubber finds anything, before each scrubber searches them.

/// Number of bytes of each text that the filter compares.
const PREFIX_BYTES: usize = 4;
/// Number of bits of the index of a prefix, and number of bits of a word of the table.
const INDEX_BITS: u32 = 16;
const WORD_BITS: usize = 64;
/// First bytes of the escapes that scrubbers recognize.
const ESCAPES: &[u8] = br"\%&";

/// The set of the first bytes of texts, as a table of bits. A set bit can belong to several prefixes, so a text that is
/// not ruled out need not contain a match.
pub(crate) struct PrefixFilter {
    bits: Vec<u64>,
    /// True if a text is too short for the filter, so that nothing is ruled out.
    matches_all: bool,
}

impl PrefixFilter {
    /// Creates a filter that rules out every text.
    pub(crate) fn new() -> Self {
        Self { bits: vec![0; (1 << INDEX_BITS) / WORD_BITS], matches_all: false }
    }

    /// Adds a text that is searched for.
    pub(crate) fn add(&mut self, text: &str) {
        let Some(prefix) = text.as_bytes().first_chunk::<PREFIX_BYTES>() else {
            self.matches_all = true;
            return;
        };
        let index = index_of(*prefix);
        if let Some(word) = self.bits.get_mut(index / WORD_BITS) {
            *word |= 1 << (index % WORD_BITS);
        }
    }

    /// Returns false if `bytes` contain none of the texts, in any escaped form.
    pub(crate) fn may_contain_match(&self, bytes: &[u8]) -> bool {
        let is_set = |prefix: &[u8]| {
            let index = prefix.first_chunk::<PREFIX_BYTES>().map(|prefix| index_of(*prefix));
            index.is_none_or(|index| {
                self.bits.get(index / WORD_BITS).is_none_or(|word| word & (1 << (index % WORD_BITS)) != 0)
            })
        };
        self.matches_all || bytes.iter().any(|byte| ESCAPES.contains(byte)) || bytes.windows(PREFIX_BYTES).any(is_set)
    }
}

/// Returns the index of a prefix in the table: the highest bits of its product with a large odd number, which depend on
/// all of its bytes.
fn index_of(prefix: [u8; PREFIX_BYTES]) -> usize {
    const MULTIPLIER: u32 = 0x9e37_79b1;
    (u32::from_le_bytes(prefix).wrapping_mul(MULTIPLIER) >> (u32::BITS - INDEX_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::PrefixFilter;

    fn filter(texts: &[&str]) -> PrefixFilter {
        let mut filter = PrefixFilter::new();
        for text in texts {
            filter.add(text);
        }
        filter
    }

    #[test]
    fn texts_and_escapes_are_not_ruled_out() {
        let filter = filter(&["hunter22", "abcd"]);
        for text in ["hunter22", "a hunter22", "xhunt", "abcd", "a%62cd", "\\u0061bcd", "&#97;bcd"] {
            assert!(filter.may_contain_match(text.as_bytes()), "{text}");
        }
        for text in ["", "abc", "hun", "an ordinary sentence about nothing", "1234567890"] {
            assert!(!filter.may_contain_match(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_short_text_makes_every_text_possible() {
        assert!(filter(&["abc"]).may_contain_match(b"xyz"));
        assert!(!filter(&[]).may_contain_match(b"xyz%"[..3].as_ref()));
    }
}
