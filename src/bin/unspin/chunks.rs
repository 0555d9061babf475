//! A stream cut into chunks of whole records.

use std::io::{self, Read};

use unspin::records::{Cutter, Format};

use crate::packing::Source;

/// How many bytes are handed to a worker at once.
pub const CHUNK: usize = 256 << 10;

/// A piece of a data set.
#[derive(Debug, PartialEq, Eq)]
pub enum Chunk {
    /// Whole records; only the last of a data set may lack its line end.
    Records {
        /// Their bytes.
        bytes: Vec<u8>,
        /// The line that the first one begins on, from 1.
        line: usize,
    },
    /// A part of a record that is too large to be held.
    Piece {
        /// Its bytes.
        bytes: Vec<u8>,
        /// The line that the record begins on.
        line: usize,
        /// Whether it is the first part of its record.
        first: bool,
    },
}

impl Chunk {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Records { bytes, .. } | Self::Piece { bytes, .. } => bytes,
        }
    }
}

/// Reads chunks, at least one record each.
pub struct Chunks {
    source: Source,
    format: Format,
    cutter: Cutter,
    /// No record may be larger.
    largest: usize,
    line: usize,
    buffer: Vec<u8>,
    // How much of the buffer the cutter has seen, and up to where there are whole records.
    seen: usize,
    whole: usize,
    ended: bool,
    in_piece: bool,
    lines_in_piece: usize,
}

impl Chunks {
    /// Chunks of what comes from a source, whose first line is the first.
    pub fn new(source: Source, format: Format, largest: usize) -> Self {
        let cutter = Cutter::new(format);
        let buffer = Vec::new();
        Self { source, format, cutter, largest, line: 1, buffer, seen: 0, whole: 0, ended: false, in_piece: false, lines_in_piece: 0 }
    }

    fn chunk(&mut self) -> io::Result<Option<Chunk>> {
        loop {
            self.fill()?;
            if self.in_piece {
                if let Some(piece) = self.piece() {
                    return Ok(Some(piece));
                }
            } else {
                self.cut();
            }
            if self.whole > 0 {
                let bytes = self.split(self.whole);
                let line = self.line;
                self.line += self.format.lines(&bytes);
                return Ok(Some(Chunk::Records { bytes, line }));
            }
            if self.ended {
                return Ok(None);
            }
            if !self.in_piece && self.buffer.len() > self.largest {
                self.in_piece = true;
                let bytes = self.split(self.buffer.len());
                self.lines_in_piece = self.format.lines(&bytes);
                return Ok(Some(Chunk::Piece { bytes, line: self.line, first: true }));
            }
        }
    }

    /// Reads as much as a chunk takes, or doubles what is there of a record that is larger.
    fn fill(&mut self) -> io::Result<()> {
        let room = if self.buffer.len() < CHUNK { CHUNK } else { 2 * self.buffer.len() };
        let wanted = room.min(CHUNK.max(self.largest + 1)).saturating_sub(self.buffer.len());
        if self.ended || wanted == 0 {
            return Ok(());
        }
        self.buffer.reserve_exact(wanted);
        let read = self.source.by_ref().take(wanted as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < wanted;
        Ok(())
    }

    /// Looks for ends of records in what was not looked at yet.
    fn cut(&mut self) {
        while let Some(length) = self.cutter.advance(&self.buffer[self.seen..]) {
            self.seen += length;
            self.whole = self.seen;
            self.cutter = Cutter::new(self.format);
        }
        self.seen = self.buffer.len();
        if self.ended {
            self.whole = self.seen;
        }
    }

    /// What follows of a record that is too large, up to its end or as far as it was read.
    fn piece(&mut self) -> Option<Chunk> {
        let end = self.cutter.advance(&self.buffer[self.seen..]).map(|it| self.seen + it);
        self.seen = end.unwrap_or(self.buffer.len());
        let bytes = self.split(self.seen);
        self.lines_in_piece += self.format.lines(&bytes);
        let line = self.line;
        if end.is_some() || self.ended {
            self.line += self.lines_in_piece;
            self.cutter = Cutter::new(self.format);
            self.in_piece = false;
            self.cut();
        }
        (!bytes.is_empty()).then_some(Chunk::Piece { bytes, line, first: false })
    }

    fn split(&mut self, at: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(at);
        self.seen -= at;
        self.whole = 0;
        std::mem::replace(&mut self.buffer, rest)
    }
}

impl Iterator for Chunks {
    type Item = io::Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chunk().transpose()
    }
}

#[cfg(test)]
mod tests {
    use unspin::records::csv::Dialect;

    use super::*;

    const CSV: Format = Format::Csv(Dialect { delimiter: b',' });

    fn chunks(bytes: &[u8], format: Format, largest: usize) -> Vec<Chunk> {
        Chunks::new(Box::new(io::Cursor::new(bytes.to_vec())), format, largest).map(|it| it.expect("memory can be read")).collect()
    }

    #[test]
    fn nothing_is_lost_and_lines_are_counted() {
        let long = format!("\"{}\",x\r\n", "two\nlines ".repeat(40_000));
        let lines: String = (0..50_000).map(|it| if it == 20_000 { long.clone() } else { format!("{it},plain\n") }).collect();
        for format in [Format::Jsonl, CSV] {
            let all = chunks(lines.as_bytes(), format, 64 << 20);
            assert!(all.len() > 1);
            let mut line = 1;
            for chunk in &all {
                let Chunk::Records { bytes, line: begins } = chunk else { panic!("no record is too large") };
                assert_eq!(*begins, line);
                line += Format::Jsonl.lines(bytes);
                assert!(format == Format::Jsonl || !bytes.starts_with(b"lines"), "a record is whole");
            }
            assert_eq!(all.iter().map(Chunk::bytes).collect::<Vec<_>>().concat(), lines.as_bytes());
        }
    }

    #[test]
    fn a_record_that_is_too_large_comes_in_pieces() {
        let huge = format!("\"{}\"\n", "x\n".repeat(1 << 20));
        for (format, begins) in [(Format::Jsonl, 0), (CSV, 1)] {
            let huge = if begins == 0 { huge.replace("x\n", "xx") } else { huge.clone() };
            for end in ["after\nit\n", "after", ""] {
                let text = format!("one\n{huge}{end}");
                let all = chunks(text.as_bytes(), format, 1 << 19);
                assert_eq!(all.iter().map(Chunk::bytes).collect::<Vec<_>>().concat(), text.as_bytes());
                let firsts = all.iter().filter(|it| matches!(it, Chunk::Piece { first: true, line: 2, .. })).count();
                assert_eq!(firsts, 1);
                let pieces: usize = all.iter().filter(|it| matches!(it, Chunk::Piece { .. })).map(|it| it.bytes().len()).sum();
                assert_eq!(pieces, huge.len());
                let last = all.iter().rev().find_map(|it| if let Chunk::Records { line, .. } = it { Some(*line) } else { None });
                let lines = huge.lines().count();
                assert_eq!(last, Some(if end.is_empty() { 1 } else { 2 + lines }));
            }
        }
    }
}
