//! The flags of commands about rules.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{
    check::{Format, SummaryFormat},
    common::{Assumed, Color, Shared},
};

#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// A rule's id, or the beginning of one: `spin/war`
    #[arg(value_name = "RULE")]
    pub rule: String,

    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, ClapArgs)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List the rules, those below a prefix or all
    List {
        /// A prefix such as `spin/war`
        #[arg(value_name = "RULE", default_value = "")]
        prefix: String,

        /// How to print them
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,

        #[command(flatten)]
        shared: Shared,
    },
    /// Print everything about a rule as JSON
    Show {
        /// A rule's id
        #[arg(value_name = "RULE")]
        rule: String,

        #[command(flatten)]
        shared: Shared,
    },
    /// Run the examples of all rules, or of your own if there are any
    Test {
        #[command(flatten)]
        shared: Shared,
    },
    /// Count by rule what people decided of what they chose to look at
    Stats {
        /// Files of decisions [default: all in .unspin/decisions]
        #[arg(value_name = "DECISIONS")]
        decisions: Vec<PathBuf>,

        /// Leave out what answers this sample (repeatable)
        #[arg(long, value_name = "SAMPLE")]
        without: Vec<PathBuf>,

        /// How to print the counts
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,

        /// Colour the output
        #[arg(long, value_name = "WHEN", default_value = "auto")]
        color: Color,
    },
}

#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "unspin learn [OPTIONS] SPUN ORIGINAL\n       unspin learn [OPTIONS] PAIRS\n       unspin learn [OPTIONS] --em PATH..."
)]
pub struct LearnArgs {
    /// A spun text and its original; or two folders, whose files go together by their names; or one file
    /// of lines `spun TAB original`; or one of decisions, for what reviewers wrote themselves or noted as
    /// missed; or, with --em, spun texts alone
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// Reckon the shares of known rows anew, from spun texts alone
    #[arg(long)]
    pub em: bool,

    /// Keep what the rules know already
    #[arg(long, conflicts_with = "em")]
    pub all: bool,

    /// Leave out what was seen less often [default: 2; 1 for one pair of texts, and with --em]
    #[arg(long, value_name = "N")]
    pub min_count: Option<usize>,

    /// Take every text for spun, or for clean, whatever it looks like
    #[arg(long, value_name = "VERDICT", requires = "em")]
    pub assume: Option<Assumed>,

    /// How to print the rows: as a file of rules, or as JSON with all counts
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, ClapArgs)]
pub struct MeasureArgs {
    /// A spun text and its original; or two folders, whose files go together by their names; or one file of lines `spun TAB original`
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// How to print the figures
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SummaryFormat,

    #[command(flatten)]
    pub shared: Shared,
}
