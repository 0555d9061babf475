//! Rows of cells, each with its length before it: how the columns of a file that is no text are handed to workers, and come back.
//!
//! A row is its length, its number in the file, and its cells; a cell is its `State`, and its length and bytes where it is not null.

use std::borrow::Cow;

use super::Problem;
use crate::span::Span;

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Null,
    AsItCame,
    Changed,
}

const STATES: [State; 3] = [State::Null, State::AsItCame, State::Changed];

/// A cell of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'r> {
    /// Its bytes; `None` where it is null.
    pub value: Option<&'r [u8]>,
    /// Whether edits were put into it.
    pub changed: bool,
    place: Span,
}

const NUMBER: usize = 8;

/// Writes a row.
pub fn write<'c>(number: u64, cells: impl IntoIterator<Item = Option<&'c [u8]>>, out: &mut Vec<u8>) {
    write_states(number, cells.into_iter().map(|it| (State::AsItCame, it.map(Cow::Borrowed))), out);
}

fn write_states<'c>(number: u64, cells: impl Iterator<Item = (State, Option<Cow<'c, [u8]>>)>, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; NUMBER]);
    out.extend_from_slice(&number.to_le_bytes());
    for (state, value) in cells {
        match value {
            Some(value) => {
                out.push(state as u8);
                out.extend_from_slice(&(value.len() as u64).to_le_bytes());
                out.extend_from_slice(&value);
            }
            None => out.push(State::Null as u8),
        }
    }
    let length = (out.len() - start) as u64;
    out[start..start + NUMBER].copy_from_slice(&length.to_le_bytes());
}

/// How long the row is that some bytes begin with; `None` where they are no whole row.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    number_at(bytes, 0).filter(|it| (2 * NUMBER..=bytes.len()).contains(it))
}

fn number_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + NUMBER)?.try_into().expect("the slice is as long as a number");
    usize::try_from(u64::from_le_bytes(bytes)).ok()
}

/// The number of a row in its file.
#[must_use]
pub fn number(row: &[u8]) -> usize {
    number_at(row, NUMBER).unwrap_or_default()
}

/// The cells of a row.
pub fn cells(row: &[u8]) -> impl Iterator<Item = Cell<'_>> {
    let mut at = 2 * NUMBER;
    std::iter::from_fn(move || {
        let state = STATES[usize::from(*row.get(at)?).min(STATES.len() - 1)];
        if state == State::Null {
            at += 1;
            return Some(Cell { value: None, changed: false, place: Span::new(at, at) });
        }
        let length = number_at(row, at + 1)?;
        let place = Span::new(at + 1 + NUMBER, at + 1 + NUMBER + length);
        at = place.end;
        Some(Cell { value: Some(row.get(place.range())?), changed: state == State::Changed, place })
    })
}

/// What a cell says, and where it lies.
pub(super) fn said(cell: Cell<'_>) -> Result<Option<(&str, Span)>, Problem> {
    cell.value.map(|it| super::utf8(it).map(|it| (it, cell.place))).transpose()
}

/// A row with other values in some of its cells, by their places.
pub(super) fn patched(row: &[u8], new: &[(Span, String)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(row.len());
    let cells = cells(row).map(|cell| match new.iter().find(|it| it.0 == cell.place && cell.value.is_some()) {
        Some((_, new)) => (State::Changed, Some(Cow::Borrowed(new.as_bytes()))),
        None => (State::AsItCame, cell.value.map(Cow::Borrowed)),
    });
    write_states(number(row) as u64, cells, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were_written() {
        let mut bytes = Vec::new();
        let values: [Option<&[u8]>; 4] = [Some(b"one"), None, Some(b""), Some(b"\xFF\0")];
        write(7, values, &mut bytes);
        assert_eq!(length(&bytes), Some(bytes.len()));
        assert_eq!(length(&bytes[..bytes.len() - 1]), None);
        assert_eq!(number(&bytes), 7);
        assert_eq!(cells(&bytes).map(|it| it.value).collect::<Vec<_>>(), values);
        let place = cells(&bytes).nth(2).expect("there are four").place;
        let after = patched(&bytes, &[(place, "new".to_owned())]);
        let cells: Vec<Cell<'_>> = cells(&after).collect();
        assert_eq!(cells.iter().map(|it| it.changed).collect::<Vec<_>>(), [false, false, true, false]);
        assert_eq!(cells.iter().map(|it| it.value).collect::<Vec<_>>(), [values[0], None, Some(b"new".as_slice()), values[3]]);
    }
}
