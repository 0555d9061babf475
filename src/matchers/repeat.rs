//! The same word twice.

use serde::{Deserialize, Serialize};

use crate::{
    segment::token::{Kind, Token, WordId},
    span::Span,
};

/// A rule about words that stand twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Repeat {
    /// Index of the rule.
    pub rule: u32,
    /// Only these words, sorted; any where empty.
    pub words: Vec<WordId>,
    /// Not these words, sorted.
    pub allow: Vec<WordId>,
}

impl Repeat {
    /// What to take out where `tokens[at]` says again what the tokens before it say: the later one, with the white space before it.
    #[must_use]
    pub fn at(&self, text: &str, tokens: &[Token], at: usize) -> Option<Span> {
        let again = at.checked_sub(1).filter(|&first| self.is_repeated(text, tokens, first, at))?;
        Some(Span::new(tokens[again].end as usize, tokens[at].end as usize))
    }

    fn is_repeated(&self, text: &str, tokens: &[Token], first: usize, second: usize) -> bool {
        let (one, two) = (tokens[first], tokens[second]);
        if one.id() != two.id() || one.kind() != Kind::Word || two.kind() != Kind::Word || one.end - one.start != two.end - two.start {
            return false;
        }
        let (before, after) = (one.of(text), two.of(text));
        // “Duran Duran” is a name; “The the” is none. What stands in capitals throughout may be a chant.
        let named = after.starts_with(char::is_uppercase);
        let known = one.id() != WordId::UNKNOWN || before.to_lowercase() == after.to_lowercase();
        let between = &text[one.end as usize..two.start as usize];
        known
            && !named
            && !between.contains(['\n', '\r'])
            && !is_joined(text, one, two)
            && (self.words.is_empty() || self.words.binary_search(&one.id()).is_ok())
            && self.allow.binary_search(&one.id()).is_err()
    }
}

/// Whether a hyphen, an apostrophe or the like makes one of the words part of a longer one.
fn is_joined(text: &str, one: Token, two: Token) -> bool {
    let joins = |it: char| matches!(it, '-' | '’' | '\'' | '/' | '_' | '.' | '@');
    let before = text[..one.start as usize].chars().next_back();
    let after = text[two.end as usize..].chars().next();
    let full_stop = text[two.end as usize..].strip_prefix('.').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    before.is_some_and(joins) || after.is_some_and(joins) && !full_stop
}
