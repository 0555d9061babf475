//! Names that lost their capital: words that nobody knows, and that the text writes with one elsewhere, behind a first name too.

use super::{Misspelling, Page, Proposal, first_names};
use crate::rules::text::Text;

/// Any four letters are an abbreviation of something.
const SHORT: usize = 5;
/// A name stands so often with its capital where only names have one.
const INNER: usize = 2;

/// Proposes the capital.
pub(super) fn propose(page: &Page<'_>, rule: u32, titles: &[Text], proposals: &mut Vec<Proposal>) {
    for &at in &page.strange {
        let word = page.word(at);
        if word.len() < SHORT || !word.is_ascii() || !word.bytes().all(|it| it.is_ascii_lowercase()) {
            continue;
        }
        let written = word[..1].to_ascii_uppercase() + &word[1..];
        // Nearly all strange words in small letters stand in no other way.
        if !page.may_be_named(&written) {
            continue;
        }
        let is_name = page.names().get(written.as_str()).is_some_and(|it| it.inner >= INNER && !first_names(page, it, titles).is_empty());
        // Who writes it so twice, means it.
        if is_name && page.places(word).len() == 1 && page.stands_free(at) {
            proposals.push(Misspelling::elsewhere(word, &written, 9_200).proposal(page, rule, at));
        }
    }
}
