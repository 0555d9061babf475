//! Entries of rule files to rules.

use super::{Loader, captures, count, lower, one_of, owned, sorted, texts, within};
use crate::{
    edit::Applicability,
    finding::{Confidence, Severity},
    language::inflect::Class,
    nats,
    repair::step::Step,
    rules::{
        evidence,
        file::{At, Mistake, RuleEntry},
        forms::forms,
        pattern,
        rule::{Authority, Choice, Joint, Matcher, Reader, Rule, Stray, Told},
        template,
    },
};

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
    Header,
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

const KINDS: [(&str, Kind); 15] = [
    ("phrase", Kind::Phrase),
    ("sequence", Kind::Sequence),
    ("line", Kind::Line),
    ("insert", Kind::Insert),
    ("attribution", Kind::Attribution),
    ("header", Kind::Header),
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

impl Loader<'_, '_> {
    pub(super) fn rule(&mut self, entry: &RuleEntry) {
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
            only_for(entry.at.as_ref(), "at", &[Kind::Regex, Kind::Header]),
            only_for(entry.metadata.as_ref(), "metadata", &[Kind::Regex, Kind::Header]),
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
                let patterns = self.anchored(&entry.matches);
                self.check_captures(entry);
                Matcher::Sequence(patterns)
            }
            Kind::Line => Matcher::Line(self.anchored(&entry.matches)),
            Kind::Insert => Matcher::Insert(self.anchored(&entry.matches)),
            Kind::Attribution => Matcher::Attribution(self.anchored(&entry.matches)),
            Kind::Header => {
                let in_lines = one_of(entry.at.as_ref(), &[("line", true)], "place", self.mistakes).unwrap_or_default();
                Matcher::Header { patterns: self.patterns(&entry.matches), in_lines }
            }
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
}
