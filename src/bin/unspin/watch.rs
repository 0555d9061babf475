//! What is said of data sets while they are read, and when bad records are too many.

use std::io;

use anyhow::bail;
use serde::{Deserialize, Serialize};
use unspin::records::{Format, Schema, csv::Dialect};

use crate::{
    args::{OnError, Reading, Shared},
    inputs::{Input, reason},
    output::{complain, counted, remark},
    sets::{Bad, Counted, Ending, Set},
};

/// At most so many bad records of a data set are named.
const NAMED: usize = 10;

/// What was seen up to some place.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Seen {
    failed: bool,
    // Whether something was read, and whether something in a folder looked like no texts.
    read: bool,
    passed_over: bool,
    // Of the data set at hand.
    count: Counted,
    bad: usize,
}

/// Counts the records of the data set at hand, those that cannot be read among them.
pub struct Watch<'c> {
    shared: &'c Shared,
    reading: &'c Reading,
    seen: Seen,
    // What was last said of a schema: a thousand shards have one.
    said: String,
    schema: Option<Schema>,
}

impl<'c> Watch<'c> {
    /// One that goes on with what was seen.
    pub fn new(shared: &'c Shared, reading: &'c Reading, seen: Seen) -> Self {
        Self { shared, reading, seen, said: String::new(), schema: None }
    }

    /// What it has seen.
    pub fn seen(&self) -> Seen {
        self.seen
    }

    /// A document was read.
    pub fn document(&mut self) {
        self.seen.read = true;
    }

    /// A document cannot be read.
    pub fn unreadable(&mut self, input: &Input, error: &io::Error) {
        complain(&format!("{}: {}", input.name, reason(error)));
        self.seen.failed = true;
    }

    /// A data set begins.
    pub fn open(&mut self, set: &Set) {
        self.seen = Seen { count: Counted::default(), bad: 0, read: true, ..self.seen };
        self.tell(set);
    }

    /// It is said which fields of a data set are read.
    pub fn tell(&mut self, set: &Set) {
        self.schema.clone_from(&set.schema);
        let Some(schema) = &self.schema else { return };
        let said = described(schema);
        if said != self.said && !self.shared.quiet {
            remark(&format_args!("{}", unspin::diff::printable(&format!("{}: {said}", set.file))));
        }
        self.said = said;
    }

    /// Records were read.
    pub fn count(&mut self, counted: Counted) {
        self.seen.count.records += counted.records;
        self.seen.count.texts += counted.texts;
    }

    /// A record cannot be read; an error where that is the end of the run.
    pub fn bad(&mut self, file: &str, bad: &Bad) -> anyhow::Result<()> {
        self.seen.bad += 1;
        if self.reading.on_error == OnError::Fail {
            bail!("{file}:{}: {}", bad.line, bad.problem);
        }
        if self.seen.bad <= NAMED {
            complain(&format!("{file}:{}: {}", bad.line, bad.problem));
        }
        Ok(())
    }

    /// A data set ends; gives back whether it stands.
    pub fn close(&mut self, input: &Input, ending: &Ending) -> bool {
        let name = &input.name;
        if self.seen.bad > NAMED {
            complain(&format!("{name}: {} more", counted(self.seen.bad - NAMED, "such record")));
        }
        let fault = match ending {
            Ending::PassedOver(why) => {
                self.seen.passed_over = true;
                if !self.shared.quiet {
                    remark(&format_args!("{}", unspin::diff::printable(&format!("{name}: passed over: {why}"))));
                }
                return false;
            }
            Ending::Failed(why) => Some(why.clone()),
            Ending::Whole => self.fault(),
        };
        if let Some(fault) = &fault {
            complain(&format!("{name}: {fault}"));
        }
        self.seen.failed |= fault.is_some() || self.seen.bad > 0 && self.reading.max_errors.is_none();
        fault.is_none()
    }

    /// Whether something could not be read, or nothing was.
    pub fn finish(self) -> bool {
        if self.seen.passed_over && !self.seen.read {
            complain("no texts found: no data set has a field that is called as texts usually are; name it with --field");
            return true;
        }
        self.seen.failed
    }

    /// Why a data set that was read to its end does not stand all the same.
    fn fault(&self) -> Option<String> {
        let (records, bad) = (self.seen.count.records, self.seen.bad);
        if self.reading.max_errors.is_some_and(|it| it.is_exceeded(bad, records)) {
            return Some(format!("{bad} of {} cannot be read, more than --max-errors", counted(records, "record")));
        }
        let fields: Vec<String> = self.schema.iter().flat_map(Schema::texts).map(|it| format!("`{it}`")).collect();
        (self.seen.count.texts == 0 && records > bad).then(|| format!("no record has a text in {}", fields.join(" or ")))
    }
}

/// Which fields hold what, in one line.
fn described(schema: &Schema) -> String {
    let texts: Vec<String> = schema.texts().map(|it| format!("`{it}`")).collect();
    let id = schema.id().map_or_else(|| "records are known by their lines".to_owned(), |it| format!("records are known by `{it}`"));
    let delimiter = match schema.format() {
        Format::Csv(Dialect { delimiter }) if !matches!(delimiter, b',' | b'\t') => {
            format!(", cells are apart by `{}`", char::from(delimiter))
        }
        _ => String::new(),
    };
    format!("texts are in {}, {id}{delimiter}", texts.join(", "))
}
