//! The Code Quality report of GitLab: an array of issues.

use std::io::{self, Write};

use serde_json::json;

use super::{
    Report,
    fold::{Item, items, told},
    place::{line_in_file, of_record},
};
use crate::finding::Severity;

/// One issue a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, fail_on: Severity, out: &mut dyn Write) -> io::Result<()> {
    let origin = report.origin;
    for item in items(report, fail_on.min(Severity::Warning)) {
        let (severity, first, last, rule, description, key) = match &item {
            Item::Convicted(it) => {
                let last = it.entries[it.entries.len() - 1];
                (it.severity, it.entries[0], last, it.rule, format!("{}{} {}", origin.file, of_record(origin), it.message), &it.key)
            }
            Item::Single(it) => {
                (it.finding.severity, *it, *it, it.finding.rule.as_str(), format!("{}{}", told(it), of_record(origin)), &it.key)
            }
        };
        let issue = json!({
            "description": description,
            "check_name": rule,
            "fingerprint": key,
            "severity": level(severity),
            "location": { "path": origin.file, "lines": { "begin": line_in_file(origin, first), "end": line_in_file(origin, last) } },
        });
        serde_json::to_writer(&mut *out, &issue)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
