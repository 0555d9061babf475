//! What other documents are witnesses of: a frozen index of hashes, counts and document ids, read where it lies.

pub mod beside;
pub mod build;
pub mod units;

use std::fmt;

use thiserror::Error;

use crate::packed::Fixed;
pub use build::{Builder, Gathered, Summary};
use units::{Kind, key};

/// The first bytes of every index.
const MAGIC: &[u8; 14] = b"unspin corpus\n";
/// Raised when an index means something else than before.
const VERSION: u16 = 1;
/// Behind the first bytes and the version: four numbers.
const HEADER: usize = MAGIC.len() + 2 + 4 * 8;
/// At the end: the checksum of all before it.
const TRAILER: usize = 8;

/// Why an index cannot be used.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum CorpusError {
    /// It is something else.
    #[error("not an index of a corpus: `unspin corpus build` writes one")]
    Foreign,
    /// A later version of the program wrote it.
    #[error("written by a newer unspin (format {0}, this one reads {VERSION}): update, or build it again")]
    Newer(u16),
    /// An earlier version of the program wrote it.
    #[error("written by an older unspin (format {0}, this one reads {VERSION}): build it again")]
    Older(u16),
    /// Bytes are missing, or others than were written.
    #[error("damaged: {0}; build it again")]
    Damaged(&'static str),
}

/// What is known of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The first document that has it.
    pub first: u32,
    /// The last one.
    pub last: u32,
    /// How many do; 65,535 are that many or more.
    pub count: u16,
}

/// A frozen index. It holds no text but the ids of documents.
pub struct Corpus {
    bytes: Vec<u8>,
    documents: Table<u32>,
    fingerprints: Table<[u32; 3]>,
    // Where the entries of a bucket begin; the upper bits of a hash are its bucket.
    starts: Table<u32>,
    // The next 32 bits of the hashes, in order.
    keys: Table<u32>,
    places: Table<[u32; 2]>,
    counts: Table<u16>,
    ids: usize,
    bits: u32,
}

/// Values of one size, and where they lie in the bytes.
#[derive(Debug, Clone, Copy)]
struct Table<T> {
    start: usize,
    len: usize,
    values: std::marker::PhantomData<fn() -> T>,
}

impl<T: Fixed> Table<T> {
    fn at(self, bytes: &[u8], index: usize) -> T {
        T::read(&bytes[self.start + index * T::SIZE..])
    }
}

impl Corpus {
    /// Reads an index that [`Builder::freeze`] wrote.
    ///
    /// # Errors
    /// Where it is something else, of another version, or damaged.
    pub fn open(bytes: Vec<u8>) -> Result<Self, CorpusError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(CorpusError::Foreign)?;
        match rest.first_chunk().map(|it| u16::from_le_bytes(*it)) {
            None => return Err(CorpusError::Damaged("cut short")),
            Some(it) if it > VERSION => return Err(CorpusError::Newer(it)),
            Some(it) if it < VERSION => return Err(CorpusError::Older(it)),
            Some(_) => {}
        }
        let numbers = rest[2..].first_chunk::<{ 4 * 8 }>().ok_or(CorpusError::Damaged("cut short"))?;
        let number = |at: usize| u64::read(&numbers[8 * at..]);
        let size = |at: usize| usize::try_from(number(at)).ok().filter(|it| *it <= bytes.len()).ok_or(CorpusError::Damaged("cut short"));
        let (documents, ids, entries, bits) = (size(0)?, size(1)?, size(2)?, size(3)?);
        if bits > 32 {
            return Err(CorpusError::Damaged("impossible sizes"));
        }
        let buckets = (1_usize << bits) + 1;
        let mut at = HEADER;
        let documents = table(&mut at, documents + 1);
        let fingerprints = table(&mut at, documents.len - 1);
        let starts = table(&mut at, buckets);
        let keys = table(&mut at, entries);
        let places = table(&mut at, entries);
        let counts = table(&mut at, entries);
        if at.checked_add(ids + TRAILER) != Some(bytes.len()) {
            return Err(CorpusError::Damaged("another length than it was written with"));
        }
        let (sealed, seal) = bytes.split_at(bytes.len() - TRAILER);
        let mut sum = Checksum::default();
        sum.add(sealed);
        if sum.value() != u64::read(seal) {
            return Err(CorpusError::Damaged("its checksum does not hold"));
        }
        let bits = u32::try_from(bits).expect("at most 32");
        let corpus = Self { documents, fingerprints, starts, keys, places, counts, ids: at, bits, bytes };
        if str::from_utf8(corpus.ids()).is_err() || !corpus.is_in_order(entries, ids) {
            return Err(CorpusError::Damaged("it points outside of itself"));
        }
        Ok(corpus)
    }

    /// The index of some texts, each with its id: for those who have them in memory.
    ///
    /// # Panics
    /// Never: memory takes all.
    #[must_use]
    pub fn of(texts: &[(String, &str)]) -> Self {
        let mut builder = Builder::of_texts(texts.iter().map(|it| it.1.len()).sum());
        for (id, text) in texts {
            builder.add(id, &Gathered::of(text));
        }
        let mut bytes = Vec::new();
        builder.freeze(&mut bytes).expect("memory takes all");
        Self::open(bytes).expect("it was written just now")
    }

    /// Whether nothing points outside; the checksum forgives who forges it, and no text may bring the program down.
    fn is_in_order(&self, entries: usize, ids: usize) -> bool {
        let rises = |table: Table<u32>, most: usize| {
            let mut last = 0;
            (0..table.len).all(|it| {
                let value = table.at(&self.bytes, it);
                let holds = last <= value && value as usize <= most;
                last = value;
                holds
            })
        };
        let known = |it: u32| (it as usize) < self.len();
        let id = |it: usize| self.documents.at(&self.bytes, it) as usize;
        let text = str::from_utf8(self.ids()).unwrap_or_default();
        rises(self.documents, ids)
            && rises(self.starts, entries)
            && (0..self.documents.len).all(|it| text.is_char_boundary(id(it)))
            && (0..entries).all(|it| self.places.at(&self.bytes, it).into_iter().all(known))
            && (0..self.fingerprints.len).all(|it| known(self.fingerprints.at(&self.bytes, it)[2]))
    }

    fn ids(&self) -> &[u8] {
        &self.bytes[self.ids..self.bytes.len() - TRAILER]
    }

    /// How many documents it was made of.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.documents.len - 1
    }

    /// What it is named by: two indexes that say the same have the same seal.
    #[must_use]
    pub fn seal(&self) -> u64 {
        u64::read(&self.bytes[self.bytes.len() - TRAILER..])
    }

    /// Whether it was made of none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of a document.
    ///
    /// # Panics
    /// Where there is none of that number.
    #[must_use]
    pub fn id(&self, document: u32) -> &str {
        let at = document as usize;
        let [from, to] = [at, at + 1].map(|it| self.ids + self.documents.at(&self.bytes, it) as usize);
        str::from_utf8(&self.bytes[from..to]).unwrap_or_default()
    }

    /// What is known of a run of words, as a thing of a kind.
    #[must_use]
    pub fn find(&self, kind: Kind, run: u64, words: usize) -> Option<Entry> {
        self.entry(key(kind, run, words))
    }

    fn entry(&self, key: u64) -> Option<Entry> {
        let (bucket, rest) = parts(key, self.bits);
        let [from, to] = [bucket, bucket + 1].map(|it| self.starts.at(&self.bytes, it) as usize);
        let at = (from..to).find(|it| self.keys.at(&self.bytes, *it) >= rest)?;
        (self.keys.at(&self.bytes, at) == rest).then(|| {
            let [first, last] = self.places.at(&self.bytes, at);
            Entry { first, last, count: self.counts.at(&self.bytes, at) }
        })
    }

    /// The number of the first document that has a fingerprint.
    #[must_use]
    pub fn document(&self, fingerprint: u64) -> Option<u32> {
        let halves = halves(fingerprint);
        let (mut low, mut high) = (0, self.fingerprints.len);
        while low < high {
            let middle = usize::midpoint(low, high);
            let [upper, lower, _] = self.fingerprints.at(&self.bytes, middle);
            if [upper, lower] < halves {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let [upper, lower, number] = (low < self.fingerprints.len).then(|| self.fingerprints.at(&self.bytes, low))?;
        ([upper, lower] == halves).then_some(number)
    }
}

impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Corpus({} documents, {} entries, {:016x})", self.len(), self.keys.len, self.seal())
    }
}

fn table<T: Fixed>(at: &mut usize, len: usize) -> Table<T> {
    let start = *at;
    *at = at.saturating_add(len.saturating_mul(T::SIZE));
    Table { start, len, values: std::marker::PhantomData }
}

/// The bucket of a hash, and what is kept of the rest of it.
#[expect(clippy::cast_possible_truncation, reason = "a part of the bits is what is wanted")]
const fn parts(key: u64, bits: u32) -> (usize, u32) {
    let bucket = if bits == 0 { 0 } else { key >> (64 - bits) };
    (bucket as usize, (key << bits >> 32) as u32)
}

#[expect(clippy::cast_possible_truncation, reason = "a part of the bits is what is wanted")]
const fn halves(hash: u64) -> [u32; 2] {
    [(hash >> 32) as u32, hash as u32]
}

/// A sum over bytes that changes with every one of them, in whatever pieces they come.
#[derive(Debug, Default, Clone, Copy)]
struct Checksum {
    sum: u64,
    length: u64,
    open: [u8; 8],
    filled: usize,
}

impl Checksum {
    fn add(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.filled > 0 {
            let (own, rest) = bytes.split_at(bytes.len().min(8 - self.filled));
            self.open[self.filled..self.filled + own.len()].copy_from_slice(own);
            self.filled += own.len();
            bytes = rest;
            if self.filled < 8 {
                return;
            }
            self.step(u64::from_le_bytes(self.open));
        }
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.step(u64::from_le_bytes(*word));
        }
        self.open = [0; 8];
        self.open[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
    }

    const fn step(&mut self, word: u64) {
        self.sum = (self.sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    }

    fn value(mut self) -> u64 {
        self.step(u64::from_le_bytes(self.open));
        self.step(self.length);
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::{units::Units, *};

    const TEXTS: [&str; 3] = [
        "Three bakers share a lottery prize\n\nThey bought the ticket together. It rained on Anna Karlsdottir.",
        "New ferry is late again\n\nIt rained on Anna Karlsdottir.",
        "They bought the ticket together. “It rained on Anna Karlsdottir!”",
    ];

    fn frozen(memory: usize, texts: &[&str]) -> (Vec<u8>, Summary) {
        let mut builder = Builder::new(memory);
        for (number, text) in texts.iter().enumerate() {
            builder.add(&format!("{number}.txt"), &Gathered::of(text));
        }
        let mut bytes = Vec::new();
        let summary = builder.freeze(&mut bytes).expect("memory takes all");
        (bytes, summary)
    }

    fn find(corpus: &Corpus, kind: Kind, text: &str) -> Option<(u32, u32, u16)> {
        let units = Units::of(text);
        let found = corpus.find(kind, units.run(0, units.words.len()), units.words.len())?;
        Some((found.first, found.last, found.count))
    }

    #[test]
    fn what_documents_have_in_common_is_found() {
        let corpus = Corpus::open(frozen(0, &TEXTS).0).expect("it was written just now");
        assert_eq!(find(&corpus, Kind::Sentence, "they bought the ticket, together"), Some((0, 2, 2)));
        assert_eq!(find(&corpus, Kind::Sentence, "It rained on Anna Karlsdottir"), Some((0, 2, 3)));
        assert_eq!(find(&corpus, Kind::Headline, "New ferry is late again"), Some((1, 1, 1)));
        assert_eq!(find(&corpus, Kind::Sentence, "They bought the boat together"), None);
        assert_eq!((corpus.id(1), corpus.len()), ("1.txt", 3));
        assert_eq!(corpus.document(Units::of(TEXTS[1]).fingerprint()), Some(1));
        assert_eq!(corpus.document(Units::of("else").fingerprint()), None);
    }

    #[test]
    fn the_index_holds_no_word_of_a_text() {
        let (bytes, _) = frozen(0, &TEXTS);
        let holds = |word: &str| bytes.windows(word.len()).any(|it| it.eq_ignore_ascii_case(word.as_bytes()));
        assert!(holds("1.txt") && !["bakers", "ticket", "rained", "ferry"].into_iter().any(holds));
    }

    #[test]
    fn any_damage_is_noticed() {
        let (bytes, _) = frozen(0, &TEXTS);
        assert_eq!(Corpus::open(Vec::new()).err(), Some(CorpusError::Foreign));
        assert_eq!(Corpus::open(b"PK\x03\x04 something else".to_vec()).err(), Some(CorpusError::Foreign));
        let version = |it: u16| {
            let mut other = bytes.clone();
            other[MAGIC.len()..MAGIC.len() + 2].copy_from_slice(&it.to_le_bytes());
            Corpus::open(other).err()
        };
        assert_eq!(version(VERSION + 1), Some(CorpusError::Newer(VERSION + 1)));
        assert_eq!(version(0), Some(CorpusError::Older(0)));
        for at in 0..bytes.len() {
            assert!(Corpus::open(bytes[..at].to_vec()).is_err(), "cut at {at}");
            let mut other = bytes.clone();
            other[at] ^= 0x55;
            assert!(Corpus::open(other).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn a_forged_checksum_brings_nothing_down() {
        let (bytes, _) = frozen(0, &TEXTS);
        for at in HEADER..bytes.len() - TRAILER {
            let mut other = bytes.clone();
            other[at] ^= 0xFF;
            let end = other.len() - TRAILER;
            let mut sum = Checksum::default();
            sum.add(&other[..end]);
            other[end..].copy_from_slice(&sum.value().to_le_bytes());
            if let Ok(corpus) = Corpus::open(other) {
                for text in TEXTS {
                    let beside = beside::Beside::new(&corpus, text, None);
                    let found = [beside.headlines(text), beside.recurring(1), beside.interrupted()].concat();
                    assert!(found.iter().all(|it| beside.id(it.document).len() < bytes.len()));
                }
            }
        }
    }

    #[test]
    fn what_is_rare_is_dropped_where_memory_is_full() {
        let texts: Vec<String> = (0..4_000)
            .map(|it: u64| {
                let word = |salt: u64| format!("w{:x}", (it + 1).wrapping_mul(salt) >> 40);
                format!(
                    "Choir sings again {it}\n\nThe usual sentence stands here too. But {} {} {} {}.",
                    word(7),
                    word(1 << 33 | 5),
                    word(1 << 34 | 3),
                    it
                )
            })
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (bytes, summary) = frozen(0, &texts);
        assert!(summary.dropped > 0 && summary.documents == 4_000, "{summary:?}");
        let corpus = Corpus::open(bytes.clone()).expect("it is sound");
        assert_eq!(find(&corpus, Kind::Sentence, "The usual sentence stands here too").map(|it| it.2), Some(4_000));
        assert_eq!(frozen(0, &texts).0, bytes, "the same documents make the same index");
        let (_, whole) = frozen(300 << 20, &texts);
        assert_eq!((whole.dropped, whole.unnamed), (0, 0));
        assert!(whole.entries > summary.entries);
    }
}
