//! UTF-8 that was read as a code page: `â€™` for `’`.
//!
//! Each line is read again in each code page. Where what stands there is odd and what it spells is not, it is taken.

use std::ops::Range;

use super::{
    odd::{Around, is_european, is_frequent, is_unwritten, oddness},
    tables::{self, PAGES},
};
use crate::repair::{
    Ask, Found,
    script::{Script, script},
    step::Step,
    traits::Traits,
};
use crate::span::Span;

/// Finds the sequences of UTF-8 in each line.
pub(in crate::repair) fn find(text: &str, ask: &Ask<'_>, found: &mut Found) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if Traits::of(line).meets(Traits::MOJIBAKE) {
            find_in_line(line, start, ask, found);
        }
        start += line.len();
    }
}

/// What a line must gain to be read again as a whole.
const CONSISTENT: i32 = 2;

/// What one place must gain where other characters of the line were read rightly.
const INCONSISTENT: i32 = 4;

fn find_in_line(text: &str, start: usize, ask: &Ask<'_>, found: &mut Found) {
    let line = Line::new(text.chars().collect());
    let Some(best) = best(&line, ask, LAYERS) else { return };
    let offsets: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    let mut taken = best.taken.into_iter().peekable();
    while let Some(first) = taken.next() {
        let mut places = first.places.clone();
        let mut replacement = first.spelt(&line);
        let mut step = first.step(best.consistent);
        while let Some(next) = taken.next_if(|it| it.places.start == places.end) {
            places.end = next.places.end;
            replacement.push_str(&next.spelt(&line));
            step = step.max(next.step(best.consistent));
        }
        let span = Span::new(start + offsets[places.start], start + offsets[places.end]);
        found.from(step, span, replacement, PAGES[best.page].0);
    }
}

/// A line that was read wrongly more often than this is left alone.
const LAYERS: usize = 4;

/// The reading that gains most, the first of those that gain alike.
fn best(line: &Line, ask: &Ask<'_>, layers: usize) -> Option<Reading> {
    let pages = line.pages();
    let readings = (0..PAGES.len()).filter(|page| pages & 1 << page != 0).filter_map(|page| Reading::new(line, page, ask, layers));
    readings.reduce(|best, it| if it.worth() > best.worth() { it } else { best })
}

/// The characters of a line.
struct Line {
    characters: Vec<char>,
}

impl Line {
    const fn new(characters: Vec<char>) -> Self {
        Self { characters }
    }

    /// The line with sequences as they are spelt.
    fn read(&self, sequences: &[Sequence]) -> Self {
        let mut characters = Vec::with_capacity(self.characters.len());
        let mut at = 0;
        for it in sequences {
            characters.extend_from_slice(&self.characters[at..it.places.start]);
            characters.extend(it.spelt(self).chars());
            at = it.places.end;
        }
        characters.extend_from_slice(&self.characters[at..]);
        Self::new(characters)
    }

    fn get(&self, place: usize) -> Option<char> {
        self.characters.get(place).copied()
    }

    /// The pages in which some sequence may begin.
    fn pages(&self) -> u16 {
        let pairs = self.characters.windows(2).filter(|pair| !pair[0].is_ascii()).map(|pair| match pair[1] {
            ' ' | '?' | '\u{FFFD}' => tables::leading(pair[0]),
            second => tables::pages(pair[0], second),
        });
        pairs.fold(0, |all, it| all | it)
    }
}

/// What a sequence spells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelt {
    Character(char),
    /// Some of its bytes are gone.
    Lost,
    /// The last byte is gone, and there is but one that code pages lose.
    Truncated,
}

/// A sequence of UTF-8 in a line.
#[derive(Debug, Clone)]
struct Sequence {
    places: Range<usize>,
    spelt: Spelt,
    // Whether a space stands for its byte A0.
    spaced: bool,
    gain: i32,
}

impl Sequence {
    /// The sequence that begins at a place.
    fn at(line: &Line, start: usize, page: usize, ask: &Ask<'_>) -> Option<Self> {
        let lead = tables::byte(line.get(start)?, page).filter(|it| (0xC2..=0xF4).contains(it))?;
        let length = match lead {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 4,
        };
        let mut bytes = [lead, 0, 0, 0, 0, 0];
        let (mut spaced, mut lost, mut seen) = (false, 0, 1);
        let mut end = start + 1;
        while end < start + length {
            let Some(character) = line.get(end) else { break };
            match tables::byte(character, page) {
                Some(byte @ 0x80..=0xBF) => {
                    bytes[end - start] = byte;
                    seen += 1;
                }
                _ if matches!(character, '?' | '\u{FFFD}') && ask.steps.has(Step::Lossy) => lost += 1,
                // The dagger, E2 80 A0, is rarer than a quotation mark that lost its end.
                _ if character == ' ' && ask.steps.has(Step::ByteA0) && has_a0(page) && bytes[..2] != [0xE2, 0x80] => {
                    bytes[end - start] = 0xA0;
                    spaced = true;
                    seen += 1;
                }
                _ => break,
            }
            end += 1;
        }
        let places = start..end;
        let whole = end == start + length && lost == 0;
        if whole && let Some(spelt) = decoded(&bytes[..length]) {
            return Some(Self { places, spelt: Spelt::Character(spelt), spaced, gain: 0 });
        }
        if whole && let Some((end, spelt)) = surrogates(line, start, page) {
            return Some(Self { places: start..end, spelt: Spelt::Character(spelt), spaced, gain: 0 });
        }
        if lost > 0 && (seen > 1 || length == 2) {
            return Some(Self { places, spelt: Spelt::Lost, spaced, gain: 0 });
        }
        // Of the bytes behind E2 80 that Windows has no letter for, only 9D is one that people write: the closing quotation mark.
        let truncated = bytes[..2] == [0xE2, 0x80] && seen == 2 && lost == 0 && !spaced && ask.steps.has(Step::Truncated);
        let loses_9d = tables::byte('”', page) == Some(0x94);
        (truncated && loses_9d).then_some(Self { places, spelt: Spelt::Truncated, spaced, gain: 0 })
    }

    fn characters<'l>(&self, line: &'l Line) -> impl Iterator<Item = char> + use<'l> {
        line.characters[self.places.clone()].iter().copied()
    }

    fn decoded(&self) -> char {
        match self.spelt {
            Spelt::Character(character) => character,
            Spelt::Lost => char::REPLACEMENT_CHARACTER,
            Spelt::Truncated => '”',
        }
    }

    fn spelt(&self, line: &Line) -> String {
        let mut spelt = String::from(self.decoded());
        if self.spaced && self.decoded() == 'à' && keeps_space(line, &self.places) {
            spelt.push(' ');
        }
        spelt
    }

    const fn step(&self, consistent: bool) -> Step {
        match (self.spelt, self.spaced, consistent) {
            (Spelt::Lost, ..) => Step::Lossy,
            (Spelt::Truncated, ..) => Step::Truncated,
            (_, true, _) => Step::ByteA0,
            (_, _, false) => Step::Inconsistent,
            _ => Step::Mojibake,
        }
    }
}

/// Whether a page has the no-break space at A0, which much software turns into a space.
fn has_a0(page: usize) -> bool {
    tables::byte('\u{A0}', page) == Some(0xA0)
}

fn decoded(bytes: &[u8]) -> Option<char> {
    std::str::from_utf8(bytes).ok()?.chars().next()
}

/// The character that two halves spell, each as three bytes, and where it ends: CESU-8.
fn surrogates(line: &Line, start: usize, page: usize) -> Option<(usize, char)> {
    let mut bytes = [0; 6];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = tables::byte(line.get(start + at)?, page)?;
    }
    let half = |bytes: &[u8]| (bytes[0] == 0xED).then(|| 0xD000 | u16::from(bytes[1] & 0x3F) << 6 | u16::from(bytes[2] & 0x3F));
    let halves = [half(&bytes[..3])?, half(&bytes[3..])?];
    let character = char::decode_utf16(halves).next()?.ok()?;
    (character.len_utf16() == 2).then_some((start + 6, character))
}

/// Whether the space in the place of A0 also is the space behind the word: “à l’ouest”, not “às” or “hài”.
fn keeps_space(line: &Line, places: &Range<usize>) -> bool {
    let rest: String = line.characters[places.end..].iter().take_while(|it| it.is_alphabetic()).take(6).collect();
    let in_word = places.start.checked_sub(1).and_then(|it| line.get(it)).is_some_and(char::is_alphabetic);
    if rest.is_empty() {
        return line.get(places.end).is_none_or(|it| !it.is_whitespace() && !matches!(it, ',' | '.' | ';' | ':' | '!' | '?'));
    }
    let rest = rest.as_str();
    // What ends a syllable of Vietnamese, and the words that Portuguese writes with the article in one.
    let is_ending = matches!(rest, "i" | "o" | "u" | "y" | "n" | "m" | "ng" | "nh");
    let is_joined = rest == "s" && line.get(places.end + 1) != Some('\'') && line.get(places.end + 1) != Some('’')
        || ["quel", "quil"].iter().any(|it| rest.starts_with(it));
    if in_word { !is_ending } else { !is_joined }
}

/// A line as one page reads it.
struct Reading {
    page: usize,
    taken: Vec<Sequence>,
    // Whether nothing in the line speaks against the page.
    consistent: bool,
    // Whether nothing in the line is left that is not ASCII.
    whole: bool,
    // How many of its characters are letters and marks of Europe.
    european: i32,
    gain: i32,
}

/// What it is worth that nothing is left.
const WHOLE: i32 = 3;

impl Reading {
    /// The gain, with what it counts that nothing is left unread.
    const fn worth(&self) -> i32 {
        self.gain + self.european + if self.whole { WHOLE } else { 0 }
    }

    /// What reading a line in a page gains; `None` where that is too little.
    fn new(line: &Line, page: usize, ask: &Ask<'_>, layers: usize) -> Option<Self> {
        let (mut sequences, mut strays, mut whole_line) = (Vec::new(), false, true);
        let mut at = 0;
        while at < line.characters.len() {
            if line.characters[at].is_ascii() {
                at += 1;
                continue;
            }
            match Sequence::at(line, at, page, ask) {
                Some(sequence) => {
                    at = sequence.places.end;
                    sequences.push(sequence);
                }
                None => {
                    // What the page has and is no sequence was read rightly, and so were the letters of Africa, say, that it has not.
                    let stray = line.characters[at];
                    strays |= tables::byte(stray, page).is_some() || matches!(script(stray), Script::Latin | Script::Other);
                    whole_line = false;
                    at += 1;
                }
            }
        }
        weigh(line, &mut sequences);
        if is_foreign(line, &sequences) {
            for it in &mut sequences {
                it.gain += FOREIGN;
            }
        }
        let malus = i32::from(page > 0);
        let european = sequences.iter().map(|it| i32::from(is_european(it.decoded()))).sum();
        let sure: i32 = sequences.iter().filter(|it| !it.spaced).map(|it| it.gain).sum();
        let whole: i32 = sequences.iter().map(|it| it.gain).sum();
        if !strays && !sequences.is_empty() {
            let spoilt = sequences.iter().any(|it| is_unwritten(it.decoded()) && it.gain < 0);
            // What most sequences are that end in a space: no-break spaces, and the end of “voilà”.
            let tied = page == 0 && sequences.iter().all(|it| matches!(it.decoded(), '\u{A0}' | 'à'));
            // Two letters that spell one of a few languages may be what somebody wrote in another.
            let lone = matches!(&sequences[..], [it] if it.places.len() == 2 && page > 0 && !is_european(it.decoded()));
            if !spoilt && !lone && whole - malus >= CONSISTENT && (sure >= CONSISTENT || tied) {
                return Some(Self { page, gain: whole - malus, taken: sequences, consistent: true, whole: whole_line, european });
            }
            // What is as odd afterwards may have been read wrongly before, too.
            let next = (layers > 0 && sequences.len() > 1).then(|| best(&line.read(&sequences), ask, layers - 1)).flatten()?;
            let gain = whole - malus + next.gain;
            return (next.consistent && gain >= CONSISTENT).then_some(Self {
                page,
                gain,
                taken: sequences,
                consistent: true,
                whole: whole_line,
                european,
            });
        }
        if !ask.steps.has(Step::Inconsistent) {
            return None;
        }
        let all = (sequences.len(), whole);
        let taken = clusters(&sequences).filter(|it| stands_alone(line, page, it, all)).flatten().cloned();
        let taken: Vec<Sequence> = taken.collect();
        let gain = taken.iter().map(|it| it.gain).sum::<i32>() - malus;
        (gain >= INCONSISTENT).then_some(Self { page, taken, consistent: false, whole: false, european: 0, gain })
    }
}

/// What it adds that letters stand in a line of another script, as if their words were none.
const FOREIGN: i32 = 2;

/// Whether all letters of sequences are Cyrillic, in a line of Latin words.
fn is_foreign(line: &Line, sequences: &[Sequence]) -> bool {
    let own = sequences.iter().flat_map(|it| it.characters(line));
    let cyrillic = line.characters.iter().filter(|it| script(**it) == Script::Cyrillic).count();
    let latin = line.characters.iter().filter(|it| it.is_ascii_alphabetic()).count();
    cyrillic > 0 && latin > 3 * cyrillic && own.filter(|it| script(*it) == Script::Cyrillic).count() == cyrillic
}

/// Weighs what each sequence is against what it spells.
fn weigh(line: &Line, sequences: &mut [Sequence]) {
    for at in 0..sequences.len() {
        let own = &sequences[at];
        let before = |place: usize| place.checked_sub(1).and_then(|it| line.get(it));
        let as_is = Around {
            before: [own.places.start.checked_sub(2).and_then(|it| line.get(it)), before(own.places.start)],
            after: line.get(own.places.end),
        };
        let is = oddness(as_is, own.characters(line));
        let previous = at.checked_sub(1).map(|it| &sequences[it]).filter(|it| it.places.end == own.places.start);
        let earlier = at.checked_sub(2).map(|it| &sequences[it]).filter(|it| previous.is_some_and(|own| it.places.end == own.places.start));
        let next = sequences.get(at + 1).filter(|it| it.places.start == own.places.end);
        let read = Around {
            before: match previous {
                Some(it) => [earlier.map_or_else(|| before(it.places.start), |it| Some(it.decoded())), Some(it.decoded())],
                None => as_is.before,
            },
            after: next.map_or(as_is.after, |it| Some(it.decoded())),
        };
        let reads = oddness(read, std::iter::once(own.decoded()));
        // Three characters that happen to be a sequence are rarer than two.
        let bonus = match own.spelt {
            Spelt::Character('\u{A0}') if !own.spaced => i32::from(!as_is.before[1].is_some_and(char::is_alphabetic)),
            Spelt::Character(it) if !own.spaced => i32::from(is_frequent(it) || it.len_utf8() > 2),
            _ => 0,
        };
        sequences[at].gain = is - reads + bonus;
    }
}

/// Runs of sequences that touch.
fn clusters(sequences: &[Sequence]) -> impl Iterator<Item = &[Sequence]> {
    sequences.chunk_by(|a, b| a.places.end == b.places.start)
}

/// The gain of all sequences of a line from which on each of them may be less sure.
const SURE: i32 = 10;

/// Whether a run is convincing by itself, in a line where other characters of the page are what they seem.
fn stands_alone(line: &Line, page: usize, cluster: &[Sequence], (count, total): (usize, i32)) -> bool {
    let (start, end) = (cluster[0].places.start, cluster[cluster.len() - 1].places.end);
    // A piece of a larger heap of broken text: taking it apart would spoil the rest.
    let control = |it: usize| matches!(line.characters[it], '\u{80}'..='\u{9F}');
    let stray = |it: usize| line.get(it).is_some_and(|it| !it.is_ascii()) && !control(it);
    let high = |it: Option<usize>| it.and_then(|it| line.get(it)).is_some_and(|it| !it.is_ascii());
    let leads = |it: usize| tables::leading(line.characters[it]) & 1 << page != 0;
    let heap = start.checked_sub(1).is_some_and(|it| stray(it) && (leads(it) || high(it.checked_sub(1))))
        || stray(end) && (leads(end) || high(Some(end + 1)));
    let gain: i32 = cluster.iter().map(|it| it.gain).sum();
    if total >= SURE {
        let least = if cluster.iter().all(|it| it.spaced) { 0 } else { CONSISTENT };
        return gain >= least && !heap && !cluster.iter().any(|it| is_unwritten(it.decoded()));
    }
    // One pair of letters alone may be what somebody wrote.
    let usual = count > 1 || end - start > 2 || is_frequent(cluster[0].decoded()) || control(start + 1);
    gain >= INCONSISTENT && usual && !heap && cluster.iter().all(|it| it.gain >= 0 && !it.spaced)
}
