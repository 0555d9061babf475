//! Character references of HTML in text that is no HTML.

use super::{Ask, Found, step::Step};
use crate::span::Span;

/// Finds references, those within references too: `AT&amp;amp;T` is `AT&T`. Behind the first tag, text is markup and means them.
pub(super) fn entities(text: &str, _: &Ask<'_>, found: &mut Found) {
    let end = markup(text);
    let mut at = 0;
    while let Some(skipped) = memchr::memchr(b'&', &text.as_bytes()[at..end]) {
        let start = at + skipped;
        at = start + 1;
        if let Some((length, decoded)) = decode(&text[start..]) {
            at = start + length;
            found.add(Step::Entity, Span::new(start, at), decoded);
        }
    }
}

/// The longest name of a reference.
const LONGEST: usize = 32;

/// So often references may stand in references.
const LAYERS: usize = 8;

/// The bytes of a reference at the start of a text, and what it stands for.
fn decode(text: &str) -> Option<(usize, String)> {
    let length = reference(text)?;
    let mut decoded = one(&text[..length])?;
    let mut end = length;
    for _ in 0..LAYERS {
        if decoded != "&" {
            break;
        }
        let rest = format!("&{}", &text[end..text.floor_char_boundary(end + LONGEST)]);
        let Some((length, inner)) = reference(&rest).and_then(|it| Some((it, one(&rest[..it])?))) else { break };
        end += length - 1;
        decoded = inner;
    }
    Some((end, decoded))
}

/// The length of what has the form of a reference: `&name;`, `&#39;`, `&#x27;`.
fn reference(text: &str) -> Option<usize> {
    let end = text.bytes().take(LONGEST).position(|it| it == b';')?;
    let name = &text[1..end];
    let sound = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_hexdigit()),
            None => !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()),
        },
        None => name.len() > 1 && name.bytes().all(|it| it.is_ascii_alphanumeric()),
    };
    sound.then_some(end + 1)
}

/// What one reference stands for.
fn one(reference: &str) -> Option<String> {
    if let Some(digits) = reference.strip_prefix("&#") {
        let digits = digits.trim_end_matches(';');
        let number = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        };
        // What is no character, or none to be written, stands for nothing.
        let void = |it: u32| it & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&it) || matches!(it, 1..=8 | 0xB | 0xE..=0x1F | 0x7F);
        if number.is_some_and(|it| void(it) && it <= 0x10_FFFF) {
            return Some(String::new());
        }
    }
    let decoded = htmlize::unescape(reference);
    if decoded != reference {
        return Some(decoded.into_owned());
    }
    // Text that was put in capitals, its references too: `&EACUTE;` stands for `É`.
    let name = reference.trim_matches(['&', ';']);
    let capitals = name.len() > 2 && name.bytes().all(|it| it.is_ascii_uppercase());
    let lower = format!("&{};", name.to_ascii_lowercase());
    let decoded = htmlize::unescape(&lower);
    (capitals && decoded != lower).then(|| decoded.to_uppercase())
}

/// Where markup begins: the first tag, or the end of the text.
fn markup(text: &str) -> usize {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes).find(|&at| is_tag(&bytes[at + 1..])).unwrap_or(text.len())
}

/// How far the end of a tag is looked for.
const TAG: usize = 1000;

/// Whether a tag goes on here behind its `<`: `p>`, `/p>`, `!--`, `a href="…">`.
fn is_tag(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    let name = rest.iter().take_while(|it| it.is_ascii_alphanumeric()).count();
    match rest.get(name) {
        Some(b'!') if name == 0 => rest[1..].starts_with(b"--") || rest[1..].first().is_some_and(u8::is_ascii_alphabetic),
        Some(b'>') => name > 0 && rest[0].is_ascii_alphabetic(),
        Some(b'/') => name > 0 && rest.get(name + 1) == Some(&b'>'),
        Some(b' ' | b'\n' | b'\t') if name > 0 && rest[0].is_ascii_alphabetic() => {
            let inner = &rest[name..rest.len().min(TAG)];
            memchr::memchr(b'>', inner).is_some_and(|end| inner[..end].contains(&b'=') || inner[..end].trim_ascii() == b"/")
        }
        _ => false,
    }
}
