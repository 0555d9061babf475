//! Signs where they stand in a text, and what those say that come back.

use std::collections::BTreeMap;

use crate::{
    admit::{Quotes, Subject},
    nats::MilliNats,
    rules::Hit,
    span::Span,
};

/// A sign in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// The block that it stands in, by index.
    pub block: usize,
    /// Where it stands.
    pub span: Span,
    /// Index of its rule.
    pub rule: u32,
    /// What it says, as a logarithm.
    pub weight: MilliNats,
}

/// The signs among some hits that nothing forbids, in the order of the text; of those that overlap the strongest.
#[must_use]
pub fn sightings(subject: &Subject<'_>, hits: Vec<Hit>, quotes: Quotes) -> Vec<Sighting> {
    let mut signs: Vec<Sighting> = Vec::new();
    for hit in hits.into_iter().filter(|it| subject.admit(*it, quotes).is_some()) {
        let span = hit.span();
        let Some(block) = subject.layout.block_index(span) else { continue };
        let weight = subject.rules.weight(hit);
        if signs.last().is_some_and(|it| it.span.overlaps(span) && it.weight >= weight) {
            continue;
        }
        while signs.last().is_some_and(|it| it.span.overlaps(span)) {
            signs.pop();
        }
        signs.push(Sighting { block, span, rule: hit.rule, weight });
    }
    signs
}

/// How often each sign stands among some, with its weight.
pub fn counted<'s>(signs: impl IntoIterator<Item = &'s Sighting>) -> BTreeMap<u32, (MilliNats, i64)> {
    let mut counts: BTreeMap<u32, (MilliNats, i64)> = BTreeMap::new();
    for it in signs {
        counts.entry(it.rule).or_insert((it.weight, 0)).1 += 1;
    }
    counts
}

/// What so many occurrences say, in thousandths of what one says: each further one less.
#[must_use]
pub fn repeated(count: i64) -> i64 {
    (1..=count).map(|it| 1000 / it).sum()
}
