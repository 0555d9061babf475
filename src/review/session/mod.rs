//! A review without a screen: keys in, decisions out.

mod deciding;
mod history;
mod keys;
mod moving;
mod places;

use std::collections::HashMap;

pub use deciding::{Mark, Pressed};
use history::Step;
pub use keys::{Key, Mode};
pub use places::Card;
use places::Place;

use super::Proposal;
use crate::{
    decision::{Choice, Scope},
    report::Origin,
};

/// How many of the places are decided, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// All places.
    pub places: usize,
    /// Those accepted.
    pub accepted: usize,
    /// Those rejected, or in documents that were dropped.
    pub rejected: usize,
    /// Those edited.
    pub edited: usize,
    /// Those skipped.
    pub skipped: usize,
}

impl Progress {
    /// How many are decided.
    #[must_use]
    pub const fn decided(self) -> usize {
        self.accepted + self.rejected + self.edited
    }
}

/// A review in progress. It holds the place at hand alone, which is handed to it by [`Session::show`] after each key.
#[derive(Debug, Clone)]
pub struct Session {
    places: Vec<Place>,
    documents: Vec<Origin>,
    rules: HashMap<String, usize>,
    // The cards, found by what stands at their places and what is proposed.
    cards: Vec<Card>,
    changes: HashMap<(String, Option<String>), usize>,
    shown: Option<(usize, Proposal)>,
    // Where the documents lie, for decisions of wide scope.
    paths: Vec<String>,
    // The cards in their order, and those that the filter lets through.
    order: Vec<usize>,
    visible: Vec<usize>,
    // Among the visible cards, and among the places of the card.
    card: usize,
    place: usize,
    // How far a long text was leafed through.
    page: usize,
    scope: Scope,
    filter: String,
    mode: Mode,
    steps: Vec<Step>,
    message: String,
    // Whether more places will be added, and whether the reviewer waits for them.
    is_reading: bool,
    waits: bool,
}

impl Session {
    /// A review of nothing yet, for documents below some paths.
    #[must_use]
    pub fn new(paths: Vec<String>) -> Self {
        Self {
            places: Vec::new(),
            documents: Vec::new(),
            rules: HashMap::new(),
            cards: Vec::new(),
            changes: HashMap::new(),
            shown: None,
            paths,
            order: Vec::new(),
            visible: Vec::new(),
            card: 0,
            place: 0,
            page: 0,
            scope: Scope::Everywhere,
            filter: String::new(),
            mode: Mode::Cards,
            steps: Vec::new(),
            message: String::new(),
            is_reading: false,
            waits: true,
        }
    }

    /// The number of the place that is to be shown, in the order in which places were added.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        Some(self.card()?.0.places[self.place])
    }

    /// Takes what is proposed at the place that is to be shown; keys decide nothing before that.
    pub fn show(&mut self, proposal: Proposal) {
        self.shown = self.at().map(|at| (at, Proposal { mark: self.places[at].mark.clone(), ..proposal }));
    }

    /// What keys mean at the moment.
    #[must_use]
    pub const fn mode(&self) -> &Mode {
        &self.mode
    }

    /// How far A, R and S reach.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// What the cards must hold to be shown.
    #[must_use]
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// What the last key has to say.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The card that is shown, with its number from 1 and how many there are; none where the filter lets none through.
    #[must_use]
    pub fn card(&self) -> Option<(&Card, usize, usize)> {
        let card = self.visible.get(self.card)?;
        Some((&self.cards[*card], self.card + 1, self.visible.len()))
    }

    /// The place that is shown, with its number on the card from 1.
    #[must_use]
    pub fn proposal(&self) -> Option<(&Proposal, usize)> {
        let (at, it) = self.shown.as_ref()?;
        (self.at() == Some(*at)).then_some((it, self.place + 1))
    }

    /// Whether more places will be added.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        self.is_reading
    }

    /// Which page of a long text is shown, from 0; behind the last comes the first.
    #[must_use]
    pub const fn page(&self) -> usize {
        self.page
    }

    /// How many places of the card that is shown lie in the same document.
    #[must_use]
    pub fn in_document(&self) -> usize {
        let Some(((card, ..), own)) = self.card().zip(self.at()) else { return 0 };
        card.places.iter().filter(|&&it| self.places[it].document == self.places[own].document).count()
    }

    /// How far the review is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mut progress = Progress { places: self.places.len(), ..Progress::default() };
        for mark in self.places.iter().filter_map(|it| it.mark.as_ref()) {
            match mark.choice {
                Choice::Accepted => progress.accepted += 1,
                Choice::Rejected | Choice::Dropped | Choice::Missed => progress.rejected += 1,
                Choice::Edited => progress.edited += 1,
                Choice::Skipped => progress.skipped += 1,
                Choice::Open => {}
            }
        }
        progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Cleaner,
        decision::{Decision, Decisions},
        report::{Origin, Report},
        review::{Order, proposals},
    };

    const TEXTS: [(&str, &str); 2] = [
        ("a.txt", "They met on the the pier. We left for the the harbour , and stayed. Boats lay by the the quay."),
        ("b.txt", "It rained in the the morning , and then it snowed."),
    ];

    /// A review, and what is proposed at its places.
    struct Desk(Session, Vec<Proposal>);

    fn found(lines: &[Decision]) -> Vec<Proposal> {
        let cleaner = Cleaner::new();
        let decided = Decisions::new(lines.to_vec(), "2026-11-22");
        let found = TEXTS.iter().flat_map(|(file, text)| {
            let checked = cleaner.check(text);
            proposals(&Report::new(&Origin::file(*file), &checked), &decided)
        });
        found.collect()
    }

    fn desk(lines: &[Decision]) -> Desk {
        let mut desk = Desk(Session::new(vec![".".to_owned()]), Vec::new());
        desk.add(found(lines));
        desk.0.arrange(Order::Text, None);
        desk.show();
        desk
    }

    impl Desk {
        fn add(&mut self, found: Vec<Proposal>) {
            for it in &found {
                self.0.add(it);
            }
            self.1.extend(found);
        }

        fn show(&mut self) {
            if let Some(at) = self.0.at() {
                self.0.show(self.1[at].clone());
            }
        }

        fn file(&self) -> Option<&str> {
            self.0.proposal().map(|(it, _)| it.open.file.as_str())
        }

        /// Presses keys, and gives back what would be on the disk.
        fn press(&mut self, keys: &str) -> Vec<Decision> {
            let key = |it: char| match it {
                '\n' => Key::Enter,
                '\x1b' => Key::Escape,
                '\x08' => Key::Backspace,
                '\t' => Key::Tab,
                '>' => Key::Right,
                it => Key::Char(it),
            };
            let mut lines = Vec::new();
            for it in keys.chars() {
                lines.extend(self.0.press(key(it)).decisions);
                self.show();
            }
            lines
        }
    }

    fn check(keys: &str, expect: &[&str]) -> Desk {
        let mut desk = desk(&[]);
        let lines = desk.press(keys);
        let told = lines.iter().map(|it| {
            let replacement = it.replacement.as_ref().map_or_else(String::new, |it| format!(" “{it}”"));
            format!("{} {} {}{replacement}", it.decision.as_str(), it.scope.as_str(), it.file)
        });
        assert_eq!(told.collect::<Vec<_>>(), expect, "{keys:?}");
        desk
    }

    #[test]
    fn equal_changes_lie_on_one_card_and_each_key_decides_one_place() {
        let Desk(session, _) = check("", &[]);
        assert_eq!((session.cards.len(), session.places.len()), (2, 6));
        let desk = check("ars", &["accepted place a.txt “”", "rejected place a.txt", "skipped place a.txt"]);
        assert_eq!((desk.file(), desk.0.place + 1), (Some("b.txt"), 4));
        assert_eq!(desk.0.in_document(), 1);
    }

    #[test]
    fn a_card_is_decided_as_far_as_the_scope_reaches() {
        let Desk(session, _) = check("rA", &["rejected place a.txt", "accepted everywhere a.txt “”"]);
        let progress = session.progress();
        assert_eq!((progress.accepted, progress.rejected, progress.places), (3, 1, 6), "what was decided by itself stays");
        let Desk(session, _) = check("\tA", &["accepted document a.txt “”"]);
        assert_eq!(session.progress().accepted, 3);
    }

    #[test]
    fn what_is_taken_back_is_as_before_on_the_disk_and_on_the_screen() {
        let Desk(before, _) = desk(&[]);
        let Desk(after, _) = check("au", &["accepted place a.txt “”", "open place a.txt"]);
        assert_eq!((after.places, after.card, after.place), (before.places, 0, 0));
        let mut desk = desk(&[]);
        let lines = desk.press("rAu");
        assert_eq!(super::tests::desk(&lines).0.progress(), desk.0.progress());
        let lines = desk.press("uuuu");
        assert_eq!((lines.len(), desk.0.progress().decided()), (1, 0));
        let lines = desk.press("app\x1ar");
        assert_eq!(lines.len(), 2);
    }

    #[test]
    fn another_replacement_is_written_and_one_that_was_proposed_is_accepted() {
        check("e old\n", &["edited place a.txt “ old”"]);
        check("e old\x1ba", &["accepted place a.txt “”"]);
        check("e\n", &["accepted place a.txt “”"]);
    }

    #[test]
    fn a_filter_shows_cards_that_hold_it() {
        let Desk(session, _) = check("/comma\na", &["accepted place a.txt “”"]);
        assert_eq!(session.card().map(|it| (it.1, it.2)), Some((1, 1)));
        let Desk(session, _) = check("/nowhere\n", &[]);
        assert_eq!((session.visible.len(), session.message()), (2, "nothing holds “nowhere”"));
    }

    #[test]
    fn a_document_is_dropped_whole_and_what_was_missed_is_noted() {
        let desk = check("D", &["dropped document a.txt"]);
        assert_eq!((desk.0.progress().rejected, desk.file()), (4, Some("b.txt")));
        check("mpier = quay\n", &["missed place a.txt “quay”"]);
    }

    #[test]
    fn a_review_goes_on_where_it_was_left() {
        let mut first = desk(&[]);
        let lines = first.press("arA");
        let second = desk(&lines);
        assert_eq!(second.0.progress(), first.0.progress());
        assert_eq!(second.0.proposal().map(|it| &it.0.open), first.0.proposal().map(|it| &it.0.open));
    }

    #[test]
    fn cards_come_in_the_order_that_was_asked_for_and_no_more_than_were() {
        let arranged = |order: Order, budget: Option<usize>, lines: &[Decision]| {
            let mut desk = desk(lines);
            desk.0.arrange(order, budget);
            let cards = desk.0.visible.iter().map(|&it| desk.1[desk.0.cards[it].places[0]].open.text.clone());
            cards.collect::<Vec<String>>()
        };
        assert_eq!(arranged(Order::Text, None, &[]), [" the", " "]);
        assert_eq!(arranged(Order::Count, None, &[]), [" the", " "]);
        assert_eq!(arranged(Order::Uncertain, None, &[]), [" the", " "], "by confidence: 0.98 and 0.99");
        let random: Vec<_> = (0..8).map(|seed| arranged(Order::Random(seed), None, &[])).collect();
        assert!(random.iter().any(|it| it[0] == " ") && random.iter().any(|it| it[0] == " the"));
        assert_eq!(random[3], arranged(Order::Random(3), None, &[]), "by the same chance");
        assert_eq!(arranged(Order::Text, Some(1), &[]), [" the"]);
        let decided = desk(&[]).press("A");
        assert_eq!(arranged(Order::Text, Some(1), &decided), [" "], "what is decided costs nothing");
    }

    #[test]
    fn what_is_read_later_is_marked_by_what_was_decided_everywhere_and_asked_of_otherwise() {
        let (first, second): (Vec<_>, Vec<_>) = found(&[]).into_iter().partition(|it| it.open.file == "a.txt");
        let mut desk = Desk(Session::new(vec![".".to_owned()]), Vec::new());
        desk.add(first);
        desk.0.reads_on(true);
        desk.show();
        assert_eq!(desk.press("Aa").len(), 2);
        assert_eq!((desk.0.progress().accepted, desk.0.message()), (4, ""), "there is more to come");
        desk.add(second.clone());
        desk.0.reads_on(false);
        desk.show();
        assert_eq!((desk.0.progress().accepted, desk.0.progress().places), (5, 6), "“ the” is decided everywhere");
        assert_eq!(desk.0.proposal().map(|(it, _)| (it.open.file.as_str(), it.open.text.as_str())), Some(("b.txt", " ")));
        desk.press("uu");
        assert_eq!(desk.0.progress().accepted, 0, "taken back there, too");
        // A decision on the other place of a card is kept for itself.
        let mark = Mark { choice: Choice::Rejected, replacement: None, scope: Scope::Place };
        desk.press("A");
        desk.add(second.into_iter().map(|it| Proposal { mark: Some(mark.clone()), ..it }).collect());
        assert_eq!(desk.0.progress().rejected, 2);
    }
}
