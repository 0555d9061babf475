//! What a run of `fix` did, or would do.

use std::collections::BTreeMap;

use serde::Serialize;
use unspin::{Verdict, Zone, diff::printable};

use super::treat::{Action, Treated};
use crate::output::counted;

/// What was done, or would be.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    pub documents: usize,
    pub changed: usize,
    edits: usize,
    /// Edits of words inside direct speech.
    edits_in_quotes: usize,
    /// Characters fewer than before.
    removed: usize,
    by_verdict: BTreeMap<&'static str, usize>,
    by_action: BTreeMap<&'static str, usize>,
    /// Records that could not be read.
    pub unreadable: usize,
    by_rule: BTreeMap<String, usize>,
    #[serde(skip)]
    changes: Changes,
    most_frequent: Vec<Change>,
    ledger: Option<String>,
}

/// A change and how often it is made.
#[derive(Debug, Serialize)]
struct Change {
    before: String,
    after: String,
    count: usize,
}

/// How many rules and changes are listed for a reader, and how many changes for a program.
const LISTED: usize = 20;
const TOLD: usize = 100;

impl Summary {
    /// Counts a document.
    pub fn add(&mut self, treated: &Treated) {
        self.documents += 1;
        *self.by_verdict.entry(treated.checked.assessment.verdict.as_str()).or_default() += 1;
        *self.by_action.entry(treated.action.as_str()).or_default() += 1;
        if treated.action != Action::Changed {
            return;
        }
        let plan = &treated.checked.plan;
        let text = treated.checked.document.text();
        self.changed += 1;
        self.removed += treated.removed;
        for finding in &plan.applied {
            self.edits += 1;
            self.edits_in_quotes += usize::from(finding.zone == Zone::Quote);
            *self.by_rule.entry(finding.rule.to_string()).or_default() += 1;
            if let Some(edit) = finding.fix.as_ref().and_then(|it| it.edits.last()) {
                self.changes.add((shortened(&text[edit.span.range()]), shortened(&edit.replacement)), 1);
            }
        }
    }

    /// Takes up what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        self.changed += other.changed;
        self.edits += other.edits;
        self.edits_in_quotes += other.edits_in_quotes;
        self.removed += other.removed;
        self.unreadable += other.unreadable;
        merge(&mut self.by_verdict, other.by_verdict);
        merge(&mut self.by_action, other.by_action);
        merge(&mut self.by_rule, other.by_rule);
        for (change, count) in other.changes.counts {
            self.changes.add(change, count);
        }
    }

    /// Puts the changes in the order of their number.
    pub fn finish(&mut self, ledger: Option<String>) {
        let mut changes: Vec<_> = std::mem::take(&mut self.changes.counts).into_iter().collect();
        changes.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        let told = changes.into_iter().take(TOLD);
        self.most_frequent = told.map(|((before, after), count)| Change { before, after, count }).collect();
        self.ledger = ledger;
    }

    /// The summary for a reader; `dry` where nothing was changed.
    pub fn text(&self, dry: bool) -> String {
        let would = if dry { "would be changed" } else { "changed" };
        let quotes = if self.edits_in_quotes > 0 { format!(", {} of them in quotations", self.edits_in_quotes) } else { String::new() };
        let mut lines =
            vec![format!("{} of {} {would}: {}{quotes}", self.changed, counted(self.documents, "document"), counted(self.edits, "edit"))];
        let said = [
            (self.of(Action::Dropped), "left out by their verdict"),
            (self.of(Action::Left), "left as they are, since they would lose too much"),
        ];
        lines.extend(said.iter().filter(|it| it.0 > 0).map(|(count, what)| format!("{} {what}", counted(*count, "document"))));
        lines.extend((self.unreadable > 0).then(|| format!("{} could not be read", counted(self.unreadable, "record"))));
        if dry {
            let convicted = self.by_verdict.iter().filter(|(it, _)| **it != Verdict::Clean.as_str());
            let convicted: Vec<String> = convicted.map(|(verdict, count)| format!("{count} {verdict}")).collect();
            if self.documents >= LISTED && !convicted.is_empty() {
                lines.push(format!("verdicts: {}; {} fewer", convicted.join(", "), counted(self.removed, "character")));
            }
            let mut rules: Vec<_> = self.by_rule.iter().collect();
            rules.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
            lines.extend(rules.iter().take(LISTED).map(|(rule, count)| format!("{count:>7}  {rule}")));
            lines.extend((rules.len() > LISTED).then(|| format!("         and {} more", counted(rules.len() - LISTED, "rule"))));
            let changes = self.most_frequent.iter().take(LISTED);
            lines.extend(changes.map(|it| format!("{:>7}  “{}” → “{}”", it.count, printable(&it.before), printable(&it.after))));
        }
        lines.extend(self.ledger.as_ref().map(|it| format!("to take it back: unspin revert {it}")));
        lines.join("\n")
    }

    fn of(&self, action: Action) -> usize {
        self.by_action.get(action.as_str()).copied().unwrap_or_default()
    }
}

fn merge<K: Ord>(into: &mut BTreeMap<K, usize>, other: BTreeMap<K, usize>) {
    for (key, count) in other {
        *into.entry(key).or_default() += count;
    }
}

/// So long may each side of a change be that is counted: a page that is taken out is counted by its beginning.
const LONGEST: usize = 200;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// So many different changes are counted.
const COUNTED: usize = 1 << 16;

/// How often each change is made. Where there are too many different ones, the rarest are forgotten: what is frequent is counted as well
/// as right, and memory is bounded.
#[derive(Debug, Default)]
struct Changes {
    counts: BTreeMap<(String, String), usize>,
}

impl Changes {
    fn add(&mut self, change: (String, String), count: usize) {
        *self.counts.entry(change).or_default() += count;
        let mut least = 1;
        while self.counts.len() > COUNTED {
            self.counts.retain(|_, count| *count > least);
            least += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frequent_is_not_forgotten() {
        let mut changes = Changes::default();
        for it in 0..3 * COUNTED {
            changes.add((it.to_string(), String::new()), 1);
            if it % 10 == 0 {
                changes.add(("often".to_owned(), String::new()), 1);
            }
        }
        assert!(changes.counts.len() <= COUNTED);
        assert_eq!(changes.counts[&("often".to_owned(), String::new())], 3 * COUNTED / 10 + 1);
    }
}
