//! What is done to a document, and to the records of a chunk.

use std::borrow::Cow;

use unspin::{
    Applicability, Checked, Patch, Verdict,
    records::{Problem, Record, Text},
    report::{Origin, Report, json},
};

use super::summary::Summary;
use crate::{
    args::{Added, Dropped, FixArgs, OnError, Share},
    chunks::Chunk,
    config::Field,
    memory::Memory,
    sets::{Bad, Counted, Set},
    setup::Courts,
    work::Done,
};

/// What is done to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// There is nothing to do.
    Kept,
    /// It is corrected.
    Changed,
    /// It would lose too much, and stays as it is.
    Left,
    /// Its verdict sorts it out.
    Dropped,
}

impl Action {
    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Left => "left",
            Self::Dropped => "dropped",
        }
    }
}

/// A document, and what is done to it.
#[derive(Debug)]
pub struct Treated {
    pub checked: Checked,
    pub action: Action,
    /// Characters that it would have fewer.
    pub removed: usize,
    /// What is written of a file; `None` where that is what came.
    pub bytes: Option<Vec<u8>>,
}

/// A chunk of a data set, and what is done to it.
#[derive(Debug, Default)]
pub struct Rewritten {
    /// What is written.
    pub bytes: Vec<u8>,
    /// The records that were sorted out.
    pub dropped: Vec<u8>,
    /// Whether all is written as it came.
    pub untouched: bool,
    pub report: Vec<u8>,
    pub summary: Box<Summary>,
}

/// A chunk of which records are being rewritten.
type Rewriting = Done<Rewritten>;

/// Decides what is done.
pub struct Treatment<'a> {
    courts: &'a Courts,
    applicability: Applicability,
    memory: Memory,
    drop: Vec<Verdict>,
    max_removed: Option<Share>,
    on_error: OnError,
    reports: bool,
    // Whether nothing is written, and all the more is told.
    on_trial: bool,
    add: Vec<Added>,
}

impl<'a> Treatment<'a> {
    pub fn new(args: &FixArgs, courts: &'a Courts, applicability: Applicability) -> Self {
        let verdict = |it: &Dropped| match it {
            Dropped::Spun => Verdict::Spun,
            Dropped::Translated => Verdict::Translated,
            Dropped::Suspect => Verdict::Suspect,
        };
        let memory = Memory::near(&args.common.paths);
        Self {
            courts,
            applicability,
            memory: Memory { decided: memory.decided.sparing_edited(), ..memory },
            drop: args.drop.iter().map(verdict).collect(),
            max_removed: args.max_removed,
            on_error: args.common.reading.on_error,
            reports: args.report.is_some(),
            on_trial: args.dry_run,
            add: args.add_column.clone(),
        }
    }

    /// Checks a file that is one document, and says what is to be done to it.
    pub fn treat_file(&self, origin: &Origin, raw: &[u8]) -> Treated {
        let mut treated = self.treat(origin, &|_| None, raw);
        // What is left alone, or sorted out, stays as it came, in its own encoding.
        if matches!(treated.action, Action::Kept | Action::Changed) {
            let court = self.courts.over(origin, &|_| None);
            treated.bytes = Some(court.cleaner.written(raw, &treated.checked));
        }
        treated
    }

    fn treat(&self, origin: &Origin, field: &Field<'_>, raw: &[u8]) -> Treated {
        let checked = self.courts.over(origin, field).plan(origin, raw, &self.memory, self.applicability);
        let text = checked.document.text();
        let characters = |it: &str| it.chars().count();
        let edits = checked.plan.patch.edits();
        let removed = edits.map(|it| characters(&text[it.span.range()]).saturating_sub(characters(&it.replacement))).sum();
        let too_much = |it: Share| removed > 0 && it.is_exceeded(removed, characters(text));
        let action = if self.drop.contains(&checked.assessment.verdict) {
            Action::Dropped
        } else if checked.plan.patch.is_empty() {
            Action::Kept
        } else if self.max_removed.is_some_and(too_much) {
            Action::Left
        } else {
            Action::Changed
        };
        Treated { checked, action, removed, bytes: None }
    }

    /// The line of the report on a document; nothing where none is wanted.
    pub fn report(&self, origin: &Origin, treated: &Treated) -> Vec<u8> {
        let mut line = Vec::new();
        if self.reports {
            let report = Report::new(origin, &treated.checked);
            let written = json::write_treatment(&report, treated.action.as_str(), treated.removed, &mut line);
            written.expect("writing to memory cannot fail");
        }
        line
    }

    /// What becomes of a chunk of records.
    pub fn rewrite(&self, set: &Set, chunk: Chunk) -> Done<Rewritten> {
        let made = Rewritten { untouched: true, ..Rewritten::default() };
        let mut done = Rewriting { counted: Counted::default(), bad: Vec::new(), made };
        match chunk {
            Chunk::Records { bytes, line } => {
                done.made.bytes.reserve(bytes.len());
                for (record, read) in set.records(&bytes, line) {
                    match read {
                        Ok(Some((_, line))) if self.add.iter().any(|it| set.field(record, it.name()).is_some()) => {
                            let there = self.add.iter().map(|it| it.name()).find(|it| set.field(record, it).is_some());
                            let problem = Problem::Duplicate(there.unwrap_or_default().to_owned());
                            done.counted.records += 1;
                            self.pass(set, Bad { line, problem }, &mut done);
                            self.pass_bytes(record, &mut done);
                        }
                        Ok(Some((read, line))) => self.rewrite_record(set, record, &read, line, &mut done),
                        Ok(None) => done.made.bytes.extend_from_slice(record),
                        Err(bad) => {
                            done.counted.records += 1;
                            self.pass(set, bad, &mut done);
                            self.pass_bytes(record, &mut done);
                        }
                    }
                }
            }
            Chunk::Piece { bytes, line, first } => {
                if first {
                    done.counted.records = 1;
                    self.pass(set, set.too_large(line), &mut done);
                }
                self.pass_bytes(&bytes, &mut done);
            }
        }
        done
    }

    fn rewrite_record(&self, set: &Set, record: &[u8], read: &Record<'_>, line: usize, done: &mut Rewriting) {
        done.counted.add(read);
        let field = |name: &str| set.field(record, name);
        let treat = |it: &Text<'_>| self.treat(&set.origin(read, it, line), &field, it.value.as_bytes());
        let mut treated: Vec<Treated> = read.texts.iter().map(treat).collect();
        // A record goes as a whole.
        let dropped = treated.iter().any(|it| it.action == Action::Dropped);
        for (text, treated) in read.texts.iter().zip(&mut treated) {
            if dropped {
                treated.action = Action::Dropped;
            }
            done.made.summary.add(treated, self.on_trial);
            if self.reports {
                done.made.report.extend(self.report(&set.origin(read, text, line), treated));
            }
        }
        let changed = read.texts.iter().zip(&treated).filter(|(_, it)| it.action == Action::Changed);
        let edits: Vec<(&Text<'_>, &Patch)> = changed.map(|(text, it)| (text, &it.checked.plan.patch)).collect();
        done.made.untouched &= !dropped && edits.is_empty();
        let mut written = Cow::Borrowed(record);
        if let Some(schema) = &set.schema {
            if !dropped && !edits.is_empty() {
                written = schema.patched(record, &edits).into();
            }
            if !self.add.is_empty() {
                let added: Vec<_> = self.add.iter().map(|it| (it.name(), added(*it, &treated))).collect();
                written = schema.extended(&written, &added).into();
                done.made.untouched = false;
            }
        }
        if dropped { &mut done.made.dropped } else { &mut done.made.bytes }.extend_from_slice(&written);
    }

    /// Notes a record that cannot be read.
    fn pass(&self, set: &Set, bad: Bad, done: &mut Rewriting) {
        done.made.summary.unreadable += 1;
        if self.reports {
            let action = if self.on_error == OnError::Skip { "skipped" } else { Action::Kept.as_str() };
            json::write_unread(&set.file, bad.line, action, &bad.problem.to_string(), &mut done.made.report)
                .expect("writing to memory cannot fail");
        }
        done.bad.push(bad);
    }

    /// Keeps or skips its bytes.
    fn pass_bytes(&self, bytes: &[u8], done: &mut Rewriting) {
        if self.on_error == OnError::Skip {
            done.made.untouched = false;
        } else {
            done.made.bytes.extend_from_slice(bytes);
        }
    }
}

/// What an added field says of a record.
fn added(what: Added, treated: &[Treated]) -> Option<String> {
    match what {
        Added::Verdict => treated.iter().map(|it| it.checked.assessment.verdict).max().map(|it| it.as_str().to_owned()),
        Added::Findings => {
            let found = treated.iter().map(|it| it.checked.plan.applied.len() + it.checked.plan.shown.len());
            Some(found.sum::<usize>().to_string())
        }
    }
}
