//! Rows of a gazetteer to names, and to rules about how they are spelt.

use std::collections::HashSet;

use super::{Loader, one_of, owned, slug, texts};
use crate::{
    edit::Applicability,
    finding::{Confidence, Severity},
    rules::{
        file::{At, Mistake, NameEntry},
        rule::{Bearer, Form, Matcher, Name, Original, Rule},
        text::Text,
    },
    zone::Zone,
};

/// A single word has so many letters where it can be the misspelling of one name only.
const MISSPELT_LETTERS: usize = 5;

/// The chance that whoever bears the misspelt name is the one in the gazetteer.
const MISSPELT: Confidence = Confidence::new(9_500);

impl Loader<'_, '_> {
    /// A row of a gazetteer. Its misspellings are a rule.
    pub(super) fn name(&mut self, entry: &NameEntry) {
        let Some(name) = entry.name.as_ref().filter(|it| !it.value.trim().is_empty()) else {
            return self.wrong(&entry.place, "a row of names needs a `name`");
        };
        if entry.kind.is_none() {
            let help = format!("one of {}", Bearer::NAMES.map(|it| it.0).join(", "));
            self.mistakes.push(Mistake::new(name.place.clone(), "a row of names needs a `kind`").help(help));
        }
        let kind = one_of(entry.kind.as_ref(), &Bearer::NAMES, "kind of name", self.mistakes).unwrap_or(Bearer::Person);
        for same in entry.wrong.iter().chain(&entry.also).filter(|it| it.value == name.value) {
            self.wrong(&same.place, "this is the name itself");
        }
        for latin in entry.script.iter().filter(|it| it.value.is_ascii()) {
            self.wrong(&latin.place, "`script` is how the name is written in another script");
        }
        let within = |it: &At<String>| format!(" {} ", name.value).contains(&format!(" {} ", it.value));
        for part in entry.wrong.iter().filter(|it| within(it) && it.value != name.value) {
            self.wrong(&part.place, "this is a part of the name itself");
        }
        let short = |it: &&At<String>| !it.value.contains(' ') && it.value.chars().count() < MISSPELT_LETTERS;
        for it in entry.wrong.iter().filter(short) {
            self.wrong(&it.place, "a misspelling of few letters may be something else");
        }
        let mut told = HashSet::new();
        let respelt: Vec<_> =
            entry.also.iter().filter(|it| is_respelt(&it.value, &name.value) && told.insert(it.value.to_lowercase())).collect();
        let id = slug(&name.value);
        // One example does for all spellings of a name: the binary carries it.
        let named = |spelling: &str| owned(&format!("It was said of {spelling} by them."));
        if !entry.wrong.is_empty() {
            let rule = Rule {
                bad: entry.wrong.iter().take(1).map(|it| (named(&it.value), named(&name.value))).collect(),
                ..self.name_rule(&id, name, Matcher::Phrase(spellings(&entry.wrong, &name.value)))
            };
            self.book.rules.push(rule);
        }
        if !respelt.is_empty() {
            let both = |it: &At<String>| owned(&format!("It was said of {} and of {}.", name.value, it.value));
            let forms = respelt.iter().map(|it| spelling(&it.value, &name.value)).collect();
            let rule = Rule {
                applicability: Applicability::Display,
                severity: Severity::Info,
                message: Some(owned(&format!("elsewhere in the text it is “{}”", name.value))),
                bad: respelt.iter().take(1).map(|it| (both(it), both(it))).collect(),
                ..self.name_rule(&format!("{id}-also"), name, Matcher::Accepted(forms))
            };
            self.book.rules.push(rule);
        }
        self.book.names.push(Name { text: owned(&name.value), kind, also: texts(&entry.also), script: texts(&entry.script) });
    }

    /// A rule about spellings of a name, with the name as what it leaves alone.
    fn name_rule(&mut self, id: &str, name: &At<String>, matcher: Matcher) -> Rule {
        Rule {
            id: self.id(id, &name.place),
            matcher,
            except: [Zone::Code, Zone::Url].into_iter().collect(),
            applicability: Applicability::Unsafe,
            confidence: MISSPELT,
            severity: Severity::Warning,
            ok: vec![owned(&format!("It was said of {} by them.", name.value))],
            ..self.blank()
        }
    }
}

/// Spellings of a name, each by itself and with an “’s”, with the name in their place.
fn spellings(list: &[At<String>], name: &str) -> Vec<Form> {
    let both = |it: &At<String>| [spelling(&it.value, name), spelling(&format!("{}'s", it.value), &format!("{name}'s"))];
    list.iter().flat_map(both).collect()
}

fn spelling(text: &str, name: &str) -> Form {
    let original = Original { text: owned(name), share: 1000, known: 0, chance: 0, likelier: 0 };
    Form { text: Text::from(text.replace('’', "'")), originals: vec![original], gain: 0, habit: 0, own_loss: 0 }
}

/// Whether two accepted spellings differ by a few letters of some words: Joe and Joseph are both names of one man, in any text.
fn is_respelt(one: &str, other: &str) -> bool {
    let [words, others] = [one, other].map(|it| it.to_lowercase().replace('’', "'"));
    let alike = |(a, b): (&str, &str)| a.chars().next() == b.chars().next() && strsim::osa_distance(a, b) <= 2;
    words != others
        && words.split_whitespace().count() == others.split_whitespace().count()
        && words.split_whitespace().zip(others.split_whitespace()).all(alike)
}
