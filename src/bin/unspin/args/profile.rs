//! The flags of commands that account for a corpus, and for a run.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{
    check::SummaryFormat,
    common::{Color, Common},
};

#[derive(Debug, ClapArgs)]
pub struct ProfileArgs {
    #[command(flatten)]
    pub common: Common,

    /// Write the profile as a page for a browser
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// How to print the profile: for a reader, or as one object, to be kept for --against
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SummaryFormat,

    /// Count documents by `domain` (the host of a URL), by `file`, or by any field [default: the host in data sets, the folder of files]
    #[arg(long, value_name = "FIELD")]
    pub group_by: Option<String>,

    /// Show documents over time, by the date in this field, or in a header of the text (`date`)
    #[arg(long, value_name = "FIELD")]
    pub date: Option<String>,

    /// Set it beside an earlier profile, which `--format json` printed
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,

    /// Show so many of the worst documents, with excerpts; 0 keeps all texts out
    #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u16).range(..=1000))]
    pub worst: u16,
}

#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// What --manifest wrote
    #[arg(value_name = "MANIFEST")]
    pub manifest: PathBuf,

    /// Print the paragraph on the methods alone, and do nothing again
    #[arg(long)]
    pub methods: bool,

    /// Work on so many documents at once [default: one for each processor]
    #[arg(long, short, value_name = "N", default_value = "0", hide_default_value = true)]
    pub jobs: usize,

    /// Colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}
