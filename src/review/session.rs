//! A review without a screen: keys in, decisions out.

use std::mem;

use super::{Card, Proposal};
use crate::{
    decision::{Around, Choice, Decision, Scope},
    ledger::content_hash,
};

/// A key, as far as a review knows any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit, a mark.
    Char(char),
    /// Done with a line.
    Enter,
    /// Out of it.
    Escape,
    /// The last letter away.
    Backspace,
    /// The whole line away.
    Clear,
    /// The next scope.
    Tab,
    /// To the place before on the same card.
    Left,
    /// To the place behind on the same card.
    Right,
    /// To the card before.
    Up,
    /// To the card behind.
    Down,
    /// To the next page of a long text.
    Forward,
    /// To the page before.
    Back,
    /// Ctrl-C.
    Interrupt,
}

/// What keys mean at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// A card is shown, and decided.
    Cards,
    /// The keys are explained.
    Help,
    /// Another replacement is written.
    Edit(String),
    /// What the cards are to hold is written.
    Filter(String),
    /// What was missed is written, as `text = correction`.
    Missed(String),
}

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

/// What one key changed, to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    marks: Vec<(usize, Option<Mark>)>,
    written: Decision,
    card: usize,
    place: usize,
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

    /// Does what a key stands for.
    pub fn press(&mut self, key: Key) -> Pressed {
        if key == Key::Interrupt {
            return Pressed { over: true, ..Pressed::default() };
        }
        self.message.clear();
        let shown = (self.card, self.place);
        let pressed = self.press_in_mode(key);
        if shown != (self.card, self.place) {
            self.page = 0;
        }
        pressed
    }

    fn press_in_mode(&mut self, key: Key) -> Pressed {
        match mem::replace(&mut self.mode, Mode::Cards) {
            Mode::Cards => return self.press_on_card(key),
            Mode::Help => {}
            Mode::Edit(line) => match written(line, key) {
                Line::Open(line) => self.mode = Mode::Edit(line),
                Line::Left => {}
                Line::Done(line) => return self.decide(Choice::Edited, Some(line), Scope::Place),
            },
            Mode::Filter(line) => match written(line, key) {
                Line::Open(line) => self.mode = Mode::Filter(line),
                Line::Left => {}
                Line::Done(line) => self.set_filter(line),
            },
            Mode::Missed(line) => match written(line, key) {
                Line::Open(line) => self.mode = Mode::Missed(line),
                Line::Left => {}
                Line::Done(line) => return self.missed(&line),
            },
        }
        Pressed::default()
    }

    fn press_on_card(&mut self, key: Key) -> Pressed {
        match key {
            Key::Char('q') => return Pressed { over: true, ..Pressed::default() },
            Key::Char('?') => self.mode = Mode::Help,
            Key::Char('/') => self.mode = Mode::Filter(self.filter.clone()),
            Key::Escape if !self.filter.is_empty() => self.set_filter(String::new()),
            Key::Char('u') => return self.undo(),
            Key::Char('n') | Key::Down => self.go(1),
            Key::Char('p') | Key::Up => self.go(-1),
            Key::Char('l') | Key::Right => self.flip(1),
            Key::Char('h') | Key::Left => self.flip(-1),
            Key::Char('c') | Key::Tab => {
                self.scope = match self.scope {
                    Scope::Document => Scope::Source,
                    Scope::Source => Scope::Everywhere,
                    Scope::Place | Scope::Everywhere => Scope::Document,
                };
            }
            Key::Char(' ') | Key::Forward => self.page += 1,
            Key::Char('b') | Key::Back => self.page = self.page.saturating_sub(1),
            Key::Char('e' | 'm' | '1'..='9') if self.asks_whole() => {
                "a: nothing was missed, r: something was".clone_into(&mut self.message);
            }
            Key::Char('a') => return self.accept(Scope::Place),
            Key::Char('A') => return self.accept(self.scope),
            Key::Char('r') => return self.decide(Choice::Rejected, None, Scope::Place),
            Key::Char('R') => return self.decide(Choice::Rejected, None, self.scope),
            Key::Char('s') => return self.decide(Choice::Skipped, None, Scope::Place),
            Key::Char('S') => return self.decide(Choice::Skipped, None, self.scope),
            Key::Char('D') => return self.drop_document(),
            Key::Char('e') => {
                if let Some((it, _)) = self.proposal() {
                    let now = it.mark.as_ref().and_then(|it| it.replacement.clone());
                    self.mode = Mode::Edit(now.or_else(|| it.open.proposed.clone()).unwrap_or_default());
                }
            }
            Key::Char('m') if self.proposal().is_some() => self.mode = Mode::Missed(String::new()),
            Key::Char(digit @ '1'..='9') => {
                let at = digit as usize - '1' as usize;
                let chosen = self.proposal().and_then(|(it, _)| it.alternatives.get(at)).map(|it| it.0.clone());
                match chosen {
                    Some(chosen) => return self.decide(Choice::Edited, Some(chosen), Scope::Place),
                    None => self.message = format!("there is no reading {digit}"),
                }
            }
            _ => "? explains the keys".clone_into(&mut self.message),
        }
        Pressed::default()
    }

    /// Whether a whole document is asked about.
    fn asks_whole(&self) -> bool {
        self.proposal().is_some_and(|(it, _)| it.open.asks_whole())
    }

    fn accept(&mut self, scope: Scope) -> Pressed {
        let proposed = self.proposal().and_then(|(it, _)| it.open.proposed.clone());
        self.decide(Choice::Accepted, proposed, scope)
    }

    /// Decides the place that is shown, or all of its card in a scope that nobody has decided one by one.
    fn decide(&mut self, choice: Choice, replacement: Option<String>, scope: Scope) -> Pressed {
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

    fn drop_document(&mut self) -> Pressed {
        let Some((shown, _)) = self.proposal() else { return Pressed::default() };
        let decision = Decision { decision: Choice::Dropped, ..of_document(&shown.open, "dropped") };
        let all = 0..self.proposals.len();
        let reached: Vec<usize> = all.filter(|&it| same_document(&self.proposals[it].open, &shown.open)).collect();
        let mark = Mark { choice: Choice::Dropped, replacement: None, scope: Scope::Document };
        let pressed = self.mark(&reached, &mark, decision);
        "document dropped".clone_into(&mut self.message);
        pressed
    }

    fn missed(&mut self, line: &str) -> Pressed {
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
            ..of_document(&shown.open, &format!("missed\0{text}\0{}", shown.open.key))
        };
        let pressed = self.mark(&[], &Mark::of(&decision), decision);
        "noted".clone_into(&mut self.message);
        pressed
    }

    fn mark(&mut self, reached: &[usize], mark: &Mark, decision: Decision) -> Pressed {
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

    fn undo(&mut self) -> Pressed {
        let Some(step) = self.steps.pop() else {
            "there is nothing to take back".clone_into(&mut self.message);
            return Pressed::default();
        };
        let mut open = Decision { decision: Choice::Open, replacement: None, ..step.written };
        // What stood there before stands there again: on the place itself, since a line replaces those before it on the same key.
        let mut again = Vec::new();
        for (at, before) in step.marks {
            let it = &mut self.proposals[at];
            if let Some(before) = before.as_ref().filter(|_| it.open.key == open.key && it.open.proposed == open.proposed) {
                let paths = if before.scope > Scope::Document { self.paths.clone() } else { Vec::new() };
                let replacement = before.replacement.clone();
                again.push(Decision { decision: before.choice, replacement, scope: before.scope, paths, ..it.open.clone() });
            }
            it.mark = before;
        }
        open.paths.clear();
        if self.visible.get(step.card).is_some_and(|&it| self.cards[it].places.len() > step.place) {
            (self.card, self.place) = (step.card, step.place);
        }
        "taken back".clone_into(&mut self.message);
        let mut decisions = vec![open];
        decisions.extend(again);
        Pressed { decisions, over: false }
    }

    fn set_filter(&mut self, filter: String) {
        let wanted = filter.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&wanted);
        let shown = |card: &Card| {
            card.places
                .iter()
                .map(|&it| &self.proposals[it].open)
                .any(|it| holds(&it.text) || it.proposed.as_deref().is_some_and(holds) || holds(&it.rule) || holds(&it.file))
        };
        let visible: Vec<usize> = (0..self.cards.len()).filter(|&it| shown(&self.cards[it])).collect();
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
    fn go(&mut self, by: isize) {
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
    fn flip(&mut self, by: isize) {
        let Some((card, ..)) = self.card() else { return };
        self.place = self.place.saturating_add_signed(by).min(card.places.len() - 1);
    }

    fn is_open(&self, proposal: usize) -> bool {
        self.proposals[proposal].mark.is_none()
    }

    /// To the next place that is open, from here to the end and then from the start.
    fn seek_open(&mut self) {
        let open = |card: usize| self.cards[self.visible[card]].places.iter().position(|&it| self.is_open(it));
        let cards = self.visible.len();
        let behind = self.card().and_then(|(card, ..)| {
            let behind = card.places.iter().enumerate().skip(self.place).find(|(_, it)| self.is_open(**it));
            behind.map(|(place, _)| (self.card, place))
        });
        let found = behind.or_else(|| (self.card..cards).chain(0..self.card).find_map(|card| Some((card, open(card)?))));
        match found {
            Some((card, place)) => (self.card, self.place) = (card, place),
            None if self.proposals.is_empty() => {}
            None if self.message.is_empty() => "all is decided; q leaves".clone_into(&mut self.message),
            None => self.message += "; all is decided; q leaves",
        }
    }
}

/// A line that is being written.
enum Line {
    Open(String),
    Done(String),
    Left,
}

fn written(mut line: String, key: Key) -> Line {
    match key {
        Key::Enter => return Line::Done(line),
        Key::Escape => return Line::Left,
        Key::Char(it) => line.push(it),
        Key::Backspace => {
            line.pop();
        }
        Key::Clear => line.clear(),
        _ => {}
    }
    Line::Open(line)
}

fn same_document(a: &Decision, b: &Decision) -> bool {
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

/// A decision on a document, or on something in it that nothing was proposed of.
fn of_document(open: &Decision, name: &str) -> Decision {
    let key = content_hash(format!("{name}\0{}\0{:?}", open.file, open.record).as_bytes())[..16].to_owned();
    Decision {
        key,
        scope: Scope::Document,
        rule: String::new(),
        rule_version: 0,
        text: String::new(),
        proposed: None,
        replacement: None,
        around: Around::default(),
        ..open.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Cleaner,
        decision::Decisions,
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
