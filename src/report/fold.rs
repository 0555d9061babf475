//! What a reader is told of a document at a place that holds little: a convicted document is one thing, whatever was found in it.

use super::{Entry, Past, Report, key_of};
use crate::{
    finding::{Evidence, Severity},
    report::totals::counted,
    weigh::Verdict,
};

/// What is told: a verdict with what rests on it, or a finding.
#[derive(Debug)]
pub enum Item<'i, 'r> {
    /// A convicted document.
    Convicted(Convicted<'i, 'r>),
    /// A finding that needs no verdict.
    Single(&'i Entry<'r>),
}

/// A document with all findings that its verdict brought.
#[derive(Debug)]
pub struct Convicted<'i, 'r> {
    /// `verdict/spun` or `verdict/translated`.
    pub rule: &'static str,
    /// What it is known by across runs.
    pub key: String,
    /// One line for a reader.
    pub message: String,
    /// The severest of its findings.
    pub severity: Severity,
    /// Its findings, at least one.
    pub entries: Vec<&'i Entry<'r>>,
}

/// What is told of a document, from a severity on.
#[must_use]
pub fn items<'i, 'r>(report: &'i Report<'r>, least: Severity) -> Vec<Item<'i, 'r>> {
    let rule = match report.checked.assessment.verdict {
        Verdict::Spun => "verdict/spun",
        Verdict::Translated => "verdict/translated",
        Verdict::Unassessed | Verdict::Clean | Verdict::Suspect => "",
    };
    let (folded, single): (Vec<_>, Vec<_>) = report.standing().partition(|it| !rule.is_empty() && rests_on_verdict(it));
    let convicted = convicted(report, rule, folded).filter(|it| it.severity >= least).map(Item::Convicted);
    convicted.into_iter().chain(single.into_iter().filter(|it| it.finding.severity >= least).map(Item::Single)).collect()
}

fn convicted<'i, 'r>(report: &'i Report<'r>, rule: &'static str, entries: Vec<&'i Entry<'r>>) -> Option<Convicted<'i, 'r>> {
    let severity = entries.iter().map(|it| it.finding.severity).max()?;
    let verdict = report.checked.assessment.verdict.as_str();
    let noun = if rule == "verdict/spun" { "swap" } else { "sign" };
    let found = counted(entries.len(), noun);
    let message = match report.past {
        Past::Unknown => format!("convicted as {verdict}: {found}"),
        Past::New => format!("newly convicted as {verdict}: {found}"),
        Past::Convicted => format!("{found} more, in a document that was convicted as {verdict} before"),
    };
    Some(Convicted { rule, key: key_of(report, rule), message, severity, entries })
}

/// Whether a finding would not be made in a text of another verdict.
#[must_use]
pub fn rests_on_verdict(entry: &Entry<'_>) -> bool {
    entry
        .finding
        .evidence
        .iter()
        .any(|it| matches!(it, Evidence::Spun { .. } | Evidence::Told | Evidence::Translated { .. } | Evidence::ToldTranslated))
}

/// What a finding says in one line: what is wrong, and what to write instead.
#[must_use]
pub fn told(entry: &Entry<'_>) -> String {
    let it = entry.finding;
    let mut told = it.message.clone();
    match it.fix.as_ref().and_then(|it| it.edits.last()) {
        Some(edit) if edit.replacement.is_empty() => told = format!("{told}: take out “{}”", short(entry.text)),
        Some(edit) => told = format!("{told}: “{}” → “{}”", short(entry.text), short(&edit.replacement)),
        None if !entry.text.is_empty() => told = format!("{told}: “{}”", short(entry.text)),
        None => {}
    }
    crate::diff::printable(&told)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
