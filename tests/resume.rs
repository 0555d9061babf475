//! A run that is broken off, wherever that happens, and goes on with `--resume`, leaves what an unbroken run leaves.
#![cfg(all(unix, feature = "cli"))]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{
    common::Folder,
    sets::{gunzipped, gzipped, many, zstd_packed},
};

const ARGS: [&str; 18] = [
    "fix",
    "a.jsonl",
    "b.csv.gz",
    "c.txt",
    "d.jsonl.zst",
    "e.jsonl",
    "--out",
    "out",
    "--drop",
    "translated",
    "--drop-to",
    "dropped",
    "--report",
    "report.jsonl",
    "--max-errors",
    "10%",
    "--resume",
    "-j2",
];

fn folder() -> Folder {
    let table: String = std::iter::once("id,text\r\n".to_owned())
        .chain(
            (0..8_000)
                .map(|it| format!("{it},\"They met on {} pier, \"\"he said\"\".\"\r\n", if it % 40 == 7 { "the the" } else { "the" })),
        )
        .collect();
    let lines = many(9_000).replace("\"id\":17,", "\"id\":17,,");
    let translated = "{\"id\":\"t\",\"text\":\"This was announced on Monday. It follows from the documents that on the territory of the region, according to him, at the same time, the work was carried out. This was announced on Tuesday on the territory of the city, according to him.\"}\n";
    Folder::with(&[
        ("a.jsonl", lines.as_bytes()),
        ("b.csv.gz", &gzipped(table.as_bytes())),
        ("c.txt", b"They met on the the pier.\n"),
        ("d.jsonl.zst", &zstd_packed([&lines[..600_000], "\n", translated].concat().as_bytes())),
        ("e.jsonl", b"{\"text\":\"Clean.\"}\n"),
        ("unspin.toml", b"[[override]]\nwhere = { id = \"7\" }\nassume = \"translated\"\n"),
    ])
}

/// All that stands in the folders that are written to, but for ledgers, which name the run.
fn written(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = folder.names().into_iter().filter(|it| it.contains("report")).map(|it| (it.clone(), folder.read(&it))).collect();
    for below in ["out", "dropped"] {
        for entry in fs::read_dir(folder.path(below)).expect("it is there") {
            let name = format!("{below}/{}", entry.expect("it is read").file_name().to_string_lossy());
            if name != "out/.unspin" {
                all.push((name.clone(), folder.read(&name)));
            }
        }
    }
    all.sort();
    all
}

/// A summary without the line about the ledger: where all was done but saying so, it is done once more.
fn counts(summary: &[u8]) -> String {
    String::from_utf8_lossy(summary).lines().filter(|it| !it.starts_with("to take it back: ")).collect()
}

#[test]
fn killed_at_any_moment_and_gone_on_with_it_comes_to_the_same() {
    let whole = folder();
    let begun = Instant::now();
    let unbroken = whole.unspin(&ARGS).exits(0);
    let took = begun.elapsed();
    let expected = written(&whole);
    assert!(gunzipped(&whole.read("out/b.csv.gz")).starts_with(b"id,text\r\n0,\"They met"));
    assert_eq!(expected.iter().filter(|it| it.0.starts_with("dropped/")).count(), 3, "records with the id 7 are dropped");
    assert!(!whole.path("out/.unspin/resume").exists());
    // Moments that have nothing to do with each other, the same in each test.
    let moments = (1_u32..=15).map(|it| took * (it * 7919 % 1000) / 1000);
    for moment in moments {
        let broken = folder();
        let (mut runs, mut wait) = (0, moment);
        let done = loop {
            let mut command = broken.command(&ARGS);
            let mut child = command.stdin(Stdio::null()).spawn().expect("it starts");
            std::thread::sleep(wait);
            if runs > 1 || child.try_wait().expect("it is ours").is_some() {
                break child.wait_with_output().expect("it ends");
            }
            child.kill().expect("it is ours");
            child.wait().expect("it ends");
            (runs, wait) = (runs + 1, Duration::from_millis(40) + wait / 2);
        };
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(counts(&done.stdout), counts(&unbroken.out));
        let names = |it: &[(String, Vec<u8>)]| it.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        let after = written(&broken);
        assert_eq!(names(&after), names(&expected), "nothing is left lying about");
        assert!(after == expected, "killed after {moment:?}");
        assert!(!broken.path("out/.unspin/resume").exists());
    }
}

#[test]
fn a_run_goes_on_only_with_its_own() {
    let folder = folder();
    let mut child = folder.command(&ARGS).spawn().expect("it starts");
    while !folder.path("out/.unspin/resume").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    if folder.path("out/.unspin/resume").exists() {
        let others = [&ARGS[..], &["--unsafe"]].concat();
        folder.unspin(&others).exits(2).says("the run that was broken off had other flags, settings or inputs");
    }
    folder.unspin(&["fix", "-", "--out", "out", "--resume"]).exits(2).says("standard input cannot be read again");
    folder.unspin(&["fix", "a.jsonl", "--in-place", "--resume"]).exits(2);
}
