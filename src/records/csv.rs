//! Tables: the ends of their records, the places of their cells, and cells with edits in them.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr3};

use super::{
    Problem,
    splice::{Escape, splice},
};
use crate::{edit::Patch, span::Span};

/// What separates the cells of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between two cells.
    pub delimiter: u8,
}

impl Dialect {
    /// Tabs.
    pub const TABS: Self = Self { delimiter: b'\t' };

    /// The dialect in which a header is written: the delimiter that parts it most often, and a comma where none does.
    #[must_use]
    pub fn of(header: &[u8]) -> Self {
        let count = |delimiter: u8| cells(header, Self { delimiter }).map_or(0, |it| it.len());
        let best = [b'|', b'\t', b';', b','].into_iter().max_by_key(|&it| count(it));
        Self { delimiter: best.unwrap_or(b',') }
    }
}

/// Where in a record the cutter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum State {
    /// Before a cell.
    #[default]
    Before,
    /// In a cell, outside quotes.
    Plain,
    /// Inside quotes.
    Quoted,
    /// Behind a quotation mark that was inside quotes: the end of them, or half of a doubled one.
    Mark,
    /// Behind a carriage return, which a line feed may follow.
    Return,
}

impl State {
    /// See [`super::Cutter::advance`].
    pub(super) fn advance(&mut self, bytes: &[u8], dialect: Dialect) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            match *self {
                Self::Before | Self::Mark if bytes[at] == b'"' => (*self, at) = (Self::Quoted, at + 1),
                Self::Quoted => {
                    at += memchr(b'"', &bytes[at..])? + 1;
                    *self = Self::Mark;
                }
                Self::Before | Self::Mark | Self::Plain => {
                    *self = Self::Plain;
                    at += memchr3(dialect.delimiter, b'\n', b'\r', &bytes[at..])?;
                    *self = if bytes[at] == b'\r' { Self::Return } else { Self::Before };
                    at += 1;
                    if bytes[at - 1] == b'\n' {
                        return Some(at);
                    }
                }
                Self::Return => {
                    *self = Self::Before;
                    return Some(if bytes[at] == b'\n' { at + 1 } else { at });
                }
            }
        }
        None
    }
}

/// How many lines end in some bytes, whichever way they do.
pub(super) fn lines(bytes: &[u8]) -> usize {
    let feeds = memchr_iter(b'\n', bytes).count();
    let returns = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    feeds + returns
}

/// The cells of a record, with their quotes.
///
/// # Errors
/// Where quotes are not closed, or text follows them.
pub fn cells(record: &[u8], dialect: Dialect) -> Result<Vec<Span>, Problem> {
    let line_end = if record.ends_with(b"\r\n") { 2 } else { usize::from(record.ends_with(b"\n") || record.ends_with(b"\r")) };
    let mut cells = Vec::new();
    let mut start = 0;
    loop {
        let end = match record.get(start) {
            Some(b'"') => closed(record, start)?,
            _ => memchr3(dialect.delimiter, b'\n', b'\r', &record[start..]).map_or(record.len(), |at| start + at),
        };
        cells.push(Span::new(start, end));
        match record.get(end) {
            Some(&it) if it == dialect.delimiter => start = end + 1,
            None => return Ok(cells),
            Some(_) if end + line_end == record.len() => return Ok(cells),
            Some(_) => return Err(Problem::BehindQuote(end)),
        }
    }
}

/// One past the quotation mark that closes the cell at `start`.
fn closed(record: &[u8], start: usize) -> Result<usize, Problem> {
    let mut at = start + 1;
    loop {
        at += memchr(b'"', &record[at..]).ok_or(Problem::OpenQuote)? + 1;
        if record.get(at) != Some(&b'"') {
            return Ok(at);
        }
        at += 1;
    }
}

/// What a cell says.
pub(super) fn value(cell: &str) -> Cow<'_, str> {
    match inside(cell) {
        Some(it) if it.contains('"') => Cow::Owned(it.replace("\"\"", "\"")),
        Some(it) => Cow::Borrowed(it),
        None => Cow::Borrowed(cell),
    }
}

fn inside(cell: &str) -> Option<&str> {
    cell.strip_prefix('"')?.strip_suffix('"')
}

/// A cell with edits in it. It keeps its quotes, and gets some where it cannot do without any more.
pub(super) fn patch(cell: &str, edits: &Patch, dialect: Dialect, out: &mut Vec<u8>) {
    let Some(inside) = inside(cell) else {
        let after = edits.apply(cell);
        let special = |it: u8| it == dialect.delimiter || matches!(it, b'\n' | b'\r');
        // A row of nothing at all would be an empty line.
        if after.is_empty() || after.starts_with('"') || after.bytes().any(special) {
            out.push(b'"');
            out.extend_from_slice(after.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(after.as_bytes());
        }
        return;
    };
    out.push(b'"');
    let doubled = memchr_iter(b'"', inside.as_bytes()).step_by(2).map(|start| Escape { start, length: 2, text: 1 });
    splice(inside.as_bytes(), edits, doubled, |new, out| out.extend_from_slice(new.replace('"', "\"\"").as_bytes()), out);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Applicability, Edit, Fix};

    const COMMAS: Dialect = Dialect { delimiter: b',' };

    #[test]
    fn records_end_where_no_quotes_are_open() {
        let check = |bytes: &str, expect: &[&str]| {
            let records: Vec<&[u8]> = super::super::Format::Csv(COMMAS).records(bytes.as_bytes()).collect();
            assert_eq!(records, expect.iter().map(|it| it.as_bytes()).collect::<Vec<_>>(), "{bytes:?}");
            // Byte by byte it is the same.
            let (mut state, mut ends) = (State::default(), Vec::new());
            let mut at = 0;
            while at < bytes.len() {
                match state.advance(&bytes.as_bytes()[at..=at], COMMAS) {
                    Some(0) => ends.push(at),
                    Some(_) => {
                        at += 1;
                        ends.push(at);
                    }
                    None => at += 1,
                }
            }
            let whole: Vec<usize> = records
                .iter()
                .scan(0, |sum, it| {
                    Some({
                        *sum += it.len();
                        *sum
                    })
                })
                .collect();
            assert!(whole.starts_with(&ends), "{bytes:?}: {ends:?}");
        };
        check("a,b\n1,2\n", &["a,b\n", "1,2\n"]);
        check("a,b\r\n1,2", &["a,b\r\n", "1,2"]);
        check("a\r1\r", &["a\r", "1\r"]);
        check("a,\"x\ny\"\n\"\"\"\n\",2\n", &["a,\"x\ny\"\n", "\"\"\"\n\",2\n"]);
        check("5\" wide,\n2,3\n", &["5\" wide,\n", "2,3\n"]);
        check("a,\"open\nb,c\n", &["a,\"open\nb,c\n"]);
    }

    #[test]
    fn cells_are_found_with_their_quotes() {
        let check = |record: &str, expect: Result<&[&str], Problem>| {
            let found = cells(record.as_bytes(), COMMAS).map(|it| it.into_iter().map(|it| &record[it.range()]).collect::<Vec<_>>());
            assert_eq!(found, expect.map(<[_]>::to_vec), "{record:?}");
        };
        check("a,b\n", Ok(&["a", "b"]));
        check("\"a,\"\"b\",\r\n", Ok(&["\"a,\"\"b\"", ""]));
        check("", Ok(&[""]));
        check("\"a\"b,c\n", Err(Problem::BehindQuote(3)));
        check("a,\"b\n", Err(Problem::OpenQuote));
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_the_header() {
        let check = |header: &str, expect: u8| assert_eq!(Dialect::of(header.as_bytes()).delimiter, expect, "{header}");
        check("id,text\n", b',');
        check("id;\"a,b\";text\n", b';');
        check("id\ttext\n", b'\t');
        check("text\n", b',');
    }

    #[test]
    fn a_cell_keeps_its_quotes() {
        let check = |cell: &str, at: &str, new: &str, expect: &str| {
            let start = value(cell).find(at).expect("the text is there");
            let mut edits = Patch::default();
            edits.try_add(&Fix { edits: vec![Edit::new(Span::new(start, start + at.len()), new)], applicability: Applicability::Safe });
            let mut out = Vec::new();
            patch(cell, &edits, COMMAS, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expect);
        };
        check("a b c", "b", "d", "a d c");
        check("a b c", "b", "d,", "\"a d, c\"");
        check("a \"b\"", "a ", "", "\"\"\"b\"\"\"");
        check("a", "a", "", "\"\"");
        check("\"say \"\"b\"\", c\"", "c", "“\"”", "\"say \"\"b\"\", “\"\"”\"");
        check("\"say \"\"b\"\", c\"", "\"b\"", "b", "\"say b, c\"");
    }
}
