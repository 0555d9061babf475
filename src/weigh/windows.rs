//! Runs of blocks that convict themselves: texts are spun in part.

use super::{
    CONVICTED,
    bound::Worth,
    part::{Judged, Part},
    signs::{Sighting, Survivor, Tally},
};
use crate::{
    nats::{self, MilliNats},
    rules::Group,
    segment::Layout,
    span::Span,
};

/// Windows of so many blocks are looked at, each a third of itself further than the last.
const WINDOWS: [usize; 3] = [3, 6, 12];

/// The logarithm of the odds of [`CONVICTED`].
pub(super) const NINE_TO_ONE: MilliNats = 2_197;

/// The runs of blocks that are looked at by themselves, and the logarithm of the odds for each: many have many chances to look like something.
pub(super) fn windows(layout: &Layout, prior: MilliNats) -> (Vec<Span>, MilliNats) {
    let blocks = layout.blocks.len();
    let windows: Vec<Span> = WINDOWS
        .iter()
        .filter(|&&size| size < blocks)
        .flat_map(|&size| (0..=blocks - size).step_by(size / 3).map(move |start| Span::new(start, start + size)))
        .collect();
    let prior = prior - nats::ln_ratio(u64::try_from(windows.len().max(1)).unwrap_or(u64::MAX), 1);
    (windows, prior)
}

/// The runs of blocks that are convicted by themselves, those that touch made one.
pub(super) fn convicted_parts(layout: &Layout, signs: &[Sighting], tally: &mut Tally<'_>, prior: MilliNats) -> Vec<Judged> {
    merged(convicted_windows(layout, signs, tally, prior).map(|(part, prior)| part.judged(prior)).collect(), signs)
}

/// Whether any run of blocks is convicted by itself.
pub(super) fn any_convicted(layout: &Layout, signs: &[Sighting], tally: &mut Tally<'_>, prior: MilliNats) -> bool {
    convicted_windows(layout, signs, tally, prior).next().is_some()
}

/// Whether any run of blocks could be, if no word were left in it that a spinner might have replaced.
pub(super) fn any_promises(layout: &Layout, signs: &[Sighting], prior: MilliNats) -> bool {
    promising(layout, signs, prior).next().is_some()
}

/// The windows whose signs say enough to convict them by themselves, unless survivors speak against it: what they say at the most, and the
/// logarithm of the odds that were held before.
fn promising<'s>(
    layout: &Layout,
    signs: &'s [Sighting],
    prior: MilliNats,
) -> impl Iterator<Item = (Span, &'s [Sighting], Worth, MilliNats)> {
    let worths = Worth::up_to_each(signs);
    let (windows, prior) = windows(layout, prior);
    windows.into_iter().filter_map(move |window| {
        let first = signs.partition_point(|it| it.block < window.start);
        let last = signs.partition_point(|it| it.block < window.end);
        let worth = worths[last].less(worths[first]);
        worth.promises(NINE_TO_ONE - prior).then(|| (window, &signs[first..last], worth, prior))
    })
}

/// The windows that are convicted by themselves, each with the logarithm of the odds that were held before it was looked at.
fn convicted_windows(
    layout: &Layout,
    signs: &[Sighting],
    tally: &mut Tally<'_>,
    prior: MilliNats,
) -> impl Iterator<Item = (Part, MilliNats)> {
    promising(layout, signs, prior).filter_map(|(window, signs, worth, prior)| {
        tally.move_to(window);
        // A part convicts itself only from odds of nine to one.
        if !worth.suffices(&tally.beside(signs), NINE_TO_ONE - prior) {
            return None;
        }
        let part = Part::new(window, signs, tally);
        (part.spun(prior) >= CONVICTED).then_some((part, prior))
    })
}

/// The blocks of a convicted run that are spun, where others are not: what each says at the run's rates, and a price for every change between
/// spun and not.
///
/// Source: Viterbi, *Error Bounds for Convolutional Codes* (1967), with two states.
pub(super) fn spun_runs(judged: &Judged, signs: &[Sighting], survivors: &[Survivor]) -> Vec<Span> {
    let Span { start, end } = judged.blocks;
    let mut says = vec![0i64; end - start];
    let rate = |group: &Group| judged.rates.get(group).copied().unwrap_or(0);
    let mut add = |block: usize, evidence: MilliNats| {
        if (start..end).contains(&block) {
            says[block - start] += i64::from(evidence);
        }
    };
    for sign in signs {
        let rate = u64::from(rate(&sign.group));
        let million = u64::from(nats::ONE);
        add(sign.block, nats::ln_ratio(million - rate + rate * u64::from(sign.strength.gain) / 1000, million).min(CERTAIN));
    }
    for it in survivors {
        add(it.block, nats::ln_ratio(u64::from(nats::ONE - rate(&it.group)), u64::from(nats::ONE)));
    }
    // The best score up to each block in either state, and whether the block before was in the other one.
    let (mut out, mut within) = (0i64, 0i64);
    let mut turns = Vec::with_capacity(says.len());
    for said in &says {
        let (enter, leave) = (out - CHANGE > within, within - CHANGE > out);
        turns.push((enter, leave));
        (out, within) = (if leave { within - CHANGE } else { out }, (if enter { out - CHANGE } else { within }) + said);
    }
    let mut inside = within >= out;
    let mut runs: Vec<Span> = Vec::new();
    for (block, (enter, leave)) in (start..end).zip(turns).rev() {
        if inside {
            match runs.last_mut().filter(|it| it.start == block + 1) {
                Some(last) => last.start = block,
                None => runs.push(Span::new(block, block + 1)),
            }
        }
        inside = if inside { !enter } else { leave };
    }
    runs.reverse();
    runs
}

/// The price of a change between spun and not, and the most that one sign says here.
const CHANGE: i64 = 4_000;
const CERTAIN: MilliNats = 4_000;

/// Runs that touch made one, without blocks at their ends that hold no sign.
fn merged(mut parts: Vec<Judged>, signs: &[Sighting]) -> Vec<Judged> {
    for part in &mut parts {
        let mut inside = signs.iter().map(|it| it.block).filter(|it| (part.blocks.start..part.blocks.end).contains(it));
        let first = inside.next().unwrap_or(part.blocks.start);
        let last = inside.next_back().unwrap_or(first);
        part.blocks = Span::new(first, last + 1);
    }
    parts.sort_by_key(|it| it.blocks);
    let mut merged: Vec<Judged> = Vec::new();
    for part in parts {
        match merged.last_mut().filter(|it| part.blocks.start <= it.blocks.end) {
            Some(last) => {
                last.blocks.end = last.blocks.end.max(part.blocks.end);
                last.theta = last.theta.max(part.theta);
                last.density = last.density.max(part.density);
                last.spun = last.spun.max(part.spun);
                for (group, chance) in part.rates {
                    let known = last.rates.entry(group).or_default();
                    *known = chance.max(*known);
                }
            }
            None => merged.push(part),
        }
    }
    merged
}
