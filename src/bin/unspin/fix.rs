//! `unspin fix`: what is proposed is applied.

mod outlet;
mod resume;
mod summary;
mod target;
mod treat;
mod words;

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use resume::{Header, Identity, Journal, SYNCED, Station};
use summary::Summary;
pub use target::{Target, Way, unwritable};
pub use treat::{Action, Rewritten};
use treat::{Treated, Treatment};
use unspin::{Applicability, Fixed, Spelling, report::Origin};

use crate::{
    args::{Color, FixArgs, SummaryFormat},
    chunks::Chunk,
    drafts::Draft,
    inputs::{self, Content, Input},
    interrupt,
    manifest::{Printed, Recorder},
    output::{Done, Output, counted, remark},
    sets::{Reached, Set},
    setup::Courts,
    watch::Seen,
    work::{self, Act, Take},
};

/// A file that is one document: what came, its line of the report, and what is done to it.
type Corrected = (Content, Vec<u8>, Treated);

pub fn run(args: &FixArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let spelling = if args.to_utf8 { Spelling::Utf8 } else { Spelling::AsFound };
    let courts = Courts::new(common, spelling)?;
    let (documents, mut failed) = inputs::find(&common.paths);
    let applicability = if args.with_unsafe { Applicability::Unsafe } else { Applicability::Safe };
    let treatment = Treatment::new(args, &courts, applicability);
    let piped = documents.iter().any(|it| it.path.is_none());
    let way = Way {
        out: args.out.as_deref(),
        drop_to: args.drop_to.as_deref(),
        report: args.report.as_deref(),
        in_place: args.in_place,
        drops: !args.drop.is_empty(),
        dry_run: args.dry_run,
        add: &args.add_column,
    };
    way.make_folders()?;
    if let Err(problem) = way.claim(&documents, &courts.reading) {
        anyhow::bail!(problem);
    }
    let rules = rules_hash(courts.rules());
    let (mut journal, mut station, mut summary) = (None, None, Summary::default());
    if let Some(folder) = args.out.as_ref().filter(|_| args.resume) {
        if piped {
            anyhow::bail!("--resume: standard input cannot be read again; name files");
        }
        let (opened, at, done) = Journal::open(folder, &header(folder, args, &courts, &documents, &rules))?;
        (journal, station, summary) = (Some(opened), Some(at), done);
    }
    let from = station.as_ref().map_or_else(Default::default, |it| (it.reached, it.seen));
    if from.0 != Reached::default() && !common.shared.quiet {
        remark(&format_args!("going on behind {}", counted(summary.documents, "document")));
    }
    let unwritten = station.as_ref().is_some_and(|it| it.failed);
    let report = Report::new(args, station.as_ref())?;
    let target = Target::new(way, rules, station);
    if args.report.is_some() || !args.dry_run && documents.iter().any(|it| it.path.is_some()) {
        interrupt::heed();
    }
    let recorder = Recorder::begin(args.manifest.as_deref(), &documents, &courts, common, &[], Printed::Summary)?;
    let out = Output::new(common.shared.color);
    let leg = Summary::default();
    let mut desk = Desk { args, out, target, report, summary, leg, failed: unwritten, journal };
    failed |= work::run(&documents, (&common.shared, &courts.reading), from, &treatment, &mut desk)?;
    let Desk { mut out, target, report, mut summary, leg, failed: unwritten, journal, .. } = desk;
    summary.merge(leg);
    failed |= unwritten;
    report.finish()?;
    journal.map(Journal::close).transpose()?;
    if let Some(it) = recorder {
        it.finish(&courts, summary.counts(), &target.outputs(&documents), common.shared.jobs)?;
    }
    summary.finish(target.ledger().filter(|_| summary.changed > 0));
    if !common.shared.quiet {
        // Standard output holds the text where it was asked for; the summary goes beside it.
        if piped && !args.dry_run {
            remark(&format_args!("{}", summary.text(args.dry_run)));
        } else {
            match args.format {
                SummaryFormat::Text => writeln!(out, "{}", summary.text(args.dry_run))?,
                SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(&summary)?)?,
            }
        }
    }
    out.flush()?;
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

impl Act for Treatment<'_> {
    type Document = Box<Corrected>;
    type Records = Rewritten;

    fn document(&self, input: &Input, content: Content) -> Self::Document {
        let origin = Origin::file(&input.name);
        let treated = self.treat_file(&origin, &content.raw);
        let line = self.report(&origin, &treated);
        Box::new((content, line, treated))
    }

    fn records(&self, set: &Set, chunk: Chunk) -> work::Done<Rewritten> {
        self.rewrite(set, chunk)
    }
}

/// Where all that was done is put down, in the order of the documents.
struct Desk<'a> {
    args: &'a FixArgs,
    out: Output,
    target: Target<'a>,
    report: Report<'a>,
    summary: Summary,
    /// What was done since the last station.
    leg: Summary,
    failed: bool,
    /// Where stations are noted, if they are to be.
    journal: Option<Journal>,
}

impl Take<Treatment<'_>> for Desk<'_> {
    fn document(&mut self, input: &Input, done: Box<Corrected>) -> anyhow::Result<()> {
        let (Content { packing, raw }, line, mut treated) = *done;
        let action = treated.action;
        self.report.write(&line)?;
        let mut fixed = Fixed { bytes: treated.bytes.take().unwrap_or_else(|| raw.clone()), checked: treated.checked };
        let written = if let (None, false) = (&input.path, self.args.dry_run) {
            if action != Action::Dropped {
                self.out.write_all(&crate::packing::packed(packing, std::mem::take(&mut fixed.bytes))?)?;
            }
            true
        } else {
            self.target.deliver(input, packing, &raw, &fixed, action)?
        };
        treated.checked = fixed.checked;
        if written {
            self.leg.add(&treated, self.args.dry_run);
        } else {
            self.failed = true;
        }
        Ok(())
    }

    fn open(&mut self, input: &Input, set: &Set, before: &[u8]) -> anyhow::Result<()> {
        self.target.open(input, set, before)
    }

    fn records(&mut self, input: &Input, made: Rewritten) -> anyhow::Result<()> {
        self.report.write(&made.report)?;
        self.target.records(input, &made)?;
        self.leg.merge(*made.summary);
        Ok(())
    }

    fn close(&mut self, input: &Input) -> anyhow::Result<()> {
        self.target.close(input)
    }

    fn abandon(&mut self) {
        self.target.abandon();
    }

    fn reached(&mut self, input: &Input, reached: Reached, seen: Seen) -> anyhow::Result<()> {
        if reached.chunks > 0 && !self.target.can_be_sealed() {
            return Ok(());
        }
        let synced = reached.chunks.is_multiple_of(SYNCED);
        let mut leg = std::mem::take(&mut self.leg);
        if let Some(journal) = &mut self.journal {
            let drafts = self.target.seal(synced)?.into_iter().chain(self.report.seal(synced)?).collect();
            let input = (reached.chunks > 0).then(|| Identity::of(input)).flatten();
            let (changes, untouched, ledger) = (std::mem::take(&mut leg.changes), self.target.untouched(), self.target.ledger.length());
            let station = Station { reached, seen, synced, failed: self.failed, input, drafts, ledger, untouched, summary: leg, changes };
            journal.add(&station)?;
            leg = station.done();
        }
        self.summary.merge(leg);
        Ok(())
    }
}

/// What a run must have in common with another, so that it can go on with it.
fn header(folder: &Path, args: &FixArgs, courts: &Courts, documents: &[Input], rules: &str) -> Header {
    let mut args = args.clone();
    // These do not matter to what comes out.
    args.common.shared.jobs = 0;
    args.common.shared.quiet = false;
    args.common.shared.color = Color::Auto;
    let names: Vec<&str> = documents.iter().map(|it| it.name.as_str()).collect();
    let run = unspin::ledger::content_hash(format!("{args:?} {:?} {names:?}", courts.config).as_bytes());
    Header::new(folder, rules.to_owned(), run)
}

/// The rules in force, as a ledger names them.
pub fn rules_hash(rules: &unspin::Rules) -> String {
    let rules = rules.book().rules.iter();
    let listed: String = rules.map(|it| format!("{} {}\n", it.id, it.version)).collect();
    unspin::ledger::content_hash(listed.as_bytes())[..16].to_owned()
}

/// The report that goes beside the documents, where one is wanted.
struct Report<'a>(Option<(&'a Path, io::BufWriter<Draft>)>);

impl<'a> Report<'a> {
    fn new(args: &'a FixArgs, station: Option<&Station>) -> anyhow::Result<Self> {
        let new = |path: &Path| match station {
            Some(it) => Draft::lasting(path, None, it.length(path)),
            None => Draft::new(path, None),
        };
        let draft = |path: &'a Path| match new(path) {
            Ok(draft) => Ok((path, io::BufWriter::new(draft))),
            Err(error) => Err(unwritable(path, &error)),
        };
        args.report.as_deref().map(draft).transpose().map(Self)
    }

    fn write(&mut self, lines: &[u8]) -> anyhow::Result<()> {
        let Some((path, out)) = &mut self.0 else { return Ok(()) };
        out.write_all(lines).map_err(|it| unwritable(path, &it))
    }

    /// Writes out what was taken, and says how long the draft is.
    fn seal(&mut self, sync: bool) -> anyhow::Result<Option<(PathBuf, u64)>> {
        let Some((path, out)) = &mut self.0 else { return Ok(None) };
        let length = out.flush().and_then(|()| out.get_ref().length(sync)).map_err(|it| unwritable(path, &it))?;
        Ok(Some((path.to_owned(), length)))
    }

    fn finish(self) -> anyhow::Result<()> {
        let Some((path, out)) = self.0 else { return Ok(()) };
        let finished = out.into_inner().map_err(io::IntoInnerError::into_error).and_then(Draft::finish);
        finished.map_err(|it| unwritable(path, &it))
    }
}
