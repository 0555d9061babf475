//! Changes to a text: one edit, the fix it belongs to, and the patch in which no two disagree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// One change: the bytes of `span` become `replacement`. An empty span inserts, an empty replacement deletes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

impl Edit {
    /// The edit that puts `replacement` in the place of `span`.
    #[must_use]
    pub fn new(span: Span, replacement: impl Into<String>) -> Self {
        Self { span, replacement: replacement.into() }
    }

    /// Whether only one of the two can be applied: they share a byte, or both insert at one place.
    fn conflicts(&self, other: &Self) -> bool {
        self.span.overlaps(other.span) || self.span.is_empty() && self.span == other.span
    }
}

/// How far a fix may be trusted to be applied without a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown only: there is no fix, or none that can be determined.
    Display,
    /// Right in most cases; wants a reader.
    Unsafe,
    /// Right by construction, or measured right in 98 of 100 cases.
    Safe,
}

impl Applicability {
    /// The word used in rule files, flags and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// Edits that stand or fall together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// In the order of the text, none overlapping another.
    pub edits: Vec<Edit>,
    /// How far the whole may be trusted.
    pub applicability: Applicability,
}

impl Fix {
    /// Whether the fix only takes text away.
    #[must_use]
    pub fn deletes(&self) -> bool {
        self.edits.iter().all(|edit| edit.replacement.trim().is_empty() && !edit.span.is_empty())
    }
}

/// Edits that can all be applied to one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    // Keyed by start and end; no two share a byte or insert at one place.
    edits: BTreeMap<(usize, usize), Edit>,
}

impl Patch {
    /// Takes all edits of `fix`, or none where one of them conflicts with an edit already here; says whether it took them.
    pub fn try_add(&mut self, fix: &Fix) -> bool {
        if !self.takes(fix) {
            return false;
        }
        for edit in &fix.edits {
            self.edits.insert((edit.span.start, edit.span.end), edit.clone());
        }
        true
    }

    /// Whether no edit of `fix` conflicts with one that is here.
    #[must_use]
    pub fn takes(&self, fix: &Fix) -> bool {
        !fix.edits.iter().any(|edit| self.conflicts(edit))
    }

    /// The edits in the order of the text.
    #[must_use]
    pub fn edits(&self) -> impl ExactSizeIterator<Item = &Edit> {
        self.edits.values()
    }

    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text after all edits; `text` is the one that the spans speak of.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut after = String::with_capacity(text.len());
        let mut at = 0;
        for edit in self.edits.values() {
            after.push_str(&text[at..edit.span.start]);
            after.push_str(&edit.replacement);
            at = edit.span.end;
        }
        after.push_str(&text[at..]);
        after
    }

    /// Whether some edit takes text away and puts none in its place, or puts some where there was none: other words stand together then.
    #[must_use]
    pub fn regroups(&self) -> bool {
        self.edits.values().any(|it| it.replacement.trim().is_empty() || it.span.is_empty())
    }

    /// What is kept of the text, `length` bytes long: each stretch by its place in the text after the edits and in the text before.
    #[must_use]
    pub fn kept(&self, length: usize) -> Kept {
        let (mut at, mut after) = (0, 0);
        let mut stretches = Vec::with_capacity(self.edits.len() + 1);
        for edit in self.edits.values() {
            stretches.push((after, Span::new(at, edit.span.start)));
            after += edit.span.start - at + edit.replacement.len();
            at = edit.span.end;
        }
        stretches.push((after, Span::new(at, length)));
        Kept { stretches }
    }

    fn conflicts(&self, edit: &Edit) -> bool {
        // The edits are disjoint, so only the nearest ones can touch this one.
        let before = self.edits.range(..=(edit.span.start, usize::MAX)).next_back();
        let after = self.edits.range((edit.span.start, 0)..).take(2);
        before.into_iter().chain(after).any(|(_, other)| edit.conflicts(other))
    }
}

/// What a patch leaves as it is.
#[derive(Debug)]
pub struct Kept {
    // Where each stretch starts after the edits, and its bytes before them.
    stretches: Vec<(usize, Span)>,
}

impl Kept {
    /// The bytes of the text before the edits that stand at a span of the text after them; `None` where an edit put some of it in.
    ///
    /// Text that was taken away at either end of the span is no part of it.
    #[must_use]
    pub fn before(&self, after: Span) -> Option<Span> {
        let reaches = |at: usize| self.stretches.partition_point(|it| it.0 <= at).checked_sub(1);
        let (first, span) = self.stretches[reaches(after.start)?];
        let start = Some(span.start + after.start - first).filter(|it| *it <= span.end)?;
        if after.is_empty() {
            return Some(Span::new(start, start));
        }
        let (last, span) = self.stretches[reaches(after.end - 1)?];
        let end = Some(span.start + after.end - last).filter(|it| *it <= span.end)?;
        Some(Span::new(start, end))
    }

    /// The least span of the text after the edits that holds a span and cuts through nothing that an edit put in; and the bytes of the
    /// text before that became it. What was taken away at either end is no part of it.
    #[must_use]
    pub fn around(&self, after: Span) -> (Span, Span) {
        let reaches = |at: usize| self.stretches.partition_point(|it| it.0 <= at) - 1;
        let (first, span) = self.stretches[reaches(after.start)];
        let (start, start_before) = match after.start - first {
            kept if kept <= span.len() => (after.start, span.start + kept),
            _ => (first + span.len(), span.end),
        };
        if after.is_empty() && start == after.start {
            return (after, Span::new(start_before, start_before));
        }
        let at = reaches(after.end.max(start + 1) - 1);
        let (last, span) = self.stretches[at];
        let (end, end_before) = match after.end - last {
            kept if kept <= span.len() => (after.end, span.start + kept),
            _ => self.stretches.get(at + 1).map_or((after.end, span.end), |it| (it.0, it.1.start)),
        };
        (Span::new(start, end), Span::new(start_before, end_before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits.iter().map(|&(start, end, new)| Edit::new(Span::new(start, end), new)).collect();
        Fix { edits, applicability: Applicability::Safe }
    }

    fn patched(text: &str, fixes: &[Fix]) -> (String, Vec<bool>) {
        let mut patch = Patch::default();
        let taken = fixes.iter().map(|it| patch.try_add(it)).collect();
        (patch.apply(text), taken)
    }

    #[test]
    fn edits_are_applied_in_the_order_of_the_text() {
        let fixes = [fix(&[(4, 5, "X"), (0, 1, "A")]), fix(&[(2, 2, "-")])];
        assert_eq!(patched("a bcd", &fixes), ("A -bcX".to_owned(), vec![true, true]));
    }

    #[test]
    fn a_conflicting_fix_leaves_the_patch_as_it_was() {
        let fixes = [fix(&[(0, 3, "x")]), fix(&[(4, 5, "y"), (2, 4, "z")]), fix(&[(3, 4, "w")])];
        assert_eq!(patched("abcde", &fixes), ("xwe".to_owned(), vec![true, false, true]));
    }

    #[test]
    fn two_insertions_at_one_place_conflict_and_neighbours_do_not() {
        assert_eq!(patched("ab", &[fix(&[(1, 1, "x")]), fix(&[(1, 1, "y")])]).1, [true, false]);
        assert_eq!(patched("ab", &[fix(&[(0, 1, "x")]), fix(&[(1, 2, "y")])]).1, [true, true]);
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let mut patch = Patch::default();
        assert!(patch.try_add(&fix(&[(2, 4, ""), (6, 7, "XY")])));
        assert_eq!(patch.apply("abcdefgh"), "abefXYh");
        let kept = patch.kept(8);
        let check = |start, end, expect: Option<(usize, usize)>| {
            assert_eq!(kept.before(Span::new(start, end)), expect.map(|(start, end)| Span::new(start, end)), "{start}..{end}");
        };
        check(0, 2, Some((0, 2)));
        check(2, 4, Some((4, 6)));
        check(1, 3, Some((1, 5)));
        check(4, 6, None);
        check(3, 7, Some((5, 8)));
        check(6, 7, Some((7, 8)));
        check(5, 7, None);
        let around = |start, end, after: (usize, usize), before: (usize, usize)| {
            let [after, before] = [after, before].map(|(start, end)| Span::new(start, end));
            assert_eq!(kept.around(Span::new(start, end)), (after, before), "{start}..{end}");
        };
        around(0, 2, (0, 2), (0, 2));
        around(2, 4, (2, 4), (4, 6));
        around(1, 3, (1, 3), (1, 5));
        around(3, 5, (3, 6), (5, 7));
        around(5, 7, (4, 7), (6, 8));
        around(5, 5, (4, 6), (6, 7));
        around(4, 4, (4, 4), (6, 6));
        around(2, 2, (2, 2), (4, 4));
    }

    #[test]
    fn an_edit_inside_a_longer_one_conflicts() {
        assert_eq!(patched("abcdef", &[fix(&[(0, 6, "x")]), fix(&[(2, 3, "y")])]).1, [true, false]);
        assert_eq!(patched("abcdef", &[fix(&[(2, 3, "y")]), fix(&[(0, 6, "x")])]).1, [true, false]);
    }
}
