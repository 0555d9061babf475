//! Words, numbers and marks, each with the number of its spelling in the vocabulary.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::packed::Slots;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits that begin with a letter, with apostrophes between them: `don’t`.
    Word,
    /// Digits with points and commas between them: `2,500`.
    Number,
    /// One other character that is no white space.
    Mark,
    /// A blank line.
    Break,
}

/// A number for a spelling, in lower case; 0 for one that the vocabulary does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WordId(u32);

impl WordId {
    /// A spelling that no rule speaks of.
    pub const UNKNOWN: Self = Self(0);

    /// The number as an index: 0 for an unknown one, the others up to [`Vocabulary::len`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The number itself, below 2²⁴.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// A token of a text; 12 bytes, since there is one for every five bytes of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    // The word's number, whether it begins with a capital, and its kind.
    packed: u32,
}

impl Token {
    const fn new(start: usize, end: usize, kind: Kind, id: u32) -> Self {
        // Texts of 4 GiB and more are turned away before they are cut.
        #[expect(clippy::cast_possible_truncation, reason = "offsets of a text fit in 32 bits")]
        Self { start: start as u32, end: end as u32, packed: id << 3 | kind as u32 }
    }

    const fn capital(self, is_capital: bool) -> Self {
        Self { packed: self.packed | (is_capital as u32) << 2, ..self }
    }

    const fn with_id(self, id: u32) -> Self {
        Self { packed: id << 3 | self.packed & 7, ..self }
    }

    /// Whether it is a word that begins with a capital letter.
    #[must_use]
    pub const fn is_capital(self) -> bool {
        self.packed & 4 != 0
    }

    /// Number of the spelling.
    #[must_use]
    pub const fn id(self) -> WordId {
        WordId(self.packed >> 3)
    }

    /// What it is.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self.packed & 3 {
            0 => Kind::Word,
            1 => Kind::Number,
            2 => Kind::Mark,
            _ => Kind::Break,
        }
    }

    /// The token as it stands in the text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// The spellings that rules speak of, numbered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Vocabulary {
    numbers: Slots,
    len: u32,
}

impl Vocabulary {
    /// How many spellings it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All numbers, that of unknown spellings first.
    pub fn ids(&self) -> impl Iterator<Item = WordId> {
        (0..=self.len).map(WordId)
    }

    /// The number of a token's spelling, given one where it is new.
    ///
    /// # Panics
    /// At 16 million spellings.
    pub fn intern(&mut self, token: &str) -> WordId {
        let hash = hash_token(token);
        let found = self.numbers.find(hash);
        if found != 0 {
            return WordId(found);
        }
        self.len += 1;
        self.numbers.insert(hash, self.len);
        WordId(self.len)
    }

    /// The number of a token's spelling.
    #[must_use]
    pub fn get(&self, token: &str) -> WordId {
        WordId(self.find(hash_token(token)))
    }

    fn find(&self, hash: u64) -> u32 {
        self.numbers.find(hash)
    }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;

/// A hash of bytes that takes eight of them at a time; the last ones are filled up with zeros.
#[derive(Clone, Copy)]
struct Hash {
    state: u64,
    length: u64,
    // The bytes since the last eight, the first of them lowest.
    open: u64,
}

impl Hash {
    const NEW: Self = Self { state: SEED, length: 0, open: 0 };

    const fn eight(&mut self, bytes: u64) {
        self.state = (self.state ^ bytes).wrapping_mul(FACTOR).rotate_left(23);
        self.length += 8;
    }

    const fn byte(&mut self, byte: u8) {
        self.open |= (byte as u64) << (8 * (self.length % 8));
        self.length += 1;
        if self.length.is_multiple_of(8) {
            self.length -= 8;
            self.eight(self.open);
            self.open = 0;
        }
    }

    const fn finish(self) -> u64 {
        let hash = (self.state ^ self.open).wrapping_add(self.length.wrapping_mul(SEED)).wrapping_mul(FACTOR);
        let mixed = (hash ^ (hash >> 32)).wrapping_mul(FACTOR);
        mixed ^ (mixed >> 29)
    }
}

/// The hash of some bytes.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut hash = Hash::NEW;
    bytes.for_each(|it| hash.byte(it));
    hash.finish()
}

/// The hash of one whole token, as [`tokenise`] computes it while it walks.
fn hash_token(token: &str) -> u64 {
    match token {
        _ if token.is_ascii() => hash(token.bytes().map(|it| it.to_ascii_lowercase())),
        // The usual marks are spelt in one way.
        "“" | "”" | "–" | "—" | "…" | "‘" => hash(token.bytes()),
        _ => hash(folded_bytes(token)),
    }
}

/// A token's bytes in lower case, composed, with a straight apostrophe for a curly one.
fn folded_bytes(token: &str) -> impl Iterator<Item = u8> {
    let characters = token.nfc().flat_map(char::to_lowercase).map(|it| if it == '’' { '\'' } else { it });
    characters.flat_map(|it| {
        let mut buffer = [0; 4];
        let length = it.encode_utf8(&mut buffer).len();
        buffer.into_iter().take(length)
    })
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const SPACE: u8 = 3;
const WIDE: u8 = 4;
const APOSTROPHE: u8 = 5;
/// All others: they end every word.
const MARK: u8 = 0;

/// The class of each first byte of a character.
static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let first = byte as u8;
        class[byte] = match first {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C => SPACE,
            0x80.. => WIDE,
            b'\'' => APOSTROPHE,
            _ => MARK,
        };
        byte += 1;
    }
    class
};

/// Cuts a text into tokens and looks each spelling up. One pass; `tokens` is cleared first, so that it can be used again.
///
/// # Panics
/// Where the text is 4 GiB or longer.
pub fn tokenise(text: &str, vocabulary: &Vocabulary, tokens: &mut Vec<Token>) {
    assert!(u32::try_from(text.len()).is_ok(), "a text shorter than 4 GiB");
    tokens.clear();
    tokens.reserve(text.len() / 4);
    let mut cut = Cut { vocabulary, tokens, hashes: [0; BATCH], open: 0 };
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match CLASS[usize::from(bytes[at])] {
            SPACE => {
                // One space between two words is what most white space is.
                if bytes[at] == b' ' && bytes.get(at + 1).is_some_and(|it| CLASS[usize::from(*it)] != SPACE) {
                    at += 1;
                    continue;
                }
                let start = at;
                let mut lines = 0;
                while at < bytes.len() && CLASS[usize::from(bytes[at])] == SPACE {
                    lines += u32::from(bytes[at] == b'\n');
                    at += 1;
                }
                if lines > 1 {
                    cut.blank(start, at);
                }
            }
            LETTER => {
                let (end, hash) = word(text, at);
                cut.push(Token::new(at, end, Kind::Word, 0).capital(bytes[at].is_ascii_uppercase()), hash);
                at = end;
            }
            DIGIT => {
                let end = number(bytes, at);
                cut.push(Token::new(at, end, Kind::Number, 0), hash_token(&text[at..end]));
                at = end;
            }
            WIDE => {
                let character = text[at..].chars().next().expect("a text has no half characters");
                // Dashes and quotation marks are what most of them are; no letter stands in their row.
                let punctuation = matches!(character, '\u{2000}'..='\u{203E}');
                if !punctuation && character.is_alphanumeric() {
                    let (end, hash) = word(text, at);
                    cut.push(Token::new(at, end, Kind::Word, 0).capital(character.is_uppercase()), hash);
                    at = end;
                } else {
                    let end = at + character.len_utf8();
                    if !character.is_whitespace() {
                        cut.push(Token::new(at, end, Kind::Mark, 0), hash_token(&text[at..end]));
                    }
                    at = end;
                }
            }
            _ => {
                cut.push(Token::new(at, at + 1, Kind::Mark, 0), hash(std::iter::once(bytes[at])));
                at += 1;
            }
        }
    }
    cut.look_up();
}

/// So many tokens are looked up together.
const BATCH: usize = 64;

/// Tokens that are being cut. The vocabulary is larger than the near caches: looks into it that follow one another wait for the memory
/// together.
struct Cut<'c> {
    vocabulary: &'c Vocabulary,
    tokens: &'c mut Vec<Token>,
    // Of the last tokens, which have no numbers yet.
    hashes: [u64; BATCH],
    open: usize,
}

impl Cut<'_> {
    fn push(&mut self, token: Token, hash: u64) {
        self.tokens.push(token);
        self.hashes[self.open] = hash;
        self.open += 1;
        if self.open == BATCH {
            self.look_up();
        }
    }

    /// A blank line; it has no number.
    fn blank(&mut self, start: usize, end: usize) {
        self.look_up();
        self.tokens.push(Token::new(start, end, Kind::Break, 0));
    }

    fn look_up(&mut self) {
        let first = self.tokens.len() - self.open;
        for (token, hash) in self.tokens[first..].iter_mut().zip(&self.hashes) {
            *token = token.with_id(self.vocabulary.find(*hash));
        }
        self.open = 0;
    }
}

/// The end of the word that starts at `start`, and its hash.
fn word(text: &str, start: usize) -> (usize, u64) {
    let bytes = text.as_bytes();
    let mut hash = Hash::NEW;
    let mut at = start;
    // Eight bytes at a time up to the first one that is no letter; that is the end of nearly all words.
    while let Some(&eight) = bytes[at..].first_chunk() {
        let eight = u64::from_le_bytes(eight);
        let letters = leading_letters(eight);
        let lower = eight | each(0x20);
        if letters == 8 {
            hash.eight(lower);
            at += 8;
            continue;
        }
        hash.open = lower & ((1 << (8 * letters)) - 1);
        hash.length += u64::from(letters);
        at += letters as usize;
        // The byte behind the letters is one of the eight.
        if matches!(CLASS[usize::from((eight >> (8 * letters)).to_le_bytes()[0])], SPACE | MARK) {
            return (at, hash.finish());
        }
        break;
    }
    word_from(text, start, at, hash)
}

/// Eight times the same byte.
const fn each(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// How many of eight bytes, from the lowest on, are ASCII letters.
const fn leading_letters(eight: u64) -> u32 {
    // In each byte the top bit is set by the sum from “a” on, and from behind “z” on; the top bits of the text's own bytes are looked at apart.
    let lower = (eight | each(0x20)) & each(0x7F);
    let from_a = lower + each(0x80 - b'a');
    let past_z = lower + each(0x7F - b'z');
    let letters = from_a & !past_z & !eight & each(0x80);
    (letters ^ each(0x80)).trailing_zeros() / 8
}

/// The end of the word that starts at `start` and goes at least up to `at`, and its hash; that of the bytes up to `at` is given.
fn word_from(text: &str, start: usize, mut at: usize, mut hash: Hash) -> (usize, u64) {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match CLASS[usize::from(byte)] {
            LETTER => hash.byte(byte | 0x20),
            DIGIT => hash.byte(byte),
            WIDE => {
                let apostrophe = bytes[at..].starts_with("’".as_bytes());
                if apostrophe && bytes.get(at + 3).is_some_and(u8::is_ascii_alphabetic) {
                    hash.byte(b'\'');
                    at += 3;
                    continue;
                }
                return if apostrophe { (at, hash.finish()) } else { wide_word(text, start) };
            }
            APOSTROPHE if bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) => hash.byte(byte),
            _ => break,
        }
        at += 1;
    }
    (at, hash.finish())
}

/// The same for a word that holds other characters than ASCII ones.
fn wide_word(text: &str, start: usize) -> (usize, u64) {
    let mut end = start;
    let mut characters = text[start..].chars().peekable();
    while let Some(character) = characters.next() {
        let apostrophe = matches!(character, '’' | '\'') && characters.peek().is_some_and(|it| it.is_alphabetic());
        let inside = character.is_alphanumeric() || is_combining(character) || apostrophe && end > start;
        if !inside {
            break;
        }
        end += character.len_utf8();
    }
    (end, hash_token(&text[start..end]))
}

const fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}')
}

fn number(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while let Some(byte) = bytes.get(end) {
        let joint = matches!(byte, b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !joint {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str, vocabulary: &Vocabulary) -> Vec<Token> {
        let mut tokens = Vec::new();
        tokenise(text, vocabulary, &mut tokens);
        tokens
    }

    fn check(text: &str, expect: &[&str]) {
        let got = tokens(text, &Vocabulary::default());
        assert_eq!(got.iter().map(|it| it.of(text)).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn words_numbers_and_marks() {
        check("Don’t pay $2,500.50, OK?", &["Don’t", "pay", "$", "2,500.50", ",", "OK", "?"]);
        check("open-door the boys’ café’s", &["open", "-", "door", "the", "boys", "’", "café’s"]);
        check("Москва 10th e\u{301}te\u{301}", &["Москва", "10", "th", "e\u{301}te\u{301}"]);
        check("a\r\n\r\nb\nc", &["a", "\r\n\r\n", "b", "c"]);
        check("\u{A0}…", &["…"]);
    }

    #[test]
    fn words_end_at_the_first_byte_that_is_no_letter() {
        for length in 0..=17 {
            for after in (0u8..0x80).filter(|it| !it.is_ascii_alphanumeric()) {
                let word = "AbyzZaBYqrstuvwxy"[..length].to_owned();
                let text = format!("{word}{}", char::from(after));
                let padded = format!("{text} and more");
                assert_eq!(word_of(&text), length, "{text:?}");
                assert_eq!(word_of(&padded), length, "{padded:?}");
            }
        }
        check("abcdefgé abcdefghé abcdefghi1 abcdefgh’s abcdefg's", &["abcdefgé", "abcdefghé", "abcdefghi1", "abcdefgh’s", "abcdefg's"]);
    }

    fn word_of(text: &str) -> usize {
        let (end, hash) = word(text, 0);
        assert_eq!(hash, hash_token(&text[..end]));
        end
    }

    #[test]
    fn a_spelling_is_one_number_in_any_case() {
        let mut vocabulary = Vocabulary::default();
        let ids: Vec<_> = ["said", "don't", "café", ",", "“", "7"].map(|it| vocabulary.intern(it)).to_vec();
        let got = tokens("Said DON’T Cafe\u{301} , “ 7", &vocabulary);
        assert_eq!(got.iter().map(|it| it.id()).collect::<Vec<_>>(), ids);
        assert!(["“", "”", "–", "—", "…", "‘"].iter().all(|it| folded_bytes(it).eq(it.bytes())));
        assert!(tokens("sai dont cafe", &vocabulary).iter().all(|it| it.id() == WordId::UNKNOWN));
    }

    #[test]
    fn a_vocabulary_grows_and_keeps_its_numbers() {
        let mut vocabulary = Vocabulary::default();
        let words: Vec<String> = (0..5000).map(|it| format!("word{it}")).collect();
        let ids: Vec<_> = words.iter().map(|it| vocabulary.intern(it)).collect();
        assert!(words.iter().zip(&ids).all(|(word, &id)| vocabulary.get(word) == id && vocabulary.intern(word) == id));
        assert_eq!(vocabulary.len(), 5000);
    }
}
