//! The words that a pattern is found by: its anchor.

use super::pattern::{Atom, Element, Pattern};
use crate::{language::function_words::FUNCTION_WORDS, segment::token::Vocabulary};

/// So often the most frequent word, a mark, and a function word of which no more is known stand in a million words.
const FIRST: u32 = 60_000;
const MARK: u32 = 40_000;
const FUNCTION: u32 = 5_000;

/// The most runs of literal words that the alternatives of one pattern are expanded to.
const EXPANSIONS: usize = 64;

/// A run of literal words of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The elements that it is: the first, and the one behind the last.
    pub elements: (usize, usize),
    /// The phrases that these may be.
    pub phrases: Vec<String>,
}

/// How rare words are, by their numbers.
#[derive(Debug, Clone, Copy)]
pub struct Rarity<'v> {
    /// The words of rules and of texts, the most frequent ones first.
    pub vocabulary: &'v Vocabulary,
    /// So many of their numbers are ranks of words by their frequency.
    pub ranked: u32,
}

impl Rarity<'_> {
    /// The run of literal words of a pattern that texts will have most rarely, as far as that can be told.
    ///
    /// # Panics
    /// Where the pattern has no literal word; the loader lets none pass.
    #[must_use]
    pub fn anchor(&self, pattern: &Pattern) -> Anchor {
        let often = |it: &Anchor| it.phrases.iter().map(|it| self.frequency(it)).sum::<u32>();
        literal_runs(pattern).into_iter().min_by_key(often).expect("a pattern has a literal word")
    }

    /// About how often a phrase stands in a million words: one of several words a tenth as often as the rarest of them.
    ///
    /// Source: Zipf, *Human Behavior and the Principle of Least Effort* (1949): a word is as frequent as its rank is low.
    fn frequency(&self, phrase: &str) -> u32 {
        let of_word = |word: &str| match self.vocabulary.get(word).number() {
            _ if !word.contains(char::is_alphanumeric) => MARK,
            rank @ 1.. if rank <= self.ranked => 1 + FIRST / rank,
            _ if self.ranked == 0 && FUNCTION_WORDS.contains(&word) => FUNCTION,
            _ => 1,
        };
        let rarest = phrase.split(' ').map(of_word).min().unwrap_or(MARK);
        if phrase.contains(' ') { 1 + rarest / 10 } else { 1 + rarest }
    }
}

/// The runs of elements that are literal words, from each such element on, with the phrases that their alternatives make.
fn literal_runs(pattern: &Pattern) -> Vec<Anchor> {
    let spellings = |element: &Element| -> Vec<String> {
        element.any_of.iter().map(|it| if let Atom::Literal(words) = it { words.join(" ") } else { String::new() }).collect()
    };
    let starts = pattern.elements.iter().enumerate().filter(|(_, it)| it.is_literal());
    let run_from = |(start, first): (usize, &Element)| {
        let (mut phrases, mut end) = (spellings(first), start + 1);
        for element in pattern.elements[start + 1..].iter().take_while(|it| it.is_literal()) {
            if phrases.len() * element.any_of.len() > EXPANSIONS {
                break;
            }
            let spellings = spellings(element);
            phrases = phrases.iter().flat_map(|phrase| spellings.iter().map(move |it| format!("{phrase} {it}"))).collect();
            end += 1;
        }
        Anchor { elements: (start, end), phrases }
    };
    starts.map(run_from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{pattern::parse, rule::Rulebook};

    #[test]
    fn a_pattern_is_found_by_its_rarest_words() {
        let mut vocabulary = Vocabulary::default();
        let ranked = ["the", "of", "in", "press"].map(|it| vocabulary.intern(it).number()).into_iter().max().expect("four words");
        let check = |source: &str, expect: &[&str]| {
            let pattern = parse(source, &Rulebook::default()).expect("a pattern");
            assert_eq!(Rarity { vocabulary: &vocabulary, ranked }.anchor(&pattern).phrases, expect, "{source}");
        };
        check("in the <name> of the harbour", &["of the harbour"]);
        check("of <name> press", &["press"]);
        check("in the <name> of press", &["of press"]);
        check("of <name> in|press", &["of"]);
    }
}
