//! The flags of commands that change files.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{audit::Dropped, check::SummaryFormat, common::Common, reading::Share};

#[derive(Debug, Clone, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct FixArgs {
    #[command(flatten)]
    pub common: Common,

    /// Apply what wants a reader, too
    #[arg(long = "unsafe")]
    pub with_unsafe: bool,

    /// Write all documents, corrected, into this folder and leave the originals alone
    #[arg(long, value_name = "DIR", conflicts_with = "dry_run")]
    pub out: Option<PathBuf>,

    /// Change data sets, too, where they are
    #[arg(long, conflicts_with_all = ["out", "dry_run"])]
    pub in_place: bool,

    /// Write what was found in each document and done to it, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Keep what is done where the run is broken off, and go on from there; give it from the first run on, with the same flags. Data
    /// sets go on in their middle, Parquet from the beginning of the file at hand
    #[arg(long, requires = "out")]
    pub resume: bool,

    /// Add a column to each record, `unspin_verdict` or `unspin_findings` (their number); not in Parquet (repeatable)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub add_column: Vec<Added>,

    /// Leave out documents with this verdict (repeatable)
    #[arg(long, value_name = "VERDICT", value_delimiter = ',')]
    pub drop: Vec<Dropped>,

    /// Write what is left out into this folder
    #[arg(long, value_name = "DIR", requires = "drop", conflicts_with = "dry_run")]
    pub drop_to: Option<PathBuf>,

    /// Leave a document as it is where it would lose more of its characters, such as 30%
    #[arg(long, value_name = "SHARE")]
    pub max_removed: Option<Share>,

    /// Write UTF-8, whatever the encoding was
    #[arg(long)]
    pub to_utf8: bool,

    /// Change nothing; print what would be changed
    #[arg(long)]
    pub dry_run: bool,

    /// How to print what was done
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SummaryFormat,

    /// Write what the run was made of and what it came to: for `unspin verify`, and for a section on methods
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
}

/// What can be added to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Added {
    /// The verdict; of several texts, the gravest
    Verdict,
    /// How much was found
    Findings,
}

impl Added {
    /// What its column is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verdict => "unspin_verdict",
            Self::Findings => "unspin_findings",
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct RevertArgs {
    /// The ledger of the run, such as .unspin/0001.jsonl
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,
}
