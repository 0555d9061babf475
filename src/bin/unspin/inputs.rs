//! Paths to documents: files, folders, globs and standard input.

use std::{
    fs,
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use anyhow::Context as _;
use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::{before::refuse_pointer, output::complain};

/// A document to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What it is called in every output: the path as it was given, without `./`.
    pub name: String,
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// The path below the folder that was named, or the file's name.
    pub below: PathBuf,
    /// Whether it was named itself, and not found in a folder.
    pub explicit: bool,
}

/// The endings of files that hold running text; folders hold others too, and those are passed over.
const TEXT_ENDINGS: [&str; 4] = ["txt", "text", "md", "markdown"];

/// The documents that paths stand for, and whether a path stood for none.
pub fn find(paths: &[PathBuf]) -> (Vec<Input>, bool) {
    let mut inputs = Vec::new();
    let mut failed = false;
    for path in paths {
        let found = if path.as_os_str() == "-" {
            Ok(vec![Input { name: "-".to_owned(), path: None, below: PathBuf::from("-"), explicit: true }])
        } else {
            below(path, &mut failed)
        };
        match found {
            Ok(found) => inputs.extend(found),
            Err(problem) => {
                complain(&problem);
                failed = true;
            }
        }
    }
    (inputs, failed)
}

fn below(path: &Path, failed: &mut bool) -> Result<Vec<Input>, String> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(it) if it.is_dir() => in_folder(path, failed),
        Ok(_) => Ok(vec![named(path)]),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match glob_matches(path) {
            Some(Ok(found)) if !found.is_empty() => {
                let mut inputs = Vec::new();
                for found in found {
                    match found.map_err(|it| it.to_string()).and_then(|it| below(&it, failed)) {
                        Ok(found) => inputs.extend(found),
                        Err(problem) => {
                            complain(&problem);
                            *failed = true;
                        }
                    }
                }
                Ok(inputs)
            }
            Some(Ok(_)) => Err(format!("{shown}: no file matches")),
            Some(Err(error)) => Err(format!("{shown}: not a pattern: {error}")),
            None => Err(format!("{shown}: no such file or folder")),
        },
        Err(error) => Err(format!("{shown}: {}", reason(&error))),
    }
}

fn named(path: &Path) -> Input {
    let path = plain(path);
    let below = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
    Input { name: path.display().to_string(), path: Some(path), below, explicit: true }
}

/// A path without what says nothing: `./a.txt` is `a.txt`, and `a/./b.txt` is `a/b.txt`. What `..` means depends on links, so it stays.
pub fn plain(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().filter(|it| *it != Component::CurDir).collect();
    // `-` would be standard input.
    if plain.as_os_str() == "-" { path.to_owned() } else { plain }
}

/// The files that a pattern with `*`, `?` or `[` matches; `None` where the path is no pattern.
fn glob_matches(path: &Path) -> Option<Result<Vec<glob::GlobResult>, glob::PatternError>> {
    let pattern = path.to_str().filter(|it| it.contains(['*', '?', '[']))?;
    Some(glob::glob(pattern).map(Iterator::collect))
}

/// The text files of a folder, in the order of their names, without those that git ignores and hidden ones.
fn in_folder(folder: &Path, failed: &mut bool) -> Result<Vec<Input>, String> {
    let mut inputs = Vec::new();
    for entry in WalkBuilder::new(folder).sort_by_file_name(Ord::cmp).build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                complain(&error.to_string());
                *failed = true;
                continue;
            }
        };
        let path = entry.path();
        let is_text = path.extension().is_some_and(|it| TEXT_ENDINGS.iter().any(|ending| it.eq_ignore_ascii_case(ending)));
        // Pipes and the like have no end, or none yet.
        if is_text && entry.file_type().is_some_and(|it| it.is_file() || it.is_symlink()) {
            let below = path.strip_prefix(folder).unwrap_or(path).to_owned();
            let path = plain(path);
            inputs.push(Input { name: path.display().to_string(), path: Some(path), below, explicit: false });
        }
    }
    if inputs.is_empty() {
        return Err(format!("{}: no text files in it ({})", folder.display(), TEXT_ENDINGS.map(|it| format!(".{it}")).join(", ")));
    }
    Ok(inputs)
}

/// What a document is worth reading to.
enum Content {
    Text(Vec<u8>),
    Binary,
}

/// Reads each document, works on several at once, and hands the results out in the order of the documents.
/// Gives back whether one could not be read.
pub fn work<T: Send>(
    inputs: &[Input],
    jobs: usize,
    act: impl Fn(&Input, Vec<u8>) -> T + Sync,
    mut take: impl FnMut(&Input, T) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let act = |input: &Input| {
        Ok(match read(input)? {
            Content::Text(raw) => Some(act(input, raw)),
            Content::Binary => None,
        })
    };
    let mut failed = false;
    in_order(inputs, jobs, act, |input, result: io::Result<Option<T>>| {
        match result {
            Ok(Some(result)) => take(input, result)?,
            Ok(None) => {}
            Err(error) => {
                complain(&format!("{}: {}", input.name, reason(&error)));
                failed = true;
            }
        }
        Ok(())
    })?;
    Ok(failed)
}

/// Works on several items at once, and hands the results out in the order of the items.
pub fn in_order<I: Sync, T: Send>(
    items: &[I],
    jobs: usize,
    act: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(&I, T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads(jobs, items.len()));
    let pool = pool.build().context("cannot start the workers")?;
    for batch in items.chunks(BATCH) {
        let done: Vec<T> = pool.install(|| batch.par_iter().map(&act).collect());
        for (item, result) in batch.iter().zip(done) {
            take(item, result)?;
        }
    }
    Ok(())
}

/// How many documents are held at once: enough to keep processors busy, few enough to forget.
const BATCH: usize = 128;

/// As many threads as were asked for, or as there are processors, but none that would find no document to work on.
fn threads(jobs: usize, documents: usize) -> usize {
    let wanted = if jobs == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { jobs };
    wanted.min(documents).clamp(1, BATCH)
}

fn read(input: &Input) -> io::Result<Content> {
    let raw = bytes(input)?;
    refuse_pointer(&raw)?;
    let binary = is_binary(&raw);
    if binary && input.explicit {
        complain(&format!("{}: holds zero bytes; read as text since it was named", input.name));
    }
    Ok(if binary && !input.explicit { Content::Binary } else { Content::Text(raw) })
}

/// What stands in a document.
pub fn bytes(input: &Input) -> io::Result<Vec<u8>> {
    match &input.path {
        Some(path) => fs::read(path),
        None => {
            let mut raw = Vec::new();
            io::stdin().lock().read_to_end(&mut raw)?;
            Ok(raw)
        }
    }
}

/// Whether bytes are no text: they hold zeros near their start.
pub fn is_binary(raw: &[u8]) -> bool {
    // UTF-16 is full of zero bytes, and says at its start what it is.
    let marked = raw.starts_with(&[0xFF, 0xFE]) || raw.starts_with(&[0xFE, 0xFF]);
    !marked && memchr::memchr(0, &raw[..raw.len().min(8192)]).is_some()
}

/// Why a file cannot be read or written, in a user's words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is a file".to_owned(),
        io::ErrorKind::StorageFull => "no space left on the disk".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_without_what_says_nothing() {
        let check = |path: &str, expect: &str| assert_eq!(plain(Path::new(path)), Path::new(expect));
        check("./a.txt", "a.txt");
        check("././a//./b.txt", "a/b.txt");
        check("../a/../b.txt", "../a/../b.txt");
        check("/./a.txt", "/a.txt");
        check("./-", "./-");
        check("./.a", ".a");
    }

    #[test]
    fn no_thread_is_started_for_nothing() {
        assert_eq!(threads(2, 1_000), 2);
        assert_eq!(threads(2_000, 3), 3);
        assert_eq!(threads(2_000, 1_000), BATCH);
        assert_eq!(threads(2_000, 0), 1);
        assert!((1..=BATCH).contains(&threads(0, 1_000)));
    }
}
