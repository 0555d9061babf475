//! Ctrl-C and the like: a run ends between two files, never within one.

use std::{
    io,
    process::exit,
    sync::atomic::{AtomicBool, Ordering},
    sync::{Mutex, MutexGuard, PoisonError},
};

use ratatui::crossterm::{cursor::Show, execute};

use crate::output::complain;

/// Held while a file is written; the ledger of those that were, where there is one.
static WRITING: Mutex<Option<String>> = Mutex::new(None);

/// Whether the terminal shows a review, and must be given back.
static SCREEN: AtomicBool = AtomicBool::new(false);

/// From now on a signal waits until no file is being written.
pub fn heed() {
    // A run that is to survive a signal, as under `nohup`, is left as it is.
    let _ = ctrlc::try_set_handler(stop);
}

/// Gives the terminal back as it was.
pub fn give_back() {
    ratatui::restore();
    // Where it is gone there is nobody to see the cursor.
    let _ = execute!(io::stdout(), Show);
}

/// From now on, until it is told otherwise, a signal gives the terminal back before it ends the run.
pub fn shows_screen(shown: bool) {
    SCREEN.store(shown, Ordering::SeqCst);
}

/// Keeps the run from being ended, until it is dropped.
pub fn hold() -> MutexGuard<'static, Option<String>> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::exit, reason = "other threads are at work on texts, and nothing waits for them")]
fn stop() {
    let ledger = hold();
    if SCREEN.swap(false, Ordering::SeqCst) {
        give_back();
    }
    let back = ledger.as_ref().map_or_else(String::new, |it| format!("; to take it back: unspin revert {it}"));
    complain(&format!("interrupted{back}"));
    exit(2);
}
