//! A rule file as its author wrote it, every value with its place in the file.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value and the bytes of the file that spell it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place in the file.
    pub place: Range<usize>,
}

/// What is wrong with a rule file, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// One sentence without a full stop.
    pub message: String,
    /// The bytes to underline.
    pub place: Range<usize>,
    /// What to write instead, where that is known.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake without advice.
    pub fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), place, help: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A family of signs: `rules/<pack>/<family>.toml`.
#[derive(Debug, Default)]
pub struct RuleFile {
    /// What the family is, in one line.
    pub summary: Option<At<String>>,
    /// Why its signs are signs.
    pub why: Option<At<String>>,
    /// The verdict without which the family is silent.
    pub needs: Option<At<String>>,
    /// Zones in which the family is silent.
    pub except: Vec<At<String>>,
    /// Near misses of all rows.
    pub ok: Vec<At<String>>,
    /// Rules written out.
    pub rules: Vec<RuleEntry>,
    /// Rows of a lexicon.
    pub swaps: Vec<SwapEntry>,
    /// Rows of a gazetteer.
    pub names: Vec<NameEntry>,
    /// The languages that its translations are from; for packs whose sign is `translated`.
    pub source: Vec<At<String>>,
    /// The other documents that its examples stand beside.
    pub beside: Vec<At<String>>,
    /// Pairs of spellings of which a document should have one.
    pub spellings: Vec<SpellingEntry>,
    /// Patterns that are evidence, and no more.
    pub signs: Vec<SignEntry>,
}

/// A rule written out: `[[rule]]`. Which keys it may have depends on its kind.
#[derive(Debug, Default)]
pub struct RuleEntry {
    /// The header of the entry.
    pub place: Range<usize>,
    /// Last part of the id.
    pub name: Option<At<String>>,
    /// Raised when the rule finds something else than before.
    pub version: Option<At<i64>>,
    /// How it matches.
    pub kind: Option<At<String>>,
    /// What it matches: phrases, patterns or one regular expression.
    pub matches: Vec<At<String>>,
    /// Literal strings without one of which a regular expression cannot match.
    pub anchor: Vec<At<String>>,
    /// The only place at which it matches: `start` of the document.
    pub at: Option<At<String>>,
    /// Words that a `repeat` rule is about, or leaves alone.
    pub words: Vec<At<String>>,
    /// See `words`.
    pub allow: Vec<At<String>>,
    /// What a `repair` rule undoes.
    pub step: Option<At<String>>,
    /// In how many other documents at least.
    pub least: Option<At<i64>>,
    /// Replacements in the order of preference.
    pub fix: Vec<At<String>>,
    /// How phrases and fixes inflect.
    pub class: Option<At<String>>,
    /// Antipatterns.
    pub unless: Vec<At<String>>,
    /// Patterns of which one must match around the hit.
    pub only: Vec<At<String>>,
    /// The verdict without which the rule is silent, where it differs from the family's.
    pub needs: Option<At<String>>,
    /// Zones in which the rule is silent, where they differ from the family's.
    pub except: Option<Vec<At<String>>>,
    /// How far the fix may be trusted.
    pub applicability: Option<At<String>>,
    /// Chance that the edit is right.
    pub confidence: Option<At<f64>>,
    /// Evidence of one occurrence, in nats.
    pub weight: Option<At<f64>>,
    /// Whether it is looked for only where other signs raise a suspicion.
    pub later: bool,
    /// By how many nats the model must take the text with the fix to be likelier.
    pub margin: Option<At<f64>>,
    /// `error`, `warning` or `info`.
    pub severity: Option<At<String>>,
    /// What is said of a finding.
    pub message: Option<At<String>>,
    /// The field of the document's metadata that the match fills.
    pub metadata: Option<At<String>>,
    /// What the rule is a way of writing, where a document should keep to one.
    pub choice: Option<At<String>>,
    /// What that way is called.
    pub way: Option<At<String>>,
    /// Texts before and after.
    pub bad: Vec<(At<String>, At<String>)>,
    /// Texts that are left alone.
    pub ok: Vec<At<String>>,
    /// Examples are lost today; the test fails as soon as they hold.
    pub known_failure: bool,
}

/// A row of a lexicon: what stands in a spun text, and what stood there before.
#[derive(Debug, Default)]
pub struct SwapEntry {
    /// The whole row.
    pub place: Range<usize>,
    /// Last part of the id, where it is not the spun words themselves.
    pub name: Option<At<String>>,
    /// See [`RuleEntry::version`].
    pub version: Option<At<i64>>,
    /// Citation form of what the spinner wrote.
    pub spun: Option<At<String>>,
    /// Citation forms of what stood there, the most likely first.
    pub from: Vec<At<String>>,
    /// How both inflect.
    pub class: Option<At<String>>,
    /// How often the spinner writes this for the first of `from`.
    pub share: Option<At<f64>>,
    /// On how many spun pages each of `from` was found to have become this.
    pub seen: Vec<At<i64>>,
    /// See [`RuleEntry::unless`].
    pub unless: Vec<At<String>>,
    /// Patterns that speak against a hit which they touch, without forbidding it.
    pub doubt: Vec<At<String>>,
    /// See [`RuleEntry::only`].
    pub only: Vec<At<String>>,
    /// A sentence with the spun words in square brackets.
    pub bad: Option<At<String>>,
    /// See [`RuleEntry::ok`].
    pub ok: Vec<At<String>>,
    /// See [`RuleEntry::known_failure`].
    pub known_failure: bool,
}

/// A row of a gazetteer: a name, and how else it is written.
#[derive(Debug, Default)]
pub struct NameEntry {
    /// The whole row.
    pub place: Range<usize>,
    /// How it is written.
    pub name: Option<At<String>>,
    /// What bears the name.
    pub kind: Option<At<String>>,
    /// Misspellings.
    pub wrong: Vec<At<String>>,
    /// Other accepted spellings.
    pub also: Vec<At<String>>,
    /// Spellings in other scripts.
    pub script: Vec<At<String>>,
}

/// A pattern that is evidence of the pack's verdict: `{ match = "it is noted that", seen = [4, 0] }`.
#[derive(Debug, Default)]
pub struct SignEntry {
    /// The whole entry.
    pub place: Range<usize>,
    /// Last part of the id, where it is not the pattern itself.
    pub name: Option<At<String>>,
    /// The patterns.
    pub matches: Vec<At<String>>,
    /// How often translated and native texts have it.
    pub seen: Vec<At<f64>>,
    /// Evidence of one occurrence, in nats, where nobody has counted.
    pub weight: Option<At<f64>>,
    /// See [`RuleEntry::later`].
    pub later: bool,
    /// What one would write; shown in convicted texts.
    pub instead: Option<At<String>>,
    /// See [`RuleEntry::unless`].
    pub unless: Vec<At<String>>,
}

/// Spellings of which a document should have one: `["Kyiv", "Kiev"]`.
#[derive(Debug, Default)]
pub struct SpellingEntry {
    /// The whole entry.
    pub place: Range<usize>,
    /// The spellings.
    pub spellings: Vec<At<String>>,
}

/// What holds for a folder of families: `rules/<pack>/pack.toml`.
#[derive(Debug, Default)]
pub struct PackFile {
    /// What the pack is, in one line.
    pub summary: Option<At<String>>,
    /// The language its rules are about; none for any.
    pub language: Option<At<String>>,
    /// The verdict that its hits are evidence of.
    pub sign: Option<At<String>>,
    /// The chance that a spinner knows the swap of a row, where that is not sure.
    pub listed: Option<At<f64>>,
    /// Whether its fixes are proposed only where `--select` names it.
    pub on_request: bool,
    /// How many words of translated and of native text the signs of its families were counted in.
    pub seen_in: Vec<At<f64>>,
    /// Word classes: texts with some of these words are of another kind than those that the pack is about.
    pub apart: Vec<At<String>>,
    /// Names of old rules and what they are called now.
    pub renamed: Vec<(At<String>, At<String>)>,
    /// Word classes for patterns: name and words.
    pub classes: Vec<(At<String>, Vec<At<String>>)>,
}

/// Reads a family's file; what cannot be read is left out of the value and told in the mistakes.
#[must_use]
pub fn read_rules(source: &str) -> (RuleFile, Vec<Mistake>) {
    let mut file = RuleFile::default();
    let mistakes = with_table(source, |fields| {
        file.summary = fields.text("summary");
        file.why = fields.text("why");
        file.needs = fields.text("needs");
        file.except = fields.texts("except");
        file.ok = fields.texts("ok");
        file.rules = fields.tables("rule", rule_entry);
        file.swaps = fields.tables("swaps", swap_entry);
        file.names = fields.tables("names", name_entry);
        file.source = fields.texts("source");
        file.beside = fields.texts("beside");
        file.spellings = fields.lists("spellings");
        file.signs = fields.tables("signs", sign_entry);
    });
    (file, mistakes)
}

/// Reads a pack's file; see [`read_rules`].
#[must_use]
pub fn read_pack(source: &str) -> (PackFile, Vec<Mistake>) {
    let mut file = PackFile::default();
    let mistakes = with_table(source, |fields| {
        file.summary = fields.text("summary");
        file.language = fields.text("language");
        file.sign = fields.text("sign");
        file.listed = fields.number("listed");
        file.on_request = fields.flag("on_request");
        file.seen_in = fields.numbers("seen_in");
        file.apart = fields.texts("apart");
        file.renamed = fields.entries("renamed", |value, fields| fields.as_text(value));
        file.classes = fields.entries("classes", |value, fields| Some(fields.as_texts(value)));
    });
    (file, mistakes)
}

fn rule_entry(fields: &mut Fields<'_, '_>) -> RuleEntry {
    RuleEntry {
        place: fields.place.clone(),
        name: fields.text("name"),
        version: fields.integer("version"),
        kind: fields.text("kind"),
        matches: fields.texts("match"),
        anchor: fields.texts("anchor"),
        at: fields.text("at"),
        words: fields.texts("words"),
        allow: fields.texts("allow"),
        step: fields.text("step"),
        least: fields.integer("least"),
        fix: fields.texts("fix"),
        class: fields.text("class"),
        unless: fields.texts("unless"),
        only: fields.texts("only"),
        needs: fields.text("needs"),
        except: fields.has("except").then(|| fields.texts("except")),
        applicability: fields.text("applicability"),
        confidence: fields.number("confidence"),
        weight: fields.number("weight"),
        later: fields.flag("later"),
        margin: fields.number("margin"),
        severity: fields.text("severity"),
        message: fields.text("message"),
        metadata: fields.text("metadata"),
        choice: fields.text("choice"),
        way: fields.text("way"),
        bad: fields.pairs("bad"),
        ok: fields.texts("ok"),
        known_failure: fields.flag("known_failure"),
    }
}

fn swap_entry(fields: &mut Fields<'_, '_>) -> SwapEntry {
    SwapEntry {
        place: fields.place.clone(),
        name: fields.text("name"),
        version: fields.integer("version"),
        spun: fields.text("spun"),
        from: fields.texts("from"),
        class: fields.text("class"),
        share: fields.number("share"),
        seen: fields.integers("seen"),
        unless: fields.texts("unless"),
        doubt: fields.texts("doubt"),
        only: fields.texts("only"),
        bad: fields.text("bad"),
        ok: fields.texts("ok"),
        known_failure: fields.flag("known_failure"),
    }
}

fn name_entry(fields: &mut Fields<'_, '_>) -> NameEntry {
    NameEntry {
        place: fields.place.clone(),
        name: fields.text("name"),
        kind: fields.text("kind"),
        wrong: fields.texts("wrong"),
        also: fields.texts("also"),
        script: fields.texts("script"),
    }
}

fn sign_entry(fields: &mut Fields<'_, '_>) -> SignEntry {
    SignEntry {
        place: fields.place.clone(),
        name: fields.text("name"),
        matches: fields.texts("match"),
        seen: fields.numbers("seen"),
        weight: fields.number("weight"),
        later: fields.flag("later"),
        instead: fields.text("instead"),
        unless: fields.texts("unless"),
    }
}

/// Parses a file, hands its table out and collects what is wrong with either.
pub fn with_table(source: &str, read: impl FnOnce(&mut Fields<'_, '_>)) -> Vec<Mistake> {
    let (table, errors) = DeTable::parse_recoverable(source);
    let mut mistakes: Vec<Mistake> = errors.iter().map(|it| Mistake::new(it.span().unwrap_or(0..0), it.message().to_owned())).collect();
    let mut fields = Fields { table: table.get_ref(), place: 0..0, asked: Vec::new(), mistakes: &mut mistakes };
    read(&mut fields);
    fields.finish();
    mistakes
}

/// The keys of a table, asked for one by one; those that nobody asked for are mistakes.
#[derive(Debug)]
pub struct Fields<'t, 'm> {
    table: &'t DeTable<'t>,
    /// The place of the table in the file.
    pub place: Range<usize>,
    asked: Vec<&'static str>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'t> Fields<'t, '_> {
    /// Whether the key stands there.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of a key stands.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Option<Range<usize>> {
        self.table.get(key).map(Spanned::span)
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let message = format!("expected {wanted}, found {}", article_of(value.get_ref().type_str()));
        self.mistakes.push(Mistake::new(value.span(), message));
    }

    /// Notes what is wrong with a value.
    pub fn complain(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let value = self.get(key)?;
        self.as_text(value)
    }

    fn as_text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
        match value.get_ref() {
            DeValue::String(text) => Some(At { value: text.to_string(), place: value.span() }),
            _ => {
                self.wrong(value, "a string");
                None
            }
        }
    }

    /// A string, or a list of strings.
    pub fn texts(&mut self, key: &'static str) -> Vec<At<String>> {
        self.get(key).map_or_else(Vec::new, |value| self.as_texts(value))
    }

    /// The same of a value.
    pub fn as_texts(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<At<String>> {
        match value.get_ref() {
            DeValue::Array(values) => values.iter().filter_map(|it| self.as_text(it)).collect(),
            DeValue::String(_) => self.as_text(value).into_iter().collect(),
            _ => {
                self.wrong(value, "a string or a list of strings");
                Vec::new()
            }
        }
    }

    /// A list of lists of strings.
    fn lists(&mut self, key: &'static str) -> Vec<SpellingEntry> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong(value, "a list of lists of strings");
            return Vec::new();
        };
        values.iter().map(|it| SpellingEntry { place: it.span(), spellings: self.as_texts(it) }).collect()
    }

    fn pairs(&mut self, key: &'static str) -> Vec<(At<String>, At<String>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong(value, "a list of [before, after] pairs");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for value in values {
            match value.get_ref() {
                DeValue::Array(pair) if pair.len() == 2 => {
                    pairs.extend(self.as_text(&pair[0]).zip(self.as_text(&pair[1])));
                }
                _ => self.wrong(value, "a pair [before, after]"),
            }
        }
        pairs
    }

    /// A number.
    pub fn number(&mut self, key: &'static str) -> Option<At<f64>> {
        let value = self.get(key)?;
        self.as_number(value)
    }

    /// A list of numbers.
    fn numbers(&mut self, key: &'static str) -> Vec<At<f64>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong(value, "a list of numbers");
            return Vec::new();
        };
        values.iter().filter_map(|it| self.as_number(it)).collect()
    }

    fn as_number(&mut self, value: &Spanned<DeValue<'_>>) -> Option<At<f64>> {
        let number = match value.get_ref() {
            DeValue::Float(it) => it.as_str().parse().ok(),
            DeValue::Integer(it) => it.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(value, "a number");
        }
        number.map(|it| At { value: it, place: value.span() })
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str) -> Option<At<i64>> {
        self.get(key).and_then(|value| self.as_integer(value))
    }

    fn as_integer(&mut self, value: &Spanned<DeValue<'_>>) -> Option<At<i64>> {
        let number = match value.get_ref() {
            DeValue::Integer(it) => it.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(value, "a whole number");
        }
        number.map(|it| At { value: it, place: value.span() })
    }

    fn integers(&mut self, key: &'static str) -> Vec<At<i64>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(values) => values.iter().filter_map(|it| self.as_integer(it)).collect(),
            _ => self.as_integer(value).into_iter().collect(),
        }
    }

    /// True or false; false where nothing is said.
    pub fn flag(&mut self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        if let DeValue::Boolean(flag) = value.get_ref() {
            return *flag;
        }
        self.wrong(value, "true or false");
        false
    }

    /// A list of tables, `[[key]]` or `key = [{…}]`.
    pub fn tables<T>(&mut self, key: &'static str, read: impl Fn(&mut Fields<'_, '_>) -> T) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong(value, "a list of tables");
            return Vec::new();
        };
        let mut entries = Vec::with_capacity(values.len());
        for value in values {
            let DeValue::Table(table) = value.get_ref() else {
                self.wrong(value, "a table");
                continue;
            };
            entries.push(self.within(table, value.span(), &read));
        }
        entries
    }

    /// A table, `[key]` or `key = {…}`.
    pub fn table<T>(&mut self, key: &'static str, read: impl Fn(&mut Fields<'_, '_>) -> T) -> Option<T> {
        let value = self.get(key)?;
        self.as_table(value, read)
    }

    /// The same of a value.
    pub fn as_table<T>(&mut self, value: &Spanned<DeValue<'_>>, read: impl Fn(&mut Fields<'_, '_>) -> T) -> Option<T> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(value, "a table");
            return None;
        };
        Some(self.within(table, value.span(), read))
    }

    fn within<T>(&mut self, table: &DeTable<'_>, place: Range<usize>, read: impl Fn(&mut Fields<'_, '_>) -> T) -> T {
        let mut fields = Fields { table, place, asked: Vec::new(), mistakes: self.mistakes };
        let value = read(&mut fields);
        fields.finish();
        value
    }

    /// A table of names that the author chose.
    pub fn entries<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&'t Spanned<DeValue<'t>>, &mut Self) -> Option<T>,
    ) -> Vec<(At<String>, T)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(value, "a table");
            return Vec::new();
        };
        let named = |name: &Spanned<toml::de::DeString<'_>>| At { value: name.get_ref().to_string(), place: name.span() };
        table.iter().filter_map(|(name, value)| Some((named(name), read(value, self)?))).collect()
    }

    fn finish(self) {
        for name in self.table.keys().filter(|it| !self.asked.contains(&it.get_ref().as_ref())) {
            let mistake = Mistake::new(name.span(), format!("unknown key `{}`", name.get_ref()));
            self.mistakes.push(match nearest(name.get_ref(), self.asked.iter().copied()) {
                Some(known) => mistake.help(format!("write `{known}`")),
                None => mistake.help(format!("known keys are {}", self.asked.join(", "))),
            });
        }
    }
}

fn article_of(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'i', 'o']) { "an" } else { "a" })
}

/// The one of `known` that is spelt most like `name`, where one is near enough to be meant.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let scored = known.into_iter().map(|it| (strsim::normalized_damerau_levenshtein(name, it), it));
    scored.filter(|(score, _)| *score >= 0.6).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, it)| it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_at_once_with_their_places() {
        let source = "sumary = 'x'\nwhy = 3\n[[rule]]\nname = 'a'\nbad = [['x']]\nweight = 'heavy'\nweigth = 1\n";
        let (file, mistakes) = read_rules(source);
        let told: Vec<_> = mistakes.iter().map(|it| (&source[it.place.clone()], it.message.as_str())).collect();
        assert_eq!(file.rules.len(), 1);
        assert_eq!(
            told,
            [
                ("3", "expected a string, found an integer"),
                ("'heavy'", "expected a number, found a string"),
                ("['x']", "expected a pair [before, after], found an array"),
                ("weigth", "unknown key `weigth`"),
                ("sumary", "unknown key `sumary`"),
            ]
        );
        assert_eq!(mistakes[4].help.as_deref(), Some("write `summary`"));
    }

    #[test]
    fn a_file_that_is_no_toml_is_a_mistake_with_a_place() {
        let (_, mistakes) = read_rules("summary = \nwhy = 'x'");
        assert!(!mistakes.is_empty());
    }
}
