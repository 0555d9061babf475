//! How the frequencies of words would shift.

use std::{borrow::Cow, collections::HashMap};

use serde::Serialize;
use unspin::{
    Checked,
    profile::{Bounded, Count},
};

use super::treat::{Action, Treated};

/// So many different words are counted: of more, the rarest are forgotten.
const COUNTED: usize = 1 << 17;

/// How often words stand in the documents that stay, and how often edits take them out and put them in.
#[derive(Debug)]
pub struct Words(Bounded<String, Uses>);

#[derive(Debug, Default, Clone, Copy)]
struct Uses {
    before: usize,
    gone: usize,
    come: usize,
}

/// A word whose frequency changes.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    pub word: String,
    pub before: usize,
    pub after: usize,
}

impl Count for Uses {
    fn weight(&self) -> usize {
        self.before + self.come
    }

    fn join(&mut self, other: &Self) {
        self.before += other.before;
        self.gone += other.gone;
        self.come += other.come;
    }
}

impl Default for Words {
    fn default() -> Self {
        Self(Bounded::new(COUNTED))
    }
}

impl Words {
    /// Counts a document.
    pub fn add(&mut self, treated: &Treated) {
        if treated.action == Action::Dropped {
            return;
        }
        let checked = &treated.checked;
        let mut uses = HashMap::<Cow<'_, str>, Uses>::new();
        for word in words(checked.document.text()) {
            uses.entry(word).or_default().before += 1;
        }
        if treated.action == Action::Changed {
            for (before, after) in rewritten(checked) {
                for word in words(before) {
                    uses.entry(word).or_default().gone += 1;
                }
                for word in words(&after) {
                    uses.entry(Cow::Owned(word.into_owned())).or_default().come += 1;
                }
            }
        }
        for (word, count) in uses {
            self.0.add(word.into_owned(), &count);
        }
    }

    /// Takes up what was counted elsewhere.
    pub fn merge(&mut self, mut other: Self) {
        for (word, count) in other.0.take().0 {
            self.0.add(word, &count);
        }
    }

    /// The words whose frequencies change most, at most so many.
    pub fn shifts(&self, most: usize) -> Vec<Shift> {
        let shift = |(word, it): (&String, &Uses)| Shift {
            word: word.clone(),
            // A word that was forgotten in between stood there more often than is known.
            before: it.before.max(it.gone),
            after: (it.before.max(it.gone) + it.come) - it.gone,
        };
        let mut shifts: Vec<Shift> = self.0.iter().map(shift).filter(|it| it.before != it.after).collect();
        shifts.sort_by(|a, b| b.before.abs_diff(b.after).cmp(&a.before.abs_diff(a.after)).then_with(|| a.word.cmp(&b.word)));
        shifts.truncate(most);
        shifts
    }
}

/// What each edit makes of the words that it touches.
fn rewritten(checked: &Checked) -> impl Iterator<Item = (&str, String)> {
    let text = checked.document.text();
    checked.plan.patch.edits().map(move |edit| {
        let start = text[..edit.span.start].trim_end_matches(is_in_word).len();
        let end = text.len() - text[edit.span.end..].trim_start_matches(is_in_word).len();
        let after = [&text[start..edit.span.start], &edit.replacement, &text[edit.span.end..end]].concat();
        (&text[start..end], after)
    })
}

/// The words of a text, in lower case.
fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let words = text.split(|it| !is_in_word(it)).map(|it| it.trim_matches(['\'', '’'])).filter(|it| !it.is_empty());
    words.map(|it| if it.bytes().all(|it| it.is_ascii_lowercase()) { Cow::Borrowed(it) } else { Cow::Owned(it.to_lowercase()) })
}

fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\'' | '’')
}

#[cfg(test)]
mod tests {
    use unspin::Cleaner;

    use super::*;

    #[test]
    fn words_that_edits_touch_are_counted_whole() {
        let checked = Cleaner::new().check("They met on the the pier, and Facebookthat wrote of of it.");
        let mut words = Words::default();
        words.add(&Treated { checked, action: Action::Changed, removed: 0, bytes: None });
        let told: Vec<_> = words.shifts(9).into_iter().map(|it| (it.word, it.before, it.after)).collect();
        let expect = [("facebook", 0, 1), ("facebookthat", 1, 0), ("of", 2, 1), ("that", 0, 1), ("the", 2, 1)];
        assert_eq!(told, expect.map(|(word, before, after)| (word.to_owned(), before, after)));
    }
}
