//! UTF-16 that does not say at its start what it is.

use crate::document::Encoding;

/// Without a zero byte in so much of its start a file is not looked at: even scripts without spaces have ends of lines.
const LOOKED_AT: usize = 4096;

/// Fewer units than this are no text to tell anything by.
const LEAST: usize = 4;

/// One unit of so many is a space, a digit, an end of a line or another character of ASCII.
const ASCII: usize = 64;

/// The order of the bytes, where they are UTF-16 without a byte order mark.
///
/// Text has no controls and no halves of characters in it, and the spaces and ends of lines that all scripts share are there in one order of
/// the bytes only. What might be UTF-8 with zero bytes between its words must spell an alphabet nearly everywhere.
#[must_use]
pub fn unmarked_utf16(raw: &[u8]) -> Option<Encoding> {
    let (units, rest) = raw.as_chunks::<2>();
    if units.len() < LEAST || !rest.is_empty() || memchr::memchr(0, &raw[..raw.len().min(LOOKED_AT)]).is_none() {
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
            let units = || text.encode_utf16();
            assert_eq!(unmarked_utf16(&units().flat_map(u16::to_le_bytes).collect::<Vec<_>>()), Some(Encoding::Utf16Le), "{text}");
            assert_eq!(unmarked_utf16(&units().flat_map(u16::to_be_bytes).collect::<Vec<_>>()), Some(Encoding::Utf16Be), "{text}");
        }
    }

    #[test]
    fn other_bytes_with_zeros_are_not() {
        let check = |raw: &[u8]| assert_eq!(unmarked_utf16(raw), None, "{raw:?}");
        check(b"The har\0bour is closed.\n");
        check(b"./a\0./b\0./c\0./d\0");
        check(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0");
        check(b"a\0b\0c\0\0\0");
        check(b"a\0b\0");
        check(b"a\0b\0c\0d\0e");
        check(&[0; 64]);
    }
}
