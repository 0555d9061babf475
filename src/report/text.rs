//! Findings and verdicts for a reader at a terminal, one line each.

use std::io::{self, Write};

use super::{
    Entry, Origin, Report,
    format::{Assembly, Closing},
};
use crate::{cleaner::Checked, diff::printable, edit::Applicability, finding::Evidence, weigh::Verdict};

/// Marks around parts of the output; empty strings where there is no colour.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Before a file name.
    pub title: &'static str,
    /// Before what is taken out.
    pub removed: &'static str,
    /// Before what is put in.
    pub added: &'static str,
    /// Before what is said beside.
    pub faint: &'static str,
    /// Before a verdict that is none of the good ones.
    pub alarm: &'static str,
    /// After each.
    pub reset: &'static str,
}

impl Style {
    /// Colours that colour-blind people can tell: blue and orange tones, and weight.
    pub const COLOUR: Self =
        Self { title: "\x1b[1m", removed: "\x1b[31m", added: "\x1b[36m", faint: "\x1b[2m", alarm: "\x1b[1;33m", reset: "\x1b[0m" };
}

/// How many characters of a match are shown.
const SHOWN: usize = 60;

/// The verdict of a document where it is worth a line, then its findings that stand, a line each.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if report.standing().next().is_none() {
        return Ok(());
    }
    let Style { title, alarm, faint, reset, .. } = style;
    write!(out, "{title}{}{reset}", printable(&report.origin.name()))?;
    let assessment = &report.checked.assessment;
    if assessment.verdict >= Verdict::Suspect {
        write!(
            out,
            ": {alarm}{}{reset} {faint}({}; {}){reset}",
            assessment.verdict.as_str(),
            assessment.chance(),
            printable(&assessment.reason)
        )?;
    }
    writeln!(out)?;
    for entry in report.standing() {
        write_entry(entry, style, out)?;
    }
    writeln!(out)
}

/// The documents one after the other, then a summary.
pub(super) struct Page;

impl Assembly for Page {
    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        if closing.statistics && !closing.totals.rules.is_empty() {
            for line in closing.totals.statistics() {
                writeln!(out, "{line}")?;
            }
            writeln!(out)?;
        }
        if closing.summary && closing.totals.documents > 0 {
            writeln!(out, "{}", closing.totals.line())?;
        }
        Ok(())
    }
}

fn write_entry(entry: &Entry<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Style { removed, added, faint, reset, .. } = style;
    let it = entry.finding;
    let place = format!("{}:{}", entry.line, entry.column);
    let applicability = it.fix.as_ref().map_or(Applicability::Display, |fix| fix.applicability);
    write!(out, "  {place:<9} {:<7} {} ", applicability.as_str(), it.confidence)?;
    let edit = it.fix.as_ref().and_then(|fix| fix.edits.last());
    // Where neither is told, the report is redacted.
    if edit.is_some() || !entry.text.is_empty() {
        write!(out, "{removed}{}{reset} ", quoted(entry.text))?;
    }
    match edit {
        Some(edit) if edit.replacement.is_empty() => write!(out, "{faint}({}; taken out){reset}", it.message)?,
        Some(edit) => write!(out, "→ {added}{}{reset}", quoted(&edit.replacement))?,
        None => write!(out, "{faint}({}){reset}", printable(&it.message))?,
    }
    write!(out, " {faint}{}{reset}", it.rule)?;
    match it.evidence.iter().find_map(Evidence::witness) {
        Some(witness) => writeln!(out, " {faint}(see {}){reset}", printable(witness)),
        None => writeln!(out),
    }
}

fn quoted(text: &str) -> String {
    let shown = printable(text);
    match shown.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("“{}…”", &shown[..end]),
        None => format!("“{shown}”"),
    }
}

/// The verdict of a document: one line, and one for each part that is convicted.
///
/// # Errors
/// Where the writer fails.
pub fn write_score(origin: &Origin, checked: &Checked, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Style { title, alarm, faint, reset, .. } = style;
    let it = &checked.assessment;
    let mark = if it.verdict >= Verdict::Suspect { alarm } else { "" };
    writeln!(
        out,
        "{mark}{:<10}{reset} {} {title}{}{reset} {faint}({} words, {}; {}){reset}",
        it.verdict.as_str(),
        it.chance(),
        printable(&origin.name()),
        it.words,
        it.language,
        printable(&it.reason)
    )?;
    let text = checked.document.text();
    let spun = it.regions.iter().map(|it| (it.span, it.spun));
    for (span, chance) in spun.chain(it.translation.parts.iter().copied()).filter(|(span, _)| span.len() < text.trim().len()) {
        let mut cursor = crate::document::LineCursor::new(text);
        let (first, last) = (cursor.locate(span.start).0, cursor.locate(span.end).0);
        writeln!(out, "           {chance} lines {first}–{last}")?;
    }
    Ok(())
}
