//! Whole runs with an index of other documents.
#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use proptest::prelude::*;
use tempfile::TempDir;

const ANCHOR: &str =
    "Fisherman finds Roman anchor off the coast\n\nThe anchor lay in eleven metres of water, and nobody had looked for it.\n";
const BAKERS: &str = "Three bakers share a lottery prize\n\nThey bought the ticket together in March.\n";
const BRIDGE: &str = "The bridge is closed\n\nThe talks will go on in May. See also Three bakers share a lottery prize Both sides want a quick result, and both say so.\n";

struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().expect("there is room"));
        for (name, text) in files {
            let path = folder.path(name);
            fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder is ours");
            fs::write(path, text).expect("the folder is ours");
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn unspin(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_unspin")).current_dir(self.0.path()).env("NO_COLOR", "1").args(args).output().expect("it starts")
    }

    #[track_caller]
    fn build(&self, args: &[&str], index: &str) -> Vec<u8> {
        let done = self.unspin(&[&["corpus", "build", "-o", index], args].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        fs::read(self.path(index)).expect("it was written")
    }

    fn told(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let done = self.unspin(args);
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    }
}

fn witnesses(lines: &str) -> Vec<(String, String)> {
    let read = |line: &str| -> serde_json::Value { serde_json::from_str(line).expect("each line is an object") };
    let of = |it: serde_json::Value| Some((it["text"].as_str()?.to_owned(), it["witness"].as_str()?.to_owned()));
    lines.lines().filter_map(|it| of(read(it))).collect()
}

#[test]
fn a_headline_of_another_document_is_taken_out_and_its_witness_named() {
    let folder = Folder::with(&[("in/a.txt", ANCHOR), ("in/b.txt", BAKERS), ("in/c.txt", BRIDGE)]);
    folder.build(&["in"], "all.corpus");
    let (code, out, _) = folder.told(&["check", "in", "--corpus", "all.corpus", "--format", "jsonl"]);
    assert_eq!(code, Some(1));
    assert_eq!(witnesses(&out), [("See also Three bakers share a lottery prize".to_owned(), "in/b.txt".to_owned())]);
    let (_, out, _) = folder.told(&["check", "in", "--corpus", "all.corpus"]);
    assert!(out.contains("(see in/b.txt)"), "{out}");
    let (_, out, _) = folder.told(&["check", "in", "--format", "jsonl"]);
    assert!(!out.contains("witness"), "nobody is asked without --corpus: {out}");
    folder.told(&["fix", "in", "--out", "out", "--corpus", "all.corpus"]);
    let fixed = fs::read_to_string(folder.path("out/c.txt")).expect("it was written");
    assert_eq!(fixed, BRIDGE.replace(" See also Three bakers share a lottery prize", ""));
    let (code, out, _) = folder.told(&["check", "out", "--corpus", "all.corpus", "--format", "jsonl"]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "nothing new in what was fixed");
}

#[test]
fn the_configuration_names_an_index() {
    let files = [("in/b.txt", BAKERS), ("x.txt", "It rained.\n\nThree bakers share a lottery prize\n\nIt rained again.\n")];
    let folder = Folder::with(&[files[0], files[1], ("unspin.toml", "corpus = \"all.corpus\"\n")]);
    folder.build(&["in"], "all.corpus");
    let (_, out, _) = folder.told(&["check", "x.txt", "--format", "jsonl"]);
    assert_eq!(witnesses(&out), [("Three bakers share a lottery prize".to_owned(), "in/b.txt".to_owned())]);
}

#[test]
fn records_are_documents_and_witnesses() {
    let record = |id: &str, text: &str| format!("{}\n", serde_json::json!({ "id": id, "text": text }));
    let data = [record("a", ANCHOR), record("b", BAKERS), record("c", BRIDGE)].concat();
    let folder = Folder::with(&[("set.jsonl", &data)]);
    folder.build(&["set.jsonl"], "all.corpus");
    let (_, out, _) = folder.told(&["check", "set.jsonl", "--corpus", "all.corpus", "--format", "jsonl"]);
    assert_eq!(witnesses(&out), [("See also Three bakers share a lottery prize".to_owned(), "set.jsonl:2 text b".to_owned())]);
}

#[test]
fn an_index_that_cannot_be_used_is_an_error() {
    let folder = Folder::with(&[("a.txt", ANCHOR), ("no.corpus", "PK something else")]);
    let index = folder.build(&["a.txt"], "all.corpus");
    let check = |name: &str, expect: &str| {
        let (code, _, err) = folder.told(&["check", "a.txt", "--corpus", name]);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(expect) && err.contains(name), "{err}");
    };
    check("no.corpus", "not an index of a corpus");
    check("none.corpus", "no such file or folder");
    fs::write(folder.path("cut.corpus"), &index[..index.len() - 9]).expect("the folder is ours");
    check("cut.corpus", "damaged");
    let mut newer = index.clone();
    newer[14] = 99;
    fs::write(folder.path("newer.corpus"), newer).expect("the folder is ours");
    check("newer.corpus", "written by a newer unspin");
    let mut changed = index;
    let at = changed.len() / 2;
    changed[at] ^= 1;
    fs::write(folder.path("changed.corpus"), changed).expect("the folder is ours");
    check("changed.corpus", "damaged");
}

#[test]
fn without_a_document_no_index_is_written() {
    let folder = Folder::with(&[]);
    let (code, _, told) = folder.told(&["corpus", "build", "-o", "news.index", "nowhere"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("news.index is not written") && !folder.path("news.index").exists(), "{told}");
}

#[test]
fn what_does_not_fit_is_said() {
    let words = |it: usize| format!("x{:x}", it.wrapping_mul(0x9E37_79B9) % 99_991);
    let text = |it: usize| {
        let sentence = |at: usize| format!("It {} {} {} {at}.", words(it + at), words(it * 7 + at), words(it * 11 + at));
        (0..400).map(sentence).collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<(String, String)> = (0..20).map(|it| (format!("in/{it}.txt"), text(it))).collect();
    let folder = Folder::with(&texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    let (code, _, err) = folder.told(&["corpus", "build", "in", "-o", "small.corpus", "--memory", "1MB"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(err.contains("hashes dropped, seen in no more than 1 document"), "{err}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn neither_the_order_of_paths_nor_the_number_of_jobs_matters(
        texts in prop::collection::vec("([A-Z][a-z]{1,6} [a-z]{1,6} [A-Z][a-z]{2,5} [a-z ]{0,12}[.!?]? ?\n?){1,9}", 2..12),
        swap in 0_usize..12,
    ) {
        let named: Vec<(String, &str)> = texts.iter().enumerate().map(|(at, text)| (format!("{at}.txt"), text.as_str())).collect();
        let folder = Folder::with(&named.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>());
        let mut names: Vec<&str> = named.iter().map(|it| it.0.as_str()).collect();
        let one = folder.build(&[&names[..], &["--jobs", "1"]].concat(), "one.corpus");
        let at = swap % names.len();
        names.rotate_left(at);
        names.swap(0, at);
        prop_assert_eq!(one, folder.build(&[&names[..], &["--jobs", "3"]].concat(), "two.corpus"));
    }
}
