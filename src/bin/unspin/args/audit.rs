//! The flags of commands about samples.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use unspin::Confidence;

use super::{
    check::SummaryFormat,
    common::{Color, Common, confidence},
};

#[derive(Debug, ClapArgs)]
pub struct SampleArgs {
    #[command(flatten)]
    pub common: Common,

    /// Draw from each rule, from each family (spin/war) or from each pack (spin)
    #[arg(long, value_name = "WHAT", default_value = "rule")]
    pub by: Drawing,

    /// Draw so many proposals of each
    #[arg(long, value_name = "N", default_value = "200")]
    pub per_rule: usize,

    /// Draw so many documents in which nothing is proposed
    #[arg(long, value_name = "N", default_value = "20")]
    pub documents: usize,

    /// What chance begins with: a seed draws the same everywhere
    #[arg(long, value_name = "N", default_value = "0")]
    pub seed: u64,

    /// Write to this file [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    Rule,
    Family,
    Pack,
}

#[derive(Debug, ClapArgs)]
pub struct AuditArgs {
    /// What `unspin sample` wrote
    #[arg(value_name = "SAMPLE")]
    pub sample: PathBuf,

    /// What people decided of it [default: all files in .unspin/decisions]
    #[arg(value_name = "DECISIONS")]
    pub decisions: Vec<PathBuf>,

    /// So many edits of a rule are to be right, from 0 to 1
    #[arg(long, value_name = "X", default_value = "0.9", value_parser = confidence)]
    pub precision: Confidence,

    /// How to print the figures: as TOML with comments, or as one object
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SummaryFormat,

    /// Write the cut-offs into the configuration: unspin.toml, here or further up, or a new one
    #[arg(long)]
    pub write: bool,

    /// Write them into this file instead
    #[arg(long, value_name = "FILE", requires = "write")]
    pub config: Option<PathBuf>,

    /// Colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// A verdict that sorts a document out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dropped {
    Spun,
    Translated,
    Suspect,
}
