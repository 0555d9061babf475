//! How far a run is: a line that is written over on a terminal, a line a minute elsewhere.

use std::{
    io::{self, IsTerminal as _, Read, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    args::{Reading, Shared},
    inputs::{Input, Kind},
    output::{Output, counted, remark},
};

/// How often a terminal is written to, and how often a log.
const TERMINAL: Duration = Duration::from_millis(200);
const LOG: Duration = Duration::from_mins(1);

/// Counts bytes that were read, whoever reads them.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<AtomicU64>);

impl Counter {
    /// A reader whose bytes are counted.
    pub fn reader<R: Read>(&self, inner: R) -> Counting<R> {
        Counting { inner, counter: self.clone() }
    }
}

/// A reader whose bytes are counted.
pub struct Counting<R> {
    inner: R,
    counter: Counter,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.counter.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// What is shown of a run over data sets.
pub struct Progress {
    counter: Counter,
    total: u64,
    documents: usize,
    started: Instant,
    shown: Instant,
    // `None` where nothing is to be shown.
    every: Option<Duration>,
    dirty: bool,
}

impl Progress {
    /// The progress of a run over some inputs; shown only where there are data sets, which take long.
    pub fn new(inputs: &[Input], shared: &Shared, reading: &Reading) -> Self {
        let sets = || inputs.iter().filter(|it| it.kind(reading) != Some(Kind::Text));
        // Results on the same terminal would be torn apart.
        let terminal = io::stderr().is_terminal() && !Output::is_terminal();
        let wanted = !shared.quiet && sets().next().is_some();
        let now = Instant::now();
        Self {
            counter: Counter::default(),
            total: sets().map(|it| it.size() as u64).sum(),
            documents: 0,
            started: now,
            shown: now,
            every: wanted.then_some(if terminal { TERMINAL } else { LOG }),
            dirty: false,
        }
    }

    /// What counts the bytes that are read.
    pub fn counter(&self) -> Counter {
        self.counter.clone()
    }

    /// Some documents are done.
    pub fn tick(&mut self, documents: usize) {
        self.documents += documents;
        let Some(every) = self.every else { return };
        if self.shown.elapsed() < every {
            return;
        }
        self.shown = Instant::now();
        let line = line(self.counter.0.load(Ordering::Relaxed), self.total, self.documents, self.started.elapsed());
        // Where standard error is closed there is nobody to tell.
        match every {
            TERMINAL => drop(write!(io::stderr(), "\r\x1b[K{line}")),
            _ => remark(&format_args!("{line}")),
        }
        self.dirty = every == TERMINAL;
    }

    /// Takes the line away.
    pub fn finish(&mut self) {
        if std::mem::take(&mut self.dirty) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

fn line(read: u64, total: u64, documents: usize, elapsed: Duration) -> String {
    let rate = read / elapsed.as_secs().max(1);
    let of = if total > read { format!(" of {}", total >> 20) } else { String::new() };
    let left = if total > read && rate > 0 { format!(", {} left", clock((total - read) / rate)) } else { String::new() };
    format!("{}{of} MB, {}, {} MB/s{left}", read >> 20, counted(documents, "document"), rate >> 20)
}

fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is() {
        let check = |read: u64, total: u64, seconds: u64, expect: &str| {
            assert_eq!(line(read << 20, total << 20, 12_345, Duration::from_secs(seconds)), expect);
        };
        check(100, 500, 10, "100 of 500 MB, 12,345 documents, 10 MB/s, 0:40 left");
        check(100, 100_000, 10, "100 of 100000 MB, 12,345 documents, 10 MB/s, 2:46:30 left");
        check(100, 0, 10, "100 MB, 12,345 documents, 10 MB/s");
    }
}
