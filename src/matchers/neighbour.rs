//! The word right beside the anchor of a pattern: what tells of most places, before the pattern itself is looked at, that it cannot match.

use crate::{
    rules::pattern::{Atom, Element},
    segment::token::{Token, WordId},
};

/// The words of which one must stand right before an anchor or right behind it, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    words: u32,
    behind: bool,
}

impl Neighbour {
    /// Whatever stands there.
    const ANY: Self = Self { words: u32::MAX, behind: false };

    /// The side that rules more places out, of the elements before an anchor and behind it; these are numbered.
    #[must_use]
    pub fn new(before: Option<&Element>, behind: Option<&Element>) -> Self {
        let sides = [(before, false), (behind, true)].map(|(it, behind)| Some(Self { words: words_of(it?)?, behind }));
        sides.into_iter().flatten().min_by_key(|it| it.words.count_ones()).unwrap_or(Self::ANY)
    }

    /// Its bits, and whether it stands behind the anchor.
    #[must_use]
    pub const fn packed(self) -> (u32, bool) {
        (self.words, self.behind)
    }

    /// What [`Neighbour::packed`] made two values of.
    #[must_use]
    pub const fn unpacked(words: u32, behind: bool) -> Self {
        Self { words, behind }
    }

    /// Whether one of the words may stand beside an anchor of so many tokens from `at` on.
    #[must_use]
    #[inline]
    pub fn may_stand(self, tokens: &[Token], (at, length): (usize, usize)) -> bool {
        let beside = if self.behind { Some(at + length) } else { at.checked_sub(1) };
        self == Self::ANY || beside.and_then(|it| tokens.get(it)).is_some_and(|it| self.words & bit(it.id()) != 0)
    }
}

/// The bits of the words that an element takes; `None` where it is not needed, or takes anything but words.
fn words_of(element: &Element) -> Option<u32> {
    let words = |it: &Atom| if let Atom::Known(ids) = it { Some(ids.iter().fold(0, |bits, it| bits | bit(*it))) } else { None };
    let bits = element.any_of.iter().map(words).try_fold(0, |bits, it| Some(bits | it?))?;
    (element.least > 0).then_some(bits)
}

const fn bit(word: WordId) -> u32 {
    1 << (word.number().wrapping_mul(0x9E37_79B1) >> (u32::BITS - 5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::{pattern, rule::Rulebook},
        segment::token::{Vocabulary, tokenise},
    };

    /// Whether the first pattern element that is `harbour` may have what a text has beside it.
    fn may_stand(source: &str, text: &str) -> bool {
        let mut vocabulary = Vocabulary::default();
        let pattern = pattern::parse(source, &Rulebook::default()).expect("it parses");
        for word in pattern.literals() {
            vocabulary.intern(word);
        }
        let anchor = source.split(' ').position(|it| it == "harbour").expect("it is there");
        let pattern = pattern.numbered(&vocabulary);
        let before = anchor.checked_sub(1).map(|it| &pattern.elements[it]);
        let (words, behind) = Neighbour::new(before, pattern.elements.get(anchor + 1)).packed();
        let mut tokens = Vec::new();
        tokenise(text, &vocabulary, &mut tokens);
        let at = tokens.iter().position(|it| it.of(text) == "harbour").expect("it is there");
        Neighbour::unpacked(words, behind).may_stand(&tokens, (at, 1))
    }

    #[test]
    fn the_word_beside_an_anchor_rules_places_out() {
        let may = [
            ("in|at harbour", "at harbour"),
            ("in|at harbour master", "a harbour master"),
            ("in? harbour", "harbour"),
            ("in|<name> harbour", "Old harbour"),
        ];
        let cannot = [("in|at harbour", "harbour"), ("harbour master", "harbour town"), ("harbour master", "harbour")];
        assert!(may.into_iter().all(|(source, text)| may_stand(source, text)));
        assert!(!cannot.into_iter().any(|(source, text)| may_stand(source, text)));
    }
}
