//! What earlier runs and reviewers left behind, and documents are judged in the light of.

use std::path::PathBuf;

use unspin::decision::Decisions;

use crate::{decisions, ledgers::Ledgers};

/// Ledgers and decisions.
#[derive(Debug)]
pub struct Memory {
    /// The verdicts on documents that a run has changed.
    pub ledgers: Ledgers,
    /// What was decided of proposals.
    pub decided: Decisions,
}

impl Memory {
    /// What there is of it where a run looks: in this folder, and in those that paths name or lie in.
    pub fn near(paths: &[PathBuf]) -> Self {
        Self { decided: decisions::near(paths), ..Self::of_runs(paths) }
    }

    /// What runs left behind, for who asks anew what is to be decided.
    pub fn of_runs(paths: &[PathBuf]) -> Self {
        Self { ledgers: Ledgers::near(paths), decided: Decisions::default() }
    }
}
