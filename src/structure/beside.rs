//! Short lines beside lines that go: a button among buttons, a topic below its label.

use super::paragraphs::Paragraphs;
use crate::{segment::Block, span::Span, zone::Zone};

/// Such a line has so few words and bytes.
const WORDS: usize = 4;
const BYTES: usize = 40;
/// So many of them stand between two lines that go, at the most.
const RUN: usize = 4;

/// The headlines of a list have so many words, of which one at the least is about something else than the text.
const HEADLINE: std::ops::RangeInclusive<usize> = 3..=18;

/// The short lines between two lines that go, those below the last paragraph that touch one, and the headlines right below one; `gone` is
/// what goes.
#[must_use]
pub fn beside(paragraphs: &Paragraphs<'_>, gone: &[Span]) -> Vec<Span> {
    let (text, blocks) = (paragraphs.subject.text, &paragraphs.subject.layout.blocks);
    let mut goes = vec![false; if gone.is_empty() { 0 } else { blocks.len() }];
    for span in gone {
        let first = blocks.partition_point(|it| it.span.start < span.start);
        let inside = blocks[first..].iter().take_while(|it| it.span.end <= span.end).count();
        goes[first..first + inside].fill(true);
    }
    if !goes.contains(&true) {
        return Vec::new();
    }
    let Some(last) = (0..blocks.len()).rev().find(|&it| paragraphs.are()[it] && !goes[it]) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let run = (at..blocks.len()).take_while(|&it| !goes[it] && is_short(text, &blocks[it])).count();
        let before = at.checked_sub(1).is_some_and(|it| goes[it]);
        let behind = goes.get(at + run) == Some(&true);
        let below = at > last && (before || behind);
        if (1..=RUN).contains(&run) && (before && behind || below) {
            found.extend(blocks[at..at + run].iter().map(|it| it.span));
        }
        if run == 0 && at > 0 && goes[at - 1] && !goes[at] && is_line(text, &blocks[at - 1]) && are_headlines(paragraphs, &blocks[at]) {
            found.push(blocks[at].span);
            goes[at] = true;
        }
        at += run.max(1);
    }
    found
}

fn is_line(text: &str, block: &Block) -> bool {
    !text[block.span.range()].contains('\n')
}

/// Whether each line of a block may be the headline of another article.
fn are_headlines(paragraphs: &Paragraphs<'_>, block: &Block) -> bool {
    let text = paragraphs.subject.text;
    let content = &text[block.span.range()];
    let is_headline = |line: &str| {
        let line = line.trim().trim_start_matches(['-', '–', '•', '*', '»', '›', '►', '▶', '☞', '→', ' ']);
        line.starts_with(|it: char| it.is_uppercase() || it.is_ascii_digit() || matches!(it, '‘' | '“' | '['))
            && line.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '?' | '!' | '’' | '”'))
            && HEADLINE.contains(&line.split_whitespace().count())
    };
    // A list of one's own speaks of what the text is about.
    let foreign = || paragraphs.stems().compared(paragraphs.subject, block.span).is_some_and(|(foreign, shared)| foreign > 2 * shared);
    block.zone != Zone::Code && content.lines().all(is_headline) && foreign()
}

/// Whether a block is one line of a few words without a stop.
fn is_short(text: &str, block: &Block) -> bool {
    let content = &text[block.span.range()];
    let plain = !content.starts_with(['#', '-', '*', '•', '+', '|', '>', '“', '"']) && !content.contains('\n');
    let open = content.ends_with(|it: char| it.is_alphanumeric() || matches!(it, ')' | ']' | '…' | '*'));
    block.zone != Zone::Code && plain && open && content.len() <= BYTES && content.split_whitespace().count() <= WORDS
}
