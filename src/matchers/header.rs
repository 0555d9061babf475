//! The head of a page in front of its text: section, author, date and the like, one behind the other.
//!
//! Each part may begin a sentence, too: “Sport is good for you”, “14 March was a Monday”. Several of them together, with marks between them or
//! in lines of their own, hardly ever do: what each says is added up, and the likeliest chain of parts is the head.

mod known;

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{opening::ends_sentence, sequence};
use crate::{
    nats::MilliNats,
    rules::pattern::{Element, Pattern},
    segment::token::{Kind, Token},
};

pub use known::{Known, Parts};

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
/// That a headline stands between other parts.
const HEADLINE: MilliNats = -1_000;
/// A name or a headline may stand right before what says so much.
const TOLD: MilliNats = 900;
/// Marks that hardly stand in running text.
const MARKS: [char; 7] = ['|', '·', '•', '›', '»', '>', '/'];
/// Where it was written takes so many more tokens.
const PLACE: usize = 7;
/// That other parts of a head stand before it or behind it.
const BESIDE: MilliNats = 1_500;
/// What a line of a label and other parts must say at the least, and what they must where text follows on the same line.
const FOOT: MilliNats = 2_300;
const FOOT_BEFORE_TEXT: MilliNats = 3_000;
/// So many tokens stand at the end of a line at the most.
const FOOT_TOKENS: usize = 24;
/// Names of zones have so many bytes at the most.
const ZONE: u32 = 4;
/// A head has no more tokens.
const LONGEST: usize = 80;
/// Behind a head that begins with a name, a mark or a number stands within so many tokens.
const SOON: usize = 10;
/// A part has no more tokens.
const LONGEST_PART: usize = 20;

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
    let range = within.start..(within.start + LONGEST).min(within.end);
    let mut chains = Chains::new(known, (text, tokens), range, Place::Head, is_function);
    let links = chains.links(within.start);
    links.first().filter(|it| it.says + if beside { BESIDE } else { 0 } >= ENOUGH)?;
    Some((links.iter().map(|it| it.part).collect(), links.last()?.next))
}

/// The parts at a token with which a line or a sentence begins, of a line that the tokens end with: all the rest of it, or less where that
/// says enough. They are one part of the rule of their label.
#[must_use]
pub fn foot(known: &Parts, text: &str, tokens: &[Token], at: usize, is_function: &dyn Fn(Token) -> bool) -> Option<Part> {
    let closes = |it: &Token| matches!(it.of(text), ")" | "]");
    let opened = at.checked_sub(1).is_some_and(|it| matches!(tokens[it].of(text), "(" | "["));
    let brackets = tokens.iter().rev().take_while(|it| opened && closes(it)).count();
    let tokens = &tokens[..tokens.len() - brackets];
    let links = Chains::new(known, (text, tokens), at..tokens.len(), Place::Foot, is_function).links(at);
    let (first, last) = (links.first()?, links.last()?);
    let is_label = |rule: &u32| known.known.iter().any(|it| it.in_lines && it.rule == *rule);
    let label = links.iter().map(|it| it.part.rule).find(is_label);
    let enough = if last.next == tokens.len() { FOOT } else { FOOT_BEFORE_TEXT };
    label.filter(|_| first.says >= enough).map(|rule| Part { rule, start: at, end: last.part.end })
}

/// The last label behind a sentence, in the last of some tokens, that the end of a line without a stop may belong to.
#[must_use]
pub fn label_before(known: &Parts, text: &str, tokens: &[Token]) -> Option<usize> {
    // A date, a time, its zone or `p.m.` ends such a line.
    let ends = |it: &Token| it.kind() == Kind::Number || it.kind() == Kind::Word && it.end - it.start <= ZONE;
    let short = |it: usize| tokens.len() > it && tokens[tokens.len() - it].of(text) == ".";
    tokens.last().filter(|it| ends(it) || short(1) && short(3))?;
    let least = tokens.len().saturating_sub(FOOT_TOKENS).max(1);
    (least..tokens.len())
        .rev()
        .take_while(|&it| tokens[it].kind() != Kind::Break)
        .find(|&it| known.labels(tokens[it]) && tokens[it - 1].kind() == Kind::Mark && ends_sentence(text, tokens, it - 1))
}

/// What a chain of parts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The first lines of a page.
    Head,
    /// A line further on, or its end.
    Foot,
}

/// The likeliest chains of parts of a text.
struct Chains<'c> {
    known: &'c Parts,
    text: &'c str,
    tokens: &'c [Token],
    // Where the first part begins, and where none does any more.
    first: usize,
    last: usize,
    place: Place,
    // Whether a headline may stand among them: only behind a part that says something, or each capital in a text would be tried. Found when
    // first asked for.
    has_headline: Option<bool>,
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

impl<'c> Chains<'c> {
    /// Those of parts within a range of the tokens.
    fn new(
        known: &'c Parts,
        (text, tokens): (&'c str, &'c [Token]),
        Range { start: first, end: last }: Range<usize>,
        place: Place,
        is_function: &'c dyn Fn(Token) -> bool,
    ) -> Self {
        let has_headline = (place == Place::Foot).then_some(false);
        Self { known, text, tokens, first, last, place, has_headline, is_function, best: FxHashMap::default() }
    }

    /// The links of the likeliest chain that begins with a token; none where there is no chain.
    fn links(&mut self, at: usize) -> Vec<Link> {
        let mut links: Vec<Link> = self.from(at).into_iter().collect();
        while let Some(next) = links.last().filter(|it| it.goes_on).map(|it| it.next).and_then(|it| self.from(it)) {
            links.push(next);
        }
        links
    }

    /// The likeliest chain that begins with a token.
    fn from(&mut self, at: usize) -> Option<Link> {
        if let Some(known) = self.best.get(&at) {
            return *known;
        }
        if at >= self.last || self.is_dateline(at) && !self.is_before_dash(at) {
            return None;
        }
        let mut best: Option<Link> = None;
        for known in self.known.beginning(self.tokens[at], at > self.first || self.ends_soon(at)) {
            let headline = known.is_headline;
            for end in if headline { self.ends_of_headline(&known.pattern, at) } else { self.ends(known, at) } {
                let Some((next, parted)) = self.behind(end) else { continue };
                // What says nothing by itself is no place, and ends at a mark, with the line, or before what no name goes on with.
                let is_place = self.is_place(at, end);
                let mut closed = || next > end || self.ends_line(end, next) || self.opens_sentence(next) || self.is_told(next);
                if known.says == 0 && !headline && (is_place || !closed()) {
                    continue;
                }
                let part = Part { rule: known.rule, start: at, end };
                let more = self.from(next).map(|it| (parted + it.says, true));
                // A line of names alone may be where it was written.
                let stop = self.stop(end, next).filter(|_| known.says > 0 || !self.ends_line(end, next) || !self.is_of_names(end));
                let Some((says, goes_on)) = more.into_iter().chain(stop.map(|it| (it, false))).max() else { continue };
                let own = if headline { HEADLINE } else { known.says };
                let link = Link { part, next, goes_on, told: own, says: own + says };
                if best.is_none_or(|it| it.says < link.says) {
                    best = Some(link);
                }
            }
        }
        self.best.insert(at, best);
        best
    }

    /// Whether a part that says something stands at the beginning.
    fn begins_with_part(&self) -> bool {
        let begins = |it: &&Known| it.says > 0 && !self.ends(it, self.first).is_empty();
        self.tokens.get(self.first).is_some_and(|it| self.known.beginning(*it, false).iter().any(begins))
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
    fn ends(&self, known: &Known, at: usize) -> Vec<usize> {
        let elements = &known.pattern.elements;
        let takes = |it: &Element, at: usize| sequence::takes(it, self.text, self.tokens, at).is_some();
        let (Some(first), Some(last)) = (elements.first(), elements.last()) else { return Vec::new() };
        if first.least > 0 && !takes(first, at) {
            return Vec::new();
        }
        let line = self.tokens[at..].iter().zip(&self.tokens[at + 1..]).take(known.longest - 1);
        let longest = 1 + line.take_while(|(a, b)| b.kind() != Kind::Break && !self.gap(**a, **b).contains('\n')).count();
        // Most are known by one word, or by their last token, to be none.
        if known.word.is_some_and(|word| !(at..at + longest).any(|it| takes(&elements[word], it))) {
            return Vec::new();
        }
        let ends_so = |end: usize| last.least == 0 || !last.is_of_one_token() || takes(last, end - 1);
        let ends = (at + 1..=at + longest).filter(|&end| ends_so(end) && !(known.is_name && (self.is_function)(self.tokens[end - 1])));
        let mut ends: Vec<usize> = ends.filter(|&end| sequence::takes_all(elements, self.text, &self.tokens[..end], at)).collect();
        // Of equal ones the first is taken: the shorter name, and the longer of anything else.
        if !known.is_name {
            ends.reverse();
        }
        ends
    }

    /// Where a headline may end that begins with a token: on the line of the part before it, right before another part or where the text was written.
    fn ends_of_headline(&mut self, pattern: &Pattern, at: usize) -> Vec<usize> {
        let first = &pattern.elements[0];
        let begins = at > self.first && !self.gap(self.tokens[at - 1], self.tokens[at]).contains('\n');
        if !begins || sequence::takes(first, self.text, self.tokens, at).is_none() {
            return Vec::new();
        }
        let has_headline = self.has_headline.unwrap_or_else(|| self.begins_with_part());
        self.has_headline = Some(has_headline);
        if !has_headline {
            return Vec::new();
        }
        let mut ends = Vec::new();
        for end in at + 1..(at + 1 + LONGEST_PART).min(self.last) {
            let last = self.tokens[end - 1];
            let gap = self.gap(last, self.tokens[end]);
            // A headline has no stop, and hardly any other sentence behind it.
            let mark = last.of(self.text);
            let stopped = !gap.is_empty() && matches!(mark, "." | "!" | "?");
            if gap.contains('\n') || mark.starts_with(MARKS) || stopped && mark == "." {
                break;
            }
            let Some((behind, _)) = self.behind(end) else { break };
            let goes_on = !self.ends_line(end, behind) && (self.is_told(behind) || self.is_dateline(behind));
            if goes_on && sequence::takes_all(&pattern.elements, self.text, &self.tokens[..end], at) {
                ends.push(end);
            }
            if stopped {
                break;
            }
        }
        ends
    }

    /// The token that follows a part and the marks behind it, and what these say.
    fn behind(&self, end: usize) -> Option<(usize, MilliNats)> {
        let next = end + (end..self.tokens.len()).take_while(|&it| self.is_mark(it)).count();
        let Some(following) = self.tokens.get(next) else { return (self.place == Place::Foot).then_some((next, 0)) };
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
        let Some(&following) = self.tokens.get(next) else { return Some(LINE) };
        let opens =
            following.is_capital() || following.kind() == Kind::Number || matches!(following.of(self.text), "“" | "\"" | "‘" | "«" | "(");
        match () {
            () if self.place == Place::Foot => (opens && next == end).then_some(0),
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
        let Some(&token) = self.tokens.get(at) else { return false };
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
        self.tokens.get(next).is_none_or(|it| self.gap(self.tokens[end - 1], *it).contains('\n'))
    }

    /// Whether a token is a place in capitals, and a dash or a bracket soon follows: `OSLO, March 3 —`.
    fn is_dateline(&self, at: usize) -> bool {
        let within = |it: &&Token| it.is_capital() || it.kind() == Kind::Number || matches!(it.of(self.text), "," | ".");
        let behind = self.tokens[at + 1..].iter().take(PLACE).find(|it| !within(it));
        self.is_shouted(at) && behind.is_some_and(|it| matches!(it.of(self.text), "(" | "–" | "—" | "-"))
    }

    /// Whether some tokens at the beginning are a place in capitals, and a comma follows: `NEW DELHI, November 18, 2021`.
    fn is_place(&self, at: usize, end: usize) -> bool {
        let comma = || self.tokens.get(end).is_some_and(|it| it.of(self.text) == ",");
        at == self.first && comma() && (at..end).all(|it| self.is_shouted(it))
    }

    /// Whether a token is a word of several letters, all of them capitals.
    fn is_shouted(&self, at: usize) -> bool {
        let word = self.tokens[at].of(self.text);
        word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
    }

    /// Whether a chain begins with a token that is a part by what it says itself.
    fn is_told(&mut self, at: usize) -> bool {
        self.from(at).is_some_and(|it| it.told >= TOLD)
    }

    /// Whether other parts of a head stand behind the dash behind a token: `SPORT - Rowing 14 May 2021`.
    fn is_before_dash(&mut self, at: usize) -> bool {
        self.tokens.get(at + 1).is_some_and(|it| is_mark(*it, self.text)) && self.from(at + 2).is_some_and(|it| it.says >= ENOUGH)
    }

    fn gap(&self, a: Token, b: Token) -> &'c str {
        &self.text[a.end as usize..b.start as usize]
    }
}

/// Whether a token may stand between two parts of a head.
#[must_use]
pub fn is_mark(token: Token, text: &str) -> bool {
    let mark = || matches!(token.of(text), "|" | "·" | "•" | "›" | "»" | ">" | "/" | "–" | "—" | "-" | "," | ";");
    token.kind() == Kind::Break || token.kind() == Kind::Mark && mark()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::{pattern, rule::Rulebook},
        segment::token::{Vocabulary, tokenise},
    };

    /// The parts between bars.
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let patterns = [
            ("sport|news", 700),
            ("by <name>{2,3}", 1_300),
            ("<day> may <year>", 1_100),
            ("<number> : <number> am|ist?", 1_000),
            ("posted|updated :?", 900),
            ("<name> <any>{2,12}", 0),
            ("<name>{1,2}", 0),
        ];
        let known = (0..).zip(patterns).map(|(rule, (source, says))| {
            let pattern = pattern::parse(source, &Rulebook::default()).expect("it parses");
            Known::new(rule, pattern, says, source.starts_with("posted"))
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
    fn a_headline_stands_between_parts() {
        check(
            "Sport | News | Boats lie idle By Amos Brill 4 May 2021 The sea is wide.",
            "Sport|News|Boats lie idle|By Amos Brill|4 May 2021",
        );
        check("Sport | News | Boats lie idle OSLO, May 4 — The sea is wide.", "Sport|News|Boats lie idle");
        check("Sport | News | Boats lie idle. By Amos Brill 4 May 2021 The sea.", "Sport|News");
    }

    #[test]
    fn a_dash_behind_a_section_is_no_dateline() {
        check("SPORT - News 4 May 2021 The sea is wide.", "SPORT|News|4 May 2021");
        check("SPORT - The sea is wide.", "");
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
