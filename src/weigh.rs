//! From hits to a verdict on a document and on its parts.
//!
//! A spinner has a list of words that it replaces, and replaces those at some rate; which words, and how often, is unknown. For each
//! original, the places where something stands for it (signs) and those where it stands itself (survivors) are weighed together:
//! at a rate θ a sign is `1 + θ·g` times likelier than in an ordinary text, where `g` is how much more frequent the original is in
//! English than what stands for it, and a survivor `1 − θ` times. The original is on the list with a chance q, so that its evidence is
//! `ln(1 − q + q·eˡ)`. Authors have habits too: with a chance h, the greater the more usual the word, one writes it as a spinner would, so
//! that `ln(1 − h + h·eˡ)` goes off again, and no word alone can say more than `ln(q/h)`. The sum is averaged over a grid of θ and q.

use std::collections::BTreeMap;

use crate::{
    finding::Confidence,
    language::detect::{ENGLISH_PERCENT, other_language},
    nats::{self, MilliNats, PerMillion},
    rules::{
        Group, Hit, Rules, Scan,
        evidence::{self, RATES, Strength},
        rule::{Matcher, Sign},
    },
    segment::{Layout, token::Kind},
    span::Span,
};

/// What a document, or a part of one, is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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
        }
    }
}

/// A part of a document that is convicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its bytes, from the start of a block to the end of one.
    pub span: Span,
    /// Chance that it is spun.
    pub spun: Confidence,
    /// The chance that a word on the spinner's list was swapped, in thousandths.
    pub theta: u32,
    /// The chance that a word is on that list at all, in thousandths.
    pub density: u32,
    /// The chance that each original with a sign is on the list, in millionths, by its name (see [`Rules::original_name`]).
    pub habits: BTreeMap<String, PerMillion>,
}

impl Region {
    /// A part that is taken for spun without more being known of the spinner.
    #[must_use]
    pub const fn told(span: Span) -> Self {
        Self { span, spun: Confidence::FULL, theta: TOLD.0, density: TOLD.1, habits: BTreeMap::new() }
    }

    /// The chance that an original is on the spinner's list, in millionths.
    #[must_use]
    pub fn habit(&self, original: &str) -> PerMillion {
        self.habits.get(original).copied().unwrap_or(self.density * 1000)
    }
}

/// The verdict on a document, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// What the document is taken for.
    pub verdict: Verdict,
    /// Why, in a few words.
    pub reason: String,
    /// ISO 639-1 code of its language, `und` where that cannot be told.
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
}

/// A verdict that is known beforehand: from the caller, or from the record of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What the document was taken for.
    pub verdict: Verdict,
    /// The parts that were convicted; the whole document where empty.
    pub regions: Vec<Region>,
}

impl Known {
    /// The whole document is spun, at a middling rate.
    #[must_use]
    pub const fn spun() -> Self {
        Self { verdict: Verdict::Spun, regions: Vec::new() }
    }
}

/// Fewer words than this say nothing.
const ENOUGH_WORDS: usize = 25;
/// A text whose tokens are words in fewer cases than this, of a hundred, is a table.
const PROSE_PERCENT: usize = 55;
/// A document is convicted from here, suspect from there; a part of one convicts itself.
const CONVICTED: Confidence = Confidence::new(9_000);
const SUSPECT: Confidence = Confidence::new(5_000);

/// The chances that a word is on the list, in thousandths; the likelihood is averaged over them and the rates.
const DENSITIES: [u32; 4] = [30, 100, 300, 700];
/// No spinner is lighter than this: rate times density, in millionths. Who replaces fewer words has done nothing for his page.
const LIGHTEST: u32 = 24_000;
/// The rate and density that are assumed where a caller says “spun” and no more.
const TOLD: (u32, u32) = (800, 900);
/// One document in 200 is spun.
const PRIOR: MilliNats = -5_298;
/// What the evidence is worth, in thousandths; fitted so that chances are right on spun and on ordinary texts of 150 to 2,000 words.
const TEMPERATURE: i64 = 2_500;
/// A text of more words than this has more chances to look like something; each further one lowers the odds.
const USUAL_WORDS: u64 = 1_000;
/// Windows of so many blocks are looked at, each a third of itself further than the last.
const WINDOWS: [usize; 3] = [3, 6, 12];

/// One occurrence of a sign of a spinner.
struct Sighting {
    block: usize,
    group: Group,
    strength: Strength,
    span: Span,
    hit: Hit,
    form: Option<usize>,
}

/// Weighs the hits of a document. `known` is a verdict that stands already; it wins over what is seen here.
#[must_use]
pub fn weigh(text: &str, scan: &Scan, layout: &Layout, rules: &Rules, known: Option<&Known>) -> Assessment {
    let language = language(text, scan);
    let mut assessment = Assessment { verdict: Verdict::Clean, language, words: scan.words, ..Assessment::default() };
    if let Some(known) = known {
        return told(text, assessment, known);
    }
    if let Some(reason) = unassessed(scan, language) {
        assessment.verdict = Verdict::Unassessed;
        reason.clone_into(&mut assessment.reason);
        return assessment;
    }
    // Guards only take signs away, and are slow: they are asked where the signs would be enough without them.
    let long = nats::ln_ratio((scan.words as u64).max(USUAL_WORDS), USUAL_WORDS);
    let unguarded = signs(text, scan, layout, rules, Guards::Open);
    if !could_convict(scan, layout, rules, &unguarded, PRIOR - long) {
        "too few signs for its length".clone_into(&mut assessment.reason);
        return assessment;
    }
    let signs = signs(text, scan, layout, rules, Guards::Asked);
    let survivors = survivors(scan, layout, rules, &signs);
    let whole = Span::new(0, layout.blocks.len());
    let document = Part::new(whole, &signs, &survivors).judged(PRIOR - long);
    let parts = convicted_parts(layout, &signs, &survivors);
    assessment.spun = parts.iter().map(|it| it.spun).chain([document.spun]).max().unwrap_or(document.spun);
    assessment.rate = rate(scan, layout, &signs, document.theta);
    assessment.signs = telling(text, &signs);
    let named = |group: &Group| signs.iter().find(|it| it.group == *group).map(|it| rules.original_name(it.hit, it.form));
    let region = |it: &Judged| Region {
        span: bytes_of(layout, it.blocks),
        spun: it.spun,
        theta: it.theta,
        density: it.density,
        habits: it.habits.iter().filter_map(|(group, chance)| Some((named(group)?, *chance))).collect(),
    };
    assessment.verdict = match document.spun {
        it if it >= CONVICTED => Verdict::Spun,
        it if it >= SUSPECT || !parts.is_empty() => Verdict::Suspect,
        _ => Verdict::Clean,
    };
    let covered: usize = parts.iter().map(|it| it.blocks.len()).sum();
    assessment.regions = match assessment.verdict {
        Verdict::Spun if 5 * covered >= 3 * layout.blocks.len() || parts.is_empty() => vec![region(&document)],
        Verdict::Suspect if parts.is_empty() => vec![region(&document)],
        _ => parts.iter().map(region).collect(),
    };
    assessment.reason = reason(&assessment, signs.len());
    assessment
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
    let convicted = known.verdict >= Verdict::Suspect;
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

/// Whether the antipatterns and conditions of rules are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guards {
    Asked,
    Open,
}

/// Whether signs that no guard has seen would make the document, or a part of it, suspect.
fn could_convict(scan: &Scan, layout: &Layout, rules: &Rules, signs: &[Sighting], prior: MilliNats) -> bool {
    let worth = signs.iter().map(|it| i64::from(it.strength.worth)).sum();
    if !suffices(worth, scan.words.min(MOST_WORDS), PRIOR) {
        return false;
    }
    let survivors = survivors(scan, layout, rules, signs);
    let whole = Span::new(0, layout.blocks.len());
    Part::new(whole, signs, &survivors).judged(prior).spun >= SUSPECT || !convicted_parts(layout, signs, &survivors).is_empty()
}

/// The occurrences of signs that count: outside excepted zones, none inside another.
fn signs(text: &str, scan: &Scan, layout: &Layout, rules: &Rules, guards: Guards) -> Vec<Sighting> {
    let mut signs: Vec<Sighting> = Vec::new();
    let mut block = 0;
    for &hit in &scan.hits {
        let span = hit.span();
        if !rules.is_sign(hit, Sign::Spun) || signs.last().is_some_and(|it| it.span.contains(span)) {
            continue;
        }
        while layout.blocks.get(block).is_some_and(|it| it.span.end <= span.start) {
            block += 1;
        }
        let rule = rules.rule(hit);
        if layout.blocks.get(block).is_none_or(|it| !it.span.contains(span)) || rule.except.contains(layout.zone(span)) {
            continue;
        }
        if guards == Guards::Asked && !rules.allows(hit, text, &scan.tokens) {
            continue;
        }
        let form = rules.form(hit, text);
        let group = rules.group(hit, form.map(|it| it.0));
        let row = form.filter(|_| matches!(rule.matcher, Matcher::Swap(_))).map(|it| it.1);
        let strength = row.map_or(rule.strength, |it| it.strength);
        while signs.last().is_some_and(|it| span.contains(it.span)) {
            signs.pop();
        }
        signs.push(Sighting { block, group, strength, span, hit, form: form.map(|it| it.0) });
    }
    signs
}

/// Words left that a spinner might have replaced, each with its block.
fn survivors(scan: &Scan, layout: &Layout, rules: &Rules, signs: &[Sighting]) -> Vec<(usize, Group)> {
    let mut signs = signs.iter().map(|it| it.span).peekable();
    let mut masks = layout.masks.iter().copied().peekable();
    let mut block = 0;
    let mut left = Vec::new();
    for token in scan.tokens.iter().filter(|it| rules.is_original(it.id())) {
        let span = Span::new(token.start as usize, token.end as usize);
        while signs.next_if(|it| it.end <= span.start).is_some() {}
        while masks.next_if(|it| it.end <= span.start).is_some() {}
        let covered = |it: &Span| it.overlaps(span);
        if signs.peek().is_some_and(covered) || masks.peek().is_some_and(covered) {
            continue;
        }
        while layout.blocks.get(block).is_some_and(|it| it.span.end <= span.start) {
            block += 1;
        }
        left.push((block, Group::word(token.id())));
    }
    left
}

/// The evidence in a run of blocks: that of each original with a sign, and how many originals have survivors alone.
struct Part {
    blocks: Span,
    signed: Vec<(Group, Evidence)>,
    // By the number of survivors, up to the last, which stands for more.
    unsigned: [u32; MANY],
}

/// So many survivors of one original, or more, say that it is not on the list.
const MANY: usize = 64;

/// The evidence of one original at each rate, as if it were surely on the list; and the chance that it is an author's habit.
struct Evidence {
    at: [MilliNats; RATES.len()],
    habit: MilliNats,
}

/// A run of blocks and what it is taken for.
struct Judged {
    blocks: Span,
    spun: Confidence,
    theta: u32,
    density: u32,
    habits: BTreeMap<Group, PerMillion>,
}

impl Part {
    fn new(blocks: Span, signs: &[Sighting], survivors: &[(usize, Group)]) -> Self {
        let inside = |block: usize| (blocks.start..blocks.end).contains(&block);
        let mut left: Vec<Group> = survivors.iter().filter(|it| inside(it.0)).map(|it| it.1).collect();
        left.sort_unstable();
        let mut signs: Vec<(Group, Strength)> = signs.iter().filter(|it| inside(it.block)).map(|it| (it.group, it.strength)).collect();
        signs.sort_unstable_by_key(|it| it.0);
        let mut part = Self { blocks, signed: Vec::new(), unsigned: [0; MANY] };
        let gone = RATES.map(|rate| nats::ln_ratio(u64::from(1000 - rate), 1000));
        for same in signs.chunk_by(|a, b| a.0 == b.0) {
            let group = same[0].0;
            let first = left.partition_point(|it| *it < group);
            let count = left[first..].partition_point(|it| *it == group);
            let against = gone.map(|it| it.saturating_mul(i32::try_from(count).unwrap_or(1000).min(1000)));
            let mut evidence = Evidence { at: against, habit: nats::NEVER };
            for (_, strength) in same {
                for (total, at) in evidence.at.iter_mut().zip(strength.at) {
                    *total = (*total + at).min(-nats::NEVER);
                }
                evidence.habit = evidence.habit.max(strength.habit);
            }
            part.signed.push((group, evidence));
        }
        let mut signed = part.signed.iter().map(|it| it.0).peekable();
        for same in left.chunk_by(|a, b| a == b) {
            while signed.next_if(|it| *it < same[0]).is_some() {}
            if signed.peek() != Some(&same[0]) {
                part.unsigned[same.len().min(MANY - 1)] += 1;
            }
        }
        part
    }

    /// The logarithm of how much likelier the part is at a rate and a density than in an ordinary text.
    fn likelihood(&self, rate: usize, density: u32) -> MilliNats {
        let off = nats::ln_ratio(u64::from(1000 - density), 1000);
        let on = nats::ln_ratio(u64::from(density), 1000);
        let gone = nats::ln_ratio(u64::from(1000 - RATES[rate]), 1000);
        let signed = self.signed.iter().map(|(_, it)| evidence::said(it.at[rate], it.habit, on, off));
        let unsigned = (0i32..).zip(self.unsigned).filter(|(_, originals)| *originals > 0);
        let unsigned = unsigned.map(|(count, originals)| nats::ln_add(off, on + count * gone) * originals.cast_signed());
        signed.sum::<MilliNats>() + unsigned.sum::<MilliNats>()
    }

    fn judged(&self, prior: MilliNats) -> Judged {
        let all = (0..RATES.len()).flat_map(|rate| DENSITIES.map(|density| (rate, density)));
        let cells: Vec<(usize, u32)> = all.filter(|&(rate, density)| RATES[rate] * density >= LIGHTEST).collect();
        let likelihoods: Vec<MilliNats> = cells.iter().map(|&(rate, density)| self.likelihood(rate, density)).collect();
        let best = likelihoods.iter().copied().max().unwrap_or(nats::NEVER);
        let weights: Vec<u64> = likelihoods.iter().map(|it| u64::from(nats::exp(it - best))).collect();
        let total: u64 = weights.iter().sum();
        let average = best + nats::ln_ratio(total, cells.len() as u64 * u64::from(nats::ONE));
        let odds = MilliNats::try_from(i64::from(average) * TEMPERATURE / 1000).unwrap_or(nats::NEVER) + prior;
        let mean = |value: &dyn Fn(&(usize, u32)) -> u32| {
            let sum: u64 = cells.iter().zip(&weights).map(|(cell, weight)| u64::from(value(cell)) * weight).sum();
            u32::try_from(sum / total.max(1)).expect("a mean of small numbers")
        };
        let (theta, density) = (mean(&|cell| RATES[cell.0]), mean(&|cell| cell.1));
        let nearest = (0..RATES.len()).min_by_key(|&rate| RATES[rate].abs_diff(theta)).expect("there are rates");
        let prior_odds = nats::ln_ratio(u64::from(density), u64::from(1000 - density));
        let habits = self.signed.iter().map(|(group, evidence)| (*group, nats::probability(prior_odds + evidence.at[nearest])));
        Judged { blocks: self.blocks, spun: Confidence::from_millionths(nats::probability(odds)), theta, density, habits: habits.collect() }
    }
}

/// Whether signs worth so much could make a part suspect, survivors left aside: most texts are done here.
fn suffices(worth: i64, words: usize, prior: MilliNats) -> bool {
    let against = i64::try_from(words).unwrap_or(i64::MAX / 4) * AGAINST / 1000;
    (worth + SLACK - against) * TEMPERATURE / 1000 >= -i64::from(prior)
}

/// What the survivors among a thousand words say against a spinner at the least, in any text.
const AGAINST: i64 = 1_500;

/// A part of a longer text may be spun alone.
const MOST_WORDS: usize = 1_000;

/// About how many words some blocks hold.
fn words_of(layout: &Layout, blocks: Span) -> usize {
    bytes_of(layout, blocks).len() / 6
}

/// The logarithm of the odds of [`CONVICTED`].
const NINE_TO_ONE: MilliNats = 2_197;

/// Two signs of one original say a little more than twice what one says.
const SLACK: i64 = 500;

/// The runs of blocks that are convicted by themselves, those that touch made one.
fn convicted_parts(layout: &Layout, signs: &[Sighting], survivors: &[(usize, Group)]) -> Vec<Judged> {
    let blocks = layout.blocks.len();
    // What the signs of the blocks up to each say at the most: nearly all windows are ruled out by the difference.
    let mut worth = vec![0i64; blocks + 1];
    for sign in signs {
        worth[sign.block + 1] += i64::from(sign.strength.worth);
    }
    for block in 0..blocks {
        worth[block + 1] += worth[block];
    }
    let windows: Vec<Span> = WINDOWS
        .iter()
        .filter(|&&size| size < blocks)
        .flat_map(|&size| (0..=blocks - size).step_by(size / 3).map(move |start| Span::new(start, start + size)))
        .collect();
    let prior = PRIOR - nats::ln_ratio(u64::try_from(windows.len().max(1)).unwrap_or(u64::MAX), 1);
    let mut convicted: Vec<Judged> = Vec::new();
    for window in windows {
        // A part convicts itself only from odds of nine to one.
        if !suffices(worth[window.end] - worth[window.start], words_of(layout, window), prior - NINE_TO_ONE) {
            continue;
        }
        let first = signs.partition_point(|it| it.block < window.start);
        let last = signs.partition_point(|it| it.block < window.end);
        let left = survivors.partition_point(|it| it.0 < window.start)..survivors.partition_point(|it| it.0 < window.end);
        let judged = Part::new(window, &signs[first..last], &survivors[left]).judged(prior);
        if judged.spun >= CONVICTED {
            convicted.push(judged);
        }
    }
    merged(convicted, signs)
}

/// Runs that touch made one, without blocks at their ends that hold no sign.
fn merged(mut parts: Vec<Judged>, signs: &[Sighting]) -> Vec<Judged> {
    for part in &mut parts {
        let mut inside = signs.iter().map(|it| it.block).filter(|it| (part.blocks.start..part.blocks.end).contains(it));
        let first = inside.next().unwrap_or(part.blocks.start);
        let last = inside.next_back().unwrap_or(first);
        part.blocks = Span::new(first, last + 1);
    }
    parts.sort_by_key(|it| it.blocks);
    let mut merged: Vec<Judged> = Vec::new();
    for part in parts {
        match merged.last_mut().filter(|it| part.blocks.start <= it.blocks.end) {
            Some(last) => {
                last.blocks.end = last.blocks.end.max(part.blocks.end);
                last.theta = last.theta.max(part.theta);
                last.density = last.density.max(part.density);
                last.spun = last.spun.max(part.spun);
                for (group, chance) in part.habits {
                    let known = last.habits.entry(group).or_default();
                    *known = chance.max(*known);
                }
            }
            None => merged.push(part),
        }
    }
    merged
}

fn bytes_of(layout: &Layout, blocks: Span) -> Span {
    let bytes = layout.blocks[blocks.range()].first().zip(layout.blocks[blocks.range()].last());
    bytes.map_or(Span::new(0, 0), |(first, last)| Span::new(first.span.start, last.span.end))
}

/// Chance that an occurrence of a sign is a swap where its original is on the spinner's list, in millionths.
#[must_use]
pub fn swapped(gain: u32, own_loss: u16, theta: u32) -> PerMillion {
    // θg against the chance that the word was there and was left: both times a million.
    let swap = u64::from(theta) * u64::from(gain);
    let own = 1_000_000 - u64::from(theta) * u64::from(own_loss);
    u32::try_from(u64::from(nats::ONE) * swap / (swap + own).max(1)).expect("at most one")
}

fn rate(scan: &Scan, layout: &Layout, signs: &[Sighting], theta: u32) -> PerMillion {
    let expected: u64 = signs.iter().map(|it| u64::from(swapped(it.strength.gain, 0, theta))).sum();
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
        Verdict::Clean | Verdict::Unassessed => "too few signs for its length".to_owned(),
        Verdict::Suspect | Verdict::Spun if shown.is_empty() => format!("{signs} signs of a spinner"),
        Verdict::Suspect | Verdict::Spun => format!("{signs} signs of a spinner: {}", shown.join(", ")),
    }
}
