//! Round trips: sentences in many languages are read as a code page that they were not written in, and must come back.
//!
//! For each code page there is a floor, no lower than what the Python package ftfy 6.3.1 restores of the same 500 lines: 500 for cp1252,
//! latin-1, cp1251, cp1253 and cp1254, 499 for macroman, 492 for cp437, 476 for cp1250, 387 for cp1257, and none for the Cyrillic pages.
//! Its figures were had so:
//!
//! ```sh
//! MOJIBAKE_PAIRS=pairs.tsv cargo test --test suite mojibake::
//! python3 - <<'END'
//! import collections, ftfy
//! config = ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False, fix_character_width=False, normalization=None)
//! rows = [line.rstrip('\n').split('\t') for line in open('pairs.tsv', newline='\n')]
//! print(collections.Counter(name for name, sound, broken in rows if ftfy.fix_text(broken, config) == sound))
//! END
//! ```
#![expect(clippy::disallowed_methods, reason = "the pairs can be had in a file, for other programs")]

use std::{collections::BTreeMap, fmt::Write as _, fs};

use encoding_rs::{
    Encoding, IBM866, KOI8_R, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257,
};
use serde::Deserialize;
use unspin::{
    embedded,
    repair::{Policy, repair},
    view::steps,
};

/// Lines of each trip.
const LINES: usize = 500;

/// Lines in Cyrillic code pages have fewer signs of damage, and want to be so long.
const LONG: usize = 40;

/// Where bytes from 80 on lead, for the first page of computers from IBM, which is no page of the web.
const CP437: &str =
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// What sentences are made of: who, what he does, and when or where. Each of the first fits each of the others.
#[derive(Deserialize)]
struct Parts {
    who: Vec<String>,
    does: Vec<String>,
    when: Vec<String>,
}

/// A wrong way to read: what bytes are taken for.
#[derive(Clone, Copy)]
enum Page {
    Latin1,
    Cp437,
    Web(&'static Encoding),
}

impl Page {
    /// Bytes without a character are left as the control of that number, as careless programs do.
    fn read(self, bytes: &[u8]) -> String {
        let character = |byte: &u8| match self {
            Self::Cp437 if *byte >= 0x80 => CP437.chars().nth(usize::from(byte - 0x80)).expect("it has 128"),
            Self::Web(page) => page
                .decode_without_bom_handling_and_without_replacement(&[*byte])
                .and_then(|it| it.chars().next())
                .unwrap_or(char::from(*byte)),
            _ => char::from(*byte),
        };
        bytes.iter().map(character).collect()
    }
}

/// Sentences of some languages by turns, every one another combination.
fn sentences(languages: &[&str], least: usize) -> Vec<String> {
    let parts: BTreeMap<String, Parts> = serde_json::from_str(include_str!("mojibake/sentences.json")).expect("the file is sound");
    let of = |number: usize| {
        let it = &parts[languages[number % languages.len()]];
        // 229 is prime to all lengths, so that every combination comes once.
        let at = number / languages.len() * 229;
        let [who, does, when] = [&it.who[at % 8], &it.does[at / 8 % 8], &it.when[at / 64 % 8]];
        format!("{who} {does} {when}")
    };
    let lines: Vec<String> = (0..512 * languages.len()).map(of).filter(|it| !it.is_ascii() && it.chars().count() >= least).collect();
    assert!(lines.len() >= LINES, "{languages:?} give {} lines", lines.len());
    lines.into_iter().take(LINES).collect()
}

/// How many of some sentences come back from a trip; those that it leaves as they were are none.
#[track_caller]
fn check(name: &str, sentences: &[String], broken: impl Fn(&str) -> String, floor: usize) {
    let steps = steps(embedded::rules().repairs());
    let repaired = |text: &str| repair(text, &steps, Policy::default(), |_| false).map_or_else(|| text.to_owned(), |it| it.text);
    let trips: Vec<(&String, String)> = sentences.iter().map(|it| (it, broken(it))).collect();
    if let Some(file) = std::env::var_os("MOJIBAKE_PAIRS") {
        let before = fs::read_to_string(&file).unwrap_or_default();
        let rows = trips.iter().fold(before, |mut rows, (sound, broken)| {
            writeln!(rows, "{name}\t{sound}\t{broken}").expect("memory takes anything");
            rows
        });
        fs::write(file, rows).expect("the file can be written");
    }
    let lost: Vec<_> = trips.iter().map(|(sound, broken)| (*sound, repaired(broken))).filter(|(sound, it)| *sound != it).collect();
    let restored = trips.len() - lost.len();
    assert!(restored >= floor, "{name}: {restored} of {}, not {floor}; {:#?}", trips.len(), &lost[..lost.len().min(8)]);
}

/// Languages of the west, of Cyrillic, and of the middle of Europe.
const WEST: [&str; 5] = ["fr", "de", "es", "pt", "sv"];
const CYRILLIC: [&str; 3] = ["ru", "uk", "bg"];
const MIDDLE: [&str; 3] = ["cs", "pl", "hu"];
const BALTIC: [&str; 3] = ["lt", "lv", "et"];

#[test]
fn utf8_that_was_read_as_a_code_page_comes_back() {
    let check = |name: &str, page: Page, languages: &[&str], floor| {
        check(name, &sentences(languages, 0), |it| page.read(it.as_bytes()), floor);
    };
    check("cp1252", Page::Web(WINDOWS_1252), &WEST, 500);
    check("latin-1", Page::Latin1, &WEST, 500);
    check("cp1251", Page::Web(WINDOWS_1251), &CYRILLIC, 500);
    check("cp1250", Page::Web(WINDOWS_1250), &MIDDLE, 498);
    check("cp1253", Page::Web(WINDOWS_1253), &["el"], 500);
    check("cp1254", Page::Web(WINDOWS_1254), &["tr"], 500);
    check("cp1257", Page::Web(WINDOWS_1257), &BALTIC, 500);
    check("macroman", Page::Web(MACINTOSH), &WEST, 500);
    check("cp437", Page::Cp437, &WEST, 500);
    check("koi8-r", Page::Web(KOI8_R), &CYRILLIC, 500);
    check("cp866", Page::Web(IBM866), &CYRILLIC, 500);
}

#[test]
fn cyrillic_pages_that_were_read_as_others_come_back() {
    let check = |name: &str, written: &'static Encoding, page: Page, floor| {
        // The old pages have no letters of Ukrainian, and no dashes.
        let plain = |it: String| it.replace(['«', '»', '„', '“'], "\"").replace('–', "-");
        let lines: Vec<String> = sentences(&["ru", "bg"], LONG).into_iter().map(plain).collect();
        check(name, &lines, |it| page.read(&written.encode(it).0), floor);
    };
    check("koi8-r as latin-1", KOI8_R, Page::Latin1, 450);
    check("koi8-r as cp1252", KOI8_R, Page::Web(WINDOWS_1252), 450);
    check("koi8-r as cp1251", KOI8_R, Page::Web(WINDOWS_1251), 450);
    check("koi8-r as cp866", KOI8_R, Page::Web(IBM866), 450);
    check("koi8-r as macroman", KOI8_R, Page::Web(MACINTOSH), 450);
    check("cp866 as latin-1", IBM866, Page::Latin1, 450);
    check("cp866 as cp1252", IBM866, Page::Web(WINDOWS_1252), 450);
    check("cp866 as cp1251", IBM866, Page::Web(WINDOWS_1251), 450);
    check("cp866 as koi8-r", IBM866, Page::Web(KOI8_R), 450);
    check("cp866 as macroman", IBM866, Page::Web(MACINTOSH), 450);
    check("cp1251 as latin-1", WINDOWS_1251, Page::Latin1, 450);
    check("cp1251 as koi8-r", WINDOWS_1251, Page::Web(KOI8_R), 450);
    check("cp1251 as cp866", WINDOWS_1251, Page::Web(IBM866), 450);
}
