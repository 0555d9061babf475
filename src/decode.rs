//! Bytes to text, with nothing lost on the way.

use crate::document::{Document, Encoding, Shift};

/// Decodes the bytes of a file: UTF-8 with or without a byte order mark, UTF-16 with one.
///
/// Never fails. What is no UTF-8 is read as U+FFFD, one for each broken sequence, and keeps its raw bytes.
#[must_use]
pub fn decode(raw: &[u8]) -> Document {
    match raw {
        [0xFF, 0xFE, ..] if raw.len().is_multiple_of(2) => utf16(raw, Encoding::Utf16Le, u16::from_le_bytes),
        [0xFE, 0xFF, ..] if raw.len().is_multiple_of(2) => utf16(raw, Encoding::Utf16Be, u16::from_be_bytes),
        _ => utf8(raw),
    }
}

fn utf8(raw: &[u8]) -> Document {
    if let Ok(text) = std::str::from_utf8(raw) {
        return Document::new(text.to_owned(), Encoding::Utf8, Vec::new());
    }
    let mut text = String::with_capacity(raw.len());
    let mut shifts = Vec::new();
    let mut at = 0;
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len();
            shifts.push(Shift { text: text.len(), raw: at });
        }
    }
    Document::new(text, Encoding::BrokenUtf8, shifts)
}

/// How many bytes of text lie between two entries of the map, so that a look-up counts a few of them only.
const STRIDE: usize = 4096;

fn utf16(raw: &[u8], encoding: Encoding, unit: fn([u8; 2]) -> u16) -> Document {
    let units = || raw.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    if char::decode_utf16(units()).any(|it| it.is_err()) {
        return utf8(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut shifts = Vec::new();
    let mut at = 0;
    for character in char::decode_utf16(units()).map_while(Result::ok) {
        if text.len() >= (shifts.len() + 1) * STRIDE {
            shifts.push(Shift { text: text.len(), raw: at });
        }
        at += 2 * character.len_utf16();
        text.push(character);
    }
    Document::new(text, encoding, shifts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        edit::{Applicability, Edit, Fix, Patch},
        span::Span,
    };

    /// Replaces the first `from` of the text by `to` and gives the raw bytes.
    fn replaced(raw: &[u8], from: &str, to: &str) -> Vec<u8> {
        let document = decode(raw);
        let start = document.text().find(from).expect("the text holds it");
        let edits = vec![Edit::new(Span::new(start, start + from.len()), to)];
        let mut patch = Patch::default();
        assert!(patch.try_add(&Fix { edits, applicability: Applicability::Safe }));
        document.patched(raw, &patch)
    }

    #[test]
    fn broken_sequences_keep_their_bytes() {
        assert_eq!(replaced(b"\xFFab\xE2\x80 war\xC3", "war", "struggle"), b"\xFFab\xE2\x80 struggle\xC3");
    }

    #[test]
    fn a_byte_order_mark_is_part_of_the_text() {
        let raw = "\u{FEFF}war".as_bytes();
        assert_eq!(decode(raw).text(), "\u{FEFF}war");
        assert_eq!(replaced(raw, "war", "peace"), "\u{FEFF}peace".as_bytes());
    }

    #[test]
    fn utf16_goes_back_to_utf16() {
        let spelled = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let text = format!("\u{FEFF}{}the war\r\n", "\u{1F600}é ".repeat(3000));
        let want = text.replace("war", "пир");
        assert_eq!(replaced(&spelled(&text), "war", "пир"), spelled(&want));
    }

    #[test]
    fn a_lone_surrogate_is_not_utf16() {
        assert_eq!(decode(b"\xFF\xFE\x00\xD8").encoding(), Encoding::BrokenUtf8);
    }
}
