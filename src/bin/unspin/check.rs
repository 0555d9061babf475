//! `unspin check`: findings.

use std::io::Write as _;

use unspin::{
    Severity, Spelling, Verdict,
    edit::Applicability,
    report::{Origin, Report, json, text},
};

use crate::{
    args::{CheckArgs, Format},
    inputs,
    ledgers::Ledgers,
    output::{Done, Output, counted},
    setup::Courts,
};

/// What is counted for the last line.
#[derive(Default)]
struct Summary {
    documents: usize,
    spun: usize,
    translated: usize,
    findings: usize,
    fixable: usize,
    safe: usize,
    failing: usize,
}

pub fn run(args: &CheckArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find(&common.paths);
    let ledgers = Ledgers::near(&common.paths);
    let mut out = Output::new(common.shared.color);
    let style = out.style;
    let mut summary = Summary::default();
    let mut array = json::Array::default();
    let render = |input: &inputs::Input, raw: Vec<u8>| {
        let origin = Origin::file(&input.name);
        let checked = courts.over_file(&input.name).check(&raw, &ledgers);
        let report = Report::new(&origin, &checked);
        let mut shown = Vec::new();
        let written = match args.format {
            Format::Text => text::write_findings(&report, style, &mut shown),
            Format::Json | Format::Jsonl => json::write_findings(&report, &mut shown),
        };
        written.expect("writing to memory cannot fail");
        (shown, counts(&report, args.fail_on))
    };
    failed |= inputs::work(&documents, common.shared.jobs, render, |_, (shown, counts)| {
        summary.add(&counts);
        match args.format {
            Format::Json => array.write(&shown, &mut out)?,
            Format::Text | Format::Jsonl => out.write_all(&shown)?,
        }
        Ok(())
    })?;
    match args.format {
        Format::Json => array.finish(&mut out)?,
        Format::Text if !common.shared.quiet && summary.documents > 0 => writeln!(out, "{}", summary.line())?,
        Format::Text | Format::Jsonl => {}
    }
    out.flush()?;
    Ok(if failed {
        Done::Failed
    } else if summary.failing > 0 {
        Done::Something
    } else {
        Done::Nothing
    })
}

fn counts(report: &Report<'_>, fail_on: Severity) -> Summary {
    let applicable = |least| report.standing().filter(|it| it.finding.fix.as_ref().is_some_and(|it| it.applicability >= least)).count();
    Summary {
        documents: 1,
        spun: usize::from(report.checked.assessment.verdict == Verdict::Spun),
        translated: usize::from(report.checked.assessment.verdict == Verdict::Translated),
        findings: report.standing().count(),
        fixable: applicable(Applicability::Unsafe),
        safe: applicable(Applicability::Safe),
        failing: report.standing().filter(|it| it.finding.severity >= fail_on).count(),
    }
}

impl Summary {
    fn add(&mut self, other: &Self) {
        self.documents += other.documents;
        self.spun += other.spun;
        self.translated += other.translated;
        self.findings += other.findings;
        self.fixable += other.fixable;
        self.safe += other.safe;
        self.failing += other.failing;
    }

    fn line(&self) -> String {
        let documents = counted(self.documents, "document");
        if self.findings == 0 {
            return format!("{documents}: nothing found");
        }
        let convicted = |count: usize, how: &str| if count > 0 { format!(", {count} of them {how}") } else { String::new() };
        let convicted = convicted(self.spun, "spun") + &convicted(self.translated, "translated");
        format!(
            "{documents}{convicted}: {}; {} can be fixed, {} of them safely",
            counted(self.findings, "finding"),
            self.fixable,
            self.safe
        )
    }
}
