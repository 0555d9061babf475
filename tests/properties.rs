//! The promises of the house, tried on texts that nobody would write: made of the words of rules, quotation marks, entities, line
//! ends, odd letters and arbitrary bytes.
//!
//! The texts are the same in every run; `PROPTEST_RNG_SEED=7 PROPTEST_CASES=5000 cargo test --test suite properties::` tries others.
#![expect(clippy::disallowed_methods, reason = "rules and texts are read from files")]

use std::{collections::BTreeSet, ops::Range, path::Path, sync::OnceLock};

use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use serde_json::Value;
use unspin::{
    Cleaner, Fixed, Known, Options, Rules, Wanted,
    decode::decode,
    diff::{printable, sentences, unified},
    embedded,
    ledger::Entry,
    report::{Origin, Report, json, text},
    rules::{
        file::{read_pack, read_rules},
        load::{Source, load, read_folder},
    },
};

fn config() -> Config {
    let usual = Config::default();
    let cases = if usual.cases == 256 { 96 } else { usual.cases };
    let rng_seed = if usual.rng_seed == RngSeed::Random { RngSeed::Fixed(4) } else { usual.rng_seed };
    Config { cases, rng_seed, failure_persistence: None, ..usual }
}

fn house_rules() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/good");
    read_folder(&folder).expect("the folder is there")
}

/// With the shipped rules and those of the tests.
fn cleaner() -> &'static Cleaner {
    static CLEANER: OnceLock<Cleaner> = OnceLock::new();
    CLEANER.get_or_init(|| {
        let mut book = embedded::rulebook();
        let own = load(house_rules(), &book, embedded::frequencies()).expect("they have no mistakes");
        book.append(own);
        Cleaner::with(Rules::compile(book), Options::default())
    })
}

// Texts

/// What rules are about.
const WORDS: [&str; 40] = [
    "the",
    "the",
    "of",
    "a",
    "an",
    "and",
    "The",
    "A",
    "An",
    "is",
    "was",
    "The the",
    "the the",
    "of of of",
    "pier pier",
    "visited visited",
    "haven boss",
    "haven big boss",
    "a haven big boss",
    "two haven experts",
    "an haven\u{A0}expert",
    "high sea at 12",
    "[Share]",
    "[Print]",
    "!!",
    "pier",
    "harbour",
    "town",
    "left",
    "12",
    "struggle",
    "navy coaching",
    "however",
    "Haven Boss",
    "HAVEN BOSS",
    "don’t",
    "the-the",
    "the’s",
    "(for us – Ed.) The",
    "date 2024-05-30",
];
const MARKS: [&str; 24] =
    [",", ".", ";", "?", "!", " ,", " .", " ?", "…", "—", "-", "(", ")", "[", "]", ":", "/", "@", "_", "*", "#", "`", "```\n", "~~~"];
const QUOTES: [&str; 12] = ["“", "”", "\"", "‘", "’", "'", "„", "«", "»", "“", "”", "\""];
const ENTITIES: [&str; 8] = ["&amp;", "&quot;", "&#8220;", "&nbsp;", "&lt;b&gt;", "<p>", "&amp;amp;", "\u{FFFD}"];
/// What encodings, terminals and programs leave.
const DAMAGE: [&str; 28] = [
    "â€™",
    "â€œ",
    "â€",
    "Ã©tÃ©",
    "Ã ",
    "Â",
    "Ã¢â‚¬â„¢",
    "РџСЂРёРІРµС‚",
    "п÷я─п╦п╡",
    "Ïðèâåò",
    "鈥檚",
    "ÄãºÃÊÀ½ç",
    "\u{93}no\u{94}",
    "\u{85}",
    "\\u2019",
    "t.\\nThe",
    "\\ud83d\\ude00",
    "\u{1B}[1m",
    "\u{8}",
    "ﬁn",
    "ＡＢ",
    "Мoscow",
    "\u{AD}",
    "\u{200D}",
    "\u{202A}",
    "\u{FE0F}",
    "\u{E0068}",
    "gov-\nernment",
];
const SPACES: [&str; 14] =
    ["\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\t", "  ", "\u{A0}", "\u{2028}", "\u{85}", "\u{B}", "\u{200B}", "\u{FEFF}", "\u{3000}"];
const LETTERS: [&str; 14] =
    ["é", "e\u{301}", "İ", "ß", "ﬁ", "ǅ", "\u{1F6A2}", "жук", "Ω", "\u{202E}", "\u{0}", "\u{1B}[2J", "\u{10FFFF}", "中文"];
const PLACES: [&str; 5] = ["https://a.org/the the", "www.b.org ,", "me@here.net", "`the the`", "int main() {\n  return the the;\n}"];

fn one_of(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(list).prop_map(str::to_owned)
}

/// Fragments in any order, most of them with a space between.
fn texts() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        12 => one_of(&WORDS),
        4 => one_of(&MARKS),
        3 => one_of(&QUOTES),
        1 => one_of(&ENTITIES),
        2 => one_of(&DAMAGE),
        2 => one_of(&SPACES),
        1 => one_of(&LETTERS),
        1 => one_of(&PLACES),
        1 => any::<String>(),
    ];
    let space = prop_oneof![6 => Just(" "), 1 => Just("")];
    let header = prop_oneof![6 => Just(""), 1 => Just(" date 2024-05-30 "), 1 => Just("Published: 2021-03-04 | ")];
    (header, prop::collection::vec((fragment, space), 0..40)).prop_map(|(header, fragments)| {
        let pieces = fragments.into_iter().flat_map(|(fragment, space)| [fragment, space.to_owned()]);
        std::iter::once(header.to_owned()).chain(pieces).collect()
    })
}

/// A text as files hold it: mostly UTF-8, sometimes UTF-16, sometimes broken.
fn files() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        5 => texts().prop_map(String::into_bytes),
        1 => texts().prop_map(|it| format!("\u{FEFF}{it}").into_bytes()),
        1 => texts().prop_map(|it| format!("\u{FEFF}{it}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        1 => texts().prop_map(|it| format!("\u{FEFF}{it}").encode_utf16().flat_map(u16::to_be_bytes).collect()),
        3 => (texts(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)).prop_map(|(text, changes)| {
            let mut bytes = text.into_bytes();
            for (at, byte) in changes {
                bytes.insert(at.index(bytes.len() + 1), byte);
            }
            bytes
        }),
        1 => prop::collection::vec(any::<u8>(), 0..400),
    ]
}

/// Direct speech among other words: the text, and the bytes of each quotation.
fn speeches() -> impl Strategy<Value = (String, Vec<Range<usize>>)> {
    let marks = prop::sample::select(vec![("“", "”"), ("\"", "\""), ("«", "»"), ("„", "“"), ("‘", "’")]);
    let plain = || {
        prop::sample::select(vec![
            "haven boss",
            "haven big boss",
            "two haven experts",
            "the pier pier",
            "the the pier",
            "high sea at 12",
            "struggle",
            "the",
        ])
    };
    let spoken = (marks, prop::collection::vec(plain(), 1..8))
        .prop_map(|((open, close), words)| (true, format!("{open}{}{close}", words.join(" "))));
    let piece = prop_oneof![2 => plain().prop_map(|it| (false, it.to_owned())), 1 => spoken];
    let separator = prop_oneof![6 => Just(" "), 1 => Just(".\n\n"), 1 => Just(", ")];
    prop::collection::vec((piece, separator), 1..20).prop_map(|pieces| {
        let (mut text, mut spans) = (String::new(), Vec::new());
        for ((spoken, piece), separator) in pieces {
            let start = text.len();
            text.push_str(&piece);
            spans.extend(spoken.then_some(start..text.len()));
            text.push_str(separator);
        }
        (text, spans)
    })
}

fn verdicts() -> impl Strategy<Value = Option<Known>> {
    prop_oneof![Just(None), Just(Some(Known::spun()))]
}

fn wishes() -> impl Strategy<Value = Wanted> {
    prop_oneof![Just(Wanted::SAFE), Just(Wanted::ALL)]
}

// What is reported

/// The findings as `--format jsonl` prints them.
fn printed(fixed: &Fixed) -> Vec<Value> {
    let mut lines = Vec::new();
    let origin = Origin::file("a.txt");
    json::write_findings(&Report::new(&origin, &fixed.checked), &mut lines).expect("memory takes anything");
    let lines = String::from_utf8(lines).expect("JSON is UTF-8");
    lines.lines().map(|it| serde_json::from_str(it).expect("each line is an object")).collect()
}

fn number(value: &Value, key: &str) -> usize {
    value[key].as_u64().and_then(|it| usize::try_from(it).ok()).expect("it is a number")
}

/// The edits of the findings that stand and can be applied, in the order of the text.
fn edits(findings: &[Value], wanted: Wanted) -> Vec<(Range<usize>, String)> {
    let names = match wanted {
        Wanted::SAFE => &["safe"][..],
        _ => &["safe", "unsafe"],
    };
    let standing =
        findings.iter().filter(|it| it["set_aside"].is_null() && names.contains(&it["applicability"].as_str().expect("it is a word")));
    let mut edits: Vec<(Range<usize>, String)> = standing
        .flat_map(|it| it["edits"].as_array().expect("it is a list"))
        .map(|it| (number(it, "start")..number(it, "end"), it["replacement"].as_str().expect("it is a string").to_owned()))
        .collect();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    edits
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn same_letters(a: &str, b: &str) -> bool {
    let letters = |it: &str| it.split_whitespace().collect::<String>().to_lowercase();
    letters(a) == letters(b)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn applying_the_reported_edits_gives_the_output(raw in files(), known in verdicts(), wanted in wishes()) {
        let fixed = cleaner().fix_known(&raw, known.as_ref(), wanted);
        let before = fixed.checked.document.text();
        let mut after = String::new();
        let mut at = 0;
        for (span, replacement) in edits(&printed(&fixed), wanted) {
            prop_assert!(at <= span.start, "edits overlap: {:?}", span);
            after.push_str(&before[at..span.start]);
            after.push_str(&replacement);
            at = span.end;
        }
        after.push_str(&before[at..]);
        prop_assert_eq!(&after, &fixed.text());
        if std::str::from_utf8(&raw).is_ok() && !raw.starts_with(&[0xFF]) && !raw.starts_with(&[0xFE]) {
            prop_assert_eq!(after.as_bytes(), &fixed.bytes, "offsets are those of the file");
        }
    }

    #[test]
    fn bytes_outside_the_edits_are_unchanged(raw in files(), known in verdicts(), wanted in wishes()) {
        let fixed = cleaner().fix_known(&raw, known.as_ref(), wanted);
        let document = &fixed.checked.document;
        let (mut rest_before, mut rest_after, mut at) = (&raw[..], &fixed.bytes[..], 0);
        for edit in fixed.checked.plan.patch.edits() {
            let span = document.raw_span(edit.span);
            let written = document.encode(&edit.replacement);
            let kept = span.start - at;
            prop_assert_eq!(&rest_before[..kept], &rest_after[..kept]);
            prop_assert_eq!(decode_like(&raw, &rest_before[kept..kept + span.len()]), &document.text()[edit.span.range()]);
            prop_assert!(rest_after[kept..].starts_with(&written));
            rest_before = &rest_before[kept + span.len()..];
            rest_after = &rest_after[kept + written.len()..];
            at = span.end;
        }
        prop_assert_eq!(rest_before, rest_after);
        if fixed.checked.plan.patch.is_empty() {
            prop_assert_eq!(&raw, &fixed.bytes);
        }
    }

    #[test]
    fn the_ledger_leads_back_to_the_exact_bytes(raw in files(), known in verdicts(), wanted in wishes()) {
        let fixed = cleaner().fix_known(&raw, known.as_ref(), wanted);
        let line = serde_json::to_string(&Entry::new("a.txt", &raw, &fixed)).expect("it can be written");
        let entry: Entry = serde_json::from_str(&line).expect("it can be read again");
        prop_assert_eq!(entry.revert(&fixed.bytes), Ok(raw));
    }

    #[test]
    fn a_second_run_proposes_nothing_safe(raw in files(), wanted in wishes()) {
        let fixed = cleaner().fix(&raw, wanted);
        let again = cleaner().fix(&fixed.bytes, Wanted::SAFE);
        let proposed: Vec<String> = again.checked.plan.applied.iter().map(|it| format!("{it:?}")).collect();
        prop_assert!(proposed.is_empty(), "in {:?}, first {:?}: {proposed:#?}", again.checked.document.text(), fixed.checked.document.text());
    }

    #[test]
    fn no_edit_that_changes_words_touches_a_quotation((text, spoken) in speeches(), known in verdicts()) {
        let fixed = cleaner().fix_known(&text, known.as_ref(), Wanted::ALL);
        for (span, replacement) in edits(&printed(&fixed), Wanted::ALL) {
            let touches = spoken.iter().any(|it| span.start < it.end && it.start < span.end);
            let changes = has_letters(&replacement) && !same_letters(&text[span.clone()], &replacement);
            prop_assert!(!(touches && changes), "{:?} becomes {replacement:?} in {text:?}", &text[span]);
        }
    }

    #[test]
    fn a_finding_is_where_it_says((raw, known) in (files(), verdicts())) {
        let fixed = cleaner().fix_known(&raw, known.as_ref(), Wanted::ALL);
        let text = fixed.checked.document.text();
        let mut keys = BTreeSet::new();
        for it in printed(&fixed) {
            let (start, end) = (number(&it, "start"), number(&it, "end"));
            prop_assert_eq!(it["text"].as_str(), text.get(start..end));
            let before = &text[..start];
            prop_assert_eq!(number(&it, "line"), 1 + before.matches('\n').count());
            prop_assert_eq!(number(&it, "column"), 1 + before.rsplit('\n').next().map_or(0, |it| it.chars().count()));
            prop_assert!(keys.insert(it["key"].to_string()), "two findings have one key: {it}");
        }
    }

    #[test]
    fn any_bytes_can_be_read_judged_and_shown(raw in files(), known in verdicts()) {
        let fixed = cleaner().fix_known(&raw, known.as_ref(), Wanted::ALL);
        let checked = &fixed.checked;
        let origin = Origin::file("a.txt");
        let mut shown = Vec::new();
        text::write_findings(&Report::new(&origin, checked), text::Style::default(), &mut shown).expect("memory takes anything");
        text::write_score(&origin, checked, text::Style::default(), &mut shown).expect("memory takes anything");
        json::write_score(&origin, checked, &mut shown).expect("memory takes anything");
        for sentence in sentences(&checked.document, &checked.plan.patch) {
            prop_assert!(sentence.pieces.iter().any(|it| !it.text().is_empty()));
            let before: String = sentence.pieces.iter().filter(|it| !matches!(it, unspin::diff::Piece::Added(_))).map(unspin::diff::Piece::text).collect();
            prop_assert_eq!(before, &checked.document.text()[sentence.span.range()]);
        }
        prop_assert_eq!(unified("a.txt", &raw, &fixed.bytes, 3).is_empty(), raw == fixed.bytes);
        let plain = printable(checked.document.text());
        prop_assert!(!plain.contains(char::is_control));
    }

    #[test]
    fn a_rule_file_of_any_content_is_read_or_refused(which in any::<prop::sample::Index>(), changes in changes()) {
        let mut sources = house_rules();
        let at = which.index(sources.len());
        sources[at].text = changed(&sources[at].text, &changes);
        let text = sources[at].text.clone();
        for mistakes in [read_pack(&text).1, read_rules(&text).1] {
            prop_assert!(mistakes.iter().all(|it| it.place.start <= it.place.end && it.place.end <= text.len()));
        }
        match load(sources, &embedded::rulebook(), embedded::frequencies()) {
            Ok(book) => drop(Rules::compile(book)),
            Err(error) => {
                prop_assert!(error.files.iter().all(|(_, it)| !it.is_empty()));
                let told = error.to_string();
                prop_assert!(told.lines().count() >= error.files.len(), "{}", told);
            }
        }
    }
}

/// Bytes read as the encoding of the file that they stand in.
fn decode_like(raw: &[u8], part: &[u8]) -> String {
    use unspin::document::Encoding;
    let units = |spell: fn([u8; 2]) -> u16| part.as_chunks::<2>().0.iter().map(|it| spell(*it)).collect::<Vec<u16>>();
    match decode(raw).encoding() {
        Encoding::Utf16Le => String::from_utf16_lossy(&units(u16::from_le_bytes)),
        Encoding::Utf16Be => String::from_utf16_lossy(&units(u16::from_be_bytes)),
        Encoding::Utf32Le => part.as_chunks::<4>().0.iter().filter_map(|it| char::from_u32(u32::from_le_bytes(*it))).collect(),
        Encoding::Utf32Be => part.as_chunks::<4>().0.iter().filter_map(|it| char::from_u32(u32::from_be_bytes(*it))).collect(),
        Encoding::Legacy(page) => page.decode_without_bom_handling(part).0.into_owned(),
        Encoding::Utf8 | Encoding::BrokenUtf8 => String::from_utf8_lossy(part).into_owned(),
    }
}

/// What may befall a rule file: at a place, so many characters go and others come.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    let put = prop_oneof![
        2 => Just(String::new()),
        2 => prop::sample::select(vec!["\"", "[", "]", "[[rule]]", "{", "}", "=", "\n", "'", "'''", "#", ",", "\\", "(", "<", "|", "$", "’", "\u{0}", "é", "= 3\n", "true", "-1", "1e999", "name = \"x\"\n"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, put), 1..4)
}

fn changed(text: &str, changes: &[(prop::sample::Index, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, gone, put) in changes {
        let start = at.index(characters.len() + 1);
        let end = (start + gone).min(characters.len());
        characters.splice(start..end, put.chars());
    }
    characters.into_iter().collect()
}

/// What has been found to break a promise before.
mod once_broken {
    use super::*;

    #[track_caller]
    fn check_second_run(text: &str, after: &str) {
        let fixed = cleaner().fix(text, Wanted::SAFE);
        assert_eq!(fixed.text(), after);
        assert_eq!(cleaner().fix(&fixed.bytes, Wanted::SAFE).text(), after, "a second run");
    }

    #[test]
    fn what_a_deletion_brings_together_is_seen() {
        check_second_run("He stood on the [Share] the pier.", "He stood on the pier.");
    }

    #[test]
    fn one_letter_between_two_commas_hides_neither() {
        check_second_run("Take vitamins A , B , C , and D.", "Take vitamins A, B, C, and D.");
    }

    #[test]
    fn deletions_that_want_the_same_space_are_both_made() {
        check_second_run("[gallery ids=\"1,2\"] [gallery ids=\"3\"] The boats lie in the harbour.", "The boats lie in the harbour.");
        check_second_run("[Share] [Share] the boats", "the boats");
        check_second_run("pic.twitter.com/abcdefghij pic.twitter.com/abcdefghij The boats lie.", "The boats lie.");
    }

    #[test]
    fn a_word_on_the_next_line_of_an_old_macintosh_does_not_stand_twice() {
        check_second_run("The the \r the ", "The\r the ");
    }

    #[test]
    fn what_an_insertion_puts_apart_is_seen() {
        let fixed = cleaner().fix("The thestruggle is lost.", Wanted::ALL);
        assert!(cleaner().fix(&fixed.bytes, Wanted::SAFE).checked.plan.patch.is_empty(), "{}", fixed.text());
    }

    #[test]
    fn the_space_before_a_comma_is_seen_where_two_stand_behind_it() {
        check_second_run("They read the score , \u{FE0F} the table and the list.", "They read the score,  the table and the list.");
    }

    #[test]
    fn an_article_that_would_stand_twice_stays() {
        let fixed = cleaner().fix("(a an high sea at 12 ", Wanted::ALL);
        assert_eq!(fixed.text(), "(a an high water at 12 ");
        assert!(cleaner().fix(&fixed.bytes, Wanted::SAFE).checked.plan.patch.is_empty());
    }

    #[test]
    fn a_header_behind_a_header_goes_too() {
        check_second_run("Published 2021-03-04 Updated 2021-03-05 Parliament will meet.", "Parliament will meet.");
    }
}

#[cfg(feature = "cli")]
#[test]
fn findings_are_the_same_with_one_and_with_three_jobs() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let folder = tempfile::tempdir().expect("there is room for it");
    let mut runner = TestRunner::new(config());
    for number in 0..150 {
        let bytes = files().new_tree(&mut runner).expect("nothing is filtered").current();
        std::fs::write(folder.path().join(format!("{number}.txt")), bytes).expect("the folder is ours");
    }
    let run = |command: &str, jobs: &str| {
        let mut unspin = std::process::Command::new(env!("CARGO_BIN_EXE_unspin"));
        let done = unspin.current_dir(folder.path()).args([command, "--format", "jsonl", "--jobs", jobs, "."]).output().expect("it runs");
        (
            done.status.code(),
            String::from_utf8(done.stdout).expect("JSON is UTF-8"),
            String::from_utf8(done.stderr).expect("so are complaints"),
        )
    };
    for command in ["check", "score"] {
        let (code, out, err) = run(command, "1");
        assert!(code.is_some_and(|it| it < 2) && !out.is_empty(), "{err}");
        assert_eq!(run(command, "3"), (code, out, err));
    }
}
