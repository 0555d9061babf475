//! Counted swaps to rows: phrases taken apart, inflected forms brought together, examples tried.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Seen, Tally, family};
use crate::{
    embedded,
    language::inflect::{Class, forms, lemmas},
    rules::{Rules, load::slug},
};

/// What is done with swaps that some rule knows already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownSwaps {
    /// They are left out.
    LeftOut,
    /// They stay.
    Kept,
}

/// A row that the texts suggest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The last part of its id, where that cannot be made of `spun` alone.
    pub name: Option<String>,
    /// Citation form of what the spinner wrote.
    pub spun: String,
    /// Citation forms of what stood there, each with how often it was seen, the most frequent first.
    pub from: Vec<(String, usize)>,
    /// How both inflect.
    pub class: Class,
    /// A sentence of the texts with the spun words in square brackets.
    pub bad: String,
    /// How often it was seen.
    pub count: usize,
    /// In how many pairs of texts.
    pub texts: usize,
    /// What was seen, as it was inflected: spun words, original, how often.
    pub forms: Vec<(String, String, usize)>,
}

/// The rows that are learned, and what is no row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// The most frequent first.
    pub rows: Vec<Row>,
    /// How many swaps the rules know already.
    pub known: usize,
    /// How many were not seen often enough.
    pub rare: usize,
    /// Spun words of which no sentence makes an example.
    pub without_example: Vec<String>,
}

/// A swap in one inflection.
#[derive(Debug, Clone)]
struct Pair {
    spun: String,
    original: String,
    seen: Seen,
}

/// Swaps that make one row: a citation form, its class, and for each original the pairs that stand for it.
type Group = BTreeMap<String, Vec<usize>>;

/// A class, and citation forms of what was written and of what stood there.
type Lemmas = (Class, String, String);

impl Tally {
    /// The rows that were seen at least `least` times.
    #[must_use]
    pub fn rows(&self, rules: &Rules, known: KnownSwaps, least: usize) -> Learned {
        let mut learned = Learned::default();
        let mut pairs = Vec::new();
        for ((spun, original), seen) in taken_apart(&self.seen, rules, known) {
            if known == KnownSwaps::LeftOut && is_known(rules, &spun, &original) {
                learned.known += seen.count;
            } else {
                pairs.push(Pair { spun, original, seen });
            }
        }
        for ((spun, class), mut group) in groups(&pairs) {
            let count = |members: &[usize]| members.iter().map(|&it| pairs[it].seen.count).sum::<usize>();
            group.retain(|_, members| {
                let enough = count(members) >= least;
                learned.rare += if enough { 0 } else { count(members) };
                enough
            });
            if !group.is_empty() {
                match row(spun, class, &group, &pairs) {
                    Ok(row) => learned.rows.push(row),
                    Err(spun) => learned.without_example.push(spun),
                }
            }
        }
        learned.rows.sort_by(|a, b| (b.count, b.texts, &a.spun).cmp(&(a.count, a.texts, &b.spun)));
        name(&mut learned.rows);
        learned
    }
}

/// Swaps of several words each, of which each part is a swap that was seen by itself as often, or is left out since a rule
/// knows it, counted as those.
fn taken_apart(seen: &BTreeMap<(String, String), Seen>, rules: &Rules, known: KnownSwaps) -> BTreeMap<(String, String), Seen> {
    // What is seen as a singular may be a part as a plural.
    let mut cited: HashMap<Lemmas, usize> = HashMap::new();
    for ((spun, original), it) in seen {
        for key in shared_lemmas(spun, original) {
            *cited.entry((key.0, key.1, key.2)).or_default() += it.count;
        }
    }
    let parts_of = |spun: &str, original: &str, count: usize| -> Option<Vec<(String, String)>> {
        let (a, b): (Vec<&str>, Vec<&str>) = (spun.split(' ').collect(), original.split(' ').collect());
        let part = |words: &[&str]| words.join(" ");
        let usual = |spun: &str, original: &str| {
            let key = (spun.to_owned(), original.to_owned());
            let often = |it: Option<&usize>| it.is_some_and(|it| *it >= count);
            often(seen.get(&key).map(|it| &it.count))
                || shared_lemmas(spun, original).any(|it| often(cited.get(&(it.0, it.1, it.2))))
                || known == KnownSwaps::LeftOut && is_known(rules, spun, original)
        };
        // By how much of either side is accounted for: the parts.
        let mut ways: BTreeMap<(usize, usize), Vec<(String, String)>> = BTreeMap::from([((0, 0), Vec::new())]);
        for at in 0..a.len() {
            for there in 0..b.len() {
                let Some(parts) = ways.get(&(at, there)).cloned() else { continue };
                for end in at + 1..=a.len() {
                    for stop in there + 1..=b.len() {
                        let whole = (at, there, end, stop) == (0, 0, a.len(), b.len());
                        let pair = (part(&a[at..end]), part(&b[there..stop]));
                        if !whole && !ways.contains_key(&(end, stop)) && usual(&pair.0, &pair.1) {
                            ways.insert((end, stop), parts.iter().cloned().chain([pair]).collect());
                        }
                    }
                }
            }
        }
        ways.remove(&(a.len(), b.len()))
    };
    let mut apart = seen.clone();
    for ((spun, original), it) in seen {
        if !spun.contains(' ') || !original.contains(' ') || is_known(rules, spun, original) {
            continue;
        }
        let Some(parts) = parts_of(spun, original, it.count) else { continue };
        apart.remove(&(spun.clone(), original.clone()));
        for part in parts {
            // Its sentences show the whole in brackets, and are no examples of the part.
            let alone = apart.entry(part).or_default();
            alone.count += it.count;
            alone.texts.extend(&it.texts);
        }
    }
    apart
}

/// Whether a rule has the original among what stands for the spun words.
fn is_known(rules: &Rules, spun: &str, original: &str) -> bool {
    let scan = rules.scan(spun);
    let later = rules.scan_later(spun, &scan);
    let whole = scan.hits.iter().chain(&later).filter(|it| it.start == 0 && it.end as usize == spun.len());
    let mut forms = whole.filter_map(|&hit| Some(&rules.rule(hit).forms()[hit.form()?]));
    forms.any(|form| form.originals.iter().any(|it| it.text.to_lowercase() == original))
}

const INFLECTED: [Class; 3] = [Class::Noun, Class::Verb, Class::Adjective];

/// Pairs that are forms of the same two words, as a row each; the others as fixed words.
fn groups(pairs: &[Pair]) -> BTreeMap<(String, Class), Group> {
    let mut groups: BTreeMap<(String, Class), Group> = BTreeMap::new();
    let mut grouped = vec![false; pairs.len()];
    for (key, original, members) in agreeing(pairs) {
        let free: Vec<usize> = members.into_iter().filter(|&it| !grouped[it]).collect();
        if free.len() > 1 {
            for &it in &free {
                grouped[it] = true;
            }
            groups.entry(key).or_default().insert(original, free);
        }
    }
    // What is left joins a row of its spun word, as one more original.
    let rows: BTreeSet<(String, Class)> = groups.keys().cloned().collect();
    for (index, pair) in pairs.iter().enumerate().filter(|(index, _)| !grouped[*index]) {
        let row = rows.iter().find_map(|(spun, class)| {
            let place = forms(spun, *class).iter().position(|it| it.as_deref() == Some(&pair.spun))?;
            let fitting = lemmas(&pair.original, *class).into_iter().filter(|it| it.1 == place).map(|it| it.0);
            Some(((spun.clone(), *class), likeliest(fitting)?))
        });
        let (key, original) = row.unwrap_or_else(|| (citation(pair), citation_of_original(pair)));
        groups.entry(key).or_default().entry(original).or_default().push(index);
    }
    groups
}

/// For each class and each two citation forms in which two pairs or more agree: the row, its original and the pairs, the surest first.
fn agreeing(pairs: &[Pair]) -> Vec<((String, Class), String, Vec<usize>)> {
    // By class and citation forms: the pairs, and the places of the paradigm that they stand in.
    let mut found: HashMap<Lemmas, (BTreeSet<usize>, BTreeSet<usize>)> = HashMap::new();
    for (index, pair) in pairs.iter().enumerate() {
        for (class, spun, original, place) in shared_lemmas(&pair.spun, &pair.original) {
            let (members, places) = found.entry((class, spun, original)).or_default();
            members.insert(index);
            places.insert(place);
        }
    }
    let mut sure: Vec<_> = found
        .into_iter()
        .filter(|(_, (members, places))| members.len() > 1 && places.len() > 1)
        .map(|((class, spun, original), (members, _))| {
            let noun: i32 = members.iter().map(|&it| pairs[it].seen.noun).sum();
            let vote = match class {
                Class::Noun => noun,
                Class::Verb => -noun,
                _ => 0,
            };
            let words = embedded::frequencies();
            let usual = words.ln(&spun) + words.ln(&original);
            ((members.len(), vote, usual), ((spun, class), original, members.into_iter().collect::<Vec<usize>>()))
        })
        .collect();
    sure.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    sure.into_iter().map(|it| it.1).collect()
}

/// The citation forms that both words of a swap may belong to in the same place of a paradigm: class, spun, original, place.
fn shared_lemmas(spun: &str, original: &str) -> impl Iterator<Item = (Class, String, String, usize)> {
    INFLECTED.into_iter().flat_map(move |class| {
        let originals = lemmas(original, class);
        lemmas(spun, class).into_iter().flat_map(move |(spun, place)| {
            let alike = originals.iter().filter(|it| it.1 == place && it.0 != spun).map(|it| it.0.clone());
            alike.map(|original| (class, spun.clone(), original, place)).collect::<Vec<_>>()
        })
    })
}

/// The most frequent of some words.
fn likeliest(words: impl Iterator<Item = String>) -> Option<String> {
    let frequencies = embedded::frequencies();
    words.max_by_key(|it| (frequencies.ln(it), std::cmp::Reverse(it.clone())))
}

/// The words as they are mostly spelt inside sentences.
fn spelt(pair: &Pair) -> (String, String) {
    let usual = pair.seen.spellings.iter().max_by_key(|it| (it.1, std::cmp::Reverse(it.0)));
    usual.map_or_else(|| (pair.spun.clone(), pair.original.clone()), |it| it.0.clone())
}

fn citation(pair: &Pair) -> (String, Class) {
    (spelt(pair).0, Class::Fixed)
}

fn citation_of_original(pair: &Pair) -> String {
    spelt(pair).1
}

/// The row of a group with the first example that holds; the spun words alone where none does.
fn row(spun: String, class: Class, group: &Group, pairs: &[Pair]) -> Result<Row, String> {
    let count = |members: &[usize]| members.iter().map(|&it| pairs[it].seen.count).sum::<usize>();
    let mut from: Vec<(String, usize)> = group.iter().map(|(original, members)| (original.clone(), count(members))).collect();
    from.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    let mut members: Vec<&Pair> = group.values().flatten().map(|&it| &pairs[it]).collect();
    members.sort_by(|a, b| (b.seen.count, &a.spun, &a.original).cmp(&(a.seen.count, &b.spun, &b.original)));
    let texts: BTreeSet<usize> = members.iter().flat_map(|it| &it.seen.texts).copied().collect();
    // The first original is put into the example, so a sentence that had it is the best.
    let of_first = group[&from[0].0].iter().map(|it| (false, it));
    let of_others = group.iter().filter(|it| *it.0 != from[0].0).flat_map(|it| it.1).map(|it| (true, it));
    let examples = of_first.chain(of_others).flat_map(|(other, &it)| pairs[it].seen.examples.iter().map(move |it| (other, flaw(it), it)));
    let mut examples: Vec<(bool, usize, &String)> = examples.collect();
    examples.sort();
    examples.dedup();
    let row = Row {
        name: None,
        spun,
        class,
        bad: String::new(),
        count: members.iter().map(|it| it.seen.count).sum(),
        texts: texts.len(),
        forms: members.iter().map(|it| (it.spun.clone(), it.original.clone(), it.seen.count)).collect(),
        from,
    };
    let tried = examples.into_iter().map(|it| Row { bad: it.2.clone(), ..row.clone() }).find(family::holds);
    tried.ok_or(row.spun)
}

/// How far an example is from a whole sentence of five to fifteen words.
fn flaw(example: &str) -> usize {
    let words = example.split(' ').count();
    let letters = |it: char| it.is_alphanumeric();
    let opens = example.chars().find(|it| letters(*it)).is_some_and(|it| !it.is_lowercase());
    let ends = example.trim_end_matches(['”', '"', '’', ')']).ends_with(['.', '?', '!']);
    5usize.saturating_sub(words) + words.saturating_sub(15) + if opens && ends { 0 } else { 10 }
}

/// Gives rows names of their own where they would be called alike.
fn name(rows: &mut [Row]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for row in rows {
        let usual = slug(&row.spun);
        let base = if usual.is_empty() { "swap" } else { &usual };
        let mut name = base.to_owned();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}-{number}");
        }
        row.name = (name != usual).then_some(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::compare;

    fn check(texts: &[(&str, &str)], expect: &[&str]) {
        let mut tally = Tally::default();
        for (spun, original) in texts {
            tally.add(compare(spun, original));
        }
        let learned = tally.rows(&embedded::rules(), KnownSwaps::Kept, 1);
        let class = |it: Class| Class::NAMES.iter().find(|(_, known)| *known == it).map_or("", |it| it.0);
        let shown = |it: &Row| {
            let from: Vec<String> = it.from.iter().map(|(original, count)| format!("{original} {count}")).collect();
            format!("{} < {} ({})", it.spun, from.join(", "), class(it.class))
        };
        assert_eq!(learned.rows.iter().map(shown).collect::<Vec<_>>(), expect);
        assert_eq!(learned.without_example, [""; 0]);
    }

    #[test]
    fn forms_that_agree_make_one_row() {
        let texts = [
            ("The navies of the north met there in May.", "The armies of the north met there in May."),
            ("They paid for a navy of the king.", "They paid for an army of the king."),
        ];
        check(&texts, &["navy < army 2 (noun)"]);
        let texts = [
            ("He provides bread for the whole town.", "He supplies bread for the whole town."),
            ("She was providing milk to us all.", "She was supplying milk to us all."),
        ];
        check(&texts, &["provide < supply 2 (verb)"]);
        let texts = [
            ("The gargantuan house stood on a hill.", "The large house stood on a hill."),
            ("The wee dog ran to the old gate.", "The small dog ran to the old gate."),
        ];
        check(&texts, &["gargantuan < large 1 (fixed)", "wee < small 1 (fixed)"]);
    }

    #[test]
    fn the_word_before_tells_a_noun_from_a_verb() {
        let texts = [
            ("They will purchase it for him soon.", "They will buy it for him soon."),
            ("She purchases it for him each day.", "She buys it for him each day."),
        ];
        check(&texts, &["purchase < buy 2 (verb)"]);
    }

    #[test]
    fn one_row_has_all_originals_the_most_frequent_first() {
        let texts = [
            ("The struggle goes on in the east.", "The war goes on in the east."),
            ("The struggles go on in the east.", "The wars go on in the east."),
            ("The struggle was won by the men.", "The fight was won by the men."),
        ];
        check(&texts, &["struggle < war 2, fight 1 (noun)"]);
    }

    #[test]
    fn a_phrase_is_taken_apart_where_its_words_are_swaps_themselves() {
        let texts = [
            ("He saw a blue kettle on the hill.", "He saw a green bottle on the hill."),
            ("She has a blue dog at the gate.", "She has a green dog at the gate."),
            ("They sold the kettle to a man there.", "They sold the bottle to a man there."),
        ];
        check(&texts, &["blue < green 2 (fixed)", "kettle < bottle 2 (fixed)"]);
        check(&texts[..1], &["blue kettle < green bottle 1 (fixed)"]);
        let texts = [
            ("He saw two pole holders blue at heart.", "He saw two fishermen green at heart."),
            ("She has a blue dog at the gate.", "She has a green dog at the gate."),
            ("They met a pole holder there.", "They met a fisherman there."),
        ];
        check(&texts, &["blue < green 2 (fixed)", "pole holder < fisherman 2 (noun)"]);
    }

    #[test]
    fn names_keep_their_capitals() {
        let texts = [("He went to Nippon with her in May.", "He went to Japan with her in May.")];
        check(&texts, &["Nippon < Japan 1 (fixed)"]);
        let texts = [("Nevertheless he came back to us.", "But he came back to us.")];
        check(&texts, &["nevertheless < but 1 (fixed)"]);
    }

    #[test]
    fn what_rules_know_is_left_out() {
        let mut tally = Tally::default();
        tally.add(compare("They paid for navy coaching in the spring.", "They paid for military training in the spring."));
        let rules = embedded::rules();
        assert_eq!(tally.rows(&rules, KnownSwaps::Kept, 1).rows.len(), 1);
        let learned = tally.rows(&rules, KnownSwaps::LeftOut, 1);
        assert_eq!((learned.rows.len(), learned.known), (0, 1));
        assert_eq!(tally.rows(&rules, KnownSwaps::Kept, 2).rare, 1);
    }
}
