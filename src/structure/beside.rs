//! Short lines beside lines that go: a button among buttons, a topic below its label.

use super::stray::is_paragraph;
use crate::{admit::Subject, segment::Block, span::Span, zone::Zone};

/// Such a line has so few words and bytes.
const WORDS: usize = 4;
const BYTES: usize = 40;
/// So many of them stand between two lines that go, at the most.
const RUN: usize = 4;

/// The short lines between two lines that go, and those below the last paragraph that touch one; `goes` tells what goes.
#[must_use]
pub fn beside(subject: &Subject<'_>, goes: impl Fn(Span) -> bool) -> Vec<Span> {
    let (text, blocks) = (subject.text, &subject.layout.blocks);
    let Some(last) = blocks.iter().rposition(|it| is_paragraph(text, it) && !goes(it.span)) else { return Vec::new() };
    let whole_line_goes = |it: &Block| goes(it.span);
    let mut found = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let run = blocks[at..].iter().take_while(|it| is_short(text, it) && !goes(it.span)).count();
        let before = at.checked_sub(1).is_some_and(|it| whole_line_goes(&blocks[it]));
        let behind = blocks.get(at + run).is_some_and(whole_line_goes);
        let below = at > last && (before || behind);
        if (1..=RUN).contains(&run) && (before && behind || below) {
            found.extend(blocks[at..at + run].iter().map(|it| it.span));
        }
        at += run.max(1);
    }
    found
}

/// Whether a block is one line of a few words without a stop.
fn is_short(text: &str, block: &Block) -> bool {
    let content = &text[block.span.range()];
    let plain = !content.starts_with(['#', '-', '*', '•', '+', '|', '>', '“', '"']) && !content.contains('\n');
    let open = content.ends_with(|it: char| it.is_alphanumeric() || matches!(it, ')' | ']' | '…' | '*'));
    block.zone != Zone::Code && plain && open && content.len() <= BYTES && content.split_whitespace().count() <= WORDS
}
