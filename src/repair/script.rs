//! The script of a letter, and whether text of our time uses it.

#![expect(clippy::match_same_arms, reason = "ranges stand in the order of the code points")]

/// Which letters stand together in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// What stands with letters of any script, and what is no letter.
    Common,
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Kana,
    Han,
    Hangul,
    /// A script of Asia, by the block of 128 characters that it has to itself.
    Block(u32),
    /// Letters that hardly any text of our time holds.
    Other,
}

/// The script of a letter or an accent.
pub(super) const fn script(character: char) -> Script {
    match character {
        'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' => Script::Latin,
        '\u{250}'..='\u{2AF}' | '\u{1D00}'..='\u{1DBF}' | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' => Script::Other,
        '\u{1E00}'..='\u{1EFF}' | '\u{FB00}'..='\u{FB06}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{590}'..='\u{5FF}' | '\u{FB1D}'..='\u{FB4F}' => Script::Hebrew,
        '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => Script::Arabic,
        '\u{530}'..='\u{58F}' | '\u{900}'..='\u{109F}' | '\u{10A0}'..='\u{10FF}' | '\u{1200}'..='\u{137F}' | '\u{1780}'..='\u{17FF}' => {
            Script::Block(character as u32 >> 7)
        }
        '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => Script::Kana,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{3005}' | '\u{3007}' => Script::Han,
        '\u{AC00}'..='\u{D7A3}' | '\u{1100}'..='\u{11FF}' => Script::Hangul,
        '\u{700}'..='\u{74F}' | '\u{780}'..='\u{8FF}' | '\u{1380}'..='\u{177F}' | '\u{1800}'..='\u{1CFF}' => Script::Other,
        '\u{2C00}'..='\u{2DFF}' | '\u{A000}'..='\u{A71F}' | '\u{A800}'..='\u{ABFF}' => Script::Other,
        _ => Script::Common,
    }
}

/// Whether letters of a script may stand beside Chinese ones, and are as wide.
pub(super) const fn is_wide(character: char) -> bool {
    matches!(script(character), Script::Kana | Script::Han | Script::Hangul)
        || matches!(character, '\u{3001}'..='\u{303F}' | '\u{3100}'..='\u{312F}' | '\u{A000}'..='\u{A4CF}')
}

/// Whether a letter is one of a script written from right to left.
pub(super) const fn is_right_to_left(character: char) -> bool {
    matches!(script(character), Script::Hebrew | Script::Arabic)
        || matches!(character, '\u{700}'..='\u{8FF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether a letter is one that only few texts of its script hold: letters of phonetics, of dead spellings, of no script of our time.
pub(super) const fn is_rare(character: char) -> bool {
    match character {
        '\u{192}' => true,
        '\u{1A0}' | '\u{1A1}' | '\u{1AF}' | '\u{1B0}' | '\u{1CD}'..='\u{1DC}' | '\u{1E6}' | '\u{1E7}' | '\u{218}'..='\u{21B}' => false,
        '\u{17F}'..='\u{24F}' | '\u{370}'..='\u{375}' | '\u{37B}'..='\u{37F}' | '\u{3CF}'..='\u{3FF}' => true,
        '\u{259}' | '\u{2C6}' | '\u{2C7}' | '\u{2D8}'..='\u{2DD}' => false,
        '\u{2B0}'..='\u{2FF}' => true,
        '\u{492}' | '\u{493}' | '\u{49A}' | '\u{49B}' | '\u{4A2}' | '\u{4A3}' | '\u{4AE}'..='\u{4B1}' | '\u{4BA}' | '\u{4BB}' => false,
        '\u{4D8}' | '\u{4D9}' | '\u{4E8}' | '\u{4E9}' | '\u{490}' | '\u{491}' => false,
        '\u{460}'..='\u{52F}' | '\u{1E00}'..='\u{1E9F}' | '\u{1EFA}'..='\u{1EFF}' => true,
        '\u{610}'..='\u{61A}' | '\u{5C4}'..='\u{5C7}' | '\u{6D6}'..='\u{6ED}' | '\u{3400}'..='\u{4DBF}' => true,
        _ => matches!(script(character), Script::Other),
    }
}
