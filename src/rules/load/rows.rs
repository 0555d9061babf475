//! Rows of lexicons to rules.

use super::{Loader, one_of, slug, texts};
use crate::{
    edit::Applicability,
    finding::{Confidence, Severity},
    language::{article, case::carry_case, inflect::Class},
    rules::{
        file::{At, Mistake, SwapEntry},
        forms::{forms, known},
        rule::{Form, Matcher, Rule},
        text::Text,
    },
};

impl Loader<'_, '_> {
    /// A rule for a row, and for all forms of its words.
    pub(super) fn swap(&mut self, entry: &SwapEntry) {
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
            matcher: Matcher::Swap(forms),
            except: self.zones(None),
            needs: self.needs(None),
            unless: self.patterns(&entry.unless),
            doubt: self.patterns(&entry.doubt),
            only: self.patterns(&entry.only),
            applicability: if self.pack().listed < 1000 { Applicability::Unsafe } else { Applicability::Safe },
            confidence: Confidence::FULL,
            severity: Severity::Warning,
            bad: bad.into_iter().collect(),
            ok: texts(&entry.ok),
            known_failure: entry.known_failure,
            ..self.blank()
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
