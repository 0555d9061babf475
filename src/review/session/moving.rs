//! From card to card and from place to place, and which cards there are.

use super::Session;

impl Session {
    pub(super) fn set_filter(&mut self, filter: String) {
        let visible = self.let_through(&filter);
        if visible.is_empty() {
            self.message = format!("nothing holds “{filter}”");
            return;
        }
        (self.visible, self.filter) = (visible, filter);
        (self.card, self.place) = (0, 0);
        self.steps.iter_mut().for_each(|it| it.card = usize::MAX);
        self.seek_open();
    }

    /// To another card, at its first place that is open.
    pub(super) fn go(&mut self, by: isize) {
        let last = self.visible.len().saturating_sub(1);
        let to = self.card.saturating_add_signed(by).min(last);
        if to == self.card {
            let end = if by < 0 { "this is the first" } else { "this is the last" };
            end.clone_into(&mut self.message);
            return;
        }
        self.card = to;
        let open = self.cards[self.visible[to]].places.iter().position(|&it| self.is_open(it));
        self.place = open.unwrap_or(0);
    }

    /// To another place of the card.
    pub(super) fn flip(&mut self, by: isize) {
        let Some((card, ..)) = self.card() else { return };
        self.place = self.place.saturating_add_signed(by).min(card.places.len() - 1);
    }

    pub(super) fn is_open(&self, place: usize) -> bool {
        self.places[place].mark.is_none()
    }

    /// To the next place that is open, from here to the end and then from the start.
    pub(super) fn seek_open(&mut self) {
        let open = |card: usize| self.cards[self.visible[card]].places.iter().position(|&it| self.is_open(it));
        let cards = self.visible.len();
        let behind = self.card().and_then(|(card, ..)| {
            let behind = card.places.iter().enumerate().skip(self.place).find(|(_, it)| self.is_open(**it));
            behind.map(|(place, _)| (self.card, place))
        });
        let found = behind.or_else(|| (self.card..cards).chain(0..self.card).find_map(|card| Some((card, open(card)?))));
        self.waits = false;
        match found {
            Some((card, place)) => (self.card, self.place) = (card, place),
            None if self.places.is_empty() => {}
            None if self.is_reading => self.waits = true,
            None if self.message.is_empty() => "all is decided; q leaves".clone_into(&mut self.message),
            None => self.message += "; all is decided; q leaves",
        }
    }
}
