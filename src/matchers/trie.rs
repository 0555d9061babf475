//! Runs of words, all rules in one trie that hangs under its first words.

use serde::{Deserialize, Serialize};

use super::{literal::Literal, neighbour::Neighbour};
use crate::{
    packed::{Column, Slots, fixed},
    segment::token::{Token, WordId},
};

/// What a run of words stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A phrase or a row: the indices of its rule and of the form that the words are.
    Form {
        /// Index of the rule.
        rule: u32,
        /// Index of the form among those of the rule.
        form: u32,
    },
    /// The literal words of a pattern.
    Sequence {
        /// The index of its matcher.
        index: u32,
        /// What must stand beside the words.
        neighbour: Neighbour,
    },
    /// The words of a literal that announces a regular expression.
    Anchor {
        /// Index of the expression.
        expression: u32,
        /// Which of the literals of the expression.
        literal: Literal,
    },
}

/// Runs of words and what they stand for.
///
/// A token costs one look into the table of roots, and mostly no more, whether a run ends with it or not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Trie {
    // By the number of the first word: the number of its node, 0 for none.
    roots: Column<u32>,
    // The node under which the runs hang that begin a line; 0 for none.
    lines: u32,
    // The bits of the first two words of longer runs: what tells nearly always that a word leads nowhere here.
    pairs: Column<u64>,
    // Node 0 is none.
    nodes: Column<Node>,
    // By the number of a node and the word that leads on: the number of the next node.
    children: Slots,
    // Target 0 is none.
    targets: Column<Linked>,
}

/// Words that follow one another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// The words.
    pub words: Box<[WordId]>,
    /// Whether they count only where a line begins with them.
    pub begins_line: bool,
}

/// A run of words, or the beginning of one.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    // The first of its targets.
    target: u32,
    // The bits of the words that lead on: nearly all others are ruled out without a look into the table of children.
    leads: u64,
}
fixed!(Node { target: u32, leads: u64 });

/// Where the runs of a first word begin: looked up for many tokens before any run is followed, so that they wait for the memory together.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    target: Option<Linked>,
    // The number of the node that the second word leads to.
    second: u32,
}

/// A target and the next one of the same words.
#[derive(Debug, Clone, Copy, Default)]
struct Linked {
    // A rule, or what a bit says that it is.
    number: u32,
    // The form of a rule, a literal, or the words of a neighbour.
    form: u32,
    next: u32,
}
fixed!(Linked { number: u32, form: u32, next: u32 });

const SEQUENCE: u32 = 1 << 31;
const ANCHOR: u32 = 1 << 30;
/// Set where the neighbour of a sequence stands behind it.
const BEHIND: u32 = 1 << 29;

impl Linked {
    fn new(target: Target) -> Self {
        match target {
            Target::Form { rule, form } => Self { number: rule, form, next: 0 },
            Target::Sequence { index, neighbour } => {
                let (words, behind) = neighbour.packed();
                Self { number: index | SEQUENCE | if behind { BEHIND } else { 0 }, form: words, next: 0 }
            }
            Target::Anchor { expression, literal } => Self { number: expression | ANCHOR, form: literal.packed(), next: 0 },
        }
    }

    const fn target(self) -> Target {
        if self.number & SEQUENCE != 0 {
            let neighbour = Neighbour::unpacked(self.form, self.number & BEHIND != 0);
            Target::Sequence { index: self.number & !(SEQUENCE | BEHIND), neighbour }
        } else if self.number & ANCHOR != 0 {
            Target::Anchor { expression: self.number ^ ANCHOR, literal: Literal::unpacked(self.form) }
        } else {
            Target::Form { rule: self.number, form: self.form }
        }
    }
}

/// The bit of a word among those that lead on from a node.
const fn bit(word: WordId) -> u64 {
    1 << (word.index() % 64)
}

/// So many bits are kept of pairs, as a power of two: 64 KiB of them.
const PAIR_BITS: u32 = 19;

/// The place of two words among the bits of pairs.
const fn pair(first: WordId, second: WordId) -> (usize, u64) {
    let mixed = (first.number().wrapping_mul(0x9E37_79B1) ^ second.number().wrapping_mul(0x85EB_CA77)).wrapping_mul(0xC2B2_AE3D);
    let bit = mixed >> (u32::BITS - PAIR_BITS);
    ((bit >> 6) as usize, 1 << (bit & 63))
}

/// The hash of a node and a word that leads on from it.
const fn step(node: u32, word: WordId) -> u64 {
    let key = (node as u64) << 32 | word.number() as u64;
    let mixed = (key ^ (key >> 29)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (mixed ^ (mixed >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2³² entries")
}

impl Trie {
    /// Hangs runs of words in. Those of words with low numbers come to lie side by side: let these be the frequent ones.
    pub fn extend(&mut self, mut runs: Vec<(Run, Target)>) {
        // Stable: those of the same words stay in their order.
        runs.sort_by(|a, b| a.0.cmp(&b.0));
        for (run, _) in &runs {
            if let Some(first) = run.words.first().filter(|_| !run.begins_line) {
                self.root(*first);
            }
        }
        for (run, target) in runs {
            self.insert(&run, target);
        }
    }

    /// The node of a first word.
    fn root(&mut self, word: WordId) -> u32 {
        self.roots.fill_up(word.index() + 1, 0);
        let known = self.roots.at(word.index());
        if known != 0 {
            return known;
        }
        let added = self.add_node();
        self.roots.set(word.index(), added);
        added
    }

    /// The node that a word leads to from another.
    fn child(&mut self, at: u32, word: WordId) -> u32 {
        let node = self.nodes.at(at as usize);
        self.nodes.set(at as usize, Node { leads: node.leads | bit(word), ..node });
        let mut child = self.children.find(step(at, word));
        if child == 0 {
            child = self.add_node();
            self.children.insert(step(at, word), child);
        }
        child
    }

    /// Hangs a run of words in; an empty run is none.
    fn insert(&mut self, run: &Run, target: Target) {
        let Some((first, rest)) = run.words.split_first() else { return };
        let mut at = if run.begins_line {
            if self.lines == 0 {
                self.lines = self.add_node();
            }
            self.child(self.lines, *first)
        } else {
            if let Some(&second) = rest.first() {
                self.pairs.fill_up(1 << (PAIR_BITS - 6), 0);
                let (place, bit) = pair(*first, second);
                self.pairs.set(place, self.pairs.at(place) | bit);
            }
            self.root(*first)
        };
        for &word in rest {
            at = self.child(at, word);
        }
        self.targets.fill_up(1, Linked::default());
        let added = number(self.targets.len());
        self.targets.push(Linked::new(target));
        let node = self.nodes.at(at as usize);
        if node.target == 0 {
            self.nodes.set(at as usize, Node { target: added, ..node });
            return;
        }
        // Behind those that are there already.
        let mut last = node.target as usize;
        while self.targets.at(last).next != 0 {
            last = self.targets.at(last).next as usize;
        }
        self.targets.set(last, Linked { next: added, ..self.targets.at(last) });
    }

    fn add_node(&mut self) -> u32 {
        self.nodes.fill_up(1, Node::default());
        self.nodes.push(Node::default());
        number(self.nodes.len() - 1)
    }

    /// Whether any run starts with a word.
    #[must_use]
    #[inline]
    pub fn begins(&self, word: WordId) -> bool {
        self.roots.get(word.index()).is_some_and(|it| it != 0)
    }

    /// Whether a run is a word by itself.
    #[must_use]
    pub fn ends_at_once(&self, word: WordId) -> bool {
        self.roots.get(word.index()).is_some_and(|it| it != 0 && self.nodes.at(it as usize).target != 0)
    }

    /// Whether all runs that are a word by itself count behind white space only.
    #[must_use]
    pub fn is_behind_blank(&self, word: WordId) -> bool {
        let root = self.roots.get(word.index()).filter(|it| *it != 0);
        let first = root.and_then(|it| self.target(self.nodes.at(it as usize).target));
        let mut targets = std::iter::successors(first, |it| self.target(it.next)).map(Linked::target);
        targets.all(|it| matches!(it, Target::Anchor { literal, .. } if literal.is_behind_blank()))
    }

    /// Whether a longer run may start with two words: surely where one does, and seldom where none does.
    #[must_use]
    #[inline]
    pub fn may_go_on(&self, first: WordId, second: WordId) -> bool {
        let (place, bit) = pair(first, second);
        self.pairs.get(place).is_some_and(|it| it & bit != 0)
    }

    /// Where the runs that start with a word begin, and how they go on with the next one.
    #[must_use]
    #[inline]
    pub fn start(&self, word: WordId, next: Option<WordId>) -> Start {
        self.start_at(self.roots.get(word.index()).unwrap_or_default(), next)
    }

    /// The same for the runs that begin a line.
    #[must_use]
    pub fn start_of_line(&self, word: WordId, next: Option<WordId>) -> Start {
        let lines = if self.lines == 0 { Node::default() } else { self.nodes.at(self.lines as usize) };
        self.start_at(self.next(self.lines, lines, Some(word)), next)
    }

    #[inline]
    fn start_at(&self, first: u32, next: Option<WordId>) -> Start {
        let node = if first == 0 { Node::default() } else { self.nodes.at(first as usize) };
        Start { target: self.target(node.target), second: self.next(first, node, next) }
    }

    #[inline]
    fn target(&self, number: u32) -> Option<Linked> {
        (number != 0).then(|| self.targets.at(number as usize))
    }

    /// The number of the node that a word leads to from another; 0 for none.
    #[inline]
    fn next(&self, number: u32, node: Node, word: Option<WordId>) -> u32 {
        word.filter(|it| node.leads & bit(*it) != 0).map_or(0, |it| self.children.find(step(number, it)))
    }

    /// Calls `found` with every run that starts at `tokens[at]`, where its word begins, and how many tokens it has: shorter ones first, and those
    /// of the same words in the order in which they were hung in.
    #[inline]
    pub fn runs_at(&self, tokens: &[Token], at: usize, start: Start, mut found: impl FnMut(Target, usize)) {
        let Start { mut target, second: mut next } = start;
        let mut length = 1;
        loop {
            while let Some(it) = target {
                found(it.target(), length);
                target = self.target(it.next);
            }
            if next == 0 {
                return;
            }
            let node = self.nodes.at(next as usize);
            target = self.target(node.target);
            length += 1;
            next = self.next(next, node, tokens.get(at + length).map(|it| it.id()));
        }
    }
}
