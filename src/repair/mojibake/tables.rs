//! Code pages turned round: the byte that a character stands for in each.

use std::sync::LazyLock;

use encoding_rs::Encoding;

use crate::repair::traits::Traits;

/// The code pages that UTF-8 is read as, the most usual first.
pub(in crate::repair) const PAGES: [(&str, Page); COUNT] = [
    // With Latin-1, which differs only in the controls that Windows puts letters in the place of.
    ("windows-1252", Page::Known(encoding_rs::WINDOWS_1252)),
    ("windows-1251", Page::Known(encoding_rs::WINDOWS_1251)),
    ("windows-1250", Page::Known(encoding_rs::WINDOWS_1250)),
    ("macintosh", Page::Known(encoding_rs::MACINTOSH)),
    ("cp437", Page::Upper(CP437)),
    ("koi8-r", Page::Known(encoding_rs::KOI8_R)),
    ("cp866", Page::Known(encoding_rs::IBM866)),
    ("iso-8859-2", Page::Known(encoding_rs::ISO_8859_2)),
    ("windows-1254", Page::Known(encoding_rs::WINDOWS_1254)),
    ("windows-1257", Page::Known(encoding_rs::WINDOWS_1257)),
    ("windows-1253", Page::Known(encoding_rs::WINDOWS_1253)),
    ("cp850", Page::Upper(CP850)),
];

const COUNT: usize = 12;

/// Where a code page is written down.
#[derive(Debug, Clone, Copy)]
pub(in crate::repair) enum Page {
    Known(&'static Encoding),
    /// The characters from 0x80 on.
    Upper(&'static str),
}

const CP437: &str =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// No byte above 0x7F stands for a character.
const NONE: u8 = 0;

/// Characters from here on have no place in the table.
const END: usize = 0x2600;

struct Tables {
    // By character: the byte in each page, and in which pages it begins or goes on with a sequence of UTF-8.
    bytes: Vec<[u8; COUNT]>,
    roles: Vec<(u16, u16)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables { bytes: vec![[NONE; COUNT]; END + EXTRA.len()], roles: vec![(0, 0); END + EXTRA.len()] };
    for (page, (name, kind)) in PAGES.iter().enumerate() {
        let upper: Vec<char> = match kind {
            Page::Upper(upper) => upper.chars().collect(),
            Page::Known(encoding) => (0x80..=0xFF).map(|byte| character(encoding, byte)).collect(),
        };
        for (byte, character) in (0x80..=0xFF).zip(upper) {
            tables.enter(page, character, byte);
            // What the page has no letter for is read as the control of Latin-1; and both readings are often mixed.
            let control = char::from(byte);
            if byte < 0xA0 && (name.starts_with("windows") || name.starts_with("iso")) {
                tables.enter(page, control, byte);
            }
        }
    }
    tables
});

/// Characters beyond the table that some page holds.
const EXTRA: [char; 3] = ['\u{F8FF}', '\u{FB01}', '\u{FB02}'];

fn place(character: char) -> Option<usize> {
    let code = character as usize;
    if code < END { Some(code) } else { EXTRA.iter().position(|it| *it == character).map(|it| END + it) }
}

fn character(encoding: &'static Encoding, byte: u8) -> char {
    let bytes = [byte];
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
    decoded.and_then(|it| it.chars().next()).unwrap_or(char::from(byte))
}

impl Tables {
    fn enter(&mut self, page: usize, character: char, byte: u8) {
        let Some(at) = place(character) else { return };
        self.bytes[at][page] = byte;
        let bit = 1 << page;
        match byte {
            0xC2..=0xF4 => self.roles[at].0 |= bit,
            0x80..=0xBF => self.roles[at].1 |= bit,
            _ => {}
        }
    }
}

/// The byte that a character is in a page; `None` for ASCII and for what the page does not hold.
pub(in crate::repair) fn byte(character: char, page: usize) -> Option<u8> {
    let byte = TABLES.bytes[place(character)?][page];
    (byte != NONE).then_some(byte)
}

/// The pages in which the first of two characters begins a sequence of UTF-8 and the second may go on with it.
pub(in crate::repair) fn pages(first: char, second: char) -> u16 {
    match (place(first), place(second)) {
        (Some(first), Some(second)) => TABLES.roles[first].0 & TABLES.roles[second].1,
        _ => 0,
    }
}

/// The pages in which a character begins a sequence of UTF-8.
pub(in crate::repair) fn leading(character: char) -> u16 {
    place(character).map_or(0, |it| TABLES.roles[it].0)
}

/// The trait that two neighbours have which may be one character.
pub(in crate::repair) fn pairs(first: char, second: char) -> Traits {
    if pages(first, second) == 0 { Traits::NONE } else { Traits::MOJIBAKE }
}
