//! Cyrillic that was read as another code page than its own: `Ïðèâåò` and `оПХБЕР` for `Привет`.
//!
//! Every code page has letters at the bytes of every other, so nothing is right by form. What decides is which pairs of letters the
//! languages of the script write.

use std::sync::LazyLock;

use encoding_rs::Encoding;

use super::tables::{self, PAGES};
use crate::repair::{
    Ask, Found,
    script::{Script, script},
    step::Step,
};
use crate::span::Span;

/// Code pages in which Cyrillic was written.
const WRITTEN: [&Encoding; 5] =
    [encoding_rs::WINDOWS_1251, encoding_rs::KOI8_R, encoding_rs::IBM866, encoding_rs::ISO_8859_5, encoding_rs::X_MAC_CYRILLIC];

/// What a line must look like to be read again, what it must look like then, and how much more than before.
const ODD: i32 = -9;
const SOUND: i32 = 7;
const BETTER: i32 = 18;

/// Fewer different letters of the script than this may be a call or an abbreviation: `тьфу-тьфу-тьфу`.
const LEAST: usize = 10;

/// Finds lines that are no language of the script in the page that they were read as, and are in another.
pub(in crate::repair) fn find(text: &str, _: &Ask<'_>, found: &mut Found) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let likeness = if line.is_ascii() { 0 } else { likeness(line.chars()) };
        if likeness <= ODD {
            find_in_line(line, start, likeness + BETTER, found);
        }
        start += line.len();
    }
}

fn find_in_line(line: &str, start: usize, least: i32, found: &mut Found) {
    let readings = (0..PAGES.len()).flat_map(|page| WRITTEN.map(|written| (page, written)));
    let scored = readings.filter(|(page, written)| PAGES[*page].0 != written.name().to_ascii_lowercase()).map(|(page, written)| {
        let likeness = likeness(line.chars().map(|it| reread(it, page, written)));
        (likeness, page, written)
    });
    // The first of those that look best.
    let Some((likeness, page, written)) = scored.reduce(|best, it| if it.0 > best.0 { it } else { best }) else { return };
    if likeness < least.max(SOUND) || is_short(line) {
        return;
    }
    let mut at = 0;
    while let Some(skipped) = line[at..].find(|it: char| !it.is_ascii()) {
        let from = at + skipped;
        let to = line[from..].find(|it: char| it.is_ascii()).map_or(line.len(), |it| from + it);
        let replacement: String = line[from..to].chars().map(|it| reread(it, page, written)).collect();
        found.from(Step::Cyrillic, Span::new(start + from, start + to), replacement, PAGES[page].0);
        at = to;
    }
}

/// Whether a line holds so few letters that another page makes words of them by chance. Where small letters stand before capitals, as they
/// do in KOI8 that was read as Windows-1251, a few are enough.
fn is_short(line: &str) -> bool {
    let mut letters: Vec<char> = line.chars().filter(|it| !it.is_ascii()).collect();
    let is_turned = letters.windows(2).any(|it| it[0].is_lowercase() && it[1].is_uppercase());
    let is_cyrillic = letters.iter().all(|it| script(*it) == Script::Cyrillic);
    letters.sort_unstable();
    letters.dedup();
    is_cyrillic && !is_turned && letters.len() < LEAST
}

/// What stood where a page has a character.
fn reread(character: char, page: usize, written: &'static Encoding) -> char {
    let byte = if character.is_ascii() { None } else { tables::byte(character, page) };
    let decoded = byte.and_then(|it| written.decode_without_bom_handling_and_without_replacement(&[it]).and_then(|it| it.chars().next()));
    decoded.unwrap_or(character)
}

/// The letters, and how frequent each pair of them is in the language that writes it most, from 0 for never to 9: counted in translations
/// of programs into Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian, Mongolian, Kazakh, Kyrgyz, Tatar, Tajik and Ossetian.
static PAIRS: LazyLock<(Vec<char>, Vec<Vec<i32>>)> = LazyLock::new(|| {
    let mut lines = include_str!("cyrillic.txt").lines();
    let letters = lines.next().unwrap_or_default().chars().collect();
    (letters, lines.map(|it| it.bytes().map(|digit| i32::from(digit - b'0')).collect()).collect())
});

/// The frequency of a pair from which on it speaks for a language.
const USUAL: i32 = 7;

/// How much a text looks like a language of the script: above 0 it does, below it does not, and 0 is any other text.
fn likeness(characters: impl Iterator<Item = char>) -> i32 {
    let mut likeness = 0;
    let mut before: Option<char> = None;
    for it in characters {
        if let Some(before) = before.filter(|before| !before.is_ascii() || !it.is_ascii()) {
            likeness += pair(before, it);
        }
        before = Some(it);
    }
    likeness
}

fn pair(first: char, second: char) -> i32 {
    let scripts = (script(first), script(second));
    match scripts {
        (Script::Cyrillic, Script::Cyrillic) if first.is_lowercase() && second.is_uppercase() => -6,
        (Script::Cyrillic, Script::Cyrillic) => match (index(first), index(second)) {
            (Some(first), Some(second)) if first == second => (PAIRS.1[first][second] - USUAL).min(0),
            (Some(first), Some(second)) => PAIRS.1[first][second] - USUAL,
            _ => 0,
        },
        (Script::Latin, Script::Latin) if !first.is_ascii() && !second.is_ascii() => -3,
        (Script::Cyrillic | Script::Latin, Script::Cyrillic | Script::Latin) => {
            if scripts.0 == scripts.1 {
                0
            } else {
                -5
            }
        }
        (Script::Cyrillic, _) if second == '«' => -3,
        (_, Script::Cyrillic) if first == '»' => -3,
        // Marks and lines in a word.
        (Script::Cyrillic, Script::Common) | (Script::Common, Script::Cyrillic) if is_mark(first) || is_mark(second) => -5,
        (Script::Common, Script::Common) if is_mark(first) && is_mark(second) => -3,
        (Script::Common, Script::Common) if is_mark(first) && is_quote(second) || is_quote(first) && is_mark(second) => -2,
        _ => 0,
    }
}

/// Whether a character is a mark that stands beside no letter in sound text.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9F}' | '\u{A1}'..='\u{AA}' | '\u{AC}'..='\u{BA}' | '\u{BC}'..='\u{BF}' | '×' | '÷' | '\u{2500}'..='\u{259F}' | '\u{2020}'..='\u{2021}' | '\u{2030}' | '\u{20AC}' | '\u{2122}' | '\u{221A}' | '\u{2248}'..='\u{2265}' | '\u{2320}' | '\u{2321}')
}

/// Whether a character is a quotation mark, a dash or an ellipsis, which stand beside few other marks.
const fn is_quote(character: char) -> bool {
    matches!(character, '\u{2013}'..='\u{201F}' | '\u{2026}')
}

/// The number of a letter, in any case.
fn index(letter: char) -> Option<usize> {
    match letter {
        'а'..='я' => Some(letter as usize - 'а' as usize),
        'А'..='Я' => Some(letter as usize - 'А' as usize),
        _ => {
            let lower = letter.to_lowercase().next()?;
            PAIRS.0.iter().position(|it| *it == lower)
        }
    }
}
