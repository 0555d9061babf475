//! What repair leaves alone, and what it may never do.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "the table of normal forms is read from a file")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use unspin::{
    Cleaner, Wanted, embedded,
    repair::{
        Form, Policy, Reach, ftfy, repair,
        step::{Order, Step, Steps},
    },
    view::steps,
};

fn shipped() -> Steps {
    steps(embedded::rules().repairs())
}

fn repaired(text: &str, steps: &Steps, policy: Policy) -> String {
    repair(text, steps, policy, |_| false).map_or_else(|| text.to_owned(), |it| it.text)
}

/// Texts of the letters, marks and controls that steps are about.
fn texts() -> impl Strategy<Value = String> {
    let one = |list: &'static [&'static str]| prop::sample::select(list).prop_map(str::to_owned);
    let piece = prop_oneof![
        3 => one(&["Ã", "Â", "â", "€", "™", "©", "\u{A0}", " ", "œ", "\u{9D}", "é", "Ð", "Ñ", "à", "?", "\u{FFFD}", "“", "\u{80}", "\u{99}"]),
        2 => one(&["Р", "С", "в", "Ђ", "џ", "°", "п", "я", "─", "╨", "╤", "√", "¬", "‚", "Ä", "ö", "鈥", "檚", "縺", "ソ"]),
        2 => one(&["&", "amp;", "&lt;", "&#", "39;", "<b>", "\\u", "2019", "\\n", "\\ud83d", "\\ude00", "\u{1B}", "[0m", "\r", "\n", "-\n"]),
        2 => one(&["\u{200B}", "\u{200D}", "\u{200C}", "\u{202A}", "\u{FE0F}", "\u{E0041}", "\u{E007F}", "🏴", "👩", "\u{301}", "ﬁ", "Ａ", "\u{3000}", "\u{AD}", "\u{FEFF}"]),
        3 => one(&["a", "the", "Z", "о", "Мo", "scow", ".", "1", "m", "s ", "  ", "क", "中", "ب", "ก"]),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The same texts in every run, unless the environment asks for others.
fn config() -> Config {
    let usual = Config::default();
    let rng_seed = if usual.rng_seed == RngSeed::Random { RngSeed::Fixed(6) } else { usual.rng_seed };
    Config { rng_seed, failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_repaired_needs_no_repair(text in texts()) {
        for (steps, policy) in [(shipped(), Policy::default()), ftfy::defaults(), ftfy::encoding()] {
            let once = repaired(&text, &steps, policy);
            prop_assert_eq!(&repaired(&once, &steps, policy), &once, "from {:?}", text);
        }
    }

    #[test]
    fn the_repairs_make_the_text_that_later_stages_see(text in texts()) {
        for (steps, policy) in [(shipped(), Policy::default()), ftfy::defaults()] {
            let Some(found) = repair(&text, &steps, policy, |_| true) else { continue };
            let (mut after, mut at) = (String::new(), 0);
            for it in &found.seen {
                prop_assert!(at <= it.edit.span.start, "repairs overlap");
                after.push_str(&text[at..it.edit.span.start]);
                after.push_str(&it.edit.replacement);
                at = it.edit.span.end;
            }
            after.push_str(&text[at..]);
            prop_assert_eq!(&after, &found.text);
        }
    }
}

#[test]
fn clean_text_of_many_scripts_is_left_alone() {
    let texts = [
        "L’été, « à l’hôtel », on paie 10 € ; n’est-ce pas ?",
        "Größe, Straße, Übung: „schön“ – sagt er.",
        "ÅNGSTRÖM PÅ ÖN, smørrebrød og æbler",
        "VOCÊ É BEM-VINDO À AÇÃO… SÃO PAULO",
        "Điều này không đúng, phải không?",
        "Съешь же ещё этих мягких французских булок, да выпей чаю.",
        "Їжак з’їв ґедзя. Рік 1991, Ірпінь.",
        "Ελληνικά με τόνους και διαλυτικά: Μαΐου.",
        "هذا نص عربي سليم، أليس كذلك؟",
        "می\u{200C}خواهم کتاب\u{200C}ها را ببینم",
        "यह एक साफ़ वाक्य है। क्\u{200D}ष और र्\u{200D}य",
        "這是一個乾淨的句子，沒有問題。",
        "これはきれいな文です。ﾊﾝｶｸ ＡＢＣ",
        "깨끗한 한국어 문장입니다.",
        "Nya la kɔ ƒãa, eye wotsɔ ƒe eve yi ɖe ƒua ŋu.",
        "AS NAÇÕES E A ORGANIZAÇÃO DAS REGIÕES",
        "Тьфу-тьфу-тьфу!\nикІэрыкІэу\nхьырхушьас",
        "ประโยคนี้\u{200B}สะอาด",
        "שלום, עולם! \u{200F}(בעברית)",
        "x² + y² = r², 5 × 3 ± 2 µm, 20 °C, § 4, ½ oz, ©2020 ®",
        "┌──┐\n│ a│\n└──┘",
    ];
    for text in texts {
        assert_eq!(repaired(text, &shipped(), Policy::default()), text);
        assert_eq!(Cleaner::new().fix(text, Wanted::ALL).text(), text);
    }
}

#[test]
fn emoji_come_out_as_they_went_in() {
    let emoji = ["👩‍🚀", "🏳️‍🌈", "👨‍👩‍👧‍👦", "🇺🇸🇩🇪", "1️⃣#️⃣", "❤️‍🔥", "✈︎", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑🏿‍🤝‍🧑🏻", "⛹🏽‍♀️", "©️", "🐻‍❄️", "ℹ️"];
    for text in emoji {
        assert_eq!(repaired(text, &shipped(), Policy::default()), text);
        let within = format!("a {text} b{text}");
        assert_eq!(repaired(&within, &shipped(), Policy::default()), within);
    }
}

/// The table of the Unicode Character Database that implementations of normal forms are tried on, from the sources of a crate that `cargo`
/// fetches once; where it cannot, the test says so and has nothing to do.
fn normalization_table() -> Option<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("icu");
    fs::create_dir_all(folder.join("src")).ok()?;
    let manifest =
        "[package]\nname = \"icu\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nicu_normalizer = \"=2.4.0\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).and_then(|()| fs::write(folder.join("src/lib.rs"), "")).ok()?;
    Command::new(env!("CARGO")).arg("fetch").current_dir(&folder).output().ok()?;
    let home = std::env::var_os("CARGO_HOME")
        .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"), PathBuf::from);
    let registries = fs::read_dir(home.join("registry/src")).ok()?;
    let crates = registries.flatten().filter_map(|it| fs::read_dir(it.path()).ok()).flatten().flatten();
    let named = crates.filter(|it| it.file_name().to_string_lossy().starts_with("icu_normalizer-2.4.0"));
    named.map(|it| it.path().join("tests/data/NormalizationTest.txt")).find_map(|it| fs::read_to_string(it).ok())
}

#[test]
fn all_four_normal_forms_are_those_of_the_table() {
    let Some(table) = normalization_table() else { return eprintln!("skipped: the table of normal forms cannot be fetched") };
    let steps = Steps::default().with(Step::NormalForm, Order { seen: true, ..Order::default() });
    let normal = |text: &str, form| repaired(text, &steps, Policy { form, reach: Reach::Uniform, ..Policy::default() });
    let spelt =
        |codes: &str| codes.split(' ').filter_map(|it| u32::from_str_radix(it, 16).ok().and_then(char::from_u32)).collect::<String>();
    let rows = table.lines().filter(|it| it.contains(';') && !it.starts_with(['#', '@']));
    for row in rows {
        let columns: Vec<String> = row.split(';').take(5).map(spelt).collect();
        let [source, nfc, nfd, nfkc, nfkd] = [0, 1, 2, 3, 4].map(|it| columns[it].as_str());
        for text in [source, nfc, nfd] {
            assert_eq!([normal(text, Form::Nfc), normal(text, Form::Nfd)], [nfc, nfd], "{row}");
        }
        for text in [source, nfc, nfd, nfkc, nfkd] {
            assert_eq!([normal(text, Form::Nfkc), normal(text, Form::Nfkd)], [nfkc, nfkd], "{row}");
        }
    }
}
