//! What the evidence in a part of a text can come to at the most: nearly all parts are let go by it, without being weighed.

use super::{
    part::{HEAVIER, TEMPERATURE},
    signs::{Sighting, Tally},
};
use crate::{
    nats::{self, MilliNats},
    rules::evidence::{CLASSES, Strength},
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
        self.beside(0) >= enough(odds)
    }

    /// Whether that can be enough for these odds beside the words that were left.
    pub(super) fn suffices(self, tally: &Tally<'_>, odds: MilliNats) -> bool {
        self.beside(tally.kinds.into()) >= enough(odds)
    }

    /// What the signs say at the most beside so many words that were left: the average over all spinners.
    fn beside(self, kinds: i64) -> i64 {
        let says = self.0.iter().zip(CLASSES).zip(SHARES).map(|((says, (_, against)), share)| {
            let says = (says - kinds * against).clamp(nats::NEVER.into(), (-nats::NEVER).into());
            share + MilliNats::try_from(says).expect("clamped")
        });
        says.fold(nats::NEVER, nats::ln_add).into()
    }
}

/// What signs must say for these odds, given by their logarithm.
fn enough(odds: MilliNats) -> i64 {
    (i64::from(odds - HEAVIER) * 1000).div_euclid(TEMPERATURE) - SLACK
}

/// The logarithms of the shares of the [`CLASSES`] among all spinners.
const SHARES: [MilliNats; CLASSES.len()] = [nats::ln_ratio(3, 12), nats::ln_ratio(4, 12), nats::ln_ratio(5, 12)];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weigh::part::cells;

    #[test]
    fn every_spinner_is_in_a_class() {
        // A word left says at least as much against each spinner of a class as against the least of them.
        let lightness = |(rate, density): (u32, u32)| i64::from(-nats::ln_ratio(1_000_000 - u64::from(rate * density), 1_000_000));
        let class = |cell| CLASSES.iter().rposition(|(_, against)| lightness(cell) >= *against).expect("no spinner is lighter");
        let mut sizes = [0; CLASSES.len()];
        cells()
            .for_each(|(rate, density)| sizes[class((crate::rules::evidence::RATES[rate], crate::weigh::part::DENSITIES[density]))] += 1);
        let total = sizes.iter().sum();
        assert_eq!(sizes.map(|it| nats::ln_ratio(it, total)), SHARES);
    }
}
