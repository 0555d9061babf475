//! Hits of rules that speak in translated texts alone.

use std::cell::OnceCell;

use super::{Case, Law, Thresholds};
use crate::{
    admit::{Quotes, Subject},
    edit::Applicability,
    finding::{Confidence, Evidence, Finding, Severity},
    nats,
    rules::{Hit, rule::Sign},
    zone::Zone,
};

impl Case<'_> {
    /// The findings in parts that are taken for translated.
    pub(super) fn in_translations(&self) -> impl Iterator<Item = Finding> {
        let translation = &self.assessment.translation;
        let Subject { scan, rules, .. } = *self.subject;
        let hits = if translation.parts.is_empty() { [&[][..], &[]] } else { [self.subject.later(), &scan.hits] };
        let speaking = hits
            .into_iter()
            .flatten()
            .copied()
            .filter(move |it| rules.needs(*it) == Some(Sign::Translated) && self.speaks(*it) && self.is_from(*it));
        let law = Law { quotes: Quotes::Edited, ..self.law };
        let aloud = Case { subject: self.subject, assessment: self.assessment, law, seen: OnceCell::new(), ear: OnceCell::new() };
        speaking.filter_map(move |hit| {
            let chance = translation.part(hit.span())?;
            let free = self.subject.admit(hit, self.law.quotes).and_then(|it| self.finding(&it, None, None));
            let finding = free.or_else(|| shown_in_speech(&aloud, hit))?;
            Some(believed(finding, chance, self.assessment.told, self.law.thresholds))
        })
    }

    /// Whether a rule is about translations from the language that this text is from; where that is not known, every rule is.
    fn is_from(&self, hit: Hit) -> bool {
        let family = self.subject.rules.book().family(self.subject.rule(hit));
        let known = self.assessment.translation.source.as_ref().filter(|_| !family.source.is_empty());
        known.is_none_or(|source| family.source.iter().any(|it| **it == **source))
    }
}

/// What a rule finds in direct speech, which was translated with the rest: it is shown, and left as it is. `aloud` judges speech like other text.
fn shown_in_speech(aloud: &Case<'_>, hit: Hit) -> Option<Finding> {
    let spoken = aloud.subject.admit(hit, aloud.law.quotes).filter(|it| it.zone == Zone::Quote)?;
    Some(Finding { fix: None, ..aloud.finding(&spoken, None, None)? })
}

/// A finding, believed as far as the text is translated.
fn believed(finding: Finding, chance: Confidence, told: bool, thresholds: Thresholds) -> Finding {
    let millionths = u64::from(finding.confidence.millionths()) * u64::from(chance.millionths()) / u64::from(nats::ONE);
    let confidence = Confidence::from_millionths(u32::try_from(millionths).expect("a product of chances"));
    let mut fix = finding.fix.filter(|_| confidence >= thresholds.proposed);
    if let Some(fix) = fix.as_mut().filter(|_| confidence < Confidence::SAFE) {
        fix.applicability = fix.applicability.min(Applicability::Unsafe);
    }
    let severity = if fix.is_none() { Severity::Info } else { finding.severity };
    let evidence = vec![if told { Evidence::ToldTranslated } else { Evidence::Translated { chance } }];
    Finding { severity, confidence, fix, evidence, ..finding }
}
