//! The flags of commands that show what they find.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use unspin::{Severity, report::format as report};

use super::common::{Color, Common, Paging};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a reader
    Text,
    /// One array
    Json,
    /// One object a line
    Jsonl,
}

/// How a summary of the run is printed: it is one object, whatever JSON is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// For a reader
    Text,
    /// One object
    #[value(alias = "jsonl")]
    Json,
}

#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct CheckArgs {
    #[command(flatten)]
    pub common: Common,

    /// text, json, jsonl, sarif, github, gitlab, junit or rdjson; into a file with =FILE (repeatable) [default: text]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = target)]
    pub format: Vec<Target>,

    /// Write to this file, not to standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Print how often each rule found something
    #[arg(long)]
    pub statistics: bool,

    /// Print places and rule families, and no word of the texts
    #[arg(long)]
    pub redact: bool,

    /// Exit with 1 from this severity upwards: info, warning or error [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<Severity>,

    /// Report only what is not in this file
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write what is found into the baseline, and forget what is gone
    #[arg(long)]
    pub update_baseline: bool,

    /// Report only what is new since this revision of git, in documents that changed
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "against", "update_baseline"])]
    pub since: Option<String>,

    /// Report only what is new in what is staged for the next commit
    #[arg(long, conflicts_with_all = ["against", "update_baseline"])]
    pub staged: bool,

    /// Report only what is not in this older file or folder
    #[arg(long, value_name = "OLD", conflicts_with = "update_baseline")]
    pub against: Option<PathBuf>,

    /// Write what the run was made of and what it came to: for `unspin verify`, and for a section on methods
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "staged", "against", "update_baseline"])]
    pub manifest: Option<PathBuf>,
}

/// A format, and the file that it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub format: report::Format,
    pub file: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct DiffArgs {
    #[command(flatten)]
    pub common: Common,

    /// Show the changed sentences with [-old-]{+new+} words; for reading, not for patching
    #[arg(long)]
    pub word: bool,

    /// Show only what `fix` would apply without --unsafe
    #[arg(long)]
    pub safe_only: bool,

    /// Lines of context around each change
    #[arg(long, value_name = "N", default_value = "3")]
    pub context: usize,

    #[command(flatten)]
    pub paging: Paging,

    /// Exit with 1 where something is proposed
    #[arg(long)]
    pub exit_code: bool,
}

#[derive(Debug, ClapArgs)]
pub struct ScoreArgs {
    #[command(flatten)]
    pub common: Common,

    /// How to print the verdicts
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// Write what the run was made of and what it came to: for `unspin verify`, and for a section on methods
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct CompareArgs {
    /// What the older run printed
    #[arg(value_name = "OLD.jsonl")]
    pub old: PathBuf,

    /// What the newer run printed
    #[arg(value_name = "NEW.jsonl")]
    pub new: PathBuf,

    /// How to print the differences
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SummaryFormat,

    /// Colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

fn target(text: &str) -> Result<Target, String> {
    let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(PathBuf::from(file))));
    let names = || report::Format::ALL.map(|it| it.0).join(", ");
    let format = report::Format::ALL.iter().find(|it| it.0 == name).ok_or_else(|| format!("one of {}", names()))?;
    Ok(Target { format: format.1, file })
}

fn severity(text: &str) -> Result<Severity, String> {
    let all = [Severity::Info, Severity::Warning, Severity::Error];
    all.into_iter().find(|it| it.as_str() == text).ok_or_else(|| "one of info, warning, error".to_owned())
}
