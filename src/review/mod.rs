//! What a reviewer goes through: proposals, equal ones on one card, in an order.

mod session;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
pub use session::{Card, Key, Mark, Mode, Pressed, Progress, Session};

use crate::{
    decision::{Decision, Decisions, Standing},
    edit::Applicability,
    finding::Confidence,
    ledger::content_hash,
    report::{Entry, Report},
    segment::{Layout, segment, sentence_around},
    span::Span,
};

/// A place where something is proposed, with all that a reviewer wants to see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What is to be decided; open.
    pub open: Decision,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Chance that it is right.
    pub confidence: Confidence,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// One line on what is wrong.
    pub message: String,
    /// Why it is believed.
    pub evidence: Vec<String>,
    /// Other readings, the most likely first.
    pub alternatives: Vec<(String, Confidence)>,
    /// The sentence before the place, and after it.
    pub sentence: (String, String),
    /// What was decided of it before.
    pub mark: Option<Mark>,
}

/// The proposals of a report, and what one reviewer has decided of them.
#[must_use]
pub fn proposals(report: &Report<'_>, decided: &Decisions) -> Vec<Proposal> {
    let layout = segment(report.checked.document.text());
    let standing = decided.standing(report);
    let fixable = |it: &(&Entry<'_>, Standing<'_>)| it.0.set_aside.is_none() && it.0.finding.fix.is_some();
    let entries = report.entries.iter().zip(standing).filter(fixable);
    entries.map(|(entry, standing)| proposal(report, entry, standing, &layout)).collect()
}

impl Proposal {
    /// The question whether anything was missed in a document in which nothing is proposed; its text stands where a sentence would.
    #[must_use]
    pub fn question(open: &Decision, text: &str, decided: &Decisions) -> Self {
        Self {
            open: open.clone(),
            line: 1,
            column: 1,
            confidence: Confidence::FULL,
            applicability: Applicability::Display,
            message: "was anything missed in this document?".to_owned(),
            evidence: Vec::new(),
            alternatives: Vec::new(),
            sentence: (String::new(), text.to_owned()),
            mark: decided.answer_to(open).map(Mark::of),
        }
    }
}

fn proposal(report: &Report<'_>, entry: &Entry<'_>, standing: Standing<'_>, layout: &Layout) -> Proposal {
    let document = &report.checked.document;
    let text = document.text();
    let it = entry.finding;
    let sentence = around(text, it.span, layout);
    Proposal {
        open: Decision::open(report.origin, entry, document),
        line: entry.line,
        column: entry.column,
        confidence: it.confidence,
        applicability: it.fix.as_ref().map_or(Applicability::Display, |fix| fix.applicability),
        message: it.message.clone(),
        evidence: it.evidence.iter().map(ToString::to_string).collect(),
        alternatives: it.alternatives.iter().map(|it| (it.replacement.clone(), it.confidence)).collect(),
        sentence: (text[sentence.start..it.span.start].to_owned(), text[it.span.end..sentence.end].to_owned()),
        mark: match standing {
            Standing::Settled(it) | Standing::Disputed(it, _) => Some(Mark::of(it)),
            Standing::Open => None,
        },
    }
}

/// So much of a sentence is shown on either side of a place.
const SHOWN: usize = 300;

fn around(text: &str, span: Span, layout: &Layout) -> Span {
    let block = layout.block(span).map(|it| it.span).filter(|it| it.contains(span));
    let sentence = block.map_or(span, |block| sentence_around(text, block, span));
    // A word or two is no context: then the neighbours are shown as well.
    let least = if sentence.len() < span.len() + 24 { SHOWN / 3 } else { 0 };
    let start = sentence.start.min(span.start.saturating_sub(least)).max(span.start.saturating_sub(SHOWN));
    let end = sentence.end.max((span.end + least).min(text.len())).min(span.end + SHOWN);
    Span::new(text.floor_char_boundary(start), text.ceil_char_boundary(end.min(text.len())))
}

/// In which order cards come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As they stand in the documents.
    Text,
    /// The least certain first.
    Uncertain,
    /// The most frequent first.
    Count,
    /// By chance, which begins with this number.
    Random(u64),
}

/// What a proposal is drawn or shared out by, the same on every machine.
fn draw(seed: u64, name: &str) -> String {
    content_hash(format!("{seed} {name}").as_bytes())
}

/// So many proposals, drawn by chance from all that are added, of which no more are kept.
#[derive(Debug)]
pub struct Sample {
    size: usize,
    seed: u64,
    seen: usize,
    // By what they are drawn by and by their place among all.
    drawn: BTreeMap<(String, usize), Proposal>,
}

impl Sample {
    /// A sample of nothing yet.
    #[must_use]
    pub const fn new(size: usize, seed: u64) -> Self {
        Self { size, seed, seen: 0, drawn: BTreeMap::new() }
    }

    /// Draws, or does not.
    pub fn add(&mut self, it: Proposal) {
        let at = self.seen;
        self.seen += 1;
        self.drawn.insert((draw(self.seed, &format!("{} {at}", it.open.key)), at), it);
        if self.drawn.len() > self.size {
            self.drawn.pop_last();
        }
    }

    /// What was drawn, in the order in which it was added.
    #[must_use]
    pub fn into_proposals(self) -> Vec<Proposal> {
        let mut drawn: Vec<(usize, Proposal)> = self.drawn.into_iter().map(|((_, at), it)| (at, it)).collect();
        drawn.sort_by_key(|it| it.0);
        drawn.into_iter().map(|it| it.1).collect()
    }
}

/// Whether a proposal falls to one of several reviewers, from 1: equal changes go to one of them, and so many of a hundred changes to all.
#[must_use]
pub fn is_assigned(it: &Proposal, own: u32, all: u32, overlap: u32) -> bool {
    let change = format!("{}\0{}", it.open.text, it.open.proposed.as_deref().unwrap_or_default());
    let number = |salt: u64| u32::from_str_radix(&draw(salt, &change)[..7], 16).expect("a hash is hexadecimal");
    number(1) % all == own - 1 || number(2) % 100 < overlap
}
