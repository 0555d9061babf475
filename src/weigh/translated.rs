//! Whether a text was translated by machine, and from what language.
//!
//! Translators carry turns of phrase over. Each sign is so many times likelier in translations than in texts that were written in English; how
//! much of that a translator shows is unknown, so that the evidence is averaged over a few degrees of it, from hardly any to all. What a sign
//! says falls with each time that it comes back, and every word without a sign speaks against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Assessment, CONVICTED, Known, Premises, SUSPECT, Verdict, bytes_of,
    windows::{NINE_TO_ONE, windows},
};
use crate::{
    admit::{Quotes, Subject},
    finding::Confidence,
    nats::{self, MilliNats},
    rules::{Hit, rule::Sign},
    segment::Layout,
    sighting::{Sighting, counted, repeated, sightings},
    span::Span,
    zone::Zone,
};

/// What is known of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Translation {
    /// Chance that the text, or a part of it, is translated.
    pub chance: Confidence,
    /// ISO 639-1 code of the language that it is likely to be from.
    pub source: Option<String>,
    /// The parts that are taken for translated, each from the start of a block to the end of one, with the chance that they are.
    pub parts: Vec<(Span, Confidence)>,
    /// The signs that count most: what stands in the text, and how often.
    pub signs: Vec<(String, usize)>,
}

impl Translation {
    /// The whole text is translated, from an unknown language.
    #[must_use]
    pub fn told() -> Self {
        let everything = Span::new(0, u32::MAX as usize);
        Self { chance: Confidence::FULL, parts: vec![(everything, Confidence::FULL)], ..Self::default() }
    }

    /// The chance that the part that a span lies in is translated.
    #[must_use]
    pub fn part(&self, span: Span) -> Option<Confidence> {
        self.parts.iter().find(|it| it.0.contains(span)).map(|it| it.1)
    }
}

/// How much a translator shows of what translators do, in thousandths; the likelihood is averaged over these.
const DEGREES: [u32; 4] = [60, 200, 500, 1000];
/// What a word without a sign says against a translator who shows everything, in millionths of a nat.
const SILENCE: i64 = 10_000;
/// What the evidence is worth, in thousandths; fitted on translated news cut into pieces of 250 words and on texts written in English.
const TEMPERATURE: i64 = 2_400;
/// Signs that others have, too, such as an order of words, are looked for where those that texts are always searched for say this much.
const SUSPICION: i64 = 3_000;
/// Runs of fewer words than this convict nobody by themselves.
const FEW_WORDS: usize = 60;
/// How many signs are shown.
const SHOWN: usize = 8;

/// Adds to the verdict on a document whether it is translated; `assessment` says what it is else. `known` is what stands already.
pub fn weigh_translation(subject: &Subject<'_>, premises: Premises, known: Option<&Known>, assessment: &mut Assessment) {
    if let Some(known) = known {
        assessment.translation = known.translation.clone().unwrap_or_default();
        return;
    }
    if assessment.verdict == Verdict::Unassessed {
        return;
    }
    let is_sign = |it: &Hit| subject.rules.is_sign(*it, Sign::Translated);
    let said = |hits: &[Hit]| hits.iter().map(|it| i64::from(subject.rules.weight(*it))).sum::<i64>();
    let mut hits: Vec<Hit> = subject.scan.hits.iter().copied().filter(is_sign).collect();
    // Most texts have none.
    if said(&hits) < SUSPICION {
        return;
    }
    hits.extend(subject.later().iter().copied().filter(is_sign));
    hits.sort_unstable();
    if !suffices(hits.iter().map(|it| subject.rules.weight(*it)), -premises.prior.0) {
        return;
    }
    // What people say was translated with the rest, so that direct speech bears witness, too, even where nothing in it may be changed.
    let signs = sightings(subject, hits, Quotes::Edited);
    let whole = Span::new(0, subject.layout.blocks.len());
    let chance = chance(&signs, subject.scan.words, premises.prior.0);
    let mut parts = vec![(whole, chance)];
    if chance < CONVICTED {
        parts = convicted_parts(subject, &signs, premises.prior.0);
        if parts.is_empty() && chance >= SUSPECT {
            parts.push((whole, chance));
        }
    }
    let best = parts.iter().map(|it| it.1).max().unwrap_or(chance).max(chance);
    if best < SUSPECT {
        assessment.translation.chance = best;
        return;
    }
    assessment.translation = Translation {
        chance: best,
        source: source(subject, &signs),
        parts: parts.into_iter().map(|(blocks, chance)| (bytes_of(subject.layout, blocks), chance)).collect(),
        signs: telling(subject, &signs),
    };
    conclude(assessment, chance >= CONVICTED);
}

/// The verdict where a translation was seen; `whole` says whether the document as a whole is one.
fn conclude(assessment: &mut Assessment, whole: bool) {
    let translation = &assessment.translation;
    let shown: Vec<String> = translation
        .signs
        .iter()
        .map(|(words, count)| if *count > 1 { format!("“{words}” ×{count}") } else { format!("“{words}”") })
        .collect();
    let from = translation.source.as_ref().map_or_else(String::new, |it| format!(", likely from {it}"));
    let reason = format!("signs of translation{from}: {}", shown.join(", "));
    let spun = assessment.verdict >= Verdict::Suspect;
    if whole && (assessment.verdict < Verdict::Spun || translation.chance > assessment.spun) {
        assessment.verdict = Verdict::Translated;
    } else if !spun {
        assessment.verdict = Verdict::Suspect;
    }
    assessment.reason = if spun { format!("{}; {reason}", assessment.reason) } else { reason };
}

/// Whether signs of these weights can be enough for these odds, given by their logarithm: where each stood alone among no other words.
fn suffices(weights: impl Iterator<Item = MilliNats>, odds: MilliNats) -> bool {
    weights.map(i64::from).sum::<i64>() * TEMPERATURE / 1000 >= i64::from(odds)
}

/// The chance that a stretch of so many words with these signs is translated.
fn chance(signs: &[Sighting], words: usize, prior: MilliNats) -> Confidence {
    let counts = counted(signs);
    let words = i64::try_from(words).unwrap_or(i64::MAX / SILENCE);
    let at_degree = |degree: u32| {
        let said = counts.values().map(|&(weight, count)| {
            let gain = nats::exp_thousandths(weight).saturating_sub(1000);
            let once = nats::ln_ratio(1_000_000 + u64::from(degree) * u64::from(gain), 1_000_000);
            i64::from(once) * repeated(count) / 1000
        });
        let silent = words * SILENCE / 1000 * i64::from(degree) / 1000;
        MilliNats::try_from(said.sum::<i64>() - silent).unwrap_or(nats::NEVER).max(nats::NEVER)
    };
    let total = DEGREES.into_iter().map(at_degree).reduce(nats::ln_add).unwrap_or(nats::NEVER);
    let average = i64::from(total - nats::ln_ratio(DEGREES.len() as u64, 1));
    let odds = MilliNats::try_from(average * TEMPERATURE / 1000).unwrap_or(nats::NEVER) + prior;
    Confidence::from_millionths(nats::probability(odds))
}

/// The runs of blocks that are convicted by themselves, those that touch made one.
fn convicted_parts(subject: &Subject<'_>, signs: &[Sighting], prior: MilliNats) -> Vec<(Span, Confidence)> {
    let (windows, prior) = windows(subject.layout, prior);
    let mut parts: Vec<(Span, Confidence)> = Vec::new();
    for window in windows {
        let first = signs.partition_point(|it| it.block < window.start);
        let last = signs.partition_point(|it| it.block < window.end);
        let words = words_in(subject.layout, window);
        if last - first < 2 || words < FEW_WORDS || !suffices(signs[first..last].iter().map(|it| it.weight), NINE_TO_ONE - prior) {
            continue;
        }
        let chance = chance(&signs[first..last], words, prior);
        if chance >= CONVICTED {
            parts.push((window, chance));
        }
    }
    parts.sort_unstable();
    let mut merged: Vec<(Span, Confidence)> = Vec::new();
    for (part, chance) in parts {
        match merged.last_mut().filter(|it| part.start <= it.0.end) {
            Some(last) => *last = (Span::new(last.0.start, last.0.end.max(part.end)), last.1.max(chance)),
            None => merged.push((part, chance)),
        }
    }
    merged
}

/// About how many words some blocks hold.
fn words_in(layout: &Layout, blocks: Span) -> usize {
    bytes_of(layout, blocks).len() / 6
}

/// The language of whose translations the signs say most. Who is quoted may speak another one than the text was written in, so that direct
/// speech is asked last.
fn source(subject: &Subject<'_>, signs: &[Sighting]) -> Option<String> {
    let unquoted = signs.iter().filter(|it| subject.layout.zone(it.span) != Zone::Quote);
    language(subject, unquoted).or_else(|| language(subject, signs)).map(str::to_owned)
}

/// The language that some signs say most for; of several, the one that a family names first.
fn language<'s>(subject: &Subject<'s>, signs: impl IntoIterator<Item = &'s Sighting>) -> Option<&'s str> {
    let book = subject.rules.book();
    let mut said: Vec<(&str, i64)> = Vec::new();
    for (rule, (weight, count)) in counted(signs) {
        for code in &book.family(&book.rules[rule as usize]).source {
            let worth = i64::from(weight) * repeated(count) / 1000;
            match said.iter_mut().find(|it| it.0 == &**code) {
                Some(known) => known.1 += worth,
                None => said.push((code, worth)),
            }
        }
    }
    let most = said.iter().map(|it| it.1).max()?;
    said.iter().find(|it| it.1 == most).map(|it| it.0)
}

/// The signs that count most, by spelling.
fn telling(subject: &Subject<'_>, signs: &[Sighting]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, (MilliNats, usize)> = BTreeMap::new();
    for sign in signs {
        let spelling = subject.words(sign.span).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let entry = counts.entry(spelling).or_default();
        *entry = (entry.0.max(sign.weight), entry.1 + 1);
    }
    let mut telling: Vec<(String, (MilliNats, usize))> = counts.into_iter().collect();
    telling.sort_by_key(|(_, (weight, count))| std::cmp::Reverse(i64::from(*weight) * i64::try_from(*count).unwrap_or(1)));
    telling.into_iter().take(SHOWN).map(|(words, (_, count))| (words, count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cleaner::Cleaner, ledger::Entry, resolve::Wanted};

    const RUSSIAN: &str = "The mill in Kostrovo has been sold. Writes about it Interfax with reference to the court.\n\n\
        According to him, the price is not known. The department noted that the list of buyers is posted on website departments. \
        The mayor wrote on her page in Telegram that numerous speculations harm the village, and that she is ready to answer all of them in \
        writing, as long as nobody asks her before the harvest is over.";

    fn check(text: &str, verdict: Verdict, source: Option<&str>) {
        let assessment = Cleaner::new().score(text);
        assert_eq!((assessment.verdict, assessment.translation.source.as_deref()), (verdict, source), "{}", assessment.reason);
    }

    #[test]
    fn a_translation_and_its_language_are_known_by_the_signs() {
        check(RUSSIAN, Verdict::Translated, Some("ru"));
        let german = "The in 1902 founded brickworks closed, how the mayor communicated on Monday. The owner had lived there since nine years, \
            and in the near of the kiln he became a letter from the state.";
        check(german, Verdict::Translated, Some("de"));
        let native = "The mill in Kostrovo has been sold, Interfax reported, citing the court. The mayor said on Telegram that there was much \
            speculation. At the same time, she noted that the price was not known.";
        check(native, Verdict::Clean, None);
    }

    #[test]
    fn an_order_of_words_counts_once_there_is_a_suspicion() {
        let plain = "The mayor noted that the price of milk had not changed since May, and that nobody in the town was asked for it.";
        let inverted = "In the old mill was found a bell. In the yard were planted two pines. On the hill was built a church.";
        check(&format!("{plain} {inverted}"), Verdict::Clean, None);
        let hinted = "The agency was informed about it on the place of accident by the guard, who did not become to wait.";
        check(&format!("{hinted} {plain}"), Verdict::Translated, Some("ru"));
        let weakly = "They wrote of it on her page in Telegram, with reference to the mayor.";
        check(&format!("{weakly} {plain} {inverted}"), Verdict::Translated, Some("ru"));
    }

    #[test]
    fn what_people_say_bears_witness_and_stays() {
        let said = "The mill is closed. “It makes three years that we wait for the court,” said Ana Roig. “On the photo you \
            see much houses,” she added, and went home.";
        check(said, Verdict::Translated, Some("es"));
        assert_eq!(Cleaner::new().fix(said, Wanted::ALL).text(), said);
    }

    #[test]
    fn what_was_known_of_the_original_holds_for_what_is_left() {
        let cleaner = Cleaner::new();
        let fixed = cleaner.fix(RUSSIAN, Wanted::ALL);
        assert!(fixed.text().contains("Interfax reports this, citing the court"), "{}", fixed.text());
        let known = Entry::new("a.txt", RUSSIAN.as_bytes(), &fixed).known();
        let again = cleaner.check_known(&fixed.bytes, known.as_ref(), Wanted::ALL);
        assert_eq!((again.assessment.verdict, again.plan.applied.len()), (Verdict::Translated, 0));
    }

    #[test]
    fn a_sign_says_less_each_time_and_silence_speaks_against() {
        assert_eq!([1, 2, 3].map(repeated), [1000, 1500, 1833]);
        let sign = || Sighting { block: 0, span: Span::new(0, 1), rule: 0, weight: 5_000 };
        let prior = -5_298;
        assert!(chance(&[sign(), sign()], 100, prior) > chance(&[sign()], 100, prior));
        assert!(chance(&[sign()], 1_000, prior) < chance(&[sign()], 100, prior));
    }
}
