//! Letters of other alphabets in Latin ones.

/// The word in Latin letters, the first of them a capital where it was one; `None` where it holds a letter of no alphabet that is known here.
///
/// Cyrillic after the usage of English newspapers (Russian, Ukrainian, Bulgarian, Serbian), Greek likewise.
#[must_use]
pub fn transliterate(word: &str) -> Option<String> {
    let mut latin = String::with_capacity(word.len());
    let mut before = ' ';
    for letter in word.chars() {
        let lower = letter.to_lowercase().next().unwrap_or(letter);
        let last = std::mem::replace(&mut before, lower);
        // Greek writes one sound with two letters.
        if last == 'ο' && matches!(lower, 'υ' | 'ύ') {
            latin.push('u');
            continue;
        }
        if !lower.is_alphabetic() || lower.is_ascii() {
            latin.push(letter);
            continue;
        }
        let spelt = LETTERS.binary_search_by_key(&lower, |it| it.0).ok().map(|at| LETTERS[at].1)?;
        if lower == letter {
            latin.push_str(spelt);
        } else {
            let mut letters = spelt.chars();
            latin.extend(letters.next().map(|it| it.to_ascii_uppercase()));
            latin.push_str(letters.as_str());
        }
    }
    Some(latin)
}

/// Sorted.
const LETTERS: [(char, &str); 81] = [
    ('ά', "a"),
    ('έ', "e"),
    ('ή', "i"),
    ('ί', "i"),
    ('α', "a"),
    ('β', "v"),
    ('γ', "g"),
    ('δ', "d"),
    ('ε', "e"),
    ('ζ', "z"),
    ('η', "i"),
    ('θ', "th"),
    ('ι', "i"),
    ('κ', "k"),
    ('λ', "l"),
    ('μ', "m"),
    ('ν', "n"),
    ('ξ', "x"),
    ('ο', "o"),
    ('π', "p"),
    ('ρ', "r"),
    ('ς', "s"),
    ('σ', "s"),
    ('τ', "t"),
    ('υ', "y"),
    ('φ', "f"),
    ('χ', "ch"),
    ('ψ', "ps"),
    ('ω', "o"),
    ('ϊ', "i"),
    ('ό', "o"),
    ('ύ', "y"),
    ('ώ', "o"),
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
    ('ѐ', "e"),
    ('ё', "yo"),
    ('ђ', "dj"),
    ('ѓ', "gj"),
    ('є', "ye"),
    ('ѕ', "dz"),
    ('і', "i"),
    ('ї', "i"),
    ('ј', "j"),
    ('љ', "lj"),
    ('њ', "nj"),
    ('ћ', "c"),
    ('ќ', "kj"),
    ('ў', "u"),
    ('џ', "dz"),
    ('ґ', "g"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_in_newspapers() {
        let check = |word: &str, expect: Option<&str>| assert_eq!(transliterate(word).as_deref(), expect);
        check("Джо Байден", Some("Dzho Bayden"));
        check("Оксана Цимбалюк", Some("Oksana Tsimbalyuk"));
        check("Μητσοτάκης", Some("Mitsotakis"));
        check("Σταματίου", Some("Stamatiou"));
        check("東京", None);
        assert!(LETTERS.is_sorted_by_key(|it| it.0));
    }
}
