//! What is done to a document, and to the records of a chunk.

use unspin::{
    Applicability, Checked, Patch, Verdict,
    records::{Record, Text},
    report::{Origin, Report, json},
};

use super::summary::Summary;
use crate::{
    args::{Dropped, FixArgs, OnError, Share},
    chunks::Chunk,
    config::Field,
    memory::Memory,
    sets::{Bad, Counted, Set},
    setup::Courts,
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
    pub counted: Counted,
    pub bad: Vec<Bad>,
}

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
    pub fn rewrite(&self, set: &Set, chunk: Chunk) -> Rewritten {
        let mut done = Rewritten { untouched: true, ..Rewritten::default() };
        match chunk {
            Chunk::Records { bytes, line } => {
                done.bytes.reserve(bytes.len());
                for (record, read) in set.records(&bytes, line) {
                    match read {
                        Ok(Some((read, line))) => self.rewrite_record(set, record, &read, line, &mut done),
                        Ok(None) => done.bytes.extend_from_slice(record),
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

    fn rewrite_record(&self, set: &Set, record: &[u8], read: &Record<'_>, line: usize, done: &mut Rewritten) {
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
            done.summary.add(treated, self.on_trial);
            if self.reports {
                done.report.extend(self.report(&set.origin(read, text, line), treated));
            }
        }
        let changed = read.texts.iter().zip(&treated).filter(|(_, it)| it.action == Action::Changed);
        let edits: Vec<(&Text<'_>, &Patch)> = changed.map(|(text, it)| (text, &it.checked.plan.patch)).collect();
        done.untouched &= !dropped && edits.is_empty();
        match &set.schema {
            _ if dropped => done.dropped.extend_from_slice(record),
            Some(schema) if !edits.is_empty() => done.bytes.extend(schema.patched(record, &edits)),
            _ => done.bytes.extend_from_slice(record),
        }
    }

    /// Notes a record that cannot be read.
    fn pass(&self, set: &Set, bad: Bad, done: &mut Rewritten) {
        done.summary.unreadable += 1;
        if self.reports {
            let action = if self.on_error == OnError::Skip { "skipped" } else { Action::Kept.as_str() };
            json::write_unread(&set.file, bad.line, action, &bad.problem.to_string(), &mut done.report)
                .expect("writing to memory cannot fail");
        }
        done.bad.push(bad);
    }

    /// Keeps or skips its bytes.
    fn pass_bytes(&self, bytes: &[u8], done: &mut Rewritten) {
        if self.on_error == OnError::Skip {
            done.untouched = false;
        } else {
            done.bytes.extend_from_slice(bytes);
        }
    }
}
