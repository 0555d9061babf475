//! Decisions on disk: one file a reviewer, to which lines are only ever added.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::SystemTime,
};

use anyhow::bail;
use unspin::{
    Checked, RuleId, Span,
    decision::{Decision, Decisions},
    report::Origin,
};

use crate::{
    inputs::{plain, reason},
    ledgers::{self, FOLDER},
    output::complain,
};

/// The folder of decisions, in that of ledgers.
const DECISIONS: &str = "decisions";

/// What was decided where a run looks: in this folder, and in those that paths name or lie in. A damaged file is named on standard error.
pub fn near(paths: &[PathBuf]) -> Decisions {
    Decisions::new(lines_near(paths), &today())
}

/// The same, line by line.
pub fn lines_near(paths: &[PathBuf]) -> Vec<Decision> {
    let files = ledgers::folders_near(paths).into_iter().flat_map(|it| files_in(&it));
    let lines = files.flat_map(|file| match read(&file) {
        Ok(lines) => lines,
        Err(error) => {
            complain(&format!("{error:#}"));
            Vec::new()
        }
    });
    lines.collect()
}

/// The files of decisions in a folder that holds `.unspin`.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    ledgers::ledgers_in(&folder.join(FOLDER).join(DECISIONS))
}

/// The lines of a file. One that cannot be read does not count, and is named on standard error: the last was cut short where the program
/// was ended while it wrote it.
pub fn read(path: &Path) -> anyhow::Result<Vec<Decision>> {
    let shown = plain(path).display().to_string();
    let bytes = fs::read(path).map_err(|it| anyhow::anyhow!("{shown}: {}", reason(&it)))?;
    let mut lines = Vec::new();
    for (number, line) in bytes.split_inclusive(|&it| it == b'\n').enumerate().filter(|(_, it)| !it.trim_ascii().is_empty()) {
        match serde_json::from_slice(line) {
            Ok(decision) => lines.push(decision),
            Err(error) => {
                let why = if line.ends_with(b"\n") { format!("not a decision: {error}") } else { "cut short".to_owned() };
                complain(&format!("{shown}, line {}: {why}; it does not count", number + 1));
            }
        }
    }
    Ok(lines)
}

/// Whether a file holds decisions, as far as its first line tells.
pub fn are_in(path: &Path) -> bool {
    let mut start = [0; 1 << 14];
    let Ok(length) = File::open(path).and_then(|mut it| it.read(&mut start)) else { return false };
    let mut lines = start[..length].split(|&it| it == b'\n').filter(|it| !it.is_empty());
    lines.next().is_some_and(|it| serde_json::from_slice::<Decision>(it).is_ok())
}

/// Checks a document and leaves out what was rejected; `check` is told what that is.
pub fn check(decisions: &Decisions, origin: &Origin, check: impl Fn(&[(RuleId, Span)]) -> Checked) -> Checked {
    let mut spared = Vec::new();
    loop {
        let checked = check(&spared);
        // Without one that was rejected, another may come up that was rejected, too.
        let more = decisions.rejected(origin, &checked);
        let new = spared.len();
        spared.extend(more.into_iter().filter(|it| !spared[..new].contains(it)).collect::<Vec<_>>());
        if spared.len() == new {
            return checked;
        }
    }
}

/// The file of one reviewer, to which decisions are added.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    reviewer: String,
    file: Option<File>,
}

impl Store {
    /// The file of a reviewer in this folder; it is made with the first decision.
    pub fn new(reviewer: Option<&str>) -> Self {
        let reviewer = reviewer.map(str::to_owned).or_else(git_name).or_else(user_name).unwrap_or_else(|| "reviewer".to_owned());
        let name: String = reviewer.chars().map(|it| if it.is_alphanumeric() || "-_.@".contains(it) { it } else { '-' }).collect();
        let name = name.trim_start_matches('.').to_owned();
        let path = Path::new(FOLDER).join(DECISIONS).join(if name.is_empty() { "reviewer".to_owned() } else { name } + ".jsonl");
        Self { path, reviewer, file: None }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the reviewer has decided up to now.
    pub fn read(&self) -> anyhow::Result<Vec<Decision>> {
        if self.path.exists() { read(&self.path) } else { Ok(Vec::new()) }
    }

    /// Adds decisions, signed and dated, and waits until they are on the disk: all of them or, where there is no room, none.
    pub fn add(&mut self, decisions: &mut [Decision]) -> anyhow::Result<()> {
        let time = now();
        let mut lines = String::new();
        for it in decisions {
            it.time.clone_from(&time);
            it.reviewer.clone_from(&self.reviewer);
            lines += &serde_json::to_string(it)?;
            lines.push('\n');
        }
        let failed = |it: io::Error| anyhow::anyhow!("cannot write to {}: {}", self.path.display(), reason(&it));
        if self.file.is_none() {
            self.file = Some(open(&self.path).map_err(failed)?);
        }
        let file = self.file.as_mut().expect("it was opened above");
        ledgers::append(file, lines.as_bytes()).map_err(failed)
    }
}

/// Opens a file to add to; a last line that was cut short goes, since no other could stand behind it.
fn open(path: &Path) -> io::Result<File> {
    fs::create_dir_all(path.parent().expect("it lies in a folder"))?;
    let mut file = File::options().read(true).append(true).create(true).open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|&it| it == b'\n').map_or(0, |it| it + 1);
    if whole < bytes.len() {
        if serde_json::from_slice::<Decision>(&bytes[whole..]).is_ok() {
            file.write_all(b"\n")?;
        } else {
            file.set_len(whole as u64)?;
        }
    }
    file.seek(io::SeekFrom::End(0))?;
    Ok(file)
}

/// The time, as decisions tell it.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

/// The day, as decisions tell it.
pub fn today() -> String {
    now()[.."2026-11-22".len()].to_owned()
}

/// A day as `--until` takes it.
pub fn day(text: &str) -> Result<String, String> {
    match humantime::parse_rfc3339(&format!("{text}T00:00:00Z")) {
        Ok(_) if *text < *today() => Err("that day is past".to_owned()),
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a day such as 2026-12-31".to_owned()),
    }
}

fn git_name() -> Option<String> {
    let asked = Command::new("git").args(["config", "user.name"]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8(asked.stdout).ok()?.trim().to_owned()).filter(|it| !it.is_empty())
}

fn user_name() -> Option<String> {
    ["USER", "USERNAME"].iter().find_map(|it| std::env::var(it).ok()).filter(|it| !it.is_empty())
}

/// Reads files of decisions by name.
pub fn read_all(files: &[PathBuf]) -> anyhow::Result<Vec<Decision>> {
    let mut lines = Vec::new();
    for file in files {
        if file.is_dir() {
            bail!("{}: a folder; name a file of decisions", file.display());
        }
        lines.extend(read(file)?);
    }
    Ok(lines)
}
