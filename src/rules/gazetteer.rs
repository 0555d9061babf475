//! The names that rules know, to be looked up by their words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    rule::{Bearer, Name},
    table::Table,
};
use crate::{
    language::frequency::hash,
    matchers::variant::{Neighbours, folded},
    packed::{Column, Slots},
};

/// Where the words of names lead. Of spellings only hashes are kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct NameWords {
    // By the hash of a folded word, or of a whole name: what it is, as bits.
    kinds: Slots,
    // The names that misspellings of their last words are sought for.
    targets: Column<u32>,
    // Their places in that list.
    neighbours: Neighbours,
    names: u32,
}

/// A word of an accepted spelling of a name.
const PART: u32 = 1;
/// A name of one word, or a word of the name of somebody.
const SINGLE: u32 = 2;
/// The whole name of one that publishes something.
const SOURCE: u32 = 4;

impl NameWords {
    /// Orders the words of some names.
    ///
    /// # Panics
    /// At 2³² names.
    #[must_use]
    pub fn new<'n>(names: impl Iterator<Item = &'n Name>) -> Self {
        let mut words = Self::default();
        let mut bearers: BTreeMap<String, (u32, &str, bool)> = BTreeMap::new();
        for name in names {
            let is_person = name.kind == Bearer::Person;
            let publishes = matches!(name.kind, Bearer::Agency | Bearer::Outlet);
            for spelling in std::iter::once(&name.text).chain(&name.also) {
                let spelling = folded(spelling);
                spelling.split(' ').for_each(|it| words.mark(it, PART));
                if publishes {
                    words.mark(&spelling, SOURCE);
                }
            }
            if is_person || !name.text.contains(' ') {
                let whole = folded(&name.text);
                whole.split(' ').for_each(|it| words.mark(it, SINGLE));
                // What two names share names neither.
                let (_, text, alone) = bearers.entry(last(&whole).to_owned()).or_insert((words.names, &name.text, true));
                *alone &= *text == &*name.text;
            }
            words.names = words.names.checked_add(1).expect("fewer than 2³² names");
        }
        bearers.retain(|_, (_, _, alone)| *alone);
        words.neighbours = Neighbours::new(bearers.keys().map(String::as_str));
        words.targets = bearers.into_values().map(|(name, _, _)| name).collect();
        words
    }

    /// How many names it was made of.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names as usize
    }

    /// Whether it was made of none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names == 0
    }

    fn mark(&mut self, folded: &str, kind: u32) {
        let kinds = self.kinds.find(hash(folded)) | kind;
        self.kinds.insert(hash(folded), kinds);
    }

    fn is(&self, folded: &str, kind: u32) -> bool {
        self.kinds.find(hash(folded)) & kind != 0
    }
}

fn last(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

/// The names of all rule files.
#[derive(Debug, Clone, Copy)]
pub struct Gazetteer<'g> {
    /// The names.
    pub names: &'g Table<Name>,
    /// Their words.
    pub words: &'g NameWords,
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
        self.words.is(folded, PART)
    }

    /// Whether a folded word is a name by itself: a city, a country, or one of the names of somebody.
    #[must_use]
    pub fn is_name(&self, folded: &str) -> bool {
        self.words.is(folded, SINGLE)
    }

    /// Whether folded words are the name of somebody who publishes: what is linked to.
    #[must_use]
    pub fn is_source(&self, folded: &str) -> bool {
        self.words.is(folded, SOURCE)
    }

    /// The name that is spelt so in another script.
    #[must_use]
    pub fn in_script(&self, spelling: &str) -> Option<&'g Name> {
        let same = |it: &str| it.chars().flat_map(char::to_lowercase).eq(spelling.chars().flat_map(char::to_lowercase));
        self.names.iter().find(|name| name.script.iter().any(|it| same(it)))
    }

    /// The names with a word of which a folded word may be a misspelling, as far as their letters tell.
    pub fn near(self, word: &str) -> impl Iterator<Item = Known<'g>> {
        let near = self.words.neighbours.near(word).filter_map(move |it| self.names.get(self.words.targets.at(it) as usize));
        near.map(|name| Known { name, word: last(&name.text), before: name.text.rsplit(' ').nth(1) })
    }
}
