//! Hits to findings: guards, zones, confidence, and the fix that fits the place.

mod apart;
mod choices;
mod elsewhere;
mod stray;
mod translated;

use std::cell::OnceCell;

use crate::{
    admit::{Admitted, Quotes, Subject},
    context::{Ear, Reading},
    edit::{Applicability, Edit, Fix},
    finding::{Alternative, Confidence, Evidence, Finding, Severity},
    language::{article, case},
    matchers::insert::Seen,
    nats::{self, MilliNats, PerMillion},
    rules::{
        Guard, Hit, Role,
        rule::{Form, Matcher, Rule, Sign},
        token_at,
    },
    seam,
    span::Span,
    spelling::{self, Proposal},
    structure,
    weigh::{Assessment, Context, Premises, Prior, Region, Verdict, Weighed, swapped},
    zone::Zone,
};

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
        Self { proposed: Confidence::new(5_000), shown: Confidence::new(1_000) }
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
    /// Whether the words around a swap are looked at.
    pub context: Context,
    /// How usual spun documents are.
    pub prior: Prior,
}

impl Law {
    /// What is taken for granted before a document is weighed.
    #[must_use]
    pub const fn premises(self) -> Premises {
        Premises { quotes: self.quotes, context: self.context, prior: self.prior }
    }
}

/// What all judging of one document shares.
struct Case<'c> {
    subject: &'c Subject<'c>,
    assessment: &'c Assessment,
    law: Law,
    // Counted when it is first asked for.
    seen: OnceCell<Seen>,
    // Set up when it is first asked for.
    ear: OnceCell<Ear<'c>>,
}

/// A hit in a convicted part of a document.
#[derive(Debug, Clone)]
pub struct Convicted<'w> {
    /// The rule and the place.
    pub admitted: Admitted,
    /// The part that it lies in.
    pub region: &'w Region,
    /// What the words around it say of it; `None` for what is no row or phrase, and where they are not looked at.
    pub reading: Option<Reading>,
}

/// The hits in convicted parts, of rules that need a verdict, as [`judge`] reads them.
#[must_use]
pub fn convicted<'w>(subject: &'w Subject<'w>, weighed: &'w Weighed, law: Law) -> Vec<Convicted<'w>> {
    Case::new(subject, weighed, law).convicted(weighed).collect()
}

/// Judges the hits of a document; what remains is in the order of the text, and may still be in conflict.
#[must_use]
pub fn judge(subject: &Subject<'_>, weighed: &Weighed, law: Law) -> Vec<Finding> {
    let case = Case::new(subject, weighed, law);
    let conditional = |it: &Hit| subject.rules.needs_verdict(*it);
    let mut findings: Vec<Finding> = Vec::new();
    let mut accepted: Vec<Finding> = Vec::new();
    for &hit in subject.scan.hits.iter().filter(|it| !conditional(it) && case.speaks(**it)) {
        let found = subject.admit(hit, law.quotes).and_then(|it| case.finding(&it, None, None));
        match subject.rule(hit).matcher {
            Matcher::Accepted(_) => accepted.extend(found.filter(|_| case.has_other_spelling(hit))),
            _ => findings.extend(found),
        }
    }
    // Once a document: whoever cares looks for the rest.
    findings.extend(accepted.into_iter().min_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end))));
    for it in case.convicted(weighed) {
        findings.extend(case.finding(&it.admitted, Some(it.region), it.reading.as_ref()));
    }
    findings.extend(case.in_translations());
    findings.extend(case.choices());
    findings.extend(case.unclosed_quotes());
    findings.extend(case.misspellings());
    let stray = case.stray_lines(&findings);
    findings.extend(stray);
    let elsewhere = case.elsewhere(&findings);
    findings.extend(elsewhere);
    case.leave_apart(&mut findings);
    findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    structure::make_room(subject.text, &mut findings);
    seam::close(subject.text, &mut findings);
    findings
}

/// A swap is safe only if frequencies alone make it so likely, in millionths.
const SURE: PerMillion = 900_000;

/// How far a reading may be believed: what its odds count for, in thousandths, and what is added to them, as a logarithm. Of what nobody has
/// seen, that which looks best is where the model is wrong. Fitted to texts spun with known swaps.
#[derive(Clone, Copy)]
struct Trust {
    slope: MilliNats,
    more: MilliNats,
}

/// A swap that was seen on spun pages, by a row that says where its word is English, and by one that does not; one that a pack of such swaps
/// only supposes; one of the many in a thesaurus.
const GUARDED: Trust = Trust { slope: 500, more: 1_500 };
const SEEN: Trust = Trust { slope: 600, more: 0 };
const SUPPOSED: Trust = Trust { slope: 400, more: 0 };
const UNLISTED: Trust = Trust { slope: 400, more: -1_500 };

/// A spinner chooses once for a document and a swap: one that is made elsewhere at this rate or more, in millionths, is looked for also where
/// the patterns of its rule bar it.
const ESTABLISHED: PerMillion = 500_000;

/// The chance that words between the braces of a spinner were swapped, in millionths.
const BRACED: u64 = 970_000;

/// How far a hit is believed, and why.
struct Belief {
    confidence: Confidence,
    evidence: Vec<Evidence>,
    // Whether it would be believed without the words around it, too: what a model says alone is never safe.
    sure: bool,
}

impl<'c> Case<'c> {
    const fn new(subject: &'c Subject<'c>, weighed: &'c Weighed, law: Law) -> Self {
        Self { subject, assessment: &weighed.assessment, law, seen: OnceCell::new(), ear: OnceCell::new() }
    }

    fn convicted<'w>(&self, weighed: &'w Weighed) -> impl Iterator<Item = Convicted<'c>> + use<'_, 'c, 'w> {
        let speaking = |it: &Admitted| self.subject.rules.needs(it.hit) == Some(Sign::Spun) && self.speaks(it.hit);
        weighed.admitted.iter().enumerate().filter(move |(_, it)| speaking(it)).filter_map(|(index, it)| {
            let region = self.region(it.hit.span())?;
            if it.guard == Guard::Barred && region.rates.get(&self.subject.rules.original_name(it.hit)).is_none_or(|it| *it < ESTABLISHED) {
                return None;
            }
            let reading = weighed.readings.as_ref().and_then(|readings| readings[index].clone());
            Some(Convicted { admitted: *it, region, reading: reading.map(|reading| self.in_region(reading, it, region)) })
        })
    }

    /// Whether a rule is for the language of the text, and more than evidence.
    fn speaks(&self, hit: Hit) -> bool {
        self.subject.rules.role(hit) == Role::Finding && self.speaks_in(self.subject.rule(hit))
    }

    fn speaks_in(&self, rule: &Rule) -> bool {
        let pack = self.subject.rules.book().pack_of(rule);
        pack.language.as_ref().is_none_or(|it| **it == *self.assessment.language)
    }

    fn finding(&self, admitted: &Admitted, region: Option<&Region>, reading: Option<&Reading>) -> Option<Finding> {
        let Admitted { hit, zone, .. } = *admitted;
        let rule = self.subject.rule(hit);
        let is_row = rule.is_row();
        let form = self.subject.rules.form(hit);
        let reading = reading.filter(|_| is_row);
        if admitted.guard != Guard::Free && reading.is_none() {
            return None;
        }
        let (span, chance, witness) = match rule.matcher {
            Matcher::Insert(_) => structure::insert(self.subject, hit, || self.seen())?,
            _ => (hit.span(), nats::ONE, None),
        };
        let readings = self.readings(hit, rule, form, reading);
        let belief = self.belief(admitted, region, reading);
        let confidence = belief.confidence.times(chance);
        let alternatives = alternatives(confidence, readings.get(1..).unwrap_or_default());
        if is_row && confidence < self.law.thresholds.shown {
            return None;
        }
        let applicability = match confidence {
            it if it >= Confidence::SAFE && belief.sure => rule.applicability,
            it if it >= self.law.thresholds.proposed || region.is_none() => rule.applicability.min(Applicability::Unsafe),
            _ => Applicability::Display,
        };
        let fix = readings.first().filter(|_| applicability > Applicability::Display).and_then(|(replacement, _)| {
            let edits = match rule.matcher {
                Matcher::Attribution(_) => structure::attribution(self.subject, hit, replacement),
                _ => self.edits(span, replacement)?,
            };
            self.respects_quotes(&edits).then_some(Fix { edits, applicability })
        });
        if fix.is_none() && applicability > Applicability::Display {
            return None;
        }
        Some(Finding {
            rule: rule.id.clone(),
            rule_version: rule.version,
            severity: if fix.is_none() { Severity::Info } else { rule.severity },
            message: message(rule, readings.first().map(|it| it.0.as_str())),
            span,
            zone,
            confidence,
            fix,
            alternatives,
            evidence: belief.evidence.into_iter().chain(witness).collect(),
            beneath: false,
            rejected: false,
        })
    }

    /// The words of the document.
    fn seen(&self) -> &Seen {
        self.seen.get_or_init(|| Seen::new(self.subject.text, &self.subject.scan.tokens))
    }

    /// Whether the text has the name that a hit is another spelling of.
    fn has_other_spelling(&self, hit: Hit) -> bool {
        let name = self.subject.rules.form(hit).and_then(|it| it.originals.first());
        name.is_some_and(|it| self.subject.text.contains(&*it.text))
    }

    /// The convicted part that a hit lies in.
    fn region(&self, span: Span) -> Option<&'c Region> {
        let convicted = self.assessment.verdict >= Verdict::Suspect;
        self.assessment.regions.iter().find(|it| convicted && it.span.contains(span))
    }

    /// A reading at the rates of a convicted part.
    fn in_region(&self, reading: Reading, admitted: &Admitted, region: &Region) -> Reading {
        let rule = self.subject.rule(admitted.hit);
        let own_loss = self.subject.rules.form(admitted.hit).map_or(0, |it| it.own_loss);
        let rate = region.rate(&self.subject.rules.original_name(admitted.hit));
        let supposed = if self.subject.rules.book().pack_of(rule).listed == 1000 { SUPPOSED } else { UNLISTED };
        let form = self.subject.rules.form(admitted.hit);
        let seen = |original: u32| form.is_some_and(|it| it.originals[original as usize].is_seen());
        reading.given(rate, own_loss).calibrated(|original, odds| {
            let trust = match (seen(original), rule.is_guarded()) {
                (false, _) => supposed,
                (true, true) => GUARDED,
                (true, false) => SEEN,
            };
            let more = if admitted.guard == Guard::Free { trust.more } else { trust.more.min(0) };
            odds * trust.slope / 1000 + more
        })
    }

    /// Replacements in the order of preference, each with its share among them.
    fn readings(&self, hit: Hit, rule: &Rule, form: Option<&Form>, reading: Option<&Reading>) -> Vec<(String, u32)> {
        let model = self.subject.words(hit.span());
        if let (Some(reading), Some(form)) = (reading, form) {
            let original = |it: u32| case::carry_case(model, &form.originals[it as usize].text);
            return reading.originals.iter().map(|&(index, chance)| (original(index), chance)).collect();
        }
        if let Some(form) = form {
            // Two names are written as they are written.
            let is_name = |text: &str| text.contains(char::is_uppercase);
            let as_listed = model.contains(char::is_lowercase) || *model == *form.text;
            let kept = |original: &str| is_name(original) && is_name(&form.text) && as_listed;
            let carried = |original: &str| if kept(original) { original.to_owned() } else { case::carry_case(model, original) };
            let spelt = |original: &str| if model.contains('’') { carried(original).replace('\'', "’") } else { carried(original) };
            return form.originals.iter().map(|it| (spelt(&it.text), it.share.into())).collect();
        }
        let carried = |filled: String| match rule.matcher {
            // What begins with its own first word has its case.
            Matcher::Sequence(_) if !filled.starts_with(first_word(model)) => case::carry_case(first_word(model), &filled),
            _ => filled,
        };
        let filled = rule.fix.iter().filter_map(|it| self.subject.rules.fill(hit, it, self.subject.text, &self.subject.scan.tokens));
        let mut filled: Vec<String> = filled.map(carried).collect();
        if let Some(margin) = rule.margin {
            filled = self.ear.get_or_init(|| Ear::new(self.subject)).likelier(hit.span(), filled, margin);
        }
        filled.into_iter().map(|it| (it, 1000)).collect()
    }

    /// The edits that put a replacement in, with the article before it adapted; `None` where nothing would change.
    fn edits(&self, span: Span, replacement: &str) -> Option<Vec<Edit>> {
        if &self.subject.text[span.range()] == replacement {
            return None;
        }
        let mut edits = Vec::with_capacity(1);
        let rest = &self.subject.text[span.end..];
        let next = if replacement.is_empty() { rest } else { replacement };
        if next.starts_with(char::is_alphanumeric) || replacement.is_empty() && rest.starts_with(' ') {
            edits.extend(self.article_edit(span, next.trim_start()));
        }
        match self.subject.text[span.range()].find(replacement).filter(|_| !replacement.is_empty()) {
            // What stays is no part of the edits, so that other findings can speak of it: “{area}” loses its braces.
            Some(kept) => {
                let kept = Span::new(span.start + kept, span.start + kept + replacement.len());
                let around = [Span::new(span.start, kept.start), Span::new(kept.end, span.end)];
                edits.extend(around.into_iter().filter(|it| !it.is_empty()).map(|it| Edit::new(it, "")));
            }
            None => edits.extend(self.around_quotation(span, replacement)),
        }
        Some(edits)
    }

    /// The edits that put a replacement in. A quotation that it keeps, such as a title, is no part of them.
    fn around_quotation(&self, span: Span, replacement: &str) -> Vec<Edit> {
        let masks = &self.subject.layout.masks;
        let kept = masks[masks.partition_point(|it| it.start < span.start)..].first().filter(|it| span.contains(**it));
        let Some((kept, at)) = kept.and_then(|it| Some((*it, replacement.find(&self.subject.text[it.range()])?))) else {
            return vec![Edit::new(span, replacement)];
        };
        let (before, after) = (Span::new(span.start, kept.start), Span::new(kept.end, span.end));
        let edits = [Edit::new(before, &replacement[..at]), Edit::new(after, &replacement[at + kept.len()..])];
        edits.into_iter().filter(|it| !it.span.is_empty() || !it.replacement.is_empty()).collect()
    }

    /// The article before a span, where it must change before `next`; not where the same one stands there already.
    fn article_edit(&self, span: Span, next: &str) -> Option<Edit> {
        let start = u32::try_from(span.start).ok()?;
        let tokens = &self.subject.scan.tokens;
        let at = token_at(tokens, start).checked_sub(1)?;
        let before = *tokens.get(at)?;
        let place = Span::new(before.start as usize, before.end as usize);
        let gap = self.subject.text.get(place.end..span.start)?;
        if gap.is_empty() || !gap.trim().is_empty() {
            return None;
        }
        let twice = |it: &String| at > 0 && tokens[at - 1].of(self.subject.text).eq_ignore_ascii_case(it);
        article::adapted(before.of(self.subject.text), next).filter(|it| !twice(it)).map(|it| Edit::new(place, it))
    }

    /// The lock on quotations: text may be taken out of direct speech, its words may not be changed.
    fn respects_quotes(&self, edits: &[Edit]) -> bool {
        let changes_words = |it: &Edit| {
            let words = |text: &str| text.contains(char::is_alphanumeric);
            words(&it.replacement)
                && self.subject.layout.zone(it.span) == Zone::Quote
                && !same_letters(&self.subject.text[it.span.range()], &it.replacement)
        };
        self.law.quotes == Quotes::Edited || !edits.iter().any(changes_words)
    }

    fn belief(&self, admitted: &Admitted, region: Option<&Region>, reading: Option<&Reading>) -> Belief {
        let hit = admitted.hit;
        let rule = self.subject.rule(hit);
        let Some(region) = region else { return Belief { confidence: rule.confidence, evidence: Vec::new(), sure: true } };
        let convicted = u64::from(region.spun.millionths());
        let scaled = |share: u64| Confidence::from_millionths(u32::try_from(convicted * share / u64::from(nats::ONE)).unwrap_or(0));
        let spun = if self.assessment.told { Evidence::Told } else { Evidence::Spun { rate: self.assessment.rate } };
        let row = self.subject.rules.form(hit).filter(|_| rule.is_row());
        let Some(row) = row else {
            return Belief {
                confidence: scaled(u64::from(rule.confidence.millionths())),
                evidence: vec![spun, Evidence::Context],
                sure: true,
            };
        };
        let times = row.gain / 1000;
        let rarer = (times >= 2).then_some(Evidence::Rarer { times });
        let rate = region.rate(&self.subject.rules.original_name(hit));
        let alone = swapped(row.gain, row.own_loss, rate);
        let swap = u64::from(reading.map_or(alone, |it| it.originals.first().map_or(0, |it| it.1)));
        let swap = if self.is_braced(hit.span()) { swap.max(BRACED) } else { swap };
        let fits = reading.map(|_| Evidence::Context);
        Belief { confidence: scaled(swap), evidence: [spun].into_iter().chain(rarer).chain(fits).collect(), sure: alone >= SURE }
    }

    /// Whether braces stand around a span: spinners mark so what they put in, and forget to take the marks away.
    fn is_braced(&self, span: Span) -> bool {
        self.subject.text[..span.start].ends_with('{') && self.subject.text[span.end..].starts_with('}')
    }

    /// What the rules about spelling propose, where zones and quotations allow it.
    fn misspellings(&self) -> Vec<Finding> {
        let speaks = |rule: &Rule| self.speaks_in(rule);
        let proposals = spelling::proposals(self.subject, speaks);
        proposals.into_iter().filter_map(|it| self.misspelling(it)).collect()
    }

    fn misspelling(&self, it: Proposal) -> Option<Finding> {
        let rule = &self.subject.rules.book().rules[it.rule as usize];
        let zone = self.subject.layout.zone(it.span);
        // What stands in brackets is not what the speaker said.
        let bracketed = matches!(rule.matcher, Matcher::Script(_));
        if self.law.quotes.excepted(rule).contains(zone) || !bracketed && !self.respects_quotes(&it.edits) {
            return None;
        }
        let confidence = it.confidence.min(rule.confidence);
        let applicability = if confidence >= Confidence::SAFE { rule.applicability } else { rule.applicability.min(Applicability::Unsafe) };
        let fix = (applicability > Applicability::Display && !it.edits.is_empty()).then_some(Fix { edits: it.edits, applicability });
        Some(Finding {
            rule: rule.id.clone(),
            rule_version: rule.version,
            severity: if fix.is_none() { Severity::Info } else { rule.severity },
            message: it.message,
            span: it.span,
            zone,
            confidence,
            fix,
            alternatives: it.alternatives,
            evidence: it.witness.into_iter().collect(),
            beneath: false,
            rejected: false,
        })
    }

    fn unclosed_quotes(&self) -> Vec<Finding> {
        let rules = self.subject.rules.unclosed_quotes();
        rules
            .flat_map(|rule| {
                self.subject.layout.unclosed.iter().map(|&span| Finding {
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
                    beneath: false,
                    rejected: false,
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
        (None, Some(replacement)) if rule.needs == Some(Sign::Spun) => format!("spun from “{replacement}”"),
        (None, Some(replacement)) if rule.needs == Some(Sign::Translated) => format!("translated: “{replacement}”"),
        (None, Some(replacement)) => format!("“{replacement}” stood here"),
        (None, None) => "looks out of place".to_owned(),
    }
}

/// What is left of certainty beside the first reading, shared among the others.
fn alternatives(first: Confidence, others: &[(String, u32)]) -> Vec<Alternative> {
    let total: u64 = others.iter().map(|it| u64::from(it.1)).sum();
    let left = nats::ONE - first.millionths();
    let share = |share: u32| u64::from(left) * u64::from(share) / total.max(1);
    let alternative = |(replacement, weight): &(String, u32)| Alternative {
        replacement: replacement.clone(),
        confidence: Confidence::from_millionths(u32::try_from(share(*weight)).unwrap_or(0)),
    };
    others.iter().map(alternative).collect()
}
