//! Rule files to rules: everything checked, every mistake named with its place.

mod names;
mod signs;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use unicode_normalization::UnicodeNormalization;

use super::{
    evidence,
    file::{At, Mistake, PackFile, RuleEntry, RuleFile, SwapEntry, nearest, read_pack, read_rules},
    forms::{forms, known, weigh_forms},
    pattern::{self, Classes as _},
    rule::{Authority, Choice, Family, Form, Joint, MARKDOWN, Matcher, Pack, Reader, Rule, Rulebook, Sign, Stray, Told},
    template,
    text::Text,
};
use crate::{
    edit::Applicability,
    finding::{Confidence, RuleId, Severity},
    language::{article, case::carry_case, frequency::Frequencies, inflect::Class},
    nats,
    repair::step::Step,
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

/// Families of a user that belong to a shipped pack get a copy of that pack's entry.
fn rebase_packs(book: &mut Rulebook, known: &Rulebook) {
    let lent = count(&known.packs);
    let mut copies: BTreeMap<u32, u32> = BTreeMap::new();
    for family in &mut book.families {
        family.pack = if family.pack >= lent {
            family.pack - lent
        } else {
            *copies.entry(family.pack).or_insert_with(|| {
                let copy = Pack { classes: Vec::new(), renamed: Vec::new(), ..known.packs[family.pack as usize].clone() };
                book.packs.push(copy);
                count(&book.packs) - 1
            })
        };
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).expect("fewer than 2³² entries")
}

fn owned(text: &str) -> Text {
    Text::from(text.to_owned())
}

fn empty_pack(name: &str) -> Pack {
    let (summary, renamed, classes) = (Text::from(""), Vec::new(), Vec::new());
    Pack {
        name: owned(name),
        summary,
        language: None,
        sign: None,
        listed: 1000,
        on_request: false,
        seen_in: [1, 1],
        apart: Vec::new(),
        renamed,
        classes,
    }
}

fn check_pack(source: &Source, file: PackFile, mistakes: &mut Vec<Mistake>) -> Pack {
    let texts = |list: Vec<At<String>>| list.into_iter().map(|it| Text::from(it.value)).collect();
    if !is_kebab(&source.pack) {
        mistakes
            .push(Mistake::new(0..0, format!("`{}` is no name for a pack", source.pack)).help("lower case letters, digits and hyphens"));
    }
    if file.summary.is_none() {
        mistakes.push(Mistake::new(0..0, "a pack needs a `summary`"));
    }
    let listed = file.listed.as_ref().map(|it| (Confidence::from_fraction(it.value), &it.place));
    if let Some((None, place)) = listed {
        mistakes.push(Mistake::new(place.clone(), "expected a number from 0 to 1"));
    }
    Pack {
        name: owned(&source.pack),
        summary: Text::from(file.summary.map(|it| it.value).unwrap_or_default()),
        language: file.language.map(|it| Text::from(it.value)),
        sign: one_of(file.sign.as_ref(), &Sign::NAMES, "verdict", mistakes),
        listed: listed.and_then(|it| it.0).map_or(1000, |it| u16::try_from(it.millionths() / 1000).expect("at most 1000")),
        on_request: file.on_request,
        seen_in: whole_numbers(&file.seen_in).unwrap_or([1, 1]),
        apart: texts(file.apart),
        renamed: file.renamed.into_iter().map(|(old, new)| (Text::from(old.value), Text::from(new.value))).collect(),
        classes: file.classes.into_iter().map(|(name, words)| (Text::from(name.value), texts(words))).collect(),
    }
}

fn check_family(source: &Source, file: &RuleFile, pack: u32, mistakes: &mut Vec<Mistake>) -> Family {
    if !is_kebab(&source.family) {
        mistakes.push(
            Mistake::new(0..0, format!("`{}` is no name for a family", source.family)).help("lower case letters, digits and hyphens"),
        );
    }
    for (key, value) in [("summary", &file.summary), ("why", &file.why)] {
        if value.as_ref().is_none_or(|it| it.value.trim().is_empty()) {
            mistakes.push(Mistake::new(0..0, format!("a family needs a `{key}`")).help("put it at the top of the file"));
        }
    }
    if !file.swaps.is_empty() && file.ok.is_empty() {
        let help = "add `ok = [\"…\"]`: sentences with these words that must be left alone";
        mistakes.push(Mistake::new(0..0, "a family with `swaps` needs near misses").help(help));
    }
    let value = |it: &Option<At<String>>| it.as_ref().map(|it| it.value.clone()).unwrap_or_default();
    Family {
        pack,
        id: Text::from(format!("{}/{}", source.pack, source.family)),
        summary: Text::from(value(&file.summary)),
        why: Text::from(value(&file.why)),
        ok: texts(&file.ok),
        source: texts(&file.source),
        beside: texts(&file.beside),
    }
}

/// Two whole numbers.
fn whole_numbers(list: &[At<f64>]) -> Option<[u32; 2]> {
    let [first, second] = list else { return None };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts; what is too large or negative becomes the nearest"
    )]
    Some([first.value as u32, second.value as u32])
}

fn is_kebab(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
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

const APPLICABILITIES: [(&str, Applicability); 3] =
    [("display", Applicability::Display), ("unsafe", Applicability::Unsafe), ("safe", Applicability::Safe)];
const SEVERITIES: [(&str, Severity); 3] = [("info", Severity::Info), ("warning", Severity::Warning), ("error", Severity::Error)];

/// The kinds of matcher that a `[[rule]]` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Phrase,
    Sequence,
    Line,
    Insert,
    Attribution,
    Regex,
    Repeat,
    UnclosedQuote,
    StrayLine,
    Repair,
    Glue,
    Variant,
    Script,
    Elsewhere,
}

impl Kind {
    /// Whether a rule of the kind does something usual where no `match` says what.
    const fn has_default(self) -> bool {
        matches!(self, Self::StrayLine)
    }
}

const KINDS: [(&str, Kind); 14] = [
    ("phrase", Kind::Phrase),
    ("sequence", Kind::Sequence),
    ("line", Kind::Line),
    ("insert", Kind::Insert),
    ("attribution", Kind::Attribution),
    ("regex", Kind::Regex),
    ("repeat", Kind::Repeat),
    ("unclosed-quote", Kind::UnclosedQuote),
    ("stray-line", Kind::StrayLine),
    ("repair", Kind::Repair),
    ("glue", Kind::Glue),
    ("variant", Kind::Variant),
    ("script", Kind::Script),
    ("elsewhere", Kind::Elsewhere),
];

/// Evidence of a rule that says nothing of it: such a match says little. Weights hold at a rate of swaps of 0.4.
const DEFAULT_WEIGHT: f64 = 1.0;

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

    fn needs(&mut self, own: Option<&At<String>>) -> Option<Sign> {
        if own.is_some_and(|it| it.value == "nothing") {
            return None;
        }
        one_of(own.or(self.file.needs.as_ref()), &Sign::NAMES, "verdict", self.mistakes)
    }

    fn rule(&mut self, entry: &RuleEntry) {
        let header = entry.place.start..(entry.place.start + "[[rule]]".len()).min(entry.place.end);
        let kind = one_of(entry.kind.as_ref(), &KINDS, "kind", self.mistakes);
        let Some(name) = &entry.name else { return self.wrong(&header, "a rule needs a `name`") };
        if entry.kind.is_none() {
            let names: Vec<&str> = KINDS.iter().map(|it| it.0).collect();
            self.mistakes.push(Mistake::new(name.place.clone(), "a rule needs a `kind`").help(format!("one of {}", names.join(", "))));
        }
        let id = self.id(&name.value, &name.place);
        let applicability = one_of(entry.applicability.as_ref(), &APPLICABILITIES, "applicability", self.mistakes);
        let applicability = applicability.unwrap_or(if entry.fix.is_empty() { Applicability::Display } else { Applicability::Unsafe });
        let confidence = self.fraction(entry.confidence.as_ref());
        // What the others put in, they find in the text.
        let templated = kind.is_none_or(|it| !matches!(it, Kind::Repair | Kind::Glue | Kind::Variant | Kind::Script));
        if templated {
            self.check_fix(entry, name, applicability);
        }
        self.check_trust(entry, applicability, confidence);
        if entry.bad.is_empty() || entry.ok.is_empty() {
            let help = "`bad` holds [before, after] pairs, `ok` near misses that must be left alone";
            self.mistakes.push(Mistake::new(name.place.clone(), "a rule needs examples, `bad` and `ok`").help(help));
        }
        let class = one_of(entry.class.as_ref(), &Class::NAMES, "class", self.mistakes).unwrap_or_default();
        let matcher = kind.map(|kind| self.matcher(kind, entry, name, class));
        let version = self.version(entry.version.as_ref());
        let except = self.zones(entry.except.as_ref());
        let needs = self.needs(entry.needs.as_ref());
        let (unless, only) = (self.patterns(&entry.unless), self.patterns(&entry.only));
        let choice = entry.choice.as_ref().zip(entry.way.as_ref());
        let choice = choice.map(|(of, way)| Choice { of: owned(&of.value), way: owned(&way.value) });
        let severity = one_of(entry.severity.as_ref(), &SEVERITIES, "severity", self.mistakes);
        let Some(matcher) = matcher else { return };
        let weight = entry.weight.as_ref().map_or(DEFAULT_WEIGHT, |it| it.value.clamp(0.0, 8.0));
        #[expect(clippy::cast_possible_truncation, reason = "at most 8,000 milli-nats")]
        let times = nats::exp_thousandths((weight * 1000.0).round() as i32);
        let gain = times.saturating_sub(1000) / 2 * 5;
        let habit = evidence::habit_of_pattern(gain);
        let default = if applicability == Applicability::Display { Severity::Info } else { Severity::Warning };
        let rule = Rule {
            id,
            version,
            family: count(&self.book.families) - 1,
            matcher,
            except,
            needs,
            gain,
            habit,
            #[expect(clippy::cast_possible_truncation, reason = "at most 8,000 milli-nats")]
            weight: (weight * 1000.0).round() as i32,
            later: entry.later,
            margin: self.margin(entry.margin.as_ref()),
            silent: choice.is_some(),
            choice,
            unless,
            doubt: Vec::new(),
            only,
            fix: texts(&entry.fix),
            applicability,
            confidence: confidence.unwrap_or(match applicability {
                Applicability::Safe => Confidence::SAFE,
                _ => Confidence::new(8_000),
            }),
            severity: severity.unwrap_or(default),
            message: entry.message.as_ref().map(|it| owned(&it.value)),
            metadata: entry.metadata.as_ref().map(|it| owned(&it.value)),
            bad: entry.bad.iter().map(|(before, after)| (owned(&before.value), owned(&after.value))).collect(),
            ok: texts(&entry.ok),
            known_failure: entry.known_failure,
        };
        self.book.rules.push(rule);
    }

    fn check_fix(&mut self, entry: &RuleEntry, name: &At<String>, applicability: Applicability) {
        if applicability != Applicability::Display && entry.fix.is_empty() {
            let help = "`fix = \"\"` deletes what was matched; `applicability = \"display\"` only shows it";
            self.mistakes.push(Mistake::new(name.place.clone(), "a rule needs a `fix`").help(help));
        }
    }

    fn check_trust(&mut self, entry: &RuleEntry, applicability: Applicability, confidence: Option<Confidence>) {
        if applicability == Applicability::Safe && confidence.is_some_and(|it| it < Confidence::SAFE) {
            let place = entry.confidence.as_ref().map_or(0..0, |it| it.place.clone());
            self.wrong(&place, "a fix is safe from a confidence of 0.98 upwards");
        }
    }

    fn matcher(&mut self, kind: Kind, entry: &RuleEntry, name: &At<String>, class: Class) -> Matcher {
        let matchless = matches!(kind, Kind::Repeat | Kind::UnclosedQuote | Kind::Repair);
        let may_lack = matchless || kind.has_default();
        if !may_lack && entry.matches.is_empty() {
            self.wrong(&name.place, "a rule of this kind needs a `match`");
        }
        let meaningless =
            |it: &At<String>, key: &str| Mistake::new(it.place.clone(), format!("`{key}` means nothing to a rule of this kind"));
        let only_for =
            |given: Option<&At<String>>, key: &str, kinds: &[Kind]| given.filter(|_| !kinds.contains(&kind)).map(|it| meaningless(it, key));
        let misplaced = [
            only_for(entry.anchor.first(), "anchor", &[Kind::Regex]),
            only_for(entry.at.as_ref(), "at", &[Kind::Regex]),
            only_for(entry.metadata.as_ref(), "metadata", &[Kind::Regex]),
            only_for(entry.class.as_ref(), "class", &[Kind::Phrase]),
            only_for(entry.words.first(), "words", &[Kind::Repeat, Kind::Glue, Kind::Variant]),
            only_for(entry.allow.first(), "allow", &[Kind::Repeat, Kind::Glue]),
            only_for(entry.step.as_ref(), "step", &[Kind::Repair]),
            entry
                .least
                .as_ref()
                .filter(|_| kind != Kind::Elsewhere)
                .map(|it| Mistake::new(it.place.clone(), "`least` means nothing to a rule of this kind")),
            entry.matches.first().filter(|_| matchless).map(|it| meaningless(it, "match")),
        ];
        self.mistakes.extend(misplaced.into_iter().flatten());
        match kind {
            Kind::Phrase => Matcher::Phrase(
                entry.matches.iter().flat_map(|it| forms(&it.value, &entry.fix, class, &vec![1000; entry.fix.len()])).collect(),
            ),
            Kind::Sequence => {
                let patterns = self.patterns(&entry.matches);
                self.check_captures(entry);
                Matcher::Sequence(patterns)
            }
            Kind::Line => Matcher::Line(self.patterns(&entry.matches)),
            Kind::Insert => Matcher::Insert(self.patterns(&entry.matches)),
            Kind::Attribution => Matcher::Attribution(self.patterns(&entry.matches)),
            Kind::Regex => self.regex(entry, name),
            Kind::Repeat => Matcher::Repeat { words: lower(&entry.words), allow: lower(&entry.allow) },
            Kind::UnclosedQuote => Matcher::UnclosedQuote,
            Kind::StrayLine => Matcher::StrayLine(self.one("place", entry, &Stray::NAMES).unwrap_or(Stray::Line)),
            Kind::Repair => self.repair(entry, name),
            Kind::Glue => {
                let joint = self.one("joint", entry, &Joint::NAMES).unwrap_or(Joint::Stop);
                Matcher::Glue { joint, words: sorted(lower(&entry.words)), allow: sorted(lower(&entry.allow)) }
            }
            Kind::Variant => {
                let against = self.one("authority", entry, &Authority::NAMES).unwrap_or(Authority::Document);
                Matcher::Variant { against, titles: sorted(lower(&entry.words)) }
            }
            Kind::Elsewhere => {
                let told = self.one("witness", entry, &Told::NAMES).unwrap_or(Told::Headline);
                Matcher::Elsewhere { told, least: self.least(entry.least.as_ref()) }
            }
            Kind::Script => Matcher::Script(self.one("reading", entry, &Reader::NAMES).unwrap_or(Reader::Letters)),
        }
    }

    /// In how many other documents something stands at least; in one where nothing is said.
    fn least(&mut self, written: Option<&At<i64>>) -> u16 {
        let Some(written) = written else { return 1 };
        let least = u16::try_from(written.value).ok().filter(|it| *it > 0);
        if least.is_none() {
            self.wrong(&written.place, "expected a number of documents, from 1 to 65535");
        }
        least.unwrap_or(1)
    }

    fn repair(&mut self, entry: &RuleEntry, name: &At<String>) -> Matcher {
        if entry.step.is_none() {
            self.wrong(&name.place, "a repair needs a `step`: what it undoes");
        }
        let unused = [entry.fix.first(), entry.unless.first(), entry.only.first(), entry.needs.as_ref()];
        for it in unused.into_iter().flatten() {
            self.wrong(&it.place, "a repair knows its fix, and asks for nothing but its zones");
        }
        Matcher::Repair(one_of(entry.step.as_ref(), &Step::NAMES, "step", self.mistakes).unwrap_or(Step::Entity))
    }

    /// The only word that `match` holds, where it is one of an enumeration.
    fn one<T: Copy>(&mut self, what: &str, entry: &RuleEntry, names: &[(&str, T)]) -> Option<T> {
        if let Some(second) = entry.matches.get(1) {
            self.wrong(&second.place, format!("a rule has one {what}"));
        }
        one_of(entry.matches.first(), names, what, self.mistakes)
    }

    /// Names in a fix must be captured by every pattern.
    fn check_captures(&mut self, entry: &RuleEntry) {
        for fix in entry.fix.iter().filter(|it| !template::WHOLE.contains(&it.value.as_str())) {
            for (at, change) in template::unknown(&fix.value) {
                let place = within(fix, &(at..at + 1), self.source);
                self.mistakes.push(
                    Mistake::new(place, format!("no change is called `{change}`")).help("one of a, the, ing, lower, singular, title"),
                );
            }
            for (at, name) in captures(&fix.value) {
                let missing = entry
                    .matches
                    .iter()
                    .any(|it| pattern::parse(&it.value, self.book).is_ok_and(|it| it.captures.iter().all(|it| it.0 != name)));
                if missing {
                    let place = within(fix, &(at..at + name.len() + 1), self.source);
                    self.mistakes.push(Mistake::new(place, format!("no capture `{name}=` in the pattern")));
                }
            }
        }
    }

    fn regex(&mut self, entry: &RuleEntry, name: &At<String>) -> Matcher {
        let at_start = one_of(entry.at.as_ref(), &[("start", true)], "place", self.mistakes).unwrap_or_default();
        if entry.anchor.iter().all(|it| it.value.is_empty()) && !at_start {
            let help = "`anchor = [\"…\"]`: literal strings of which the text must hold one; the expression is not tried elsewhere";
            self.mistakes.push(Mistake::new(name.place.clone(), "a regular expression needs an `anchor`").help(help));
        }
        if let Some(second) = entry.matches.get(1) {
            self.wrong(&second.place, "a rule has one regular expression");
        }
        let pattern = entry.matches.first();
        if let Some((Err(error), it)) = pattern.map(|it| (regex::Regex::new(&it.value), it)) {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
            self.wrong(&it.place, format!("not a regular expression: {reason}"));
        }
        if let Some(field) = entry.metadata.as_ref().filter(|_| pattern.is_some_and(|it| !it.value.contains("(?<value>"))) {
            self.mistakes.push(Mistake::new(field.place.clone(), "no group `(?<value>…)` in the expression to fill this field"));
        }
        Matcher::Regex { pattern: pattern.map(|it| owned(&it.value)).unwrap_or_default(), anchors: texts(&entry.anchor), at_start }
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

    fn swap(&mut self, entry: &SwapEntry) {
        let Some(spun) = entry.spun.as_ref().filter(|it| !it.value.trim().is_empty()) else {
            return self.wrong(&entry.place, "a row needs `spun`: what the spinner wrote");
        };
        if entry.from.is_empty() {
            return self.wrong(&spun.place, "a row needs `from`: what stood there before");
        }
        let name = entry.name.as_ref().map_or_else(|| slug(&spun.value), |it| it.value.clone());
        let place = entry.name.as_ref().map_or(&spun.place, |it| &it.place);
        let id = self.id(&name, place);
        let class = one_of(entry.class.as_ref(), &Class::NAMES, "class", self.mistakes).unwrap_or_default();
        let mut forms = forms(&spun.value, &entry.from, class, &self.known(entry));
        if let Some(share) = self.fraction(entry.share.as_ref()) {
            // Kept in the first form until frequencies are weighed in.
            for form in &mut forms {
                form.gain = share.millionths() / 1000;
            }
        }
        let bad = match &entry.bad {
            None => {
                let help = format!("`bad = \"… [{}] …\"`: a sentence with the spun words in brackets", spun.value);
                self.mistakes.push(Mistake::new(spun.place.clone(), "a row needs an example").help(help));
                None
            }
            Some(bad) => self.row_example(bad, &forms),
        };
        let rule = Rule {
            id,
            version: self.version(entry.version.as_ref()),
            family: count(&self.book.families) - 1,
            matcher: Matcher::Swap(forms),
            except: self.zones(None),
            needs: self.needs(None),
            gain: 0,
            habit: 0,
            weight: 0,
            later: false,
            margin: None,
            silent: false,
            choice: None,
            unless: self.patterns(&entry.unless),
            doubt: self.patterns(&entry.doubt),
            only: self.patterns(&entry.only),
            fix: Vec::new(),
            applicability: if self.pack().listed < 1000 { Applicability::Unsafe } else { Applicability::Safe },
            confidence: Confidence::FULL,
            severity: Severity::Warning,
            message: None,
            metadata: None,
            bad: bad.into_iter().collect(),
            ok: texts(&entry.ok),
            known_failure: entry.known_failure,
        };
        self.book.rules.push(rule);
    }

    /// The chance that a spinner knows the swap, for each original of a row, in thousandths.
    fn known(&mut self, entry: &SwapEntry) -> Vec<u16> {
        if let Some(further) = entry.seen.get(entry.from.len()) {
            self.wrong(&further.place, "more numbers than originals");
        }
        let mut pages = |index: usize| {
            let seen = entry.seen.get(index)?;
            let pages = u32::try_from(seen.value).ok().filter(|it| *it < 1_000_000);
            if pages.is_none() {
                self.wrong(&seen.place, "expected a number of pages");
            }
            pages
        };
        let pages: Vec<u32> = (0..entry.from.len()).map(|it| pages(it).unwrap_or(0)).collect();
        let listed = self.pack().listed;
        pages.into_iter().map(|it| known(listed, it)).collect()
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

    /// The texts before and after of `… [spun] …`.
    fn row_example(&mut self, bad: &At<String>, forms: &[Form]) -> Option<(Text, Text)> {
        let Some((head, spun, tail)) = bracketed(&bad.value) else {
            let help = "a row's example has one pair of square brackets, around the spun words";
            self.mistakes.push(Mistake::new(bad.place.clone(), "nothing in brackets").help(help));
            return None;
        };
        let folded = spun.to_lowercase().replace('’', "'");
        let Some(form) = forms.iter().find(|it| it.text.to_lowercase() == folded) else {
            let known: Vec<&str> = forms.iter().map(|it| it.text.as_ref()).collect();
            let mistake = Mistake::new(bad.place.clone(), format!("`{spun}` is no form of this row"));
            self.mistakes.push(mistake.help(format!("its forms are {}", known.join(", "))));
            return None;
        };
        let original = carry_case(spun, &form.originals[0].text);
        let head_after = adapt_article(head, &original);
        Some((Text::from(format!("{head}{spun}{tail}")), Text::from(format!("{head_after}{original}{tail}"))))
    }
}

/// `head` with an article at its end adapted to the word that follows.
fn adapt_article(head: &str, next: &str) -> String {
    let trimmed = head.trim_end();
    let start = trimmed.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    article::adapted(&trimmed[start..], next)
        .map_or_else(|| head.to_owned(), |it| format!("{}{it}{}", &head[..start], &head[trimmed.len()..]))
}

/// The text before, in and after the only pair of square brackets.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = text.split_once('[')?;
    let (inside, tail) = rest.split_once(']')?;
    (!tail.contains(['[', ']']) && !inside.is_empty()).then_some((head, inside, tail))
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
