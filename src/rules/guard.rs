//! What the words around a hit say of it.

use std::ops::Range;

use super::{Hit, Rules, pattern::Pattern, text, token_at};
use crate::{matchers::sequence, segment::token::Token};

/// What the patterns around a hit say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing against it.
    Free,
    /// Something speaks against it.
    Doubted,
    /// Nothing that the rule asks for speaks for it.
    Unasked,
    /// It is none.
    Barred,
}

/// The antipatterns of a rule, and the patterns that it asks for.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    unless: Vec<Pattern>,
    doubt: Vec<Pattern>,
    only: Vec<Pattern>,
}

impl Rules {
    /// What the antipatterns and conditions of its rule say of a hit.
    #[must_use]
    pub fn guard(&self, hit: Hit, text: &str, tokens: &[Token]) -> Guard {
        let rule = self.rule(hit);
        if !rule.is_guarded() {
            return Guard::Free;
        }
        let conditions = self.conditions[hit.rule as usize].get_or_init(|| {
            let parsed = |list: &[text::Text]| list.iter().map(|it| self.parsed(it)).collect();
            Box::new(Conditions { unless: parsed(&rule.unless), doubt: parsed(&rule.doubt), only: parsed(&rule.only) })
        });
        let inside = token_at(tokens, hit.start)..token_at(tokens, hit.end);
        let touches = |pattern: &Pattern| {
            starts_around(pattern, inside.clone())
                .any(|start| sequence::match_at(pattern, text, tokens, start).is_some_and(|it| it.span(tokens).overlaps(hit.span())))
        };
        let missing = !conditions.only.is_empty() && !conditions.only.iter().any(touches);
        if missing && !rule.is_row() || conditions.unless.iter().any(touches) {
            Guard::Barred
        } else if missing {
            Guard::Unasked
        } else if conditions.doubt.iter().any(touches) {
            Guard::Doubted
        } else {
            Guard::Free
        }
    }
}

/// The tokens at which a match of a pattern that touches some tokens can start, the furthest first.
pub(super) fn starts_around(pattern: &Pattern, inside: Range<usize>) -> impl Iterator<Item = usize> {
    inside.start.saturating_sub(sequence::longest(&pattern.elements))..inside.end
}
