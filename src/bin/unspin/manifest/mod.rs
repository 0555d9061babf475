//! `--manifest`: what a run was made of and what it came to, so that it can be told of and done again.
//!
//! There is no clock in it: the same run writes the same manifest.

mod methods;

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use unspin::{
    Confidence,
    embedded::content_hashes,
    report::totals::Totals,
    rules::load::read_folder,
    weigh::{CONVICTED, Prior, SUSPECT},
};

pub use self::methods::methods;
use crate::{
    args::Common,
    config::layer::Layer,
    decisions, drafts,
    fix::unwritable,
    inputs::{Input, plain, reason},
    ledgers, parallel, recording,
    setup::Courts,
};

/// What a run was made of and what it came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the program.
    pub unspin: String,
    /// Hashes of what the program carries: rules, their index, word frequencies, language model.
    pub data: BTreeMap<String, String>,
    /// The command, without the name of the program.
    pub command: Vec<String>,
    /// The settings that verdicts and edits depend on most.
    pub settings: Settings,
    /// What else was read: configuration, corpus, rules of one's own, ledgers, decisions.
    pub read: Vec<Hashed>,
    /// What was worked on.
    pub inputs: Vec<Hashed>,
    /// What was counted.
    pub counts: Counts,
    /// What was written.
    pub outputs: Vec<Hashed>,
}

/// A file as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hashed {
    /// What it is in the run.
    pub role: String,
    /// Where it was; nothing for standard output.
    pub file: Option<String>,
    /// How long.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// The settings that verdicts and edits depend on most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Settings {
    /// So many documents were taken for spun beforehand.
    pub prior: f64,
    /// From this chance on a document is convicted.
    pub convicted: f64,
    /// From this chance on it is suspect.
    pub suspect: f64,
    /// From this confidence on an edit is safe.
    pub safe: f64,
    /// Below this nothing was reported or applied.
    pub min_confidence: Option<f64>,
    /// Whether words in direct speech were replaced.
    pub edit_quotes: bool,
    /// Whether the words around a swap were looked at.
    pub context: bool,
    /// Whether the verdict was set beforehand.
    pub assumed: bool,
    /// Whether some documents had settings of their own.
    pub overrides: bool,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Documents.
    pub documents: usize,
    /// Records that could not be read.
    pub unreadable: usize,
    /// Documents by verdict.
    pub by_verdict: BTreeMap<String, usize>,
    /// Documents by what was done to them; `fix` only.
    pub by_action: BTreeMap<String, usize>,
    /// What was found; `check` only.
    pub findings: usize,
    /// Edits that were made; `fix` only.
    pub edits: usize,
    /// Characters fewer than before; `fix` only.
    pub removed: usize,
    /// Findings or edits by rule.
    pub by_rule: BTreeMap<String, usize>,
}

impl Counts {
    /// What `check` counted.
    pub fn of(totals: &Totals) -> Self {
        let judged = totals.unassessed + totals.suspect + totals.spun + totals.translated;
        let clean = totals.documents.saturating_sub(judged);
        let verdicts = [
            ("unassessed", totals.unassessed),
            ("clean", clean),
            ("suspect", totals.suspect),
            ("spun", totals.spun),
            ("translated", totals.translated),
        ];
        Self {
            documents: totals.documents,
            findings: totals.findings,
            by_verdict: verdicts.into_iter().filter(|it| it.1 > 0).map(|(word, count)| (word.to_owned(), count)).collect(),
            by_rule: totals.rules.iter().map(|(rule, it)| (rule.clone(), it.findings)).collect(),
            ..Self::default()
        }
    }
}

/// What a run writes into a manifest.
pub struct Recorder {
    path: PathBuf,
    command: Vec<String>,
    read: Vec<Hashed>,
    inputs: Vec<Hashed>,
}

/// Whether what is printed belongs to the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// It is what was asked for.
    Results,
    /// It tells of files that were written.
    Summary,
}

impl Recorder {
    /// Begins a record, where one is wanted: hashes what will be read. `beside` is what else the run reads, each with its role.
    pub fn begin(
        path: Option<&Path>,
        documents: &[Input],
        courts: &Courts,
        common: &Common,
        beside: &[(&str, PathBuf)],
        printed: Printed,
    ) -> anyhow::Result<Option<Self>> {
        let Some(path) = path else { return Ok(None) };
        if documents.iter().any(|it| it.path.is_none()) {
            bail!("--manifest: standard input cannot be read again; put the texts into a file");
        }
        if let Some(input) = documents.iter().find(|it| it.path.as_deref().map(plain) == Some(plain(path))) {
            bail!("{}: --manifest would be written over it", input.name);
        }
        let word = |it: std::ffi::OsString| it.into_string().map_err(|it| anyhow::anyhow!("--manifest: {} is not UTF-8", it.display()));
        // Before the command stands the program, and where that is Python, what it runs.
        let is_command = |it: &std::ffi::OsString| ["check", "fix", "score"].iter().any(|name| it == name);
        let command = std::env::args_os().skip_while(|it| !is_command(it)).map(word).collect::<anyhow::Result<_>>()?;
        let mut read: Vec<(String, PathBuf)> = beside.iter().map(|(role, path)| ((*role).to_owned(), path.clone())).collect();
        read.extend(courts.config.path.iter().map(|it| ("configuration".to_owned(), it.clone())));
        read.extend(common.verdicts.iter().map(|it| ("verdicts".to_owned(), it.clone())));
        let corpus = common.corpus.clone().or_else(|| courts.config.written.corpus.as_ref().map(|it| courts.config.resolve(&it.value)));
        read.extend(corpus.map(|it| ("corpus".to_owned(), it)));
        for folder in courts.config.rules().iter().chain(&common.shared.rules) {
            read.extend(read_folder(folder)?.into_iter().map(|it| ("rules".to_owned(), it.path)));
        }
        for folder in ledgers::folders_near(&common.paths) {
            read.extend(ledgers::ledgers_in(&folder.join(ledgers::FOLDER)).into_iter().map(|it| ("ledger".to_owned(), it)));
            read.extend(decisions::files_in(&folder).into_iter().map(|it| ("decisions".to_owned(), it)));
        }
        let jobs = common.shared.jobs;
        let inputs = documents.iter().filter_map(|it| Some(("input".to_owned(), it.path.clone()?))).collect::<Vec<_>>();
        let recorder = Self { path: path.to_owned(), command, read: hashed(&read, jobs)?, inputs: hashed(&inputs, jobs)? };
        if printed == Printed::Results {
            recording::begin();
        }
        Ok(Some(recorder))
    }

    /// Writes the manifest. `outputs` are the files that were written, each with its role.
    pub fn finish(self, courts: &Courts, counts: Counts, outputs: &[(String, PathBuf)], jobs: usize) -> anyhow::Result<()> {
        let outputs: Vec<(String, PathBuf)> = outputs.iter().filter(|it| it.1.is_file()).cloned().collect();
        let mut outputs = hashed(&outputs, jobs)?;
        if let Some((bytes, sha256)) = recording::end() {
            outputs.push(Hashed { role: "standard output".to_owned(), file: None, bytes, sha256 });
        }
        let data = content_hashes().into_iter().map(|(name, hash)| (name.to_owned(), hash)).collect();
        let manifest = Manifest {
            unspin: env!("CARGO_PKG_VERSION").to_owned(),
            data,
            command: self.command,
            settings: settings(&courts.layer(), !courts.config.written.overrides.is_empty()),
            read: self.read,
            inputs: self.inputs,
            counts,
            outputs,
        };
        let text = serde_json::to_string_pretty(&manifest)? + "\n";
        drafts::put(&self.path, text.as_bytes()).map_err(|it| unwritable(&self.path, &it))
    }
}

impl Manifest {
    /// Reads what a run wrote.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read(path).map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))?;
        serde_json::from_slice(&text).with_context(|| format!("{}: no manifest", path.display()))
    }
}

fn settings(layer: &Layer, overrides: bool) -> Settings {
    Settings {
        prior: layer.prior.as_ref().map_or(Prior::USUAL, |it| it.value).fraction(),
        convicted: CONVICTED.fraction(),
        suspect: SUSPECT.fraction(),
        safe: Confidence::SAFE.fraction(),
        min_confidence: layer.min_confidence.as_ref().map(|it| it.value.fraction()),
        edit_quotes: layer.edit_quotes.as_ref().is_some_and(|it| it.value),
        context: layer.context.as_ref().is_none_or(|it| it.value),
        assumed: layer.assume.is_some(),
        overrides,
    }
}

/// The hashes of files, in their order.
fn hashed(files: &[(String, PathBuf)], jobs: usize) -> anyhow::Result<Vec<Hashed>> {
    let mut all = Vec::new();
    let hash = |(role, path): &(String, PathBuf)| {
        let shown = plain(path).display().to_string();
        let (bytes, sha256) = hash_file(path).map_err(|it| anyhow::anyhow!("{shown}: {}", reason(&it)))?;
        Ok(Hashed { role: role.clone(), file: Some(shown), bytes, sha256 })
    };
    parallel::in_order(files, jobs, hash, |_, hashed: anyhow::Result<Hashed>| {
        all.push(hashed?);
        Ok(())
    })?;
    Ok(all)
}

fn hash_file(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut digest, mut length) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 17];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((length, recording::hexadecimal(digest))),
            read => {
                length += read as u64;
                digest.update(&buffer[..read]);
            }
        }
    }
}
