//! Findings without a word of the text that they were found in.

use super::{Entry, Report};
use crate::{
    cleaner::Checked,
    edit::Fix,
    finding::{Finding, RuleId},
    resolve::Reason,
    rules::Rules,
};

/// What may be told of a document whose text and names must not leave it: places, families of rules, numbers.
#[derive(Debug)]
pub struct Redacted {
    checked: Checked,
    findings: Vec<(Finding, Option<Reason>)>,
}

impl Redacted {
    /// What may be told of a report. The rules of a family are named after the words that they match, so that the family must do.
    #[must_use]
    pub fn new(report: &Report<'_>, rules: &Rules) -> Self {
        let mut checked = report.checked.clone();
        "redacted".clone_into(&mut checked.assessment.reason);
        checked.metadata.clear();
        let findings = report.entries.iter().map(|it| {
            let family = family(&it.finding.rule);
            let of_family = rules.book().families.iter().find(|it| *it.id == *family.as_str());
            let summary = of_family.map_or_else(String::new, |it| it.summary.to_string());
            let fix = it.finding.fix.as_ref().map(|it| Fix { edits: Vec::new(), applicability: it.applicability });
            let reason = it.set_aside.map(|it| match it {
                Reason::Conflict(rule) => Reason::Conflict(self::family(rule)),
                Reason::Covered(rule) => Reason::Covered(self::family(rule)),
            });
            (Finding { rule: family, message: summary, fix, alternatives: Vec::new(), ..it.finding.clone() }, reason)
        });
        Self { findings: findings.collect(), checked }
    }

    /// The report of it, with the places and keys of the one that it was made of.
    #[must_use]
    pub fn report<'r>(&'r self, original: &Report<'r>) -> Report<'r> {
        let entries = original.entries.iter().zip(&self.findings).map(|(entry, (finding, reason))| Entry {
            finding,
            set_aside: reason.as_ref(),
            key: entry.key.clone(),
            line: entry.line,
            column: entry.column,
            text: "",
        });
        Report { origin: original.origin, checked: &self.checked, entries: entries.collect(), past: original.past }
    }
}

fn family(rule: &RuleId) -> RuleId {
    RuleId::new(rule.as_str().rsplit_once('/').map_or("", |it| it.0).to_owned())
}
