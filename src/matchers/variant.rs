//! Names that are almost the same: how far two spellings are apart, and whether grammar, family or the ear explains it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::packed::{Column, fixed};

/// A name in lower case without the marks on its letters.
#[must_use]
pub fn folded(name: &str) -> Cow<'_, str> {
    if name.is_ascii() && !name.bytes().any(|it| it.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    if name.is_ascii() {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Owned(name.nfd().filter(|it| !is_combining_mark(*it)).flat_map(char::to_lowercase).collect())
}

/// How many letters two folded names are apart, where they may be one name: short names are changed by one letter into others, and
/// whoever misspells a name knows its first letter.
#[must_use]
pub fn apart(a: &str, b: &str) -> Option<usize> {
    if a.as_bytes().first() != b.as_bytes().first() {
        return None;
    }
    let lengths = [a, b].map(length);
    if !alike((letters(a), lengths[0]), (letters(b), lengths[1])) {
        return None;
    }
    let distance = strsim::osa_distance(a, b);
    (1..=most(lengths)).contains(&distance).then_some(distance)
}

/// How many letters names of these lengths may be apart.
fn most(lengths: [u32; 2]) -> usize {
    match lengths[0].min(lengths[1]) {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    }
}

/// Whether names may be one, as far as their letters and lengths tell: one change adds a letter, takes one, or puts one in the place of another.
fn alike(a: (u32, u32), b: (u32, u32)) -> bool {
    let most = most([a.1, b.1]);
    a.1.abs_diff(b.1) as usize <= most && (a.0 ^ b.0).count_ones() as usize <= 2 * most
}

/// The letters of a folded name, as bits; others than ASCII ones share theirs.
fn letters(name: &str) -> u32 {
    name.bytes().fold(0, |letters, it| letters | 1 << (it & 31))
}

/// Ends of words of which one stands for the other where a name is inflected: Chechen and Chechens.
const INFLECTIONS: [(&str, &str); 16] = [
    ("", "s"),
    ("", "es"),
    ("", "n"),
    ("", "an"),
    ("", "en"),
    ("", "i"),
    ("", "is"),
    ("", "ns"),
    ("", "er"),
    ("", "y"),
    ("a", "e"),
    ("an", "es"),
    ("an", "s"),
    ("an", "us"),
    ("n", "s"),
    ("man", "men"),
];

/// Ends of names that tell women from men, or families from others: Ivanov and Ivanova, Petersen and Peterson.
const FAMILIES: [(&str, &str); 15] = [
    ("", "a"),
    ("", "e"),
    ("", "ov"),
    ("", "ya"),
    ("a", "i"),
    ("a", "o"),
    ("a", "y"),
    ("a", "us"),
    ("aia", "y"),
    ("aja", "y"),
    ("aya", "y"),
    ("e", "i"),
    ("en", "on"),
    ("i", "o"),
    ("o", "us"),
];

/// Whether two folded names are forms of one.
#[must_use]
pub fn inflected(a: &str, b: &str) -> bool {
    differ_by(a, b, &INFLECTIONS)
}

/// Whether two folded names may be those of a woman and a man, or of two families.
#[must_use]
pub fn related(a: &str, b: &str) -> bool {
    differ_by(a, b, &FAMILIES)
}

/// Whether nothing but such endings parts two words.
fn differ_by(a: &str, b: &str, endings: &[(&str, &str)]) -> bool {
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|it| it.0.len_utf8()).sum::<usize>();
    // The endings may begin with the same letters.
    (common.saturating_sub(2)..=common).filter(|&at| a.is_char_boundary(at) && b.is_char_boundary(at)).any(|at| {
        let (x, y) = (&a[at..], &b[at..]);
        endings.contains(&(x, y)) || endings.contains(&(y, x))
    })
}

/// Spellings of one sound in names that come from other alphabets, the shorter one last.
const SOUNDS: [(&str, &str); 18] = [
    ("kh", "h"),
    ("ee", "i"),
    ("ph", "f"),
    ("ck", "k"),
    ("ch", "k"),
    ("ts", "c"),
    ("ei", "ai"),
    ("yi", "i"),
    ("ij", "i"),
    ("iy", "i"),
    ("ye", "e"),
    ("y", "i"),
    ("j", "i"),
    ("w", "v"),
    ("z", "s"),
    ("c", "k"),
    ("u", "o"),
    ("gh", "g"),
];

/// Whether two folded names sound the same: they were written down from another alphabet, or by ear.
#[must_use]
pub fn sound_alike(a: &str, b: &str) -> bool {
    let sounded = |name: &str| {
        let mut sound = SOUNDS.iter().fold(name.to_owned(), |it, (spelt, heard)| it.replace(spelt, heard)).into_bytes();
        sound.dedup();
        sound
    };
    sounded(a) == sounded(b)
}

/// Whether one of two folded names is the other with two neighbouring letters exchanged: no two families differ so.
#[must_use]
pub fn transposed(a: &str, b: &str) -> bool {
    a.len() == b.len() && strsim::osa_distance(a, b) == 1 && strsim::levenshtein(a, b) == 2
}

/// Whether two folded names of one length differ in vowels only.
#[must_use]
pub fn substituted_vowel(a: &str, b: &str) -> bool {
    let vowel = |it: u8| matches!(it, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(x, y)| x == y || vowel(x) && vowel(y))
}

/// Whether two folded names have the same letters in another order, or one letter more.
#[must_use]
pub fn shuffled(a: &str, b: &str) -> bool {
    let mut more = [0i32; 256];
    a.bytes().for_each(|it| more[usize::from(it)] += 1);
    b.bytes().for_each(|it| more[usize::from(it)] -= 1);
    more.iter().map(|it| it.unsigned_abs()).sum::<u32>() <= 1
}

/// Whether one of two folded names has a letter twice that the other has once.
#[must_use]
pub fn doubled(a: &str, b: &str) -> bool {
    let single = |name: &str| {
        let mut letters = name.to_owned().into_bytes();
        letters.dedup();
        letters
    };
    single(a) == single(b)
}

/// Folded names by their letters, so that those near another are found without comparing it with all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Neighbours {
    // Each name under its first two letters, and under its first and last two.
    entries: Column<Entry>,
    // A bit for each key that there is: nearly all other names are ruled out by it.
    bits: u64,
}

/// A key, the place of a name in its list, and what can be told of the name without reading it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u32,
    at: u32,
    letters: u32,
    length: u32,
}
fixed!(Entry { key: u32, at: u32, letters: u32, length: u32 });

impl Neighbours {
    /// Orders some names.
    #[must_use]
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let entries = |(at, name): (u32, &str)| keys(name).map(|key| Entry { key, at, letters: letters(name), length: length(name) });
        let mut entries: Vec<Entry> = (0..).zip(names).flat_map(entries).collect();
        entries.sort_unstable();
        Self { bits: entries.iter().fold(0, |bits, it| bits | bit(it.key)), entries: entries.into_iter().collect() }
    }

    /// The places in their list of the names that may be near a name, in any case; some come twice.
    pub fn near(&self, name: &str) -> impl Iterator<Item = usize> {
        // Mostly there is none.
        let keys = keys(name).into_iter().filter(|it| self.bits & bit(*it) != 0);
        keys.flat_map(move |key| {
            let (own, long) = (letters(name), length(name));
            let first = self.entries.partition_point(|it| it.key < key);
            let same = (first..).map_while(move |it| self.entries.get(it).filter(|it| it.key == key));
            same.filter(move |it| alike((it.letters, it.length), (own, long))).map(|it| it.at as usize)
        })
    }
}

/// The bit of a key.
const fn bit(key: u32) -> u64 {
    1 << (key.wrapping_mul(0x9E37_79B1) >> 26)
}

/// How many letters a name has.
fn length(name: &str) -> u32 {
    u32::try_from(if name.is_ascii() { name.len() } else { name.chars().count() }).unwrap_or(u32::MAX)
}

fn keys(name: &str) -> [u32; 2] {
    let bytes = name.as_bytes();
    let at = |index: usize| u32::from(bytes.get(index).copied().unwrap_or_default().to_ascii_lowercase());
    let last = bytes.len().saturating_sub(1);
    [at(0) << 8 | at(1), 1 << 24 | at(0) << 16 | at(last.saturating_sub(1)) << 8 | at(last)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_of_seven_and_two_of_eight() {
        let check = |a: &str, b: &str, expect: Option<usize>| assert_eq!(apart(&folded(a), &folded(b)), expect, "{a} {b}");
        check("Stoltenbregh", "Stoltenberg", Some(2));
        check("Kolodyn", "Kolodin", Some(1));
        check("Ibañes", "Ibáñez", Some(1));
        check("Ibanez", "Ibáñez", None);
        check("Iraq", "Iran", None);
        check("Kuleba", "Guleba", None);
    }

    #[test]
    fn endings_are_no_misspellings() {
        for (a, b) in [("ivanov", "ivanova"), ("petrovsky", "petrovskaya"), ("hansen", "hanson"), ("brown", "browne")] {
            assert!(related(a, b) && related(b, a), "{a} {b}");
        }
        assert!(inflected("chechen", "chechens") && inflected("highnesses", "highness"));
        for (a, b) in [("stoltenbreg", "stoltenberg"), ("kolodyn", "kolodin"), ("prohorenko", "prokhorenko")] {
            assert!(!inflected(a, b) && !related(a, b), "{a} {b}");
        }
    }

    #[test]
    fn names_are_written_by_ear() {
        for (a, b) in [
            ("prohorenko", "prokhorenko"),
            ("tsimbalyuk", "tsymbalyuk"),
            ("ksenya", "ksenia"),
            ("brackmaier", "brackmeier"),
            ("ibanes", "ibanez"),
        ] {
            assert!(sound_alike(a, b), "{a} {b}");
        }
        assert!(!sound_alike("mercer", "merger"));
        assert!(transposed("stoltenbreg", "stoltenberg") && !transposed("mercer", "merger"));
        assert!(shuffled("stoltenbregh", "stoltenberg") && !shuffled("sophoclean", "sophocles"));
        assert!(doubled("lybia", "lybbia") && !doubled("mercer", "merger"));
    }

    #[test]
    fn neighbours_share_letters() {
        let names = Neighbours::new(["stoltenberg", "kuleba", "putin"]);
        assert_eq!(names.near("stlotenberg").collect::<Vec<_>>(), [0, 0]);
        assert_eq!(names.near("ptuin").collect::<Vec<_>>(), [2]);
        assert_eq!(names.near("xyz").count(), 0);
    }
}
