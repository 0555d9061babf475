//! Lines between paragraphs that speak of something else than the text: headlines of other articles that no label announces.

use rustc_hash::FxHashMap;

use crate::{
    admit::Subject,
    embedded,
    language::{
        case::starts_upper,
        model::{Model, Word},
    },
    nats::MilliNats,
    rules::token_at,
    segment::{
        Block,
        token::{Kind, Token},
    },
    span::Span,
    zone::Zone,
};

/// A headline has so many words; shorter lines are subheadings.
const WORDS: std::ops::RangeInclusive<usize> = 4..=16;
/// A text has so many paragraphs at the least, and a paragraph so many words; and it has no more such lines than half as many.
const PARAGRAPHS: usize = 3;
const PARAGRAPH: usize = 12;
/// So many words that are no everyday words stand in the headline, and nowhere else in the text; fewer where no paragraph follows.
const FOREIGN: usize = 3;
const FOREIGN_AT_END: usize = 2;
/// So many of them are a headline, even if all may be names.
const TITLED: usize = 5;
/// Words at least so frequent say nothing of what a text is about.
const EVERYDAY: MilliNats = -7_200;
/// Words that begin with the same letters speak of the same.
const STEM: usize = 5;

/// The lines of a text that seem to be headlines of others.
#[must_use]
pub fn lines(subject: &Subject<'_>) -> Vec<Span> {
    let blocks = &subject.layout.blocks;
    let text = subject.text;
    let mut bare = (0..blocks.len()).filter(|&at| is_bare(text, &blocks[at])).peekable();
    if bare.peek().is_none() {
        return Vec::new();
    }
    let bare: Vec<usize> = bare.collect();
    let paragraph: Vec<bool> = blocks.iter().map(|it| is_paragraph(text, it)).collect();
    let paragraphs = paragraph.iter().filter(|it| **it).count();
    let headings = blocks.iter().filter(|it| matches!(it.zone, Zone::Heading | Zone::Label)).count();
    if paragraphs < PARAGRAPHS || 2 * headings > paragraphs + 2 {
        return Vec::new();
    }
    let last = paragraph.iter().rposition(|it| *it).unwrap_or_default();
    let first = paragraph.iter().position(|it| *it).unwrap_or_default();
    if bare.iter().all(|it| *it <= first) {
        return Vec::new();
    }
    let stems = Stems::new(text, &subject.scan.tokens);
    let needed = |at: usize| if at > last { FOREIGN_AT_END } else { FOREIGN };
    let is_stray = |at: &usize| *at > first && stems.foreign(subject, blocks[*at].span).is_some_and(|it| it >= needed(*at));
    bare.into_iter().filter(is_stray).map(|at| blocks[at].span).collect()
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

/// Whether a block is a paragraph of running text.
pub(super) fn is_paragraph(text: &str, block: &Block) -> bool {
    let content = text[block.span.range()].trim_end_matches(['”', '"', '’', ')', '»']);
    block.zone == Zone::Body && content.ends_with(['.', '!', '?', '…']) && content.split_whitespace().nth(PARAGRAPH - 1).is_some()
}

/// How often words stand in a text, by their first letters.
pub(super) struct Stems<'m> {
    counts: FxHashMap<u64, usize>,
    model: &'m Model<'m>,
}

impl Stems<'_> {
    pub(super) fn new(text: &str, tokens: &[Token]) -> Self {
        let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
        for token in tokens.iter().filter(|it| it.kind() == Kind::Word) {
            *counts.entry(stem(token.of(text))).or_default() += 1;
        }
        Self { counts, model: embedded::model() }
    }

    /// How many words of a line are about something, where none of them stands elsewhere in the text and two are no names.
    fn foreign(&self, subject: &Subject<'_>, line: Span) -> Option<usize> {
        self.compared(subject, line).filter(|it| it.1 == 0).map(|it| it.0)
    }

    /// How many words of a line that are about something stand in it alone, and how many elsewhere in the text too; nothing where all but one
    /// may be names.
    pub(super) fn compared(&self, subject: &Subject<'_>, line: Span) -> Option<(usize, usize)> {
        let tokens = &subject.scan.tokens;
        let [from, to] = [line.start, line.end].map(|it| token_at(tokens, u32::try_from(it).unwrap_or(u32::MAX)));
        let words = || tokens[from..to].iter().filter(|it| it.kind() == Kind::Word).map(|it| it.of(subject.text));
        let (mut foreign, mut shared, mut small) = (0, 0, 0);
        for word in words().filter(|it| self.is_content(it)) {
            let own = stem(word);
            let here = words().filter(|it| stem(it) == own).count();
            *if self.counts.get(&own).is_some_and(|it| *it > here) { &mut shared } else { &mut foreign } += 1;
            small += usize::from(!starts_upper(word));
        }
        (small >= 2 || foreign >= TITLED).then_some((foreign, shared))
    }

    fn is_content(&self, word: &str) -> bool {
        let folded = word.to_lowercase().replace('’', "'");
        let known = self.model.word(folded.strip_suffix("'s").unwrap_or(&folded));
        folded.chars().count() > 3 && (known == Word::UNKNOWN || self.model.alone(known) <= EVERYDAY)
    }
}

/// A number for the first letters of a word.
fn stem(word: &str) -> u64 {
    let letters = word.chars().take(STEM).flat_map(char::to_lowercase);
    letters.fold(0, |number, it| (number ^ u64::from(it)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29))
}
