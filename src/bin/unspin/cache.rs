//! What earlier runs found in documents, kept in a folder and looked up by content, settings, rules and version.
//!
//! Entries lie in a few files to which runs only add, each entry with a check sum, so that several runs may share them: whatever is
//! damaged, cut short or of another kind counts for nothing, and the document is read anew.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sha2::{Digest as _, Sha256};
use unspin::Checked;

use crate::{drafts, inputs::reason, output::complain};

/// A folder of entries.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    // Whether no word of a text may be kept.
    redacted: bool,
    shards: Vec<Mutex<Shard>>,
    complained: AtomicBool,
}

/// What an entry is known by.
type Key = [u8; 16];

/// A part of all entries: one file.
#[derive(Debug, Default)]
struct Shard {
    // `None` until one of its entries is asked for.
    known: Option<HashMap<Key, Vec<u8>>>,
    // What is to be added to the file.
    new: Vec<u8>,
    used: HashSet<Key>,
    // Whether something in the file cannot be read, which hides all behind it.
    damaged: bool,
}

/// So many files; together they hold a quarter of a gigabyte at the most.
const SHARDS: usize = 64;
const LARGEST: usize = 4 << 20;

/// So much waits to be written.
const WAITING: usize = 256 << 10;

/// The length of an entry, its key and its check sum stand before it.
const HEAD: usize = 4 + 16 + 8;

impl Cache {
    /// The cache in a folder, which is made where there is none.
    pub fn open(folder: &Path, redacted: bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        // It holds nothing that belongs into a repository, or into a backup.
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(ignore, "*\n")?;
        }
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Ok(Self { folder: folder.to_owned(), redacted, shards, complained: AtomicBool::new(false) })
    }

    /// What was found in a document in the same circumstances before, or what `check` finds now.
    pub fn checked(&self, circumstances: &[u8], raw: &[u8], check: impl FnOnce() -> Checked) -> Checked {
        let key = key(circumstances, raw);
        if let Some(checked) = self.shard(key).get(key, || self.path(key)).and_then(|it| Checked::from_bytes(raw, it)) {
            return checked;
        }
        let checked = check();
        if !self.redacted || checked.is_wordless() {
            let written = self.shard(key).add(key, &checked.to_bytes(), &self.path(key));
            self.tell(written);
        }
        checked
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        self.shards[usize::from(key[0]) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, key: Key) -> PathBuf {
        self.folder.join(format!("{:02}.cache", usize::from(key[0]) % SHARDS))
    }

    /// A cache that cannot be written costs time and nothing else: it is said once.
    fn tell(&self, written: io::Result<()>) {
        if let Err(error) = written
            && !self.complained.swap(true, Ordering::Relaxed)
        {
            complain(&format!("{}: the cache cannot be written: {}", self.folder.display(), reason(&error)));
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        for (number, shard) in self.shards.iter().enumerate() {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            self.tell(shard.write(&self.folder.join(format!("{number:02}.cache"))));
        }
    }
}

impl Shard {
    fn get(&mut self, key: Key, path: impl FnOnce() -> PathBuf) -> Option<&[u8]> {
        let known = self.known.get_or_insert_with(|| {
            let bytes = fs::read(path()).unwrap_or_default();
            let mut sound = 0;
            let told = entries(&bytes).inspect(|it| sound += it.1.len());
            // Of equal keys the last one counts, whoever wrote it.
            let known = told.map(|(key, _, content)| (key, content.to_vec())).collect();
            self.damaged = sound < bytes.len();
            known
        });
        let found = known.get(&key)?;
        self.used.insert(key);
        Some(found)
    }

    fn add(&mut self, key: Key, content: &[u8], path: &Path) -> io::Result<()> {
        let Ok(length) = u32::try_from(content.len()) else { return Ok(()) };
        if HEAD + content.len() > LARGEST / 4 {
            return Ok(());
        }
        self.used.insert(key);
        self.new.extend(length.to_le_bytes());
        self.new.extend(key);
        self.new.extend(sum(key, content));
        self.new.extend(content);
        if self.new.len() > WAITING { self.write(path) } else { Ok(()) }
    }

    /// Writes what waits; of a file that is too large the half stays that was used now or is newest, of a damaged one what is sound.
    fn write(&mut self, path: &Path) -> io::Result<()> {
        if self.new.is_empty() && !self.damaged {
            return Ok(());
        }
        let _lock = lock(path);
        let new = std::mem::take(&mut self.new);
        // Behind what is damaged, nobody may find it.
        if !self.damaged && append(path, &new)? <= LARGEST as u64 {
            return Ok(());
        }
        // Read again: other runs may have added to it, or mended it.
        let bytes = fs::read(path)?;
        let largest = if bytes.len() + new.len() > LARGEST { LARGEST / 2 } else { LARGEST };
        let mut all: Vec<(Key, &[u8], &[u8])> = entries(&bytes).chain(entries(&new)).collect();
        all.reverse();
        all.sort_by_key(|it| !self.used.contains(&it.0));
        let (mut kept, mut size) = (HashSet::new(), 0);
        all.retain(|(key, whole, _)| {
            let first = kept.insert(*key);
            size += if first { whole.len() } else { 0 };
            first && size <= largest
        });
        all.reverse();
        drafts::put(path, &all.iter().map(|it| it.1).collect::<Vec<_>>().concat())?;
        self.damaged = false;
        Ok(())
    }
}

/// Adds bytes to a file, and gives back how large it is then.
fn append(path: &Path, bytes: &[u8]) -> io::Result<u64> {
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(bytes)?;
    Ok(file.metadata()?.len())
}

/// Keeps other runs from writing. The lock is a file of its own, since the others are replaced; where files cannot be locked, an entry that
/// two runs write at once counts for nothing.
fn lock(path: &Path) -> io::Result<File> {
    let file = File::options().append(true).create(true).open(path.with_file_name("lock"))?;
    file.lock()?;
    Ok(file)
}

/// The sound entries of a file: key, all bytes, content. Of what is damaged only the length is believed, as far as what follows bears it out.
fn entries(bytes: &[u8]) -> impl Iterator<Item = (Key, &[u8], &[u8])> {
    let mut rest = bytes;
    let read = std::iter::from_fn(move || {
        let (head, behind) = rest.split_at_checked(HEAD)?;
        let length = u32::from_le_bytes(head[..4].try_into().ok()?) as usize;
        let key: Key = head[4..20].try_into().ok()?;
        let content = behind.get(..length)?;
        let whole = &rest[..HEAD + length];
        rest = &rest[HEAD + length..];
        Some((sum(key, content) == head[20..]).then_some((key, whole, content)))
    });
    read.flatten()
}

fn key(circumstances: &[u8], raw: &[u8]) -> Key {
    let mut hash = Sha256::new();
    hash.update((circumstances.len() as u64).to_le_bytes());
    hash.update(circumstances);
    hash.update(raw);
    hash.finalize()[..16].try_into().expect("a hash is longer")
}

fn sum(key: Key, content: &[u8]) -> [u8; 8] {
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update(content);
    hash.finalize()[..8].try_into().expect("a hash is longer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_bounded_and_keeps_what_is_used_and_what_is_new() {
        let folder = tempfile::tempdir().expect("there is room for it");
        let path = folder.path().join("00.cache");
        let known = |number: u8| Shard::default().get([number; 16], || path.clone()).is_some_and(|it| it[0] == number);
        for number in 0..20 {
            let mut shard = Shard::default();
            if number > 0 {
                assert!(shard.get([0; 16], || path.clone()).is_some(), "what every run asks for is kept: {number}");
            }
            shard.add([number; 16], &vec![number; LARGEST / 5], &path).expect("the folder is ours");
            shard.write(&path).expect("the folder is ours");
            assert!(fs::metadata(&path).expect("it is there").len() <= LARGEST as u64);
            assert!(known(number));
        }
        assert!(!known(1), "what nobody asks for goes");
    }
}
