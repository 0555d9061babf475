//! What a corpus is like: verdicts, findings by rule and by source, lengths, chances, months, and the worst documents.
//!
//! A [`Profiler`] takes one document after the other and holds no text but the excerpts of the worst: its memory does not grow with the
//! corpus. A [`Profile`] is what it came to; it can be kept as JSON, shown as a page, and set beside an earlier one.

mod bounded;
mod chance;
mod change;
mod page;
mod plot;
mod seen;
mod sort;
mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    bounded::{Bounded, Count},
    chance::{Tail, binomial, hypergeometric},
    change::{Change, change},
    page::write_page,
    seen::Seen,
    sort::{Grouping, NOWHERE, host, month, month_of},
    text::{percent, write_text},
};
use crate::weigh::Verdict;

/// So many sources are counted at once. Where there are more, those with the fewest documents are counted together.
pub const SOURCES: usize = 10_000;

/// What is counted of some documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// All documents.
    pub documents: usize,
    /// Their words.
    pub words: usize,
    /// Documents that could not be judged.
    pub unassessed: usize,
    /// Those that are as somebody wrote them.
    pub clean: usize,
    /// Those that may be spun.
    pub suspect: usize,
    /// Those that are spun.
    pub spun: usize,
    /// Those that are translated.
    pub translated: usize,
    /// Documents with a finding that counts.
    pub found: usize,
    /// Findings that are not only shown.
    pub findings: usize,
    /// Findings by the first part of their rules.
    pub packs: BTreeMap<String, usize>,
}

impl Counts {
    /// How many documents have a verdict.
    #[must_use]
    pub const fn of(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Unassessed => self.unassessed,
            Verdict::Clean => self.clean,
            Verdict::Suspect => self.suspect,
            Verdict::Spun => self.spun,
            Verdict::Translated => self.translated,
        }
    }

    /// How many could be judged.
    #[must_use]
    pub const fn assessed(&self) -> usize {
        self.documents.saturating_sub(self.unassessed)
    }

    /// How many are spun or translated.
    #[must_use]
    pub const fn convicted(&self) -> usize {
        self.spun + self.translated
    }
}

impl Count for Counts {
    fn weight(&self) -> usize {
        self.documents
    }

    fn join(&mut self, other: &Self) {
        self.documents += other.documents;
        self.words += other.words;
        self.unassessed += other.unassessed;
        self.clean += other.clean;
        self.suspect += other.suspect;
        self.spun += other.spun;
        self.translated += other.translated;
        self.found += other.found;
        self.findings += other.findings;
        for (pack, count) in &other.packs {
            *self.packs.entry(pack.clone()).or_default() += count;
        }
    }
}

/// All verdicts, the worst first.
pub const VERDICTS: [Verdict; 5] = [Verdict::Spun, Verdict::Translated, Verdict::Suspect, Verdict::Clean, Verdict::Unassessed];

/// What a corpus is like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The version of the program.
    pub unspin: String,
    /// What names the rules in force.
    pub rules_hash: String,
    /// What sources are.
    pub grouped_by: String,
    /// The field that holds dates, where one was named.
    pub dated_by: Option<String>,
    /// All documents.
    pub total: Counts,
    /// Sources, those with the most convicted documents first.
    pub sources: Vec<Source>,
    /// Sources with few documents that are counted together; all of them are 0 where there were no more than [`SOURCES`].
    pub other_sources: Counts,
    /// Findings by rule.
    pub rules: BTreeMap<String, RuleCount>,
    /// Documents by their words: see [`LENGTHS`].
    pub lengths: Vec<usize>,
    /// Documents that could be judged by their chance of being spun, in twentieths.
    pub spun: Vec<usize>,
    /// The same of being translated.
    pub translated: Vec<usize>,
    /// Documents by month.
    pub months: BTreeMap<String, Counts>,
    /// Documents without a date that can be read.
    pub undated: usize,
    /// The worst documents, the worst first.
    pub worst: Vec<Worst>,
}

/// A source and its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is called.
    pub name: String,
    /// Its documents.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What a rule found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    /// Findings.
    pub findings: usize,
    /// Documents that they stand in.
    pub documents: usize,
}

/// A document of the worst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worst {
    /// The file, and of a record its line, field and id.
    pub name: String,
    /// The verdict.
    pub verdict: String,
    /// The chance that it is so.
    pub chance: f64,
    /// Why.
    pub reason: String,
    /// How many words it has.
    pub words: usize,
    /// How much was found in it.
    pub findings: usize,
    /// The most telling places.
    pub excerpts: Vec<Excerpt>,
}

/// A place of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// What stands before it.
    pub before: String,
    /// What stands there.
    pub text: String,
    /// What it becomes, where a fix is proposed.
    pub becomes: Option<String>,
    /// What stands behind it.
    pub after: String,
    /// The rule.
    pub rule: String,
}

/// From so many words on a document counts for the next column of [`Profile::lengths`].
pub const LENGTHS: [usize; 22] =
    [0, 25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1_200, 1_600, 2_400, 3_200, 4_800, 6_400, 9_600, 12_800, 25_600, 51_200, 102_400];

/// So many columns chances have.
const CHANCES: usize = 20;

/// Counts documents, one after the other.
#[derive(Debug)]
pub struct Profiler {
    profile: Profile,
    sources: Bounded<String, Counts>,
    worst: usize,
}

impl Profiler {
    /// One that has seen nothing, and keeps so many of the worst documents.
    #[must_use]
    pub fn new(grouped_by: &Grouping, dated_by: Option<&str>, worst: usize) -> Self {
        let profile = Profile {
            unspin: env!("CARGO_PKG_VERSION").to_owned(),
            grouped_by: grouped_by.name().to_owned(),
            dated_by: dated_by.map(str::to_owned),
            lengths: vec![0; LENGTHS.len()],
            spun: vec![0; CHANCES],
            translated: vec![0; CHANCES],
            ..Profile::default()
        };
        Self { profile, sources: Bounded::new(SOURCES), worst }
    }

    /// Counts a document. Of two that are as bad, the first counts as the worse.
    pub fn add(&mut self, seen: Seen) {
        let profile = &mut self.profile;
        let counts = &seen.counts;
        profile.total.join(counts);
        profile.lengths[LENGTHS.partition_point(|it| *it <= counts.words) - 1] += 1;
        if let Some((spun, translated)) = seen.chances {
            let column = |chance: u32| (chance as usize * CHANCES / 1_000_000).min(CHANCES - 1);
            profile.spun[column(spun)] += 1;
            profile.translated[column(translated)] += 1;
        }
        for (rule, findings) in seen.rules {
            let count = profile.rules.entry(rule).or_default();
            count.findings += findings;
            count.documents += 1;
        }
        match seen.month {
            Some(month) => profile.months.entry(month).or_default().join(counts),
            None if profile.dated_by.is_some() => profile.undated += 1,
            None => {}
        }
        if let Some(worst) = seen.worst.filter(|_| self.worst > 0) {
            let place = profile.worst.partition_point(|it| it.rank() >= worst.rank());
            profile.worst.insert(place, worst);
            profile.worst.truncate(self.worst);
        }
        self.sources.add(seen.source, counts);
    }

    /// What it came to; `rules_hash` names the rules in force.
    #[must_use]
    pub fn finish(mut self, rules_hash: String) -> Profile {
        let (sources, others) = self.sources.take();
        let mut sources: Vec<Source> = sources.into_iter().map(|(name, counts)| Source { name, counts }).collect();
        let order = |it: &Source| (it.counts.convicted(), it.counts.suspect, it.counts.findings, it.counts.documents);
        sources.sort_by(|a, b| order(b).cmp(&order(a)).then_with(|| a.name.cmp(&b.name)));
        Profile { rules_hash, sources, other_sources: others, ..self.profile }
    }
}

impl Worst {
    /// The greater, the worse: first the verdict, then how much was found.
    fn rank(&self) -> (bool, bool, usize) {
        let is = |verdict: Verdict| self.verdict == verdict.as_str();
        (is(Verdict::Spun) || is(Verdict::Translated), is(Verdict::Suspect), self.findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cleaner::Cleaner,
        report::{Origin, Record},
    };

    pub(super) fn profile(texts: &[(&str, &str, &str)]) -> Profile {
        let cleaner = Cleaner::new();
        let grouping = Grouping::Source;
        let mut profiler = Profiler::new(&grouping, Some("date"), 10);
        for (line, (id, date, text)) in texts.iter().enumerate() {
            let record = Record { line: line + 1, id: Some((*id).to_owned()), field: "text".to_owned() };
            let origin = Origin { file: "a.jsonl".to_owned(), record: Some(record) };
            let field = |name: &str| (name == "date").then(|| (*date).to_owned());
            profiler.add(Seen::new(&origin, &cleaner.check(text), &grouping, Some("date"), &field));
        }
        profiler.finish("0".to_owned())
    }

    #[test]
    fn documents_are_counted_by_source_month_and_rule() {
        let profile = profile(&[
            ("https://www.a.example/1", "2024-01-03", "They met on the the pier."),
            ("https://a.example/2", "2024-02-03", "They met on the pier."),
            ("https://b.example/1", "never", "They met on the the pier, and left the the harbour."),
        ]);
        let sources: Vec<_> = profile.sources.iter().map(|it| (it.name.as_str(), it.counts.documents, it.counts.findings)).collect();
        assert_eq!(sources, [("b.example", 1, 2), ("a.example", 2, 1)]);
        let months: Vec<_> = profile.months.iter().map(|(month, it)| (month.as_str(), it.found)).collect();
        assert_eq!(months, [("2024-01", 1), ("2024-02", 0)]);
        assert_eq!((profile.undated, profile.total.unassessed, profile.lengths[0]), (1, 3, 3));
        let rule = profile.rules["spacing/repeats/function-word"];
        assert_eq!((rule.findings, rule.documents), (3, 2));
        let worst: Vec<_> = profile.worst.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(worst, ["a.jsonl:3 text https://b.example/1", "a.jsonl:1 text https://www.a.example/1"]);
        let excerpt = &profile.worst[1].excerpts[0];
        assert_eq!((excerpt.before.as_str(), excerpt.text.as_str(), excerpt.after.as_str()), ("They met on the", " the", " pier."));
        let kept = serde_json::to_string(&profile).expect("it is JSON");
        assert_eq!(serde_json::from_str::<Profile>(&kept).expect("it is a profile"), profile);
    }
}
