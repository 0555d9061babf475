//! Several spellings of one letter: ligatures, wide letters, letters and accents apart.

use unicode_normalization::{
    IsNormalized, UnicodeNormalization, char::canonical_combining_class, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

use super::{Ask, Found, Reach, script::is_wide, step::Step};
use crate::span::Span;

/// How letters with accents are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A letter and the accents behind it become one character where there is one. Nothing else changes.
    #[default]
    Composed,
    /// NFC.
    Nfc,
    /// NFD.
    Nfd,
    /// NFKC.
    Nfkc,
    /// NFKD.
    Nfkd,
}

/// Finds letters that a font would draw as one, and signs of two letters.
pub(super) fn ligatures(text: &str, _: &Ask<'_>, found: &mut Found) {
    for (at, it) in text.char_indices() {
        let letters = match it {
            '\u{FB00}'..='\u{FB06}' | '\u{132}' | '\u{133}' | '\u{149}' | '\u{1C4}'..='\u{1CC}' | '\u{1F1}'..='\u{1F3}' => it,
            _ => continue,
        };
        found.add(Step::Ligature, Span::new(at, at + it.len_utf8()), std::iter::once(letters).nfkc().collect::<String>());
    }
}

/// Finds wide letters, digits and marks, and narrow ones of Japanese and Korean; in East Asian text they are at home.
pub(super) fn widths(text: &str, ask: &Ask<'_>, found: &mut Found) {
    if ask.policy.reach == Reach::Harmless && text.chars().any(is_wide_text) {
        return;
    }
    let odd = |it: &(usize, char)| matches!(it.1, '\u{3000}' | '\u{FF01}'..='\u{FFEE}');
    let mut places = text.char_indices().filter(odd).peekable();
    while let Some((from, first)) = places.next() {
        // A voiced mark goes with the letter before it.
        let mut to = from + first.len_utf8();
        while let Some((_, next)) = places.next_if(|(at, _)| *at == to) {
            to += next.len_utf8();
        }
        found.add(Step::Width, Span::new(from, to), text[from..to].nfkc().collect::<String>());
    }
}

/// Whether a character shows that wide letters are at home.
fn is_wide_text(character: char) -> bool {
    is_wide(character) && character != '\u{3000}' || matches!(character, '\u{FF65}'..='\u{FFDC}')
}

/// Finds what is not in the form that is asked for.
pub(super) fn normal_form(text: &str, ask: &Ask<'_>, found: &mut Found) {
    match ask.policy.form {
        Form::Composed => compose(text, found),
        Form::Nfc => normalise(text, &is_nfc_quick(text.chars()), |it| it.nfc().collect(), found),
        Form::Nfd => normalise(text, &is_nfd_quick(text.chars()), |it| it.nfd().collect(), found),
        Form::Nfkc => normalise(text, &is_nfkc_quick(text.chars()), |it| it.nfkc().collect(), found),
        Form::Nfkd => normalise(text, &is_nfkd_quick(text.chars()), |it| it.nfkd().collect(), found),
    }
}

/// The first bytes of the accents from U+0300 to U+036F, and of no other character.
const ACCENTS: [u8; 2] = [0xCC, 0xCD];

const fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}')
}

fn compose(text: &str, found: &mut Found) {
    let mut from = 0;
    for at in memchr::memchr2_iter(ACCENTS[0], ACCENTS[1], text.as_bytes()) {
        if at < from || !text[at..].starts_with(is_accent) {
            continue;
        }
        let Some((start, base)) = text[from..at].char_indices().next_back() else { continue };
        let end = text[at..].find(|it: char| !is_accent(it)).map_or(text.len(), |it| at + it);
        let start = from + start;
        from = end;
        let apart = &text[start..end];
        let composed: String = apart.nfc().collect();
        if base.is_alphabetic() && composed.chars().count() < apart.chars().count() {
            found.add(Step::NormalForm, Span::new(start, end), composed);
        }
    }
}

/// Normalises each stretch that may need it, from one character that nothing joins to the next.
fn normalise(text: &str, quick: &IsNormalized, form: fn(&str) -> String, found: &mut Found) {
    if *quick == IsNormalized::Yes {
        return;
    }
    let starts = |it: char| it.is_ascii() || canonical_combining_class(it) == 0 && !joins_before(it);
    let mut from = 0;
    while from < text.len() {
        let mut characters = text[from..].char_indices();
        characters.next();
        let to = characters.find(|it| starts(it.1)).map_or(text.len(), |it| from + it.0);
        let stretch = &text[from..to];
        if !stretch.is_ascii() {
            let normal = form(stretch);
            if normal != stretch {
                found.add(Step::NormalForm, Span::new(from, to), normal);
            }
        }
        from = to;
    }
}

/// Whether a character that is no accent may become one with what stands before it: vowels and consonants that follow in Hangul, and the
/// second halves of vowels in some scripts of India.
fn joins_before(character: char) -> bool {
    !character.is_ascii() && is_nfc_quick(std::iter::once(character)) != IsNormalized::Yes
        || matches!(character, '\u{1160}'..='\u{11FF}' | '\u{FF9E}' | '\u{FF9F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::{
        Policy, repair,
        step::{Order, Steps},
    };

    fn normal(text: &str, form: Form) -> String {
        let steps = Steps::default().with(Step::NormalForm, Order { seen: true, ..Order::default() });
        repair(text, &steps, Policy { form, ..Policy::default() }, |_| false).map_or_else(|| text.to_owned(), |it| it.text)
    }

    #[test]
    fn only_letters_and_accents_are_composed() {
        let check = |text: &str, expect: &str| assert_eq!(normal(text, Form::Composed), expect);
        check("cafe\u{301} ", "café ");
        check("Vie\u{302}\u{323}t", "Việt");
        check("\u{301}a", "\u{301}a");
        check("x\u{336}", "x\u{336}");
        check("\u{212B} \u{958} \u{FA10}", "\u{212B} \u{958} \u{FA10}");
    }

    #[test]
    fn stretches_are_normalised_as_the_whole_is() {
        for text in ["\u{1112}\u{1161}\u{11AB}글", "ﾊﾟﾋﾞ ｶﾞ", "e\u{323}\u{302}\u{301}", "\u{212B}\u{958}\u{9C7}\u{9BE}\u{FA10}", "ﬁ²\u{301}"]
        {
            assert_eq!(normal(text, Form::Nfc), text.nfc().collect::<String>());
            assert_eq!(normal(text, Form::Nfd), text.nfd().collect::<String>());
            assert_eq!(normal(text, Form::Nfkc), text.nfkc().collect::<String>());
            assert_eq!(normal(text, Form::Nfkd), text.nfkd().collect::<String>());
        }
    }
}
