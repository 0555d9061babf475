//! Runs the examples that rules carry: they are their tests.

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
    sync::Arc,
};

use crate::{
    cleaner::{Cleaner, Options},
    corpus::Corpus,
    finding::{Confidence, Finding, RuleId},
    judge::{Law, Thresholds},
    repair::{Policy, QuoteMarks, step::Step},
    resolve::{Wanted, resolve},
    rules::{
        Rules,
        rule::{Rule, Sign},
    },
    weigh::{Context, Known},
};

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The rule, or the family whose near misses they are.
    pub rule: RuleId,
    /// The example.
    pub text: String,
    /// What should come out; `None` where the text is to be left alone.
    pub expected: Option<String>,
    /// What came out.
    pub got: String,
}

/// How many examples were run, and which of them do not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many were run.
    pub run: usize,
    /// Those that do not hold, and known failures that hold.
    pub failures: Vec<Failure>,
}

/// Runs the examples of every rule from the index `from` on. A rule that needs a verdict is tried as if it were given.
///
/// That a text is corrected is asked of the rule alone, however unlikely the swap is without its document; that a near miss is left
/// alone is asked of the whole judgement.
#[must_use]
pub fn run(rules: &Arc<Rules>, from: usize) -> Outcome {
    let book = rules.book();
    let first_family = book.rules.get(from).map_or(book.families.len(), |it| it.family as usize);
    let lenient = Law { thresholds: Thresholds::from(Confidence::new(0)), context: Context::Ignored, ..Law::default() };
    let bench = Bench {
        lenient: cleaner(rules, lenient, Options::default()),
        strict: cleaner(rules, Law::default(), Options::default()),
        straight: OnceCell::new(),
        beside: RefCell::default(),
        rules,
    };
    let mut outcome = Outcome::default();
    for rule in book.rules.iter_from(from) {
        outcome.run += rule.bad.len() + rule.ok.len();
        let lost = bench.lost(rule);
        outcome.failures.extend(match (rule.known_failure, lost.is_empty()) {
            (false, _) => lost,
            (true, false) => Vec::new(),
            (true, true) => vec![failure(rule, "all examples", Some("a known failure"), "they hold now: remove `known_failure`")],
        });
    }
    for (number, family) in (0..).zip(&book.families).skip(first_family) {
        let prefix = format!("{}/", family.id);
        outcome.run += family.ok.len();
        let beside = bench.beside(number);
        let strict = beside.as_deref().unwrap_or(&bench.strict);
        let lost = family.ok.iter().filter_map(|text| {
            let (rule, got) = strict.touched(text, &Known::spun(), |it| it.as_str().starts_with(&prefix))?;
            Some(Failure { rule, text: text.to_string(), expected: None, got })
        });
        outcome.failures.extend(lost);
    }
    outcome
}

struct Bench<'b> {
    lenient: Cleaner,
    strict: Cleaner,
    // For the rule about quotation marks, which keeps them all where nothing else is asked for.
    straight: OnceCell<Cleaner>,
    // For the rules of the last family that asks other documents.
    beside: RefCell<Option<(u32, Rc<Cleaner>)>>,
    rules: &'b Arc<Rules>,
}

fn cleaner(rules: &Arc<Rules>, law: Law, options: Options) -> Cleaner {
    // By name, since some packs propose nothing unless they are asked.
    let select = rules.book().packs.iter().map(|it| it.name.to_string()).collect();
    Cleaner::with(Arc::clone(rules), Options { law, select, ..options })
}

fn failure(rule: &Rule, text: &str, expected: Option<&str>, got: &str) -> Failure {
    Failure { rule: rule.id.clone(), text: text.to_owned(), expected: expected.map(str::to_owned), got: got.to_owned() }
}

impl Bench<'_> {
    /// A cleaner that asks the other documents of a family; `None` where it has none.
    fn beside(&self, family: u32) -> Option<Rc<Cleaner>> {
        let texts = &self.rules.book().families[family as usize].beside;
        if texts.is_empty() {
            return None;
        }
        let mut last = self.beside.borrow_mut();
        if last.as_ref().is_none_or(|it| it.0 != family) {
            let texts: Vec<(String, &str)> = (1..).zip(texts).map(|(number, text)| (format!("document {number}"), &**text)).collect();
            let corpus = Corpus::of(&texts);
            let options = Options { corpus: Some(Arc::new(corpus)), ..Options::default() };
            *last = Some((family, Rc::new(cleaner(self.rules, Law::default(), options))));
        }
        last.as_ref().map(|it| Rc::clone(&it.1))
    }

    fn lost(&self, rule: &Rule) -> Vec<Failure> {
        let own = |it: &RuleId| *it == rule.id;
        let straight = || {
            let policy = Policy { quotes: QuoteMarks::Straight, ..Policy::default() };
            self.straight.get_or_init(|| cleaner(self.rules, Law::default(), Options { policy, ..Options::default() }))
        };
        let beside = self.beside(rule.family);
        let (lenient, strict) = match &beside {
            Some(beside) => (&**beside, &**beside),
            None if rule.step() == Some(Step::Quote) => (straight(), straight()),
            None => (&self.lenient, &self.strict),
        };
        let known = if rule.needs == Some(Sign::Translated) { Known::translated() } else { Known::spun() };
        let bad = rule.bad.iter().filter_map(|(before, after)| {
            let got = lenient.found(before, &known, own, |_| true).map(|it| it.1);
            let holds = got.as_deref() == Some(after.as_ref());
            (!holds).then(|| failure(rule, before, Some(after), got.as_deref().unwrap_or("no finding")))
        });
        let ok = rule.ok.iter().filter_map(|text| Some(failure(rule, text, None, &strict.touched(text, &known, own)?.1)));
        bad.chain(ok).collect()
    }
}

impl Cleaner {
    /// The first of some rules that finds something in a text taken for convicted, and the text after the edits of them all.
    ///
    /// What a verdict alone shows is no harm to a near miss, and is what an example of a rule without a fix is about.
    fn touched(&self, text: &str, known: &Known, wanted: impl Fn(&RuleId) -> bool) -> Option<(RuleId, String)> {
        self.found(text, known, wanted, |it| it.fix.is_some() || it.evidence.iter().all(|it| it.witness().is_some()))
    }

    fn found(
        &self,
        text: &str,
        known: &Known,
        wanted: impl Fn(&RuleId) -> bool,
        counts: impl Fn(&Finding) -> bool,
    ) -> Option<(RuleId, String)> {
        let checked = self.check_known(text, Some(known), Wanted::ALL);
        let findings: Vec<Finding> = checked.findings().into_iter().map(|(it, _)| it.clone()).filter(|it| wanted(&it.rule)).collect();
        let first = findings.iter().find(|it| counts(it))?.rule.clone();
        Some((first, resolve(findings, Wanted::ALL).patch.apply(text)))
    }
}
