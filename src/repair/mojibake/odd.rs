//! How odd characters look side by side: what a code page makes of letters seldom looks like a word.
//!
//! The scale is rough: 1 is seldom written, 2 is written by hardly anybody, 5 and more by nobody.

#![expect(clippy::match_same_arms, reason = "kinds and costs stand in the order in which they are explained")]

use crate::repair::script::{Script, is_rare, script};

/// What a character does in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Digit,
    Lower,
    Upper,
    /// A letter of a script without case.
    Letter,
    Mark,
    /// Opens a quotation or a bracket.
    Open,
    /// Closes one, or ends a sentence.
    Close,
    /// A dash, an apostrophe: stands between letters too.
    Joint,
    Currency,
    Symbol,
    Line,
    Picture,
    Control,
    Lost,
    /// No character at all, or nobody knows which.
    Unknown,
}

fn kind(character: char) -> Kind {
    match character {
        ' ' | '\t' | '\n' | '\r' | '\u{A0}' | '\u{3000}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{2800}' => Kind::Space,
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => Kind::Digit,
        'a'..='z' => Kind::Lower,
        'A'..='Z' => Kind::Upper,
        '(' | '[' | '{' | '¿' | '¡' | '“' | '„' | '‘' | '‚' | '«' | '‹' => Kind::Open,
        ')' | ']' | '}' | '!' | '?' | ',' | '.' | ';' | ':' | '”' | '»' | '›' | '™' | '®' | '…' => Kind::Close,
        '-' | '–' | '—' | '\'' | '’' | '·' | '"' | '/' | '_' | '@' | '#' | '&' | '\u{2010}' | '\u{2011}' | '\u{200B}'..='\u{200F}' => {
            Kind::Joint
        }
        '$' | '\u{A2}'..='\u{A5}' | '\u{20A0}'..='\u{20CF}' => Kind::Currency,
        '\u{80}'..='\u{9F}' => Kind::Control,
        '\u{FFFD}' => Kind::Lost,
        '\u{2500}'..='\u{259F}' => Kind::Line,
        '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{64B}'..='\u{65F}' | '\u{591}'..='\u{5C7}' => Kind::Mark,
        'ª' | 'º' | 'µ' => Kind::Symbol,
        '◊' => Kind::Symbol,
        '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{24FF}' | '\u{25A0}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' => Kind::Picture,
        '\u{3001}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' | '\u{FEFF}' => Kind::Close,
        '\0'..='\u{7F}' | '\u{A1}'..='\u{BF}' | '×' | '÷' | '\u{2C6}'..='\u{2DD}' | '\u{2016}'..='\u{205E}' | '\u{2100}'..='\u{22FF}' => {
            Kind::Symbol
        }
        _ if character.is_lowercase() => Kind::Lower,
        _ if character.is_uppercase() => Kind::Upper,
        _ if script(character) != Script::Common => Kind::Letter,
        _ => Kind::Unknown,
    }
}

const fn is_letter(kind: Kind) -> bool {
    matches!(kind, Kind::Lower | Kind::Upper | Kind::Letter)
}

/// How odd a character is by itself.
fn alone(character: char) -> i32 {
    match kind(character) {
        Kind::Control => 6,
        Kind::Unknown => 8,
        Kind::Lost => 2,
        // Bows and letters over letters, which only scholars write; the strokes before them are for fun.
        _ if matches!(character, '\u{339}'..='\u{36F}') => 5,
        _ if is_rare(character) => 5,
        _ => 0,
    }
}

/// How odd it is that one character stands behind another.
fn beside(first: char, second: char) -> i32 {
    let (before, after) = (kind(first), kind(second));
    match (before, after) {
        (Kind::Lower, Kind::Upper) if script(first) == script(second) => 2,
        // Letters that Windows put in the place of controls.
        (Kind::Lower | Kind::Upper, Kind::Lower) if !first.is_ascii() && matches!(second, 'œ' | 'š' | 'ž' | 'ľ' | 'ł' | 'ş' | 'ź') => {
            1
        }
        _ if is_letter(before) && is_letter(after) => apart(script(first), script(second)),
        (Kind::Lower | Kind::Upper | Kind::Letter, Kind::Mark) => 0,
        (Kind::Space, Kind::Mark) => 3,
        (_, Kind::Mark) => 1,
        _ if is_letter(before) => match (after, second) {
            (_, '²' | '³' | '¹') if first.is_ascii_lowercase() => 1,
            (_, '™' | '®') | (Kind::Lost, _) => 1,
            (Kind::Currency | Kind::Symbol | Kind::Open | Kind::Line | Kind::Control, _) if !matches!(second, '(' | '[' | '{') => 2,
            _ => 0,
        },
        _ if is_letter(after) => match (before, first) {
            (_, '√' | '∂' | '∆' | '∑' | '∏' | '∫' | '±' | '×' | '÷' | '≤' | '≥' | '≈' | '°') => 0,
            (_, '©' | '§' | '¶' | '•' | '…' | '®') | (Kind::Lost | Kind::Currency, _) => 1,
            (Kind::Symbol | Kind::Line, _) if !first.is_ascii() => 2,
            (Kind::Close, _) if !first.is_ascii() => 2,
            (Kind::Digit, _) if script(second) != Script::Latin => 1,
            _ => 0,
        },
        _ if first.is_ascii() || second.is_ascii() || first == second => 0,
        // A root of nothing.
        _ if first == '√' && !matches!(second, '∞' | '∂' | '∆' | '∑' | '∏') => 2,
        (Kind::Symbol | Kind::Currency | Kind::Open, Kind::Symbol | Kind::Currency) | (Kind::Close, Kind::Open) => 1,
        (Kind::Currency, Kind::Open | Kind::Close | Kind::Joint) => 1,
        _ => 0,
    }
}

/// How odd it is that letters of two scripts touch.
const fn apart(first: Script, second: Script) -> i32 {
    match (first, second) {
        (Script::Latin, Script::Latin)
        | (Script::Greek, Script::Greek)
        | (Script::Cyrillic, Script::Cyrillic)
        | (Script::Hebrew, Script::Hebrew)
        | (Script::Arabic, Script::Arabic)
        | (Script::Kana | Script::Han, Script::Kana | Script::Han)
        | (Script::Hangul, Script::Hangul)
        | (Script::Common, _)
        | (_, Script::Common) => 0,
        (Script::Block(first), Script::Block(second)) if first == second => 0,
        (Script::Latin, Script::Greek) | (Script::Greek, Script::Latin) => 1,
        _ => 3,
    }
}

/// What stands around a place: up to two characters before it, and one behind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    pub(super) before: [Option<char>; 2],
    pub(super) after: Option<char>,
}

/// How odd some characters are where they stand.
pub(super) fn oddness(around: Around, characters: impl Iterator<Item = char>) -> i32 {
    let [mut second_last, mut last] = around.before;
    let mut odd = 0;
    let mut inner = characters.peekable();
    let mut length = 0;
    while let Some(it) = inner.next() {
        length += 1;
        let next = inner.peek().copied().or(around.after);
        odd += alone(it) + last.map_or(0, |last| beside(last, it));
        odd += behind(second_last, last, it);
        // A letter of a script whose words are longer, between others.
        let own = script(it);
        let same = |other: Option<char>| other.is_some_and(|other| apart(own, script(other)) == 0 && script(other) != Script::Common);
        odd += match own {
            Script::Hebrew | Script::Arabic | Script::Hangul | Script::Block(_)
                if kind(it) != Kind::Digit && !same(last) && !same(next) =>
            {
                2
            }
            Script::Han | Script::Kana if !same(last) && !same(next) => 1,
            _ => 0,
        };
        second_last = last;
        last = Some(it);
    }
    if length > 0 {
        odd += last.zip(around.after).map_or(0, |(last, after)| beside(last, after));
        odd += around.after.filter(char::is_ascii).map_or(0, |it| behind(second_last, last, it));
    }
    odd
}

/// How odd it is that a character stands behind two others.
fn behind(first: Option<char>, second: Option<char>, third: char) -> i32 {
    let upper = |it: Option<char>| it.is_some_and(|it| kind(it) == Kind::Upper);
    match second {
        // A small letter in a word in capitals.
        _ if !third.is_ascii() && kind(third) == Kind::Lower && upper(first) && upper(second) => 3,
        // A capital and a dash in the middle of a word.
        Some('–' | '—') if upper(first) && first.is_some_and(|it| !it.is_ascii()) => i32::from(kind(third) == Kind::Lower),
        // A word that ends in a capital, and a space that ties it to the next word or to another space.
        Some('\u{A0}') if upper(first) && first.is_some_and(|it| !it.is_ascii()) => i32::from(third == ' ' || kind(third) == Kind::Lower),
        _ => 0,
    }
}

/// Whether a letter is so frequent in some language that a line of text often holds no other that is not ASCII.
pub(super) fn is_frequent(character: char) -> bool {
    "àáâãäçèéêëìíîïñòóôõöùúûüßÀÁÃÄÇÈÉÊÍÑÓÔÖÙÚÜ¿¡".contains(character)
}

/// Whether a letter is one of a language of Europe.
pub(super) fn is_european(character: char) -> bool {
    is_frequent(character) || "åæøýþðÿčćžšđłęąśźżńřěůťďňőűățșţşğıāēīūņķļģėįųœÅÆØČĆŽŠĐŁŚŻŘŐŰĂȘŞĞİŒ’“”„–—…•€«»°".contains(character)
}

/// Whether nobody writes this character.
pub(super) fn is_unwritten(character: char) -> bool {
    alone(character) >= 5
}
