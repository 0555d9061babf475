//! The literals that announce regular expressions, and where they may stand.

use crate::segment::token::Token;

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
}
