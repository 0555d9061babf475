//! The flags of every command, and what `--help` says of them.

mod audit;
mod check;
mod common;
mod corpus;
mod fix;
mod profile;
mod reading;
mod review;
mod rules;
mod setup;

use clap::{Parser, Subcommand};

pub use self::{audit::*, check::*, common::*, corpus::*, fix::*, profile::*, reading::*, review::*, rules::*, setup::*};

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
const MORE: &str = "Begin with `unspin check FILE`; see what changes: `unspin diff --word FILE`.
More: profile, verify, corpus, sample, audit, decisions, learn, measure, config, compare, completions, man. Options: -h, -V.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report what is wrong; exit 1 if something is
    Check(CheckArgs),
    /// Show everything proposed as a diff, for `git apply` or `patch -p1`
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
    /// Say what a corpus is like: verdicts, findings by rule and source, the worst documents
    #[command(hide = true)]
    Profile(ProfileArgs),
    /// Do again what a manifest tells of, and say whether it comes out the same
    #[command(hide = true)]
    Verify(VerifyArgs),
    /// Say what a rule finds, and why
    Explain(ExplainArgs),
    /// List, show and test rules
    Rules(RulesArgs),
    /// Suggest rows from spun texts and their originals
    #[command(hide = true)]
    Learn(LearnArgs),
    /// Say how well spun texts are undone, by their originals
    #[command(hide = true)]
    Measure(MeasureArgs),
    /// Make an index of many documents, which `--corpus` asks for evidence
    #[command(hide = true)]
    Corpus(CorpusArgs),
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

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
