//! What nobody sees: kept where a script, an emoji or the direction of writing needs it.

use super::{
    Ask, Found,
    script::{Script, is_right_to_left, script},
    step::Step,
};
use crate::span::Span;

/// Finds invisible characters that do nothing where they stand.
pub(super) fn find(text: &str, _: &Ask<'_>, found: &mut Found) {
    let directed = text.chars().any(is_right_to_left);
    let mut before = None;
    let mut tagged = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, it)) = characters.next() {
        let after = characters.peek().map(|it| it.1);
        let step = match it {
            '\u{AD}' if is_letter(before) && is_letter(after) => Some(Step::SoftHyphen),
            '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{180E}' if !breaks_words(before) && !breaks_words(after) => Some(Step::Invisible),
            '\u{200C}' if !joins(before) && !joins(after) => Some(Step::Invisible),
            '\u{200D}' if !joins(before) && !joins(after) && !is_emoji(before) => Some(Step::Invisible),
            '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' if !directed => Some(Step::Direction),
            '\u{FE00}'..='\u{FE0F}' | '\u{180B}'..='\u{180D}' | '\u{E0100}'..='\u{E01EF}' if !varies(before, it, after) => {
                Some(Step::Variation)
            }
            '\u{E0000}'..='\u{E007F}' if at >= tagged => {
                let end = text[at..].find(|it| !matches!(it, '\u{E0000}'..='\u{E007F}')).map_or(text.len(), |it| at + it);
                let flag = before == Some('\u{1F3F4}') && text[at..end].ends_with('\u{E007F}');
                tagged = end;
                if !flag {
                    found.add(Step::Tag, Span::new(at, end), "");
                }
                None
            }
            _ => None,
        };
        match step {
            Some(step) => found.add(step, Span::new(at, at + it.len_utf8()), ""),
            None => before = Some(it),
        }
    }
}

fn is_letter(character: Option<char>) -> bool {
    character.is_some_and(char::is_alphabetic)
}

/// Whether words of a script are written without spaces, so that marks may say where they end.
fn breaks_words(character: Option<char>) -> bool {
    character.is_some_and(|it| {
        matches!(it, '\u{E00}'..='\u{EFF}' | '\u{F00}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1900}'..='\u{1AAF}')
            || matches!(script(it), Script::Han | Script::Kana | Script::Other)
    })
}

/// Whether letters of a script join, so that marks may say which do.
fn joins(character: Option<char>) -> bool {
    character.is_some_and(|it| match script(it) {
        Script::Latin | Script::Greek | Script::Cyrillic | Script::Han | Script::Kana | Script::Hangul => false,
        Script::Common => matches!(it, '\u{200C}' | '\u{200D}' | '\u{25CC}' | '\u{1B00}'..='\u{1CFF}' | '\u{10A00}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}'),
        _ => true,
    })
}

/// Whether a character may be a part of an emoji that goes on.
fn is_emoji(character: Option<char>) -> bool {
    character.is_some_and(
        |it| matches!(it, '\u{FE0F}' | '\u{A9}' | '\u{AE}' | '\u{2100}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E007F}'),
    )
}

/// Whether a character has forms that a selector chooses between.
fn varies(before: Option<char>, selector: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match selector {
        // Digits are keys: 1️⃣.
        _ if before.is_ascii() => matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20E3}') && selector == '\u{FE0F}',
        '\u{180B}'..='\u{180D}' => matches!(before, '\u{1800}'..='\u{18AF}'),
        '\u{E0100}'..='\u{E01EF}' => matches!(script(before), Script::Han) || matches!(before, '\u{20000}'..='\u{3FFFF}'),
        '\u{FE0E}' | '\u{FE0F}' => {
            !before.is_alphabetic() && !before.is_whitespace()
                // Letters that have the form of an emoji, too: ℹ, Ⓜ, 🅰.
                || matches!(before, '\u{2139}' | '\u{24C2}' | '\u{3297}' | '\u{3299}' | '\u{1F170}' | '\u{1F171}' | '\u{1F17E}' | '\u{1F17F}')
        }
        _ => !matches!(script(before), Script::Latin | Script::Greek | Script::Cyrillic) && !before.is_whitespace(),
    }
}
