//! Damage below the words: a text to its repairs, and to the text that they make.
//!
//! Every step is a pure function from a text to replacements. They are tried in one order, and from its start again whenever one finds
//! something, so that each works on what those before it have done with, and a repaired text has nothing to repair.

mod control;
mod entity;
mod escape;
mod form;
pub mod ftfy;
mod homoglyph;
mod hyphen;
mod invisible;
mod mojibake;
mod quote;
mod script;
mod space;
pub mod step;
mod traits;

use std::borrow::Cow;

pub use form::Form;
pub use quote::QuoteMarks;
use step::{Step, Steps};
use traits::Traits;

use crate::{
    edit::{Edit, Fix, Patch},
    segment::segment,
    span::Span,
    zone::Zones,
};

/// What is a matter of taste.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// Which quotation marks a text shall have.
    pub quotes: QuoteMarks,
    /// What is right only where it is right for the whole text.
    pub reach: Reach,
    /// How letters with accents are spelt.
    pub form: Form,
}

/// How far steps go that may meet what is meant as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Only where nobody can have meant it: wide letters stay in Chinese, line ends that are the file's own stay.
    #[default]
    Harmless,
    /// Everywhere: one spelling for all that look alike.
    Uniform,
}

/// A repair, and what it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The step that made it, the last one where several did.
    pub step: Step,
    /// The change.
    pub edit: Edit,
    /// The encoding that the text was read as; empty where the step is about none.
    pub from: &'static str,
}

/// A text with its repairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// What later stages read.
    pub text: String,
    /// The repairs that made it, in bytes of the text before, in its order and disjoint.
    pub seen: Vec<Repair>,
    /// Repairs that want a reader, in bytes of the text after.
    pub proposed: Vec<Repair>,
}

/// What a step finds.
#[derive(Debug, Default)]
struct Found {
    repairs: Vec<Repair>,
}

impl Found {
    fn add(&mut self, step: Step, span: Span, replacement: impl Into<String>) {
        self.from(step, span, replacement, "");
    }

    fn from(&mut self, step: Step, span: Span, replacement: impl Into<String>, from: &'static str) {
        self.repairs.push(Repair { step, edit: Edit::new(span, replacement), from });
    }
}

/// What a step may ask.
struct Ask<'a> {
    steps: &'a Steps,
    policy: Policy,
    is_word: IsWord,
}

/// Whether a word in lower case is one of a language that is known.
pub type IsWord = fn(&str) -> bool;

/// Steps that look for the same places are one function.
type Find = fn(&str, &Ask<'_>, &mut Found);

/// What is done in which order: the steps that a function serves, what a text must have for it to find anything, and the function.
const ORDER: [(&[Step], Traits, Find); 20] = [
    (&[Step::Entity], Traits::AMPERSAND, entity::entities),
    (&[Step::TerminalEscape], Traits::CONTROL, escape::terminal),
    (&[Step::Surrogate, Step::Escape], Traits::BACKSLASH, escape::escapes),
    (&[Step::EastAsian], Traits::C1, mojibake::east_asian::find_unread),
    (&[Step::Mojibake, Step::ByteA0, Step::Lossy, Step::Inconsistent, Step::Truncated], Traits::MOJIBAKE, mojibake::utf8::find),
    (&[Step::C1Control], Traits::C1, mojibake::c1::find),
    (&[Step::Cyrillic], Traits::CYRILLIC, mojibake::cyrillic::find),
    (&[Step::EastAsian], Traits::EAST_ASIAN, mojibake::east_asian::find),
    (&[Step::Ligature], Traits::LIGATURE, form::ligatures),
    (&[Step::Width], Traits::WIDTH, form::widths),
    (&[Step::Quote], Traits::NONE, quote::quotes),
    (&[Step::LineBreak], Traits::LINE_BREAK, control::line_breaks),
    (&[Step::Control], Traits::CONTROL, control::controls),
    (&[Step::ByteOrderMark], Traits::INVISIBLE, control::byte_order_marks),
    (&[Step::Invisible, Step::Direction, Step::Tag, Step::Variation, Step::SoftHyphen], Traits::INVISIBLE, invisible::find),
    (&[Step::Homoglyph], Traits::MIXED, homoglyph::find),
    (&[Step::Space], Traits::SPACE, space::odd),
    (&[Step::RepeatedSpace], Traits::NONE, space::repeated),
    (&[Step::Hyphenation, Step::Compound], Traits::NONE, hyphen::find),
    (&[Step::NormalForm], Traits::HIGH, form::normal_form),
];

/// So often a text is changed at the most: damage under damage is rare below the third layer.
const CHANGES: usize = 64;

/// Repairs a text; `None` where there is nothing to repair. Linear in the text.
#[must_use]
pub fn repair(text: &str, steps: &Steps, policy: Policy, is_word: IsWord) -> Option<Repaired> {
    let mut layers = Layers { text: Cow::Borrowed(text), seen: Vec::new(), length: text.len() };
    let mut traits = Traits::of(text);
    let (mut at, mut changes) = (0, 0);
    while let Some((names, needs, find)) = ORDER.get(at).filter(|_| changes < CHANGES) {
        at += 1;
        if !traits.meets(*needs) {
            continue;
        }
        let own = chosen(names, steps, true);
        if !own.is_empty() {
            let found = found(&layers.text, &Ask { steps: &own, policy, is_word }, *find);
            if !found.is_empty() {
                layers.add(found);
                traits = Traits::of(&layers.text);
                // What was found may hide what the steps before look for.
                at = 0;
                changes += 1;
            }
        }
    }
    let mut proposed = Vec::new();
    for (names, _, find) in ORDER.iter().filter(|(_, needs, _)| traits.meets(*needs)) {
        let own = chosen(names, steps, false);
        if !own.is_empty() {
            proposed.extend(found(&layers.text, &Ask { steps: &own, policy, is_word }, *find));
        }
    }
    (!layers.seen.is_empty() || !proposed.is_empty()).then(|| Repaired { text: layers.text.into_owned(), seen: layers.seen, proposed })
}

/// Those of some steps that are in force, and whose repairs later stages see or do not.
fn chosen(names: &[Step], steps: &Steps, seen: bool) -> Steps {
    let own = names.iter().filter_map(|&it| Some((it, steps.order(it).filter(|order| order.seen == seen)?)));
    own.fold(Steps::default(), |own, (step, order)| own.with(step, order))
}

/// What a function finds for the steps that it serves, in the order of the text, disjoint, and outside their excepted zones.
fn found(text: &str, ask: &Ask<'_>, find: Find) -> Vec<Repair> {
    let mut found = Found::default();
    find(text, ask, &mut found);
    let mut repairs = found.repairs;
    let steps = ask.steps;
    let except = |step| steps.order(step).map_or(Zones::default(), |it| it.except);
    repairs.retain(|it| steps.has(it.step) && text[it.edit.span.range()] != it.edit.replacement);
    if repairs.iter().any(|it| except(it.step) != Zones::default()) {
        let layout = segment(text);
        repairs.retain(|it| !except(it.step).contains(layout.zone(it.edit.span)));
    }
    repairs.sort_by_key(|it| it.edit.span);
    let mut end = 0;
    repairs.retain(|it| {
        let free = it.edit.span.start >= end;
        if free {
            end = it.edit.span.end;
        }
        free
    });
    repairs
}

/// A text and the repairs that made it.
struct Layers<'t> {
    text: Cow<'t, str>,
    seen: Vec<Repair>,
    // Of the text before all repairs.
    length: usize,
}

impl Layers<'_> {
    /// Carries out repairs of the text as it is now; those that touch what an earlier one put in become one with it.
    fn add(&mut self, repairs: Vec<Repair>) {
        let kept = patch(&self.seen).kept(self.length);
        let mut groups: Vec<(Span, Span, Vec<Repair>)> = Vec::with_capacity(repairs.len());
        for repair in repairs {
            let (after, before) = kept.around(repair.edit.span);
            match groups.last_mut().filter(|it| after.start < it.0.end) {
                Some(group) => {
                    group.0.end = group.0.end.max(after.end);
                    group.1.end = group.1.end.max(before.end);
                    group.2.push(repair);
                }
                None => groups.push((after, before, vec![repair])),
            }
        }
        let mut old = std::mem::take(&mut self.seen).into_iter().peekable();
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for (after, before, repairs) in groups {
            while let Some(it) = old.next_if(|it| it.edit.span < before && !before.contains(it.edit.span)) {
                self.seen.push(it);
            }
            while old.next_if(|it| before.contains(it.edit.span)).is_some() {}
            text.push_str(&self.text[at..after.start]);
            let start = text.len();
            at = after.start;
            let mut last = None;
            for Repair { step, edit, from } in repairs {
                text.push_str(&self.text[at..edit.span.start]);
                text.push_str(&edit.replacement);
                at = edit.span.end;
                last = Some((step, from));
            }
            text.push_str(&self.text[at..after.end]);
            at = after.end;
            self.seen.extend(last.map(|(step, from)| Repair { step, edit: Edit::new(before, &text[start..]), from }));
        }
        text.push_str(&self.text[at..]);
        self.seen.extend(old);
        self.text = Cow::Owned(text);
    }
}

/// The edits of repairs, which are disjoint.
fn patch(repairs: &[Repair]) -> Patch {
    let mut patch = Patch::default();
    for it in repairs {
        let added = patch.try_add(&Fix { edits: vec![it.edit.clone()], applicability: crate::edit::Applicability::Safe });
        debug_assert!(added, "repairs are disjoint");
    }
    patch
}
