//! `unspin score`: verdicts.

use std::io::Write as _;

use unspin::{
    Spelling,
    report::{Origin, format::Assembly as _, json, text},
};

use crate::{
    args::{Format, ScoreArgs},
    config::Field,
    inputs,
    manifest::{Counts, Printed, Recorder},
    memory::Memory,
    output::{Done, Output},
    sets,
    setup::Courts,
};

pub fn run(args: &ScoreArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find(&common.paths);
    let memory = Memory::near(&common.paths);
    let recorder = Recorder::begin(args.manifest.as_deref(), &documents, &courts, common, &[], Printed::Results)?;
    let mut counts = Counts::default();
    let mut out = Output::new(common.shared.color);
    let style = out.style;
    let mut array = json::Array::default();
    let render = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        let mut shown = Vec::new();
        let written = match args.format {
            Format::Text => text::write_score(origin, &checked, style, &mut shown),
            Format::Json | Format::Jsonl => json::write_score(origin, &checked, &mut shown),
        };
        written.expect("writing to memory cannot fail");
        (shown, checked.assessment.verdict)
    };
    failed |= sets::work(&documents, &common.shared, &courts.reading, render, |(shown, verdict)| {
        counts.documents += 1;
        *counts.by_verdict.entry(verdict.as_str().to_owned()).or_default() += 1;
        match args.format {
            Format::Json => array.add(&shown, &mut out)?,
            Format::Text | Format::Jsonl => out.write_all(&shown)?,
        }
        Ok(())
    })?;
    if args.format == Format::Json {
        array.close(&mut out)?;
    }
    out.flush()?;
    if let Some(it) = recorder {
        it.finish(&courts, counts, &[], common.shared.jobs)?;
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}
