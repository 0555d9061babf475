//! What has changed since an earlier profile, and what of it is more than chance explains.

use super::chance::hypergeometric;

/// How the share of a count has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// No more than chance explains, at one in a hundred.
    Same,
    /// It has risen.
    Up,
    /// It has fallen.
    Down,
}

/// At most so often chance alone explains what is called a change.
const RISK: f64 = 0.005;

/// How a share has changed: of each batch, how many are counted, of how many.
#[must_use]
pub fn change(now: (usize, usize), before: (usize, usize)) -> Change {
    let counted = |(count, all): (usize, usize)| all > 0 && count <= all;
    if !counted(now) || !counted(before) {
        return Change::Same;
    }
    let up = hypergeometric(now, before);
    let down = 1.0 - up.above;
    if up.above + up.at <= RISK {
        Change::Up
    } else if down <= RISK {
        Change::Down
    } else {
        Change::Same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_chance_does_not_explain_is_a_change() {
        assert_eq!(change((30, 1_000), (10, 1_000)), Change::Up);
        assert_eq!(change((10, 1_000), (30, 1_000)), Change::Down);
        assert_eq!(change((12, 1_000), (10, 1_000)), Change::Same);
        assert_eq!(change((0, 0), (10, 1_000)), Change::Same);
        assert_eq!(change((500, 1_000), (5_000, 10_000)), Change::Same);
    }
}
