//! What one occurrence of a sign says for a spinner, before its document is known.

use crate::{
    nats::{self, MilliNats},
    packed::Fixed,
};

/// The logarithm of how much likelier a sign of this gain is at a rate, in thousandths, than in an ordinary text.
fn of_sign(rate: u32, gain: u32) -> MilliNats {
    nats::ln_ratio(1_000_000 + u64::from(rate) * u64::from(gain), 1_000_000)
}

/// The chance that an author has the habit of a word: that of a frequent one, and how it falls with the word's rarity.
const HABIT: MilliNats = -2_300;
const HABIT_FALLS: i64 = 400;
const HABIT_FROM: MilliNats = -8_500;

/// The logarithm of the chance that an author has the habit of a word of this frequency.
#[must_use]
pub fn habit(frequency: MilliNats) -> MilliNats {
    let rarer = i64::from((HABIT_FROM - frequency).max(0));
    HABIT - MilliNats::try_from(rarer * HABIT_FALLS / 1000).unwrap_or(0)
}

/// The same for a pattern of which only its weight is known, as a gain.
#[must_use]
pub fn habit_of_pattern(gain: u32) -> MilliNats {
    HABIT - of_sign(100, gain)
}

/// The rates at which words on a spinner's list are swapped, in thousandths; evidence is kept for each.
pub const RATES: [u32; 4] = [100, 250, 500, 800];

/// What an occurrence of a sign says for a spinner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strength {
    /// How many times likelier the originals are in English than what stands here, times the chance that a spinner writes this for
    /// them, in thousandths.
    pub gain: u32,
    /// The logarithm of how much likelier the sign is at each rate, where its original is on the list.
    pub at: [MilliNats; RATES.len()],
    /// Logarithm of the chance that an author has the habit of writing this.
    pub habit: MilliNats,
    /// What one occurrence alone says at the most for each of [`CLASSES`]; nothing counts as 0.
    pub most: [u16; CLASSES.len()],
}

/// Spinners that replace few words, more, and many: of the rates (indices of [`RATES`]) and the densities of their lists (in thousandths) those at
/// which a sign says most, and what a word that is on no such list, and stands there, says against the least of them, `-ln(1 - rate · density)`.
pub const CLASSES: [([(usize, u32); 3], i64); 3] =
    [([(3, 30), (1, 100), (0, 300)], 24), ([(3, 100), (1, 300), (0, 700)], 51), ([(3, 700), (2, 700), (3, 300)], 162)];

impl Strength {
    /// The strength of a sign with this gain, which an author writes by habit with a chance given by its logarithm.
    #[must_use]
    pub fn new(gain: u32, habit: MilliNats) -> Self {
        let at = RATES.map(|rate| of_sign(rate, gain));
        let most = CLASSES.map(|(cells, _)| {
            let says = cells.map(|(rate, density)| {
                said(at[rate], habit, nats::ln_ratio(density.into(), 1000), nats::ln_ratio(u64::from(1000 - density), 1000))
            });
            u16::try_from(says.into_iter().max().unwrap_or(0).max(0)).unwrap_or(u16::MAX)
        });
        Self { gain, at, habit, most }
    }
}

/// The logarithms in two bytes each: none is beyond 32 nats.
impl Fixed for Strength {
    const SIZE: usize = 4 + 2 * (RATES.len() + 1 + CLASSES.len());

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let (at, rest) = bytes[4..].split_at(2 * RATES.len());
        Self {
            gain: u32::read(bytes),
            at: <[i16; RATES.len()]>::read(at).map(MilliNats::from),
            habit: i16::read(rest).into(),
            most: <[u16; CLASSES.len()]>::read(&rest[2..]),
        }
    }

    fn write(self, bytes: &mut Vec<u8>) {
        let short = |it: MilliNats| i16::try_from(it).expect("a logarithm of at most 32 nats");
        self.gain.write(bytes);
        self.at.map(short).write(bytes);
        short(self.habit).write(bytes);
        self.most.write(bytes);
    }
}

/// What a sign says where its original is on the spinner's list with a chance given by its logarithm `on` (and `off` for the rest), less what
/// an author's habit explains of it. `sign` is its evidence as if the original were surely on the list.
#[must_use]
pub fn said(sign: MilliNats, habit: MilliNats, on: MilliNats, off: MilliNats) -> MilliNats {
    nats::ln_add(off, on + sign) - explained([sign], habit)[0]
}

/// What an author's habit explains of what a sign says.
#[must_use]
pub fn explained<const N: usize>(signs: [MilliNats; N], habit: MilliNats) -> [MilliNats; N] {
    // ln(1 − h) is nearly −h for the small chances that habits are.
    let no_habit = -nats::exp(habit).div_ceil(1000).cast_signed();
    signs.map(|it| nats::ln_add(no_habit, habit + it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_expression_says_more_than_a_usual_word() {
        let usual = Strength::new(50_000, habit(-8_000)).most[2];
        let rare = Strength::new(50_000_000, habit(-20_000)).most[2];
        assert!(0 < usual && usual < 1_900 && 4_000 < rare, "{usual} {rare}");
        assert_eq!(Strength::new(0, habit(-8_000)).most, [0; 3]);
    }
}
