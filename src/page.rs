//! Proposals as a page: one file that a browser opens from the disk, for people who have no terminal.
//!
//! What a text, a rule or a name of a file holds reaches the page as JSON in a block that no browser runs, and from there as text alone.
//! The policy of the page allows its one script and its one style, by their hashes, and nothing else: no address is ever asked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    decision::Decision,
    edit::Fix,
    report::{Entry, Record, Report},
    rules::rule::Rulebook,
    segment::sentence_around,
    span::Span,
};

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = concat!(include_str!("style.css"), include_str!("page/page.css"));
const SCRIPT: &str = concat!(include_str!("page/model.js"), include_str!("page/view.js"), include_str!("page/page.js"));

/// What families of rules are about, and why: by their names.
type Families<'b> = BTreeMap<&'b str, (&'b str, &'b str)>;

/// A document as the page holds it.
#[derive(Debug, Clone)]
pub struct Sheet {
    json: String,
    // Of the rules that propose something in it, one for each proposal.
    families: Vec<String>,
}

impl Sheet {
    /// How much is proposed in it.
    #[must_use]
    pub fn places(&self) -> usize {
        self.families.len()
    }
}

#[derive(Serialize)]
struct JsonSheet<'r> {
    file: &'r str,
    record: Option<&'r Record>,
    verdict: &'static str,
    chance: f64,
    reason: &'r str,
    words: usize,
    // What is between them is white space. None where nothing is proposed.
    paragraphs: Vec<&'r str>,
    places: Vec<JsonPlace<'r>>,
    // The line of a file of decisions that says of all of it that it is worth nothing.
    drop: Option<Decision>,
    // Whether anything was missed in it.
    question: Option<&'r Decision>,
}

/// A proposal. Offsets count the units of a paragraph that scripts count, 16 bits each.
#[derive(Serialize)]
struct JsonPlace<'r> {
    // The line of a file of decisions, but for what the reviewer adds.
    open: Decision,
    message: &'r str,
    confidence: f64,
    applicability: &'static str,
    line: usize,
    column: usize,
    paragraph: usize,
    sentence: (usize, usize),
    edits: Vec<(usize, usize, &'r str)>,
    alternatives: Vec<(&'r str, f64)>,
    evidence: Vec<String>,
}

/// The sheet of a document, with what is proposed in it and `ask` lets through, as it is to be decided; and with the question about the
/// document itself, where there is one.
#[must_use]
pub fn sheet(report: &Report<'_>, ask: impl Fn(Decision) -> Option<Decision>, question: Option<&Decision>) -> Sheet {
    let text = report.checked.document.text();
    let assessment = &report.checked.assessment;
    let open = |it: &Entry<'_>| ask(Decision::open(report.origin, it, &report.checked.document));
    let proposed = report.standing().filter_map(|it| Some((it, it.finding.fix.as_ref()?)));
    let (proposed, open): (Vec<(&Entry<'_>, &Fix)>, Vec<Decision>) = proposed.filter_map(|it| Some((it, open(it.0)?))).unzip();
    let paragraphs = if proposed.is_empty() && question.is_none() { Vec::new() } else { paragraphs(text, &proposed) };
    let sheet = JsonSheet {
        file: &report.origin.file,
        record: report.origin.record.as_ref(),
        verdict: assessment.verdict.as_str(),
        chance: assessment.chance().fraction(),
        reason: &assessment.reason,
        words: assessment.words,
        paragraphs: paragraphs.iter().map(|it| &text[it.range()]).collect(),
        drop: open.first().map(|it| it.of_document("dropped")),
        places: proposed.iter().zip(open).map(|((entry, fix), open)| place(report, (entry, fix, open), &paragraphs)).collect(),
        question,
    };
    let families = proposed.iter().filter_map(|(entry, _)| Some(entry.finding.rule.as_str().rsplit_once('/')?.0.to_owned()));
    Sheet { json: serde_json::to_string(&sheet).expect("strings and numbers are JSON"), families: families.collect() }
}

/// Writes the page. Decisions of wide scope say for which `paths` they were made.
///
/// # Errors
/// Where the writer fails.
pub fn write(sheets: &[Sheet], book: &Rulebook, paths: &[String], out: &mut dyn Write) -> io::Result<()> {
    let used: BTreeSet<&str> = sheets.iter().flat_map(|it| &it.families).map(String::as_str).collect();
    let families = book.families.iter().filter(|it| used.contains(it.id.as_ref()));
    let families: Families<'_> = families.map(|it| (it.id.as_ref(), (it.summary.as_ref(), it.why.as_ref()))).collect();
    let mut name = Sha256::new();
    for sheet in sheets {
        name.update(&sheet.json);
    }
    let name: String = name.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let mut rest = TEMPLATE;
    while let Some((before, (part, after))) = rest.split_once("{{").and_then(|(before, it)| Some((before, it.split_once("}}")?))) {
        out.write_all(before.as_bytes())?;
        match part {
            "policy" => write!(out, "default-src 'none'; script-src '{}'; style-src '{}'", hash(SCRIPT), hash(STYLE))?,
            "style" => out.write_all(STYLE.as_bytes())?,
            "script" => out.write_all(SCRIPT.as_bytes())?,
            "data" => write_data(&name, (paths, &families), sheets, out)?,
            _ => unreachable!("the template names no other part"),
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

fn write_data(name: &str, (paths, families): (&[String], &Families<'_>), sheets: &[Sheet], out: &mut dyn Write) -> io::Result<()> {
    // `<` could end the block, or begin a comment in it; in JSON it stands in strings alone.
    let escaped = |json: &str| json.replace('<', "\\u003c");
    let (families, paths) = (serde_json::to_string(families)?, serde_json::to_string(paths)?);
    let (families, paths) = (escaped(&families), escaped(&paths));
    write!(out, "{{\"name\":\"{name}\",\"paths\":{paths},\"families\":{families},\"documents\":[")?;
    for (index, sheet) in sheets.iter().enumerate() {
        out.write_all(if index > 0 { b",\n" } else { b"\n" })?;
        out.write_all(escaped(&sheet.json).as_bytes())?;
    }
    out.write_all(b"]}")
}

/// The lines of a text that hold more than white space; those over which an edit runs are one.
fn paragraphs(text: &str, proposed: &[(&Entry<'_>, &Fix)]) -> Vec<Span> {
    let mut runs: Vec<Span> = proposed.iter().map(|(entry, fix)| reach(entry, fix)).collect();
    runs.sort_unstable();
    let mut runs = runs.into_iter().peekable();
    let mut paragraphs: Vec<Span> = Vec::new();
    let (mut start, mut held) = (0, 0);
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for end in ends {
        while let Some(run) = runs.next_if(|it| it.start <= end) {
            held = run.end.max(held);
        }
        if held <= end {
            let touched = held > start || !text[start..end].trim().is_empty();
            if touched || paragraphs.is_empty() && end == text.len() {
                paragraphs.push(Span::new(start, end));
            }
            start = (end + 1).min(text.len());
        }
    }
    paragraphs
}

/// The bytes that a proposal speaks of: what it found, and what it edits.
fn reach(entry: &Entry<'_>, fix: &Fix) -> Span {
    fix.edits.iter().fold(entry.finding.span, |all, it| Span::new(all.start.min(it.span.start), all.end.max(it.span.end)))
}

fn place<'r>(report: &'r Report<'r>, (entry, fix, open): (&'r Entry<'r>, &'r Fix, Decision), paragraphs: &[Span]) -> JsonPlace<'r> {
    let it = entry.finding;
    let text = report.checked.document.text();
    let reach = reach(entry, fix);
    let paragraph = paragraphs.partition_point(|it| it.start <= reach.start).saturating_sub(1);
    let block = paragraphs[paragraph];
    let units = |offset: usize| units(&text[block.start..offset]);
    let sentence = sentence_around(text, block, reach);
    JsonPlace {
        open,
        message: &it.message,
        confidence: it.confidence.fraction(),
        applicability: fix.applicability.as_str(),
        line: entry.line,
        column: entry.column,
        paragraph,
        sentence: (units(sentence.start), units(sentence.end)),
        edits: fix.edits.iter().map(|it| (units(it.span.start), units(it.span.end), it.replacement.as_str())).collect(),
        alternatives: it.alternatives.iter().map(|it| (it.replacement.as_str(), it.confidence.fraction())).collect(),
        evidence: it.evidence.iter().map(ToString::to_string).collect(),
    }
}

fn units(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// The hash of a script or a style, as policies spell it.
pub(crate) fn hash(source: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut base64 = String::from("sha256-");
    for bytes in Sha256::digest(source).chunks(3) {
        let group = bytes.iter().fold(0_usize, |group, &byte| group << 8 | usize::from(byte)) << (8 * (3 - bytes.len()));
        base64.extend((0..=bytes.len()).map(|digit| char::from(DIGITS[group >> (18 - 6 * digit) & 63])));
        base64.extend((bytes.len()..3).map(|_| '='));
    }
    base64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cleaner::Cleaner, report::Origin};

    fn page(file: &str, text: &str) -> String {
        let cleaner = Cleaner::new();
        let checked = cleaner.check(text);
        let origin = Origin::file(file);
        let mut out = Vec::new();
        write(&[sheet(&Report::new(&origin, &checked), Some, None)], cleaner.rules().book(), &[], &mut out).expect("memory takes anything");
        String::from_utf8(out).expect("it is UTF-8")
    }

    fn data(page: &str) -> serde_json::Value {
        let (_, rest) = page.split_once("type=\"application/json\">").expect("the page holds its data");
        serde_json::from_str(rest.split_once("</script>").expect("the block ends").0).expect("it is JSON")
    }

    #[test]
    fn hashes_are_spelt_as_policies_spell_them() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn nothing_that_a_text_holds_ends_the_block_of_data() {
        let hostile = "It rained in the the harbour.</script><script>alert(1)</script><!--";
        let page = page("a<b>.txt", hostile);
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(data(&page)["documents"][0]["file"], "a<b>.txt");
        assert_eq!(data(&page)["documents"][0]["paragraphs"][0], hostile);
    }

    #[test]
    fn places_are_counted_as_scripts_count_them() {
        let page = page("a.txt", "First line.\n\nThe 🙂 “pilot” left for the the airport. It rained.\n");
        let place = &data(&page)["documents"][0]["places"][0];
        assert_eq!(place["paragraph"], 1);
        let paragraph: Vec<u16> = data(&page)["documents"][0]["paragraphs"][1].as_str().expect("a text").encode_utf16().collect();
        let slice = |range: &serde_json::Value| {
            let [start, end] = [0, 1].map(|it| usize::try_from(range[it].as_u64().expect("a number")).expect("a small one"));
            String::from_utf16(&paragraph[start..end]).expect("it is cut between characters")
        };
        assert_eq!(slice(&place["sentence"]), "The 🙂 “pilot” left for the the airport.");
        assert_eq!(slice(&place["edits"][0]), " the");
    }

    #[test]
    fn an_edit_over_lines_holds_them_together() {
        let page = page("a.txt", "The ship left the govern-\nment pier at noon and came back.\n\nThe end of it.");
        let paragraphs = &data(&page)["documents"][0]["paragraphs"];
        assert_eq!(paragraphs.as_array().map(Vec::len), Some(2), "{paragraphs}");
    }
}
