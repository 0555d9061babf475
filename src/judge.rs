//! Hits to findings: guards, zones, confidence, and the fix that fits the place.

use crate::{
    edit::{Applicability, Edit, Fix},
    finding::{Alternative, Confidence, Evidence, Finding},
    language::{article, case},
    nats,
    rules::{
        Hit, Rules, Scan,
        rule::{Form, Matcher, Rule, Sign},
        token_at,
    },
    segment::{Layout, token::Kind},
    span::Span,
    weigh::{Assessment, Region, Verdict, swapped},
    zone::{Zone, Zones},
};

/// Whether words inside direct speech may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quotes {
    /// They stay as they are.
    #[default]
    Locked,
    /// They are text like any other.
    Edited,
}

/// From what confidence a swap is proposed as an edit, and from what it is at least shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Proposed from here on.
    pub proposed: Confidence,
    /// Shown from here on.
    pub shown: Confidence,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { proposed: Confidence::new(5_000), shown: Confidence::new(2_000) }
    }
}

impl Thresholds {
    /// Proposed from `confidence` on, where that is lower than usual.
    #[must_use]
    pub fn from(confidence: Confidence) -> Self {
        let usual = Self::default();
        Self { proposed: usual.proposed.min(confidence), shown: usual.shown.min(confidence) }
    }
}

/// How strict the judge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Law {
    /// Whether words inside direct speech may be replaced.
    pub quotes: Quotes,
    /// How likely a swap must be.
    pub thresholds: Thresholds,
}

/// What all judging of one document shares.
struct Case<'c> {
    text: &'c str,
    scan: &'c Scan,
    layout: &'c Layout,
    assessment: &'c Assessment,
    rules: &'c Rules,
    law: Law,
}

/// Judges the hits of a document; what remains is in the order of the text, and may still be in conflict.
#[must_use]
pub fn judge(text: &str, scan: &Scan, layout: &Layout, assessment: &Assessment, rules: &Rules, law: Law) -> Vec<Finding> {
    let case = Case { text, scan, layout, assessment, rules, law };
    let mut findings: Vec<Finding> = scan.hits.iter().filter_map(|&hit| case.finding(hit)).collect();
    findings.extend(case.unclosed_quotes());
    findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    findings
}

/// The chance that words between the braces of a spinner were swapped, in millionths.
const BRACED: u64 = 970_000;

/// How far a hit is believed, and why.
struct Belief {
    confidence: Confidence,
    evidence: Vec<Evidence>,
}

impl Case<'_> {
    fn finding(&self, hit: Hit) -> Option<Finding> {
        let rule = self.rules.rule(hit);
        let pack = self.rules.book().pack(rule);
        if pack.language.as_ref().is_some_and(|it| it != self.assessment.language) {
            return None;
        }
        let region = match rule.needs {
            None => None,
            Some(Sign::Spun) => Some(self.region(hit.span())?),
            // No verdict says so yet.
            Some(Sign::Translated) => return None,
        };
        let zone = self.layout.zone(hit.span());
        if self.excepted(rule).contains(zone) || !self.rules.allows(hit, self.text, &self.scan.tokens) {
            return None;
        }
        let (index, form) = self.rules.form(hit, self.text).unzip();
        if form.is_some_and(|it| !self.fits_case(hit, it)) || rule.needs.is_some() && self.layout.block(hit.span()).is_none() {
            return None;
        }
        let readings = self.readings(hit, rule, form);
        let belief = self.belief(hit, rule, (index, form), region);
        let confidence = belief.confidence;
        let alternatives = alternatives(confidence, readings.get(1..).unwrap_or_default());
        if matches!(rule.matcher, Matcher::Swap(_)) && confidence < self.law.thresholds.shown {
            return None;
        }
        let applicability = match confidence {
            it if it >= Confidence::SAFE => rule.applicability,
            it if it >= self.law.thresholds.proposed || region.is_none() => rule.applicability.min(Applicability::Unsafe),
            _ => Applicability::Display,
        };
        let fix = readings.first().filter(|_| applicability > Applicability::Display).and_then(|(replacement, _)| {
            let edits = self.edits(hit.span(), replacement)?;
            self.respects_quotes(&edits).then_some(Fix { edits, applicability })
        });
        if fix.is_none() && applicability > Applicability::Display {
            return None;
        }
        Some(Finding {
            rule: rule.id.clone(),
            rule_version: rule.version,
            severity: if fix.is_none() { crate::finding::Severity::Info } else { rule.severity },
            message: message(rule, readings.first().map(|it| it.0.as_str())),
            span: hit.span(),
            zone,
            confidence,
            fix,
            alternatives,
            evidence: belief.evidence,
        })
    }

    /// The convicted part that a hit lies in.
    fn region(&self, span: Span) -> Option<&Region> {
        let convicted = self.assessment.verdict >= Verdict::Suspect;
        self.assessment.regions.iter().find(|it| convicted && it.span.contains(span))
    }

    fn excepted(&self, rule: &Rule) -> Zones {
        match self.law.quotes {
            Quotes::Locked => rule.except,
            Quotes::Edited => rule.except.without(Zone::Quote),
        }
    }

    /// Replacements in the order of preference, each with its share in thousandths.
    fn readings(&self, hit: Hit, rule: &Rule, form: Option<&Form>) -> Vec<(String, u16)> {
        let model = &self.text[hit.span().range()];
        if let Some(form) = form {
            let originals = self.rules.book().originals(form);
            return originals.iter().map(|it| (case::carry_case(model, &it.text), it.share)).collect();
        }
        let carried = |filled: String| match rule.matcher {
            Matcher::Sequence(_) => case::carry_case(first_word(model), &filled),
            _ => filled,
        };
        let filled = rule.fix.iter().filter_map(|it| self.rules.fill(hit, it, self.text, &self.scan.tokens));
        filled.map(|it| (carried(it), 1000)).collect()
    }

    /// Whether the case of the match is that of running text, or of the row itself where that has capitals: “Struggle” in the
    /// middle of a sentence is a name.
    fn fits_case(&self, hit: Hit, form: &Form) -> bool {
        let model = &self.text[hit.span().range()];
        let all_capitals = model.chars().all(|it| !it.is_lowercase());
        if form.text.chars().any(char::is_uppercase) {
            return all_capitals || model.split_whitespace().eq(form.text.split(' '));
        }
        if !case::starts_upper(model) || all_capitals && model.len() > 3 || self.layout.zone(hit.span()) == Zone::Heading {
            return true;
        }
        self.starts_sentence(hit)
    }

    fn starts_sentence(&self, hit: Hit) -> bool {
        let at = token_at(&self.scan.tokens, hit.start);
        let Some(before) = at.checked_sub(1).map(|it| self.scan.tokens[it]) else { return true };
        let opening = self.layout.block(hit.span()).is_some_and(|it| it.span.start == hit.span().start);
        let ends = |it: &str| matches!(it, "." | "?" | "!" | ":" | "”" | "“" | "\"" | "‘" | "…" | "(" | "—" | "–" | "•" | "*" | "#" | "-");
        opening || before.kind() == Kind::Break || ends(before.of(self.text))
    }

    /// The edits that put a replacement in, with the article before it adapted; `None` where nothing would change.
    fn edits(&self, span: Span, replacement: &str) -> Option<Vec<Edit>> {
        if &self.text[span.range()] == replacement {
            return None;
        }
        let mut edits = Vec::with_capacity(1);
        let rest = &self.text[span.end..];
        let next = if replacement.is_empty() { rest } else { replacement };
        if next.starts_with(char::is_alphanumeric) || replacement.is_empty() && rest.starts_with(' ') {
            edits.extend(self.article_edit(span, next.trim_start()));
        }
        match self.text[span.range()].find(replacement).filter(|_| !replacement.is_empty()) {
            // What stays is no part of the edits, so that other findings can speak of it: “{area}” loses its braces.
            Some(kept) => {
                let kept = Span::new(span.start + kept, span.start + kept + replacement.len());
                let around = [Span::new(span.start, kept.start), Span::new(kept.end, span.end)];
                edits.extend(around.into_iter().filter(|it| !it.is_empty()).map(|it| Edit::new(it, "")));
            }
            None => edits.push(Edit::new(span, replacement)),
        }
        Some(edits)
    }

    fn article_edit(&self, span: Span, next: &str) -> Option<Edit> {
        let start = u32::try_from(span.start).ok()?;
        let before = *self.scan.tokens.get(token_at(&self.scan.tokens, start).checked_sub(1)?)?;
        let place = Span::new(before.start as usize, before.end as usize);
        let gap = self.text.get(place.end..span.start)?;
        if gap.is_empty() || !gap.trim().is_empty() {
            return None;
        }
        article::adapted(before.of(self.text), next).map(|it| Edit::new(place, it))
    }

    /// The lock on quotations: text may be taken out of direct speech, its words may not be changed.
    fn respects_quotes(&self, edits: &[Edit]) -> bool {
        let changes_words = |it: &Edit| {
            let words = |text: &str| text.contains(char::is_alphanumeric);
            words(&it.replacement)
                && self.layout.zone(it.span) == Zone::Quote
                && !same_letters(&self.text[it.span.range()], &it.replacement)
        };
        self.law.quotes == Quotes::Edited || !edits.iter().any(changes_words)
    }

    fn belief(&self, hit: Hit, rule: &Rule, (index, form): (Option<usize>, Option<&Form>), region: Option<&Region>) -> Belief {
        let Some(region) = region else { return Belief { confidence: rule.confidence, evidence: Vec::new() } };
        let convicted = u64::from(region.spun.millionths());
        let scaled = |share: u64| Confidence::from_millionths(u32::try_from(convicted * share / u64::from(nats::ONE)).unwrap_or(0));
        let spun = if self.assessment.told { Evidence::Told } else { Evidence::Spun { rate: self.assessment.rate } };
        match (form, &rule.matcher) {
            (Some(form), Matcher::Swap(_)) => {
                let times = form.strength.gain / 1000;
                let rarer = (times >= 2).then_some(Evidence::Rarer { times });
                let listed = u64::from(region.habit(&self.rules.original_name(hit, index)));
                let swap = u64::from(swapped(form.strength.gain, form.own_loss, region.theta)) * listed / u64::from(nats::ONE);
                let swap = if self.is_braced(hit.span()) { swap.max(BRACED) } else { swap };
                Belief { confidence: scaled(swap), evidence: [spun].into_iter().chain(rarer).collect() }
            }
            _ => Belief { confidence: scaled(u64::from(rule.confidence.millionths())), evidence: vec![spun, Evidence::Context] },
        }
    }

    /// Whether braces stand around a span: spinners mark so what they put in, and forget to take the marks away.
    fn is_braced(&self, span: Span) -> bool {
        self.text[..span.start].ends_with('{') && self.text[span.end..].starts_with('}')
    }

    fn unclosed_quotes(&self) -> Vec<Finding> {
        let rules = self.rules.book().rules.iter().filter(|it| matches!(it.matcher, Matcher::UnclosedQuote));
        rules
            .flat_map(|rule| {
                self.layout.unclosed.iter().map(|&span| Finding {
                    rule: rule.id.clone(),
                    rule_version: rule.version,
                    severity: rule.severity,
                    message: message(rule, None),
                    span,
                    zone: Zone::Quote,
                    confidence: rule.confidence,
                    fix: None,
                    alternatives: Vec::new(),
                    evidence: Vec::new(),
                })
            })
            .collect()
    }
}

/// Whether two texts differ in case and white space at the most.
fn same_letters(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|it| !it.is_whitespace()).flat_map(char::to_lowercase).collect::<String>();
    letters(a) == letters(b)
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

fn message(rule: &Rule, replacement: Option<&str>) -> String {
    match (&rule.message, replacement) {
        (Some(message), _) => message.to_string(),
        (None, Some("")) => "does not belong here".to_owned(),
        (None, Some(replacement)) if rule.needs.is_some() => format!("spun from “{replacement}”"),
        (None, Some(replacement)) => format!("“{replacement}” stood here"),
        (None, None) => "looks out of place".to_owned(),
    }
}

/// What is left of certainty beside the first reading, shared among the others.
fn alternatives(first: Confidence, others: &[(String, u16)]) -> Vec<Alternative> {
    let total: u32 = others.iter().map(|it| u32::from(it.1)).sum();
    let left = nats::ONE - first.millionths();
    let share = |share: u16| u64::from(left) * u64::from(share) / u64::from(total.max(1));
    let alternative = |(replacement, weight): &(String, u16)| Alternative {
        replacement: replacement.clone(),
        confidence: Confidence::from_millionths(u32::try_from(share(*weight)).unwrap_or(0)),
    };
    others.iter().map(alternative).collect()
}
