//! Edits of a text put into the bytes that spell it.

use crate::edit::Patch;

/// A place where the bytes differ from the text that they spell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Escape {
    /// First byte.
    pub start: usize,
    /// How many bytes spell it.
    pub length: usize,
    /// How many bytes of text it is.
    pub text: usize,
}

/// Copies `raw`, which spells a text, with the edits in it. What lies outside the edits keeps its spelling; `spell` writes what is new.
pub(super) fn splice(
    raw: &[u8],
    patch: &Patch,
    mut escapes: impl Iterator<Item = Escape>,
    mut spell: impl FnMut(&str, &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    // Bytes of `raw` and of the text up to the next escape are equal in number.
    let mut next = escapes.next();
    let (mut raw_at, mut text_at) = (0, 0);
    let mut place = |offset: usize| {
        while let Some(escape) = next {
            if offset - text_at <= escape.start - raw_at {
                break;
            }
            text_at += escape.start - raw_at + escape.text;
            raw_at = escape.start + escape.length;
            next = escapes.next();
        }
        raw_at + (offset - text_at)
    };
    let mut copied = 0;
    for edit in patch.edits() {
        let start = place(edit.span.start);
        let end = place(edit.span.end);
        out.extend_from_slice(&raw[copied..start]);
        spell(&edit.replacement, out);
        copied = end;
    }
    out.extend_from_slice(&raw[copied..]);
}
