//! What a run of `fix` did, or would do.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize, Serializer};
use unspin::{
    Verdict, Zone,
    diff::printable,
    profile::{Bounded, VERDICTS},
};

use super::{
    treat::{Action, Treated},
    words::{Shift, Words},
};
use crate::{
    manifest::Counts,
    output::{counted, grouped},
};

/// What was done, or would be.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    pub documents: usize,
    pub changed: usize,
    edits: usize,
    /// Edits of words inside direct speech.
    edits_in_quotes: usize,
    /// Characters fewer than before.
    removed: usize,
    by_verdict: BTreeMap<Word, usize>,
    by_action: BTreeMap<Word, usize>,
    by_verdict_and_action: BTreeMap<Word, BTreeMap<Word, usize>>,
    /// Records that could not be read.
    pub unreadable: usize,
    by_rule: BTreeMap<String, usize>,
    #[serde(skip)]
    pub changes: Changes,
    most_frequent: Vec<Change>,
    #[serde(skip)]
    words: Words,
    /// Words whose frequencies would change most; counted only where nothing is written.
    #[serde(skip_deserializing)]
    word_shifts: Vec<Shift>,
    ledger: Option<String>,
}

/// A word of the program, which may be read again.
type Word = Cow<'static, str>;

/// A change and how often it is made.
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    before: String,
    after: String,
    count: usize,
}

/// How many rules and words are listed for a reader, and how many changes, and words for a program.
const LISTED: usize = 20;
const TOLD: usize = 100;

impl Summary {
    /// Counts a document; its words as well where a run is on trial.
    pub fn add(&mut self, treated: &Treated, on_trial: bool) {
        if on_trial {
            self.words.add(treated);
        }
        self.documents += 1;
        let (verdict, action) = (treated.checked.assessment.verdict.as_str(), treated.action.as_str());
        *self.by_verdict_and_action.entry(verdict.into()).or_default().entry(action.into()).or_default() += 1;
        *self.by_verdict.entry(verdict.into()).or_default() += 1;
        *self.by_action.entry(action.into()).or_default() += 1;
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
                self.changes.0.add((shortened(&text[edit.span.range()]), shortened(&edit.replacement)), &1);
            }
        }
    }

    /// What a manifest tells of it.
    pub fn counts(&self) -> Counts {
        let owned = |it: &BTreeMap<Word, usize>| it.iter().map(|(word, count)| (word.clone().into_owned(), *count)).collect();
        Counts {
            documents: self.documents,
            unreadable: self.unreadable,
            by_verdict: owned(&self.by_verdict),
            by_action: owned(&self.by_action),
            findings: 0,
            edits: self.edits,
            removed: self.removed,
            by_rule: self.by_rule.clone(),
        }
    }

    /// The same with these changes.
    pub fn with(self, changes: Changes) -> Self {
        Self { changes, ..self }
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
        for (verdict, actions) in other.by_verdict_and_action {
            merge(self.by_verdict_and_action.entry(verdict).or_default(), actions);
        }
        let mut changes = other.changes;
        for (change, count) in changes.0.take().0 {
            self.changes.0.add(change, &count);
        }
        self.words.merge(other.words);
    }

    /// Puts the changes in the order of their number.
    pub fn finish(&mut self, ledger: Option<String>) {
        let (mut changes, _) = self.changes.0.take();
        changes.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        let told = changes.into_iter().take(TOLD);
        self.most_frequent = told.map(|((before, after), count)| Change { before, after, count }).collect();
        self.word_shifts = self.words.shifts(TOLD);
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
            lines.extend(self.documents_by_verdict());
            let mut rules: Vec<_> = self.by_rule.iter().collect();
            rules.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
            lines.extend(rules.iter().take(LISTED).map(|(rule, count)| format!("{count:>7}  {rule}")));
            lines.extend((rules.len() > LISTED).then(|| format!("         and {} more", counted(rules.len() - LISTED, "rule"))));
            let changes = self.most_frequent.iter();
            lines.extend(changes.map(|it| format!("{:>7}  “{}” → “{}”", it.count, printable(&it.before), printable(&it.after))));
            if self.documents >= LISTED && !self.word_shifts.is_empty() {
                lines.push("words that would be rarer or more frequent:".to_owned());
                let shifts = self.word_shifts.iter().take(LISTED);
                lines.extend(shifts.map(|it| format!("{:>7} → {:<7} {}", it.before, it.after, it.word)));
            }
        }
        lines.extend(self.ledger.as_ref().map(|it| format!("to take it back: unspin revert {it}")));
        lines.join("\n")
    }

    /// What would be done to the documents of each verdict, where there are enough to speak of, and what they would lose.
    fn documents_by_verdict(&self) -> Vec<String> {
        if self.documents < LISTED {
            return Vec::new();
        }
        let line = |verdict: Verdict| {
            let actions = self.by_verdict_and_action.get(verdict.as_str())?;
            let told: Vec<String> = actions.iter().map(|(action, count)| format!("{} {action}", grouped(*count))).collect();
            let count = self.by_verdict.get(verdict.as_str()).copied().unwrap_or_default();
            Some(format!("{count:>7}  {}: {}", verdict.as_str(), told.join(", ")))
        };
        let verdicts = VERDICTS.into_iter().filter_map(line);
        verdicts.chain([format!("{} fewer", counted(self.removed, "character"))]).collect()
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

/// So many different changes are counted: of more, the rarest are forgotten.
const COUNTED: usize = 1 << 16;

/// How often each change is made.
#[derive(Debug, Deserialize)]
#[serde(from = "Noted")]
pub struct Changes(Bounded<(String, String), usize>);

impl Default for Changes {
    fn default() -> Self {
        Self(Bounded::new(COUNTED))
    }
}

/// Changes as they are noted, and read again.
type Noted = Vec<(String, String, usize)>;

impl From<Noted> for Changes {
    fn from(noted: Noted) -> Self {
        let mut changes = Self::default();
        for (before, after, count) in noted {
            changes.0.add((before, after), &count);
        }
        changes
    }
}

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|((before, after), count)| (before, after, count)))
    }
}
