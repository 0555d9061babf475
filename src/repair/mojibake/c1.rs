//! Windows-1252 that was read as Latin-1: its quotation marks and dashes became controls that no text holds.

use crate::repair::{Ask, Found, step::Step};
use crate::span::Span;

/// Finds the controls of each line, and reads them in the code page that the line speaks for.
pub(in crate::repair) fn find(text: &str, _: &Ask<'_>, found: &mut Found) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (name, page) = if is_macintosh(line) { ("macintosh", encoding_rs::MACINTOSH) } else { ("latin-1", encoding_rs::WINDOWS_1252) };
        for (at, control) in line.char_indices().filter(|it| is_control(it.1)) {
            let read = read(page, control);
            if !is_control(read) {
                found.from(Step::C1Control, Span::new(start + at, start + at + control.len_utf8()), read, name);
            }
        }
        start += line.len();
    }
}

const fn is_control(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9F}')
}

/// What the byte of a control stands for in a code page; the control itself where it stands for nothing.
fn read(page: &'static encoding_rs::Encoding, control: char) -> char {
    let byte = [u8::try_from(u32::from(control)).unwrap_or_default()];
    page.decode_without_bom_handling(&byte).0.chars().next().unwrap_or(control)
}

/// Whether the controls are letters of old Macintosh text: inside a word, where Windows has a mark that no word holds.
fn is_macintosh(line: &str) -> bool {
    let mut speaks = false;
    let mut before = None;
    let mut characters = line.chars().peekable();
    while let Some(it) = characters.next() {
        let within = |it: Option<char>| it.is_some_and(|it| it.is_ascii_lowercase());
        if is_control(it) && within(before) && within(characters.peek().copied()) {
            let (windows, macintosh) = (read(encoding_rs::WINDOWS_1252, it), read(encoding_rs::MACINTOSH, it));
            // Apostrophes and dashes stand in words as well.
            if !windows.is_alphabetic() && !matches!(windows, '‘' | '’' | '–' | '—') && macintosh.is_lowercase() {
                speaks = true;
            }
        }
        before = Some(it);
    }
    speaks
}
