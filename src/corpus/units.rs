//! A text as a corpus sees it: the hashes of its words, and where sentences begin.

use crate::span::Span;

/// A word, a number, or a mixture of both.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Its first byte.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// Whether it is a number.
    pub digits: bool,
    /// What stands between it and the word before.
    pub gap: Gap,
}

/// What stands before a word, the strongest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// White space.
    Space,
    /// A comma, a hyphen and the like.
    Mark,
    /// The end of a sentence.
    Stop,
    /// The end of a line that is meant, or the start of the text.
    Line,
}

/// What a hash is of: the same words as another kind of thing have another hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sentence, or a line without a stop.
    Sentence,
    /// The first line of a document.
    Headline,
    /// The first words of a headline.
    Beginning,
    /// A name, as it is spelt.
    Name,
    /// Two names, one behind the other.
    Pair,
}

/// So many words begin a headline; there is none with fewer.
pub const BEGINNING: usize = 4;
/// A headline has no more words.
pub const HEADLINE: usize = 30;
/// Sentences of fewer words are everybody's.
pub const SENTENCE: usize = 4;

/// Lines of this length may have been broken because they were full.
const WRAPPED: std::ops::RangeInclusive<usize> = 40..=120;

const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// The words of a text, and hashes of all their runs.
#[derive(Debug, Default)]
pub struct Units {
    /// The words, in order.
    pub words: Vec<Word>,
    // The hash of all words before an index; one more than there are words.
    before: Vec<u64>,
    // The base to the power of an index.
    powers: Vec<u64>,
}

impl Units {
    /// Reads a text shorter than 4 GiB.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut units = Self { words: Vec::with_capacity(text.len() / 5), before: vec![0], powers: vec![1] };
        units.before.reserve(text.len() / 5);
        units.powers.reserve(text.len() / 5);
        let mut gap = Gap::Line;
        let (mut at, mut line) = (0, 0);
        let bytes = text.as_bytes();
        while at < bytes.len() {
            match CLASSES[usize::from(bytes[at])] {
                Class::Space => at += 1,
                Class::Word => {
                    at = units.word(text, at, &mut gap);
                }
                Class::Break => {
                    let content = text[line..at].trim_end();
                    // A blank line, or one that was not full.
                    if content.is_empty() || !WRAPPED.contains(&content.len()) {
                        gap = Gap::Line;
                    }
                    at += 1;
                    line = at;
                }
                Class::Stop => {
                    gap = gap.max(if ends(&bytes[at + 1..]) { Gap::Stop } else { Gap::Mark });
                    at += 1;
                }
                Class::Mark => {
                    gap = gap.max(Gap::Mark);
                    at += 1;
                }
                Class::Wide => {
                    let letter = text[at..].chars().next().expect("a character begins here");
                    if letter.is_alphanumeric() {
                        at = units.word(text, at, &mut gap);
                    } else {
                        gap = gap.max(match letter {
                            '…' if ends(&bytes[at + letter.len_utf8()..]) => Gap::Stop,
                            it if it.is_whitespace() => Gap::Space,
                            _ => Gap::Mark,
                        });
                        at += letter.len_utf8();
                    }
                }
            }
        }
        units
    }

    /// Reads the word that begins at a place; gives back where it ends.
    fn word(&mut self, text: &str, start: usize, gap: &mut Gap) -> usize {
        let bytes = text.as_bytes();
        let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
        let mut at = start;
        let mut digits = true;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                digits &= byte.is_ascii_digit();
                hash = (hash ^ u64::from(byte | 0x20)).wrapping_mul(0x0100_0000_01B3);
                at += 1;
                continue;
            }
            if byte.is_ascii() && byte != b'\'' {
                break;
            }
            let letter = text[at..].chars().next().expect("a character begins here");
            let next = at + letter.len_utf8();
            let letter = match letter {
                '\'' | '’' if bytes.get(next).is_some_and(|it| it.is_ascii_alphabetic() || !it.is_ascii()) => '\'',
                it if it.is_alphanumeric() => it,
                _ => break,
            };
            digits = false;
            for it in letter.to_lowercase() {
                hash = (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01B3);
            }
            at = next;
        }
        let first = bytes[start];
        let capital = if first.is_ascii() { first.is_ascii_uppercase() } else { text[start..].starts_with(char::is_uppercase) };
        #[expect(clippy::cast_possible_truncation, reason = "texts are shorter than 4 GiB")]
        self.words.push(Word { start: start as u32, end: at as u32, capital, digits, gap: *gap });
        let last = *self.before.last().expect("there is one more than words");
        self.before.push(last.wrapping_mul(BASE).wrapping_add(mixed(hash)));
        let power = *self.powers.last().expect("it begins with one");
        self.powers.push(power.wrapping_mul(BASE));
        *gap = Gap::Space;
        at
    }

    /// The hash of a run of words.
    #[must_use]
    pub fn run(&self, from: usize, to: usize) -> u64 {
        self.before[to].wrapping_sub(self.before[from].wrapping_mul(self.powers[to - from]))
    }

    /// The hash of two runs, one behind the other.
    #[must_use]
    pub fn joined(&self, first: (usize, usize), second: (usize, usize)) -> u64 {
        self.run(first.0, first.1).wrapping_mul(self.powers[second.1 - second.0]).wrapping_add(self.run(second.0, second.1))
    }

    /// The hash that a whole text is known by.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        mixed(self.run(0, self.words.len()) ^ self.words.len() as u64)
    }

    /// Whether a sentence or a line begins with a word.
    #[must_use]
    pub fn begins(&self, at: usize) -> bool {
        self.words[at].gap >= Gap::Stop
    }

    /// Where the sentence ends that holds a word: the first one of the next.
    #[must_use]
    pub fn end(&self, at: usize) -> usize {
        (at + 1..self.words.len()).find(|it| self.begins(*it)).unwrap_or(self.words.len())
    }

    /// The sentences, each as the words from the first one to the one behind its last.
    pub fn sentences(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let start = from;
            (start < self.words.len()).then(|| {
                from = self.end(start);
                (start, from)
            })
        })
    }

    /// The first line, where it may be a headline.
    #[must_use]
    pub fn headline(&self) -> Option<(usize, usize)> {
        let line = (1..self.words.len()).take(HEADLINE + 1).find(|it| self.words[*it].gap == Gap::Line).unwrap_or(self.words.len());
        let stops = (1..line).take(HEADLINE + 1).filter(|it| self.begins(*it)).count();
        ((BEGINNING..=HEADLINE).contains(&line) && stops < 2).then_some((0, line))
    }

    /// The bytes of a run of words.
    #[must_use]
    pub fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.words[from].start as usize, self.words[to - 1].end as usize)
    }

    /// The first word that begins at a byte or behind it.
    #[must_use]
    pub fn word_at(&self, at: usize) -> usize {
        self.words.partition_point(|it| (it.start as usize) < at)
    }
}

/// What a run of words is known by, as a thing of a kind.
#[must_use]
pub fn key(kind: Kind, run: u64, words: usize) -> u64 {
    mixed(run ^ (words as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ (kind as u64 + 1).wrapping_mul(0xA076_1D64_78BD_642F))
}

/// The hash of a spelling, in which case counts.
#[must_use]
pub fn spelling(word: &str) -> u64 {
    mixed(word.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)))
}

/// The hash of two spellings, one behind the other.
#[must_use]
pub fn pair(first: u64, second: u64) -> u64 {
    first.wrapping_mul(BASE).wrapping_add(second)
}

/// Spreads what the lower bits hold over all.
const fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash = (hash ^ hash >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^ hash >> 32
}

/// Whether what stands behind a stop lets a sentence end there: marks that close, and then no small letter behind white space.
fn ends(rest: &[u8]) -> bool {
    let closed = rest.iter().position(|it| !matches!(it, b'"' | b'\'' | b')' | b']' | b'.' | b'!' | b'?' | 0xE2 | 0x80 | 0x99 | 0x9D));
    let Some(rest) = closed.map(|it| &rest[it..]) else { return true };
    rest[0].is_ascii_whitespace() && !rest.trim_ascii_start().first().is_some_and(u8::is_ascii_lowercase)
}

#[derive(Debug, Clone, Copy)]
enum Class {
    Word,
    Space,
    Break,
    Stop,
    Mark,
    // The first byte of a character beyond ASCII.
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Wide; 256];
    let mut at = 0;
    while at < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        let byte = at as u8;
        classes[at] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Word,
            b'\n' | b'\r' => Class::Break,
            b' ' | b'\t' | 0x0B | 0x0C => Class::Space,
            b'.' | b'!' | b'?' => Class::Stop,
            _ => Class::Mark,
        };
        at += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let units = Units::of(text);
        let sentences: Vec<&str> = units.sentences().map(|(from, to)| &text[units.span(from, to).range()]).collect();
        assert_eq!(sentences, expect);
    }

    #[test]
    fn sentences_end_at_stops_and_at_lines() {
        check("It rained. “Go!” she said. He went", &["It rained", "Go!” she said", "He went"]);
        check("A headline\nIt rained e.g. today at 3.5 degrees.\n", &["A headline", "It rained e.g. today at 3.5 degrees"]);
        let full = "a line of the usual width that an editor broke where it was full";
        check(&format!("{full}\n{full}\n\nEnd"), &[&format!("{full}\n{full}"), "End"]);
        check("", &[]);
        check("…—“”", &[]);
    }

    #[test]
    fn runs_are_known_by_their_words_alone() {
        let hash = |text: &str| {
            let units = Units::of(text);
            units.run(0, units.words.len())
        };
        assert_eq!(hash("Don’t — STOP, Élan 3"), hash("don't stop élan 3."));
        assert_ne!(hash("one two"), hash("two one"));
        let units = Units::of("one x y two three");
        assert_eq!(units.joined((0, 1), (3, 5)), hash("one two three"));
        assert_ne!(key(Kind::Sentence, 7, 2), key(Kind::Headline, 7, 2));
    }

    #[test]
    fn a_headline_is_a_short_first_line() {
        let check = |text: &str, expect: Option<usize>| assert_eq!(Units::of(text).headline().map(|it| it.1), expect, "{text}");
        check("Fisherman finds Roman anchor\n\nIt was old.", Some(4));
        check("Old anchor\n\nIt was old.", None);
        check("Fisherman finds an anchor. It is old. It rusts.", None);
        check(&"word ".repeat(50), None);
    }
}
