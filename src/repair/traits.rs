//! What a text has that some step may work on: one pass over its bytes, so that clean text costs next to nothing.

#![expect(clippy::match_same_arms, reason = "ranges stand in the order of the steps that they are for")]

use super::{
    mojibake::tables,
    script::{Script, script},
};

/// What stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits(pub(super) u32);

impl Traits {
    /// Nothing needed.
    pub(super) const NONE: Self = Self(0);
    pub(super) const AMPERSAND: Self = Self(1);
    /// C0 controls that are no white space.
    pub(super) const CONTROL: Self = Self(1 << 1);
    pub(super) const BACKSLASH: Self = Self(1 << 2);
    pub(super) const LINE_BREAK: Self = Self(1 << 3);
    /// Neighbours that a code page may have made of one character.
    pub(super) const MOJIBAKE: Self = Self(1 << 4);
    pub(super) const C1: Self = Self(1 << 5);
    pub(super) const CYRILLIC: Self = Self(1 << 6);
    pub(super) const EAST_ASIAN: Self = Self(1 << 7);
    pub(super) const LIGATURE: Self = Self(1 << 8);
    pub(super) const WIDTH: Self = Self(1 << 9);
    pub(super) const INVISIBLE: Self = Self(1 << 11);
    /// Latin letters beside letters that look like them.
    pub(super) const MIXED: Self = Self(1 << 12);
    pub(super) const SPACE: Self = Self(1 << 13);
    /// Any byte that is not ASCII.
    pub(super) const HIGH: Self = Self(1 << 15);

    /// Whether there is what a step needs.
    pub(super) const fn meets(self, needs: Self) -> bool {
        needs.0 == 0 || self.0 & needs.0 != 0
    }

    /// The traits of a text.
    pub(super) fn of(text: &str) -> Self {
        let ascii = text.bytes().fold(0, |seen, byte| seen | BYTES[byte as usize]);
        let own = Self(u32::from(ascii & !HIGH_BYTE));
        if ascii & HIGH_BYTE == 0 { own } else { Self(own.0 | Self::HIGH.0 | of_high(text)) }
    }
}

const HIGH_BYTE: u8 = 1 << 7;

const BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut at = 0;
    while at < 256 {
        bytes[at] = match at {
            0x09 | 0x0A | 0x0C => 0,
            0x0D => 1 << 3,
            0..0x20 | 0x7F => 1 << 1,
            0x22 | 0x27 => 0,
            0x26 => 1,
            0x5C => 1 << 2,
            0x80.. => HIGH_BYTE,
            _ => 0,
        };
        at += 1;
    }
    bytes
};

/// The traits of the characters that are not ASCII, and of those beside them.
fn of_high(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut traits = 0;
    let mut at = 0;
    // The character right before, where it is not ASCII.
    let mut before: Option<(char, Script)> = None;
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            before = None;
            let Some(next) = next_high(bytes, at) else { break };
            at = next;
            continue;
        }
        let character = text[at..].chars().next().expect("a character starts here");
        let start = at;
        at += character.len_utf8();
        let (own, script) = known(character);
        traits |= own;
        match before {
            Some((first, last)) => traits |= of_pair((first, last), (character, script)),
            None if start > 0 && bytes[start - 1].is_ascii_alphabetic() => traits |= beside_latin(script),
            None => {}
        }
        match bytes.get(at) {
            // What a no-break space behind these letters became is a sequence by itself.
            Some(b' ') if matches!(character, 'Â' | 'Ã') => traits |= Traits::MOJIBAKE.0,
            Some(next) if next.is_ascii_alphabetic() => traits |= beside_latin(script),
            _ => {}
        }
        before = Some((character, script));
    }
    traits
}

/// The next byte that is not ASCII.
fn next_high(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let (words, _) = rest.as_chunks::<8>();
    let skipped = words.iter().take_while(|it| u64::from_ne_bytes(**it) & 0x8080_8080_8080_8080 == 0).count() * 8;
    rest[skipped..].iter().position(|it| *it >= 0x80).map(|it| from + skipped + it)
}

/// Characters below are looked up.
const TABLE: usize = 0x700;

/// The traits and the script of a character.
fn known(character: char) -> (u32, Script) {
    static KNOWN: [(u32, Script); TABLE] = {
        let mut table = [(0, Script::Common); TABLE];
        let mut code = 0;
        while (code as usize) < TABLE {
            if let Some(it) = char::from_u32(code) {
                table[code as usize] = (of_char(it), script(it));
            }
            code += 1;
        }
        table
    };
    if (character as usize) < TABLE { KNOWN[character as usize] } else { (of_char(character), script(character)) }
}

const fn of_char(character: char) -> u32 {
    let trait_of = match character {
        '\u{80}'..='\u{9F}' => return Traits::C1.0 | Traits::LINE_BREAK.0 | Traits::MOJIBAKE.0,
        '\u{3000}' => return Traits::WIDTH.0 | Traits::SPACE.0,
        '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => return Traits::EAST_ASIAN.0,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' => Traits::INVISIBLE,
        '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' => Traits::INVISIBLE,
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' => return Traits::INVISIBLE.0 | Traits::CONTROL.0,
        '\u{E0000}'..='\u{E0FFF}' => Traits::INVISIBLE,
        '\u{2028}' | '\u{2029}' => Traits::LINE_BREAK,
        '\u{132}' | '\u{133}' | '\u{149}' | '\u{1C4}'..='\u{1CC}' | '\u{1F1}'..='\u{1F3}' => Traits::LIGATURE,
        '\u{FB00}'..='\u{FB06}' => Traits::LIGATURE,
        '\u{FF01}'..='\u{FFEE}' => Traits::WIDTH,
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => Traits::SPACE,
        '\u{FFFD}' => Traits::MOJIBAKE,
        _ => return 0,
    };
    trait_of.0
}

fn of_pair((first, one): (char, Script), (second, other): (char, Script)) -> u32 {
    let paired = |odd: bool| if odd { tables::pairs(first, second).0 } else { 0 };
    match (one, other) {
        // Letters of one script that nobody mixes up are what most text is made of.
        (Script::Cyrillic, Script::Cyrillic) => {
            Traits::CYRILLIC.0 | paired(!matches!(second, 'А'..='я') || second < 'а' && matches!(first, 'а'..='џ'))
        }
        (Script::Latin, Script::Latin) => Traits::CYRILLIC.0 | Traits::EAST_ASIAN.0 | paired(true),
        (Script::Latin, Script::Cyrillic | Script::Greek) | (Script::Cyrillic | Script::Greek, Script::Latin) => {
            Traits::MIXED.0 | Traits::CYRILLIC.0 | paired(true)
        }
        (Script::Common, Script::Common | Script::Latin) | (Script::Latin, Script::Common) => {
            let legacy = is_mark(first) || is_mark(second);
            paired(true) | if legacy { Traits::CYRILLIC.0 | Traits::EAST_ASIAN.0 } else { 0 }
        }
        (Script::Cyrillic, Script::Common) | (Script::Common, Script::Cyrillic) => Traits::CYRILLIC.0 | paired(true),
        _ => paired(one != other),
    }
}

/// Whether a mark stands beside no other in sound text; quotation marks do.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9F}' | '\u{A2}'..='\u{AA}' | '\u{AC}'..='\u{AF}' | '\u{B1}'..='\u{BA}' | '\u{BC}'..='\u{BE}')
        || matches!(character, '\u{2500}'..='\u{259F}')
}

const fn beside_latin(script: Script) -> u32 {
    match script {
        Script::Cyrillic | Script::Greek => Traits::MIXED.0 | Traits::MOJIBAKE.0,
        _ => 0,
    }
}
