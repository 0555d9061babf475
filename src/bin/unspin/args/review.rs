//! The flags of commands about decisions.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use unspin::review::Order;

use super::{
    check::{Format, SummaryFormat},
    common::{Common, Paging},
};

/// In which order proposals come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderOf {
    /// As they stand in the documents
    Text,
    /// The least certain first
    Uncertain,
    /// The most frequent changes first
    Count,
    /// By chance; --seed sets it
    Random,
}

#[derive(Debug, ClapArgs)]
pub struct ReviewArgs {
    #[command(flatten)]
    pub common: Common,

    #[command(flatten)]
    pub chosen: Chosen,

    #[command(flatten)]
    pub batch: Batch,

    /// Write a page for a browser: one file that needs nothing else. PATH may be what `unspin sample` wrote
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Sign decisions so [default: the name that git knows]
    #[arg(long = "as", value_name = "NAME")]
    pub reviewer: Option<String>,
}

/// Which proposals come up, and in which order.
#[derive(Debug, ClapArgs)]
pub struct Chosen {
    /// In which order changes come up
    #[arg(long, value_name = "ORDER", default_value = "text")]
    pub order: OrderOf,

    /// Ask of so many changes at most
    #[arg(long, value_name = "N")]
    pub budget: Option<usize>,

    /// Ask of so many places only, drawn by chance
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,

    /// What chance begins with
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub seed: u64,

    /// Take the second of three shares of the work: 2/3
    #[arg(long, value_name = "I/N", value_parser = share)]
    pub assign: Option<(u32, u32)>,

    /// So much of the work falls to everybody, to see how far they agree: 10%
    #[arg(long, value_name = "P%", value_parser = percent, requires = "assign", default_value = "0%", hide_default_value = true)]
    pub overlap: u32,
}

impl Chosen {
    /// The order, with what chance begins with.
    pub const fn laid(&self) -> Order {
        match self.order {
            OrderOf::Text => Order::Text,
            OrderOf::Uncertain => Order::Uncertain,
            OrderOf::Count => Order::Count,
            OrderOf::Random => Order::Random(self.seed),
        }
    }
}

/// Decisions without a terminal. KEY is that of `--list` and of `check --format jsonl`.
#[derive(Debug, ClapArgs)]
pub struct Batch {
    /// List what is proposed with what was decided
    #[arg(long)]
    pub list: bool,

    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "list")]
    pub format: Format,

    #[command(flatten)]
    pub paging: Paging,

    /// Accept these proposals
    #[arg(long, value_name = "KEY", num_args = 1.., value_delimiter = ',')]
    pub accept: Vec<String>,

    /// Reject these proposals
    #[arg(long, value_name = "KEY", num_args = 1.., value_delimiter = ',')]
    pub reject: Vec<String>,

    /// Put something else in the place of a proposal
    #[arg(long, value_name = "KEY=TEXT", value_parser = pair)]
    pub edit: Vec<(String, String)>,

    /// Accept all that a rule proposes, or all rules below a prefix
    #[arg(long, value_name = "RULE")]
    pub accept_rule: Vec<String>,

    /// Reject all that a rule proposes, or all rules below a prefix
    #[arg(long, value_name = "RULE")]
    pub reject_rule: Vec<String>,

    /// Accept a change wherever it is proposed: "navy coaching=military training"
    #[arg(long, value_name = "TEXT=PROPOSED", value_parser = pair)]
    pub accept_change: Vec<(String, String)>,

    /// Reject a change wherever it is proposed
    #[arg(long, value_name = "TEXT=PROPOSED", value_parser = pair)]
    pub reject_change: Vec<(String, String)>,
}

#[derive(Debug, ClapArgs)]
#[command(mut_arg("paths", |it| it.value_name("DECISIONS|PATH").help(
    "Files of decisions [default: those in .unspin/decisions]; and the documents, where not those that were decided of"
)))]
pub struct ApplyArgs {
    #[command(flatten)]
    pub common: Common,

    /// Write the documents that were decided of into this folder and leave the originals alone
    #[arg(long, value_name = "DIR", conflicts_with = "dry_run")]
    pub out: Option<PathBuf>,

    /// Change data sets, too, where they are
    #[arg(long, conflicts_with_all = ["out", "dry_run"])]
    pub in_place: bool,

    /// Change nothing; print what would be changed
    #[arg(long)]
    pub dry_run: bool,

    /// How to print what was done
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SummaryFormat,
}

#[derive(Debug, ClapArgs)]
pub struct AllowArgs {
    /// The finding, as `check --format jsonl` and `review --list` name it
    #[arg(value_name = "KEY")]
    pub key: String,

    #[command(flatten)]
    pub common: Common,

    /// Why it may stay
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,

    /// The last day on which it may: 2026-12-31
    #[arg(long, value_name = "DAY", value_parser = crate::decisions::day)]
    pub until: Option<String>,

    /// Sign the decision so [default: the name that git knows]
    #[arg(long = "as", value_name = "NAME")]
    pub reviewer: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub struct DecisionsArgs {
    #[command(subcommand)]
    pub command: DecisionsCommand,
}

#[derive(Debug, Subcommand)]
pub enum DecisionsCommand {
    /// Say how far reviewers agree, and merge what they decided where they do; exit 1 where they do not
    Merge {
        /// Files of decisions
        #[arg(value_name = "FILE", required = true, num_args = 2..)]
        files: Vec<PathBuf>,

        /// Write the merged decisions here
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,

        /// How to print how far they agree
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: SummaryFormat,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').map(|(before, after)| (before.to_owned(), after.to_owned()));
    pair.ok_or_else(|| "two texts with `=` between them".to_owned())
}

fn share(text: &str) -> Result<(u32, u32), String> {
    let share = text.split_once('/').and_then(|(own, all)| Some((own.parse().ok()?, all.parse().ok()?)));
    share.filter(|(own, all)| (1..=*all).contains(own)).ok_or_else(|| "a share such as 2/3".to_owned())
}

fn percent(text: &str) -> Result<u32, String> {
    text.trim_end_matches('%').parse().ok().filter(|it| *it <= 100).ok_or_else(|| "a share such as 10%".to_owned())
}
