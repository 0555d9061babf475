//! Spun texts and their originals, as a user names them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::bail;
use unspin::{
    decision::{Around, Choice, Decision},
    decode::decode,
};

use crate::{
    decisions,
    inputs::{self, Input, reason},
    output::{complain, counted},
    parallel::in_order,
};

/// A spun text and its original.
pub enum Pair {
    Files(Box<[Input; 2]>),
    Texts([String; 2]),
}

impl Pair {
    /// The two texts; what is wrong where they cannot be read.
    fn texts(&self) -> Result<[String; 2], Vec<String>> {
        match self {
            Self::Texts(texts) => Ok(texts.clone()),
            Self::Files(files) => match files.each_ref().map(text) {
                [Ok(spun), Ok(original)] => Ok([spun, original]),
                texts => Err(texts.into_iter().filter_map(Result::err).collect()),
            },
        }
    }
}

/// The pairs that some paths stand for: two texts, two folders, one file of lines, or one of decisions; and whether something stands for none.
pub fn find(paths: &[PathBuf]) -> anyhow::Result<(Vec<Pair>, bool)> {
    match paths {
        [file] if decisions::are_in(file) => Ok((decided(&decisions::read(file)?), false)),
        [file] => lines(file),
        [spun, original] => files(spun, original),
        _ => bail!("expected two texts, two folders or one file of pairs, found {} paths", paths.len()),
    }
}

/// Works on the texts of all pairs at once, and hands the results out in order; says whether a pair could not be read.
pub fn each<T: Send>(pairs: &[Pair], jobs: usize, act: impl Fn(&str, &str) -> T + Sync, mut take: impl FnMut(T)) -> anyhow::Result<bool> {
    let mut failed = false;
    in_order(
        pairs,
        jobs,
        |it| it.texts().map(|[spun, original]| act(&spun, &original)),
        |_, result| {
            match result {
                Ok(result) => take(result),
                Err(problems) => {
                    for it in &problems {
                        complain(it);
                    }
                    failed = true;
                }
            }
            Ok(())
        },
    )?;
    Ok(failed)
}

/// The text of a file; why it has none.
pub fn text(input: &Input) -> Result<String, String> {
    let name = &input.name;
    let raw = inputs::bytes(input).map_err(|it| format!("{name}: {}", reason(&it)))?;
    if inputs::is_binary(&raw) {
        return Err(format!("{name}: not a text: it holds zero bytes"));
    }
    let text = decode(&raw).text().to_owned();
    if text.trim().is_empty() {
        return Err(format!("{name}: empty"));
    }
    if u32::try_from(text.len()).is_err() {
        return Err(format!("{name}: larger than 4 GiB"));
    }
    Ok(text)
}

/// What reviewers wrote themselves: other replacements, and what was missed, each in the words around it.
fn decided(lines: &[Decision]) -> Vec<Pair> {
    let written = lines.iter().filter_map(|it| {
        let (Around(before, after), correction) = (&it.around, it.replacement.as_ref()?);
        let pair = match it.decision {
            Choice::Edited => [format!("{before}{}{after}", it.text), format!("{before}{correction}{after}")],
            Choice::Missed => {
                // It was seen somewhere in the sentence.
                let part = [before, after].into_iter().find(|part| part.contains(&it.text)).unwrap_or(&it.text);
                [part.clone(), part.replacen(&it.text, correction, 1)]
            }
            _ => return None,
        };
        Some(Pair::Texts(pair))
    });
    written.collect()
}

/// At most so many lines of a file of pairs are named.
const NAMED: usize = 10;

/// The pairs of a file of lines `spun TAB original`, and whether a line is none.
fn lines(path: &Path) -> anyhow::Result<(Vec<Pair>, bool)> {
    let shown = path.display();
    if path.is_dir() {
        bail!("{shown}: a folder; the folder of its originals is wanted behind it");
    }
    let (found, failed) = inputs::find_texts(&[path.to_owned()]);
    let [input] = found.as_slice() else {
        if failed {
            return Ok((Vec::new(), true));
        }
        bail!("{shown}: {} match; one is wanted", counted(found.len(), "file"));
    };
    let text = text(input).map_err(anyhow::Error::msg)?;
    if !text.contains('\t') {
        bail!("{shown}: no line with a tab in it; give a second file with the original, or one file of lines `spun TAB original`");
    }
    let mut pairs = Vec::new();
    let mut wrong = 0;
    for (index, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
        let mut columns = line.split('\t');
        if let (Some(spun), Some(original), None) = (columns.next(), columns.next(), columns.next()) {
            pairs.push(Pair::Texts([spun.to_owned(), original.to_owned()]));
            continue;
        }
        wrong += 1;
        if wrong <= NAMED {
            let found = line.split('\t').count();
            let what =
                if found == 1 { "no tab between spun text and original".to_owned() } else { format!("{found} columns in place of two") };
            complain(&format!("{shown}, line {}: {what}", index + 1));
        }
    }
    if wrong > NAMED {
        complain(&format!("{shown}: {} more", counted(wrong - NAMED, "such line")));
    }
    Ok((pairs, wrong > 0))
}

/// The pairs of two files, or of two folders by the names of their files; and whether a path stands for none.
fn files(spun: &PathBuf, original: &PathBuf) -> anyhow::Result<(Vec<Pair>, bool)> {
    for (one, other) in [(spun, original), (original, spun)] {
        if one.is_dir() && other.is_file() {
            bail!("{} is a folder and {} is a file: give two of a kind", one.display(), other.display());
        }
    }
    if [spun, original].iter().all(|it| it.as_os_str() == "-") {
        bail!("standard input can be one of the two texts, not both");
    }
    let ((left, one), (right, other)) =
        (inputs::find_texts(std::slice::from_ref(spun)), inputs::find_texts(std::slice::from_ref(original)));
    if left.is_empty() || right.is_empty() {
        return Ok((Vec::new(), true));
    }
    let failed = one || other;
    if let ([a], [b]) = (left.as_slice(), right.as_slice())
        && a.explicit
        && b.explicit
    {
        return Ok((vec![Pair::Files(Box::new([a.clone(), b.clone()]))], failed));
    }
    let mut originals: BTreeMap<PathBuf, Input> = right.into_iter().map(|it| (it.below.clone(), it)).collect();
    let mut pairs = Vec::new();
    for a in left {
        match originals.remove(&a.below) {
            Some(b) => pairs.push(Pair::Files(Box::new([a, b]))),
            None => complain(&format!("{}: no file of this name in {}; left out", a.name, original.display())),
        }
    }
    for b in originals.values() {
        complain(&format!("{}: no file of this name in {}; left out", b.name, spun.display()));
    }
    if pairs.is_empty() {
        bail!("no file of {} has the name of one in {}", spun.display(), original.display());
    }
    Ok((pairs, failed))
}
