//! What other documents are the witnesses of: their headlines, what recurs, sentences that stand there without an insert.

use super::{Case, message};
use crate::{
    corpus::beside::{Beside, Found},
    edit::{Applicability, Fix},
    finding::{Evidence, Finding, Severity},
    rules::{
        Hit,
        rule::{Matcher, Rule, Told},
    },
};

impl Case<'_> {
    /// The findings of rules that ask other documents, where no other rule takes the words out already; the first rule has the word.
    pub(super) fn elsewhere(&self, others: &[Finding]) -> Vec<Finding> {
        let Some(beside) = self.subject.beside else { return Vec::new() };
        let mut findings: Vec<Finding> = Vec::new();
        for (number, rule) in self.subject.rules.elsewhere().filter(|it| self.speaks_in(it.1)) {
            let Matcher::Elsewhere { told, least } = rule.matcher else { continue };
            let found = match told {
                Told::Headline => beside.headlines(self.subject.text),
                Told::Recurring => beside.recurring(usize::from(least)),
                Told::Interrupted => beside.interrupted(),
            };
            for finding in found.iter().filter_map(|it| self.told(beside, number, rule, it)) {
                let taken = |it: &Finding| it.span.overlaps(finding.span) && it.fix.as_ref().is_some_and(Fix::deletes);
                if !others.iter().chain(&findings).any(taken) {
                    findings.push(finding);
                }
            }
        }
        findings
    }

    fn told(&self, beside: &Beside<'_>, number: u32, rule: &Rule, found: &Found) -> Option<Finding> {
        let mut span = found.span;
        // A sentence goes with its stop.
        if matches!(rule.matcher, Matcher::Elsewhere { told: Told::Recurring, .. }) {
            let rest = &self.subject.text[span.end..];
            span.end += rest.len() - rest.trim_start_matches(['.', '!', '?', ':', '…', '”', '"', ')', ']']).len();
            let before = &self.subject.text[..span.start];
            span.start = before.trim_end_matches(['“', '"', '(', '[']).len();
        }
        let admitted = self.subject.admit(Hit::of_span(number, span)?, self.law.quotes)?;
        let edits = rule.fix.first().and_then(|it| self.edits(span, it));
        let fix = edits.filter(|_| rule.applicability > Applicability::Display);
        let fix = fix.map(|edits| Fix { edits, applicability: rule.applicability });
        Some(Finding {
            rule: rule.id.clone(),
            rule_version: rule.version,
            severity: if fix.is_none() { Severity::Info } else { rule.severity },
            message: message(rule, fix.as_ref().map(|_| "")),
            span,
            zone: admitted.zone,
            confidence: rule.confidence,
            fix,
            alternatives: Vec::new(),
            evidence: vec![Evidence::Elsewhere { document: beside.id(found.document).into(), count: found.count }],
            beneath: false,
            rejected: false,
        })
    }
}
