//! Where sentences and lines start: patterns that begin there are tried nowhere else.

use std::{cell::OnceCell, ops::Range};

use crate::segment::token::{Kind, Token};

/// A text that is looked through, and where its sentences and lines start: found when first asked for.
#[derive(Debug)]
pub struct Openings<'t> {
    /// The text.
    pub text: &'t str,
    /// Its tokens.
    pub tokens: &'t [Token],
    marks: &'t [u32],
    sentences: OnceCell<Vec<usize>>,
    lines: OnceCell<Vec<usize>>,
}

impl<'t> Openings<'t> {
    /// A text, its tokens, and those of them that are marks or blank lines.
    #[must_use]
    pub const fn new(text: &'t str, tokens: &'t [Token], marks: &'t [u32]) -> Self {
        Self { text, tokens, marks, sentences: OnceCell::new(), lines: OnceCell::new() }
    }

    /// The tokens at which sentences start.
    #[must_use]
    pub fn sentences(&self) -> &[usize] {
        self.sentences.get_or_init(|| {
            let ends = self.marks.iter().map(|&it| it as usize).filter(|&at| ends_sentence(self.text, self.tokens, at));
            [0].into_iter().chain(ends.map(|at| at + 1)).collect()
        })
    }

    /// The tokens that lines begin with: the marks before their first word, and that word.
    #[must_use]
    pub fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| line_starts(self.text, self.tokens).collect())
    }
}

/// The places among some that lie within a range.
#[must_use]
pub fn within(places: &[usize], range: Range<usize>) -> &[usize] {
    let [first, end] = [range.start, range.end].map(|bound| places.partition_point(|&it| it < bound));
    &places[first..end]
}

/// The tokens that lines begin with: the marks before their first word, and that word.
fn line_starts<'t>(text: &'t str, tokens: &'t [Token]) -> impl Iterator<Item = usize> + 't {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).chain([bytes.len()]);
    let (mut start, mut seen) = (0, 0);
    ends.flat_map(move |end| {
        let first = seen + tokens[seen..].partition_point(|it| (it.start as usize) < start);
        (start, seen) = (end + 1, first);
        let line = tokens[first..].iter().take_while(move |it| (it.start as usize) < end);
        let marks = line.clone().take_while(|it| it.kind() == Kind::Mark).count();
        let word = line.clone().nth(marks).filter(|it| it.kind() != Kind::Break);
        first..first + marks + usize::from(word.is_some())
    })
}

/// Whether a sentence ends with a token.
pub(super) fn ends_sentence(text: &str, tokens: &[Token], at: usize) -> bool {
    let ends = |it: &Token| it.kind() == Kind::Mark && matches!(it.of(text), "." | "!" | "?" | "…");
    let Some(last) = tokens.get(at) else { return false };
    match last.kind() {
        Kind::Break => true,
        Kind::Word | Kind::Number => false,
        Kind::Mark => ends(last) || matches!(last.of(text), "”" | "\"" | ")") && at > 0 && ends(&tokens[at - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::token::{Vocabulary, tokenise};

    fn check(text: &str, places: impl Fn(&Openings<'_>) -> Vec<usize>, expect: &[&str]) {
        let mut tokens = Vec::new();
        tokenise(text, &Vocabulary::default(), &mut tokens);
        let is_mark = |it: &(u32, &Token)| matches!(it.1.kind(), Kind::Mark | Kind::Break);
        let marks: Vec<u32> = (0..).zip(&tokens).filter(is_mark).map(|it| it.0).collect();
        let found = places(&Openings::new(text, &tokens, &marks));
        assert_eq!(found.iter().filter_map(|it| tokens.get(*it)).map(|it| it.of(text)).collect::<Vec<_>>(), expect, "{text:?}");
    }

    #[test]
    fn lines_begin_with_their_first_word_and_what_stands_before_it() {
        let lines = |it: &Openings<'_>| it.lines().to_vec();
        check("He said.\n\n “So it” is\r\n12 –\n", lines, &["He", "“", "So", "12"]);
        check("", lines, &[]);
        check("\n\n –\n\nA\rb c", lines, &["–", "A", "b"]);
    }

    #[test]
    fn sentences_start_behind_stops_and_blank_lines() {
        let sentences = |it: &Openings<'_>| it.sentences().to_vec();
        check("He said (so.) It\n\nis “2.5.” No? Yes", sentences, &["He", ")", "It", "is", "”", "No", "Yes"]);
        check("", sentences, &[]);
    }
}
