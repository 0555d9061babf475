//! `unspin audit`: how good each rule is, by what people decided of a sample.

use std::{fmt::Write as _, fs, io::Write as _, path::Path};

use anyhow::{Context as _, bail};
use unspin::{
    audit::{Audit, Cut, RuleAudit, Sample, audit, wilson},
    diff::printable,
};

use crate::{
    args::{AuditArgs, SummaryFormat},
    config::settle::{CutOff, settle},
    decisions,
    inputs::reason,
    output::{Done, Output, counted, grouped, remark},
};

pub fn run(args: &AuditArgs) -> anyhow::Result<Done> {
    let sample = read_sample(&args.sample)?;
    let mut decided = Vec::new();
    for file in if args.decisions.is_empty() { decisions::files_in(Path::new(".")) } else { args.decisions.clone() } {
        if file.is_file() && !decisions::are_in(&file) {
            bail!("{}: holds no decisions; a review writes them", file.display());
        }
        decided.extend(decisions::read(&file)?);
    }
    let audited = audit(&sample, &decided, args.precision.fraction());
    let mut out = Output::new(args.color);
    match args.format {
        SummaryFormat::Text => write!(out, "{}", told(&audited, args.precision.fraction()))?,
        SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(&audited)?)?,
    }
    out.flush()?;
    if args.write {
        write(&audited, args.config.as_deref())?;
    }
    Ok(Done::Nothing)
}

/// Puts the cut-offs into a configuration.
fn write(audit: &Audit, config: Option<&Path>) -> anyhow::Result<()> {
    let cut = |it: &RuleAudit| match it.cut {
        Cut::From(confidence) => Some((it.rule.clone(), confidence)),
        Cut::Nothing => Some((it.rule.clone(), 1.0)),
        Cut::Everything | Cut::Unknown => None,
    };
    let cuts: Vec<CutOff> = audit.rules.iter().filter_map(cut).collect();
    if cuts.is_empty() {
        remark(&format_args!("there is no cut-off to write"));
        return Ok(());
    }
    let path = settle(config, &cuts)?;
    remark(&format_args!("{}: {} written", path.display(), counted(cuts.len(), "cut-off")));
    Ok(())
}

/// Reads the file of a sample.
pub fn read_sample(path: &Path) -> anyhow::Result<Sample> {
    let text = read(path)?;
    Sample::read(&text).with_context(|| path.display().to_string())
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))
}

/// The figures as comments, and the cut-offs as settings: the whole is TOML.
fn told(audit: &Audit, wanted: f64) -> String {
    let seen: u64 = audit.rules.iter().map(|it| it.seen).sum();
    let drawn: u64 = audit.rules.iter().map(|it| it.drawn).sum();
    let mut text = format!("# {} of {} that were drawn are decided.\n", grouped(count(seen)), counted(count(drawn), "proposal"));
    let widest = audit.rules.iter().map(|it| it.rule.len()).max().unwrap_or(4);
    let _ = writeln!(text, "#\n# {:widest$}  {:>9}  {:>12}  {:>8}  of these wrong", "rule", "right", "95 %", "edits");
    for it in &audit.rules {
        let wrong = it.wrong.map_or_else(|| "unknown".to_owned(), |wrong| grouped(count(wrong)));
        let range = format!("({} to {})", grouped(count(it.wrong_low)), grouped(count(it.wrong_high)));
        let right = format!("{}/{}", it.right, it.seen);
        let interval = format!("{:.2} to {:.2}", it.low, it.high);
        let rule = printable(&it.rule);
        let _ = writeln!(text, "# {rule:widest$}  {right:>9}  {interval:>12}  {:>8}  {wrong} {range}", grouped(count(it.proposed)));
    }
    if let Some(right) = audit.right {
        let _ = writeln!(text, "#\n# Of all edits that would be made, {:.1} in 100 are right.", 100.0 * right);
    }
    if audit.silent_seen > 0 {
        let missed = wilson(audit.silent_missed, audit.silent_seen);
        let _ = writeln!(
            text,
            "#\n# Nothing is proposed in {}. Of {} that were looked at, {} hold something that was missed: {:.2} to {:.2} of all.",
            counted(count(audit.silent), "document"),
            audit.silent_seen,
            audit.silent_missed,
            missed.low,
            missed.high
        );
    }
    let _ = writeln!(text, "\n# With 95 % certainty, at least {wanted} of the edits from these confidences upwards are right.\n[rule]");
    audit.rules.iter().for_each(|it| text += &cut(it, wanted));
    text
}

fn cut(it: &RuleAudit, wanted: f64) -> String {
    let rule = serde_json::to_string(&it.rule).expect("a string is JSON");
    match it.cut {
        Cut::Everything => format!("# {rule} is good enough at any confidence\n"),
        Cut::From(confidence) => format!("{rule} = {{ min_confidence = {confidence} }}\n"),
        Cut::Nothing => format!("{rule} = {{ min_confidence = 1.0 }} # below {wanted} at any confidence; `ignore` leaves it out\n"),
        Cut::Unknown => format!("# {rule}: too few were looked at to tell\n"),
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
