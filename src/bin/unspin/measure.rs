//! `unspin measure`: how well spun texts are undone, by their originals, and whether confidence means what it says.

use std::{fmt::Write as _, io::Write as _};

use serde::Serialize;
use unspin::{
    Cleaner,
    learn::{Bin, Measured},
};

use crate::{
    args::{MeasureArgs, SummaryFormat},
    output::{Done, Output, counted, grouped},
    pairs, setup,
};

pub fn run(args: &MeasureArgs) -> anyhow::Result<Done> {
    let (pairs, mut failed) = pairs::find(&args.paths)?;
    let (rules, _) = setup::rules(&args.shared)?;
    let cleaner = Cleaner::with(rules, unspin::Options::default());
    let mut measured = Measured::default();
    let measure = |spun: &str, original: &str| Measured::of(&cleaner, spun, original);
    failed |= pairs::each(&pairs, args.shared.jobs, measure, |one| measured.add(&one))?;
    let mut out = Output::new(args.shared.color);
    match args.format {
        SummaryFormat::Text => write!(out, "{}", told(&measured))?,
        SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(&Figures::from(&measured))?)?,
    }
    out.flush()?;
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// The figures in JSON; shares are fractions, `null` of nothing.
#[derive(Serialize)]
struct Figures {
    texts: usize,
    words: usize,
    convicted: usize,
    swaps: usize,
    found: usize,
    fixed: usize,
    all: Row,
    safe: Row,
    by_confidence: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<f64>,
    edits: usize,
    right: usize,
    stated: Option<f64>,
    precision: Option<f64>,
}

impl From<&Measured> for Figures {
    fn from(it: &Measured) -> Self {
        let bins = Measured::borders().zip(it.bins).map(|((from, _), bin)| Row::new(Some(f64::from(from) / 1e6), bin));
        Self {
            texts: it.texts,
            words: it.words,
            convicted: it.convicted,
            swaps: it.swaps,
            found: it.found,
            fixed: it.fixed,
            all: Row::new(None, it.edits()),
            safe: Row::new(None, it.safe),
            by_confidence: bins.collect(),
        }
    }
}

impl Row {
    fn new(from: Option<f64>, bin: Bin) -> Self {
        Self { from, edits: bin.edits, right: bin.right, stated: stated(bin), precision: share(bin.right, bin.edits) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of edits are far below 2⁵²")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The mean confidence of some edits.
#[expect(clippy::cast_precision_loss, reason = "counts of edits are far below 2⁵²")]
fn stated(bin: Bin) -> Option<f64> {
    (bin.edits > 0).then(|| bin.stated as f64 / 1e6 / bin.edits as f64)
}

/// The figures as a table in Markdown, so that it can stand in a page.
fn told(measured: &Measured) -> String {
    let percent = |part: usize, whole: usize| share(part, whole).map_or_else(|| "–".to_owned(), |it| format!("{:.1} %", 100.0 * it));
    let of = |name: &str, part: usize, whole: usize| format!("{name} {} of {} ({})", grouped(part), grouped(whole), percent(part, whole));
    let mut text = format!("{}, {}\n", counted(measured.texts, "text"), counted(measured.words, "word"));
    let all = measured.edits();
    for line in [
        of("convicted or suspect:", measured.convicted, measured.texts),
        of("swaps found:", measured.found, measured.swaps),
        of("swaps fixed:", measured.fixed, measured.swaps),
        of("edits that are right:", all.right, all.edits),
        of("edits that are safe:", measured.safe.edits, all.edits),
        of("safe edits that are right:", measured.safe.right, measured.safe.edits),
    ] {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("\n| confidence | edits | stated | right |\n| --- | --- | --- | --- |\n");
    for ((from, to), bin) in Measured::borders().zip(measured.bins).filter(|(_, bin)| bin.edits > 0) {
        let mean = stated(bin).unwrap_or_default();
        let border = |it: u32| f64::from(it) / 1e6;
        let _ = writeln!(
            text,
            "| {:.3}–{:.3} | {} | {mean:.3} | {:.3} |",
            border(from),
            border(to),
            grouped(bin.edits),
            share(bin.right, bin.edits).unwrap_or_default()
        );
    }
    text
}
