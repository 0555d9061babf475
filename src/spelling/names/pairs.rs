//! Two names that stand side by side, one of them spelt in two ways: where the other is the same, even a spelling that everybody knows is wrong.

use super::{Misspelling, Page, Proposal};
use crate::{
    finding::Confidence,
    matchers::variant::{apart, doubled, folded, inflected, related, sound_alike, transposed},
    rules::text::Text,
    spelling::page::{Sketch, stem},
};

/// Shorter names are changed by one letter into others.
const SHORT: usize = 5;

/// A name stands beside fewer others than this in a text.
const FAMILIES: usize = 50;

/// Two names that stand side by side, and the token of the first.
type Named<'s> = (&'s str, &'s str, usize);

/// Proposes the spelling that stands more often, or earlier, beside the same name.
pub(super) fn propose(page: &Page<'_>, rule: u32, titles: &[Text], proposals: &mut Vec<Proposal>) {
    let is_title = |word: &str| titles.binary_search_by(|it| (**it).cmp(&word.to_lowercase())).is_ok();
    let mut named = named(page);
    for beside in named.chunk_by(|a, b| a.0 == b.0).filter(|it| it.len() > 1) {
        let families: Vec<&[Named<'_>]> = beside.chunk_by(|a, b| a.1 == b.1).collect();
        // What more stand beside than this is no first name.
        if families.len() == 1 || families.len() > FAMILIES || is_title(beside[0].0) {
            continue;
        }
        for own in families.iter().filter(|it| it.len() == 1) {
            let (_, last, at) = own[0];
            let stronger = families.iter().filter(|it| it[0].1 != last && (it.len() > 1 || it[0].2 < at));
            let right = stronger.map(|it| it[0].1).find(|it| {
                let (one, other) = (folded(last), folded(it));
                apart(&one, &other) == Some(1) && slip(&one, &other)
            });
            // Of strange words the other way of telling says more.
            if let Some(right) = right.filter(|_| page.strange.binary_search(&(at + 1)).is_err()) {
                proposals.push(misspelling(last, right).proposal(page, rule, at + 1));
            }
        }
    }
    first_names(page, rule, &mut named, proposals);
}

/// Proposes for each of two first names before one surname, of which one is the other with two letters exchanged, that which stands more often,
/// or earlier.
fn first_names(page: &Page<'_>, rule: u32, named: &mut [Named<'_>], proposals: &mut Vec<Proposal>) {
    named.sort_unstable_by_key(|it| (it.1, it.0, it.2));
    for beside in named.chunk_by(|a, b| a.1 == b.1).filter(|it| it.len() > 1) {
        let names: Vec<&[Named<'_>]> = beside.chunk_by(|a, b| a.0 == b.0).collect();
        if names.len() > FAMILIES {
            continue;
        }
        for &[(first, _, at)] in names.iter().filter_map(|it| <&[Named<'_>; 1]>::try_from(*it).ok()) {
            let stronger = names.iter().filter(|it| it[0].0 != first && (it.len() > 1 || it[0].2 < at)).map(|it| it[0].0);
            if let Some(right) = stronger.clone().find(|it| transposed(&folded(first), &folded(it))) {
                proposals.push(misspelling(first, right).proposal(page, rule, at));
            }
        }
    }
}

fn misspelling<'p>(wrong: &'p str, right: &str) -> Misspelling<'p> {
    Misspelling {
        wrong,
        right: right.to_owned(),
        confidence: Confidence::new(8_500),
        message: format!("elsewhere in the text it is “{right}”"),
        witness: None,
    }
}

fn slip(one: &str, other: &str) -> bool {
    !inflected(one, other) && !related(one, other) && (doubled(one, other) || sound_alike(one, other))
}

/// First names and surnames that stand side by side, in the order of the names and then of the text.
fn named<'s>(page: &Page<'s>) -> Vec<Named<'s>> {
    let name = |at: usize| {
        let word = stem(page.word(at));
        (word.len() > 2 && word.chars().skip(1).all(char::is_lowercase)).then_some(word)
    };
    // Most capitals stand alone, and most names stand once beside another.
    let side_by_side = || page.capitals().zip(page.capitals().skip(1)).filter(|it| it.0 + 1 == it.1).map(|it| it.0);
    let both = |at: usize| [at, at + 1].map(|it| stem(page.word(it)));
    let (mut once, mut again) = (Sketch::default(), Sketch::default());
    let mut repeated = false;
    for name in side_by_side().flat_map(both) {
        if once.insert(name) {
            repeated = true;
            again.insert(name);
        }
    }
    if !repeated {
        return Vec::new();
    }
    let of_two = side_by_side().filter(|&at| both(at).iter().any(|it| again.may_hold(it))).filter_map(|at| {
        let last = page.next(at).and_then(name).filter(|it| it.len() >= SHORT)?;
        Some((name(at)?, last, at)).filter(|_| !page.subject.rules.is_function_word(page.tokens[at].id()))
    });
    let mut named: Vec<Named<'_>> = of_two.collect();
    named.sort_unstable();
    named
}
