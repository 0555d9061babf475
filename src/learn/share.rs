//! The shares of rows: how often a spinner who replaces a word writes this one for it, reckoned from spun texts alone.

use std::collections::BTreeMap;

use super::{family::quoted, row::Row};
use crate::{
    admit::Subject,
    judge::{Law, convicted},
    language::inflect::{Class, forms},
    rules::{
        Rules,
        load::slug,
        rule::{Form, Original, Rule},
        text::Text,
    },
    segment::segment,
    weigh::{Known, Verdict, weigh},
};

/// What the swaps of some texts say of the rows that found them.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    seen: Vec<Occurrence>,
    /// How many texts were read.
    pub texts: usize,
    /// How many of them are convicted, as a whole or in part; only there swaps are counted.
    pub convicted: usize,
}

/// A place where a row matches in a convicted part of a text.
#[derive(Debug, Clone)]
struct Occurrence {
    rule: usize,
    // The chance that nothing was swapped there.
    kept: f64,
    // By original of the row: its place in the row, and the chance that it stood there.
    swapped: Vec<(usize, f64)>,
}

/// What was learned of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The index of the rule in its book.
    pub rule: usize,
    /// How often it was seen in convicted parts.
    pub seen: usize,
    /// The mean confidence: the chance that the likeliest of its originals stood there.
    pub confidence: f64,
    /// How many times its first original is thought to have stood there.
    pub expected: f64,
    /// The share of the row among all that the spinner writes for its first original, in hundredths; at least one.
    pub share: u32,
}

/// Rounds in which shares are reckoned anew, and the change below which the next one brings nothing.
const ROUNDS: usize = 50;
const STABLE: f64 = 0.0005;

impl Shares {
    /// What one text says. `known` is a verdict that stands already.
    #[must_use]
    pub fn of(text: &str, rules: &Rules, law: Law, known: Option<&Known>) -> Self {
        if u32::try_from(text.len()).is_err() {
            return Self { texts: 1, ..Self::default() };
        }
        let (scan, layout) = (rules.scan(text), segment(text));
        let subject = Subject { text, scan: &scan, layout: &layout, rules, beside: None };
        let weighed = weigh(&subject, law.premises(), known);
        let (book, fraction) = (rules.book(), |millionths: u32| f64::from(millionths) / 1e6);
        let occurrences = convicted(&subject, &weighed, law).into_iter().filter_map(|it| {
            let hit = it.admitted.hit.rule as usize;
            let rule = book.rules.get(hit).filter(|it| it.is_row())?;
            let (reading, form) = (it.reading?, rules.form(it.admitted.hit)?);
            let spun = it.region.spun.fraction();
            let ranked = reading.originals.iter().filter_map(|&(index, chance)| Some((rank(rule, form, index)?, spun * fraction(chance))));
            Some(Occurrence { rule: hit, kept: 1.0 - spun + spun * fraction(reading.kept), swapped: ranked.collect() })
        });
        let seen = occurrences.collect();
        Self { seen, texts: 1, convicted: usize::from(weighed.assessment.verdict >= Verdict::Suspect) }
    }

    /// Adds what other texts say.
    pub fn add(&mut self, mut other: Self) {
        self.seen.append(&mut other.seen);
        self.texts += other.texts;
        self.convicted += other.convicted;
    }

    /// The share of each row that was seen at least `least` times, in the order of the book.
    ///
    /// What the rules said before counts as much as one swap of each original, so that what was seen once is not taken for certain.
    #[must_use]
    pub fn estimate(&self, rules: &Rules, least: usize) -> Vec<Share> {
        let book = rules.book();
        // By row and original: the name of the original, and the share so far.
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut entries: Vec<Vec<(usize, f64)>> = Vec::with_capacity(book.rules.len());
        for rule in book.rules.iter() {
            let mut entry = Vec::new();
            for it in cited(rule).filter(|_| rule.is_row()) {
                let next = numbers.len();
                let number = *numbers.entry(it.text.to_lowercase()).or_insert(next);
                entry.push((number, f64::from(it.chance.max(1)) / 1000.0));
            }
            entries.push(entry);
        }
        let mut usual = vec![0.0; numbers.len()];
        for (number, share) in entries.iter().flatten() {
            usual[*number] += share;
        }
        let mut shares: Vec<Vec<f64>> =
            entries.iter().map(|it| it.iter().map(|&(number, share)| share / usual[number]).collect()).collect();
        let start = shares.clone();
        let mut expected = Vec::new();
        for _ in 0..ROUNDS {
            expected = self.expected(&shares, &start);
            let mut totals = vec![1.0; numbers.len()];
            for (entry, counts) in entries.iter().zip(&expected) {
                for ((number, _), count) in entry.iter().zip(counts) {
                    totals[*number] += count;
                }
            }
            let mut change = 0.0_f64;
            for (row, entry) in entries.iter().enumerate() {
                for (place, (number, _)) in entry.iter().enumerate() {
                    let share = (expected[row][place] + start[row][place]) / totals[*number];
                    change = change.max((share - shares[row][place]).abs());
                    shares[row][place] = share;
                }
            }
            if change < STABLE {
                break;
            }
        }
        let mut rows: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
        for it in &self.seen {
            let row = rows.entry(it.rule).or_default();
            row.0 += 1;
            row.1 += it.swapped.iter().map(|it| it.1).fold(0.0, f64::max);
        }
        rows.into_iter()
            .filter(|(rule, (seen, _))| *seen >= least && !shares[*rule].is_empty())
            .map(|(rule, (seen, confidence))| Share {
                rule,
                seen,
                confidence: confidence / number(seen),
                expected: expected[rule][0],
                share: hundredths(shares[rule][0]),
            })
            .collect()
    }

    /// How often each original of each row is thought to have been swapped, where the spinner has these shares and the chances of the
    /// places were reckoned with those at the start.
    fn expected(&self, shares: &[Vec<f64>], start: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut expected: Vec<Vec<f64>> = shares.iter().map(|it| vec![0.0; it.len()]).collect();
        for it in &self.seen {
            let (now, before) = (&shares[it.rule], &start[it.rule]);
            let weighed: Vec<(usize, f64)> =
                it.swapped.iter().map(|&(place, chance)| (place, chance * now[place] / before[place])).collect();
            let total = it.kept + weighed.iter().map(|it| it.1).sum::<f64>();
            if total > 0.0 {
                for (place, weight) in weighed {
                    expected[it.rule][place] += weight / total;
                }
            }
        }
        expected
    }
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn hundredths(share: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share lies between 0 and 1")]
    let rounded = (share * 100.0).round() as u32;
    rounded.clamp(1, 100)
}

/// The originals of a row, as they are cited in it.
fn cited(rule: &Rule) -> impl Iterator<Item = &Original> {
    rule.forms().first().into_iter().flat_map(|it| &it.originals)
}

/// Which of the originals of its row an original of a form is.
fn rank(rule: &Rule, form: &Form, index: u32) -> Option<usize> {
    let at = index as usize;
    let here = &form.originals;
    let text = &here.get(at)?.text;
    if cited(rule).count() == here.len() {
        return Some(at);
    }
    // An original that has no such form leaves its place to the next.
    let alike = |it: &str| it.chars().zip(text.chars()).take_while(|(a, b)| a == b).count();
    cited(rule).enumerate().max_by_key(|(at, it)| (alike(&it.text), std::cmp::Reverse(*at))).map(|it| it.0)
}

/// A row of the book as it was written, with what else it says as keys and values of TOML; `None` where that cannot be told.
#[must_use]
pub fn written(rule: &Rule) -> Option<(Row, Vec<(&'static str, String)>)> {
    let spun = rule.forms().first()?.text.to_string();
    let from: Vec<String> = cited(rule).map(|it| it.text.to_string()).collect();
    let class = Class::NAMES
        .iter()
        .map(|it| it.1)
        .find(|&it| spelt(&spun, &from, it).iter().map(String::as_str).eq(rule.forms().iter().map(|it| &*it.text)))?;
    let bad = rule.bad.first().and_then(|(before, after)| bracketed(rule, before, after))?;
    let last = rule.id.as_str().rsplit('/').next().unwrap_or_default();
    let name = (slug(&spun) != last).then(|| last.to_owned());
    let list = |texts: &[Text]| format!("[{}]", texts.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", "));
    let mut more: Vec<(&'static str, String)> = Vec::new();
    more.extend((rule.version != 1).then(|| ("version", rule.version.to_string())));
    for (key, texts) in [("unless", &rule.unless), ("doubt", &rule.doubt), ("only", &rule.only), ("ok", &rule.ok)] {
        more.extend((!texts.is_empty()).then(|| (key, list(texts))));
    }
    more.extend(rule.known_failure.then(|| ("known_failure", "true".to_owned())));
    let from = from.into_iter().map(|it| (it, 0)).collect();
    Some((Row { name, spun, from, class, bad, count: 0, texts: 0, forms: Vec::new() }, more))
}

/// The forms that a row of this class matches.
fn spelt(spun: &str, from: &[String], class: Class) -> Vec<String> {
    let originals: Vec<_> = from.iter().map(|it| forms(it, class)).collect();
    let mut spelt: Vec<String> = Vec::new();
    for (place, form) in forms(spun, class).into_iter().enumerate() {
        let form = form.map(|it| it.replace('’', "'"));
        let stands_for = originals.iter().any(|it| it.get(place).is_some_and(Option::is_some));
        spelt.extend(form.filter(|it| stands_for && !spelt.contains(it)));
    }
    spelt
}

/// The example of a row with the spun words in brackets, found again by what comes out of it.
fn bracketed(rule: &Rule, before: &str, after: &str) -> Option<String> {
    let folded = before.to_ascii_lowercase();
    let mut forms: Vec<&str> = rule.forms().iter().map(|it| it.text.as_ref()).collect();
    forms.sort_by_key(|it| std::cmp::Reverse(it.len()));
    forms.iter().find_map(|form| {
        folded.match_indices(&form.to_ascii_lowercase()).find_map(|(start, it)| {
            let (head, tail) = (before.get(..start)?, before.get(start + it.len()..)?);
            // An article at the end of the head may have been adapted.
            let kept = head.trim_end().rfind(' ').map_or("", |at| &head[..at]);
            let whole = !head.ends_with(char::is_alphanumeric) && !tail.starts_with(char::is_alphanumeric);
            let fits = whole && after.starts_with(kept) && after.ends_with(tail) && after.len() > kept.len() + tail.len();
            fits.then(|| format!("{head}[{}]{tail}", &before[start..start + it.len()]))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;
    use crate::learn::row_line;

    fn occurrence(rule: usize, kept: f64, swapped: &[(usize, f64)]) -> Occurrence {
        Occurrence { rule, kept, swapped: swapped.to_vec() }
    }

    #[test]
    fn most_shipped_rows_can_be_written_again() {
        let rules = embedded::rules();
        let book = rules.book();
        let rows: Vec<&Rule> = book.rules.iter().filter(|it| it.is_row()).collect();
        let lost: Vec<&str> = rows.iter().filter(|it| written(it).is_none()).map(|it| it.id.as_str()).collect();
        assert!(100 * lost.len() < rows.len(), "{} of {}: {lost:?}", lost.len(), rows.len());
        let rule = rows.iter().find(|it| it.id.as_str() == "spin/war/navy-coaching").expect("it is shipped");
        let (row, _) = written(rule).expect("it can be");
        assert_eq!((row.spun.as_str(), row.from[0].0.as_str()), ("navy coaching", "military training"));
        assert!(row_line(&row, &[("share", "0.40".to_owned())]).contains(r#"share = 0.40, bad = ""#));
    }

    #[test]
    fn shares_follow_what_was_seen() {
        let rules = embedded::rules();
        let book = rules.book();
        let index = |id: &str| book.rules.iter().position(|it| it.id.as_str() == id).expect("it is shipped");
        let rule = index("spin/war/navy-coaching");
        let rare = Shares { seen: vec![occurrence(rule, 0.5, &[(0, 0.5)])], texts: 1, convicted: 1 };
        let often = Shares { seen: vec![occurrence(rule, 0.0, &[(0, 1.0)]); 20], texts: 1, convicted: 1 };
        let share = |it: &Shares| it.estimate(&rules, 1)[0].clone();
        assert!(share(&rare).share < share(&often).share, "{:?} {:?}", share(&rare), share(&often));
        assert_eq!(share(&often).seen, 20);
        assert!(share(&often).share >= 90, "{:?}", share(&often));
        assert!((share(&rare).confidence - 0.5).abs() < 1e-9);
        assert_eq!(often.estimate(&rules, 21), []);
    }

    #[test]
    fn a_text_that_is_not_convicted_says_nothing() {
        let rules = embedded::rules();
        let text = "They paid for navy coaching in the spring, and nobody in the town knew why they had done it at all.";
        let clean = Shares::of(text, &rules, Law::default(), Some(&Known::clean()));
        assert_eq!(clean.estimate(&rules, 1), []);
        let spun = Shares::of(text, &rules, Law::default(), Some(&Known::spun()));
        let ids: Vec<&str> = spun.estimate(&rules, 1).iter().map(|it| rules.book().rules[it.rule].id.as_str()).collect();
        assert!(ids.contains(&"spin/war/navy-coaching"), "{ids:?}");
    }
}
