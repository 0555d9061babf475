//! `unspin fix`: what is proposed is applied.

mod summary;
mod target;
mod treat;
mod words;

use std::{
    io::{self, Write as _},
    path::Path,
    sync::Arc,
};

use summary::Summary;
pub use target::{Target, Way, unwritable};
pub use treat::{Action, Rewritten};
use treat::{Treated, Treatment};
use unspin::{Applicability, Fixed, Spelling, report::Origin};

use crate::{
    args::{FixArgs, Reading, SummaryFormat},
    drafts::Draft,
    inputs::{self, Content, Input, content},
    interrupt,
    manifest::{Printed, Recorder},
    output::{Done, Output, complain, remark},
    progress::Progress,
    sets::{self, Ending, Part, Set},
    setup::Courts,
    watch::Watch,
};

/// A file that is one document: what came, its line of the report, and what is done to it.
type Corrected = (Content, Vec<u8>, Treated);

/// What became of a part of the inputs.
enum Worked<'i> {
    Document(&'i Input, io::Result<Option<Box<Corrected>>>),
    Open(&'i Input, Arc<Set>, Vec<u8>),
    Records(Arc<Set>, Rewritten),
    Close(&'i Input, Ending),
}

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
    };
    let mut target = Target::new(way, rules_hash(courts.rules()))?;
    if let Err(problem) = target.claim(&documents, &courts.reading) {
        anyhow::bail!(problem);
    }
    if args.report.is_some() || !args.dry_run && documents.iter().any(|it| it.path.is_some()) {
        interrupt::heed();
    }
    let recorder = Recorder::begin(args.manifest.as_deref(), &documents, &courts, common, &[], Printed::Summary)?;
    let mut out = Output::new(common.shared.color);
    let mut summary = Summary::default();
    let mut report = Report::new(args)?;
    let mut progress = Progress::new(&documents, &common.shared, &courts.reading);
    let mut watch = Watch::new(&common.shared, &courts.reading);
    let reading = &courts.reading;
    let act = |part| act(part, &treatment, reading);
    let mut open = None;
    sets::stream(&documents, common.shared.jobs, reading, &progress.counter(), act, |worked| {
        match worked {
            Worked::Document(_, Ok(None)) => {}
            Worked::Document(input, Err(error)) => watch.unreadable(input, &error),
            Worked::Document(input, Ok(Some(done))) => {
                let (Content { packing, raw }, line, treated) = *done;
                progress.tick(1);
                watch.document();
                let action = treated.action;
                summary.add(&treated, args.dry_run);
                report.write(&line)?;
                let fixed = Fixed { bytes: treated.bytes.unwrap_or_else(|| raw.clone()), checked: treated.checked };
                if let (None, false) = (&input.path, args.dry_run) {
                    if action != Action::Dropped {
                        out.write_all(&crate::packing::packed(packing, fixed.bytes)?)?;
                    }
                } else if let Err(error) = target.write(input, packing, &raw, &fixed, action) {
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
            }
            Worked::Records(set, done) => {
                progress.tick(done.counted.texts);
                watch.count(done.counted);
                for bad in &done.bad {
                    watch.bad(&set.file, bad)?;
                }
                report.write(&done.report)?;
                target.records(open.expect("records come after their data set was opened"), &done)?;
                summary.merge(*done.summary);
            }
            Worked::Close(input, ending) => {
                if watch.close(input, &ending) {
                    target.close(input)?;
                } else {
                    target.abandon();
                }
            }
        }
        Ok(())
    })?;
    progress.finish();
    report.finish()?;
    failed |= watch.finish();
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

/// What a worker does.
fn act<'i>(part: Part<'i>, treatment: &Treatment<'_>, reading: &Reading) -> Worked<'i> {
    match part {
        Part::Document(input, read) => {
            let treated = |content: Content| {
                let origin = Origin::file(&input.name);
                let treated = treatment.treat_file(&origin, &content.raw);
                let line = treatment.report(&origin, &treated);
                Box::new((content, line, treated))
            };
            Worked::Document(input, content(input, read, reading).map(|it| it.map(treated)))
        }
        Part::Open(input, set, before) => Worked::Open(input, set, before),
        Part::Chunk(set, chunk) => {
            let rewritten = treatment.rewrite(&set, chunk);
            Worked::Records(set, rewritten)
        }
        Part::Close(input, ending) => Worked::Close(input, ending),
    }
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
    fn new(args: &'a FixArgs) -> anyhow::Result<Self> {
        let draft = |path: &'a Path| match Draft::new(path, None) {
            Ok(draft) => Ok((path, io::BufWriter::new(draft))),
            Err(error) => Err(unwritable(path, &error)),
        };
        args.report.as_deref().map(draft).transpose().map(Self)
    }

    fn write(&mut self, lines: &[u8]) -> anyhow::Result<()> {
        let Some((path, out)) = &mut self.0 else { return Ok(()) };
        out.write_all(lines).map_err(|it| unwritable(path, &it))
    }

    fn finish(self) -> anyhow::Result<()> {
        let Some((path, out)) = self.0 else { return Ok(()) };
        let finished = out.into_inner().map_err(io::IntoInnerError::into_error).and_then(Draft::finish);
        finished.map_err(|it| unwritable(path, &it))
    }
}
