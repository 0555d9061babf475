//! What was decided in this review, so that it can be taken back.

use super::{Mark, Pressed, Session};
use crate::decision::{Choice, Decision, Scope};

/// What one key changed, to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) marks: Vec<(usize, Option<Mark>)>,
    // The place that was shown, where it was that which was decided.
    pub(super) own: Option<usize>,
    pub(super) written: Decision,
    pub(super) card: usize,
    pub(super) place: usize,
}

impl Session {
    pub(super) fn undo(&mut self) -> Pressed {
        let Some(step) = self.steps.pop() else {
            "there is nothing to take back".clone_into(&mut self.message);
            return Pressed::default();
        };
        let mut open = Decision { decision: Choice::Open, replacement: None, ..step.written };
        open.paths.clear();
        // What stood there before stands there again: on the place itself, since a line replaces those before it on the same key.
        let mut again = Vec::new();
        for (at, before) in step.marks {
            if let Some(before) = before.as_ref().filter(|_| step.own == Some(at)) {
                let paths = if before.scope > Scope::Document { self.paths.clone() } else { Vec::new() };
                let replacement = before.replacement.clone();
                again.push(Decision { decision: before.choice, replacement, scope: before.scope, paths, ..open.clone() });
            }
            self.places[at].mark = before;
        }
        if self.visible.get(step.card).is_some_and(|&it| self.cards[it].places.len() > step.place) {
            (self.card, self.place) = (step.card, step.place);
        }
        "taken back".clone_into(&mut self.message);
        let mut decisions = vec![open];
        decisions.extend(again);
        Pressed { decisions, over: false }
    }
}
