//! The Reviewdog Diagnostic Format: one diagnostic a paragraph, with the whole paragraph as suggestion.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{
    Entry, Report,
    fold::told,
    format::{Assembly, Closing},
    json::Array,
    place::{Lines, line_in_file, of_record},
};
use crate::{
    edit::{Edit, Patch},
    finding::Severity,
    span::Span,
};

/// One diagnostic a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, fail_on: Severity, out: &mut dyn Write) -> io::Result<()> {
    let least = fail_on.min(Severity::Warning);
    let entries: Vec<&Entry<'_>> = report.standing().filter(|it| it.finding.severity >= least).collect();
    if entries.is_empty() {
        return Ok(());
    }
    let text = report.checked.document.text();
    let lines = Lines::new(text);
    for paragraph in paragraphs(&entries, &lines) {
        serde_json::to_writer(&mut *out, &paragraph.diagnostic(report, &lines, text))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Findings whose lines touch.
struct Paragraph<'p, 'r> {
    first: usize,
    last: usize,
    entries: Vec<&'p Entry<'r>>,
}

fn paragraphs<'p, 'r>(entries: &[&'p Entry<'r>], lines: &Lines<'_>) -> Vec<Paragraph<'p, 'r>> {
    let mut paragraphs: Vec<Paragraph<'p, 'r>> = Vec::new();
    for &entry in entries {
        let edits = entry.finding.fix.iter().flat_map(|it| &it.edits);
        let reach = edits.fold(entry.finding.span, |span, it| Span::new(span.start.min(it.span.start), span.end.max(it.span.end)));
        let (first, last) = (lines.line(reach.start), lines.line(reach.end));
        match paragraphs.last_mut() {
            Some(it) if first <= it.last => {
                it.first = it.first.min(first);
                it.last = it.last.max(last);
                it.entries.push(entry);
            }
            _ => paragraphs.push(Paragraph { first, last, entries: vec![entry] }),
        }
    }
    paragraphs
}

impl Paragraph<'_, '_> {
    fn diagnostic(&self, report: &Report<'_>, lines: &Lines<'_>, text: &str) -> Value {
        let origin = report.origin;
        let severity = self.entries.iter().map(|it| it.finding.severity).max().unwrap_or(Severity::Info);
        let mut message: Vec<String> = self.entries.iter().map(|it| format!("{} ({})", told(it), it.finding.rule)).collect();
        message[0] += &of_record(origin);
        let mut diagnostic = json!({
            "message": message.join("\n"),
            "severity": severity.as_str().to_uppercase(),
            "code": { "value": self.entries[0].finding.rule.as_str() },
        });
        if origin.record.is_some() {
            diagnostic["location"] =
                json!({ "path": origin.file, "range": { "start": { "line": line_in_file(origin, self.entries[0]) } } });
            return diagnostic;
        }
        let span = lines.span(self.first, self.last);
        // Columns of this format count bytes.
        let place = |line: usize, offset: usize| json!({ "line": line, "column": offset - lines.span(line, line).start + 1 });
        let range = json!({ "start": place(self.first, span.start), "end": place(self.last, span.end) });
        let mut patch = Patch::default();
        for fix in self.entries.iter().filter_map(|it| it.finding.fix.as_ref()) {
            patch.try_add(fix);
        }
        if !patch.is_empty() {
            diagnostic["suggestions"] = json!([{ "range": range, "text": applied(&patch, span, text) }]);
        }
        diagnostic["location"] = json!({ "path": origin.file, "range": range });
        diagnostic
    }
}

/// What becomes of a part of a text that holds all edits of a patch.
fn applied(patch: &Patch, span: Span, text: &str) -> String {
    let mut changed = String::new();
    let mut at = span.start;
    for Edit { span, replacement } in patch.edits() {
        changed.push_str(&text[at..span.start.max(at)]);
        changed.push_str(replacement);
        at = span.end;
    }
    changed.push_str(&text[at..span.end.max(at)]);
    changed
}

/// All diagnostics of a run.
#[derive(Debug, Default)]
pub struct Result {
    started: bool,
    diagnostics: Array,
}

impl Assembly for Result {
    fn add(&mut self, piece: &[u8], out: &mut dyn Write) -> io::Result<()> {
        if piece.is_empty() {
            return Ok(());
        }
        self.open(out)?;
        self.diagnostics.add(piece, out)
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        self.diagnostics.finish(closing, out)?;
        writeln!(out, "}}")
    }
}

impl Result {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        write!(out, "{{\"source\":{{\"name\":\"unspin\"}},\"severity\":\"WARNING\",\"diagnostics\":")
    }
}
