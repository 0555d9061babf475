//! What a share that was seen says of the share that is so.

/// A share, and between which values it lies with 95 % certainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
}

/// Wilson's interval for a share of which `right` of `seen` are known: true for small numbers and for shares near 0 and 1, too.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of what people looked at")]
pub fn wilson(right: u64, seen: u64) -> Interval {
    // 95 % of a normal distribution lie within so many standard deviations.
    const Z: f64 = 1.959_964;
    if seen == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let (right, seen) = (right as f64, seen as f64);
    let share = right / seen;
    let middle = share + Z * Z / (2.0 * seen);
    let reach = Z * (share * (1.0 - share) / seen + Z * Z / (4.0 * seen * seen)).sqrt();
    let scale = 1.0 + Z * Z / seen;
    // Where all are right or none is, an end is 1 or 0 but for rounding.
    let high = if right >= seen { 1.0 } else { (middle + reach) / scale };
    let low = if right <= 0.0 { 0.0 } else { (middle - reach) / scale };
    Interval { low, high }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::draw::mixed;

    #[test]
    fn intervals_are_those_of_the_tables() {
        let check = |right, seen, low: f64, high: f64| {
            let it = wilson(right, seen);
            assert!((it.low - low).abs() < 5e-5 && (it.high - high).abs() < 5e-5, "{right}/{seen}: {it:?}");
        };
        check(0, 0, 0.0, 1.0);
        check(0, 10, 0.0, 0.2775);
        check(10, 10, 0.7225, 1.0);
        check(81, 263, 0.2553, 0.3662);
        check(190, 200, 0.9104, 0.9726);
    }

    /// How often, of 20,000 draws, the interval holds the truth: a share that is itself drawn between two values.
    fn held(seen: u64, from: f64, to: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a number between 0 and 1 has 53 bits")]
        let chance = |number: u64| (mixed(11, number) >> 11) as f64 / (1_u64 << 53) as f64;
        let draws = 20_000;
        let holds = |draw: &u64| {
            let truth = from + (to - from) * chance(draw << 16);
            let right = (1..=seen).filter(|it| chance((draw << 16) + it) < truth).count() as u64;
            let it = wilson(right, seen);
            it.low <= truth && truth <= it.high
        };
        #[expect(clippy::cast_precision_loss, reason = "at most 20,000")]
        let share = (0..draws).filter(holds).count() as f64 / draws as f64;
        share
    }

    #[test]
    fn intervals_hold_the_truth_in_95_of_100_draws() {
        for (seen, from, to) in [(10, 0.0, 1.0), (30, 0.0, 1.0), (200, 0.0, 1.0), (200, 0.8, 1.0), (50, 0.7, 0.99)] {
            let share = held(seen, from, to);
            assert!((0.942..0.963).contains(&share), "{seen} seen, {from} to {to}: {share}");
        }
    }
}
