//! `unspin apply`: what reviewers accepted is done, and nothing else.

mod summary;

use std::{
    collections::{BTreeSet, HashSet},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::bail;
use summary::Summary;
use unspin::{
    Fixed, Patch, Spelling,
    decision::{CarriedOut, Decision, Decisions, Scope, Unfit, carry_out},
    records::{Record, Text},
    report::Origin,
};

use crate::{
    args::ApplyArgs,
    chunks::Chunk,
    config::Field,
    decisions,
    fix::{Action, Rewritten, Target, Way, rules_hash},
    inputs::{self, Content, Input, content, plain},
    interrupt,
    ledgers::{self, Ledgers},
    output::{Done, Output, complain},
    progress::Progress,
    sets::{self, Ending, Part, Set},
    setup::Courts,
    watch::Watch,
};

/// What became of a part of the inputs.
enum Worked<'i> {
    Document(&'i Input, io::Result<Option<Box<Applied>>>),
    Open(&'i Input, Arc<Set>, Vec<u8>),
    Records(Arc<Set>, Box<Rewritten>, Vec<CarriedOut>),
    Close(&'i Input, Ending),
}

/// A document as it came, as it is written, and what was done.
type Applied = (Content, Vec<u8>, CarriedOut);

/// What decisions are carried out with.
struct Work<'a> {
    courts: &'a Courts,
    decided: &'a Decisions,
    ledgers: Ledgers,
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
    let work = Work { courts: &courts, decided: &decided, ledgers: Ledgers::near(&paths) };
    let way = Way { out: args.out.as_deref(), in_place: args.in_place, dry_run: args.dry_run, ..Way::default() };
    let mut target = Target::new(way, rules_hash(courts.rules()))?;
    if let Err(problem) = target.claim(&documents, &courts.reading) {
        bail!(problem);
    }
    if !args.dry_run {
        interrupt::heed();
    }
    let mut summary = Summary::default();
    let mut progress = Progress::new(&documents, &common.shared, &courts.reading);
    let mut watch = Watch::new(&common.shared, &courts.reading);
    let mut open = None;
    // Decisions that the data set at hand has shown to be of use, or done.
    let mut met: HashSet<usize> = HashSet::new();
    let act = |part| work.act(part);
    sets::stream(&documents, common.shared.jobs, &courts.reading, &progress.counter(), act, |worked| {
        match worked {
            Worked::Document(_, Ok(None)) => {}
            Worked::Document(input, Err(error)) => watch.unreadable(input, &error),
            Worked::Document(input, Ok(Some(applied))) => {
                let (Content { packing, raw }, bytes, done) = *applied;
                progress.tick(1);
                watch.document();
                for &it in &done.gone {
                    summary.cannot(decided.all()[it].clone(), Unfit::Gone.to_string());
                }
                summary.before += done.before.len();
                let checked = summary.add(done);
                let fixed = Fixed { bytes, checked };
                if let Err(error) = target.write(input, packing, &raw, &fixed, Action::Changed) {
                    if target.ledger.is_closed() {
                        return Err(error);
                    }
                    complain(&format!("{}: {error:#}", input.name));
                    failed = true;
                }
            }
            Worked::Open(input, set, before) => {
                watch.open(&set);
                target.open(input, &set, before)?;
                open = Some(input);
                met.clear();
            }
            Worked::Records(set, rewritten, done) => {
                progress.tick(rewritten.counted.texts);
                watch.count(rewritten.counted);
                for bad in &rewritten.bad {
                    watch.bad(&set.file, bad)?;
                }
                target.records(open.expect("records come after their data set was opened"), &rewritten)?;
                for it in done {
                    met.extend(&it.spoken);
                    let new = it.before.iter().filter(|it| met.insert(**it)).count();
                    summary.before += new;
                    summary.add(it);
                }
            }
            Worked::Close(input, ending) => {
                if watch.close(input, &ending) {
                    target.close(input)?;
                    let numbered = decided.all().iter().enumerate();
                    let own = numbered.filter(|(_, it)| it.scope == Scope::Place && it.record.is_some() && it.file == input.name);
                    for (_, lost) in own.filter(|(number, it)| it.asks_for_change() && !met.contains(number)) {
                        summary.cannot(lost.clone(), Unfit::Gone.to_string());
                    }
                } else {
                    target.abandon();
                }
            }
        }
        Ok(())
    })?;
    progress.finish();
    failed |= watch.finish();
    failed |= !summary.is_whole();
    summary.ledger = target.ledger();
    let mut out = Output::new(common.shared.color);
    if !common.shared.quiet {
        summary.write(args.format, args.dry_run, &mut out)?;
    }
    out.flush()?;
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

impl Work<'_> {
    /// What a worker does.
    fn act<'i>(&self, part: Part<'i>) -> Worked<'i> {
        match part {
            Part::Document(input, read) => {
                let origin = Origin::file(&input.name);
                let content = content(input, read, &self.courts.reading);
                let content = content.map(|it| it.filter(|_| self.decided.touch(&origin)));
                let done = |it: Content| {
                    let done = self.carry_out(&origin, &|_| None, &it.raw);
                    let bytes = self.courts.over(&origin, &|_| None).cleaner.written(&it.raw, &done.checked);
                    Box::new((it, bytes, done))
                };
                Worked::Document(input, content.map(|it| it.map(done)))
            }
            Part::Open(input, set, before) => Worked::Open(input, set, before),
            Part::Chunk(set, chunk) => {
                let (rewritten, done) = self.rewrite(&set, chunk);
                Worked::Records(set, Box::new(rewritten), done)
            }
            Part::Close(input, ending) => Worked::Close(input, ending),
        }
    }

    fn carry_out(&self, origin: &Origin, field: &Field<'_>, raw: &[u8]) -> CarriedOut {
        let court = self.courts.over(origin, field);
        let known = court.known(raw, &self.ledgers);
        carry_out(&court.cleaner, self.decided, origin, raw, known.as_ref())
    }

    /// What becomes of a chunk of records; those that cannot be read pass as they are.
    fn rewrite(&self, set: &Set, chunk: Chunk) -> (Rewritten, Vec<CarriedOut>) {
        let mut rewritten = Rewritten { untouched: true, ..Rewritten::default() };
        let mut done = Vec::new();
        let (bytes, line) = match chunk {
            Chunk::Records { bytes, line } => (bytes, line),
            Chunk::Piece { bytes, line, first } => {
                rewritten.counted.records = usize::from(first);
                rewritten.bad.extend(first.then(|| set.too_large(line)));
                rewritten.bytes = bytes;
                return (rewritten, done);
            }
        };
        rewritten.bytes.reserve(bytes.len());
        for (record, read) in set.records(&bytes, line) {
            match read {
                Ok(Some((read, line))) => {
                    rewritten.counted.add(&read);
                    self.rewrite_record(set, record, &read, line, &mut rewritten, &mut done);
                }
                Ok(None) => rewritten.bytes.extend_from_slice(record),
                Err(bad) => {
                    rewritten.counted.records += 1;
                    rewritten.bad.push(bad);
                    rewritten.bytes.extend_from_slice(record);
                }
            }
        }
        (rewritten, done)
    }

    fn rewrite_record(
        &self,
        set: &Set,
        record: &[u8],
        read: &Record<'_>,
        line: usize,
        rewritten: &mut Rewritten,
        all: &mut Vec<CarriedOut>,
    ) {
        let field = |name: &str| set.field(record, name);
        let done = |text: &Text<'_>| {
            let origin = set.origin(read, text, line);
            self.decided.touch(&origin).then(|| self.carry_out(&origin, &field, text.value.as_bytes()))
        };
        let done: Vec<Option<CarriedOut>> = read.texts.iter().map(done).collect();
        let patch = |it: &Option<CarriedOut>| it.as_ref().map(|it| it.checked.plan.patch.clone()).filter(|it| !it.is_empty());
        let patches: Vec<(&Text<'_>, Patch)> = read.texts.iter().zip(&done).filter_map(|(text, it)| Some((text, patch(it)?))).collect();
        let edits: Vec<(&Text<'_>, &Patch)> = patches.iter().map(|(text, it)| (*text, it)).collect();
        rewritten.untouched &= edits.is_empty();
        match &set.schema {
            Some(schema) if !edits.is_empty() => rewritten.bytes.extend(schema.patched(record, &edits)),
            _ => rewritten.bytes.extend_from_slice(record),
        }
        all.extend(done.into_iter().flatten());
    }
}

/// The documents that decisions were made of, and the paths that those of wide scope were made for.
fn documents_of(decided: &[Decision]) -> Vec<PathBuf> {
    let wanted = |it: &&Decision| it.asks_for_change() && !it.file.is_empty() && it.file != "-";
    let files = decided.iter().filter(wanted).map(|it| plain(Path::new(&it.file)));
    let wide = decided.iter().filter(wanted).filter(|it| it.scope > Scope::Document).flat_map(|it| &it.paths).map(PathBuf::from);
    let folders: BTreeSet<PathBuf> = wide.collect();
    // Folders do not stand for the data sets in them.
    let below = |it: &PathBuf| folders.iter().any(|folder| folder.is_dir() && is_below(it, folder)) && !inputs::is_set(it);
    let files: BTreeSet<PathBuf> = files.filter(|it| !below(it)).collect();
    folders.into_iter().chain(files).collect::<BTreeSet<PathBuf>>().into_iter().collect()
}

fn is_below(file: &Path, folder: &Path) -> bool {
    let folder = plain(folder);
    file.starts_with(&folder) || folder.as_os_str().is_empty() && file.is_relative()
}
