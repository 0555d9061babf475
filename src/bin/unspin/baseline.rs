//! What was found before and is not to be told again: a file of hashes, or an older version of the documents.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::bail;
use unspin::{
    Checked, Evidence, Finding, Rules, Severity, Verdict,
    ledger::content_hash,
    report::{Origin, Past},
};

use crate::{
    config::absolute,
    inputs::reason,
    output::{counted, remark},
};

/// What was found in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The hash of its text.
    content: String,
    /// What it was convicted of.
    verdict: Option<Verdict>,
    /// How often each finding was reported: by the hash of rule and matched text.
    findings: Signs,
    /// How often each was not, because it gave way to another or a reviewer had rejected it. It is known nevertheless: what it gave way to
    /// may go, and decisions are taken back or lie elsewhere.
    aside: Signs,
}

/// Numbers of findings by what they are within their document.
type Signs = BTreeMap<String, usize>;

/// What documents are known by.
#[derive(Debug, Clone, Default)]
pub struct Names {
    folder: PathBuf,
}

/// What was found in many documents.
#[derive(Debug, Default)]
pub struct Baseline {
    names: Names,
    documents: HashMap<String, Found>,
    /// The rules in force then, by the hash of id and version.
    rules: HashSet<String>,
}

/// What became of the findings of a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sifted {
    /// What was known of the document.
    pub past: Past,
    /// Whether it was there, with the same text.
    pub same: bool,
    /// Findings that were known, and are gone from the plan.
    pub known: usize,
    /// Findings that only a newer rule makes, and that are information now.
    pub upgraded: usize,
}

/// The first line of the file.
const HEADER: &str = "unspin baseline 1";

/// Before a finding that was not reported.
const ASIDE: &str = "-";

/// Where there are more documents, those without findings are not listed.
const LISTED: usize = 100_000;

impl Found {
    /// What is found in a document.
    pub fn of(raw: &[u8], checked: &Checked) -> Self {
        let plan = &checked.plan;
        let findings = signs(plan.applied.iter().chain(&plan.shown), checked);
        Self { content: content_hash(raw)[..16].to_owned(), verdict: convicted(checked), findings, aside: aside(checked) }
    }

    /// Takes what was found before out of what is found now. `newer` says which rules were not there then.
    pub fn sift(&self, raw: &[u8], checked: &mut Checked, newer: impl Fn(&Finding) -> bool) -> Sifted {
        let past = if self.verdict.is_some() { Past::Convicted } else { Past::New };
        let same = content_hash(raw)[..16] == self.content;
        let mut sifted = Sifted { past, same, ..Sifted::default() };
        let mut left = self.findings.clone();
        // What is set aside now as it was then does not speak for anything else.
        let now = aside(checked);
        for (sign, count) in &self.aside {
            *left.entry(sign.clone()).or_default() += count.saturating_sub(now.get(sign).copied().unwrap_or(0));
        }
        let plan = &checked.plan;
        let mut standing: Vec<&Finding> = plan.applied.iter().chain(&plan.shown).collect();
        standing.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        let mut known = HashSet::new();
        for finding in standing {
            let count = left.get_mut(&sign(finding, checked)).filter(|it| **it > 0);
            if let Some(count) = count {
                *count -= 1;
                known.insert((finding.rule.clone(), finding.span));
            }
        }
        sifted.known = known.len();
        let mut plan = std::mem::take(&mut checked.plan);
        let new = |it: &Finding| !known.contains(&(it.rule.clone(), it.span));
        plan.applied.retain(new);
        plan.shown.retain(new);
        // What gives way to another is told with it, or not at all.
        plan.set_aside.retain(|(it, _)| {
            let sign = sign(it, checked);
            !self.findings.contains_key(&sign) && !self.aside.contains_key(&sign)
        });
        for finding in plan.applied.iter_mut().chain(&mut plan.shown) {
            // In a text that did not change, only what unspin knows can have.
            if same || newer(finding) {
                finding.severity = Severity::Info;
                finding.evidence.push(Evidence::Upgrade);
                sifted.upgraded += 1;
            }
        }
        checked.plan = plan;
        sifted
    }
}

/// How often each finding that is not reported is made.
fn aside(checked: &Checked) -> Signs {
    signs(checked.plan.set_aside.iter().map(|it| &it.0).chain(&checked.plan.rejected), checked)
}

fn signs<'f>(findings: impl Iterator<Item = &'f Finding>, checked: &Checked) -> Signs {
    let mut signs = Signs::new();
    for finding in findings {
        *signs.entry(sign(finding, checked)).or_default() += 1;
    }
    signs
}

/// What a finding is within its document.
fn sign(finding: &Finding, checked: &Checked) -> String {
    let matched = &checked.document.text()[finding.span.range()];
    content_hash(format!("{}\0{matched}", finding.rule).as_bytes())[..8].to_owned()
}

fn convicted(checked: &Checked) -> Option<Verdict> {
    Some(checked.assessment.verdict).filter(|it| matches!(it, Verdict::Spun | Verdict::Translated))
}

fn rule_hash(id: &str, version: u32) -> String {
    content_hash(format!("{id}\0{version}").as_bytes())[..8].to_owned()
}

impl Names {
    /// The names in a baseline, which tells files by their paths from its folder.
    pub fn beside(baseline: &Path) -> Self {
        Self { folder: absolute(baseline).parent().map(Path::to_owned).unwrap_or_default() }
    }

    /// What a document is known by: a record by its id and field, wherever it lies; one without an id by its text; a file by its path
    /// from the folder of the baseline.
    pub fn name(&self, origin: &Origin, raw: &[u8]) -> String {
        let whole = match &origin.record {
            Some(record) => match &record.id {
                Some(id) => format!("record\0{id}\0{}", record.field),
                None => format!("text\0{}\0{}", content_hash(raw), record.field),
            },
            None => {
                let path = absolute(Path::new(&origin.file));
                format!("file\0{}", path.strip_prefix(&self.folder).unwrap_or(&path).display())
            }
        };
        content_hash(whole.as_bytes())[..16].to_owned()
    }
}

impl Baseline {
    /// The one in a file.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                bail!("{shown}: no such baseline; the same command with --update-baseline writes it")
            }
            Err(error) => bail!("{shown}: {}", reason(&error)),
        };
        let mut baseline = Self { names: Names::beside(path), ..Self::default() };
        let mut lines = text.lines().enumerate();
        if lines.next().is_none_or(|(_, it)| it != HEADER) {
            bail!("{shown}: not a baseline of unspin");
        }
        for (index, line) in lines {
            let mut words = line.split(' ');
            match words.next() {
                Some("rules") => baseline.rules.extend(words.map(str::to_owned)),
                Some("found") => match document(words) {
                    Some((id, found)) => {
                        baseline.documents.insert(id, found);
                    }
                    None => bail!("{shown}, line {}: not a line of a baseline", index + 1),
                },
                // Later versions may say more.
                _ => {}
            }
        }
        Ok(baseline)
    }

    /// Takes what is in the baseline out of what is found in a document.
    pub fn sift(&self, origin: &Origin, raw: &[u8], checked: &mut Checked) -> Sifted {
        let Some(found) = self.documents.get(&self.names.name(origin, raw)) else {
            return Sifted { past: Past::New, ..Sifted::default() };
        };
        found.sift(raw, checked, |it| !self.rules.contains(&rule_hash(it.rule.as_str(), it.rule_version)))
    }

    /// Adds what is found in a document. Two of one name share what they may hold.
    pub fn add(&mut self, name: String, found: Found) {
        let here = self.documents.entry(name).or_default();
        for (signs, more) in [(&mut here.findings, &found.findings), (&mut here.aside, &found.aside)] {
            for (sign, count) in more {
                let most = signs.entry(sign.clone()).or_default();
                *most = (*most).max(*count);
            }
        }
        here.content = found.content;
        here.verdict = here.verdict.max(found.verdict);
    }

    /// Writes it, in place of an older one.
    pub fn write(&self, path: &Path, old: Option<&Self>, rules: &Rules) -> anyhow::Result<()> {
        let mut text = format!("{HEADER}\nversion {}\n", env!("CARGO_PKG_VERSION"));
        let mut hashes: Vec<String> = rules.book().rules.iter().map(|it| rule_hash(it.id.as_str(), it.version)).collect();
        hashes.sort();
        for line in hashes.chunks(12) {
            let _ = writeln!(text, "rules {}", line.join(" "));
        }
        let sorted: BTreeMap<_, _> = self.documents.iter().collect();
        for (id, found) in sorted {
            if self.documents.len() > LISTED && found.findings.is_empty() && found.aside.is_empty() {
                continue;
            }
            let _ = write!(text, "found {id} {} {}", found.content, found.verdict.map_or("-", Verdict::as_str));
            for (mark, signs) in [("", &found.findings), (ASIDE, &found.aside)] {
                for (sign, count) in signs {
                    let _ = if *count == 1 { write!(text, " {mark}{sign}") } else { write!(text, " {mark}{sign}*{count}") };
                }
            }
            text.push('\n');
        }
        let written = if path.exists() { crate::drafts::replace(path, text.as_bytes(), path) } else { fs::write(path, &text) };
        written.map_err(|it| anyhow::anyhow!("cannot write {}: {}", path.display(), reason(&it)))?;
        let documents = self.documents.values().filter(|it| !it.findings.is_empty()).count();
        let mut told = format!("{}: {} in {}", path.display(), counted(self.count(), "finding"), counted(documents, "document"));
        if let Some(old) = old {
            let (added, gone) = (self.missing_in(old), old.missing_in(self));
            let _ = write!(told, "; {added} more and {gone} fewer than before");
        }
        remark(&format_args!("{told}"));
        Ok(())
    }

    fn count(&self) -> usize {
        self.documents.values().flat_map(|it| it.findings.values()).sum()
    }

    /// How many of its findings another does not hold.
    fn missing_in(&self, other: &Self) -> usize {
        let held = |name: &String, sign: &String| other.documents.get(name).and_then(|it| it.findings.get(sign)).copied().unwrap_or(0);
        let counts = self
            .documents
            .iter()
            .flat_map(|(name, found)| found.findings.iter().map(move |(sign, count)| count.saturating_sub(held(name, sign))));
        counts.sum()
    }
}

/// The words of a line behind its first.
fn document<'w>(mut words: impl Iterator<Item = &'w str>) -> Option<(String, Found)> {
    let (id, content) = (words.next()?.to_owned(), words.next()?.to_owned());
    let verdict = match words.next()? {
        "spun" => Some(Verdict::Spun),
        "translated" => Some(Verdict::Translated),
        "-" => None,
        _ => return None,
    };
    let mut found = Found { content, verdict, ..Found::default() };
    for word in words {
        let (signs, word) = word.strip_prefix(ASIDE).map_or((&mut found.findings, word), |it| (&mut found.aside, it));
        let (sign, count) = word.split_once('*').unwrap_or((word, "1"));
        signs.insert(sign.to_owned(), count.parse().ok()?);
    }
    Some((id, found))
}

#[cfg(test)]
mod tests {
    use unspin::{Cleaner, report::Record};

    use super::*;

    fn record(file: &str, line: usize, id: Option<&str>) -> Origin {
        let record = Record { line, id: id.map(str::to_owned), field: "text".to_owned() };
        Origin { file: file.to_owned(), record: Some(record) }
    }

    /// How many findings are new in a text.
    fn new(baseline: &Baseline, origin: &Origin, text: &str) -> usize {
        let mut checked = Cleaner::new().check(text);
        baseline.sift(origin, text.as_bytes(), &mut checked);
        checked.plan.applied.len() + checked.plan.shown.len()
    }

    #[test]
    fn records_are_known_wherever_they_lie() {
        let (old, text) = ("It rained on the the harbour.", "She left for the the airport.");
        let mut baseline = Baseline::default();
        let rules = Cleaner::new();
        baseline.rules = rules.rules().book().rules.iter().map(|it| rule_hash(it.id.as_str(), it.version)).collect();
        for (origin, text) in [(record("a.jsonl", 1, Some("x")), old), (record("a.jsonl", 2, None), text)] {
            baseline.add(baseline.names.name(&origin, text.as_bytes()), Found::of(text.as_bytes(), &rules.check(text)));
        }
        assert_eq!(new(&baseline, &record("part-2.jsonl", 7, Some("x")), old), 0);
        assert_eq!(new(&baseline, &record("part-2.jsonl", 9, None), text), 0, "one without an id is known by its text");
        assert_eq!(new(&baseline, &record("a.jsonl", 1, Some("y")), old), 1, "another record");
        assert_eq!(new(&baseline, &record("a.jsonl", 1, Some("x")), &format!("{old} It rained on the the quay.")), 1);
        assert_eq!(new(&baseline, &record("a.jsonl", 2, None), &format!("{text} No.")), 1, "no document is forgiven for another");
    }

    #[test]
    fn a_line_is_read_as_it_is_written() {
        let (id, found) = document("0a 0b spun 0c 0d*3 -0c*2".split(' ')).expect("it is a line");
        assert_eq!((id.as_str(), found.content.as_str(), found.verdict), ("0a", "0b", Some(Verdict::Spun)));
        assert_eq!(found.findings.into_iter().collect::<Vec<_>>(), [("0c".to_owned(), 1), ("0d".to_owned(), 3)]);
        assert_eq!(found.aside.into_iter().collect::<Vec<_>>(), [("0c".to_owned(), 2)]);
        assert!(document("0a 0b spam".split(' ')).is_none());
        assert!(document("0a 0b - 0c*x".split(' ')).is_none());
    }
}
