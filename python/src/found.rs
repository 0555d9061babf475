//! What is said of a text, taken out of it, and as Python has it.

use std::collections::BTreeMap;

use pyo3::{
    IntoPyObjectExt as _,
    prelude::*,
    sync::PyOnceLock,
    types::{PyList, PyTuple},
};
use unspin::{
    Applicability, Checked, Evidence, Span,
    report::{Entry, Origin, Report},
};

/// A finding, with the words of the command line.
pub struct Found {
    pub key: String,
    pub rule: String,
    pub rule_version: i32,
    pub severity: &'static str,
    pub applicability: &'static str,
    pub confidence: f64,
    pub message: String,
    pub start: usize,
    pub end: usize,
    pub line: usize,
    pub column: usize,
    pub zone: &'static str,
    pub text: String,
    pub edits: Vec<(usize, usize, String)>,
    pub alternatives: Vec<(String, f64)>,
    pub evidence: Vec<String>,
    pub witness: Option<String>,
    pub set_aside: Option<String>,
    // Where it begins and ends in characters, as Python counts.
    characters: (usize, usize),
    around: (String, String),
}

/// A part of a text that is convicted, and the chances that it is spun, and translated.
pub type Region = (usize, usize, Option<f64>, Option<f64>);

/// The verdict on a text, with the words of the command line.
pub struct Scored {
    pub verdict: &'static str,
    pub lang: &'static str,
    pub reason: String,
    pub spun: f64,
    pub rate: f64,
    pub translated: f64,
    pub source: Option<String>,
    pub residue: usize,
    pub words: usize,
    regions: Vec<Region>,
    metadata: BTreeMap<String, String>,
}

/// A text after its fixes.
pub struct Corrected {
    /// `None` where it is what came.
    pub text: Option<String>,
    /// What was applied.
    pub findings: Vec<Found>,
    /// What the text was before.
    pub verdict: Scored,
}

/// All that was found.
pub fn all(origin: &Origin, checked: &Checked) -> Vec<Found> {
    some(origin, checked, |_| true)
}

/// What was applied.
pub fn applied(origin: &Origin, checked: &Checked) -> Vec<Found> {
    let applied = checked.plan.applied.as_ptr_range();
    some(origin, checked, |it| applied.contains(&std::ptr::from_ref(it.finding)))
}

fn some(origin: &Origin, checked: &Checked, wanted: impl Fn(&Entry<'_>) -> bool) -> Vec<Found> {
    if checked.plan.findings().next().is_none() {
        return Vec::new();
    }
    let text = checked.document.text();
    let report = Report::new(origin, checked);
    let mut counted = (0, 0);
    let entries = report.entries.iter().filter(|it| wanted(it));
    entries
        .map(|entry| {
            let span = entry.finding.span;
            counted = (span.start, counted.1 + text[counted.0..span.start].chars().count());
            found(entry, text, counted.1)
        })
        .collect()
}

fn found(entry: &Entry<'_>, text: &str, first: usize) -> Found {
    let it = entry.finding;
    let edits = it.fix.iter().flat_map(|fix| &fix.edits);
    Found {
        key: entry.key.clone(),
        rule: it.rule.to_string(),
        rule_version: i32::try_from(it.rule_version).unwrap_or(i32::MAX),
        severity: it.severity.as_str(),
        applicability: it.fix.as_ref().map_or(Applicability::Display, |fix| fix.applicability).as_str(),
        confidence: it.confidence.fraction(),
        message: it.message.clone(),
        start: it.span.start,
        end: it.span.end,
        line: entry.line,
        column: entry.column,
        zone: it.zone.as_str(),
        text: entry.text.to_owned(),
        edits: edits.map(|it| (it.span.start, it.span.end, it.replacement.clone())).collect(),
        alternatives: it.alternatives.iter().map(|it| (it.replacement.clone(), it.confidence.fraction())).collect(),
        evidence: it.evidence.iter().map(ToString::to_string).collect(),
        witness: it.evidence.iter().find_map(Evidence::witness).map(ToOwned::to_owned),
        set_aside: entry.set_aside.map(ToString::to_string),
        characters: (first, first + entry.text.chars().count()),
        around: around(text, it.span),
    }
}

/// So many characters are told of what stands before and behind a finding.
const AROUND: usize = 40;

fn around(text: &str, span: Span) -> (String, String) {
    let before = text[..span.start].char_indices().rev().take(AROUND).last().map_or(span.start, |it| it.0);
    (text[before..span.start].to_owned(), text[span.end..].chars().take(AROUND).collect())
}

impl Scored {
    /// The verdict on a text that was checked.
    pub fn new(checked: &Checked) -> Self {
        let it = &checked.assessment;
        let spun = it.regions.iter().map(|it| (it.span.start, it.span.end, Some(it.spun.fraction()), None));
        let translated = it.translation.parts.iter().map(|(span, chance)| (span.start, span.end, None, Some(chance.fraction())));
        Self {
            verdict: it.verdict.as_str(),
            lang: it.language,
            reason: it.reason.clone(),
            spun: it.spun.fraction(),
            rate: f64::from(it.rate / 100) / 10_000.0,
            translated: it.translation.chance.fraction(),
            source: it.translation.source.as_deref().map(ToOwned::to_owned),
            residue: checked.residue,
            words: it.words,
            regions: spun.chain(translated).collect(),
            metadata: checked.metadata.clone(),
        }
    }
}

/// A tuple of values of any kind.
macro_rules! tuple {
    ($py:expr; $($value:expr),+ $(,)?) => { PyTuple::new($py, [$($value.into_bound_py_any($py)?),+])? };
}

/// The classes that Python declares.
struct Classes {
    finding: Py<PyAny>,
    findings: Py<PyAny>,
    edit: Py<PyAny>,
    alternative: Py<PyAny>,
    verdict: Py<PyAny>,
    region: Py<PyAny>,
    fixed: Py<PyAny>,
}

impl Classes {
    fn get(py: Python<'_>) -> PyResult<&Self> {
        static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();
        CLASSES.get_or_try_init(py, || {
            let module = py.import("unspin._types")?;
            let class = |name: &str| module.getattr(name).map(Bound::unbind);
            Ok(Self {
                finding: class("Finding")?,
                findings: class("Findings")?,
                edit: class("Edit")?,
                alternative: class("Alternative")?,
                verdict: class("Verdict")?,
                region: class("Region")?,
                fixed: class("Fixed")?,
            })
        })
    }
}

/// What becomes an object of Python.
pub trait Told {
    /// That object; `text` is what it speaks of.
    fn told<'py>(self, py: Python<'py>, text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>;
}

impl Told for Vec<Found> {
    fn told<'py>(self, py: Python<'py>, _: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let classes = Classes::get(py)?;
        let findings = self.into_iter().map(|it| it.told(py, classes)).collect::<PyResult<Vec<_>>>()?;
        classes.findings.bind(py).call1((PyList::new(py, findings)?,))
    }
}

impl Told for Scored {
    fn told<'py>(self, py: Python<'py>, _: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let classes = Classes::get(py)?;
        let regions = self.regions.into_iter().map(|it| classes.region.bind(py).call1(it)).collect::<PyResult<Vec<_>>>()?;
        let values = tuple![py; self.verdict, self.lang, self.reason, self.spun, self.rate, self.translated, self.source, self.residue,
            self.words, regions, self.metadata];
        classes.verdict.bind(py).call1(values)
    }
}

impl Told for Corrected {
    fn told<'py>(self, py: Python<'py>, text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let findings = self.findings.told(py, text)?;
        let verdict = self.verdict.told(py, text)?;
        let fixed = Classes::get(py)?.fixed.bind(py);
        match self.text {
            Some(after) => fixed.call1((after, findings, verdict)),
            None => fixed.call1((text, findings, verdict)),
        }
    }
}

impl Found {
    fn told<'py>(self, py: Python<'py>, classes: &Classes) -> PyResult<Bound<'py, PyAny>> {
        let edits = self.edits.into_iter().map(|it| classes.edit.bind(py).call1(it)).collect::<PyResult<Vec<_>>>()?;
        let alternative = |it| classes.alternative.bind(py).call1(it);
        let alternatives = self.alternatives.into_iter().map(alternative).collect::<PyResult<Vec<_>>>()?;
        let values = tuple![py; self.key, self.rule, self.rule_version, self.severity, self.applicability, self.confidence, self.message,
            self.start, self.end, self.line, self.column, self.zone, self.text, edits, alternatives, self.evidence, self.witness, self.set_aside,
            self.characters, self.around];
        classes.finding.bind(py).call1(values)
    }
}
