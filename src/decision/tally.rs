//! How often people took what a rule proposes, where they chose themselves what to decide.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Choice, Decision};

/// What people decided of what a rule proposes. It says nothing of what they did not look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// The rule.
    pub rule: String,
    /// How many decisions took what was proposed.
    pub accepted: usize,
    /// How many left the text as it was.
    pub rejected: usize,
    /// How many put something else there.
    pub edited: usize,
    /// How many were put off.
    pub skipped: usize,
}

impl Tally {
    /// How many settled what was proposed.
    #[must_use]
    pub const fn settled(&self) -> usize {
        self.accepted + self.rejected + self.edited
    }
}

/// The last decision of each reviewer on each proposal, by rule. A decision that reaches many places counts once, and one on a key
/// that was drawn does not count: that one was asked for, and belongs to an audit.
#[must_use]
pub fn tally(lines: &[Decision], is_drawn: impl Fn(&str) -> bool) -> Vec<Tally> {
    let mut latest: BTreeMap<(&str, &str, Option<&str>), &Decision> = BTreeMap::new();
    for it in lines.iter().filter(|it| !it.rule.is_empty() && !it.drawn && !is_drawn(&it.key)) {
        latest.insert((&it.reviewer, &it.key, it.proposed.as_deref()), it);
    }
    let mut rules: BTreeMap<&str, Tally> = BTreeMap::new();
    for it in latest.into_values() {
        let tally = rules.entry(&it.rule).or_insert_with(|| Tally { rule: it.rule.clone(), ..Tally::default() });
        match it.decision {
            Choice::Accepted => tally.accepted += 1,
            Choice::Rejected => tally.rejected += 1,
            Choice::Edited => tally.edited += 1,
            Choice::Skipped => tally.skipped += 1,
            Choice::Open | Choice::Dropped | Choice::Missed => {}
        }
    }
    rules.into_values().filter(|it| it.settled() + it.skipped > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_each_reviewer_counts_and_what_was_drawn_does_not() {
        let line = |key: &str, decision: &str, who: &str, rule: &str| -> Decision {
            let line = serde_json::json!({"key": key, "decision": decision, "reviewer": who, "rule": rule, "proposed": "y"});
            serde_json::from_value(line).expect("it is one")
        };
        let lines = [
            line("1", "accepted", "anna", "spin/war/b"),
            line("1", "rejected", "anna", "spin/war/b"),
            line("1", "accepted", "ben", "spin/war/b"),
            line("2", "edited", "anna", "spin/war/b"),
            line("3", "accepted", "anna", "spin/war/b"),
            line("4", "skipped", "anna", "spin/war/a"),
            line("5", "open", "anna", "spin/war/c"),
            line("6", "dropped", "anna", ""),
        ];
        let told = tally(&lines, |key| key == "3");
        let told: Vec<_> = told.iter().map(|it| (it.rule.as_str(), it.accepted, it.rejected, it.edited, it.skipped)).collect();
        assert_eq!(told, [("spin/war/a", 0, 0, 0, 1), ("spin/war/b", 1, 1, 1, 0)]);
    }
}
