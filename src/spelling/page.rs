//! A text as the rules about spelling see it: its words that nobody knows, and what it calls people and places.

use std::{borrow::Cow, cell::OnceCell};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    admit::Subject,
    embedded,
    language::{
        case::starts_upper,
        model::{Model, Word},
    },
    matchers::variant::folded,
    rules::gazetteer::Gazetteer,
    segment::token::{Kind, Token},
    span::Span,
};

/// A text, its words that the model does not know, and its names.
pub(super) struct Page<'s> {
    pub(super) text: &'s str,
    pub(super) tokens: &'s [Token],
    pub(super) subject: &'s Subject<'s>,
    pub(super) model: &'static Model<'static>,
    pub(super) gazetteer: Gazetteer<'s>,
    /// The tokens that are words of letters only, and that neither rules nor the model know.
    pub(super) strange: Vec<usize>,
    places: OnceCell<FxHashMap<&'s str, Vec<usize>>>,
    sketch: OnceCell<Sketch>,
    names: OnceCell<FxHashMap<&'s str, Mentions>>,
    candidates: OnceCell<Vec<&'s str>>,
}

/// A set of words of which only bits are kept: what tells of most words that they are not in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sketch([u64; 32]);

impl Sketch {
    /// Takes a word in; whether it may have been one of them before.
    pub(super) fn insert(&mut self, word: &str) -> bool {
        let (at, bit) = Self::place(word);
        let before = self.0[at];
        self.0[at] |= bit;
        before & bit != 0
    }

    /// Whether a word may be one of them.
    pub(super) fn may_hold(&self, word: &str) -> bool {
        let (at, bit) = Self::place(word);
        self.0[at] & bit != 0
    }

    fn place(word: &str) -> (usize, u64) {
        // Four letters and the length tell most words apart.
        let bytes = word.as_bytes();
        let letter = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let four = [letter(0), letter(1), letter(bytes.len() / 2), letter(bytes.len().wrapping_sub(1))];
        let hash = (u64::from(u32::from_le_bytes(four)) ^ (word.len() as u64) << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bit = (hash >> (u64::BITS - 11)) as usize;
        (bit / 64, 1 << (bit % 64))
    }
}

impl<'w> FromIterator<&'w str> for Sketch {
    fn from_iter<I: IntoIterator<Item = &'w str>>(words: I) -> Self {
        let mut sketch = Self::default();
        for word in words {
            sketch.insert(word);
        }
        sketch
    }
}

/// Where a capitalised word stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Mentions {
    /// The tokens, in order; never none.
    pub(super) places: Vec<usize>,
    /// How many of them stand within a sentence, where only names have capitals.
    pub(super) inner: usize,
}

impl Mentions {
    /// How often.
    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// The first token.
    pub(super) fn first(&self) -> usize {
        self.places[0]
    }
}

/// Words shorter than this are not looked at: any three letters are an abbreviation of something.
const SHORT: u32 = 4;

/// How somebody is called who publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// By one word.
    Word,
    /// By two, of which the second may begin other names, too: “News”.
    Words,
}

/// A text may have lost the space between so many words in small letters and names.
const MISHAPS: usize = 3;

impl<'s> Page<'s> {
    pub(super) fn new(subject: &'s Subject<'s>) -> Self {
        let (text, tokens) = (subject.text, subject.scan.tokens.as_slice());
        let model = embedded::model();
        let gazetteer = subject.rules.gazetteer();
        let mut buffer = String::new();
        let mut is_strange = |token: &Token| token.end - token.start >= SHORT && is_unheard(model, gazetteer, token.of(text), &mut buffer);
        let unspoken = subject.scan.unspoken.iter().map(|&at| at as usize);
        let strange = unspoken.filter(|&at| is_strange(&tokens[at])).collect();
        Self {
            text,
            tokens,
            subject,
            model,
            gazetteer,
            strange,
            places: OnceCell::new(),
            sketch: OnceCell::new(),
            names: OnceCell::new(),
            candidates: OnceCell::new(),
        }
    }

    /// What stands at a token.
    pub(super) fn word(&self, at: usize) -> &'s str {
        self.tokens[at].of(self.text)
    }

    /// The bytes of a token.
    pub(super) fn span(&self, at: usize) -> Span {
        Span::new(self.tokens[at].start as usize, self.tokens[at].end as usize)
    }

    /// The word behind a token, or before it, where nothing but white space on a line parts the two.
    pub(super) fn next(&self, at: usize) -> Option<usize> {
        let next = self.tokens.get(at + 1)?;
        (next.kind() == Kind::Word && self.is_space(self.tokens[at].end, next.start)).then_some(at + 1)
    }

    pub(super) fn previous(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1)?;
        let token = self.tokens[before];
        (token.kind() == Kind::Word && self.is_space(token.end, self.tokens[at].start)).then_some(before)
    }

    fn is_space(&self, start: u32, end: u32) -> bool {
        let gap = &self.text[start as usize..end as usize];
        !gap.is_empty() && gap.chars().all(|it| it.is_whitespace() && it != '\n')
    }

    /// The number that the model gives a word, in any case.
    pub(super) fn model_word(&self, word: &str) -> Word {
        self.model.word(&word.to_lowercase().replace('’', "'"))
    }

    /// Whether a token stands within a sentence.
    pub(super) fn is_inner(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|it| self.tokens[it]);
        before.is_some_and(|it| matches!(it.kind(), Kind::Word | Kind::Number) || it.of(self.text) == ",")
    }

    /// Whether nothing makes a token part of an address, a number or a name of a file.
    pub(super) fn stands_free(&self, at: usize) -> bool {
        let span = self.span(at);
        let bytes = self.text.as_bytes();
        let joins = |it: &u8| {
            matches!(
                it,
                b'-' | b'@'
                    | b'#'
                    | b'/'
                    | b'_'
                    | b'\\'
                    | b'$'
                    | b'&'
                    | b'='
                    | b'+'
                    | b'*'
                    | b'<'
                    | b'>'
                    | b'~'
                    | b'^'
                    | b'|'
                    | b'{'
                    | b'}'
                    | b'`'
                    | b'0'..=b'9'
            )
        };
        let before = span.start.checked_sub(1).map(|it| &bytes[it]);
        let after = bytes.get(span.end);
        let further = bytes.get(span.end + 1);
        let runs_on =
            matches!(after, Some(b'.' | b':' | b'\'')) && further.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, b'/' | b':'));
        let dotted = before == Some(&b'.') && span.start > 1 && !bytes[span.start - 2].is_ascii_whitespace();
        !before.is_some_and(joins) && !after.is_some_and(joins) && after != Some(&b'(') && !runs_on && !dotted
    }

    /// The capitalised words of the text, without “’s”.
    pub(super) fn names(&self) -> &FxHashMap<&'s str, Mentions> {
        self.names.get_or_init(|| self.names_like(|_| true))
    }

    /// Those of them that are wanted: mostly very few.
    pub(super) fn names_like(&self, wanted: impl Fn(&str) -> bool) -> FxHashMap<&'s str, Mentions> {
        let mut names: FxHashMap<&str, Mentions> = FxHashMap::default();
        let capitals = self.capitals().map(|at| (at, stem(self.word(at))));
        for (at, name) in capitals.filter(|(_, name)| wanted(name)) {
            let mentions = names.entry(name).or_default();
            mentions.places.push(at);
            mentions.inner += usize::from(self.is_inner(at));
        }
        names
    }

    /// The tokens that are a word with a capital.
    pub(super) fn capitals(&self) -> impl Iterator<Item = usize> + Clone + 's {
        self.subject.scan.capitals.iter().map(|&it| it as usize)
    }

    /// Whether the text may have a word with a capital that is spelt so; mostly it has not.
    pub(super) fn may_be_named(&self, word: &str) -> bool {
        self.sketch.get_or_init(|| self.capitals().map(|at| stem(self.word(at))).collect()).may_hold(word)
    }

    /// The tokens that are a word with a capital, with “’s” or without. Few words are asked for that stand there: they are sought one by one.
    fn mentions(&self, word: &str) -> impl Iterator<Item = usize> {
        let places = self.may_be_named(word).then(|| self.capitals());
        places.into_iter().flatten().filter(move |&at| stem(self.word(at)) == word)
    }

    /// The tokens that are a strange word, with “’s” or without; none where it is not strange.
    pub(super) fn places(&self, stemmed: &str) -> &[usize] {
        let places = self.places.get_or_init(|| {
            let mut places: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
            for &at in &self.strange {
                places.entry(stem(self.word(at))).or_default().push(at);
            }
            places
        });
        places.get(stemmed).map_or(&[], Vec::as_slice)
    }

    /// Whether a strange token stands more than once in the text: what stands twice is what somebody wrote.
    pub(super) fn is_repeated(&self, at: usize) -> bool {
        let token = self.word(at);
        self.places(stem(token)).iter().filter(|&&it| self.word(it) == token).nth(1).is_some()
    }

    /// The strange words that may be misspelt names, each once: such as never stand in lower case.
    pub(super) fn candidates(&self) -> &[&'s str] {
        self.candidates.get_or_init(|| {
            let is_capital = |word: &str| starts_upper(word) && word.chars().skip(1).all(char::is_lowercase);
            let words = || self.strange.iter().map(|&at| stem(self.word(at)));
            let mut candidates: Vec<&str> = words().filter(|it| it.len() > 4 && is_capital(it)).collect();
            candidates.sort_unstable();
            candidates.dedup();
            if !candidates.is_empty() {
                let small: FxHashSet<&str> = words().filter(|it| !starts_upper(it)).collect();
                candidates.retain(|it| small.is_empty() || !small.contains(it.to_lowercase().as_str()));
            }
            candidates
        })
    }

    /// Whether a word that a token begins with is the name of somebody who publishes, or the end of one that begins before it.
    pub(super) fn source_before(&self, at: usize, word: &str) -> Option<Source> {
        let folded_word = folded(word);
        if self.gazetteer.is_source(&folded_word) {
            return Some(Source::Word);
        }
        let before = self.previous(at).filter(|&it| self.is_capital(it))?;
        self.gazetteer.is_source(&format!("{} {folded_word}", folded(self.word(before)))).then_some(Source::Words)
    }

    /// Whether a preposition stands before a token: what was written on a site is a sentence, and ends with its name.
    pub(super) fn is_cited(&self, at: usize) -> bool {
        self.previous(at).is_some_and(|it| matches!(self.word(it), "on" | "in" | "via"))
    }

    /// Whether the text speaks of a program: it has words such as `userName`, and more than one of them.
    pub(super) fn has_identifiers(&self) -> bool {
        let mut identifiers =
            self.strange.iter().map(|&at| self.word(at)).filter(|it| !starts_upper(it) && it.contains(char::is_uppercase));
        identifiers.nth(MISHAPS).is_some()
    }

    fn is_capital(&self, at: usize) -> bool {
        self.tokens[at].is_capital()
    }

    /// Whether the text calls something so, somewhere with no other capitalised word beside it.
    pub(super) fn is_named_alone(&self, word: &str) -> bool {
        let alone = |at: usize| ![self.previous(at), self.next(at)].into_iter().flatten().any(|it| self.is_capital(it));
        self.mentions(word).any(|at| self.is_inner(at) && alone(at))
    }

    /// Whether a word stands in the text as it is spelt.
    pub(super) fn stands(&self, word: &str) -> bool {
        self.mentions(word).next().is_some()
    }

    /// Whether the text calls something so.
    pub(super) fn is_named(&self, word: &str) -> bool {
        self.mentions(word).any(|at| self.is_inner(at))
    }
}

/// A word without “’s” at its end.
pub(super) fn stem(word: &str) -> &str {
    if !word.ends_with(['s', 'S']) {
        return word;
    }
    word.strip_suffix("’s").or_else(|| word.strip_suffix("'s")).or_else(|| word.strip_suffix("’S")).unwrap_or(word)
}

/// Whether a word is of letters only, and neither the model nor the gazetteer has heard of it.
fn is_unheard(model: &Model<'_>, gazetteer: Gazetteer<'_>, word: &str, buffer: &mut String) -> bool {
    buffer.clear();
    let stem = stem(word);
    if stem.is_ascii() {
        if !stem.bytes().all(|it| it.is_ascii_alphabetic()) {
            return false;
        }
        buffer.push_str(stem);
        buffer.make_ascii_lowercase();
    } else {
        if !stem.chars().all(char::is_alphabetic) {
            return false;
        }
        let folded: Cow<'_, str> = folded(stem);
        buffer.push_str(&folded);
    }
    model.word(buffer) == Word::UNKNOWN && !gazetteer.holds(buffer)
}
