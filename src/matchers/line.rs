//! Lines of a text: words that are all that one says, and those that a document begins with.

use crate::span::Span;

/// The line that holds a span, without the white space around it, where no other letter or digit stands in it.
///
/// Marks may stand around the words, as in `[Advertisement]`; what a mark makes a heading, a member of a list or a row of a table stands there
/// for a purpose.
#[must_use]
pub fn whole(text: &str, span: Span) -> Option<Span> {
    let (start, end) = around(text, span);
    let bare = |it: &str| !it.contains(char::is_alphanumeric);
    let line = &text[start..end];
    let start = start + (line.len() - line.trim_start().len());
    let line = line.trim();
    let alone = bare(&text[start.min(span.start)..span.start]) && bare(&text[span.end..end]) && start <= span.start;
    (alone && !is_member(line) && (is_sentence(line) || !heads_list(&text[end..]))).then(|| Span::new(start, start + line.len()))
}

/// Whether a mark makes a line a heading, a row of a table or a member of a list, and does not merely stand around it.
fn is_member(line: &str) -> bool {
    let mut marks = line.chars();
    let first = marks.next();
    let bullet = matches!(first, Some('-' | '*' | '•' | '+' | '–' | '·')) && marks.next().is_some_and(char::is_whitespace);
    line.starts_with(['#', '|']) || bullet && line.chars().next_back() != first
}

/// Whether a line says more than a label does, and ends as sentences do: it heads no list.
fn is_sentence(line: &str) -> bool {
    line.ends_with(['.', '!', '?']) && line.split_ascii_whitespace().nth(SENTENCE - 1).is_some()
}

/// A sentence has so many words at the least.
const SENTENCE: usize = 6;

/// Whether a list begins a text: a line with the mark of one, or two lines of a few words without a stop.
fn heads_list(rest: &str) -> bool {
    let mut lines = rest.lines().map(str::trim).filter(|it| !it.is_empty());
    let short = |it: &str| it.len() <= LISTED && !it.ends_with(['.', '!', '?', ':', '”', '"', '»']);
    lines.next().is_some_and(|it| is_listed(it) || short(it) && lines.next().is_some_and(short))
}

/// Lines of a list are no longer than this.
const LISTED: usize = 80;

fn is_listed(line: &str) -> bool {
    let numbered = line.trim_start_matches(|it: char| it.is_ascii_digit());
    let marked = line.starts_with(['-', '*', '•', '+', '–', '·', '|', '>']);
    let number = numbered.len() < line.len() && numbered.starts_with(['.', ')']);
    marked || number && numbered[1..].starts_with(' ')
}

/// Where the line that a span lies in begins and ends, line ends left out; of several lines where the span holds several.
#[must_use]
pub fn around(text: &str, span: Span) -> (usize, usize) {
    let bytes = text.as_bytes();
    let start = memchr::memrchr2(b'\n', b'\r', &bytes[..span.start]).map_or(0, |it| it + 1);
    let end = memchr::memchr2(b'\n', b'\r', &bytes[span.end..]).map_or(text.len(), |it| span.end + it);
    (start, end)
}

/// The head of a document: its first lines, up to and with the first one of running text.
pub fn head(text: &str) -> impl Iterator<Item = Span> {
    let mut at = text.len() - text.trim_start().len();
    let mut running = false;
    std::iter::from_fn(move || {
        let more = !running && at < text.len();
        more.then(|| {
            let line = line_around(text, at);
            let content = text[line.range()].trim();
            running = content.len() > HEADER || content.ends_with(['.', '!', '?', '”', '"']);
            at = line.end + (text[line.end..].len() - text[line.end..].trim_start().len());
            line
        })
    })
    .take(HEAD_LINES)
}

/// The head of a document has so many lines at the most.
const HEAD_LINES: usize = 8;
/// Longer lines are running text.
const HEADER: usize = 120;

/// The line that an offset lies in, without its line end. The first line begins with the text, even where that is blank.
pub(super) fn line_around(text: &str, at: usize) -> Span {
    Span::new(line_start(text, 0, at), line_end(text, at, text.len()))
}

/// Where the line of an offset begins, or `least` where that is before it.
pub(super) fn line_start(text: &str, least: usize, at: usize) -> usize {
    // From the back: what stands there ends the search in most lines.
    let blank = text[..at].trim_end().is_empty();
    if blank { least } else { memchr::memrchr(b'\n', &text.as_bytes()[least..at]).map_or(least, |it| least + it + 1) }
}

/// Where the line of an offset ends, or `most` where that is behind it.
pub(super) fn line_end(text: &str, at: usize, most: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..most]).map_or(most, |it| at + it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &str, expect: Option<&str>) {
        let start = text.find(words).expect("the text holds them");
        let found = whole(text, Span::new(start, start + words.len()));
        assert_eq!(found.map(|it| &text[it.range()]), expect, "{text:?}");
    }

    #[test]
    fn a_line_may_have_marks_around_its_words() {
        check("One.\nRead more\nTwo.", "Read more", Some("Read more"));
        check("One.\r\n  [Read more] »\r\nTwo.", "Read more", Some("[Read more] »"));
        check("*** Read more ***", "Read more", Some("*** Read more ***"));
        check("Read more.\nRead more here.", "Read more", Some("Read more."));
    }

    #[test]
    fn other_words_and_lists_are_no_such_line() {
        check("Read more here.", "Read more", None);
        check("To read more", "read more", None);
        check("## Read more", "Read more", None);
        check("- Read more", "Read more", None);
        check("| Read more |", "Read more", None);
        check("Read\nmore", "Read\nmore", Some("Read\nmore"));
        check("Read more\n\n- One\n- Two", "Read more", None);
        check("Read more:\n1. One.\n2. Two.", "Read more", None);
        check("Read more:\n\nRivers of Norway\n\nLakes of Norway", "Read more", None);
        check("Read more:\n\nRivers of Norway\n\nThey are long.", "Read more", Some("Read more:"));
        let sentence = "This site uses cookies of oat.";
        check(&format!("{sentence}\n\nRivers of Norway\n\nLakes of Norway"), sentence, Some(sentence));
    }
}
