//! What a review knows of all places at once: little, since there may be a hundred thousand. The rest is handed in when a place is shown.

use super::{Mark, Session};
use crate::{
    decision::Scope,
    report::Origin,
    review::{Order, Proposal, draw},
};

/// A place where something is proposed, as far as a review must know it to find it and to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) card: usize,
    pub(super) document: usize,
    rule: usize,
    pub(super) mark: Option<Mark>,
}

impl Place {
    /// Whether it was decided by itself: decisions of wider scope leave it as it is.
    pub(super) fn is_decided_alone(&self) -> bool {
        self.mark.as_ref().is_some_and(|it| it.scope == Scope::Place && it.choice.settles())
    }
}

/// Equal changes, decided together or one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its places, in the order in which they were added.
    pub places: Vec<usize>,
    // How near the least certain is to even chances, and what the first is drawn by.
    doubt: u32,
    first: String,
}

impl Session {
    /// Adds a place behind all others; it is marked by what was decided before, also earlier in this review.
    pub fn add(&mut self, it: &Proposal) {
        let at = self.places.len();
        let change = (it.open.text.clone(), it.open.proposed.clone());
        let new = self.cards.len();
        let card = *self.changes.entry(change).or_insert(new);
        let doubt = it.confidence.millionths().abs_diff(500_000);
        if card == new {
            self.cards.push(Card { places: Vec::new(), doubt, first: it.open.key.clone() });
            self.order.push(card);
        }
        let own = &mut self.cards[card];
        own.places.push(at);
        own.doubt = own.doubt.min(doubt);
        // Proposals come one document after the other.
        if self.documents.last().is_none_or(|last| last.file != it.open.file || last.record != it.open.record) {
            self.documents.push(Origin { file: it.open.file.clone(), record: it.open.record.clone() });
        }
        let rules = self.rules.len();
        let rule = *self.rules.entry(it.open.rule.clone()).or_insert(rules);
        self.places.push(Place { card, document: self.documents.len() - 1, rule, mark: it.mark.clone() });
        self.take_up(at, card);
        let is_let_through = if self.filter.is_empty() { card == new } else { self.holds(it) && !self.visible.contains(&card) };
        if is_let_through {
            self.visible.push(card);
        }
    }

    /// Says whether more places will be added. Who had decided all goes on with what came meanwhile.
    pub fn reads_on(&mut self, reads_on: bool) {
        self.is_reading = reads_on;
        if self.waits {
            self.seek_open();
        }
    }

    /// Lays the cards in an order, and leaves out those behind so many that are open.
    pub fn arrange(&mut self, order: Order, budget: Option<usize>) {
        let cards = &self.cards;
        match order {
            Order::Text => {}
            Order::Uncertain => self.order.sort_by_key(|&it| cards[it].doubt),
            Order::Count => self.order.sort_by_key(|&it| std::cmp::Reverse(cards[it].places.len())),
            Order::Random(seed) => self.order.sort_by_cached_key(|&it| draw(seed, &cards[it].first)),
        }
        if let Some(mut left) = budget {
            // What is decided already costs no key.
            let places = &self.places;
            self.order.retain(|&card| {
                let asked = left > 0 && cards[card].places.iter().any(|&it| places[it].mark.is_none());
                left -= usize::from(asked);
                asked
            });
        }
        self.visible.clone_from(&self.order);
        self.seek_open();
    }

    /// The numbers of all places, in the order of their cards.
    pub fn in_order(&self) -> impl Iterator<Item = usize> {
        self.order.iter().flat_map(|&card| self.cards[card].places.iter().copied())
    }

    /// Whether a place holds what the filter asks for.
    fn holds(&self, it: &Proposal) -> bool {
        let wanted = self.filter.to_lowercase();
        let open = &it.open;
        [&open.text, open.proposed.as_ref().unwrap_or(&open.text), &open.rule, &open.file]
            .iter()
            .any(|it| it.to_lowercase().contains(&wanted))
    }

    /// The cards that hold a text in any case of its letters, in their order.
    pub(super) fn let_through(&self, filter: &str) -> Vec<usize> {
        let wanted = filter.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&wanted);
        let mut shown = vec![false; self.cards.len()];
        for ((text, proposed), &card) in &self.changes {
            shown[card] = holds(text) || proposed.as_deref().is_some_and(holds);
        }
        let documents: Vec<bool> = self.documents.iter().map(|it| holds(&it.file)).collect();
        let mut rules = vec![false; self.rules.len()];
        for (rule, &at) in &self.rules {
            rules[at] = holds(rule);
        }
        for it in &self.places {
            shown[it.card] |= documents[it.document] || rules[it.rule];
        }
        self.order.iter().copied().filter(|&it| shown[it]).collect()
    }

    /// All places of the document that one lies in.
    pub(super) fn beside(&self, own: usize) -> Vec<usize> {
        let document = self.places[own].document;
        (0..self.places.len()).filter(|&it| self.places[it].document == document).collect()
    }
}
