//! Lines that speak of something else than the text.

use super::Case;
use crate::{finding::Finding, rules::Hit, structure::stray};

impl Case<'_> {
    /// The findings of rules about such lines.
    pub(super) fn stray_lines(&self) -> Vec<Finding> {
        let mut rules = self.subject.rules.strays().filter(|it| self.speaks_in(it.1)).peekable();
        if rules.peek().is_none() {
            return Vec::new();
        }
        let lines = stray::lines(self.subject);
        let hits = rules.flat_map(|(number, _)| lines.iter().filter_map(move |it| Hit::of_span(number, *it)));
        hits.filter_map(|it| self.finding(&self.subject.admit(it, self.law.quotes)?, None, None)).collect()
    }
}
