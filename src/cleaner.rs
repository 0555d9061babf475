//! The front door: bytes in, findings, verdict and corrected bytes out.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashSet;

use crate::{
    admit::Subject,
    corpus::{Corpus, beside::Beside, units::Units},
    decode::decode,
    document::{Document, Encoding},
    embedded,
    finding::{Finding, RuleId, Severity},
    judge::{Law, judge},
    repair::{Policy, step::Steps},
    resolve::{Plan, Wanted, resolve},
    rules::{
        Rules, Scan, VALUE,
        rule::{Matcher, Rule},
    },
    segment::{Layout, segment},
    span::Span,
    terms::Terms,
    view::{self, View},
    weigh::{Assessment, Known, Verdict, weigh, weigh_translation},
};

/// What may be set when a cleaner is built.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How strict the judge is: quotations, and how likely a swap must be.
    pub law: Law,
    /// Rule prefixes of which a finding's rule must lie below one; all rules where empty.
    pub select: Vec<String>,
    /// Rule prefixes below which no finding is reported.
    pub ignore: Vec<String>,
    /// What is said of findings once they are made.
    pub terms: Terms,
    /// What of the repairs is a matter of taste.
    pub policy: Policy,
    /// In which encoding corrected texts are written.
    pub spelling: Spelling,
    /// The other documents that are asked for evidence.
    pub corpus: Option<Arc<Corpus>>,
}

/// In which encoding corrected texts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spelling {
    /// In the one that they came in; what it has no letter for is only shown.
    #[default]
    AsFound,
    /// In UTF-8.
    Utf8,
}

impl Options {
    fn reports(&self, rule: &RuleId) -> bool {
        let below = |prefixes: &[String]| prefixes.iter().any(|it| rule.is_below(it));
        (self.select.is_empty() || below(&self.select)) && !below(&self.ignore)
    }
}

/// Finds artifacts in texts and corrects them. Built once, shared freely: it holds no state between texts.
///
/// ```
/// use unspin::{Cleaner, Wanted};
///
/// let cleaner = Cleaner::new();
/// let fixed = cleaner.fix(" date 2024-05-30 It rained in the the harbour .", Wanted::ALL);
/// assert_eq!(fixed.text(), "It rained in the harbour.");
/// assert_eq!(fixed.checked.metadata["date"], "2024-05-30");
/// ```
#[derive(Debug)]
pub struct Cleaner {
    rules: Arc<Rules>,
    options: Options,
    // What the rules about damage below the words ask for, those aside that are not reported.
    steps: Steps,
}

/// What was found in a document.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The decoded text, which all spans speak of.
    pub document: Document,
    /// The verdict.
    pub assessment: Assessment,
    /// The findings, and the patch that they make.
    pub plan: Plan,
    /// What headers in the text said of it: `date`.
    pub metadata: BTreeMap<String, String>,
    /// Findings that need no verdict: what is wrong with the text whoever wrote it.
    pub residue: usize,
}

impl Checked {
    /// All findings in the order of the text, those set aside among them with the reason.
    #[must_use]
    pub fn findings(&self) -> Vec<(&Finding, Option<&crate::resolve::Reason>)> {
        let standing = self.plan.applied.iter().chain(&self.plan.shown).map(|it| (it, None));
        let mut all: Vec<_> = standing.chain(self.plan.set_aside.iter().map(|(it, reason)| (it, Some(reason)))).collect();
        all.sort_by(|(a, _), (b, _)| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        all
    }
}

/// So often a text is looked at again after what was found: the headers of a page stand behind one another, deletions in deletions are rare.
const PASSES: usize = 4;

/// A document after its fixes.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The bytes, in the encoding that they came in or that was asked for.
    pub bytes: Vec<u8>,
    /// What was found; its patch is what was applied.
    pub checked: Checked,
}

impl Fixed {
    /// The corrected text.
    #[must_use]
    pub fn text(&self) -> String {
        self.checked.plan.patch.apply(self.checked.document.text())
    }
}

impl Default for Cleaner {
    fn default() -> Self {
        Self::new()
    }
}

impl Cleaner {
    /// A cleaner with the rules that the library carries.
    #[must_use]
    pub fn new() -> Self {
        Self::with(embedded::rules(), Options::default())
    }

    /// A cleaner with rules of one's own.
    #[must_use]
    pub fn with(rules: impl Into<Arc<Rules>>, options: Options) -> Self {
        let rules = rules.into();
        let wanted = |it: &&Rule| options.reports(&it.id) && options.terms.trusts(&it.id, it.confidence);
        let steps = view::steps(rules.repairs().filter(wanted));
        Self { rules, options, steps }
    }

    /// Its rules.
    #[must_use]
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// Finds what can be found; the plan holds everything that is proposed.
    #[must_use]
    pub fn check(&self, raw: impl AsRef<[u8]>) -> Checked {
        self.check_known(raw, None, Wanted::ALL)
    }

    /// The same with a verdict that stands already, and a plan of what is wanted.
    #[must_use]
    pub fn check_known(&self, raw: impl AsRef<[u8]>, known: Option<&Known>, wanted: Wanted) -> Checked {
        self.check_spared(raw, known, wanted, &[])
    }

    /// The same, where a reviewer has rejected some findings: their rules and their spans in the decoded text.
    #[must_use]
    pub fn check_spared(&self, raw: impl AsRef<[u8]>, known: Option<&Known>, wanted: Wanted, spared: &[(RuleId, Span)]) -> Checked {
        let document = decode(raw.as_ref());
        if u32::try_from(document.text().len()).is_err() {
            return too_large(document);
        }
        let steps = if document.is_sound() { self.steps } else { Steps::default() };
        let view = View::new(document.text(), &self.rules, &steps, self.options.policy, &self.options.terms);
        let text = view.as_ref().map_or_else(|| document.text(), View::text);
        let moved = view.as_ref().zip(known).map(|(view, known)| known.moved(|it| view.after(it.min(document.text().len()))));
        let known = moved.as_ref().or(known);
        let (scan, layout) = self.read(text);
        let beside = self.beside(document.text(), text);
        let subject = Subject { text, scan: &scan, layout: &layout, rules: &self.rules, beside: beside.as_ref() };
        let own = beside.as_ref().and_then(Beside::own);
        let law = self.options.law;
        let mut weighed = weigh(&subject, law.premises(), known);
        weigh_translation(&subject, law.premises(), known, &mut weighed.assessment);
        let mut findings = judge(&subject, &weighed, law);
        let mut assessment = weighed.assessment;
        let mut metadata = self.metadata(text, &scan);
        let repairs = view.as_ref().map_or(0, View::repairs);
        let proposed = |it: &&Finding| it.fix.is_some() && it.evidence.iter().all(|it| it.witness().is_some()) && self.asks_for(it);
        if !spared.is_empty() {
            let moved = |span: Span| view.as_ref().map_or(span, |view| Span::new(view.after(span.start), view.after(span.end)));
            spare(&mut findings, &spared.iter().map(|(rule, span)| (rule.clone(), moved(*span))).collect::<Vec<_>>());
        }
        let residue = findings.iter().filter(proposed).filter(|it| !it.rejected).count() + repairs;
        findings.retain_mut(|it| self.reports(it) && self.options.terms.admit(it, text));
        for finding in findings.iter_mut().filter(|it| it.fix.is_some() && !self.asks_for(it)) {
            finding.fix = None;
        }
        let mut plan = resolve(findings, wanted);
        for _ in 0..PASSES {
            let (seen, told) = self.seen_after(text, &plan, own);
            for (field, value) in told {
                metadata.entry(field).or_insert(value);
            }
            if seen.is_empty() {
                break;
            }
            let named = |it: &Finding| (it.rule.clone(), it.span);
            let known: FxHashSet<_> = plan.findings().map(named).collect();
            let lost: FxHashSet<_> = plan.set_aside.iter().map(|it| named(&it.0)).collect();
            // Two deletions that wanted the same space: the second one finds another.
            let again = |it: &Finding| lost.contains(&named(it)) && it.fix.as_ref().is_some_and(|it| plan.patch.takes(it));
            let new: Vec<Finding> = seen.into_iter().filter(|it| !known.contains(&named(it)) || again(it)).collect();
            if new.is_empty() {
                break;
            }
            let replaced: FxHashSet<_> = new.iter().map(named).collect();
            let mut findings = plan.into_findings();
            findings.retain(|it| !replaced.contains(&named(it)));
            findings.extend(new);
            if view.is_none() {
                spare(&mut findings, spared);
            }
            plan = resolve(findings, wanted);
        }
        if let Some(view) = &view {
            let mut findings = view.findings(plan.into_findings(), &layout);
            spare(&mut findings, spared);
            plan = resolve(findings, wanted);
            let regions = assessment.regions.iter_mut().map(|it| &mut it.span);
            for span in regions.chain(assessment.translation.parts.iter_mut().map(|it| &mut it.0)) {
                *span = view.before(*span);
            }
        }
        // What edits bring together may be damage, too.
        for _ in 0..PASSES {
            if plan.patch.is_empty() {
                break;
            }
            let after = plan.patch.apply(document.text());
            let Some(view) = View::new(&after, &self.rules, &steps, self.options.policy, &self.options.terms) else { break };
            let mended = view.mended(&after, &plan.patch.kept(document.text().len()));
            if mended.is_empty() {
                break;
            }
            let mut findings: Vec<Finding> = plan.into_findings().into_iter().chain(mended).collect();
            spare(&mut findings, spared);
            plan = resolve(findings, wanted);
        }
        if matches!(document.encoding(), Encoding::Legacy(_)) && self.options.spelling == Spelling::AsFound {
            plan = resolve(plan.into_findings().into_iter().map(|it| spelt(it, &document)).collect(), wanted);
        }
        // Other findings are made on the text with the repairs in it, so that those are never dropped for what is said of them.
        for repair in plan.applied.iter_mut().chain(&mut plan.shown).filter(|it| it.beneath) {
            self.options.terms.rank(repair);
        }
        Checked { document, assessment, plan, metadata, residue }
    }

    /// What is wrong with a text only after some edits of a plan: two words that a deletion brought together. Only rules that need no
    /// verdict are asked, and what they find is told in the bytes of the text before; what it says of the document stands beside it.
    fn seen_after(&self, text: &str, plan: &Plan, own: Option<u32>) -> (Vec<Finding>, BTreeMap<String, String>) {
        if !plan.patch.regroups() {
            return Default::default();
        }
        let after = plan.patch.apply(text);
        let (scan, layout) = self.read(&after);
        let beside = self.options.corpus.as_ref().map(|it| Beside::new(it, &after, own));
        let subject = Subject { text: &after, scan: &scan, layout: &layout, rules: &self.rules, beside: beside.as_ref() };
        let law = self.options.law;
        let weighed = weigh(&subject, law.premises(), Some(&Known::clean()));
        let kept = plan.patch.kept(text.len());
        let moved = |mut finding: Finding| {
            let fix = finding.fix.as_mut()?;
            for edit in &mut fix.edits {
                edit.span = kept.before(edit.span)?;
            }
            finding.span = kept.before(finding.span)?;
            // A deletion may run over others: it goes before them.
            let fix = finding.fix.as_ref()?;
            (fix.deletes() || plan.patch.takes(fix)).then_some(finding)
        };
        let found = judge(&subject, &weighed, law)
            .into_iter()
            .filter(|it| self.reports(it))
            .filter_map(|mut it| self.options.terms.admit(&mut it, &after).then_some(it));
        let found = found.filter_map(moved).collect();
        (found, self.metadata(&after, &scan))
    }

    /// A text beside the other documents, among which it is known by what stood there before it was repaired.
    fn beside(&self, raw: &str, text: &str) -> Option<Beside<'_>> {
        let corpus = self.options.corpus.as_ref()?;
        let own = (raw.as_ptr() != text.as_ptr()).then(|| corpus.document(Units::of(raw).fingerprint())).flatten();
        Some(Beside::new(corpus, text, own))
    }

    /// Cuts a text in all ways.
    fn read(&self, text: &str) -> (Scan, Layout) {
        let mut scan = self.rules.scan(text);
        let mut layout = segment(text);
        self.rules.hear(text, &mut scan, &mut layout, embedded::model);
        (scan, layout)
    }

    /// Finds and applies what is wanted.
    #[must_use]
    pub fn fix(&self, raw: impl AsRef<[u8]>, wanted: Wanted) -> Fixed {
        self.fix_known(raw, None, wanted)
    }

    /// The same with a verdict that stands already.
    #[must_use]
    pub fn fix_known(&self, raw: impl AsRef<[u8]>, known: Option<&Known>, wanted: Wanted) -> Fixed {
        let checked = self.check_known(raw.as_ref(), known, wanted);
        Fixed { bytes: self.written(raw.as_ref(), &checked), checked }
    }

    /// The bytes of a document that was checked, with its plan applied.
    #[must_use]
    pub fn written(&self, raw: &[u8], checked: &Checked) -> Vec<u8> {
        match (self.options.spelling, checked.document.encoding()) {
            (Spelling::Utf8, encoding) if encoding != Encoding::Utf8 => checked.plan.patch.apply(checked.document.text()).into_bytes(),
            _ => checked.document.patched(raw, &checked.plan.patch),
        }
    }

    /// The verdict alone.
    #[must_use]
    pub fn score(&self, raw: impl AsRef<[u8]>) -> Assessment {
        self.check(raw).assessment
    }

    /// Whether a finding may propose its fix: those of some packs are wanted only by who names them.
    fn asks_for(&self, finding: &Finding) -> bool {
        let pack = self.rules.book().packs.iter().find(|it| it.on_request && finding.rule.is_below(&it.name));
        pack.is_none() || self.options.select.iter().any(|it| finding.rule.is_below(it))
    }

    fn reports(&self, finding: &Finding) -> bool {
        self.options.reports(&finding.rule)
    }

    /// What the headers say that rules found.
    fn metadata(&self, text: &str, scan: &Scan) -> BTreeMap<String, String> {
        let told = scan.hits.iter().filter(|it| self.rules.fills_metadata(**it)).filter_map(|&hit| {
            let rule = self.rules.rule(hit);
            let field = rule.metadata.as_ref().filter(|_| matches!(rule.matcher, Matcher::Regex { .. } | Matcher::Header { .. }))?;
            Some((field.to_string(), self.rules.fill(hit, VALUE, text, &scan.tokens)?))
        });
        told.collect()
    }
}

/// Marks the findings that were rejected.
fn spare(findings: &mut [Finding], spared: &[(RuleId, Span)]) {
    for (rule, span) in spared {
        for it in findings.iter_mut().filter(|it| it.span == *span && it.rule == *rule) {
            it.rejected = true;
        }
    }
}

/// A finding without its fix, where the document's encoding has no letters for it.
fn spelt(mut finding: Finding, document: &Document) -> Finding {
    let spelt = finding.fix.iter().flat_map(|it| &it.edits).all(|it| document.spells(&it.replacement));
    if !spelt {
        finding.fix = None;
        finding.severity = Severity::Info;
    }
    finding
}

fn too_large(document: Document) -> Checked {
    let assessment =
        Assessment { verdict: Verdict::Unassessed, reason: "larger than 4 GiB".to_owned(), language: "und", ..Assessment::default() };
    Checked { document, assessment, plan: Plan::default(), metadata: BTreeMap::new(), residue: 0 }
}
