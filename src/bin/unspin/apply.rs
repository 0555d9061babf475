//! `unspin apply`: what reviewers accepted is done, and nothing else.

mod summary;

use std::{
    collections::{BTreeSet, HashSet},
    io::Write as _,
    path::{Path, PathBuf},
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
    inputs::{self, Content, Input, plain},
    interrupt,
    ledgers::{self, Ledgers},
    output::{Done, Output},
    sets::{Counted, Set},
    setup::Courts,
    work::{self, Act, Take},
};

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
    way.make_folders()?;
    if let Err(problem) = way.claim(&documents, &courts.reading) {
        bail!(problem);
    }
    if !args.dry_run {
        interrupt::heed();
    }
    let target = Target::new(way, rules_hash(courts.rules()), None);
    let mut desk = Desk { decided: &decided, target, summary: Summary::default(), met: HashSet::new(), failed: false };
    failed |= work::run(&documents, (&common.shared, &courts.reading), Default::default(), &work, &mut desk)?;
    let Desk { mut summary, target, failed: unwritten, .. } = desk;
    failed |= unwritten || !summary.is_whole();
    summary.ledger = target.ledger();
    let mut out = Output::new(common.shared.color);
    if !common.shared.quiet {
        summary.write(args.format, args.dry_run, &mut out)?;
    }
    out.flush()?;
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

impl Act for Work<'_> {
    // Nothing where no decision speaks of it.
    type Document = Option<Box<Applied>>;
    type Records = (Rewritten, Vec<CarriedOut>);

    fn document(&self, input: &Input, content: Content) -> Self::Document {
        let origin = Origin::file(&input.name);
        self.decided.touch(&origin).then(|| {
            let done = self.carry_out(&origin, &|_| None, &content.raw);
            let bytes = self.courts.over(&origin, &|_| None).cleaner.written(&content.raw, &done.checked);
            Box::new((content, bytes, done))
        })
    }

    fn records(&self, set: &Set, chunk: Chunk) -> Rewriting {
        self.rewrite(set, chunk)
    }
}

/// Records of which some are being rewritten.
type Rewriting = work::Done<(Rewritten, Vec<CarriedOut>)>;

/// Where all that was done is put down.
struct Desk<'a> {
    decided: &'a Decisions,
    target: Target<'a>,
    summary: Summary,
    /// Decisions that the data set at hand has shown to be of use, or done.
    met: HashSet<usize>,
    failed: bool,
}

impl Take<Work<'_>> for Desk<'_> {
    fn document(&mut self, input: &Input, applied: Option<Box<Applied>>) -> anyhow::Result<()> {
        let Some(applied) = applied else { return Ok(()) };
        let (Content { packing, raw }, bytes, done) = *applied;
        for &it in &done.gone {
            self.summary.cannot(self.decided.all()[it].clone(), Unfit::Gone.to_string());
        }
        self.summary.before += done.before.len();
        let checked = self.summary.add(done);
        let fixed = Fixed { bytes, checked };
        if self.target.deliver(input, packing, &raw, &fixed, Action::Changed)? {
            self.summary.made(&fixed.checked);
        } else {
            self.failed = true;
        }
        Ok(())
    }

    fn open(&mut self, input: &Input, set: &Set, before: &[u8]) -> anyhow::Result<()> {
        self.met.clear();
        self.target.open(input, set, before)
    }

    fn records(&mut self, input: &Input, (rewritten, done): (Rewritten, Vec<CarriedOut>)) -> anyhow::Result<()> {
        self.target.records(input, &rewritten)?;
        for it in done {
            self.met.extend(&it.spoken);
            self.summary.before += it.before.iter().filter(|it| self.met.insert(**it)).count();
            let checked = self.summary.add(it);
            self.summary.made(&checked);
        }
        Ok(())
    }

    fn close(&mut self, input: &Input) -> anyhow::Result<()> {
        self.target.close(input)?;
        let numbered = self.decided.all().iter().enumerate();
        let own = numbered.filter(|(_, it)| it.scope == Scope::Place && it.record.is_some() && it.file == input.name);
        for (_, lost) in own.filter(|(number, it)| it.asks_for_change() && !self.met.contains(number)) {
            self.summary.cannot(lost.clone(), Unfit::Gone.to_string());
        }
        Ok(())
    }

    fn abandon(&mut self) {
        self.target.abandon();
    }
}

impl Work<'_> {
    fn carry_out(&self, origin: &Origin, field: &Field<'_>, raw: &[u8]) -> CarriedOut {
        let court = self.courts.over(origin, field);
        let known = court.known(raw, &self.ledgers);
        carry_out(&court.cleaner, self.decided, origin, raw, known.as_ref())
    }

    /// What becomes of a chunk of records; those that cannot be read pass as they are.
    fn rewrite(&self, set: &Set, chunk: Chunk) -> Rewriting {
        let made = (Rewritten { untouched: true, ..Rewritten::default() }, Vec::new());
        let mut done = Rewriting { counted: Counted::default(), bad: Vec::new(), made };
        let (bytes, line) = match chunk {
            Chunk::Records { bytes, line } => (bytes, line),
            Chunk::Piece { bytes, line, first } => {
                done.counted.records = usize::from(first);
                done.bad.extend(first.then(|| set.too_large(line)));
                done.made.0.bytes = bytes;
                return done;
            }
        };
        done.made.0.bytes.reserve(bytes.len());
        for (record, read) in set.records(&bytes, line) {
            match read {
                Ok(Some((read, line))) => {
                    done.counted.add(&read);
                    self.rewrite_record(set, record, &read, line, &mut done.made);
                }
                Ok(None) => done.made.0.bytes.extend_from_slice(record),
                Err(bad) => {
                    done.counted.records += 1;
                    done.bad.push(bad);
                    done.made.0.bytes.extend_from_slice(record);
                }
            }
        }
        done
    }

    fn rewrite_record(
        &self,
        set: &Set,
        record: &[u8],
        read: &Record<'_>,
        line: usize,
        (rewritten, all): &mut (Rewritten, Vec<CarriedOut>),
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
