//! Speech that ends in its speaker: a name and what its bearer is, run on without a mark.

use std::cell::OnceCell;

use memchr::memmem;

use super::sequence;
use crate::{
    language::{
        case::starts_upper,
        model::{Model, State, Word},
    },
    nats::MilliNats,
    rules::pattern::{Atom, Pattern, Shape},
    segment::token::{Kind, Token},
};

/// A speaker at the end of a block, by the tokens of the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// The pattern that matched.
    pub pattern: usize,
    /// What the name begins with.
    pub name: usize,
    /// What the office of its bearer begins with; the name itself where no other is told.
    pub title: usize,
}

/// An office takes so many tokens at the most, and a name so many.
pub const LONGEST: usize = 24;
const LONGEST_NAME: usize = 14;
/// Speech has so many words at the least.
const SPEECH: usize = 5;
/// A name that stands elsewhere too is looked for so many bytes before and behind.
const NEAR: usize = 1 << 13;

/// The logarithm of the chance that a speaker is called by so many names: two, three, more.
const NAMES: [MilliNats; 3] = [-160, -2_100, -3_900];
/// That speech ends in a word with a capital.
const CAPITAL_BEFORE: MilliNats = -2_100;
/// That a full stop ends the speech.
const STOP_BEFORE: MilliNats = 2_000;
/// That a name begins behind a word which stands within names, or before them.
const WITHIN_NAME: MilliNats = -5_000;
/// What the model says of speech that ends before the name is taken for so much of it, in thousandths.
const SPEECH_ENDS: MilliNats = 600;
/// A word with a capital in an office, where no list has it: one that the model knows, and one that it does not know.
const WORD_OF_OFFICE: (MilliNats, MilliNats) = (-700, -3_000);
/// What it says that the first two names stand together elsewhere, and that the first stands there without the second.
const SEEN: MilliNats = 3_000;
const SEEN_APART: MilliNats = -2_000;

/// The speaker in whom the tokens of a block end. `stopped` asks for a full stop before the name.
#[must_use]
pub fn speaker(patterns: &[(u32, Pattern)], text: &str, tokens: &[Token], stopped: bool, model: &Model<'_>) -> Option<Speaker> {
    let upper = |at: usize| tokens[at].kind() == Kind::Word && starts_upper(tokens[at].of(text));
    // A mark before other names tells that the name is told apart already.
    let marked =
        |at: usize| (1..at).rev().find(|&it| !upper(it)).is_some_and(|it| it + 1 < at && before(text, tokens, it + 1) == Before::Mark);
    let allowed = |at: usize| match before(text, tokens, at) {
        Before::Stop => true,
        Before::Mark => false,
        Before::Lower => !stopped,
        Before::Capital => !stopped && !marked(at),
    };
    let spoken = tokens.iter().enumerate().filter(|(_, it)| it.kind() == Kind::Word).nth(SPEECH - 1)?.0 + 1;
    let starts: Vec<usize> =
        (spoken.max(tokens.len().saturating_sub(LONGEST + LONGEST_NAME))..tokens.len()).filter(|&at| upper(at) && allowed(at)).collect();
    let scored = Scored { text, tokens, model };
    let spoken_of_oneself = OnceCell::new();
    let mut best: Option<(MilliNats, Speaker)> = None;
    for title in *starts.first()?..tokens.len() {
        for (index, (_, pattern)) in patterns.iter().enumerate() {
            let (name, office) = pattern.elements.split_at(pattern.replaced.start);
            let near = |at: &&usize| if name.is_empty() { **at == title } else { **at < title && **at + LONGEST_NAME >= title };
            let mut near = starts.iter().filter(near).peekable();
            // Behind a comma anybody's office may be told: there it is asked whether anybody speaks.
            let apart = tokens[title].of(text) == ",";
            if near.peek().is_none()
                || apart && !*spoken_of_oneself.get_or_init(|| in_first_person(text, tokens))
                || !name.is_empty() && !upper(title - 1)
                || !sequence::takes_all(office, text, tokens, title)
            {
                continue;
            }
            for &start in near.filter(|at| name.is_empty() || sequence::takes_all(name, text, &tokens[..title], **at)) {
                let score = scored.score(pattern, start, title);
                if best.is_none_or(|it| it.0 < score) {
                    best = Some((score, Speaker { pattern: index, name: start, title }));
                }
            }
        }
    }
    best.map(|it| it.1)
}

/// What stands before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Stop,
    Lower,
    Capital,
    // A comma, a dash: the name is told apart already, or is none.
    Mark,
}

fn before(text: &str, tokens: &[Token], at: usize) -> Before {
    let token = tokens[at - 1];
    let spelling = token.of(text);
    let apart = text[token.end as usize..tokens[at].start as usize].contains(char::is_whitespace);
    match token.kind() {
        _ if !apart => Before::Mark,
        Kind::Word if starts_upper(spelling) => Before::Capital,
        Kind::Word | Kind::Number => Before::Lower,
        // “J. Edgar Hoover”, “Rev. Amos Brill”: the stop is that of an initial or of a title.
        Kind::Mark if spelling == "." && at > 1 && is_short(tokens[at - 2].of(text)) => Before::Capital,
        Kind::Mark if matches!(spelling, "." | "!" | "?" | "…" | "”" | "\"" | "»") => Before::Stop,
        _ => Before::Mark,
    }
}

/// Whether somebody speaks of himself or to others.
fn in_first_person(text: &str, tokens: &[Token]) -> bool {
    let persons = ["i", "we", "you", "my", "our", "us", "me", "your"];
    tokens
        .iter()
        .any(|it| persons.iter().any(|person| person.eq_ignore_ascii_case(it.of(text).split(['’', '\'']).next().unwrap_or_default())))
}

/// Whether a word is an initial, or a title that was cut short.
fn is_short(word: &str) -> bool {
    word.len() == 1 || word.len() <= 3 && starts_upper(word) && word.chars().skip(1).all(char::is_lowercase)
}

/// Whether a pattern lists a word among those that stand within names, or before them: “van”, “Dr”.
fn is_listed(pattern: &Pattern, token: Token) -> bool {
    let holds = |it: &Atom| matches!(it, Atom::Known(ids) if ids.binary_search(&token.id()).is_ok());
    token.kind() == Kind::Word && pattern.elements[..pattern.replaced.start].iter().any(|it| it.any_of.iter().any(holds))
}

struct Scored<'s> {
    text: &'s str,
    tokens: &'s [Token],
    model: &'s Model<'s>,
}

impl Scored<'_> {
    fn score(&self, pattern: &Pattern, start: usize, title: usize) -> MilliNats {
        let name = &self.tokens[start..title];
        // An initial is no name of its own, nor is a title that was cut short, nor what stands behind a hyphen.
        let counts = |&at: &usize| {
            let spelling = name[at].of(self.text);
            let cut = is_short(spelling) && name.get(at + 1).is_some_and(|it| it.of(self.text) == ".");
            !is_listed(pattern, name[at])
                && starts_upper(spelling)
                && spelling.chars().nth(1).is_some()
                && !cut
                && (at == 0 || name[at - 1].of(self.text) != "-")
        };
        let names = (0..name.len()).filter(counts).count();
        let preceded = match before(self.text, self.tokens, start) {
            _ if self.word_before(start).is_some_and(|it| is_listed(pattern, it)) => WITHIN_NAME,
            Before::Stop => STOP_BEFORE,
            Before::Capital => CAPITAL_BEFORE * self.capitals_before(start).max(1) + self.speech_ends(start),
            Before::Lower | Before::Mark => self.speech_ends(start),
        };
        NAMES[names.clamp(2, 4) - 2] + preceded + self.seen(start, name.len()) + self.office(pattern, title)
    }

    /// The word before a token; the stop of a title that was cut short is none.
    fn word_before(&self, start: usize) -> Option<Token> {
        self.tokens[..start].iter().rev().find(|it| it.kind() == Kind::Word).copied()
    }

    /// How many words with a capital stand right before a token.
    fn capitals_before(&self, start: usize) -> MilliNats {
        let before = self.tokens[..start].iter().rev().take(3);
        before.map(|it| it.of(self.text)).take_while(|it| starts_upper(it)).fold(0, |sum, _| sum + 1)
    }

    /// What the model says of an end of speech before a token.
    fn speech_ends(&self, start: usize) -> MilliNats {
        let word = |at: usize| {
            let token = self.tokens[at];
            let known = self.model.word(&token.of(self.text).to_lowercase().replace('’', "'"));
            if known == Word::UNKNOWN && starts_upper(token.of(self.text)) { self.model.word("smith") } else { known }
        };
        let state = State { last: word(start - 1), before: if start > 1 { word(start - 2) } else { Word::UNKNOWN } };
        SPEECH_ENDS * self.model.ln(state, self.model.word("</s>")) / 1_000
    }

    /// What it says that the names stand elsewhere, together or apart.
    fn seen(&self, start: usize, length: usize) -> MilliNats {
        let first = self.tokens[start];
        let before = self.tokens[start - 1];
        let joined = || elsewhere(self.text, &self.text[before.start as usize..first.end as usize], before);
        if starts_upper(before.of(self.text)) && joined() {
            return SEEN_APART;
        }
        let both = &self.text[first.start as usize..self.tokens[start + 1].end as usize];
        let last = self.tokens[start + length.max(1) - 1];
        let known_by_last = || {
            length == 2
                && !starts_upper(before.of(self.text))
                && last.end - last.start > 3
                && elsewhere(self.text, last.of(self.text), last)
        };
        if length > 1 && (elsewhere(self.text, both, first) || known_by_last()) {
            SEEN
        } else if length > 1 && elsewhere(self.text, first.of(self.text), first) {
            SEEN_APART
        } else {
            0
        }
    }

    /// What the words with a capital before an office cost, where the pattern takes any.
    fn office(&self, pattern: &Pattern, title: usize) -> MilliNats {
        let loose = pattern.elements[pattern.replaced.start].any_of.contains(&Atom::Shape(Shape::Name, Vec::new()));
        let words = self.tokens[title..].iter().take_while(|it| starts_upper(it.of(self.text)));
        // Whom the text is about has an office there.
        let cost = |it: &Token| match self.model.word(&it.of(self.text).to_lowercase()) {
            Word::UNKNOWN if !elsewhere(self.text, it.of(self.text), *it) => WORD_OF_OFFICE.1,
            _ => WORD_OF_OFFICE.0,
        };
        if loose && pattern.replaced.start > 0 { words.map(cost).sum() } else { 0 }
    }
}

/// Whether words stand near a token, but not at it.
fn elsewhere(text: &str, words: &str, token: Token) -> bool {
    let at = token.start as usize;
    let window = text.floor_char_boundary(at.saturating_sub(NEAR))..text.ceil_char_boundary((at + NEAR).min(text.len()));
    let from = window.start;
    let whole = |start: usize| {
        let letter = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        !letter(text[..start].chars().next_back()) && !letter(text[start + words.len()..].chars().next())
    };
    memmem::find_iter(&text.as_bytes()[window], words).map(|it| it + from).any(|it| it != at && whole(it))
}
