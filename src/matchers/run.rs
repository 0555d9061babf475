//! Runs of words with capitals, with what joins them: `Japan Times`, `Ministry of Foreign Affairs`, `“Interfax”`.

use crate::{
    language::case::starts_upper,
    segment::token::{Kind, Token},
};

/// The most tokens that a run takes.
pub const LONGEST: usize = 12;

/// Small words that may stand between the words of a name; `and` only behind one of the others.
const JOINING: [&str; 14] = ["of", "for", "the", "de", "la", "del", "da", "di", "du", "van", "von", "der", "al", "and"];

/// How many tokens the longest run of fewer than `below` tokens has that begins with `tokens[at]`.
#[must_use]
pub fn names(text: &str, tokens: &[Token], at: usize, below: usize) -> Option<usize> {
    let first = tokens.get(at)?;
    if matches!(first.of(text), "“" | "\"" | "«" | "„") {
        return quoted(text, tokens, at).filter(|it| *it < below);
    }
    let mut longest = None;
    let mut next = is_name(text, *first).then_some(at + 1);
    let mut joined = false;
    while let Some(end) = next.filter(|it| it - at < below) {
        longest = Some(end - at);
        next = following(text, tokens, end, &mut joined);
    }
    longest
}

fn is_name(text: &str, token: Token) -> bool {
    token.kind() == Kind::Word && starts_upper(token.of(text))
}

/// Where the run ends if it takes one word more than up to `end`.
fn following(text: &str, tokens: &[Token], end: usize, joined: &mut bool) -> Option<usize> {
    let token = *tokens.get(end)?;
    let name_at = |at: usize| tokens.get(at).is_some_and(|it| is_name(text, *it));
    let adjacent = |at: usize| tokens.get(at).is_some_and(|it| it.start == tokens[at - 1].end);
    match token.kind() {
        Kind::Word if starts_upper(token.of(text)) => Some(end + 1),
        Kind::Number => Some(end + 1),
        Kind::Word => {
            let joining = |at: usize| tokens.get(at).is_some_and(|it| JOINING.contains(&it.of(text)));
            if !joining(end) || token.of(text) == "and" && !*joined {
                return None;
            }
            *joined = true;
            let behind = if joining(end + 1) { end + 2 } else { end + 1 };
            name_at(behind).then_some(behind + 1)
        }
        // Parts that lean on one another, and initials.
        Kind::Mark if adjacent(end) => match token.of(text) {
            "-" | "/" | "+" if adjacent(end + 1) => Some(end + 2),
            "." if tokens[end - 1].of(text).chars().count() == 1 && name_at(end + 1) => Some(end + 2),
            _ => None,
        },
        Kind::Mark if token.of(text) == "&" && name_at(end + 1) => Some(end + 2),
        Kind::Mark | Kind::Break => None,
    }
}

/// A few words between quotation marks.
fn quoted(text: &str, tokens: &[Token], at: usize) -> Option<usize> {
    let inside = tokens.get(at + 1..)?.iter().take(LONGEST - 2).take_while(|it| it.kind() != Kind::Break);
    let length = inside.take_while(|it| !matches!(it.of(text), "”" | "\"" | "»" | "“")).count();
    let closed = tokens.get(at + 1 + length).is_some_and(|it| it.kind() == Kind::Mark);
    (closed && length > 0 && length < LONGEST - 2).then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::token::{Vocabulary, tokenise};

    fn check(text: &str, expect: &str) {
        let mut tokens = Vec::new();
        tokenise(text, &Vocabulary::default(), &mut tokens);
        let run = names(text, &tokens, 0, LONGEST + 1).map_or("", |it| &text[..tokens[it - 1].end as usize]);
        assert_eq!(run, expect);
    }

    #[test]
    fn a_name_runs_as_far_as_capitals_and_what_joins_them() {
        check("Japan Times, citing", "Japan Times");
        check("Ministry of Foreign Affairs and Trade said", "Ministry of Foreign Affairs and Trade");
        check("TASS and the police", "TASS");
        check("Bank for the Reconstruction of Lviv on", "Bank for the Reconstruction of Lviv");
        check("Russia-24 and", "Russia-24");
        check("Channel 5 reports", "Channel 5");
        check("J. R. Tolkien wrote", "J. R. Tolkien");
        check("“Interfax” reports", "“Interfax”");
        check("“and so he said that it was all over", "");
        check("the mayor", "");
    }
}
