//! What a spinner's swaps are, learned from texts: rows from pairs of a spun text and its original, shares of rows from spun texts alone.
//!
//! ```
//! use unspin::{embedded, learn};
//!
//! let mut tally = learn::Tally::default();
//! tally.add(learn::compare("The vessel lay in the haven all day.", "The vessel lay in the harbour all day."));
//! let learned = tally.rows(&embedded::rules(), learn::KnownSwaps::Kept, 1);
//! assert_eq!(learned.rows[0].spun, "haven");
//! assert_eq!(learned.rows[0].bad, "The vessel lay in the [haven] all day.");
//! ```

mod align;
mod family;
mod measure;
mod row;
mod share;

use std::collections::{BTreeMap, BTreeSet};

pub use align::{Replaced, replaced, unlike};
pub use family::{family_file, row_line};
pub use measure::{Bin, Measured};
pub use row::{KnownSwaps, Learned, Row};
pub use share::{Share, Shares, written};

use rustc_hash::FxHashMap;

use crate::{
    language::article::adapted,
    segment::{Layout, segment, sentence_around},
    span::Span,
};

/// A place at which one version of a text has other words than the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// What the spun text says, as it stands there, with one space between words.
    pub spun: String,
    /// What the original says.
    pub original: String,
    /// Whether a sentence begins with it, so that its capital says nothing.
    pub opens: bool,
    /// The word before it, in lower case.
    pub before: Option<String>,
    /// Sentences with the spun words in square brackets, for the first places of a swap in a text: the original’s, the spun text’s, and
    /// what of either lies between quotation marks.
    pub examples: Vec<String>,
}

/// Compares a spun text with its original, and finds the words that were swapped.
#[must_use]
pub fn compare(spun: &str, original: &str) -> Vec<Swap> {
    let found = replaced(spun, original);
    if found.is_empty() {
        return Vec::new();
    }
    let layouts = (segment(spun), segment(original));
    let mut seen: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    let compared = found.iter().map(|it| {
        let count = seen.entry((&spun[it.spun.range()], &original[it.original.range()])).or_default();
        *count += 1;
        let wanted = if *count > EXAMPLES { Examples::Enough } else { Examples::Wanted };
        swap((spun, &layouts.0, it.spun), (original, &layouts.1, it.original), wanted)
    });
    compared.collect()
}

/// Whether sentences are still wanted of a swap.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Examples {
    Wanted,
    Enough,
}

/// A place in a text: the text, how it is laid out, the bytes.
type Place<'p> = (&'p str, &'p Layout, Span);

fn swap(spun: Place<'_>, original: Place<'_>, wanted: Examples) -> Swap {
    let words = &spun.0[spun.2.range()];
    let sentence = sentence(spun);
    let head = &spun.0[sentence.start..spun.2.start];
    let before = head.split_whitespace().next_back().filter(|it| it.chars().all(char::is_alphabetic));
    Swap {
        spun: spaced(words),
        original: spaced(&original.0[original.2.range()]),
        opens: !head.contains(char::is_alphanumeric),
        before: before.map(str::to_lowercase),
        examples: if wanted == Examples::Wanted { examples(spun, original, sentence) } else { Vec::new() },
    }
}

/// Sentences with the spun words in brackets. The original's comes first: nothing else in it was swapped.
fn examples(spun: Place<'_>, original: Place<'_>, spun_sentence: Span) -> Vec<String> {
    let whole = sentence(original);
    let places = [
        (original, whole),
        (spun, spun_sentence),
        (original, clause(original.0, whole, original.2)),
        (spun, clause(spun.0, spun_sentence, spun.2)),
    ];
    let mut examples = Vec::new();
    for example in places.into_iter().filter_map(|((text, _, span), part)| bracketed(text, part, span, &spun.0[spun.2.range()])) {
        if !examples.contains(&example) {
            examples.push(example);
        }
    }
    examples
}

/// The end of a sentence is looked for so many bytes behind a swap.
const NEAR: usize = 2000;

/// The sentence around a place.
fn sentence((text, layout, span): Place<'_>) -> Span {
    let block = layout.block(span).map_or(span, |it| it.span);
    // In a block without full stops the end of a sentence would be looked for up to the end of the block, again for each swap.
    let near = Span::new(block.start, block.end.min(text.ceil_char_boundary(span.end.saturating_add(NEAR))));
    let sentence = sentence_around(text, near, span);
    Span::new(sentence.start.min(span.start), sentence.end.max(span.end))
}

/// Marks around which a sentence is cut to make an example of a part of it.
const CUTS: [char; 10] = ['“', '”', '„', '"', '«', '»', '[', ']', '(', ')'];

/// What lies around a span between two marks of its sentence.
fn clause(text: &str, sentence: Span, span: Span) -> Span {
    let (head, tail) = (&text[sentence.start..span.start], &text[span.end..sentence.end]);
    let start = head.char_indices().rev().find(|(_, it)| CUTS.contains(it)).map_or(0, |(at, it)| at + it.len_utf8());
    let end = tail.find(CUTS).unwrap_or(tail.len());
    let start = sentence.start + start + (head[start..].len() - head[start..].trim_start().len());
    Span::new(start, span.end + tail[..end].trim_end().len())
}

/// A shortened example is no longer than this, in bytes before and behind the swap.
const MARGIN: usize = 120;

/// A sentence with words in square brackets put in the place of a span of it, shortened where it is long; `None` where it holds brackets
/// of its own.
fn bracketed(text: &str, sentence: Span, span: Span, words: &str) -> Option<String> {
    let (head, tail) = (&text[sentence.start..span.start], &text[span.end..sentence.end]);
    if [head, tail].iter().any(|it| it.contains(['[', ']'])) {
        return None;
    }
    let from = head.ceil_char_boundary(head.len().saturating_sub(MARGIN));
    let from = if from > 0 { from + head[from..].find(' ').map_or(0, |at| at + 1) } else { 0 };
    let to = tail.floor_char_boundary(MARGIN);
    let to = if to < tail.len() { tail[..to].rfind(' ').unwrap_or(0) } else { to };
    let mut before = spaced(&head[from..]);
    let article = before.rfind(' ').map_or(0, |at| at + 1);
    if let Some(adapted) = adapted(&before[article..], words) {
        before.replace_range(article.., &adapted);
    }
    let gap = |open: bool| if open { " " } else { "" };
    let (start, end) = (gap(head.ends_with(char::is_whitespace) && !before.is_empty()), gap(tail.starts_with(char::is_whitespace)));
    let (cut, shortened) = (if from > 0 { "… " } else { "" }, if to < tail.len() { " …" } else { "" });
    let example = format!("{cut}{before}{start}[{}]{end}{}{shortened}", spaced(words), spaced(&tail[..to]));
    Some(example.trim_end().to_owned())
}

/// Words with one space between them.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Swaps of many pairs of texts, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    // By what stands in the spun texts and in the originals, in lower case.
    seen: BTreeMap<(String, String), Seen>,
    texts: usize,
}

/// What is known of a swap that was seen.
#[derive(Debug, Clone, Default)]
struct Seen {
    count: usize,
    texts: BTreeSet<usize>,
    // How both are spelt inside sentences, and how often.
    spellings: BTreeMap<(String, String), usize>,
    // How often the word before it is one that stands before nouns, less how often one that stands before verbs.
    noun: i32,
    examples: Vec<String>,
}

/// So many examples of a swap are kept: the first may lie in direct speech, or hold the words twice.
const EXAMPLES: usize = 12;

const BEFORE_NOUNS: [&str; 24] = [
    "the", "a", "an", "this", "that", "these", "those", "his", "her", "its", "our", "their", "my", "your", "of", "in", "for", "with", "on",
    "at", "from", "by", "no", "some",
];
const BEFORE_VERBS: [&str; 22] = [
    "to", "will", "would", "can", "could", "may", "might", "must", "should", "not", "he", "she", "it", "they", "we", "i", "you", "who",
    "which", "has", "have", "had",
];

impl Tally {
    /// Counts the swaps of one more pair of texts.
    pub fn add(&mut self, swaps: Vec<Swap>) {
        let text = self.texts;
        self.texts += 1;
        for swap in swaps {
            let key = (align::folded(&swap.spun).into_owned(), align::folded(&swap.original).into_owned());
            let seen = self.seen.entry(key).or_default();
            seen.count += 1;
            seen.texts.insert(text);
            if !swap.opens {
                *seen.spellings.entry((swap.spun, swap.original)).or_default() += 1;
            }
            let before = |list: &[&str]| i32::from(swap.before.as_deref().is_some_and(|it| list.contains(&it)));
            seen.noun += before(&BEFORE_NOUNS) - before(&BEFORE_VERBS);
            let room = EXAMPLES.saturating_sub(seen.examples.len());
            seen.examples.extend(swap.examples.into_iter().take(room));
        }
    }

    /// How many pairs of texts were compared.
    #[must_use]
    pub const fn texts(&self) -> usize {
        self.texts
    }

    /// How many swaps were counted.
    #[must_use]
    pub fn swaps(&self) -> usize {
        self.seen.values().map(|it| it.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spun: &str, original: &str, expect: &[&str]) {
        let found: Vec<String> = compare(spun, original).into_iter().flat_map(|it| it.examples).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn an_example_is_the_sentence_with_the_swap_in_brackets() {
        check("He came. The  struggle goes on. It won.", "He came. The war goes on. It won.", &["The [struggle] goes on."]);
        check("An old chance came.", "An old opportunity came.", &["An old [chance] came."]);
        check("It was an chance for him.", "It was an opportunity for him.", &["It was a [chance] for him."]);
        check(
            "He said: “The struggle goes on.”",
            "He said: “The war goes on.”",
            &["He said: “The [struggle] goes on.”", "The [struggle] goes on."],
        );
        check("The struggle goes on [sic] there.", "The war goes on [sic] there.", &["The [struggle] goes on"]);
        check(
            "The struggle goes on as a result of him.",
            "The war goes on because of him.",
            &[
                "The [struggle] goes on because of him.",
                "The [struggle] goes on as a result of him.",
                "The war goes on [as a result] of him.",
                "The struggle goes on [as a result] of him.",
            ],
        );
    }

    #[test]
    fn a_long_sentence_is_shortened() {
        let long = "and on and off ".repeat(20);
        let (spun, original) = (format!("It goes {long}in the struggle {long}again."), format!("It goes {long}in the war {long}again."));
        let found = &compare(&spun, &original)[0].examples[0];
        assert!(found.starts_with("… ") && found.ends_with(" …") && found.contains(" in the [struggle] and on "), "{found}");
        assert!(found.len() < 280, "{found}");
    }
}
