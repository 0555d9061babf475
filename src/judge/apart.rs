//! Packs that are silent in texts of another kind than theirs: a licence names its owners, and a manual says what to click on.

use rustc_hash::FxHashSet;

use super::Case;
use crate::{
    finding::Finding,
    rules::{pattern::Classes, rule::Pack},
    segment::token::Kind,
};

/// A text that has so many different words of another kind of text is one of that kind.
const WORDS: usize = 3;

impl Case<'_> {
    /// Takes out the findings of packs that are not about texts like this one.
    pub(super) fn leave_apart(&self, findings: &mut Vec<Finding>) {
        for pack in self.subject.rules.book().packs.iter().filter(|it| !it.apart.is_empty()) {
            if findings.iter().any(|it| it.rule.is_below(&pack.name)) && self.is_apart(pack) {
                findings.retain(|it| !it.rule.is_below(&pack.name));
            }
        }
    }

    /// Whether the text is of a kind that a pack is not about.
    fn is_apart(&self, pack: &Pack) -> bool {
        let book = self.subject.rules.book();
        let words: FxHashSet<String> = pack.apart.iter().filter_map(|it| book.words(it)).flatten().collect();
        let mut found: FxHashSet<&str> = FxHashSet::default();
        let mut folded = String::new();
        for token in self.subject.scan.tokens.iter().filter(|it| it.kind() == Kind::Word) {
            folded.clear();
            folded.push_str(token.of(self.subject.text));
            folded.make_ascii_lowercase();
            found.extend(words.get(folded.as_str()).map(String::as_str));
            if found.len() >= WORDS {
                return true;
            }
        }
        false
    }
}
