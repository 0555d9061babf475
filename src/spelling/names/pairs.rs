//! Two names that stand side by side, one of them spelt in two ways: where the other is the same, even a spelling that everybody knows is wrong.

use std::collections::BTreeMap;

use super::{Page, Proposal};
use crate::{
    edit::Edit,
    finding::Confidence,
    matchers::variant::{apart, doubled, folded, inflected, related, sound_alike},
    rules::text::Text,
    span::Span,
    spelling::page::stem,
};

/// Shorter names are changed by one letter into others.
const SHORT: usize = 5;

/// A first name stands beside fewer surnames than this in a text.
const FAMILIES: usize = 50;

/// Where a first name and a surname stand beside one another.
type Places<'s> = BTreeMap<(&'s str, &'s str), Vec<usize>>;

/// Proposes the spelling that stands more often, or earlier, beside the same name.
pub(super) fn propose(page: &Page<'_>, rule: u32, titles: &[Text], proposals: &mut Vec<Proposal>) {
    let pairs = pairs(page, titles);
    for (&(first, last), places) in pairs.iter().filter(|it| it.1.len() == 1) {
        let own = places[0];
        let beside = || pairs.range((first, "")..).take_while(|((it, _), _)| *it == first);
        // What more stand beside than this is no first name.
        if beside().nth(1).is_none() || beside().nth(FAMILIES).is_some() {
            continue;
        }
        let stronger = |it: &Vec<usize>| it.len() > 1 || it[0] < own;
        let mut others = beside().filter(|((_, it), places)| *it != last && stronger(places)).map(|((_, it), _)| *it);
        let right = others.find(|it| {
            let (one, other) = (folded(last), folded(it));
            apart(&one, &other) == Some(1) && slip(&one, &other)
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
        (word.len() > 2 && word.chars().skip(1).all(char::is_lowercase)).then_some(word)
    };
    for &at in &page.capitals().places {
        let Some(first) = name(at) else { continue };
        let Some(last) = page.next(at).filter(|it| page.tokens[*it].is_capital()).and_then(name).filter(|it| it.len() >= SHORT) else {
            continue;
        };
        let is_title = titles.binary_search_by(|it| (**it).cmp(&first.to_lowercase())).is_ok();
        if !is_title && !page.subject.rules.is_function_word(page.tokens[at].id()) {
            pairs.entry((first, last)).or_default().push(at);
        }
    }
    pairs
}
