//! Findings and verdicts as JSON: the contract that other programs rely on.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;

use super::{
    Entry, Origin, Record, Report,
    format::{Assembly, Closing},
};
use crate::{
    cleaner::Checked,
    edit::Applicability,
    finding::{Evidence, Severity},
    span::Span,
    weigh::Assessment,
};

#[derive(Serialize)]
struct JsonFinding<'r> {
    key: &'r str,
    file: &'r str,
    record: Option<&'r Record>,
    rule: &'r str,
    rule_version: u32,
    severity: Severity,
    applicability: Applicability,
    confidence: f64,
    message: &'r str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    zone: &'r str,
    text: &'r str,
    edits: Vec<JsonEdit<'r>>,
    alternatives: Vec<JsonAlternative<'r>>,
    evidence: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'r str>,
    set_aside: Option<String>,
}

#[derive(Serialize)]
struct JsonEdit<'r> {
    start: usize,
    end: usize,
    replacement: &'r str,
}

#[derive(Serialize)]
struct JsonAlternative<'r> {
    replacement: &'r str,
    confidence: f64,
}

#[derive(Serialize)]
struct JsonScore<'r> {
    file: &'r str,
    record: Option<&'r Record>,
    lang: &'r str,
    verdict: &'r str,
    reason: &'r str,
    spun: f64,
    rate: f64,
    translated: f64,
    source: Option<&'r str>,
    residue: usize,
    words: usize,
    regions: Vec<JsonRegion>,
    metadata: &'r BTreeMap<String, String>,
}

#[derive(Serialize)]
struct JsonRegion {
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    spun: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translated: Option<f64>,
}

#[derive(Serialize)]
struct JsonTreatment<'r> {
    action: &'r str,
    removed: usize,
    #[serde(flatten)]
    score: JsonScore<'r>,
    findings: Vec<JsonFinding<'r>>,
}

#[derive(Serialize)]
struct JsonUnread<'r> {
    action: &'r str,
    file: &'r str,
    record: JsonLine,
    error: &'r str,
}

#[derive(Serialize)]
struct JsonLine {
    line: usize,
}

/// One object a finding, each on a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for entry in &report.entries {
        write_line(&finding(report.origin, entry), out)?;
    }
    Ok(())
}

/// One object a document, on a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_score(origin: &Origin, checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    write_line(&score(origin, checked), out)
}

/// What was found in a document and done to it, and how many characters it would lose: one object on a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_treatment(report: &Report<'_>, action: &str, removed: usize, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.entries.iter().map(|it| finding(report.origin, it)).collect();
    write_line(&JsonTreatment { action, removed, score: score(report.origin, report.checked), findings }, out)
}

/// A record that could not be read, and what was done about it: one object on a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_unread(file: &str, line: usize, action: &str, error: &str, out: &mut dyn Write) -> io::Result<()> {
    write_line(&JsonUnread { action, file, record: JsonLine { line }, error }, out)
}

fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// What separates the objects of `--format json`: one array of the lines that `--format jsonl` prints.
#[derive(Debug, Default)]
pub struct Array {
    started: bool,
}

impl Assembly for Array {
    fn add(&mut self, lines: &[u8], out: &mut dyn Write) -> io::Result<()> {
        for line in lines.split(|&it| it == b'\n').filter(|it| !it.is_empty()) {
            out.write_all(if self.started { b",\n" } else { b"[\n" })?;
            out.write_all(line)?;
            self.started = true;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.close(out)
    }
}

impl Array {
    /// Closes the array.
    ///
    /// # Errors
    /// Where the writer fails.
    pub fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.started { b"\n]\n" } else { b"[]\n" })
    }
}

fn finding<'r>(origin: &'r Origin, entry: &'r Entry<'r>) -> JsonFinding<'r> {
    let it = entry.finding;
    let edits = it.fix.iter().flat_map(|fix| &fix.edits);
    JsonFinding {
        key: &entry.key,
        file: &origin.file,
        record: origin.record.as_ref(),
        rule: it.rule.as_str(),
        rule_version: it.rule_version,
        severity: it.severity,
        applicability: it.fix.as_ref().map_or(Applicability::Display, |fix| fix.applicability),
        confidence: it.confidence.fraction(),
        message: &it.message,
        start: it.span.start,
        end: it.span.end,
        line: entry.line,
        column: entry.column,
        zone: it.zone.as_str(),
        text: entry.text,
        edits: edits.map(|it| JsonEdit { start: it.span.start, end: it.span.end, replacement: &it.replacement }).collect(),
        alternatives: it
            .alternatives
            .iter()
            .map(|it| JsonAlternative { replacement: &it.replacement, confidence: it.confidence.fraction() })
            .collect(),
        evidence: it.evidence.iter().map(ToString::to_string).collect(),
        witness: it.evidence.iter().find_map(Evidence::witness),
        set_aside: entry.set_aside.map(ToString::to_string),
    }
}

/// The convicted parts: those that are spun, then those that are translated.
fn regions(assessment: &Assessment) -> Vec<JsonRegion> {
    let region = |span: Span| JsonRegion { start: span.start, end: span.end, spun: None, translated: None };
    let spun = assessment.regions.iter().map(|it| JsonRegion { spun: Some(it.spun.fraction()), ..region(it.span) });
    let parts = assessment.translation.parts.iter();
    spun.chain(parts.map(|(span, chance)| JsonRegion { translated: Some(chance.fraction()), ..region(*span) })).collect()
}

fn score<'r>(origin: &'r Origin, checked: &'r Checked) -> JsonScore<'r> {
    let it = &checked.assessment;
    JsonScore {
        file: &origin.file,
        record: origin.record.as_ref(),
        lang: it.language,
        verdict: it.verdict.as_str(),
        reason: &it.reason,
        spun: it.spun.fraction(),
        rate: f64::from(it.rate / 100) / 10_000.0,
        translated: it.translation.chance.fraction(),
        source: it.translation.source.as_deref(),
        residue: checked.residue,
        words: it.words,
        regions: regions(it),
        metadata: &checked.metadata,
    }
}
