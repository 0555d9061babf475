//! What all commands share, and what those that read texts do.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use unspin::Confidence;

use super::reading::Reading;

/// What all commands that read texts share.
#[derive(Debug, Clone, ClapArgs)]
pub struct Common {
    /// Files, folders, globs, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Report only rules below this prefix, such as `spin` or `spin/war` (repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Report no rules below this prefix (repeatable)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// Propose from this confidence upwards, from 0 to 1 [default: 0.5 for swaps]
    #[arg(long, value_name = "X", value_parser = confidence)]
    pub min_confidence: Option<Confidence>,

    /// What quotation marks become [default: keep]
    #[arg(long, value_name = "POLICY")]
    pub quote_marks: Option<Marks>,

    /// Normalise the text to a form of Unicode; without it, only accents join their letters
    #[arg(long, value_name = "FORM")]
    pub normal_form: Option<NormalForm>,

    /// Replace words inside direct speech too
    #[arg(long)]
    pub edit_quotes: bool,

    /// Do not look at the words around a swap: faster, and far less sure
    #[arg(long)]
    pub no_context: bool,

    /// So many of all documents are spun, from 0 to 1; more convicts more [default: 0.005]
    #[arg(long, value_name = "X", value_parser = confidence)]
    pub prior: Option<Confidence>,

    /// Take every document for spun, for translated or for clean, whatever it looks like
    #[arg(long, value_name = "VERDICT")]
    pub assume: Option<Assumed>,

    /// Ask other documents for evidence: an index that `unspin corpus build` wrote
    #[arg(long, value_name = "INDEX")]
    pub corpus: Option<PathBuf>,

    /// Keep in this folder what is found, and look it up there for documents that are as they were
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,

    /// Take verdicts from this file: what an earlier `score --format jsonl` printed, edited by hand if wanted
    #[arg(long, value_name = "FILE")]
    pub verdicts: Option<PathBuf>,

    #[command(flatten)]
    pub reading: Reading,

    #[command(flatten)]
    pub shared: Shared,
}

/// What all commands share.
#[derive(Debug, Clone, ClapArgs)]
pub struct Shared {
    /// Add the rules of a folder, PACK/FAMILY.toml (repeatable)
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,

    /// Take the settings from this file, not from the nearest unspin.toml upward
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no unspin.toml
    #[arg(long)]
    pub no_config: bool,

    /// Colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Print no summary
    #[arg(long, short)]
    pub quiet: bool,

    /// Work on so many documents at once [default: one for each processor]
    #[arg(long, short, value_name = "N", default_value = "0", hide_default_value = true)]
    pub jobs: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Assumed {
    Spun,
    Translated,
    Clean,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Marks {
    /// They stay as they are
    Keep,
    /// Straight ones
    Straighten,
    /// Curly ones
    Curl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NormalForm {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

/// Whether a person is given a pager.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub struct Paging {
    /// At a terminal, print all at once, not through $PAGER
    #[arg(long)]
    no_pager: bool,
}

impl Paging {
    /// Whether nobody said otherwise.
    pub const fn is_wanted(self) -> bool {
        !self.no_pager
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

pub(super) fn confidence(text: &str) -> Result<Confidence, String> {
    text.parse().ok().and_then(Confidence::from_fraction).ok_or_else(|| "a number between 0 and 1".to_owned())
}
