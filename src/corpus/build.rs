//! Documents to an index, within a bound of memory: what is rare goes first.

use std::io::{self, Write};

use super::{
    Checksum, MAGIC, VERSION, halves, parts,
    units::{BEGINNING, Gap, Kind, SENTENCE, Units, key, pair, spelling},
};
use crate::packed::Fixed;

/// What one document says, each thing once.
#[derive(Debug, Default)]
pub struct Gathered {
    keys: Vec<(u64, Kind)>,
    fingerprint: u64,
}

impl Gathered {
    /// Reads a text shorter than 4 GiB.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let units = Units::of(text);
        let mut keys = Vec::with_capacity(units.words.len() / 4);
        if let Some((from, to)) = units.headline() {
            keys.push((key(Kind::Headline, units.run(from, to), to - from), Kind::Headline));
            keys.push((key(Kind::Beginning, units.run(from, from + BEGINNING), BEGINNING), Kind::Beginning));
        }
        let sentences = units.sentences().filter(|(from, to)| to - from >= SENTENCE);
        keys.extend(sentences.map(|(from, to)| (key(Kind::Sentence, units.run(from, to), to - from), Kind::Sentence)));
        // Within a sentence only names have capitals.
        let mut last = None;
        for word in &units.words {
            let named = word.capital && word.gap <= Gap::Mark;
            let own = word.capital.then(|| spelling(stem(&text[word.start as usize..word.end as usize])));
            if let Some(own) = own.filter(|_| named) {
                keys.push((key(Kind::Name, own, 1), Kind::Name));
                let before = last.filter(|_| word.gap == Gap::Space);
                keys.extend(before.map(|it| (key(Kind::Pair, pair(it, own), 2), Kind::Pair)));
            }
            last = own;
        }
        keys.sort_unstable_by_key(|it| it.0);
        keys.dedup_by_key(|it| it.0);
        Self { keys, fingerprint: units.fingerprint() }
    }
}

/// A name without “’s” at its end.
#[must_use]
pub fn stem(word: &str) -> &str {
    word.strip_suffix("’s").or_else(|| word.strip_suffix("'s")).unwrap_or(word)
}

/// What an index holds, and what did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Documents that were read.
    pub documents: usize,
    /// Entries that the index holds.
    pub entries: usize,
    /// Entries that were dropped because memory was full.
    pub dropped: u64,
    /// None of them had been seen in more documents than this when it was.
    pub seldom: u32,
    /// Documents whose ids did not fit.
    pub unnamed: usize,
}

/// A hash in two halves, the first document, the last one, and how many there are, above the kind.
type Slot = [u32; 5];

/// What everything else takes: the program, its rules, and the documents that are being read.
const ELSEWHERE: usize = 80 << 20;
/// The smallest table that is worth anything.
const LEAST: usize = 1 << 12;
/// Places behind the last one, so that nothing runs round.
const SLACK: usize = 1 << 10;
/// What the ids of documents may take of the memory.
const IDS: usize = 6;

/// Puts documents together, in the order in which they come.
pub struct Builder {
    slots: Vec<Slot>,
    taken: usize,
    ids: String,
    ends: Vec<u32>,
    fingerprints: Vec<[u32; 3]>,
    most_ids: usize,
    summary: Summary,
}

impl Builder {
    /// A builder that takes no more than so many bytes for everything.
    #[must_use]
    pub fn new(memory: usize) -> Self {
        let room = memory.saturating_sub(ELSEWHERE);
        // Each id may have to be copied when the list grows.
        Self::with((room / IDS * (IDS - 1) / size_of::<Slot>()).max(LEAST), room / IDS / 2)
    }

    /// A builder with room for all that texts of so many bytes can say.
    #[must_use]
    pub fn of_texts(bytes: usize) -> Self {
        Self::with(bytes + LEAST, usize::MAX)
    }

    fn with(slots: usize, most_ids: usize) -> Self {
        Self {
            slots: vec![[0; 5]; slots + SLACK],
            taken: 0,
            ids: String::new(),
            ends: vec![0],
            fingerprints: Vec::new(),
            most_ids: most_ids.clamp(LEAST, u32::MAX as usize / 2),
            summary: Summary::default(),
        }
    }

    /// Adds a document.
    pub fn add(&mut self, id: &str, gathered: &Gathered) {
        let number = self.number(id, gathered.fingerprint);
        self.summary.documents += 1;
        for &(key, kind) in &gathered.keys {
            while !self.count(key, kind, number) {
                self.prune();
            }
        }
    }

    /// The number of a new document; where its id does not fit, it shares that of the last one.
    fn number(&mut self, id: &str, fingerprint: u64) -> u32 {
        let costs = self.ids.len() + id.len() + 16 * self.ends.len();
        let next = u32::try_from(self.fingerprints.len()).expect("fewer than fit");
        if costs > self.most_ids && next > 0 {
            self.summary.unnamed += 1;
            return next - 1;
        }
        self.ids.push_str(id);
        self.ends.push(u32::try_from(self.ids.len()).expect("no more than fit"));
        let [upper, lower] = halves(fingerprint);
        self.fingerprints.push([upper, lower, next]);
        next
    }

    /// Counts a hash; `false` where there is no room for a new one.
    fn count(&mut self, key: u64, kind: Kind, number: u32) -> bool {
        let [upper, lower] = halves(key);
        let mut at = self.ideal(upper, lower);
        // Seven eighths full is full.
        let full = self.taken >= self.slots.len() / 8 * 7;
        loop {
            let Some(slot) = self.slots.get_mut(at) else { return false };
            if slot[4] == 0 {
                if full {
                    return false;
                }
                *slot = [upper, lower, number, number, 1 << 3 | kind as u32];
                self.taken += 1;
                return true;
            }
            if slot[..2] == [upper, lower] {
                slot[3] = number;
                slot[4] = slot[4].saturating_add(1 << 3);
                return true;
            }
            at += 1;
        }
    }

    /// The place where a hash is looked for first: in the order of the hashes.
    fn ideal(&self, upper: u32, lower: u32) -> usize {
        let key = u128::from(upper) << 32 | u128::from(lower);
        usize::try_from((key * (self.slots.len() - SLACK) as u128) >> 64).expect("below the length")
    }

    /// Drops what is seldom, until a quarter of the room is free.
    fn prune(&mut self) {
        loop {
            let taken = || self.slots.iter().filter(|it| it[4] != 0);
            let least = taken().map(|it| worth(*it)).min().unwrap_or_default();
            let dropped = self.slots.iter_mut().filter(|it| it[4] != 0 && worth(**it) <= least);
            let mut count = 0;
            for slot in dropped {
                self.summary.seldom = self.summary.seldom.max(slot[4] >> 3);
                *slot = [0; 5];
                count += 1;
            }
            self.taken -= count;
            self.summary.dropped += count as u64;
            if self.taken <= self.slots.len() / 8 * 6 {
                return self.spread();
            }
        }
    }

    /// Puts the slots that are left in order, to where they are looked for.
    fn spread(&mut self) {
        self.gather();
        let mut next = 0;
        let places: Vec<u32> = self.slots[..self.taken]
            .iter()
            .map(|it| {
                let at = self.ideal(it[0], it[1]).max(next);
                next = at + 1;
                u32::try_from(at).expect("fewer slots than that")
            })
            .collect();
        // Each lies before its place, so that the last one has to go first.
        for (from, to) in (0..self.taken).zip(places).rev() {
            let to = to as usize;
            if from == to {
                continue;
            }
            if to < self.slots.len() {
                self.slots[to] = self.slots[from];
            }
            self.slots[from] = [0; 5];
        }
        self.taken = self.slots.iter().filter(|it| it[4] != 0).count();
    }

    /// Brings all slots to the front, in the order of their hashes.
    fn gather(&mut self) {
        let mut to = 0;
        for from in 0..self.slots.len() {
            if self.slots[from][4] != 0 {
                self.slots.swap(from, to);
                to += 1;
            }
        }
        self.slots[..to].sort_unstable_by_key(|it| [it[0], it[1]]);
    }

    /// Writes the index. What one document alone says of names is of no use.
    ///
    /// # Errors
    /// Where the writer fails.
    pub fn freeze(mut self, out: &mut dyn Write) -> io::Result<Summary> {
        self.gather();
        let of_use = |it: &Slot| it[4] >> 3 > 1 || !matches!(it[4] & 7, KIND_NAME | KIND_PAIR);
        let mut kept = 0;
        for from in 0..self.taken {
            if of_use(&self.slots[from]) {
                self.slots.swap(kept, from);
                kept += 1;
            }
        }
        let slots = &self.slots[..kept];
        // Eight entries a bucket.
        let bits = (kept / 8).max(1).ilog2();
        self.fingerprints.sort_unstable();
        let mut out = Summing { out, sum: Checksum::default(), entry: Vec::new() };
        out.out.write_all(MAGIC)?;
        out.sum.add(MAGIC);
        out.put(VERSION)?;
        for it in [self.fingerprints.len() as u64, self.ids.len() as u64, kept as u64, bits.into()] {
            out.put(it)?;
        }
        self.ends.iter().try_for_each(|it| out.put(*it))?;
        self.fingerprints.iter().try_for_each(|it| out.put(*it))?;
        let hash = |it: &Slot| u64::from(it[0]) << 32 | u64::from(it[1]);
        let mut at = 0;
        for bucket in 0..=1_usize << bits {
            while at < slots.len() && parts(hash(&slots[at]), bits).0 < bucket {
                at += 1;
            }
            out.put(u32::try_from(at).expect("fewer slots than that"))?;
        }
        slots.iter().try_for_each(|it| out.put(parts(hash(it), bits).1))?;
        slots.iter().try_for_each(|it| out.put([it[2], it[3]]))?;
        slots.iter().try_for_each(|it| out.put(u16::try_from(it[4] >> 3).unwrap_or(u16::MAX)))?;
        out.out.write_all(self.ids.as_bytes())?;
        out.sum.add(self.ids.as_bytes());
        let sum = out.sum.value();
        out.put(sum)?;
        Ok(Summary { entries: kept, ..self.summary })
    }
}

/// A writer that sums what goes through it.
struct Summing<'w> {
    out: &'w mut dyn Write,
    sum: Checksum,
    entry: Vec<u8>,
}

impl Summing<'_> {
    fn put(&mut self, value: impl Fixed) -> io::Result<()> {
        self.entry.clear();
        value.write(&mut self.entry);
        self.sum.add(&self.entry);
        self.out.write_all(&self.entry)
    }
}

const KIND_NAME: u32 = Kind::Name as u32;
const KIND_PAIR: u32 = Kind::Pair as u32;
const KIND_SENTENCE: u32 = Kind::Sentence as u32;

/// What a slot is worth: names say nothing by one document, sentences of one document are witnesses already, and headlines are few.
const fn worth(slot: Slot) -> u32 {
    let count = slot[4] >> 3;
    match slot[4] & 7 {
        KIND_NAME | KIND_PAIR => count,
        KIND_SENTENCE => count + 1,
        _ => count + 1_000,
    }
}
