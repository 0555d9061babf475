//! A configuration file as it was written, every mistake with its place.

use std::ops::Range;

use clap::ValueEnum;
use unspin::{
    Confidence, Severity,
    rules::file::{At, Fields, Mistake, nearest, with_table},
};

use super::layer::{Held, Layer, RuleSetting, Source};
use crate::gate::{Gate, Limit};

/// What stands in `unspin.toml`.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// What holds for all documents.
    pub layer: Layer,
    /// What holds for some.
    pub overrides: Vec<Override>,
    /// Folders of rules.
    pub rules: Vec<Held<String>>,
    /// Which fields of records hold texts, and which one names the record.
    pub records: Records,
    /// From which severity on `check` fails.
    pub fail_on: Option<Held<Severity>>,
    /// The file of what was found before.
    pub baseline: Option<Held<String>>,
    /// The index of the other documents that are asked for evidence.
    pub corpus: Option<Held<String>>,
    /// How many documents may be convicted.
    pub gate: Gate,
    /// The places of rule prefixes, which are checked when the rules are known.
    pub prefixes: Vec<At<String>>,
}

/// Which fields of records hold texts, and which one names the record.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The fields that hold texts.
    pub fields: Vec<Held<String>>,
    /// The field that names a record.
    pub id: Option<Held<String>>,
}

/// What holds for some documents.
#[derive(Debug, Clone, Default)]
pub struct Override {
    /// The line that it begins on.
    pub line: usize,
    /// Patterns of paths; any where empty.
    pub paths: Vec<String>,
    /// What fields of the record must hold, one of these.
    pub fields: Vec<(String, Vec<String>)>,
    /// What holds then.
    pub layer: Layer,
}

/// Reads a file; what is wrong is left out of the value and told in the mistakes.
pub fn read(source: &str) -> (Written, Vec<Mistake>) {
    let mut written = Written::default();
    let mut mistakes = with_table(source, |fields| {
        let reader = Reader { source };
        written = Written {
            rules: reader.all(fields.texts("rules")),
            layer: reader.layer(fields),
            fail_on: reader.word(fields, "fail_on", &SEVERITIES),
            baseline: fields.text("baseline").map(|it| reader.held(it)),
            corpus: fields.text("corpus").map(|it| reader.held(it)),
            records: fields.table("records", |it| reader.records(it)).unwrap_or_default(),
            gate: fields.table("gate", gate).unwrap_or_default(),
            overrides: fields.tables("override", |it| reader.over(it)),
            prefixes: Vec::new(),
        };
    });
    written.prefixes = prefixes(source);
    mistakes.sort_by_key(|it| it.place.start);
    (written, mistakes)
}

struct Reader<'s> {
    source: &'s str,
}

impl Reader<'_> {
    fn layer(&self, fields: &mut Fields<'_, '_>) -> Layer {
        let place = fields.place_of("select");
        let select = values(fields.texts("select"));
        let select = place.map(|place| Held { value: select, from: self.line(&place) });
        Layer {
            select,
            ignore: self.all(fields.texts("ignore")),
            min_confidence: self.confidence(fields, "min_confidence"),
            prior: self.confidence(fields, "prior"),
            assume: self.choice(fields, "assume"),
            edit_quotes: self.flag(fields, "edit_quotes"),
            context: self.flag(fields, "context"),
            quote_marks: self.choice(fields, "quote_marks"),
            normal_form: self.choice(fields, "normal_form"),
            protect: self.all(fields.texts("protect")),
            rules: fields.entries("rule", |value, fields| fields.as_table(value, |it| self.rule(it))).into_iter().map(named).collect(),
        }
    }

    fn rule(&self, fields: &mut Fields<'_, '_>) -> RuleSetting {
        let severity = self.word(fields, "severity", &SEVERITIES);
        RuleSetting { prefix: String::new(), severity, min_confidence: self.confidence(fields, "min_confidence") }
    }

    fn over(&self, fields: &mut Fields<'_, '_>) -> Override {
        let place = fields.place.clone();
        let paths = fields.texts("paths");
        for path in &paths {
            if let Err(error) = glob::Pattern::new(&path.value) {
                fields.complain(Mistake::new(path.place.clone(), format!("not a pattern: {}", error.msg)));
            }
        }
        let wheres = fields.entries("where", |value, fields| Some(values(fields.as_texts(value))));
        if paths.is_empty() && wheres.is_empty() {
            let mistake = Mistake::new(place.clone(), "an override that does not say where");
            fields.complain(mistake.help("write `paths = [\"drafts\"]`, or `where = { domain = \"example.org\" }`"));
        }
        let wheres = wheres.into_iter().map(|(name, values)| (name.value, values)).collect();
        Override { line: self.number(&place), paths: values(paths), fields: wheres, layer: self.layer(fields) }
    }

    fn records(&self, fields: &mut Fields<'_, '_>) -> Records {
        Records { fields: self.all(fields.texts("fields")), id: fields.text("id").map(|it| self.held(it)) }
    }

    /// One of the words that a flag of that name takes.
    fn choice<T: ValueEnum>(&self, fields: &mut Fields<'_, '_>, key: &'static str) -> Option<Held<T>> {
        let named = T::value_variants().iter().filter_map(|it| Some((it.to_possible_value()?, it.clone())));
        let named: Vec<_> = named.collect();
        let known: Vec<(&str, T)> = named.iter().map(|(name, it)| (name.get_name(), it.clone())).collect();
        self.word(fields, key, &known)
    }

    fn word<T: Clone>(&self, fields: &mut Fields<'_, '_>, key: &'static str, known: &[(&str, T)]) -> Option<Held<T>> {
        let text = fields.text(key)?;
        if let Some((_, value)) = known.iter().find(|it| it.0 == text.value) {
            return Some(Held { value: value.clone(), from: self.line(&text.place) });
        }
        let names: Vec<&str> = known.iter().map(|it| it.0).collect();
        let mistake = Mistake::new(text.place, format!("unknown {key} `{}`", text.value));
        fields.complain(match nearest(&text.value, names.iter().copied()) {
            Some(meant) => mistake.help(format!("write `{meant}`")),
            None => mistake.help(format!("one of {}", names.join(", "))),
        });
        None
    }

    fn confidence(&self, fields: &mut Fields<'_, '_>, key: &'static str) -> Option<Held<Confidence>> {
        let number = fields.number(key)?;
        let value = Confidence::from_fraction(number.value);
        if value.is_none() {
            fields.complain(Mistake::new(number.place.clone(), "expected a number between 0 and 1"));
        }
        value.map(|value| Held { value, from: self.line(&number.place) })
    }

    fn flag(&self, fields: &mut Fields<'_, '_>, key: &'static str) -> Option<Held<bool>> {
        let place = fields.place_of(key);
        let value = fields.flag(key);
        place.map(|place| Held { value, from: self.line(&place) })
    }

    fn all(&self, texts: Vec<At<String>>) -> Vec<Held<String>> {
        texts.into_iter().map(|it| self.held(it)).collect()
    }

    fn held<T>(&self, it: At<T>) -> Held<T> {
        Held { from: self.line(&it.place), value: it.value }
    }

    fn line(&self, place: &Range<usize>) -> Source {
        Source::Line(self.number(place))
    }

    fn number(&self, place: &Range<usize>) -> usize {
        1 + self.source[..place.start.min(self.source.len())].matches('\n').count()
    }
}

fn values(texts: Vec<At<String>>) -> Vec<String> {
    texts.into_iter().map(|it| it.value).collect()
}

fn named((prefix, setting): (At<String>, RuleSetting)) -> RuleSetting {
    RuleSetting { prefix: prefix.value, ..setting }
}

fn gate(fields: &mut Fields<'_, '_>) -> Gate {
    let mut limits = |key| {
        let mut limits = Vec::new();
        for it in fields.texts(key) {
            match it.value.parse::<Limit>() {
                Ok(limit) => limits.push(limit),
                Err(help) => fields.complain(Mistake::new(it.place, format!("not a limit: `{}`", it.value)).help(help)),
            }
        }
        limits
    };
    let (fail, warn) = (limits("fail"), limits("warn"));
    let min_documents = fields.integer("min_documents").and_then(|it| {
        let count = usize::try_from(it.value).ok();
        if count.is_none() {
            fields.complain(Mistake::new(it.place, "expected a whole number that is not below 0"));
        }
        count
    });
    let mut text = |key| fields.text(key).map(|it| it.value);
    let (by, profile) = (text("by"), text("profile"));
    let gate = Gate { fail, warn, min_documents, by, profile };
    if let Some(limit) = gate.of_profile().filter(|_| gate.profile.is_none()) {
        let mistake = Mistake::new(fields.place.clone(), format!("`{limit}` and no profile"));
        fields.complain(mistake.help("write `profile = \"profile.json\"`, which `unspin profile --format json` prints"));
    }
    gate
}

const SEVERITIES: [(&str, Severity); 3] = [("info", Severity::Info), ("warning", Severity::Warning), ("error", Severity::Error)];

/// Everything in a file that must be the beginning of a rule's id, with its place.
fn prefixes(source: &str) -> Vec<At<String>> {
    fn of(fields: &mut Fields<'_, '_>) -> Vec<At<String>> {
        let mut found = fields.texts("select");
        found.extend(fields.texts("ignore"));
        found.extend(fields.entries("rule", |_, _| Some(())).into_iter().map(|it| it.0));
        found
    }
    let mut found = Vec::new();
    with_table(source, |fields| {
        found = of(fields);
        found.extend(fields.tables("override", of).into_iter().flatten());
    });
    found
}
