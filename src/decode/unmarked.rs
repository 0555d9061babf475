//! UTF-16 and UTF-32 that do not say at their start what they are.

use crate::document::Encoding;

/// Without a zero byte in so much of its start a file is not looked at: even scripts without spaces have ends of lines.
const LOOKED_AT: usize = 4096;

/// Fewer units than this are no text to tell anything by.
const LEAST: usize = 4;

/// One unit of so many is a space, a digit, an end of a line or another character of ASCII.
const ASCII: usize = 64;

/// The encoding, where bytes are UTF-16 or UTF-32 without a byte order mark.
#[must_use]
pub fn unmarked(raw: &[u8]) -> Option<Encoding> {
    memchr::memchr(0, &raw[..raw.len().min(LOOKED_AT)])?;
    utf32(raw).or_else(|| utf16(raw))
}

/// UTF-32: characters that somebody wrote, half of them letters, in one order of the bytes. Numbers of as many bytes are something else.
fn utf32(raw: &[u8]) -> Option<Encoding> {
    let (units, rest) = raw.as_chunks::<4>();
    if units.len() < LEAST || !rest.is_empty() {
        return None;
    }
    let is_text = |unit: fn([u8; 4]) -> u32| {
        let (mut ascii, mut letters) = (0, 0);
        for unit in units.iter().map(|it| unit(*it)) {
            let Some(it) = char::from_u32(unit).filter(|it| is_written(*it)) else { return false };
            ascii += usize::from(it.is_ascii());
            letters += usize::from(it.is_alphabetic());
        }
        ascii * ASCII >= units.len() && letters * 2 >= units.len()
    };
    let orders = [(Encoding::Utf32Le, u32::from_le_bytes as fn([u8; 4]) -> u32), (Encoding::Utf32Be, u32::from_be_bytes)];
    orders.into_iter().find_map(|(encoding, unit)| is_text(unit).then_some(encoding))
}

/// UTF-16: text has no controls and no halves of characters in it, and the spaces and ends of lines that all scripts share are there in one
/// order of the bytes only. What might be UTF-8 with zero bytes between its words must spell an alphabet nearly everywhere.
fn utf16(raw: &[u8]) -> Option<Encoding> {
    let (units, rest) = raw.as_chunks::<2>();
    if units.len() < LEAST || !rest.is_empty() {
        return None;
    }
    let ascii = |high: usize| units.iter().filter(|it| it[high] == 0).count();
    let (high, encoding, unit) = if ascii(1) >= ascii(0) {
        (1, Encoding::Utf16Le, u16::from_le_bytes as fn([u8; 2]) -> u16)
    } else {
        (0, Encoding::Utf16Be, u16::from_be_bytes as fn([u8; 2]) -> u16)
    };
    if ascii(high) * ASCII < units.len() || ascii(1 - high) * 4 > ascii(high) {
        return None;
    }
    let (mut alphabetic, mut length) = (0, 0);
    for it in char::decode_utf16(units.iter().map(|it| unit(*it))) {
        let it = it.ok().filter(|it| is_written(*it))?;
        alphabetic += usize::from(it < '\u{2070}');
        length += 1;
    }
    let is_alphabet = alphabetic * 16 >= length * 15;
    (is_alphabet || std::str::from_utf8(raw).is_err()).then_some(encoding)
}

/// Whether a character may stand in a text that somebody wrote.
const fn is_written(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFF0}'..='\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_any_script_is_known_in_both_orders() {
        for text in [
            "The boats lie in the harbour.\r\n",
            "Корабли стоят в гавани.\n",
            "港口的船已经停了三天，没有人知道风什么时候会停。\n",
            "سفن\n",
            "Łódź 🌊",
        ] {
            let check = |raw: Vec<u8>, encoding| assert_eq!(unmarked(&raw), Some(encoding), "{text}");
            check(text.encode_utf16().flat_map(u16::to_le_bytes).collect(), Encoding::Utf16Le);
            check(text.encode_utf16().flat_map(u16::to_be_bytes).collect(), Encoding::Utf16Be);
            check(text.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect(), Encoding::Utf32Le);
            check(text.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect(), Encoding::Utf32Be);
        }
    }

    #[test]
    fn other_bytes_with_zeros_are_not() {
        let check = |raw: &[u8]| assert_eq!(unmarked(raw), None, "{raw:?}");
        check(b"The har\0bour is closed.\n");
        check(b"./a\0./b\0./c\0./d\0");
        check(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0");
        check(b"a\0b\0c\0\0\0");
        check(b"a\0b\0");
        check(b"a\0b\0c\0d\0e");
        check(&[0; 64]);
        // Numbers of four bytes, of which some are spaces and digits.
        check(&[32u32, 48, 10, 64, 57, 33, 200, 1000].map(u32::to_le_bytes).concat());
        check(&[72u32, 105, 32, 3, 65, 66].map(u32::to_be_bytes).concat());
    }
}
