//! What data sets held before: the texts of their records, wherever they lay.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, bail};
use unspin::{ledger::content_hash, records::Text, report::Origin};

use super::{Version, short_hash};
use crate::{
    args::Reading,
    chunks::Chunk,
    inputs::Input,
    progress::Counter,
    sets::{self, Ending, Part, Reached, Set},
};

/// An earlier version of a data set.
#[derive(Debug, Clone)]
pub struct EarlierSet {
    /// Where it is now, under its name of today.
    pub input: Input,
    /// Whether the run is about it; what other sets held is of use, and may be missing.
    pub asked: bool,
}

/// The texts of earlier versions. All are known by a hash; those that stand nowhere as they stood then lie in a file.
#[derive(Debug, Default)]
pub struct EarlierRecords {
    known: HashSet<u64>,
    /// By field and id of the record.
    changed: HashMap<u64, Vec<Changed>>,
    kept: Option<Mutex<File>>,
}

/// A text that was another.
#[derive(Debug)]
struct Changed {
    /// The hash of its data set's name.
    file: u64,
    start: u64,
    length: usize,
}

/// A text that was read: what it is known by and, where it stands there no more, by what its successor is known, and its words.
type Read = (u64, Option<(u64, Vec<u8>)>);

impl EarlierRecords {
    /// Reads earlier versions, and before them the data sets of today.
    pub fn read(before: &[EarlierSet], now: &[Input], jobs: usize, reading: &Reading) -> anyhow::Result<Self> {
        let mut records = Self::default();
        if before.is_empty() {
            return Ok(records);
        }
        let mut standing: HashSet<u64> = HashSet::new();
        // What cannot be read today, the run itself will tell.
        let read = |part: Part<'_>| match part {
            Part::Chunk(_, set, chunk) => texts(&set, &chunk, known_by),
            _ => Vec::new(),
        };
        sets::stream(now, jobs, reading, &Counter::default(), Reached::default(), read, |known| {
            standing.extend(known);
            Ok(())
        })?;
        let mut start = 0;
        let mut kept = tempfile::tempfile().context("no temporary file can be made")?;
        for EarlierSet { input, asked } in before {
            let read = |part: Part<'_>| match part {
                Part::Chunk(_, set, chunk) => Ok(texts(&set, &chunk, |origin, raw| -> Read {
                    let known = known_by(origin, raw);
                    (known, named(origin).filter(|_| !standing.contains(&known)).map(|it| (it, raw.to_vec())))
                })),
                Part::Close(_, Ending::Failed(why)) if *asked => Err(why),
                _ => Ok(Vec::new()),
            };
            let file = short_hash(input.name.as_bytes());
            let one = std::slice::from_ref(input);
            sets::stream(one, jobs, reading, &Counter::default(), Reached::default(), read, |read: Result<Vec<Read>, String>| {
                let read = read.or_else(|why| bail!("{}: its earlier version: {why}", input.name))?;
                for (known, changed) in read {
                    records.known.insert(known);
                    if let Some((name, raw)) = changed {
                        kept.write_all(&raw)?;
                        records.changed.entry(name).or_default().push(Changed { file, start, length: raw.len() });
                        start += raw.len() as u64;
                    }
                }
                Ok(())
            })?;
        }
        records.kept = Some(Mutex::new(kept));
        Ok(records)
    }

    /// The earlier version of a text: the same words under the same id, wherever they lay, or else what its record held.
    pub fn version(&self, origin: &Origin, raw: &[u8]) -> anyhow::Result<Version> {
        if self.known.contains(&known_by(origin, raw)) {
            return Ok(Version::Same);
        }
        let then = named(origin).and_then(|it| self.changed.get(&it)).map_or(&[][..], Vec::as_slice);
        let file = short_hash(origin.file.as_bytes());
        // Ids may be those of a file alone; elsewhere, only the one record that bears it can be meant.
        let same_file = then.iter().rfind(|it| it.file == file);
        let Some(found) = same_file.or(if let [only] = then { Some(only) } else { None }) else { return Ok(Version::None) };
        let mut text = vec![0; found.length];
        let kept = self.kept.as_ref().expect("what changed was kept");
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.seek(SeekFrom::Start(found.start))?;
        kept.read_exact(&mut text)?;
        Ok(Version::Old(text))
    }
}

/// What is said of each text in a chunk of records.
fn texts<T>(set: &Set, chunk: &Chunk, say: impl Fn(&Origin, &[u8]) -> T) -> Vec<T> {
    let Chunk::Records { bytes, line } = chunk else { return Vec::new() };
    let records = set.records(bytes, *line).filter_map(|(_, it)| it.ok().flatten());
    let said = records.flat_map(|(record, line)| {
        let said = |text: &Text<'_>| say(&set.origin(&record, text, line), text.value.as_bytes());
        record.texts.iter().map(said).collect::<Vec<_>>()
    });
    said.collect()
}

/// What a text is known by, wherever it lies: its words, its field and the id of its record.
fn known_by(origin: &Origin, raw: &[u8]) -> u64 {
    let record = origin.record.as_ref().map(|it| (&it.field, &it.id));
    short_hash(format!("{record:?} {}", content_hash(raw)).as_bytes())
}

/// What a text is known by whatever it says; nothing where its record has no id.
fn named(origin: &Origin) -> Option<u64> {
    let record = origin.record.as_ref()?;
    Some(short_hash(format!("{} {}", record.field, record.id.as_ref()?).as_bytes()))
}
