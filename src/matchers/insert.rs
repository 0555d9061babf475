//! A label, then a headline whose end nothing marks.
//!
//! Every word with a capital behind the label, every opening mark, every number, the end of the block and the next label are places
//! where the headline may end. What speaks for each is weighed: its length, how the language model likes a sentence to end before it and
//! one to begin behind it, the way in which the headline is capitalised, names that would be cut in two, words that the rest of the document
//! shares with the headline, the speaker that follows. The weights were fitted, as a conditional logit, to headlines put into clean
//! articles; that makes the share of a place among all of them its chance.

use rustc_hash::FxHashMap;

use crate::{
    language::{
        case::starts_upper,
        frequency,
        model::{Model, State, Word},
    },
    nats::{self, MilliNats, PerMillion},
    segment::token::{Kind, Token},
    span::Span,
};

/// Whether a span may be a label: it begins with a capital or an arrow, and a word, a stop or nothing stands before it.
#[must_use]
pub fn is_label(text: &str, span: Span) -> bool {
    let before = text[..span.start].trim_end_matches([' ', '\u{A0}', '\t']);
    let apart = before.len() < span.start || before.is_empty() || before.ends_with(['\n', '\r']);
    let word =
        |it: char| it.is_alphanumeric() || matches!(it, '.' | '!' | '?' | '…' | '”' | '"' | '’' | '»' | ')' | ']' | '\n' | '\r' | '|');
    apart
        && text[span.start..].starts_with(|it: char| it.is_uppercase() || matches!(it, '→' | '►' | '▶' | '☞' | '—' | '='))
        && before.chars().next_back().is_none_or(word)
}

/// How often words, and pairs of words, stand in a document.
#[derive(Debug, Default)]
pub struct Seen {
    counts: FxHashMap<u64, u32>,
}

impl Seen {
    /// Counts the words of a document.
    #[must_use]
    pub fn new(text: &str, tokens: &[Token]) -> Self {
        let mut seen = Self::default();
        let mut last = 0;
        for token in tokens {
            let key = key(token.of(text));
            *seen.counts.entry(key).or_default() += 1;
            *seen.counts.entry(pair(last, key)).or_default() += 1;
            last = key;
        }
        seen
    }

    /// Whether a word stands in the document twice or more.
    #[must_use]
    pub fn repeats(&self, spelling: &str) -> bool {
        self.more_than(key(spelling), 1)
    }

    /// Whether something stands in the document more often than `here` times.
    fn more_than(&self, key: u64, here: usize) -> bool {
        self.counts.get(&key).is_some_and(|it| *it as usize > here)
    }
}

fn key(spelling: &str) -> u64 {
    let spelling = spelling.trim_end_matches("'s").trim_end_matches("’s");
    frequency::hash(&spelling.to_lowercase())
}

const fn pair(first: u64, second: u64) -> u64 {
    first.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ second
}

/// What is known beside the tokens of a block behind a label.
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    /// The text.
    pub text: &'p str,
    /// From the first word behind the label to the end of the block, or to the next label.
    pub tokens: &'p [Token],
    /// Where the name of a speaker begins in whom the block ends.
    pub speaker: Option<usize>,
    /// Whether the tokens end before another label.
    pub before_label: bool,
    /// Whether the label interrupts a sentence, which goes on behind the headline.
    pub interrupts: bool,
}

/// The end of a headline, and the chance that it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// One past the last byte of the headline.
    pub at: usize,
    /// How many of its tokens are words or numbers.
    pub words: usize,
    /// The chance.
    pub chance: PerMillion,
}

/// So many tokens behind the label are looked at.
const FURTHEST: usize = 32;
/// Fewer words behind a label are no headline.
const WORDS: usize = 3;
/// Words at least so frequent say nothing of what a text is about: they are everyday words.
const EVERYDAY: MilliNats = -7_200;
/// Words at most so frequent do.
const RARE: MilliNats = -9_000;

// What each sign is worth.
const HEADLINE_ENDS: MilliNats = 2_180;
const SENTENCE_STARTS: MilliNats = 680;
const STOP: MilliNats = -2_500;
const QUESTION: MilliNats = 300;
const POSSESSIVE: MilliNats = -4_000;
const GOES_ON: MilliNats = 5_000;
const TWO_STOPS: MilliNats = 3_000;
const SMALL_BEHIND_TITLES: MilliNats = -5_000;
const PASSED: MilliNats = -2_000;
const MARK: MilliNats = -2_440;
const COMMA: MilliNats = -3_020;
const STOP_INSIDE: MilliNats = -2_530;
const END_OF_BLOCK: MilliNats = 1_260;
const NUMBER: MilliNats = -1_350;
const SPEAKER: MilliNats = 5_680;
const REST_UNSTOPPED: MilliNats = -2_210;
const REST_SHORT: MilliNats = -3_000;
const QUOTE_OPEN: MilliNats = -4_000;
const NAME_CUT: MilliNats = -1_820;
const PAIR_CUT: MilliNats = -2_050;
const TITLE_CASE_ENDS: MilliNats = 1_910;
const CAPITALS_END: MilliNats = 1_960;
const SHARED_WORD: MilliNats = -2_220;
const QUOTE: MilliNats = 1_760;
const NAME_STARTS: MilliNats = -730;

/// What the length of a headline in words says: nine are usual.
fn length(words: usize) -> MilliNats {
    let off = (10 * MilliNats::try_from(words).unwrap_or(1_000) - 90).abs() * 1_000 / 32;
    if off < 1_500 { -off * off / 2_000 } else { -1_125 - 12 * (off - 1_500) / 10 }
}

/// A token as the weighing sees it.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "signs that are asked for one by one")]
struct Sign<'t> {
    spelling: &'t str,
    // What the model hears; nothing for marks.
    word: Option<Word>,
    letters: bool,
    capital: bool,
    // Neither a mark nor an everyday word.
    content: bool,
    // Rare in English, and elsewhere in the document too.
    shared: bool,
}

impl Sign<'_> {
    fn is_opening(self) -> bool {
        matches!(self.spelling, "“" | "«" | "‘" | "\"")
    }

    fn is_stop(self) -> bool {
        matches!(self.spelling, "." | "!" | "?" | "…")
    }

    fn is_digits(self) -> bool {
        self.word.is_some() && !self.letters
    }

    fn is_all_capitals(self) -> bool {
        self.spelling.chars().all(|it| !it.is_lowercase())
    }
}

/// The likeliest end of the headline that begins at `place.tokens[0]`.
#[must_use]
pub fn end(place: &Place<'_>, seen: &Seen, model: &Model<'_>) -> Option<End> {
    let near: Vec<u64> = place.tokens.iter().take(2 * FURTHEST).map(|it| key(it.of(place.text))).collect();
    let signs = signs(place, &near, seen, model);
    let start = model.start();
    let mut state = start;
    let (mut words, mut capitals, mut lower, mut large) = (0, 0, 0, 0);
    let (mut stops, mut shared, mut passed): (MilliNats, MilliNats, MilliNats) = (0, 0, 0);
    let mut found: Vec<(MilliNats, End)> = Vec::new();
    let (mut open, mut depth) = (false, 0);
    for (at, sign) in signs.iter().enumerate() {
        // The sign is taken into the headline; then the place behind it is weighed.
        if let Some(word) = sign.word {
            state = State { last: word, before: state.last };
            words += 1;
        }
        shared += MilliNats::from(sign.shared);
        open ^= sign.spelling == "\"";
        depth += i32::from(matches!(sign.spelling, "“" | "«" | "(")) - i32::from(matches!(sign.spelling, "”" | "»" | ")"));
        if at > 0 && sign.content && sign.letters {
            *if sign.capital { &mut capitals } else { &mut lower } += 1;
        }
        large += usize::from(at > 0 && sign.capital);
        stops +=
            MilliNats::from(at > 1 && signs[at - 1].is_stop() && (sign.capital || sign.is_opening()) && signs[at - 2].spelling.len() > 2);
        // An everyday word with a capital behind one in small letters begins a sentence.
        let joint = at > 0 && lower > 0 && sign.letters && sign.capital && !sign.content && signs[at - 1].letters && !signs[at - 1].capital;
        passed += MilliNats::from(joint);
        let next = signs.get(at + 1);
        let ends_block = at + 1 == place.tokens.len();
        let goes_on = place.interrupts && goes_on(&signs[at + 1..]);
        let can_begin = |it: &Sign<'_>| it.capital || it.is_digits() || it.is_opening() && !(it.spelling == "\"" && open);
        let opened = matches!(sign.spelling, "“" | "«" | "‘" | "(") || sign.spelling == "\"" && open;
        if at >= FURTHEST {
            break;
        }
        if words < WORDS || opened && !ends_block || !ends_block && !goes_on && !next.is_some_and(can_begin) {
            continue;
        }
        let mut score = length(words) + HEADLINE_ENDS * model.ln(state, model.word("</s>")) / 1_000;
        score += match sign.spelling {
            "." if signs[at - 1].spelling.len() > 2 => STOP,
            ":" | "|" => 3 * MARK,
            "—" | "–" | "-" | ";" => MARK,
            "," => COMMA,
            "?" => QUESTION,
            it if it.ends_with("’s") || it.ends_with("'s") => POSSESSIVE,
            _ => 0,
        };
        score += STOP_INSIDE * stops.min(2) + SHARED_WORD * shared.min(3);
        score += if open || depth > 0 { QUOTE_OPEN } else { 0 };
        // The last word of such a headline has a capital, too.
        let titled = lower == 0 && (capitals >= 3 || capitals >= 2 && large >= 4);
        let title_case = titled && (sign.capital || !sign.letters);
        if titled && sign.letters && !sign.capital {
            score += SMALL_BEHIND_TITLES;
        }
        score += if at > 0 && signs[at - 1].spelling == ":" { MARK } else { 0 } + PASSED * passed.min(2);
        let upper = words >= 3 && signs[..=at].iter().filter(|it| it.letters).all(|it| it.is_all_capitals());
        if goes_on {
            score += GOES_ON + if sign.is_stop() { TWO_STOPS } else { 0 };
        } else if let Some(next) = next.filter(|_| !ends_block) {
            let behind = signs.get(at + 2);
            score += SENTENCE_STARTS * (said(&signs[at + 1..], start, model) - said(&signs[at + 1..], state, model)) / 1_000;
            let begins = place.tokens[at + 1].start as usize;
            score += if place.speaker == Some(begins) {
                SPEAKER
            } else if place.is_stopped() || place.before_label {
                0
            } else {
                REST_UNSTOPPED
            };
            if !place.before_label && signs[at + 1..].iter().filter(|it| it.word.is_some()).take(3).count() < 3 {
                score += REST_SHORT;
            }
            score += if next.is_digits() { NUMBER } else { 0 } + if next.is_opening() { QUOTE } else { 0 };
            if sign.capital && next.capital && next.content && !title_case && !upper {
                score += NAME_CUT;
            }
            let both = [near[at], near[at + 1]];
            if seen.more_than(pair(both[0], both[1]), near.windows(2).filter(|it| **it == both).count()) {
                score += PAIR_CUT;
            }
            let name_starts = next.capital && next.content && behind.is_some_and(|it| it.capital) && !upper;
            if name_starts && !title_case {
                score += NAME_STARTS;
            }
            if title_case && !name_starts && small_letters_follow(&signs[at + 1..]) {
                score += TITLE_CASE_ENDS;
            }
            if upper {
                let shouted = next.letters && next.is_all_capitals() && next.spelling.len() > 1;
                score += if shouted { -CAPITALS_END } else { CAPITALS_END };
            }
        } else if place.before_label || !place.is_stopped() {
            score += END_OF_BLOCK;
        }
        found.push((score, End { at: place.tokens[at].end as usize, words, chance: 0 }));
    }
    let &(best, end) = found.iter().max_by_key(|it| it.0)?;
    let all: u64 = found.iter().map(|it| u64::from(nats::exp(it.0 - best))).sum();
    let chance = u64::from(nats::ONE) * u64::from(nats::ONE) / all.max(1);
    Some(End { chance: u32::try_from(chance).unwrap_or(nats::ONE), ..end })
}

/// Whether a sentence that was interrupted goes on: with the mark that ends it, or a part of it.
fn goes_on(signs: &[Sign<'_>]) -> bool {
    match signs {
        [stop] => stop.is_stop(),
        [stop, next, ..] if stop.spelling == "." => next.capital || next.is_opening(),
        [comma, next, ..] if matches!(comma.spelling, "," | ";") => next.letters && !next.capital,
        _ => false,
    }
}

/// Whether running text follows, behind the name that it may begin with: its first word that is no everyday word has a small letter.
fn small_letters_follow(signs: &[Sign<'_>]) -> bool {
    let behind_name = signs.iter().skip_while(|it| it.capital);
    let first = behind_name.clone().take(2).any(|it| it.letters && !it.capital);
    first && behind_name.take(SOON).find(|it| it.content && it.letters).is_none_or(|it| !it.capital)
}

/// So many tokens are looked at for it.
const SOON: usize = 4;

/// What the model says of the next five words.
fn said(signs: &[Sign<'_>], mut state: State, model: &Model<'_>) -> MilliNats {
    let mut total = 0;
    for word in signs.iter().take(8).filter_map(|it| it.word).take(5) {
        total += model.ln(state, word);
        state = State { last: word, before: state.last };
    }
    total
}

impl Place<'_> {
    /// Whether the tokens end as a sentence does.
    fn is_stopped(&self) -> bool {
        let mut last =
            self.tokens.iter().rev().map(|it| it.of(self.text)).skip_while(|it| matches!(*it, "”" | "\"" | "’" | "'" | ")" | "»"));
        last.next().is_some_and(|it| matches!(it, "." | "!" | "?" | "…"))
    }
}

/// The signs behind a label; `near` are the keys of its words.
fn signs<'t>(place: &'t Place<'_>, near: &[u64], seen: &Seen, model: &Model<'_>) -> Vec<Sign<'t>> {
    let (number, name) = (model.word("twenty"), model.word("smith"));
    let sign = |(token, own): (&Token, u64)| {
        let spelling = token.of(place.text);
        let letters = token.kind() == Kind::Word;
        let capital = letters && starts_upper(spelling);
        let folded = spelling.to_lowercase().replace('’', "'");
        let known = model.word(&folded);
        let bare = folded.strip_suffix("'s").map_or(known, |it| model.word(it));
        let content = letters && (bare == Word::UNKNOWN || model.alone(bare) <= EVERYDAY);
        let rare = letters && folded.chars().count() > 3 && (bare == Word::UNKNOWN || model.alone(bare) < RARE);
        let shared = rare && seen.more_than(own, near.iter().filter(|it| **it == own).count());
        let word = match token.kind() {
            Kind::Word => Some(if known == Word::UNKNOWN && capital { name } else { known }),
            Kind::Number => Some(number),
            Kind::Mark | Kind::Break => None,
        };
        Sign { spelling, word, letters, capital, content, shared }
    };
    place.tokens.iter().zip(near.iter().copied()).take(FURTHEST + 8).map(sign).collect()
}
