//! Where corrected documents go.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Stdout, Write},
    path::{Path, PathBuf},
};

use unspin::Fixed;

use super::treat::{Action, Rewritten};
use crate::{
    args::Reading,
    drafts::{self, Draft},
    inputs::{Input, Kind, plain, reason},
    interrupt,
    ledgers::Writer,
    packing::{Packer, Packing, packed},
    sets::Set,
};

/// Where corrected documents are to go.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way<'a> {
    /// Into this folder; where none is named, in place.
    pub out: Option<&'a Path>,
    /// What is sorted out, into this one.
    pub drop_to: Option<&'a Path>,
    /// A file that is written beside them.
    pub report: Option<&'a Path>,
    /// Whether data sets may be changed in place.
    pub in_place: bool,
    /// Whether anything may be sorted out.
    pub drops: bool,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// Where corrected documents go; what becomes of a file is in the ledger before.
pub struct Target<'a> {
    way: Way<'a>,
    pub ledger: Writer,
    // The data set that is being written.
    set: Option<SetTarget>,
}

/// Where the records of a data set go.
struct SetTarget {
    out: Option<(PathBuf, Packer<Place>)>,
    // Made when there is something for it.
    dropped: Option<(PathBuf, Packer<Place>)>,
    before: Vec<u8>,
    packing: Packing,
    untouched: bool,
}

enum Place {
    Stdout(BufWriter<Stdout>),
    Draft(BufWriter<Box<Draft>>),
}

impl<'a> Target<'a> {
    pub fn new(way: Way<'a>, rules: String) -> anyhow::Result<Self> {
        for (flag, folder) in [("--out", way.out), ("--drop-to", way.drop_to)] {
            if let Some(folder) = folder {
                fs::create_dir_all(folder).map_err(|it| anyhow::anyhow!("{flag} {}: {}", folder.display(), no_folder(flag, &it)))?;
            }
        }
        Ok(Self { way, ledger: Writer::new(way.out.unwrap_or(Path::new(".")), rules), set: None })
    }

    /// Two documents must not go to one place, and none back over its original; nothing may be lost.
    pub fn claim(&self, documents: &[Input], reading: &Reading) -> Result<(), String> {
        let way = self.way;
        let same = |path: &Path| fs::canonicalize(path).ok();
        let is = |place: &Path, input: &Input| same(place).is_some() && same(place) == input.path.as_deref().and_then(same);
        if let Some(input) = way.report.and_then(|report| documents.iter().find(|it| is(report, it))) {
            return Err(format!("{}: --report would be written over it", input.name));
        }
        if way.out.is_some() && way.out.and_then(same) == way.drop_to.and_then(same) {
            return Err("--out and --drop-to are one folder; name two".to_owned());
        }
        let mut files = documents.iter().filter(|it| it.path.is_some());
        if way.out.is_none() && !way.dry_run {
            let is_set = |it: &&Input| it.kind(reading) != Some(Kind::Text);
            if let Some(input) = files.clone().find(is_set).filter(|_| !way.in_place) {
                return Err(format!("{}: a data set; name --out DIR for what comes out, or say --in-place", input.name));
            }
            if let Some(input) = files.next().filter(|_| way.drops) {
                return Err(format!("{}: what --drop leaves out would be lost in place; name --out DIR", input.name));
            }
        }
        for folder in [way.out, way.drop_to].into_iter().flatten() {
            let mut places: BTreeMap<PathBuf, &Input> = BTreeMap::new();
            for input in documents.iter().filter(|it| it.path.is_some()) {
                let place = plain(&folder.join(&input.below));
                if is(&place, input) {
                    return Err(format!("{}: --out names the folder that it is in; leave --out away to change it in place", input.name));
                }
                if let Some(first) = places.insert(place.clone(), input) {
                    return Err(format!("{} and {} would both be written to {}", first.name, input.name, place.display()));
                }
            }
        }
        Ok(())
    }

    /// Writes a document.
    pub fn write(&mut self, input: &Input, packing: Packing, raw: &[u8], fixed: &Fixed, action: Action) -> anyhow::Result<()> {
        let Some(path) = input.path.as_ref().filter(|_| !self.way.dry_run) else { return Ok(()) };
        let changed = raw != fixed.bytes;
        let folder = if action == Action::Dropped { self.way.drop_to } else { self.way.out };
        let place = match folder {
            Some(folder) => plain(&folder.join(&input.below)),
            None if changed && action != Action::Dropped => path.clone(),
            None => return Ok(()),
        };
        let failed = |it: io::Error| anyhow::anyhow!("cannot write {}: {}", place.display(), reason(&it));
        drafts::replaceable(&place).map_err(failed)?;
        // What did not change comes out as it is, compressed or not.
        let bytes = if changed { packed(packing, fixed.bytes.clone()) } else { fs::read(path) }.map_err(failed)?;
        // The ledger's entry and the file go together.
        let mut hold = interrupt::hold();
        if changed {
            self.ledger.add(&place, raw, fixed)?;
            *hold = self.ledger();
        }
        if folder.is_some() {
            make_folder(&place)?;
        }
        drafts::replace(&place, &bytes, path).map_err(failed)
    }

    /// Begins to write a data set; what stands before its records is written at once.
    pub fn open(&mut self, input: &Input, set: &Set, before: Vec<u8>) -> anyhow::Result<()> {
        let out = match (&input.path, self.way.out) {
            _ if self.way.dry_run => None,
            (None, _) => Some((PathBuf::from("-"), Place::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())))),
            (Some(path), Some(folder)) => Some(drafted(folder, &input.below, Some(path))?),
            (Some(path), None) => {
                let draft = Draft::new(path, Some(path)).map_err(|it| unwritable(path, &it))?;
                Some((path.clone(), Place::Draft(BufWriter::with_capacity(1 << 16, Box::new(draft)))))
            }
        };
        let out = out.map(|it| packer(it, set.packing, &before)).transpose()?;
        self.set = Some(SetTarget { out, dropped: None, before, packing: set.packing, untouched: true });
        Ok(())
    }

    /// Writes records.
    pub fn records(&mut self, input: &Input, done: &Rewritten) -> anyhow::Result<()> {
        let Some(set) = &mut self.set else { return Ok(()) };
        set.untouched &= done.untouched;
        if let Some((place, out)) = &mut set.out {
            out.write_all(&done.bytes).map_err(|it| unwritable(place, &it))?;
        }
        if let Some(folder) = self.way.drop_to.filter(|_| !done.dropped.is_empty()) {
            if set.dropped.is_none() {
                let below = if input.path.is_some() { input.below.as_path() } else { Path::new("stdin") };
                set.dropped = Some(packer(drafted(folder, below, input.path.as_deref())?, set.packing, &set.before)?);
            }
            if let Some((place, dropped)) = &mut set.dropped {
                dropped.write_all(&done.dropped).map_err(|it| unwritable(place, &it))?;
            }
        }
        Ok(())
    }

    /// Puts a data set in its place.
    pub fn close(&mut self, input: &Input) -> anyhow::Result<()> {
        let Some(set) = self.set.take() else { return Ok(()) };
        if let Some((place, out)) = set.out {
            // What did not change comes out as it is, compressed or not.
            let original = input.path.as_ref().filter(|_| set.untouched && set.packing != Packing::None);
            let done = match original {
                _ if set.untouched && self.way.out.is_none() && input.path.is_some() => Ok(()),
                Some(original) => copy(original, &place),
                None => finish(out),
            };
            done.map_err(|it| unwritable(&place, &it))?;
        }
        if let Some((place, dropped)) = set.dropped {
            finish(dropped).map_err(|it| unwritable(&place, &it))?;
        }
        Ok(())
    }

    /// Leaves a data set as it is.
    pub fn abandon(&mut self) {
        self.set = None;
    }

    /// Where documents may have been written, each with what it is in the run: by its place below the folder that was named.
    pub fn outputs(&self, documents: &[Input]) -> Vec<(String, PathBuf)> {
        let way = &self.way;
        let mut outputs = Vec::new();
        for input in documents.iter().filter(|_| !way.dry_run) {
            let below = input.below.display();
            let place = way.out.map_or_else(|| input.path.clone(), |it| Some(plain(&it.join(&input.below))));
            outputs.extend(place.map(|it| (format!("out {below}"), it)));
            outputs.extend(way.drop_to.map(|it| (format!("dropped {below}"), plain(&it.join(&input.below)))));
        }
        outputs.extend(way.report.map(|it| ("report".to_owned(), it.to_owned())));
        outputs
    }

    /// The ledger as it is shown.
    pub fn ledger(&self) -> Option<String> {
        self.ledger.path().map(|it| plain(it).display().to_string())
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Draft(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Draft(out) => out.flush(),
        }
    }
}

fn finish(out: Packer<Place>) -> io::Result<()> {
    match out.finish()? {
        Place::Stdout(mut out) => out.flush(),
        Place::Draft(out) => out.into_inner().map_err(io::IntoInnerError::into_error)?.finish(),
    }
}

fn copy(original: &Path, place: &Path) -> io::Result<()> {
    let mut draft = Draft::new(place, Some(original))?;
    io::copy(&mut File::open(original)?, &mut draft)?;
    draft.finish()
}

fn drafted(folder: &Path, below: &Path, model: Option<&Path>) -> anyhow::Result<(PathBuf, Place)> {
    let place = plain(&folder.join(below));
    make_folder(&place)?;
    let draft = Draft::new(&place, model).map_err(|it| unwritable(&place, &it))?;
    Ok((place, Place::Draft(BufWriter::with_capacity(1 << 16, Box::new(draft)))))
}

fn packer((place, out): (PathBuf, Place), packing: Packing, before: &[u8]) -> anyhow::Result<(PathBuf, Packer<Place>)> {
    let begun = Packer::new(packing, out).and_then(|mut out| out.write_all(before).map(|()| out));
    let out = begun.map_err(|it| unwritable(&place, &it))?;
    Ok((place, out))
}

fn make_folder(place: &Path) -> anyhow::Result<()> {
    match place.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(|it| anyhow::anyhow!("{}: {}", folder.display(), reason(&it))),
        None => Ok(()),
    }
}

/// Nobody reading any more is no failure, and is told apart by the error itself.
pub fn unwritable(place: &Path, error: &io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return io::Error::from(io::ErrorKind::BrokenPipe).into();
    }
    anyhow::anyhow!("cannot write {}: {}", place.display(), reason(error))
}

/// Why a folder cannot be made, and what to do.
fn no_folder(flag: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => format!("a file, and {flag} takes a folder; name another, it is made where there is none"),
        io::ErrorKind::NotADirectory => "it lies below a file; name a folder, it is made where there is none".to_owned(),
        _ => reason(error),
    }
}
