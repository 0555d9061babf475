//! Patterns that are looked for around a word of theirs: what stands beside it, or where they must begin, rules most places out.

use super::{
    Rules,
    index::{Anchored, Scope},
    pattern::{Atom, Pattern},
};
use crate::{
    matchers::{
        insert, line,
        opening::{Openings, within},
        sequence,
    },
    span::Span,
};

/// A pattern that is looked for around its anchor.
#[derive(Debug)]
pub(super) struct Sought {
    pattern: Pattern,
    // The elements right before the anchor and right behind it that must be there, by index: what they ask tells of most places that they are none.
    before: Option<usize>,
    behind: Option<usize>,
    begins: Begins,
    // The element that must stand first, where it begins a sentence.
    opening: Option<usize>,
}

/// Where a pattern begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Anywhere,
    Sentence,
    Line,
}

impl Rules {
    /// The pattern of a matcher, by its index.
    pub(super) fn pattern(&self, sequence: usize) -> &Pattern {
        &self.sought(sequence).pattern
    }

    fn sought(&self, sequence: usize) -> &Sought {
        self.patterns[sequence].get_or_init(|| {
            let Anchored { rule, pattern, anchor: (first, behind), scope, .. } = self.index.sequences[sequence];
            let pattern = self.read(&self.book.rules[rule as usize].patterns()[pattern as usize]).numbered(&self.index.vocabulary);
            let needed = |at: &usize| pattern.elements.get(*at).is_some_and(|it| it.least > 0);
            let before = first.checked_sub(1).filter(|it| needed(it) && pattern.elements[*it].is_of_one_token());
            let begins = match scope {
                _ if matches!(pattern.elements[0].any_of[0], Atom::Start) => Begins::Sentence,
                Scope::Line => Begins::Line,
                Scope::Text | Scope::Label => Begins::Anywhere,
            };
            let opening = Some(1).filter(|it| begins == Begins::Sentence && needed(it));
            Sought { before, behind: Some(behind).filter(needed), begins, opening, pattern }
        })
    }

    /// The bytes that a pattern replaces, where its anchor is so many tokens from `at` on.
    pub(super) fn find_around(&self, sequence: u32, openings: &Openings<'_>, (at, length): (usize, usize)) -> Option<Span> {
        let Openings { text, tokens, .. } = *openings;
        let Sought { pattern, before, behind, begins, opening } = self.sought(sequence as usize);
        let Anchored { before: (least, most), scope, .. } = self.index.sequences[sequence as usize];
        let (furthest, nearest) = (at.saturating_sub(most), at.checked_sub(least)?);
        let takes = |element: usize, at: usize| sequence::takes(&pattern.elements[element], text, tokens, at).is_some();
        let fits = || !before.is_some_and(|it| at == 0 || !takes(it, at - 1)) && !behind.is_some_and(|it| !takes(it, at + length));
        let match_at = |start: usize| sequence::match_at(pattern, text, tokens, start);
        let first_of = |places: &[usize]| {
            // Most sentences and lines start further away, or with other words: this is asked first.
            let opens = |it: &usize| opening.is_none_or(|opening| takes(opening, *it));
            let mut opened = within(places, furthest..nearest + 1).iter().copied().filter(opens).peekable();
            (opened.peek().is_some() && fits()).then(|| opened.find_map(match_at))?
        };
        let found = match begins {
            Begins::Anywhere => fits().then(|| (furthest..=nearest).find_map(match_at))?,
            Begins::Sentence => first_of(openings.sentences()),
            Begins::Line => first_of(openings.lines()),
        }?;
        let span = found.replaced(pattern, tokens)?;
        match scope {
            Scope::Text => Some(span),
            Scope::Line => line::whole(text, span),
            Scope::Label => insert::is_label(text, span).then_some(span),
        }
    }
}
