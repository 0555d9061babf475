//! Templates of fixes: captured words put into fixed ones, and changed a little to fit.

use crate::{
    language::{agree, article, case, inflect},
    span::Span,
};

type Change = fn(&str) -> String;

/// The changes that a template may ask for, `$x:a`, with what makes them. (`$x~take` is a verb in the form that `x` has.)
const CHANGES: [(&str, Change); 6] = [
    ("a", |it| format!("{} {it}", if article::takes_an(it) { "an" } else { "a" })),
    ("the", article::with_the),
    ("ing", agree::gerund),
    ("lower", lower),
    ("singular", inflect::singular),
    ("title", case::title),
];

/// Templates that are one call, and need no capture.
pub const WHOLE: [&str; 2] = [LOWER, CURLY];
/// The matched text in lower case.
const LOWER: &str = "$lower";
/// A curly quotation mark, opening or closing as its place asks.
const CURLY: &str = "$curly";

/// Fills in a template of [`WHOLE`].
#[must_use]
pub fn fill_whole(template: &str, text: &str, matched: Span) -> Option<String> {
    match template {
        LOWER => Some(text[matched.range()].to_lowercase()),
        CURLY => {
            let before = text[..matched.start].chars().next_back();
            let opens = before.is_none_or(|it| it.is_whitespace() || matches!(it, '(' | '[' | '-' | '–' | '—'));
            Some(if opens { "“" } else { "”" }.to_owned())
        }
        _ => None,
    }
}

/// A call of a template: `$name`, `$name:change`, or `$name~verb`.
struct Call<'t> {
    name: &'t str,
    change: Option<&'t str>,
    verb: Option<&'t str>,
    length: usize,
}

fn call(rest: &str) -> Call<'_> {
    let word = |text: &str| text.find(|it: char| !it.is_ascii_lowercase()).unwrap_or(text.len());
    let name = &rest[1..=word(&rest[1..])];
    let behind = &rest[1 + name.len()..];
    let marked = |mark: char| behind.strip_prefix(mark).map(|it| &it[..word(it)]).filter(|it| !it.is_empty());
    let (change, verb) = (marked(':'), marked('~'));
    Call { name, change, verb, length: 1 + name.len() + change.or(verb).map_or(0, |it| 1 + it.len()) }
}

/// Fills a template in; what is captured is given with all that stands before it.
#[must_use]
pub fn fill<'t>(template: &str, captured: impl Fn(&str) -> (&'t str, &'t str)) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        filled.push_str(&rest[..at]);
        let call = call(&rest[at..]);
        let (before, words) = captured(call.name);
        let change = CHANGES.iter().find(|(name, _)| Some(*name) == call.change);
        let changed = || change.map_or_else(|| words.to_owned(), |(_, change)| change(words));
        filled.push_str(&call.verb.map_or_else(changed, |it| agree::like(words, it, before)));
        rest = &rest[at + call.length..];
    }
    filled + rest
}

/// The changes that a template asks for and that nobody knows, each with its offset.
pub fn unknown(template: &str) -> impl Iterator<Item = (usize, &str)> {
    let calls = template.match_indices('$').filter_map(|(at, _)| call(&template[at..]).change.map(|it| (at, it)));
    calls.filter(|(_, it)| CHANGES.iter().all(|(name, _)| name != it))
}

/// The words with a small first letter, where that is no part of an abbreviation.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) if !letters.clone().next().is_some_and(char::is_uppercase) => first.to_lowercase().chain(letters).collect(),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expect: &str) {
        let captured = |name: &str| match name {
            "n" => ("", "Interfax"),
            "d" => ("", "ministries"),
            "t" => ("", "The Hindu"),
            "c" => ("", "City council of Rome"),
            "v" => ("The law has ", "entered"),
            "b" => ("", "sell"),
            _ => ("", ""),
        };
        assert_eq!(fill(template, captured), expect);
    }

    #[test]
    fn captured_words_are_changed_to_fit() {
        check("told $n:a reporter", "told an Interfax reporter");
        check("the $d:singular’s site", "the ministry’s site");
        check("$t reports", "The Hindu reports");
        check("and $t:lower, $n", "and the Hindu, Interfax");
        check("$n: yes", "Interfax: yes");
        check("the $c:title’s site", "the City Council of Rome’s site");
        check("$v~take effect", "taken effect");
        check("$b:ing", "selling");
        assert_eq!(unknown("$n:loud $n:a").collect::<Vec<_>>(), [(0, "loud")]);
    }
}
