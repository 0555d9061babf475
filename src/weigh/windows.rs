//! Runs of blocks that convict themselves: texts are spun in part.

use super::{
    CONVICTED,
    bound::Worth,
    part::{Judged, Part},
    signs::{self, Sighting},
    survivors::{Sketch, Survivor, Tally},
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

/// A run of blocks whose signs may be enough to convict it by itself.
pub(super) struct Promising<'s> {
    window: Span,
    signs: &'s [Sighting],
    worth: Worth,
}

/// The runs of blocks that may be convicted by themselves, and the logarithm of the odds for each before it is looked at.
pub(super) struct Promises<'s> {
    windows: Vec<Promising<'s>>,
    prior: MilliNats,
}

impl<'s> Promises<'s> {
    /// Those whose signs say enough, unless words that are left speak against it.
    pub(super) fn new(layout: &Layout, signs: &'s [Sighting], prior: MilliNats) -> Self {
        let worths = Worth::up_to_each(signs);
        let (windows, prior) = windows(layout, prior);
        let promising = |window: Span| {
            let inside = signs::places(signs, window);
            let worth = worths[inside.end].less(worths[inside.start]);
            worth.promises(NINE_TO_ONE - prior).then(|| Promising { window, signs: &signs[inside], worth })
        };
        Self { windows: windows.into_iter().filter_map(promising).collect(), prior }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.windows.is_empty()
    }

    /// Lets those go that so many words are left in that a sketch of them is enough to tell.
    pub(super) fn look_at(&mut self, left: &Sketch) {
        let odds = NINE_TO_ONE - self.prior;
        self.windows.retain(|it| it.worth.suffices(&left.beside(it.window, it.signs), odds));
    }

    /// Whether one is convicted by itself.
    pub(super) fn any_convicted(&self, tally: &mut Tally<'_>) -> bool {
        self.convicted(tally).next().is_some()
    }

    /// Those that are convicted by themselves, that touch made one.
    pub(super) fn convicted_parts(&self, signs: &[Sighting], tally: &mut Tally<'_>) -> Vec<Judged> {
        merged(self.convicted(tally).map(|it| it.judged(self.prior)).collect(), signs)
    }

    fn convicted(&self, tally: &mut Tally<'_>) -> impl Iterator<Item = Part> {
        self.windows.iter().filter_map(|Promising { window, signs, worth }| {
            tally.move_to(*window);
            // A part convicts itself only from odds of nine to one.
            if !worth.suffices(&tally.beside(signs).attested, NINE_TO_ONE - self.prior) {
                return None;
            }
            let part = Part::new(*window, signs, tally);
            (part.spun(self.prior) >= CONVICTED).then_some(part)
        })
    }
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
