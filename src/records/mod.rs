//! Records of data sets: where their texts lie in the bytes, and how edits go back into them without touching anything else.

pub mod csv;
pub mod json;
pub mod rows;
mod schema;
mod splice;

use std::borrow::Cow;

pub use schema::{Column, Holds, Schema, SchemaError, Wanted};

use crate::span::Span;

/// How records stand in a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A table whose first record names the columns; cells may stand in quotes, and hold line breaks there.
    Csv(csv::Dialect),
    /// Cells of columns, handed over as rows.
    Rows,
}

/// What was read of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record<'r> {
    /// What the data set calls it.
    pub id: Option<Cow<'r, str>>,
    /// Its texts, in the order in which the fields are wanted.
    pub texts: Vec<Text<'r>>,
}

/// A text of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'r> {
    /// Which of the schema's fields holds it.
    pub field: usize,
    /// The text, without the escapes of its format.
    pub value: Cow<'r, str>,
    /// Where it lies in the record: what is between the quotes in JSON, the whole cell in a table.
    place: Span,
}

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Bytes that are no characters.
    #[error("not UTF-8, at byte {0} of the record")]
    NotUtf8(usize),
    /// A line that is not one JSON object.
    #[error("not JSON: {expected} expected at byte {at} of the record")]
    NotJson {
        /// Where.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A value in a value in a value…
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// A field that stands twice, so that nobody can say which one counts.
    #[error("the field `{0}` stands twice")]
    Duplicate(String),
    /// Half a character.
    #[error("the field `{0}` holds half of a pair of surrogates, which is no character")]
    LoneSurrogate(String),
    /// A field with a number, a list or an object.
    #[error("the field `{0}` is not a string")]
    NotText(String),
    /// A row with cells too many or too few.
    #[error("{found} cells, and the header names {expected}")]
    Cells {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// A quotation mark without its end.
    #[error("a quotation mark opens a cell, and none closes it")]
    OpenQuote,
    /// A cell that goes on behind its closing mark.
    #[error("text behind the quotation mark that closes a cell, at byte {0} of the record")]
    BehindQuote(usize),
    /// A record that is not held in memory.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
}

/// Finds the ends of records in bytes that come bit by bit.
#[derive(Debug, Clone)]
pub struct Cutter {
    format: Format,
    state: csv::State,
}

impl Cutter {
    /// One that stands before a record.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self { format, state: csv::State::default() }
    }

    /// One past the end of the record that is being read, its line end included; `None` where it goes on behind `bytes`. Then the next
    /// call takes the bytes that follow.
    pub fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        match self.format {
            Format::Jsonl => memchr::memchr(b'\n', bytes).map(|at| at + 1),
            Format::Csv(dialect) => self.state.advance(bytes, dialect),
            Format::Rows => rows::length(bytes),
        }
    }
}

impl Format {
    /// The records of whole bytes, each with its line end; the last one may lack it.
    pub fn records(self, mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        std::iter::from_fn(move || {
            let end = Cutter::new(self).advance(bytes).unwrap_or(bytes.len());
            let (record, rest) = bytes.split_at(end);
            bytes = rest;
            (!record.is_empty()).then_some(record)
        })
    }

    /// How many lines end in some bytes; a row is one.
    #[must_use]
    pub fn lines(self, bytes: &[u8]) -> usize {
        match self {
            Self::Jsonl => memchr::memchr_iter(b'\n', bytes).count(),
            Self::Csv(_) => csv::lines(bytes),
            Self::Rows => self.records(bytes).count(),
        }
    }
}

/// Whether a record is only an empty line.
#[must_use]
pub fn is_blank(record: &[u8]) -> bool {
    record.iter().all(u8::is_ascii_whitespace)
}

fn utf8(bytes: &[u8]) -> Result<&str, Problem> {
    simdutf8::compat::from_utf8(bytes).map_err(|it| Problem::NotUtf8(it.valid_up_to()))
}

/// What stands at the very start of some files and belongs to no record.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
