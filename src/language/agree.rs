//! A verb put into the form that another has: “take” like “entered” is “took”, or “taken”.

use super::inflect::{Class, forms, is_past};

/// Words behind which a verb is a participle.
const AUXILIARIES: [&str; 16] =
    ["have", "has", "had", "having", "be", "is", "are", "was", "were", "been", "being", "get", "got", "am", "it’s", "they’ve"];
/// Words behind which it is the base form.
const MODALS: [&str; 18] = [
    "to", "will", "would", "can", "could", "may", "might", "must", "should", "shall", "do", "does", "did", "they", "we", "i", "you", "and",
];
/// Small words that may stand between.
const ADVERBS: [&str; 10] = ["not", "already", "yet", "also", "never", "just", "still", "ever", "always", "soon"];
/// So many characters of what stands before are looked at.
const NEAR: usize = 60;

/// A verb in the form that `model` has; `before` is what stands before that, which tells participles from pasts.
///
/// Of several words the last changes: “inform” is like “has told” in “has informed”.
#[must_use]
pub fn like(model: &str, base: &str, before: &str) -> String {
    let (kept, head) = model.rsplit_once(' ').map_or(("", model), |(kept, head)| (kept, head));
    let head = head.to_lowercase();
    let far = before.char_indices().rev().nth(NEAR).map_or(0, |it| it.0);
    let near = format!("{} {kept}", &before[far..]).to_lowercase();
    let is_passed = |it: &&str| it.is_empty() || it.ends_with("ly") || ADVERBS.contains(it);
    let last = near.split(' ').rev().find(|it| !is_passed(it)).unwrap_or_default();
    let is_participle = AUXILIARIES.contains(&last);
    let place = match head.as_str() {
        it if it.ends_with("ing") => 4,
        it if is_past(it) => 2 + usize::from(is_participle),
        it if it.ends_with('s') && !it.ends_with("ss") => 1,
        // “put” is base, past and participle.
        it if spelt(it, 2) == it && !MODALS.contains(&last) => 2 + usize::from(is_participle),
        _ => 0,
    };
    let form = spelt(base, place);
    if kept.is_empty() { form } else { format!("{kept} {form}") }
}

/// The form in -ing.
#[must_use]
pub fn gerund(base: &str) -> String {
    spelt(base, 4)
}

fn spelt(base: &str, place: usize) -> String {
    let form = forms(base, Class::Verb).into_iter().nth(place).flatten();
    form.map_or_else(|| base.to_owned(), |it| it.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_takes_the_form_of_another() {
        let check = |before: &str, model: &str, base: &str, expect: &str| assert_eq!(like(model, base, before), expect, "{before}{model}");
        check("The order ", "entered", "take", "took");
        check("The order has not yet ", "entered", "take", "taken");
        check("The order will ", "enter", "take", "take");
        check("It ", "Enters", "take", "takes");
        check("The mayor ", "put", "sign", "signed");
        check("The mayor will not ", "put", "sign", "sign");
        check("after ", "entering", "take", "taking");
        check("", "has informed", "tell", "has told");
        check("", "informed", "carry out", "carried out");
    }
}
