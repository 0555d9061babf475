//! Two names that stand side by side, one of them spelt in two ways: where the other is the same, even a spelling that everybody knows is wrong.

use std::collections::BTreeMap;

use super::{Page, Proposal};
use crate::{
    edit::Edit,
    finding::Confidence,
    language::case::starts_upper,
    matchers::variant::{apart, doubled, folded, inflected, related, sound_alike},
    rules::text::Text,
    segment::token::Kind,
    span::Span,
    spelling::page::stem,
};

/// Shorter names are changed by one letter into others.
const SHORT: usize = 5;

/// Where a first name and a surname stand beside one another.
type Places<'s> = BTreeMap<(&'s str, &'s str), Vec<usize>>;

/// Proposes the spelling that stands more often, or earlier, beside the same name.
pub(super) fn propose(page: &Page<'_>, rule: u32, titles: &[Text], proposals: &mut Vec<Proposal>) {
    let pairs = pairs(page, titles);
    if pairs.len() < 2 {
        return;
    }
    for (&(first, last), places) in pairs.iter().filter(|it| it.1.len() == 1) {
        let own = places[0];
        let stronger = |it: &Vec<usize>| it.len() > 1 || it[0] < own;
        let right =
            pairs.iter().filter(|((_, it), others)| stronger(others) && !others.contains(&own) && *it != last).find_map(|((a, b), _)| {
                let (one, other) = (folded(last), folded(b));
                (*a == first && apart(&one, &other) == Some(1) && slip(&one, &other)).then_some(*b)
            });
        let Some(right) = right else { continue };
        let at = own + 1;
        if page.strange.binary_search(&at).is_ok() {
            // The other way of telling sees it.
            continue;
        }
        let start = page.span(at).start;
        let span = Span::new(start, start + last.len());
        proposals.push(Proposal {
            rule,
            span,
            edits: vec![Edit::new(span, right)],
            confidence: Confidence::new(8_500),
            message: format!("elsewhere in the text it is “{right}”"),
            alternatives: Vec::new(),
            witness: None,
        });
    }
}

fn slip(one: &str, other: &str) -> bool {
    !inflected(one, other) && !related(one, other) && (doubled(one, other) || sound_alike(one, other))
}

/// The first names and surnames of a text, by the token of the first name.
fn pairs<'s>(page: &Page<'s>, titles: &[Text]) -> Places<'s> {
    let mut pairs: Places<'s> = BTreeMap::new();
    let name = |at: usize| {
        let word = stem(page.word(at));
        let plain = starts_upper(word) && word.len() > 2 && word.chars().skip(1).all(char::is_lowercase);
        (page.tokens[at].kind() == Kind::Word && plain).then_some(word)
    };
    for at in 0..page.tokens.len().saturating_sub(1) {
        let Some(first) = name(at) else { continue };
        let Some(last) = page.next(at).and_then(name).filter(|it| it.len() >= SHORT) else { continue };
        let is_title = titles.binary_search_by(|it| (**it).cmp(&first.to_lowercase())).is_ok();
        if !is_title && !page.subject.rules.is_function_word(page.tokens[at].id()) {
            pairs.entry((first, last)).or_default().push(at);
        }
    }
    pairs
}
