//! The spellings that a row matches, and what each of them says for a spinner.

use std::collections::HashMap;

use super::{
    evidence,
    file::At,
    rule::{Form, Matcher, Original, Rule, Rulebook},
    table::Table,
    text::Text,
};
use crate::{
    language::{
        frequency::Frequencies,
        inflect::{self, Class},
    },
    nats,
};

/// The chance that a spinner knows a swap that was found on so many spun pages, as a part of that of its pack, in thousandths. Of the swaps
/// that a thesaurus suggests few are used; most of those that one page has stand on others too.
pub(super) fn known(listed: u16, pages: u32) -> u16 {
    let chance = u64::from(listed) * (20 * u64::from(pages) + 1) / (20 * u64::from(pages) + 10);
    u16::try_from(chance).expect("a part of at most 1000")
}

/// The inflected forms of a spun entry, each with those of its originals, which a spinner knows with the chances `known`, in thousandths.
pub(super) fn forms(spun: &str, from: &[At<String>], class: Class, known: &[u16]) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let paradigms: Vec<Vec<Option<String>>> = from.iter().map(|it| inflect::forms(&it.value, class)).collect();
    for (place, form) in inflect::forms(spun, class).into_iter().enumerate() {
        let Some(text) = form.map(|it| it.replace('’', "'")) else { continue };
        let originals = paradigms.iter().zip(known).filter_map(|(it, known)| Some((it.get(place).cloned().flatten()?, *known)));
        let originals: Vec<(String, u16)> = originals.collect();
        if forms.iter().any(|it| *it.text == text) || originals.is_empty() && !from.is_empty() {
            // A participle spelt as the past is one form; it stands for the past.
            continue;
        }
        let ranked = originals.into_iter().enumerate().map(|(rank, (original, known))| {
            let share = u16::try_from(1000 >> rank.min(9)).expect("at most 1000");
            Original { text: Text::from(original), share, known, chance: 0, likelier: 0 }
        });
        forms.push(Form { text: Text::from(text), originals: ranked.collect(), gain: 0, habit: 0, own_loss: 0 });
    }
    forms
}

/// The chance that a spinner replaces a word for which so many rows are known, in thousandths of a row.
const fn loss(ways: u32) -> u32 {
    // Each way has the chance 1 / (1 + ways / 2); together at most nine in ten.
    let total = 2000 * ways / (2000 + ways);
    if total > 900 { 900 } else { total }
}

/// Fills in how much more likely originals are than what stands for them.
pub(super) fn weigh_forms(book: &mut Rulebook, frequencies: Frequencies<'_>) {
    let ways = ways(&book.rules);
    for rule in book.rules.iter_mut() {
        match &mut rule.matcher {
            Matcher::Swap(forms) => forms.iter_mut().for_each(|it| weigh_form(it, &ways, frequencies)),
            Matcher::Phrase(forms) => forms.iter_mut().for_each(|it| normalise(&mut it.originals)),
            _ => {}
        }
    }
}

/// In how many ways each word is replaced, in thousandths: the sum of the chances that a spinner knows them. Two rows may hold the same swap.
fn ways(rules: &Table<Rule>) -> HashMap<String, u32> {
    let mut swaps: HashMap<(String, String), u16> = HashMap::new();
    for form in rules.iter().filter(|it| it.is_row()).flat_map(Rule::forms) {
        for original in &form.originals {
            let chance = swaps.entry((original.text.to_lowercase(), form.text.to_lowercase())).or_default();
            *chance = original.known.max(*chance);
        }
    }
    let mut ways: HashMap<String, u32> = HashMap::new();
    for ((original, _), chance) in swaps {
        *ways.entry(original).or_default() += u32::from(chance);
    }
    ways
}

fn weigh_form(form: &mut Form, ways: &HashMap<String, u32>, frequencies: Frequencies<'_>) {
    let spelling = form.text.to_lowercase();
    let spun = frequencies.ln(&spelling);
    // What the author says of the share, or one over one and half the number of ways; as far as a spinner knows it at all.
    let told = form.gain;
    let mut gain = 0u64;
    for original in &mut form.originals {
        let text = original.text.to_lowercase();
        let chance = if told > 0 { u64::from(told) } else { 2_000_000 / (2000 + u64::from(ways[&text])) };
        let chance = chance * u64::from(original.share) * u64::from(original.known) / 1_000_000;
        original.likelier = frequencies.ln(&text) - spun;
        original.chance = u16::try_from(chance).expect("at most one");
        gain += u64::from(nats::exp_thousandths(original.likelier)) * chance / 1000;
    }
    form.gain = u32::try_from(gain.min(20_000_000)).expect("capped");
    form.habit = evidence::habit(spun);
    form.own_loss = u16::try_from(loss(ways.get(&spelling).copied().unwrap_or(0))).expect("at most 900");
    normalise(&mut form.originals);
}

/// Makes the shares of a form's originals sum up to one.
fn normalise(originals: &mut [Original]) {
    let total: u32 = originals.iter().map(|it| u32::from(it.share)).sum();
    for original in originals {
        original.share = u16::try_from(1000 * u32::from(original.share) / total.max(1)).expect("a share of the total");
    }
}
