//! Where text is cut out, what stood around it is put together as if nothing had been there.

use crate::{finding::Finding, matchers::line, span::Span};

/// Widens the deletions among findings, which are in the order of the text, by the space or the line break that they leave too many.
///
/// A line that goes takes the shorter of the breaks around it along, the one before it where they are alike; but the one behind it where
/// nothing is left before it, so that lines at the start of a text do not want the same break.
pub fn close(text: &str, findings: &mut [Finding]) {
    // Up to here nothing is left of the text, and up to here the last deletion reaches.
    let (mut gone, mut taken) = (0, 0);
    for finding in findings {
        for edit in finding.fix.iter_mut().flat_map(|it| &mut it.edits).filter(|it| it.replacement.is_empty()) {
            let first = is_first(text, edit.span, gone);
            // The break that goes with the deletion before need not go again; words that two findings take out are left to whichever comes to stand.
            let shared = &text[edit.span.start..gone.clamp(edit.span.start, edit.span.end)];
            let start = if shared.trim().is_empty() { edit.span.start + shared.len() } else { edit.span.start };
            edit.span = widened(text, Span::new(start, edit.span.end), gone);
            // The space between two deletions goes once.
            let between = &text[edit.span.start..taken.clamp(edit.span.start, start)];
            if !between.is_empty() && between.trim().is_empty() && taken <= start {
                edit.span.start = taken;
            }
            taken = edit.span.end;
            if first {
                gone = gone.max(edit.span.end);
            }
        }
    }
}

/// Whether nothing is left before a span, where nothing is up to an offset.
fn is_first(text: &str, span: Span, gone: usize) -> bool {
    span.start <= gone || text[gone..span.start].trim().is_empty()
}

fn widened(text: &str, span: Span, gone: usize) -> Span {
    let (start, end) = line::around(text, span);
    let start = start.max(gone.min(span.start));
    let first = is_first(text, span, gone);
    let (before, after) = (&text[start..span.start], &text[span.end..end]);
    if before.trim().is_empty() && after.trim().is_empty() {
        let break_before = text[..start].len() - text[..start].trim_end().len();
        let break_after = text[end..].len() - text[end..].trim_start().len();
        let last = text[end..].trim().is_empty();
        let behind = !last && (first || break_after < break_before);
        return if behind || break_before == 0 { Span::new(start, end + break_after) } else { Span::new(start - break_before, end) };
    }
    let space_before = before.len() - before.trim_end().len();
    let space_after = after.len() - after.trim_start().len();
    let closes = after.starts_with([',', '.', ';', ':', '!', '?', ')']);
    if before.trim().is_empty() {
        Span::new(span.start, span.end + space_after)
    } else if after.trim().is_empty() {
        Span::new(span.start - space_before, end)
    } else if space_after > 0 || closes {
        Span::new(span.start - space_before, span.end)
    } else {
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts out what stands between ⟦ ⟧.
    fn check(marked: &str, expect: &str) {
        let start = marked.find('⟦').expect("marked");
        let end = marked.find('⟧').expect("marked") - '⟦'.len_utf8();
        let text = marked.replace(['⟦', '⟧'], "");
        let span = widened(&text, Span::new(start, end), 0);
        assert_eq!(format!("{}{}", &text[..span.start], &text[span.end..]), expect);
    }

    #[test]
    fn one_space_is_left_between_sentences() {
        check("One. ⟦Cut⟧ Two.", "One. Two.");
        check("One. ⟦Cut⟧", "One.");
        check("One. ⟦Cut⟧  \nTwo.", "One.\nTwo.");
        check("⟦Cut⟧ Two.", "Two.");
        check("One. Three.\n⟦Cut⟧ Two.", "One. Three.\nTwo.");
        check("A word ⟦[1]⟧.", "A word.");
        check("A wo⟦:cut:⟧rd", "A word");
        check("A⟦ a⟧ word", "A word");
    }

    #[test]
    fn a_line_takes_one_of_its_breaks_along() {
        check("One.\n\n⟦Cut⟧\n\nTwo.", "One.\n\nTwo.");
        check("One.\n⟦Cut⟧\n\nTwo.", "One.\n\nTwo.");
        check("One.\n\n⟦Cut⟧\nTwo.", "One.\n\nTwo.");
        check("One.\r\n\r\n ⟦Cut⟧ \r\n\r\nTwo.", "One.\r\n\r\nTwo.");
        check("One.\n\n⟦Cut⟧\n", "One.\n");
        check("One.\n\n⟦Cut⟧", "One.");
        check("⟦Cut⟧\n\nTwo.", "Two.");
        check("⟦Cut⟧", "");
    }
}
