//! Carrying the case of the words that stood there over to those that replace them.

/// `replacement`, in the case of `model`: NAVY COACHING makes MILITARY TRAINING, Navy Coaching makes Military Training, and
/// a first capital stays one. Capitals that the replacement brings along are kept.
#[must_use]
pub fn carry_case(model: &str, replacement: &str) -> String {
    let letters = || model.chars().filter(|it| it.is_alphabetic());
    if letters().count() > 1 && letters().all(char::is_uppercase) {
        return replacement.to_uppercase();
    }
    let words: Vec<&str> = model.split_whitespace().collect();
    let capitals = words.iter().filter(|it| starts_upper(it)).count();
    if words.len() > 1 && capitals == words.len() {
        return title(replacement);
    }
    if model.chars().find(|it| it.is_alphabetic()).is_some_and(char::is_uppercase) {
        capitalised(replacement)
    } else {
        replacement.to_owned()
    }
}

/// Words that stay small inside a title.
const SMALL: [&str; 14] = ["a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "and", "or", "as", "from"];

/// The text with capitals as in a title.
#[must_use]
pub fn title(text: &str) -> String {
    text.split(' ').enumerate().map(|(at, word)| title_word(at, word)).collect::<Vec<_>>().join(" ")
}

fn title_word(index: usize, word: &str) -> String {
    if index > 0 && SMALL.contains(&word) { word.to_owned() } else { capitalised(word) }
}

/// Whether the first letter is a capital.
#[must_use]
pub fn starts_upper(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// The text with its first letter in upper case.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_carried_over() {
        let check = |model, replacement, expect: &str| assert_eq!(carry_case(model, replacement), expect);
        check("navy coaching", "military training", "military training");
        check("Navy Coaching", "military training", "Military Training");
        check("NAVY COACHING", "military training", "MILITARY TRAINING");
        check("However", "but", "But");
        check("Navy coaching", "military training", "Military training");
        check("Convention Name", "state of the art", "State of the Art");
        check("jap", "East European", "East European");
        check("A", "one", "One");
        check("", "x", "x");
    }
}
