//! Which language a text is in: English by its function words, others by trigrams.

use whatlang::Lang;

/// How many of a hundred words must be function words for a text to be English.
pub const ENGLISH_PERCENT: usize = 17;

/// How much of a text is looked at where it is not English.
const SAMPLE: usize = 4000;

/// Languages with their ISO 639-1 codes; others have the longer one.
const CODES: [(Lang, &str); 15] = [
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Deu, "de"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Por, "pt"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Pol, "pl"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Ara, "ar"),
    (Lang::Hin, "hi"),
    (Lang::Tur, "tr"),
];

fn code(language: Lang) -> &'static str {
    CODES.iter().find(|it| it.0 == language).map_or(language.code(), |it| it.1)
}

/// A code that texts are given, as it is told here; `None` where it is no such code.
#[must_use]
pub fn known_code(text: &str) -> Option<&'static str> {
    ["", "en", "und"].into_iter().chain(Lang::all().iter().map(|&it| code(it))).find(|it| *it == text)
}

/// The ISO 639-1 code of a text's language where its words are not English; `None` where that cannot be told.
#[must_use]
pub fn other_language(text: &str) -> Option<&'static str> {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let found = whatlang::detect(sample)?;
    if found.lang() == Lang::Eng {
        return None;
    }
    let code = code(found.lang());
    (found.is_reliable() || !sample.is_ascii()).then_some(code)
}
