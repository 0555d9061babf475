//! A review in a terminal: keys are read, decisions kept, cards drawn, while documents are still being read.

use std::{
    fmt,
    io::{IsTerminal as _, Write as _},
    sync::mpsc::{Receiver, TryRecvError, channel},
    thread,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use ratatui::{
    DefaultTerminal,
    crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, poll, read},
};
use unspin::review::{Key, Proposal, Session};

use super::{gather, keep, screen, shelf::Shelf};
use crate::{
    args::{Chosen, Color, OrderOf, ReviewArgs},
    asked::Asked,
    decisions::Store,
    interrupt,
    output::{self, Done, Output, counted, remark},
};

/// So long the loop waits for a key before it looks whether the window has changed, or something was read.
const WAIT: Duration = Duration::from_millis(250);

/// A review, and where its proposals are.
struct Desk {
    session: Session,
    shelf: Shelf,
    batches: Receiver<Vec<Proposal>>,
}

/// Why reading is broken off: the reviewer is gone.
#[derive(Debug)]
struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the review is over")
    }
}

impl std::error::Error for Gone {}

/// Shows cards until the reviewer leaves.
pub fn run(args: &ReviewArgs) -> anyhow::Result<Done> {
    let mut store = Store::new(args.reviewer.as_deref());
    let asked = Asked::of(&args.common.paths)?;
    let decided = asked.answers(store.read()?);
    let (send, batches) = channel();
    let paths = asked.paths.iter().map(|it| it.display().to_string()).collect();
    thread::scope(|scope| {
        let (asked, decided) = (&asked, &decided);
        // The way ends with the reader.
        let reader = scope.spawn(move || gather(args, asked, decided, |it| send.send(it).map_err(|_| Gone.into())));
        let mut desk = Desk { session: Session::new(paths), shelf: Shelf::new(), batches };
        let shown = desk.wait(&args.chosen, !args.common.shared.quiet).and_then(|any| {
            if any {
                go_through(&mut desk, &mut store, args.common.shared.color)?;
            }
            Ok(any)
        });
        let Desk { session, batches, .. } = desk;
        drop(batches);
        let read = reader.join().map_err(|_| anyhow!("the documents could not be read"))?;
        let shown = shown?;
        let failed = read.or_else(|it| if it.is::<Gone>() { Ok(false) } else { Err(it) })?;
        if !args.common.shared.quiet {
            tell(&session, &store, shown);
        }
        Ok(if failed { Done::Failed } else { Done::Nothing })
    })
}

/// What has come of it.
fn tell(session: &Session, store: &Store, shown: bool) {
    if !shown {
        return remark(&format_args!("nothing is proposed"));
    }
    let it = session.progress();
    let so_far = if session.is_reading() { "; not all was read" } else { "" };
    let (accepted, rejected, edited) = (it.accepted, it.rejected, it.edited);
    let places = counted(it.places, "place");
    remark(&format_args!("{} of {places} decided: {accepted} accepted, {rejected} rejected, {edited} edited{so_far}", it.decided()));
    if store.path().exists() {
        remark(&format_args!("kept in {}\nto apply what was accepted: unspin apply", store.path().display()));
    }
}

impl Desk {
    /// Takes what was read meanwhile; gives back whether that was anything.
    fn take(&mut self) -> anyhow::Result<bool> {
        let before = self.session.progress().places;
        let reads_on = loop {
            match self.batches.try_recv() {
                Ok(found) => self.add(&found)?,
                Err(why) => break why == TryRecvError::Empty,
            }
        };
        self.session.reads_on(reads_on);
        Ok(!reads_on || before != self.session.progress().places)
    }

    fn add(&mut self, found: &[Proposal]) -> anyhow::Result<()> {
        for it in found {
            self.session.add(it);
        }
        self.shelf.put(found)
    }

    /// Waits until there is something to show: the first card, or all of them where their order depends on the last.
    fn wait(&mut self, chosen: &Chosen, talks: bool) -> anyhow::Result<bool> {
        let talks = talks && std::io::stderr().is_terminal();
        let all = chosen.order != OrderOf::Text || chosen.budget.is_some() || chosen.sample.is_some();
        let mut read = 0;
        while all || self.session.at().is_none() {
            let Ok(found) = self.batches.recv() else { break };
            self.add(&found)?;
            read += 1;
            if talks && read % 100 == 0 {
                let places = self.session.progress().places;
                let _ = write!(std::io::stderr(), "\r{} read, {} found ", counted(read, "document"), counted(places, "place"));
            }
        }
        if talks && read >= 100 {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
        self.take()?;
        self.session.arrange(chosen.laid(), chosen.budget);
        Ok(self.session.at().is_some())
    }

    /// Hands over what is proposed at the place at hand.
    fn show(&mut self) -> anyhow::Result<()> {
        if let Some(at) = self.session.at() {
            self.session.show(self.shelf.get(at)?);
        }
        Ok(())
    }
}

/// Shows cards until the reviewer leaves, on a screen that is given back.
fn go_through(desk: &mut Desk, store: &mut Store, color: Color) -> anyhow::Result<()> {
    let palette = screen::Palette::new(!Output::new(color).style.reset.is_empty());
    interrupt::heed();
    let mut terminal = ratatui::try_init().context("the terminal cannot be used")?;
    interrupt::shows_screen(true);
    output::hold_back();
    let done = press_keys(&mut terminal, desk, store, palette);
    interrupt::shows_screen(false);
    interrupt::give_back();
    output::catch_up();
    done
}

/// Every decision is on the disk before the next key is read.
fn press_keys(terminal: &mut DefaultTerminal, desk: &mut Desk, store: &mut Store, palette: screen::Palette) -> anyhow::Result<()> {
    let mut stale = true;
    loop {
        stale |= desk.session.is_reading() && desk.take()?;
        if stale {
            desk.show()?;
            let _hold = interrupt::hold();
            terminal.draw(|frame| screen::draw(frame, &desk.session, palette))?;
        }
        stale = false;
        if !poll(WAIT)? {
            continue;
        }
        stale = true;
        let Event::Key(event) = read()? else { continue };
        let Some(key) = key(event) else { continue };
        let mut pressed = desk.session.press(key);
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
