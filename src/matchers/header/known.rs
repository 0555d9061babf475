//! The patterns that parts of heads are known by, found by what they begin with.

use rustc_hash::{FxHashMap, FxHashSet};

use super::LONGEST_PART;
use crate::{
    matchers::sequence,
    nats::MilliNats,
    rules::pattern::{Atom, Pattern, Shape},
    segment::token::{Kind, Token, Vocabulary, WordId},
};

/// A pattern that parts of heads are known by.
#[derive(Debug)]
pub struct Known {
    /// Index of the rule.
    pub rule: u32,
    /// What the part looks like.
    pub pattern: Pattern,
    /// What it says for a head, as a logarithm.
    pub says: MilliNats,
    /// Whether lines may begin with it anywhere in a text.
    pub in_lines: bool,
    // The most tokens that it takes.
    pub(super) longest: usize,
    // An element between the first and the last that only certain words are taken by.
    pub(super) word: Option<usize>,
    // Whether it ends with a name; whether it takes whatever stands there and says nothing, as a headline does.
    pub(super) is_name: bool,
    pub(super) is_headline: bool,
}

impl Known {
    /// Looks at what a pattern is, once.
    #[must_use]
    pub fn new(rule: u32, pattern: Pattern, says: MilliNats, in_lines: bool) -> Self {
        let has = |wanted: Shape| move |it: &Atom| matches!(it, Atom::Shape(shape, _) if *shape == wanted);
        let takes_any = pattern.elements.iter().flat_map(|it| &it.any_of).any(has(Shape::Any));
        let is_name = pattern.elements.last().is_some_and(|it| it.any_of.iter().any(has(Shape::Name)));
        let longest = sequence::longest(&pattern.elements).min(LONGEST_PART);
        let is_word = |it: &Atom| matches!(it, Atom::Known(_)) || matches!(it, Atom::Literal(words) if words.len() == 1);
        let inner = 1..pattern.elements.len().max(2) - 1;
        let word = inner.into_iter().find(|&it| pattern.elements[it].least > 0 && pattern.elements[it].any_of.iter().all(is_word));
        Self { rule, pattern, says, in_lines, longest, word, is_name, is_headline: says == 0 && takes_any }
    }
}

/// The patterns that parts of heads are known by, in the order of preference.
#[derive(Debug, Default)]
pub struct Parts {
    /// The patterns.
    pub known: Vec<Known>,
    // By the first word, those that may begin with it; and those that may begin with any number, any capital, and any word in lower case.
    words: FxHashMap<WordId, Vec<usize>>,
    numbers: Vec<usize>,
    names: Vec<usize>,
    lower: Vec<usize>,
    // The words that lines begin with which may be such parts.
    labels: FxHashSet<WordId>,
}

impl Parts {
    /// Orders patterns by what they begin with.
    #[must_use]
    pub fn new(known: Vec<Known>, vocabulary: &Vocabulary) -> Self {
        let mut parts = Self::default();
        for (index, it) in known.iter().enumerate() {
            let elements = &it.pattern.elements;
            let needed = elements.iter().position(|it| it.least > 0).map_or(elements.len(), |it| it + 1);
            for atom in elements[..needed].iter().flat_map(|it| &it.any_of) {
                match atom {
                    Atom::Known(ids) => ids.iter().for_each(|it| parts.words.entry(*it).or_default().push(index)),
                    Atom::Literal(words) => {
                        words.iter().take(1).for_each(|it| parts.words.entry(vocabulary.get(it)).or_default().push(index));
                    }
                    Atom::Shape(Shape::Number | Shape::Day | Shape::Year | Shape::Date | Shape::Time, _) => parts.numbers.push(index),
                    Atom::Shape(Shape::Lower, _) => parts.lower.push(index),
                    _ => parts.names.push(index),
                }
            }
        }
        let in_lines = |it: &&usize| known[**it].in_lines;
        parts.labels = parts.words.iter().filter(|it| it.1.iter().any(|it| in_lines(&it))).map(|it| *it.0).collect();
        parts.labels.remove(&WordId::UNKNOWN);
        parts.words.values_mut().chain([&mut parts.numbers, &mut parts.names, &mut parts.lower]).for_each(Vec::dedup);
        Self { known, ..parts }
    }

    /// Whether a line that begins with a token may consist of parts of heads.
    #[must_use]
    pub fn labels(&self, token: Token) -> bool {
        self.labels.contains(&token.id())
    }

    /// Those that may begin with a token; with any word, only where `names` may stand there.
    pub(super) fn beginning(&self, token: Token, names: bool) -> Vec<&Known> {
        let any = match token.kind() {
            Kind::Number => &self.numbers[..],
            Kind::Word if names && token.is_capital() => &self.names[..],
            Kind::Word if names => &self.lower[..],
            Kind::Word | Kind::Mark | Kind::Break => &[],
        };
        let own = self.words.get(&token.id()).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<usize> = own.iter().chain(any).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|it| &self.known[it]).collect()
    }
}
