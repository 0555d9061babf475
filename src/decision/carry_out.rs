//! What was accepted, put into the text.

use std::{collections::HashSet, fmt};

use super::{Choice, Decision, Decisions, Standing, place};
use crate::{
    cleaner::{Checked, Cleaner},
    edit::{Applicability, Edit, Fix},
    finding::{Finding, RuleId},
    report::{Origin, Report},
    resolve::{Plan, Wanted},
    span::Span,
    weigh::Known,
};

/// A document with exactly what was accepted, and what of it could not be done.
#[derive(Debug)]
pub struct CarriedOut {
    /// The document; its patch holds what was accepted and fits.
    pub checked: Checked,
    /// What is proposed, and could not be done, and why.
    pub unfit: Vec<(Decision, Unfit)>,
    /// What is proposed no more, by its number among all decisions.
    pub gone: Vec<usize>,
    /// The numbers of decisions that had been carried out before.
    pub before: Vec<usize>,
    /// The numbers of those that speak of something proposed here.
    pub spoken: Vec<usize>,
}

/// Why a decision cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing like it is proposed any more.
    Gone,
    /// It changes what this rule's accepted proposal changes, too.
    Conflict(RuleId),
    /// It is proposed only where something else is accepted that was not.
    Depends,
    /// Another reviewer wants something else.
    Disputed(String),
    /// The document was dropped.
    Dropped,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("the text or the proposal has changed since"),
            Self::Conflict(rule) => write!(f, "it changes the same words as what was accepted of {rule}"),
            Self::Depends => f.write_str("it was proposed only together with another change, which was not accepted"),
            Self::Disputed(reviewer) => write!(f, "{reviewer} decided otherwise"),
            Self::Dropped => f.write_str("the document was dropped"),
        }
    }
}

/// Puts into a document what was accepted or edited, and nothing else.
#[must_use]
pub fn carry_out(cleaner: &Cleaner, decisions: &Decisions, origin: &Origin, raw: &[u8], known: Option<&Known>) -> CarriedOut {
    let checked = cleaner.check_known(raw, known, Wanted::ALL);
    let text = checked.document.text();
    let report = Report::new(origin, &checked);
    let (standing, spoken, gone) = decisions.standing_and_gone(&report);
    let all = decisions.all();
    let gone = gone.into_iter().filter(|&it| all[it].asks_for_change());
    let (before, gone) = gone.partition(|&it| stands(&all[it], text));
    let mut unfit = Vec::new();
    let mut accepted: Vec<(RuleId, Span, Decision)> = Vec::new();
    let mut spared: Vec<(RuleId, Span)> = Vec::new();
    for (entry, standing) in report.entries.iter().zip(standing) {
        let found = (entry.finding.rule.clone(), entry.finding.span);
        let told =
            |it: &Decision| Decision { key: entry.key.clone(), file: origin.file.clone(), record: origin.record.clone(), ..it.clone() };
        match standing {
            Standing::Settled(it) if it.asks_for_change() => accepted.push((found.0, found.1, told(it))),
            Standing::Disputed(a, b) if a.asks_for_change() || b.asks_for_change() => {
                let (wanted, other) = if a.asks_for_change() { (a, b) } else { (b, a) };
                let why = if other.decision == Choice::Dropped { Unfit::Dropped } else { Unfit::Disputed(other.reviewer.clone()) };
                unfit.push((told(wanted), why));
                spared.push(found);
            }
            _ => spared.push(found),
        }
    }
    if accepted.is_empty() {
        return CarriedOut { checked: Checked { plan: Plan::default(), ..checked }, unfit, gone, before, spoken };
    }
    // What is found only after a deletion hangs on that deletion.
    let mut checked = cleaner.check_spared(raw, known, Wanted::ALL, &spared);
    let possible = std::mem::take(&mut checked.plan).into_findings();
    let mut plan = Plan::default();
    let mut done: HashSet<(RuleId, Span)> = HashSet::new();
    for (rule, span, decision) in accepted {
        if !done.insert((rule.clone(), span)) {
            continue;
        }
        let Some(found) = possible.iter().find(|it| it.rule == rule && it.span == span) else {
            unfit.push((decision, Unfit::Depends));
            continue;
        };
        let Some(finding) = settled(found, &decision) else {
            unfit.push((decision, Unfit::Gone));
            continue;
        };
        let fix = finding.fix.as_ref().expect("it was given one");
        if plan.patch.try_add(fix) {
            plan.applied.push(finding);
        } else {
            let touches = |it: &&Finding| it.fix.iter().flat_map(|it| &it.edits).any(|a| fix.edits.iter().any(|b| near(a.span, b.span)));
            let other = plan.applied.iter().find(touches).map_or_else(|| rule.clone(), |it| it.rule.clone());
            unfit.push((decision, Unfit::Conflict(other)));
        }
    }
    checked.plan = plan;
    CarriedOut { checked, unfit, gone, before, spoken }
}

const fn near(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// A finding with the fix that was decided.
fn settled(found: &Finding, decision: &Decision) -> Option<Finding> {
    let mut finding = found.clone();
    if decision.decision == Choice::Edited {
        let edit = Edit::new(place(found), decision.replacement.clone()?);
        finding.fix = Some(Fix { edits: vec![edit], applicability: Applicability::Unsafe });
    }
    finding.fix.is_some().then_some(finding)
}

/// Whether what was decided stands in the text already, between the words that were around it.
fn stands(decision: &Decision, text: &str) -> bool {
    let Some(replacement) = &decision.replacement else { return false };
    let around = &decision.around;
    if replacement.is_empty() {
        let tail = around.0.split_whitespace().next_back().unwrap_or_default();
        let head = around.1.split_whitespace().next().unwrap_or_default();
        let joined = text.match_indices(tail).map(|(at, it)| at + it.len());
        return !(tail.is_empty() && head.is_empty())
            && joined.filter(|&at| text[at..].trim_start().starts_with(head)).any(|at| around.is_around(text, Span::new(at, at)));
    }
    text.match_indices(replacement.as_str()).any(|(at, it)| around.is_around(text, Span::new(at, at + it.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "They met on the the pier. We left for the the harbour , and stayed.";

    fn carried_out(text: &str, decide: impl Fn(usize, &mut Decision)) -> (String, Vec<String>, usize) {
        let cleaner = Cleaner::new();
        let origin = Origin::file("a.txt");
        let checked = cleaner.check(TEXT);
        let report = Report::new(&origin, &checked);
        let lines = report.entries.iter().enumerate().map(|(at, entry)| {
            let mut decision = Decision::open(&origin, entry, &checked.document);
            decide(at, &mut decision);
            decision
        });
        let decisions = Decisions::new(lines, "2026-11-22");
        let done = carry_out(&cleaner, &decisions, &origin, text.as_bytes(), None);
        let gone = done.gone.iter().map(|&it| (&decisions.all()[it], &Unfit::Gone));
        let unfit = done.unfit.iter().map(|(it, why)| (it, why)).chain(gone).map(|(it, why)| format!("{}: {why}", it.text.trim()));
        (done.checked.plan.patch.apply(text), unfit.collect(), done.before.len())
    }

    fn accept(it: &mut Decision) {
        it.decision = Choice::Accepted;
        it.replacement.clone_from(&it.proposed);
    }

    #[test]
    fn exactly_what_was_accepted_is_done() {
        let (text, unfit, _) = carried_out(TEXT, |at, it| {
            if at == 1 {
                accept(it);
            }
        });
        assert_eq!(text, "They met on the the pier. We left for the harbour , and stayed.");
        assert_eq!(unfit, [""; 0]);
        let (text, ..) = carried_out(TEXT, |at, it| {
            if at == 0 {
                (it.decision, it.replacement) = (Choice::Edited, Some(" old".to_owned()));
            }
        });
        assert_eq!(text, "They met on the old pier. We left for the the harbour , and stayed.");
        let (text, ..) = carried_out(TEXT, |_, it| it.decision = Choice::Rejected);
        assert_eq!(text, TEXT);
    }

    #[test]
    fn what_no_longer_fits_is_said_and_what_is_done_is_not_done_twice() {
        let changed = TEXT.replace("They met on the the pier", "They met on a boat");
        let (text, unfit, before) = carried_out(&changed, |_, it| accept(it));
        assert_eq!(text, "They met on a boat. We left for the harbour, and stayed.");
        assert_eq!((unfit, before), (vec!["the: the text or the proposal has changed since".to_owned()], 0));
        let done = "They met on the pier. We left for the harbour, and stayed.";
        let (text, unfit, before) = carried_out(done, |_, it| accept(it));
        assert_eq!((text.as_str(), unfit.len(), before), (done, 0, 3));
    }
}
