//! Runs of words: names with what joins them (`Japan Times`, `Ministry of Foreign Affairs`, `“Interfax”`), and noun phrases.

use crate::{
    language::{article::DETERMINERS, case::starts_upper, inflect::is_past},
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

/// How many tokens the longest noun phrase of fewer than `below` tokens has that begins with `tokens[at]`.
///
/// Nobody knows which words are nouns: it is what stands up to the next mark or the next word of `function` (given in the order of their
/// spelling), or up to what looks like a verb, with what `of`, `and` and commas before an `and` add to it.
#[must_use]
pub fn nouns(text: &str, tokens: &[Token], (at, below): (usize, usize), function: &[String]) -> Option<usize> {
    let spelt = |at: usize| tokens.get(at).map(|it| it.of(text));
    let opens = |at: usize| spelt(at).is_some_and(|it| DETERMINERS.iter().any(|own| own.eq_ignore_ascii_case(it)));
    let adjacent = |at: usize| tokens.get(at).is_some_and(|it| it.start == tokens[at - 1].end);
    let is_content = |at: usize| {
        tokens.get(at).is_some_and(|it| match it.kind() {
            Kind::Word => function.binary_search(&it.of(text).to_lowercase()).is_err(),
            Kind::Number => true,
            Kind::Mark => matches!(it.of(text), "“" | "«" | "„") && quoted(text, tokens, at).is_some(),
            Kind::Break => false,
        })
    };
    // What looks like a verb, and “last week”, may begin a phrase, but not go on with it.
    let ends = |it: &str| is_past(it) || it.ends_with("ing") || it.ends_with("ly") || matches!(it, "last" | "next");
    let is_first = |at: usize| spelt(at).is_some_and(|it| !starts_upper(it) && ends(it));
    let is_hyphen = |at: usize| spelt(at) == Some("-") && adjacent(at) && adjacent(at + 1) && is_content(at + 1);
    let (mut longest, mut end, mut is_list) = (None, at, false);
    loop {
        end += usize::from(opens(end));
        let first = end;
        while end - at + 1 < below && is_content(end) && (!is_first(end) || end == first && is_content(end + 1)) {
            end += quoted(text, tokens, end).unwrap_or(1);
            if end - at >= below {
                return longest;
            }
            if is_hyphen(end) {
                end += 1;
            } else if !is_list {
                longest = Some(end - at);
            }
        }
        match spelt(end) {
            _ if end == first => return longest,
            Some("of") => {}
            Some("and") => is_list = false,
            Some(",") => is_list = true,
            _ => return longest,
        }
        end += 1;
    }
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

    fn run_in(text: &str, run: impl Fn(&[Token]) -> Option<usize>) -> &str {
        let mut tokens = Vec::new();
        tokenise(text, &Vocabulary::default(), &mut tokens);
        run(&tokens).map_or("", |it| &text[..tokens[it - 1].end as usize])
    }

    fn check(text: &str, expect: &str) {
        assert_eq!(run_in(text, |tokens| names(text, tokens, 0, LONGEST + 1)), expect);
    }

    #[test]
    fn a_noun_phrase_runs_up_to_what_is_no_part_of_it() {
        let function = ["and", "in", "is", "of", "on", "the", "was"].map(str::to_owned);
        let check = |text: &str, expect: &str| assert_eq!(run_in(text, |it| nouns(text, it, (0, LONGEST + 1), &function)), expect);
        check("the old keeper of the lock Anna Lunts in Riga", "the old keeper of the lock Anna Lunts");
        check("60 rescuers, dog handlers and psychologists.", "60 rescuers, dog handlers and psychologists");
        check("the arrested ex-mayor, who", "the arrested ex-mayor");
        check("the mayor last week", "the mayor");
        check("the newspaper “Shore of May”.", "the newspaper “Shore of May”");
        check("the mayor told us", "the mayor");
        check("is the mayor", "");
        check("the", "");
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
