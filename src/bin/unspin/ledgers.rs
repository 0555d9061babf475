//! Ledgers on disk: where they are, how they are written, what they remember.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use unspin::{
    Fixed, Known,
    ledger::{Bytes, Entry, Header, content_hash},
};

use crate::inputs::{plain, reason};

/// The folder in which ledgers stand.
pub const FOLDER: &str = ".unspin";

/// What earlier runs recorded of documents, by the hash of what they left.
#[derive(Debug, Default)]
pub struct Ledgers {
    known: HashMap<String, Known>,
}

impl Ledgers {
    /// The ledgers of this folder, and of the folders that paths name or lie in. One that cannot be read is no reason to stop.
    pub fn near(paths: &[PathBuf]) -> Self {
        let mut ledgers = Self::default();
        for file in folders_near(paths).iter().flat_map(|it| ledgers_in(&it.join(FOLDER))) {
            if let Ok(ledger) = read(&file) {
                ledgers.known.extend(ledger.entries.iter().filter_map(|it| Some((it.after.clone(), it.known()?))));
            }
        }
        ledgers
    }

    /// The verdict that was recorded of a document, when it is just as a run left it.
    pub fn known(&self, raw: &[u8]) -> Option<Known> {
        if self.known.is_empty() {
            return None;
        }
        self.known.get(&content_hash(raw)).cloned()
    }
}

/// This folder, and those that paths name or lie in: where a run looks for what others left.
pub fn folders_near(paths: &[PathBuf]) -> Vec<PathBuf> {
    let own = paths.iter().filter(|it| it.is_dir()).cloned();
    let parents =
        paths.iter().filter_map(|it| it.parent()).map(|it| if it.as_os_str().is_empty() { PathBuf::from(".") } else { it.to_owned() });
    let mut folders: Vec<PathBuf> = own.chain(parents).chain([PathBuf::from(".")]).map(|it| plain(&it)).collect();
    folders.sort();
    folders.dedup();
    folders
}

/// The files of a folder that end in `.jsonl`.
pub fn ledgers_in(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().filter_map(|it| Some(it.ok()?.path())).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "jsonl"));
    files.sort();
    files
}

/// What a ledger says.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Its entries, in the order of the run.
    pub entries: Vec<Entry>,
    /// The last line, where the run was ended while it wrote it; the file of that line was not written yet.
    pub cut_short: Option<usize>,
}

/// Reads a ledger.
pub fn read(path: &Path) -> anyhow::Result<Ledger> {
    let shown = path.display();
    if path.is_dir() {
        let last = [path.join(FOLDER), path.to_owned()].iter().find_map(|it| ledgers_in(it).pop());
        let such = last.map_or_else(String::new, |it| format!(", such as {}", plain(&it).display()));
        bail!("{shown}: a folder; name the ledger of a run{such}");
    }
    let file = File::open(path).map_err(|it| anyhow::anyhow!("{shown}: {}", reason(&it)))?;
    let mut lines = BufReader::new(file);
    let damaged = |line: usize| format!("{shown}, line {line}: not a ledger of unspin");
    let mut line = String::new();
    lines.read_line(&mut line).with_context(|| damaged(1))?;
    let _: Header = serde_json::from_str(&line).with_context(|| damaged(1))?;
    let mut ledger = Ledger::default();
    for number in 2.. {
        line.clear();
        if lines.read_line(&mut line).with_context(|| damaged(number))? == 0 {
            break;
        }
        match serde_json::from_str(&line) {
            Ok(entry) => ledger.entries.push(entry),
            Err(_) if !line.ends_with('\n') => ledger.cut_short = Some(number),
            Err(error) => return Err(error).with_context(|| damaged(number)),
        }
    }
    Ok(ledger)
}

/// A ledger that is being written. Each entry is on the disk before the file that it speaks of is changed.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    root: PathBuf,
    header: Header,
    file: Option<File>,
    closed: bool,
}

impl Writer {
    /// A ledger in the folder `root`; the file is made with the first entry.
    pub fn new(root: &Path, rules: String) -> Self {
        let header = Header { unspin: env!("CARGO_PKG_VERSION").to_owned(), rules };
        Self { path: PathBuf::new(), root: root.to_owned(), header, file: None, closed: false }
    }

    /// The ledger of a run that was broken off; with what was written of it, if it is there.
    pub fn going_on(root: &Path, rules: String, path: &Path) -> Self {
        let file = File::options().append(true).open(path).ok();
        Self { path: path.to_owned(), file, ..Self::new(root, rules) }
    }

    /// Whether there is no use in going on: without a ledger nothing may be changed.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The file, once there is one.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|_| self.path.as_path())
    }

    /// The file, once there is one, and how long it is.
    pub fn length(&self) -> Option<(PathBuf, u64)> {
        let file = self.file.as_ref()?;
        Some((self.path.clone(), file.metadata().ok()?.len()))
    }

    /// A path as an entry names it: below the folder of the ledger's folder, or in full.
    fn name(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix(&self.root).map(Path::to_owned);
        let full = || {
            let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            let root = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
            absolute.strip_prefix(root).map_or(absolute.clone(), Path::to_owned)
        };
        below.unwrap_or_else(|_| full())
    }

    /// Adds what is done to a file, and waits until it is on the disk.
    pub fn add(&mut self, path: &Path, raw: &[u8], fixed: &Fixed) -> anyhow::Result<()> {
        let name = self.name(path);
        let file_bytes = if name.to_str().is_some() { None } else { Some(Bytes::new(&path_bytes(&name)?)) };
        let entry = Entry { file_bytes, ..Entry::new(name.display().to_string(), raw, fixed) };
        if self.file.is_none() {
            let folder = self.root.join(FOLDER);
            let failed = |it: io::Error| {
                anyhow::anyhow!("cannot write a ledger in {}, so nothing is changed: {}", plain(&folder).display(), reason(&it))
            };
            let header = serde_json::to_string(&self.header)?;
            let made = create(&folder, &header);
            self.closed = made.is_err();
            let (path, file) = made.map_err(failed)?;
            (self.path, self.file) = (path, Some(file));
        }
        let file = self.file.as_mut().expect("it was made above");
        let failed = |it: io::Error| anyhow::anyhow!("not changed, since {} cannot be written: {}", self.path.display(), reason(&it));
        append(file, format!("{}\n", serde_json::to_string(&entry)?).as_bytes()).map_err(failed)
    }
}

/// Adds lines and waits until they are on the disk; where there is no room for all of them, nothing is added.
pub fn append(file: &mut File, lines: &[u8]) -> io::Result<()> {
    let length = file.metadata()?.len();
    let written = file.write_all(lines).and_then(|()| file.sync_data());
    if written.is_err() {
        file.set_len(length)?;
    }
    written
}

/// The file that an entry speaks of, as the entry names it.
pub fn file(entry: &Entry) -> anyhow::Result<PathBuf> {
    match &entry.file_bytes {
        Some(bytes) => path_of(bytes.to_vec().context("the ledger is damaged: the name of the file cannot be read")?),
        None => Ok(PathBuf::from(&entry.file)),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every path has bytes")]
fn path_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    Ok(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec())
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not all bytes are a path")]
fn path_of(bytes: Vec<u8>) -> anyhow::Result<PathBuf> {
    Ok(PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_bytes(_: &Path) -> anyhow::Result<Vec<u8>> {
    bail!("its name is not Unicode, so no ledger can tell it; give it another")
}

#[cfg(not(unix))]
fn path_of(_: Vec<u8>) -> anyhow::Result<PathBuf> {
    bail!("its name is not Unicode, and was written on another system")
}

/// A new file with the next free number, and its first line.
fn create(folder: &Path, first: &str) -> io::Result<(PathBuf, File)> {
    fs::create_dir_all(folder)?;
    let mut number = 1 + ledgers_in(folder).len();
    loop {
        let path = folder.join(format!("{number:04}.jsonl"));
        match File::options().append(true).create_new(true).open(&path) {
            Ok(mut file) => match append(&mut file, format!("{first}\n").as_bytes()) {
                Ok(()) => return Ok((path, file)),
                Err(error) => {
                    // An empty one would only be in the way.
                    let _ = fs::remove_file(&path);
                    return Err(error);
                }
            },
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}
