//! Words that were run together, or broken in two, where a link or a line ended.

use std::cell::OnceCell;

use super::{
    Proposal,
    page::{Page, Sketch, Source},
};
use crate::{
    edit::Edit,
    finding::Confidence,
    language::{
        case::starts_upper,
        model::{State, Word},
    },
    matchers::{
        glue::{Around, First, begins_sentence, inner_capital, parted},
        variant::folded,
    },
    nats::{self, MilliNats},
    rules::{rule::Joint, text::Text},
    segment::token::Kind,
    span::Span,
};

/// A rule about such words.
pub(super) struct Rule<'r> {
    number: u32,
    words: &'r [Text],
    allow: &'r [Text],
    // Of the words that join others: few texts ask for them.
    sketch: OnceCell<Sketch>,
}

impl<'r> Rule<'r> {
    pub(super) const fn new(number: u32, words: &'r [Text], allow: &'r [Text]) -> Self {
        Self { number, words, allow, sketch: OnceCell::new() }
    }
}

impl Rule<'_> {
    fn joins(&self, word: &str) -> bool {
        let sketch = self.sketch.get_or_init(|| self.words.iter().map(AsRef::as_ref).collect());
        sketch.may_hold(word) && self.words.binary_search_by(|it| (**it).cmp(word)).is_ok()
    }

    fn allows(&self, word: &str) -> bool {
        self.allow.binary_search_by(|it| (**it).cmp(word)).is_ok()
    }

    fn proposal(&self, page: &Page<'_>, span: Span, joint: usize, between: &str, confidence: Confidence) -> Proposal {
        let (left, right) = (&page.text[span.start..joint], &page.text[joint..span.end]);
        let message = format!("“{left}{between}{right}” was run together");
        self.proposed(span, Edit::new(Span::new(joint, joint), between), confidence, message)
    }

    fn proposed(&self, span: Span, edit: Edit, confidence: Confidence, message: String) -> Proposal {
        Proposal { rule: self.number, span, edits: vec![edit], confidence, message, alternatives: Vec::new(), witness: None }
    }
}

/// Proposes where to part them.
pub(super) fn propose(page: &Page<'_>, joint: Joint, rule: &Rule<'_>, proposals: &mut Vec<Proposal>) {
    match joint {
        Joint::Stop => {
            let stops = memchr::memchr3_iter(b'.', b'?', b'!', page.text.as_bytes());
            proposals.extend(stops.filter_map(|at| at_stop(page, rule, at)));
        }
        Joint::Comma => proposals.extend(memchr::memchr_iter(b',', page.text.as_bytes()).filter_map(|at| at_comma(page, rule, at))),
        Joint::Capital => proposals.extend(page.strange.iter().filter_map(|&at| at_capital(page, rule, at))),
        Joint::Words => {
            let strange = page.strange.iter();
            proposals.extend(strange.filter_map(|&at| between_words(page, rule, at).or_else(|| behind_camel(page, rule, at))));
        }
        Joint::Halves => halves(page, rule, proposals),
    }
}

/// A sentence begins with such a word so often, at the least, that two words are taken for its first ones.
const BEGINS: MilliNats = 1_500;
/// The same of a function word, behind a name.
const OPENS: MilliNats = 1_200;

fn at_stop(page: &Page<'_>, rule: &Rule<'_>, stop: usize) -> Option<Proposal> {
    let bytes = page.text.as_bytes();
    let before = bytes[..stop].last()?;
    if let Some(quoted) = at_quotation(page, rule, stop) {
        return Some(quoted);
    }
    if !bytes.get(stop + 1)?.is_ascii_uppercase() {
        return None;
    }
    if page.text[..stop].ends_with('”') {
        return behind_closed(page, rule, stop);
    }
    if !before.is_ascii_lowercase() && !before.is_ascii_digit() {
        return None;
    }
    let mark = page.tokens.binary_search_by_key(&u32::try_from(stop).ok()?, |it| it.start).ok()?;
    let (left, right) = (mark.checked_sub(1)?, mark + 1);
    if page.tokens.get(right)?.kind() != Kind::Word {
        return None;
    }
    match page.tokens[left].kind() {
        Kind::Word => {}
        Kind::Number => return behind_number(page, rule, left, right, stop),
        Kind::Mark | Kind::Break => return None,
    }
    let span = Span::new(page.span(left).start, page.span(right).end);
    let (ends, begins) = (page.word(left), page.word(right));
    let folded_left = ends.to_lowercase();
    let plain = begins.chars().skip(1).all(char::is_lowercase) || begins.contains(['’', '\'']);
    if plain && rule.joins(&folded_left) && begins.len() > 2 && is_free(bytes, span) {
        return Some(rule.proposal(page, span, stop + 1, " ", Confidence::new(9_400)));
    }
    if ends.len() < 3 || !plain || rule.allows(&folded_left) || rule.allows(&begins.to_lowercase()) || !is_free(bytes, span) {
        return None;
    }
    let known = |word: &str| page.model_word(word) != Word::UNKNOWN || page.is_named(word);
    if !known(ends) || !known(begins) {
        return None;
    }
    let next = page.next(right);
    let opens = page.tokens.get(right + 1).is_none_or(|it| it.kind() == Kind::Break);
    let word = page.model_word(begins);
    let sentence = begins_sentence(page.model, word, next.map(|it| page.model_word(page.word(it))));
    let confidence = match (starts_upper(ends), sentence) {
        _ if opens => return None,
        (_, BEGINS..) => Confidence::new(9_500),
        (false, _) if page.is_named(begins) || next.is_some() => Confidence::new(9_000),
        (true, _)
            if next.is_some_and(|it| is_small(page, it))
                && (sentence > OPENS && is_function(page, right) || page.is_named_alone(begins)) =>
        {
            Confidence::new(9_000)
        }
        (true, _) if page.is_named(ends) && word != Word::UNKNOWN && begins.len() > 3 => Confidence::new(9_000),
        _ => return None,
    };
    Some(rule.proposal(page, span, stop + 1, " ", confidence))
}

fn is_small(page: &Page<'_>, at: usize) -> bool {
    page.word(at).starts_with(char::is_lowercase)
}

fn is_function(page: &Page<'_>, at: usize) -> bool {
    page.subject.rules.is_function_word(page.tokens[at].id())
}

/// A quotation that begins right behind the stop of the sentence before it, or ends right before a word: `said.“Yes`, `Yes,”she`.
fn at_quotation(page: &Page<'_>, rule: &Rule<'_>, stop: usize) -> Option<Proposal> {
    // Mostly white space follows.
    page.text.as_bytes().get(stop + 1).filter(|it| !it.is_ascii() || **it == b'"')?;
    let (before, behind) = (&page.text[..stop], &page.text[stop + 1..]);
    let small = |it: &str| it.ends_with(char::is_lowercase);
    let opens = behind.strip_prefix('“').is_some_and(|it| it.starts_with(char::is_uppercase)) && small(before);
    let closing = ['”', '"'].into_iter().find(|it| behind.starts_with(*it)).or(opens.then_some('“'))?;
    let closes = small(before) && behind[closing.len_utf8()..].starts_with(char::is_alphabetic);
    if !opens && !closes {
        return None;
    }
    let joint = if opens { stop + 1 } else { stop + 1 + closing.len_utf8() };
    // A straight mark closes what an odd number of them leaves open.
    let line = || before.rfind('\n').map_or(0, |it| it + 1);
    let open = closing != '"' || opens || before[line()..].matches('"').count() % 2 == 1;
    let mark = page.tokens.partition_point(|it| (it.end as usize) <= joint);
    let is_known = |it: &str| it.len() > 1 && page.model_word(it) != Word::UNKNOWN;
    let known = page.tokens.get(mark).is_some_and(|it| it.kind() == Kind::Word && is_known(page.word(mark)));
    let named = || page.tokens.get(mark).is_some_and(|it| it.is_capital() && page.next(mark).is_some());
    let left = page.tokens.partition_point(|it| (it.end as usize) < stop);
    if !(opens || closes && open && (known || named())) || page.tokens.get(left)?.kind() != Kind::Word {
        return None;
    }
    let span = Span::new(page.span(left).start, if opens { joint + '“'.len_utf8() } else { page.span(mark).end });
    Some(rule.proposal(page, span, joint, " ", Confidence::new(9_300)))
}

/// A sentence may begin behind a quotation that ends another one: `heart”.The`.
fn behind_closed(page: &Page<'_>, rule: &Rule<'_>, stop: usize) -> Option<Proposal> {
    let mark = page.tokens.binary_search_by_key(&u32::try_from(stop).ok()?, |it| it.start).ok()?;
    let (left, right) = (mark.checked_sub(1)?, mark + 1);
    let word = page.tokens.get(right).filter(|it| it.kind() == Kind::Word).map(|_| page.word(right))?;
    let plain = word.len() > 1 && word.chars().skip(1).all(char::is_lowercase) && page.model_word(word) != Word::UNKNOWN;
    let goes_on = page.next(right).is_some_and(|it| is_small(page, it));
    let span = Span::new(page.span(left).start, page.span(right).end);
    (plain && goes_on && !rule.allows(&word.to_lowercase())).then(|| rule.proposal(page, span, stop + 1, " ", Confidence::new(9_300)))
}

/// A sentence may begin behind a number that a word stands before: what begins a line is an item of a list.
fn behind_number(page: &Page<'_>, rule: &Rule<'_>, left: usize, right: usize, stop: usize) -> Option<Proposal> {
    let span = Span::new(page.span(left).start, page.span(right).end);
    let counted = page.previous(left).map(|it| page.word(it).to_lowercase())?;
    let (word, next) = (page.word(right), page.next(right)?);
    let plain = word.len() > 1 && word.chars().skip(1).all(char::is_lowercase) && page.model_word(word) != Word::UNKNOWN;
    let small = page.word(next).starts_with(char::is_lowercase);
    if !plain || !small || rule.allows(&counted) || !is_free(page.text.as_bytes(), span) {
        return None;
    }
    Some(rule.proposal(page, span, stop + 1, " ", Confidence::new(9_200)))
}

/// Two words of running text with a comma and no space between them; in a list of values, others stand like them.
fn at_comma(page: &Page<'_>, rule: &Rule<'_>, comma: usize) -> Option<Proposal> {
    let bytes = page.text.as_bytes();
    if let Some(quoted) = at_quotation(page, rule, comma) {
        return Some(quoted);
    }
    let quote = bytes[..comma].ends_with("”".as_bytes()) || bytes[..comma].ends_with(b"\"");
    if !bytes.get(comma + 1)?.is_ascii_lowercase() || !quote && !bytes[..comma].last()?.is_ascii_lowercase() {
        return None;
    }
    let mark = page.tokens.binary_search_by_key(&u32::try_from(comma).ok()?, |it| it.start).ok()?;
    let (left, right) = (mark.checked_sub(1)?, mark + 1);
    let next = page.next(right)?;
    let is_word = |at: usize| page.tokens[at].kind() == Kind::Word && page.model_word(page.word(at)) != Word::UNKNOWN;
    let known = is_word(right) && page.word(right).len() > 1 && (quote || is_word(left) && page.word(left).len() > 2);
    let counted = || left.checked_sub(1).is_some_and(|it| page.tokens[it].kind() == Kind::Number);
    let running = quote || page.previous(left).is_some_and(is_word) || counted();
    let span = Span::new(page.span(left).start, page.span(right).end);
    (known && running && is_word(next) && (quote || is_free(bytes, span)))
        .then(|| rule.proposal(page, span, comma + 1, " ", Confidence::new(9_500)))
}

/// Whether a run of words and marks is no part of an address or a program.
fn is_free(bytes: &[u8], span: Span) -> bool {
    let before = span.start.checked_sub(1).map(|it| bytes[it]);
    let after = (bytes.get(span.end), bytes.get(span.end + 1));
    let open = before.is_none_or(|it| it.is_ascii_whitespace() || matches!(it, b'(' | b'"') || it >= 0x80);
    let joined = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'/' | b'_');
    let closed = match after {
        (Some(b' ' | b',' | b';' | b'\n' | b'\r' | b'\'') | None, _) => true,
        (Some(b'.' | b':'), next) => !next.is_some_and(joined),
        (Some(byte), _) => *byte >= 0x80,
    };
    open && closed
}

fn at_capital(page: &Page<'_>, rule: &Rule<'_>, at: usize) -> Option<Proposal> {
    let token = page.word(at);
    let Some(joint) = inner_capital(token) else { return behind_hinge(page, rule, at) };
    let (left, right) = token.split_at(joint);
    let [folded_left, folded_right] = [left, right].map(|it| folded(it).into_owned());
    if left.len() < 2 || rule.allows(&token.to_lowercase()) || rule.allows(&folded_left) || !page.stands_free(at) {
        return None;
    }
    if page.is_repeated(at) {
        return None;
    }
    let [first, second] = [&folded_left, &folded_right].map(|it| page.model.word(it));
    let next = page.next(at).map(|it| page.model_word(page.word(it)));
    let opens = second != Word::UNKNOWN && begins_sentence(page.model, second, next) > BEGINS;
    let named = page.gazetteer.is_name(&folded_right) || page.is_named_alone(right);
    let (hinged, sentence) = (rule.joins(&folded_left), rule.joins(&folded_right) && opens);
    let between = if starts_upper(left) {
        // Behind what is linked to, anything may follow; behind another name, what follows must speak for itself.
        let source = page.source_before(at, left);
        let linked = source.is_some() || page.is_named(left) && left.chars().all(char::is_uppercase);
        match (linked, named, sentence) {
            (true, true, false) if !page.is_cited(at) => " ",
            (true, _, _) if named || opens || source == Some(Source::Word) && second != Word::UNKNOWN => ". ",
            (false, false, true) if page.is_named(left) && right.len() > 1 => ". ",
            (false, true, _) if page.is_named(left) && right.len() > 1 => " ",
            _ => return None,
        }
    } else {
        match first {
            Word::UNKNOWN => return None,
            _ if right.len() < 2 && !(hinged && right == "I") => return None,
            _ if hinged && !named && page.has_identifiers() => return None,
            _ if hinged => " ",
            _ if left.len() > 2 && sentence => ". ",
            _ if left.len() > 2 && named => " ",
            _ => return None,
        }
    };
    let span = page.span(at);
    let confidence = if named || sentence { 9_200 } else { 9_000 };
    Some(rule.proposal(page, span, span.start + joint, between, Confidence::new(confidence)))
}

/// A word that joins others, and behind it a name in capitals: `toldUNESCO`.
fn behind_hinge(page: &Page<'_>, rule: &Rule<'_>, at: usize) -> Option<Proposal> {
    let token = page.word(at);
    let joint = token.find(char::is_uppercase).filter(|it| *it > 1)?;
    let (left, right) = token.split_at(joint);
    let initials = right.chars().all(char::is_uppercase) && right.chars().nth(1).is_some();
    let free = page.stands_free(at) && !page.is_repeated(at) && !page.has_identifiers();
    let hinged = initials && free && rule.joins(left) && !rule.allows(left);
    let start = page.span(at).start;
    hinged.then(|| rule.proposal(page, page.span(at), start + joint, " ", Confidence::new(9_000)))
}

/// A name of the text with a capital within it, and behind it a word that joins others: `LumoBandhas`.
fn behind_camel(page: &Page<'_>, rule: &Rule<'_>, at: usize) -> Option<Proposal> {
    let token = page.word(at);
    let inner = token.char_indices().skip(1).filter(|it| it.1.is_uppercase()).last()?.0;
    if !starts_upper(token) || !page.stands_free(at) || page.is_repeated(at) {
        return None;
    }
    let joints = (inner + 2..token.len() - 1).filter(|it| token.is_char_boundary(*it));
    let joint = joints.rev().find(|it| rule.joins(&token[*it..]) && page.stands(&token[..*it]))?;
    let start = page.span(at).start;
    Some(rule.proposal(page, page.span(at), start + joint, " ", Confidence::new(9_300)))
}

/// By how much likelier two words must be than one: the less, the more is known of the first.
const BOTH_SMALL: MilliNats = -9_000;
const NAME_AND_HINGE: MilliNats = -3_000;
const NAME_AND_WORD: MilliNats = 1_000;
const UNKNOWN_NAME: MilliNats = 1_000;

fn between_words(page: &Page<'_>, rule: &Rule<'_>, at: usize) -> Option<Proposal> {
    let token = page.word(at);
    // “walkin’” has lost a letter, and not a space.
    let clipped = page.text[page.span(at).end..].starts_with(['’', '\'']);
    let plain = !clipped && token.is_ascii() && token.bytes().skip(1).all(|it| it.is_ascii_lowercase());
    if !plain || !page.stands_free(at) {
        return None;
    }
    let letters = token.to_ascii_lowercase();
    let capital = starts_upper(token);
    // The first word keeps the capital: it is a name, or begins the sentence.
    let is_name = |left: &str| capital && (page.source_before(at, left).is_some() || page.is_named(&token[..left.len()]));
    let are_two = |left: &str, right: &str| {
        let joined = rule.joins(left) || rule.joins(right);
        let named = capital && (joined || right.len() > 2 && page.model.word(right) != Word::UNKNOWN) && is_name(left);
        if named { Some(First::Name) } else { joined.then_some(First::Word) }
    };
    let around = || Around { before: state_before(page, at), next: page.next(at).map(|it| page.model_word(page.word(it))) };
    let split = parted(page.model, &letters, around, are_two)?;
    let (left, right) = letters.split_at(split.at);
    let wanted = match split.first {
        First::Name if rule.joins(right) => NAME_AND_HINGE,
        First::Name if right.len() > 2 => NAME_AND_WORD,
        First::Word if !capital || !page.is_inner(at) => BOTH_SMALL,
        First::Word if left.len() > 3 => UNKNOWN_NAME,
        _ => return None,
    };
    // “in” begins words, but not before “the”.
    if split.margin < wanted || rule.allows(left) && !rule.joins(right) || rule.allows(&letters) {
        return None;
    }
    if split.first == First::Word && page.is_repeated(at) {
        return None;
    }
    let span = page.span(at);
    let confidence = Confidence::from_millionths(nats::probability(2_000 + (split.margin - wanted) / 4));
    Some(rule.proposal(page, span, span.start + split.at, " ", confidence))
}

/// A word broken in two has so many letters at the least, and is so frequent.
const BROKEN: usize = 6;
const FREQUENT: MilliNats = -14_000;

/// Words with a space in them: one half at the least is no word, and both together are.
fn halves(page: &Page<'_>, rule: &Rule<'_>, proposals: &mut Vec<Proposal>) {
    let mut last = None;
    for &at in &page.strange {
        let pairs = [page.previous(at).map(|it| (it, at)), page.next(at).map(|it| (at, it))];
        let found = pairs.into_iter().flatten().find_map(|it| Some((it.0, halved(page, rule, it)?)));
        // Both halves may be strange.
        if let Some((left, proposal)) = found.filter(|it| last != Some(it.0)) {
            last = Some(left);
            proposals.push(proposal);
        }
    }
}

fn halved(page: &Page<'_>, rule: &Rule<'_>, (left, right): (usize, usize)) -> Option<Proposal> {
    let (head, tail) = (page.word(left), page.word(right));
    let (before, behind) = (page.span(left), page.span(right));
    let small = |it: &str| it.bytes().all(|it| it.is_ascii_lowercase());
    let plain =
        head.len() > 1 && tail.len() > 1 && head.starts_with(|it: char| it.is_ascii_alphabetic()) && small(&head[1..]) && small(tail);
    if !plain || head.len() + tail.len() < BROKEN || behind.start != before.end + 1 {
        return None;
    }
    let whole = [head, tail].concat().to_ascii_lowercase();
    let word = page.model.word(&whole);
    if word == Word::UNKNOWN || page.model.alone(word) <= FREQUENT || rule.allows(tail) || rule.allows(&whole[..head.len()]) {
        return None;
    }
    // A half that comes back, or is somebody’s name, is a word of its own.
    let strange = |at: usize| page.strange.binary_search(&at).is_ok();
    let own = |at: usize| strange(at) && (page.is_repeated(at) || page.is_named(page.word(at)));
    if [left, right].into_iter().any(|it| own(it) || !page.stands_free(it)) {
        return None;
    }
    let edit = Edit::new(Span::new(before.end, behind.start), "");
    let message = format!("“{head}{tail}” was broken in two");
    Some(rule.proposed(Span::new(before.start, behind.end), edit, Confidence::new(9_300), message))
}

/// The two words before a token, as the model knows them.
fn state_before(page: &Page<'_>, at: usize) -> State {
    let Some(last) = page.previous(at) else {
        return if page.is_inner(at) { State { last: Word::UNKNOWN, before: Word::UNKNOWN } } else { page.model.start() };
    };
    let before = page.previous(last).map_or(Word::UNKNOWN, |it| page.model_word(page.word(it)));
    State { last: page.model_word(page.word(last)), before }
}
