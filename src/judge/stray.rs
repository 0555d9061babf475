//! Lines, and parts of paragraphs, that speak of something else than the text.

use super::Case;
use crate::{
    edit::Fix,
    finding::Finding,
    nats::{self, PerMillion},
    rules::{
        Hit,
        rule::{Matcher, Stray},
    },
    span::Span,
    structure::{self, Paragraphs, stray},
};

impl Case<'_> {
    /// The findings of rules about such words; `others` are those of other rules.
    pub(super) fn stray_lines(&self, others: &[Finding]) -> Vec<Finding> {
        let mut findings: Vec<Finding> = Vec::new();
        let paragraphs = Paragraphs::new(self.subject);
        for (number, rule) in self.subject.rules.strays().filter(|it| self.speaks_in(it.1)) {
            let Matcher::StrayLine(place) = rule.matcher else { continue };
            let gone = |span: Span| others.iter().chain(&findings).any(|it| takes_out(it, span));
            let certain = |spans: Vec<Span>| spans.into_iter().map(|it| (it, nats::ONE)).collect();
            let found: Vec<(Span, PerMillion)> = match place {
                Stray::Line => certain(stray::lines(&paragraphs)),
                Stray::RunOn => structure::run_on(&paragraphs, || self.seen()).into_iter().filter(|it| !gone(it.0)).collect(),
                Stray::Again => certain(stray::again(&paragraphs)),
                Stray::Voice => structure::voice(&paragraphs, self.law.quotes),
                Stray::Beside => {
                    let gone: Vec<Span> = others.iter().filter(|it| deletes(it)).map(|it| it.span).collect();
                    certain(structure::beside(&paragraphs, &gone))
                }
            };
            let new: Vec<Finding> =
                found.into_iter().filter_map(|(span, chance)| self.stray(Hit::of_span(number, span)?, chance)).collect();
            findings.extend(new);
        }
        findings
    }

    fn stray(&self, hit: Hit, chance: PerMillion) -> Option<Finding> {
        let mut finding = self.finding(&self.subject.admit(hit, self.law.quotes)?, None, None)?;
        finding.confidence = finding.confidence.times(chance);
        Some(finding)
    }
}

/// Whether a finding takes something of a span out.
fn takes_out(finding: &Finding, span: Span) -> bool {
    finding.span.overlaps(span) && deletes(finding)
}

fn deletes(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(Fix::deletes)
}
