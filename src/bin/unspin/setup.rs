//! Flags and configuration to cleaners: rules of one's own, selection, settings.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::bail;
use unspin::{
    Applicability, Checked, Cleaner, Confidence, Context, Corpus, Fixed, Form, Known, Law, Options, Policy, Prior, QuoteMarks, Quotes,
    RuleId, Rules, Span, Spelling, Terms, Thresholds, Wanted, embedded,
    profile::Grouping,
    report::Origin,
    rules::{
        file::nearest,
        load::{LoadError, load, read_folder},
        rule::Rulebook,
    },
    terms::RuleTerms,
};

use crate::{
    args::{Assumed, Color, Common, Marks, NormalForm, Reading, Shared},
    cache::Cache,
    config::{Config, Field, layer::Layer, read::Records},
    corpus, decisions,
    inputs::reason,
    ledgers::Ledgers,
    memory::Memory,
    mistakes,
    output::{complain, counted},
    verdicts::Verdicts,
};

/// The shipped rules and those of the folders behind them; and where the latter begin.
pub fn rules(shared: &Shared) -> anyhow::Result<(Rules, usize)> {
    rules_of(shared, &Config::of(shared)?)
}

fn rules_of(shared: &Shared, config: &Config) -> anyhow::Result<(Rules, usize)> {
    let mut known = embedded::rulebook();
    let shipped = known.rules.len();
    for folder in config.rules().iter().chain(&shared.rules) {
        let sources = read_folder(folder)?;
        match load(sources, &known, embedded::frequencies()) {
            Ok(own) => known.append(own),
            Err(error) => bail!("{}", told(&error, shared.color)),
        }
    }
    Ok((Rules::indexed(known, embedded::index()), shipped))
}

/// Shows mistakes in rule files on standard error, and counts them.
fn told(error: &LoadError, color: Color) -> String {
    let (drawn, counted) = described(error, mistakes::are_plain(color));
    mistakes::show(&drawn);
    counted
}

/// Mistakes in rule files as a compiler shows them, without colours where it is to be plain; and a line that counts them.
#[must_use]
pub fn described(error: &LoadError, plain: bool) -> (String, String) {
    let drawn = error.files.iter().map(|(source, wrong)| mistakes::drawn(&source.path, &source.text, wrong, plain));
    let count = error.files.iter().map(|it| it.1.len()).sum();
    (drawn.collect(), format!("{} in {} of rules", counted(count, "mistake"), counted(error.files.len(), "file")))
}

/// Cleaners for all documents of a run: one for all, and one for each set of overrides that holds for some.
#[derive(Debug)]
pub struct Courts {
    /// The configuration in force.
    pub config: Config,
    /// How data sets are read.
    pub reading: Reading,
    flags: Layer,
    spelling: Spelling,
    corpus: Option<Arc<Corpus>>,
    // With the hash of the rules in force.
    cache: Option<(Arc<Cache>, String)>,
    usual: Arc<Court>,
    others: Mutex<HashMap<Vec<usize>, Arc<Court>>>,
}

/// A cleaner and what else a document is judged by.
#[derive(Debug)]
pub struct Court {
    /// The cleaner.
    pub cleaner: Cleaner,
    /// Below this nothing is reported or applied.
    pub confidence: Confidence,
    /// The verdict that is set for the document.
    pub assumed: Option<Known>,
    // What earlier runs found, and what else than the text it depends on.
    cache: Option<(Arc<Cache>, String)>,
    /// The verdicts that are set for some documents.
    verdicts: Arc<Verdicts>,
}

impl Courts {
    /// What flags and configuration ask for.
    pub fn new(common: &Common, spelling: Spelling) -> anyhow::Result<Self> {
        Self::remembering(common, spelling, Keeping::Words)
    }

    /// The same, where a cache may be kept from holding words of the texts.
    pub fn remembering(common: &Common, spelling: Spelling, keeping: Keeping) -> anyhow::Result<Self> {
        let config = Config::of(&common.shared)?;
        let (rules, own) = rules_of(&common.shared, &config)?;
        let rules = Arc::new(rules);
        config.check(rules.book(), &common.shared)?;
        for prefix in common.select.iter().chain(&common.ignore) {
            check_prefix(prefix, rules.book())?;
        }
        if own < rules.book().rules.len() {
            let folders: Vec<PathBuf> = config.rules().into_iter().chain(common.shared.rules.iter().cloned()).collect();
            warn_of_failing_examples(&folders, &rules, own);
        }
        let flags = Layer::of_flags(common);
        let corpus = common.corpus.clone().or_else(|| config.written.corpus.as_ref().map(|it| config.resolve(&it.value)));
        let corpus = corpus.map(|it| corpus::open(&it)).transpose()?;
        let mut reading = reading(&common.reading, &config.written.records);
        reading.further = config.written.overrides.iter().flat_map(|it| &it.fields).map(|it| it.0.clone()).collect();
        let sources = config.written.gate.by.as_deref().map(Grouping::named);
        reading.further.extend(sources.iter().flat_map(Grouping::fields).map(str::to_owned));
        let verdicts = Arc::new(common.verdicts.as_deref().map(Verdicts::read).transpose()?.unwrap_or_default());
        let cache = cache(common, &config, keeping)?;
        let layer = config.layer(&[]).under(&flags);
        let usual = Arc::new(Court::new(rules, &layer, spelling, corpus.as_ref(), cache.clone(), verdicts));
        Ok(Self { config, reading, flags, spelling, corpus, cache, usual, others: Mutex::default() })
    }

    /// The rules in force.
    pub fn rules(&self) -> &Rules {
        self.usual.cleaner.rules()
    }

    /// What holds for documents without settings of their own.
    pub fn layer(&self) -> Layer {
        self.config.layer(&[]).under(&self.flags)
    }

    /// What a document is judged by.
    pub fn over(&self, origin: &Origin, field: &Field<'_>) -> Arc<Court> {
        let overrides = self.config.overrides(origin, field);
        if overrides.is_empty() {
            return Arc::clone(&self.usual);
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let made = others.entry(overrides).or_insert_with_key(|it| {
            let layer = self.config.layer(it).under(&self.flags);
            let rules = Arc::clone(self.usual.cleaner.rules());
            Arc::new(Court::new(rules, &layer, self.spelling, self.corpus.as_ref(), self.cache.clone(), Arc::clone(&self.usual.verdicts)))
        });
        Arc::clone(made)
    }
}

impl Court {
    fn new(
        rules: Arc<Rules>,
        layer: &Layer,
        spelling: Spelling,
        corpus: Option<&Arc<Corpus>>,
        cache: Option<(Arc<Cache>, String)>,
        verdicts: Arc<Verdicts>,
    ) -> Self {
        let confidence = layer.min_confidence.as_ref().map(|it| it.value);
        let law = Law {
            quotes: if layer.edit_quotes.as_ref().is_some_and(|it| it.value) { Quotes::Edited } else { Quotes::Locked },
            thresholds: confidence.map(Thresholds::from).unwrap_or_default(),
            context: if layer.context.as_ref().is_none_or(|it| it.value) { Context::Read } else { Context::Ignored },
            prior: layer.prior.as_ref().map(|it| Prior::of(it.value)).unwrap_or_default(),
        };
        let terms = layer.rules.iter().map(|it| RuleTerms {
            prefix: it.prefix.clone(),
            severity: it.severity.as_ref().map(|it| it.value),
            confidence: it.min_confidence.as_ref().map(|it| it.value),
        });
        let options = Options {
            law,
            select: layer.select.as_ref().map(|it| it.value.clone()).unwrap_or_default(),
            ignore: layer.ignore.iter().map(|it| it.value.clone()).collect(),
            terms: Terms { rules: terms.collect(), protected: layer.protect.iter().map(|it| it.value.clone()).collect() },
            policy: policy(layer),
            spelling,
            corpus: corpus.cloned(),
        };
        let assumed = layer.assume.as_ref().map(|it| known(it.value));
        let cache = cache.map(|(cache, rules)| (cache, format!("{rules} {options:?}")));
        Self { cleaner: Cleaner::with(rules, options), confidence: confidence.unwrap_or_default(), assumed, cache, verdicts }
    }

    /// The verdict on a document that is known beforehand.
    pub fn known(&self, raw: &[u8], ledgers: &Ledgers) -> Option<Known> {
        self.assumed.clone().or_else(|| ledgers.known(raw))
    }

    /// Checks a document; what is not sure enough, or was rejected, is left out.
    pub fn check(&self, origin: &Origin, raw: &[u8], memory: &Memory) -> Checked {
        let mut checked = self.plan(origin, raw, memory, Applicability::Unsafe);
        checked.plan.shown.retain(|it| it.confidence >= self.confidence);
        checked
    }

    /// Corrects a document as far as its fixes are trusted, and nobody rejected them.
    pub fn fix(&self, origin: &Origin, raw: &[u8], memory: &Memory, applicability: Applicability) -> Fixed {
        let checked = self.plan(origin, raw, memory, applicability);
        Fixed { bytes: self.cleaner.written(raw, &checked), checked }
    }

    /// Checks a document for a correction as far as its fixes are trusted, and nobody rejected them.
    pub fn plan(&self, origin: &Origin, raw: &[u8], memory: &Memory, applicability: Applicability) -> Checked {
        let wanted = self.wanted(applicability);
        let check = |known: Option<&Known>| decisions::check(&memory.decided, origin, |spared| self.spared(raw, known, wanted, spared));
        let checked = check(self.known(raw, &memory.ledgers).as_ref());
        // A verdict that stands as it was found says less than the finding of it.
        match self.verdicts.other(origin, checked.assessment.verdict) {
            Some(said) => check(Some(&known(said))),
            None => checked,
        }
    }

    fn spared(&self, raw: &[u8], known: Option<&Known>, wanted: Wanted, spared: &[(RuleId, Span)]) -> Checked {
        let check = || self.cleaner.check_spared(raw, known, wanted, spared);
        let Some((cache, settings)) = &self.cache else { return check() };
        let circumstances = format!("{settings} {known:?} {wanted:?} {spared:?}");
        cache.checked(circumstances.as_bytes(), raw, check)
    }

    const fn wanted(&self, applicability: Applicability) -> Wanted {
        Wanted { applicability, confidence: self.confidence }
    }
}

/// What a cache may hold of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// What findings say of them.
    Words,
    /// Nothing: only of documents without findings it is kept that there are none.
    NoWords,
}

/// The cache that is asked for, with the hash of the rules that its entries depend on, those in folders by their files.
fn cache(common: &Common, config: &Config, keeping: Keeping) -> anyhow::Result<Option<(Arc<Cache>, String)>> {
    let Some(folder) = &common.cache else { return Ok(None) };
    let mut rules = format!("{} {}", env!("CARGO_PKG_VERSION"), embedded::FINGERPRINT);
    for folder in config.rules().iter().chain(&common.shared.rules) {
        let files = read_folder(folder)?.into_iter().map(|it| format!("{}\0{}\0", it.path.display(), it.text));
        rules += &unspin::ledger::content_hash(files.collect::<String>().as_bytes());
    }
    let cache = Cache::open(folder, keeping == Keeping::NoWords);
    let cache = cache.map_err(|it| anyhow::anyhow!("--cache {}: {}", folder.display(), reason(&it)))?;
    Ok(Some((Arc::new(cache), rules)))
}

/// The flags, and what the configuration says where they say nothing.
pub fn reading(flags: &Reading, written: &Records) -> Reading {
    let mut reading = flags.clone();
    if reading.field.is_empty() {
        reading.field = written.fields.iter().map(|it| it.value.clone()).collect();
    }
    reading.id = reading.id.or_else(|| written.id.as_ref().map(|it| it.value.clone()));
    reading
}

fn policy(layer: &Layer) -> Policy {
    let quotes = match layer.quote_marks.as_ref().map(|it| it.value) {
        None | Some(Marks::Keep) => QuoteMarks::Kept,
        Some(Marks::Straighten) => QuoteMarks::Straight,
        Some(Marks::Curl) => QuoteMarks::Curly,
    };
    let form = match layer.normal_form.as_ref().map(|it| it.value) {
        None => Form::Composed,
        Some(NormalForm::Nfc) => Form::Nfc,
        Some(NormalForm::Nfd) => Form::Nfd,
        Some(NormalForm::Nfkc) => Form::Nfkc,
        Some(NormalForm::Nfkd) => Form::Nfkd,
    };
    Policy { quotes, form, ..Policy::default() }
}

/// A user's rules are checked by their own examples before they are trusted.
fn warn_of_failing_examples(folders: &[PathBuf], rules: &Arc<Rules>, own: usize) {
    let outcome = unspin::examples::run(rules, own);
    if !outcome.failures.is_empty() {
        complain(&unpromised(outcome.failures.len(), folders));
    }
}

/// What is said of so many examples that do not hold.
#[must_use]
pub fn unpromised(failures: usize, folders: &[PathBuf]) -> String {
    let folders: Vec<String> = folders.iter().map(|it| it.display().to_string()).collect();
    let count = counted(failures, "example");
    format!("{count} of {} not as promised: see `unspin rules test --rules {}`", folders.join(", "), folders.join(" --rules "))
}

/// Whether there are rules below a prefix.
///
/// # Errors
/// Where there are none; the error says what may be meant.
pub fn check_prefix(prefix: &str, book: &Rulebook) -> anyhow::Result<()> {
    if book.rules.iter().any(|it| it.id.is_below(prefix)) {
        return Ok(());
    }
    bail!("no rule is called `{prefix}`{}", meant(prefix, book));
}

/// “; did you mean …?” where a rule, a family or a pack is called nearly so.
pub fn meant(name: &str, book: &Rulebook) -> String {
    let packs = book.packs.iter().map(|it| it.name.as_ref());
    let families = book.families.iter().map(|it| it.id.as_ref());
    let rules = book.rules.iter().map(|it| it.id.as_str());
    nearest(name, packs.chain(families).chain(rules)).map_or_else(String::new, |it| format!("; did you mean `{it}`?"))
}

/// A verdict that is taken for granted.
pub fn known(assumed: Assumed) -> Known {
    match assumed {
        Assumed::Spun => Known::spun(),
        Assumed::Translated => Known::translated(),
        Assumed::Clean => Known::clean(),
    }
}
