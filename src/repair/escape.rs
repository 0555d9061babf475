//! What was meant for a terminal or for a program, left in a text.

use super::{Ask, Found, step::Step};
use crate::span::Span;

const ESCAPE: u8 = 0x1B;

/// Finds sequences that colour a terminal, move its cursor, or make a link (OSC 8).
pub(super) fn terminal(text: &str, _: &Ask<'_>, found: &mut Found) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(skipped) = memchr::memchr(ESCAPE, &bytes[at..]) {
        let start = at + skipped;
        at = start + 1;
        if let Some(length) = sequence(&bytes[start + 1..]) {
            at = start + 1 + length;
            found.add(Step::TerminalEscape, Span::new(start, at), "");
        }
    }
}

/// The length of a sequence behind its escape character.
fn sequence(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'[' => {
            let inner = rest[1..].iter().take_while(|it| matches!(it, 0x20..=0x3F)).count();
            rest.get(1 + inner).filter(|it| matches!(it, 0x40..=0x7E)).map(|_| inner + 2)
        }
        b']' => {
            let inner = rest[1..].iter().take_while(|it| !matches!(**it, 0x07 | ESCAPE | b'\n')).count();
            match (rest.get(1 + inner), rest.get(2 + inner)) {
                (Some(0x07), _) => Some(inner + 2),
                (Some(&ESCAPE), Some(b'\\')) => Some(inner + 3),
                _ => None,
            }
        }
        b'(' | b')' => rest.get(1).filter(|it| it.is_ascii_alphanumeric()).map(|_| 2),
        b'7' | b'8' | b'=' | b'>' | b'c' => Some(1),
        _ => None,
    }
}

/// Finds characters spelt as in the source of a program: pairs of surrogates anywhere, the others where a text cannot mean them.
pub(super) fn escapes(text: &str, ask: &Ask<'_>, found: &mut Found) {
    let bytes = text.as_bytes();
    let spelt: Vec<Spelt> = memchr::memchr_iter(b'\\', bytes).filter_map(|at| Spelt::at(text, at)).collect();
    for it in spelt.iter().filter(|it| it.end - it.start == PAIR) {
        found.add(Step::Surrogate, Span::new(it.start, it.end), it.character);
    }
    if !ask.steps.has(Step::Escape) || !spelt.iter().any(|it| it.is_residue(text)) {
        return;
    }
    let mut end = 0;
    for it in spelt.iter().filter(|it| it.end - it.start != PAIR && !is_code(text, it.start)) {
        // A path or a formula may stand in the same text.
        let may = it.is_residue(text) || it.start == end && end > 0 || it.end - it.start > 2 || it.is_plain(text);
        if may {
            found.add(Step::Escape, Span::new(it.start, it.end), it.character);
            end = it.end;
        }
    }
}

/// The bytes of two surrogates: `\ud83d\ude00`.
const PAIR: usize = 12;

/// A character spelt out.
struct Spelt {
    start: usize,
    end: usize,
    character: char,
}

impl Spelt {
    fn at(text: &str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        if start.checked_sub(1).is_some_and(|it| bytes[it] == b'\\') {
            return None;
        }
        let (length, character) = match bytes.get(start + 1)? {
            b'u' => {
                let first = hexadecimal(bytes, start + 2)?;
                if (0xD800..0xDC00).contains(&first) {
                    let second = (bytes.get(start + 6..start + 8)? == b"\\u").then(|| hexadecimal(bytes, start + 8))??;
                    (PAIR, char::decode_utf16([first, second]).next()?.ok()?)
                } else {
                    (6, char::from_u32(u32::from(first)).filter(|it| !it.is_control())?)
                }
            }
            b'n' => (2, '\n'),
            b't' => (2, '\t'),
            b'"' => (2, '"'),
            b'\'' => (2, '\''),
            b'r' if bytes.get(start + 2..start + 4) == Some(b"\\n") => (4, '\n'),
            _ => return None,
        };
        Some(Self { start, end: start + length, character })
    }

    /// Whether the place shows that nobody meant it: a letter spelt out in a word, a line end behind a sentence.
    fn is_residue(&self, text: &str) -> bool {
        if is_code(text, self.start) {
            return false;
        }
        let (before, after) = (text[..self.start].chars().next_back(), text[self.end..].chars().next());
        let letter = |it: Option<char>| it.is_some_and(char::is_alphabetic);
        match self.character {
            '\n' => {
                let closes = before.is_some_and(|it| matches!(it, '.' | '!' | '?' | '"' | '”' | ')'));
                closes && self.begins_anew(text)
            }
            '\t' | '"' | '\'' => false,
            it => {
                !it.is_ascii()
                    && (letter(before) && letter(after)
                        || matches!(it, '“' | '„') && letter(after)
                        || it == '”' && before.is_some_and(|it| matches!(it, ',' | '.' | '!' | '?')))
            }
        }
    }

    /// Whether a line may begin behind it.
    fn begins_anew(&self, text: &str) -> bool {
        let rest = &text[self.end..];
        rest.chars()
            .next()
            .is_none_or(|it| it.is_uppercase() || it.is_ascii_digit() || it.is_whitespace() || matches!(it, '“' | '"' | '-' | '•'))
            || rest.starts_with("\\n")
            || rest.starts_with("\\r\\n")
            || rest.starts_with("\\t")
    }

    /// Whether it may be residue where there is residue in the text.
    fn is_plain(&self, text: &str) -> bool {
        match self.character {
            '\n' => self.begins_anew(text),
            '"' | '\'' => true,
            _ => false,
        }
    }
}

fn hexadecimal(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 4).filter(|it| it.iter().all(u8::is_ascii_hexdigit))?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// So much of a line is looked at, on both sides of a place.
const NEAR: usize = 200;

/// Whether the line of a place is the source of a program, in which such spellings are at home.
fn is_code(text: &str, at: usize) -> bool {
    let near = &text[text.floor_char_boundary(at.saturating_sub(NEAR))..at];
    let start = at - near.rfind('\n').map_or(near.len(), |it| near.len() - it - 1);
    let near = &text[at..text.floor_char_boundary(at + NEAR)];
    let line = &text[start..at + near.find('\n').unwrap_or(near.len())];
    ["(\"", "('", "=\"", "= \"", "='", "= '", "\":", "\";", "';", "{", "`", "//", "\\\\", "[^", "\\s", "\\d", "\\w"]
        .iter()
        .any(|it| line.contains(it))
}
