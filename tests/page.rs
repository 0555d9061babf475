//! The page for reviewers, in a real Chromium: opened from the disk, decided by keys and by clicks, saved, and attacked.
//!
//! Where the machine has no `chromedriver` (Debian: `chromium-driver`) these tests say so and have nothing to do; `tests/all` installs it.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests write files and read them")]
#![expect(clippy::print_stderr, reason = "whoever runs them wants to know what was skipped")]
#![expect(unreachable_pub, reason = "a test has no outside")]

#[path = "page/driver.rs"]
mod driver;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use driver::Browser;
use serde_json::json;
use tempfile::TempDir;
use unspin::decision::{Choice, Decision, Scope};

/// A folder with texts, and the page made of them.
fn page(texts: &[(&str, &str)], flags: &[&str]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("there is room");
    fs::create_dir(folder.path().join("texts")).expect("the folder is new");
    for (name, text) in texts {
        fs::write(folder.path().join("texts").join(name), text).expect("there is room");
    }
    let page = folder.path().join("page.html");
    unspin(folder.path(), &[&["review", "--html", "page.html", "texts"], flags].concat());
    (folder, page)
}

/// What the program prints.
fn unspin(folder: &Path, args: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_unspin")).args(args).current_dir(folder).output().expect("the program runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("it prints UTF-8")
}

/// The decisions in the file that the page saved.
fn saved(file: &Path) -> Vec<Decision> {
    let begun = Instant::now();
    while !file.exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing was saved as {}", file.display());
        thread::sleep(Duration::from_millis(20));
    }
    let lines = fs::read_to_string(file).expect("it can be read");
    lines.lines().map(|it| serde_json::from_str(it).expect("a line is a decision")).collect()
}

const RAIN: (&str, &str) = ("rain.txt", "It rained in the the harbour.\n\nThe pilot sat in the the boat , and slept.\n");
const SNOW: (&str, &str) = ("snow.txt", "It snowed on the the pier , all night. “We heard of of it”, he said.\n");

#[test]
fn a_page_is_gone_through_by_keys_and_clicks_and_saved() {
    let (folder, page) = page(&[RAIN, SNOW], &[]);
    let Some(browser) = Browser::start(folder.path()) else { return };
    browser.open(&page);
    assert_eq!(browser.text("count"), "0 of 6 decided");
    // Changes come first that stand most often: “ the” taken out, three times.
    assert_eq!(browser.text("about"), "3 places in 2 documents");
    browser.press("a");
    assert!(browser.text("said").starts_with("accepted"), "{}", browser.text("said"));
    browser.click("#place [aria-keyshortcuts=r]");
    assert_eq!(browser.text("count"), "2 of 6 decided");
    browser.press("u");
    assert_eq!(browser.text("count"), "1 of 6 decided");
    browser.press("A");
    assert_eq!(browser.text("count"), "3 of 6 decided");
    // What is written into a field decides nothing.
    browser.press("/");
    browser.press("before-comma\n");
    browser.wait("document.getElementById('filtered').textContent.includes('2 of 6')");
    browser.press("r");
    browser.press("e");
    browser.press(" –\n");
    assert_eq!(browser.text("count"), "5 of 6 decided");
    // A page that is opened again is as it was left.
    browser.open(&page);
    assert_eq!(browser.text("count"), "5 of 6 decided");
    browser.press("v");
    assert_eq!(browser.text("title"), "texts/snow.txt", "the next open place stands there");
    browser.click("#sides");
    browser.press("s");
    browser.click("#open-save");
    browser.run("document.getElementById('reviewer').focus()");
    browser.press("Anna B.");
    browser.click("#download");
    let decisions = saved(&folder.path().join("Anna-B..jsonl"));
    let told: Vec<(Choice, Scope, &str, Option<&str>, &str)> =
        decisions.iter().map(|it| (it.decision, it.scope, it.text.as_str(), it.replacement.as_deref(), it.file.as_str())).collect();
    assert_eq!(
        told,
        [
            (Choice::Accepted, Scope::Place, " the", Some(""), "texts/rain.txt"),
            (Choice::Accepted, Scope::Everywhere, " the", Some(""), "texts/rain.txt"),
            (Choice::Rejected, Scope::Place, " ", None, "texts/rain.txt"),
            (Choice::Edited, Scope::Place, " ", Some(" –"), "texts/snow.txt"),
            (Choice::Skipped, Scope::Place, " of", None, "texts/snow.txt"),
        ]
    );
    assert!(decisions.iter().all(|it| it.reviewer == "Anna B." && it.time.ends_with('Z') && it.key.len() == 16));
    // What the page saved is what `apply` does.
    unspin(folder.path(), &["apply", "Anna-B..jsonl"]);
    let text = |name: &str| fs::read_to_string(folder.path().join("texts").join(name)).expect("it is there");
    assert_eq!(text(RAIN.0), RAIN.1.replace("the the", "the"));
    assert_eq!(text(SNOW.0), SNOW.1.replace("the the pier ,", "the pier –,"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_document_is_dropped_and_what_was_missed_is_noted() {
    let (folder, page) = page(&[RAIN, SNOW], &[]);
    let Some(browser) = Browser::start(folder.path()) else { return };
    browser.open(&page);
    browser.press("D");
    assert_eq!(browser.text("count"), "3 of 6 decided");
    browser.press("u");
    assert_eq!(browser.text("count"), "0 of 6 decided");
    // From one field to the next by Tab.
    browser.press("mharbour\u{E004}haven\n");
    browser.press("D");
    browser.open(&page);
    assert_eq!(browser.text("count"), "3 of 6 decided", "kept");
    browser.click("#open-save");
    browser.click("#download");
    let file = folder.path().join("decisions.jsonl");
    let told: Vec<(Choice, Scope, String, Option<String>)> =
        saved(&file).into_iter().map(|it| (it.decision, it.scope, it.text, it.replacement)).collect();
    let missed = (Choice::Missed, Scope::Place, "harbour".to_owned(), Some("haven".to_owned()));
    assert_eq!(told, [missed, (Choice::Dropped, Scope::Document, String::new(), None)]);
    // What was missed is something to learn from, and of what was dropped nothing is proposed.
    assert!(unspin(folder.path(), &["learn", "decisions.jsonl"]).contains("harbour"));
    fs::create_dir_all(folder.path().join(".unspin/decisions")).expect("the folder is ours");
    fs::copy(file, folder.path().join(".unspin/decisions/anna.jsonl")).expect("the folder is ours");
    assert_eq!(unspin(folder.path(), &["fix", "--dry-run", "texts/rain.txt"]).matches("spacing/").count(), 0);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_sample_is_decided_on_a_page_and_audited() {
    let calm = ("calm.txt", "Nothing is wrong here, and nobody says so.\n");
    let (folder, page) = page(&[RAIN, SNOW, calm], &[]);
    unspin(folder.path(), &["sample", "texts", "--by", "pack", "--per-rule", "4", "-o", "audit.jsonl"]);
    unspin(folder.path(), &["review", "--html", "page.html", "audit.jsonl"]);
    let Some(browser) = Browser::start(folder.path()) else { return };
    browser.open(&page);
    // Four of the six proposals, and the document in which nothing is proposed.
    assert_eq!(browser.text("count"), "0 of 5 decided");
    browser.press("aaaaa");
    browser.click("#open-save");
    browser.click("#download");
    assert_eq!(saved(&folder.path().join("decisions.jsonl")).len(), 5);
    let audit = unspin(folder.path(), &["audit", "audit.jsonl", "decisions.jsonl", "--format", "json"]);
    let audit: serde_json::Value = serde_json::from_str(&audit).expect("it is JSON");
    let told = ["rule", "proposed", "drawn", "seen", "right"].map(|it| audit["rules"][0][it].clone());
    assert_eq!(json!(told), json!(["spacing", 6, 4, 4, 4]));
    assert_eq!((&audit["silent_seen"], &audit["silent_missed"]), (&json!(1), &json!(0)));
}

#[test]
fn a_browser_that_keeps_nothing_is_told_of() {
    let (_folder, page) = page(&[RAIN], &[]);
    let Some(browser) = Browser::forgetful() else { return };
    browser.open(&page);
    browser.press("ar");
    assert_eq!(browser.text("count"), "2 of 3 decided");
    assert_eq!(browser.text("notice"), "This browser keeps nothing for this page: save before you close it. 2 decisions not saved.");
}

#[test]
fn texts_rules_and_names_of_files_run_nothing() {
    const ATTACK: &str = "</script><img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>";
    let rules = TempDir::new().expect("there is room");
    fs::create_dir(rules.path().join("mine")).expect("the folder is new");
    let family = format!(
        "summary = '''Boats {ATTACK}'''\nwhy = '''Nobody {ATTACK}'''\nok = [\"A boat came.\"]\n\n[[rule]]\nname = \"boats\"\nkind = \"phrase\"\n\
         match = [\"boaty boat\"]\nfix = ['''boat {ATTACK}''']\nmessage = '''{ATTACK}'''\n\
         bad = [[\"A boaty boat came.\", '''A boat {ATTACK} came.''']]\nok = [\"A boat came.\"]\n"
    );
    fs::write(rules.path().join("mine/boats.toml"), family).expect("there is room");
    let text = format!("A boaty boat came. It rained in the the harbour.{ATTACK}<!--<script>\u{2028}");
    let name = "<img src=x onerror=document.title='hit'>.txt";
    let (folder, page) = page(&[(name, &text)], &["--rules", rules.path().to_str().expect("names are plain")]);
    let Some(browser) = Browser::start(folder.path()) else { return };
    browser.open(&page);
    assert!(browser.run("return places.length").as_u64() >= Some(2), "the page is up");
    browser.press("vnpA");
    assert!(browser.text("title").contains("onerror"), "the name is shown as text");
    assert!(browser.text("stretches").contains("</script>"), "so is the text");
    let state = "return [document.title, document.images.length, document.scripts.length, document.querySelectorAll('[onerror]').length]";
    assert_eq!(browser.run(state), json!(["Review of proposed fixes", 0, 2, 0]));
    // What got in all the same would not run.
    browser.run("const it = document.createElement('script'); it.text = 'document.title = \"hit\"'; document.body.append(it)");
    browser.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\">')");
    thread::sleep(Duration::from_millis(100));
    assert_eq!(browser.run("return document.title"), "Review of proposed fixes");
    let refused = browser.complaints();
    assert!(refused.iter().any(|it| it.contains("Content Security Policy")), "{refused:?}");
}

#[test]
fn a_profile_is_read_without_a_script_on_a_desk_and_on_a_phone() {
    const ATTACK: &str = "</title></script><img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>";
    let folder = TempDir::new().expect("there is room");
    let text = format!("It rained in the the harbour {ATTACK}, and the pilot saw of of it.");
    let record =
        |number: usize| json!({"url": format!("https://{ATTACK}.example/{number}"), "source": ATTACK, "date": "2024-05-01", "text": text});
    let records: Vec<String> = (0..200).map(|it| record(it).to_string()).collect();
    fs::write(folder.path().join("news.jsonl"), records.join("\n")).expect("there is room");
    unspin(folder.path(), &["profile", "news.jsonl", "--html", "profile.html", "--group-by", "source", "--date", "date", "-q"]);
    let Some(browser) = Browser::start(folder.path()) else { return };
    browser.open(&folder.path().join("profile.html"));
    assert_eq!(
        browser.run("return [document.title, document.images.length, document.scripts.length]"),
        json!(["Profile of news.jsonl", 0, 0])
    );
    assert!(
        browser.run("return document.querySelector('#worst .excerpts').textContent").to_string().contains("</script><img"),
        "shown as text"
    );
    assert_eq!(browser.run("return document.querySelectorAll('svg[role=img][aria-label]').length"), 5);
    let fits = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    assert_eq!(browser.run(fits), true);
    browser.resize(390, 844);
    assert_eq!(browser.run(fits), true, "nothing runs over the edge of a phone");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn ten_thousand_proposals_open_in_two_seconds() {
    let text = "It rained in the the harbour, and the pilot slept.\n".repeat(100);
    let names: Vec<String> = (0..100).map(|it| format!("{it:03}.txt")).collect();
    let texts: Vec<(&str, &str)> = names.iter().map(|it| (it.as_str(), text.as_str())).collect();
    let (folder, page) = page(&texts, &["--no-context"]);
    let Some(browser) = Browser::start(folder.path()) else { return };
    // The best of three: others may be at work on the machine.
    let opened = || {
        browser.open(&page);
        browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd").as_f64().expect("a number")
    };
    let best = (0..3).map(|_| opened()).fold(f64::INFINITY, f64::min);
    assert_eq!(browser.text("count"), "0 of 10,000 decided");
    assert!(best < 2_000.0, "{best} ms");
    let drawn = "return document.querySelectorAll('*').length";
    assert!(browser.run(drawn).as_u64() < Some(2_000), "only what is near is drawn");
    browser.press("A");
    assert_eq!(browser.text("count"), "10,000 of 10,000 decided");
    browser.open(&page);
    assert_eq!(browser.text("count"), "10,000 of 10,000 decided");
}
