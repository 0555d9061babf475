//! How many documents of a batch may be convicted, judged so that chance alone seldom fails a run.

use std::{fmt, str::FromStr};

use unspin::{
    Verdict,
    profile::{self, Bounded, Count, Profile, SOURCES, Tail, binomial, hypergeometric},
    report::totals::{Totals, counted},
};

/// How many documents of a batch may be convicted.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Limits beyond which a run fails.
    pub fail: Vec<Limit>,
    /// Limits beyond which it warns.
    pub warn: Vec<Limit>,
    /// Batches with fewer documents are not judged.
    pub min_documents: Option<usize>,
    /// What the limits hold for one by one as well: a field of records, or what `unspin profile --group-by` takes.
    pub by: Option<String>,
    /// The file with the profile that limits speak of.
    pub profile: Option<String>,
}

impl Gate {
    /// Whether nothing is limited.
    pub const fn is_empty(&self) -> bool {
        self.fail.is_empty() && self.warn.is_empty()
    }

    /// A limit that speaks of the profile.
    pub fn of_profile(&self) -> Option<&Limit> {
        self.fail.iter().chain(&self.warn).find(|it| it.above_profile)
    }
}

/// Smaller batches say nothing of a rate.
pub const MIN_DOCUMENTS: usize = 100;

/// What is counted, and the share of documents that may be so: `spun > 1%`, or so much more than before: `spun > profile + 1%`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// What is counted.
    pub counted: Counted,
    /// Whether the share comes on top of that in the profile.
    pub above_profile: bool,
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
    /// Where between one count and the next the border lies, for this batch; see [`is_rare`].
    pub dither: u64,
}

impl Batch {
    /// The documents that a run counted.
    pub fn of(totals: &Totals, dither: u64) -> Self {
        Self {
            documents: totals.documents,
            assessed: totals.documents - totals.unassessed,
            spun: totals.spun,
            translated: totals.translated,
            suspect: totals.suspect,
            found: totals.found,
            dither,
        }
    }

    /// What an earlier profile counted.
    fn before(counts: &profile::Counts) -> Self {
        Self {
            documents: counts.documents,
            assessed: counts.assessed(),
            spun: counts.spun,
            translated: counts.translated,
            suspect: counts.suspect,
            found: counts.found,
            dither: 0,
        }
    }
}

impl Count for Batch {
    fn weight(&self) -> usize {
        self.documents
    }

    fn join(&mut self, other: &Self) {
        self.documents += other.documents;
        self.assessed += other.assessed;
        self.spun += other.spun;
        self.translated += other.translated;
        self.suspect += other.suspect;
        self.found += other.found;
        // A sum: the order of the documents must not matter.
        self.dither = self.dither.wrapping_add(other.dither);
    }
}

/// All documents of a run, and those of each source.
#[derive(Debug)]
pub struct Batches {
    /// All.
    pub whole: Batch,
    sources: Bounded<String, Batch>,
}

impl Default for Batches {
    fn default() -> Self {
        Self { whole: Batch::default(), sources: Bounded::new(SOURCES) }
    }
}

impl Batches {
    /// Counts documents of a source, where sources are asked for.
    pub fn add(&mut self, source: Option<String>, batch: &Batch) {
        self.whole.join(batch);
        if let Some(source) = source {
            self.sources.add(source, batch);
        }
    }

    /// The limits that the whole or a source is beyond, in a line each. Sources are judged the more strictly the more there are, so that
    /// one of a thousand does not fail by chance.
    pub fn beyond(&self, limits: &[Limit], least: usize, before: Option<&Profile>) -> Vec<String> {
        let past = before.map(|it| Batch::before(&it.total));
        let mut told = self.whole.beyond(limits, least, past.as_ref(), RISK);
        let mut sources: Vec<_> = self.sources.iter().filter(|it| it.1.documents >= least).collect();
        sources.sort_by_key(|it| it.0);
        #[expect(clippy::cast_precision_loss, reason = "at most as many as are counted")]
        let risk = RISK / sources.len().max(1) as f64;
        for (name, batch) in sources {
            // A source that was small before is held against all.
            let own = before.and_then(|it| it.sources.iter().find(|it| it.name == *name)).map(|it| Batch::before(&it.counts));
            let past = own.filter(|it| it.documents >= least).or(past);
            told.extend(batch.beyond(limits, least, past.as_ref(), risk).into_iter().map(|it| format!("{name}: {it}")));
        }
        told
    }
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
        let help = || {
            "write for instance `spun > 1%` or `spun > profile + 1%`; what can be counted is spun, translated, suspect, and found (with \
             findings)"
                .to_owned()
        };
        let (word, share) = text.split_once('>').ok_or_else(help)?;
        let counted = WORDS.iter().find(|it| it.0 == word.trim()).ok_or_else(help)?.1;
        let (above_profile, share) = match share.trim().strip_prefix("profile") {
            Some("") => return Ok(Self { counted, above_profile: true, share: 0.0 }),
            Some(rest) => (true, rest.trim_start().strip_prefix('+').ok_or_else(help)?),
            None => (false, share),
        };
        let percent = share.trim().strip_suffix('%').ok_or_else(|| "a share ends in a percent sign: `spun > 1%`".to_owned())?;
        let percent: f64 = percent.trim().parse().map_err(|_| help())?;
        if !(0.0..100.0).contains(&percent) {
            return Err("a share lies between 0% and 100%".to_owned());
        }
        Ok(Self { counted, above_profile, share: percent / 100.0 })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = WORDS.iter().find(|it| it.1 == self.counted).expect("every count has a word").0;
        // Shares are written in percent, with few digits: what a division left over is rounded away.
        let percent = (self.share * 1e8).round() / 1e6;
        match self.above_profile {
            true if percent > 0.0 => write!(f, "{word} > profile + {percent}%"),
            true => write!(f, "{word} > profile"),
            false => write!(f, "{word} > {percent}%"),
        }
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

    /// The limits that it is beyond, in a line each; `before` is what a profile counted.
    fn beyond(&self, limits: &[Limit], least: usize, before: Option<&Self>, risk: f64) -> Vec<String> {
        let told = limits.iter().filter_map(|it| {
            let (count, all) = (self.count(it.counted), self.out_of(it.counted));
            let past = before.filter(|_| it.above_profile).map(|before| (before.count(it.counted), before.out_of(it.counted)));
            let limit = it.share + past.map_or(0.0, |(count, all)| share(count, all));
            let rises = past.is_none_or(|past| self.is_rare(hypergeometric((count, all), past), risk));
            let beyond = all >= least && rises && self.exceeds(all, count, limit, risk);
            let was = past.map_or_else(String::new, |(count, all)| format!(", {:.1}% before", 100.0 * share(count, all)));
            let documents = counted(all, "document");
            beyond.then(|| format!("{it}: {count} of {documents}, {:.1}%{was}, more than chance explains", 100.0 * share(count, all)))
        });
        told.collect()
    }

    /// Whether the lower end of the interval for a share, one-sided, lies above a limit.
    fn exceeds(&self, documents: usize, count: usize, limit: f64, risk: f64) -> bool {
        match limit {
            _ if count == 0 || count > documents => false,
            it if it <= 0.0 => true,
            it if it >= 1.0 => false,
            it => self.is_rare(binomial(documents, count, it), risk),
        }
    }

    /// Whether chance explains a count too seldom.
    ///
    /// Counts are whole, and an exact interval wastes what lies between two of them: at 1,000 documents and 1 % it would fail from 15 on,
    /// and miss one batch in ten of those at 2 %. As Stevens proposed (1950), the count on the border is decided by lot. Here the batch
    /// itself draws, by the hash of its documents: the same batch always gets the same answer.
    fn is_rare(&self, tail: Tail, risk: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a lot between 0 and 1")]
        let lot = (self.dither >> 11) as f64 / (1_u64 << 53) as f64;
        tail.above + lot * tail.at <= risk
    }
}

/// How often a batch may fail whose source is just at the limit.
const RISK: f64 = 0.1;

#[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below 2^52")]
fn share(count: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { count as f64 / all as f64 }
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

    fn exceeds(documents: usize, count: usize, limit: f64, dither: u64) -> bool {
        Batch { dither, ..Batch::default() }.exceeds(documents, count, limit, RISK)
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
        check("spun > profile", "spun > profile");
        check("spun>profile+ 0.5%", "spun > profile + 0.5%");
        assert!("spun > profile 1%".parse::<Limit>().is_err());
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

    /// How many of 2,000 batches fail that are held against a profile, by their rates in ten thousand.
    fn rising(documents: usize, now: u64, before: u64) -> usize {
        let limits = ["spun > profile".parse().expect("it is one")];
        let mut chance = Chance { start: documents as u64 + now + before, drawn: 0 };
        let mut batch = |rate: u64, documents: usize| {
            let spun = (0..documents).filter(|_| chance.happens(rate)).count();
            Batch { documents, assessed: documents, spun, dither: chance.next(), ..Batch::default() }
        };
        (0..2_000).filter(|_| !batch(now, documents).beyond(&limits, 100, Some(&batch(before, 5_000)), RISK).is_empty()).count()
    }

    #[test]
    fn a_batch_like_the_profile_seldom_fails_and_one_with_more_mostly_does() {
        assert!(rising(1_000, 100, 100) < 220, "{}", rising(1_000, 100, 100));
        assert!(rising(1_000, 80, 100) < 60, "{}", rising(1_000, 80, 100));
        assert!(rising(1_000, 250, 100) > 1_800, "{}", rising(1_000, 250, 100));
    }

    #[test]
    fn each_source_is_judged_and_many_sources_do_not_fail_by_chance() {
        let limits = ["spun > 1%".parse().expect("it is one")];
        let mut chance = Chance { start: 7, drawn: 0 };
        let mut failing = 0;
        for _ in 0..200 {
            let mut batches = Batches::default();
            for source in 0..100 {
                let spun = (0..200).filter(|_| chance.happens(90)).count();
                let batch = Batch { documents: 200, assessed: 200, spun, dither: chance.next(), ..Batch::default() };
                batches.add(Some(source.to_string()), &batch);
            }
            failing += usize::from(!batches.beyond(&limits, 100, None).is_empty());
        }
        assert!(failing < 20, "{failing} of 200 runs without anything wrong");
        let mut batches = Batches::default();
        batches.add(Some("good.example".to_owned()), &Batch { documents: 5_000, assessed: 5_000, spun: 20, ..Batch::default() });
        batches.add(Some("bad.example".to_owned()), &Batch { documents: 200, assessed: 200, spun: 20, ..Batch::default() });
        let told = batches.beyond(&limits, 100, None);
        assert_eq!(told, ["bad.example: spun > 1%: 20 of 200 documents, 10.0%, more than chance explains"]);
    }
}
