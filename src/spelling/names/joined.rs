//! Surnames of two parts with a hyphen between them: where the one part is the same, the other is one name in two spellings, even if both are known.

use super::{Misspelling, Page, Proposal, first_names, same_person};
use crate::{
    language::case::starts_upper,
    matchers::variant::{apart, folded, inflected},
    rules::text::Text,
    segment::token::Kind,
    spelling::page::{Mentions, stem},
};

/// A name of two parts, and where it stands.
struct Joined<'s> {
    parts: [&'s str; 2],
    mentions: Mentions,
}

/// Proposes the spelling that stands more often, or earlier.
pub(super) fn propose(page: &Page<'_>, rule: u32, titles: &[Text], proposals: &mut Vec<Proposal>) {
    let names = joined(page);
    for wrong in names.iter().filter(|it| it.mentions.count() == 1) {
        let stronger = names.iter().filter(|it| {
            let marks = |name: &Joined<'_>| name.parts.concat().chars().filter(|it| !it.is_ascii()).count();
            let rank = |name: &Joined<'_>| (name.mentions.count(), marks(name), usize::MAX - name.mentions.first());
            rank(it) > rank(wrong)
        });
        let found = stronger.filter_map(|right| Some((right, differing(right, wrong)?))).find(|(right, _)| {
            let [its, own] = [right, wrong].map(|it| first_names(page, &it.mentions, titles));
            its.is_empty() || own.is_empty() || own.iter().any(|it| its.iter().any(|other| same_person(it, other)))
        });
        let Some((right, part)) = found else { continue };
        let message = format!("elsewhere in the text it is “{}”", right.parts.join("-"));
        let misspelling = Misspelling { message, ..Misspelling::elsewhere(wrong.parts[part], right.parts[part], 9_200) };
        proposals.push(misspelling.proposal(page, rule, wrong.mentions.first() + 2 * part));
    }
}

/// The part in which two names differ, where that may be by a slip.
fn differing(right: &Joined<'_>, wrong: &Joined<'_>) -> Option<usize> {
    let part = match [0, 1].map(|it| right.parts[it] == wrong.parts[it]) {
        [false, true] => 0,
        [true, false] => 1,
        _ => return None,
    };
    let [a, b] = [right, wrong].map(|it| folded(it.parts[part]));
    (a == b || apart(&a, &b).is_some() && !inflected(&a, &b)).then_some(part)
}

/// The names of two parts in a text.
fn joined<'s>(page: &Page<'s>) -> Vec<Joined<'s>> {
    let mut names: Vec<Joined<'s>> = Vec::new();
    let hyphens = memchr::memchr_iter(b'-', page.text.as_bytes()).filter(|&at| {
        let bytes = page.text.as_bytes();
        at > 0
            && bytes[at - 1].is_ascii_lowercase() | !bytes[at - 1].is_ascii()
            && bytes.get(at + 1).is_some_and(|it| !it.is_ascii_lowercase())
    });
    for hyphen in hyphens {
        let Ok(at) = page.tokens.binary_search_by_key(&hyphen, |it| it.start as usize) else { continue };
        let Some(before) = at.checked_sub(1).filter(|_| at + 1 < page.tokens.len()) else { continue };
        let name = |at: usize| {
            let word = stem(page.word(at));
            let plain = page.tokens[at].kind() == Kind::Word && starts_upper(word) && word.chars().skip(1).all(char::is_lowercase);
            (plain && word.len() > 2).then_some(word)
        };
        let touching = page.tokens[before].end as usize == hyphen && page.tokens[at + 1].start as usize == hyphen + 1;
        let (Some(first), Some(second)) = (name(before), name(at + 1)) else { continue };
        if !touching {
            continue;
        }
        let parts = [first, second];
        match names.iter_mut().find(|it| it.parts == parts) {
            Some(known) => known.mentions.places.push(before),
            None => names.push(Joined { parts, mentions: Mentions { places: vec![before], inner: 0 } }),
        }
    }
    names
}
