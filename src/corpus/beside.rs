//! A text beside a corpus: what other documents say of its words.

use super::{
    Corpus, Entry,
    build::stem,
    units::{BEGINNING, Gap, HEADLINE, Kind, SENTENCE, Units, pair, spelling},
};
use crate::span::Span;

/// A run of fewer words may be anybody's.
const TOLD: usize = 6;
/// What was put into a sentence has no more words, label and headline together.
const INSERT: usize = 40;
/// Nor fewer, where no label stands before it.
const UNLABELLED: usize = 4;
/// A headline that more documents have is the name of a column.
const SHARED: u16 = 3;
/// What recurs does so that many times more often than the text as a whole, which may be an article that many pages have.
const OUTSTANDING: usize = 4;
/// A headline inside a paragraph has so many words; shorter ones are phrases.
const FUSED: usize = 6;

/// A text, and what it stands beside.
#[derive(Debug)]
pub struct Beside<'c> {
    corpus: &'c Corpus,
    units: Units,
    // The number that the text itself has in the corpus.
    own: Option<u32>,
}

/// Something that another document is the witness of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// What it is about.
    pub span: Span,
    /// How many words of it are a headline.
    pub words: usize,
    /// How many other documents have it.
    pub count: usize,
    /// The witness.
    pub document: u32,
}

impl<'c> Beside<'c> {
    /// A text beside a corpus. `own` is its number there, where it was known before it was changed.
    #[must_use]
    pub fn new(corpus: &'c Corpus, text: &str, own: Option<u32>) -> Self {
        let units = Units::of(text);
        let own = own.or_else(|| corpus.document(units.fingerprint()));
        Self { corpus, units, own }
    }

    /// The number of the text in the corpus.
    #[must_use]
    pub const fn own(&self) -> Option<u32> {
        self.own
    }

    /// The id of a document.
    #[must_use]
    pub fn id(&self, document: u32) -> &'c str {
        self.corpus.id(document)
    }

    /// A document other than this one that has something.
    fn witness(&self, entry: Entry) -> Option<u32> {
        [entry.first, entry.last].into_iter().find(|it| Some(*it) != self.own)
    }

    /// The first and the last document that have a sentence, this one aside.
    fn others(&self, run: u64, words: usize) -> Option<(u32, Entry)> {
        let entry = self.corpus.find(Kind::Sentence, run, words)?;
        Some((self.witness(entry)?, entry))
    }

    /// The longest run from a word on, up to `limit`, that is the headline of another document and may end where it does.
    fn headline(&self, at: usize, limit: usize, may_end: impl Fn(usize) -> bool) -> Option<(usize, Entry, u32)> {
        let units = &self.units;
        let most = limit.min(at + HEADLINE);
        if at + BEGINNING > most || self.corpus.find(Kind::Beginning, units.run(at, at + BEGINNING), BEGINNING).is_none() {
            return None;
        }
        let own = units.headline().map(|(from, to)| (units.run(from, to), to - from));
        (at + BEGINNING..=most).rev().filter(|it| may_end(*it)).find_map(|to| {
            let run = units.run(at, to);
            let entry = self.corpus.find(Kind::Headline, run, to - at).filter(|_| own != Some((run, to - at)))?;
            Some((to, entry, self.witness(entry)?))
        })
    }

    /// Where the headline ends that begins at a byte, behind a label that begins at another: what it was put into, or another document's
    /// first line, says it. `end` is the end of the block.
    #[must_use]
    pub fn behind_label(&self, label: usize, start: usize, end: usize) -> Option<Found> {
        let units = &self.units;
        let [label, at, limit] = [label, start, end].map(|it| units.word_at(it));
        if at >= limit {
            return None;
        }
        let found = |to: usize, document| Found { span: units.span(at, to), words: to - at, count: 1, document };
        if let Some((to, document)) = self.torn(label, at, limit) {
            return Some(found(to, document));
        }
        // Where a small letter follows, the headline here is longer than the one there.
        let may_begin = |it: usize| units.words[it].capital || units.words[it].digits || units.words[it].gap >= Gap::Stop;
        self.headline(at, limit, |to| to == limit || may_begin(to)).map(|(to, _, document)| found(to, document))
    }

    /// Where a sentence goes on that an insert stands in, from its first word at `label` over `at`: another document has it whole.
    fn torn(&self, label: usize, at: usize, limit: usize) -> Option<(usize, u32)> {
        let units = &self.units;
        let start = (0..=label.min(units.words.len() - 1)).rev().find(|it| units.begins(*it))?;
        let most = limit.min(at + INSERT);
        (at + 2..most).find_map(|to| {
            let end = units.end(to).min(limit);
            let words = label - start + (end - to);
            // Where a sentence begins anyway, nothing was torn.
            if words < TOLD || units.begins(to) && label == start {
                return None;
            }
            let run = units.joined((start, label), (to, end));
            self.others(run, words).map(|it| (to, it.0))
        })
    }

    /// Headlines of other documents that stand in the text by themselves.
    #[must_use]
    pub fn headlines(&self, text: &str) -> Vec<Found> {
        let units = &self.units;
        let mut found: Vec<(usize, usize, Found)> = Vec::new();
        // What the text begins with is its own.
        let mut at = 1;
        while at + BEGINNING <= units.words.len() {
            let word = units.words[at];
            let next = (word.capital || word.digits) && word.gap >= Gap::Stop;
            match next.then(|| self.bare(text, at)).flatten() {
                Some((to, it)) => {
                    found.push((at, to, it));
                    at = to;
                }
                None => at += 1,
            }
        }
        // One below another, they are a list that somebody made.
        let alone = |index: usize| {
            let (from, to, _) = found[index];
            let listed = |one: usize, other: usize| found[one].1 == found[other].0;
            let before = index > 0 && listed(index - 1, index);
            let after = index + 1 < found.len() && listed(index, index + 1);
            !(before || after) && from < to
        };
        (0..found.len()).filter(|it| alone(*it)).map(|it| found[it].2).collect()
    }

    /// A headline that begins at a word, where nothing but its place parts it from the text.
    fn bare(&self, text: &str, at: usize) -> Option<(usize, Found)> {
        let units = &self.units;
        let line = (at + 1..units.words.len()).take(HEADLINE).find(|it| units.words[*it].gap == Gap::Line).unwrap_or(units.words.len());
        let (to, entry, document) = self.headline(at, line, |_| true)?;
        if entry.count > SHARED {
            return None;
        }
        let span = units.span(at, to);
        let behind = &text[span.end..];
        let mark = usize::from(behind.starts_with(['?', '!']));
        let behind = &behind[mark..];
        let rest = behind.split(['\n', '\r']).next().unwrap_or_default();
        let before = text[..span.start].rsplit(['\n', '\r']).next().unwrap_or_default();
        let own_line = before.trim().is_empty();
        let fused =
            || to - at >= FUSED && rest.starts_with(' ') && units.words.get(to).is_some_and(|it| it.capital && it.gap == Gap::Space);
        let parted = own_line || before.ends_with(' ') && before.trim_end().ends_with(['.', '!', '?', '”', '"', '…']);
        (parted && (rest.trim().is_empty() || fused()))
            .then_some((to, Found { span: Span::new(span.start, span.end + mark), words: to - at, count: 1, document }))
    }

    /// Sentences and lines that stand in so many other documents at least, where the rest of the text does not.
    #[must_use]
    pub fn recurring(&self, least: usize) -> Vec<Found> {
        let units = &self.units;
        let counted: Vec<_> = units.sentences().map(|(from, to)| (from, to, self.others(units.run(from, to), to - from))).collect();
        let others = |entry: Entry| usize::from(entry.count).saturating_sub(usize::from(self.own.is_some()));
        let of = |it: Option<(u32, Entry)>| it.map_or(0, |it| others(it.1));
        if !counted.iter().any(|it| of(it.2) >= least) {
            return Vec::new();
        }
        let mut counts: Vec<usize> = counted.iter().filter(|it| it.1 - it.0 >= SENTENCE).map(|it| of(it.2)).collect();
        counts.sort_unstable();
        let usual = counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or_default();
        let recurs = counted.iter().filter(|it| of(it.2) >= least && of(it.2) >= OUTSTANDING * usual);
        let found = recurs.filter_map(|&(from, to, entry)| {
            let (document, entry) = entry?;
            Some(Found { span: units.span(from, to), words: 0, count: others(entry), document })
        });
        found.collect()
    }

    /// What stands inside a sentence that a neighbour of the same paragraph elsewhere has without it.
    #[must_use]
    pub fn interrupted(&self) -> Vec<Found> {
        let units = &self.units;
        let sentences: Vec<(usize, usize)> = units.sentences().collect();
        let known: Vec<Option<Entry>> =
            sentences.iter().map(|(from, to)| self.others(units.run(*from, *to), to - from).map(|it| it.1)).collect();
        let mut found = Vec::new();
        for (index, &(from, to)) in sentences.iter().enumerate() {
            if known[index].is_some() || to - from < UNLABELLED + 2 {
                continue;
            }
            let beside = [index.checked_sub(1), Some(index + 1)].into_iter().flatten().filter_map(|it| *known.get(it)?);
            for entry in beside {
                let Some((start, end, document)) = self.inserted(from, to, entry) else { continue };
                found.push(Found { span: units.span(start, end), words: end - start, count: 1, document });
                break;
            }
        }
        found
    }

    /// The run of words without which a sentence stands in a document that has its neighbour.
    fn inserted(&self, from: usize, to: usize, neighbour: Entry) -> Option<(usize, usize, u32)> {
        let units = &self.units;
        let starts = (from..to).filter(|it| units.words[*it].capital && (*it == from || units.words[*it].gap == Gap::Space));
        let most = to - from;
        for start in starts.take(INSERT) {
            for end in start + UNLABELLED..=to.min(start + INSERT) {
                let words = most - (end - start);
                let goes_on = end == to || units.words[end].gap == Gap::Space;
                if words < TOLD || !goes_on {
                    continue;
                }
                let Some((_, entry)) = self.others(units.joined((from, start), (end, to)), words) else { continue };
                let shared = [entry.first, entry.last]
                    .into_iter()
                    .find(|it| Some(*it) != self.own && [neighbour.first, neighbour.last].contains(it));
                if let Some(document) = shared {
                    return Some((start, end, document));
                }
            }
        }
        None
    }

    /// In how many documents a name is spelt so, and one of them.
    #[must_use]
    pub fn name(&self, name: &str) -> (usize, Option<u32>) {
        self.told(Kind::Name, spelling(stem(name)), 1)
    }

    /// In how many documents two names stand behind one another, and one of them.
    #[must_use]
    pub fn names(&self, first: &str, second: &str) -> (usize, Option<u32>) {
        self.told(Kind::Pair, pair(spelling(stem(first)), spelling(stem(second))), 2)
    }

    fn told(&self, kind: Kind, run: u64, words: usize) -> (usize, Option<u32>) {
        let entry = self.corpus.find(kind, run, words);
        entry.map_or((0, None), |it| (usize::from(it.count), self.witness(it)))
    }
}
