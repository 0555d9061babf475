//! Entries of translated texts to rules: signs that are evidence alone, and spellings of which a document should have one.

use super::{Loader, owned, slug, whole_numbers};
use crate::{
    edit::Applicability,
    finding::Severity,
    language::inflect::Class,
    rules::{
        file::{At, Mistake, SignEntry, SpellingEntry},
        forms::forms,
        rule::{Choice, Matcher, Rule},
        signs,
        text::Text,
    },
};

impl Loader<'_, '_> {
    /// A rule for each of two spellings, which puts the other in its place.
    pub(super) fn spelling(&mut self, entry: &SpellingEntry) {
        let [first, second] = entry.spellings.as_slice() else {
            return self.wrong(&entry.place, "a choice of spellings has two: `[\"Kyiv\", \"Kiev\"]`");
        };
        let of = Text::from(format!("{} or {}", first.value, second.value));
        for (own, other) in [(first, second), (second, first)] {
            let choice = Choice { of: of.clone(), way: owned(&own.value) };
            let owner = |it: &At<String>| At { value: format!("{}’s", it.value), place: it.place.clone() };
            let (own_forms, owned_by) = (forms(&own.value, std::slice::from_ref(other), Class::Fixed, &[1000]), owner(own));
            let rule = Rule {
                id: self.id(&slug(&own.value), &own.place),
                matcher: Matcher::Phrase(
                    own_forms.into_iter().chain(forms(&owned_by.value, &[owner(other)], Class::Fixed, &[1000])).collect(),
                ),
                except: self.zones(None),
                fix: vec![owned(&other.value)],
                applicability: Applicability::Unsafe,
                severity: Severity::Warning,
                silent: true,
                choice: Some(choice),
                ..self.blank()
            };
            self.book.rules.push(rule);
        }
    }

    pub(super) fn sign(&mut self, entry: &SignEntry) {
        let Some(first) = entry.matches.first() else { return self.wrong(&entry.place, "a sign needs a `match`") };
        let name = entry.name.as_ref().map_or_else(|| slug(first.value.trim_start_matches("<start> ")), |it| it.value.clone());
        let id = self.id(&name, entry.name.as_ref().map_or(&first.place, |it| &it.place));
        #[expect(clippy::cast_possible_truncation, reason = "at most 8,000 milli-nats")]
        let given = entry.weight.as_ref().map(|it| (it.value.clamp(0.0, 8.0) * 1000.0).round() as i32);
        let Some(weight) = given.or_else(|| Some(signs::weight(whole_numbers(&entry.seen)?, self.pack().seen_in))) else {
            let help = "how often translated and native texts have it: `seen = [4, 0]`; or `weight = 2.5`";
            return self.mistakes.push(Mistake::new(entry.place.clone(), "a sign needs `seen` or `weight`").help(help));
        };
        let rule = Rule {
            id,
            matcher: Matcher::Sequence(self.patterns(&entry.matches)),
            except: self.zones(None),
            needs: self.pack().sign,
            weight,
            later: entry.later,
            silent: entry.instead.is_none(),
            unless: self.patterns(&entry.unless),
            message: entry.instead.as_ref().map(|it| Text::from(format!("translated: {}", it.value))),
            ..self.blank()
        };
        self.book.rules.push(rule);
    }
}
