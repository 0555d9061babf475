//! Where a text shows what a spinner does, and where it does not.

use crate::{
    admit::{Admitted, Subject},
    context::Reading,
    nats::{self, PerMillion},
    rules::{Group, Guard, Hit, evidence::Strength, rule::Sign},
    span::Span,
};

/// One occurrence of a sign of a spinner.
pub(super) struct Sighting {
    pub(super) block: usize,
    pub(super) group: Group,
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
        let (strength, chance) = match reading.filter(|_| rules.is_row(hit)).zip(rules.form(hit)) {
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
        signs.push(Sighting { block, group: rules.group(hit), strength, span, hit, chance });
    }
    signs
}

/// A word left that a spinner might have replaced.
pub(super) struct Survivor {
    pub(super) block: usize,
    pub(super) group: Group,
    // The number, counted from 1, of the last survivor before it that is the same word; 0 where there is none.
    pub(super) again: u32,
    /// Whether spinners were seen to replace it: if not, it speaks only beside a sign of its original.
    pub(super) attested: bool,
}

/// The words left that a spinner might have replaced, in the order of the text.
pub(super) fn survivors(subject: &Subject<'_>, signs: &[Sighting]) -> Vec<Survivor> {
    let Subject { scan, layout, rules, .. } = *subject;
    let mut signs = signs.iter().map(|it| it.span).peekable();
    let mut masks = layout.masks.iter().copied().peekable();
    let mut block = 0;
    let mut left = Vec::new();
    // By original, the number of its last survivor.
    let mut last = vec![0u32; rules.originals()];
    for (token, original) in scan.tokens.iter().filter_map(|it| Some((it, rules.original(it.id())?))) {
        let span = Span::new(token.start as usize, token.end as usize);
        while signs.next_if(|it| it.end <= span.start).is_some() {}
        while masks.next_if(|it| it.end <= span.start).is_some() {}
        let covered = |it: &Span| it.overlaps(span);
        if signs.peek().is_some_and(covered) || masks.peek().is_some_and(covered) {
            continue;
        }
        while layout.blocks.get(block).is_some_and(|it| it.span.end <= span.start) {
            block += 1;
        }
        let number = u32::try_from(left.len() + 1).expect("fewer than 2³² tokens");
        left.push(Survivor {
            block,
            group: Group::word(token.id()),
            again: std::mem::replace(&mut last[original.index()], number),
            attested: original.attested,
        });
    }
    left
}
