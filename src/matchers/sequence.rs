//! Patterns over tokens: literal words, shapes, gaps and captures.

use std::ops::Range;

use super::{opening::ends_sentence, run};
use crate::{
    language::{case::starts_upper, inflect},
    rules::pattern::{Atom, Element, MANY, Pattern, Shape},
    segment::token::{Kind, Token},
    span::Span,
};

/// The tokens of each element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    elements: Vec<Range<usize>>,
}

impl Match {
    /// The bytes of the whole match.
    #[must_use]
    pub fn span(&self, tokens: &[Token]) -> Span {
        self.bytes(tokens, 0..self.elements.len()).unwrap_or(Span::new(0, 0))
    }

    /// The bytes that the pattern replaces; `None` where they are none.
    #[must_use]
    pub fn replaced(&self, pattern: &Pattern, tokens: &[Token]) -> Option<Span> {
        self.bytes(tokens, pattern.replaced.clone())
    }

    /// The bytes that a capture holds.
    #[must_use]
    pub fn capture(&self, pattern: &Pattern, name: &str, tokens: &[Token]) -> Option<Span> {
        let (_, elements) = pattern.captures.iter().find(|(own, _)| own == name)?;
        self.bytes(tokens, elements.clone())
    }

    fn bytes(&self, tokens: &[Token], elements: Range<usize>) -> Option<Span> {
        let taken = || self.elements[elements.clone()].iter().filter(|it| !it.is_empty());
        let (first, last) = (taken().next()?, taken().next_back()?);
        Some(Span::new(tokens[first.start].start as usize, tokens[last.end - 1].end as usize))
    }
}

/// The most tokens that a pattern can take.
#[must_use]
pub fn longest(elements: &[Element]) -> usize {
    let width = |it: &Atom| match it {
        Atom::Literal(words) => words.len(),
        Atom::Start => 0,
        Atom::Names | Atom::Nouns(_) => run::LONGEST,
        _ => 1,
    };
    let widest = |it: &Element| it.any_of.iter().map(width).max();
    elements.iter().map(|it| it.most * widest(it).unwrap_or(1)).sum()
}

/// Matches a pattern whose first token is `tokens[start]`; repeated elements and runs take as many tokens as they can.
#[must_use]
pub fn match_at(pattern: &Pattern, text: &str, tokens: &[Token], start: usize) -> Option<Match> {
    let mut elements = Vec::new();
    go(&pattern.elements, text, tokens, start, (&mut elements, &mut Vec::new())).then_some(Match { elements })
}

/// Whether elements take exactly the tokens from `start` to the last one.
#[must_use]
pub fn takes_all(elements: &[Element], text: &str, tokens: &[Token], start: usize) -> bool {
    let mut taken = Vec::new();
    go(elements, text, tokens, start, (&mut taken, &mut Vec::new())) && taken.last().is_some_and(|it| it.end == tokens.len())
}

/// What the elements of a match have taken so far, and what is known to fail: so many elements from a token on.
type Path<'p> = (&'p mut Vec<Range<usize>>, &'p mut Vec<(usize, usize)>);

fn go(rest: &[Element], text: &str, tokens: &[Token], at: usize, (taken, failed): Path<'_>) -> bool {
    let left = rest.len();
    let Some((element, rest)) = rest.split_first() else { return true };
    if (element.least, element.most) == (1, 1) {
        let mut next = takes(element, text, tokens, at);
        while let Some(length) = next {
            taken.push(at..at + length);
            if go(rest, text, tokens, at + length, (taken, failed)) {
                return true;
            }
            taken.pop();
            next = shorter(element, text, tokens, (at, length));
        }
        return false;
    }
    // Several long gaps in a row come to each token in very many ways.
    let is_gap = element.most > MANY;
    if is_gap && failed.contains(&(left, at)) {
        return false;
    }
    if repeated((element, 0), rest, text, tokens, at..at, (taken, failed)) {
        return true;
    }
    if is_gap {
        failed.push((left, at));
    }
    false
}

/// Goes on behind an element that has taken some tokens in so many repetitions: first with one more of them, then with what follows.
fn repeated(
    (element, times): (&Element, usize),
    rest: &[Element],
    text: &str,
    tokens: &[Token],
    own: Range<usize>,
    (taken, failed): Path<'_>,
) -> bool {
    let more = if times < element.most { takes(element, text, tokens, own.end) } else { None };
    if let Some(length) = more
        && repeated((element, times + 1), rest, text, tokens, own.start..own.end + length, (taken, failed))
    {
        return true;
    }
    if times < element.least {
        return false;
    }
    let end = own.end;
    taken.push(own);
    if go(rest, text, tokens, end, (taken, failed)) {
        return true;
    }
    taken.pop();
    false
}

/// How many tokens the runs of an element take that are shorter than `below`.
fn shorter(element: &Element, text: &str, tokens: &[Token], (at, below): (usize, usize)) -> Option<usize> {
    let runs = element.any_of.iter().filter_map(|it| match it {
        Atom::Names => run::names(text, tokens, at, below),
        Atom::Nouns(function) => run::nouns(text, tokens, (at, below), function),
        _ => None,
    });
    runs.max()
}

/// How many tokens the element takes once; the longest of its alternatives.
#[must_use]
pub fn takes(element: &Element, text: &str, tokens: &[Token], at: usize) -> Option<usize> {
    if matches!(element.any_of[0], Atom::Start) {
        return starts_sentence(text, tokens, at).then_some(0);
    }
    let token = *tokens.get(at).filter(|it| it.kind() != Kind::Break)?;
    let lengths = element.any_of.iter().filter_map(|it| match it {
        Atom::Known(ids) => ids.binary_search(&token.id()).is_ok().then_some(1),
        Atom::Literal(words) => {
            let mut behind = tokens[at..].iter();
            words.iter().all(|word| behind.next().is_some_and(|it| same_folded(it.of(text), word))).then_some(words.len())
        }
        Atom::Start => None,
        Atom::Beginning(beginning) => {
            (token.kind() == Kind::Word && token.of(text).get(..beginning.len()).is_some_and(|it| same_folded(it, beginning))).then_some(1)
        }
        Atom::Ending(ending) => (token.kind() == Kind::Word && ends_folded(token.of(text), ending)).then_some(1),
        Atom::Shape(shape, except) => {
            let excepted = || except.binary_search_by(|it| it.as_str().cmp(token.of(text))).is_ok();
            (has_shape(*shape, token, text) && !excepted()).then_some(1)
        }
        Atom::Names => run::names(text, tokens, at, run::LONGEST + 1),
        Atom::Nouns(function) => run::nouns(text, tokens, (at, run::LONGEST + 1), function),
    });
    lengths.max()
}

/// Whether a sentence starts with a token: nothing, a blank line or the end of a sentence stands before it.
fn starts_sentence(text: &str, tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|it| ends_sentence(text, tokens, it))
}

fn ends_folded(spelling: &str, ending: &str) -> bool {
    let start = spelling.char_indices().rev().nth(ending.chars().count() - 1).map(|(at, _)| at);
    start.is_some_and(|at| at > 0 && same_folded(&spelling[at..], ending))
}

/// Whether a token is spelt as a literal in lower case, whatever its own case and apostrophes.
#[must_use]
#[inline]
pub fn same_folded(spelling: &str, literal: &str) -> bool {
    // Nearly all literals differ in their first byte; characters of more bytes than one may be equal in other ways.
    let differs = |(a, b): (&u8, &u8)| a.is_ascii() && b.is_ascii() && !a.eq_ignore_ascii_case(b);
    if spelling.as_bytes().first().zip(literal.as_bytes().first()).is_some_and(differs) {
        return false;
    }
    spelling.eq_ignore_ascii_case(literal) || !(spelling.is_ascii() && literal.is_ascii()) && same_characters(spelling, literal)
}

fn same_characters(spelling: &str, literal: &str) -> bool {
    let fold = |it: char| if it == '’' { '\'' } else { it };
    spelling.chars().flat_map(char::to_lowercase).map(fold).eq(literal.chars().flat_map(char::to_lowercase).map(fold))
}

/// Whether points part a number into a day, a month and a year, or a year, a month and a day.
fn is_date(number: &str) -> bool {
    let parts: Vec<&str> = number.split('.').collect();
    let day = |it: &str| it.len() <= 2 && it.parse().is_ok_and(|it: u8| (1..=31).contains(&it));
    let year = |it: &str| matches!(it.len(), 2 | 4) && it.parse::<u16>().is_ok();
    matches!(parts[..], [first, month, last] if day(month) && (day(first) && year(last) || year(first) && day(last)))
}

/// Whether a point parts a number into an hour and two digits of minutes.
fn is_time(number: &str) -> bool {
    let below = |it: &str, most: u8| it.len() <= 2 && it.parse().is_ok_and(|it: u8| it < most);
    number.split_once('.').is_some_and(|(hour, minute)| minute.len() == 2 && below(hour, 24) && below(minute, 60))
}

fn ends_in_s(spelling: &str) -> bool {
    spelling.ends_with('s') && !spelling.ends_with("ss")
}

fn has_shape(shape: Shape, token: Token, text: &str) -> bool {
    let spelling = || token.of(text);
    let is_word = token.kind() == Kind::Word;
    let lower = || is_word && spelling().starts_with(char::is_lowercase);
    match shape {
        Shape::Number => token.kind() == Kind::Number,
        Shape::Day => token.kind() == Kind::Number && spelling().parse().is_ok_and(|it: u8| (1..=31).contains(&it)),
        Shape::Year => token.kind() == Kind::Number && spelling().parse().is_ok_and(|it: u16| (1900..2100).contains(&it)),
        Shape::Date => token.kind() == Kind::Number && is_date(spelling()),
        Shape::Time => token.kind() == Kind::Number && is_time(spelling()),
        Shape::Word => is_word,
        Shape::Name => is_word && starts_upper(spelling()),
        Shape::Lower => lower(),
        Shape::Past => lower() && inflect::is_past(spelling()),
        Shape::Noun => lower() && !inflect::is_past(spelling()) && !spelling().ends_with("ly"),
        Shape::Finite => is_word && (inflect::is_past(&spelling().to_lowercase()) || ends_in_s(spelling())),
        Shape::Ing => lower() && spelling().ends_with("ing"),
        Shape::Plural => lower() && ends_in_s(spelling()),
        Shape::Any => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::{pattern, rule::Rulebook},
        segment::token::{Vocabulary, tokenise},
    };

    fn check(source: &str, text: &str, expect: Option<&str>) {
        let pattern = pattern::parse(source, &Rulebook::default()).expect("it parses");
        let mut tokens = Vec::new();
        tokenise(text, &Vocabulary::default(), &mut tokens);
        let found = (0..tokens.len()).find_map(|at| match_at(&pattern, text, &tokens, at));
        let replaced = found.and_then(|it| it.replaced(&pattern, &tokens)).map(|it| &text[it.range()]);
        assert_eq!(replaced, expect, "{source} in {text}");
    }

    #[test]
    fn patterns_match_tokens() {
        check("” <name>{1,3} [mentioned]", "“No,” Jan de Vries Mentioned.", None);
        check("” <name>{1,3} [mentioned]", "“No,” Jan Vries mentioned.", Some("mentioned"));
        check("[the place] he|<name>", "areas the\nplace NATO sees", Some("the\nplace"));
        check("[the place] he|<name>", "the place\n\nNATO sees", None);
        check("<number> years [in the past]", "some 12 years in the past", Some("in the past"));
        check("was <past> <ing>", "it was written going", Some("was written going"));
        check("who've <past>", "who’ve gone", Some("who’ve gone"));
        check("a <word>* b", "a x y b z b", Some("a x y b z b"));
        check("[a] build-up|row of", "a build-up of", Some("a"));
        check("’s|his [navy]", "Putin’s navy", Some("navy"));
        check("by [<names>] citing", "by Ministry of Foreign Affairs citing", Some("Ministry of Foreign Affairs"));
        check("by [<names>] in Rome", "by La Stampa in Rome", Some("La Stampa"));
        check("by [<names>] Rome", "by La Stampa Rome", Some("La Stampa"));
        check("<start> [writes]", "He goes. Writes it", Some("Writes"));
        check("<start> [writes]", "Writes it", Some("Writes"));
        check("<start> [writes]", "He writes it", None);
        check("in [tele…]", "in Telegramthat", Some("Telegramthat"));
    }
}
