//! Letters of another script that look like those of the word that they stand in.

use std::cell::OnceCell;

use super::{
    Ask, Found,
    script::{Script, script},
    step::Step,
};
use crate::span::Span;

/// Letters of Cyrillic, and the Latin ones that look alike.
const CYRILLIC: [(char, char); 32] = [
    ('А', 'A'),
    ('В', 'B'),
    ('С', 'C'),
    ('Е', 'E'),
    ('Н', 'H'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('К', 'K'),
    ('М', 'M'),
    ('О', 'O'),
    ('Р', 'P'),
    ('Ѕ', 'S'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('Ү', 'Y'),
    ('Ԝ', 'W'),
    ('а', 'a'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ӏ', 'l'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
    ('Ԛ', 'Q'),
];

/// Letters of Greek, and the Latin ones that look alike.
const GREEK: [(char, char); 16] = [
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ο', 'o'),
    ('ν', 'v'),
];

/// What of them languages write that many people speak.
const USUAL: &str = "АВСЕНІКМОРТХасеіорхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧον";

/// The least number of letters of a word that is judged: abbreviations and formulas mix scripts.
const LEAST: usize = 4;

/// Finds words of one script with letters of another, all of which have a double in the first.
pub(super) fn find(text: &str, _: &Ask<'_>, found: &mut Found) {
    let main = OnceCell::new();
    let mut at = 0;
    while let Some(skipped) = text[at..].find(char::is_alphabetic) {
        let start = at + skipped;
        at = text[start..].find(|it: char| !it.is_alphanumeric() && !is_accent(it)).map_or(text.len(), |it| start + it);
        let word = &text[start..at];
        if let Some(target) = (!word.is_ascii()).then(|| target(word, || *main.get_or_init(|| counts(text)))).flatten() {
            for (from, it) in word.char_indices().filter(|it| it.1.is_alphabetic() && script(it.1) != target) {
                let double = double(it, target).expect("all letters have one");
                found.add(Step::Homoglyph, Span::new(start + from, start + from + it.len_utf8()), double);
            }
        }
    }
}

const SCRIPTS: [Script; 3] = [Script::Latin, Script::Cyrillic, Script::Greek];

/// How many letters of each script stand in a text.
fn counts(text: &str) -> [usize; 3] {
    let mut counts = [0; 3];
    for it in text.chars().filter(|it| it.is_alphabetic()) {
        if let Some(own) = SCRIPTS.iter().position(|own| *own == script(it)) {
            counts[own] += 1;
        }
    }
    counts
}

const fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}')
}

/// The letter of a script that looks like another.
fn double(letter: char, target: Script) -> Option<char> {
    let tables = CYRILLIC.iter().map(|it| (it, Script::Cyrillic)).chain(GREEK.iter().map(|it| (it, Script::Greek)));
    let mut doubles = tables.filter_map(|(&(other, latin), own)| match target {
        Script::Latin => (other == letter).then_some(latin),
        // Letters that few languages of the script have are never meant.
        _ => (target == own && latin == letter && USUAL.contains(other)).then_some(other),
    });
    doubles.next()
}

/// The script that a word of two is meant to be in; `None` where it is of one, or nobody can tell.
fn target(word: &str, of_text: impl Fn() -> [usize; 3]) -> Option<Script> {
    let letters = || word.chars().filter(|it| it.is_alphabetic());
    let first = script(word.chars().next()?);
    if letters().all(|it| script(it) == first) {
        return None;
    }
    let scripts = SCRIPTS;
    let counts = counts(word);
    let all = letters().count();
    let two = counts.iter().filter(|it| **it > 0).count() == 2 && counts.iter().sum::<usize>() == all;
    if !two || all < LEAST {
        return None;
    }
    let all_double = |target: Script| letters().all(|it| script(it) == target || double(it, target).is_some());
    let mut fits = (0..3).filter(|&it| counts[it] > 0 && all_double(scripts[it]));
    match (fits.next(), fits.next()) {
        (Some(only), None) => (counts[only] * 2 >= all).then_some(scripts[only]),
        // Both would do: the one that the text is in.
        (Some(first), Some(second)) => {
            let (one, two) = (of_text()[first], of_text()[second]);
            (one != two).then(|| scripts[if one > two { first } else { second }])
        }
        _ => None,
    }
}
