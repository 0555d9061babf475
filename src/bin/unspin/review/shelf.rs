//! Proposals on the disk until they are shown: there may be more of them than a review should hold in memory.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use anyhow::Context as _;
use tempfile::SpooledTempFile;
use unspin::review::Proposal;

/// So many bytes are kept in memory; what is more goes into a file that has no name, and is gone with the program.
const IN_MEMORY: usize = 8 << 20;

/// Proposals in the order in which they were put there.
pub struct Shelf {
    file: SpooledTempFile,
    // Where each ends.
    ends: Vec<u64>,
}

impl Shelf {
    /// An empty one.
    pub fn new() -> Self {
        Self { file: SpooledTempFile::new(IN_MEMORY), ends: Vec::new() }
    }

    /// Puts some behind those that are there.
    pub fn put(&mut self, found: &[Proposal]) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        let mut end = self.ends.last().copied().unwrap_or_default();
        let start = end;
        for it in found {
            let before = bytes.len();
            serde_json::to_writer(&mut bytes, it)?;
            end += (bytes.len() - before) as u64;
            self.ends.push(end);
        }
        self.file.seek(SeekFrom::Start(start)).and_then(|_| self.file.write_all(&bytes)).context("cannot write a temporary file")
    }

    /// The one that was put there as the first, the second and so on, from 0.
    pub fn get(&mut self, at: usize) -> anyhow::Result<Proposal> {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let mut bytes = vec![0; usize::try_from(self.ends[at] - start)?];
        let read = self.file.seek(SeekFrom::Start(start)).and_then(|_| self.file.read_exact(&mut bytes));
        read.context("cannot read a temporary file")?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use unspin::{
        Cleaner,
        decision::Decisions,
        report::{Origin, Report},
        review::proposals,
    };

    use super::*;

    #[test]
    fn what_was_put_there_is_there_whether_memory_holds_it_or_not() {
        let checked = Cleaner::new().check("They met on the the pier. We left for the the harbour , and stayed.");
        let found = proposals(&Report::new(&Origin::file("a.txt"), &checked), &Decisions::default());
        let mut long = found.clone();
        long[1].sentence.0 = "Night fell. ".repeat(IN_MEMORY / 12);
        let mut shelf = Shelf::new();
        for batch in [&found, &Vec::new(), &long, &found] {
            shelf.put(batch).expect("there is room");
        }
        let all = [found.clone(), long, found].concat();
        for at in (0..all.len()).rev() {
            assert!(shelf.get(at).expect("it is there") == all[at], "number {at}");
        }
    }
}
