//! `unspin revert`: what a run changed is taken back.

use std::{fs::File, io::Read as _, path::Path};

use unspin::ledger::{Entry, content_hash};

use crate::{
    args::RevertArgs,
    drafts,
    inputs::reason,
    interrupt,
    ledgers::{self, Ledger},
    output::{Done, complain, counted, remark},
    packing::{packed, unpacked},
};

pub fn run(args: &RevertArgs) -> anyhow::Result<Done> {
    let Ledger { entries, cut_short } = ledgers::read(&args.ledger)?;
    // Paths count from the folder that holds `.unspin`.
    let path = std::path::absolute(&args.ledger)?;
    let root = path.parent().and_then(Path::parent).unwrap_or(Path::new("."));
    let mut done = Done::Nothing;
    interrupt::heed();
    let (mut reverted, mut before) = (0, 0);
    if let Some(line) = cut_short {
        complain(&format!("{}, line {line}: cut short, since the run ended there; its file is left alone", args.ledger.display()));
        done = Done::Failed;
    }
    // From the back: a file that two paths lead to may stand there twice.
    for entry in entries.iter().rev() {
        match revert(root, entry) {
            Ok(true) => reverted += 1,
            Ok(false) => before += 1,
            Err(problem) => {
                complain(&format!("{}: {problem}", entry.file));
                done = Done::Failed;
            }
        }
    }
    let already = if before > 0 { format!("; {before} more had not changed") } else { String::new() };
    remark(&format_args!("{} as before the run{already}", counted(reverted, "file")));
    Ok(done)
}

/// Whether the file was changed back; `false` where it is as before already.
fn revert(root: &Path, entry: &Entry) -> Result<bool, String> {
    let path = root.join(ledgers::file(entry).map_err(|it| it.to_string())?);
    let (packing, mut source) = File::open(&path).and_then(unpacked).map_err(|it| reason(&it))?;
    let mut now = Vec::new();
    source.read_to_end(&mut now).map_err(|it| reason(&it))?;
    if content_hash(&now) == entry.before {
        return Ok(false);
    }
    let before = entry.revert(&now).map_err(|it| it.to_string())?;
    // What was compressed is compressed anew.
    let before = packed(packing, before).map_err(|it| reason(&it))?;
    let _hold = interrupt::hold();
    drafts::replace(&path, &before, &path).map_err(|it| reason(&it))?;
    Ok(true)
}
