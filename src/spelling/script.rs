//! Names in the letters of another script, left between square brackets by whoever cut the original to pieces.

use super::{
    Proposal,
    page::{Page, stem},
};
use crate::{
    edit::Edit,
    finding::{Alternative, Confidence},
    language::{case::starts_upper, transliterate::transliterate},
    matchers::variant::{apart, folded, sound_alike},
    rules::rule::Reader,
    segment::token::Kind,
    span::Span,
};

/// Brackets that hold more than this hold no name.
const LONGEST: usize = 80;

/// Proposes how to read them.
pub(super) fn propose(page: &Page<'_>, rule: u32, reader: Reader, proposals: &mut Vec<Proposal>) {
    let bytes = page.text.as_bytes();
    for start in memchr::memchr_iter(b'[', bytes) {
        let Some(length) = memchr::memchr2(b']', b'\n', &bytes[start..(start + LONGEST).min(bytes.len())]) else { continue };
        let (inside, end) = (Span::new(start + 1, start + length), start + length + 1);
        if bytes[end - 1] != b']' || matches!(bytes.get(end), Some(b'(' | b'[')) || !is_foreign(&page.text[inside.range()]) {
            continue;
        }
        let residue = Residue { page, inside, words: page.text[inside.range()].trim() };
        let name = residue.as_name();
        let (edits, confidence, message, alternatives) = match (reader, name) {
            (Reader::Names, Some(Reading::Named(name))) => {
                (vec![Edit::new(inside, name.clone())], Confidence::new(9_300), format!("“{name}” in another script"), Vec::new())
            }
            (Reader::Letters, None) => {
                let latin = transliterate(residue.words);
                let message =
                    latin.as_ref().map_or_else(|| "in another script".to_owned(), |it| format!("in another script; perhaps “{it}”"));
                let reading = latin.map(|replacement| Alternative { replacement, confidence: Confidence::new(5_000) });
                (Vec::new(), Confidence::new(8_000), message, reading.into_iter().collect())
            }
            _ => continue,
        };
        proposals.push(Proposal { rule, span: Span::new(start, end), edits, confidence, message, alternatives, witness: None });
    }
}

/// Whether there are letters, and none of them Latin.
fn is_foreign(text: &str) -> bool {
    let mut letters = text.chars().filter(|it| it.is_alphabetic()).peekable();
    // Behind Latin, and its phonetic letters and modifiers, come the other alphabets.
    letters.peek().is_some() && letters.all(|it| it >= '\u{370}' && !matches!(it, '\u{1D00}'..='\u{1EFF}'))
}

struct Residue<'p, 's> {
    page: &'p Page<'s>,
    inside: Span,
    words: &'s str,
}

/// What a residue is.
enum Reading {
    /// A name, spelt so in Latin letters.
    Named(String),
    /// The name that stands right before it, in the letters of its own language: it was put there on purpose.
    Original,
}

impl Residue<'_, '_> {
    fn as_name(&self) -> Option<Reading> {
        let listed = self.page.gazetteer.in_script(self.words).map(|it| it.text.to_string());
        let latin = transliterate(self.words);
        let before = self.before();
        let named = listed.or_else(|| latin.as_deref().and_then(|it| self.in_text(it).or_else(|| self.of_known_family(it))));
        let last = |name: &str| name.split_whitespace().next_back().map(|it| folded(it).into_owned()).unwrap_or_default();
        let original = |name: &str| before.is_some_and(|it| alike(&folded(it), &last(name)));
        if named.as_deref().is_some_and(original) || latin.as_deref().is_some_and(original) {
            return Some(Reading::Original);
        }
        named.map(Reading::Named)
    }

    /// A transliteration with the surname as the text spells it, where it has it.
    fn of_known_family(&self, latin: &str) -> Option<String> {
        let (first, last) = latin.rsplit_once(' ')?;
        Some(format!("{first} {}", self.in_text(last)?))
    }

    /// The word right before the bracket.
    fn before(&self) -> Option<&str> {
        let bracket = u32::try_from(self.inside.start - 1).ok()?;
        let at = self.page.tokens.binary_search_by_key(&bracket, |it| it.start).ok()?.checked_sub(1)?;
        (self.page.tokens[at].kind() == Kind::Word).then(|| self.page.word(at))
    }

    /// The name of the text whose words sound like those of a transliteration, one behind the other.
    fn in_text(&self, latin: &str) -> Option<String> {
        let sought: Vec<_> = latin.split_whitespace().map(folded).collect();
        let (page, first) = (self.page, sought.first()?);
        let fits = |at: usize| {
            (0..sought.len()).all(|it| {
                let joined = it == 0 || page.tokens.get(at + it).is_some() && page.next(at + it - 1).is_some();
                joined
                    && page.tokens[at + it].kind() == Kind::Word
                    && starts_upper(page.word(at + it))
                    && alike(&folded(page.word(at + it)), &sought[it])
            })
        };
        let capital =
            |at: &usize| page.tokens[*at].kind() == Kind::Word && page.word(*at).as_bytes()[0].eq_ignore_ascii_case(&first.as_bytes()[0]);
        let at = (0..page.tokens.len()).filter(capital).find(|&at| fits(at))?;
        let end = page.span(at + sought.len() - 1).end;
        Some(stem(&page.text[page.span(at).start..end]).to_owned())
    }
}

/// Whether two folded words may be one name.
fn alike(a: &str, b: &str) -> bool {
    a == b || apart(a, b).is_some() || sound_alike(a, b)
}
