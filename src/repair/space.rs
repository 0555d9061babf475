//! Spaces that are no spaces of a writer.

use super::{Ask, Found, step::Step};
use crate::span::Span;

const fn is_odd(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

/// Of so many gaps between words one may be a no-break space; where there are more, a web page put them in.
const SHARE: usize = 4;

/// Finds spaces of odd width between words, and runs of spaces in which one is odd. Where a typographer puts them, they stay: before marks
/// in French, inside quotation marks, in numbers and before units.
pub(super) fn odd(text: &str, _: &Ask<'_>, found: &mut Found) {
    let gaps = text.bytes().filter(|it| *it == b' ').count();
    let hard = between_words(text).count();
    let everywhere = hard >= SHARE && hard * SHARE >= gaps;
    let mut at = 0;
    while let Some(skipped) = text[at..].find(is_odd) {
        let mut start = at + skipped;
        while text[..start].ends_with(' ') {
            start -= 1;
        }
        let run = &text[start..];
        let end = run.find(|it| it != ' ' && !is_odd(it)).map_or(text.len(), |it| start + it);
        at = end;
        let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
        let many = text[start..end].chars().nth(1).is_some();
        let only = text[start..].chars().next();
        let letters = |it: Option<char>| it.is_some_and(char::is_alphabetic);
        let wide = matches!(only, Some('\u{2000}'..='\u{2006}' | '\u{2008}' | '\u{200A}' | '\u{205F}'));
        let inside = before.is_some_and(|it| !it.is_whitespace()) && after.is_some_and(|it| !it.is_whitespace());
        let residue = if many {
            // In French one of the spaces may be meant.
            inside
                && !after.is_some_and(|it| matches!(it, ':' | ';' | '!' | '?' | '»' | '%' | '€' | '$' | '|'))
                && before != Some('«')
                && before != Some('|')
        } else {
            letters(before) && letters(after) && (wide || everywhere)
        };
        if residue && text[start..end].chars().any(is_odd) {
            found.add(Step::Space, Span::new(start, end), " ");
        }
    }
}

/// No-break spaces with letters on both sides, three before and one behind: no initials and no short words that a typographer ties.
fn between_words(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('\u{A0}').map(|it| it.0).filter(|&at| {
        let letters = text[..at].chars().rev().take_while(|it| it.is_alphabetic()).take(3).count();
        letters == 3 && text[at + '\u{A0}'.len_utf8()..].starts_with(char::is_alphabetic)
    })
}

/// Finds spaces that stand twice in the middle of a sentence, where nothing is aligned by them.
pub(super) fn repeated(text: &str, _: &Ask<'_>, found: &mut Found) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(skipped) = memchr::memmem::find(&bytes[at..], b"  ") {
        let start = at + skipped;
        let length = bytes[start..].iter().take_while(|it| **it == b' ').count();
        at = start + length;
        let within = start > 0
            && (bytes[start - 1].is_ascii_lowercase() || bytes[start - 1] == b',')
            && bytes.get(at).is_some_and(u8::is_ascii_lowercase);
        if length <= 3 && within && !is_aligned(text, start) {
            found.add(Step::RepeatedSpace, Span::new(start, at), " ");
        }
    }
}

/// Whether the line of a place, or one beside it, is set in columns: a space stands twice in it more than once.
fn is_aligned(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let end = text[at..].find('\n').map_or(text.len(), |it| at + it);
    let line = text[start..end].trim_start();
    line.contains('\t') || line.contains('|') || line.matches("  ").count() > 1 || line.len() < 30
}
