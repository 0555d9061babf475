//! Paragraphs, headings, label lines and blocks of code.

use super::Block;
use crate::{span::Span, zone::Zone};

/// Lines longer than this hold whole paragraphs; a break after one ends the paragraph.
const WRAPPED_AT_MOST: usize = 120;
/// A line shorter than this is not full: the break after it is meant.
const WRAPPED_AT_LEAST: usize = 40;
/// Headings and labels are no longer than this, in bytes and in words.
const HEADING_BYTES: usize = 120;
const HEADING_WORDS: usize = 16;
const LABEL_WORDS: usize = 6;

/// Cuts a text into blocks: at blank lines, and at line breaks that are not mere wrapping.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Vec<Span> = Vec::new();
    let mut fence: Option<(Span, &str)> = None;
    for line in lines(text) {
        let content = text[line.range()].trim_end();
        let mark = ["```", "~~~"].into_iter().find(|mark| content.trim_start().starts_with(mark));
        if let Some((start, opening)) = fence {
            if mark == Some(opening) {
                blocks.push(Block { span: Span::new(start.start, line.end), zone: Zone::Code });
                fence = None;
            }
        } else if let Some(mark) = mark {
            close(text, &mut open, &mut blocks);
            fence = Some((line, mark));
        } else if content.trim_start().is_empty() {
            close(text, &mut open, &mut blocks);
        } else {
            if open.last().is_some_and(|last| !is_wrapped(text[last.range()].trim_end())) {
                close(text, &mut open, &mut blocks);
            }
            open.push(line);
        }
    }
    if let Some((start, _)) = fence {
        blocks.push(Block { span: Span::new(start.start, text.len()), zone: Zone::Code });
    }
    close(text, &mut open, &mut blocks);
    blocks
}

/// Lines without their line ends.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        (at < text.len()).then(|| {
            let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |offset| at + offset);
            let line = Span::new(at, end);
            at = end + usize::from(text[end..].starts_with("\r\n")) + 1;
            line
        })
    })
}

/// Whether the break after this line is only there because the line was full.
fn is_wrapped(line: &str) -> bool {
    (WRAPPED_AT_LEAST..=WRAPPED_AT_MOST).contains(&line.len()) || line.ends_with([';', '{', '}'])
}

fn close(text: &str, open: &mut Vec<Span>, blocks: &mut Vec<Block>) {
    let (Some(first), Some(last)) = (open.first(), open.last()) else { return };
    let whole = &text[first.start..last.end];
    let start = first.start + (whole.len() - whole.trim_start().len());
    let span = Span::new(start, first.start + whole.trim_end().len());
    blocks.push(Block { span, zone: zone(text, span, open) });
    open.clear();
}

fn zone(text: &str, span: Span, lines: &[Span]) -> Zone {
    let content = &text[span.range()];
    if is_code(text, lines) {
        return Zone::Code;
    }
    if lines.len() > 1 || content.len() > HEADING_BYTES {
        return Zone::Body;
    }
    let words = content.split_whitespace().count();
    if content.ends_with(':') && words <= LABEL_WORDS {
        return Zone::Label;
    }
    let unfinished = !content.ends_with(['.', '!', ',', ';', ':', '…', '"', '”', '»', ')']);
    let marked = content.starts_with('#');
    if marked || words <= HEADING_WORDS && unfinished && !content.starts_with(['-', '*', '•', '“', '"', '«']) {
        return Zone::Heading;
    }
    Zone::Body
}

/// Whether at least half of two or more lines end as statements and blocks of program code do.
fn is_code(text: &str, lines: &[Span]) -> bool {
    let coded = lines.iter().filter(|line| text[line.range()].trim_end().ends_with([';', '{', '}'])).count();
    lines.len() >= 2 && 2 * coded >= lines.len()
}

/// Words between backticks on one line.
pub(super) fn inline_code(text: &str, blocks: &[Block], inline: &mut Vec<(Span, Zone)>) {
    for block in blocks.iter().filter(|it| it.zone != Zone::Code) {
        let mut opening: Option<usize> = None;
        for offset in memchr::memchr2_iter(b'`', b'\n', &text.as_bytes()[block.span.range()]) {
            let at = block.span.start + offset;
            match opening {
                _ if text.as_bytes()[at] == b'\n' => opening = None,
                Some(start) => {
                    inline.push((Span::new(start, at + 1), Zone::Code));
                    opening = None;
                }
                None => opening = Some(at),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, Zone)]) {
        let got: Vec<_> = blocks(text).iter().map(|it| (&text[it.span.range()], it.zone)).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        check("One.\n\n \t\r\nTwo.\r\n", &[("One.", Zone::Body), ("Two.", Zone::Body)]);
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        let line = "a line of the usual width that an editor broke where it was full";
        check(&format!("{line}\n{line}.\nEnd."), &[(&format!("{line}\n{line}.\nEnd."), Zone::Body)]);
    }

    #[test]
    fn long_lines_are_paragraphs_of_their_own() {
        let line = "word ".repeat(40) + "end.";
        check(&format!("{line}\n{line}"), &[(&line, Zone::Body), (&line, Zone::Body)]);
    }

    #[test]
    fn headings_and_labels_stand_alone() {
        check(
            "Signal to the West\n\nRelated materials:\n\nIt rained.\n\n# Title.\n\nWho won?",
            &[
                ("Signal to the West", Zone::Heading),
                ("Related materials:", Zone::Label),
                ("It rained.", Zone::Body),
                ("# Title.", Zone::Heading),
                ("Who won?", Zone::Heading),
            ],
        );
    }

    #[test]
    fn code_is_fenced_or_looks_like_it() {
        check("```\na b\n\nc\n```\nText.", &[("```\na b\n\nc\n```", Zone::Code), ("Text.", Zone::Body)]);
        check("int main() {\n  return 0;\n}", &[("int main() {\n  return 0;\n}", Zone::Code)]);
        check("~~~\nopen", &[("~~~\nopen", Zone::Code)]);
    }

    #[test]
    fn odd_line_ends_lose_nothing() {
        check("a.\r\rb.", &[("a.", Zone::Body), ("b.", Zone::Body)]);
        check("", &[]);
        check("\n\n", &[]);
    }
}
