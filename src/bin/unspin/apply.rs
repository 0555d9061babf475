//! `unspin apply`: what reviewers accepted is done, and nothing else.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use anyhow::bail;
use serde::Serialize;
use unspin::{
    Fixed, Spelling,
    decision::{CarriedOut, Choice, Decision, Decisions, Scope, carry_out},
    report::Origin,
};

use crate::{
    args::{ApplyArgs, SummaryFormat},
    decisions, drafts,
    fix::rules_hash,
    inputs::{self, Content, Input, Kind, plain, reason},
    interrupt,
    ledgers::{self, Ledgers, Writer},
    output::{Done, Output, complain, counted},
    packing::{Packing, packed},
    parallel,
    setup::Courts,
};

/// What was done, or would be.
#[derive(Debug, Default, Serialize)]
struct Summary {
    documents: usize,
    changed: usize,
    edits: usize,
    /// Decisions that had been carried out before.
    before: usize,
    unfit: Vec<Misfit>,
    ledger: Option<String>,
}

/// A decision that cannot be carried out.
#[derive(Debug, Serialize)]
struct Misfit {
    key: String,
    file: String,
    text: String,
    replacement: Option<String>,
    reason: String,
}

pub fn run(args: &ApplyArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let (files, paths): (Vec<PathBuf>, Vec<PathBuf>) = common.paths.iter().cloned().partition(|it| it.is_file() && decisions::are_in(it));
    let here = paths.is_empty() || paths == [PathBuf::from(".")];
    let files =
        if files.is_empty() { ledgers::folders_near(&paths).iter().flat_map(|it| decisions::files_in(it)).collect() } else { files };
    if files.is_empty() {
        bail!("no decisions in .unspin/decisions; name a file of them, or make some with `unspin review`");
    }
    let decided = Decisions::new(decisions::read_all(&files)?, &decisions::today());
    let paths = if here { documents_of(decided.all()) } else { paths };
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find_texts(&paths);
    let ledgers = Ledgers::near(&paths);
    let mut summary = Summary::default();
    let mut writer = Writer::new(Path::new("."), rules_hash(courts.rules()));
    if !args.dry_run {
        interrupt::heed();
    }
    let (sets, documents): (Vec<Input>, Vec<Input>) =
        documents.into_iter().partition(|it| it.kind(&courts.reading).is_some_and(|it| it != Kind::Text));
    for set in &sets {
        complain(&format!("{}: a data set; decisions are applied to files that are one document", set.name));
        failed = true;
    }
    let act = |input: &Input| {
        let Some(Content { packing, raw }) = inputs::content(input, None, &courts.reading)? else { return Ok(None) };
        let origin = Origin::file(&input.name);
        if !decided.touch(&origin) {
            return Ok(None);
        }
        let court = courts.over(&origin, &|_| None);
        let known = court.known(&raw, &ledgers);
        let CarriedOut { checked, unfit, before } = carry_out(&court.cleaner, &decided, &origin, &raw, known.as_ref());
        let bytes = court.cleaner.written(&raw, &checked);
        Ok(Some((packing, raw, Fixed { bytes, checked }, unfit, before)))
    };
    parallel::in_order(&documents, common.shared.jobs, act, |input, done: io::Result<_>| {
        let (packing, raw, fixed, unfit, before) = match done {
            Ok(Some(done)) => done,
            Ok(None) => return Ok(()),
            Err(error) => {
                complain(&format!("{}: {}", input.name, reason(&error)));
                failed = true;
                return Ok(());
            }
        };
        summary.documents += 1;
        summary.before += before;
        for (decision, why) in unfit {
            let misfit = Misfit::new(decision, why.to_string());
            complain(&misfit.line());
            summary.unfit.push(misfit);
        }
        if fixed.checked.plan.patch.is_empty() {
            return Ok(());
        }
        if let (Some(path), false) = (&input.path, args.dry_run)
            && let Err(error) = write(&mut writer, path, packing, &raw, &fixed)
        {
            if writer.is_closed() {
                return Err(error);
            }
            complain(&format!("{}: {error:#}", input.name));
            failed = true;
            return Ok(());
        }
        summary.changed += 1;
        summary.edits += fixed.checked.plan.applied.len();
        Ok(())
    })?;
    failed |= !summary.unfit.is_empty();
    summary.ledger = writer.path().map(|it| plain(it).display().to_string());
    let mut out = Output::new(common.shared.color);
    if !common.shared.quiet {
        summary.write(args, &mut out)?;
    }
    io::Write::flush(&mut out)?;
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// The documents that decisions were made of, and the paths that those of wide scope were made for.
fn documents_of(decided: &[Decision]) -> Vec<PathBuf> {
    let wanted = |it: &&Decision| matches!(it.decision, Choice::Accepted | Choice::Edited) && !it.file.is_empty() && it.file != "-";
    let files = decided.iter().filter(wanted).map(|it| plain(Path::new(&it.file)));
    let wide = decided.iter().filter(wanted).filter(|it| it.scope > Scope::Document).flat_map(|it| &it.paths).map(PathBuf::from);
    let folders: BTreeSet<PathBuf> = wide.collect();
    let files: BTreeSet<PathBuf> = files.filter(|it| !folders.iter().any(|folder| folder.is_dir() && is_below(it, folder))).collect();
    folders.into_iter().chain(files).collect::<BTreeSet<PathBuf>>().into_iter().collect()
}

fn is_below(file: &Path, folder: &Path) -> bool {
    let folder = plain(folder);
    file.starts_with(&folder) || folder.as_os_str().is_empty() && file.is_relative()
}

fn write(writer: &mut Writer, path: &Path, packing: Packing, raw: &[u8], fixed: &Fixed) -> anyhow::Result<()> {
    let failed = |it: io::Error| anyhow::anyhow!("cannot write {}: {}", path.display(), reason(&it));
    drafts::replaceable(path).map_err(failed)?;
    let bytes = packed(packing, fixed.bytes.clone()).map_err(failed)?;
    // The ledger's entry and the file go together.
    let mut hold = interrupt::hold();
    writer.add(path, raw, fixed)?;
    *hold = writer.path().map(|it| plain(it).display().to_string());
    drafts::replace(path, &bytes, path).map_err(failed)
}

impl Misfit {
    fn new(decision: Decision, reason: String) -> Self {
        Self { key: decision.key, file: decision.file, text: decision.text, replacement: decision.replacement, reason }
    }

    fn line(&self) -> String {
        let replacement = self.replacement.as_deref().unwrap_or_default();
        format!("{}: {} “{}” → “{}”: {}", self.file, self.key, self.text, replacement, self.reason)
    }
}

impl Summary {
    fn write(&self, args: &ApplyArgs, out: &mut Output) -> anyhow::Result<()> {
        use io::Write as _;
        if args.format == SummaryFormat::Json {
            return Ok(writeln!(out, "{}", serde_json::to_string(self)?)?);
        }
        let would = if args.dry_run { "would be changed" } else { "changed" };
        let before = (self.before > 0).then(|| format!("; {} had been applied before", counted(self.before, "decision")));
        let unfit = (!self.unfit.is_empty()).then(|| format!("; {} no longer fit", counted(self.unfit.len(), "decision")));
        writeln!(
            out,
            "{} of {} {would}: {}{}{}",
            self.changed,
            counted(self.documents, "document"),
            counted(self.edits, "edit"),
            before.unwrap_or_default(),
            unfit.unwrap_or_default()
        )?;
        if let Some(ledger) = &self.ledger {
            writeln!(out, "to take it back: unspin revert {ledger}")?;
        }
        Ok(())
    }
}
