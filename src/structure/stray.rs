//! Lines between paragraphs that speak of something else than the text: headlines of other articles that no label announces; and paragraphs
//! that stand there twice.

use rustc_hash::FxHashSet;

use super::paragraphs::{FOREIGN, PARAGRAPHS, Paragraphs};
use crate::{segment::Block, span::Span, zone::Zone};

/// A headline has so many words; shorter lines are subheadings.
const WORDS: std::ops::RangeInclusive<usize> = 4..=16;
/// So many of its words stand nowhere else in the text where no paragraph follows.
const FOREIGN_AT_END: usize = 2;

/// The lines of a text that seem to be headlines of others.
#[must_use]
pub fn lines(paragraphs: &Paragraphs<'_>) -> Vec<Span> {
    let subject = paragraphs.subject;
    let (text, blocks) = (subject.text, &subject.layout.blocks);
    let mut bare = (0..blocks.len()).filter(|&at| is_bare(text, &blocks[at])).peekable();
    if bare.peek().is_none() {
        return Vec::new();
    }
    let bare: Vec<usize> = bare.collect();
    let count = paragraphs.count();
    let headings = blocks.iter().filter(|it| matches!(it.zone, Zone::Heading | Zone::Label)).count();
    if count < PARAGRAPHS || 2 * headings > count + 2 {
        return Vec::new();
    }
    let (first, last) = (paragraphs.first(), paragraphs.last());
    if bare.iter().all(|it| *it <= first) {
        return Vec::new();
    }
    let needed = |at: usize| if at > last { FOREIGN_AT_END } else { FOREIGN };
    let is_stray = |at: &usize| *at > first && paragraphs.stems().foreign(subject, blocks[*at].span).is_some_and(|it| it >= needed(*at));
    bare.into_iter().filter(is_stray).map(|at| blocks[at].span).collect()
}

/// A paragraph that nobody writes twice has so many bytes.
const LONG: usize = 80;
/// So many paragraphs that come back are a form or a refrain.
const FORM: usize = 2;

/// The paragraphs that stand in a text already, word for word.
#[must_use]
pub fn again(paragraphs: &Paragraphs<'_>) -> Vec<Span> {
    let (text, blocks) = (paragraphs.subject.text, &paragraphs.subject.layout.blocks);
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let long = blocks.iter().filter(|it| it.zone == Zone::Body && it.span.len() >= LONG);
    let again: Vec<Span> = long.filter(|it| !seen.insert(&text[it.span.range()])).map(|it| it.span).collect();
    if again.len() > FORM { Vec::new() } else { again }
}

/// Whether a block is a line that may be a headline.
fn is_bare(text: &str, block: &Block) -> bool {
    let content = &text[block.span.range()];
    block.zone == Zone::Heading
        && content.starts_with(|it: char| it.is_uppercase() || it.is_ascii_digit())
        && content.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '?' | '’'))
        && !content.contains(['|', '@', '©', '[', '\t', '='])
        && WORDS.contains(&content.split_whitespace().count())
}
