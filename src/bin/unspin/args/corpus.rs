//! The flags of `unspin corpus`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{
    common::Shared,
    reading::{Reading, bytes},
};

#[derive(Debug, ClapArgs)]
pub struct CorpusArgs {
    #[command(subcommand)]
    pub command: CorpusCommand,
}

#[derive(Debug, Subcommand)]
pub enum CorpusCommand {
    /// Read documents once into an index of hashes, names and document ids, for `--corpus`
    Build(CorpusBuildArgs),
}

#[derive(Debug, ClapArgs)]
pub struct CorpusBuildArgs {
    /// Files, folders, globs, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// Write the index into this file
    #[arg(long, short, value_name = "INDEX")]
    pub output: PathBuf,

    /// Take no more memory; what is rarest is left out where it does not fit
    #[arg(long, value_name = "BYTES", default_value = "300MB", value_parser = bytes)]
    pub memory: usize,

    #[command(flatten)]
    pub reading: Reading,

    #[command(flatten)]
    pub shared: Shared,
}
