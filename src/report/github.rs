//! Annotations of GitHub's workflows. It shows ten of each level a step, so that only the most telling are written.

use std::{
    cmp::Reverse,
    io::{self, Write},
};

use super::{
    Origin, Report,
    fold::{Item, items, told},
    format::{Assembly, Closing},
    place::{line_in_file, of_record},
};
use crate::finding::Severity;

/// So many annotations of each level are shown of a step.
const SHOWN: usize = 10;

/// How telling it is, then the annotation, one a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, fail_on: Severity, out: &mut dyn Write) -> io::Result<()> {
    for item in items(report, fail_on.min(Severity::Warning)) {
        let (severity, entry, title, message, weight) = match &item {
            Item::Convicted(it) => {
                let mut message = vec![format!("{}{} {}", report.origin.file, of_record(report.origin), it.message)];
                message.extend(it.entries.iter().take(FOLDED).map(|it| format!("line {}: {}", line_in_file(report.origin, it), told(it))));
                message.extend((it.entries.len() > FOLDED).then(|| format!("and {} more", it.entries.len() - FOLDED)));
                (it.severity, it.entries[0], it.rule, message.join("\n"), 10_000 + it.entries.len())
            }
            Item::Single(it) => {
                let message = format!("{}{}", told(it), of_record(report.origin));
                (it.finding.severity, *it, it.finding.rule.as_str(), message, it.finding.confidence.millionths() as usize / 101)
            }
        };
        let line = line_in_file(report.origin, entry);
        let column = column(report.origin, entry.column);
        let file = property(&report.origin.file);
        writeln!(out, "{weight} ::{} file={file},line={line}{column},title={}::{}", level(severity), property(title), data(&message))?;
    }
    Ok(())
}

/// So many findings of a convicted document are listed in its annotation.
const FOLDED: usize = 20;

fn column(origin: &Origin, column: usize) -> String {
    if origin.record.is_some() { String::new() } else { format!(",col={column}") }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The most telling annotations of a run.
#[derive(Debug, Default)]
pub struct Annotations {
    // How telling, and the annotation; by level.
    kept: [Vec<(usize, String)>; 3],
    left_out: usize,
}

impl Assembly for Annotations {
    fn add(&mut self, piece: &[u8], _out: &mut dyn Write) -> io::Result<()> {
        for line in String::from_utf8_lossy(piece).lines() {
            let Some((weight, annotation)) = line.split_once(' ') else { continue };
            let level = ["::error", "::warning", "::notice"].iter().position(|it| annotation.starts_with(it)).unwrap_or(2);
            let kept = &mut self.kept[level];
            kept.push((weight.parse().unwrap_or_default(), annotation.to_owned()));
            if kept.len() > SHOWN {
                // The order of documents decides between equals.
                kept.sort_by_key(|it| Reverse(it.0));
                kept.pop();
                self.left_out += 1;
            }
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        for (level, lines) in [("error", closing.failed), ("warning", closing.warned)] {
            for line in lines {
                writeln!(out, "::{level} title=unspin::{}", data(line))?;
            }
        }
        for kept in &mut self.kept {
            kept.sort_by_key(|it| Reverse(it.0));
            for (_, annotation) in kept {
                writeln!(out, "{annotation}")?;
            }
        }
        if closing.summary && closing.totals.documents > 0 {
            let left = if self.left_out > 0 { format!("; {} annotations are not shown", self.left_out) } else { String::new() };
            writeln!(out, "{}{left}", closing.totals.line())?;
        }
        Ok(())
    }
}

/// The totals of a run, for the summary of its step.
#[must_use]
pub fn summary(closing: &Closing<'_>) -> String {
    let totals = closing.totals;
    let mut lines = vec!["### unspin".to_owned(), String::new(), totals.line(), String::new()];
    for (what, told) in [("failed", closing.failed), ("warning", closing.warned)] {
        lines.extend(told.iter().flat_map(|it| [format!("**{what}:** {it}"), String::new()]));
    }
    if !totals.rules.is_empty() {
        lines.extend(["| findings | fixable | documents | rule |".to_owned(), "| ---: | ---: | ---: | --- |".to_owned()]);
        let mut rules: Vec<_> = totals.rules.iter().collect();
        rules.sort_by(|(a, a_count), (b, b_count)| b_count.findings.cmp(&a_count.findings).then(a.cmp(b)));
        let row = |(rule, it): &(&String, &super::totals::RuleCount)| {
            format!("| {} | {} | {} | `{rule}` |", it.findings, it.fixable, it.documents)
        };
        lines.extend(rules.iter().take(20).map(row));
        lines.extend((rules.len() > 20).then(|| format!("\nand {} more rules", rules.len() - 20)));
    }
    lines.join("\n") + "\n"
}
