//! What the evidence in a part of a text can come to at the most: nearly all parts are let go by it, without being weighed.

use super::{
    part::{HEAVIER, TEMPERATURE},
    signs::{Sighting, Survivor},
};
use crate::{
    nats::MilliNats,
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

    /// Whether that can be enough for these odds, given by their logarithm, beside some survivors, of which `before` stand before.
    pub(super) fn suffices(self, survivors: &[Survivor], before: usize, odds: MilliNats) -> bool {
        let enough = (i64::from(odds - HEAVIER) * 1000).div_euclid(TEMPERATURE) - SLACK;
        if self.0.iter().all(|it| *it < enough) {
            return false;
        }
        let originals = survivors.iter().filter(|it| it.attested && it.again as usize <= before).count();
        let originals = i64::try_from(originals).expect("fewer than there are bytes");
        self.0.iter().zip(CLASSES).any(|(says, (_, against))| says - originals * against >= enough)
    }
}
