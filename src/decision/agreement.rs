//! How far two reviewers agree on what both have settled.

use std::collections::BTreeMap;

use super::{Choice, Decision};

/// What two reviewers decided of the same proposals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agreement<'d> {
    /// How many proposals both have settled.
    pub both: usize,
    /// How many of these alike.
    pub alike: usize,
    /// Cohen's kappa: the agreement beyond chance, 1 at the most; `None` where chance alone explains all.
    pub kappa: Option<f64>,
    /// Where they do not agree.
    pub disputes: Vec<(&'d Decision, &'d Decision)>,
}

impl Agreement<'_> {
    /// How many of those that both have settled they decided alike, from 0 to 1; `None` where there are none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a figure for people, of counts that people made")]
    pub fn share(&self) -> Option<f64> {
        (self.both > 0).then(|| self.alike as f64 / self.both as f64)
    }
}

/// Compares two reviewers by the last lines of each on the same proposals.
#[must_use]
pub fn agreement<'d>(a: &'d [Decision], b: &'d [Decision]) -> Agreement<'d> {
    let (a, b) = (settled(a), settled(b));
    let mut agreement = Agreement::default();
    // How often each chose what.
    let mut counts: BTreeMap<Choice, (usize, usize)> = BTreeMap::new();
    let mut same_choice = 0;
    for (proposal, one) in &a {
        let Some(other) = b.get(proposal) else { continue };
        agreement.both += 1;
        same_choice += usize::from(one.decision == other.decision);
        counts.entry(one.decision).or_default().0 += 1;
        counts.entry(other.decision).or_default().1 += 1;
        if (one.decision, &one.replacement) == (other.decision, &other.replacement) {
            agreement.alike += 1;
        } else {
            agreement.disputes.push((one, other));
        }
    }
    agreement.kappa = kappa(agreement.both, same_choice, counts.values().copied());
    agreement
}

fn settled(lines: &[Decision]) -> BTreeMap<(&str, Option<&str>), &Decision> {
    let mut latest: BTreeMap<(&str, Option<&str>), &Decision> = BTreeMap::new();
    for it in lines {
        latest.insert((&it.key, it.proposed.as_deref()), it);
    }
    latest.retain(|_, it| it.decision.settles());
    latest
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people, of counts that people made")]
fn kappa(both: usize, same: usize, counts: impl Iterator<Item = (usize, usize)>) -> Option<f64> {
    let by_chance: usize = counts.map(|(a, b)| a * b).sum();
    let all = both * both;
    // Both in `both` squared, so that they stay whole up to here.
    (by_chance < all).then(|| (same * both) as f64 - by_chance as f64).map(|it| it / (all - by_chance) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(choices: &str) -> Vec<Decision> {
        let choice = |it| match it {
            'a' => "accepted",
            'r' => "rejected",
            'e' => "edited",
            _ => "skipped",
        };
        let line = |(key, it)| format!(r#"{{"key":"{key}","decision":"{}"}}"#, choice(it));
        choices.chars().enumerate().map(|it| serde_json::from_str(&line(it)).expect("it is a decision")).collect()
    }

    fn check(a: &str, b: &str, expect: (usize, usize, Option<f64>)) {
        let (a, b) = (lines(a), lines(b));
        let it = agreement(&a, &b);
        assert_eq!((it.both, it.alike, it.kappa.map(|it| (it * 1000.0).round() / 1000.0)), expect);
        assert_eq!(it.disputes.len(), it.both - it.alike);
    }

    #[test]
    fn agreement_is_told_with_and_without_what_chance_explains() {
        check("aaaa", "aaaa", (4, 4, None));
        check("aarr", "aarr", (4, 4, Some(1.0)));
        check("aarr", "arar", (4, 2, Some(0.0)));
        check("aarr", "rraa", (4, 0, Some(-1.0)));
        // The example of Cohen's kappa in textbooks: 20 times both yes, 15 times both no, 5 and 10 times otherwise.
        let (a, b) = ("a".repeat(25) + &"r".repeat(25), "a".repeat(20) + &"r".repeat(5) + &"a".repeat(10) + &"r".repeat(15));
        check(&a, &b, (50, 35, Some(0.4)));
        check("asar", "aaas", (2, 2, None));
        check("", "", (0, 0, None));
    }
}
