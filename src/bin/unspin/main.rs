//! The command line: files, flags, terminal, exit codes.

#![allow(unreachable_pub, reason = "a binary has no outside")]
#![expect(clippy::disallowed_methods, reason = "files and the environment are the business of the command line")]

mod allow;
mod apply;
mod args;
mod asked;
mod audit;
mod baseline;
mod before;
mod cache;
mod check;
mod chunks;
#[cfg(feature = "parquet")]
mod columns;
mod compare;
mod config;
mod corpus;
mod decisions;
mod diff;
mod drafts;
mod explain;
mod fix;
mod gate;
mod inputs;
mod interrupt;
mod learn;
mod ledgers;
mod manifest;
mod manual;
mod measure;
mod memory;
mod merge;
mod mistakes;
mod output;
mod packing;
mod pager;
mod pairs;
mod parallel;
mod profile;
mod progress;
mod recording;
mod revert;
mod review;
mod review_page;
mod rules;
mod sample;
mod score;
mod sets;
mod setup;
mod sinks;
mod stats;
mod verdicts;
mod verify;
mod watch;
mod work;

use std::{ffi::OsString, process::ExitCode};

use args::{Args, Command};
use clap::Parser as _;
pub use corpus::open as open_index;
use output::Done;
pub use setup::{check_prefix, described, unpromised};

/// The program; the Python package, for which this file is a library, has one of its own.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os()))
}

/// Does what the arguments ask for, behind the name of the program; gives the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args = Args::parse_from(args);
    let done = match args.command {
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Sample(args) => sample::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Review(args) => review::run(args),
        Command::Apply(args) => apply::run(&args),
        Command::Decisions(args) => merge::run(&args),
        Command::Allow(args) => allow::run(&args),
        Command::Revert(args) => revert::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Learn(args) => learn::run(&args),
        Command::Measure(args) => measure::run(&args),
        Command::Init(args) => config::init::run(&args),
        Command::Corpus(args) => corpus::run(&args),
        Command::Config(args) => config::show::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::pages(&args),
    };
    match done {
        Ok(Done::Nothing) => 0,
        Ok(Done::Something) => 1,
        Ok(Done::Failed) => 2,
        Err(error) if output::is_broken_pipe(&error) => 0,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            2
        }
    }
}
