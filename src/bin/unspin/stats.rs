//! `unspin rules stats`: what people took of what rules propose.

use std::{
    collections::HashSet,
    io::Write as _,
    path::{Path, PathBuf},
};

use unspin::decision::{Tally, tally};

use crate::{
    args::Format,
    audit::read_sample,
    decisions,
    output::{Done, Output, counted},
};

/// Prints what was decided by rule. What answers a sample is left out, since it is for `audit` to reckon with.
pub fn run(files: &[PathBuf], samples: &[PathBuf], format: Format, mut out: Output) -> anyhow::Result<Done> {
    let files = if files.is_empty() { decisions::files_in(Path::new(".")) } else { files.to_vec() };
    let lines = decisions::read_all(&files)?;
    let mut drawn = HashSet::new();
    for sample in samples {
        drawn.extend(read_sample(sample)?.open().map(|it| it.key.clone()));
    }
    let tallies = tally(&lines, |key| drawn.contains(key));
    match format {
        Format::Text => write_table(&tallies, &mut out)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&tallies)?)?,
        Format::Jsonl => {
            for it in &tallies {
                writeln!(out, "{}", serde_json::to_string(it)?)?;
            }
        }
    }
    out.flush()?;
    Ok(Done::Nothing)
}

fn write_table(tallies: &[Tally], out: &mut Output) -> anyhow::Result<()> {
    let widest = tallies.iter().map(|it| it.rule.len()).max().unwrap_or_default();
    if !tallies.is_empty() {
        writeln!(out, "{:widest$}  accepted  rejected  edited  skipped", "rule")?;
    }
    for it in tallies {
        let rule = unspin::diff::printable(&it.rule);
        writeln!(out, "{rule:widest$}  {:>8}  {:>8}  {:>6}  {:>7}", it.accepted, it.rejected, it.edited, it.skipped)?;
    }
    let settled: usize = tallies.iter().map(Tally::settled).sum();
    let taken: usize = tallies.iter().map(|it| it.accepted).sum();
    writeln!(out, "{}, {taken} of them accepted; chosen by people: `unspin audit` says how good rules are", counted(settled, "decision"))?;
    Ok(())
}
