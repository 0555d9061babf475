//! Where corrected documents go.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use unspin::Fixed;

use super::{
    outlet::{Model, Outlet, Place},
    resume::{Identity, Station},
    treat::{Action, Rewritten},
};
use crate::{
    args::{Added, Reading},
    drafts::{self, Draft},
    inputs::{Input, Kind, plain, reason},
    interrupt,
    ledgers::{FOLDER, Writer},
    output::complain,
    packing::{Packing, packed},
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
    /// The columns that records get.
    pub add: &'a [Added],
}

impl Way<'_> {
    /// Makes the folders that are to be written to.
    pub fn make_folders(&self) -> anyhow::Result<()> {
        for (flag, folder) in [("--out", self.out), ("--drop-to", self.drop_to)] {
            if let Some(folder) = folder {
                fs::create_dir_all(folder).map_err(|it| anyhow::anyhow!("{flag} {}: {}", folder.display(), no_folder(flag, &it)))?;
            }
        }
        Ok(())
    }

    /// Two documents must not go to one place, and none back over its original; nothing may be lost.
    pub fn claim(&self, documents: &[Input], reading: &Reading) -> Result<(), String> {
        let way = self;
        let columns = |it: &&Input| it.kind(reading) == Some(Kind::Parquet);
        if let Some(input) = documents.iter().find(columns).filter(|_| !way.add.is_empty()) {
            return Err(format!("{}: --add-column is for JSONL and tables; of Parquet, --report says the same by row", input.name));
        }
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
}

/// Where corrected documents go; what becomes of a file is in the ledger before.
pub struct Target<'a> {
    way: Way<'a>,
    pub ledger: Writer,
    /// Where the run goes on, until it is there; what is written lasts where it is broken off.
    resumes: Option<Station>,
    // The data set that is being written.
    set: Option<SetTarget>,
}

/// Where the records of a data set go.
struct SetTarget {
    out: Option<(PathBuf, Outlet)>,
    // Made when there is something for it.
    dropped: Option<(PathBuf, Outlet)>,
    model: Model,
    untouched: bool,
}

impl<'a> Target<'a> {
    /// What goes on from a station, where there is to be one.
    pub fn new(way: Way<'a>, rules: String, resumes: Option<Station>) -> Self {
        let root = way.out.unwrap_or(Path::new("."));
        let ledger = match resumes.as_ref().and_then(|it| it.ledger.as_ref()) {
            Some((path, _)) => Writer::going_on(root, rules, path),
            None => Writer::new(root, rules),
        };
        Self { way, ledger, resumes, set: None }
    }

    /// Writes a document; one that cannot be written is complained of, and does not keep the others from it, unless nothing can be noted any more.
    /// Whether it was written.
    pub fn deliver(&mut self, input: &Input, packing: Packing, raw: &[u8], fixed: &Fixed, action: Action) -> anyhow::Result<bool> {
        match self.write(input, packing, raw, fixed, action) {
            Err(error) if !self.ledger.is_closed() => {
                complain(&format!("{}: {error:#}", input.name));
                Ok(false)
            }
            written => written.map(|()| true),
        }
    }

    fn write(&mut self, input: &Input, packing: Packing, raw: &[u8], fixed: &Fixed, action: Action) -> anyhow::Result<()> {
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
        self.put(&place, &mut bytes.as_slice(), path).map_err(failed)
    }

    /// Begins to write a data set; what stands before its records is written at once.
    pub fn open(&mut self, input: &Input, set: &Set, before: &[u8]) -> anyhow::Result<()> {
        let at = self.resumes.as_mut().map(std::mem::take);
        if at.as_ref().is_some_and(|it| it.input.is_some() && it.input != Identity::of(input)) {
            anyhow::bail!("{}: changed since the run was broken off; remove what it left in {FOLDER} to begin anew", input.name);
        }
        let out = match (&input.path, self.way.out) {
            _ if self.way.dry_run => None,
            (None, _) => Some((PathBuf::from("-"), Place::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())))),
            (Some(path), Some(folder)) => Some(resumed(folder, &input.below, Some(path), at.as_ref())?),
            (Some(path), None) => {
                let draft = Draft::new(path, Some(path)).map_err(|it| unwritable(path, &it))?;
                Some((path.clone(), Place::Draft(BufWriter::with_capacity(1 << 16, Box::new(draft)))))
            }
        };
        let names: Vec<&str> = self.way.add.iter().map(|it| it.name()).collect();
        if let Some(name) = names.iter().find(|name| set.schema.iter().any(|it| it.columns().iter().any(|it| it == *name))) {
            anyhow::bail!("{}: has a column `{name}` already; take it out, or leave --add-column away", input.name);
        }
        let before = set.schema.as_ref().map_or_else(|| before.to_owned(), |it| it.extended_header(before, &names));
        let model = Model::of(input, set, before);
        let begun = |place: &Path| at.as_ref().is_some_and(|it| it.length(place) > 0);
        let out = out.map(|it| outlet(it, &model, begun)).transpose()?;
        let mut dropped = None;
        if let Some(folder) = self.way.drop_to.filter(|it| begun(&dropped_place(it, input))) {
            dropped = Some(outlet(resumed(folder, dropped_below(input), input.path.as_deref(), at.as_ref())?, &model, begun)?);
        }
        let untouched = at.as_ref().is_none_or(|it| it.input.is_none() || it.untouched);
        self.set = Some(SetTarget { out, dropped, model, untouched });
        Ok(())
    }

    /// Writes records.
    pub fn records(&mut self, input: &Input, done: &Rewritten) -> anyhow::Result<()> {
        let Some(set) = &mut self.set else { return Ok(()) };
        set.untouched &= done.untouched;
        if let Some((place, out)) = &mut set.out {
            out.write(&done.bytes).map_err(|it| unwritable(place, &it))?;
        }
        if let Some(folder) = self.way.drop_to.filter(|_| !done.dropped.is_empty()) {
            if set.dropped.is_none() {
                let lasting = self.resumes.as_ref().map(|_| 0);
                let drafted = drafted(folder, dropped_below(input), input.path.as_deref(), lasting)?;
                set.dropped = Some(outlet(drafted, &set.model, |_| false)?);
            }
            if let Some((place, dropped)) = &mut set.dropped {
                dropped.write(&done.dropped).map_err(|it| unwritable(place, &it))?;
            }
        }
        Ok(())
    }

    /// Puts a data set in its place.
    pub fn close(&mut self, input: &Input) -> anyhow::Result<()> {
        let Some(set) = self.set.take() else { return Ok(()) };
        if let Some((place, out)) = set.out {
            // What did not change comes out as it is, compressed or not.
            let original = input.path.as_ref().filter(|_| set.untouched && set.model.is_packed());
            let done = match original {
                _ if set.untouched && self.way.out.is_none() && input.path.is_some() => Ok(()),
                Some(original) => {
                    drop(out);
                    File::open(original).and_then(|mut it| self.put(&place, &mut it, original))
                }
                None => out.finish(),
            };
            done.map_err(|it| unwritable(&place, &it))?;
        }
        if let Some((place, dropped)) = set.dropped {
            dropped.finish().map_err(|it| unwritable(&place, &it))?;
        }
        Ok(())
    }

    /// Leaves a data set as it is.
    pub fn abandon(&mut self) {
        let Some(set) = self.set.take() else { return };
        for (place, outlet) in set.out.into_iter().chain(set.dropped) {
            drop(outlet);
            if self.resumes.is_some() {
                // Where there is none, there is nothing to take away.
                let _ = fs::remove_file(drafts::lasting(&place));
            }
        }
    }

    /// Whether the run can go on from here, if it is broken off.
    pub fn can_be_sealed(&self) -> bool {
        self.set.iter().flat_map(|it| it.out.iter().chain(&it.dropped)).all(|it| it.1.can_be_sealed())
    }

    /// Writes out what was taken, and says how long the drafts are.
    pub fn seal(&mut self, sync: bool) -> anyhow::Result<Vec<(PathBuf, u64)>> {
        let Some(set) = &mut self.set else { return Ok(Vec::new()) };
        let mut drafts = Vec::new();
        for outlet in [&mut set.out, &mut set.dropped] {
            if let Some((place, sealed)) = outlet.take() {
                let (sealed, length) = sealed.seal(sync).map_err(|it| unwritable(&place, &it))?;
                drafts.push((place.clone(), length));
                *outlet = Some((place, sealed));
            }
        }
        Ok(drafts)
    }

    /// Puts bytes in the place of a file, all at once. What is left of a run that is broken off has a name that the next one knows.
    fn put(&self, place: &Path, bytes: &mut dyn io::Read, model: &Path) -> io::Result<()> {
        let mut draft = match &self.resumes {
            Some(_) => Draft::lasting(place, Some(model), 0)?,
            None => Draft::new(place, Some(model))?,
        };
        io::copy(bytes, &mut draft)?;
        draft.finish()
    }

    /// Whether all records of the data set at hand were written as they came.
    pub fn untouched(&self) -> bool {
        self.set.as_ref().is_none_or(|it| it.untouched)
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

fn dropped_below(input: &Input) -> &Path {
    if input.path.is_some() { &input.below } else { Path::new("stdin") }
}

fn dropped_place(folder: &Path, input: &Input) -> PathBuf {
    plain(&folder.join(dropped_below(input)))
}

/// A draft below a folder, as a station says.
fn resumed(folder: &Path, below: &Path, model: Option<&Path>, at: Option<&Station>) -> anyhow::Result<(PathBuf, Place)> {
    drafted(folder, below, model, at.map(|it| it.length(&plain(&folder.join(below)))))
}

/// A draft below a folder; one that lasts where it is said how much of it there is.
fn drafted(folder: &Path, below: &Path, model: Option<&Path>, lasting: Option<u64>) -> anyhow::Result<(PathBuf, Place)> {
    let place = plain(&folder.join(below));
    make_folder(&place)?;
    let draft = match lasting {
        Some(length) => Draft::lasting(&place, model, length),
        None => Draft::new(&place, model),
    };
    let draft = draft.map_err(|it| unwritable(&place, &it))?;
    Ok((place, Place::Draft(BufWriter::with_capacity(1 << 16, Box::new(draft)))))
}

fn outlet((place, out): (PathBuf, Place), model: &Model, begun: impl Fn(&Path) -> bool) -> anyhow::Result<(PathBuf, Outlet)> {
    let folder = place.parent().unwrap_or(Path::new("."));
    let out = Outlet::new(out, model, folder, begun(&place)).map_err(|it| unwritable(&place, &it))?;
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
