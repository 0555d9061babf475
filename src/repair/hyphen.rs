//! Words that are broken over the end of a line.

use super::{Ask, Found, step::Step};
use crate::span::Span;

/// What joins the parts of compounds that have the second part in common: “pre- and post-war”.
const LINKS: [&str; 6] = ["and", "or", "to", "nor", "but", "versus"];

/// Finds words of which a hyphen and the end of a line part two halves, also where a space took the place of that end, and compounds whose own
/// hyphen stands at the end of a line.
pub(super) fn find(text: &str, ask: &Ask<'_>, found: &mut Found) {
    within_lines(text, ask, found);
    for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = text[..at].strip_suffix('\r').unwrap_or(&text[..at]);
        let Some(hyphen) = ['-', '\u{2010}', '\u{AD}'].into_iter().find(|it| line.ends_with(*it)) else { continue };
        let head = last_word(&line[..line.len() - hyphen.len_utf8()]);
        let rest = text[at + 1..].trim_start_matches([' ', '\t']);
        let tail = first_word(rest);
        if !ends_low(head) || !tail.starts_with(char::is_lowercase) {
            continue;
        }
        let broken = Span::new(line.len() - hyphen.len_utf8(), text.len() - rest.len());
        let joined = format!("{head}{tail}").to_lowercase();
        if hyphen == '\u{AD}' || holds(text, at, &joined) || (ask.is_word)(&joined) && !holds(text, at, &format!("{head}-{tail}")) {
            found.add(Step::Hyphenation, broken, "");
        } else if holds(text, at, &format!("{head}-{tail}")) || (ask.is_word)(&head.to_lowercase()) && (ask.is_word)(tail) {
            found.add(Step::Compound, broken, "-");
        }
    }
}

/// Words whose halves stand on one line: the line was broken in print, and its end became a space.
fn within_lines(text: &str, ask: &Ask<'_>, found: &mut Found) {
    for at in memchr::memmem::find_iter(text.as_bytes(), b"- ") {
        let (head, tail) = (last_word(&text[..at]), first_word(&text[at + 2..]));
        let plain = ends_low(head) && tail.len() > 1 && tail.chars().all(char::is_lowercase) && !LINKS.contains(&tail);
        // A word with a hyphen of its own before it, or behind it, is no half.
        let apart = |it: Option<char>| it.is_none_or(|it| !it.is_alphanumeric() && !matches!(it, '-' | '\'' | '’' | '_'));
        let before = text[..at - head.len()].chars().next_back();
        if !plain || !apart(before) || !apart(text[at + 2 + tail.len()..].chars().next()) {
            continue;
        }
        let joined = format!("{head}{tail}").to_lowercase();
        if (ask.is_word)(&joined) && !holds(text, at, &format!("{head}-{tail}")) {
            found.add(Step::Hyphenation, Span::new(at, at + 2), "");
        }
    }
}

fn first_word(text: &str) -> &str {
    text.split(|it: char| !it.is_alphabetic()).next().unwrap_or_default()
}

fn last_word(text: &str) -> &str {
    text.rsplit(|it: char| !it.is_alphabetic()).next().unwrap_or_default()
}

/// Two letters at least, the last one small: no initials, no codes.
fn ends_low(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.ends_with(char::is_lowercase)
}

/// How many bytes around a place are searched for a word, so that the work stays linear.
const NEAR: usize = 1 << 16;

/// Whether a word stands in a text, near a place.
fn holds(text: &str, at: usize, word: &str) -> bool {
    let text = &text[text.floor_char_boundary(at.saturating_sub(NEAR))..text.floor_char_boundary(at + NEAR)];
    text.match_indices(word).any(|(at, _)| {
        let letter = |it: Option<char>| it.is_some_and(|it| it.is_alphabetic() || it == '-');
        !letter(text[..at].chars().next_back()) && !letter(text[at + word.len()..].chars().next())
    })
}
