//! How many documents of a batch may be convicted, judged so that chance alone seldom fails a run.

use std::{fmt, str::FromStr};

use unspin::{Verdict, report::totals::counted};

/// How many documents of a batch may be convicted.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Limits beyond which a run fails.
    pub fail: Vec<Limit>,
    /// Limits beyond which it warns.
    pub warn: Vec<Limit>,
    /// Batches with fewer documents are not judged.
    pub min_documents: Option<usize>,
}

impl Gate {
    /// Whether nothing is limited.
    pub const fn is_empty(&self) -> bool {
        self.fail.is_empty() && self.warn.is_empty()
    }
}

/// Smaller batches say nothing of a rate.
pub const MIN_DOCUMENTS: usize = 100;

/// What is counted, and the share of documents that may be so: `spun > 1%`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// What is counted.
    pub counted: Counted,
    /// The share, from 0 to 1.
    pub share: f64,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Documents with a verdict.
    Verdict(Verdict),
    /// Documents with a finding that counts.
    Found,
}

/// What was counted in a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Batch {
    /// All documents.
    pub documents: usize,
    /// Those that could be judged.
    pub assessed: usize,
    /// Those that are spun.
    pub spun: usize,
    /// Those that are translated.
    pub translated: usize,
    /// Those that may be spun.
    pub suspect: usize,
    /// Those with findings.
    pub found: usize,
    /// Where between one count and the next the border lies, for this batch; see [`exceeds`].
    pub dither: u64,
}

const WORDS: [(&str, Counted); 4] = [
    ("spun", Counted::Verdict(Verdict::Spun)),
    ("translated", Counted::Verdict(Verdict::Translated)),
    ("suspect", Counted::Verdict(Verdict::Suspect)),
    ("found", Counted::Found),
];

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help =
            || "write for instance `spun > 1%`; what can be counted is spun, translated, suspect, and found (with findings)".to_owned();
        let (word, share) = text.split_once('>').ok_or_else(help)?;
        let counted = WORDS.iter().find(|it| it.0 == word.trim()).ok_or_else(help)?.1;
        let percent = share.trim().strip_suffix('%').ok_or_else(|| "a share ends in a percent sign: `spun > 1%`".to_owned())?;
        let percent: f64 = percent.trim().parse().map_err(|_| help())?;
        if !(0.0..100.0).contains(&percent) {
            return Err("a share lies between 0% and 100%".to_owned());
        }
        Ok(Self { counted, share: percent / 100.0 })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = WORDS.iter().find(|it| it.1 == self.counted).expect("every count has a word").0;
        // Shares are written in percent, with few digits: what a division left over is rounded away.
        write!(f, "{word} > {}%", (self.share * 1e8).round() / 1e6)
    }
}

impl Batch {
    /// How many documents a limit counts.
    pub const fn count(&self, of: Counted) -> usize {
        match of {
            Counted::Verdict(Verdict::Spun) => self.spun,
            Counted::Verdict(Verdict::Translated) => self.translated,
            Counted::Verdict(_) => self.suspect,
            Counted::Found => self.found,
        }
    }

    /// Of how many documents a limit speaks: a verdict can be had of those alone that could be judged.
    const fn out_of(&self, counted: Counted) -> usize {
        match counted {
            Counted::Verdict(_) => self.assessed,
            Counted::Found => self.documents,
        }
    }

    /// The limits that it is beyond, in a line each.
    pub fn beyond(&self, limits: &[Limit], min_documents: usize) -> Vec<String> {
        let told = limits.iter().filter_map(|it| {
            let (count, all) = (self.count(it.counted), self.out_of(it.counted));
            let beyond = all >= min_documents && exceeds(all, count, it.share, self.dither);
            #[expect(clippy::cast_precision_loss, reason = "a percentage for a reader")]
            let percent = || count as f64 * 100.0 / all as f64;
            beyond.then(|| format!("{it}: {count} of {}, {:.1}%, more than chance explains", counted(all, "document"), percent()))
        });
        told.collect()
    }
}

/// How often a batch may fail whose source is just at the limit.
const RISK: f64 = 0.1;

/// Whether the lower end of the interval for a share, one-sided at nine in ten, lies above a limit.
///
/// Counts are whole, and an exact interval wastes what lies between two of them: at 1,000 documents and 1 % it would fail from 15 on, and
/// miss one batch in ten of those at 2 %. As Stevens proposed (1950), the count on the border is decided by lot. Here the batch itself
/// draws, by the hash of its documents: the same batch always gets the same answer.
pub fn exceeds(documents: usize, count: usize, limit: f64, dither: u64) -> bool {
    if count == 0 || count > documents {
        return false;
    }
    if limit <= 0.0 {
        return true;
    }
    let (above, at) = upper(documents, count, limit);
    #[expect(clippy::cast_precision_loss, reason = "a lot between 0 and 1")]
    let lot = (dither >> 11) as f64 / (1_u64 << 53) as f64;
    above + lot * at <= RISK
}

/// The chances of more than `count` of `documents`, and of just so many, at a share. Only sums, products and quotients: the same on every
/// machine.
fn upper(documents: usize, count: usize, share: f64) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below 2^52")]
    let (n, odds) = (documents as f64, share / (1.0 - share));
    // Relative to the likeliest count, so that nothing underflows that matters.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of documents")]
    let mode = (((n + 1.0) * share) as usize).min(documents);
    let (mut total, mut above, mut at) = (0.0, 0.0, 0.0);
    let mut take = |k: usize, weight: f64| {
        total += weight;
        if k > count {
            above += weight;
        } else if k == count {
            at = weight;
        }
        weight > 1e-30
    };
    #[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below 2^52")]
    {
        let mut weight = 1.0;
        for k in mode..=documents {
            if !take(k, weight) {
                break;
            }
            weight *= (n - k as f64) / (k as f64 + 1.0) * odds;
        }
        let mut weight = 1.0;
        for k in (0..mode).rev() {
            weight *= (k as f64 + 1.0) / (n - k as f64) / odds;
            if !take(k, weight) {
                break;
            }
        }
    }
    (above / total, at / total)
}

#[cfg(test)]
mod tests {
    use unspin::audit::draw::mixed;

    use super::*;

    /// Numbers that look like chance, so that the simulation is the same everywhere.
    struct Chance {
        start: u64,
        drawn: u64,
    }

    impl Chance {
        fn next(&mut self) -> u64 {
            self.drawn += 1;
            mixed(self.drawn - 1, self.start)
        }

        fn happens(&mut self, in_ten_thousand: u64) -> bool {
            self.next() % 10_000 < in_ten_thousand
        }
    }

    /// How many of 10,000 batches fail at a limit of 1 %.
    fn failing(documents: usize, in_ten_thousand: u64) -> usize {
        let mut chance = Chance { start: documents as u64 + in_ten_thousand, drawn: 0 };
        let mut batch = || {
            let count = (0..documents).filter(|_| chance.happens(in_ten_thousand)).count();
            exceeds(documents, count, 0.01, chance.next())
        };
        (0..10_000).filter(|_| batch()).count()
    }

    #[test]
    fn a_source_below_the_limit_seldom_fails_and_one_above_mostly_does() {
        assert!(failing(1_000, 80) < 300, "{}", failing(1_000, 80));
        assert!(failing(2_000, 80) < 300, "{}", failing(2_000, 80));
        assert!(failing(1_000, 200) > 9_000, "{}", failing(1_000, 200));
        assert!(failing(1_000, 100) < 1_100, "at the limit itself: {}", failing(1_000, 100));
    }

    #[test]
    fn limits_are_read_as_they_are_written() {
        let check = |text: &str, expect: &str| assert_eq!(text.parse::<Limit>().map(|it| it.to_string()), Ok(expect.to_owned()));
        check("spun > 1%", "spun > 1%");
        check("translated>0.25 %", "translated > 0.25%");
        check("found > 12.5%", "found > 12.5%");
        assert!("spun > 1".parse::<Limit>().is_err_and(|it| it.contains("percent sign")));
        assert!("spam > 1%".parse::<Limit>().is_err_and(|it| it.contains("translated")));
        assert!("spun > 101%".parse::<Limit>().is_err());
    }

    #[test]
    fn the_border_of_large_batches_is_where_it_belongs() {
        // A normal approximation says 1 % + 1.28 standard deviations.
        assert!(!exceeds(1_000_000, 10_100, 0.01, 0));
        assert!(exceeds(1_000_000, 10_140, 0.01, u64::MAX));
        assert!(exceeds(10, 1, 0.0, 0));
        assert!(!exceeds(10, 0, 0.0, 0));
    }
}
