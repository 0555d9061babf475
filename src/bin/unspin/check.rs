//! `unspin check`: findings, and whether there are too many.

use anyhow::bail;
use unspin::{
    Severity, Spelling,
    ledger::content_hash,
    report::{
        Origin, Report,
        format::{Closing, Format},
        redact::Redacted,
        totals::Totals,
    },
};

use crate::{
    args::CheckArgs,
    baseline::{Baseline, Found, Sifted},
    before::{Before, Version},
    gate::{Batch, Gate, MIN_DOCUMENTS},
    inputs::{self, Input},
    ledgers::Ledgers,
    output::{Done, complain, counted, remark},
    setup::Courts,
    sinks::Sinks,
};

/// What one document came to.
struct Outcome {
    pieces: Vec<Vec<u8>>,
    totals: Totals,
    /// Its name in the baseline, and what to write there.
    found: Option<(String, Found)>,
    dither: u64,
}

pub fn run(args: &CheckArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let courts = Courts::new(common, Spelling::AsFound)?;
    let written = &courts.config.written;
    let fail_on = args.fail_on.or(written.fail_on.as_ref().map(|it| it.value)).unwrap_or(Severity::Warning);
    let (mut documents, mut failed) = inputs::find(&common.paths);
    let before = Before::of(args, &mut documents)?;
    let path = args.baseline.clone().or_else(|| written.baseline.as_ref().map(|it| courts.config.resolve(&it.value)));
    let baseline = match &path {
        Some(path) if args.update_baseline && !path.exists() => None,
        Some(path) => Some(Baseline::read(path)?),
        None if args.update_baseline => bail!("--update-baseline: name the file with --baseline FILE, or in unspin.toml"),
        None => None,
    };
    let mut updated = path.as_ref().filter(|_| args.update_baseline).map(|it| Baseline::empty(it));
    let names = updated.as_ref().map(|_| Baseline::empty(path.as_deref().expect("what is updated has a path")));
    let ledgers = Ledgers::near(&common.paths);
    let mut sinks = Sinks::open(args, fail_on)?;
    let rendering = sinks.rendering();
    let gated = !(written.gate.fail.is_empty() && written.gate.warn.is_empty());
    let act = |input: &Input, raw: Vec<u8>| -> anyhow::Result<Option<Outcome>> {
        let origin = Origin::file(&input.name);
        let court = courts.over_file(&input.name);
        let old = match before.version(input)? {
            Version::Old(old) if old == raw => return Ok(None),
            Version::Old(old) => Some(Found::of(&old, &court.check(&old, &ledgers))),
            Version::None | Version::Unasked => None,
        };
        let mut checked = court.check(&raw, &ledgers);
        let found = names.as_ref().map(|it| (it.name(&origin, &raw), Found::of(&raw, &checked)));
        let mut sifted = Sifted::default();
        if let Some(baseline) = &baseline {
            sifted = baseline.sift(&origin, &raw, &mut checked);
        }
        if let Some(old) = old {
            let again = old.sift(&raw, &mut checked, |_| false);
            sifted = Sifted { past: again.past, known: sifted.known + again.known, ..sifted };
        }
        let mut report = Report::new(&origin, &checked);
        report.past = sifted.past;
        let redacted = args.redact.then(|| Redacted::new(&report, courts.rules()));
        if let Some(redacted) = &redacted {
            report = redacted.report(&report);
        }
        let totals = Totals { known: sifted.known, upgraded: sifted.upgraded, ..Totals::of(&report, fail_on) };
        let pieces = if names.is_some() { Vec::new() } else { rendering.pieces(&report) };
        Ok(Some(Outcome { pieces, totals, found, dither: if gated { lot(&raw) } else { 0 } }))
    };
    let mut totals = Totals::default();
    let mut dither = 0_u64;
    let mut broken = false;
    failed |= inputs::work(&documents, common.shared.jobs, act, |_, outcome| {
        match outcome {
            Ok(Some(outcome)) => {
                totals.add(&outcome.totals);
                // A sum: the order of the documents must not matter.
                dither = dither.wrapping_add(outcome.dither);
                sinks.add(&outcome.pieces)?;
                if let (Some(baseline), Some((name, found))) = (&mut updated, outcome.found) {
                    baseline.add(name, found);
                }
            }
            Ok(None) => {}
            Err(error) => {
                complain(&format!("{error:#}"));
                broken = true;
            }
        }
        Ok(())
    })?;
    failed |= broken;
    if let (Some(updated), Some(path)) = (&updated, &path) {
        if failed {
            bail!("{}: not written, since not all documents could be read", path.display());
        }
        updated.write(path, baseline.as_ref(), courts.rules())?;
        return Ok(Done::Nothing);
    }
    let closing = Closing { totals: &totals, rules: courts.rules(), summary: !common.shared.quiet, statistics: args.statistics };
    sinks.finish(&closing)?;
    if args.statistics && !sinks.has(Format::Text) {
        remark(&format_args!("{}", totals.statistics().join("\n")));
    }
    let beyond = judge(&written.gate, &totals, dither);
    if totals.failing > 0 && !sinks.has(Format::Text) && !common.shared.quiet {
        let findings = counted(totals.failing, "finding");
        complain(&format!("{findings} of severity {} or above in {}; to see them: {}", fail_on.as_str(), counted(totals.found, "document"), command()));
    }
    Ok(if failed {
        Done::Failed
    } else if totals.failing > 0 || beyond {
        Done::Something
    } else {
        Done::Nothing
    })
}

/// What a document adds to the lot that its batch draws.
fn lot(raw: &[u8]) -> u64 {
    u64::from_str_radix(&content_hash(raw)[..16], 16).expect("sixteen digits fit")
}

/// Says which limits a batch is beyond; whether one of them fails the run.
fn judge(gate: &Gate, totals: &Totals, dither: u64) -> bool {
    let batch = Batch {
        documents: totals.documents - totals.unassessed,
        spun: totals.spun,
        translated: totals.translated,
        suspect: totals.suspect,
        found: totals.found,
        dither,
    };
    let least = gate.min_documents.unwrap_or(MIN_DOCUMENTS);
    for warning in batch.beyond(&gate.warn, least) {
        complain(&format!("warning: {warning}"));
    }
    let failing = batch.beyond(&gate.fail, least);
    for failure in &failing {
        complain(&format!("failed: {failure}; to see them: {}", command()));
    }
    !failing.is_empty()
}

/// The command that shows at a terminal what this run found.
fn command() -> String {
    let mut words = vec!["unspin".to_owned()];
    let mut args = std::env::args().skip(1);
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
