//! The words left that a spinner might have replaced: that they were not speaks against one.

use std::ops::Range;

use super::signs::Sighting;
use crate::{
    admit::Subject,
    rules::{Group, Replaceable},
    segment::token::{Kind, Token, WordId},
    span::Span,
};

/// A word left that a spinner might have replaced.
pub(super) struct Survivor {
    pub(super) block: usize,
    pub(super) group: Group,
    pub(super) original: Replaceable,
}

/// The words left that a spinner might have replaced, in the order of the text.
pub(super) fn of(subject: &Subject<'_>, signs: &[Sighting]) -> Vec<Survivor> {
    let original = |word: WordId| subject.rules.original(word);
    let left = left(subject, signs, original).map(|(block, word, original)| Survivor { block, group: Group::word(word), original });
    let mut survivors = Vec::with_capacity(subject.scan.words / 4);
    survivors.extend(left);
    survivors
}

/// Of the words outside quotations, names and signs those that `wanted` wants, each with its block. Most spinners leave names alone: the “New” of
/// “New South Wales” is no “new” that was left.
fn left<'s, T>(
    subject: &'s Subject<'_>,
    signs: &'s [Sighting],
    wanted: impl Fn(WordId) -> Option<T> + 's,
) -> impl Iterator<Item = (usize, WordId, T)> + 's {
    let Subject { text, scan, layout, .. } = *subject;
    let capital = |token: &Token| text.as_bytes()[token.start as usize].is_ascii_uppercase();
    let in_name = move |at: usize| at > 0 && capital(&scan.tokens[at]) && scan.tokens[at - 1].kind() == Kind::Word;
    let mut signs = signs.iter().map(|it| it.span).peekable();
    let mut masks = layout.masks.iter().copied().peekable();
    let mut block = 0;
    scan.tokens.iter().enumerate().filter_map(move |(at, token)| {
        let what = wanted(token.id()).filter(|_| !in_name(at))?;
        let span = Span::new(token.start as usize, token.end as usize);
        while signs.next_if(|it| it.end <= span.start).is_some() {}
        while masks.next_if(|it| it.end <= span.start).is_some() {}
        let covered = |it: &Span| it.overlaps(span);
        if signs.peek().is_some_and(covered) || masks.peek().is_some_and(covered) {
            return None;
        }
        while layout.blocks.get(block).is_some_and(|it| it.span.end <= span.start) {
            block += 1;
        }
        Some((block, token.id(), what))
    })
}

/// Which originals have survivors, of those that spinners were seen to replace: by block, as bits that several originals may share. Such a one
/// says less than each of them would.
pub(super) struct Sketch(Vec<Survived>);

/// The originals that have a survivor, and those that have two or more, as far as bits can tell.
#[derive(Debug, Clone, Copy, Default)]
struct Survived {
    once: [u64; Self::WORDS],
    twice: [u64; Self::WORDS],
}

impl Survived {
    const WORDS: usize = 8;

    const fn place(original: Group) -> (usize, u64) {
        let bit = original.mixed() >> (u32::BITS - 9);
        ((bit / 64) as usize, 1 << (bit % 64))
    }

    const fn add(&mut self, original: Group) {
        let (at, bit) = Self::place(original);
        self.twice[at] |= self.once[at] & bit;
        self.once[at] |= bit;
    }

    const fn leave_out(&mut self, original: Group) {
        let (at, bit) = Self::place(original);
        self.once[at] &= !bit;
        self.twice[at] &= !bit;
    }

    fn and(&mut self, other: &Self) {
        for at in 0..Self::WORDS {
            self.twice[at] |= other.twice[at] | self.once[at] & other.once[at];
            self.once[at] |= other.once[at];
        }
    }
}

impl Sketch {
    pub(super) fn new(subject: &Subject<'_>, signs: &[Sighting]) -> Self {
        // What lies behind the last block belongs to none.
        let mut blocks = vec![Survived::default(); subject.layout.blocks.len() + 1];
        for (block, word, ()) in left(subject, signs, |it| subject.rules.is_attested(it).then_some(())) {
            blocks[block].add(Group::word(word));
        }
        Self(blocks)
    }

    /// How many originals have no survivor in some blocks (as nobody asks, none), one, and more, at the least, and none of these signs.
    pub(super) fn beside(&self, blocks: Span, signs: &[Sighting]) -> [u32; 3] {
        let mut all = Survived::default();
        for block in &self.0[blocks.range()] {
            all.and(block);
        }
        for sign in signs {
            all.leave_out(sign.group);
        }
        let [once, twice] = [all.once, all.twice].map(|it| it.iter().map(|it| it.count_ones()).sum::<u32>());
        [0, once - twice, twice]
    }
}

/// So many survivors of one original, or more, say that it is not on the list.
pub(super) const MANY: usize = 64;

/// How many originals have each number of survivors, up to the last, which stands for more.
#[derive(Clone, Copy)]
pub(super) struct Census {
    /// Of the originals that spinners were seen to replace.
    pub(super) attested: [u32; MANY],
    /// Of the others.
    pub(super) unattested: [u32; MANY],
}

impl Census {
    /// The originals of a kind with so many survivors.
    const fn of(&mut self, original: Replaceable, survivors: u32) -> &mut u32 {
        let kind = if original.attested { &mut self.attested } else { &mut self.unattested };
        let survivors = survivors as usize;
        &mut kind[if survivors < MANY { survivors } else { MANY - 1 }]
    }
}

/// The survivors of a run of blocks, counted; the run can be moved over the text, which costs what comes in and what goes out.
pub(super) struct Tally<'s> {
    survivors: &'s [Survivor],
    // Of those that are counted.
    first: usize,
    last: usize,
    // By original: how many it has, and when it was last left out of a census.
    counts: Vec<u32>,
    left_out: Vec<u32>,
    times: u32,
    census: Census,
}

impl<'s> Tally<'s> {
    /// Of no block yet.
    pub(super) fn new(survivors: &'s [Survivor], subject: &Subject<'_>) -> Self {
        let originals = subject.rules.originals();
        let census = Census { attested: [0; MANY], unattested: [0; MANY] };
        Self { survivors, first: 0, last: 0, counts: vec![0; originals], left_out: vec![0; originals], times: 0, census }
    }

    /// Counts those of some blocks.
    pub(super) fn of(mut self, blocks: Span) -> Self {
        self.move_to(blocks);
        self
    }

    /// Counts those of other blocks.
    pub(super) fn move_to(&mut self, blocks: Span) {
        let first = self.survivors.partition_point(|it| it.block < blocks.start);
        let last = self.survivors.partition_point(|it| it.block < blocks.end);
        if first >= self.last || last <= self.first {
            self.turn(self.first..self.last, false);
            self.turn(first..last, true);
        } else {
            self.turn(first..self.first, true);
            self.turn(self.last..last, true);
            self.turn(self.first..first, false);
            self.turn(last..self.last, false);
        }
        (self.first, self.last) = (first, last);
    }

    /// All survivors of the text.
    pub(super) const fn survivors(&self) -> &'s [Survivor] {
        self.survivors
    }

    /// How many survivors an original has.
    pub(super) fn count(&self, original: Replaceable) -> u32 {
        self.counts[original.index()]
    }

    /// The originals that have survivors alone, and none of these signs.
    pub(super) fn beside(&mut self, signs: &[Sighting]) -> Census {
        self.times += 1;
        let mut census = self.census;
        for original in signs.iter().filter_map(|it| it.original) {
            let count = self.counts[original.index()];
            let left_out = &mut self.left_out[original.index()];
            if count > 0 && *left_out < self.times {
                *left_out = self.times;
                *census.of(original, count) -= 1;
            }
        }
        census
    }

    /// Counts some survivors, or counts them no longer.
    fn turn(&mut self, which: Range<usize>, counted: bool) {
        for it in self.survivors.get(which).unwrap_or_default() {
            let count = &mut self.counts[it.original.index()];
            let old = *count;
            *count = if counted { old + 1 } else { old - 1 };
            // Those without a survivor are counted, too, where nobody asks for them.
            *self.census.of(it.original, old) = self.census.of(it.original, old).wrapping_sub(1);
            *self.census.of(it.original, *count) = self.census.of(it.original, *count).wrapping_add(1);
        }
    }
}
