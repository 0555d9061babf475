//! Headlines of other articles in a paragraph, with no label before them: run on with the sentence that follows, or left without a stop at the
//! end of the paragraph.
//!
//! In edited text no word that only a sentence begins with has a capital behind a word in small letters. Where one has, two texts were joined.

use super::{
    speaker,
    stray::{Stems, is_paragraph},
};
use crate::{
    admit::Subject,
    embedded,
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
const WORDS: std::ops::RangeInclusive<usize> = 5..=20;
/// A label before it has no more tokens.
const LABEL: usize = 5;
/// So many of its words stand nowhere else in the text; fewer behind a label.
const FOREIGN: usize = 3;
const FOREIGN_LABELLED: usize = 2;
/// A word that stands elsewhere in the text wants so many more that do not.
const SHARED: usize = 3;
/// A quotation that begins behind a headline has so many words.
const QUOTED: usize = 4;
/// A text has so many paragraphs at the least.
const PARAGRAPHS: usize = 3;
/// Where it ends must be so certain.
const CERTAIN: PerMillion = 600_000;

/// The headlines in the paragraphs of a text, and how certain it is that they end there.
#[must_use]
pub fn run_on<'s>(subject: &Subject<'_>, seen: impl Fn() -> &'s Seen) -> Vec<(Span, PerMillion)> {
    let tokens = &subject.scan.tokens;
    let bodies = || subject.layout.blocks.iter().filter(|it| it.zone == Zone::Body);
    let suspects: Vec<Suspect> = bodies().flat_map(|block| suspects(subject, *block)).filter(|it| it.is_shaped(subject)).collect();
    if suspects.is_empty() || bodies().filter(|it| is_paragraph(subject.text, it)).count() < PARAGRAPHS {
        return Vec::new();
    }
    let stems = Stems::new(subject.text, tokens);
    suspects.into_iter().filter_map(|it| it.headline(subject, &seen, &stems)).collect()
}

/// A sentence that may begin with a headline, by its tokens.
struct Suspect {
    block: Block,
    start: usize,
    // Where the headline would end: one past its last token.
    end: usize,
}

/// The sentences of a block in which one seems to begin that did not end.
fn suspects(subject: &Subject<'_>, block: Block) -> Vec<Suspect> {
    let (text, tokens) = (subject.text, &subject.scan.tokens);
    let [from, to] = [block.span.start, block.span.end].map(|it| token_at(tokens, u32::try_from(it).unwrap_or(u32::MAX)));
    let mut found: Vec<Suspect> = Vec::new();
    let mut start = from;
    for at in from..to {
        let (token, next) = (tokens[at], tokens.get(at + 1).filter(|_| at + 1 < to));
        // Most words are neither before a capital nor before a mark.
        let ordinary = token.kind() != Kind::Mark && next.is_some_and(|it| it.kind() != Kind::Mark && !it.is_capital());
        if ordinary {
            continue;
        }
        if token.kind() == Kind::Mark && is_stop(text, tokens, at) {
            // What closes a quotation belongs to the sentence.
            start = at + 1 + usize::from(next.is_some_and(|it| matches!(it.of(text), "”" | "\"" | "’" | ")")));
        } else if next.is_some_and(|it| at > start && is_joint(subject, token, *it, tokens.get(at + 2))) {
            found.push(Suspect { block, start, end: at + 1 });
        }
    }
    // A heading has no stop either: other sentences stand before it.
    let stopped = subject.scan.speakers.binary_search_by_key(&block.span.end, |it| it.end).is_ok();
    let ends_open = text[..block.span.end].ends_with(|it: char| it.is_alphanumeric() || it == '’');
    if start > from && ends_open && !stopped {
        found.push(Suspect { block, start, end: to });
    }
    found
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

/// Whether the second of two tokens begins a sentence that the first does not end.
fn is_joint(subject: &Subject<'_>, first: Token, second: Token, third: Option<&Token>) -> bool {
    // Nearly all words are ruled out by this.
    if !second.is_capital() && second.kind() != Kind::Mark {
        return false;
    }
    let text = subject.text;
    let small = |it: Token| it.kind() == Kind::Word && it.of(text).starts_with(char::is_lowercase) || it.kind() == Kind::Number;
    let closing = first.of(text) == "’";
    // “The novel The Bridge” is a title: no small letter follows.
    let runs_on = || third.is_some_and(|it| small(*it));
    // “I” has a capital everywhere.
    let pronoun = || second.of(text).split(['’', '\'']).next() == Some("I");
    let begins = || {
        let sentence = second.is_capital() && subject.rules.is_function_word(second.id()) && !pronoun() && runs_on();
        sentence || second.of(text) == "“" && third.is_some_and(|it| it.is_capital())
    };
    begins() && (small(first) || closing) && text[first.end as usize..second.start as usize].starts_with([' ', '\u{A0}'])
}

impl Suspect {
    fn tokens<'s>(&self, subject: &Subject<'s>) -> &'s [Token] {
        &subject.scan.tokens[self.start..self.end]
    }

    fn span(&self, subject: &Subject<'_>) -> Span {
        let own = self.tokens(subject);
        Span::new(own[0].start as usize, own[own.len() - 1].end as usize)
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

    fn headline<'s>(&self, subject: &Subject<'_>, seen: impl Fn() -> &'s Seen, stems: &Stems<'_>) -> Option<(Span, PerMillion)> {
        let (text, tokens) = (subject.text, &subject.scan.tokens);
        let (own, span) = (self.tokens(subject), self.span(subject));
        let label = own.iter().take(LABEL).any(|it| matches!(it.of(text), ":" | "|"));
        let needed = if label { FOREIGN_LABELLED } else { FOREIGN };
        // Few of its words stand in the text.
        let (foreign, shared) = stems.compared(subject, span)?;
        if foreign < needed + SHARED * shared {
            return None;
        }
        let to = token_at(tokens, u32::try_from(self.block.span.end).ok()?);
        let behind = &tokens[self.start..to];
        let place = Place { text, tokens: behind, speaker: speaker(subject, self.block), before_label: false, interrupts: false };
        let end = insert::end(&place, seen(), embedded::model()).filter(|it| it.at == span.end && it.chance >= CERTAIN)?;
        Some((span, end.chance))
    }
}
