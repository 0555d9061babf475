//! Files that take the place of others all at once, and leave nothing behind where they do not.

use std::{
    fs::{self, File, Metadata},
    io::{self, BufWriter, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, TempPath};

use crate::interrupt;

/// What will stand in the place of a file: a reader sees the old bytes or the new ones. Dropped, it goes away.
pub struct Draft {
    file: File,
    // `None` once it stands in its place.
    path: Option<TempPath>,
    place: PathBuf,
    existing: Option<Metadata>,
    /// Whether it outlives a run that is broken off.
    lasting: bool,
}

impl Draft {
    /// A draft of what will stand at `place`. A link is followed, and mode and owner stay; other names of the file keep the old bytes.
    /// A new file gets the mode of `model`, as far as new files may have it.
    pub fn new(place: &Path, model: Option<&Path>) -> io::Result<Self> {
        let place = followed(place);
        let existing = replaceable(&place)?;
        let folder = place.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".unspin-");
        if existing.is_none() {
            give_mode(&mut builder, model.map(fs::metadata).transpose()?.as_ref());
        }
        let made = interrupt::drafting(|drafts| {
            let made = builder.tempfile_in(folder)?;
            drafts.insert(made.path().to_owned());
            Ok::<NamedTempFile, io::Error>(made)
        });
        let (file, path) = made?.into_parts();
        Ok(Self { file, path: Some(path), place, existing, lasting: false })
    }

    /// A draft that stays where the run is broken off, so that the next one goes on behind its first bytes, of which there must be so many.
    pub fn lasting(place: &Path, model: Option<&Path>, length: u64) -> io::Result<Self> {
        let place = followed(place);
        let existing = replaceable(&place)?;
        let path = lasting(&place);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        give_mode_to_new(&mut options, model.map(fs::metadata).transpose()?.as_ref());
        let mut file = options.open(&path)?;
        if file.metadata()?.len() < length {
            return Err(io::Error::other("shorter than it was when the run was broken off"));
        }
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file, path: Some(TempPath::try_from_path(path)?), place, existing, lasting: true })
    }

    /// How much was written; waits until it is on the disk where that is to be sure.
    pub fn length(&self, sync: bool) -> io::Result<u64> {
        if sync {
            self.file.sync_data()?;
        }
        Ok(self.file.metadata()?.len())
    }

    /// Puts the draft in its place.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(it) = &self.existing {
            // Only the administrator may give a file away.
            let _ = give_owner(&self.file, it);
            self.file.set_permissions(it.permissions())?;
        }
        self.file.sync_all()?;
        interrupt::drafting(|drafts| {
            let Some(path) = self.path.take() else { return Ok(()) };
            drafts.remove(&*path);
            path.persist(&self.place).map_err(|it| it.error)
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let Some(path) = self.path.take() else { return };
        if self.lasting {
            let _ = path.keep();
            return;
        }
        interrupt::drafting(|drafts| {
            drafts.remove(&*path);
            drop(path);
        });
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Where a link leads.
fn followed(place: &Path) -> PathBuf {
    fs::canonicalize(place).unwrap_or_else(|_| place.to_owned())
}

/// Where a lasting draft of a file lies.
pub fn lasting(place: &Path) -> PathBuf {
    let place = followed(place);
    let mut name = std::ffi::OsString::from(".unspin-part-");
    name.push(place.file_name().unwrap_or_default());
    place.with_file_name(name)
}

/// Puts bytes in the place of a file, all at once.
pub fn replace(path: &Path, bytes: &[u8], model: &Path) -> io::Result<()> {
    let mut draft = Draft::new(path, Some(model))?;
    draft.write_all(bytes)?;
    draft.finish()
}

/// Writes a file of one's own, new or in the place of an old one, all at once.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put_written(path, |out| out.write_all(bytes))
}

/// The same for what is written bit by bit.
pub fn put_written(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(Draft::new(path, None)?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
}

/// What is known of a file that may be replaced; `None` where there is none yet.
pub fn replaceable(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(it) if !it.is_file() => Err(io::Error::other("not a file that can be replaced")),
        Ok(it) if it.permissions().readonly() => Err(io::Error::other("the file is read-only")),
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The mode of a copy: that of its model without what the user denies to new files. The owner may write it again.
#[cfg(unix)]
fn give_mode(draft: &mut tempfile::Builder<'_, '_>, model: Option<&Metadata>) {
    use std::os::unix::fs::PermissionsExt as _;
    draft.permissions(fs::Permissions::from_mode(model.map_or(0o666, |it| it.permissions().mode() & 0o777 | 0o200)));
}

#[cfg(unix)]
fn give_mode_to_new(options: &mut fs::OpenOptions, model: Option<&Metadata>) {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    options.mode(model.map_or(0o666, |it| it.permissions().mode() & 0o777 | 0o200));
}

#[cfg(unix)]
fn give_owner(draft: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let now = draft.metadata()?;
    let changed = |now: u32, wanted: u32| (now != wanted).then_some(wanted);
    fchown(draft, changed(now.uid(), like.uid()), None).and(fchown(draft, None, changed(now.gid(), like.gid())))
}

#[cfg(not(unix))]
fn give_mode(_: &mut tempfile::Builder<'_, '_>, _: Option<&Metadata>) {}

#[cfg(not(unix))]
fn give_mode_to_new(_: &mut fs::OpenOptions, _: Option<&Metadata>) {}

#[cfg(not(unix))]
fn give_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
