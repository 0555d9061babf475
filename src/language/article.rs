//! Which of “a” and “an” goes before a word.

use super::case::{capitalised, starts_upper};

/// Words, and beginnings of words, with a vowel letter but a consonant sound in front.
const CONSONANT_WORDS: [&str; 6] = ["one", "once", "us", "uk", "eu", "ufo"];
const CONSONANT_BEGINNINGS: [&str; 12] = ["eu", "ewe", "ubiq", "ugand", "ukr", "unan", "uni", "uran", "us", "util", "uto", "one-"];
/// Beginnings that the ones above hold too, with a vowel sound all the same.
const VOWEL_BEGINNINGS: [&str; 6] = ["unim", "unin", "unid", "unir", "ush", "us-"];
/// Words that begin with a silent h.
const SILENT_H: [&str; 4] = ["heir", "honest", "hono", "hour"];

/// Whether “an” goes before `word`.
#[must_use]
pub fn takes_an(word: &str) -> bool {
    let begins = |with: &[&str]| with.iter().any(|it| word.get(..it.len()).is_some_and(|head| head.eq_ignore_ascii_case(it)));
    match word.bytes().next().unwrap_or_default().to_ascii_lowercase() {
        b'a' | b'e' | b'i' | b'o' | b'u' => {
            let consonant = begins(&CONSONANT_BEGINNINGS) && !begins(&VOWEL_BEGINNINGS);
            !consonant && !CONSONANT_WORDS.iter().any(|it| it.eq_ignore_ascii_case(word))
        }
        b'h' => begins(&SILENT_H),
        b'8' => true,
        _ => false,
    }
}

/// Words with “the” before them, where they do not begin with a name or with what stands in the place of an article.
#[must_use]
pub fn with_the(words: &str) -> String {
    let first = words.split(' ').next().unwrap_or_default();
    let stands = starts_upper(words)
        || DETERMINERS.contains(&first)
        || matches!(first, "two" | "three")
        || first.ends_with("’s")
        || first.starts_with(|it: char| it.is_ascii_digit());
    if stands { words.to_owned() } else { format!("the {words}") }
}

/// Articles, and what stands in their place: a noun phrase may begin with one, and none is ever inside one.
pub const DETERMINERS: [&str; 22] = [
    "the", "a", "an", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their", "some", "no", "every", "each",
    "all", "both", "more", "any",
];

/// The article that fits `next` where `article` (a, an, in any case) does not; `None` where it fits, or is none.
///
/// What is the same takes “the”.
#[must_use]
pub fn adapted(article: &str, next: &str) -> Option<String> {
    let is = |it: &str| article.eq_ignore_ascii_case(it);
    if !is("a") && !is("an") {
        return None;
    }
    let first = next.split(|it: char| !it.is_alphanumeric()).next().unwrap_or_default();
    let fitting = match first {
        _ if first.eq_ignore_ascii_case("same") => "the",
        _ if takes_an(first) => "an",
        _ => "a",
    };
    (!is(fitting)).then(|| if starts_upper(article) { capitalised(fitting) } else { fitting.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_adapted_where_it_must_be() {
        assert_eq!(adapted("a", "eastern front").as_deref(), Some("an"));
        assert_eq!(adapted("An", "war").as_deref(), Some("A"));
        assert_eq!(adapted("an", "same").as_deref(), Some("the"));
        assert_eq!(adapted("a", "war"), None);
        assert_eq!(adapted("the", "war"), None);
    }

    #[test]
    fn an_article_is_put_where_none_stands() {
        assert_eq!(["mayor", "a mayor", "Mayor Lunts", "40 guests"].map(with_the), ["the mayor", "a mayor", "Mayor Lunts", "40 guests"]);
    }

    #[test]
    fn the_sound_decides() {
        for word in ["artificial", "hour", "honest", "unimportant", "uncle", "identical", "8", "increase", "umbrella", "usher", "onerous"] {
            assert!(takes_an(word), "{word}");
        }
        for word in
            ["growing", "united", "European", "one", "useful", "Ukrainian", "US", "UK", "same", "house", "once", "unit", "unanimous", ""]
        {
            assert!(!takes_an(word), "{word}");
        }
    }
}
