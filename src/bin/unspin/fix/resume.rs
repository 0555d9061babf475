//! How far a run came, on the disk: what was broken off goes on from there.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::summary::{Changes, Summary};
use crate::{
    drafts,
    inputs::{Input, plain, reason},
    ledgers::{FOLDER, ledgers_in},
    sets::Reached,
    watch::Seen,
};

/// Each chunk of a data set ends at a station. After so many of them, all is on the disk even if the machine fails.
pub const SYNCED: usize = 16;

/// What a run must have in common with the one that it goes on with.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub unspin: String,
    pub rules: String,
    /// Flags, settings and the names of the inputs, as a hash.
    pub run: String,
    /// When the machine was started, as it says itself.
    boot: Option<String>,
    /// How many ledgers there were before the first of these runs.
    ledgers: usize,
}

impl Header {
    pub fn new(folder: &Path, rules: String, run: String) -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        Self { unspin: env!("CARGO_PKG_VERSION").to_owned(), rules, run, boot, ledgers: ledgers_in(&folder.join(FOLDER)).len() }
    }

    /// Whether a run can go on with another.
    fn continues(&self, other: &Self) -> bool {
        (&self.unspin, &self.rules, &self.run) == (&other.unspin, &other.rules, &other.run)
    }
}

/// A place where a run may go on: all before it is written. What is compressed begins a new member or frame there, so that it can be cut.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Station {
    pub reached: Reached,
    pub seen: Seen,
    /// Whether all that it speaks of outlasts the machine.
    pub synced: bool,
    /// Whether something could not be written.
    pub failed: bool,
    /// The input at hand, where a part of it is done.
    pub input: Option<Identity>,
    /// Files that are being written, by the places where they will stand, and how long they are.
    pub drafts: Vec<(PathBuf, u64)>,
    pub ledger: Option<(PathBuf, u64)>,
    /// Whether all records of the data set at hand were written as they came.
    pub untouched: bool,
    /// What was done since the station before.
    pub summary: Summary,
    pub changes: Changes,
}

/// What tells whether a file is still the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    size: u64,
    changed: u128,
}

impl Identity {
    pub fn of(input: &Input) -> Option<Self> {
        let metadata = fs::metadata(input.path.as_ref()?).ok()?;
        let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { size: metadata.len(), changed })
    }
}

impl Station {
    /// How long a draft is that will stand at a place; nothing where it is to be begun.
    pub fn length(&self, place: &Path) -> u64 {
        self.drafts.iter().find(|it| it.0 == place).map_or(0, |it| it.1)
    }

    /// What was done since the station before.
    pub fn done(self) -> Summary {
        self.summary.with(self.changes)
    }

    /// Whether all that it speaks of is there.
    fn stands(&self) -> bool {
        let long = |path: &Path| fs::metadata(path).map_or(0, |it| it.len());
        self.drafts.iter().all(|(place, length)| long(&drafts::lasting(place)) >= *length)
            && self.ledger.iter().all(|(path, length)| long(path) >= *length)
    }
}

/// The ledger that a run had begun before it came to a station with one, and how long it was at first.
fn ledger_begun(folder: &Path, before: usize) -> io::Result<Option<(PathBuf, u64)>> {
    let Some(path) = ledgers_in(folder).into_iter().nth(before) else { return Ok(None) };
    let bytes = fs::read(&path)?;
    match memchr::memchr(b'\n', &bytes) {
        Some(end) => Ok(Some((path, end as u64 + 1))),
        None => fs::remove_file(&path).map(|()| None),
    }
}

/// The stations of a run, one a line.
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// The journal of a run that writes into a folder, the station that it goes on from, and what was done up to there.
    pub fn open(folder: &Path, header: &Header) -> anyhow::Result<(Self, Station, Summary)> {
        let path = plain(&folder.join(FOLDER).join("resume"));
        let failed = |it: io::Error| anyhow::anyhow!("{}: {}", path.display(), reason(&it));
        fs::create_dir_all(folder.join(FOLDER)).map_err(failed)?;
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => bail!("{}: another run is at work there", folder.display()),
            // Where the system knows no locks, two runs at once are not told.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        // The last line may have been cut off.
        let mut lines = bytes.split_inclusive(|it| *it == b'\n').filter(|it| it.ends_with(b"\n"));
        let mut length = 0;
        let (mut station, mut summary) = (Station::default(), Summary::default());
        match lines.next() {
            None => {}
            Some(first) => {
                let Some(old) = serde_json::from_slice::<Header>(first).ok().filter(|it| header.continues(it)) else {
                    bail!(
                        "{}: the run that was broken off had other flags, settings or inputs; give the same ones, or remove this file to begin anew",
                        path.display()
                    );
                };
                // Where the machine was started anew, what had not been forced to the disk may be missing.
                let same = header.boot.is_some() && header.boot == old.boot;
                length = first.len();
                let stations: Vec<(Station, usize)> =
                    lines.map_while(|it| serde_json::from_slice(it).ok().map(|station| (station, it.len()))).collect();
                let standing = stations.iter().rposition(|it| (same || it.0.synced) && it.0.stands()).map_or(0, |it| it + 1);
                station.ledger = ledger_begun(&folder.join(FOLDER), old.ledgers).map_err(failed)?;
                for (mut it, line) in stations.into_iter().take(standing) {
                    length += line;
                    let (leg, changes) = (std::mem::take(&mut it.summary), std::mem::take(&mut it.changes));
                    summary.merge(leg.with(changes));
                    it.ledger = it.ledger.or(station.ledger);
                    station = it;
                }
            }
        }
        file.set_len(length as u64).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
        let mut journal = Self { path, file };
        if length == 0 {
            journal.write(header)?;
        }
        if let Some((path, length)) = &station.ledger {
            let cut = File::options().write(true).open(path).and_then(|it| it.set_len(*length));
            cut.with_context(|| path.display().to_string())?;
        }
        Ok((journal, station, summary))
    }

    /// Notes a station.
    pub fn add(&mut self, station: &Station) -> anyhow::Result<()> {
        self.write(station)?;
        if station.synced {
            self.file.sync_data().with_context(|| self.path.display().to_string())?;
        }
        Ok(())
    }

    /// The run is done.
    pub fn close(self) -> anyhow::Result<()> {
        fs::remove_file(&self.path).with_context(|| self.path.display().to_string())
    }

    fn write(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.file.write_all(&bytes).with_context(|| self.path.display().to_string())
    }
}
