//! What a review asks about: all that is proposed, or only what `unspin sample` drew.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use unspin::{
    audit::{Sample, question},
    decision::{Decision, Decisions},
    report::Origin,
};

use crate::{audit::read_sample, decisions::today};

/// What a review asks about.
#[derive(Debug, Default)]
pub struct Asked {
    /// Where the documents are.
    pub paths: Vec<PathBuf>,
    sample: Option<Drawn>,
}

/// What was drawn.
#[derive(Debug)]
struct Drawn {
    places: HashSet<String>,
    // Documents in which nothing is proposed, by the keys of the questions about them.
    documents: HashMap<String, Decision>,
}

impl Asked {
    /// What paths stand for: a sample alone, or documents.
    pub fn of(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let [only] = paths else { return Ok(Self { paths: paths.to_vec(), sample: None }) };
        if !is_sample(only) {
            return Ok(Self { paths: paths.to_vec(), sample: None });
        }
        let sample = read_sample(only)?;
        let paths = sample.files().into_iter().map(PathBuf::from).collect();
        let places = sample.places.into_iter().map(|it| it.open.key).collect();
        let documents = sample.documents.into_iter().map(|it| (it.key.clone(), it)).collect();
        Ok(Self { paths, sample: Some(Drawn { places, documents }) })
    }

    /// Whether a proposal is asked about.
    pub fn is_asked(&self, key: &str) -> bool {
        self.sample.as_ref().is_none_or(|it| it.places.contains(key))
    }

    /// A proposal as it is to be decided, where it is asked about.
    pub fn open(&self, open: Decision) -> Option<Decision> {
        self.is_asked(&open.key).then(|| Decision { drawn: self.is_sample(), ..open })
    }

    /// What was decided before, as far as it answers: what chance asks is asked anew of who chose to decide it.
    pub fn answers(&self, decided: impl IntoIterator<Item = Decision>) -> Decisions {
        Decisions::new(decided.into_iter().filter(|it| it.drawn || !self.is_sample()), &today())
    }

    /// The question about a whole document, where there is one.
    pub fn question(&self, origin: &Origin, text: &str) -> Option<&Decision> {
        self.sample.as_ref().filter(|it| !it.documents.is_empty())?.documents.get(&question(origin, text).key)
    }

    /// Whether only a part of what is proposed is asked about.
    pub const fn is_sample(&self) -> bool {
        self.sample.is_some()
    }

    /// How many of the places that were drawn are not among so many: nothing is proposed there any more.
    pub fn gone(&self, found: usize) -> usize {
        self.sample.as_ref().map_or(0, |it| it.places.len().saturating_sub(found))
    }
}

/// Whether a file begins as samples do.
fn is_sample(path: &Path) -> bool {
    let mut start = String::new();
    let opened = fs::metadata(path).is_ok_and(|it| it.is_file()).then(|| File::open(path).ok()).flatten();
    opened.is_some_and(|file| file.take(64).read_to_string(&mut start).is_ok() && Sample::is_one(&start))
}
