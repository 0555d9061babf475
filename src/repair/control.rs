//! Characters for devices: controls, ends of lines, byte order marks.

use super::{Ask, Found, Reach, step::Step};
use crate::span::Span;

/// Finds what no text holds: the controls of ASCII, of notes between lines, and those of Unicode that are deprecated.
pub(super) fn controls(text: &str, ask: &Ask<'_>, found: &mut Found) {
    let everywhere = ask.policy.reach == Reach::Uniform;
    for (at, it) in text.char_indices() {
        if is_control(it) || everywhere && it == '\u{FEFF}' {
            found.add(Step::Control, Span::new(at, at + it.len_utf8()), "");
        }
    }
}

const fn is_control(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{E}'..='\u{1F}' | '\u{7F}' | '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFC}')
}

/// Finds byte order marks that are none, since text stands before them.
pub(super) fn byte_order_marks(text: &str, _: &Ask<'_>, found: &mut Found) {
    for (at, mark) in text.match_indices('\u{FEFF}').filter(|it| it.0 > 0) {
        found.add(Step::ByteOrderMark, Span::new(at, at + mark.len()), "");
    }
}

/// Finds ends of lines that no system of our time writes: the separators of Unicode, and lone carriage returns among other ends.
pub(super) fn line_breaks(text: &str, ask: &Ask<'_>, found: &mut Found) {
    let everywhere = ask.policy.reach == Reach::Uniform;
    let bytes = text.as_bytes();
    let has = |it: &[u8]| memchr::memmem::find(bytes, it).is_some();
    // Old Macintosh files end all lines so.
    let own = if has(b"\r\n") && !everywhere { "\r\n" } else { "\n" };
    let lone = has(b"\n") || everywhere;
    for (at, it) in text.char_indices() {
        let end = at + it.len_utf8();
        match it {
            '\u{2028}' | '\u{2029}' | '\u{85}' => found.add(Step::LineBreak, Span::new(at, end), own),
            '\r' if bytes.get(end) == Some(&b'\n') && everywhere => found.add(Step::LineBreak, Span::new(at, end + 1), own),
            '\r' if bytes.get(end) == Some(&b'\n') => {}
            // “\r\r\n” is one end that was converted twice.
            '\r' if bytes[end..].starts_with(b"\r\n") => found.add(Step::LineBreak, Span::new(at, end), ""),
            '\r' if lone => found.add(Step::LineBreak, Span::new(at, end), own),
            _ => {}
        }
    }
}
