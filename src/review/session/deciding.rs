//! What is decided at a place, and how far it reaches.

use super::{Session, Step};
use crate::decision::{Around, Choice, Decision, Scope};

/// What was decided of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let reached = |it: &usize| {
            let other = &self.proposals[*it];
            let alone = other.mark.as_ref().is_some_and(|it| it.scope == Scope::Place && it.choice.settles());
            *it == own || !alone && reaches(scope, &shown.open, &other.open)
        };
        let reached: Vec<usize> = match scope {
            Scope::Place => vec![own],
            _ if shown.open.asks_whole() => vec![own],
            _ => card.places.iter().copied().filter(reached).collect(),
        };
        self.mark(&reached, &Mark { choice, replacement, scope }, decision)
    }

    pub(super) fn drop_document(&mut self) -> Pressed {
        let Some((shown, _)) = self.proposal() else { return Pressed::default() };
        let decision = Decision { decision: Choice::Dropped, ..shown.open.of_document("dropped") };
        let all = 0..self.proposals.len();
        let reached: Vec<usize> = all.filter(|&it| same_document(&self.proposals[it].open, &shown.open)).collect();
        let mark = Mark { choice: Choice::Dropped, replacement: None, scope: Scope::Document };
        let pressed = self.mark(&reached, &mark, decision);
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
        let pressed = self.mark(&[], &Mark::of(&decision), decision);
        "noted".clone_into(&mut self.message);
        pressed
    }

    pub(super) fn mark(&mut self, reached: &[usize], mark: &Mark, decision: Decision) -> Pressed {
        let marks = reached.iter().map(|&it| (it, self.proposals[it].mark.replace(mark.clone()))).collect();
        self.steps.push(Step { marks, written: decision.clone(), card: self.card, place: self.place });
        if reached.len() > 1 {
            self.message = format!("{} at {} places; u takes it back", mark.choice.as_str(), reached.len());
        }
        if !reached.is_empty() {
            self.seek_open();
        }
        Pressed { decisions: vec![decision], over: false }
    }
}

pub(super) fn same_document(a: &Decision, b: &Decision) -> bool {
    a.file == b.file && a.record == b.record
}

/// Whether a decision on one place reaches another place of the same change.
fn reaches(scope: Scope, decided: &Decision, other: &Decision) -> bool {
    match scope {
        Scope::Place => false,
        Scope::Document => same_document(decided, other),
        Scope::Source => crate::decision::source(decided) == crate::decision::source(other),
        Scope::Everywhere => true,
    }
}
