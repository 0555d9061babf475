//! One report of a document, one file a rendering.

pub mod fold;
pub mod format;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod place;
pub mod rdjson;
pub mod redact;
pub mod sarif;
pub mod text;
pub mod totals;

use std::{borrow::Cow, collections::HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{cleaner::Checked, document::LineCursor, finding::Finding, ledger::content_hash, resolve::Reason};

/// Where a document comes from: a file, or a record of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The path as it was given; `-` for standard input.
    pub file: String,
    /// The record, where the file is a data set.
    pub record: Option<Record>,
}

/// A text in a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The line that the record begins on, from 1.
    pub line: usize,
    /// What the data set calls it, where it has a field for that.
    pub id: Option<String>,
    /// The field that holds the text.
    pub field: String,
}

impl Origin {
    /// A file that is one document.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), record: None }
    }

    /// What a reader sees of it: the path, and of a record its line, field and id.
    #[must_use]
    pub fn name(&self) -> String {
        let record = self.record.as_ref().map_or_else(String::new, |it| {
            let id = it.id.as_ref().map_or_else(String::new, |it| format!(" {it}"));
            format!(":{} {}{id}", it.line, it.field)
        });
        format!("{}{record}", self.file)
    }

    /// What a document is known by, whatever becomes of lines: its path, or id and field of the record, wherever that lies. A record
    /// without an id is known by its text.
    #[must_use]
    pub fn lasting(&self, text: &str) -> Vec<Cow<'_, str>> {
        let Some(record) = &self.record else { return vec![Cow::Borrowed(&self.file)] };
        let id = record.id.as_deref().map_or_else(|| Cow::Owned(content_hash(text.as_bytes())), Cow::Borrowed);
        vec![id, Cow::Borrowed(&record.field)]
    }

    /// Whether nothing but its text tells it from others: it is a record without an id.
    #[must_use]
    pub fn is_nameless(&self) -> bool {
        self.record.as_ref().is_some_and(|it| it.id.is_none())
    }
}

/// What is said of one document.
#[derive(Debug)]
pub struct Report<'r> {
    /// Where it comes from.
    pub origin: &'r Origin,
    /// What was found.
    pub checked: &'r Checked,
    /// The findings in the order of the text.
    pub entries: Vec<Entry<'r>>,
    /// What was known of it before.
    pub past: Past,
}

/// What was known of a document before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Past {
    /// Nobody asked.
    #[default]
    Unknown,
    /// It was not there, or not convicted.
    New,
    /// It was convicted.
    Convicted,
}

/// A finding with its place.
#[derive(Debug)]
pub struct Entry<'r> {
    /// The finding.
    pub finding: &'r Finding,
    /// Why it is not applied though it could be.
    pub set_aside: Option<&'r Reason>,
    /// What it is known by across runs.
    pub key: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What stands there.
    pub text: &'r str,
}

impl<'r> Report<'r> {
    /// The report of a checked document.
    #[must_use]
    pub fn new(origin: &'r Origin, checked: &'r Checked) -> Self {
        Self::of(origin, checked, checked.findings())
    }

    /// The same with what a reviewer has rejected.
    #[must_use]
    pub fn whole(origin: &'r Origin, checked: &'r Checked) -> Self {
        let mut findings = checked.findings();
        findings.extend(checked.plan.rejected.iter().map(|it| (it, None)));
        findings.sort_by(|(a, _), (b, _)| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        Self::of(origin, checked, findings)
    }

    fn of(origin: &'r Origin, checked: &'r Checked, findings: Vec<(&'r Finding, Option<&'r Reason>)>) -> Self {
        let text = checked.document.text();
        let mut cursor = LineCursor::new(text);
        let mut occurrences = Occurrences::new(text);
        let lasting = if findings.is_empty() { Vec::new() } else { origin.lasting(text) };
        let entries = findings.into_iter().map(|(finding, set_aside)| {
            let (line, column) = cursor.locate(finding.span.start);
            let matched = &text[finding.span.range()];
            let key = key(&lasting, finding, matched, occurrences.before(matched, finding.span.start));
            Entry { finding, set_aside, key, line, column, text: matched }
        });
        Self { origin, checked, entries: entries.collect(), past: Past::Unknown }
    }

    /// The findings that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Entry<'r>> {
        self.entries.iter().filter(|it| it.set_aside.is_none())
    }
}

/// The name of a finding across runs: rule, matched text, document, and which occurrence of the text it is. Neither lines nor
/// neighbouring words are in it.
fn key(lasting: &[Cow<'_, str>], finding: &Finding, matched: &str, occurrence: usize) -> String {
    let parts = [finding.rule.as_str(), matched].into_iter().chain(lasting.iter().map(Cow::as_ref));
    hex(parts, &(occurrence as u64).to_le_bytes())
}

/// The name of something that is said of a document at most once.
fn key_of(report: &Report<'_>, what: &str) -> String {
    let lasting = report.origin.lasting(report.checked.document.text());
    hex([what].into_iter().chain(lasting.iter().map(Cow::as_ref)), &[])
}

/// Eight bytes of the hash of some parts.
fn hex<'p>(parts: impl IntoIterator<Item = &'p str>, tail: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(tail);
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Counts how often a text stands before a place, going forward.
struct Occurrences<'t> {
    text: &'t str,
    // By what is counted: how often up to where.
    counted: HashMap<&'t str, (usize, usize)>,
}

impl<'t> Occurrences<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, counted: HashMap::new() }
    }

    fn before(&mut self, matched: &'t str, offset: usize) -> usize {
        let (count, from) = self.counted.entry(matched).or_default();
        if !matched.is_empty() && *from < offset {
            *count += memchr::memmem::find_iter(&self.text.as_bytes()[*from..offset], matched.as_bytes()).count();
        }
        *from = offset.max(*from);
        *count
    }
}
