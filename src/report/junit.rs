//! Tests as `JUnit` writes them: a document is a test, and fails where something in it does.

use std::io::{self, Write};

use super::{
    Report,
    fold::{Item, items, told},
    format::{Assembly, Closing},
    place::{line_in_file, of_record},
};
use crate::finding::Severity;

/// The test of a document.
///
/// # Errors
/// Where the writer fails.
pub fn write_findings(report: &Report<'_>, fail_on: Severity, out: &mut dyn Write) -> io::Result<()> {
    let origin = report.origin;
    let name = escaped(&format!("{}{}", origin.file, of_record(origin)));
    write!(out, "<testcase classname=\"unspin\" name=\"{name}\" time=\"0\"")?;
    let items = items(report, fail_on);
    if items.is_empty() {
        return writeln!(out, "/>");
    }
    let mut lines = Vec::new();
    let mut message = String::new();
    for item in &items {
        match item {
            Item::Convicted(it) => {
                message.clone_from(&it.message);
                lines.push(it.message.clone());
                lines
                    .extend(it.entries.iter().map(|it| format!("  line {}: {} ({})", line_in_file(origin, it), told(it), it.finding.rule)));
            }
            Item::Single(it) => lines.push(format!("line {}: {} ({})", line_in_file(origin, it), told(it), it.finding.rule)),
        }
    }
    if message.is_empty() {
        message = super::totals::counted(items.len(), "finding");
    }
    writeln!(out, ">\n<failure message=\"{}\" type=\"unspin\">{}</failure>\n</testcase>", escaped(&message), escaped(&lines.join("\n")))
}

/// Text as XML takes it; what XML has no way to write is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// All tests of a run; their number stands in front of them.
#[derive(Debug, Default)]
pub struct Suite {
    tests: Vec<u8>,
}

impl Assembly for Suite {
    fn add(&mut self, piece: &[u8], _out: &mut dyn Write) -> io::Result<()> {
        self.tests.extend_from_slice(piece);
        Ok(())
    }

    fn finish(&mut self, closing: &Closing<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (tests, failures) = (closing.totals.documents, closing.totals.found);
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\"");
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"unspin\" {counts}>\n<testsuite name=\"unspin\" {counts}>"
        )?;
        out.write_all(&self.tests)?;
        writeln!(out, "</testsuite>\n</testsuites>")
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(escaped("a<b>&\"\u{1b}[0m\nü"), "a&lt;b&gt;&amp;&quot;[0m\nü");
    }
}
