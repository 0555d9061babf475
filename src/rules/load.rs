//! Rule files to rules: everything checked, every mistake named with its place.

mod names;
mod packs;
mod rows;
mod rule;
mod signs;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use unicode_normalization::UnicodeNormalization;

use packs::{check_family, check_pack, empty_pack, is_kebab, rebase_packs, whole_numbers};

use super::{
    file::{At, Mistake, RuleFile, nearest, read_pack, read_rules},
    forms::weigh_forms,
    pattern::{self, Classes as _},
    rule::{MARKDOWN, Matcher, Pack, Rule, Rulebook, Sign},
    text::Text,
};
use crate::{
    edit::Applicability,
    finding::{Confidence, RuleId, Severity},
    language::frequency::Frequencies,
    nats,
    zone::{Zone, Zones},
};

/// A rule file's place and text.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it was read.
    pub path: PathBuf,
    /// Name of its folder.
    pub pack: String,
    /// Name of the file without its ending; `pack` for the pack's own file.
    pub family: String,
    /// What stands in it.
    pub text: String,
}

impl Source {
    /// The line that a byte of it stands in, from 1.
    fn line(&self, at: usize) -> usize {
        1 + self.text[..at.min(self.text.len())].matches('\n').count()
    }
}

/// All that is wrong with some rule files.
#[derive(Debug, Clone)]
pub struct LoadError {
    /// The files with mistakes, each with all of them.
    pub files: Vec<(Source, Vec<Mistake>)>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (source, mistakes) in &self.files {
            for mistake in mistakes {
                let line = source.line(mistake.place.start);
                writeln!(f, "{}:{line}: {}", source.path.display(), mistake.message)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

/// Why a folder of rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// There are no rule files in it.
    #[error("no rule files in {}: they are named PACK/FAMILY.toml", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

/// Reads all rule files below a folder: `PACK/FAMILY.toml`, in the order of their names.
///
/// # Errors
/// Where the folder or a file in it cannot be read, or there is none.
#[expect(clippy::disallowed_methods, reason = "rule files are read here and nowhere else")]
pub fn read_folder(folder: &Path) -> Result<Vec<Source>, ReadError> {
    let unreadable = |path: &Path, source| ReadError::Unreadable { path: path.to_owned(), source };
    let entries = |path: &Path| -> Result<Vec<PathBuf>, ReadError> {
        let listed = std::fs::read_dir(path).and_then(|it| it.map(|entry| entry.map(|it| it.path())).collect::<Result<Vec<_>, _>>());
        let mut paths = listed.map_err(|it| unreadable(path, it))?;
        paths.sort();
        Ok(paths)
    };
    let named = |path: &Path| path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let mut sources = Vec::new();
    for pack in entries(folder)?.into_iter().filter(|it| it.is_dir()) {
        for path in entries(&pack)?.into_iter().filter(|it| it.extension().is_some_and(|it| it == "toml")) {
            let text = std::fs::read_to_string(&path).map_err(|it| unreadable(&path, it))?;
            sources.push(Source { pack: named(&pack), family: named(&path), path, text });
        }
    }
    if sources.is_empty() {
        return Err(ReadError::Empty { path: folder.to_owned() });
    }
    Ok(sources)
}

/// Checks rule files and makes one book of them. `known` lends its word classes, and its ids must not be used again.
///
/// # Errors
/// All mistakes of all files.
pub fn load(sources: Vec<Source>, known: &Rulebook, frequencies: Frequencies<'_>) -> Result<Rulebook, LoadError> {
    let mut mistakes: Vec<Vec<Mistake>> = vec![Vec::new(); sources.len()];
    let mut book = Rulebook { packs: known.packs.clone(), ..Rulebook::default() };
    let mut packs: BTreeMap<&str, u32> = BTreeMap::new();
    let mut apart: Vec<(usize, At<String>)> = Vec::new();
    for (number, (source, mistakes)) in sources.iter().zip(&mut mistakes).enumerate().filter(|(_, (it, _))| it.family == PACK_FILE) {
        let (file, found) = read_pack(&source.text);
        mistakes.extend(found);
        apart.extend(file.apart.iter().map(|it| (number, it.clone())));
        packs.insert(&source.pack, count(&book.packs));
        book.packs.push(check_pack(source, file, mistakes));
    }
    for (number, class) in apart.into_iter().filter(|(_, it)| it.value != MARKDOWN && book.words(&it.value).is_none()) {
        mistakes[number].push(Mistake::new(class.place, format!("no word class is called `{}`", class.value)));
    }
    let mut taken = taken_by(known, &sources);
    for (source, mistakes) in sources.iter().zip(&mut mistakes).filter(|(it, _)| it.family != PACK_FILE) {
        let pack = *packs.entry(&source.pack).or_insert_with(|| {
            let shipped = book.packs.iter().position(|it| *it.name == source.pack);
            shipped.map_or_else(
                || {
                    book.packs.push(empty_pack(&source.pack));
                    count(&book.packs) - 1
                },
                |it| u32::try_from(it).expect("few packs"),
            )
        });
        let (file, found) = read_rules(&source.text);
        mistakes.extend(found);
        let family = check_family(source, &file, pack, mistakes);
        book.families.push(family);
        Loader { book: &mut book, source, file: &file, mistakes, taken: &mut taken }.rules();
    }
    for found in &mut mistakes {
        found.sort_by_key(|it| (it.place.start, it.place.end));
        // What a family says wrong, each of its rules says again.
        let mut told = HashSet::new();
        found.retain(|it| told.insert((it.place.clone(), it.message.clone())));
    }
    if mistakes.iter().any(|it| !it.is_empty()) {
        let files = sources.into_iter().zip(mistakes).filter(|(_, it)| !it.is_empty()).collect();
        return Err(LoadError { files });
    }
    weigh_forms(&mut book, frequencies);
    // The lent packs go; families count from the first of the book's own.
    book.packs.drain(..known.packs.len()).for_each(drop);
    rebase_packs(&mut book, known);
    Ok(book)
}

/// The file that speaks for its folder.
const PACK_FILE: &str = "pack";

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).expect("fewer than 2³² entries")
}

fn owned(text: &str) -> Text {
    Text::from(text.to_owned())
}

/// Looks a word up among the names of an enumeration.
fn one_of<T: Copy>(word: Option<&At<String>>, names: &[(&str, T)], what: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
    let word = word?;
    let found = names.iter().find(|(name, _)| *name == word.value).map(|(_, value)| *value);
    if found.is_none() {
        let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let mistake = Mistake::new(word.place.clone(), format!("unknown {what} `{}`", word.value));
        mistakes.push(match nearest(&word.value, known.iter().copied()) {
            Some(name) => mistake.help(format!("write `{name}`")),
            None => mistake.help(format!("one of {}", known.join(", "))),
        });
    }
    found
}

/// Ids in use, with the source and the place in it of those that are not shipped.
type Taken<'s> = HashMap<String, Option<(&'s Source, usize)>>;

/// The ids of shipped rules that some sources might use again. The rules of families that none of them adds to are not read.
fn taken_by<'s>(known: &Rulebook, sources: &[Source]) -> Taken<'s> {
    let again = |id: &str| sources.iter().any(|it| id.split_once('/') == Some((&it.pack, &it.family)));
    if !known.families.iter().any(|it| again(&it.id)) {
        return Taken::new();
    }
    known.rules.iter().filter(|it| again(&known.family(it).id)).map(|it| (it.id.to_string(), None)).collect()
}

struct Loader<'l, 's> {
    book: &'l mut Rulebook,
    source: &'s Source,
    file: &'l RuleFile,
    mistakes: &'l mut Vec<Mistake>,
    taken: &'l mut Taken<'s>,
}

impl Loader<'_, '_> {
    fn rules(&mut self) {
        let file = self.file;
        for entry in &file.rules {
            self.rule(entry);
        }
        for entry in &file.swaps {
            self.swap(entry);
        }
        for entry in &file.names {
            self.name(entry);
        }
        for entry in &file.signs {
            self.sign(entry);
        }
        for entry in &file.spellings {
            self.spelling(entry);
        }
    }

    fn wrong(&mut self, place: &Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(place.clone(), message));
    }

    fn id(&mut self, name: &str, place: &Range<usize>) -> RuleId {
        if !is_kebab(name) {
            self.mistakes.push(Mistake::new(place.clone(), format!("`{name}` is no name")).help("lower case letters, digits and hyphens"));
        }
        let id = format!("{}/{}/{name}", self.source.pack, self.source.family);
        if let Some(first) = self.taken.get(&id) {
            let named = |(source, at): &(&Source, usize)| format!("line {} of {}", source.line(*at), source.path.display());
            let first = first.as_ref().map_or_else(|| "a shipped rule".to_owned(), named);
            let message = format!("`{id}` is there already: {first}");
            self.mistakes.push(Mistake::new(place.clone(), message).help("give one of them another `name`"));
        }
        self.taken.insert(id.clone(), Some((self.source, place.start)));
        RuleId::new(id)
    }

    fn zones(&mut self, own: Option<&Vec<At<String>>>) -> Zones {
        let names = Zone::ALL.map(|it| (it.as_str(), it));
        let list = own.unwrap_or(&self.file.except);
        list.iter().filter_map(|it| one_of(Some(it), &names, "zone", self.mistakes)).collect()
    }

    fn patterns(&mut self, list: &[At<String>]) -> Vec<Text> {
        for it in list {
            if let Err(error) = pattern::parse(&it.value, self.book) {
                self.wrong(&within(it, &error.place, self.source), error.message);
            }
        }
        texts(list)
    }

    /// The same of patterns that are found by a word of theirs.
    fn anchored(&mut self, list: &[At<String>]) -> Vec<Text> {
        for it in list {
            if pattern::parse(&it.value, self.book).is_ok_and(|it| !it.is_anchored()) {
                self.wrong(&it.place, "a pattern needs at least one literal word, by which it is found");
            }
        }
        self.patterns(list)
    }

    fn needs(&mut self, own: Option<&At<String>>) -> Option<Sign> {
        if own.is_some_and(|it| it.value == "nothing") {
            return None;
        }
        one_of(own.or(self.file.needs.as_ref()), &Sign::NAMES, "verdict", self.mistakes)
    }

    fn version(&mut self, version: Option<&At<i64>>) -> u32 {
        let number = version.map_or(Some(1), |it| u32::try_from(it.value).ok().filter(|it| *it > 0));
        if number.is_none() {
            let place = version.map_or(0..0, |it| it.place.clone());
            self.wrong(&place, "versions count from 1");
        }
        number.unwrap_or(1)
    }

    fn fraction(&mut self, number: Option<&At<f64>>) -> Option<Confidence> {
        let number = number?;
        let fraction = Confidence::from_fraction(number.value);
        if fraction.is_none_or(|it| it == Confidence::default()) {
            self.wrong(&number.place, "expected a number above 0, and 1 at the most");
        }
        fraction
    }

    fn margin(&mut self, number: Option<&At<f64>>) -> Option<nats::MilliNats> {
        let number = number?;
        if !(-20.0..=20.0).contains(&number.value) {
            self.wrong(&number.place, "expected a number of nats, from -20 to 20");
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 20,000 milli-nats")]
        let milli = (number.value * 1000.0).round() as nats::MilliNats;
        Some(milli)
    }

    /// A rule of the family that finds nothing and does nothing.
    fn blank(&self) -> Rule {
        Rule {
            id: RuleId::new(""),
            version: 1,
            family: count(&self.book.families) - 1,
            matcher: Matcher::UnclosedQuote,
            except: Zones::default(),
            needs: None,
            gain: 0,
            habit: 0,
            weight: 0,
            later: false,
            margin: None,
            silent: false,
            choice: None,
            unless: Vec::new(),
            doubt: Vec::new(),
            only: Vec::new(),
            fix: Vec::new(),
            applicability: Applicability::Display,
            confidence: Confidence::new(8_000),
            severity: Severity::Info,
            message: None,
            metadata: None,
            bad: Vec::new(),
            ok: Vec::new(),
            known_failure: false,
        }
    }

    /// The pack of the family that is read.
    fn pack(&self) -> &Pack {
        let family = self.book.families.last().expect("a row stands in a family");
        &self.book.packs[family.pack as usize]
    }
}

fn texts(list: &[At<String>]) -> Vec<Text> {
    list.iter().map(|it| owned(&it.value)).collect()
}

fn lower(list: &[At<String>]) -> Vec<Text> {
    list.iter().map(|it| Text::from(it.value.to_lowercase())).collect()
}

fn sorted(mut list: Vec<Text>) -> Vec<Text> {
    list.sort_unstable();
    list
}

/// The place in the file of some bytes of a string's value; the whole string where escapes make that unknowable.
fn within(text: &At<String>, part: &Range<usize>, source: &Source) -> Range<usize> {
    let start = text.place.start + 1;
    let plain = source.text.get(start..start + text.value.len()) == Some(&text.value);
    if plain { start + part.start..start + part.end } else { text.place.clone() }
}

/// The `$names` of a fix, each with its offset.
pub(crate) fn captures(fix: &str) -> impl Iterator<Item = (usize, &str)> {
    fix.match_indices('$').map(|(at, _)| {
        let rest = &fix[at + 1..];
        (at, &rest[..rest.find(|it: char| !it.is_ascii_lowercase()).unwrap_or(rest.len())])
    })
}

/// A name made of the letters and digits of a phrase: what a row is called that has no name.
#[must_use]
pub fn slug(phrase: &str) -> String {
    let folded: String = phrase.nfd().filter(|it| !('\u{300}'..='\u{36F}').contains(it)).flat_map(char::to_lowercase).collect();
    let parts = folded.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    parts.collect::<Vec<_>>().join("-")
}
