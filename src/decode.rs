//! Bytes to text, with nothing lost on the way.

mod unmarked;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, MACINTOSH, WINDOWS_1252};

use crate::document::{CodePage, Document, Encoding, Shift};

pub use unmarked::unmarked;

/// Decodes the bytes of a file: UTF-8, UTF-16 and UTF-32, each with or without a byte order mark, and code pages of the time before.
///
/// Never fails. What is none of these is read as UTF-8, with U+FFFD for each broken sequence, and keeps its raw bytes.
#[must_use]
pub fn decode(raw: &[u8]) -> Document {
    let whole = match raw {
        [0xFF, 0xFE, 0, 0, ..] => {
            utf32(raw, Encoding::Utf32Le, u32::from_le_bytes).or_else(|| utf16(raw, Encoding::Utf16Le, u16::from_le_bytes))
        }
        [0, 0, 0xFE, 0xFF, ..] => utf32(raw, Encoding::Utf32Be, u32::from_be_bytes),
        [0xFF, 0xFE, ..] => utf16(raw, Encoding::Utf16Le, u16::from_le_bytes),
        [0xFE, 0xFF, ..] => utf16(raw, Encoding::Utf16Be, u16::from_be_bytes),
        _ => match unmarked(raw) {
            Some(Encoding::Utf16Be) => utf16(raw, Encoding::Utf16Be, u16::from_be_bytes),
            Some(Encoding::Utf16Le) => utf16(raw, Encoding::Utf16Le, u16::from_le_bytes),
            Some(Encoding::Utf32Be) => utf32(raw, Encoding::Utf32Be, u32::from_be_bytes),
            Some(Encoding::Utf32Le) => utf32(raw, Encoding::Utf32Le, u32::from_le_bytes),
            _ => None,
        },
    };
    whole.unwrap_or_else(|| match simdutf8::basic::from_utf8(raw) {
        Ok(text) => Document::new(text.to_owned(), Encoding::Utf8, Vec::new()),
        Err(_) => legacy(raw).unwrap_or_else(|| broken(raw)),
    })
}

fn broken(raw: &[u8]) -> Document {
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

/// The text in the code page that the bytes speak for; `None` where they are UTF-8 with some damage, or no text.
fn legacy(raw: &[u8]) -> Option<Document> {
    let damaged = raw.utf8_chunks().filter(|it| !it.invalid().is_empty()).count();
    let sound = raw.utf8_chunks().map(|it| it.valid().chars().filter(|it| !it.is_ascii()).count()).sum::<usize>();
    if sound >= damaged || raw.iter().any(|it| matches!(it, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F)) {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(raw, true);
    let page = detector.guess(None, Utf8Detection::Deny);
    // Files of old Macintoshes end their lines so, and the detector does not know them.
    let macintosh = page == WINDOWS_1252 && memchr::memchr(b'\n', raw).is_none() && memchr::memchr(b'\r', raw).is_some();
    let page = if macintosh { MACINTOSH } else { page };
    if page.is_single_byte() { single_byte(raw, page) } else { multibyte(raw, page) }
}

fn single_byte(raw: &[u8], page: &'static CodePage) -> Option<Document> {
    let decoded = page.decode_without_bom_handling_and_without_replacement(raw)?.into_owned();
    // Some pages have two bytes for what they write with one: such a text could not be given back.
    if page.encode(&decoded).0 != raw {
        return None;
    }
    let mut shifts = Vec::new();
    for (at, (offset, _)) in decoded.char_indices().enumerate() {
        if offset >= (shifts.len() + 1) * STRIDE {
            shifts.push(Shift { text: offset, raw: at });
        }
    }
    Some(Document::new(decoded, Encoding::Legacy(page), shifts))
}

fn multibyte(raw: &[u8], page: &'static CodePage) -> Option<Document> {
    let mut decoder = page.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(raw.len() * 3 / 2);
    let mut shifts = Vec::new();
    let mut buffer = [0; 16];
    for at in 0..raw.len() {
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(&raw[at..=at], &mut buffer, at + 1 == raw.len());
        if matches!(result, DecoderResult::Malformed(..)) {
            return None;
        }
        let decoded = std::str::from_utf8(&buffer[..written]).ok()?;
        text.push_str(decoded);
        if !decoded.is_ascii() {
            shifts.push(Shift { text: text.len(), raw: at + 1 });
        }
    }
    Some(Document::new(text, Encoding::Legacy(page), shifts))
}

/// How many bytes of text lie between two entries of the map, so that a look-up counts a few of them only.
const STRIDE: usize = 4096;

fn utf16(raw: &[u8], encoding: Encoding, unit: fn([u8; 2]) -> u16) -> Option<Document> {
    let units = || raw.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    if !raw.len().is_multiple_of(2) || char::decode_utf16(units()).any(|it| it.is_err()) {
        return None;
    }
    Some(walked(char::decode_utf16(units()).map_while(Result::ok), encoding, |it| 2 * it.len_utf16()))
}

fn utf32(raw: &[u8], encoding: Encoding, unit: fn([u8; 4]) -> u32) -> Option<Document> {
    let characters = || raw.as_chunks::<4>().0.iter().map(|&bytes| char::from_u32(unit(bytes)));
    if !raw.len().is_multiple_of(4) || characters().any(|it| it.is_none()) {
        return None;
    }
    Some(walked(characters().flatten(), encoding, |_| 4))
}

/// Characters to a text, with an entry in the map now and then.
fn walked(characters: impl Iterator<Item = char>, encoding: Encoding, width: fn(char) -> usize) -> Document {
    let (mut text, mut shifts, mut at) = (String::new(), Vec::new(), 0);
    for character in characters {
        if text.len() >= (shifts.len() + 1) * STRIDE {
            shifts.push(Shift { text: text.len(), raw: at });
        }
        at += width(character);
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
    fn what_has_no_mark_is_given_back_without_one() {
        let check = |spelled: fn(&str) -> Vec<u8>| {
            assert_eq!(decode(&spelled("The é war 🌊\r\n")).text(), "The é war 🌊\r\n");
            assert_eq!(replaced(&spelled("The é war 🌊\r\n"), "war", "пир"), spelled("The é пир 🌊\r\n"));
        };
        check(|it| it.encode_utf16().flat_map(u16::to_le_bytes).collect());
        check(|it| it.encode_utf16().flat_map(u16::to_be_bytes).collect());
        check(|it| it.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect());
        check(|it| it.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect());
    }

    #[test]
    fn utf32_goes_back_to_utf32() {
        let spelled = |text: &str| text.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect::<Vec<_>>();
        let text = format!("\u{FEFF}{}the war\n", "\u{1F600}é ".repeat(3000));
        assert_eq!(decode(&spelled(&text)).encoding(), Encoding::Utf32Le);
        assert_eq!(replaced(&spelled(&text), "war", "пир"), spelled(&text.replace("war", "пир")));
    }

    #[test]
    fn code_pages_are_guessed_and_given_back() {
        let check = |page: &'static CodePage, text: &str| {
            let raw = page.encode(text).0.into_owned();
            let document = decode(&raw);
            assert_eq!((document.text(), document.encoding()), (text, Encoding::Legacy(page)));
            let from = text.split_whitespace().nth(3).expect("it has words");
            assert_eq!(replaced(&raw, from, "x"), page.encode(&text.replacen(from, "x", 1)).0.into_owned());
            assert!(document.spells(text) && !document.spells("\u{1F600}"));
        };
        check(encoding_rs::WINDOWS_1251, &"Корабли стоят в гавани уже три дня, и никто не знает, когда утихнет ветер. ".repeat(90));
        check(encoding_rs::KOI8_U, "Корабли стоят в гавани уже три дня, и никто не знает, когда утихнет ветер.");
        check(encoding_rs::WINDOWS_1252, "Le café du port n’était pas fermé, déjà l’été dernier.");
        check(encoding_rs::SHIFT_JIS, "港の船は もう三日も 出ていません。 風がいつ 止むのか、だれも知りません。");
        check(encoding_rs::GBK, "港口的船 已经停了 三天， 没有人知道 风什么时候会停。");
    }

    #[test]
    fn a_few_broken_bytes_in_utf8_make_no_code_page() {
        let document = decode(b"D\xC3\xA9j\xC3\xA0 vu, l\xC3\xA0-bas \xE2\x80 too");
        assert_eq!((document.encoding(), document.text()), (Encoding::BrokenUtf8, "Déjà vu, là-bas \u{FFFD} too"));
    }

    #[test]
    fn a_lone_surrogate_is_not_utf16() {
        assert_eq!(decode(b"\xFF\xFE\x00\xD8").encoding(), Encoding::BrokenUtf8);
    }
}
