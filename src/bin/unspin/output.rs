//! Standard output and standard error: colour, complaints, broken pipes.

use std::{
    fmt,
    io::{self, BufWriter, IsTerminal as _, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use unspin::report::text::Style;
pub use unspin::report::totals::{counted, grouped};

use crate::{
    args::{Color, Paging},
    pager::Pager,
    recording::{self, Recorded},
};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Done {
    /// All well: nothing found, or everything done.
    Nothing,
    /// Something was found.
    Something,
    /// A part could not be done; it was named on standard error.
    Failed,
}

/// Standard output behind a buffer, with the style that suits it.
pub struct Output {
    out: BufWriter<Way>,
    /// The marks for colours.
    pub style: Style,
}

/// Where it goes.
enum Way {
    Stdout(Recorded<io::StdoutLock<'static>>),
    Pager(Pager),
}

impl Output {
    /// Standard output; coloured where it is a terminal and the environment has no objection.
    pub fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto if recording::is_on() => anstream::ColorChoice::Never,
            Color::Auto => anstream::AutoStream::choice(&io::stdout()),
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        let style = if choice == anstream::ColorChoice::Never { Style::default() } else { Style::COLOUR };
        Self { out: BufWriter::with_capacity(1 << 16, Way::Stdout(Recorded(io::stdout().lock()))), style }
    }

    /// The same through a pager, where one is usual and wanted.
    pub fn paged(color: Color, paging: Paging) -> Self {
        let output = Self::new(color);
        match paging.is_wanted().then(Pager::start).flatten() {
            Some(pager) => Self { out: BufWriter::with_capacity(1 << 16, Way::Pager(pager)), ..output },
            None => output,
        }
    }

    /// Whether a person reads it.
    pub fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }
}

impl Write for Way {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Pager(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Pager(out) => out.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What is said while something else is on the screen, and kept until that is gone.
static HELD_BACK: Mutex<Option<Vec<String>>> = Mutex::new(None);

/// From now on what is said is kept.
pub fn hold_back() {
    held_back().get_or_insert_default();
}

/// Says what was kept.
pub fn catch_up() {
    let kept = held_back().take();
    for line in kept.into_iter().flatten() {
        say(line);
    }
}

fn held_back() -> MutexGuard<'static, Option<Vec<String>>> {
    HELD_BACK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn say(line: String) {
    match held_back().as_mut() {
        Some(lines) => lines.push(line),
        // Where standard error is closed there is nobody to tell.
        None => drop(writeln!(io::stderr(), "{line}")),
    }
}

/// Says on standard error what went wrong, in one line.
pub fn complain(message: &str) {
    say(format!("unspin: {}", unspin::diff::printable(message)));
}

/// Says something beside the results, which standard output is kept free for.
pub fn remark(message: &fmt::Arguments<'_>) {
    say(message.to_string());
}

/// Whether somebody stopped reading: `unspin … | head` is no failure.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|it| it.downcast_ref::<io::Error>()).any(|it| it.kind() == io::ErrorKind::BrokenPipe)
        || error
            .chain()
            .filter_map(|it| it.downcast_ref::<serde_json::Error>())
            .any(|it| it.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
}
