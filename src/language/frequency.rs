//! How frequent words and pairs of words are in English.

use crate::nats::MilliNats;

/// Logarithms of the probabilities of words and of pairs of words, read where they lie.
///
/// Source: the trigram model of the Python package `pocketsphinx` 5.1.1 (see NOTICE); `frequency.tsv` beside this file holds its
/// most frequent words and pairs, and the build packs them.
#[derive(Debug, Clone, Copy)]
pub struct Frequencies<'a> {
    // Sorted hashes of the spellings, then the scores, two bytes each.
    hashes: &'a [Hash],
    scores: &'a [[u8; 2]],
}

/// The first bytes of a hash: one in ten million spellings that the table does not hold is taken for one that it does.
pub type Hash = [u8; 5];

/// The score of a word that the table does not hold.
const UNKNOWN: MilliNats = -15_500;
/// The score of a number, which the table does not hold either, but every text does.
const DIGITS: MilliNats = -9_000;
/// Pairs know nothing of expressions of three words and more: none is taken to be rarer than its rarest word by more than this.
const FIXED: MilliNats = 5_000;
/// The joint score of a pair that the table does not hold is no more than that of its rarest ones.
const RARE_PAIR: MilliNats = -17_000;

impl<'a> Frequencies<'a> {
    /// Reads a packed table.
    #[must_use]
    pub fn new(packed: &'a [u8]) -> Self {
        let entries = packed.len() / (size_of::<Hash>() + 2);
        let (hashes, scores) = packed.split_at(size_of::<Hash>() * entries);
        Self { hashes: hashes.as_chunks().0, scores: scores.as_chunks().0 }
    }

    /// Logarithm of the probability that running text goes on with `phrase` (words in lower case, one space between them).
    #[must_use]
    pub fn ln(&self, phrase: &str) -> MilliNats {
        let mut words = phrase.split(' ');
        let Some(first) = words.next() else { return UNKNOWN };
        let mut total = self.word(first);
        let mut rarest = total;
        let mut last = first;
        for word in words {
            total += self.pair(last, word) - self.word(last);
            rarest = rarest.min(self.word(word));
            last = word;
        }
        total.max(rarest - FIXED)
    }

    fn word(&self, word: &str) -> MilliNats {
        self.score(word).unwrap_or(if word.contains(|it: char| it.is_ascii_digit()) { DIGITS } else { UNKNOWN })
    }

    fn pair(&self, first: &str, second: &str) -> MilliNats {
        let independent = self.word(first) + self.word(second);
        self.score(&format!("{first} {second}")).unwrap_or_else(|| independent.min(RARE_PAIR))
    }

    fn score(&self, spelling: &str) -> Option<MilliNats> {
        let index = self.hashes.binary_search(&begun_hash(spelling)).ok()?;
        Some(-MilliNats::from(u16::from_le_bytes(self.scores[index])))
    }
}

/// The hash of a spelling (FNV-1a, 64 bits).
#[must_use]
pub fn hash(spelling: &str) -> u64 {
    spelling.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// What the table is sorted by.
///
/// # Panics
/// Never: a hash has more bytes than are kept.
#[must_use]
pub fn begun_hash(spelling: &str) -> Hash {
    *hash(spelling).to_be_bytes().first_chunk().expect("eight bytes begin with five")
}
