//! Findings to a plan in which no two edits disagree.

use serde::{Deserialize, Serialize};

use crate::{
    edit::{Applicability, Patch},
    finding::{Confidence, Finding, RuleId},
    span::Span,
};

/// What is wanted of the fixes that enter a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How far they must be trusted.
    pub applicability: Applicability,
    /// How likely they must be right.
    pub confidence: Confidence,
}

impl Wanted {
    /// Everything that is proposed.
    pub const ALL: Self = Self { applicability: Applicability::Unsafe, confidence: Confidence::new(0) };
    /// What needs no reader.
    pub const SAFE: Self = Self { applicability: Applicability::Safe, confidence: Confidence::new(0) };

    fn takes(self, finding: &Finding) -> bool {
        finding.fix.as_ref().is_some_and(|it| it.applicability >= self.applicability) && finding.confidence >= self.confidence
    }
}

/// Why a finding is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Its edits touch those of this rule's finding, which goes first.
    Conflict(RuleId),
    /// A longer finding says it again, or holds its edit.
    Covered(RuleId),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Conflict(rule) => write!(f, "conflicts with {rule}"),
            Self::Covered(rule) => write!(f, "covered by {rule}"),
        }
    }
}

/// A patch, the findings it comes from, and those it leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits.
    pub patch: Patch,
    /// Findings whose edits are in the patch, in the order of the text.
    pub applied: Vec<Finding>,
    /// Findings that stand, but propose nothing that was wanted.
    pub shown: Vec<Finding>,
    /// Findings that lost against another, with the reason.
    pub set_aside: Vec<(Finding, Reason)>,
    /// Findings that a reviewer has rejected, and those that gave way to them: the text stays, and they are proposed no more.
    pub rejected: Vec<Finding>,
}

impl Plan {
    /// All findings that went into the plan.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.applied.iter().chain(&self.shown).chain(self.set_aside.iter().map(|it| &it.0)).chain(&self.rejected)
    }

    /// The same, taken out, in the order of the text.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        let set_aside = self.set_aside.into_iter().map(|it| it.0);
        let mut all: Vec<Finding> = self.applied.into_iter().chain(self.shown).chain(set_aside).chain(self.rejected).collect();
        all.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        all
    }
}

/// Takes as many of the wanted fixes as can stand together. Where two collide: a deletion that contains the other, then higher
/// confidence, then longer span, then rule id. What others are made on goes last: whatever touches it holds it whole.
///
/// What a reviewer has rejected takes its place like others, so that nothing which would have given way to it comes up in its stead;
/// then it is taken out.
#[must_use]
pub fn resolve(findings: Vec<Finding>, wanted: Wanted) -> Plan {
    let stands = |it: &Finding| wanted.takes(it) || it.rejected && it.fix.is_some();
    let (mut candidates, mut rest): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(stands);
    candidates.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    let mut ranked: Vec<(bool, Finding)> = Vec::with_capacity(candidates.len());
    let spans: Vec<Span> = candidates.iter().map(|it| it.span).collect();
    for (index, finding) in candidates.into_iter().enumerate() {
        let swallows = finding.fix.as_ref().is_some_and(crate::edit::Fix::deletes) && contains_another(&spans, index);
        ranked.push((swallows, finding));
    }
    ranked.sort_by(|(a_swallows, a), (b_swallows, b)| {
        let order = a
            .beneath
            .cmp(&b.beneath)
            .then(b_swallows.cmp(a_swallows))
            .then(b.confidence.cmp(&a.confidence))
            .then(b.span.len().cmp(&a.span.len()));
        order.then(a.rule.cmp(&b.rule)).then(a.span.cmp(&b.span))
    });
    let mut plan = Plan::default();
    let mut losers = Vec::new();
    let beneath = ranked.partition_point(|(_, it)| !it.beneath);
    let mut beneath = ranked.split_off(beneath).into_iter().map(|(_, it)| it).peekable();
    take(ranked.into_iter().map(|(_, it)| it), &mut plan, &mut losers);
    let given_way = spare(&mut plan, &mut losers);
    if beneath.peek().is_some() {
        let (kept, spared): (Vec<Finding>, Vec<Finding>) = beneath.partition(|it| !it.rejected);
        plan.rejected.extend(spared);
        take(kept.into_iter(), &mut plan, &mut losers);
    }
    plan.applied.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    let applied = Cover::new(&plan.applied);
    plan.set_aside = losers
        .into_iter()
        .map(|it| {
            let winner = applied.touching(reach(&it)).map_or_else(|| it.rule.clone(), |it| it.rule.clone());
            let reason = if it.beneath { Reason::Covered(winner) } else { Reason::Conflict(winner) };
            (it, reason)
        })
        .collect();
    plan.rejected.extend(given_way);
    plan.rejected.extend(rest.extract_if(.., |it| it.rejected));
    rest.retain(|it| match applied.touching(it.span).filter(|_| it.fix.is_none()) {
        Some(winner) if winner.span.contains(it.span) => {
            plan.set_aside.push((it.clone(), Reason::Covered(winner.rule.clone())));
            false
        }
        _ => true,
    });
    plan.set_aside.sort_by(|(a, _), (b, _)| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    plan.shown = rest;
    plan
}

/// Adds as many fixes to a plan as it takes, in this order.
fn take(ranked: impl Iterator<Item = Finding>, plan: &mut Plan, losers: &mut Vec<Finding>) {
    for finding in ranked {
        let fix = finding.fix.as_ref().expect("candidates have fixes");
        if plan.patch.try_add(fix) {
            plan.applied.push(finding);
        } else {
            losers.push(finding);
        }
    }
}

/// Takes what was rejected out of a plan, and gives back those of the losers that gave way to nothing else.
fn spare(plan: &mut Plan, losers: &mut Vec<Finding>) -> Vec<Finding> {
    plan.rejected = plan.applied.extract_if(.., |it| it.rejected).collect();
    if plan.rejected.is_empty() {
        return losers.extract_if(.., |it| it.rejected).collect();
    }
    plan.patch = Patch::default();
    for fix in plan.applied.iter().filter_map(|it| it.fix.as_ref()) {
        assert!(plan.patch.try_add(fix), "they stood together before");
    }
    losers.extract_if(.., |it| it.rejected || it.fix.as_ref().is_some_and(|fix| plan.patch.takes(fix))).collect()
}

/// The bytes from the first to the last that a finding's edits touch.
fn reach(finding: &Finding) -> Span {
    let edits = finding.fix.iter().flat_map(|it| &it.edits);
    edits.fold(finding.span, |all, it| Span::new(all.start.min(it.span.start), all.end.max(it.span.end)))
}

/// Whether the span at `index` contains another that is shorter; `spans` are sorted.
fn contains_another(spans: &[Span], index: usize) -> bool {
    let own = spans[index];
    let contains = |it: &Span| *it != own && own.contains(*it);
    let same_start = spans[..index].iter().rev().take_while(|it| it.start == own.start).any(contains);
    same_start || spans[index + 1..].iter().take_while(|it| it.start < own.end).any(contains)
}

/// Findings by the bytes that their edits touch, to be asked which of them touches a span.
struct Cover<'f> {
    findings: Vec<(Span, &'f Finding)>,
    // The furthest end up to and with each.
    furthest: Vec<usize>,
}

impl<'f> Cover<'f> {
    fn new(findings: &'f [Finding]) -> Self {
        let mut findings: Vec<(Span, &Finding)> = findings.iter().map(|it| (reach(it), it)).collect();
        findings.sort_by_key(|(span, _)| *span);
        let mut end = 0;
        let furthest = findings
            .iter()
            .map(|(span, _)| {
                end = span.end.max(end);
                end
            })
            .collect();
        Self { findings, furthest }
    }

    fn touching(&self, span: Span) -> Option<&'f Finding> {
        let end = self.findings.partition_point(|(it, _)| it.start <= span.end);
        let near = (0..end).rev().take_while(|&at| self.furthest[at] >= span.start);
        near.map(|at| self.findings[at]).find(|(it, _)| it.overlaps(span) || it.start == span.start || it.contains(span)).map(|(_, it)| it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        edit::{Edit, Fix},
        finding::Severity,
        zone::Zone,
    };

    fn finding(rule: &'static str, start: usize, end: usize, new: &str, confidence: u16) -> Finding {
        let span = Span::new(start, end);
        Finding {
            rule: RuleId::new(rule),
            rule_version: 1,
            severity: Severity::Warning,
            message: String::new(),
            span,
            zone: Zone::Body,
            confidence: Confidence::new(confidence),
            fix: Some(Fix { edits: vec![Edit::new(span, new)], applicability: Applicability::Unsafe }),
            alternatives: Vec::new(),
            evidence: Vec::new(),
            beneath: false,
            rejected: false,
        }
    }

    fn check(findings: Vec<Finding>, applied: &[&str], set_aside: &[(&str, &str)]) {
        let plan = resolve(findings, Wanted::ALL);
        assert_eq!(plan.applied.iter().map(|it| it.rule.as_str()).collect::<Vec<_>>(), applied);
        let lost: Vec<_> = plan.set_aside.iter().map(|(it, reason)| (it.rule.as_str(), reason.to_string())).collect();
        assert_eq!(lost.iter().map(|(rule, reason)| (*rule, reason.as_str())).collect::<Vec<_>>(), set_aside);
    }

    #[test]
    fn a_deletion_that_contains_others_wins() {
        check(vec![finding("a", 2, 4, "x", 9999), finding("b", 0, 9, "", 6000)], &["b"], &[("a", "conflicts with b")]);
    }

    #[test]
    fn a_deletion_that_contains_nothing_is_judged_by_its_confidence() {
        check(vec![finding("a", 2, 6, "x", 9000), finding("b", 0, 3, "", 6000)], &["a"], &[("b", "conflicts with a")]);
    }

    #[test]
    fn higher_confidence_then_longer_span_then_rule() {
        check(vec![finding("a", 0, 4, "x", 7000), finding("b", 2, 6, "y", 8000)], &["b"], &[("a", "conflicts with b")]);
        check(vec![finding("a", 0, 4, "x", 8000), finding("b", 2, 9, "y", 8000)], &["b"], &[("a", "conflicts with b")]);
        check(vec![finding("b", 0, 4, "x", 8000), finding("a", 2, 6, "y", 8000)], &["a"], &[("b", "conflicts with a")]);
    }

    #[test]
    fn what_others_are_made_on_gives_way_to_them_and_stands_without_them() {
        let repair = || Finding { beneath: true, ..finding("r", 2, 4, "x", 9900) };
        check(vec![finding("a", 0, 6, "y", 6000), repair()], &["a"], &[("r", "covered by a")]);
        check(vec![finding("a", 0, 6, "y", 6000), finding("b", 5, 8, "z", 7000), repair()], &["r", "b"], &[("a", "conflicts with b")]);
    }

    #[test]
    fn what_was_rejected_keeps_its_place_free() {
        let rejected = |it: Finding| Finding { rejected: true, ..it };
        check(vec![finding("a", 0, 6, "x", 6000), rejected(finding("b", 2, 4, "y", 8000)), finding("c", 8, 9, "z", 6000)], &["c"], &[]);
        check(vec![finding("a", 0, 6, "x", 9000), rejected(finding("b", 2, 4, "y", 8000))], &["a"], &[]);
        let beneath = Finding { beneath: true, ..finding("r", 2, 3, "x", 9900) };
        check(vec![rejected(finding("b", 2, 4, "y", 8000)), beneath], &["r"], &[]);
    }

    #[test]
    fn what_is_not_wanted_does_not_stand_in_the_way() {
        let mut sure = finding("b", 2, 6, "y", 9900);
        sure.fix.as_mut().expect("it has one").applicability = Applicability::Safe;
        let plan = resolve(vec![finding("a", 0, 4, "x", 9950), sure], Wanted::SAFE);
        assert_eq!((plan.applied.len(), plan.shown.len(), plan.set_aside.len()), (1, 1, 0));
    }
}
