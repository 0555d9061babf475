//! `unspin completions` and `unspin man`: what shells and readers of manuals want, from the flags themselves.

use std::{fs, io::Write as _};

use clap::CommandFactory as _;

use crate::{
    args::{Args, CompletionsArgs, ManArgs},
    inputs::reason,
    output::{Done, remark},
};

pub fn completions(args: &CompletionsArgs) -> anyhow::Result<Done> {
    // Whoever reads it may stop early: what a pipe does not take is no panic.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "unspin", &mut script);
    let mut out = std::io::stdout().lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Done::Nothing)
}

pub fn pages(args: &ManArgs) -> anyhow::Result<Done> {
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Args::command()).render(&mut page)?;
        std::io::stdout().lock().write_all(&page)?;
        return Ok(Done::Nothing);
    };
    let failed = |it: std::io::Error| anyhow::anyhow!("{}: {}", folder.display(), reason(&it));
    fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Args::command(), folder).map_err(failed)?;
    remark(&format_args!("{}: read one with `man {}`", folder.display(), folder.join("unspin.1").display()));
    Ok(Done::Nothing)
}
