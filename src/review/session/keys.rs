//! What keys mean, and what they do.

use std::mem;

use super::{Pressed, Session};
use crate::decision::{Choice, Scope};

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

impl Session {
    /// Does what a key stands for.
    pub fn press(&mut self, key: Key) -> Pressed {
        if key == Key::Interrupt {
            return Pressed { over: true, ..Pressed::default() };
        }
        self.message.clear();
        self.waits = false;
        let shown = (self.card, self.place);
        let pressed = self.press_in_mode(key);
        if shown != (self.card, self.place) {
            self.page = 0;
        }
        pressed
    }

    pub(super) fn press_in_mode(&mut self, key: Key) -> Pressed {
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

    pub(super) fn press_on_card(&mut self, key: Key) -> Pressed {
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
