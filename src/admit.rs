//! Which hits may speak at all: zones, antipatterns and the case of the place.

use crate::{
    corpus::beside::Beside,
    language::case,
    rules::{
        Guard, Hit, Rules, Scan,
        rule::{Form, Rule},
        token_at,
    },
    segment::{Layout, token::Kind},
    span::Span,
    zone::{Zone, Zones},
};

/// Whether words inside direct speech may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quotes {
    /// They stay as they are.
    #[default]
    Locked,
    /// They are text like any other.
    Edited,
}

impl Quotes {
    /// The zones in which a rule is silent.
    #[must_use]
    pub fn excepted(self, rule: &Rule) -> Zones {
        match self {
            Self::Locked => rule.except,
            Self::Edited => rule.except.without(Zone::Quote),
        }
    }
}

/// A text that is looked at, cut in all the ways that later stages need.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The text.
    pub text: &'s str,
    /// Its tokens, and where rules match.
    pub scan: &'s Scan,
    /// Its zones.
    pub layout: &'s Layout,
    /// The rules.
    pub rules: &'s Rules,
    /// What other documents say of it, where there are any.
    pub beside: Option<&'s Beside<'s>>,
}

/// A hit that nothing forbids.
#[derive(Debug, Clone, Copy)]
pub struct Admitted {
    /// The rule and the place.
    pub hit: Hit,
    /// The kind of text that it stands in.
    pub zone: Zone,
    /// What the patterns of its rule say of it; where they do not leave it free, only the words around it can decide for it.
    pub guard: Guard,
}

impl<'s> Subject<'s> {
    /// The rule of a hit.
    #[must_use]
    pub fn rule(&self, hit: Hit) -> &'s Rule {
        self.rules.rule(hit)
    }

    /// The places where rules match that speak only where others have convicted a text. They are looked for once.
    #[must_use]
    pub fn later(&self) -> &'s [Hit] {
        self.scan.later.get_or_init(|| self.rules.scan_later(self.text, self.scan))
    }

    /// The words of a span.
    #[must_use]
    pub fn words(&self, span: Span) -> &'s str {
        &self.text[span.range()]
    }

    /// The hit, where no zone, antipattern or capital letter forbids it.
    #[must_use]
    pub fn admit(&self, hit: Hit, quotes: Quotes) -> Option<Admitted> {
        let rule = self.rule(hit);
        let zone = self.layout.zone(hit.span());
        if quotes.excepted(rule).contains(zone) {
            return None;
        }
        let guard = self.rules.guard(hit, self.text, &self.scan.tokens);
        // What bars a row may be outweighed by what its text does elsewhere.
        if guard == Guard::Barred && !self.rules.is_row(hit) {
            return None;
        }
        let fits = self.rules.form(hit).is_none_or(|it| self.fits_case(hit, it, zone))
            && (rule.needs.is_none() || self.layout.block(hit.span()).is_some());
        fits.then_some(Admitted { hit, zone, guard })
    }

    /// Whether the case of the match is that of running text, or of the row itself where that has capitals: “Struggle” in the
    /// middle of a sentence is a name.
    fn fits_case(&self, hit: Hit, form: &Form, zone: Zone) -> bool {
        let model = self.words(hit.span());
        let all_capitals = model.chars().all(|it| !it.is_lowercase());
        if form.text.chars().any(char::is_uppercase) {
            let plain = |it: &str| it.replace('’', "'");
            return all_capitals || model.split_whitespace().map(plain).eq(form.text.split(' '));
        }
        !case::starts_upper(model) || all_capitals && model.len() > 3 || zone == Zone::Heading || self.starts_sentence(hit)
    }

    fn starts_sentence(&self, hit: Hit) -> bool {
        let at = token_at(&self.scan.tokens, hit.start);
        let Some(before) = at.checked_sub(1).map(|it| self.scan.tokens[it]) else { return true };
        let opening = self.layout.block(hit.span()).is_some_and(|it| it.span.start == hit.span().start);
        let ends = |it: &str| matches!(it, "." | "?" | "!" | ":" | "”" | "“" | "\"" | "‘" | "…" | "(" | "—" | "–" | "•" | "*" | "#" | "-");
        opening || before.kind() == Kind::Break || ends(before.of(self.text))
    }
}
