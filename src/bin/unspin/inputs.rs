//! Paths to documents: files, folders, globs and standard input.

use std::{
    fs,
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

use anyhow::bail;
use ignore::WalkBuilder;
use unspin::decode::unmarked;

use crate::{
    args::{InputFormat, Reading},
    before::refuse_pointer,
    output::complain,
    packing::{Packing, Source, unpacked},
};

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
    /// What it holds by its ending; `None` for standard input.
    pub kind: Option<Kind>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One document.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// A table, its cells apart by commas or the like.
    Csv,
    /// A table, its cells apart by tabs.
    Tsv,
    /// A table by its columns.
    Parquet,
}

/// The endings of files that are read; folders hold others too, and those are passed over.
const ENDINGS: [(&str, Kind); 9] = [
    ("txt", Kind::Text),
    ("text", Kind::Text),
    ("md", Kind::Text),
    ("markdown", Kind::Text),
    ("jsonl", Kind::Jsonl),
    ("ndjson", Kind::Jsonl),
    ("csv", Kind::Csv),
    ("tsv", Kind::Tsv),
    ("parquet", Kind::Parquet),
];

/// Endings behind these, of files that are compressed.
const PACKED: [&str; 2] = ["gz", "zst"];

impl Kind {
    /// What a file holds by its ending.
    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?;
        if PACKED.iter().any(|it| ending.eq_ignore_ascii_case(it)) {
            // Parquet packs its columns itself.
            return Self::of(Path::new(path.file_stem()?)).filter(|it| *it != Self::Parquet);
        }
        ENDINGS.iter().find(|(it, _)| ending.eq_ignore_ascii_case(it)).map(|it| it.1)
    }
}

impl Input {
    /// What it holds, by the flags and its ending; `None` where only its content can tell.
    pub fn kind(&self, reading: &Reading) -> Option<Kind> {
        reading.input_format.filter(|_| self.explicit).map(Kind::from).or(self.kind)
    }

    /// How large the file is, where that can be known.
    pub fn size(&self) -> usize {
        let length = self.path.as_ref().and_then(|it| fs::metadata(it).ok()).map_or(0, |it| it.len());
        usize::try_from(length).unwrap_or(usize::MAX)
    }
}

impl From<InputFormat> for Kind {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Text => Self::Text,
            InputFormat::Jsonl => Self::Jsonl,
            InputFormat::Csv => Self::Csv,
            InputFormat::Tsv => Self::Tsv,
            InputFormat::Parquet => Self::Parquet,
        }
    }
}

/// The documents that paths stand for, and whether a path stood for none.
pub fn find(paths: &[PathBuf]) -> (Vec<Input>, bool) {
    let mut inputs = Vec::new();
    let mut failed = false;
    for path in paths {
        let found = if path.as_os_str() == "-" {
            Ok(vec![Input { name: "-".to_owned(), path: None, below: PathBuf::from("-"), explicit: true, kind: None }])
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

/// Leaves out files that the run writes itself, and that only lie in a folder which it reads.
pub fn leave_out<'p>(inputs: &mut Vec<Input>, written: impl Iterator<Item = &'p Path>) -> anyhow::Result<()> {
    for written in written {
        let Ok(whole) = fs::canonicalize(written) else { continue };
        // Names are compared first: to look up every path would take its time.
        let is_it = |it: &Path| it.file_name() == written.file_name() && fs::canonicalize(it).is_ok_and(|it| it == whole);
        let is_written = |it: &Input| it.path.as_deref().is_some_and(is_it);
        if inputs.iter().any(|it| it.explicit && is_written(it)) {
            bail!("{}: would be read, and written to", written.display());
        }
        inputs.retain(|it| !is_written(it));
    }
    Ok(())
}

/// The same without data sets that nobody named.
pub fn find_texts(paths: &[PathBuf]) -> (Vec<Input>, bool) {
    let (mut inputs, failed) = find(paths);
    inputs.retain(|it| it.explicit || it.kind == Some(Kind::Text));
    (inputs, failed)
}

/// Whether a file is a data set by its ending.
pub fn is_set(path: &Path) -> bool {
    Kind::of(path).is_some_and(|it| it != Kind::Text)
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

/// A file that is named itself.
pub fn named(path: &Path) -> Input {
    let path = plain(path);
    let below = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
    let kind = Some(Kind::of(&path).unwrap_or(Kind::Text));
    Input { name: path.display().to_string(), path: Some(path), below, explicit: true, kind }
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

/// The texts and data sets of a folder, in the order of their names, without those that git ignores and hidden ones.
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
        let kind = Kind::of(path);
        // Pipes and the like have no end, or none yet.
        if kind.is_some() && entry.file_type().is_some_and(|it| it.is_file() || it.is_symlink()) {
            let below = path.strip_prefix(folder).unwrap_or(path).to_owned();
            let path = plain(path);
            inputs.push(Input { name: path.display().to_string(), path: Some(path), below, explicit: false, kind });
        }
    }
    if inputs.is_empty() {
        return Err(format!("{}: no text files in it ({})", folder.display(), ENDINGS.map(|it| format!(".{}", it.0)).join(", ")));
    }
    Ok(inputs)
}

/// What stands in a document.
pub struct Content {
    /// How it was packed.
    pub packing: Packing,
    /// Its bytes, unpacked.
    pub raw: Vec<u8>,
}

/// What stands in a document; `None` where it is no text and was only found in a folder.
pub fn content(input: &Input, read_already: Option<Content>, reading: &Reading) -> io::Result<Option<Content>> {
    let content = match read_already {
        Some(content) => content,
        None => read(input, |packing| reading.largest(packing))?,
    };
    refuse_pointer(&content.raw)?;
    let binary = is_binary(&content.raw);
    if binary && input.explicit {
        complain(&format!("{}: holds zero bytes; read as text since it was named", input.name));
    }
    Ok(Some(content).filter(|_| !binary || input.explicit))
}

/// The bytes of a document, unpacked.
pub fn bytes(input: &Input) -> io::Result<Vec<u8>> {
    read(input, |_| u64::MAX).map(|it| it.raw)
}

/// The bytes of a file, unpacked.
pub fn unpacked_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    unpacked(fs::File::open(path)?)?.1.read_to_end(&mut raw)?;
    Ok(raw)
}

fn read(input: &Input, largest: impl Fn(Packing) -> u64) -> io::Result<Content> {
    let (packing, source) = match &input.path {
        Some(path) => unpacked(fs::File::open(path)?)?,
        None => unpacked(io::stdin())?,
    };
    let mut raw = Vec::with_capacity(if packing == Packing::None { input.size() + 1 } else { 0 });
    read_whole(source, largest(packing), &mut raw)?;
    Ok(Content { packing, raw })
}

/// Reads the rest of a document, which may not be larger than that.
pub fn read_whole(source: Source, largest: u64, raw: &mut Vec<u8>) -> io::Result<()> {
    let wanted = largest.saturating_add(1).saturating_sub(raw.len() as u64);
    source.take(wanted).read_to_end(raw)?;
    if raw.len() as u64 > largest { Err(io::Error::other(format!("larger than {largest} bytes; see --max-record"))) } else { Ok(()) }
}

/// Whether bytes are no text: they hold zeros near their start.
pub fn is_binary(raw: &[u8]) -> bool {
    // UTF-16 and UTF-32 are full of zero bytes, and mostly say at their start what they are.
    let marked = raw.starts_with(&[0xFF, 0xFE]) || raw.starts_with(&[0xFE, 0xFF]);
    !marked && memchr::memchr(0, &raw[..raw.len().min(8192)]).is_some() && unmarked(raw).is_none()
}

/// Why a file cannot be read or written, in a user's words.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is a file".to_owned(),
        io::ErrorKind::StorageFull => "no space left on the disk".to_owned(),
        io::ErrorKind::UnexpectedEof => "cut short: the compressed data end in the middle".to_owned(),
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
    fn endings_tell_what_a_file_holds() {
        let check = |path: &str, expect: Option<Kind>| assert_eq!(Kind::of(Path::new(path)), expect, "{path}");
        check("a.txt", Some(Kind::Text));
        check("a.MD.gz", Some(Kind::Text));
        check("a/b.jsonl", Some(Kind::Jsonl));
        check("a.b.ndjson.zst", Some(Kind::Jsonl));
        check("a.csv.GZ", Some(Kind::Csv));
        check("a.tsv", Some(Kind::Tsv));
        check("part-0.snappy.parquet", Some(Kind::Parquet));
        check("a.parquet.gz", None);
        check("a.gz", None);
        check("a.json", None);
        check("csv", None);
    }
}
