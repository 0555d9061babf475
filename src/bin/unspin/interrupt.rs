//! Ctrl-C and the like: a run ends between two files, never within one, and leaves no drafts.

use std::{
    collections::BTreeSet,
    fs, io,
    path::PathBuf,
    process::exit,
    sync::atomic::{AtomicBool, Ordering},
    sync::{Mutex, MutexGuard, PoisonError},
};

use ratatui::crossterm::{cursor::Show, execute};

use crate::output::{catch_up, complain};

/// Held while a file is written; the ledger of those that were, where there is one.
static WRITING: Mutex<Option<String>> = Mutex::new(None);

/// Whether the terminal shows a review, and must be given back.
static SCREEN: AtomicBool = AtomicBool::new(false);
/// Whether a pager has the terminal, which must not be taken from it.
static PAGED: AtomicBool = AtomicBool::new(false);
/// Whether a signal came since.
static ENOUGH: AtomicBool = AtomicBool::new(false);
/// Files that are being written, and stand in no place yet.
static DRAFTS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

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

/// From now on a pager has the terminal: after a signal nothing more is written to it, and the run ends when its reader leaves it.
pub fn leave_to_pager() {
    PAGED.store(true, Ordering::SeqCst);
    heed();
}

/// Whether the pager has got all that it will get.
pub fn is_enough() -> bool {
    ENOUGH.load(Ordering::SeqCst)
}

/// Keeps the run from being ended, until it is dropped.
pub fn hold() -> MutexGuard<'static, Option<String>> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a draft, puts it in its place or takes it away, and keeps the list of them right all the while.
pub fn drafting<T>(act: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    act(&mut DRAFTS.lock().unwrap_or_else(PoisonError::into_inner))
}

#[expect(clippy::exit, reason = "other threads are at work on texts, and nothing waits for them")]
fn stop() {
    if PAGED.load(Ordering::SeqCst) {
        return ENOUGH.store(true, Ordering::SeqCst);
    }
    let ledger = hold();
    if SCREEN.swap(false, Ordering::SeqCst) {
        give_back();
        catch_up();
    }
    let back = ledger.as_ref().map_or_else(String::new, |it| format!("; to take it back: unspin revert {it}"));
    drafting(|drafts| {
        for draft in drafts.iter() {
            let _ = fs::remove_file(draft);
        }
        complain(&format!("interrupted{back}"));
        exit(2);
    });
}
