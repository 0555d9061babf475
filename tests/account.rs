//! What accounts for a corpus and for a run: profiles, the limits that rest on them, manifests, and runs that are done again.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use std::{fmt::Write as _, fs, path::PathBuf, process::Command};

use serde_json::Value;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("there is room for it"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the folder is ours");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("it is there");
        let mut names: Vec<String> = entries.map(|it| it.expect("it is read").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// What a run prints and says, once it ends with some exit code.
    #[track_caller]
    fn unspin(&self, code: i32, args: &[&str]) -> (String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspin"));
        let done = command.current_dir(self.0.path()).env("NO_COLOR", "1").args(args).output().expect("it starts");
        let told = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
        let (out, err) = (told(done.stdout), told(done.stderr));
        assert_eq!(done.status.code(), Some(code), "{args:?}\n{out}\n{err}");
        (out, err)
    }
}

/// So many records of a source, some of them with a finding.
fn records(source: &str, all: usize, found: usize) -> String {
    let mut lines = String::new();
    for number in 0..all {
        let pier = if number < found { "the the pier" } else { "the pier" };
        let date = format!("2024-{:02}-01", number % 12 + 1);
        let text = format!("They met on {pier} long before the storm of that year came in.");
        writeln!(lines, "{{\"url\":\"https://{source}/{number}\",\"date\":\"{date}\",\"text\":\"{text}\"}}").expect("a string takes all");
    }
    lines
}

const PIER: &str = "They met on the the pier.\n";

#[test]
fn a_run_is_done_again_and_found_identical() {
    let records = records("a.example", 3_000, 300);
    let folder = Folder::with(&[("a.jsonl", &records), ("b.txt", PIER)]);
    let fix = |jobs: &str| {
        let args = ["fix", "a.jsonl", "b.txt", "--out", "out", "--report", "r.jsonl", "--manifest", "run.json", "-j", jobs];
        folder.unspin(0, &args);
    };
    fix("1");
    let first = folder.read("run.json");
    fs::remove_dir_all(folder.path("out")).expect("it is there");
    fix("2");
    assert_eq!(first.replace("\"1\"", "\"2\""), folder.read("run.json"), "no clock, and no number of jobs but in the command");
    let manifest: Value = serde_json::from_str(&first).expect("it is JSON");
    assert_eq!(manifest["counts"]["by_action"]["changed"], 301);
    let roles: Vec<&str> = manifest["outputs"].as_array().into_iter().flatten().filter_map(|it| it["role"].as_str()).collect();
    assert_eq!(roles, ["out a.jsonl", "out b.txt", "report"]);
    let before = folder.names();
    let (out, _) = folder.unspin(0, &["verify", "run.json"]);
    assert!(out.starts_with("identical: 2 inputs, 3 outputs and all counts\n"), "{out}");
    let (methods, _) = folder.unspin(0, &["verify", "run.json", "--methods"]);
    assert!(out.ends_with(&methods), "{out}");
    for part in
        ["3,001 documents", env!("CARGO_PKG_VERSION"), "301 edits in 301 documents", "0.98", "0.5%", "direct speech were not replaced"]
    {
        assert!(methods.contains(part), "{part}: {methods}");
    }
    folder.write("b.txt", "They met on the the pier, and on the the boat.\n");
    let (out, _) = folder.unspin(1, &["verify", "run.json"]);
    for part in ["not identical:", "input b.txt: other bytes (26 bytes then, 47 now)", "out b.txt: other bytes", "edits: 301 then, 302 now"]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    fs::remove_file(folder.path("b.txt")).expect("it is there");
    assert!(folder.unspin(1, &["verify", "run.json"]).0.contains("input b.txt: not there now"));
    assert_eq!(folder.names(), before.into_iter().filter(|it| it != "b.txt").collect::<Vec<_>>(), "nothing is left behind");
}

#[test]
fn what_is_printed_is_done_again_too() {
    let folder = Folder::with(&[("b.txt", PIER), ("own.toml", "prior = 0.02\n")]);
    folder
        .unspin(1, &["check", "b.txt", "--config", "own.toml", "--format", "text", "--format", "sarif=b.sarif", "--manifest", "run.json"]);
    let manifest: Value = serde_json::from_str(&folder.read("run.json")).expect("it is JSON");
    assert_eq!((&manifest["settings"]["prior"], &manifest["counts"]["findings"]), (&0.02.into(), &1.into()));
    assert_eq!(manifest["read"][0]["file"], "own.toml");
    let (out, _) = folder.unspin(0, &["verify", "run.json"]);
    assert!(out.starts_with("identical: 1 input, 2 outputs and all counts\n\nWe checked 1 document"), "{out}");
    folder.write("own.toml", "prior = 0.02\nignore = [\"spacing\"]\n");
    let (out, _) = folder.unspin(1, &["verify", "run.json"]);
    for part in
        ["standard output: other bytes", "format 2: other bytes", "findings: 1 then, 0 now", "note: configuration own.toml: other bytes"]
    {
        assert!(out.contains(part), "{part}: {out}");
    }
    folder.unspin(0, &["score", "b.txt", "--no-config", "--format", "jsonl", "--manifest", "run.json"]);
    folder.unspin(0, &["verify", "run.json"]);
}

#[test]
fn what_cannot_be_done_again_is_told() {
    let folder = Folder::with(&[("b.txt", PIER), ("run.json", "{}"), ("odd.json", "")]);
    assert!(folder.unspin(2, &["verify", "run.json"]).1.contains("run.json: no manifest"));
    assert!(folder.unspin(2, &["verify", "gone.json"]).1.contains("gone.json: no such file"));
    assert!(folder.unspin(2, &["check", "-", "--manifest", "run.json"]).1.contains("standard input cannot be read again"));
    assert!(folder.unspin(2, &["check", "b.txt", "--manifest", "b.txt"]).1.contains("--manifest would be written over it"));
    // What was changed where it was is not there any more.
    folder.unspin(0, &["fix", "b.txt", "--manifest", "run.json"]);
    let (out, _) = folder.unspin(1, &["verify", "run.json"]);
    assert!(out.contains("input b.txt: other bytes") && folder.read("b.txt") == "They met on the pier.\n", "{out}");
}

#[test]
fn a_profile_counts_by_source_and_month_and_is_the_same_with_any_number_of_jobs() {
    let records = records("www.a.example", 2_000, 100) + &records("b.example", 500, 200);
    let folder = Folder::with(&[("a.jsonl", &records)]);
    let profile = |jobs: &str| {
        let args = ["profile", "a.jsonl", "--group-by", "domain", "--date", "date", "--format", "json", "--html", "p.html", "-j", jobs];
        (folder.unspin(0, &args).0, folder.read("p.html"))
    };
    let (told, page) = profile("1");
    assert_eq!((told.clone(), page.clone()), profile("2"));
    let profile: Value = serde_json::from_str(&told).expect("it is JSON");
    let sources: Vec<(&str, u64, u64)> = profile["sources"]
        .as_array()
        .expect("it is a list")
        .iter()
        .map(|it| (it["name"].as_str().unwrap_or_default(), it["documents"].as_u64().unwrap_or(0), it["findings"].as_u64().unwrap_or(0)))
        .collect();
    assert_eq!(sources, [("b.example", 500, 200), ("a.example", 2_000, 100)]);
    assert_eq!(profile["months"].as_object().map(serde_json::Map::len), Some(12));
    assert_eq!(profile["rules"]["spacing/repeats/function-word"]["documents"], 300);
    assert_eq!(profile["worst"].as_array().map(Vec::len), Some(20));
    assert!(page.contains("b.example") && page.contains("Over time") && !page.contains("<script"));
    folder.write("old.json", &told);
    folder.write("a.jsonl", &self::records("b.example", 500, 300));
    let (text, _) = folder.unspin(0, &["profile", "a.jsonl", "--against", "old.json", "--html", "p.html"]);
    assert!(text.contains("300     300  spacing/repeats/function-word (was 12.0%, up)"), "{text}");
    assert!(folder.read("p.html").contains("▲ up"));
    folder.unspin(2, &["profile", "a.jsonl", "--against", "a.jsonl"]);
    let (quiet, _) = folder.unspin(0, &["profile", "a.jsonl", "--worst", "0", "--format", "json"]);
    assert!(!quiet.contains("storm"), "no word of a text");
}

#[test]
fn limits_hold_for_sources_and_against_a_profile() {
    let folder = Folder::with(&[
        ("old.jsonl", &(records("a.example", 600, 30) + &records("b.example", 300, 15))),
        ("same.jsonl", &(records("a.example", 400, 20) + &records("b.example", 200, 11))),
        ("worse.jsonl", &(records("a.example", 400, 20) + &records("b.example", 200, 40))),
        ("unspin.toml", "[gate]\nfail = \"found > 15%\"\nby = \"domain\"\n"),
    ]);
    let (_, err) = folder.unspin(1, &["check", "-q", "same.jsonl"]);
    assert!(!err.contains("failed"), "findings alone: {err}");
    let (_, err) = folder.unspin(1, &["check", "-q", "worse.jsonl"]);
    assert!(err.contains("failed: b.example: found > 15%: 40 of 200 documents, 20.0%, more than chance explains"), "{err}");
    assert!(!err.contains("failed: found") && !err.contains("a.example"), "{err}");
    let (profile, _) = folder.unspin(0, &["profile", "old.jsonl", "--group-by", "domain", "--format", "json"]);
    folder.write("profile.json", &profile);
    folder.write("unspin.toml", "[gate]\nfail = \"found > profile + 2%\"\nprofile = \"profile.json\"\nby = \"domain\"\n");
    let (_, err) = folder.unspin(1, &["check", "-q", "same.jsonl"]);
    assert!(!err.contains("failed"), "findings alone: {err}");
    let (_, err) = folder.unspin(1, &["check", "-q", "worse.jsonl"]);
    assert!(err.contains("failed: b.example: found > profile + 2%: 40 of 200 documents, 20.0%, 5.0% before, more than chance"), "{err}");
    folder.write("unspin.toml", "[gate]\nfail = \"spun > profile\"\n");
    let (_, err) = folder.unspin(2, &["check", "-q", "same.jsonl"]);
    assert!(err.contains("`spun > profile` and no profile"), "{err}");
    folder.write("unspin.toml", "[gate]\nfail = \"spun > profile\"\nprofile = \"gone.json\"\n");
    folder.unspin(2, &["check", "-q", "same.jsonl"]);
}
