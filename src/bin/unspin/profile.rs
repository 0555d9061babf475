//! `unspin profile`: what a corpus is like.

use std::{fs, io::Write as _, path::Path};

use anyhow::Context as _;
use unspin::{
    Spelling,
    diff::printable,
    profile::{Grouping, Profile, Profiler, Seen, write_page, write_text},
    report::Origin,
};

use crate::{
    args::{ProfileArgs, SummaryFormat},
    config::Field,
    drafts,
    fix::{rules_hash, unwritable},
    inputs::{self, plain, reason},
    memory::Memory,
    output::{Done, Output, remark},
    sets,
    setup::Courts,
};

pub fn run(args: &ProfileArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let before = args.against.as_deref().map(read).transpose()?;
    let mut courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find(&common.paths);
    let memory = Memory::near(&common.paths);
    let grouping = args.group_by.as_deref().map(Grouping::named).unwrap_or_default();
    let date = args.date.as_deref();
    courts.reading.further.extend(grouping.fields().into_iter().chain(date).map(str::to_owned));
    let mut profiler = Profiler::new(&grouping, date, usize::from(args.worst));
    let see = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        Seen::new(origin, &checked, &grouping, date, field)
    };
    failed |= sets::work(&documents, &common.shared, &courts.reading, see, |seen| {
        profiler.add(seen);
        Ok(())
    })?;
    let profile = profiler.finish(rules_hash(courts.rules()));
    if let Some(path) = &args.html {
        let named: Vec<String> = common.paths.iter().map(|it| plain(it).display().to_string()).collect();
        let page = write_page(&profile, before.as_ref(), &named.join(", "));
        drafts::put(path, page.as_bytes()).map_err(|it| unwritable(path, &it))?;
        if !common.shared.quiet {
            remark(&format_args!("{}", printable(&format!("{}: written", path.display()))));
        }
    }
    let mut out = Output::new(common.shared.color);
    match args.format {
        SummaryFormat::Text if common.shared.quiet => {}
        SummaryFormat::Text => write_text(&profile, before.as_ref(), &mut out)?,
        SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(&profile)?)?,
    }
    out.flush()?;
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// Reads what an earlier run printed.
pub fn read(path: &Path) -> anyhow::Result<Profile> {
    let text = fs::read(path).map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))?;
    let read = serde_json::from_slice(&text).ok().filter(|it: &Profile| !it.unspin.is_empty());
    read.with_context(|| format!("{}: no profile; `unspin profile --format json` prints one", path.display()))
}
