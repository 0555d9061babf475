//! The text that later stages read: the decoded one with its repairs, and the way back.

use crate::{
    edit::{Applicability, Fix, Kept, Patch},
    embedded,
    finding::{Finding, Severity},
    language::model::Word,
    repair::{
        Policy, Repair, Repaired, repair,
        step::{Order, Steps},
    },
    rules::{Rules, rule::Rule},
    segment::Layout,
    span::Span,
    terms::Terms,
};

/// What a rule's message writes for the encoding that a text was read as.
const FROM: &str = "$from";

/// The steps that some rules name, carried out as they say.
#[must_use]
pub fn steps<'r>(rules: impl Iterator<Item = &'r Rule>) -> Steps {
    let order = |it: &Rule| Order { except: it.except, seen: it.applicability == Applicability::Safe };
    rules.fold(Steps::default(), |steps, it| it.step().map_or(steps, |step| steps.with(step, order(it))))
}

/// Whether a word of English is known.
fn is_word(word: &str) -> bool {
    embedded::model().word(word) != Word::UNKNOWN
}

/// The repairs as edits.
fn patch(repaired: &Repaired) -> Patch {
    let mut patch = Patch::default();
    for it in &repaired.seen {
        let fix = Fix { edits: vec![it.edit.clone()], applicability: Applicability::Safe };
        assert!(patch.try_add(&fix), "repairs are disjoint");
    }
    patch
}

/// Takes back what was repaired in protected words.
fn spare(repaired: &mut Repaired, terms: &Terms, text: &str) {
    let made = &repaired.text;
    repaired.proposed.retain(|it| !terms.protects(&it.edit, made));
    let spared = |it: &Repair| terms.protects(&it.edit, text);
    if !repaired.seen.iter().any(spared) {
        return;
    }
    let before = patch(repaired).kept(text.len());
    repaired.seen.retain(|it| !spared(it));
    // What was proposed stands in what all repairs made.
    for it in &mut repaired.proposed {
        it.edit.span = before.around(it.edit.span).1;
    }
    let patch = patch(repaired);
    repaired.text = patch.apply(text);
    let seen = &repaired.seen;
    repaired.proposed.retain_mut(|it| {
        let span = it.edit.span;
        let apart = seen.iter().all(|it| it.edit.span.end <= span.start || it.edit.span.start >= span.end);
        it.edit.span = Span::new(after(seen, span.start), after(seen, span.end));
        apart
    });
}

/// The place behind some repairs of a place before them.
fn after(seen: &[Repair], offset: usize) -> usize {
    let earlier = seen.iter().take_while(|it| it.edit.span.end <= offset);
    earlier.fold(offset, |at, it| at + it.edit.replacement.len() - it.edit.span.len())
}

/// A repaired text.
#[derive(Debug)]
pub struct View<'r> {
    repaired: Repaired,
    kept: Kept,
    rules: &'r Rules,
}

impl<'r> View<'r> {
    /// The view of a text; `None` where it is the text itself and nothing is to be proposed.
    #[must_use]
    pub fn new(text: &str, rules: &'r Rules, steps: &Steps, policy: Policy, terms: &Terms) -> Option<Self> {
        let mut repaired = repair(text, steps, policy, is_word)?;
        if !terms.protected.is_empty() {
            spare(&mut repaired, terms, text);
        }
        let kept = patch(&repaired).kept(text.len());
        Some(Self { repaired, kept, rules })
    }

    /// What later stages read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.repaired.text
    }

    /// The findings of all repairs, and others told in bytes of the decoded text. `layout` is that of the view.
    #[must_use]
    pub fn findings(&self, found: Vec<Finding>, layout: &Layout) -> Vec<Finding> {
        let proposed = self.repaired.proposed.iter().filter_map(|it| {
            let zone = layout.zone(it.edit.span);
            Some(Finding { zone, ..self.finding(it)? })
        });
        let mut findings: Vec<Finding> = found.into_iter().chain(proposed).map(|it| told(it, self.text(), &self.kept)).collect();
        // What a rule finds twice in one repair it finds once in the text before.
        findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        findings.dedup_by(|a, b| (a.span, &a.rule) == (b.span, &b.rule));
        // How far the text and the view have been walked.
        let (mut before, mut after) = (0, 0);
        for it in &self.repaired.seen {
            let start = after + it.edit.span.start - before;
            let end = start + it.edit.replacement.len();
            findings.extend(self.finding(it).map(|found| Finding { zone: layout.zone(Span::new(start, end)), beneath: true, ..found }));
            (before, after) = (it.edit.span.end, end);
        }
        findings
    }

    /// What is to be repaired in this text, which a patch of another made, in bytes of that other.
    #[must_use]
    pub fn mended(&self, text: &str, kept: &Kept) -> Vec<Finding> {
        let found = self.repaired.seen.iter().filter_map(|it| self.finding(it));
        found.map(|it| told(it, text, kept)).collect()
    }

    /// A span of the view in bytes of the decoded text.
    #[must_use]
    pub fn before(&self, span: Span) -> Span {
        self.kept.around(span).1
    }

    /// The place in the view of a place in the decoded text.
    #[must_use]
    pub fn after(&self, offset: usize) -> usize {
        after(&self.repaired.seen, offset)
    }

    /// How many repairs it shows.
    #[must_use]
    pub fn repairs(&self) -> usize {
        self.repaired.seen.len()
    }

    fn finding(&self, repair: &Repair) -> Option<Finding> {
        let rule = self.rules.repairs().find(|it| it.step() == Some(repair.step))?;
        let fix = Fix { edits: vec![repair.edit.clone()], applicability: rule.applicability };
        let shown = rule.applicability == Applicability::Display;
        Some(Finding {
            rule: rule.id.clone(),
            rule_version: rule.version,
            severity: if shown { Severity::Info } else { rule.severity },
            message: rule.message.as_ref().map_or_else(|| "damaged".to_owned(), |it| it.replace(FROM, repair.from)),
            span: repair.edit.span,
            zone: crate::zone::Zone::Body,
            confidence: rule.confidence,
            fix: (!shown).then_some(fix),
            alternatives: Vec::new(),
            evidence: Vec::new(),
            beneath: false,
            rejected: false,
        })
    }
}

/// A finding made on a text in bytes of the text before it; its edits hold what they touch of the edits between the two.
fn told(mut finding: Finding, text: &str, kept: &Kept) -> Finding {
    for edit in finding.fix.iter_mut().flat_map(|it| &mut it.edits) {
        let (after, before) = kept.around(edit.span);
        let [head, tail] = [after.start..edit.span.start, edit.span.end..after.end].map(|it| &text[it]);
        edit.replacement = format!("{head}{}{tail}", edit.replacement);
        edit.span = before;
    }
    finding.span = kept.around(finding.span).1;
    finding
}

#[cfg(test)]
mod tests {
    use crate::{
        cleaner::{Cleaner, Options},
        finding::{Confidence, RuleId},
        resolve::Wanted,
        terms::{RuleTerms, Terms},
    };

    fn fixed(text: &str, terms: Terms) -> String {
        let cleaner = Cleaner::with(crate::embedded::rules(), Options { terms, ..Options::default() });
        cleaner.fix(text, Wanted::SAFE).text()
    }

    #[test]
    fn a_protected_word_is_not_repaired_and_its_neighbours_are() {
        let check = |text: &str, word: &str, expect: &str| {
            assert_eq!(fixed(text, Terms { protected: vec![word.to_owned()], ..Terms::default() }), expect, "{word}");
        };
        let text = "It doesnâ€™t rain in the the \u{FB01}eld of AT&amp;T.";
        check(text, "nothing", "It doesn’t rain in the field of AT&T.");
        check(text, "\u{FB01}eld", "It doesn’t rain in the \u{FB01}eld of AT&T.");
        check(text, "AT&amp;T", "It doesn’t rain in the field of AT&amp;T.");
        check(text, "doesnâ€™t", "It doesnâ€™t rain in the field of AT&T.");
    }

    #[test]
    fn repairs_of_a_rule_that_is_not_trusted_are_not_made() {
        let (text, least) = ("He left AT&amp;T for the the pier.", Confidence::FULL);
        let terms = |prefix: &str| {
            let rule = RuleTerms { prefix: prefix.to_owned(), severity: None, confidence: Some(least) };
            Terms { rules: vec![rule], ..Terms::default() }
        };
        assert!(RuleId::new("encoding/markup/entity").is_below("encoding/markup"));
        assert_eq!(fixed(text, terms("encoding/markup")), "He left AT&amp;T for the pier.");
        assert_eq!(fixed(text, terms("spin")), "He left AT&T for the pier.");
    }
}
