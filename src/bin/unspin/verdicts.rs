//! Verdicts that a user gives: those of an earlier `score --format jsonl`, edited by hand if wanted.

use std::{
    collections::HashMap,
    fs::File,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::Context as _;
use serde::Deserialize;
use unspin::{
    Verdict,
    report::{Origin, Record},
};

use crate::{args::Assumed, inputs::reason, output::complain, packing::unpacked};

/// What was said of documents, by hashes of their names: data sets have many.
#[derive(Debug, Default)]
pub struct Verdicts {
    path: PathBuf,
    said: HashMap<u64, Assumed>,
    /// Whether one of them was asked for.
    met: AtomicBool,
}

/// What counts of a line; whatever else stands there does not.
#[derive(Deserialize)]
struct Line {
    file: String,
    record: Option<Record>,
    verdict: String,
}

impl Verdicts {
    /// Reads a file of them. Verdicts that settle nothing, such as `suspect`, are passed over.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let failed = |it: std::io::Error| anyhow::anyhow!("--verdicts {}: {}", path.display(), reason(&it));
        let source = unpacked(File::open(path).map_err(failed)?).map_err(failed)?.1;
        let mut said = HashMap::new();
        for (number, line) in BufReader::new(source).lines().enumerate() {
            let line = line.map_err(failed)?;
            if line.trim().is_empty() {
                continue;
            }
            let place = || format!("--verdicts {}, line {}", path.display(), number + 1);
            let line: Line =
                serde_json::from_str(&line).with_context(|| format!("{}: not a line of `unspin score --format jsonl`", place()))?;
            let verdict = match line.verdict.as_str() {
                "spun" => Assumed::Spun,
                "translated" => Assumed::Translated,
                "clean" => Assumed::Clean,
                "suspect" | "unassessed" => continue,
                other => anyhow::bail!("{}: no verdict is called `{other}`; write `spun`, `translated` or `clean`", place()),
            };
            said.insert(hash(&line.file, line.record.as_ref()), verdict);
        }
        Ok(Self { path: path.to_owned(), said, met: AtomicBool::new(false) })
    }

    /// What was said of a document, where that is another verdict than its own.
    pub fn other(&self, origin: &Origin, own: Verdict) -> Option<Assumed> {
        if self.said.is_empty() {
            return None;
        }
        let said = self.said.get(&hash(&origin.file, origin.record.as_ref())).copied()?;
        self.met.store(true, Ordering::Relaxed);
        let same = match said {
            Assumed::Spun => Verdict::Spun,
            Assumed::Translated => Verdict::Translated,
            Assumed::Clean => Verdict::Clean,
        };
        (own != same).then_some(said)
    }
}

impl Drop for Verdicts {
    fn drop(&mut self) {
        // A file for other documents, or for these under other names, would change nothing without a word.
        if !self.said.is_empty() && !self.met.load(Ordering::Relaxed) {
            complain(&format!(
                "--verdicts {}: says nothing of these documents; files are known by their names as given",
                self.path.display()
            ));
        }
    }
}

/// A record is known by its id, or by its line where it has none.
fn hash(file: &str, record: Option<&Record>) -> u64 {
    let mut hasher = DefaultHasher::new();
    file.hash(&mut hasher);
    if let Some(Record { line, id, field }) = record {
        field.hash(&mut hasher);
        match id {
            Some(id) => id.hash(&mut hasher),
            None => line.hash(&mut hasher),
        }
    }
    hasher.finish()
}
