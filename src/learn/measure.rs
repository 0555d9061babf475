//! How well spun texts are undone, and whether confidence means what it says, by their originals.

use super::{replaced, unlike};
use crate::{cleaner::Cleaner, edit::Applicability, finding::Confidence, span::Span};

/// What was measured on some texts. Case, “a” for “an”, punctuation marks and white space do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// How many pairs of texts.
    pub texts: usize,
    /// How many words the spun texts have.
    pub words: usize,
    /// How many of them are convicted as spun, or suspect.
    pub convicted: usize,
    /// Stretches of one to five words that stand for others of the original.
    pub swaps: usize,
    /// Those that a finding touches.
    pub found: usize,
    /// Those in whose place the corrected text says what the original says.
    pub fixed: usize,
    /// The edits by their confidence, the least first.
    pub bins: [Bin; BORDERS.len()],
    /// Those that are `safe`.
    pub safe: Bin,
}

/// The bins of confidence begin here.
const BORDERS: [u32; 8] = [0, 500_000, 700_000, 800_000, 900_000, 950_000, 980_000, 995_000];

/// Some edits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bin {
    /// How many.
    pub edits: usize,
    /// After how many the text says what the original says.
    pub right: usize,
    /// The sum of their confidence, in millionths.
    pub stated: u64,
}

impl Bin {
    fn add(&mut self, right: bool, confidence: Confidence) {
        self.edits += 1;
        self.right += usize::from(right);
        self.stated += u64::from(confidence.millionths());
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { edits: self.edits + other.edits, right: self.right + other.right, stated: self.stated + other.stated }
    }
}

impl Measured {
    /// Where each bin begins and the next one does, in millionths.
    pub fn borders() -> impl Iterator<Item = (u32, u32)> {
        BORDERS.into_iter().zip(BORDERS.into_iter().skip(1).chain([1_000_000]))
    }

    /// All edits.
    #[must_use]
    pub fn edits(&self) -> Bin {
        self.bins.into_iter().fold(Bin::default(), Bin::and)
    }

    /// Corrects a spun text with everything that is proposed, and compares it with the original.
    #[must_use]
    pub fn of(cleaner: &Cleaner, spun: &str, original: &str) -> Self {
        let mut own = Self::default();
        let checked = cleaner.check(spun);
        let text = checked.document.text();
        let fixed = checked.plan.patch.apply(text);
        let left = unlike(&fixed, original);
        let is_right = |it: Span| !left.iter().any(|left| touch(*left, it));
        let places = after(checked.plan.patch.edits().map(|it| (it.span, it.replacement.len())));
        let made = |span: Span| places.binary_search_by_key(&span, |it| it.0).ok().map(|at| places[at].1);
        for finding in &checked.plan.applied {
            let Some(fix) = &finding.fix else { continue };
            let right = fix.edits.iter().filter_map(|it| made(it.span)).all(is_right);
            let border = BORDERS.partition_point(|it| *it <= finding.confidence.millionths()) - 1;
            own.bins[border].add(right, finding.confidence);
            if fix.applicability == Applicability::Safe {
                own.safe.add(right, finding.confidence);
            }
        }
        let findings: Vec<Span> = checked.plan.findings().map(|it| it.span).collect();
        for swap in replaced(text, original) {
            own.swaps += 1;
            own.found += usize::from(findings.iter().any(|it| it.overlaps(swap.spun)));
            let edited = places.iter().filter(|(before, _)| before.overlaps(swap.spun));
            let (edits, right) = edited.fold((0, 0), |(edits, right), (_, it)| (edits + 1, right + usize::from(is_right(*it))));
            own.fixed += usize::from(edits > 0 && edits == right);
        }
        own.texts = 1;
        own.words = checked.assessment.words;
        own.convicted = usize::from(!checked.assessment.regions.is_empty());
        own
    }

    /// Adds what was measured on other texts.
    pub fn add(&mut self, other: &Self) {
        self.texts += other.texts;
        self.words += other.words;
        self.convicted += other.convicted;
        self.swaps += other.swaps;
        self.found += other.found;
        self.fixed += other.fixed;
        for (own, other) in self.bins.iter_mut().zip(other.bins) {
            *own = own.and(other);
        }
        self.safe = self.safe.and(other.safe);
    }
}

/// Whether two spans overlap, or one that is empty lies at the other.
fn touch(a: Span, b: Span) -> bool {
    a.overlaps(b) || (a.is_empty() || b.is_empty()) && a.start <= b.end && b.start <= a.end
}

/// Where edits stand, in order, given by what they replace and the length of what they put there; and where what they put there stands.
fn after(edits: impl Iterator<Item = (Span, usize)>) -> Vec<(Span, Span)> {
    let (mut from, mut to) = (0, 0);
    let moved = edits.map(|(span, length)| {
        let start = to + (span.start - from);
        (from, to) = (span.end, start + length);
        (span, Span::new(start, to))
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_edits_put_in_is_found_again() {
        let edits = [(Span::new(2, 4), 5), (Span::new(6, 6), 1), (Span::new(9, 12), 0)];
        let expect = [Span::new(2, 7), Span::new(9, 10), Span::new(13, 13)];
        assert_eq!(after(edits.into_iter()).into_iter().map(|it| it.1).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn an_edit_is_right_where_the_text_then_says_what_the_original_says() {
        let cleaner = Cleaner::new();
        let mut measured = Measured::of(&cleaner, "They sat by the the river and looked on.", "They sat by the river and looked on.");
        assert_eq!((measured.edits().edits, measured.edits().right, measured.safe.right), (1, 1, 1));
        measured.add(&Measured::of(&cleaner, "They sat by the the river and looked on.", "They sat by the the river and looked on."));
        assert_eq!((measured.edits().edits, measured.edits().right), (2, 1));
        assert_eq!((measured.swaps, measured.texts, measured.convicted), (0, 2, 0));
    }

    #[test]
    fn every_confidence_has_a_bin() {
        assert_eq!(Measured::borders().last(), Some((995_000, 1_000_000)));
        let mut bin = Bin::default();
        bin.add(true, Confidence::FULL);
        assert_eq!(bin.and(bin), Bin { edits: 2, right: 2, stated: 2_000_000 });
    }
}
