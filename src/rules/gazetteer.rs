//! The names that rules know, to be looked up by their words.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::rule::{Bearer, Name};
use crate::matchers::variant::{Neighbours, apart, folded};

/// Where the words of names lead. Made when the first text is looked at; of spellings only hashes are kept.
#[derive(Debug, Default)]
pub struct Words {
    // Every word of every accepted spelling, folded.
    all: FxHashSet<u64>,
    // Names of one word, and the words of people's names.
    single: FxHashSet<u64>,
    // Whole names of those that publish something.
    sources: FxHashSet<u64>,
    // The folded words that misspellings are sought for, each once, and whose they are.
    targets: Vec<Target>,
    neighbours: Neighbours,
}

/// A word by which a name is known: its last.
#[derive(Debug)]
struct Target {
    folded: String,
    // The index of the name.
    name: usize,
}

impl Words {
    /// Orders the words of some names.
    #[must_use]
    pub fn new(names: &[Name]) -> Self {
        let mut words = Self::default();
        words.all.reserve(8 * names.len());
        let mut bearers: FxHashMap<u64, Option<usize>> = FxHashMap::default();
        for (number, name) in names.iter().enumerate() {
            let is_person = name.kind == Bearer::Person;
            let publishes = matches!(name.kind, Bearer::Agency | Bearer::Outlet);
            for spelling in std::iter::once(&name.text).chain(&name.also) {
                let spelling = folded(spelling);
                words.all.extend(spelling.split(' ').map(hash));
                if publishes {
                    words.sources.insert(hash(&spelling));
                }
            }
            if !is_person && name.text.contains(' ') {
                continue;
            }
            let whole = folded(&name.text);
            words.single.extend(whole.split(' ').map(hash));
            // What two names share names neither.
            let bearer = bearers.entry(hash(last(&whole))).or_insert(Some(number));
            if bearer.is_some_and(|other| names[other].text != name.text) {
                *bearer = None;
            }
        }
        let target = |name: usize| Target { folded: folded(last(&names[name].text)).into_owned(), name };
        words.targets = bearers.into_values().flatten().map(target).collect();
        words.targets.sort_unstable_by(|a, b| a.folded.cmp(&b.folded));
        words.neighbours = Neighbours::new(words.targets.iter().map(|it| it.folded.as_str()));
        words
    }
}

fn last(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

fn hash(folded: &str) -> u64 {
    let mut hasher = FxHasher::default();
    folded.hash(&mut hasher);
    hasher.finish()
}

/// The names of all rule files.
#[derive(Debug, Clone, Copy)]
pub struct Gazetteer<'g> {
    /// The names.
    pub names: &'g [Name],
    /// Their words.
    pub words: &'g Words,
}

/// A name, and the word by which it is known.
#[derive(Debug, Clone, Copy)]
pub struct Known<'g> {
    /// The name.
    pub name: &'g Name,
    /// Its last word.
    pub word: &'g str,
    /// The word before it in the name, where there is one: of people, that is a first name.
    pub before: Option<&'g str>,
}

impl<'g> Gazetteer<'g> {
    /// Whether a folded word is part of a name.
    #[must_use]
    pub fn holds(&self, folded: &str) -> bool {
        self.words.all.contains(&hash(folded))
    }

    /// Whether a folded word is a name by itself: a city, a country, or one of the names of somebody.
    #[must_use]
    pub fn is_name(&self, folded: &str) -> bool {
        self.words.single.contains(&hash(folded))
    }

    /// Whether folded words are the name of somebody who publishes: what is linked to.
    #[must_use]
    pub fn is_source(&self, folded: &str) -> bool {
        self.words.sources.contains(&hash(folded))
    }

    /// The name that is spelt so in another script.
    #[must_use]
    pub fn in_script(&self, spelling: &str) -> Option<&'g Name> {
        let same = |it: &str| it.chars().flat_map(char::to_lowercase).eq(spelling.chars().flat_map(char::to_lowercase));
        self.names.iter().find(|name| name.script.iter().any(|it| same(it)))
    }

    /// The names with a word of which a folded word may be a misspelling, with the number of letters that differ.
    pub fn near(self, word: &str) -> impl Iterator<Item = (Known<'g>, usize)> {
        let near = self.words.neighbours.near(word).map(move |it| &self.words.targets[it]);
        near.filter_map(move |it| Some((apart(word, &it.folded)?, &self.names[it.name]))).map(|(distance, name)| {
            let before = name.text.rsplit(' ').nth(1);
            (Known { name, word: last(&name.text), before }, distance)
        })
    }
}
