//! `unspin check`: findings, and whether there are too many.

use std::path::PathBuf;

use anyhow::bail;
use unspin::{
    Severity, Spelling,
    profile::{Grouping, Profile},
    report::{
        Origin, Past, Report,
        format::{Closing, Format},
        redact::Redacted,
        totals::Totals,
    },
};

use crate::{
    args::CheckArgs,
    baseline::{Baseline, Found, Names, Sifted},
    before::{Before, Version, short_hash},
    config::Field,
    gate::{Batch, Batches, Gate, MIN_DOCUMENTS},
    inputs,
    manifest::{Counts, Printed, Recorder},
    memory::Memory,
    output::{Done, complain, counted, remark},
    profile, sets,
    setup::{Courts, Keeping},
    sinks::{self, Rendering, Sinks},
};

/// What one document came to.
struct Outcome {
    pieces: Vec<Vec<u8>>,
    totals: Totals,
    /// Its name in the baseline, and what to write there.
    found: Option<(String, Found)>,
    /// What limits are held against; nothing where it is known.
    batch: Option<Batch>,
    /// Where it comes from, where limits hold for sources.
    source: Option<String>,
}

/// What all documents of a run are checked with.
struct Check<'c> {
    courts: &'c Courts,
    memory: Memory,
    before: Before,
    baseline: Option<Baseline>,
    /// What documents are called in the baseline that is written.
    names: Option<Names>,
    rendering: Rendering,
    fail_on: Severity,
    redact: bool,
    sources: Option<Grouping>,
}

pub fn run(args: &CheckArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let keeping = if args.redact { Keeping::NoWords } else { Keeping::Words };
    let courts = Courts::remembering(common, Spelling::AsFound, keeping)?;
    let written = &courts.config.written;
    let fail_on = args.fail_on.or(written.fail_on.as_ref().map(|it| it.value)).unwrap_or(Severity::Warning);
    let (mut documents, mut failed) = inputs::find(&common.paths);
    let path = args.baseline.clone().or_else(|| written.baseline.as_ref().map(|it| courts.config.resolve(&it.value)));
    let targets = sinks::targets(args)?;
    inputs::leave_out(&mut documents, targets.iter().filter_map(|it| it.file.as_deref()).chain(path.as_deref()))?;
    let before = Before::of(args, &mut documents, &courts.reading)?;
    let baseline = match &path {
        Some(path) if args.update_baseline && !path.exists() => None,
        Some(path) => Some(Baseline::read(path)?),
        None if args.update_baseline => bail!("--update-baseline: name the file with --baseline FILE, or in unspin.toml"),
        None => None,
    };
    let names = path.as_ref().filter(|_| args.update_baseline).map(|it| Names::beside(it));
    let beside: Vec<(&str, PathBuf)> = path.iter().map(|it| ("baseline", it.clone())).collect();
    let recorder = Recorder::begin(args.manifest.as_deref(), &documents, &courts, common, &beside, Printed::Results)?;
    let past =
        written.gate.of_profile().and(written.gate.profile.as_ref()).map(|it| profile::read(&courts.config.resolve(it))).transpose()?;
    let mut sinks = Sinks::open(targets, common.shared.color, fail_on)?;
    let memory = Memory::near(&common.paths);
    let sources = written.gate.by.as_deref().map(Grouping::named);
    let check =
        Check { courts: &courts, memory, before, baseline, names, rendering: sinks.rendering(), fail_on, redact: args.redact, sources };
    let (mut totals, mut batches, mut updated) = (Totals::default(), Batches::default(), Baseline::default());
    let mut broken = false;
    failed |= sets::work(
        &documents,
        &common.shared,
        &courts.reading,
        |origin, field, raw| check.outcome(origin, field, raw),
        |outcome| {
            match outcome {
                Ok(Some(outcome)) => {
                    totals.add(&outcome.totals);
                    if let Some(batch) = outcome.batch {
                        batches.add(outcome.source, &batch);
                    }
                    sinks.add(&outcome.pieces)?;
                    if let Some((name, found)) = outcome.found {
                        updated.add(name, found);
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    complain(&format!("{error:#}"));
                    broken = true;
                }
            }
            Ok(())
        },
    )?;
    failed |= broken;
    if let Some(path) = path.filter(|_| args.update_baseline) {
        if failed {
            bail!("{}: not written, since not all documents could be read", path.display());
        }
        updated.write(&path, check.baseline.as_ref(), courts.rules())?;
        return Ok(Done::Nothing);
    }
    let [warned, limits] = beyond(&written.gate, &batches, past.as_ref());
    let closing = Closing {
        totals: &totals,
        rules: courts.rules(),
        summary: !common.shared.quiet,
        statistics: args.statistics,
        warned: &warned,
        failed: &limits,
    };
    sinks.finish(&closing)?;
    if args.statistics && !sinks.has(Format::Text) {
        remark(&format_args!("{}", totals.statistics().join("\n")));
    }
    if let Some(it) = recorder {
        it.finish(&courts, Counts::of(&totals), &sinks.files(), common.shared.jobs)?;
    }
    for it in &warned {
        complain(&format!("warning: {it}"));
    }
    for it in &limits {
        complain(&format!("failed: {it}; to see them: {}", command()));
    }
    if totals.failing > 0 && sinks.are_for_machines() && !common.shared.quiet {
        let (findings, documents) = (counted(totals.failing, "finding"), counted(totals.found, "document"));
        complain(&format!("{findings} of severity {} or above in {documents}; to see them: {}", fail_on.as_str(), command()));
    }
    Ok(if failed {
        Done::Failed
    } else if totals.failing > 0 || !limits.is_empty() {
        Done::Something
    } else {
        Done::Nothing
    })
}

impl Check<'_> {
    /// What a document comes to; nothing where it is as it was before.
    fn outcome(&self, origin: &Origin, field: &Field<'_>, raw: &[u8]) -> anyhow::Result<Option<Outcome>> {
        let court = self.courts.over(origin, field);
        let old = match self.before.version(origin, raw)? {
            Version::Same => return Ok(None),
            Version::Old(old) => Some(Found::of(&old, &court.check(origin, &old, &self.memory))),
            Version::None => Some(Found::default()),
            Version::Unasked => None,
        };
        let mut checked = court.check(origin, raw, &self.memory);
        if let Some(names) = &self.names {
            let found = Some((names.name(origin, raw), Found::of(raw, &checked)));
            return Ok(Some(Outcome { pieces: Vec::new(), totals: Totals::default(), found, batch: None, source: None }));
        }
        let mut sifted = self.baseline.as_ref().map(|it| it.sift(origin, raw, &mut checked)).unwrap_or_default();
        if let Some(old) = old {
            let again = old.sift(raw, &mut checked, |_| false);
            sifted = Sifted { past: again.past, known: sifted.known + again.known, same: sifted.same || again.same, ..sifted };
        }
        let mut report = Report::new(origin, &checked);
        report.past = sifted.past;
        let redacted = self.redact.then(|| Redacted::new(&report, self.courts.rules()));
        if let Some(redacted) = &redacted {
            report = redacted.report(&report);
        }
        let totals = Totals { known: sifted.known, upgraded: sifted.upgraded, ..Totals::of(&report, self.fail_on) };
        let source = self.sources.as_ref().map(|it| it.of(origin, &checked, field));
        let is_new = !sifted.same && sifted.past != Past::Convicted;
        let batch = (is_new && !self.courts.config.written.gate.is_empty()).then(|| Batch::of(&totals, short_hash(raw)));
        Ok(Some(Outcome { pieces: self.rendering.pieces(&report), totals, found: None, batch, source }))
    }
}

/// The limits that a batch is beyond: those that warn, those that fail the run.
fn beyond(gate: &Gate, batches: &Batches, past: Option<&Profile>) -> [Vec<String>; 2] {
    let least = gate.min_documents.unwrap_or(MIN_DOCUMENTS);
    [&gate.warn, &gate.fail].map(|limits| batches.beyond(limits, least, past))
}

/// The command that shows at a terminal what this run found.
fn command() -> String {
    let mut words = vec!["unspin".to_owned()];
    // Before the command stands whatever runs it: `unspin`, or `python -m unspin`.
    let mut args = std::env::args().skip_while(|it| it != "check");
    while let Some(arg) = args.next() {
        let flag = arg.split('=').next().unwrap_or_default();
        match flag {
            "--format" | "--output" | "-o" if arg.contains('=') => {}
            "--format" | "--output" | "-o" => {
                args.next();
            }
            "--redact" | "--quiet" | "-q" => {}
            _ if arg.chars().all(|it| it.is_alphanumeric() || "-_./=,".contains(it)) => words.push(arg),
            _ => words.push(format!("'{}'", arg.replace('\'', "'\\''"))),
        }
    }
    words.join(" ")
}
