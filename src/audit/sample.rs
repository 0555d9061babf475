//! Proposals drawn at random by rule, and documents in which nothing is proposed: what an audit asks people about.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::{Deserialize, Serialize};

use super::draw::{Draw, mixed};
use crate::{
    decision::Decision,
    ledger::content_hash,
    report::{Origin, Report},
};

/// How a sample is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What chance begins with.
    pub seed: u64,
    /// What is drawn from, one by one.
    pub by: Stratum,
    /// So many proposals of each at most.
    pub per_rule: usize,
    /// So many documents at most in which nothing is proposed.
    pub documents: usize,
}

/// What figures are wanted of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stratum {
    /// Each rule.
    Rule,
    /// Each family of rules.
    Family,
    /// Each pack.
    Pack,
}

impl Stratum {
    /// The beginning of a rule's id that names what it belongs to.
    #[must_use]
    pub fn of(self, rule: &str) -> &str {
        let slashes = match self {
            Self::Rule => return rule,
            Self::Family => 1,
            Self::Pack => 0,
        };
        rule.match_indices('/').nth(slashes).map_or(rule, |(end, _)| &rule[..end])
    }
}

/// Draws a sample while documents go by.
#[derive(Debug, Clone)]
pub struct Sampler {
    plan: Plan,
    documents: u64,
    strata: BTreeMap<String, Draw<Drawn>>,
    silent: Draw<Decision>,
}

/// A proposal that was drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// How sure the program was.
    pub confidence: f64,
    /// What is to be decided.
    pub open: Decision,
}

/// A line of a sample's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// The first: how the sample was drawn, and of what.
    Sample(Head),
    /// What a rule, a family or a pack proposes in all documents.
    Rule {
        /// Its name.
        id: String,
        /// How many proposals there are.
        proposed: u64,
    },
    /// A proposal to be decided.
    Place(Drawn),
    /// A document in which nothing is proposed: accepted where that is right, missed where something should have been.
    Document(Decision),
}

/// How a sample was drawn, and of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of the program.
    pub unspin: String,
    /// Hash of the rules that were in force.
    pub rules: String,
    /// How it was drawn.
    pub plan: Plan,
    /// How many documents there were.
    pub documents: u64,
    /// In how many of them nothing is proposed.
    pub silent: u64,
}

impl Sampler {
    /// A sampler that has seen nothing.
    #[must_use]
    pub const fn new(plan: Plan) -> Self {
        Self { plan, documents: 0, strata: BTreeMap::new(), silent: Draw::new(plan.documents) }
    }

    /// A document goes by. Ranks come from keys, so that neither order nor number of workers matters.
    pub fn add(&mut self, report: &Report<'_>) {
        self.documents += 1;
        let mut proposes = false;
        for entry in report.standing().filter(|it| it.finding.fix.is_some()) {
            proposes = true;
            let stratum = self.plan.by.of(entry.finding.rule.as_str());
            let draw = self.strata.entry(stratum.to_owned()).or_insert_with(|| Draw::new(self.plan.per_rule));
            let open = || Decision::open(report.origin, entry, &report.checked.document);
            draw.offer(rank(self.plan.seed, &entry.key), || Drawn { confidence: entry.finding.confidence.fraction(), open: open() });
        }
        if !proposes {
            let open = question(report.origin, report.checked.document.text());
            self.silent.offer(rank(self.plan.seed, &open.key), || open.clone());
        }
    }

    /// How many proposals are drawn so far.
    #[must_use]
    pub fn places(&self) -> usize {
        self.strata.values().map(Draw::len).sum()
    }

    /// How many documents without any are drawn so far.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.silent.len()
    }

    /// Writes the sample, a line each; `rules` names the rules in force.
    ///
    /// # Errors
    /// Where the writer fails.
    pub fn write(self, rules: String, out: &mut dyn Write) -> io::Result<()> {
        let unspin = env!("CARGO_PKG_VERSION").to_owned();
        let head = Head { unspin, rules, plan: self.plan, documents: self.documents, silent: self.silent.offered() };
        write_line(&Line::Sample(head), out)?;
        for (id, draw) in self.strata {
            write_line(&Line::Rule { id, proposed: draw.offered() }, out)?;
            for drawn in draw.drawn() {
                write_line(&Line::Place(drawn), out)?;
            }
        }
        self.silent.drawn().into_iter().try_for_each(|it| write_line(&Line::Document(it), out))
    }
}

fn write_line(line: &Line, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// The place of a key in a draw: keys are hashes, and the seed shuffles them.
fn rank(seed: u64, key: &str) -> u64 {
    mixed(seed, u64::from_str_radix(key, 16).unwrap_or_default())
}

/// The question whether anything was missed in a document: accepted where nothing was.
#[must_use]
pub fn question(origin: &Origin, text: &str) -> Decision {
    let named = format!("whole\0{}\0{}", origin.file, origin.lasting(text).join("\0"));
    let key = content_hash(named.as_bytes())[..16].to_owned();
    let content = origin.is_nameless().then(|| content_hash(text.as_bytes()));
    let open = serde_json::json!({
        "key": key, "decision": "open", "scope": "document", "file": origin.file, "record": origin.record, "content": content, "drawn": true
    });
    serde_json::from_value(open).expect("a key and a word are enough")
}

/// A sample as it was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// How, and of what.
    pub head: Head,
    /// How many proposals each rule makes in all documents.
    pub proposed: BTreeMap<String, u64>,
    /// The proposals that were drawn.
    pub places: Vec<Drawn>,
    /// The documents that were drawn, in which nothing is proposed.
    pub documents: Vec<Decision>,
}

/// What is wrong with the file of a sample.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: not a sample of unspin: {why}")]
pub struct SampleError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

impl Sample {
    /// Whether a file begins as a sample does.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.starts_with("{\"sample\":")
    }

    /// Reads the file of a sample.
    ///
    /// # Errors
    /// Where a line is none of a sample, or the first does not say how it was drawn.
    pub fn read(text: &str) -> Result<Self, SampleError> {
        let mut lines = text.lines().enumerate().map(|(index, line)| {
            let told = |why: serde_json::Error| SampleError { line: index + 1, why: why.to_string() };
            serde_json::from_str(line).map_err(told)
        });
        let Some(Line::Sample(head)) = lines.next().transpose()? else {
            return Err(SampleError { line: 1, why: "it does not say how it was drawn".to_owned() });
        };
        let mut sample = Self { head, proposed: BTreeMap::new(), places: Vec::new(), documents: Vec::new() };
        for line in lines {
            match line? {
                Line::Sample(_) => {}
                Line::Rule { id, proposed } => {
                    sample.proposed.insert(id, proposed);
                }
                Line::Place(drawn) => sample.places.push(drawn),
                Line::Document(open) => sample.documents.push(open),
            }
        }
        Ok(sample)
    }

    /// The files that hold what was drawn, each once.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = self.open().map(|it| it.file.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Everything that is to be decided.
    pub fn open(&self) -> impl Iterator<Item = &Decision> {
        self.places.iter().map(|it| &it.open).chain(&self.documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::Cleaner;

    #[test]
    fn a_rule_belongs_to_a_family_and_a_pack() {
        let check = |by: Stratum, expect: &str| assert_eq!(by.of("spin/war/struggle"), expect);
        check(Stratum::Rule, "spin/war/struggle");
        check(Stratum::Family, "spin/war");
        check(Stratum::Pack, "spin");
    }

    #[test]
    fn what_is_drawn_does_not_depend_on_the_order_of_documents() {
        let cleaner = Cleaner::new();
        let texts = ["It rained in the the harbour.", "Nothing is wrong here.", "A boat , and the the pier.", "All is well."];
        let documents: Vec<_> =
            texts.iter().enumerate().map(|(it, text)| (Origin::file(format!("{it}.txt")), cleaner.check(text))).collect();
        let drawn = |order: &[usize]| {
            let mut sampler = Sampler::new(Plan { seed: 7, by: Stratum::Rule, per_rule: 1, documents: 1 });
            order.iter().map(|&it| &documents[it]).for_each(|(origin, checked)| sampler.add(&Report::new(origin, checked)));
            let mut out = Vec::new();
            sampler.write("rules".to_owned(), &mut out).expect("memory takes anything");
            String::from_utf8(out).expect("it is UTF-8")
        };
        let file = drawn(&[0, 1, 2, 3]);
        assert_eq!(file, drawn(&[3, 1, 0, 2]));
        let sample = Sample::read(&file).expect("it is one");
        assert!(Sample::is_one(&file));
        assert_eq!((sample.head.documents, sample.head.silent, sample.documents.len()), (4, 2, 1));
        assert_eq!(sample.proposed["spacing/repeats/function-word"], 2);
        assert_eq!(sample.places.len(), 2, "one of each rule");
    }
}
