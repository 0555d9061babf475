//! What is told of a run of `apply`.

use std::io::Write as _;

use serde::Serialize;
use unspin::{
    Checked,
    decision::{CarriedOut, Decision},
};

use crate::{
    args::SummaryFormat,
    output::{Output, complain, counted},
};

/// What was done, or would be.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Documents that decisions could speak of.
    pub documents: usize,
    pub changed: usize,
    pub edits: usize,
    /// Decisions that had been carried out before.
    pub before: usize,
    unfit: Vec<Misfit>,
    pub ledger: Option<String>,
}

/// A decision that cannot be carried out.
#[derive(Debug, Serialize)]
struct Misfit {
    key: String,
    file: String,
    text: String,
    replacement: Option<String>,
    reason: String,
}

impl Summary {
    /// Notes a decision that cannot be carried out, and says so.
    pub fn cannot(&mut self, decision: Decision, reason: String) {
        let Decision { key, file, record, text, replacement, .. } = decision;
        let record = record.map_or_else(String::new, |it| format!(" {}", it.id.unwrap_or_else(|| format!("line {}", it.line))));
        complain(&format!("{file}{record}: {key} “{text}” → “{}”: {reason}", replacement.as_deref().unwrap_or_default()));
        self.unfit.push(Misfit { key, file, text, replacement, reason });
    }

    /// Counts a document, and gives it back.
    pub fn add(&mut self, done: CarriedOut) -> Checked {
        self.documents += 1;
        for (decision, why) in done.unfit {
            self.cannot(decision, why.to_string());
        }
        done.checked
    }

    /// Counts what was done to it.
    pub fn made(&mut self, checked: &Checked) {
        let edits = checked.plan.applied.len();
        self.changed += usize::from(edits > 0);
        self.edits += edits;
    }

    /// Whether all that was accepted is done.
    pub const fn is_whole(&self) -> bool {
        self.unfit.is_empty()
    }

    pub fn write(&self, format: SummaryFormat, dry_run: bool, out: &mut Output) -> anyhow::Result<()> {
        if format == SummaryFormat::Json {
            return Ok(writeln!(out, "{}", serde_json::to_string(self)?)?);
        }
        let would = if dry_run { "would be changed" } else { "changed" };
        let before = (self.before > 0).then(|| format!("; {} had been applied before", counted(self.before, "decision")));
        let unfit = (!self.is_whole()).then(|| format!("; {} no longer fit", counted(self.unfit.len(), "decision")));
        writeln!(
            out,
            "{} of {} {would}: {}{}{}",
            self.changed,
            counted(self.documents, "document"),
            counted(self.edits, "edit"),
            before.unwrap_or_default(),
            unfit.unwrap_or_default()
        )?;
        if let Some(ledger) = &self.ledger {
            writeln!(out, "to take it back: unspin revert {ledger}")?;
        }
        Ok(())
    }
}
