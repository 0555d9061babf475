//! Reviews as people do them: in a terminal by keys alone, by flags, with others, and cut short at any moment.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use std::{
    collections::BTreeMap,
    fs,
    process::Command,
    time::{Duration, Instant},
};

use unspin::{
    Cleaner, Edit,
    audit::draw::mixed,
    decision::{Choice, Decision, Decisions, place},
    report::{Origin, Report},
    review::proposals,
};

use crate::common::{Folder, article};

/// A folder with some documents.
fn folder(documents: &[(&str, &str)]) -> Folder {
    let documents: Vec<(&str, &[u8])> = documents.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    Folder::with(&documents)
}

impl Folder {
    /// What a run prints, with its exit code and what it says beside.
    #[track_caller]
    fn told(&self, args: &[&str]) -> (i32, String, String) {
        let done = self.unspin(args);
        (done.code.unwrap_or(-1), done.out(), done.err)
    }

    #[track_caller]
    fn does(&self, args: &[&str]) -> String {
        let (code, out, err) = self.told(args);
        assert_eq!(code, 0, "{args:?}\n{out}\n{err}");
        out + &err
    }

    fn decisions(&self, name: &str) -> Vec<Decision> {
        let lines = fs::read_to_string(self.path(name)).unwrap_or_default();
        lines.lines().filter_map(|it| serde_json::from_str(it).ok()).collect()
    }

    /// What `check` proposes, as `text → proposed`.
    fn proposed(&self) -> Vec<String> {
        let (_, out, _) = self.told(&["check", "--format", "jsonl", "."]);
        let told = out.lines().map(|it| {
            let finding: serde_json::Value = serde_json::from_str(it).expect("it is JSON");
            format!("{} {}", finding["line"], finding["text"].as_str().expect("it has one").trim())
        });
        told.collect()
    }
}

const PIER: &str = "They met on the the pier.\nWe left for the the harbour , and stayed.\nBoats lay by the the quay.\n";

// By flags

#[test]
fn what_was_rejected_stays_silent_in_all_commands_whatever_becomes_of_its_neighbours() {
    let folder = folder(&[("a.txt", PIER)]);
    assert_eq!(folder.proposed(), ["1 the", "2 the", "2 ", "3 the"]);
    let key = folder.decided_key(2, "the");
    folder.does(&["review", "--reject", &key]);
    assert_eq!(folder.proposed(), ["1 the", "2 ", "3 the"]);
    folder.does(&["fix", "--unsafe", "a.txt"]);
    assert_eq!(folder.text("a.txt"), "They met on the pier.\nWe left for the the harbour, and stayed.\nBoats lay by the quay.\n");
    assert_eq!(folder.proposed(), [""; 0], "all around it is applied");
    assert_eq!(folder.told(&["check", "--quiet", "."]).0, 0);
    assert_eq!(folder.does(&["diff", "a.txt"]), "");
    assert!(folder.does(&["fix", "--unsafe", "a.txt"]).contains("0 of 1 document changed"));
    assert!(folder.does(&["score", "--format", "jsonl", "a.txt"]).contains("\"residue\":0"));
    assert!(folder.does(&["review", "--list"]).contains("rejected"));
}

#[test]
fn what_is_allowed_is_allowed_until_its_day_with_a_reason() {
    let folder = folder(&[("a.txt", PIER)]);
    let key = folder.decided_key(1, "the");
    folder.does(&["allow", &key, "--reason", "a stammer", "--until", "9999-12-31"]);
    assert_eq!(folder.proposed().len(), 3);
    let last = folder.decisions(".unspin/decisions/anna.jsonl").pop().expect("there is one");
    assert_eq!((last.reason.as_deref(), last.until.as_deref()), (Some("a stammer"), Some("9999-12-31")));
    assert_eq!(folder.told(&["allow", "0123456789abcdef"]).0, 2);
    for day in ["9999-13-01", "2000-01-01"] {
        assert_eq!(folder.told(&["allow", &key, "--until", day]).0, 2, "no such day, or past");
    }
}

#[test]
fn a_list_is_laid_in_the_order_that_is_asked_for() {
    let folder = folder(&[("a.txt", PIER), ("b.txt", PIER)]);
    let texts = |args: &[&str]| -> Vec<String> {
        let listed = folder.does(&[&["review", "--list", "--format", "jsonl"], args].concat());
        let entries = listed.lines().map(|it| serde_json::from_str::<serde_json::Value>(it).expect("a line of JSON"));
        entries.map(|it| it["text"].as_str().expect("a text").to_owned()).collect()
    };
    let [in_texts, by_count, two] = [texts(&[]), texts(&["--order", "count"]), texts(&["--order", "count", "--budget", "1"])];
    assert_eq!(in_texts[..in_texts.len() / 2], in_texts[in_texts.len() / 2..], "one document after the other");
    let mut sorted = [in_texts, by_count.clone()];
    for it in &mut sorted {
        it.sort();
    }
    assert_eq!(sorted[0], sorted[1], "nothing is lost");
    assert!(!two.is_empty() && two.iter().all(|it| *it == by_count[0]) && two == by_count[..two.len()], "{two:?} of {by_count:?}");
    assert_ne!(by_count.get(two.len()), two.first(), "all places of the most frequent change, and no others");
}

#[test]
fn exactly_what_was_accepted_is_applied_and_can_be_taken_back() {
    let folder = folder(&[("a.txt", PIER), ("b.txt", PIER)]);
    folder.does(&["review", "--accept-change", " the=", "--reject", &folder.decided_key(3, "the")]);
    let expected = "They met on the pier.\nWe left for the harbour , and stayed.\nBoats lay by the the quay.\n";
    assert!(folder.does(&["apply", "--dry-run"]).contains("2 of 2 documents would be changed: 5 edits"));
    let said = folder.does(&["apply"]);
    assert!(said.contains("unspin revert .unspin/0001.jsonl"), "{said}");
    assert_eq!((folder.text("a.txt"), folder.text("b.txt")), (expected.to_owned(), expected.replace("the the quay", "the quay")));
    assert!(folder.does(&["apply"]).contains("0 of 2 documents changed: 0 edits; 5 decisions had been applied before"));
    folder.does(&["revert", ".unspin/0001.jsonl"]);
    assert_eq!((folder.text("a.txt"), folder.text("b.txt")), (PIER.to_owned(), PIER.to_owned()));
    fs::write(folder.path("a.txt"), PIER.replace("the the pier", "a boat")).expect("the folder is ours");
    let (code, out, err) = folder.told(&["apply"]);
    assert_eq!(code, 2, "{out}{err}");
    assert!(err.contains("“ the” → “”: the text or the proposal has changed since"), "{err}");
    assert_eq!(folder.text("a.txt"), expected.replace("the pier", "a boat"));
}

#[test]
fn what_could_not_be_written_is_not_told_as_done() {
    let folder = folder(&[("a.txt", PIER), ("b.txt", PIER)]);
    folder.does(&["review", "--accept-rule", "spacing"]);
    let mut mode = fs::metadata(folder.path("a.txt")).expect("it is there").permissions();
    mode.set_readonly(true);
    fs::set_permissions(folder.path("a.txt"), mode).expect("the file is ours");
    for (command, told) in [(["apply", "."], "1 of 2 documents changed: 4 edits"), (["fix", "."], "0 of 1 document changed: 0 edits")] {
        let (code, out, err) = folder.told(&command);
        assert_eq!(code, 2, "{out}{err}");
        assert!(out.starts_with(told), "{out}");
        assert!(err.contains("a.txt: cannot write a.txt: the file is read-only"), "{err}");
    }
}

#[test]
fn what_flags_name_and_nothing_has_is_told() {
    let folder = folder(&[("a.txt", PIER)]);
    let (code, _, err) = folder.told(&["review", "--accept-rule", "spacing/repeat"]);
    assert!(code == 2 && err.contains("no rule is called `spacing/repeat`; did you mean `spacing/repeats`?"), "{err}");
    let said = folder.does(&["review", "--accept-change", "navy coaching=military training"]);
    assert!(said.contains("“navy coaching” → “military training”: proposed nowhere here\n0 decisions kept"), "{said}");
    let (code, _, err) = folder.told(&["review", "--reject", "0123456789abcdef"]);
    assert!(code == 2 && err.contains("0123456789abcdef: no proposal has this key"), "{err}");
}

#[test]
fn a_line_that_was_cut_short_costs_no_other() {
    let folder = folder(&[("a.txt", PIER)]);
    folder.does(&["review", "--reject-rule", "spacing/repeats"]);
    let file = ".unspin/decisions/anna.jsonl";
    let whole = folder.text(file);
    fs::write(folder.path(file), format!("{whole}{{\"key\":\"0123")).expect("the folder is ours");
    let (_, out, err) = folder.told(&["check", "--format", "jsonl", "."]);
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(err.contains("line 4: cut short; it does not count"), "{err}");
    folder.does(&["review", "--accept-rule", "spacing/punctuation"]);
    assert_eq!(folder.decisions(file).len(), 4);
    assert_eq!(folder.text(file).lines().count(), 4);
}

#[test]
fn two_reviewers_are_compared_and_merged() {
    let folder = folder(&[("a.txt", PIER)]);
    let keys: Vec<String> = (1..=3).map(|line| folder.decided_key(line, "the")).collect();
    folder.does(&["review", "--as", "anna", "--accept", &keys[0], &keys[1], "--reject", &keys[2]]);
    folder.does(&["review", "--as", "ben", "--accept", &keys[0], &keys[1], &keys[2]]);
    let files = [".unspin/decisions/anna.jsonl", ".unspin/decisions/ben.jsonl"];
    let merge = ["decisions", "merge", files[0], files[1], "-o", "merged.jsonl"];
    let (code, out, _) = folder.told(&merge);
    assert_eq!(code, 1);
    assert!(out.contains("3 proposals settled by both, 2 alike (share 0.67, Cohen’s kappa 0.00)"), "{out}");
    assert!(!folder.path("merged.jsonl").exists());
    let (code, _, err) = folder.told(&["apply", files[0], files[1], "--dry-run"]);
    assert!(code == 2 && err.contains("anna decided otherwise"), "{err}");
    folder.does(&["review", "--as", "ben", "--reject", &keys[2]]);
    folder.does(&merge);
    folder.does(&["apply", "merged.jsonl"]);
    assert_eq!(folder.text("a.txt"), "They met on the pier.\nWe left for the harbour , and stayed.\nBoats lay by the the quay.\n");
}

#[test]
fn the_work_is_shared_out_without_a_gap() {
    let texts: Vec<String> = (0..40).map(|it| format!("They sold w{it}x w{it}x , and left for the the pier {it}.\n")).collect();
    let folder = folder(&[("a.txt", &texts.concat())]);
    let keys = |args: &[&str]| -> Vec<String> {
        let (_, out, err) = folder.told(&[&["review", "--list", "--format", "jsonl", "--select", "spacing/repeats"], args].concat());
        let key = |it: &str| serde_json::from_str::<serde_json::Value>(it).expect("it is JSON")["key"].as_str().map(str::to_owned);
        assert_eq!(err, "");
        out.lines().filter_map(key).collect()
    };
    let all = keys(&[]);
    let mut shares: Vec<String> = ["1/3", "2/3", "3/3"].iter().flat_map(|it| keys(&["--assign", it])).collect();
    assert_eq!(shares.len(), all.len(), "nothing falls to two");
    shares.sort();
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(shares, sorted);
    let overlapping: usize = ["1/3", "2/3", "3/3"].iter().map(|it| keys(&["--assign", it, "--overlap", "100%"]).len()).sum();
    assert_eq!(overlapping, 3 * all.len());
    assert_eq!(keys(&["--sample", "7"]).len(), 7.min(all.len()));
    assert_eq!(keys(&["--sample", "7", "--seed", "1"]), keys(&["--sample", "7", "--seed", "1"]));
}

impl Folder {
    /// The key of what is proposed of a word on a line of a.txt.
    fn decided_key(&self, line: u64, text: &str) -> String {
        let (_, out, _) = self.told(&["check", "--format", "jsonl", "a.txt"]);
        let mut findings = out.lines().map(|it| serde_json::from_str::<serde_json::Value>(it).expect("it is JSON"));
        let found = findings.find(|it| it["line"] == line && it["text"].as_str().is_some_and(|it| it.trim() == text));
        found.expect("it is found")["key"].as_str().expect("it has one").to_owned()
    }
}

#[test]
fn a_page_asks_only_what_nobody_has_decided() {
    let folder = folder(&[("a.txt", PIER)]);
    let page = |expect: &str| {
        let said = folder.does(&["review", "--html", "page.html", "a.txt"]);
        assert_eq!(said, format!("page.html: {expect}\n"));
    };
    page("4 proposals in 1 document");
    let keys: Vec<String> = (1..=3).map(|line| folder.decided_key(line, "the")).collect();
    folder.does(&["review", "--accept", &keys[0], "--reject", &keys[1]]);
    folder.does(&["review", "--as", "ben", "--edit", &format!("{}= a", keys[2])]);
    page("1 proposal in 1 document; 2 decided already");
}

#[test]
fn what_people_chose_to_decide_is_counted_by_rule() {
    let folder = folder(&[("a.txt", PIER)]);
    folder.does(&["sample", "a.txt", "--by", "family", "--per-rule", "1", "--documents", "0", "-o", "audit.jsonl"]);
    folder.does(&["review", "--accept-rule", "spacing/repeats", "--reject-rule", "spacing/punctuation"]);
    let counts = |args: &[&str]| -> Vec<(String, u64, u64)> {
        let (code, out, err) = folder.told(&[&["rules", "stats", "--format", "jsonl"], args].concat());
        assert_eq!((code, err.as_str()), (0, ""));
        let rules = out.lines().map(|it| serde_json::from_str::<serde_json::Value>(it).expect("it is JSON"));
        let count = |it: &serde_json::Value, what: &str| it[what].as_u64().expect("it is a number");
        rules.map(|it| (it["rule"].as_str().unwrap_or_default().to_owned(), count(&it, "accepted"), count(&it, "rejected"))).collect()
    };
    let repeats = "spacing/repeats/function-word".to_owned();
    assert_eq!(counts(&[]), [("spacing/punctuation/before-comma".to_owned(), 0, 1), (repeats.clone(), 3, 0)]);
    assert_eq!(counts(&["--without", "audit.jsonl"]), [(repeats, 2, 0)], "one of each family was drawn");
    assert!(folder.does(&["rules", "stats"]).contains("4 decisions, 3 of them accepted"));
}

#[test]
fn what_a_sample_says_of_rules_is_written_into_the_configuration() {
    let texts: Vec<String> = (0..60).map(|it| format!("On day {it} they met on the the pier , and stayed.\n")).collect();
    let folder = folder(&[("a.txt", &texts.concat())]);
    folder.write("unspin.toml", "# Ours.\nmin_confidence = 0.4\n\n[rule]\nspacing = { severity = \"info\" }\n");
    folder.does(&["sample", "a.txt", "--by", "family", "--per-rule", "50", "-o", "audit.jsonl"]);
    folder.does(&["review", "--accept-rule", "spacing/repeats", "--reject-rule", "spacing/punctuation", "audit.jsonl"]);
    let said = folder.does(&["audit", "audit.jsonl", "--write"]);
    assert!(said.contains("unspin.toml: 1 cut-off written"), "{said}");
    let expected =
        "# Ours.\nmin_confidence = 0.4\n\n[rule]\nspacing = { severity = \"info\" }\n\"spacing/punctuation\" = { min_confidence = 1.0 }\n";
    assert_eq!(folder.text("unspin.toml"), expected);
    folder.does(&["audit", "audit.jsonl", "--write"]);
    assert_eq!(folder.text("unspin.toml"), expected, "written twice");
    let (_, out, _) = folder.told(&["check", "--format", "jsonl", "a.txt"]);
    assert!(out.contains("spacing/repeats") && !out.contains("spacing/punctuation"), "{out}");
    folder.write("unspin.toml", "[rule.\"spacing/punctuation\"]\nmin_confidence = 0.1\n");
    let (code, _, err) = folder.told(&["audit", "audit.jsonl", "--write"]);
    assert!(code == 2 && err.contains("put the cut-offs there by hand"), "{err}");
}

/// How often programs are killed: more often by hand, with KILLS=50, than there is time for in each run of the tests. The moments are not
/// alike.
#[cfg(unix)]
fn kills(usual: u64) -> u64 {
    std::env::var("KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

#[cfg(unix)]
#[test]
fn no_file_is_half_written_when_apply_is_killed() {
    let texts: Vec<String> = (0..30).map(|it| format!("{}On day {it} they met.\n", PIER.repeat(1 + it % 3))).collect();
    let names: Vec<String> = (0..texts.len()).map(|it| format!("{it:02}.txt")).collect();
    let documents: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let folder = folder(&documents);
    folder.does(&["review", "--accept-rule", "spacing"]);
    folder.does(&["apply"]);
    let fixed: Vec<Vec<u8>> = names.iter().map(|it| folder.read(it)).collect();
    folder.does(&["revert", ".unspin/0001.jsonl"]);
    let mut seen = [0, 0];
    for round in 0..kills(20) {
        fs::remove_file(folder.path(".unspin/0001.jsonl")).ok();
        let mut child = folder.command(&["apply", "--jobs", "2"]).spawn().expect("it starts");
        // By what is written, not by the clock: a machine that is busy takes longer each time.
        let watched = usize::try_from(round).expect("few") % names.len();
        while watched > 0 && folder.read(&names[watched]) != fixed[watched] && child.try_wait().expect("it is ours").is_none() {}
        std::thread::sleep(Duration::from_micros(mixed(9, round) % 2_000));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        for ((name, text), fixed) in documents.iter().zip(&fixed) {
            let now = folder.read(name);
            assert!(now == text.as_bytes() || now == *fixed, "round {round}: {name} is half written: {}", now.escape_ascii());
            seen[usize::from(now == *fixed)] += 1;
        }
        if folder.path(".unspin/0001.jsonl").exists() {
            folder.unspin(&["revert", ".unspin/0001.jsonl"]);
        }
        for (name, text) in &documents {
            folder.holds(name, text);
        }
    }
    assert!(seen[0] > 0 && seen[1] > 0, "killed in the middle: {seen:?}");
    fs::remove_file(folder.path(".unspin/0001.jsonl")).ok();
    folder.does(&["apply"]);
    for (name, fixed) in names.iter().zip(&fixed) {
        folder.holds(name, fixed);
    }
}

// In a terminal

#[cfg(unix)]
mod in_a_terminal {
    use std::time::Duration;

    use rexpect::{
        process::Signal,
        session::{PtySession, spawn_command},
    };

    use super::*;

    /// A program in a terminal of its own, and what stands on the screen.
    struct Terminal {
        session: PtySession,
        screen: vt100::Parser,
    }

    impl Folder {
        fn terminal(&self, args: &str, rows: u16, columns: u16) -> Terminal {
            self.terminal_with(args, rows, columns, &[])
        }

        fn terminal_with(&self, args: &str, rows: u16, columns: u16, more: &[(&str, &str)]) -> Terminal {
            let mut command = self.command(&[]);
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(format!("stty rows {rows} cols {columns}; exec \"$UNSPIN\" {args}"));
            shell.current_dir(self.0.path()).env("UNSPIN", command.get_program()).env("TERM", "xterm-256color");
            for (name, value) in command.env("LC_ALL", "C.UTF-8").envs(more.iter().copied()).get_envs() {
                shell.env(name, value.unwrap_or_default());
            }
            let session = spawn_command(shell, Some(60_000)).expect("it starts");
            let [rows, columns] = [rows, columns].map(|it| it.try_into().expect("a window has some room"));
            Terminal { session, screen: vt100::Parser::new(rows, columns, 0) }
        }
    }

    impl Terminal {
        fn read(&mut self) {
            while let Some(it) = self.session.try_read() {
                self.draw(it);
            }
        }

        /// A byte for the screen: the reader hands bytes out as characters.
        fn draw(&mut self, byte: char) {
            self.screen.process(&[u8::try_from(byte).expect("it is a byte")]);
        }

        /// Waits until a text stands on the screen.
        #[track_caller]
        fn shows(&mut self, text: &str) {
            let start = Instant::now();
            loop {
                self.read();
                let contents = self.screen.screen().contents();
                if contents.contains(text) {
                    return;
                }
                assert!(start.elapsed() < Duration::from_mins(1), "{text:?} is not on the screen:\n{contents}");
                std::thread::sleep(Duration::from_millis(5));
            }
        }

        fn press(&mut self, keys: &str) {
            self.session.send(keys).and_then(|_| self.session.flush()).expect("it reads");
        }

        /// Waits until the program has ended.
        fn ends(&mut self) -> String {
            let rest = self.session.exp_eof().expect("it ends");
            rest.chars().for_each(|it| self.draw(it));
            rest
        }
    }

    #[test]
    fn a_review_by_keys_alone_is_applied_exactly_and_taken_back() {
        let spun = article("004_a2fe9243e21dc331.txt");
        let translated = article("002_ec4d5b4a5ea04976.txt");
        let documents = [("a.txt", PIER), ("b.txt", spun.as_str()), ("c.txt", translated.as_str()), ("d.txt", PIER)];
        let folder = folder(&documents);
        let cleaner = Cleaner::new();
        let checked: Vec<_> = documents.iter().map(|(_, text)| cleaner.check(text)).collect();
        let origins: Vec<_> = documents.iter().map(|(name, _)| Origin::file(*name)).collect();
        let reports: Vec<_> = origins.iter().zip(&checked).map(|(origin, checked)| Report::new(origin, checked)).collect();
        let found: Vec<_> = reports.iter().flat_map(|it| proposals(it, &Decisions::default())).collect();

        // Half is accepted, some edited, one change accepted everywhere: keys, and what they are to do.
        let mut keys = String::new();
        let mut decided: BTreeMap<&str, (Choice, Option<String>)> = BTreeMap::new();
        let mut cards: Vec<Vec<&Decision>> = Vec::new();
        for it in found.iter().map(|it| &it.open) {
            match cards.iter_mut().find(|card| (&card[0].text, &card[0].proposed) == (&it.text, &it.proposed)) {
                Some(card) => card.push(it),
                None => cards.push(vec![it]),
            }
        }
        for (number, card) in cards.iter().enumerate() {
            for (index, it) in card.iter().enumerate() {
                let everywhere = number == 0;
                let (key, choice) = match number % 4 {
                    _ if everywhere => (if index == 0 { "A".to_owned() } else { String::new() }, (Choice::Accepted, it.proposed.clone())),
                    0 | 2 => ("a".to_owned(), (Choice::Accepted, it.proposed.clone())),
                    1 => ("r".to_owned(), (Choice::Rejected, None)),
                    _ => (format!("e\u{15}W{number}\r"), (Choice::Edited, Some(format!("W{number}")))),
                };
                keys += &key;
                decided.insert(&it.key, choice);
            }
        }
        let mut terminal = folder.terminal("review --as anna .", 24, 80);
        terminal.shows("a accept");
        terminal.shows("place 1 of 6: 3 in this document, 6 in all");
        terminal.press(&keys);
        terminal.shows("all is decided");
        terminal.press("q");
        let said = terminal.ends();
        assert!(said.contains("unspin apply"), "{said}");

        let expected = |at: usize| {
            let text = documents[at].1;
            let mut edits: Vec<Edit> = Vec::new();
            for entry in reports[at].standing().filter(|it| it.finding.fix.is_some()) {
                match &decided[entry.key.as_str()] {
                    (Choice::Accepted, _) => edits.extend(entry.finding.fix.iter().flat_map(|it| it.edits.clone())),
                    (Choice::Edited, Some(word)) => edits.push(Edit::new(place(entry.finding), word.as_str())),
                    _ => {}
                }
            }
            edits.sort_by_key(|it| std::cmp::Reverse(it.span));
            edits.iter().fold(text.to_owned(), |mut text, it| {
                text.replace_range(it.span.range(), &it.replacement);
                text
            })
        };
        folder.does(&["apply"]);
        for (at, (name, _)) in documents.iter().enumerate() {
            assert_eq!(folder.text(name), expected(at), "{name}");
        }
        assert!(folder.text("b.txt") != spun && folder.text("b.txt").contains("W3"));
        let rejected = found.iter().filter(|it| decided[it.open.key.as_str()].0 == Choice::Rejected).map(|it| &it.open);
        let (_, out, _) = folder.told(&["check", "--format", "jsonl", "."]);
        for it in rejected {
            let again = out.lines().map(|it| serde_json::from_str::<serde_json::Value>(it).expect("it is JSON")).find(|now| {
                let proposes = now["edits"]
                    .as_array()
                    .is_some_and(|edits| edits.iter().any(|edit| edit["replacement"].as_str() == it.proposed.as_deref()));
                now["file"] == it.file && now["text"] == it.text && proposes
            });
            assert_eq!(again, None, "rejected, and proposed again");
        }
        folder.does(&["revert", ".unspin/0001.jsonl"]);
        for (name, text) in documents {
            assert_eq!(folder.text(name), text, "{name}");
        }
    }

    /// So many places there are to be decided until all rounds are over.
    const PLACES: usize = 900;

    #[test]
    fn no_decision_is_lost_when_the_program_is_killed() {
        let text: String = (0..PLACES).map(|it| format!("On day {it} they met on the the pier.\n")).collect();
        let folder = folder(&[("a.txt", &text)]);
        let file = ".unspin/decisions/anna.jsonl";
        let mut kept = 0;
        for round in 0..kills(10) {
            let mut terminal = folder.terminal("review --as anna .", 24, 80);
            terminal.shows(&format!("{kept} of {PLACES} places decided"));
            let moment = Instant::now() + Duration::from_micros(mixed(7, round) >> 48);
            while Instant::now() < moment {
                terminal.press("arsa");
                std::thread::sleep(Duration::from_micros(mixed(8, round) >> 53));
            }
            terminal.read();
            let shown = terminal.screen.screen().contents();
            terminal.session.process_mut().kill(Signal::SIGKILL).expect("it can be killed");
            let words: Vec<&str> = shown.split_whitespace().collect();
            let told =
                words.windows(4).find(|it| it[1..] == ["of", &PLACES.to_string(), "places"]).and_then(|it| it[0].parse::<usize>().ok());
            let (_, out, _) = folder.told(&["review", "--as", "anna", "--list", "--format", "jsonl"]);
            let decided = out.lines().filter(|it| !it.contains("\"decision\":\"open\"")).count();
            assert!(Some(decided) >= told, "{decided} are kept, {told:?} were shown");
            assert!(decided >= kept, "what was kept before is kept");
            kept = decided;
        }
        assert!(kept > 0 && folder.decisions(file).len() >= kept);
        assert_eq!(folder.text("a.txt"), text);
    }

    #[test]
    fn a_sample_is_gone_through_by_keys_and_audited() {
        let folder = folder(&[("a.txt", PIER), ("calm.txt", "Nothing is wrong here, and nobody says so.\n")]);
        folder.does(&["sample", ".", "--by", "family", "--per-rule", "2", "-o", "audit.jsonl"]);
        let mut terminal = folder.terminal("review --as anna audit.jsonl", 24, 80);
        terminal.shows("0 of 4 places decided");
        terminal.press("ara");
        terminal.shows("was anything missed in this document?");
        terminal.shows("Nothing is wrong here");
        terminal.press("e");
        terminal.shows("a: nothing was missed, r: something was");
        terminal.press("r");
        terminal.shows("all is decided");
        terminal.press("ua");
        terminal.shows("3 accepted, 1 rejected");
        terminal.press("q");
        terminal.ends();
        let (_, out, _) = folder.told(&["audit", "audit.jsonl", "--format", "json"]);
        let audit: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
        let seen: Vec<u64> = audit["rules"].as_array().into_iter().flatten().filter_map(|it| it["seen"].as_u64()).collect();
        assert_eq!((seen.iter().sum::<u64>(), &audit["silent_seen"], &audit["silent_missed"]), (3, &1.into(), &0.into()), "{audit}");
        // What was said of a whole document is nothing to apply.
        folder.does(&["apply", "--dry-run"]);
    }

    #[test]
    fn a_review_begins_before_all_is_read() {
        let folder = folder(&[("a.txt", PIER), ("damaged.txt.gz", "\u{1f}\u{8b}")]);
        folder.write("damaged.txt.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
        assert!(Command::new("mkfifo").arg(folder.path("late.txt")).status().expect("there is such a program").success());
        let mut terminal = folder.terminal("review --as anna a.txt late.txt damaged.txt.gz", 24, 80);
        terminal.shows("0 of 4+ places decided");
        terminal.shows("place 1 of 3: 3 in this document, 3+ in all");
        terminal.press("Ar");
        terminal.shows("4 of 4+ places decided: 3 accepted, 1 rejected");
        // Whoever waited goes on with what came; what was decided everywhere is decided there as well.
        folder.write("late.txt", PIER.replace("stayed", "slept"));
        terminal.shows("7 of 8 places decided: 6 accepted, 1 rejected");
        terminal.shows("late.txt:2:");
        assert!(!terminal.screen.screen().contents().contains("unspin:"), "nothing is written over the card");
        terminal.press("uq");
        let said = terminal.ends();
        let (_, after) = said.split_once("\u{1b}[?1049l").expect("the screen is given back");
        assert!(after.contains("unspin: damaged.txt.gz: "), "{after}");
        assert!(after.contains("6 of 8 places decided: 6 accepted, 0 rejected"), "{after}");
    }

    #[test]
    fn a_reviewer_may_leave_before_all_is_read() {
        let texts: Vec<String> = (0..400).map(|it| format!("{PIER}On day {it} they met.\n")).collect();
        let names: Vec<String> = (0..texts.len()).map(|it| format!("{it:03}.txt")).collect();
        let documents: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let folder = folder(&documents);
        for args in ["review --as anna .", "review --as anna --order count .", "review --as anna --budget 1 ."] {
            let mut terminal = folder.terminal(args, 24, 80);
            terminal.shows("a accept");
            terminal.press("q");
            assert!(terminal.ends().contains("0 accepted"), "{args}");
        }
        let mut terminal = folder.terminal("review --as anna --order count .", 24, 80);
        terminal.shows("change 1 of 2 · 0 of 1600 places decided");
        terminal.press("q");
        terminal.ends();
    }

    /// What a person sees of a command.
    fn paged(folder: &Folder, pager: &str, command: &str) -> String {
        folder.terminal_with(command, 24, 80, &[("PAGER", pager)]).ends()
    }

    #[test]
    fn what_is_long_goes_through_a_pager_where_a_person_reads() {
        let folder = folder(&[("a.txt", PIER)]);
        folder.write("pager", "#!/bin/sh\nsed 's/^/| /'\n");
        fs::set_permissions(folder.path("pager"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("the file is ours");
        for command in ["diff a.txt", "review --list a.txt"] {
            let shown = paged(&folder, "./pager", command);
            assert!(
                shown.contains("spacing/repeats") != (command == "diff a.txt")
                    && shown.lines().all(|it| it.starts_with("| ") || it.trim().is_empty()),
                "{shown}"
            );
            assert!(!paged(&folder, "./pager", &format!("{command} --no-pager")).contains("| "));
            assert!(paged(&folder, "head -n1", command).lines().count() <= 1, "a reader who leaves early");
            assert!(paged(&folder, "no-such-program", command).contains("the"), "a pager that is not there");
        }
    }

    #[test]
    fn a_review_is_left_by_ctrl_c_or_a_signal_and_the_terminal_is_as_before() {
        let folder = folder(&[("a.txt", PIER)]);
        for (end, shown) in [("\u{3}", "1 accepted"), ("", "2 accepted")] {
            let mut terminal = folder.terminal("review --as anna .", 24, 80);
            terminal.shows("a accept");
            assert!(terminal.screen.screen().alternate_screen());
            terminal.press("a");
            terminal.shows(shown);
            match end {
                "" => terminal.session.process_mut().signal(Signal::SIGTERM).expect("it runs"),
                keys => terminal.press(keys),
            }
            terminal.ends();
            assert!(!terminal.screen.screen().alternate_screen(), "the screen is not given back after {end:?}");
            assert!(!terminal.screen.screen().hide_cursor(), "the cursor is not given back after {end:?}");
        }
        assert_eq!(folder.decisions(".unspin/decisions/anna.jsonl").len(), 2);
    }

    #[test]
    fn a_card_can_be_read_in_any_window() {
        let hostile = "They wrote \u{1b}[2J\u{202e}abc 日本語 e\u{301} on the the pier.\n";
        let folder = folder(&[("a.txt", hostile)]);
        for (rows, columns) in [(24, 80), (50, 200), (10, 40), (3, 20), (1, 1), (2, 5)] {
            let mut terminal = folder.terminal("review --as anna --select spacing .", rows, columns);
            if columns >= 40 {
                terminal.shows("[- the-]");
                assert!(terminal.screen.screen().contents().contains("日本語"), "{}", terminal.screen.screen().contents());
            }
            std::thread::sleep(Duration::from_millis(300));
            terminal.press("?xq");
            terminal.ends();
        }
    }
}
