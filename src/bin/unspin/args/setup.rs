//! The flags of commands about the program itself and its settings.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::common::Shared;

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
