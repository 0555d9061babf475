//! Earlier versions of documents, so that only what is new since is told: a revision of git, what is staged, another folder.

mod records;

use std::{
    collections::{HashMap, HashSet},
    ffi::OsStr,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};
use records::{EarlierRecords, EarlierSet};
use tempfile::TempDir;
use unspin::{ledger::content_hash, report::Origin};

use crate::{
    args::{CheckArgs, Reading},
    inputs::{self, Input, Kind, reason, unpacked_bytes},
};

/// Where the earlier versions are.
#[derive(Debug, Default)]
pub struct Before {
    /// By the name of the document: its earlier version; none where it is new.
    old: Option<HashMap<String, PathBuf>>,
    /// Where else the records of today may have lain.
    others: Vec<PathBuf>,
    records: EarlierRecords,
    /// What git was asked to write out lies here until the run is over.
    _folder: Option<TempDir>,
}

/// A version of a document.
#[derive(Debug)]
pub enum Version {
    /// Nobody asked for earlier ones.
    Unasked,
    /// There was none.
    None,
    /// It had the same bytes.
    Same,
    /// Its bytes, which are others now.
    Old(Vec<u8>),
}

impl Before {
    /// What the flags name. Documents that did not change are left out.
    pub fn of(args: &CheckArgs, documents: &mut Vec<Input>, reading: &Reading) -> anyhow::Result<Self> {
        let mut before = Self::asked(args, documents, reading)?;
        let Some(old) = &before.old else { return Ok(before) };
        // A stream can be read once.
        let sets = documents.iter().filter(|it| it.path.is_some() && it.kind(reading) != Some(Kind::Text));
        let now: Vec<Input> = sets.cloned().collect();
        if !now.is_empty() {
            let earlier = earlier(&now, old, &before.others, reading);
            before.records = EarlierRecords::read(&earlier, &now, args.common.shared.jobs, reading)?;
        }
        Ok(before)
    }

    fn asked(args: &CheckArgs, documents: &mut Vec<Input>, reading: &Reading) -> anyhow::Result<Self> {
        if let Some(revision) = &args.since {
            return since(revision, documents);
        }
        if args.staged {
            return staged(documents, reading);
        }
        match &args.against {
            Some(old) => against(old, documents),
            None => Ok(Self::default()),
        }
    }

    /// The earlier version of a document.
    pub fn version(&self, origin: &Origin, raw: &[u8]) -> anyhow::Result<Version> {
        let Some(old) = &self.old else { return Ok(Version::Unasked) };
        if origin.record.is_some() {
            return self.records.version(origin, raw);
        }
        let name = &origin.file;
        let Some(path) = old.get(name) else { return Ok(Version::None) };
        match unpacked_bytes(path) {
            Ok(old) if is_pointer(&old) => {
                bail!("{name}: its earlier version is a pointer of Git LFS; compare with a copy: --against OLD")
            }
            Ok(old) if old == raw => Ok(Version::Same),
            Ok(old) => Ok(Version::Old(old)),
            // What git did not write out was no file then.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Version::None),
            Err(error) => bail!("{name}: its earlier version: {}", reason(&error)),
        }
    }
}

/// The earlier versions of data sets, and what else may have held their records.
fn earlier(now: &[Input], old: &HashMap<String, PathBuf>, others: &[PathBuf], reading: &Reading) -> Vec<EarlierSet> {
    let own = now.iter().filter_map(|input| {
        let path = old.get(&input.name)?;
        let mut input = Input { path: Some(path.clone()), ..input.clone() };
        // Where nothing in it looked like texts, there were none.
        input.explicit &= reading.input_format.is_some();
        Some(EarlierSet { input, asked: true })
    });
    let own: Vec<EarlierSet> = own.collect();
    let read: HashSet<PathBuf> = own.iter().filter_map(|it| it.input.path.as_deref().map(inputs::plain)).collect();
    let others = others.iter().filter(|it| !read.contains(&inputs::plain(it))).map(|it| {
        let input = Input { explicit: false, ..inputs::named(it) };
        EarlierSet { input, asked: false }
    });
    let others: Vec<EarlierSet> = others.collect();
    // What git did not write out was no file then.
    own.into_iter().chain(others).filter(|it| it.input.path.as_ref().is_some_and(|it| it.is_file())).collect()
}

/// A number that stands for bytes.
pub fn short_hash(bytes: &[u8]) -> u64 {
    u64::from_str_radix(&content_hash(bytes)[..16], 16).expect("sixteen digits fit")
}

/// Whether bytes stand for a text that lies elsewhere.
pub fn is_pointer(raw: &[u8]) -> bool {
    raw.starts_with(b"version https://git-lfs.github.com/spec/")
}

fn against(old: &Path, documents: &[Input]) -> anyhow::Result<Before> {
    let whole = fs::metadata(old).map_err(|it| anyhow::anyhow!("--against {}: {}", old.display(), reason(&it)))?;
    let of = |input: &Input| {
        let path = if whole.is_dir() { old.join(&input.below) } else { old.to_owned() };
        path.is_file().then(|| (input.name.clone(), path))
    };
    if !whole.is_dir() && documents.len() > 1 {
        bail!("--against {}: a file, and there are {} documents to compare with it", old.display(), documents.len());
    }
    let others = if whole.is_dir() { inputs::find(&[old.to_owned()]).0 } else { Vec::new() };
    let others = others.into_iter().filter_map(|it| it.path).filter(|it| inputs::is_set(it)).collect();
    Ok(Before { old: Some(documents.iter().filter_map(of).collect()), others, ..Before::default() })
}

fn since(revision: &str, documents: &mut Vec<Input>) -> anyhow::Result<Before> {
    if revision.starts_with('-') {
        bail!("--since {revision}: not a revision");
    }
    let root = root("--since")?;
    let base = git(&root, ["merge-base", revision, "HEAD"]).with_context(|| {
        format!("--since {revision}: no commit that it and HEAD have in common; a shallow clone may have to fetch more (`fetch-depth: 0`)")
    })?;
    let base = base.trim();
    let mut changes = changes(&git(&root, ["diff", "--name-status", "-z", "-M", base, "--"])?);
    // What git does not know yet is new.
    let untracked = git(&root, ["ls-files", "--others", "--exclude-standard", "-z"])?;
    changes.extend(untracked.split('\0').filter(|it| !it.is_empty()).map(|it| Change { old: None, new: Some(it.to_owned()) }));
    let folder = temporary()?;
    write_out(&root, Some(base), changes.iter().filter_map(|it| it.old.as_deref()), &folder.path().join("old"))?;
    Ok(paired(&root, &changes, folder, documents, |_, _| {}))
}

fn staged(documents: &mut Vec<Input>, reading: &Reading) -> anyhow::Result<Before> {
    let root = root("--staged")?;
    // Before the first commit there is nothing to compare with but nothing.
    let head = if git(&root, ["rev-parse", "--verify", "--quiet", "HEAD"]).is_ok() { "HEAD".to_owned() } else { empty_tree(&root)? };
    let changes = changes(&git(&root, ["diff", "--cached", "--name-status", "-z", "-M", &head, "--"])?);
    let folder = temporary()?;
    write_out(&root, Some(&head), changes.iter().filter_map(|it| it.old.as_deref()), &folder.path().join("old"))?;
    let new = folder.path().join("new");
    write_out(&root, None, changes.iter().filter_map(|it| it.new.as_deref()), &new)?;
    // What will be committed is read, not what lies in the folder.
    Ok(paired(&root, &changes, folder, documents, |input, name| {
        input.path = Some(new.join(name));
        // A hook names whatever is staged: a table without texts is passed over, as in a folder.
        input.explicit &= reading.input_format.is_some();
    }))
}

/// A file that changed: what it was called, if it was there, and what it is called, if it is.
struct Change {
    old: Option<String>,
    new: Option<String>,
}

/// What `git diff --name-status -z` says.
fn changes(told: &str) -> Vec<Change> {
    let mut words = told.split('\0');
    let mut changes = Vec::new();
    while let (Some(status), Some(path)) = (words.next(), words.next()) {
        let path = path.to_owned();
        match status.chars().next() {
            Some('R' | 'C') => changes.extend(words.next().map(|new| Change { old: Some(path), new: Some(new.to_owned()) })),
            Some('A') => changes.push(Change { old: None, new: Some(path) }),
            Some('M' | 'T') => changes.push(Change { old: Some(path.clone()), new: Some(path) }),
            Some('D') => changes.push(Change { old: Some(path), new: None }),
            _ => {}
        }
    }
    changes
}

/// Leaves only changed documents, each with its earlier version.
fn paired(root: &Path, changes: &[Change], folder: TempDir, documents: &mut Vec<Input>, mut adapt: impl FnMut(&mut Input, &str)) -> Before {
    let by_path: HashMap<PathBuf, &Change> = changes.iter().filter_map(|it| Some((root.join(it.new.as_ref()?), it))).collect();
    let then = |name: &String| folder.path().join("old").join(name);
    let mut old = HashMap::new();
    documents.retain_mut(|input| {
        let path = input.path.as_ref().and_then(|it| fs::canonicalize(it).ok());
        let Some(change) = path.and_then(|it| by_path.get(&it)) else { return false };
        old.extend(change.old.as_ref().map(|it| (input.name.clone(), then(it))));
        adapt(input, change.new.as_ref().expect("it was found by its name"));
        true
    });
    let others = changes.iter().filter_map(|it| it.old.as_ref()).filter(|it| inputs::is_set(Path::new(it))).map(then).collect();
    Before { old: Some(old), others, _folder: Some(folder), ..Before::default() }
}

/// Writes files of a tree, or of the index, into a folder.
fn write_out<'p>(root: &Path, tree: Option<&str>, paths: impl Iterator<Item = &'p str>, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let index = folder.with_extension("index");
    let mut command = command(root, ["checkout-index", "-z", "--stdin", "--prefix"]);
    // git wants a slash at the end.
    command.arg(folder.join(""));
    if let Some(tree) = tree {
        let mut read = self::command(root, ["read-tree", tree]);
        run(read.env("GIT_INDEX_FILE", &index))?;
        command.env("GIT_INDEX_FILE", &index);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().context("git")?;
    {
        let mut names = child.stdin.take().expect("it is piped");
        for path in paths {
            write!(names, "{path}\0")?;
        }
    }
    let done = child.wait()?;
    if !done.success() {
        bail!("git could not write out earlier versions");
    }
    Ok(())
}

fn temporary() -> anyhow::Result<TempDir> {
    tempfile::Builder::new().prefix("unspin-").tempdir().context("no temporary folder can be made")
}

fn root(flag: &str) -> anyhow::Result<PathBuf> {
    let here = PathBuf::from(".");
    let root = git(&here, ["rev-parse", "--show-toplevel"])
        .with_context(|| format!("{flag} asks git what changed; without it, compare with a copy: unspin check NEW --against OLD"))?;
    Ok(PathBuf::from(root.trim_end_matches('\n')))
}

fn empty_tree(root: &Path) -> anyhow::Result<String> {
    Ok(git(root, ["hash-object", "-t", "tree", "/dev/null"])?.trim().to_owned())
}

fn command<'a>(root: &Path, args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new("git");
    // Large files are not fetched: unspin uses no network.
    command.arg("-C").arg(root).args(args.into_iter().map(OsStr::new)).env("GIT_LFS_SKIP_SMUDGE", "1");
    command
}

fn git<'a>(root: &Path, args: impl IntoIterator<Item = &'a str>) -> anyhow::Result<String> {
    run(&mut command(root, args))
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("git was not found"),
        Err(error) => return Err(error).context("git"),
    };
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("git says: {}", said.lines().next().unwrap_or("nothing"));
    }
    String::from_utf8(output.stdout).context("git names a path that is not UTF-8")
}

/// Complains about a text that is only a pointer.
pub fn refuse_pointer(raw: &[u8]) -> io::Result<()> {
    if is_pointer(raw) { Err(io::Error::other("a pointer of Git LFS, not the text; `git lfs pull` fetches it")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_read_from_git() {
        let told = changes("M\0a b.txt\0A\0new.txt\0D\0gone.txt\0R087\0old.txt\0moved.txt\0");
        let told: Vec<_> = told.iter().map(|it| (it.old.as_deref(), it.new.as_deref())).collect();
        let expect =
            [(Some("a b.txt"), Some("a b.txt")), (None, Some("new.txt")), (Some("gone.txt"), None), (Some("old.txt"), Some("moved.txt"))];
        assert_eq!(told, expect);
    }
}
