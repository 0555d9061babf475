//! From hits to a verdict on a document and on its parts.
//!
//! A spinner has a list of words that it replaces, and replaces those at some rate; which words, and how often, is unknown. For each
//! original, the places where something stands for it (signs) and those where it stands itself (survivors) are weighed together:
//! at a rate θ a sign is `1 + θ·g` times likelier than in an ordinary text, where `g` is how much more frequent the original is in
//! English than what stands for it, and a survivor `1 − θ` times. The original is on the list with a chance q, so that its evidence is
//! `ln(1 − q + q·eˡ)`. Authors have habits too: with a chance h, the greater the more usual the word, one writes it as a spinner would, so
//! that `ln(1 − h + h·eˡ)` goes off again, and no word alone can say more than `ln(q/h)`. The sum is averaged over a grid of θ and q.

mod bound;
mod part;
mod signs;
mod survivors;
mod translated;
mod windows;

use std::collections::BTreeMap;

use bound::Worth;
use part::{Judged, Part};
use serde::{Deserialize, Serialize};
use signs::Sighting;
use survivors::{Sketch, Tally};
pub use translated::{Translation, weigh_translation};
use windows::{Promises, spun_runs};

use crate::{
    admit::{Admitted, Quotes, Subject},
    context::{self, Reading},
    finding::Confidence,
    language::detect::{ENGLISH_PERCENT, other_language},
    nats::{self, MilliNats, PerMillion},
    rules::{Group, Hit, Scan, rule::Sign},
    segment::{Layout, token::Kind},
    span::Span,
};

/// What a document, or a part of one, is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Verdict {
    /// Not looked at: see [`Assessment::reason`].
    #[default]
    Unassessed,
    /// As somebody wrote it.
    Clean,
    /// It, or a part of it, may be spun.
    Suspect,
    /// Rewritten by a synonym spinner.
    Spun,
    /// Translated by machine.
    Translated,
}

impl Verdict {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unassessed => "unassessed",
            Self::Clean => "clean",
            Self::Suspect => "suspect",
            Self::Spun => "spun",
            Self::Translated => "translated",
        }
    }
}

/// A part of a document that is convicted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Its bytes, from the start of a block to the end of one.
    pub span: Span,
    /// Chance that it is spun.
    pub spun: Confidence,
    /// The chance that a word on the spinner's list was swapped, in thousandths.
    pub theta: u32,
    /// The chance that a word is on that list at all, in thousandths.
    pub density: u32,
    /// The chance that an occurrence of each original with a sign was swapped, in millionths, by its name (see
    /// [`Rules::original_name`](crate::rules::Rules::original_name)).
    pub rates: BTreeMap<String, PerMillion>,
}

impl Region {
    /// A part that is taken for spun without more being known of the spinner.
    #[must_use]
    pub const fn told(span: Span) -> Self {
        Self { span, spun: Confidence::FULL, theta: TOLD.0, density: TOLD.1, rates: BTreeMap::new() }
    }

    /// The chance that an occurrence of an original was swapped, in millionths.
    #[must_use]
    pub fn rate(&self, original: &str) -> PerMillion {
        self.rates.get(original).copied().unwrap_or(self.density * self.theta)
    }
}

/// The verdict on a document, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Assessment {
    /// What the document is taken for.
    pub verdict: Verdict,
    /// Why, in a few words.
    pub reason: String,
    /// ISO 639-1 code of its language, `und` where that cannot be told.
    // A word of the program, not of the bytes that are read.
    #[serde(skip)]
    pub language: &'static str,
    /// Chance that it, or a part of it, is spun.
    pub spun: Confidence,
    /// Swaps seen for each word outside quotations, in millionths.
    pub rate: PerMillion,
    /// How many tokens are words.
    pub words: usize,
    /// The parts that are convicted, in the order of the text.
    pub regions: Vec<Region>,
    /// Whether the verdict was known beforehand, and not weighed here.
    pub told: bool,
    /// The signs that count most: what stands in the text, and how often.
    pub signs: Vec<(String, usize)>,
    /// Whether it is translated, and from what language.
    pub translation: Translation,
}

impl Assessment {
    /// Chance of what the document is taken for.
    #[must_use]
    pub fn chance(&self) -> Confidence {
        if self.verdict == Verdict::Spun { self.spun } else { self.spun.max(self.translation.chance) }
    }
}

/// A verdict that is known beforehand: from the caller, or from the record of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// What the document was taken for.
    pub verdict: Verdict,
    /// The parts that were convicted as spun; where empty, and the verdict is about spinning, the whole document.
    pub regions: Vec<Region>,
    /// What was known of a translation.
    pub translation: Option<Translation>,
}

impl Known {
    /// The whole document is spun, at a middling rate.
    #[must_use]
    pub const fn spun() -> Self {
        Self { verdict: Verdict::Spun, regions: Vec::new(), translation: None }
    }

    /// The whole document is translated.
    #[must_use]
    pub fn translated() -> Self {
        Self { verdict: Verdict::Translated, regions: Vec::new(), translation: Some(Translation::told()) }
    }

    /// The document is as somebody wrote it.
    #[must_use]
    pub const fn clean() -> Self {
        Self { verdict: Verdict::Clean, regions: Vec::new(), translation: None }
    }

    /// The same with every offset in another place.
    #[must_use]
    pub fn moved(&self, to: impl Fn(usize) -> usize) -> Self {
        let moved = |span: Span| Span::new(to(span.start), to(span.end));
        let regions = self.regions.iter().map(|it| Region { span: moved(it.span), ..it.clone() });
        let parts = |it: &Translation| it.parts.iter().map(|&(span, chance)| (moved(span), chance)).collect();
        let translation = self.translation.as_ref().map(|it| Translation { parts: parts(it), ..it.clone() });
        Self { verdict: self.verdict, regions: regions.collect(), translation }
    }
}

/// Why most documents are clean.
const TOO_FEW: &str = "too few signs for its length";
/// Fewer words than this say nothing.
const ENOUGH_WORDS: usize = 25;
/// A text whose tokens are words in fewer cases than this, of a hundred, is a table.
const PROSE_PERCENT: usize = 55;
/// A document is convicted from here on; a part of one convicts itself.
pub const CONVICTED: Confidence = Confidence::new(9_000);
/// It is suspect from here on.
pub const SUSPECT: Confidence = Confidence::new(5_000);

/// The rate and density that are assumed where a caller says “spun” and no more.
const TOLD: (u32, u32) = (800, 900);
/// The words around the signs make a text at most so much likelier to be spun.
const HOPE: MilliNats = 9_000;
/// A text of more words than this has more chances to look like something; each further one lowers the odds.
const USUAL_WORDS: u64 = 1_000;

/// What weighing found.
#[derive(Debug, Default)]
pub struct Weighed {
    /// The verdict.
    pub assessment: Assessment,
    /// The hits of rules that ask for a verdict, or are evidence for one; none where the document is far from any.
    pub admitted: Vec<Admitted>,
    /// What stands in the place of each of them, at the rate [`context::RATE`]; none where the context was not read.
    pub readings: Option<Vec<Option<Reading>>>,
}

/// Whether the words around a swap are looked at, or only how frequent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Context {
    /// The language model says what fits.
    #[default]
    Read,
    /// Frequencies alone count: faster, and far less sure.
    Ignored,
}

/// How usual spun documents are, before anything is known of one: the logarithm of the odds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prior(MilliNats);

impl Default for Prior {
    /// One document in 200 is spun.
    fn default() -> Self {
        Self(-5_298)
    }
}

impl Prior {
    /// What is supposed where nobody says: one document in 200.
    pub const USUAL: Confidence = Confidence::new(50);

    /// So many of all documents are spun; at least one in 10,000, and never all.
    #[must_use]
    pub fn of(share: Confidence) -> Self {
        let share = u64::from(share.millionths()).clamp(100, 999_900);
        Self(nats::ln_ratio(share, u64::from(nats::ONE) - share))
    }
}

/// What is taken for granted before a document is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Premises {
    /// Whether words inside direct speech may be replaced.
    pub quotes: Quotes,
    /// Whether the words around a swap are looked at.
    pub context: Context,
    /// How usual spun documents are.
    pub prior: Prior,
}

/// Weighs the hits of a document. `known` is a verdict that stands already; it wins over what is seen here.
#[must_use]
pub fn weigh(subject: &Subject<'_>, premises: Premises, known: Option<&Known>) -> Weighed {
    let Subject { text, scan, layout, .. } = *subject;
    let Premises { quotes, context, prior: Prior(prior) } = premises;
    let language = language(text, scan);
    let mut assessment = Assessment { verdict: Verdict::Clean, language, words: scan.words, ..Assessment::default() };
    if let Some(known) = known {
        let assessment = told(text, assessment, known);
        let admitted = if assessment.verdict >= Verdict::Suspect { admitted(subject, quotes) } else { Vec::new() };
        let readings = (context == Context::Read).then(|| context::read(subject, &admitted));
        return Weighed { assessment, admitted, readings };
    }
    if let Some(reason) = unassessed(scan, language) {
        assessment.verdict = Verdict::Unassessed;
        reason.clone_into(&mut assessment.reason);
        return Weighed { assessment, ..Weighed::default() };
    }
    let long = nats::ln_ratio((scan.words as u64).max(USUAL_WORDS), USUAL_WORDS);
    TOO_FEW.clone_into(&mut assessment.reason);
    // Guards are slow, and the context is slower: each is asked where the signs would be enough without it.
    if !could_convict(subject, &signs::unguarded(subject), (prior, long)) {
        return Weighed { assessment, ..Weighed::default() };
    }
    let admitted = admitted(subject, quotes);
    if !could_convict(subject, &signs::signs(subject, &admitted, None), (prior + HOPE, long)) {
        return Weighed { assessment, ..Weighed::default() };
    }
    let readings = (context == Context::Read).then(|| context::read(subject, &admitted));
    let signs = signs::signs(subject, &admitted, readings.as_deref());
    let survivors = survivors::of(subject, &signs);
    let whole = Span::new(0, layout.blocks.len());
    let mut tally = Tally::new(&survivors, subject).of(whole);
    let document = Part::new(whole, &signs, &mut tally).judged(prior - long);
    let parts = Promises::new(layout, &signs, prior).convicted_parts(&signs, &mut tally);
    conclude(subject, &mut assessment, (&signs, &mut tally), (&document, &parts));
    Weighed { assessment, admitted, readings }
}

/// The hits that nothing forbids, of rules that ask for a verdict or are evidence for one.
fn admitted(subject: &Subject<'_>, quotes: Quotes) -> Vec<Admitted> {
    let conditional = |hit: &Hit| subject.rules.needs(*hit) == Some(Sign::Spun) || subject.rules.is_sign(*hit, Sign::Spun);
    let mut hits: Vec<Hit> = subject.later().iter().chain(&subject.scan.hits).copied().filter(conditional).collect();
    hits.sort();
    hits.into_iter().filter_map(|it| subject.admit(it, quotes)).collect()
}

/// The verdict on a document from those on it as a whole and on its parts.
fn conclude(
    subject: &Subject<'_>,
    assessment: &mut Assessment,
    (signs, tally): (&[Sighting], &mut Tally<'_>),
    (document, parts): (&Judged, &[Judged]),
) {
    let Subject { text, scan, layout, rules, .. } = *subject;
    assessment.spun = parts.iter().map(|it| it.spun).chain([document.spun]).max().unwrap_or(document.spun);
    assessment.rate = rate(scan, layout, signs, document.theta);
    assessment.signs = telling(text, signs);
    let mut first: BTreeMap<Group, Hit> = BTreeMap::new();
    for sign in signs {
        first.entry(sign.group).or_insert(sign.hit);
    }
    let named = |group: &Group| first.get(group).map(|it| rules.original_name(*it));
    let region = |it: &Judged| Region {
        span: bytes_of(layout, it.blocks),
        spun: it.spun,
        theta: it.theta,
        density: it.density,
        rates: it.rates.iter().filter_map(|(group, chance)| Some((named(group)?, *chance))).collect(),
    };
    assessment.verdict = match document.spun {
        it if it >= CONVICTED => Verdict::Spun,
        it if it >= SUSPECT || !parts.is_empty() => Verdict::Suspect,
        _ => Verdict::Clean,
    };
    let convicted = match assessment.verdict {
        Verdict::Spun => std::slice::from_ref(document),
        Verdict::Suspect if parts.is_empty() => std::slice::from_ref(document),
        _ => parts,
    };
    let runs = convicted.iter().flat_map(|it| {
        let runs = spun_runs(it, signs, tally.survivors());
        // Seen by themselves, the blocks that are left say more clearly at what rates.
        let alone = |blocks: Span| {
            tally.move_to(blocks);
            Judged { spun: it.spun, ..Part::new(blocks, signs::within(signs, blocks), tally).judged(0) }
        };
        let whole = runs.is_empty() || runs == [it.blocks];
        if whole { vec![it.clone()] } else { runs.into_iter().map(alone).collect() }
    });
    assessment.regions = runs.map(|it| region(&it)).collect();
    assessment.reason = reason(assessment, signs.len());
}

fn language(text: &str, scan: &Scan) -> &'static str {
    if 100 * scan.function_words >= ENGLISH_PERCENT * scan.words && scan.words > 0 {
        return "en";
    }
    match other_language(text) {
        Some(code) => code,
        // A line or two in plain letters that is nothing else.
        None if scan.words > 0 && scan.words < ENOUGH_WORDS && text.chars().all(|it| it.is_ascii() || !it.is_alphabetic()) => "en",
        None => "und",
    }
}

fn unassessed(scan: &Scan, language: &str) -> Option<&'static str> {
    let spaced = scan.tokens.iter().filter(|it| it.kind() != Kind::Break).count();
    if scan.words == 0 && spaced == 0 {
        Some("empty")
    } else if 100 * scan.words < PROSE_PERCENT * spaced {
        Some("a table")
    } else if language != "en" {
        Some("not English")
    } else if scan.words < ENOUGH_WORDS {
        Some("too short")
    } else {
        None
    }
}

fn told(text: &str, assessment: Assessment, known: &Known) -> Assessment {
    let whole = Region::told(Span::new(0, text.len()));
    let convicted = known.verdict >= Verdict::Suspect && known.translation.is_none();
    let regions = if known.regions.is_empty() && convicted { vec![whole] } else { known.regions.clone() };
    Assessment {
        verdict: known.verdict,
        told: true,
        reason: "known beforehand".to_owned(),
        spun: regions.iter().map(|it| it.spun).max().unwrap_or_default(),
        regions,
        ..assessment
    }
}

/// Whether these signs would make the document, or a part of it, suspect; `long` lowers the odds of the whole.
fn could_convict(subject: &Subject<'_>, signs: &[Sighting], (prior, long): (MilliNats, MilliNats)) -> bool {
    let (worth, odds) = (Worth::of(signs), long - prior);
    let mut parts = Promises::new(subject.layout, signs, prior);
    if !worth.promises(odds) && parts.is_empty() {
        return false;
    }
    // Nearly all texts are let go by the words that are left in them, without being counted exactly.
    let blocks = Span::new(0, subject.layout.blocks.len());
    let left = Sketch::new(subject, signs);
    let whole = worth.suffices(&left.beside(blocks, signs), odds);
    parts.look_at(&left);
    if !whole && parts.is_empty() {
        return false;
    }
    let survivors = survivors::of(subject, signs);
    let mut tally = Tally::new(&survivors, subject).of(blocks);
    whole && worth.suffices(&tally.beside(signs).attested, odds) && Part::new(blocks, signs, &mut tally).spun(prior - long) >= SUSPECT
        || parts.any_convicted(&mut tally)
}

fn bytes_of(layout: &Layout, blocks: Span) -> Span {
    let bytes = layout.blocks[blocks.range()].first().zip(layout.blocks[blocks.range()].last());
    bytes.map_or(Span::new(0, 0), |(first, last)| Span::new(first.span.start, last.span.end))
}

/// Chance that an occurrence of a sign is a swap where its original is swapped at a rate in millionths, in millionths.
#[must_use]
pub fn swapped(gain: u32, own_loss: u16, rate: PerMillion) -> PerMillion {
    // The rate times the gain against the chance that the word was there and was left: both times 10⁹.
    let swap = u64::from(rate) * u64::from(gain);
    let own = 1_000_000_000 - u64::from(rate) * u64::from(own_loss);
    u32::try_from(u64::from(nats::ONE) * swap / (swap + own).max(1)).expect("at most one")
}

fn rate(scan: &Scan, layout: &Layout, signs: &[Sighting], theta: u32) -> PerMillion {
    let expected: u64 = signs.iter().map(|it| u64::from(swapped(it.strength.gain, 0, 1000 * theta))).sum();
    let quoted = layout.masked_bytes();
    let total = layout.blocks.iter().map(|it| it.span.len()).sum::<usize>().max(1);
    let words = scan.words as u64 * (total - quoted.min(total)) as u64 / total as u64;
    u32::try_from(expected / words.max(1)).unwrap_or(u32::MAX)
}

/// How many signs are shown.
const SHOWN: usize = 8;

/// The signs that count most, by spelling.
fn telling(text: &str, signs: &[Sighting]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, (u32, usize)> = BTreeMap::new();
    for sign in signs {
        let entry = counts.entry(text[sign.span.range()].to_lowercase()).or_default();
        *entry = (entry.0.max(sign.strength.gain), entry.1 + 1);
    }
    let mut telling: Vec<(String, (u32, usize))> = counts.into_iter().filter(|(_, (gain, _))| *gain > 4000).collect();
    telling.sort_by_key(|(_, (gain, count))| std::cmp::Reverse(u64::from((*gain).min(200_000)) * *count as u64));
    telling.into_iter().take(SHOWN).map(|(words, (_, count))| (words, count)).collect()
}

fn reason(assessment: &Assessment, signs: usize) -> String {
    let shown: Vec<String> = assessment
        .signs
        .iter()
        .map(|(words, count)| if *count > 1 { format!("“{words}” ×{count}") } else { format!("“{words}”") })
        .collect();
    match assessment.verdict {
        Verdict::Clean | Verdict::Unassessed | Verdict::Translated => TOO_FEW.to_owned(),
        Verdict::Suspect | Verdict::Spun if shown.is_empty() => format!("{signs} signs of a spinner"),
        Verdict::Suspect | Verdict::Spun => format!("{signs} signs of a spinner: {}", shown.join(", ")),
    }
}
