//! The literals that announce regular expressions, and where they may stand.

use crate::segment::token::{Kind, Token};

/// Stands before a literal that counts only where nothing but marks stands before it in its line.
pub const LINE_START: char = '^';

/// The part of a literal that is whole tokens wherever it stands; a word at its end may go on in a text.
#[must_use]
pub fn whole_tokens(literal: &str) -> &str {
    let literal = literal.trim_start_matches(LINE_START);
    literal.trim_end_matches(|it: char| it.is_alphanumeric() || matches!(it, '\'' | '’')).trim()
}

/// Which literal of an expression, and what tells of most places where its whole tokens stand that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Literal {
    index: u16,
    // Whether white space stands before its whole tokens.
    behind_blank: bool,
    // The first byte of the word that it ends in and that may go on in a text; 0 where there is none.
    before: u8,
}

impl Literal {
    /// The literal of this index.
    #[must_use]
    pub fn new(index: u16, written: &str) -> Self {
        let literal = written.trim_start_matches(LINE_START);
        let before = literal.trim_start()[whole_tokens(literal).len()..].trim_start().bytes().next();
        Self { index, behind_blank: literal.starts_with(char::is_whitespace), before: before.unwrap_or_default() }
    }

    /// Its place among the literals of the expression.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index as usize
    }

    /// Whether it stands behind white space only.
    #[must_use]
    pub const fn is_behind_blank(self) -> bool {
        self.behind_blank
    }

    /// All of it in one number.
    #[must_use]
    pub const fn packed(self) -> u32 {
        self.index as u32 | (self.behind_blank as u32) << 16 | (self.before as u32) << 24
    }

    /// What [`Literal::packed`] made a number of.
    #[must_use]
    pub const fn unpacked(number: u32) -> Self {
        let [low, high, behind_blank, before] = number.to_le_bytes();
        Self { index: u16::from_le_bytes([low, high]), behind_blank: behind_blank != 0, before }
    }

    /// Whether it may stand where so many tokens from `at` on are its whole tokens.
    #[must_use]
    #[inline]
    pub fn may_stand(self, text: &str, tokens: &[Token], (at, length): (usize, usize)) -> bool {
        let goes_on = || tokens.get(at + length).is_some_and(|it| text.as_bytes()[it.start as usize] == self.before);
        (self.before == 0 || goes_on()) && (!self.behind_blank || is_behind_blank(tokens, at))
    }
}

/// Whether anything, which no token is, stands between a token and the one before it.
#[must_use]
#[inline]
pub fn is_behind_blank(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|it| tokens[it].end < tokens[at].start)
}

/// The tokens that lines begin with: the marks before their first word, and that word.
pub fn line_starts<'t>(text: &'t str, tokens: &'t [Token]) -> impl Iterator<Item = usize> + 't {
    let bytes = text.as_bytes();
    let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', bytes).map(|it| it + 1));
    let mut seen = 0;
    starts.flat_map(move |start| {
        let first = seen + tokens[seen..].partition_point(|it| (it.start as usize) < start);
        seen = first;
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |it| start + it);
        let line = tokens[first..].iter().take_while(move |it| (it.start as usize) < end);
        let marks = line.clone().take_while(|it| it.kind() == Kind::Mark).count();
        let word = line.clone().nth(marks).filter(|it| it.kind() != Kind::Break);
        first..first + marks + usize::from(word.is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::token::{Vocabulary, tokenise};

    fn cut(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        tokenise(text, &Vocabulary::default(), &mut tokens);
        tokens
    }

    #[test]
    fn what_stands_around_a_literal_rules_most_places_out() {
        let stands = |written: &str, text: &str| {
            let tokens = cut(text);
            let at = tokens.iter().position(|it| it.of(text) == whole_tokens(written)).expect("it is there");
            Literal::unpacked(Literal::new(7, written).packed()).may_stand(text, &tokens, (at, 1))
        };
        let may = [("To watch", "To w"), (" .", "a ."), ("\u{A0}.", "a\u{A0}."), ("on X", "on X’s"), ("^WITH ", "WITH")];
        let cannot = [("To watch", "To be"), ("To watch", "To"), (" .", "a."), ("\u{A0}.", "a."), ("on X", "on x")];
        assert!(may.into_iter().all(|(written, text)| stands(written, text)));
        assert!(!cannot.into_iter().any(|(written, text)| stands(written, text)));
    }

    #[test]
    fn lines_begin_with_their_first_word_and_what_stands_before_it() {
        let check = |text: &str, expect: &[&str]| {
            let tokens = cut(text);
            assert_eq!(line_starts(text, &tokens).map(|it| tokens[it].of(text)).collect::<Vec<_>>(), expect, "{text:?}");
        };
        check("He said.\n\n “So it” is\r\n12 –\n", &["He", "“", "So", "12"]);
        check("", &[]);
        check("\n\n –\n\nA", &["–", "A"]);
    }
}
