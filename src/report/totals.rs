//! What a run counts.

use std::collections::BTreeMap;

use super::Report;
use crate::{edit::Applicability, finding::Severity, weigh::Verdict};

/// The counts of some documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// All of them.
    pub documents: usize,
    /// Those that could not be judged: too short, in another language, a table.
    pub unassessed: usize,
    /// Those that may be spun.
    pub suspect: usize,
    /// Those that are spun.
    pub spun: usize,
    /// Those that are translated.
    pub translated: usize,
    /// Those with a finding for which a run fails.
    pub found: usize,
    /// Findings that stand.
    pub findings: usize,
    /// Those with a fix.
    pub fixable: usize,
    /// Those whose fix needs no reader.
    pub safe: usize,
    /// Those for which a run fails.
    pub failing: usize,
    /// Those that were known before, and are not reported.
    pub known: usize,
    /// Those that only a newer rule finds in an old document.
    pub upgraded: usize,
    /// By rule.
    pub rules: BTreeMap<String, RuleCount>,
}

/// How often a rule found something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Findings.
    pub findings: usize,
    /// Documents with one.
    pub documents: usize,
    /// Findings with a fix.
    pub fixable: usize,
}

impl Totals {
    /// The counts of one document, in a run that fails from a severity on.
    #[must_use]
    pub fn of(report: &Report<'_>, fail_on: Severity) -> Self {
        let verdict = report.checked.assessment.verdict;
        let is = |wanted| usize::from(verdict == wanted);
        let mut totals = Self {
            documents: 1,
            unassessed: is(Verdict::Unassessed),
            suspect: is(Verdict::Suspect),
            spun: is(Verdict::Spun),
            translated: is(Verdict::Translated),
            ..Self::default()
        };
        for entry in report.standing() {
            let applicability = entry.finding.fix.as_ref().map_or(Applicability::Display, |it| it.applicability);
            totals.findings += 1;
            totals.fixable += usize::from(applicability >= Applicability::Unsafe);
            totals.safe += usize::from(applicability >= Applicability::Safe);
            totals.failing += usize::from(entry.finding.severity >= fail_on);
            let rule = totals.rules.entry(entry.finding.rule.to_string()).or_default();
            rule.findings += 1;
            rule.documents = 1;
            rule.fixable += usize::from(applicability >= Applicability::Unsafe);
        }
        totals.found = usize::from(totals.failing > 0);
        totals
    }

    /// Adds the counts of other documents.
    pub fn add(&mut self, other: &Self) {
        self.documents += other.documents;
        self.unassessed += other.unassessed;
        self.suspect += other.suspect;
        self.spun += other.spun;
        self.translated += other.translated;
        self.found += other.found;
        self.findings += other.findings;
        self.fixable += other.fixable;
        self.safe += other.safe;
        self.failing += other.failing;
        self.known += other.known;
        self.upgraded += other.upgraded;
        for (name, count) in &other.rules {
            let rule = self.rules.entry(name.clone()).or_default();
            rule.findings += count.findings;
            rule.documents += count.documents;
            rule.fixable += count.fixable;
        }
    }

    /// One line for a reader.
    #[must_use]
    pub fn line(&self) -> String {
        let documents = counted(self.documents, "document");
        let known = if self.known > 0 { format!("; {} known before", counted(self.known, "finding")) } else { String::new() };
        let upgraded = if self.upgraded > 0 { format!("; {} by newer rules only, in old documents", self.upgraded) } else { String::new() };
        if self.findings == 0 {
            let new = if self.known > 0 { "nothing new found" } else { "nothing found" };
            return format!("{documents}: {new}{known}");
        }
        let convicted = |count: usize, how: &str| if count > 0 { format!(", {count} of them {how}") } else { String::new() };
        let convicted = convicted(self.spun, "spun") + &convicted(self.translated, "translated");
        let findings = counted(self.findings, if self.known > 0 { "new finding" } else { "finding" });
        let (fixable, safe) = (grouped(self.fixable), grouped(self.safe));
        format!("{documents}{convicted}: {findings}; {fixable} can be fixed, {safe} of them safely{upgraded}{known}")
    }

    /// The rules that found something, the busiest first, a line each.
    #[must_use]
    pub fn statistics(&self) -> Vec<String> {
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by(|(a, a_count), (b, b_count)| b_count.findings.cmp(&a_count.findings).then(a.cmp(b)));
        let line = |(rule, it): (&String, &RuleCount)| format!("{:>7} {:>7} {:>7}  {rule}", it.findings, it.fixable, it.documents);
        let heading = format!("{:>7} {:>7} {:>7}  rule", "found", "fixable", "in docs");
        [heading].into_iter().chain(rules.into_iter().map(line)).collect()
    }
}

/// “1 document”, “2,000 documents”.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    let shown = grouped(count);
    if count == 1 { format!("{shown} {noun}") } else { format!("{shown} {noun}s") }
}

/// “12,345”.
#[must_use]
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}
