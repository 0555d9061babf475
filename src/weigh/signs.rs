//! Where a text shows what a spinner does, and where it does not.

use std::ops::Range;

use crate::{
    admit::{Admitted, Subject},
    context::Reading,
    nats::{self, PerMillion},
    rules::{Group, Guard, Hit, Replaceable, evidence::Strength, rule::Sign},
    span::Span,
};

/// One occurrence of a sign of a spinner.
pub(super) struct Sighting {
    pub(super) block: usize,
    pub(super) group: Group,
    /// What is known of its original, where that is one word.
    pub(super) original: Option<Replaceable>,
    pub(super) strength: Strength,
    pub(super) span: Span,
    pub(super) hit: Hit,
    // How much it is to be preferred to a sign that overlaps it.
    chance: PerMillion,
}

/// A sign whose original does not fit its place, to this many thousandths, is none.
const FAINT: u32 = 50;

/// The words around a sign make it at most so many times stronger than frequencies do: of a text unlike those that the model was made from it says
/// nonsense, and with great emphasis.
const MOST: u32 = 3;

/// The signs in a text before any guard has seen them: never fewer than there are.
pub(super) fn unguarded(subject: &Subject<'_>) -> Vec<Sighting> {
    let hits = subject.scan.hits.iter().filter(|it| subject.rules.is_sign(**it, Sign::Spun));
    outermost(subject, hits.map(|&hit| (hit, None)))
}

/// The signs among admitted hits. Where they were read in their context, that says how likely each is; else the frequencies of words do.
pub(super) fn signs(subject: &Subject<'_>, admitted: &[Admitted], readings: Option<&[Option<Reading>]>) -> Vec<Sighting> {
    let reading = |index: usize| readings.and_then(|it| it[index].as_ref());
    let indexed = admitted.iter().enumerate().filter(|(_, it)| it.guard == Guard::Free && subject.rules.is_sign(it.hit, Sign::Spun));
    outermost(subject, indexed.map(|(index, it)| (it.hit, reading(index))))
}

/// Of the signs that lie one in another the likeliest, or else the longest; all outside excepted zones.
fn outermost<'r>(subject: &Subject<'_>, hits: impl Iterator<Item = (Hit, Option<&'r Reading>)>) -> Vec<Sighting> {
    let (rules, layout) = (subject.rules, subject.layout);
    let mut signs: Vec<Sighting> = Vec::new();
    let mut block = 0;
    for (hit, reading) in hits {
        let span = hit.span();
        while layout.blocks.get(block).is_some_and(|it| it.span.end <= span.start) {
            block += 1;
        }
        if layout.blocks.get(block).is_none_or(|it| !it.span.contains(span)) || rules.excepted(hit).contains(layout.zone(span)) {
            continue;
        }
        let strength = rules.strength(hit);
        // The forms of a rule are read only where there is something to ask them.
        let read = reading.filter(|_| rules.is_row(hit)).and_then(|it| Some((it, rules.form(hit)?)));
        let (strength, chance) = match read {
            Some((reading, form)) => {
                let most = strength.gain.max(1000).saturating_mul(MOST);
                (Strength::new(reading.gain(form.own_loss).min(most), strength.habit), reading.swapped())
            }
            None => (strength, nats::ONE),
        };
        if strength.gain < FAINT || signs.last().is_some_and(|it| it.span.contains(span) && it.chance >= chance) {
            continue;
        }
        while signs.last().is_some_and(|it| it.span.overlaps(span) && it.chance <= chance) {
            signs.pop();
        }
        let group = rules.group(hit);
        signs.push(Sighting { block, group, original: rules.original_of(group), strength, span, hit, chance });
    }
    signs
}

/// Which signs of a text stand in some blocks.
pub(super) fn places(signs: &[Sighting], blocks: Span) -> Range<usize> {
    let first = signs.partition_point(|it| it.block < blocks.start);
    first..first + signs[first..].partition_point(|it| it.block < blocks.end)
}

/// The signs of a text that stand in some blocks.
pub(super) fn within(signs: &[Sighting], blocks: Span) -> &[Sighting] {
    &signs[places(signs, blocks)]
}
