//! Runs of words, all rules in one trie that hangs under its first words.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::segment::token::{Token, WordId};

/// What a run of words stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A phrase or a row: the indices of its rule and of the form that the words are.
    Form {
        /// Index of the rule.
        rule: u32,
        /// Index of the form among those of the rule.
        form: u32,
    },
    /// The literal words of a pattern: the index of its matcher.
    Sequence(u32),
}

/// Runs of words and what they stand for.
///
/// A token costs one look into the table of roots, and mostly no more, whether a run ends with it or not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trie {
    // By the number of the first word.
    roots: Vec<Node>,
    inner: Vec<Node>,
    // By the key of a node and the word that leads on: the key of the next node.
    children: FxHashMap<(u32, WordId), u32>,
    // Lists of further targets, each entry with the index of the next, 0 at the end. Entry 0 is none.
    further: Vec<(Target, u32)>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Node {
    target: Option<Target>,
    // In `Trie::further`.
    further: u32,
    // The bits of the words that lead on: nearly all others are ruled out without a look into the table of children.
    leads: u64,
}

/// Set in the keys of inner nodes, which are their indices else; those of roots are the numbers of their words.
const INNER: u32 = 1 << 31;

/// The bit of a word among those that lead on from a node.
const fn bit(word: WordId) -> u64 {
    1 << (word.index() % 64)
}

fn key(index: usize) -> u32 {
    u32::try_from(index).ok().filter(|it| *it < INNER).expect("fewer than 2³¹ nodes")
}

impl Trie {
    /// Hangs a run of words in; an empty run is none.
    pub fn insert(&mut self, words: &[WordId], target: Target) {
        let Some((first, rest)) = words.split_first() else { return };
        if self.roots.len() <= first.index() {
            self.roots.resize(first.index() + 1, Node::default());
        }
        let mut at = key(first.index());
        for &word in rest {
            self.node_mut(at).leads |= bit(word);
            let next = INNER | key(self.inner.len());
            let child = *self.children.entry((at, word)).or_insert(next);
            if child == next {
                self.inner.push(Node::default());
            }
            at = child;
        }
        if self.node(at).target.is_none() {
            self.node_mut(at).target = Some(target);
            return;
        }
        // Behind those that are there already.
        if self.further.is_empty() {
            self.further.push((target, 0));
        }
        let entry = u32::try_from(self.further.len()).expect("fewer than 2³² phrases");
        self.further.push((target, 0));
        let mut last = self.node(at).further;
        if last == 0 {
            self.node_mut(at).further = entry;
            return;
        }
        while self.further[last as usize].1 != 0 {
            last = self.further[last as usize].1;
        }
        self.further[last as usize].1 = entry;
    }

    fn node(&self, key: u32) -> &Node {
        if key & INNER == 0 { &self.roots[key as usize] } else { &self.inner[(key ^ INNER) as usize] }
    }

    fn node_mut(&mut self, key: u32) -> &mut Node {
        if key & INNER == 0 { &mut self.roots[key as usize] } else { &mut self.inner[(key ^ INNER) as usize] }
    }

    /// Whether any run starts with a word.
    #[must_use]
    pub fn begins(&self, word: WordId) -> bool {
        self.roots.get(word.index()).is_some_and(|it| it.leads != 0 || it.target.is_some())
    }

    /// Calls `found` with every run that starts at `tokens[at]` and how many tokens it has: shorter ones first, and those of the same words in
    /// the order in which they were hung in.
    #[inline]
    pub fn runs_at(&self, tokens: &[Token], at: usize, mut found: impl FnMut(Target, usize)) {
        let first = tokens[at].id();
        let Some(mut node) = self.roots.get(first.index()) else { return };
        let mut key = first.number();
        let mut length = 1;
        loop {
            if let Some(target) = node.target {
                found(target, length);
                let mut entry = node.further;
                while entry != 0 {
                    let (target, next) = self.further[entry as usize];
                    found(target, length);
                    entry = next;
                }
            }
            let Some(next) = tokens.get(at + length).filter(|it| node.leads & bit(it.id()) != 0) else { return };
            let Some(child) = self.children.get(&(key, next.id())) else { return };
            (key, node) = (*child, self.node(*child));
            length += 1;
        }
    }
}
