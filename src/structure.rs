//! What belongs to a hit of a structural rule: the headline behind a label, the marks around a speaker.

mod beside;
mod paragraphs;
mod run_on;
pub mod stray;
mod voice;

pub use beside::beside;
pub use paragraphs::Paragraphs;
pub use run_on::run_on;
pub use voice::voice;

use crate::{
    admit::Subject,
    edit::Edit,
    embedded,
    finding::{Evidence, Finding},
    matchers::insert::{self, Place, Seen},
    nats::{self, PerMillion},
    rules::{Hit, rule::Matcher, token_at},
    segment::{Block, token::Token},
    span::Span,
};

/// Fewer words behind a label are no headline of another document.
const HEADLINE_WORDS: usize = 3;
/// So many lines that are no longer than this are verse.
const VERSES: usize = 3;
const VERSE: usize = 60;
/// No more lines of a verse are looked at.
const LONGEST_VERSE: usize = 64;
/// Others who speak are looked for so many blocks before and behind.
const PARTS: usize = 32;
/// A headline before a speaker is looked for among so many findings.
const NEAR: usize = 8;
/// The next label is looked for so many tokens ahead.
const AHEAD: usize = 64;

/// The insert that a label begins: from the label to the end of the headline, the chance that it ends there, and who is the witness of that.
#[must_use]
pub fn insert<'s>(subject: &Subject<'_>, label: Hit, seen: impl FnOnce() -> &'s Seen) -> Option<(Span, PerMillion, Option<Evidence>)> {
    let block = subject.layout.block(label.span())?;
    if is_verse(&subject.text[block.span.range()]) || is_part(subject, label, block) {
        return None;
    }
    let tokens = &subject.scan.tokens;
    let [from, to] = [label.end, narrow(block.span.end)].map(|it| token_at(tokens, it));
    let last = tokens.get(from + AHEAD).map_or(u32::MAX, |it| it.start);
    let hits = &subject.scan.hits[subject.scan.hits.partition_point(|it| it.start < label.end)..];
    let inside = hits.iter().take_while(|it| it.start < last && (it.start as usize) < block.span.end);
    let next = inside.filter(|it| is_label(subject, **it)).map(|it| token_at(tokens, it.start)).find(|it| *it > from);
    let behind = &tokens[from..next.unwrap_or(to)];
    // A headline within a quotation ends before the quotation does. Speech without marks, or that nothing closes, ends with what it says.
    let is_marked = |it: &Span| {
        let speech = &subject.text[it.range()];
        speech.starts_with(['“', '"', '‘', '«', '\'']) && speech.ends_with(['”', '"', '’', '»', '\''])
    };
    let quotation = subject.layout.speech(label.span()).filter(is_marked).map(|it| it.end);
    let behind = &behind[..behind.partition_point(|it| quotation.is_none_or(|end| (it.end as usize) < end))];
    let starts = |it: &str| {
        it.starts_with(|it: char| {
            it.is_uppercase() || it.is_numeric() || matches!(it, '“' | '"' | '‘' | '«' | '\'' | '$' | '£' | '€' | '#')
        })
    };
    behind.first().filter(|it| starts(it.of(subject.text)))?;
    if let Some((end, witness)) = behind_label(subject, label, behind) {
        return Some((Span::new(label.start as usize, end), nats::ONE, Some(witness)));
    }
    let before = subject.text[block.span.start..label.start as usize].trim_end();
    let place = Place {
        text: subject.text,
        tokens: behind,
        speaker: speaker(subject, block),
        before_label: next.is_some(),
        interrupts: before.ends_with(|it: char| it.is_lowercase() || it.is_ascii_digit()),
    };
    let end = insert::end(&place, seen(), embedded::model())?;
    // Where nothing of the quotation is left behind it, it is what is quoted: “See also Bridges.”
    if quotation.and_then(|it| subject.text.get(end.at..it)).is_some_and(|it| !it.contains(char::is_alphanumeric)) {
        return None;
    }
    Some((Span::new(label.start as usize, end.at), end.chance, None))
}

/// Where another document says that a headline ends.
fn behind_label(subject: &Subject<'_>, label: Hit, behind: &[Token]) -> Option<(usize, Evidence)> {
    let beside = subject.beside?;
    let [from, to] = [behind.first()?.start, behind.last()?.end];
    let found = beside.behind_label(label.start as usize, from as usize, to as usize).filter(|it| it.words >= HEADLINE_WORDS)?;
    // A headline goes with its mark.
    let rest = &subject.text[found.span.end..to as usize];
    let end = found.span.end + rest.len() - rest.trim_start_matches(['?', '!', '.', '…', '”', '"', '’']).len();
    Some((end, Evidence::Elsewhere { document: beside.id(found.document).into(), count: found.count }))
}

/// Whether lines are short because they were meant to be.
fn is_verse(block: &str) -> bool {
    let mut lines = block.lines().take(LONGEST_VERSE);
    let short = |it: &str| it.len() <= VERSE;
    lines.by_ref().take(VERSES).filter(|it| short(it)).count() == VERSES && lines.all(short)
}

/// Whether a label is the name of somebody who speaks in a transcript: one word with a colon at the start of a block, as another has it.
fn is_part(subject: &Subject<'_>, label: Hit, block: Block) -> bool {
    let named = |block: &Block| {
        let text = &subject.text[block.span.range()];
        let colon = text.find(|it: char| !it.is_alphanumeric()).filter(|at| text[*at..].starts_with(':'));
        colon.is_some() && text.starts_with(char::is_uppercase)
    };
    let labelled = |block: &Block| {
        let hits = &subject.scan.hits[subject.scan.hits.partition_point(|it| (it.start as usize) < block.span.start)..];
        hits.iter().take_while(|it| it.start as usize == block.span.start).any(|it| is_label(subject, *it))
    };
    let blocks = &subject.layout.blocks;
    let own = subject.layout.block_index(label.span()).filter(|_| block.span.start == label.start as usize && named(&block));
    own.is_some_and(|at| blocks[at.saturating_sub(PARTS)..blocks.len().min(at + PARTS)].iter().any(|it| named(it) && !labelled(it)))
}

fn is_label(subject: &Subject<'_>, hit: Hit) -> bool {
    matches!(subject.rule(hit).matcher, Matcher::Insert(_))
}

/// Where the speaker begins in whom a block ends.
fn speaker(subject: &Subject<'_>, block: Block) -> Option<usize> {
    let speakers = &subject.scan.speakers;
    speakers.binary_search_by_key(&block.span.end, |it| it.end).ok().map(|it| speakers[it].name.start)
}

/// The edit that tells a speaker apart from what he says: a mark before his name, and a comma before what he is.
#[must_use]
pub fn attribution(subject: &Subject<'_>, speaker: Hit, mark: &str) -> Vec<Edit> {
    let text = subject.text;
    let name = speaker.start as usize;
    let start = text[..name].trim_end().len();
    let mark = if text[start..name].contains('\n') { format!("{}{}", &text[start..name], mark.trim_start()) } else { mark.to_owned() };
    let speakers = &subject.scan.speakers;
    let bearer = speakers.binary_search_by_key(&(speaker.end as usize), |it| it.end).ok().map(|it| speakers[it].name);
    vec![match bearer.filter(|it| !it.is_empty()) {
        Some(bearer) => Edit::new(Span::new(start, bearer.end), format!("{mark}{},", &text[bearer.range()])),
        None => Edit::new(Span::new(start, name), mark),
    }]
}

/// Takes the names that stay out of edits around them, where other findings have something to say of the names. There, and behind a
/// headline, what is name and what is office is less certain: no comma is put between them.
pub fn make_room(text: &str, findings: &mut [Finding]) {
    for index in 0..findings.len() {
        let name = findings[index].span.start;
        let around = findings[index].fix.as_ref().and_then(|it| it.edits.first().filter(|it| it.span.start < name && name < it.span.end));
        let Some(around) = around.cloned() else { continue };
        let inside = Span::new(name, around.span.end);
        let Some((mark, _)) = around.replacement.split_once(&text[inside.range()]) else { continue };
        let mark = Edit::new(Span::new(around.span.start, name), mark);
        let spoken_of = |it: &Finding| it.fix.iter().flat_map(|it| &it.edits).any(|it| it.span.overlaps(inside));
        let behind_headline = findings[..index].iter().rev().take(NEAR).any(|it| it.span.end == around.span.start);
        let same_start = findings[..index].iter().rev().take_while(|it| it.span.start == name);
        let others = findings[index + 1..].iter().take_while(|it| it.span.start < inside.end).chain(same_start).any(spoken_of);
        if let Some(fix) = findings[index].fix.as_mut().filter(|_| behind_headline || others) {
            fix.edits = vec![mark];
        }
    }
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).expect("texts are shorter than 4 GiB")
}
