//! Two texts to hunks that a reader, `patch` and `git apply` understand.

use std::{fmt::Write as _, ops::Range};

use similar::{Algorithm, DiffOp, DiffTag};

use crate::{
    document::Document,
    edit::Patch,
    segment::{segment, sentence_around},
    span::Span,
};

/// The unified diff between two versions of a file, with `context` lines around each change; empty where they are equal.
///
/// Lines end at line feeds, as they do for git and patch; everything else is bytes, whatever the encoding.
#[must_use]
pub fn unified(path: &str, before: &[u8], after: &[u8], context: usize) -> Vec<u8> {
    if before == after {
        return Vec::new();
    }
    let lines = |bytes: &'_ [u8]| -> Vec<Range<usize>> {
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1).chain((bytes.last() != Some(&b'\n')).then_some(bytes.len()));
        ends.filter(|&end| end > 0).map(|end| std::mem::replace(&mut start, end)..end).collect()
    };
    let (old, new) = (lines(before), lines(after));
    let old: Vec<&[u8]> = old.into_iter().map(|it| &before[it]).collect();
    let new: Vec<&[u8]> = new.into_iter().map(|it| &after[it]).collect();
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let mut out = format!("--- {}\n+++ {}\n", file_name("a/", path), file_name("b/", path)).into_bytes();
    for hunk in similar::group_diff_ops(similar::capture_diff_slices(Algorithm::Patience, &old, &new), context) {
        write_hunk(&hunk, &old, &new, &mut out);
    }
    out
}

/// A name in the header of a diff: git ends one with spaces by a tab, and quotes one with characters that would break the line.
fn file_name(side: &str, path: &str) -> String {
    let name = format!("{side}{path}");
    if name.contains(|it: char| it.is_control() || matches!(it, '"' | '\\')) {
        let escape = |it: char| match it {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\t' => "\\t".to_owned(),
            '\n' => "\\n".to_owned(),
            it if it.is_control() => format!("\\{:03o}", u32::from(it)),
            it => it.to_string(),
        };
        return format!("\"{}\"", name.chars().map(escape).collect::<String>());
    }
    if name.contains(' ') { name + "\t" } else { name }
}

fn write_hunk(hunk: &[DiffOp], old: &[&[u8]], new: &[&[u8]], out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let range = |start: usize, end: usize| match end - start {
        1 => format!("{}", start + 1),
        0 => format!("{start},0"),
        length => format!("{},{length}", start + 1),
    };
    let removed = range(first.old_range().start, last.old_range().end);
    let added = range(first.new_range().start, last.new_range().end);
    out.extend_from_slice(format!("@@ -{removed} +{added} @@\n").as_bytes());
    let mut write = |mark: u8, lines: &[&[u8]]| {
        for line in lines {
            out.push(mark);
            out.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    };
    for op in hunk {
        match op.tag() {
            DiffTag::Equal => write(b' ', &old[op.old_range()]),
            DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
                write(b'-', &old[op.old_range()]);
                write(b'+', &new[op.new_range()]);
            }
        }
    }
}

/// A piece of a sentence with its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'t> {
    /// As it stands.
    Kept(&'t str),
    /// Taken out.
    Removed(&'t str),
    /// Put in.
    Added(&'t str),
}

/// A sentence that changes: where it stands and its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence<'t> {
    /// Its bytes in the text before.
    pub span: Span,
    /// Its pieces in order.
    pub pieces: Vec<Piece<'t>>,
}

/// Every sentence that a patch changes, with the changes inside it: an article's paragraph is one line of a thousand characters.
#[must_use]
pub fn sentences<'t>(document: &'t Document, patch: &'t Patch) -> Vec<Sentence<'t>> {
    let text = document.text();
    let layout = segment(text);
    let mut sentences: Vec<Sentence<'t>> = Vec::new();
    for edit in patch.edits() {
        let block = layout.block(edit.span).map_or_else(|| around(text, edit.span), |it| it.span);
        let sentence = if block.contains(edit.span) { sentence_around(text, block, edit.span) } else { block };
        let sentence = Span::new(sentence.start.min(edit.span.start), sentence.end.max(edit.span.end));
        match sentences.last_mut().filter(|it| sentence.start < it.span.end) {
            Some(last) => last.span.end = last.span.end.max(sentence.end),
            None => sentences.push(Sentence { span: sentence, pieces: Vec::new() }),
        }
    }
    for sentence in &mut sentences {
        let mut at = sentence.span.start;
        for edit in patch.edits().filter(|it| sentence.span.contains(it.span)) {
            let pieces =
                [Piece::Kept(&text[at..edit.span.start]), Piece::Removed(&text[edit.span.range()]), Piece::Added(&edit.replacement)];
            sentence.pieces.extend(pieces.into_iter().filter(|it| !it.text().is_empty()));
            at = edit.span.end;
        }
        sentence.pieces.extend((at < sentence.span.end).then(|| Piece::Kept(&text[at..sentence.span.end])));
    }
    sentences
}

impl<'t> Piece<'t> {
    /// The words themselves.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        match self {
            Self::Kept(text) | Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// The bytes of a place that lies in no block, with a little of what stands around it.
fn around(text: &str, span: Span) -> Span {
    const MARGIN: usize = 60;
    let start = text.floor_char_boundary(span.start.saturating_sub(MARGIN));
    let end = text.ceil_char_boundary((span.end + MARGIN).min(text.len()));
    Span::new(start, end)
}

/// Control characters made visible, so that a text cannot steer the terminal; line ends and tabs become spaces.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => shown.push(' '),
            // Direction marks can make a line read as another one.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                write!(shown, "<U+{:04X}>", u32::from(character)).expect("a string takes anything");
            }
            it if it.is_control() => write!(shown, "<U+{:04X}>", u32::from(it)).expect("a string takes anything"),
            it => shown.push(it),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decode::decode,
        edit::{Applicability, Edit, Fix},
    };

    #[test]
    fn a_unified_diff_keeps_line_ends_and_says_where_the_last_is_missing() {
        let diff = unified("./a.txt", b"one\r\ntwo", b"one\r\n2", 3);
        assert_eq!(
            String::from_utf8_lossy(&diff),
            "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\r\n-two\n\\ No newline at end of file\n+2\n\\ No newline at end of file\n"
        );
        assert!(unified("a", b"x", b"x", 3).is_empty());
    }

    #[test]
    fn changes_are_shown_in_their_sentence() {
        let text = "First. The struggle goes on within the east. Last.";
        let document = decode(text.as_bytes());
        let mut patch = Patch::default();
        for (from, to) in [("struggle", "war"), ("within", "in")] {
            let start = text.find(from).expect("it is there");
            let edits = vec![Edit::new(Span::new(start, start + from.len()), to)];
            assert!(patch.try_add(&Fix { edits, applicability: Applicability::Unsafe }));
        }
        let shown = sentences(&document, &patch);
        assert_eq!(shown.len(), 1);
        let pieces: Vec<_> = shown[0].pieces.iter().map(Piece::text).collect();
        assert_eq!(pieces, ["The ", "struggle", "war", " goes on ", "within", "in", " the east."]);
    }

    #[test]
    fn a_text_cannot_steer_the_terminal() {
        assert_eq!(printable("a\x1b[2J\tb\u{202E}c"), "a<U+001B>[2J b<U+202E>c");
    }
}
