//! The literals that announce regular expressions, and where they may stand.

use crate::segment::token::{Kind, Token};

/// Stands before a literal that counts only where it begins its line.
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
    // What stands around its whole tokens.
    before: Before,
    // The first byte of the word that it ends in and that may go on in a text; 0 where there is none.
    behind: u8,
}

/// What stands before the whole tokens of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Anything,
    Blank,
    LineStart,
}

impl Literal {
    /// The literal of this index.
    #[must_use]
    pub fn new(index: u16, written: &str) -> Self {
        let literal = written.trim_start_matches(LINE_START);
        let before = if literal.len() < written.len() {
            Before::LineStart
        } else if literal.starts_with(' ') {
            Before::Blank
        } else {
            Before::Anything
        };
        let behind = literal.trim_start()[whole_tokens(literal).len()..].trim_start().bytes().next();
        Self { index, before, behind: behind.unwrap_or_default() }
    }

    /// Its place among the literals of the expression.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index as usize
    }

    /// All of it in one number.
    #[must_use]
    pub const fn packed(self) -> u32 {
        self.index as u32 | (self.before as u32) << 16 | (self.behind as u32) << 24
    }

    /// What [`Literal::packed`] made a number of.
    #[must_use]
    pub const fn unpacked(number: u32) -> Self {
        let [low, high, before, behind] = number.to_le_bytes();
        let before = [Before::Anything, Before::Blank, Before::LineStart][before as usize];
        Self { index: u16::from_le_bytes([low, high]), before, behind }
    }

    /// Whether it may stand where so many tokens from `at` on are its whole tokens.
    #[must_use]
    #[inline]
    pub fn may_stand(self, text: &str, tokens: &[Token], (at, length): (usize, usize)) -> bool {
        let bytes = text.as_bytes();
        let fits_behind = || tokens.get(at + length).is_some_and(|it| bytes[it.start as usize] == self.behind);
        let start = tokens[at].start as usize;
        let ends_line = |it: &Token| matches!(it.kind(), Kind::Mark | Kind::Break) || bytes[it.end as usize..start].contains(&b'\n');
        let fits_before = || match self.before {
            Before::Anything => true,
            Before::Blank => start > 0 && bytes[start - 1] == b' ',
            Before::LineStart => at.checked_sub(1).is_none_or(|it| ends_line(&tokens[it])),
        };
        (self.behind == 0 || fits_behind()) && fits_before()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::token::{Vocabulary, tokenise};

    #[test]
    fn what_stands_around_a_literal_rules_most_places_out() {
        let stands = |written: &str, text: &str| {
            let mut tokens = Vec::new();
            tokenise(text, &Vocabulary::default(), &mut tokens);
            let at = tokens.iter().position(|it| it.of(text) == whole_tokens(written)).expect("it is there");
            Literal::unpacked(Literal::new(7, written).packed()).may_stand(text, &tokens, (at, 1))
        };
        let may = [
            ("^To watch", "He came\nTo win"),
            ("^To watch", "“To w"),
            ("^To watch", "To we"),
            (" .", "a ."),
            ("on X", "on X’s"),
            ("^WITH ", "WITH"),
        ];
        let cannot = [("^To watch", "back To w"), ("To watch", "To be"), ("To watch", "To"), (" .", "a."), (" .", "."), ("on X", "on x")];
        assert!(may.into_iter().all(|(written, text)| stands(written, text)));
        assert!(!cannot.into_iter().any(|(written, text)| stands(written, text)));
    }
}
