//! Lines and columns of places in any order.

use super::{Entry, Origin};
use crate::span::Span;

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1)).collect();
        Self { text, starts }
    }

    /// The line of an offset, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&it| it <= offset)
    }

    /// Line and column of an offset, from 1, the column in characters.
    #[must_use]
    pub fn locate(&self, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        (line, self.text[self.starts[line - 1]..offset].chars().count() + 1)
    }

    /// The bytes of some lines, without the end of the last one.
    #[must_use]
    pub fn span(&self, first: usize, last: usize) -> Span {
        let start = self.starts[first - 1];
        let end = self.starts.get(last).map_or(self.text.len(), |it| it - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        Span::new(start, end)
    }
}

/// The line of its file that an entry stands on: that of the record, where the file is a data set.
#[must_use]
pub fn line_in_file(origin: &Origin, entry: &Entry<'_>) -> usize {
    origin.record.as_ref().map_or(entry.line, |it| it.line)
}

/// “, record x, field text” of a record; nothing of a file.
#[must_use]
pub fn of_record(origin: &Origin) -> String {
    let Some(record) = &origin.record else { return String::new() };
    let id = record.id.as_ref().map_or_else(String::new, |it| format!(" {it}"));
    crate::diff::printable(&format!(" (record{id} on line {}, field {})", record.line, record.field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_any_order() {
        let lines = Lines::new("aé\r\nb\n\nc");
        assert_eq!([0, 3, 5, 8, 6, 7].map(|it| lines.locate(it)), [(1, 1), (1, 3), (2, 1), (4, 1), (2, 2), (3, 1)]);
        assert_eq!(lines.span(1, 1), Span::new(0, 3));
        assert_eq!(lines.span(2, 3), Span::new(5, 7));
        assert_eq!(lines.span(4, 4), Span::new(8, 9));
    }
}
