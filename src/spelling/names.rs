//! Names that a text spells in two ways, and misspellings of names that everybody knows.

mod elsewhere;
mod joined;
mod pairs;
mod small;

use std::borrow::Cow;

use super::{
    Proposal,
    page::{Mentions, Page},
};
use crate::{
    edit::Edit,
    finding::{Confidence, Evidence},
    language::{case::starts_upper, model::Word},
    matchers::variant::{Neighbours, apart, doubled, folded, inflected, related, shuffled, sound_alike, substituted_vowel, transposed},
    rules::{
        gazetteer::Known,
        rule::{Authority, Bearer},
        text::Text,
    },
    span::Span,
    zone::Zone,
};

/// Proposes the spelling that stands against another.
pub(super) fn propose<'s>(page: &'s Page<'s>, rule: u32, against: Authority, titles: &[Text], proposals: &mut Vec<Proposal>) {
    if matches!(against, Authority::Document) {
        pairs::propose(page, rule, titles, proposals);
        joined::propose(page, rule, titles, proposals);
        small::propose(page, rule, titles, proposals);
    }
    let candidates = page.candidates();
    if candidates.is_empty() {
        return;
    }
    let spelling = match against {
        Authority::Document => in_document(page, candidates, titles),
        Authority::Gazetteer => in_gazetteer(page, candidates),
        Authority::Corpus => elsewhere::in_corpus(page, candidates, titles),
    };
    for it in spelling {
        proposals.extend(it.proposals(page, rule));
    }
}

/// A spelling, and the one that is meant.
struct Misspelling<'p> {
    wrong: &'p str,
    right: String,
    confidence: Confidence,
    message: String,
    witness: Option<Evidence>,
}

impl<'p> Misspelling<'p> {
    /// One that the text itself spells otherwise.
    fn elsewhere(wrong: &'p str, right: &str, confidence: u16) -> Self {
        let message = format!("elsewhere in the text it is “{right}”");
        Self { wrong, right: right.to_owned(), confidence: Confidence::new(confidence), message, witness: None }
    }

    /// One for each place where the wrong spelling stands, unless the text spells it out: “Fynch, with a y”.
    fn proposals<'s>(&'s self, page: &'s Page<'_>, rule: u32) -> impl Iterator<Item = Proposal> + 's {
        let places = page.places(self.wrong).iter().copied().filter(|&at| page.stands_free(at) && !is_spelt_out(page, at));
        places.map(move |at| self.proposal(page, rule, at))
    }

    /// One for a token that the wrong spelling begins.
    fn proposal(&self, page: &Page<'_>, rule: u32, at: usize) -> Proposal {
        let start = page.span(at).start;
        let span = Span::new(start, start + self.wrong.len());
        Proposal {
            rule,
            span,
            edits: vec![Edit::new(span, self.right.clone())],
            confidence: self.confidence,
            message: self.message.clone(),
            alternatives: Vec::new(),
            witness: self.witness.clone(),
        }
    }
}

/// Whether a letter of a name stands alone soon behind it.
fn is_spelt_out(page: &Page<'_>, at: usize) -> bool {
    let name = page.word(at).to_lowercase();
    let letter = |it: &&str| it.len() == 1 && it.starts_with(char::is_lowercase) && !matches!(*it, "a" | "s") && name.contains(*it);
    (at + 1..page.tokens.len()).take(SPELT_OUT).map(|it| page.word(it)).any(|it| letter(&it))
}

/// So many tokens behind it, at the most.
const SPELT_OUT: usize = 4;

/// Spellings that stand against one that the text itself has more often, or with a first name.
fn in_document<'s>(page: &'s Page<'s>, candidates: &[&'s str], titles: &[Text]) -> Vec<Misspelling<'s>> {
    let spelt: Vec<_> = candidates.iter().map(|it| folded(it)).collect();
    let neighbours = Neighbours::new(spelt.iter().map(AsRef::as_ref));
    // By candidate, the names that are near it.
    let mut near: Vec<Vec<Near<'_, 's>>> = vec![Vec::new(); candidates.len()];
    // Letters with marks may be near plain ones.
    let kin = page.names_like(|name| !name.is_ascii() || neighbours.near(name).next().is_some());
    for (name, mentions) in &kin {
        let own = folded(name);
        for at in neighbours.near(&own).filter(|&at| candidates[at] != *name) {
            // Marks get lost, and do not come by accident.
            let unmarked = spelt[at] == own && marks(name) >= marks(candidates[at]) && name.to_lowercase() != candidates[at].to_lowercase();
            if let Some(distance) = apart(&spelt[at], &own).or(unmarked.then_some(0)) {
                near[at].push(Near { name, mentions, folded: own.clone(), distance });
            }
        }
    }
    let mut found: Vec<Misspelling<'s>> = Vec::new();
    for ((&wrong, own), near) in candidates.iter().zip(&spelt).zip(&near) {
        let Some(mentions) = kin.get(wrong) else { continue };
        let Some(nearest) = near.iter().map(|it| it.distance).min() else { continue };
        let best = near
            .iter()
            .filter(|it| it.distance == nearest)
            .filter(|it| {
                Pair { page, titles, right: (it.name, it.mentions), wrong: (wrong, mentions), folded: (&it.folded, own), distance: nearest }
                    .prevails()
            })
            .max_by_key(|it| (it.mentions.count(), usize::MAX - it.mentions.first()));
        let confidence = |it: &Near<'_, '_>| if it.mentions.count() > mentions.count() { 9_200 } else { 8_500 };
        found.extend(best.map(|it| Misspelling::elsewhere(wrong, it.name, confidence(it))));
    }
    found
}

/// How many letters of a name have marks, or are none of the English ones.
fn marks(name: &str) -> usize {
    name.chars().filter(|it| !it.is_ascii()).count()
}

/// A name of the text that may be what a candidate should be.
#[derive(Clone)]
struct Near<'n, 's> {
    name: &'s str,
    mentions: &'n Mentions,
    folded: Cow<'n, str>,
    distance: usize,
}

/// Two spellings of a text that are near one another.
struct Pair<'p, 's> {
    page: &'p Page<'s>,
    titles: &'p [Text],
    right: (&'s str, &'p Mentions),
    wrong: (&'s str, &'p Mentions),
    // The right one and the wrong one.
    folded: (&'p str, &'p str),
    distance: usize,
}

impl Pair<'_, '_> {
    /// Whether the one is what the other should be.
    fn prevails(&self) -> bool {
        let ((right, its), (wrong, own), (a, b)) = (self.right, self.wrong, self.folded);
        if its.inner == 0 && own.inner == 0 || own.count() > its.count() || inflected(a, b) {
            return false;
        }
        if a == b {
            return own.count() == 1 && (its.count() > 1 || its.first() < own.first());
        }
        let exchanged = transposed(a, b);
        let [right_first, wrong_first] = [its, own].map(|it| first_names(self.page, it, self.titles));
        let shared = wrong_first.iter().all(|it| right_first.iter().any(|other| same_person(it, other)));
        let same_first = !wrong_first.is_empty() && shared;
        let others = !wrong_first.is_empty() && !right_first.is_empty() && !shared;
        // Whoever has a name of his own is introduced with his first name.
        let introduced = wrong_first.is_empty() && !right_first.is_empty();
        if others && !exchanged || related(a, b) && !same_first {
            return false;
        }
        let slip = exchanged || doubled(a, b) || sound_alike(a, b);
        let rare = own.count() == 1 || own.count() * 4 <= its.count();
        // A consonant for another makes another name.
        let near = slip || same_first || self.distance == 1 && (a.len() != b.len() || substituted_vowel(a, b));
        // Two strange names are hardly ever that near one another.
        let slip = slip || introduced && near && right.len() >= KNOWN && self.page.model_word(right) == Word::UNKNOWN;
        if its.count() > own.count() {
            return rare && (near || shuffled(a, b));
        }
        if own.count() > 1 {
            return false;
        }
        // Once each: what everybody spells so is right.
        let known = self.page.model_word(right) != Word::UNKNOWN || self.page.gazetteer.holds(a);
        if known && (exchanged || doubled(a, b) || near && a.len() >= KNOWN && !self.is_among_strangers()) {
            return true;
        }
        // Else the one that stands below a statement, the one with the first name, the earlier one.
        let rank = |name, mentions, first: &[&str]| (self.signs(name, mentions), !first.is_empty(), usize::MAX - mentions.first());
        !right_first.is_empty() && (slip || same_first) && rank(right, its, &right_first) > rank(wrong, own, &wrong_first)
    }

    /// Whether a word beside the wrong one is strange too: a phrase in another language.
    fn is_among_strangers(&self) -> bool {
        let at = self.wrong.1.first();
        let beside = [self.page.previous(at), self.page.next(at)];
        beside.into_iter().flatten().any(|it| self.page.strange.binary_search(&it).is_ok())
    }

    /// Whether a name stands at the end of a block without a full stop, where a page says whose words the block is.
    fn signs(&self, name: &str, mentions: &Mentions) -> bool {
        let span = self.page.span(mentions.first());
        let Some(block) = self.page.subject.layout.block(span).filter(|it| it.zone == Zone::Body) else { return false };
        let tail = &self.page.text[span.start + name.len()..block.span.end];
        tail.len() < SIGNATURE && !tail.contains(['.', '?', '!', '”', '"'])
    }
}

/// A word of so many letters is not another by chance.
const KNOWN: usize = 7;

/// The title of whoever said something is no longer than this.
const SIGNATURE: usize = 120;

fn same_person(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    one == other || apart(&one, &other).is_some() || one.len() > 3 && other.len() > 3 && sound_alike(&one, &other)
}

/// The capitalised words right before the places where a name stands, those that are titles left out.
fn first_names<'s>(page: &Page<'s>, mentions: &Mentions, titles: &[Text]) -> Vec<&'s str> {
    let is_title = |word: &str| titles.binary_search_by(|it| (**it).cmp(&word.to_lowercase())).is_ok();
    let mut first: Vec<&str> = mentions
        .places
        .iter()
        .filter_map(|&at| page.previous(at))
        .filter(|&at| starts_upper(page.word(at)) && !page.subject.rules.is_function_word(page.tokens[at].id()))
        .map(|at| page.word(at))
        .filter(|it| !is_title(it) && !it.contains(['’', '\'']))
        .collect();
    first.sort_unstable();
    first.dedup();
    first
}

/// Misspellings of names that the gazetteer holds.
fn in_gazetteer<'s>(page: &Page<'s>, candidates: &[&'s str]) -> Vec<Misspelling<'s>> {
    let mut found: Vec<Misspelling<'s>> = Vec::new();
    for &wrong in candidates {
        let own = folded(wrong);
        let distance = |known: &Known<'_>| {
            // What speaks for a name is looked for first: mostly there is nothing.
            let with_first = known.before.is_some_and(|it| stands_behind(page, wrong, it));
            let elsewhere = page.stands(known.word);
            let is_person = known.name.kind == Bearer::Person;
            if is_person && !with_first && !elsewhere || !is_person && own.len() <= 5 {
                return None;
            }
            let target = folded(known.word);
            let distance = apart(&own, &target)?;
            if inflected(&own, &target) || related(&own, &target) {
                return None;
            }
            let slip = || transposed(&own, &target) || doubled(&own, &target);
            let meant = is_person && with_first || distance == 1 && (!is_person && elsewhere || slip());
            meant.then_some(distance)
        };
        let near = page.gazetteer.near(&own).filter_map(|known| Some((distance(&known)?, known)));
        let best = near.min_by_key(|it| it.0);
        found.extend(best.map(|(_, known)| Misspelling {
            wrong,
            right: known.word.to_owned(),
            confidence: Confidence::new(9_000),
            message: format!("a known name is “{}”", known.name.text),
            witness: None,
        }));
    }
    found
}

/// Whether a word stands everywhere right behind another.
fn stands_behind(page: &Page<'_>, word: &str, before: &str) -> bool {
    let places = page.places(word);
    !places.is_empty() && places.iter().all(|&at| page.previous(at).is_some_and(|it| page.word(it) == before))
}
