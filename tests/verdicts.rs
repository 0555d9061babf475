//! Verdicts of an earlier run, edited by hand, are honoured; verdicts and counts go into columns where they are asked for.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use crate::common::Folder;

const LINES: &str = "{\"id\":\"a\",\"text\":\"They met on the the pier.\"}\n{\"id\":\"b\",\"text\":\"The navy coaching began at dawn.\"}\r\n{\"id\":\"c\",\"text\":null}\n";

#[test]
fn verdicts_that_are_given_are_honoured() {
    let folder = Folder::with(&[("a.jsonl", LINES.as_bytes()), ("b.txt", b"The navy coaching began at dawn.\n")]);
    let scored = folder.unspin(&["score", ".", "--format", "jsonl"]).exits(0);
    let scores = String::from_utf8(scored.out).expect("it is JSON");
    assert_eq!(scores.matches("unassessed").count(), 3, "{scores}");
    let edited = scores.replace("\"verdict\":\"unassessed\"", "\"verdict\":\"spun\"");
    std::fs::write(folder.path("verdicts"), &edited).expect("the folder is ours");
    let as_it_is = folder.unspin(&["diff", "."]).exits(0);
    assert!(!String::from_utf8_lossy(&as_it_is.out).contains("military training"));
    let told = folder.unspin(&["diff", ".", "--verdicts", "verdicts"]).exits(0);
    assert_eq!(String::from_utf8_lossy(&told.out).matches("+The military training started at dawn.").count(), 2);
    folder.unspin(&["check", "b.txt", "--verdicts", "verdicts"]).exits(1);
    let run = ["fix", ".", "--unsafe", "--out", "out", "--verdicts", "verdicts", "--drop", "spun", "--drop-to", "dropped"];
    folder.unspin(&run).exits(0);
    folder.holds("out/a.jsonl", b"{\"id\":\"c\",\"text\":null}\n");
    // By hand: one of them is clean after all.
    let clean: String = edited
        .lines()
        .map(|it| if it.contains("\"id\":\"b\"") { it.replace("\"spun\"", "\"clean\"") + "\n" } else { format!("{it}\n") })
        .collect();
    std::fs::write(folder.path("verdicts"), clean).expect("the folder is ours");
    folder.unspin(&["fix", "a.jsonl", "--unsafe", "--out", "two", "--verdicts", "verdicts", "--drop", "spun"]).exits(0);
    folder.holds("two/a.jsonl", LINES.split_once('\n').expect("there are three").1.as_bytes());
    let other = folder.unspin(&["check", "a.jsonl", "--verdicts", "a.jsonl"]).exits(2);
    other.says("--verdicts a.jsonl, line 1: not a line of `unspin score --format jsonl`");
    std::fs::write(folder.path("verdicts"), edited.replace("\"spun\"", "\"odd\"")).expect("the folder is ours");
    folder.unspin(&["check", "a.jsonl", "--verdicts", "verdicts"]).exits(2).says("no verdict is called `odd`");
    std::fs::write(folder.path("verdicts"), edited.replace("a.jsonl", "z.jsonl")).expect("the folder is ours");
    folder.unspin(&["check", "-q", "a.jsonl", "--verdicts", "verdicts"]).exits(1).says("says nothing of these documents");
}

#[test]
fn columns_are_added_on_request() {
    let table = "\u{FEFF}id;text\r\n1;They met on the the pier.\r\n2;\"Clean; and plain.\"";
    let folder = Folder::with(&[("a.jsonl", LINES.as_bytes()), ("b.csv", table.as_bytes()), ("c.csv", b"text,unspin_verdict\na,b\n")]);
    folder.unspin(&["fix", "a.jsonl", "b.csv", "--out", "out", "--add-column", "verdict,findings"]).exits(0);
    folder.holds("out/a.jsonl", b"{\"id\":\"a\",\"text\":\"They met on the pier.\",\"unspin_verdict\":\"unassessed\",\"unspin_findings\":1}\n{\"id\":\"b\",\"text\":\"The navy coaching began at dawn.\",\"unspin_verdict\":\"unassessed\",\"unspin_findings\":0}\r\n{\"id\":\"c\",\"text\":null,\"unspin_verdict\":null,\"unspin_findings\":0}\n");
    folder.holds(
        "out/b.csv",
        "\u{FEFF}id;text;unspin_verdict;unspin_findings\r\n1;They met on the pier.;unassessed;1\r\n2;\"Clean; and plain.\";unassessed;0"
            .as_bytes(),
    );
    folder
        .unspin(&["fix", "out/a.jsonl", "--out", "again", "--add-column", "verdict"])
        .exits(2)
        .says("the field `unspin_verdict` stands twice");
    folder.unspin(&["fix", "c.csv", "--out", "again", "--add-column", "verdict"]).exits(2).says("has a column `unspin_verdict` already");
    let parquet = Folder::with(&[("a.parquet", b"PAR1")]);
    parquet.unspin(&["fix", "a.parquet", "--out", "out", "--add-column", "verdict"]).exits(2).says("--add-column is for JSONL and tables");
}
