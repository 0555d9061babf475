//! The flags of every command, and what `--help` says of them.

use std::{path::PathBuf, str::FromStr};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use unspin::{Confidence, Severity, report::format as report};

use crate::packing::Packing;

/// Find what scrapers, article spinners and machine translators did to a text, and propose the corrected text.
#[derive(Debug, Parser)]
#[command(name = "unspin", version, max_term_width = 100, help_template = HELP, after_help = MORE)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

/// The whole help fits a screen, so that a newcomer sees where to begin.
const HELP: &str = "{about-with-newline}
{usage-heading} {usage}

Commands:
{subcommands}{after-help}";

/// What is needed less often is not in the list.
const MORE: &str = "Begin with `unspin check FILE`; `unspin diff --word FILE` shows what would change.
More commands: sample, audit, decisions, learn, config, compare, completions, man. Options: -h, -V.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what is wrong; exit 1 if something is
    Check(CheckArgs),
    /// Show everything proposed as a diff that `git apply` and `patch -p1` take
    Diff(DiffArgs),
    /// Correct files in place, or into another folder
    Fix(FixArgs),
    /// Go through what is proposed, and decide
    Review(ReviewArgs),
    /// Draw proposals at random by rule, for an audit
    #[command(hide = true)]
    Sample(SampleArgs),
    /// Say how good each rule is, by what people decided of a sample
    #[command(hide = true)]
    Audit(AuditArgs),
    /// Do what reviewers accepted, and nothing else
    Apply(ApplyArgs),
    /// Compare and merge what reviewers decided
    #[command(hide = true)]
    Decisions(DecisionsArgs),
    /// Never propose something again, and say why
    Allow(AllowArgs),
    /// Take back what a run of `fix` changed
    Revert(RevertArgs),
    /// Print one verdict a document, with the reasons
    Score(ScoreArgs),
    /// Say what a rule finds, and why
    Explain(ExplainArgs),
    /// List, show and test rules
    Rules(RulesArgs),
    /// Suggest rows from spun texts and their originals
    #[command(hide = true)]
    Learn(LearnArgs),
    /// Write a commented unspin.toml that fits what lies here
    Init(InitArgs),
    /// Print the settings that hold, and where each comes from
    #[command(hide = true)]
    Config(ConfigArgs),
    /// Compare what two runs of `check --format jsonl` found
    #[command(hide = true)]
    Compare(CompareArgs),
    /// Print a script that completes commands in a shell
    #[command(hide = true)]
    Completions(CompletionsArgs),
    /// Print the manual, or write all its pages into a folder
    #[command(hide = true)]
    Man(ManArgs),
}

/// What all commands that read texts share.
#[derive(Debug, ClapArgs)]
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

    #[command(flatten)]
    pub reading: Reading,

    #[command(flatten)]
    pub shared: Shared,
}

/// Where `--help` lists the flags about them.
const SETS: &str = "Data sets (.jsonl, .ndjson, .csv, .tsv)";

/// How data sets are read.
#[derive(Debug, Clone, ClapArgs)]
pub struct Reading {
    /// The field that holds the text, `article.body` for one in another (repeatable) [default: the one with a usual name]
    #[arg(long, help_heading = SETS, value_name = "NAME")]
    pub field: Vec<String>,

    /// The field that names a record [default: the one with a usual name]
    #[arg(long, help_heading = SETS, value_name = "NAME")]
    pub id: Option<String>,

    /// What the named files and standard input hold [default: by their endings; for standard input by its first line]
    #[arg(long, help_heading = SETS, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,

    /// What to do about a record that cannot be read
    #[arg(long, help_heading = SETS, value_name = "HOW", default_value = "keep")]
    pub on_error: OnError,

    /// Put up with so many records that cannot be read, `10` or `0.1%` of a data set; with more it is not written
    #[arg(long, help_heading = SETS, value_name = "N")]
    pub max_errors: Option<Share>,

    /// A larger record, or compressed text, is an error
    #[arg(long, help_heading = SETS, value_name = "BYTES", default_value = "16MB", value_parser = bytes)]
    pub max_record: usize,
}

impl Reading {
    /// How large a text may be that is read whole: what is compressed may be much larger than it looks.
    pub fn largest(&self, packing: Packing) -> u64 {
        if packing == Packing::None { u64::MAX } else { self.max_record as u64 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One document
    Text,
    /// One JSON object a line
    Jsonl,
    /// A table with a header
    Csv,
    /// A table with tabs
    Tsv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    /// Stop
    Fail,
    /// Leave it out of what is written
    Skip,
    /// Write it as it is
    Keep,
}

/// A number, or a share of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Count(usize),
    /// In a million.
    Of(usize),
}

impl Share {
    /// Whether a part of a whole is more than that.
    pub fn is_exceeded(self, part: usize, whole: usize) -> bool {
        match self {
            Self::Count(most) => part > most,
            Self::Of(most) => part as u128 * 1_000_000 > whole as u128 * most as u128,
        }
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = match text.strip_suffix('%') {
            Some(percent) => millionths(percent).map(Self::Of),
            None => text.parse().ok().map(Self::Count),
        };
        number.ok_or_else(|| "a number such as 10, or a share such as 0.1%".to_owned())
    }
}

/// A percentage in millionths of the whole: at most a hundred, with up to four digits behind the point.
fn millionths(percent: &str) -> Option<usize> {
    let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if part.len() > 4 || !digits(whole) || !digits(part) || whole.is_empty() {
        return None;
    }
    format!("{whole}{part:0<4}").parse().ok().filter(|&it| it <= 1_000_000)
}

/// A number of bytes, such as 16MB.
fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|it: char| !it.is_ascii_digit());
    let unit = match text[digits.len()..].trim().to_ascii_uppercase().as_str() {
        "" | "B" => Some(1),
        "K" | "KB" => Some(1 << 10),
        "M" | "MB" => Some(1 << 20),
        "G" | "GB" => Some(1 << 30),
        _ => None,
    };
    let number = digits.parse::<usize>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    number.filter(|it| (1..1 << 32).contains(it)).ok_or_else(|| "a number of bytes such as 16MB, less than 4GB".to_owned())
}

/// What all commands share.
#[derive(Debug, ClapArgs)]
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
    /// " and '
    Straighten,
    /// “ ” and ‘ ’
    Curl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NormalForm {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

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

    /// Exit with 1 where something is proposed
    #[arg(long)]
    pub exit_code: bool,
}

#[derive(Debug, ClapArgs)]
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
}

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

/// Decisions without a terminal. KEY is that of `--list` and of `check --format jsonl`.
#[derive(Debug, ClapArgs)]
pub struct Batch {
    /// List what is proposed with what was decided
    #[arg(long)]
    pub list: bool,

    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "list")]
    pub format: Format,

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

#[derive(Debug, ClapArgs)]
pub struct RevertArgs {
    /// The ledger of the run, such as .unspin/0001.jsonl
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub struct ScoreArgs {
    #[command(flatten)]
    pub common: Common,

    /// How to print the verdicts
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

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
}

#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "unspin learn [OPTIONS] SPUN ORIGINAL\n       unspin learn [OPTIONS] PAIRS\n       unspin learn [OPTIONS] --em PATH..."
)]
pub struct LearnArgs {
    /// A spun text and its original; or two folders, whose files go together by their names; or one file
    /// of lines `spun TAB original`; or, with --em, spun texts alone
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
pub struct InitArgs {
    /// The folder for it
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,

    /// Say nothing
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, ClapArgs)]
pub struct ConfigArgs {
    /// Print the settings; for PATH, with the overrides that hold there
    #[arg(long, required = true)]
    pub show: bool,

    /// A document
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,

    #[command(flatten)]
    pub shared: Shared,
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

#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
pub struct ManArgs {
    /// The folder for the pages
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

fn confidence(text: &str) -> Result<Confidence, String> {
    text.parse().ok().and_then(Confidence::from_fraction).ok_or_else(|| "a number between 0 and 1".to_owned())
}

fn target(text: &str) -> Result<Target, String> {
    let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(PathBuf::from(file))));
    let names = || report::Format::ALL.map(|it| it.0).join(", ");
    let format = report::Format::ALL.iter().find(|it| it.0 == name).ok_or_else(|| format!("one of {}", names()))?;
    Ok(Target { format: format.1, file })
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

fn severity(text: &str) -> Result<Severity, String> {
    let all = [Severity::Info, Severity::Warning, Severity::Error];
    all.into_iter().find(|it| it.as_str() == text).ok_or_else(|| "one of info, warning, error".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Share, bytes};

    #[test]
    fn shares_are_numbers_or_percentages() {
        let check = |text: &str, expect: Option<Share>| assert_eq!(text.parse().ok(), expect, "{text}");
        check("10", Some(Share::Count(10)));
        check("0.1%", Some(Share::Of(1_000)));
        check("30%", Some(Share::Of(300_000)));
        check("100%", Some(Share::Of(1_000_000)));
        check("101%", None);
        check("0.00001%", None);
        check("%", None);
        check("-1", None);
        assert!(Share::Of(1_000).is_exceeded(2, 1_999) && !Share::Of(1_000).is_exceeded(2, 2_000));
    }

    #[test]
    fn sizes_have_units() {
        let check = |text: &str, expect: Option<usize>| assert_eq!(bytes(text).ok(), expect, "{text}");
        check("64MB", Some(64 << 20));
        check("1 gb", Some(1 << 30));
        check("4096", Some(4096));
        check("8GB", None);
        check("0", None);
        check("MB", None);
        check("1.5MB", None);
    }

    #[test]
    fn flags_are_consistent() {
        super::Args::command().debug_assert();
    }

    #[test]
    fn the_help_fits_a_screen() {
        let help = super::Args::command().term_width(80).render_help().to_string();
        assert!(help.lines().count() <= 24, "{help}");
        assert!(help.lines().all(|it| it.chars().count() <= 80), "{help}");
    }
}
