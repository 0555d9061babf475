//! SARIF 2.1.0, the format of code scanning.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use serde_json::{Value, json};

use super::{
    Entry, Origin, Report,
    fold::{Item, items, told},
    format::{Assembly, Closing},
    place::{Lines, line_in_file, of_record},
};
use crate::{
    edit::{Applicability, Edit},
    finding::Severity,
    rules::Rules,
    span::Span,
};

/// What the findings are known by, and how that is reckoned.
const FINGERPRINT: &str = "unspinKey/v1";

/// One result a line.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let items = items(report, Severity::Info);
    if items.is_empty() {
        return Ok(());
    }
    let lines = Lines::new(report.checked.document.text());
    for item in items {
        serde_json::to_writer(&mut *out, &result(report.origin, &item, &lines))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn result(origin: &Origin, item: &Item<'_, '_>, lines: &Lines<'_>) -> Value {
    let mut result = match item {
        Item::Single(it) => json!({
            "ruleId": it.finding.rule.as_str(),
            "level": level(it.finding.severity),
            "message": { "text": format!("{}{}", told(it), of_record(origin)) },
            "locations": [location(origin, it, lines)],
            "partialFingerprints": { FINGERPRINT: it.key },
            "properties": { "confidence": it.finding.confidence.fraction(), "applicability": applicability(it) },
        }),
        Item::Convicted(it) => json!({
            "ruleId": it.rule,
            "level": level(it.severity),
            "message": { "text": format!("{}{}{}", origin.file, of_record(origin), format_args!(" {}", it.message)) },
            "locations": [location(origin, it.entries[0], lines)],
            "partialFingerprints": { FINGERPRINT: it.key },
            "relatedLocations": related(origin, &it.entries, lines),
        }),
    };
    let entries: &[&Entry<'_>] = match item {
        Item::Single(it) => &[it],
        Item::Convicted(it) => &it.entries,
    };
    let edits: Vec<&Edit> = entries.iter().filter_map(|it| it.finding.fix.as_ref()).flat_map(|it| &it.edits).collect();
    // Places in a record are none in its file.
    if origin.record.is_none() && !edits.is_empty() {
        let replacements: Vec<Value> = edits
            .iter()
            .map(|it| json!({ "deletedRegion": region(it.span, lines), "insertedContent": { "text": it.replacement } }))
            .collect();
        let change = json!({ "artifactLocation": { "uri": uri(&origin.file) }, "replacements": replacements });
        result["fixes"] = json!([{ "description": { "text": "as unspin proposes" }, "artifactChanges": [change] }]);
    }
    result
}

fn related(origin: &Origin, entries: &[&Entry<'_>], lines: &Lines<'_>) -> Vec<Value> {
    let one = |(index, it): (usize, &&Entry<'_>)| {
        let mut location = location(origin, it, lines);
        location["id"] = json!(index + 1);
        location["message"] = json!({ "text": format!("{} ({})", told(it), it.finding.rule) });
        location
    };
    entries.iter().enumerate().map(one).collect()
}

fn location(origin: &Origin, entry: &Entry<'_>, lines: &Lines<'_>) -> Value {
    let region =
        if origin.record.is_some() { json!({ "startLine": line_in_file(origin, entry) }) } else { region(entry.finding.span, lines) };
    let mut location = json!({ "physicalLocation": { "artifactLocation": { "uri": uri(&origin.file) }, "region": region } });
    if let Some(record) = &origin.record {
        let id = record.id.clone().unwrap_or_else(|| record.line.to_string());
        location["logicalLocations"] = json!([{ "name": record.field, "fullyQualifiedName": format!("{id}/{}", record.field) }]);
    }
    location
}

fn region(span: Span, lines: &Lines<'_>) -> Value {
    let ((line, column), (end_line, end_column)) = (lines.locate(span.start), lines.locate(span.end));
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn applicability(entry: &Entry<'_>) -> &'static str {
    entry.finding.fix.as_ref().map_or(Applicability::Display, |it| it.applicability).as_str()
}

/// A path as a reference that is no address: relative ones stay so.
fn uri(path: &str) -> String {
    use std::fmt::Write as _;

    let mut uri = String::new();
    let path = path.replace('\\', "/");
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// A log with one run.
#[derive(Debug, Default)]
pub struct Log {
    started: bool,
    rules: BTreeSet<String>,
}

impl Assembly for Log {
    fn add(&mut self, piece: &[u8], out: &mut dyn Write) -> io::Result<()> {
        for line in piece.split(|&it| it == b'\n').filter(|it| !it.is_empty()) {
            self.open(out)?;
            if let Some(rule) = rule_of(line) {
                out.write_all(if self.rules.is_empty() { b"\n" } else { b",\n" })?;
                self.rules.insert(rule);
            }
            out.write_all(line)?;
        }
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.open(out)?;
        let rules: Vec<Value> = self.rules.iter().map(|it| descriptor(it, closing.rules)).collect();
        let driver = json!({ "name": "unspin", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules });
        writeln!(out, "\n],\"columnKind\":\"unicodeCodePoints\",\"tool\":{}}}]}}", json!({ "driver": driver }))
    }
}

impl Log {
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.started {
            return Ok(());
        }
        self.started = true;
        write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":[")
    }
}

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The rule that a result names.
fn rule_of(result: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(rename = "ruleId")]
        rule: String,
    }
    serde_json::from_slice::<Named>(result).ok().map(|it| it.rule)
}

/// What a rule is, for those who click on it.
fn descriptor(id: &str, rules: &Rules) -> Value {
    let verdict = |summary: &str, help: &str| json!({ "id": id, "shortDescription": { "text": summary }, "help": { "text": help }, "defaultConfiguration": { "level": "warning" } });
    match id {
        "verdict/spun" => {
            return verdict(
                "The document was rewritten by a synonym spinner",
                "Words were swapped for others that a thesaurus lists beside them, at many places. Each place is listed with the words that probably stood there. `unspin diff FILE` shows them all; `unspin review FILE` goes through them.",
            );
        }
        "verdict/translated" => {
            return verdict(
                "The document was translated by machine",
                "Word order, prepositions and idioms of another language were carried over. Each place is listed; `unspin diff FILE` shows what can be mended.",
            );
        }
        _ => {}
    }
    let book = rules.book();
    let rule = book.rules.iter().find(|it| it.id.as_str() == id);
    let family = rule.map(|it| book.family(it)).or_else(|| book.families.iter().find(|it| &*it.id == id));
    let Some(family) = family else { return json!({ "id": id }) };
    let mut help = vec![family.why.to_string()];
    let mut markdown = help.clone();
    for (before, after) in rule.into_iter().flat_map(|it| &it.bad) {
        help.push(format!("{before} → {after}"));
        markdown.push(format!("- {before}\n- → {after}"));
    }
    json!({
        "id": id,
        "shortDescription": { "text": family.summary },
        "fullDescription": { "text": family.why },
        "help": { "text": help.join("\n"), "markdown": markdown.join("\n\n") },
        "properties": { "tags": [id.split('/').next().unwrap_or_default()] },
    })
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/ü.txt"), "a%20b/%C3%BC.txt");
        assert_eq!(uri("/a.txt"), "file:///a.txt");
        assert_eq!(uri("a:b"), "a%3Ab");
    }
}
