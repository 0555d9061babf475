//! Where sentences end.

use crate::span::Span;

/// Short forms that end in a full stop and seldom end a sentence.
const ABBREVIATIONS: [&str; 41] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "maj", "capt", "sgt", "rep", "sen", "gov", "rev", "hon", "st", "fig", "vs", "etc",
    "e.g", "i.e", "cf", "al", "inc", "ltd", "co", "corp", "jr", "sr", "ed", "jan", "feb", "mar", "apr", "aug", "sept", "oct", "nov", "dec",
    "approx",
];

/// No sentence is taken to be longer than twice this, in bytes: a text without full stops must not be read over and over.
const LONGEST: usize = 2000;

/// The sentence of `block` that holds the start of `span`, up to the end of the one that holds its end.
///
/// # Panics
/// Where the spans do not lie in the text on character boundaries.
#[must_use]
pub fn sentence_around(text: &str, block: Span, span: Span) -> Span {
    let near = text.floor_char_boundary(span.start.saturating_sub(LONGEST)).max(block.start);
    let start = boundaries(text, Span::new(near, block.end)).take_while(|&it| it <= span.start).last().unwrap_or(near);
    let end = boundaries(text, Span::new(span.end.max(start), block.end)).next().unwrap_or(block.end);
    let end = end.min(text.ceil_char_boundary(span.end.saturating_add(LONGEST)));
    Span::new(start, start + text[start..end].trim_end().len())
}

/// The sentences of a block, without the white space between them.
pub fn sentences(text: &str, block: Span) -> impl Iterator<Item = Span> {
    let starts = boundaries(text, block).chain([block.end]);
    starts.scan(block.start, move |from, next| {
        let start = std::mem::replace(from, next);
        Some(Span::new(start, start + text[start..next].trim_end().len()))
    })
}

/// The offsets inside `block` at which a new sentence starts.
fn boundaries(text: &str, block: Span) -> impl Iterator<Item = usize> {
    let content = &text[block.range()];
    memchr::memchr3_iter(b'.', b'?', b'!', content.as_bytes()).filter_map(move |stop| {
        let rest = &content[stop + 1..];
        let closed = rest.trim_start_matches(['”', '"', '’', '\'', ')', ']', '»', '.', '?', '!']);
        let next = closed.trim_start();
        let starts = next.len() < closed.len()
            && next.starts_with(|it: char| it.is_uppercase() || it.is_numeric() || matches!(it, '“' | '"' | '‘' | '«' | '('));
        (starts && !is_abbreviation(&content[..stop])).then(|| block.end - next.len())
    })
}

fn is_abbreviation(before: &str) -> bool {
    let word =
        &before[before.rfind([' ', '\n', '(', '“', '"']).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))..];
    let initial = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
    initial || ABBREVIATIONS.iter().any(|it| it.eq_ignore_ascii_case(word)) || word.contains('.') && word.len() <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, word: &str, expect: &str) {
        let start = text.find(word).expect("the text holds it");
        let found = sentence_around(text, Span::new(0, text.len()), Span::new(start, start + word.len()));
        assert_eq!(&text[found.range()], expect);
    }

    #[test]
    fn sentences_end_at_stops_before_capitals() {
        check("He came. She saw it! It won?", "saw", "She saw it!");
        check("He said “no.” Then he left.", "left", "Then he left.");
        check("One. two three. Four", "two", "One. two three.");
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_one() {
        check("Then Mr. Smith of the U.S. Navy met J. Doe. End.", "Navy", "Then Mr. Smith of the U.S. Navy met J. Doe.");
    }
}
