//! The evidence in a run of blocks, and what the run is taken for.

use std::{array, cmp::Reverse, collections::BTreeMap, sync::LazyLock};

use super::{
    signs::Sighting,
    survivors::{Census, MANY, Tally},
};
use crate::{
    finding::Confidence,
    nats::{self, MilliNats, PerMillion},
    rules::{
        Group,
        evidence::{self, RATES},
    },
    span::Span,
};

/// The chances that a word is on the list, in thousandths; the likelihood is averaged over them and the rates.
pub(super) const DENSITIES: [u32; 4] = [30, 100, 300, 700];
/// No spinner is lighter than this: rate times density, in millionths. Who replaces fewer words has done nothing for his page.
const LIGHTEST: u32 = 24_000;
/// What the evidence is worth, in thousandths, and what is added to it, as the averages over rates and densities take too many light spinners
/// into account; fitted so that chances are right on spun and on ordinary texts of 150 to 2,000 words.
pub(super) const TEMPERATURE: i64 = 2_500;
pub(super) const HEAVIER: MilliNats = 1_500;

/// The logarithms of what is left of a word at each rate, of a density, and of the rest of it.
const GONE: [MilliNats; RATES.len()] = logarithms(RATES, Share::Rest);
const ON: [MilliNats; DENSITIES.len()] = logarithms(DENSITIES, Share::Itself);
const OFF: [MilliNats; DENSITIES.len()] = logarithms(DENSITIES, Share::Rest);

#[derive(Clone, Copy)]
enum Share {
    Itself,
    Rest,
}

/// The logarithms of thousandths, or of what they leave of the whole.
const fn logarithms<const N: usize>(thousandths: [u32; N], share: Share) -> [MilliNats; N] {
    let mut logarithms = [0; N];
    let mut index = 0;
    while index < N {
        let part = match share {
            Share::Itself => thousandths[index],
            Share::Rest => 1000 - thousandths[index],
        };
        logarithms[index] = nats::ln_ratio(part as u64, 1000);
        index += 1;
    }
    logarithms
}

/// The rates and densities, by index, that make no lighter spinner than there are.
pub(super) fn cells() -> impl Iterator<Item = (usize, usize)> {
    let all = (0..RATES.len()).flat_map(|rate| (0..DENSITIES.len()).map(move |density| (rate, density)));
    all.filter(|&(rate, density)| RATES[rate] * DENSITIES[density] >= LIGHTEST)
}

/// The evidence in a run of blocks: that of each original with a sign, and how many originals have survivors alone.
pub(super) struct Part {
    blocks: Span,
    signed: Vec<(Group, Evidence)>,
    // Of originals without a sign.
    unsigned: Census,
}

/// What is asked of a part. That a word which no spinner was seen to replace stands in it says nothing of whether it is spun; but if it is, it says
/// how many of such words are on the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Whether,
    HowMuch,
}

/// What an original says that has so many survivors and no sign, by rate and density.
static UNSIGNED: LazyLock<[[[MilliNats; MANY]; DENSITIES.len()]; RATES.len()]> = LazyLock::new(|| {
    let say = |rate: usize, density: usize, count: usize| {
        let gone = MilliNats::try_from(count).expect("a small number") * GONE[rate];
        if count == 0 { 0 } else { nats::ln_add(OFF[density], ON[density] + gone) }
    };
    array::from_fn(|rate| array::from_fn(|density| array::from_fn(|count| say(rate, density, count))))
});

/// What originals with survivors alone say at a rate and a density, given by index: `originals` counts those with 0, 1, 2… survivors.
pub(super) fn unsigned(originals: &[u32], (rate, density): (usize, usize)) -> MilliNats {
    let used = originals.iter().rposition(|it| *it > 0).map_or(0, |it| it + 1);
    originals[..used].iter().zip(&UNSIGNED[rate][density]).map(|(originals, say)| originals.cast_signed().wrapping_mul(*say)).sum()
}

/// The evidence of one original at each rate, as if it were surely on the list; and the chance that it is an author's habit.
struct Evidence {
    at: [MilliNats; RATES.len()],
    // The same where each occurrence counts in full: how often the original is swapped is asked of all of them.
    each: [MilliNats; RATES.len()],
    habit: MilliNats,
    // What the habit explains of it at each rate.
    explained: [MilliNats; RATES.len()],
}

impl Evidence {
    /// The chance that an occurrence of the original was swapped, in millionths; `priors` are the logarithms of the chances of each rate, and
    /// of the original not being on the list.
    fn rate(&self, (priors, off): ([MilliNats; RATES.len()], MilliNats)) -> PerMillion {
        let at = |rate: usize| priors[rate] + self.each[rate];
        let best = (0..RATES.len()).map(at).chain([off]).max().unwrap_or(off);
        let weights: Vec<u64> = (0..RATES.len()).map(|rate| u64::from(nats::exp(at(rate) - best))).collect();
        let total = weights.iter().sum::<u64>() + u64::from(nats::exp(off - best));
        let swapped: u64 = weights.iter().zip(RATES).map(|(weight, rate)| weight * u64::from(rate)).sum();
        u32::try_from(1000 * swapped / total.max(1)).expect("at most one")
    }
}

/// The logarithms of the chances of each rate where the density is given and one of [`RATES`] is the usual one (each original has a rate of
/// its own, which is the usual one in half of the cases), and of an original not being on the list.
fn priors(density: u32, usual: usize) -> ([MilliNats; RATES.len()], MilliNats) {
    let count = u32::try_from(2 * RATES.len()).expect("a few rates");
    let other = nats::ln_ratio((density / count).into(), 1000);
    let mut priors = [other; RATES.len()];
    priors[usual] = nats::ln_ratio((density / count + density / 2).into(), 1000);
    (priors, nats::ln_ratio(u64::from(1000 - density), 1000))
}

/// A run of blocks and what it is taken for.
#[derive(Clone)]
pub(super) struct Judged {
    pub(super) blocks: Span,
    pub(super) spun: Confidence,
    pub(super) theta: u32,
    pub(super) density: u32,
    pub(super) rates: BTreeMap<Group, PerMillion>,
}

impl Part {
    /// The evidence in some blocks: the signs in them, and the survivors, counted.
    ///
    /// A word that stands in a text is likely to come back, whoever put it there; what is rare is that it stands there at all. So each further
    /// occurrence of a swap says less than the one before: the second a half of the first, the third a third.
    ///
    /// Source: Church, *Empirical Estimates of Adaptation: The chance of Two Noriegas is closer to p/2 than p²* (2000).
    pub(super) fn new(blocks: Span, signs: &[Sighting], tally: &mut Tally<'_>) -> Self {
        let unsigned = tally.beside(signs);
        let mut signs: Vec<&Sighting> = signs.iter().collect();
        // Of the occurrences of one swap the strongest counts in full.
        signs.sort_unstable_by_key(|it| (it.group, it.hit.rule, Reverse(it.strength.gain), it.span));
        let mut part = Self { blocks, signed: Vec::new(), unsigned };
        for same in signs.chunk_by(|a, b| a.group == b.group) {
            let count = same[0].original.map_or(0, |it| tally.count(it));
            let against = GONE.map(|it| it.saturating_mul(i32::try_from(count).unwrap_or(1000).min(1000)));
            let mut evidence = Evidence { at: against, each: against, habit: nats::NEVER, explained: [0; RATES.len()] };
            for swap in same.chunk_by(|a, b| a.hit.rule == b.hit.rule) {
                for (occurrence, Sighting { strength, .. }) in (1..).zip(swap) {
                    for ((total, each), at) in evidence.at.iter_mut().zip(&mut evidence.each).zip(strength.at) {
                        *total = (*total + at / occurrence).min(-nats::NEVER);
                        *each = (*each + at).min(-nats::NEVER);
                    }
                    evidence.habit = evidence.habit.max(strength.habit);
                }
            }
            evidence.explained = evidence::explained(evidence.at, evidence.habit);
            part.signed.push((same[0].group, evidence));
        }
        part
    }

    /// The logarithm of how much likelier the part is at a rate and a density, given by index, than in an ordinary text.
    fn likelihood(&self, question: Question, (rate, density): (usize, usize)) -> MilliNats {
        let (on, off) = (ON[density], OFF[density]);
        let signed = self.signed.iter().map(|(_, it)| nats::ln_add(off, on + it.at[rate]) - it.explained[rate]);
        let others = if question == Question::HowMuch { unsigned(&self.unsigned.unattested, (rate, density)) } else { 0 };
        signed.sum::<MilliNats>() + unsigned(&self.unsigned.attested, (rate, density)) + others
    }

    /// The chance that it is spun; all that most parts are asked.
    pub(super) fn spun(&self, prior: MilliNats) -> Confidence {
        self.weighted(Question::Whether).spun(prior)
    }

    pub(super) fn judged(&self, prior: MilliNats) -> Judged {
        let weighted = self.weighted(Question::HowMuch);
        let theta = weighted.mean(|(rate, _)| RATES[rate]);
        let density = weighted.mean(|(_, density)| DENSITIES[density]);
        let nearest = (0..RATES.len()).min_by_key(|&rate| RATES[rate].abs_diff(theta)).expect("there are rates");
        let priors = priors(density, nearest);
        let rates = self.signed.iter().map(|(group, evidence)| (*group, evidence.rate(priors)));
        Judged { blocks: self.blocks, spun: self.spun(prior), theta, density, rates: rates.collect() }
    }

    fn weighted(&self, question: Question) -> Weighted {
        let likelihoods: Vec<MilliNats> = cells().map(|it| self.likelihood(question, it)).collect();
        let best = likelihoods.iter().copied().max().unwrap_or(nats::NEVER);
        Weighted { best, weights: likelihoods.iter().map(|it| u64::from(nats::exp(it - best))).collect() }
    }
}

/// The likelihood of a part in each of [`cells`]: the best one, and the others as parts of it, in millionths.
struct Weighted {
    best: MilliNats,
    weights: Vec<u64>,
}

impl Weighted {
    fn total(&self) -> u64 {
        self.weights.iter().sum()
    }

    fn spun(&self, prior: MilliNats) -> Confidence {
        let average = self.best + nats::ln_ratio(self.total(), self.weights.len() as u64 * u64::from(nats::ONE));
        let odds = MilliNats::try_from(i64::from(average) * TEMPERATURE / 1000).unwrap_or(nats::NEVER) + HEAVIER + prior;
        Confidence::from_millionths(nats::probability(odds))
    }

    fn mean(&self, value: impl Fn((usize, usize)) -> u32) -> u32 {
        let sum: u64 = cells().zip(&self.weights).map(|(cell, weight)| u64::from(value(cell)) * weight).sum();
        u32::try_from(sum / self.total().max(1)).expect("a mean of small numbers")
    }
}
