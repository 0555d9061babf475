//! Two names that stand side by side, one of them spelt in two ways: where the other is the same, even a spelling that everybody knows is wrong.

use super::{Misspelling, Page, Proposal};
use crate::{
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
    let mut slips = |it: &Slip<'_>, at: usize| proposals.push(Misspelling::elsewhere(it.wrong, it.right, 8_500).proposal(page, rule, at));
    for beside in named.chunk_by(|a, b| a.0 == b.0) {
        let near = |one: &str, other: &str| apart(one, other) == Some(1) && slip(one, other);
        // Of strange words the other way of telling says more.
        let unusual = |it: &Slip<'_>| page.strange.binary_search(&(it.at + 1)).is_ok() || is_title(beside[0].0);
        slips_among(beside, |it| it.1, near).filter(|it| !unusual(it)).for_each(|it| slips(&it, it.at + 1));
    }
    // The same of first names before one surname; of these, two letters may be exchanged.
    named.sort_unstable_by_key(|it| (it.1, it.0, it.2));
    for beside in named.chunk_by(|a, b| a.1 == b.1) {
        slips_among(beside, |it| it.0, transposed).for_each(|it| slips(&it, it.at));
    }
}

/// A name that stands once, what it should be, and the token of the first of the two.
struct Slip<'s> {
    wrong: &'s str,
    right: &'s str,
    at: usize,
}

/// The slips among names that stand beside the same one, sorted by `own`; `near` is asked of two folded names.
fn slips_among<'n, 's: 'n>(
    beside: &'n [Named<'s>],
    own: impl Fn(&Named<'s>) -> &'s str + Copy + 'n,
    near: impl Fn(&str, &str) -> bool + 'n,
) -> impl Iterator<Item = Slip<'s>> + 'n {
    // Mostly there is one alone; what more stand beside than this is no name of somebody.
    let several = beside.first().zip(beside.last()).is_some_and(|(first, last)| own(first) != own(last));
    let names: Vec<&[Named<'s>]> = if several { beside.chunk_by(|a, b| own(a) == own(b)).collect() } else { Vec::new() };
    let once: Vec<Named<'s>> = names.iter().filter(|it| names.len() <= FAMILIES && it.len() == 1).map(|it| it[0]).collect();
    once.into_iter().filter_map(move |it| {
        let (wrong, at) = (own(&it), it.2);
        let stronger = names.iter().filter(|it| own(&it[0]) != wrong && (it.len() > 1 || it[0].2 < at)).map(|it| own(&it[0]));
        let right = stronger.into_iter().find(|it| near(&folded(wrong), &folded(it)))?;
        Some(Slip { wrong, right, at })
    })
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
    // Most capitals stand alone, and most names stand once before another, and once behind one.
    let side_by_side = || page.capitals().zip(page.capitals().skip(1)).filter(|it| it.0 + 1 == it.1).map(|it| it.0);
    let both = |at: usize| [at, at + 1].map(|it| stem(page.word(it)));
    let [mut once, mut again] = [(); 2].map(|()| [Sketch::default(), Sketch::default()]);
    let mut repeated = false;
    for names in side_by_side().map(both) {
        for (place, name) in names.into_iter().enumerate() {
            if once[place].insert(name) {
                repeated = true;
                again[place].insert(name);
            }
        }
    }
    if !repeated {
        return Vec::new();
    }
    let comes_back = |at: &usize| both(*at).iter().zip(&again).any(|(name, again)| again.may_hold(name));
    let of_two = side_by_side().filter(comes_back).filter_map(|at| {
        let last = page.next(at).and_then(name).filter(|it| it.len() >= SHORT)?;
        Some((name(at)?, last, at)).filter(|_| !page.subject.rules.is_function_word(page.tokens[at].id()))
    });
    let mut named: Vec<Named<'_>> = of_two.collect();
    named.sort_unstable();
    named
}
