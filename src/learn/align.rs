//! Two versions of a text, word by word: where the one was put in the place of the other.
//!
//! A diff of whole books would take for ever, so the texts are first cut at runs of words that stand once in each; what the order of
//! these runs leaves out was moved, and is ignored.

use std::{borrow::Cow, ops::Range};

use rustc_hash::FxHashMap;
use similar::Algorithm;
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    segment::token::{Kind, Token, Vocabulary, tokenise},
    span::Span,
};

/// A stretch of a text, and the one that stands in its place in another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced {
    /// Its bytes in the first text.
    pub spun: Span,
    /// Its bytes in the second one.
    pub original: Span,
}

/// A replaced stretch is no longer than this, in words.
const LONGEST: usize = 5;
/// Stretches of at most so many words are compared at once; longer ones are cut first.
const AT_ONCE: usize = 400;
/// So many words around a replaced stretch are looked at, on either side; as many of a hundred must be the same in both texts.
const AROUND: usize = 10;
const SAME_PERCENT: usize = 40;

/// Finds the stretches of one to five words that differ between two versions of a text, in their order.
///
/// Case, “a” for “an”, punctuation marks and numbers do not count. Where little is the same around a stretch, the texts are not two
/// versions of one there, and nothing is found.
#[must_use]
pub fn replaced(spun: &str, original: &str) -> Vec<Replaced> {
    if [spun, original].iter().any(|it| u32::try_from(it.len()).is_err()) {
        return Vec::new();
    }
    let (a, b, same) = aligned(spun, original);
    let mut kept = (vec![false; a.len()], vec![false; b.len()]);
    for &(at, there, length) in &same {
        kept.0[at..at + length].fill(true);
        kept.1[there..there + length].fill(true);
    }
    let mut found = Vec::new();
    for (here, other) in between(&a, &b, same) {
        let agree = [(&a, &kept.0, &here), (&b, &kept.1, &other)].iter().all(|(units, kept, range)| agrees(units, kept, range));
        if is_swap(&a[here.clone()], &b[other.clone()]) && agree {
            let (spun_at, original_at) = (span(&a[here]), span(&b[other]));
            if letters(&spun[spun_at.range()]) != letters(&original[original_at.range()]) {
                found.push(Replaced { spun: spun_at, original: original_at });
            }
        }
    }
    found
}

/// The stretches of a text, in their order, that do not say what another version of it says; where words are missing, from the end of the
/// word before to the start of the next one.
///
/// Case, “a” for “an”, punctuation marks and white space do not count.
#[must_use]
pub fn unlike(text: &str, other: &str) -> Vec<Span> {
    if [text, other].iter().any(|it| u32::try_from(it.len()).is_err()) {
        return Vec::new();
    }
    let (a, b, same) = aligned(text, other);
    let differ = between(&a, &b, same).filter(|(here, there)| {
        let says = |units: &[Unit], text: &str| units.iter().map(|it| letters(&text[it.span.range()])).collect::<String>();
        !(here.is_empty() && there.is_empty()) && says(&a[here.clone()], text) != says(&b[there.clone()], other)
    });
    let place = |here: Range<usize>| {
        let before = here.start.checked_sub(1).map_or(0, |it| a[it].span.end);
        let after = a.get(here.end).map_or(text.len(), |it| it.span.start);
        if here.is_empty() { Span::new(before, after) } else { span(&a[here]) }
    };
    differ.map(|(here, _)| place(here)).collect()
}

/// Where two runs of words are the same: where they start in each, and how long they are.
type Same = Vec<(usize, usize, usize)>;

/// The words of two texts, and the runs that are the same.
fn aligned(text: &str, other: &str) -> (Vec<Unit>, Vec<Unit>, Same) {
    let mut names = FxHashMap::default();
    let (a, b) = (units(text, &mut names), units(other, &mut names));
    let numbers = |units: &[Unit]| units.iter().map(|it| it.name).collect::<Vec<u32>>();
    let (left, right) = (numbers(&a), numbers(&b));
    let mut same = Vec::new();
    align(&left, &right, 0..left.len(), 0..right.len(), &mut same);
    (a, b, same)
}

/// What stands between the runs that are the same, in both texts.
fn between(a: &[Unit], b: &[Unit], same: Same) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let (mut at, mut there) = (0, 0);
    same.into_iter().chain([(a.len(), b.len(), 0)]).map(move |(start, begin, length)| {
        let stretch = (at..start, there..begin);
        (at, there) = (start + length, begin + length);
        stretch
    })
}

/// A word, also one of several parts such as `long-range`, or a number.
#[derive(Debug, Clone, Copy)]
struct Unit {
    span: Span,
    kind: Kind,
    // Whether a mark or a blank line stands before it.
    apart: bool,
    // Units that are spelt alike have the same.
    name: u32,
}

fn units<'t>(text: &'t str, names: &mut FxHashMap<Cow<'t, str>, u32>) -> Vec<Unit> {
    let mut tokens = Vec::new();
    tokenise(text, &Vocabulary::default(), &mut tokens);
    let is_part = |it: &Token| matches!(it.kind(), Kind::Word | Kind::Number);
    let mut units = Vec::with_capacity(tokens.len());
    let mut apart = false;
    let mut at = 0;
    while at < tokens.len() {
        let first = tokens[at];
        let (mut end, mut kind) = (first.end, first.kind());
        at += 1;
        if !is_part(&first) {
            apart = true;
            continue;
        }
        while let [hyphen, next, ..] = &tokens[at..]
            && hyphen.start == end
            && matches!(hyphen.of(text), "-" | "‐" | "‑")
            && next.start == hyphen.end
            && is_part(next)
        {
            end = next.end;
            if next.kind() == Kind::Word {
                kind = Kind::Word;
            }
            at += 2;
        }
        let span = Span::new(first.start as usize, end as usize);
        let spelling = folded(&text[span.range()]);
        let spelling = if spelling == "an" { Cow::Borrowed("a") } else { spelling };
        let fresh = u32::try_from(names.len()).expect("a text has fewer words than bytes");
        units.push(Unit { span, kind, apart, name: *names.entry(spelling).or_insert(fresh) });
        apart = false;
    }
    units
}

/// A spelling in lower case, composed, with straight apostrophes.
pub(super) fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|it| it.is_ascii() && !it.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.nfc().flat_map(char::to_lowercase).map(|it| if it == '’' { '\'' } else { it }).collect())
}

/// The letters and digits of some words, in lower case: what is left when marks and spaces do not count.
fn letters(text: &str) -> String {
    folded(text).chars().filter(|it| it.is_alphanumeric()).collect()
}

fn span(units: &[Unit]) -> Span {
    let (first, last) = (units.first().map_or(0, |it| it.span.start), units.last().map_or(0, |it| it.span.end));
    Span::new(first, last)
}

/// Whether one stretch may be a swap for the other: words alone, few of them, and no number for a number.
fn is_swap(spun: &[Unit], original: &[Unit]) -> bool {
    let has = |units: &[Unit], kind: Kind| units.iter().any(|it| it.kind == kind);
    let sides = [spun, original];
    sides.iter().all(|it| (1..=LONGEST).contains(&it.len()) && it[1..].iter().all(|it| !it.apart) && has(it, Kind::Word))
        && sides.iter().any(|it| !has(it, Kind::Number))
}

/// Whether enough of the words around a stretch stand in both texts.
fn agrees(units: &[Unit], kept: &[bool], range: &Range<usize>) -> bool {
    let around = (range.start.saturating_sub(AROUND)..range.start).chain(range.end..(range.end + AROUND).min(units.len()));
    let words = around.filter(|&at| units[at].kind == Kind::Word);
    let (all, same) = words.fold((0, 0), |(all, same), at| (all + 1, same + usize::from(kept[at])));
    same > 0 && 100 * same >= SAME_PERCENT * all
}

/// Adds the runs that are the same in both ranges, in their order: where they start, and how long they are.
fn align(a: &[u32], b: &[u32], mut left: Range<usize>, mut right: Range<usize>, same: &mut Same) {
    let alike = |pairs: &mut dyn Iterator<Item = (&u32, &u32)>| pairs.take_while(|(x, y)| x == y).count();
    let head = alike(&mut a[left.clone()].iter().zip(&b[right.clone()]));
    same.extend((head > 0).then_some((left.start, right.start, head)));
    (left.start, right.start) = (left.start + head, right.start + head);
    let tail = alike(&mut a[left.clone()].iter().rev().zip(b[right.clone()].iter().rev()));
    (left.end, right.end) = (left.end - tail, right.end - tail);
    let behind = (tail > 0).then_some((left.end, right.end, tail));
    if left.is_empty() || right.is_empty() {
        same.extend(behind);
        return;
    }
    if left.len().max(right.len()) <= AT_ONCE {
        let (start, begin) = (left.start, right.start);
        for op in similar::capture_diff_slices(Algorithm::Myers, &a[left], &b[right]) {
            if let similar::DiffOp::Equal { old_index, new_index, len } = op {
                same.push((start + old_index, begin + new_index, len));
            }
        }
    } else if let Some(anchors) = ANCHORS.iter().map(|&it| anchors((a, &left), (b, &right), it)).find(|it| !it.is_empty()) {
        let (mut at, mut there) = (left.start, right.start);
        for (start, begin) in anchors.into_iter().chain([(left.end, right.end)]) {
            align(a, b, at..start, there..begin, same);
            (at, there) = (start, begin);
        }
    }
    same.extend(behind);
}

/// By which runs two texts are cut: so many words, so many times in each at the most. What is said once is surer than what is repeated.
const ANCHORS: [(usize, usize); 6] = [(4, 1), (3, 1), (2, 1), (1, 1), (4, usize::MAX), (1, usize::MAX)];

/// Where runs of words start that stand as often in both ranges; as many as stand in the same order in both.
fn anchors(left: (&[u32], &Range<usize>), right: (&[u32], &Range<usize>), (length, most): (usize, usize)) -> Vec<(usize, usize)> {
    let mut seen: FxHashMap<&[u32], [(usize, Vec<usize>); 2]> = FxHashMap::default();
    for (side, (words, range)) in [left, right].into_iter().enumerate() {
        for (offset, run) in words[range.clone()].windows(length).enumerate() {
            let (count, places) = &mut seen.entry(run).or_default()[side];
            *count += 1;
            if *count <= most {
                places.push(range.start + offset);
            }
        }
    }
    let alike = seen.into_values().filter(|[(here, _), (there, _)]| here == there && *here <= most);
    let mut pairs: Vec<(usize, usize)> = alike.flat_map(|[(_, here), (_, there)]| here.into_iter().zip(there)).collect();
    pairs.sort_unstable();
    rising(&pairs)
}

/// The longest chain of pairs in which both numbers rise; the first numbers rise already.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // By length of the chain: the pair with the smallest second number that ends one. And for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&it| pairs[it].1 < pair.1);
        before.push(length.checked_sub(1).map(|it| ends[it]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        chain.push(pairs[index]);
        at = before[index];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spun: &str, original: &str, expect: &str) {
        let found: Vec<String> = replaced(spun, original)
            .into_iter()
            .map(|it| format!("{}<{}", &spun[it.spun.range()], &original[it.original.range()]))
            .collect();
        assert_eq!(found.join(" | "), expect, "{spun}");
    }

    #[test]
    fn words_that_were_replaced() {
        check("The struggle goes on.", "The war goes on.", "struggle<war");
        check("They paid for navy coaching in May.", "They paid for military training in May.", "navy coaching<military training");
        check("He left; however, he came back soon.", "He left, but he came back soon.", "however<but");
        check("Long-range rockets hit the town.", "Heavy rockets hit the town.", "Long-range<Heavy");
        check("It fell within the east of town.", "It fell in the north of town.", "within<in | east<north");
        check("The navy’s house was sold.", "The army’s house was sold.", "navy’s<army’s");
    }

    #[test]
    fn what_is_no_swap() {
        check("The same text.", "The same text.", "");
        check("THE Same text is here.", "the same Text is here.", "");
        check("It was an enormous house.", "It was a big house.", "enormous<big");
        check("It was an old house.", "It was a old house.", "");
        check("He had 12 cats and dogs.", "He had 13 cats and dogs.", "");
        check("He had twelve cats and dogs.", "He had 12 cats and dogs.", "");
        check("He waited 12 months for it.", "He waited a year for it.", "12 months<a year");
        check("He came - and went away.", "He came, and went away.", "");
        check("They e-mail him each day.", "They email him each day.", "");
        check("He was very old indeed.", "He was old indeed.", "");
        check("One. Two three four five six seven eight.", "One. Nine ten eleven twelve of seventeen in all eight.", "");
        check("", "Something is here.", "");
    }

    #[test]
    fn what_is_unlike_may_be_too_much_or_too_little() {
        let check = |text: &str, other: &str, expect: &[&str]| {
            let found: Vec<&str> = unlike(text, other).into_iter().map(|it| &text[it.range()]).collect();
            assert_eq!(found, expect, "{text}");
        };
        check("An old war, he said.", "an old war he said", &[]);
        check("The struggle goes on.", "The war goes on.", &["struggle"]);
        check("The long war goes on.", "The war goes on.", &["long"]);
        check("The war goes on.", "The long war goes on.", &[" "]);
        check("The war goes.", "The war goes on.", &["."]);
        check("", "The war goes on.", &[""]);
    }

    #[test]
    fn what_was_moved_is_ignored() {
        let one = "The first part speaks of ships and of the sea.";
        let two = "Nobody knew what those hills looked like before snow fell.";
        let three = "At the end there is a word on the struggle of the north against them all.";
        let spun = format!("{two}\n\n{one}\n\n{three}");
        let original = format!("{one}\n\n{two}\n\n{}", three.replace("struggle", "war"));
        check(&spun, &original, "struggle<war");
    }

    #[test]
    fn texts_that_have_nothing_to_do_with_one_another_give_nothing() {
        check(
            "The harbour of the town was full of small boats, and the men sold fish to the people of the hills.",
            "A committee of the house met on Tuesday to talk about the taxes that the smaller firms are to pay.",
            "",
        );
    }

    #[test]
    fn a_long_text_is_compared_as_a_short_one() {
        let sentence = |at: usize, word: &str| format!("In year {at} the {word} of place number{at} was seen by people{}.", at / 3);
        let text = |word: &str| (0..3000).map(|at| sentence(at, if at % 7 == 0 { word } else { "ship" })).collect::<Vec<_>>().join(" ");
        let found = replaced(&text("vessel"), &text("boat"));
        assert_eq!(found.len(), 429);
        let repeated = |word: &str| format!("So it goes on and on {word}. ").repeat(3000);
        assert_eq!(replaced(&repeated("again"), &repeated("anew")).len(), 3000);
    }
}
