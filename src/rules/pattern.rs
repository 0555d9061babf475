//! The small language in which rules describe a run of tokens.
//!
//! Elements stand between spaces: a literal word or mark, alternatives `a|b`, a class `<name>`; each may be repeated by `?`, `*`,
//! `+` or `{1,3}` and captured by `x=`; `x<` and `>x` capture what stands between them. Square brackets around elements mark what is
//! replaced; the rest is context.

use std::ops::Range;

use crate::{
    language::inflect::{self, Class},
    segment::token::{Vocabulary, WordId},
};

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The elements in order; never empty.
    pub elements: Vec<Element>,
    /// The elements that are replaced.
    pub replaced: Range<usize>,
    /// What the fix calls by name: the elements of each capture.
    pub captures: Vec<(String, Range<usize>)>,
}

/// One element: what may stand there, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// What may stand there.
    pub any_of: Vec<Atom>,
    /// How often at the least.
    pub least: usize,
    /// How often at the most.
    pub most: usize,
}

/// What one token must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Atom {
    /// These tokens, in any case: one, or several for a spelling such as `build-up`.
    Literal(Vec<String>),
    /// One of these words, in the order of their numbers: the literals of one token that a vocabulary knows.
    Known(Vec<WordId>),
    /// A word that ends so: `’s`, `’ve`.
    Ending(String),
    /// A word that begins so: `tele…`.
    Beginning(String),
    /// No token: the place where a sentence starts.
    Start,
    /// A token of this shape, none of these words.
    Shape(Shape, Vec<String>),
    /// A run of words with capitals and what joins them: `Ministry of Foreign Affairs`.
    Names,
    /// A noun phrase, which none of these words is part of: `the old keeper of the lock`.
    Nouns(Vec<String>),
}

/// Kinds of token that are told by their shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A word with a capital.
    Name,
    /// A number in digits.
    Number,
    /// A number from 1 to 31.
    Day,
    /// A number from 1900 to 2099.
    Year,
    /// A day, a month and a year with points between them: `12.10.2025`.
    Date,
    /// An hour and minutes with a point between them: `7.15`.
    Time,
    /// Any word.
    Word,
    /// A word in lower case.
    Lower,
    /// A word in lower case in -ed, or an irregular past.
    Past,
    /// A word in lower case in -ing.
    Ing,
    /// A word in lower case in -s.
    Plural,
    /// Whatever stands there.
    Any,
    /// A word in lower case that may be a noun or an adjective: neither a past nor in -ly.
    Noun,
    /// A word in any case in -s, in -ed, or an irregular past: a verb may look so where a sentence starts.
    Finite,
}

impl Shape {
    /// The names used in patterns, with what they stand for.
    pub const NAMES: [(&'static str, Self); 14] = [
        ("name", Self::Name),
        ("number", Self::Number),
        ("day", Self::Day),
        ("year", Self::Year),
        ("date", Self::Date),
        ("time", Self::Time),
        ("word", Self::Word),
        ("lower", Self::Lower),
        ("past", Self::Past),
        ("ing", Self::Ing),
        ("plural", Self::Plural),
        ("any", Self::Any),
        ("noun", Self::Noun),
        ("finite", Self::Finite),
    ];
}

/// What is wrong with a pattern, and which of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// One sentence without a full stop.
    pub message: String,
    /// The bytes of the pattern.
    pub place: Range<usize>,
}

/// A list of words that patterns call by name.
pub trait Classes {
    /// The words of a class, in lower case.
    fn words(&self, name: &str) -> Option<Vec<String>>;
}

/// The most tokens that `*` and `+` take.
pub const MANY: usize = 5;

/// Parses a pattern; `classes` resolves the names between angle brackets that are no shapes.
///
/// # Errors
/// An element that is none, brackets that do not match, a class that nobody knows, a pattern without an element.
pub fn parse(source: &str, classes: &dyn Classes) -> Result<Pattern, PatternError> {
    let mut elements = Vec::new();
    let mut open: Option<usize> = None;
    let mut replaced: Option<Range<usize>> = None;
    let mut captures: Vec<(String, Range<usize>)> = Vec::new();
    for place in pieces(source) {
        let mut piece = &source[place.clone()];
        // A bracket may stand by itself or lean on a word; a mark of its own is written as an alternative: `[|[`.
        if let Some(rest) = piece.strip_prefix('[').filter(|it| !it.starts_with('|')) {
            if open.is_some() || replaced.is_some() {
                return Err(error(&place, "a pattern has one pair of brackets"));
            }
            open = Some(elements.len());
            piece = rest;
        }
        let closes = piece.ends_with(']') && !piece.ends_with("|]");
        let element = if closes { &piece[..piece.len() - 1] } else { piece };
        if let Some(name) = element.strip_suffix('<').filter(|it| is_name(it)) {
            captures.push((name.to_owned(), elements.len()..usize::MAX));
        } else if let Some(name) = element.strip_prefix('>').filter(|it| is_name(it)) {
            let own = captures.iter_mut().find(|(own, it)| own == name && it.end == usize::MAX);
            own.ok_or_else(|| error(&place, format!("a capture `{name}` that nothing opens")))?.1.end = elements.len();
        } else if !element.is_empty() {
            let (capture, element) = captured(element);
            captures.extend(capture.map(|it| (it.to_owned(), elements.len()..elements.len() + 1)));
            elements.push(parse_element(element, &place, classes)?);
        }
        if closes {
            let start = open.take().ok_or_else(|| error(&place, "a closing bracket without an opening one"))?;
            replaced = Some(start..elements.len());
        }
    }
    let whole = 0..source.len();
    if open.is_some() {
        return Err(error(&whole, "an opening bracket without a closing one"));
    }
    if captures.iter().any(|(_, it)| it.end == usize::MAX || it.is_empty()) {
        return Err(error(&whole, "a capture that nothing closes, or that holds nothing"));
    }
    if elements.is_empty() {
        return Err(error(&whole, "a pattern needs an element"));
    }
    let replaced = replaced.unwrap_or(0..elements.len());
    if replaced.is_empty() {
        return Err(error(&whole, "there is nothing between the brackets"));
    }
    Ok(Pattern { elements, replaced, captures })
}

impl Pattern {
    /// Whether it has a literal word, by which it is found.
    #[must_use]
    pub fn is_anchored(&self) -> bool {
        self.elements.iter().any(Element::is_literal)
    }

    /// The same pattern with the numbers of its words, which are compared faster than spellings.
    #[must_use]
    pub fn numbered(mut self, vocabulary: &Vocabulary) -> Self {
        for element in &mut self.elements {
            let mut known = Vec::new();
            element.any_of.retain(|it| {
                let Atom::Literal(words) = it else { return true };
                let [word] = words.as_slice() else { return true };
                let id = vocabulary.get(word);
                known.extend((id != WordId::UNKNOWN).then_some(id));
                id == WordId::UNKNOWN
            });
            if !known.is_empty() {
                known.sort_unstable();
                known.dedup();
                element.any_of.push(Atom::Known(known));
            }
        }
        self
    }

    /// The words that it takes as they are.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().flat_map(|it| &it.any_of).flat_map(Atom::literals)
    }
}

impl Atom {
    fn literals(&self) -> impl Iterator<Item = &str> {
        let words = if let Self::Literal(words) = self { words.as_slice() } else { &[] };
        words.iter().map(String::as_str)
    }
}

impl Element {
    /// Whether it stands there exactly once, and only certain spellings may.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.least == 1 && self.most == 1 && self.any_of.iter().all(|it| matches!(it, Atom::Literal(_)))
    }

    /// Whether whatever it takes once is one token.
    #[must_use]
    pub fn is_of_one_token(&self) -> bool {
        self.any_of.iter().all(|it| match it {
            Atom::Literal(words) => words.len() == 1,
            Atom::Start | Atom::Names | Atom::Nouns(_) => false,
            Atom::Known(_) | Atom::Ending(_) | Atom::Beginning(_) | Atom::Shape(..) => true,
        })
    }

    /// How many tokens it takes at the least.
    #[must_use]
    pub fn least_tokens(&self) -> usize {
        if matches!(self.any_of[0], Atom::Start) { 0 } else { self.least }
    }
}

fn literal(spelling: &str) -> Atom {
    if spelling.bytes().all(|it| it.is_ascii_alphanumeric()) {
        return Atom::Literal(vec![spelling.to_ascii_lowercase()]);
    }
    if let Some(beginning) = spelling.strip_suffix('…').filter(|it| !it.is_empty()) {
        return Atom::Beginning(folded(beginning));
    }
    let clitic = spelling.strip_prefix(['’', '\'']).is_some_and(|it| !it.is_empty() && it.chars().all(char::is_alphabetic));
    if clitic { Atom::Ending(folded(spelling)) } else { Atom::Literal(tokens(spelling).into_iter().map(folded).collect()) }
}

fn folded(token: &str) -> String {
    token.to_lowercase().replace('’', "'")
}

/// The tokens of a literal, cut as a text is: `some-more` is three, and so is `prosecutor’s head office` of a class.
fn tokens(source: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let characters: Vec<(usize, char)> = source.char_indices().collect();
    let in_word = |index: usize| characters.get(index).is_some_and(|&(_, it)| it.is_alphanumeric());
    for (index, &(at, character)) in characters.iter().enumerate() {
        let apostrophe = matches!(character, '\'' | '’') && index > 0 && in_word(index - 1) && in_word(index + 1);
        if !character.is_alphanumeric() && !apostrophe {
            parts.extend((start < at).then(|| &source[start..at]));
            start = at + character.len_utf8();
            parts.extend((!character.is_whitespace()).then(|| &source[at..start]));
        }
    }
    parts.extend((start < source.len()).then(|| &source[start..]));
    parts
}

fn error(place: &Range<usize>, message: impl Into<String>) -> PatternError {
    PatternError { message: message.into(), place: place.clone() }
}

/// The places of the parts between spaces.
fn pieces(source: &str) -> impl Iterator<Item = Range<usize>> {
    source.split(' ').filter(|it| !it.is_empty()).map(move |piece| {
        let start = piece.as_ptr() as usize - source.as_ptr() as usize;
        start..start + piece.len()
    })
}

/// Whether a capture may be called so.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase())
}

/// The name that an element is captured by, and the element.
fn captured(source: &str) -> (Option<&str>, &str) {
    source
        .split_once('=')
        .filter(|(name, rest)| !rest.is_empty() && is_name(name))
        .map_or((None, source), |(name, rest)| (Some(name), rest))
}

fn parse_element(source: &str, place: &Range<usize>, classes: &dyn Classes) -> Result<Element, PatternError> {
    let (least, most, source) = quantifier(source, place)?;
    let mut any_of = Vec::new();
    for name in source.split('|') {
        match name.strip_prefix('<').and_then(|it| it.strip_suffix('>')) {
            _ if name.is_empty() => return Err(error(place, "an empty alternative")),
            None => any_of.extend(inflected(name).iter().map(|it| literal(it))),
            Some("names") => any_of.push(Atom::Names),
            Some("start") => any_of.push(Atom::Start),
            Some(name) => {
                let words = |name| classes.words(name).ok_or_else(|| error(place, format!("no word class is called `{name}`")));
                if name == "nouns" {
                    let mut function = words("function")?;
                    function.sort_unstable();
                    any_of.push(Atom::Nouns(function));
                    continue;
                }
                let (class, except) = name.split_once('-').map_or((name, None), |(class, except)| (class, Some(except)));
                match Shape::NAMES.iter().find(|(it, _)| *it == class) {
                    Some((_, shape)) => {
                        let mut except = except.map_or_else(|| Ok(Vec::new()), words)?;
                        except.sort_unstable();
                        any_of.push(Atom::Shape(*shape, except));
                    }
                    None => {
                        let inflects = name.strip_suffix(INFLECTED);
                        let spelt = |it: &String| inflects.map_or_else(|| vec![it.clone()], |_| verb_forms(it));
                        any_of.extend(words(inflects.unwrap_or(name))?.iter().flat_map(spelt).map(|it| literal(&it)));
                    }
                }
            }
        }
    }
    Ok(Element { any_of, least, most })
}

/// The mark behind a verb that stands for all its forms.
const INFLECTED: char = '~';

/// A literal, or all forms of the verb that it is.
fn inflected(spelling: &str) -> Vec<String> {
    spelling.strip_suffix(INFLECTED).filter(|it| !it.is_empty()).map_or_else(|| vec![spelling.to_owned()], verb_forms)
}

fn verb_forms(base: &str) -> Vec<String> {
    let mut spelt: Vec<String> = inflect::forms(base, Class::Verb).into_iter().flatten().map(|it| it.trim_end().to_owned()).collect();
    spelt.dedup();
    spelt
}

fn quantifier<'s>(source: &'s str, place: &Range<usize>) -> Result<(usize, usize, &'s str), PatternError> {
    // A mark that stands alone is itself.
    if source.chars().count() == 1 {
        return Ok((1, 1, source));
    }
    if let Some(rest) = source.strip_suffix('}') {
        let (rest, range) = rest.rsplit_once('{').ok_or_else(|| error(place, "a closing brace without an opening one"))?;
        let numbers = range.split_once(',').map(|(least, most)| (least.parse(), most.parse()));
        return match numbers {
            Some((Ok(least), Ok(most))) if least <= most && most > 0 && most <= 12 => Ok((least, most, rest)),
            _ => Err(error(place, "a range is written {1,3}, up to 12")),
        };
    }
    let last = source.chars().next_back().unwrap_or_default();
    let rest = &source[..source.len() - last.len_utf8()];
    Ok(match last {
        '?' => (0, 1, rest),
        '*' => (0, MANY, rest),
        '+' => (1, MANY, rest),
        _ => (1, 1, source),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Days;

    impl Classes for Days {
        fn words(&self, name: &str) -> Option<Vec<String>> {
            (name == "feast").then(|| vec!["monday".to_owned(), "sunday".to_owned()])
        }
    }

    fn check(source: &str, expect: Result<(usize, Range<usize>), &str>) {
        let got = parse(source, &Days).map(|it| (it.elements.len(), it.replaced)).map_err(|it| it.message);
        assert_eq!(got, expect.map_err(str::to_owned), "{source}");
    }

    #[test]
    fn patterns_that_parse() {
        check("navy coaching", Ok((2, 0..2)));
        check("” x=<name>{1,3} [mentioned]", Ok((3, 2..3)));
        check("[the place] <name>|he|<feast>?", Ok((3, 0..2)));
        check(", however ?", Ok((3, 0..3)));
        check("{ [that a] }", Ok((4, 1..3)));
        check("some-more|lots of Putin’s", Ok((3, 0..3)));
        check("[n< the <lower-feast>+ >n] said <names>", Ok((4, 0..2)));
    }

    #[test]
    fn patterns_that_do_not() {
        check("[the place", Err("an opening bracket without a closing one"));
        check("the place]", Err("a closing bracket without an opening one"));
        check("a <verb>", Err("no word class is called `verb`"));
        check("a b{3,1}", Err("a range is written {1,3}, up to 12"));
        check("a b||c", Err("an empty alternative"));
        check("x< a b", Err("a capture that nothing closes, or that holds nothing"));
        check("a >x b", Err("a capture `x` that nothing opens"));
        check("", Err("a pattern needs an element"));
    }

    #[test]
    fn an_element_says_what_and_how_often() {
        let pattern = parse("x=Cat|<number>+ of <feast>", &Days).expect("it parses");
        let words = |names: &[&str]| names.iter().map(|it| Atom::Literal(vec![(*it).to_owned()])).collect::<Vec<_>>();
        assert_eq!(pattern.elements[0].any_of, [words(&["cat"]), vec![Atom::Shape(Shape::Number, Vec::new())]].concat());
        assert_eq!((pattern.elements[0].least, pattern.elements[0].most), (1, 5));
        assert_eq!(pattern.captures, [("x".to_owned(), 0..1)]);
        assert_eq!(pattern.elements[2].any_of, words(&["monday", "sunday"]));
        let is_anchored = |it: &str| parse(it, &Days).is_ok_and(|it| it.is_anchored());
        assert!(is_anchored("<name> of <feast>+") && !is_anchored("build-up|’s") && !is_anchored("<name> <feast>+"));
    }
}
