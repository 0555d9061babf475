//! Ways of writing of which a document should keep to one: dates, spellings of names, quotation marks.

use std::collections::BTreeMap;

use super::Case;
use crate::{
    edit::{Applicability, Edit, Fix},
    finding::{Finding, Severity},
    rules::{
        Hit, Role,
        rule::{Choice, Rule},
    },
    span::Span,
};

/// A place where something is written in one of several ways.
struct Written<'r> {
    hit: Hit,
    rule: &'r Rule,
    way: &'r str,
}

impl Case<'_> {
    /// One finding for each choice that the document makes in more ways than one, at the first place where it leaves its own habit.
    pub(super) fn choices(&self) -> Vec<Finding> {
        let mut choices: BTreeMap<&str, Vec<Written<'_>>> = BTreeMap::new();
        for &hit in self.subject.scan.hits.iter().filter(|it| self.subject.rules.role(**it) == Role::Choice) {
            let rule = self.subject.rule(hit);
            let speaks = || self.speaks_in(self.subject.rule(hit)) && self.subject.admit(hit, self.law.quotes).is_some();
            if let Some(Choice { of, way }) = rule.choice.as_ref().filter(|_| speaks()) {
                choices.entry(of).or_default().push(Written { hit, rule, way });
            }
        }
        choices.into_iter().filter_map(|(of, written)| self.choice(of, &written)).collect()
    }

    fn choice(&self, of: &str, written: &[Written<'_>]) -> Option<Finding> {
        // How often each way is taken, in the order in which they first stand; of two as usual the first is the document's own.
        let mut ways: Vec<(&str, usize)> = Vec::new();
        for it in written {
            match ways.iter_mut().find(|(way, _)| *way == it.way) {
                Some((_, count)) => *count += 1,
                None => ways.push((it.way, 1)),
            }
        }
        let most = ways.iter().map(|it| it.1).max()?;
        let own = ways.iter().find(|it| it.1 == most)?.0;
        let others = || written.iter().filter(|it| it.way != own);
        let first = others().next()?;
        let told: Vec<String> = ways.iter().map(|(way, count)| format!("{way} ×{count}")).collect();
        let replaced = |it: &Written<'_>| {
            let template = it.rule.fix.first()?;
            let filled = self.subject.rules.fill(it.hit, template, self.subject.text, &self.subject.scan.tokens)?;
            // What follows a name stays: “Kiev’s”.
            let span = it.hit.span();
            let end = if self.subject.words(span).starts_with(it.way) { span.start + it.way.len() } else { span.end };
            Some(Edit::new(Span::new(span.start, end), filled))
        };
        let edits: Vec<Edit> = others().filter_map(replaced).filter(|it| self.respects_quotes(std::slice::from_ref(it))).collect();
        Some(Finding {
            rule: first.rule.id.clone(),
            rule_version: first.rule.version,
            severity: Severity::Info,
            message: format!("{of}: {}; the document has mostly {own}", told.join(", ")),
            span: first.hit.span(),
            zone: self.subject.layout.zone(first.hit.span()),
            confidence: first.rule.confidence,
            fix: (!edits.is_empty()).then_some(Fix { edits, applicability: Applicability::Unsafe }),
            alternatives: Vec::new(),
            evidence: Vec::new(),
            beneath: false,
            rejected: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        cleaner::{Cleaner, Options},
        embedded,
        resolve::Wanted,
    };

    fn check(text: &str, expect: &str) {
        let asked = Options { select: vec!["consistency".to_owned()], ..Options::default() };
        assert_eq!(Cleaner::with(embedded::rules(), asked).fix(text, Wanted::ALL).text(), expect);
        assert_eq!(Cleaner::new().fix(text, Wanted::ALL).text(), text, "only who asks by name gets it");
    }

    #[test]
    fn a_document_is_made_to_keep_to_its_own_habit() {
        check("From Kyiv to Lviv, not to Kiev. Kyiv’s mayor left.", "From Kyiv to Lviv, not to Kyiv. Kyiv’s mayor left.");
        check("Kiev’s mayor was in Kyiv, and Kyiv slept.", "Kyiv’s mayor was in Kyiv, and Kyiv slept.");
        check("On March 3 and May 4 it rained, on 5 June not.", "On March 3 and May 4 it rained, on June 5 not.");
        check("“Yes,” said Ann. “So be it.” \"No,\" said Eve.", "“Yes,” said Ann. “So be it.” “No,” said Eve.");
    }

    #[test]
    fn of_two_ways_as_usual_the_first_is_the_habit() {
        check("Sergei came. Sergey left.", "Sergei came. Sergei left.");
    }

    #[test]
    fn words_of_others_are_left_as_they_are() {
        check("Kyiv slept. Kyiv woke. “Kiev is mine,” he said.", "Kyiv slept. Kyiv woke. “Kiev is mine,” he said.");
    }
}
