//! The head of a page in front of its text: section, author, date and the like, one behind the other.
//!
//! Each part may begin a sentence, too: “Sport is good for you”, “14 March was a Monday”. Several of them together, with marks between them or
//! in lines of their own, hardly ever do: what each says is added up, and the likeliest chain of parts is the head.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::sequence;
use crate::{
    nats::MilliNats,
    rules::pattern::{Atom, Pattern, Shape},
    segment::token::{Kind, Token, Vocabulary, WordId},
};

/// A pattern that parts of heads are known by.
#[derive(Debug)]
pub struct Known {
    /// Index of the rule.
    pub rule: u32,
    /// What the part looks like.
    pub pattern: Pattern,
    /// What it says for a head, as a logarithm.
    pub says: MilliNats,
}

/// The patterns that parts of heads are known by, in the order of preference.
#[derive(Debug, Default)]
pub struct Parts {
    /// The patterns.
    pub known: Vec<Known>,
    // By the first word, those that may begin with it; and those that may begin with any number, and with any other word.
    words: FxHashMap<WordId, Vec<usize>>,
    numbers: Vec<usize>,
    others: Vec<usize>,
}

impl Parts {
    /// Orders patterns by what they begin with.
    #[must_use]
    pub fn new(known: Vec<Known>, vocabulary: &Vocabulary) -> Self {
        let mut parts = Self::default();
        for (index, it) in known.iter().enumerate() {
            let elements = &it.pattern.elements;
            let needed = elements.iter().position(|it| it.least > 0).map_or(elements.len(), |it| it + 1);
            for atom in elements[..needed].iter().flat_map(|it| &it.any_of) {
                match atom {
                    Atom::Known(ids) => ids.iter().for_each(|it| parts.words.entry(*it).or_default().push(index)),
                    Atom::Literal(words) => {
                        words.iter().take(1).for_each(|it| parts.words.entry(vocabulary.get(it)).or_default().push(index));
                    }
                    Atom::Shape(Shape::Number | Shape::Day | Shape::Year | Shape::Date | Shape::Time, _) => parts.numbers.push(index),
                    _ => parts.others.push(index),
                }
            }
        }
        parts.words.values_mut().chain([&mut parts.numbers, &mut parts.others]).for_each(Vec::dedup);
        Self { known, ..parts }
    }

    /// Those that may begin with a token; with any word, only where `names` may stand there.
    fn beginning(&self, token: Token, names: bool) -> Vec<&Known> {
        let any = match token.kind() {
            Kind::Number => &self.numbers[..],
            Kind::Word if names => &self.others[..],
            Kind::Word | Kind::Mark | Kind::Break => &[],
        };
        let own = self.words.get(&token.id()).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<usize> = own.iter().chain(any).copied().collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|it| &self.known[it]).collect()
    }
}

/// A part of a head, by its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Index of its rule.
    pub rule: u32,
    /// Its first token.
    pub start: usize,
    /// One past its last token.
    pub end: usize,
}

/// What a head must say at the least.
const ENOUGH: MilliNats = 2_000;
/// What it says that a mark such as `|` stands between two parts.
const PARTED: MilliNats = 500;
/// That the head ends with a line.
const LINE: MilliNats = 500;
/// That a sentence begins right behind a part that is no name or title, or behind a mark.
const FUSED: MilliNats = 900;
const MARKED: MilliNats = 400;
/// That a sentence begins behind it which says where it was written: `OSLO (Reuters) –`.
const DATELINE: MilliNats = 900;
/// A name may stand right before what says so much.
const TOLD: MilliNats = 900;
/// Marks that hardly stand in running text.
const MARKS: [char; 7] = ['|', '·', '•', '›', '»', '>', '/'];
/// Where it was written takes so many more tokens.
const PLACE: usize = 7;
/// That other parts of a head stand before it or behind it.
const BESIDE: MilliNats = 1_500;
/// A head has no more tokens.
const LONGEST: usize = 80;
/// Behind a head that begins with a name, a mark or a number stands within so many tokens.
const SOON: usize = 10;
/// A part has no more tokens.
const LONGEST_PART: usize = 16;

/// The parts of the head that begins with the first of some tokens, and the token at which the text begins; `None` where there is no head. No part begins behind
/// the last of `within`; `beside` says that other parts of the head stand around them. `is_function` tells words that no name ends with.
#[must_use]
pub fn parts(
    known: &Parts,
    text: &str,
    tokens: &[Token],
    (within, beside): (Range<usize>, bool),
    is_function: &dyn Fn(Token) -> bool,
) -> Option<(Vec<Part>, usize)> {
    let start = within.start;
    let mut chains =
        Chains { known, text, tokens, first: start, last: (start + LONGEST).min(within.end), is_function, best: FxHashMap::default() };
    let mut link = chains.from(start).filter(|it| it.says + if beside { BESIDE } else { 0 } >= ENOUGH)?;
    let mut parts = vec![link.part];
    while let Some(next) = link.goes_on.then(|| chains.from(link.next)).flatten() {
        parts.push(next.part);
        link = next;
    }
    Some((parts, link.next))
}

/// The likeliest chains of parts of a text.
struct Chains<'c> {
    known: &'c Parts,
    text: &'c str,
    tokens: &'c [Token],
    // Where the first part begins, and where none does any more.
    first: usize,
    last: usize,
    is_function: &'c dyn Fn(Token) -> bool,
    // By the token that they begin with.
    best: FxHashMap<usize, Option<Link>>,
}

/// The first part of a chain.
#[derive(Debug, Clone, Copy)]
struct Link {
    part: Part,
    // What stands behind it and the marks that follow.
    next: usize,
    // Whether another part does.
    goes_on: bool,
    // What it says itself, and what the whole chain says.
    told: MilliNats,
    says: MilliNats,
}

impl Chains<'_> {
    /// The likeliest chain that begins with a token.
    fn from(&mut self, at: usize) -> Option<Link> {
        if let Some(known) = self.best.get(&at) {
            return *known;
        }
        if at >= self.last || self.is_dateline(at) {
            return None;
        }
        let mut best: Option<Link> = None;
        for known in self.known.beginning(self.tokens[at], at > self.first || self.ends_soon(at)) {
            for end in self.ends(&known.pattern, at) {
                let Some((next, parted)) = self.behind(end) else { continue };
                // What says nothing by itself ends at a mark, with the line, or before what no name goes on with.
                let mut closed = || next > end || self.ends_line(end, next) || self.opens_sentence(next) || self.is_told(next);
                if known.says == 0 && !closed() {
                    continue;
                }
                let part = Part { rule: known.rule, start: at, end };
                let more = self.from(next).map(|it| (parted + it.says, true));
                // A line of names alone may be where it was written.
                let stop = self.stop(end, next).filter(|_| known.says > 0 || !self.ends_line(end, next) || !self.is_of_names(end));
                let Some((says, goes_on)) = more.into_iter().chain(stop.map(|it| (it, false))).max() else { continue };
                let link = Link { part, next, goes_on, told: known.says, says: known.says + says };
                if best.is_none_or(|it| it.says < link.says) {
                    best = Some(link);
                }
            }
        }
        self.best.insert(at, best);
        best
    }

    /// Whether a mark, a number or the end of the line stands soon behind a token, as behind names in heads.
    fn ends_soon(&self, at: usize) -> bool {
        let ends = |it: usize| {
            let parted = self.is_mark(it) || self.tokens[it].kind() == Kind::Number;
            parted || self.gap(self.tokens[it - 1], self.tokens[it]).contains('\n')
        };
        self.tokens[at].is_capital() && (at + 1..self.tokens.len()).take(SOON).any(ends)
    }

    /// Where a part may end that begins with a token and looks like a pattern: all on one line, and no name with a function word at its end.
    fn ends(&self, pattern: &Pattern, at: usize) -> Vec<usize> {
        let first = &pattern.elements[0];
        if first.least > 0 && sequence::takes(first, self.text, self.tokens, at).is_none() {
            return Vec::new();
        }
        let names = ends_with_name(pattern);
        let line = self.tokens[at..].iter().zip(&self.tokens[at + 1..]).take(LONGEST_PART);
        let line = 1 + line.take_while(|(a, b)| b.kind() != Kind::Break && !self.gap(**a, **b).contains('\n')).count();
        let longest = sequence::longest(&pattern.elements).min(line).min(LONGEST_PART);
        let ends = (at + 1..=at + longest).filter(|&end| !names || !(self.is_function)(self.tokens[end - 1]));
        let mut ends: Vec<usize> = ends.filter(|&end| sequence::takes_all(&pattern.elements, self.text, &self.tokens[..end], at)).collect();
        // Of equal ones the first is taken: the shorter name, and the longer of anything else.
        if !names {
            ends.reverse();
        }
        ends
    }

    /// The token that follows a part and the marks behind it, and what these say.
    fn behind(&self, end: usize) -> Option<(usize, MilliNats)> {
        let next = end + (end..self.tokens.len()).take_while(|&it| self.is_mark(it)).count();
        let following = self.tokens.get(next)?;
        let between = self.gap(self.tokens[end - 1], *following);
        let parted = between.contains(MARKS);
        Some((next, if parted { PARTED } else { 0 }))
    }

    /// Whether a token parts what stands before it from what stands behind it; a hyphen within a name does not.
    fn is_mark(&self, at: usize) -> bool {
        let hyphen = at > 0 && self.tokens[at - 1].end == self.tokens[at].start && self.tokens[at].of(self.text) == "-";
        !hyphen && is_mark(self.tokens[at], self.text)
    }

    /// What it says that the head ends with a part, and the text begins with a token behind it; `None` where it cannot.
    fn stop(&self, end: usize, next: usize) -> Option<MilliNats> {
        let following = self.tokens[next];
        let opens =
            following.is_capital() || following.kind() == Kind::Number || matches!(following.of(self.text), "“" | "\"" | "‘" | "«" | "(");
        match () {
            () if self.ends_line(end, next) => Some(LINE),
            () if self.is_dateline(next) => Some(DATELINE),
            () if !opens => None,
            () if self.opens_sentence(next) => Some(FUSED),
            () if self.behind(end).is_some_and(|it| it.1 > 0) => Some(MARKED),
            () if next == end && self.is_plain(following) && !self.is_plain(self.tokens[end - 1]) => Some(FUSED),
            () => Some(0),
        }
    }

    /// Whether only the first letter of a word is a capital: `PM` and `IST` belong to what stands before them.
    fn is_plain(&self, token: Token) -> bool {
        token.is_capital() && token.of(self.text).chars().nth(1).is_some_and(char::is_lowercase)
    }

    /// Whether a token is a word that only the beginning of a sentence gives a capital: “The”, “A”, and not `AM`.
    fn opens_sentence(&self, at: usize) -> bool {
        let token = self.tokens[at];
        token.is_capital() && (self.is_function)(token) && (self.is_plain(token) || token.of(self.text).len() == 1)
    }

    /// Whether the line up to the end of a part has no mark of heads and no number.
    fn is_of_names(&self, end: usize) -> bool {
        let before = &self.text[..self.tokens[end - 1].end as usize];
        let line = &before[before.rfind('\n').map_or(0, |it| it + 1)..];
        !line.contains(MARKS) && !line.contains(|it: char| it.is_ascii_digit())
    }

    /// Whether a line ends behind a part.
    fn ends_line(&self, end: usize, next: usize) -> bool {
        self.gap(self.tokens[end - 1], self.tokens[next]).contains('\n')
    }

    /// Whether a token is a place in capitals, and a dash or a bracket soon follows: `OSLO, March 3 —`.
    fn is_dateline(&self, at: usize) -> bool {
        let place = self.tokens[at].of(self.text);
        let within = |it: &&Token| it.is_capital() || it.kind() == Kind::Number || matches!(it.of(self.text), "," | ".");
        let behind = self.tokens[at + 1..].iter().take(PLACE).find(|it| !within(it));
        let shouted = place.chars().nth(1).is_some() && place.chars().all(char::is_uppercase);
        shouted && behind.is_some_and(|it| matches!(it.of(self.text), "(" | "–" | "—" | "-"))
    }

    /// Whether a chain begins with a token that is a part by what it says itself.
    fn is_told(&mut self, at: usize) -> bool {
        self.from(at).is_some_and(|it| it.told >= TOLD)
    }

    fn gap(&self, a: Token, b: Token) -> &str {
        &self.text[a.end as usize..b.start as usize]
    }
}

/// Whether a token may stand between two parts of a head.
#[must_use]
pub fn is_mark(token: Token, text: &str) -> bool {
    let mark = || matches!(token.of(text), "|" | "·" | "•" | "›" | "»" | ">" | "/" | "–" | "—" | "-" | "," | ";");
    token.kind() == Kind::Break || token.kind() == Kind::Mark && mark()
}

fn ends_with_name(pattern: &Pattern) -> bool {
    pattern.elements.last().is_some_and(|it| it.any_of.iter().any(|it| matches!(it, Atom::Shape(Shape::Name, _))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::{pattern, rule::Rulebook},
        segment::token::tokenise,
    };

    /// The parts between bars.
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let patterns = [
            ("sport|news", 700),
            ("by <name>{2,3}", 1_300),
            ("<day> may <year>", 1_100),
            ("<number> : <number> am|ist?", 1_000),
            ("<name>{1,2}", 0),
        ];
        let known = (0..).zip(patterns).map(|(rule, (source, says))| {
            let pattern = pattern::parse(source, &Rulebook::default()).expect("it parses");
            Known { rule, pattern, says }
        });
        let (vocabulary, mut tokens) = (Vocabulary::default(), Vec::new());
        let parts_of = Parts::new(known.collect(), &vocabulary);
        tokenise(text, &vocabulary, &mut tokens);
        let is_function = |it: Token| matches!(it.of(text), "The" | "In" | "AM");
        let found = parts(&parts_of, text, &tokens, (0..tokens.len(), false), &is_function);
        let words = |it: &Part| text[tokens[it.start].start as usize..tokens[it.end - 1].end as usize].to_owned();
        let found = found.map(|(parts, _)| parts.iter().map(words).collect::<Vec<_>>().join("|"));
        assert_eq!(found.as_deref().unwrap_or_default(), expect, "{text}");
    }

    #[test]
    fn several_parts_are_a_head() {
        check("Sport | 4 May 2021 | 18:32 Rowing is hard.", "Sport|4 May 2021|18:32");
        check("4 May 2021\n18:32\n\nRowing is hard.", "4 May 2021|18:32");
        check("News By Amos Brill 4 May 2021 The sea is wide.", "News|By Amos Brill|4 May 2021");
    }

    #[test]
    fn one_part_may_begin_a_sentence() {
        check("4 May 2021 was a Tuesday.", "");
        check("Sport is good for you.", "");
        check("By Amos Brill and others.", "");
        check("The Boat\n\nBy Amos Brill\n\nThe sea is wide.", "");
    }

    #[test]
    fn a_part_takes_what_belongs_to_it() {
        check("4 May 2021 10:22 AM Kuala is a town.", "4 May 2021|10:22 AM");
        check("Sport | 4 May 2021 | By Amos Brill The sea is wide.", "Sport|4 May 2021|By Amos Brill");
        check("Sport | 4 May 2021 | By Amos Brill Oslo was quiet.", "Sport|4 May 2021|By Amos Brill");
    }

    #[test]
    fn where_it_was_written_stays() {
        check("By Amos Brill 4 May 2021 OSLO, May 4 — The sea is wide.", "By Amos Brill|4 May 2021");
        check("Sport | 4 May 2021 | KUALA BARU (Reuters) – The sea is wide.", "Sport|4 May 2021");
    }
}
