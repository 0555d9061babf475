//! A review without a screen: keys in, decisions out.

mod deciding;
mod history;
mod keys;
mod moving;

use deciding::same_document;
pub use deciding::{Mark, Pressed};
use history::Step;
pub use keys::{Key, Mode};

use super::{Card, Proposal};
use crate::decision::{Choice, Scope};

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

/// A review in progress.
#[derive(Debug, Clone)]
pub struct Session {
    proposals: Vec<Proposal>,
    cards: Vec<Card>,
    // Where the documents lie, for decisions of wide scope.
    paths: Vec<String>,
    // The cards that the filter lets through, in their order.
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
}

impl Session {
    /// A review of these cards, at the first that is open.
    #[must_use]
    pub fn new(proposals: Vec<Proposal>, cards: Vec<Card>, paths: Vec<String>) -> Self {
        let visible = (0..cards.len()).collect();
        let mut session = Self {
            proposals,
            cards,
            paths,
            visible,
            card: 0,
            place: 0,
            page: 0,
            scope: Scope::Everywhere,
            filter: String::new(),
            mode: Mode::Cards,
            steps: Vec::new(),
            message: String::new(),
        };
        session.seek_open();
        session
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
        let (card, ..) = self.card()?;
        Some((&self.proposals[card.places[self.place]], self.place + 1))
    }

    /// Which page of a long text is shown, from 0; behind the last comes the first.
    #[must_use]
    pub const fn page(&self) -> usize {
        self.page
    }

    /// How many places of the card that is shown lie in the same document.
    #[must_use]
    pub fn in_document(&self) -> usize {
        let Some(((card, ..), (shown, _))) = self.card().zip(self.proposal()) else { return 0 };
        card.places.iter().filter(|&&it| same_document(&self.proposals[it].open, &shown.open)).count()
    }

    /// How far the review is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mut progress = Progress { places: self.proposals.len(), ..Progress::default() };
        for mark in self.proposals.iter().filter_map(|it| it.mark.as_ref()) {
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
        review::{Order, cards, proposals},
    };

    const TEXTS: [(&str, &str); 2] = [
        ("a.txt", "They met on the the pier. We left for the the harbour , and stayed. Boats lay by the the quay."),
        ("b.txt", "It rained in the the morning , and then it snowed."),
    ];

    fn session(lines: &[Decision]) -> Session {
        let cleaner = Cleaner::new();
        let decided = Decisions::new(lines.to_vec(), "2026-11-22");
        let found = TEXTS.iter().flat_map(|(file, text)| {
            let checked = cleaner.check(text);
            proposals(&Report::new(&Origin::file(*file), &checked), &decided)
        });
        let found: Vec<Proposal> = found.collect();
        let cards = cards(&found, Order::Text);
        Session::new(found, cards, vec![".".to_owned()])
    }

    /// Presses keys, and gives back what would be on the disk, one word a line.
    fn press(session: &mut Session, keys: &str) -> Vec<Decision> {
        let key = |it: char| match it {
            '\n' => Key::Enter,
            '\x1b' => Key::Escape,
            '\x08' => Key::Backspace,
            '\t' => Key::Tab,
            '>' => Key::Right,
            it => Key::Char(it),
        };
        keys.chars().flat_map(|it| session.press(key(it)).decisions).collect()
    }

    fn check(keys: &str, expect: &[&str]) -> Session {
        let mut session = session(&[]);
        let lines = press(&mut session, keys);
        let told = lines.iter().map(|it| {
            let replacement = it.replacement.as_ref().map_or_else(String::new, |it| format!(" “{it}”"));
            format!("{} {} {}{replacement}", it.decision.as_str(), it.scope.as_str(), it.file)
        });
        assert_eq!(told.collect::<Vec<_>>(), expect, "{keys:?}");
        session
    }

    #[test]
    fn equal_changes_lie_on_one_card_and_each_key_decides_one_place() {
        let session = check("", &[]);
        assert_eq!((session.cards.len(), session.proposals.len()), (2, 6));
        let session = check("ars", &["accepted place a.txt “”", "rejected place a.txt", "skipped place a.txt"]);
        assert_eq!(session.proposal().map(|(it, place)| (it.open.file.as_str(), place)), Some(("b.txt", 4)));
        assert_eq!(session.in_document(), 1);
    }

    #[test]
    fn a_card_is_decided_as_far_as_the_scope_reaches() {
        let session = check("rA", &["rejected place a.txt", "accepted everywhere a.txt “”"]);
        let progress = session.progress();
        assert_eq!((progress.accepted, progress.rejected, progress.places), (3, 1, 6), "what was decided by itself stays");
        let session = check("\tA", &["accepted document a.txt “”"]);
        assert_eq!(session.progress().accepted, 3);
    }

    #[test]
    fn what_is_taken_back_is_as_before_on_the_disk_and_on_the_screen() {
        let before = session(&[]);
        let after = check("au", &["accepted place a.txt “”", "open place a.txt"]);
        assert_eq!((after.proposals, after.card, after.place), (before.proposals, 0, 0));
        let mut session = session(&[]);
        let lines = press(&mut session, "rAu");
        assert_eq!(super::tests::session(&lines).progress(), session.progress());
        let lines = press(&mut session, "uuuu");
        assert_eq!((lines.len(), session.progress().decided()), (1, 0));
        let lines = press(&mut session, "app\x1ar");
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
        let session = check("/comma\na", &["accepted place a.txt “”"]);
        assert_eq!(session.card().map(|it| (it.1, it.2)), Some((1, 1)));
        let session = check("/nowhere\n", &[]);
        assert_eq!((session.visible.len(), session.message()), (2, "nothing holds “nowhere”"));
    }

    #[test]
    fn a_document_is_dropped_whole_and_what_was_missed_is_noted() {
        let session = check("D", &["dropped document a.txt"]);
        assert_eq!((session.progress().rejected, session.proposal().map(|it| it.0.open.file.as_str())), (4, Some("b.txt")));
        check("mpier = quay\n", &["missed place a.txt “quay”"]);
    }

    #[test]
    fn a_review_goes_on_where_it_was_left() {
        let mut first = session(&[]);
        let lines = press(&mut first, "arA");
        let second = session(&lines);
        assert_eq!(second.progress(), first.progress());
        assert_eq!(second.proposal().map(|it| it.0), first.proposal().map(|it| it.0));
    }
}
