//! `unspin compare`: what two runs of `check` found, side by side.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::Write as _,
    path::Path,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use unspin::diff::printable;

use crate::{
    args::{CompareArgs, SummaryFormat},
    inputs::reason,
    output::{Done, Output, counted},
};

/// A finding as `check --format jsonl` prints it, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Finding {
    key: String,
    file: String,
    record: Option<Record>,
    rule: String,
    rule_version: u32,
    severity: String,
    applicability: String,
    confidence: f64,
    line: usize,
    column: usize,
    text: String,
    edits: Vec<Edit>,
    set_aside: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Record {
    line: usize,
    id: Option<String>,
    field: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Edit {
    replacement: String,
}

/// What became of the findings of a rule.
#[derive(Debug, Default, Serialize)]
struct Changes {
    appeared: Vec<String>,
    vanished: Vec<String>,
    changed: Vec<String>,
}

/// So many examples are shown of each kind.
const EXAMPLES: usize = 20;

pub fn run(args: &CompareArgs) -> anyhow::Result<Done> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let (by_old, by_new) = (by_key(&old), by_key(&new));
    let mut rules: BTreeMap<&str, Changes> = BTreeMap::new();
    for (key, it) in keys(&new).zip(&new) {
        let changes = rules.entry(&it.rule).or_default();
        match by_old.get(&key) {
            None => changes.appeared.push(it.told()),
            Some(before) => changes.changed.extend(it.changed(before)),
        }
    }
    for (_, it) in keys(&old).zip(&old).filter(|it| !by_new.contains_key(&it.0)) {
        rules.entry(&it.rule).or_default().vanished.push(it.told());
    }
    rules.retain(|_, it| it.count() > 0);
    let mut out = Output::new(args.color);
    match args.format {
        SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(&rules)?)?,
        SummaryFormat::Text => {
            for line in shown(&rules, old.len(), new.len()) {
                writeln!(out, "{line}")?;
            }
        }
    }
    out.flush()?;
    Ok(Done::Nothing)
}

/// The findings of a run that stand, in its order.
fn read(path: &Path) -> anyhow::Result<Vec<Finding>> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|it| anyhow::anyhow!("{shown}: {}", reason(&it)))?;
    let mut findings: Vec<Finding> = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text).with_context(|| format!("{shown}: not what `check --format json` prints"))?
    } else {
        let lines = text.lines().enumerate().filter(|it| !it.1.trim().is_empty());
        let read = lines.map(|(index, line)| {
            serde_json::from_str(line).with_context(|| format!("{shown}, line {}: not what `check --format jsonl` prints", index + 1))
        });
        read.collect::<Result<_, _>>()?
    };
    findings.retain(|it| it.set_aside.is_none());
    Ok(findings)
}

/// What each finding is known by: its key, and how many have had it before. Records share keys that share an id or, without one, a text.
fn keys(findings: &[Finding]) -> impl Iterator<Item = (&str, usize)> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    findings.iter().map(move |it| {
        let times = seen.entry(&it.key).or_default();
        *times += 1;
        (it.key.as_str(), *times)
    })
}

fn by_key(findings: &[Finding]) -> HashMap<(&str, usize), &Finding> {
    keys(findings).zip(findings).collect()
}

impl Finding {
    fn told(&self) -> String {
        let record = self.record.as_ref().map_or_else(String::new, |it| {
            let id = it.id.as_ref().map_or_else(String::new, |it| format!(" {it}"));
            format!(":{} {}{id}", it.line, it.field)
        });
        printable(&format!("{}{record}:{}:{} “{}”{}", self.file, self.line, self.column, self.text, self.replaced()))
    }

    fn replaced(&self) -> String {
        self.edits.last().map_or_else(String::new, |it| format!(" → “{}”", it.replacement))
    }

    /// What is said of it that was not said before.
    fn changed(&self, before: &Self) -> Option<String> {
        let mut told = Vec::new();
        let mut differ = |what: &str, old: String, new: String| {
            if old != new {
                told.push(format!("{what} {old} → {new}"));
            }
        };
        differ("version", before.rule_version.to_string(), self.rule_version.to_string());
        differ("severity", before.severity.clone(), self.severity.clone());
        differ("applicability", before.applicability.clone(), self.applicability.clone());
        differ("confidence", format!("{:.2}", before.confidence), format!("{:.2}", self.confidence));
        differ("edit", before.replaced(), self.replaced());
        (!told.is_empty()).then(|| format!("{} ({})", self.told(), printable(&told.join(", "))))
    }
}

impl Changes {
    fn count(&self) -> usize {
        self.appeared.len() + self.vanished.len() + self.changed.len()
    }

    fn kinds(&self) -> [(&'static str, char, &Vec<String>); 3] {
        [("appeared", '+', &self.appeared), ("vanished", '-', &self.vanished), ("changed", '~', &self.changed)]
    }

    fn line(&self) -> String {
        let counts = self.kinds().into_iter().filter(|it| !it.2.is_empty()).map(|(what, _, which)| format!("{} {what}", which.len()));
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// The rules, those with most changes first, and what became of all.
fn shown(rules: &BTreeMap<&str, Changes>, old: usize, new: usize) -> Vec<String> {
    let mut sorted: Vec<_> = rules.iter().collect();
    sorted.sort_by(|(a, a_changes), (b, b_changes)| b_changes.count().cmp(&a_changes.count()).then(a.cmp(b)));
    let mut lines = Vec::new();
    let mut total = [0; 3];
    for (rule, changes) in sorted {
        lines.push(format!("{rule}: {}", changes.line()));
        for (index, (_, mark, which)) in changes.kinds().into_iter().enumerate() {
            total[index] += which.len();
            lines.extend(which.iter().take(EXAMPLES).map(|it| format!("  {mark} {it}")));
            lines.extend((which.len() > EXAMPLES).then(|| format!("  {mark} and {} more", which.len() - EXAMPLES)));
        }
        lines.push(String::new());
    }
    let [appeared, vanished, changed] = total;
    lines.push(format!("{}, then {new}: {appeared} appeared, {vanished} vanished, {changed} changed", counted(old, "finding")));
    lines
}
