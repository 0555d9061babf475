//! `unspin.toml`: found upward, read, and settled for a document.

pub mod init;
pub mod layer;
pub mod read;
pub mod settle;
pub mod show;

use std::{
    borrow::Cow,
    fs,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context as _, bail};
use layer::Layer;
use read::{Override, Written, read};
use unspin::{
    report::Origin,
    rules::{
        file::{Mistake, nearest},
        rule::Rulebook,
    },
};

use crate::{args::Shared, inputs::reason, mistakes, output::counted};

/// What a configuration file is called.
pub const NAME: &str = "unspin.toml";

/// The configuration in force; empty where there is no file.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file.
    pub path: Option<PathBuf>,
    /// What stands in it.
    pub written: Written,
    text: String,
    /// The folder that its paths are relative to, from the root.
    folder: PathBuf,
}

/// What a field of the record holds that a document comes from.
pub type Field<'f> = dyn Fn(&str) -> Option<String> + 'f;

impl Config {
    /// The file that `--config` names, or the nearest one upward from the current folder.
    pub fn of(shared: &Shared) -> anyhow::Result<Self> {
        if shared.no_config {
            return Ok(Self::default());
        }
        let Some(path) = shared.config.clone().or_else(upward) else { return Ok(Self::default()) };
        let text = fs::read_to_string(&path).map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))?;
        let (written, wrong) = read(&text);
        let folder = absolute(&path).parent().map(Path::to_owned).unwrap_or_default();
        let config = Self { path: Some(path), written, text, folder };
        config.refuse(&wrong, shared)?;
        Ok(config)
    }

    fn refuse(&self, wrong: &[Mistake], shared: &Shared) -> anyhow::Result<()> {
        let Some(path) = self.path.as_ref().filter(|_| !wrong.is_empty()) else { return Ok(()) };
        mistakes::tell(path, &self.text, wrong, shared.color);
        bail!("{} in {}", counted(wrong.len(), "mistake"), path.display());
    }

    /// Checks what can be checked only when the rules are known.
    pub fn check(&self, book: &Rulebook, shared: &Shared) -> anyhow::Result<()> {
        let known = |prefix: &str| book.rules.iter().any(|it| it.id.is_below(prefix));
        let unknown = self.written.prefixes.iter().filter(|it| !known(&it.value));
        let wrong = unknown.map(|it| {
            let mistake = Mistake::new(it.place.clone(), format!("no rule is called `{}`", it.value));
            let families = book.families.iter().map(|it| it.id.as_ref());
            let names = book.packs.iter().map(|it| it.name.as_ref()).chain(families).chain(book.rules.iter().map(|it| it.id.as_str()));
            match nearest(&it.value, names) {
                Some(meant) => mistake.help(format!("write `{meant}`")),
                None => mistake.help("`unspin rules list` names them all"),
            }
        });
        self.refuse(&wrong.collect::<Vec<_>>(), shared)
    }

    /// A path that stands in the file, as seen from the current folder.
    pub fn resolve(&self, path: &str) -> PathBuf {
        let folder = self.path.as_ref().and_then(|it| it.parent());
        folder.map_or_else(|| PathBuf::from(path), |it| it.join(path))
    }

    /// The folders of rules that it names.
    pub fn rules(&self) -> Vec<PathBuf> {
        self.written.rules.iter().map(|it| self.resolve(&it.value)).collect()
    }

    /// Which of its overrides hold for a document.
    pub fn overrides(&self, origin: &Origin, field: &Field<'_>) -> Vec<usize> {
        self.named(origin).into_iter().filter(|it| self.written.overrides[*it].describes(field)).collect()
    }

    /// Which of them hold for a document, or for some of the records in it.
    pub fn named(&self, origin: &Origin) -> Vec<usize> {
        if self.written.overrides.is_empty() {
            return Vec::new();
        }
        let path = absolute(Path::new(&origin.file));
        let path = path.strip_prefix(&self.folder).ok().filter(|_| origin.file != "-");
        let holds = |it: &Override| it.paths.is_empty() || path.is_some_and(|path| it.names(path));
        (0..self.written.overrides.len()).filter(|it| holds(&self.written.overrides[*it])).collect()
    }

    /// What the file says of a document for which some overrides hold.
    pub fn layer(&self, overrides: &[usize]) -> Layer {
        let over = overrides.iter().map(|it| &self.written.overrides[*it].layer);
        over.fold(self.written.layer.clone(), Layer::under)
    }
}

impl Override {
    /// Whether a pattern names the path, or a folder that it lies in.
    fn names(&self, path: &Path) -> bool {
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        let matches = |pattern: &str| {
            let pattern = glob::Pattern::new(pattern.trim_start_matches("./").trim_end_matches('/'));
            pattern.is_ok_and(|it| path.ancestors().any(|path| it.matches_path_with(path, options)))
        };
        self.paths.iter().any(|it| matches(it))
    }

    fn describes(&self, field: &Field<'_>) -> bool {
        self.fields.iter().all(|(name, values)| field(name).is_some_and(|it| values.contains(&it)))
    }
}

fn upward() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let found = here.ancestors().map(|it| it.join(NAME)).find(|it| it.is_file())?;
    // Paths in messages are short where they can be.
    Some(found.strip_prefix(&here).map_or_else(|_| found.clone(), Path::to_owned))
}

/// A path from the root, without `.` and `..`; links are not followed.
pub fn absolute(path: &Path) -> PathBuf {
    let from_root = std::path::absolute(path).map_or(Cow::Borrowed(path), Cow::Owned);
    let mut plain = PathBuf::new();
    for part in from_root.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// The text of a file that is no configuration yet: whether it can be written.
pub fn vacant(path: &Path) -> anyhow::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(_) => bail!("{}: there is one already; `unspin config --show` prints what holds", path.display()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}
