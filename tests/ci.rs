//! A repository over its life: what is known stays quiet, what is new fails, and every format is what its readers take.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use std::{fs, ops::Deref, path::Path, process::Command};

use serde_json::Value;

use crate::common::{Folder, Run, article, run, unspin};

/// A repository that goes away with the test.
struct Repository(Folder);

impl Deref for Repository {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.0
    }
}

const OLD: &str = "The minister left for the the airport.\n";
const CLEAN: &str = "It rained in the harbour all morning, and nobody minded.\n";

impl Repository {
    /// A folder with an old artifact, a clean text and a spun one.
    fn new() -> Self {
        let folder = Self(Folder::new());
        folder.write("articles/old.txt", OLD);
        folder.write("articles/clean.txt", CLEAN);
        folder
    }

    /// The same, committed.
    fn committed() -> Self {
        let folder = Self::new();
        folder.git(&["init", "--quiet", "--initial-branch=main"]);
        folder.commit();
        folder
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("the folder is ours");
    }

    #[track_caller]
    fn git(&self, args: &[&str]) {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        self.tool(&[&["git"], identity.as_slice(), args].concat(), b"").exits(0);
    }

    #[track_caller]
    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a state"]);
    }

    fn unspin(&self, args: &str) -> Run {
        self.0.unspin(&args.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs `check` and expects an exit code and the new findings, each as `file:line text`; what is information stands in brackets.
    #[track_caller]
    fn check(&self, args: &str, code: i32, expect: &[&str]) {
        let run = self.unspin(&format!("check --format jsonl {args}")).exits(code);
        let out = run.out();
        let findings = out.lines().map(|it| serde_json::from_str::<Value>(it).expect("it is JSON"));
        let found: Vec<String> = findings.filter(|it| it["set_aside"].is_null()).map(|it| told(&it)).collect();
        assert_eq!(found, expect, "{}", run.err);
    }
}

fn told(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().expect("it is text").to_owned();
    let told = format!("{}:{} {}", text("file"), finding["line"], text("text").trim());
    if finding["severity"] == "info" { format!("({told})") } else { told }
}

#[test]
fn what_a_baseline_knows_stays_quiet_wherever_it_moves() {
    let it = Repository::new();
    it.check("articles", 1, &["articles/old.txt:1 the"]);
    it.unspin("check articles --baseline unspin.baseline").exits(2);
    it.unspin("check articles --baseline unspin.baseline --update-baseline").exits(0);
    it.check("articles --baseline unspin.baseline", 0, &[]);
    let written = it.text("unspin.baseline");
    it.unspin("check . --baseline unspin.baseline --update-baseline").exits(0);
    assert_eq!(it.text("unspin.baseline"), written, "the same from any folder, and again");

    // Lines move; the old artifact is the old one still.
    it.write("articles/old.txt", format!("{CLEAN}\n{OLD}"));
    it.check("articles --baseline unspin.baseline", 0, &[]);
    // One more of the same kind is one more.
    it.write("articles/old.txt", format!("{CLEAN}\n{OLD}\nHe waited at the the gate.\n"));
    it.check("articles --baseline unspin.baseline", 1, &["articles/old.txt:5 the"]);
    // A copy is another document.
    it.write("articles/old.txt", OLD);
    it.write("articles/copy.txt", OLD);
    it.check("articles --baseline unspin.baseline", 1, &["articles/copy.txt:1 the"]);
    it.remove("articles/copy.txt");

    // What is mended is forgotten, and is new when it comes back.
    it.write("articles/old.txt", CLEAN);
    it.check("articles --baseline unspin.baseline", 0, &[]);
    let run = it.unspin("check articles --baseline unspin.baseline --update-baseline").exits(0);
    assert!(run.err.contains("0 findings in 0 documents; 0 more and 1 fewer than before"), "{}", run.err);
    it.write("articles/old.txt", OLD);
    it.check("articles --baseline unspin.baseline", 1, &["articles/old.txt:1 the"]);
}

const RULE: &str = "summary = \"Words of the house\"\nwhy = \"The house says so.\"\n[[rule]]\nname = \"airport\"\nkind = \"phrase\"\nmatch = \"airport\"\nfix = \"airfield\"\nconfidence = 0.9\nbad = [[\"The airport is closed.\", \"The airfield is closed.\"]]\nok = [\"The port is closed.\"]\n";

/// Two rules of which the second gives way to the first where both find something.
const OVERLAPPING: &str = "summary = \"Words of the house\"\nwhy = \"The house says so.\"\n\
    [[rule]]\nname = \"old-airport\"\nkind = \"phrase\"\nmatch = \"old airport\"\nfix = \"first airfield\"\nconfidence = 0.95\n\
    bad = [[\"The old airport is closed.\", \"The first airfield is closed.\"]]\nok = [\"The old port is closed.\"]\n\
    [[rule]]\nname = \"airport\"\nkind = \"phrase\"\nmatch = \"airport\"\nfix = \"airfield\"\nconfidence = 0.9\n\
    bad = [[\"The airport is closed.\", \"The airfield is closed.\"]]\nok = [\"The port is closed.\"]\n";

#[test]
fn what_was_set_aside_is_known_and_not_counted() {
    let it = Repository(Folder::new());
    it.write("rules/house/words.toml", OVERLAPPING);
    it.write("articles/a.txt", "The old airport is closed.\n");
    let args = "articles --rules rules --baseline unspin.baseline";
    it.check("articles --rules rules", 1, &["articles/a.txt:1 old airport"]);
    it.unspin(&format!("check {args} --update-baseline")).exits(0).says("unspin.baseline: 1 finding in 1 document\n");
    // It speaks for nothing else while it is set aside, …
    it.write("articles/a.txt", "The old airport is closed. The airport is far.\n");
    it.check(args, 1, &["articles/a.txt:1 airport"]);
    // … and for itself when what it gave way to is gone.
    it.write("articles/a.txt", "It is so: the old airport is closed.\n");
    it.check(&format!("{args} --ignore house/words/old-airport"), 0, &[]);
    it.write("articles/a.txt", "It is so: the old airport is closed. The airport is far.\n");
    it.check(&format!("{args} --ignore house/words/old-airport"), 1, &["articles/a.txt:1 airport"]);

    // So it is with what a reviewer has rejected, where the file of decisions does not lie.
    it.write("articles/a.txt", OLD);
    it.unspin("review articles --reject-rule spacing/repeats --quiet").exits(0);
    let args = "articles --baseline unspin.baseline";
    it.unspin(&format!("check {args} --update-baseline")).exits(0).says("unspin.baseline: 0 findings in 0 documents");
    fs::remove_dir_all(it.path("articles/.unspin")).or_else(|_| fs::remove_dir_all(it.path(".unspin"))).expect("it was made");
    it.write("articles/a.txt", format!("{CLEAN}\n{OLD}"));
    it.check(args, 0, &[]);
    it.check("articles", 1, &["articles/a.txt:3 the"]);
}

#[test]
fn what_a_run_writes_is_not_what_it_reads() {
    let it = Repository::new();
    let first = it.unspin("check . --format jsonl=found.jsonl --format text --output report.md").exits(1);
    let (found, report) = (it.text("found.jsonl"), it.text("report.md"));
    assert_eq!(it.unspin("check . --format jsonl=found.jsonl --format text --output report.md"), first);
    assert_eq!((it.text("found.jsonl"), it.text("report.md")), (found, report));
    it.unspin("check articles/old.txt --output articles/old.txt").exits(2).says("articles/old.txt: would be read, and written to");
    it.holds("articles/old.txt", OLD);
    it.unspin("check articles --format sarif=one --format json=./one").exits(2).says("one: two formats would go to this file");
    // Nothing is found where only a baseline is written.
    it.unspin("check articles --output none.txt --baseline unspin.baseline --update-baseline").exits(0);
    assert!(!it.path("none.txt").exists() && !it.path("one").exists());
}

#[test]
fn what_only_a_new_rule_finds_in_an_old_document_does_not_fail() {
    let it = Repository::new();
    it.unspin("check articles --baseline unspin.baseline --update-baseline").exits(0);
    it.write("rules/house/words.toml", RULE);
    let args = "articles --rules rules --baseline unspin.baseline";
    it.check(args, 0, &["(articles/old.txt:1 airport)"]);
    // Nor where the document has changed since, elsewhere.
    it.write("articles/old.txt", format!("{CLEAN}\n{OLD}"));
    it.check(args, 0, &["(articles/old.txt:3 airport)"]);
    // In a new document it does.
    it.write("articles/new.txt", "The airport was closed again.\n");
    it.check(args, 1, &["articles/new.txt:1 airport", "(articles/old.txt:3 airport)"]);
}

/// Texts of five records: two with an artifact each, two clean ones, and one that gets an artifact later.
const RECORDS: [(&str, &str); 5] = [
    ("r1", "It rained on on Sunday."),
    ("r2", "Nobody minded the rain."),
    ("r3", "AT&amp;T left the town."),
    ("r4", "The quay was wet all day."),
    ("r5", "A boat went by at noon."),
];

fn jsonl(records: &[(&str, &str)]) -> String {
    records.iter().map(|(id, text)| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n")).collect()
}

fn csv(records: &[(&str, &str)]) -> String {
    ["id,text\n".to_owned()].into_iter().chain(records.iter().map(|(id, text)| format!("{id},{text}\n"))).collect()
}

#[test]
fn a_repository_over_its_life() {
    let it = Repository::new();
    let tables = RECORDS.map(|(id, text)| (id.replace('r', "t"), text));
    let tables: Vec<(&str, &str)> = tables.iter().map(|(id, text)| (id.as_str(), *text)).collect();
    it.write("news.jsonl", jsonl(&RECORDS));
    it.write("news.csv", csv(&tables));
    it.git(&["init", "--quiet", "--initial-branch=main"]);
    it.commit();
    let old = ["articles/old.txt:1 the", "news.csv:1 on", "news.csv:1 &amp;", "news.jsonl:1 on", "news.jsonl:1 &amp;"];
    it.check(".", 1, &old);
    it.unspin("check . --baseline unspin.baseline --update-baseline").exits(0).says("unspin.baseline: 5 findings in 5 documents\n");
    it.commit();
    let (known, since) = (". --baseline unspin.baseline", ". --since main");
    it.check(known, 0, &[]);
    it.check(since, 0, &[]);
    it.git(&["switch", "--quiet", "--create", "work"]);

    // New artifacts: in a new text, in an old one, in a new record, in an old one.
    it.write("articles/new.txt", "She waited at at the gate.\n");
    it.write("articles/clean.txt", format!("{CLEAN}He left at at noon.\n"));
    let mut records = RECORDS.to_vec();
    records[4].1 = "A boat went by at at noon.";
    records.push(("r6", "They sang of of the sea."));
    it.write("news.jsonl", jsonl(&records));
    let mut rows = tables.clone();
    rows.push(("t6", "They sang of of the sea."));
    it.write("news.csv", csv(&rows));
    let new = ["articles/clean.txt:2 at", "articles/new.txt:1 at", "news.csv:1 of", "news.jsonl:1 at", "news.jsonl:1 of"];
    it.check(known, 1, &new);
    it.check(since, 1, &new);

    // Lines move, records are put in another order and shared out otherwise: the same is new.
    it.write("articles/old.txt", format!("{CLEAN}\n{OLD}"));
    records.reverse();
    it.write("news.jsonl", jsonl(&records[3..]));
    it.write("part-2.jsonl", jsonl(&records[..3]));
    rows.reverse();
    it.write("news.csv", csv(&rows));
    let new = ["articles/clean.txt:2 at", "articles/new.txt:1 at", "news.csv:1 of", "part-2.jsonl:1 of", "part-2.jsonl:1 at"];
    it.check(known, 1, &new);
    it.check(since, 1, &new);

    // The new artifacts are taken out again, and an old one with them: it is forgotten, and new when it comes back.
    it.unspin("fix articles/clean.txt articles/new.txt --unsafe --quiet").exits(0);
    it.unspin("fix news.csv news.jsonl part-2.jsonl --unsafe --in-place --quiet --select spacing").exits(0);
    it.check(known, 0, &[]);
    it.check(since, 0, &[]);
    let update = it.unspin("check . --baseline unspin.baseline --update-baseline").exits(0);
    update.says("unspin.baseline: 3 findings in 3 documents; 0 more and 2 fewer than before");
    let mut rows = RECORDS.to_vec();
    rows[1].1 = "Nobody minded the the rain.";
    it.write("part-2.jsonl", jsonl(&rows[..2]));
    it.check(known, 1, &["part-2.jsonl:1 on", "part-2.jsonl:1 the"]);
    it.write("part-2.jsonl", "");
    it.commit();

    // A rule is added: what it finds in old documents is information, in new ones it counts.
    it.write("rules/house/words.toml", RULE);
    it.check(&format!("{known} --rules rules"), 0, &["(articles/old.txt:3 airport)"]);
    it.write("articles/late.txt", "The airport was closed again.\n");
    it.check(&format!("{known} --rules rules"), 1, &["articles/late.txt:1 airport", "(articles/old.txt:3 airport)"]);
    it.check(". --since HEAD --rules rules", 1, &["articles/late.txt:1 airport"]);
}

#[test]
fn since_a_revision_only_what_is_new_in_what_changed_is_told() {
    let it = Repository::committed();
    it.check(". --since main", 0, &[]);
    it.git(&["switch", "--quiet", "--create", "work"]);
    it.write("articles/old.txt", format!("{CLEAN}\n{OLD}\nHe waited at at the gate.\n"));
    it.check(". --since main", 1, &["articles/old.txt:5 at"]);
    // A moved file is the old one; one that git does not know yet is new.
    it.write("articles/old.txt", OLD);
    it.git(&["mv", "articles/old.txt", "articles/moved.txt"]);
    it.write("articles/clean.txt", format!("{CLEAN}It rained on on Sunday.\n"));
    it.commit();
    it.write("articles/new.txt", OLD);
    it.check(". --since main", 1, &["articles/clean.txt:2 on", "articles/new.txt:1 the"]);
    // From a folder further down, too, and for some paths only.
    let below = run(unspin(&it.path("articles")).args(["check", "--since", "main", "clean.txt"]), b"").exits(1);
    assert!(below.out().contains("“ on”") && !below.out().contains("“ the”"), "{}", below.out());
    it.unspin("check --since nowhere").exits(2).says("nowhere");
    it.unspin("check --since=--help").exits(2).says("--since --help: not a revision");
}

#[test]
fn a_hook_reads_what_is_staged() {
    let it = Repository::committed();
    it.write("articles/clean.txt", format!("{CLEAN}It rained on on Sunday.\n"));
    it.check("--staged .", 0, &[]);
    it.git(&["add", "--all"]);
    // What lies in the folder does not count.
    it.write("articles/clean.txt", CLEAN);
    it.check("--staged", 1, &["articles/clean.txt:2 on"]);
    // A hook names whatever is staged, tables without texts as well.
    it.write("prices.csv", "id,price\n1,2\n");
    it.git(&["add", "prices.csv"]);
    it.check("--staged articles/clean.txt prices.csv", 1, &["articles/clean.txt:2 on"]);
    // Before the first commit everything is new.
    let it = Repository::new();
    it.git(&["init", "--quiet"]);
    it.git(&["add", "--all"]);
    it.check("--staged", 1, &["articles/old.txt:1 the"]);
}

#[test]
fn without_git_a_copy_will_do() {
    let it = Repository::new();
    it.write("copy/old.txt", OLD);
    it.write("copy/clean.txt", CLEAN);
    it.check("articles --against copy", 0, &[]);
    it.write("articles/old.txt", format!("{OLD}He waited at at the gate.\n"));
    it.write("articles/new.txt", OLD);
    it.check("articles --against copy", 1, &["articles/new.txt:1 the", "articles/old.txt:2 at"]);
    it.check("articles/old.txt --against copy/old.txt", 1, &["articles/old.txt:2 at"]);

    let without = run(it.command(&["check", "--since", "main"]).env("PATH", ""), b"").exits(2);
    assert!(without.err.contains("git was not found") && without.err.contains("--against"), "{}", without.err);
    let run = it.unspin("check --since main").exits(2);
    assert!(run.err.contains("--against"), "{}", run.err);
}

#[test]
fn records_are_old_wherever_they_lie() {
    let it = Repository::new();
    let old = "{\"id\":1,\"text\":\"It rained on on Sunday.\"}\n{\"text\":\"She left for the the airport.\"}\n";
    it.write("articles/news.jsonl", old);
    it.git(&["init", "--quiet", "--initial-branch=main"]);
    it.commit();
    it.unspin("check articles --baseline unspin.baseline --update-baseline").exits(0);
    it.git(&["switch", "--quiet", "--create", "work"]);
    let mut lines: Vec<&str> = old.lines().rev().collect();
    it.write("articles/news.jsonl", lines.join("\n"));
    it.check("articles --since main", 0, &[]);
    // Another record with the words of an old one is new, and so are other words under an old name.
    lines.extend(["{\"id\":2,\"text\":\"It rained on on Sunday.\"}", "{\"id\":1,\"text\":\"He waited at at the gate.\"}"]);
    it.write("articles/news.jsonl", lines.join("\n"));
    let new = ["articles/news.jsonl:1 on", "articles/news.jsonl:1 at"];
    it.check("articles --since main", 1, &new);
    it.check("articles --baseline unspin.baseline", 1, &new);
    it.write("copy/news.jsonl", old);
    it.check("articles/news.jsonl --against copy/news.jsonl", 1, &new);
    it.git(&["add", "--all"]);
    it.check("--staged articles", 1, &new);
    // Shared out otherwise, the records are the old ones; of one that changed, only what is new in it is told.
    it.write("articles/news.jsonl", "{\"id\":1,\"text\":\"On Monday it rained on on Sunday. He waited at at the gate.\"}\n");
    it.write("articles/more.csv", "id,text\n,She left for the the airport.\n3,She left for the the airport.\n");
    let new = ["articles/more.csv:1 the", "articles/news.jsonl:1 at"];
    it.check("articles --since main", 1, &new);
    it.check("articles --baseline unspin.baseline", 1, &new);
    it.check("articles --against copy", 1, &["articles/more.csv:1 the", "articles/news.jsonl:1 at", "articles/old.txt:1 the"]);
    it.remove("articles/news.jsonl");
    it.write("articles/more.jsonl", old);
    it.check("articles/more.jsonl --since main", 0, &[]);
    it.write("articles/news.jsonl", old);
    it.write("copy/news.jsonl", "{\"text\":");
    let run = it.unspin("check articles/news.jsonl --against copy/news.jsonl").exits(2);
    assert!(run.err.contains("articles/news.jsonl: its earlier version: its first record cannot be read"), "{}", run.err);
}

#[test]
fn settings_hold_for_records_by_what_their_fields_say() {
    let it = Repository::new();
    let record = |domain: &str, text: &str| format!("{{\"domain\":\"{domain}\",\"lead\":\"{text}\"}}\n");
    let news = record("a.example", "It rained on on Sunday.") + &record("b.example", "She left for the the airport.");
    it.write("news.jsonl", &news);
    it.write("news.csv", "domain,lead\na.example,It rained on on Sunday.\nb.example,She left for the the airport.\n");
    it.write("unspin.toml", "[records]\nfields = [\"lead\"]\n[[override]]\nwhere = { domain = \"a.example\" }\nignore = [\"spacing\"]\n");
    it.check("news.jsonl", 1, &["news.jsonl:1 the"]);
    it.check("news.csv", 1, &["news.csv:1 the"]);
    // Flags have the last word.
    it.check("--field domain news.jsonl", 0, &[]);
    it.unspin("fix news.jsonl --out fixed").exits(0);
    assert_eq!(it.text("fixed/news.jsonl"), news.replace("the the", "the"));
}

#[test]
fn a_pointer_is_no_clean_text() {
    let it = Repository::new();
    it.write("articles/large.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    it.write("articles/large.jsonl", it.text("articles/large.txt"));
    let run = it.unspin("check articles --select chatbot").exits(2);
    for name in ["large.txt", "large.jsonl"] {
        assert!(run.err.contains(&format!("articles/{name}: a pointer of Git LFS")), "{}", run.err);
    }
}

#[test]
fn a_spinner_at_work_is_one_annotation() {
    let it = Repository::new();
    it.unspin("check articles --baseline unspin.baseline --update-baseline").exits(0);
    it.write("articles/spun.txt", article("004_a2fe9243e21dc331.txt"));
    let summary = it.path("summary.md");
    let args = ["check", "articles", "--baseline", "unspin.baseline", "--select", "spin", "--format", "github"];
    let done = run_with_summary(&it, &args, &summary);
    let out = done.out();
    let annotations: Vec<&str> = out.lines().filter(|it| it.starts_with("::")).collect();
    assert!(annotations[0].contains("articles/spun.txt newly convicted as spun: "), "{out}");
    assert!(annotations.len() <= 3, "{out}");
    assert!(fs::read_to_string(summary).expect("it was written").contains("1 of them spun"));
    let err = done.err;
    assert!(err.ends_with("unspin check articles --baseline unspin.baseline --select spin\n"), "the command that shows it: {err}");
}

#[test]
fn redacted_results_hold_no_word_of_the_texts() {
    let it = Repository::new();
    it.write("articles/name.txt", "Anthony Blinken left for the the airport, and Quixworth stayed.\n");
    // Rules are named after words; some of them gave way to others here.
    it.write("articles/other.txt", article("000_8c138f5ddf69db31.txt"));
    assert!(
        it.unspin("check articles --format json")
            .exits(1)
            .out()
            .contains("conflicts with translation/russian-prepositions/page-in-twitter")
    );
    for format in ["text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson"] {
        let run = it.unspin(&format!("check articles --redact --format {format}")).exits(1);
        let said = run.out() + &run.err;
        for word in ["the the", "Blinken", "blinken", "Antony", "Quixworth", "airport", "page-in-twitter", "“”"] {
            assert!(!said.contains(word), "{format} says {word}: {said}");
        }
    }
}

#[test]
fn settings_hold_where_they_are_said_to() {
    let it = Repository::new();
    it.write("articles/drafts/a.txt", OLD);
    it.write("unspin.toml", "[[override]]\npaths = [\"articles/drafts\"]\nrule = { spacing = { severity = \"info\" } }\n");
    it.check("articles", 1, &["(articles/drafts/a.txt:1 the)", "articles/old.txt:1 the"]);
    it.check("articles --no-config", 1, &["articles/drafts/a.txt:1 the", "articles/old.txt:1 the"]);
    it.write("unspin.toml", "ignore = [\"spacing\"]\nfail_on = \"error\"\n");
    it.check("articles", 0, &[]);
    // Flags have the last word.
    it.check("articles --select spacing/repeats", 0, &["articles/drafts/a.txt:1 the", "articles/old.txt:1 the"]);
    it.check("articles --select spacing/repeats --fail-on warning", 1, &["articles/drafts/a.txt:1 the", "articles/old.txt:1 the"]);
    // Further down the same file counts.
    run(unspin(&it.path("articles")).args(["check", "old.txt"]), b"").exits(0);
    it.unspin("init").exits(2);
    it.remove("unspin.toml");
    it.unspin("init").exits(0);
    it.check("articles", 1, &["articles/drafts/a.txt:1 the", "articles/old.txt:1 the"]);
}

#[test]
fn a_gate_fails_where_chance_does_not_explain_it() {
    let it = Repository::new();
    it.write("unspin.toml", "fail_on = \"error\"\n[gate]\nfail = \"found > 10%\"\nmin_documents = 20\nwarn = \"translated > 1%\"\n");
    it.write("strict.toml", "fail_on = \"warning\"\n[gate]\nfail = \"found > 10%\"\nmin_documents = 20\n");
    for number in 0..30 {
        it.write(format!("articles/{number}.txt"), if number % 3 == 0 { OLD } else { CLEAN });
    }
    it.unspin("check articles --quiet").exits(0);
    let run = it.unspin("check articles --config strict.toml --quiet --format junit").exits(1);
    assert!(run.err.contains("failed: found > 10%: 11 of "), "{}", run.err);

    // It is said where people look.
    let summary = it.path("summary.md");
    let args = ["check", "articles", "--config", "strict.toml", "--format", "github"];
    let out = run_with_summary(&it, &args, &summary).exits(1).out();
    assert!(out.starts_with("::error title=unspin::found > 10%25: 11 of 32 documents, 34.4%25, more than chance explains\n"), "{out}");
    assert!(it.text("summary.md").contains("**failed:** found > 10%: 11 of 32 documents"));

    // What a baseline knows is no part of the batch.
    it.unspin("check articles --config strict.toml --baseline unspin.baseline --update-baseline").exits(0);
    for number in 30..60 {
        it.write(format!("articles/{number}.txt"), if number < 32 { OLD } else { CLEAN });
    }
    let run = it.unspin("check articles --config strict.toml --baseline unspin.baseline").exits(1);
    assert!(!run.err.contains("failed"), "2 of 30: {}", run.err);
    for number in 30..60 {
        it.write(format!("articles/{number}.txt"), if number < 45 { OLD } else { CLEAN });
    }
    let run = it.unspin("check articles --config strict.toml --baseline unspin.baseline").exits(1);
    run.says("failed: found > 10%: 15 of 30 documents, 50.0%, more than chance explains; to see them: unspin check articles");
}

fn run_with_summary(it: &Repository, args: &[&str], summary: &Path) -> Run {
    run(it.command(args).env("GITHUB_STEP_SUMMARY", summary), b"")
}

#[test]
fn two_runs_are_compared_by_their_findings() {
    let it = Repository::new();
    it.unspin("check articles --format jsonl --output old.jsonl").exits(1);
    it.write("articles/old.txt", "He waited at at the gate.\n");
    it.unspin("check articles --format jsonl --output new.jsonl").exits(1);
    let run = it.unspin("compare old.jsonl new.jsonl").exits(0);
    let expect = "spacing/repeats/function-word: 1 appeared, 1 vanished\n  + articles/old.txt:1:13 “ at” → “”\n  - articles/old.txt:1:26 “ the” → “”\n\n1 finding, then 1: 1 appeared, 1 vanished, 0 changed\n";
    assert_eq!(run.out(), expect);
    it.unspin("compare old.jsonl articles/old.txt").exits(2);
    // Records may share an id, or have none and the same text.
    it.write("a.jsonl", "{\"id\":1,\"text\":\"It rained on on Sunday.\"}\n{\"text\":\"AT&amp;T left.\"}\n{\"text\":\"AT&amp;T left.\"}\n");
    it.write("b.jsonl", "{\"id\":1,\"text\":\"It rained on on Monday.\"}\n");
    it.unspin("check a.jsonl b.jsonl --format jsonl --output old.jsonl").exits(1);
    it.unspin("check a.jsonl --format jsonl --output new.jsonl").exits(1);
    let run = it.unspin("compare old.jsonl new.jsonl").exits(0);
    assert!(run.out().ends_with("4 findings, then 3: 0 appeared, 1 vanished, 0 changed\n"), "{}", run.out());
}

/// What stands behind `run:` of a step.
fn step(file: &str, name: &str) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("it is part of the project");
    let behind = text.split_once(&format!("- name: {name}\n")).expect("it has the step").1;
    let line = behind.lines().find_map(|it| it.trim().strip_prefix("run: ")).expect("the step runs something");
    line.to_owned()
}

/// A shell that finds the program.
fn shell(script: &str, folder: &Path) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_unspin")).parent().expect("it lies in a folder");
    let path =
        std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").expect("it is set"))));
    let mut shell = Command::new("bash");
    shell.args(["-e", "-c", script]).current_dir(folder).env("PATH", path.expect("no folder has a colon"));
    shell
}

#[test]
fn the_action_does_what_it_says() {
    let it = Repository::new();
    let mut check = shell(&step("action.yml", "Check"), it.0.0.path());
    check.env("UNSPIN_PATHS", "articles").env("UNSPIN_ARGS", "--select spacing").env("UNSPIN_SARIF", "unspin.sarif");
    let done = run(&mut check, b"").exits(1);
    assert!(done.out().starts_with("::warning file=articles/old.txt,line=1,"), "{}", done.out());
    let log: Value = serde_json::from_str(&it.text("unspin.sarif")).expect("it is JSON");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "spacing/repeats/function-word");
    // Nothing is installed that is there.
    run(&mut shell(&step("action.yml", "Install"), it.0.0.path()), b"").exits(0);
}

#[test]
fn the_hook_does_what_it_says() {
    let hooks =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")).expect("it is part of the project");
    let entry = hooks.lines().find_map(|it| it.trim().strip_prefix("entry: ")).expect("the hook runs something");
    let it = Repository::committed();
    it.write("articles/clean.txt", format!("{CLEAN}It rained on on Sunday.\n"));
    it.git(&["add", "--all"]);
    // A hook gets the names of what is staged.
    run(&mut shell(&format!("{entry} articles/clean.txt"), it.0.0.path()), b"").exits(1);
    it.commit();
    run(&mut shell(&format!("{entry} articles/clean.txt"), it.0.0.path()), b"").exits(0);
}

#[test]
fn shells_and_manuals_are_served() {
    let it = Repository::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = it.unspin(&format!("completions {shell}")).exits(0).out();
        assert!(script.contains("update-baseline"), "{shell}");
        // A quotation mark in a help text would end a string of fish.
        assert!(shell != "fish" || script.matches('"').count().is_multiple_of(2), "{shell}");
    }
    run(&mut shell(&it.unspin("completions bash").out(), it.0.0.path()), b"").exits(0);
    it.unspin("man pages").exits(0);
    assert!(it.text("pages/unspin-check.1").contains("baseline"));
}

#[test]
fn a_cache_changes_nothing_but_the_time() {
    let it = Repository::new();
    it.write("articles/spun.txt", article("004_a2fe9243e21dc331.txt"));
    it.write("articles/news.jsonl", "{\"id\":1,\"text\":\"It rained on on Sunday.\"}\n{\"id\":2,\"text\":\"AT&amp;T left .\"}\n");
    let plain = it.unspin("check articles --format json").exits(1);
    let entries = || -> u64 {
        let files = fs::read_dir(it.path("kept")).expect("it was made").map(|it| it.expect("it is read"));
        files.filter(|it| it.path().extension().is_some_and(|it| it == "cache")).map(|it| it.metadata().expect("it is there").len()).sum()
    };
    let kept = |more: &str| it.unspin(&format!("check articles --format json --cache kept {more}"));
    assert_eq!(kept("").exits(1), plain);
    let size = entries();
    assert_eq!((kept("").exits(1), entries()), (plain.clone(), size), "nothing new is found, and nothing is added");
    // Other settings, other rules and decisions are other circumstances.
    let clean = kept("--assume clean").exits(1).out();
    assert_eq!(clean, it.unspin("check articles --format json --assume clean").exits(1).out());
    it.write("rules/house/words.toml", RULE);
    assert!(kept("--rules rules").exits(1).out().contains("house/words/airport"));
    it.write("rules/house/words.toml", RULE.replace("airfield", "aerodrome"));
    assert!(kept("--rules rules").exits(1).out().contains("aerodrome"), "a rule of the same version, changed");
    it.unspin("review articles articles/news.jsonl --reject-rule spacing/repeats --quiet").exits(0);
    assert!(!kept("").exits(1).out().contains("spacing/repeats"));
    it.write("articles/old.txt", CLEAN);
    it.unspin("check articles --cache kept --select spacing/repeats").exits(0);
    // Whatever is damaged counts for nothing.
    let decided = kept("").exits(1);
    let files = fs::read_dir(it.path("kept")).expect("it is there").map(|it| it.expect("it is read").path());
    for (number, path) in files.filter(|it| it.extension().is_some_and(|it| it == "cache")).enumerate() {
        let mut bytes = fs::read(&path).expect("it is there");
        let middle = bytes.len() / 2;
        match number % 3 {
            0 => bytes.truncate(middle),
            1 => bytes[middle] ^= 0x55,
            _ => bytes = b"something else".repeat(100),
        }
        fs::write(&path, bytes).expect("it is ours");
    }
    assert_eq!(kept("").exits(1), decided);
    assert_eq!(kept("").exits(1), decided, "and is mended");
    // A folder that cannot be one is an error; many runs may share one.
    it.unspin("check articles --cache articles/old.txt").exits(2);
    let runs: Vec<_> = (0..4).map(|_| it.command(&["check", "articles", "--format", "json", "--cache", "shared"]).spawn()).collect();
    for run in runs {
        assert_eq!(run.and_then(std::process::Child::wait_with_output).expect("it ends").stdout, decided.out);
    }
    assert_eq!(it.unspin("check articles --format json --cache shared").exits(1), decided);
}

#[test]
fn a_redacted_run_leaves_no_word_in_a_cache() {
    let it = Repository::new();
    it.write("articles/name.txt", "Anthony Blinken left for the the airport, and Quixworth stayed.\n");
    it.write("articles/spun.txt", article("004_a2fe9243e21dc331.txt"));
    it.unspin("check articles --redact --cache kept").exits(1);
    let kept: Vec<u8> = fs::read_dir(it.path("kept"))
        .expect("it was made")
        .flat_map(|it| fs::read(it.expect("it is read").path()).expect("it is there"))
        .collect();
    assert!(kept.len() > 20, "that the clean text is clean is kept");
    for word in ["Blinken", "Antony", "airport", "the the", "Peskov", "military", "coaching"] {
        assert!(memchr::memmem::find(&kept, word.as_bytes()).is_none(), "{word}");
    }
}

#[test]
fn the_snippet_for_gitlab_does_what_it_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("it is part of the project");
    let behind = readme.split_once("# .gitlab-ci.yml\n").expect("it shows one").1;
    let snippet = behind.split_once("```").expect("the block ends").0;
    let script = snippet.lines().find_map(|it| it.trim().strip_prefix("script: ")).expect("the job runs something");
    let it = Repository::new();
    it.unspin("check articles --baseline unspin.baseline --update-baseline").exits(0);
    run(&mut shell(script, it.0.0.path()), b"").exits(0);
    it.write("articles/new.txt", OLD);
    assert!(run(&mut shell(script, it.0.0.path()), b"").exits(1).out().contains("articles/new.txt"));
    // The job hands over what the script has written.
    let reports = snippet.lines().find_map(|it| it.trim().strip_prefix("reports: ")).expect("the job hands something over");
    let files: Vec<&str> = reports.split([' ', ',', '{', '}']).filter(|it| it.contains('.')).collect();
    assert_eq!(files.len(), 2);
    for name in files {
        assert!(it.text(name).contains("articles/new.txt"), "{name}");
    }
}
