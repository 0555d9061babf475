//! What readers see as one character comes out as it went in: all emoji, and the cases that cutters of text are tried on.
//!
//! The tables are those of the Unicode Consortium, which Debian and Ubuntu have in the package `unicode-data`; where it is not installed,
//! `apt-get` fetches it into the build folder, and where it cannot, the tests say so and have nothing to do.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "the tables are fetched by a program, and read from files")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use unspin::{
    embedded,
    repair::{Policy, repair, step::Step},
    view::steps,
};

/// A table, where it is to be had.
fn table(name: &str) -> Option<String> {
    let read = |root: &Path| fs::read_to_string(root.join("usr/share/unicode").join(name)).ok();
    let table = read(Path::new("/")).or_else(|| read(fetched()?));
    if table.is_none() {
        eprintln!("skipped: {name} is not here, and apt-get cannot fetch unicode-data");
    }
    table
}

/// The folder that the package was unpacked into.
fn fetched() -> Option<&'static Path> {
    static FETCHED: OnceLock<Option<PathBuf>> = OnceLock::new();
    let fetch = || {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unicode-data");
        if folder.join("usr").exists() {
            return Some(folder);
        }
        fs::create_dir_all(&folder).ok()?;
        let run = |program: &str, arguments: &[&str]| {
            Command::new(program).args(arguments).current_dir(&folder).output().is_ok_and(|it| it.status.success()).then_some(())
        };
        let download = || run("apt-get", &["download", "--quiet", "unicode-data"]);
        download().or_else(|| run("apt-get", &["update", "--quiet"]).and_then(|()| download()))?;
        let package = fs::read_dir(&folder).ok()?.flatten().find(|it| it.path().extension().is_some_and(|it| it == "deb"))?;
        run("dpkg-deb", &["--extract", package.path().to_str()?, "."])?;
        Some(folder)
    };
    FETCHED.get_or_init(fetch).as_deref()
}

fn spelt(codes: &str) -> Option<String> {
    codes.split_whitespace().map(|it| u32::from_str_radix(it, 16).ok().and_then(char::from_u32)).collect()
}

/// Whether a joiner stands behind nothing that joins.
fn joins_nothing(text: &str) -> bool {
    let joined = |it: &str| it.chars().rev().find(|it| *it != '\u{308}').is_some_and(|it| it == '\u{1F6D1}' || it == '\u{94D}');
    text.match_indices('\u{200D}').any(|(at, _)| !joined(&text[..at]))
}

/// Texts that repair changes, and what it makes of them; that a letter and its accent become one is meant.
fn changed(texts: &[String]) -> Vec<(String, String)> {
    let steps = steps(embedded::rules().repairs()).without(Step::NormalForm);
    let changed = |text: &String| repair(text, &steps, Policy::default(), |_| false).map(|it| it.text).filter(|it| it != text);
    texts.iter().filter_map(|it| Some((it.clone(), changed(it)?))).collect()
}

#[test]
fn every_emoji_survives_alone_and_among_words() {
    let (Some(emoji), Some(forms)) = (table("emoji/emoji-test.txt"), table("emoji/emoji-variation-sequences.txt")) else { return };
    let rows = emoji.lines().chain(forms.lines()).filter(|it| !it.starts_with('#'));
    // A digit with a selector and without the cap of a key around it is no emoji.
    let emoji = rows
        .filter_map(|it| spelt(it.split_once(';')?.0))
        .filter(|it| !it.starts_with(|it: char| it.is_ascii()) || it.contains('\u{20E3}'));
    let texts: Vec<String> = emoji.flat_map(|it| [format!("Rain {it} again{it}"), format!("{it}{it}"), it]).collect();
    assert!(texts.len() > 10_000, "{} texts", texts.len());
    assert_eq!(changed(&texts), []);
}

#[test]
fn every_cluster_of_the_table_survives() {
    let Some(table) = table("auxiliary/GraphemeBreakTest.txt") else { return };
    let rows = table.lines().filter_map(|it| it.split('#').next()).filter(|it| !it.trim().is_empty());
    let texts = rows.filter_map(|it| spelt(&it.replace(['÷', '×'], " ")));
    // Controls, ends of lines in a mixture, and joiners between what does not join are damage, and taken for it.
    let texts: Vec<String> = texts.filter(|it| !it.contains(['\u{1}', '\r', '\n']) && !joins_nothing(it)).collect();
    assert!(texts.len() > 300, "{} texts", texts.len());
    assert_eq!(changed(&texts), []);
}
