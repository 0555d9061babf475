//! Sentences and blocks in which the page speaks to its readers, and not the article of the world.
//!
//! The words are new on each page, the voice is not: it calls, says “you” and “our”, and speaks of newsletters, apps and cookies. Each sign is
//! so many times likelier there than in an article, and every other word speaks against.

use super::paragraphs::{PARAGRAPHS, Paragraphs};
use crate::{
    admit::Quotes,
    nats::{self, MilliNats, PerMillion},
    rules::{Hit, rule::Sign},
    segment::{Block, sentences},
    sighting::{Sighting, counted, repeated, sightings},
    span::Span,
    zone::Zone,
};

/// How likely a block, or a sentence beside others, is the page's before it is looked at.
const BLOCK: MilliNats = -3_500;
const SENTENCE: MilliNats = -4_500;
/// What each word that is no sign says.
const WORD: MilliNats = -100;
/// What it says that no stop stands at the end of a block, or a mark of exclamation.
const OPEN: MilliNats = 1_500;
const CALL: MilliNats = 1_000;
/// Odds at which it goes.
const GOES: MilliNats = 1_500;
/// One sign at the least says so much: “our” and “your” are said by others, too.
const STRONG: MilliNats = 1_500;
/// What has more signs than this is no insert.
const MOST: usize = 64;
/// A sentence of the page that has no sign of it has no more words.
const FEW: usize = 6;
/// Of the paragraphs of an article, fewer than one in so many are the page's: a text that speaks to its readers throughout is meant to.
const SHARE: usize = 3;

/// What the page says, with the chance that it does.
#[must_use]
pub fn voice(paragraphs: &Paragraphs<'_>, quotes: Quotes) -> Vec<(Span, PerMillion)> {
    let subject = paragraphs.subject;
    let is_sign = |it: &Hit| subject.rules.is_sign(*it, Sign::Page);
    let hits: Vec<Hit> = subject.scan.hits.iter().copied().filter(is_sign).collect();
    let could = BLOCK + OPEN + CALL + hits.iter().map(|it| subject.rules.weight(*it)).sum::<MilliNats>();
    if could < GOES || paragraphs.count() < PARAGRAPHS {
        return Vec::new();
    }
    let signs = sightings(subject, hits, quotes);
    let mut found: Vec<(Span, PerMillion)> = Vec::new();
    let mut spoken = 0;
    for of_block in signs.chunk_by(|a, b| a.block == b.block) {
        let block = &subject.layout.blocks[of_block[0].block];
        let said = in_block(subject.text, block, of_block);
        spoken += usize::from(!said.is_empty() && paragraphs.are()[of_block[0].block]);
        found.extend(said);
    }
    if SHARE * spoken > paragraphs.count() {
        found.clear();
    }
    found
}

/// What of a block the page says: all of it, or runs of sentences.
fn in_block(text: &str, block: &Block, signs: &[Sighting]) -> Vec<(Span, PerMillion)> {
    let content = &text[block.span.range()];
    let listed = content.starts_with(['#', '-', '*', '•', '+', '|', '>', '“', '"', '‘', '«']);
    if block.zone == Zone::Code || listed || content.contains("\n#") {
        return Vec::new();
    }
    let own = |it: Span| signs.partition_point(|sign| sign.span.start < it.start)..signs.partition_point(|sign| sign.span.start < it.end);
    let silent = |it: Span| own(it).is_empty() && text[it.range()].split_whitespace().nth(FEW).is_some();
    let whole = odds(text, block.span, signs, BLOCK);
    if whole >= GOES && !sentences(text, block.span).any(silent) {
        return vec![(block.span, nats::probability(whole))];
    }
    let mut runs: Vec<(Span, PerMillion)> = Vec::new();
    let mut touches = false;
    for sentence in sentences(text, block.span) {
        let said = odds(text, sentence, &signs[own(sentence)], SENTENCE);
        let goes = said >= GOES && !text[sentence.range()].contains(['“', '”', '"']);
        match runs.last_mut().filter(|_| goes && touches) {
            Some((run, chance)) => (run.end, *chance) = (sentence.end, nats::probability(said).min(*chance)),
            None if goes => runs.push((sentence, nats::probability(said))),
            None => {}
        }
        touches = goes;
    }
    runs
}

/// The odds that the page says what stands in a span, as a logarithm.
fn odds(text: &str, span: Span, signs: &[Sighting], prior: MilliNats) -> MilliNats {
    if signs.len() > MOST || signs.iter().all(|it| it.weight < STRONG) {
        return nats::NEVER;
    }
    let content = &text[span.range()];
    let ends = match content.trim_end_matches([')', ']']).chars().next_back() {
        Some('!') => CALL,
        Some('.' | '?' | '…' | '”' | '"' | '’') => 0,
        _ => OPEN,
    };
    let words = |of: &str| of.split_whitespace().count();
    let in_signs: usize = signs.iter().map(|it| words(&text[it.span.range()])).sum();
    let silent = MilliNats::try_from(words(content).saturating_sub(in_signs)).unwrap_or(MilliNats::MAX);
    let said: i64 = counted(signs).values().map(|&(weight, count)| i64::from(weight) * repeated(count) / 1000).sum();
    let said = MilliNats::try_from(said).expect("few signs, each of a few nats");
    prior + ends + WORD.saturating_mul(silent).saturating_add(said)
}
