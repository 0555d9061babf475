//! What the evidence in a part of a text can come to at the most: nearly all parts are let go by it, without being weighed.

use super::{
    part::{self, DENSITIES, HEAVIER, TEMPERATURE, cells},
    signs::Sighting,
};
use crate::{
    nats::{self, MilliNats},
    rules::evidence::{CLASSES, RATES, Strength},
};

/// Two signs of one original say a little more than twice what one says.
const SLACK: i64 = 500;

/// What some signs say at the most, for each of [`CLASSES`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Worth([i64; CLASSES.len()]);

impl Worth {
    /// What some signs say together.
    pub(super) fn of(signs: &[Sighting]) -> Self {
        signs.iter().fold(Self::default(), |sum, it| sum.and(it.strength))
    }

    /// What the signs before each say, and all of them at the end.
    pub(super) fn up_to_each(signs: &[Sighting]) -> Vec<Self> {
        let sums = signs.iter().scan(Self::default(), |sum, it| {
            *sum = sum.and(it.strength);
            Some(*sum)
        });
        [Self::default()].into_iter().chain(sums).collect()
    }

    fn and(mut self, strength: Strength) -> Self {
        for (sum, says) in self.0.iter_mut().zip(strength.most) {
            *sum += i64::from(says);
        }
        self
    }

    pub(super) fn less(mut self, other: Self) -> Self {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own -= other;
        }
        self
    }

    /// Whether that can be enough for these odds, given by their logarithm, where no word was left that a spinner might have replaced.
    pub(super) fn promises(self, odds: MilliNats) -> bool {
        self.average(|_| 0) >= enough(odds)
    }

    /// Whether that can be enough for these odds beside attested originals that have survivors alone: so many with 0, 1, 2… of them.
    pub(super) fn suffices(self, unsigned: &[u32], odds: MilliNats) -> bool {
        self.average(|cell| part::unsigned(unsigned, cell)) >= enough(odds)
    }

    /// What the signs say at the most beside what else there is: the average over all spinners.
    fn average(self, beside: impl Fn((usize, usize)) -> MilliNats) -> i64 {
        let most = self.0.map(|it| MilliNats::try_from(it).unwrap_or(MilliNats::MAX).min(-nats::NEVER));
        let says = cells().map(|cell| most[class(cell)] + beside(cell));
        (says.fold(nats::NEVER, nats::ln_add) - nats::ln_ratio(cells().count() as u64, 1)).into()
    }
}

/// The class of a spinner: what a word left says against it is at least what it says against the least of its class.
fn class((rate, density): (usize, usize)) -> usize {
    const CLASS: [[usize; DENSITIES.len()]; RATES.len()] = {
        let mut classes = [[0; DENSITIES.len()]; RATES.len()];
        let mut rate = 0;
        while rate < RATES.len() {
            let mut density = 0;
            while density < DENSITIES.len() {
                let against = -nats::ln_ratio((1_000_000 - RATES[rate] * DENSITIES[density]) as u64, 1_000_000) as i64;
                let mut class = CLASSES.len() - 1;
                while class > 0 && CLASSES[class].1 > against {
                    class -= 1;
                }
                classes[rate][density] = class;
                density += 1;
            }
            rate += 1;
        }
        classes
    };
    CLASS[rate][density]
}

/// What signs must say for these odds, given by their logarithm.
fn enough(odds: MilliNats) -> i64 {
    (i64::from(odds - HEAVIER) * 1000).div_euclid(TEMPERATURE) - SLACK
}
