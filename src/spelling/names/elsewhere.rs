//! Misspellings of names that other documents spell in another way.

use super::{Misspelling, Page, first_names};
use crate::{
    corpus::beside::Beside,
    finding::{Confidence, Evidence},
    matchers::variant::{apart, doubled, folded, inflected, related, sound_alike, transposed},
    rules::text::Text,
};

/// So many documents know the right spelling at least.
const KNOWN: usize = 5;
/// And so many times more than know the wrong one.
const MAJORITY: usize = 5;
/// As many where not even a first name says that the same is meant.
const ALONE: usize = 30;

/// The spelling of nearly all documents, against one that few others have.
pub(super) fn in_corpus<'s>(page: &Page<'s>, candidates: &[&'s str], titles: &[Text]) -> Vec<Misspelling<'s>> {
    let Some(beside) = page.subject.beside else { return Vec::new() };
    candidates.iter().filter(|it| it.is_ascii()).filter_map(|wrong| in_others(page, beside, wrong, titles)).collect()
}

fn in_others<'s>(page: &Page<'s>, beside: &Beside<'_>, wrong: &'s str, titles: &[Text]) -> Option<Misspelling<'s>> {
    let own = beside.name(wrong).0.max(1);
    let first = first_names(page, page.names().get(wrong)?, titles);
    let mut found: Vec<(usize, String, u32, Confidence)> = Vec::new();
    for right in one_off(wrong) {
        let (count, document) = beside.name(&right);
        let Some(document) = document.filter(|_| count >= KNOWN && count >= MAJORITY * own) else { continue };
        let (a, b) = (folded(&right), folded(wrong));
        if apart(&a, &b).is_none() || inflected(&a, &b) || related(&a, &b) {
            continue;
        }
        // Somebody of this first name is spelt so elsewhere, and nobody but here as it is here.
        let person = first.iter().find_map(|it| {
            let (theirs, other) = beside.names(it, &right);
            (theirs >= KNOWN && theirs >= MAJORITY * beside.names(it, wrong).0.max(1)).then_some(other)
        });
        let slip = transposed(&a, &b) || doubled(&a, &b) || sound_alike(&a, &b);
        match person {
            Some(other) => found.push((count, right, other.unwrap_or(document), Confidence::new(9_500))),
            None if first.is_empty() && slip && count >= ALONE * own => found.push((count, right, document, Confidence::new(8_500))),
            None => {}
        }
    }
    let (count, right, document, confidence) = found.into_iter().max_by(|a, b| (a.3, a.0, &b.1).cmp(&(b.3, b.0, &a.1)))?;
    Some(Misspelling {
        wrong,
        message: format!("other documents have “{right}”"),
        right,
        confidence,
        witness: Some(Evidence::Elsewhere { document: beside.id(document).into(), count }),
    })
}

/// All spellings that are one letter, or two neighbours exchanged, away; the first letter stays.
fn one_off(word: &str) -> impl Iterator<Item = String> {
    let letters = || 'a'..='z';
    let with = move |at: usize, taken: usize, put: &str| format!("{}{put}{}", &word[..at], &word[at + taken..]);
    (1..=word.len()).flat_map(move |at| {
        let added = letters().map(move |it| with(at, 0, it.encode_utf8(&mut [0; 4])));
        let changed = (at < word.len()).then(|| {
            let own = word.as_bytes()[at];
            let others = letters().filter(move |it| *it as u32 != u32::from(own));
            let other = others.map(move |it| with(at, 1, it.encode_utf8(&mut [0; 4])));
            let swapped = (at + 1 < word.len()).then(|| with(at, 2, &word[at..at + 2].chars().rev().collect::<String>()));
            other.chain([with(at, 1, "")]).chain(swapped)
        });
        added.chain(changed.into_iter().flatten())
    })
}
