//! Text to zones: paragraphs, headings and label lines, direct speech, code, URLs, sentences.

mod block;
mod quote;
mod sentence;
pub mod token;
mod url;

pub use sentence::{sentence_around, sentences};

use crate::{span::Span, zone::Zone};

/// A paragraph, heading, label line or block of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// From the first to the last byte that is no white space.
    pub span: Span,
    /// [`Zone::Body`], [`Zone::Heading`], [`Zone::Label`] or [`Zone::Code`].
    pub zone: Zone,
}

/// How a text is laid out.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// In the order of the text, disjoint; white space between them belongs to none.
    pub blocks: Vec<Block>,
    /// Opening marks of direct speech that is closed nowhere; it was taken to end with its paragraph.
    pub unclosed: Vec<Span>,
    // Quotes, inline code and addresses, in the order of the text; they may overlap one another.
    inline: Vec<(Span, Zone)>,
    // The furthest end of the inline zones up to and with each.
    reach: Vec<usize>,
    /// The same and blocks of code, those that touch made one: where no word is the author's own running text.
    pub masks: Vec<Span>,
}

/// Lays out a text. Linear in its length.
#[must_use]
pub fn segment(text: &str) -> Layout {
    let blocks = block::blocks(text);
    let mut inline = Vec::new();
    let unclosed = quote::quotes(text, &blocks, &mut inline);
    block::inline_code(text, &blocks, &mut inline);
    url::urls(text, &mut inline);
    let mut layout = Layout { blocks, unclosed, inline, ..Layout::default() };
    layout.arrange();
    layout
}

/// Spans that touch made one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut().filter(|it| span.start <= it.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => merged.push(span),
        }
    }
    merged
}

impl Layout {
    /// Marks spans as direct speech that no marks stand around.
    pub fn hear(&mut self, speech: &[Span]) {
        self.inline.extend(speech.iter().map(|it| (*it, Zone::Quote)));
        self.arrange();
    }

    /// Puts the inline zones in order, and learns how far they reach.
    fn arrange(&mut self) {
        self.inline.sort_unstable_by_key(|&(span, zone)| (span, zone));
        let reach = self.inline.iter().scan(0, |furthest, (span, _)| {
            *furthest = span.end.max(*furthest);
            Some(*furthest)
        });
        self.reach = reach.collect();
        let code = self.blocks.iter().filter(|it| it.zone == Zone::Code).map(|it| it.span);
        self.masks = merged(self.inline.iter().map(|it| it.0).chain(code).collect());
    }

    /// The zone of a span: the strongest of those it touches (an address before code before a quote before its block).
    #[must_use]
    pub fn zone(&self, span: Span) -> Zone {
        // An empty span stands in the zone of the bytes around it.
        let touched = Span::new(span.start, span.end.max(span.start + 1));
        let end = self.inline.partition_point(|(it, _)| it.start < touched.end);
        let inner = (0..end)
            .rev()
            .take_while(|&at| self.reach[at] > touched.start)
            .filter(|&at| self.inline[at].0.overlaps(touched))
            .map(|at| self.inline[at].1)
            .max();
        inner.unwrap_or_else(|| self.block(span).map_or(Zone::Body, |block| block.zone))
    }

    /// The direct speech that holds the whole span, with its marks; the outermost where it is quoted in speech.
    #[must_use]
    pub fn speech(&self, span: Span) -> Option<Span> {
        let end = self.inline.partition_point(|(it, _)| it.start <= span.start);
        let around = (0..end).rev().take_while(|&at| self.reach[at] >= span.end).map(|at| self.inline[at]);
        around.filter(|(it, zone)| *zone == Zone::Quote && it.contains(span)).last().map(|it| it.0)
    }

    /// The block that holds the whole span, if one does.
    #[must_use]
    pub fn block(&self, span: Span) -> Option<Block> {
        self.block_index(span).map(|index| self.blocks[index])
    }

    /// The index in [`Layout::blocks`] of the block that holds the whole span.
    #[must_use]
    pub fn block_index(&self, span: Span) -> Option<usize> {
        let index = self.blocks.partition_point(|it| it.span.start <= span.start).checked_sub(1)?;
        self.blocks[index].span.contains(span).then_some(index)
    }

    /// How many bytes of the text are direct speech, code and addresses.
    #[must_use]
    pub fn masked_bytes(&self) -> usize {
        self.masks.iter().map(|it| it.len()).sum()
    }
}
