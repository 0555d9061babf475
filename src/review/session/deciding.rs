//! What is decided at a place, and how far it reaches.

use serde::{Deserialize, Serialize};

use super::{Session, Step, places::Place};
use crate::decision::{Around, Choice, Decision, Scope};

/// What was decided of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What.
    pub choice: Choice,
    /// What is to stand there.
    pub replacement: Option<String>,
    /// How far the decision reached: one on a place is not touched by those of wider scope.
    pub scope: Scope,
}

impl Mark {
    /// What a decision says of its places.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        Self { choice: decision.decision, replacement: decision.replacement.clone(), scope: decision.scope }
    }
}

/// What a key did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pressed {
    /// To be on the disk before the next key counts.
    pub decisions: Vec<Decision>,
    /// Whether the review is over.
    pub over: bool,
}

impl Session {
    /// Whether a whole document is asked about.
    pub(super) fn asks_whole(&self) -> bool {
        self.proposal().is_some_and(|(it, _)| it.open.asks_whole())
    }

    pub(super) fn accept(&mut self, scope: Scope) -> Pressed {
        let proposed = self.proposal().and_then(|(it, _)| it.open.proposed.clone());
        self.decide(Choice::Accepted, proposed, scope)
    }

    /// Decides the place that is shown, or all of its card in a scope that nobody has decided one by one.
    pub(super) fn decide(&mut self, choice: Choice, replacement: Option<String>, scope: Scope) -> Pressed {
        let Some((shown, _)) = self.proposal() else { return Pressed::default() };
        // To write what is proposed is to accept it. Where nothing is proposed, to reject that is to have seen something.
        let (choice, scope) = match choice {
            Choice::Edited if replacement == shown.open.proposed => (Choice::Accepted, scope),
            Choice::Rejected if shown.open.asks_whole() => (Choice::Missed, Scope::Document),
            _ if shown.open.asks_whole() => (choice, Scope::Document),
            _ => (choice, scope),
        };
        let mut decision = Decision { decision: choice, scope, replacement: replacement.clone(), ..shown.open.clone() };
        if scope > Scope::Document {
            decision.paths.clone_from(&self.paths);
        }
        let (card, ..) = self.card().expect("a place lies on a card");
        let own = card.places[self.place];
        let reached: Vec<usize> = match scope {
            Scope::Place => vec![own],
            _ if shown.open.asks_whole() => vec![own],
            _ => card.places.iter().copied().filter(|&it| it == own || self.reaches(scope, own, it)).collect(),
        };
        self.mark(&reached, Some(own), &Mark { choice, replacement, scope }, decision)
    }

    pub(super) fn drop_document(&mut self) -> Pressed {
        let Some((shown, _)) = self.proposal() else { return Pressed::default() };
        let decision = Decision { decision: Choice::Dropped, ..shown.open.of_document("dropped") };
        let reached: Vec<usize> = self.at().map_or_else(Vec::new, |own| self.beside(own));
        let mark = Mark { choice: Choice::Dropped, replacement: None, scope: Scope::Document };
        let pressed = self.mark(&reached, None, &mark, decision);
        "document dropped".clone_into(&mut self.message);
        pressed
    }

    pub(super) fn missed(&mut self, line: &str) -> Pressed {
        let Some((shown, _)) = self.proposal() else { return Pressed::default() };
        let (text, correction) = line.split_once('=').map_or((line, None), |(text, correction)| (text, Some(correction.trim())));
        let (text, correction) = (text.trim().to_owned(), correction.map(str::to_owned));
        if text.is_empty() {
            return Pressed::default();
        }
        let decision = Decision {
            decision: Choice::Missed,
            scope: Scope::Place,
            text: text.clone(),
            replacement: correction,
            around: Around(shown.sentence.0.clone(), shown.sentence.1.clone()),
            ..shown.open.of_document(&format!("missed\0{text}\0{}", shown.open.key))
        };
        let pressed = self.mark(&[], None, &Mark::of(&decision), decision);
        "noted".clone_into(&mut self.message);
        pressed
    }

    fn mark(&mut self, reached: &[usize], own: Option<usize>, mark: &Mark, decision: Decision) -> Pressed {
        let marks = reached.iter().map(|&it| (it, self.places[it].mark.replace(mark.clone()))).collect();
        self.steps.push(Step { marks, own, written: decision.clone(), card: self.card, place: self.place });
        if reached.len() > 1 {
            self.message = format!("{} at {} places; u takes it back", mark.choice.as_str(), reached.len());
        }
        if !reached.is_empty() {
            self.seek_open();
        }
        Pressed { decisions: vec![decision], over: false }
    }

    /// Whether what is decided of one place of a card reaches another one.
    fn reaches(&self, scope: Scope, own: usize, other: usize) -> bool {
        let (own, other) = (&self.places[own], &self.places[other]);
        let source = |it: &Place| crate::decision::of_source(&self.documents[it.document]);
        !other.is_decided_alone()
            && match scope {
                Scope::Place => false,
                Scope::Document => own.document == other.document,
                Scope::Source => source(own) == source(other),
                Scope::Everywhere => true,
            }
    }

    /// Marks a place that was read later by what was decided of all that is like it.
    pub(super) fn take_up(&mut self, at: usize, card: usize) {
        for step in 0..self.steps.len() {
            let Some(own) = self.steps[step].own.filter(|&own| self.places[own].card == card) else { continue };
            let Step { written, .. } = &self.steps[step];
            if written.scope > Scope::Document && self.reaches(written.scope, own, at) {
                let before = self.places[at].mark.replace(Mark::of(written));
                self.steps[step].marks.push((at, before));
            }
        }
    }
}
