//! How good each rule is on one's own texts: a sample drawn at random, and what people said of it.

pub mod draw;
mod interval;
mod sample;

use std::collections::{BTreeMap, HashMap};

pub use interval::{Interval, wilson};
pub use sample::{Drawn, Head, Line, Plan, Sample, SampleError, Sampler, Stratum, question};
use serde::Serialize;

use crate::decision::{Choice, Decision};

/// What people found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// By rule, in the order of their names.
    pub rules: Vec<RuleAudit>,
    /// All rules together, each with as much weight as it has proposals; `None` where of some rule nothing was looked at.
    pub right: Option<f64>,
    /// Documents in which nothing is proposed.
    pub silent: u64,
    /// How many of them were looked at.
    pub silent_seen: u64,
    /// In how many of those something was missed.
    pub silent_missed: u64,
}

/// What people found of a rule, a family or a pack.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleAudit {
    /// Its name.
    pub rule: String,
    /// How many edits it would make in all documents.
    pub proposed: u64,
    /// How many were drawn.
    pub drawn: u64,
    /// How many of these somebody decided.
    pub seen: u64,
    /// How many of those were accepted as they were proposed.
    pub right: u64,
    /// Between which values the share of right ones lies, with 95 % certainty.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// How many of all its edits are wrong, as far as that can be said.
    pub wrong: Option<u64>,
    /// At least so many.
    pub wrong_low: u64,
    /// At most so many.
    pub wrong_high: u64,
    /// From which confidence its edits are good enough.
    pub cut: Cut,
}

/// From which confidence the edits of a rule are good enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// All of them are.
    Everything,
    /// From this one.
    From(f64),
    /// None are.
    Nothing,
    /// Too few were looked at to tell.
    Unknown,
}

/// Reckons what decisions say of a sample; `wanted` is the share of right edits that is good enough.
///
/// Only decisions count that a sample asked for: a place that somebody chose to decide says nothing of the others. What was accepted
/// is right. What was rejected or edited is wrong, also where only one of several people thought so. What was skipped was not seen.
#[must_use]
pub fn audit(sample: &Sample, decisions: &[Decision], wanted: f64) -> Audit {
    let answers = answers(decisions);
    let answer = |open: &Decision| {
        let given = answers.get(open.key.as_str())?.values().filter(|it| it.proposed == open.proposed);
        given
            .filter(|it| it.decision.settles() || it.decision == Choice::Missed)
            .map(|it| it.decision == Choice::Accepted)
            .reduce(|a, b| a && b)
    };
    let mut drawn: BTreeMap<&str, Vec<(f64, Option<bool>)>> = BTreeMap::new();
    for it in &sample.places {
        drawn.entry(sample.head.plan.by.of(&it.open.rule)).or_default().push((it.confidence, answer(&it.open)));
    }
    let rules: Vec<RuleAudit> = drawn
        .into_iter()
        .map(|(rule, places)| {
            let seen = places.iter().filter_map(|(confidence, right)| Some((*confidence, (*right)?))).collect();
            let proposed = sample.proposed.get(rule).copied().unwrap_or(places.len() as u64);
            audited(rule, proposed, places.len() as u64, seen, wanted)
        })
        .collect();
    let looked: Vec<bool> = sample.documents.iter().filter_map(answer).collect();
    Audit {
        right: overall(&rules),
        rules,
        silent: sample.head.silent,
        silent_seen: looked.len() as u64,
        silent_missed: looked.iter().filter(|it| !**it).count() as u64,
    }
}

/// By key and reviewer, what was decided last. What was decided of the place itself stands before what was decided of all that are equal.
fn answers(decisions: &[Decision]) -> HashMap<&str, HashMap<&str, &Decision>> {
    let mut answers: HashMap<&str, HashMap<&str, &Decision>> = HashMap::new();
    for it in decisions.iter().filter(|it| it.drawn && it.decision != Choice::Skipped) {
        let own = answers.entry(&it.key).or_default();
        if own.get(it.reviewer.as_str()).is_none_or(|before| it.scope <= before.scope || before.decision == Choice::Open) {
            own.insert(&it.reviewer, it);
        }
    }
    answers
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of edits")]
fn audited(rule: &str, proposed: u64, drawn: u64, mut seen: Vec<(f64, bool)>, wanted: f64) -> RuleAudit {
    let right = seen.iter().filter(|(_, right)| *right).count() as u64;
    let count = seen.len() as u64;
    let Interval { low, high } = wilson(right, count);
    let of_all = |share: f64| (proposed as f64 * (1.0 - share)).round() as u64;
    // What was seen is known, whatever the rest is.
    let within = |wrong: u64| wrong.clamp(count - right, proposed.saturating_sub(right));
    RuleAudit {
        rule: rule.to_owned(),
        proposed,
        drawn,
        seen: count,
        right,
        low,
        high,
        wrong: (count > 0).then(|| within(of_all(right as f64 / count as f64))),
        wrong_low: within(of_all(high)),
        wrong_high: within(of_all(low)),
        cut: cut(&mut seen, wanted),
    }
}

/// The lowest confidence from which so many are right that the whole interval is good enough.
fn cut(seen: &mut [(f64, bool)], wanted: f64) -> Cut {
    seen.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (mut right, mut count) = (0, 0);
    let mut lowest = None;
    for (index, &(confidence, is_right)) in seen.iter().enumerate() {
        count += 1;
        right += u64::from(is_right);
        let last_of_its_kind = seen.get(index + 1).is_none_or(|(next, _)| *next < confidence);
        if last_of_its_kind && wilson(right, count).low >= wanted {
            lowest = Some((confidence, index + 1 == seen.len()));
        }
    }
    match lowest {
        Some((_, true)) => Cut::Everything,
        Some((confidence, false)) => Cut::From(confidence),
        None if wilson(right, count).high < wanted => Cut::Nothing,
        None => Cut::Unknown,
    }
}

/// The share of right edits among those of all rules.
#[expect(clippy::cast_precision_loss, reason = "counts of edits")]
fn overall(rules: &[RuleAudit]) -> Option<f64> {
    let all: u64 = rules.iter().map(|it| it.proposed).sum();
    let wrong: Option<u64> = rules.iter().map(|it| it.wrong).sum();
    wrong.filter(|_| all > 0).map(|wrong| 1.0 - wrong as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::{draw::mixed, *};

    fn decision(json: &serde_json::Value) -> Decision {
        serde_json::from_value(json.clone()).expect("it is one")
    }

    fn key(number: u64) -> String {
        format!("{:016x}", mixed(3, number))
    }

    /// A sample of one rule: `drawn` of `proposed`, with confidences from 0.5 upwards.
    fn sample(numbers: &[u64], proposed: u64) -> Sample {
        let plan = Plan { seed: 7, by: Stratum::Rule, per_rule: numbers.len(), documents: 1 };
        let head = Head { unspin: String::new(), rules: String::new(), plan, documents: 10, silent: 5 };
        let place = |number: &u64| {
            #[expect(clippy::cast_precision_loss, reason = "below 100")]
            let confidence = 0.5 + (number % 50) as f64 / 100.0;
            let open = serde_json::json!({"key": key(*number), "decision": "open", "rule": "spin/a/b", "text": "x", "proposed": "y"});
            Drawn { confidence, open: decision(&open) }
        };
        let document = decision(&serde_json::json!({"key": "d0c", "decision": "open", "scope": "document"}));
        let proposed = BTreeMap::from([("spin/a/b".to_owned(), proposed)]);
        Sample { head, proposed, places: numbers.iter().map(place).collect(), documents: vec![document] }
    }

    fn said(number: u64, what: &str, who: &str) -> Decision {
        decision(&serde_json::json!({"key": key(number), "decision": what, "proposed": "y", "reviewer": who, "drawn": true}))
    }

    #[test]
    fn only_what_was_drawn_counts() {
        let decisions = [
            said(0, "accepted", "anna"),
            said(1, "rejected", "anna"),
            said(1, "accepted", "anna"),
            said(2, "accepted", "anna"),
            said(2, "edited", "ben"),
            said(3, "skipped", "anna"),
            said(4, "accepted", "anna"),
            said(4, "open", "anna"),
            said(99, "accepted", "anna"),
            Decision { drawn: false, ..said(5, "rejected", "ben") },
            Decision { proposed: Some("z".to_owned()), ..said(5, "accepted", "anna") },
            decision(&serde_json::json!({"key": "d0c", "decision": "missed", "drawn": true})),
        ];
        let audit = audit(&sample(&[0, 1, 2, 3, 4, 5], 60), &decisions, 0.9);
        let it = &audit.rules[0];
        assert_eq!((it.drawn, it.seen, it.right, it.wrong), (6, 3, 2, Some(20)));
        assert_eq!((audit.silent_seen, audit.silent_missed), (1, 1));
        assert_eq!(it.cut, Cut::Unknown);
    }

    #[test]
    fn cut_offs_are_where_enough_is_right() {
        let check = |seen: Vec<(f64, bool)>, expect: Cut| assert_eq!(cut(&mut seen.clone(), 0.9), expect);
        let run =
            |confidence: f64, right: usize, wrong: usize| (0..right + wrong).map(move |it| (confidence, it < right)).collect::<Vec<_>>();
        check(run(0.9, 60, 0), Cut::Everything);
        check([run(0.9, 60, 0), run(0.6, 20, 20)].concat(), Cut::From(0.9));
        check(run(0.6, 20, 20), Cut::Nothing);
        check(run(0.6, 5, 0), Cut::Unknown);
        check(Vec::new(), Cut::Unknown);
    }

    #[test]
    fn intervals_of_samples_hold_what_is_so_of_all() {
        // 3,000 proposals, of which nine in ten are right, and two thousand audits of a hundred each.
        let is_right = |number: u64| !mixed(5, number).is_multiple_of(10);
        let all = 3_000;
        #[expect(clippy::cast_precision_loss, reason = "at most 3,000")]
        let truth = (0..all).filter(|it| is_right(*it)).count() as f64 / all as f64;
        let audits = 2_000;
        let holds = |seed: &u64| {
            let mut draw = draw::Draw::new(100);
            (0..all).for_each(|it| draw.offer(mixed(*seed, u64::from_str_radix(&key(it), 16).expect("a key")), || it));
            let drawn = draw.drawn();
            let decisions: Vec<Decision> =
                drawn.iter().map(|&it| said(it, if is_right(it) { "accepted" } else { "rejected" }, "anna")).collect();
            let it = &audit(&sample(&drawn, all), &decisions, 0.9).rules[0];
            it.seen == 100 && it.low <= truth && truth <= it.high
        };
        let held = (0..audits).filter(holds).count();
        // 95 % of them, give or take three standard deviations.
        assert!((1_870..=1_950).contains(&held), "{held} of {audits}");
    }
}
