//! What the paragraphs of a text are, and which words stand in it: what rules about stray words ask, looked at once for all of them.

use std::cell::OnceCell;

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

/// A text has so many paragraphs at the least, and a paragraph so many words.
pub(super) const PARAGRAPHS: usize = 3;
const PARAGRAPH: usize = 12;
/// So many words that are no everyday words stand in a headline, and nowhere else in the text.
pub(super) const FOREIGN: usize = 3;
/// So many of them are a headline, even if all may be names.
const TITLED: usize = 5;
/// Words at least so frequent say nothing of what a text is about.
const EVERYDAY: MilliNats = -7_200;
/// Words that begin with the same letters speak of the same.
const STEM: usize = 5;

/// The paragraphs of a text, and its words; looked at when they are first asked for.
pub struct Paragraphs<'s> {
    pub(super) subject: &'s Subject<'s>,
    are: OnceCell<Vec<bool>>,
    stems: OnceCell<Stems<'static>>,
}

impl<'s> Paragraphs<'s> {
    /// Those of a text, which is not looked at yet.
    #[must_use]
    pub const fn new(subject: &'s Subject<'s>) -> Self {
        Self { subject, are: OnceCell::new(), stems: OnceCell::new() }
    }

    /// Of each block, whether it is a paragraph of running text.
    pub(super) fn are(&self) -> &[bool] {
        self.are.get_or_init(|| self.subject.layout.blocks.iter().map(|it| is_paragraph(self.subject.text, it)).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.are().iter().filter(|it| **it).count()
    }

    /// The index of the first block that is one, or 0.
    pub(super) fn first(&self) -> usize {
        self.are().iter().position(|it| *it).unwrap_or_default()
    }

    /// The index of the last block that is one, or 0.
    pub(super) fn last(&self) -> usize {
        self.are().iter().rposition(|it| *it).unwrap_or_default()
    }

    /// The words of the text.
    pub(super) fn stems(&self) -> &Stems<'static> {
        self.stems.get_or_init(|| Stems::new(self.subject.text, &self.subject.scan.tokens))
    }
}

/// Whether a block is a paragraph of running text.
fn is_paragraph(text: &str, block: &Block) -> bool {
    let content = text[block.span.range()].trim_end_matches(['”', '"', '’', ')', '»']);
    block.zone == Zone::Body && content.ends_with(['.', '!', '?', '…']) && content.split_whitespace().nth(PARAGRAPH - 1).is_some()
}

/// How often words stand in a text, by their first letters.
pub(super) struct Stems<'m> {
    counts: FxHashMap<u64, usize>,
    model: &'m Model<'m>,
}

impl Stems<'_> {
    fn new(text: &str, tokens: &[Token]) -> Self {
        let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
        for token in tokens.iter().filter(|it| it.kind() == Kind::Word) {
            *counts.entry(stem(token.of(text))).or_default() += 1;
        }
        Self { counts, model: embedded::model() }
    }

    /// How many words of a line are about something, where none of them stands elsewhere in the text and two are no names.
    pub(super) fn foreign(&self, subject: &Subject<'_>, line: Span) -> Option<usize> {
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
