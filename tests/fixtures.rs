//! Whole articles: what is convicted, what is corrected, and what is left alone.

#![expect(clippy::disallowed_methods, reason = "the texts are files")]

use std::{fs, path::PathBuf};

use unspin::{Cleaner, Confidence, Verdict, Wanted};

/// The texts of a folder of fixtures, with their names.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).expect("the fixtures are there").map(|it| it.expect("readable").path()).collect();
    paths.sort();
    let name = |it: &PathBuf| it.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    paths.iter().map(|it| (name(it), fs::read_to_string(it).expect("a fixture is UTF-8"))).collect()
}

#[test]
fn clean_texts_and_traps_come_out_as_they_went_in() {
    let cleaner = Cleaner::new();
    for (name, text) in texts("clean").into_iter().chain(texts("traps")) {
        let fixed = cleaner.fix(&text, Wanted::ALL);
        assert_eq!(fixed.bytes, text.as_bytes(), "{name}");
        assert_eq!(fixed.checked.findings(), [], "{name}");
        assert_eq!(fixed.checked.assessment.verdict, Verdict::Clean, "{name}");
    }
}

#[test]
fn what_looks_like_residue_of_a_page_and_is_none_stays() {
    let cleaner = Cleaner::new();
    for (name, text) in texts("structure") {
        let fixed = cleaner.fix(&text, Wanted::ALL);
        assert_eq!(fixed.checked.findings(), [], "{name}");
        assert_eq!(fixed.bytes, text.as_bytes(), "{name}");
    }
}

#[test]
fn an_insert_leaves_exactly_the_right_text() {
    let cleaner = Cleaner::new();
    let headline = "See also Fisherman finds a Roman anchor off the coast";
    let (one, two) = ("The council closed the bridge on Monday after a long debate.", "Nobody was hurt, the clerk told reporters.");
    let check = |text: &str, expect: &str| assert_eq!(cleaner.fix(text, Wanted::ALL).text(), expect, "{text}");
    check(&format!("{one} {headline} {two}"), &format!("{one} {two}"));
    check(&format!("{headline} {one} {two}"), &format!("{one} {two}"));
    check(&format!("{one} {two} {headline}"), &format!("{one} {two}"));
    check(&format!("{one}\n\n{headline}\n\n{two}"), &format!("{one}\n\n{two}"));
    check(&format!("{headline}\n\n{one}"), one);
    let speech = "We waited for the ferry until midnight, and nobody told us why";
    check(&format!("{speech} {headline} Lena Sund Minister of Fisheries"), &format!("{speech} — Lena Sund Minister of Fisheries"));
    check(&format!("{speech} Lena Sund Minister of Fisheries"), &format!("{speech} — Lena Sund, Minister of Fisheries"));
}

#[test]
fn the_words_of_an_unmarked_quotation_are_locked() {
    let cleaner = Cleaner::new();
    let spun = &texts("articles")[4].1;
    let speech = "The navy coaching is decide to by no means end, he mentioned, and the struggle goes on throughout the entire country";
    let fixed = cleaner.fix(format!("{spun}\n\n{speech} Lena Sund Minister of Fisheries"), Wanted::ALL);
    assert!(fixed.text().ends_with(&format!("{speech} — Lena Sund, Minister of Fisheries")), "{}", fixed.text());
}

#[test]
fn headers_behind_one_another_all_become_metadata() {
    let text =
        "By Amos Brill | Published: 14.03.2022 18:20 Updated 2 hours ago The council closed the bridge on Monday after a long debate.";
    let fixed = Cleaner::new().fix(text, Wanted::ALL);
    assert_eq!(fixed.text(), "The council closed the bridge on Monday after a long debate.");
    let metadata = &fixed.checked.metadata;
    assert_eq!((&*metadata["byline"], &*metadata["date"], &*metadata["updated"]), ("Amos Brill", "14.03.2022", "2 hours ago"));
}

#[test]
fn the_articles_are_told_apart_and_the_verdict_says_why() {
    let cleaner = Cleaner::new();
    for (name, text) in texts("articles") {
        let assessment = cleaner.score(&text);
        let spun = name.starts_with("004");
        assert_eq!(assessment.verdict, if spun { Verdict::Spun } else { Verdict::Translated }, "{name}: {}", assessment.reason);
        assert_eq!(assessment.reason.contains("“jap” ×3"), spun, "{name}: {}", assessment.reason);
        assert_eq!(assessment.translation.source.as_deref(), (!spun).then_some("ru"), "{name}: {}", assessment.reason);
        assert_eq!(assessment.spun > Confidence::new(5_000), spun, "{name}: {}", assessment.reason);
    }
}

#[test]
fn the_date_header_of_every_article_becomes_metadata() {
    let cleaner = Cleaner::new();
    for (name, text) in texts("articles") {
        let fixed = cleaner.fix(&text, Wanted::SAFE);
        let date = &text[" date ".len()..][.."2022-01-30".len()];
        assert_eq!(fixed.checked.metadata["date"], date, "{name}");
        assert!(text.trim_start_matches(" date ")[11..].starts_with(&fixed.text()[..10]), "{name}");
    }
}

#[test]
fn a_spun_part_of_an_article_is_found_and_named() {
    let clean = texts("clean");
    let spun = &texts("articles")[4].1;
    let parts = [clean[0].1.trim(), clean[1].1.trim(), spun.trim(), clean[2].1.trim()];
    let whole = parts.join("\n\n");
    let assessment = Cleaner::new().score(&whole);
    assert!(assessment.verdict >= Verdict::Suspect, "{}", assessment.reason);
    let start = whole.find(parts[2]).expect("it is a part");
    let end = start + parts[2].len();
    let inside: usize = assessment.regions.iter().map(|it| it.span.end.min(end).saturating_sub(it.span.start.max(start))).sum();
    let outside: usize = assessment.regions.iter().map(|it| it.span.len()).sum::<usize>() - inside;
    assert!(10 * inside >= 8 * parts[2].len() && 10 * outside <= parts[2].len(), "{:?}", assessment.regions);
}

#[test]
fn no_edit_of_a_spun_article_falls_into_a_quotation() {
    let cleaner = Cleaner::new();
    let spun = &texts("articles")[4].1;
    let quoted = |text: &str| text.split('“').skip(1).filter_map(|it| it.split('”').next().map(str::to_owned)).collect::<Vec<_>>();
    assert_eq!(quoted(&cleaner.fix(spun, Wanted::ALL).text()), quoted(spun));
}

#[test]
fn a_topic_that_comes_back_convicts_nobody() {
    let paper = "The paper deals with drops that fall through oil. Their velocities were taken from film, and the velocities of small drops change \
        the flow behind them. Large drops have velocities that change the flow more.\n\n\
        Two velocities count: that of the drop and that of the oil. Both velocities fall as the drop nears the wall, and the wall changes them by \
        the pressure that builds up there. In the tank the velocities of nine drops were compared.\n\n\
        Near the wall the velocities fall again. A drop that follows another one changes its path, and the velocities of the pair then differ \
        from the velocities of either. The method gives these velocities to two per cent.\n\n\
        A drop near another keeps its speed. The speed of the first changes that of the second through the wake. These velocities change the \
        count by very little, and no correction was made.\n";
    let assessment = Cleaner::new().score(paper);
    assert_eq!(assessment.verdict, Verdict::Clean, "{}", assessment.reason);
}

#[test]
fn what_a_text_swaps_elsewhere_is_swapped_behind_antipatterns_too() {
    let spun = "The navy mentioned on Monday that the struggle within the north had slowed, and that the previous a number of days had been quiet. \
        Folks within the villages mentioned they may return to their houses.\n\n\
        The protection minister mentioned that extra coaching was needed within the south. Each sides misplaced males within the battle, he \
        mentioned, and within ten weeks there could be an additional assembly.\n\n\
        Help is at hand within this region, mentioned the mayor, who used to be a farmer. Many children used to be left behind within these \
        villages, however the brand new authorities have solely mentioned that extra beds might be discovered within May.\n";
    let fixed = Cleaner::new().fix(spun, Wanted::ALL);
    assert!(fixed.text().contains("left behind in these villages"), "{}", fixed.text());
    let alone = "The minister said that the bridge would be open again within these ten weeks, and that the town would pay for it.\n";
    assert_eq!(Cleaner::new().fix(alone, Wanted::ALL).text(), alone);
}
