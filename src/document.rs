//! A text as it was decoded, with the way back to the raw bytes, and the look-up of lines and columns.

use crate::{edit::Patch, span::Span};

pub use encoding_rs::Encoding as CodePage;

/// How the raw bytes of a document spell its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-8 with byte sequences that are none; each is read as U+FFFD and kept as it was.
    BrokenUtf8,
    /// UTF-16, low byte first, with or without a byte order mark.
    Utf16Le,
    /// UTF-16, high byte first, with or without a byte order mark.
    Utf16Be,
    /// UTF-32, low byte first, with a byte order mark.
    Utf32Le,
    /// UTF-32, high byte first, with a byte order mark.
    Utf32Be,
    /// A code page of the time before Unicode, guessed from the bytes.
    Legacy(&'static CodePage),
}

impl Encoding {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::BrokenUtf8 => "broken UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
            Self::Legacy(page) => page.name(),
        }
    }
}

/// A decoded text. Every span of the library counts bytes of [`Document::text`], a byte order mark included.
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    encoding: Encoding,
    // Where text and raw offsets part: after `text` bytes of the text stand `raw` bytes of the file, and both go on in step.
    // Sorted; empty for valid UTF-8.
    shifts: Vec<Shift>,
}

/// A place from which raw and text offsets run in step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shift {
    pub(crate) text: usize,
    pub(crate) raw: usize,
}

impl Document {
    pub(crate) const fn new(text: String, encoding: Encoding, shifts: Vec<Shift>) -> Self {
        Self { text, encoding, shifts }
    }

    /// The text that all spans speak of.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the raw bytes spell it.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The raw bytes behind a span of the text.
    #[must_use]
    pub fn raw_span(&self, span: Span) -> Span {
        Span::new(self.raw_offset(span.start), self.raw_offset(span.end))
    }

    /// Whether it is text beyond doubt, so that what looks like damage is some: UTF-8 with a broken sequence here and there is, a file of
    /// other bytes that was read as UTF-8 is not.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        if self.encoding != Encoding::BrokenUtf8 {
            return true;
        }
        let high = self.text.chars().filter(|it| !it.is_ascii()).count();
        let broken = self.shifts.len();
        high >= 8 + 5 * broken && !self.text.bytes().any(|it| matches!(it, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F))
    }

    /// Whether the file's encoding has all characters of a text.
    #[must_use]
    pub fn spells(&self, text: &str) -> bool {
        match self.encoding {
            Encoding::Legacy(page) => text.is_ascii() || !page.encode(text).2,
            _ => true,
        }
    }

    /// `replacement` as the file would spell it.
    #[must_use]
    pub fn encode(&self, replacement: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf32Le => replacement.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect(),
            Encoding::Utf32Be => replacement.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect(),
            Encoding::Legacy(page) => page.encode(replacement).0.into_owned(),
            Encoding::Utf8 | Encoding::BrokenUtf8 => replacement.as_bytes().to_vec(),
            Encoding::Utf16Le => replacement.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => replacement.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// The raw bytes after `patch`; `raw` are the bytes that this document was decoded from.
    /// Bytes outside the edits come out as they went in.
    #[must_use]
    pub fn patched(&self, raw: &[u8], patch: &Patch) -> Vec<u8> {
        let mut after = Vec::with_capacity(raw.len());
        let mut at = 0;
        for edit in patch.edits() {
            let span = self.raw_span(edit.span);
            after.extend_from_slice(&raw[at..span.start]);
            after.extend(self.encode(&edit.replacement));
            at = span.end;
        }
        after.extend_from_slice(&raw[at..]);
        after
    }

    fn raw_offset(&self, offset: usize) -> usize {
        let unit = |from: usize| match self.encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => 2 * self.text[from..offset].encode_utf16().count(),
            Encoding::Utf32Le | Encoding::Utf32Be => 4 * self.text[from..offset].chars().count(),
            Encoding::Legacy(page) if page.is_single_byte() => self.text[from..offset].chars().count(),
            // In pages of several bytes, each character that is not ASCII has an entry of its own.
            Encoding::Utf8 | Encoding::BrokenUtf8 | Encoding::Legacy(_) => offset - from,
        };
        match self.shifts[..self.shifts.partition_point(|it| it.text <= offset)].last() {
            Some(shift) => shift.raw + unit(shift.text),
            None => unit(0),
        }
    }
}

/// Counts lines and columns while walking forward through a text.
///
/// A cursor, since an article's paragraph is one line of a thousand characters: counting each column from the line's start
/// would be quadratic.
#[derive(Debug)]
pub struct LineCursor<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'t> LineCursor<'t> {
    /// A cursor at the start of `text`.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    /// Line and column (in characters), from 1, of a byte offset. Cheap when offsets come in ascending order.
    pub fn locate(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let passed = &self.text[self.offset..offset];
        match memchr::memrchr(b'\n', passed.as_bytes()) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count();
                self.column = 1 + passed[last + 1..].chars().count();
            }
            None => self.column += passed.chars().count(),
        }
        self.offset = offset;
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let mut cursor = LineCursor::new("aé\r\n\u{1F600}b\nc");
        assert_eq!(cursor.locate(0), (1, 1));
        assert_eq!(cursor.locate(3), (1, 3));
        assert_eq!(cursor.locate(9), (2, 2));
        assert_eq!(cursor.locate(11), (3, 1));
        assert_eq!(cursor.locate(1), (1, 2), "going back starts again");
    }
}
