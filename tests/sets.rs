//! Data sets: every byte that no edit is about stays, whatever the format, the compression and the number of jobs; what goes wrong is
//! told, and leaves nothing half done.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use std::{
    fs,
    io::{Read as _, Write as _},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::common::{Folder, article};

pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).expect("memory takes all");
    packer.finish().expect("memory takes all")
}

pub(crate) fn gunzipped(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut unpacked).expect("it is sound");
    unpacked
}

pub(crate) fn zstd_packed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory takes all")
}

const LINES: &str = "{\"id\": 7, \"n\": 1.50, \"te\\u0078t\" :\"They met on the the pier. caf\\u00e9 \\/ \", \"z\":[1, 2]}\r\n\
\n\
{\"id\":8,\"text\":null}\n\
{\"text\":\"Clean text stays.\",\"id\":9}";
const LINES_FIXED: &str = "{\"id\": 7, \"n\": 1.50, \"te\\u0078t\" :\"They met on the pier. caf\\u00e9 \\/ \", \"z\":[1, 2]}\r\n\
\n\
{\"id\":8,\"text\":null}\n\
{\"text\":\"Clean text stays.\",\"id\":9}";
const TABLE: &str =
    "\u{FEFF}url;\"text\";n\r\nu1;\"They met on the the pier; he said \"\"no\"\".\nTwice.\";3\r\nu2;plain and clean;\"4\"\r\n";
const TABLE_FIXED: &str =
    "\u{FEFF}url;\"text\";n\r\nu1;\"They met on the pier; he said \"\"no\"\".\nTwice.\";3\r\nu2;plain and clean;\"4\"\r\n";

#[test]
fn only_what_is_wrong_changes_in_all_formats() {
    let tabs = |it: &str| it.replace(';', "\t").replace("pier\t", "pier;");
    let cases: [(&str, Vec<u8>, Vec<u8>); 4] = [
        ("a.jsonl", LINES.into(), LINES_FIXED.into()),
        ("a.ndjson", LINES.replace("\r\n", "\n").into(), LINES_FIXED.replace("\r\n", "\n").into()),
        ("a.csv", TABLE.into(), TABLE_FIXED.into()),
        ("a.tsv", tabs(TABLE).into(), tabs(TABLE_FIXED).into()),
    ];
    for (name, before, after) in &cases {
        let folder = Folder::with(&[
            (name, before),
            (&format!("{name}.gz"), &[gzipped(&before[..10]), gzipped(&before[10..])].concat()),
            (&format!("{name}.zst"), &[zstd_packed(&before[..10]), zstd_packed(&before[10..])].concat()),
        ]);
        folder.unspin(&["fix", ".", "--out", "out"]).exits(0).says("`text`");
        folder.holds(format!("out/{name}"), after);
        assert_eq!(gunzipped(&folder.read(format!("out/{name}.gz"))), *after);
        assert_eq!(zstd::decode_all(folder.read(format!("out/{name}.zst")).as_slice()).expect("it is sound"), *after);
        folder.holds(name, before);
        // What came out has nothing more to fix, and comes out as it is, compressed too.
        folder.unspin(&["fix", "out", "--out", "again"]).exits(0);
        for name in [(*name).to_owned(), format!("{name}.gz"), format!("{name}.zst")] {
            assert_eq!(folder.read(format!("again/{name}")), folder.read(format!("out/{name}")), "{name}");
        }
        folder.unspin(&["fix", name, "--in-place"]).exits(0);
        folder.holds(name, after);
    }
}

#[test]
fn a_stream_comes_out_as_it_came_in() {
    let folder = Folder::with(&[]);
    let run = folder.unspin_with(&["fix", "-"], LINES.as_bytes()).exits(0).says("-: texts are in `text`");
    assert_eq!(String::from_utf8_lossy(&run.out), LINES_FIXED);
    let run = folder.unspin_with(&["fix", "-"], &gzipped(LINES.as_bytes())).exits(0);
    assert_eq!(String::from_utf8_lossy(&gunzipped(&run.out)), LINES_FIXED);
    let run = folder.unspin_with(&["fix", "--input-format", "csv", "-"], TABLE.as_bytes()).exits(0);
    assert_eq!(String::from_utf8_lossy(&run.out), TABLE_FIXED);
    let run = folder.unspin_with(&["fix", "--input-format", "text", "-"], LINES.as_bytes()).exits(0);
    assert_eq!(run.err, "1 of 1 document changed: 1 edit\n");
    let run = folder.unspin_with(&["check", "-q", "--format", "jsonl", "-"], LINES.as_bytes()).exits(1);
    let found: Value = serde_json::from_slice(&run.out).expect("it is one finding");
    assert_eq!((&found["file"], &found["start"]), (&"-".into(), &15.into()));
    assert_eq!(found["record"], serde_json::json!({"line": 1, "id": "7", "field": "text"}));
}

#[test]
fn compressed_texts_are_texts() {
    let text = b"They met on the the pier.\n";
    let folder = Folder::with(&[("a.txt.gz", &gzipped(text)), ("b.md.zst", &zstd_packed(text)), ("c.txt.gz", &gzipped(b"Clean.\n"))]);
    folder.unspin(&["fix", "."]).exits(0);
    assert_eq!(gunzipped(&folder.read("a.txt.gz")), b"They met on the pier.\n");
    assert_eq!(zstd::decode_all(folder.read("b.md.zst").as_slice()).expect("it is sound"), b"They met on the pier.\n");
    assert_eq!(folder.read("c.txt.gz"), gzipped(b"Clean.\n"));
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    assert_eq!(gunzipped(&folder.read("a.txt.gz")), text);
}

/// Many lines, some of them with something to fix, in several chunks.
pub(crate) fn many(lines: usize) -> String {
    let line = |it: usize| {
        let text = match it % 50 {
            7 => "They met on the the pier and left .",
            23 => " date 2024-05-30 It rained on the pier.",
            _ => "The harbour was quiet, and nobody had seen the boat since the morning. It rained.",
        };
        format!("{{\"id\":{it},\"text\":\"{text}\"}}\n")
    };
    (0..lines).map(line).collect()
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let all = many(8_000);
    assert!(all.len() > 3 * 256 * 1024, "it takes several chunks");
    let outputs = ["1", "2", "5"].map(|jobs| {
        let folder = Folder::with(&[("a.jsonl", all.as_bytes())]);
        let fixed = folder.unspin(&["fix", "a.jsonl", "--out", "out", "--report", "r.jsonl", "-j", jobs]).exits(0);
        let checked = folder.unspin(&["check", "a.jsonl", "--format", "jsonl", "-j", jobs]).exits(1);
        let scored = folder.unspin(&["score", "a.jsonl", "-j", jobs]).exits(0);
        (folder.read("out/a.jsonl"), folder.read("r.jsonl"), fixed.out, checked.out, scored.out)
    });
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(outputs[0], outputs[2]);
    let (out, report, ..) = &outputs[0];
    assert_eq!(report.split_inclusive(|it| *it == b'\n').count(), 8_000);
    for (before, after) in all.lines().zip(out.split(|it| *it == b'\n')) {
        let clean = !before.contains("the the") && !before.contains("date");
        assert_eq!(before.as_bytes() == after, clean, "{before}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_kept() {
    let deep = format!("{{\"text\":\"a\",\"x\":{}1{}}}", "[".repeat(9_999), "]".repeat(9_999));
    let huge = format!("{{\"text\":\"{}\"}}", "long ".repeat(300_000));
    let cases: [(&[u8], &str); 7] = [
        (b"{\"text\":\"a\xFF\"}", "not UTF-8, at byte 10"),
        (b"{\"text\":\"\\udc00\"}", "half of a pair of surrogates"),
        (b"{\"text\":\"a\",\"text\":\"b\"}", "the field `text` stands twice"),
        (b"{\"text\":\"a\"", "not JSON: `,` or `}` expected at byte 11"),
        (b"{\"text\":[1]}", "the field `text` is not a string"),
        (deep.as_bytes(), "nested deeper than 128 levels"),
        (huge.as_bytes(), "larger than 1048576 bytes"),
    ];
    for (bad, reason) in cases {
        let good = "{\"text\":\"They met on the the pier.\"}\n";
        let fixed = "{\"text\":\"They met on the pier.\"}\n";
        let (head, tail) = ([good.as_bytes(), bad, b"\n"].concat(), good.as_bytes());
        let folder = Folder::with(&[("a.jsonl", &[head.as_slice(), tail].concat())]);
        let fix = |more: &[&str]| folder.unspin(&[&["fix", "a.jsonl", "--out", "out", "--max-record", "1MB"], more].concat());
        fix(&[]).exits(2).says("unspin: a.jsonl:2: ").says(reason);
        folder.holds("out/a.jsonl", [fixed.as_bytes(), bad, b"\n", fixed.as_bytes()].concat());
        fix(&["--on-error", "skip", "--max-errors", "50%", "--report", "r.jsonl"]).exits(0).says(reason);
        folder.holds("out/a.jsonl", [fixed, fixed].concat().into_bytes());
        assert!(
            String::from_utf8_lossy(&folder.read("r.jsonl"))
                .contains("\"action\":\"skipped\",\"file\":\"a.jsonl\",\"record\":{\"line\":2}")
        );
        fs::remove_dir_all(folder.path("out")).expect("it is there");
        fix(&["--on-error", "fail"]).exits(2).says("unspin: a.jsonl:2: ").says(reason);
        fix(&["--max-errors", "10%"]).exits(2).says("1 of 3 records cannot be read, more than --max-errors");
        assert_eq!(fs::read_dir(folder.path("out")).expect("it was made").count(), 0, "nothing half done");
        folder.unspin(&["score", "a.jsonl", "--max-record", "1MB"]).exits(2).says(reason);
    }
    let table = "id,text\n1,\"They met on the the pier.\"\n2\n3,\"a\"b\n4,\"They met on the the pier.\"\n5,\"open\n";
    let folder = Folder::with(&[("a.csv", table.as_bytes())]);
    let run = folder.unspin(&["fix", "a.csv", "--out", "out"]).exits(2);
    let run = run.says("a.csv:3: 1 cells, and the header names 2").says("a.csv:4: text behind the quotation mark");
    run.says("a.csv:6: a quotation mark opens a cell, and none closes it");
    folder.holds("out/a.csv", table.replace("the the", "the").as_bytes());
}

#[test]
fn damaged_files_leave_nothing_behind() {
    let whole = many(4_000);
    let (gzip, zst) = (gzipped(whole.as_bytes()), zstd_packed(whole.as_bytes()));
    let folder = Folder::with(&[("a.jsonl.gz", &gzip[..gzip.len() / 2]), ("b.jsonl.zst", &zst[..zst.len() / 2])]);
    for name in ["a.jsonl.gz", "b.jsonl.zst"] {
        let run = folder.unspin(&["fix", name, "--out", "out"]).exits(2);
        run.says(&format!("{name}: cut short: the compressed data end in the middle"));
        folder.unspin(&["check", "-q", name]).exits(2);
    }
    assert_eq!(fs::read_dir(folder.path("out")).expect("it was made").count(), 0);
    // A bomb: a gigabyte of one letter in a megabyte.
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"{\"text\":\"They met on the the pier.\"}\n{\"text\":\"").expect("memory takes all");
    for _ in 0..300 {
        packer.write_all(&vec![b'a'; 1 << 20]).expect("memory takes all");
    }
    packer.write_all(b"\"}\n{\"text\":\"They met on the the pier.\"}\n").expect("memory takes all");
    let bomb = packer.finish().expect("memory takes all");
    let folder = Folder::with(&[("a.jsonl.gz", &bomb), ("b.txt.gz", &bomb)]);
    folder.unspin(&["check", "-q", "a.jsonl.gz", "--max-record", "8MB"]).exits(2).says("a.jsonl.gz:2: larger than 8388608 bytes");
    folder.unspin(&["check", "-q", "b.txt.gz", "--max-record", "8MB"]).exits(2).says("b.txt.gz: larger than 8388608 bytes");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_its_feature_parquet_is_not_read() {
    let folder = Folder::with(&[("a.parquet", b"PAR1"), ("b.txt", b"Clean.\n")]);
    folder.unspin(&["check", "a.parquet"]).exits(2).says("`cargo install unspin --features parquet`");
    folder.unspin(&["check", "."]).exits(0).says("a.parquet: passed over: ");
}

#[test]
fn fields_are_found_or_asked_for() {
    let folder = Folder::with(&[
        ("two.jsonl", b"{\"text\":\"a\",\"body\":\"b\"}\n"),
        ("none.csv", b"a,b\n1,2\n"),
        ("deep.jsonl", b"{\"article\":{\"body\":\"They met on the the pier.\"},\"text\":\"They met on the the pier.\"}\n"),
        ("empty.jsonl", b""),
        ("wide.csv", b"\xFF\xFEt\0"),
    ]);
    folder.unspin(&["check", "two.jsonl"]).exits(2).says("two.jsonl: `text`, `body` may hold the text; name one with --field");
    folder.unspin(&["check", "two.jsonl", "--field", "body"]).exits(0);
    folder.unspin(&["check", "two.jsonl", "--field", "title"]).exits(2).says("no record has a text in `title`");
    folder
        .unspin(&["check", "none.csv"])
        .exits(2)
        .says("no field is called as texts usually are; name it with --field; there are `a`, `b`");
    folder.unspin(&["check", "none.csv", "--field", "c"]).exits(2).says("no field is called `c`; there are `a`, `b`");
    folder.unspin(&["check", "empty.jsonl"]).exits(0);
    folder.unspin(&["check", "wide.csv"]).exits(2).says("UTF-16, and data sets are read in UTF-8 only");
    folder.unspin(&["fix", "deep.jsonl", "--field", "article.body", "--field", "text", "--out", "out"]).exits(0);
    folder.holds("out/deep.jsonl", b"{\"article\":{\"body\":\"They met on the pier.\"},\"text\":\"They met on the pier.\"}\n");
    // What nobody named, and holds no texts, is passed over.
    fs::remove_file(folder.path("two.jsonl")).expect("it is there");
    fs::remove_file(folder.path("wide.csv")).expect("it is there");
    folder.unspin(&["check", "."]).exits(1).says("none.csv: passed over: ");
}

#[test]
fn nothing_is_changed_or_lost_without_being_asked_for() {
    let folder = Folder::with(&[("a.jsonl", LINES.as_bytes()), ("b.txt", b"They met on the the pier.\n")]);
    folder.unspin(&["fix", "a.jsonl", "b.txt"]).exits(2).says("a.jsonl: a data set; name --out DIR for what comes out, or say --in-place");
    folder.unspin(&["fix", "a.jsonl", "--in-place", "--drop", "spun"]).exits(2).says("what --drop leaves out would be lost in place");
    folder.unspin(&["fix", "a.jsonl", "--out", "."]).exits(2).says("--out names the folder that it is in");
    folder.unspin(&["fix", "a.jsonl", "--out", "o", "--drop", "spun", "--drop-to", "o"]).exits(2).says("are one folder");
    folder.unspin(&["fix", "a.jsonl", "--out", "o", "--report", "a.jsonl"]).exits(2).says("--report would be written over it");
    folder.unspin(&["fix", "a.jsonl", "--dry-run"]).exits(0);
    folder.holds("a.jsonl", LINES.as_bytes());
    folder.holds("b.txt", b"They met on the the pier.\n");
}

#[test]
fn documents_are_sorted_out_by_their_verdict() {
    let spun = article("004_a2fe9243e21dc331.txt");
    let rows = [("1", "They met on the the pier."), ("2", spun.as_str()), ("3", "Clean text stays.")];
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "text"]).expect("memory takes all");
    for (id, text) in rows {
        writer.write_record([id, text]).expect("memory takes all");
    }
    let table = writer.into_inner().expect("memory takes all");
    let folder = Folder::with(&[("a.csv", &table), ("spun.txt", spun.as_bytes()), ("b.txt", b"They met on the the pier.\n")]);
    let args = ["fix", ".", "--out", "out", "--drop", "spun", "--drop-to", "dropped", "--report", "r.jsonl"];
    let run = folder.unspin(&args).exits(0);
    assert!(String::from_utf8_lossy(&run.out).contains("2 documents left out by their verdict"), "{}", String::from_utf8_lossy(&run.out));
    folder.holds("out/a.csv", b"id,text\n1,They met on the pier.\n3,Clean text stays.\n");
    let dropped = folder.read("dropped/a.csv");
    assert!(dropped.starts_with(b"id,text\n2,") && dropped.len() > spun.len());
    folder.holds("dropped/spun.txt", spun.as_bytes());
    assert!(!folder.path("out/spun.txt").exists() && folder.path("out/b.txt").exists());
    let report = folder.read("r.jsonl");
    let lines: Vec<Value> =
        report.split(|it| *it == b'\n').filter(|it| !it.is_empty()).map(|it| serde_json::from_slice(it).expect("it is JSON")).collect();
    let actions: Vec<&str> = lines.iter().filter_map(|it| it["action"].as_str()).collect();
    assert_eq!(actions, ["changed", "dropped", "kept", "changed", "dropped"]);
    assert_eq!(lines[1]["verdict"], "spun");
    assert!(lines[1]["findings"].as_array().is_some_and(|it| !it.is_empty()));
    assert_eq!(lines[0]["findings"][0]["rule"], "spacing/repeats/function-word");
}

#[test]
fn a_document_that_would_lose_too_much_is_left() {
    let lines = "{\"text\":\"the the\"}\n{\"text\":\"They met on the the pier, long before the storm came in from the sea.\"}\n";
    let folder = Folder::with(&[("a.jsonl", lines.as_bytes()), ("b.txt", b"the the\n")]);
    let run = folder.unspin(&["fix", ".", "--out", "out", "--max-removed", "30%"]).exits(0);
    assert!(String::from_utf8_lossy(&run.out).contains("2 documents left as they are, since they would lose too much"));
    folder.holds("out/a.jsonl", lines.replace("on the the", "on the").as_bytes());
    folder.holds("out/b.txt", b"the the\n");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_rubbish() {
    let all = many(60_000);
    for moment in [0, 40, 150, 400] {
        let folder = Folder::with(&[("a.jsonl", all.as_bytes())]);
        let child = folder.command(&["fix", "a.jsonl", "--in-place", "--report", "r.jsonl", "-j", "2"]).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(moment));
        let begun = Instant::now();
        let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
        assert!(sent.is_ok());
        let done = child.wait_with_output().expect("it ends");
        // On a busy machine a second may be long.
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let now = folder.read("a.jsonl");
        if done.status.code() == Some(0) {
            assert_ne!(now, all.as_bytes());
        } else {
            assert_eq!(now, all.as_bytes());
            assert_eq!(folder.names(), ["a.jsonl"]);
        }
    }
}

#[test]
fn nobody_reading_any_more_is_no_failure() {
    let folder = Folder::with(&[("a.jsonl", many(20_000).as_bytes())]);
    let mut child = folder.command(&["score", "a.jsonl"]).spawn().expect("it starts");
    let mut first = [0; 10];
    child.stdout.take().expect("it is piped").read_exact(&mut first).expect("there is something");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn what_was_accepted_of_records_is_applied_and_nothing_else() {
    let jsonl = "{\"id\":\"a\",\"text\":\"They met on the the pier. It rained on on Sunday.\"}\n{\"id\":\"b\",\"text\":\"He waited at the the gate .\",\"n\":1.0}\n";
    let table = "id,text\r\n1,\"They met on the the pier, \"\"all\"\" of them.\"\r\n2,He left for the the harbour.\r\n";
    // Without a name a record is known by its line or, on another line, by its words.
    let nameless = "{\"text\":\"They met on the the pier.\"}\n{\"text\":\"He left for the the harbour.\"}\n{\"text\":\"Boats lay by the the quay.\"}\n";
    let folder = Folder::with(&[("a.jsonl", jsonl.as_bytes()), ("b.csv", table.as_bytes()), ("c.jsonl", nameless.as_bytes())]);
    let sets = ["a.jsonl", "b.csv", "c.jsonl"];
    let review = |more: &[&str]| folder.unspin(&[&["review", "-q", "--as", "anna"], more, &sets].concat()).exits(0);
    review(&["--accept-rule", "spacing/repeats"]);
    // Rejected: one of each, on its line.
    let listed = review(&["--list", "--format", "jsonl"]).out();
    let lines = listed.lines().map(|it| serde_json::from_str::<Value>(it).expect("it is JSON"));
    let second = |it: &Value| it["record"]["line"] == if it["file"] == "b.csv" { 3 } else { 2 };
    let fields = ["key", "rule", "rule_version", "file", "record", "text", "proposed", "around"];
    let rejected = lines.filter(|it| second(it) && it["text"] == " the").map(|it| {
        let mut line: Value = fields.iter().map(|&field| (field.to_owned(), it[field].clone())).collect::<serde_json::Map<_, _>>().into();
        line["decision"] = "rejected".into();
        line["reviewer"] = "anna".into();
        format!("{line}\n")
    });
    let kept = folder.text(".unspin/decisions/anna.jsonl") + &rejected.collect::<String>();
    folder.write(".unspin/decisions/anna.jsonl", kept);
    folder.unspin(&["apply"]).exits(2).says("a data set; name --out DIR for what comes out, or say --in-place");
    let moved: String = nameless.lines().rev().map(|it| format!("{it}\n")).collect();
    folder.write("c.jsonl", &moved);
    let run = folder.unspin(&["apply", "--out", "out"]).exits(0);
    assert!(run.out().starts_with("4 of 7 documents changed: 5 edits"), "{}", run.out());
    folder.holds("out/a.jsonl", jsonl.replace("on the the pier. It rained on on", "on the pier. It rained on"));
    folder.holds("out/b.csv", table.replace("on the the", "on the"));
    folder.holds("out/c.jsonl", moved.replace("on the the", "on the").replace("by the the", "by the"));
    folder.write("c.jsonl", nameless);
    folder.unspin(&["apply", "--in-place"]).exits(0);
    folder.holds("b.csv", table.replace("on the the", "on the"));
    let again = folder.unspin(&["apply", "--in-place"]).exits(0);
    assert!(again.out().contains("0 edits; 5 decisions had been applied before"), "{}", again.out());
    // What is gone is told.
    folder.write("a.jsonl", "{\"id\":\"b\",\"text\":\"Clean.\"}\n");
    folder.unspin(&["apply", "--dry-run"]).exits(2).says("a.jsonl a: ").says("the text or the proposal has changed since");
}

#[test]
fn records_without_an_id_are_decided_one_by_one_and_known_where_they_moved() {
    let records: Vec<String> = ["pier", "quay", "gate"].iter().map(|it| format!("{{\"text\":\"It rained on the the {it}.\"}}\n")).collect();
    let folder = Folder::holding("a.jsonl", records.concat());
    let listed = |name: &str| -> Vec<Value> {
        let run = folder.unspin(&["review", "--as", "anna", "--list", "--format", "jsonl", name]).exits(0);
        run.out().lines().map(|it| serde_json::from_str(it).expect("it is JSON")).collect()
    };
    let keys: Vec<String> = listed("a.jsonl").iter().map(|it| it["key"].as_str().expect("it has one").to_owned()).collect();
    folder.unspin(&["review", "--as", "anna", "a.jsonl", "--accept", &keys[0], "--reject", &keys[1]]).exits(0).says("2 decisions");
    // Other lines, and another file: each decision speaks of its own record still.
    folder.write("b.jsonl", records.iter().rev().map(String::as_str).collect::<String>());
    let found = |name: &str| -> Vec<(u64, bool)> {
        let told = listed(name);
        told.iter().map(|it| (it["record"]["line"].as_u64().expect("it has one"), it["decision"] == "accepted")).collect()
    };
    assert_eq!(found("a.jsonl"), [(1, true), (2, false), (3, false)]);
    let open = folder.unspin(&["check", "--format", "jsonl", "b.jsonl"]).exits(1).out();
    let lines: Vec<Value> = open.lines().map(|it| serde_json::from_str(it).expect("it is JSON")).collect();
    assert_eq!(lines.iter().map(|it| &it["record"]["line"]).collect::<Vec<_>>(), [1, 3], "what was rejected is silent");
    folder.unspin(&["apply", "b.jsonl", "--out", "out"]).exits(0);
    folder.holds("out/b.jsonl", format!("{}{}{}", records[2], records[1], records[0].replace("the the", "the")));
    // Corrected elsewhere, a record is known by its line.
    folder.unspin(&["apply", "a.jsonl", "--in-place"]).exits(0);
    let two = format!("{}{}", records[1].replace("It", "They say of of it that it"), records[2]);
    folder.write("a.jsonl", format!("\n{two}"));
    let open = folder.unspin(&["check", "--format", "jsonl", "a.jsonl"]).exits(1).out();
    assert_eq!(open.lines().filter(|it| it.contains("\" the\"")).count(), 1, "{open}");
}
