//! Headlines of other articles in a paragraph, with no label before them: run on with the sentence that follows, or left without a stop at the
//! end of the paragraph.
//!
//! In edited text no word that only a sentence begins with has a capital behind a word in small letters. Where one has, two texts were joined.

use super::{
    paragraphs::{FOREIGN, PARAGRAPHS, Paragraphs},
    speaker,
};
use crate::{
    admit::Subject,
    embedded,
    language::inflect,
    matchers::insert::{self, Place, Seen},
    nats::PerMillion,
    rules::token_at,
    segment::{
        Block,
        token::{Kind, Token},
    },
    span::Span,
    zone::Zone,
};

/// Such a headline has so many words.
const WORDS: std::ops::RangeInclusive<usize> = 4..=20;
/// A label before it has no more tokens.
const LABEL: usize = 5;
/// No more of its tokens are looked at, marks among them.
const LONGEST: usize = 64;
/// So many of its words stand nowhere else in the text, where it has a label or asks.
const FOREIGN_LABELLED: usize = 2;
/// The chance that a question about something else is one.
const ASKED: PerMillion = 900_000;
/// A word that stands elsewhere in the text wants so many more that do not: what is related speaks of the same.
const SHARED: usize = 2;
/// A quotation that begins behind a headline has so many words.
const QUOTED: usize = 4;
/// A verb stands among so many words behind the one that begins a sentence.
const VERB: usize = 3;
/// The chance that a headline ends before a name, of which the text speaks elsewhere, and a verb.
const NAMED: PerMillion = 900_000;
/// Where it ends must be so certain.
const CERTAIN: PerMillion = 600_000;

/// The headlines in the paragraphs of a text, and how certain it is that they end there.
#[must_use]
pub fn run_on<'s>(paragraphs: &Paragraphs<'_>, seen: impl Fn() -> &'s Seen) -> Vec<(Span, PerMillion)> {
    let subject = paragraphs.subject;
    let suspects = joints(subject).chain(open_ends(subject)).chain(questions(subject));
    let suspects: Vec<Suspect> = suspects.filter(|it| it.is_shaped(subject)).collect();
    if suspects.is_empty() || paragraphs.count() < PARAGRAPHS {
        return Vec::new();
    }
    suspects.into_iter().filter_map(|it| it.headline(paragraphs, &seen)).collect()
}

/// A sentence that may begin with a headline, by its tokens.
struct Suspect {
    block: Block,
    start: usize,
    // Where the headline would end: one past its last token.
    end: usize,
}

/// The sentences in which another one seems to begin that did not end.
fn joints(subject: &Subject<'_>) -> impl Iterator<Item = Suspect> {
    let tokens = &subject.scan.tokens;
    let capitals = subject.scan.capitals.iter().map(|&at| at as usize);
    let quotes = memchr::memmem::find_iter(subject.text.as_bytes(), "“").map(|at| token_at(tokens, narrow(at)));
    capitals.chain(quotes).filter(|&at| at > 0 && is_joint(subject, at)).filter_map(|at| {
        let block = subject.layout.block(span_of(&tokens[at - 1..=at])).filter(|it| it.zone == Zone::Body)?;
        let start = sentence(subject, block, at)?;
        (start + 1 < at).then_some(Suspect { block, start, end: at })
    })
}

/// The last sentences of paragraphs that do not end.
fn open_ends(subject: &Subject<'_>) -> impl Iterator<Item = Suspect> {
    let (text, tokens) = (subject.text, &subject.scan.tokens);
    let is_open = |it: &&Block| it.zone == Zone::Body && text[..it.span.end].ends_with(|it: char| it.is_alphanumeric() || it == '’');
    subject.layout.blocks.iter().filter(is_open).filter_map(|block| {
        let end = token_at(tokens, narrow(block.span.end));
        let stopped = subject.scan.speakers.binary_search_by_key(&block.span.end, |it| it.end).is_ok();
        let start = sentence(subject, *block, end).filter(|_| !stopped)?;
        // A heading has no stop either: other sentences stand before it.
        (tokens[start].start as usize > block.span.start).then_some(Suspect { block: *block, start, end })
    })
}

/// The questions and calls beside which there is no other: reports hardly have any, headlines do.
fn questions(subject: &Subject<'_>) -> impl Iterator<Item = Suspect> {
    let (text, tokens) = (subject.text, &subject.scan.tokens);
    memchr::memchr2_iter(b'?', b'!', text.as_bytes()).filter_map(|mark| {
        let block = subject.layout.block(Span::new(mark, mark + 1)).filter(|it| it.zone == Zone::Body)?;
        // A paragraph that is a question was asked by its author.
        let beside = |start: usize| tokens[start].start as usize > block.span.start && mark + 1 < block.span.end;
        let alone = text[mark + 1..].starts_with(char::is_whitespace) && text[block.span.range()].matches(['?', '!']).nth(1).is_none();
        let at = token_at(tokens, narrow(mark));
        let start = alone.then(|| sentence(subject, block, at)).flatten()?;
        (beside(start) && !tokens[start..at].iter().any(|it| is_of_author(it.of(text)))).then_some(Suspect { block, start, end: at + 1 })
    })
}

/// Whether a word is one by which an author speaks of himself, or takes up what he said before.
fn is_of_author(word: &str) -> bool {
    [
        "i", "we", "us", "our", "my", "he", "she", "they", "his", "her", "their", "them", "him", "it", "its", "that", "those", "these",
        "such", "but", "and", "so", "or", "then",
    ]
    .iter()
    .any(|it| it.eq_ignore_ascii_case(word))
}

/// Where the sentence begins that ends with the token before `end`, if it is no longer than a headline.
fn sentence(subject: &Subject<'_>, block: Block, end: usize) -> Option<usize> {
    let (text, tokens) = (subject.text, &subject.scan.tokens);
    let from = token_at(tokens, narrow(block.span.start));
    for at in (from.max(end.saturating_sub(LONGEST))..end).rev() {
        if is_stop(text, tokens, at) {
            let next = tokens.get(at + 1).filter(|_| at + 1 < end);
            // What closes a quotation belongs to the sentence.
            let start = at + 1 + usize::from(next.is_some_and(|it| matches!(it.of(text), "”" | "\"" | "’" | ")")));
            return (start < end).then_some(start);
        }
    }
    (from + LONGEST >= end && from < end).then_some(from)
}

fn span_of(tokens: &[Token]) -> Span {
    let bounds = tokens.first().zip(tokens.last());
    bounds.map_or(Span::new(0, 0), |(first, last)| Span::new(first.start as usize, last.end as usize))
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_stop(text: &str, tokens: &[Token], at: usize) -> bool {
    if tokens[at].kind() != Kind::Mark {
        return false;
    }
    let ends = matches!(tokens[at].of(text), "." | "!" | "?" | "…");
    let apart = |it: &Token| text[tokens[at].end as usize..it.start as usize].starts_with(char::is_whitespace) || it.kind() == Kind::Mark;
    // The stop of an initial or of a title ends nothing.
    ends && tokens.get(at + 1).is_none_or(apart) && (at == 0 || tokens[at - 1].end - tokens[at - 1].start > 2)
}

/// Whether a token begins a sentence that the one before it does not end: a word that only a sentence begins with, or what may be a name, or
/// a noun, of which a verb says something.
fn is_joint(subject: &Subject<'_>, at: usize) -> bool {
    let (text, tokens) = (subject.text, &subject.scan.tokens);
    let (first, second, behind) = (tokens[at - 1], tokens[at], &tokens[at + 1..]);
    let small = |it: &Token| it.kind() == Kind::Word && it.of(text).starts_with(char::is_lowercase) || it.kind() == Kind::Number;
    // So it is with few capitals: what follows is looked at only there.
    let apart = || text[first.end as usize..second.start as usize].starts_with([' ', '\u{A0}']);
    if !small(&first) && first.of(text) != "’" || !apart() {
        return false;
    }
    if second.of(text) == "“" {
        return behind.first().is_some_and(|it| it.is_capital());
    }
    if subject.rules.is_function_word(second.id()) {
        // “I” has a capital everywhere.
        let pronoun = second.of(text).split(['’', '\'']).next() == Some("I");
        // “The novel The Bridge” is a title: no small letter follows.
        return !pronoun && behind.first().is_some_and(small);
    }
    behind.iter().take(VERB).take_while(|it| small(it)).any(|it| is_finite(it.of(text)))
}

fn is_finite(word: &str) -> bool {
    matches!(word, "is" | "are" | "has" | "have" | "will" | "says") || inflect::is_past(word)
}

impl Suspect {
    fn tokens<'s>(&self, subject: &Subject<'s>) -> &'s [Token] {
        &subject.scan.tokens[self.start..self.end]
    }

    fn span(&self, subject: &Subject<'_>) -> Span {
        span_of(self.tokens(subject))
    }

    /// Whether it has the shape of a headline: what can be told without the rest of the text.
    fn is_shaped(&self, subject: &Subject<'_>) -> bool {
        let (text, own) = (subject.text, self.tokens(subject));
        let Some(last) = own.last() else { return false };
        let span = self.span(subject);
        let words = own.iter().filter(|it| matches!(it.kind(), Kind::Word | Kind::Number)).count();
        let begins = text[span.range()].starts_with(|it: char| it.is_uppercase() || it.is_ascii_digit() || matches!(it, '‘' | '“'));
        let open = last.kind() == Kind::Word && subject.rules.is_function_word(last.id());
        let quoted = text[span.end..self.block.span.end].trim_start().strip_prefix('“').and_then(|it| it.split('”').next());
        let title = quoted.is_some_and(|it| it.split_whitespace().nth(QUOTED - 1).is_none());
        WORDS.contains(&words) && begins && !open && !title && subject.layout.zone(span) == Zone::Body
    }

    /// The name, or the noun with a capital, that a sentence seems to begin with behind it, where no other sign says that one begins.
    fn name_behind<'t>(&self, subject: &Subject<'t>) -> Option<&'t str> {
        let next = subject.scan.tokens.get(self.end).filter(|it| (it.start as usize) < self.block.span.end && it.is_capital())?;
        (!subject.rules.is_function_word(next.id())).then(|| next.of(subject.text))
    }

    /// Whether it reads as a sentence that does not end with it: with an article, which headlines leave out, or a participle at its end.
    fn goes_on(&self, subject: &Subject<'_>) -> bool {
        let articles = ["the", "a", "an", "his", "her", "their", "its", "who", "which"];
        let mut own = self.tokens(subject).iter().map(|it| it.of(subject.text));
        own.clone().next_back().is_some_and(|it| it.ends_with("ing"))
            || own.any(|it| articles.iter().any(|article| article.eq_ignore_ascii_case(it)))
    }

    fn headline<'s>(&self, paragraphs: &Paragraphs<'_>, seen: impl Fn() -> &'s Seen) -> Option<(Span, PerMillion)> {
        let subject = paragraphs.subject;
        let (text, tokens) = (subject.text, &subject.scan.tokens);
        let (own, span) = (self.tokens(subject), self.span(subject));
        let label = own.iter().take(LABEL).any(|it| matches!(it.of(text), ":" | "|"));
        let asked = own.last().is_some_and(|it| matches!(it.of(text), "?" | "!"));
        let needed = if label || asked { FOREIGN_LABELLED } else { FOREIGN };
        // Few of its words stand in the text.
        let (foreign, shared) = paragraphs.stems().compared(subject, span)?;
        if foreign < needed + SHARED * shared {
            return None;
        }
        if asked {
            return (shared == 0).then_some((span, ASKED));
        }
        let name = self.name_behind(subject);
        let before_name_or_quote = name.is_some() || text[span.end..].trim_start().starts_with('“');
        if before_name_or_quote && self.goes_on(subject) {
            return None;
        }
        if let Some(name) = name {
            // In the middle of a sentence it would be new to the text.
            return (shared == 0 && seen().repeats(name)).then_some((span, NAMED));
        }
        let to = token_at(tokens, u32::try_from(self.block.span.end).ok()?);
        let behind = &tokens[self.start..to];
        let place = Place { text, tokens: behind, speaker: speaker(subject, self.block), before_label: false, interrupts: false };
        let end = insert::end(&place, seen(), embedded::model()).filter(|it| it.at == span.end && it.chance >= CERTAIN)?;
        Some((span, end.chance))
    }
}
