//! All that was decided, and which decision speaks of a finding.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    path::Path,
};

use super::{Around, Choice, Decision, Scope, proposed};
use crate::{
    cleaner::Checked,
    finding::RuleId,
    ledger::content_hash,
    report::{Entry, Origin, Report},
    span::Span,
};

/// The decisions in force, of one reviewer or several.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    all: Vec<Decision>,
    // By what a document is known by: what was decided of places in it and of the whole. Records without an id are known by their texts
    // and, since these change, by their lines as well.
    by_document: HashMap<String, Vec<usize>>,
    // By what stands there and what is proposed: what was decided of many documents.
    by_change: HashMap<Change, Vec<usize>>,
    // By key: what was decided of places in records without an id, or of places of which nothing else is told.
    by_key: HashMap<String, Vec<usize>>,
    // Whether one of them speaks of a record without an id, and whether one names no document.
    of_nameless: bool,
    of_unnamed: bool,
    // Whether a place for which something else was written is left as it is, too.
    spares_edited: bool,
}

/// What stands there, and what is proposed.
type Change = (String, Option<String>);

/// What was decided of a proposal, by everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'d> {
    /// Nobody has settled it.
    Open,
    /// All who settled it agree.
    Settled(&'d Decision),
    /// Two who do not.
    Disputed(&'d Decision, &'d Decision),
}

impl Standing<'_> {
    /// Whether the text stays and nobody is asked again: somebody has rejected it.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        let says_so = |it: &Decision| matches!(it.decision, Choice::Rejected | Choice::Dropped);
        match self {
            Self::Open => false,
            Self::Settled(it) => says_so(it),
            Self::Disputed(a, b) => says_so(a) || says_so(b),
        }
    }
}

impl Decisions {
    /// The decisions that count on a day, such as `2026-11-22`, from all lines in their order: a later line of the same reviewer on the same
    /// proposal replaces the earlier one, and one of wider scope those of narrower.
    #[must_use]
    pub fn new(lines: impl IntoIterator<Item = Decision>, today: &str) -> Self {
        // By reviewer, key and what was proposed.
        type Proposal = (String, String, Option<String>);
        let mut latest: BTreeMap<Proposal, Vec<(usize, Decision)>> = BTreeMap::new();
        for (number, line) in lines.into_iter().enumerate() {
            let own = latest.entry((line.reviewer.clone(), line.key.clone(), line.proposed.clone())).or_default();
            own.retain(|(_, it)| it.scope > line.scope);
            own.push((number, line));
        }
        let mut all: Vec<(usize, Decision)> = latest.into_values().flatten().collect();
        all.retain(|(_, it)| it.until.as_deref().is_none_or(|until| until >= today));
        all.sort_by_key(|(number, _)| *number);
        let mut decisions = Self { all: all.into_iter().map(|(_, it)| it).collect(), ..Self::default() };
        for (at, it) in decisions.all.iter().enumerate() {
            match it.scope {
                Scope::Place | Scope::Document => {
                    let origin = Origin { file: it.file.clone(), record: it.record.clone() };
                    decisions.of_nameless |= origin.is_nameless();
                    decisions.of_unnamed |= origin.file.is_empty();
                    if origin.is_nameless() || origin.file.is_empty() {
                        decisions.by_key.entry(it.key.clone()).or_default().push(at);
                    }
                    for name in names(&origin, it.content.as_deref()) {
                        decisions.by_document.entry(name).or_default().push(at);
                    }
                }
                Scope::Source | Scope::Everywhere => {
                    decisions.by_change.entry((it.text.clone(), it.proposed.clone())).or_default().push(at);
                }
            }
        }
        decisions
    }

    /// The same for a run that changes texts: where a reviewer wrote something else, what is proposed is as good as rejected.
    #[must_use]
    pub fn sparing_edited(self) -> Self {
        Self { spares_edited: true, ..self }
    }

    /// All of them, in the order in which they were made.
    #[must_use]
    pub fn all(&self) -> &[Decision] {
        &self.all
    }

    /// The last answer to a question about a whole document.
    #[must_use]
    pub fn answer_to(&self, question: &Decision) -> Option<&Decision> {
        let answers = |it: &&Decision| it.key == question.key && (it.decision.settles() || it.decision == Choice::Missed);
        self.all.iter().rev().find(answers)
    }

    /// Whether any of them could speak of a document.
    #[must_use]
    pub fn touch(&self, origin: &Origin) -> bool {
        if origin.is_nameless() && self.of_nameless || self.of_unnamed || !self.by_change.is_empty() {
            return true;
        }
        names(origin, None).iter().any(|it| self.by_document.contains_key(it))
    }

    /// The decisions on a document and on places in it, in their order.
    fn of(&self, report: &Report<'_>) -> Vec<usize> {
        let origin = report.origin;
        let content = (origin.is_nameless() && self.of_nameless).then(|| content_hash(report.checked.document.text().as_bytes()));
        let known = names(origin, content.as_deref());
        let mut own: Vec<usize> = known.iter().filter_map(|it| self.by_document.get(it)).flatten().copied().collect();
        if content.is_some() || self.of_unnamed {
            own.extend(report.entries.iter().filter_map(|it| self.by_key.get(&it.key)).flatten());
        }
        own.sort_unstable();
        own.dedup();
        // Another record may lie on the line now: what was decided of the whole holds where words are left that it was decided at.
        own.retain(|&at| {
            let it = &self.all[at];
            let is_there =
                |entry: &Entry<'_>| entry.text == it.text && it.around.is_around(report.checked.document.text(), entry.finding.span);
            let same = it.content.is_none() || it.content == content || it.scope == Scope::Place;
            same || !it.asks_whole() && report.entries.iter().any(is_there)
        });
        own
    }

    /// What was decided of each entry of a report.
    #[must_use]
    pub fn standing(&self, report: &Report<'_>) -> Vec<Standing<'_>> {
        self.speak(report).iter().map(|it| self.agreed(it)).collect()
    }

    /// The same, with the numbers of the decisions that speak of entries, and of those on places of the document that speak of none:
    /// their texts are gone, or their proposals are.
    #[must_use]
    pub fn standing_and_gone(&self, report: &Report<'_>) -> (Vec<Standing<'_>>, Vec<usize>, Vec<usize>) {
        let spoken = self.speak(report);
        let standing = spoken.iter().map(|it| self.agreed(it)).collect();
        let mut spoken = spoken.concat();
        spoken.sort_unstable();
        spoken.dedup();
        let gone = self.of(report).into_iter().filter(|at| spoken.binary_search(at).is_err()).collect();
        (standing, spoken, gone)
    }

    fn agreed(&self, spoken: &[usize]) -> Standing<'_> {
        let mut settled = spoken.iter().map(|&at| &self.all[at]).filter(|it| it.decision.settles() || it.decision == Choice::Dropped);
        let Some(first) = settled.next() else { return Standing::Open };
        match settled.find(|it| (it.decision, &it.replacement) != (first.decision, &first.replacement)) {
            Some(other) => Standing::Disputed(first, other),
            None => Standing::Settled(first),
        }
    }

    /// The findings of a checked document that were rejected, and are not taken for such yet: their rules and spans.
    #[must_use]
    pub fn rejected(&self, origin: &Origin, checked: &Checked) -> Vec<(RuleId, Span)> {
        if !self.touch(origin) {
            return Vec::new();
        }
        let report = Report::whole(origin, checked);
        let standing = self.standing(&report);
        let edited = |it: &Standing<'_>| matches!(it, Standing::Settled(it) if it.decision == Choice::Edited);
        let spares = |it: &Standing<'_>| it.is_rejected() || self.spares_edited && edited(it);
        let rejected = report.entries.iter().zip(standing).filter(|(it, standing)| !it.finding.rejected && spares(standing));
        rejected.map(|(it, _)| (it.finding.rule.clone(), it.finding.span)).collect()
    }

    /// Which decisions speak of which entry: of each reviewer the one of the narrowest scope.
    fn speak(&self, report: &Report<'_>) -> Vec<Vec<usize>> {
        let text = report.checked.document.text();
        let changes: Vec<Change> = report.entries.iter().map(|it| (it.text.to_owned(), proposed(it.finding, text))).collect();
        let mut spoken: Vec<BTreeMap<&str, usize>> = vec![BTreeMap::new(); changes.len()];
        let none = Vec::new();
        let own = self.of(report);
        // The whole document goes before all, then the narrowest scope.
        for &at in own.iter().filter(|&&it| self.all[it].decision == Choice::Dropped) {
            for decided in &mut spoken {
                decided.insert(&self.all[at].reviewer, at);
            }
        }
        for (at, entry) in self.places(&own, report, &changes) {
            spoken[entry].entry(&self.all[at].reviewer).or_insert(at);
        }
        let same_source = |it: &Decision| it.scope == Scope::Everywhere || source(it) == of_source(report.origin);
        for (entry, change) in changes.iter().enumerate() {
            let documents = own.iter().rev().filter(|&&it| {
                let it = &self.all[it];
                it.scope == Scope::Document && (&it.text, &it.proposed) == (&change.0, &change.1)
            });
            let wide = self.by_change.get(change).unwrap_or(&none);
            let mut wide: Vec<&usize> = wide.iter().filter(|&&it| same_source(&self.all[it])).collect();
            wide.sort_by_key(|&&it| (self.all[it].scope, Reverse(it)));
            for &at in documents.chain(wide) {
                let it = &self.all[at];
                // Where nothing is proposed, it is the rule that is spoken of.
                if it.proposed.is_some() || it.rule == report.entries[entry].finding.rule.as_str() {
                    spoken[entry].entry(&it.reviewer).or_insert(at);
                }
            }
        }
        spoken.into_iter().map(|it| it.into_values().collect()).collect()
    }

    /// The decisions on single places beside the entries that they speak of. A key counts occurrences of a text, and so changes when an
    /// earlier one is corrected; the words around say then which place it was.
    fn places(&self, own: &[usize], report: &Report<'_>, changes: &[Change]) -> Vec<(usize, usize)> {
        type Group<'d> = (&'d str, &'d str, Option<&'d str>);
        let mut groups: HashMap<Group<'_>, (Vec<usize>, Vec<usize>)> = HashMap::new();
        // The same change by another rule is the same proposal; where nothing is proposed, it is the rule that is spoken of.
        let rule = |rule, proposed: &Option<String>| if proposed.is_some() { "" } else { rule };
        let mut found = Vec::new();
        for &at in own {
            let it = &self.all[at];
            if it.scope != Scope::Place || it.decision == Choice::Dropped || it.decision == Choice::Missed {
                continue;
            }
            // A line that was written by hand may name the key and nothing else.
            if it.rule.is_empty() && it.text.is_empty() {
                found.extend(report.entries.iter().position(|entry| entry.key == it.key).map(|entry| (at, entry)));
            } else {
                groups.entry((rule(&it.rule, &it.proposed), &it.text, it.proposed.as_deref())).or_default().0.push(at);
            }
        }
        for (entry, (text, proposed)) in changes.iter().enumerate() {
            let rule = rule(report.entries[entry].finding.rule.as_str(), proposed);
            if let Some(group) = groups.get_mut(&(rule, text.as_str(), proposed.as_deref())) {
                group.1.push(entry);
            }
        }
        for (decided, entries) in groups.into_values() {
            let mut reviewers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for at in decided {
                reviewers.entry(&self.all[at].reviewer).or_default().push(at);
            }
            for decided in reviewers.into_values() {
                self.pair(&decided, &entries, report, &mut found);
            }
        }
        found
    }

    /// Gives each of one reviewer's decisions on one change in one document its place, the surest first.
    fn pair(&self, decided: &[usize], entries: &[usize], report: &Report<'_>, found: &mut Vec<(usize, usize)>) {
        let text = report.checked.document.text();
        let (mut decided, mut entries) = (decided.to_vec(), entries.to_vec());
        let beside: HashMap<usize, Around> = entries.iter().map(|&it| (it, Around::of(text, report.entries[it].finding.span))).collect();
        let is_there = |at: usize, entry: usize| {
            let it = &self.all[at];
            it.key == report.entries[entry].key && (it.around == beside[&entry] || it.around == Around::default())
        };
        // Mostly nothing has changed. The last decision on a key goes first.
        let by_key: HashMap<&str, usize> = entries.iter().map(|&it| (report.entries[it].key.as_str(), it)).collect();
        decided.reverse();
        decided.retain(|&at| match by_key.get(self.all[at].key.as_str()) {
            Some(&entry) if entries.contains(&entry) && is_there(at, entry) => {
                found.push((at, entry));
                entries.retain(|&it| it != entry);
                false
            }
            _ => true,
        });
        let mut pairs = Vec::new();
        for &at in &decided {
            for &entry in entries.iter().take(COMPARED / decided.len().max(1)) {
                let it = &self.all[at];
                let share = it.around.likeness(text, report.entries[entry].finding.span);
                let least = if it.decision == Choice::Rejected { ALIKE_ENOUGH_TO_SPARE } else { ALIKE };
                if share >= least {
                    pairs.push((share, self.all[at].key == report.entries[entry].key, at, entry));
                }
            }
        }
        pairs.sort_by_key(|&(share, same_key, at, entry)| Reverse((share, same_key, at, Reverse(entry))));
        for (_, _, at, entry) in pairs {
            if decided.contains(&at) && entries.contains(&entry) {
                found.push((at, entry));
                decided.retain(|&it| it != at);
                entries.retain(|&it| it != entry);
            }
        }
    }
}

/// So many pairs of decisions and places are compared: a text full of one damage holds thousands of equal ones.
const COMPARED: usize = 20_000;

/// So alike, in hundredths, must the words around a place be to those that were there, for a text to be changed and for it to be spared.
const ALIKE: usize = 50;
const ALIKE_ENOUGH_TO_SPARE: usize = 40;

impl Around {
    /// Whether a span is the place that this was around, whatever became of some of the words.
    pub(super) fn is_around(&self, text: &str, span: Span) -> bool {
        self.likeness(text, span) >= ALIKE
    }

    /// How many of a hundred of these words need not be changed to be those around a span.
    fn likeness(&self, text: &str, span: Span) -> usize {
        // Corrections nearby may have made the text longer.
        let start = text.ceil_char_boundary(span.start.saturating_sub(2 * super::AROUND));
        let end = text.floor_char_boundary((span.end + 2 * super::AROUND).min(text.len()));
        let before = (self.0.split_whitespace().rev().collect(), text[start..span.start].split_whitespace().rev().collect());
        let after = (self.1.split_whitespace().collect(), text[span.end..end].split_whitespace().collect());
        let (mut changed, mut all) = (0, 0);
        for (then, now) in [before, after] {
            let (then, now): (Vec<&str>, Vec<&str>) = (then, now);
            all += then.len();
            changed += distance(&then, &now);
        }
        100 - (100 * changed).checked_div(all).unwrap_or_default()
    }
}

/// How many words must be changed, put in or taken out to make a run of words the beginning of another.
fn distance(then: &[&str], now: &[&str]) -> usize {
    let mut row: Vec<usize> = (0..=now.len()).collect();
    for (at, x) in then.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, y) in now.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[to + 1];
            row[to + 1] = changed.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row.into_iter().min().unwrap_or_default()
}

/// What a document is known by: one thing, but for records without an id.
fn names(origin: &Origin, content: Option<&str>) -> Vec<String> {
    match &origin.record {
        Some(record) if record.id.is_none() => {
            let line = format!("line\0{}\0{}\0{}", origin.file, record.line, record.field);
            content.map(|it| format!("text\0{it}\0{}", record.field)).into_iter().chain([line]).collect()
        }
        _ => vec![origin.lasting("").join("\0")],
    }
}

/// Where a document comes from, as [`source`] says it.
pub(crate) fn of_source(origin: &Origin) -> String {
    source_of(&origin.file, origin.record.is_some())
}

/// Where the document of a decision comes from: the folder of a file, the data set of a record.
#[must_use]
pub fn source(decision: &Decision) -> String {
    source_of(&decision.file, decision.record.is_some())
}

fn source_of(file: &str, is_record: bool) -> String {
    let folder = || Path::new(file).parent().map(|it| it.display().to_string()).unwrap_or_default();
    if is_record { file.to_owned() } else { folder() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cleaner, Known, Wanted};

    const TODAY: &str = "2026-11-22";

    /// The lines of a reviewer on the entries of a text, those of which a key or a text is named.
    fn decide(text: &str, which: &[usize], choice: Choice) -> Vec<Decision> {
        let origin = Origin::file("a.txt");
        let checked = Cleaner::new().check_known(text, Some(&Known::spun()), Wanted::ALL);
        let report = Report::new(&origin, &checked);
        let open: Vec<Decision> =
            report.standing().filter(|it| it.finding.fix.is_some()).map(|it| Decision::open(&origin, it, &checked.document)).collect();
        which.iter().map(|&at| Decision { decision: choice, reviewer: "anna".to_owned(), ..open[at].clone() }).collect()
    }

    /// What a run proposes of a text after decisions.
    fn proposals(text: &str, lines: Vec<Decision>) -> Vec<String> {
        let origin = Origin::file("a.txt");
        let decisions = Decisions::new(lines, TODAY);
        let cleaner = Cleaner::new();
        let known = Known::spun();
        let first = cleaner.check_known(text, Some(&known), Wanted::ALL);
        let spared = decisions.rejected(&origin, &first);
        let checked = cleaner.check_spared(text, Some(&known), Wanted::ALL, &spared);
        let report = Report::new(&origin, &checked);
        report.standing().filter_map(|it| Some(format!("{}: {}", it.column, proposed(it.finding, text)?))).collect()
    }

    const TEXT: &str = "They met on the the pier. We left for the the harbour. Boats lay by the the quay.";

    #[test]
    fn what_was_rejected_is_silent_and_the_rest_is_not() {
        assert_eq!(proposals(TEXT, Vec::new()).len(), 3);
        let left = proposals(TEXT, decide(TEXT, &[1], Choice::Rejected));
        assert_eq!(left, ["16: ", "72: "]);
        assert_eq!(proposals(TEXT, decide(TEXT, &[1], Choice::Skipped)).len(), 3);
    }

    #[test]
    fn what_was_rejected_is_known_again_when_its_neighbours_were_corrected() {
        for rejected in 0..3 {
            let others: Vec<usize> = (0..3).filter(|it| *it != rejected).collect();
            let lines = decide(TEXT, &[rejected], Choice::Rejected);
            let sentences: Vec<String> = TEXT.split_inclusive(". ").map(str::to_owned).collect();
            let corrected = |which: &[usize]| -> String {
                let one = |(at, it): (usize, &String)| if which.contains(&at) { it.replace("the the", "the") } else { it.clone() };
                sentences.iter().enumerate().map(one).collect()
            };
            assert_eq!(proposals(&corrected(&others), lines.clone()), [""; 0], "all but {rejected}");
            for one in others {
                assert_eq!(proposals(&corrected(&[one]), lines.clone()).len(), 1, "{one} corrected, {rejected} rejected");
            }
        }
    }

    #[test]
    fn another_proposal_is_asked_again() {
        let mut lines = decide(TEXT, &[0], Choice::Rejected);
        lines[0].proposed = Some("something else".to_owned());
        assert_eq!(proposals(TEXT, lines).len(), 3);
    }

    #[test]
    fn a_decision_reaches_as_far_as_it_says() {
        let mut lines = decide(TEXT, &[0], Choice::Rejected);
        lines[0].scope = Scope::Document;
        assert_eq!(proposals(TEXT, lines.clone()).len(), 0);
        lines[0].file = "b.txt".to_owned();
        assert_eq!(proposals(TEXT, lines.clone()).len(), 3);
        lines[0].scope = Scope::Source;
        assert_eq!(proposals(TEXT, lines.clone()).len(), 0, "a.txt and b.txt lie in one folder");
        lines[0].file = "other/b.txt".to_owned();
        assert_eq!(proposals(TEXT, lines.clone()).len(), 3);
        lines[0].scope = Scope::Everywhere;
        assert_eq!(proposals(TEXT, lines.clone()).len(), 0);
        lines.extend(decide(TEXT, &[1], Choice::Open));
        assert_eq!(proposals(TEXT, lines).len(), 1, "what is said of the place goes first");
    }

    #[test]
    fn a_later_line_replaces_an_earlier_one_and_an_expired_one_is_none() {
        let mut lines = decide(TEXT, &[0], Choice::Rejected);
        lines[0].until = Some("2026-11-22".to_owned());
        assert_eq!(proposals(TEXT, lines.clone()).len(), 2, "on its last day");
        lines[0].until = Some("2026-11-21".to_owned());
        assert_eq!(proposals(TEXT, lines.clone()).len(), 3);
        lines[0].until = None;
        lines.extend(decide(TEXT, &[0], Choice::Open));
        assert_eq!(proposals(TEXT, lines).len(), 3);
    }

    #[test]
    fn a_key_and_a_word_are_enough() {
        let key = decide(TEXT, &[1], Choice::Rejected).remove(0).key;
        let line: Decision = serde_json::from_str(&format!(r#"{{"key":"{key}","decision":"rejected"}}"#)).expect("it is one");
        assert_eq!(proposals(TEXT, vec![line]), ["16: ", "72: "]);
    }

    #[test]
    fn a_place_that_was_accepted_and_is_corrected_says_nothing_of_the_next() {
        let lines = decide(TEXT, &[0], Choice::Accepted);
        let corrected = TEXT.replacen("the the", "the", 1);
        let origin = Origin::file("a.txt");
        let decisions = Decisions::new(lines, TODAY);
        let checked = Cleaner::new().check(&corrected);
        let report = Report::new(&origin, &checked);
        assert!(decisions.standing(&report).iter().all(|it| *it == Standing::Open));
    }
}
