//! A review in a terminal: keys are read, decisions kept, cards drawn.

use std::time::Duration;

use anyhow::Context as _;
use ratatui::{
    DefaultTerminal,
    crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read},
};
use unspin::review::{Key, Session};

use super::{keep, screen};
use crate::{args::Color, decisions::Store, interrupt, output::Output};

/// So long the loop waits for a key before it looks whether the window has changed.
const WAIT: Duration = Duration::from_millis(250);

/// Shows cards until the reviewer leaves. Every decision is on the disk before the next key is read.
pub fn run(session: &mut Session, store: &mut Store, color: Color) -> anyhow::Result<()> {
    let palette = screen::Palette::new(!Output::new(color).style.reset.is_empty());
    interrupt::heed();
    let mut terminal = ratatui::try_init().context("the terminal cannot be used")?;
    interrupt::shows_screen(true);
    let done = go_through(&mut terminal, session, store, palette);
    interrupt::shows_screen(false);
    interrupt::give_back();
    done
}

fn go_through(terminal: &mut DefaultTerminal, session: &mut Session, store: &mut Store, palette: screen::Palette) -> anyhow::Result<()> {
    let mut stale = true;
    loop {
        if stale {
            let _hold = interrupt::hold();
            terminal.draw(|frame| screen::draw(frame, session, palette))?;
        }
        stale = false;
        if !poll(WAIT)? {
            continue;
        }
        stale = true;
        let Event::Key(event) = read()? else { continue };
        let Some(key) = key(event) else { continue };
        let mut pressed = session.press(key);
        keep(store, &mut pressed.decisions)?;
        if pressed.over {
            return Ok(());
        }
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char('c' | 'd') if control => Key::Interrupt,
        KeyCode::Char('u') if control => Key::Clear,
        KeyCode::Char(it) if !control => Key::Char(it),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Tab => Key::Tab,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageDown => Key::Forward,
        KeyCode::PageUp => Key::Back,
        _ => return None,
    })
}
