//! What a folder of rules and each file in it say of themselves.

use std::collections::BTreeMap;

use super::{Source, count, one_of, owned, texts};
use crate::{
    finding::Confidence,
    rules::{
        file::{At, Mistake, PackFile, RuleFile},
        rule::{Family, Pack, Rulebook, Sign},
        text::Text,
    },
};

/// What a folder says without a file of its own.
pub(super) fn empty_pack(name: &str) -> Pack {
    Pack { name: owned(name), listed: 1000, seen_in: [1, 1], ..Pack::default() }
}

/// What the file of a folder says.
pub(super) fn check_pack(source: &Source, file: PackFile, mistakes: &mut Vec<Mistake>) -> Pack {
    let texts = |list: Vec<At<String>>| list.into_iter().map(|it| Text::from(it.value)).collect();
    if !is_kebab(&source.pack) {
        mistakes
            .push(Mistake::new(0..0, format!("`{}` is no name for a pack", source.pack)).help("lower case letters, digits and hyphens"));
    }
    if file.summary.is_none() {
        mistakes.push(Mistake::new(0..0, "a pack needs a `summary`"));
    }
    let listed = file.listed.as_ref().map(|it| (Confidence::from_fraction(it.value), &it.place));
    if let Some((None, place)) = listed {
        mistakes.push(Mistake::new(place.clone(), "expected a number from 0 to 1"));
    }
    Pack {
        name: owned(&source.pack),
        summary: Text::from(file.summary.map(|it| it.value).unwrap_or_default()),
        language: file.language.map(|it| Text::from(it.value)),
        sign: one_of(file.sign.as_ref(), &Sign::NAMES, "verdict", mistakes),
        listed: listed.and_then(|it| it.0).map_or(1000, |it| u16::try_from(it.millionths() / 1000).expect("at most 1000")),
        on_request: file.on_request,
        seen_in: whole_numbers(&file.seen_in).unwrap_or([1, 1]),
        apart: texts(file.apart),
        renamed: file.renamed.into_iter().map(|(old, new)| (Text::from(old.value), Text::from(new.value))).collect(),
        classes: file.classes.into_iter().map(|(name, words)| (Text::from(name.value), texts(words))).collect(),
    }
}

/// What a file of rules says of all its rules.
pub(super) fn check_family(source: &Source, file: &RuleFile, pack: u32, mistakes: &mut Vec<Mistake>) -> Family {
    if !is_kebab(&source.family) {
        mistakes.push(
            Mistake::new(0..0, format!("`{}` is no name for a family", source.family)).help("lower case letters, digits and hyphens"),
        );
    }
    for (key, value) in [("summary", &file.summary), ("why", &file.why)] {
        if value.as_ref().is_none_or(|it| it.value.trim().is_empty()) {
            mistakes.push(Mistake::new(0..0, format!("a family needs a `{key}`")).help("put it at the top of the file"));
        }
    }
    if !file.swaps.is_empty() && file.ok.is_empty() {
        let help = "add `ok = [\"…\"]`: sentences with these words that must be left alone";
        mistakes.push(Mistake::new(0..0, "a family with `swaps` needs near misses").help(help));
    }
    let value = |it: &Option<At<String>>| it.as_ref().map(|it| it.value.clone()).unwrap_or_default();
    Family {
        pack,
        id: Text::from(format!("{}/{}", source.pack, source.family)),
        summary: Text::from(value(&file.summary)),
        why: Text::from(value(&file.why)),
        ok: texts(&file.ok),
        source: texts(&file.source),
        beside: texts(&file.beside),
    }
}

/// Families of a user that belong to a shipped pack get a copy of that pack's entry.
pub(super) fn rebase_packs(book: &mut Rulebook, known: &Rulebook) {
    let lent = count(&known.packs);
    let mut copies: BTreeMap<u32, u32> = BTreeMap::new();
    for family in &mut book.families {
        family.pack = if family.pack >= lent {
            family.pack - lent
        } else {
            *copies.entry(family.pack).or_insert_with(|| {
                let copy = Pack { classes: Vec::new(), renamed: Vec::new(), ..known.packs[family.pack as usize].clone() };
                book.packs.push(copy);
                count(&book.packs) - 1
            })
        };
    }
}

/// Two whole numbers.
pub(super) fn whole_numbers(list: &[At<f64>]) -> Option<[u32; 2]> {
    let [first, second] = list else { return None };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts; what is too large or negative becomes the nearest"
    )]
    Some([first.value as u32, second.value as u32])
}

/// Whether a name is written in small letters, digits and hyphens.
pub(super) fn is_kebab(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}
