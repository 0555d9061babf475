//! What a run does to files: modes, links, encodings, pipes, diffs that other programs take, and the way back.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]

use std::{
    fs,
    io::Read as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::common::{Folder, run, unspin};

fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Says why a part of a test was left out.
#[expect(clippy::print_stderr, reason = "whoever reads the log of the tests should know")]
fn left_out(what: &str) {
    eprintln!("left out: {what}");
}

const DIRTY: &str = "They met on the the pier.\n";
const CLEANED: &str = "They met on the pier.\n";

fn good_rules() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/good").display().to_string()
}

// Writing

#[cfg(unix)]
#[test]
fn a_fixed_file_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    for mode in [0o751, 0o600, 0o664] {
        let folder = Folder::holding("a.txt", DIRTY);
        fs::set_permissions(folder.path("a.txt"), fs::Permissions::from_mode(mode)).expect("the file is ours");
        folder.unspin(&["fix", "a.txt"]).exits(0);
        folder.holds("a.txt", CLEANED);
        let now = fs::metadata(folder.path("a.txt")).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(format!("{now:o}"), format!("{mode:o}"));
        folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
        let now = fs::metadata(folder.path("a.txt")).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(format!("{now:o}"), format!("{mode:o}"), "after the way back");
    }
}

#[cfg(unix)]
#[test]
fn a_fixed_file_keeps_its_owner() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = Folder::holding("a.txt", DIRTY);
    if std::os::unix::fs::chown(folder.path("a.txt"), Some(7), Some(8)).is_err() {
        return left_out("this user may give no file away");
    }
    folder.unspin(&["fix", "a.txt"]).exits(0);
    folder.holds("a.txt", CLEANED);
    let now = fs::metadata(folder.path("a.txt")).expect("it is there");
    assert_eq!((now.uid(), now.gid()), (7, 8));
}

#[cfg(unix)]
#[test]
fn a_copy_is_for_those_who_may_read_the_original() {
    use std::os::unix::fs::PermissionsExt as _;
    for (mode, expect) in [(0o600, 0o600), (0o666, 0o640), (0o444, 0o640)] {
        let folder = Folder::holding("a.txt", DIRTY);
        fs::set_permissions(folder.path("a.txt"), fs::Permissions::from_mode(mode)).expect("the file is ours");
        let run = format!("umask 027; exec '{}' fix --out clean a.txt", env!("CARGO_BIN_EXE_unspin"));
        for _ in 0..2 {
            folder.tool(&["sh", "-c", &run], b"").exits(0);
        }
        folder.holds("clean/a.txt", CLEANED);
        let now = fs::metadata(folder.path("clean/a.txt")).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(format!("{now:o}"), format!("{expect:o}"), "from {mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn another_name_of_a_fixed_file_keeps_the_old_text() {
    let folder = Folder::holding("a.txt", DIRTY);
    fs::hard_link(folder.path("a.txt"), folder.path("b.txt")).expect("the folder is ours");
    folder.unspin(&["fix", "a.txt"]).exits(0);
    folder.holds("a.txt", CLEANED);
    folder.holds("b.txt", DIRTY);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced_and_not_waited_for() {
    let folder = Folder::holding("b.txt", DIRTY);
    if folder.tool(&["mkfifo", "a.txt"], b"").code != Some(0) {
        return left_out("the system has no named pipes");
    }
    assert!(folder.unspin(&["check", "."]).exits(1).out().ends_with("1 document: 1 finding; 1 can be fixed, 1 of them safely\n"));
    let fix = format!("cat b.txt > a.txt & exec '{}' fix a.txt", env!("CARGO_BIN_EXE_unspin"));
    let run = folder.tool(&["sh", "-c", &fix], b"").exits(2);
    assert_eq!(run.err, "unspin: a.txt: cannot write a.txt: not a file that can be replaced\n");
    assert!(!folder.path(".unspin").exists());
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays_a_link() {
    let folder = Folder::holding("texts/real.txt", DIRTY);
    std::os::unix::fs::symlink("texts/real.txt", folder.path("link.txt")).expect("the folder is ours");
    folder.unspin(&["fix", "link.txt"]).exits(0);
    folder.holds("texts/real.txt", CLEANED);
    assert!(folder.path("link.txt").is_symlink());
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    folder.holds("texts/real.txt", DIRTY);
    assert!(folder.path("link.txt").is_symlink());
}

#[test]
fn no_draft_is_left_beside_a_fixed_file() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.unspin(&["fix", "."]).exits(0);
    let mut names: Vec<_> = fs::read_dir(folder.path(".")).expect("it is ours").map(|it| it.expect("it is listed").file_name()).collect();
    names.sort();
    assert_eq!(names, [".unspin", "a.txt"]);
}

#[test]
fn a_file_without_findings_is_not_written() {
    let folder = Folder::holding("a.txt", CLEANED);
    let before = fs::metadata(folder.path("a.txt")).expect("it is there").modified().expect("the system keeps it");
    folder.unspin(&["fix", "--unsafe", "."]).exits(0);
    let after = fs::metadata(folder.path("a.txt")).expect("it is there").modified().expect("the system keeps it");
    assert_eq!(before, after);
    assert!(!folder.path(".unspin").exists(), "nor a ledger");
}

#[test]
fn a_read_only_file_is_named_and_left_alone_and_the_others_are_fixed() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.write("b.txt", DIRTY);
    let mut permissions = fs::metadata(folder.path("a.txt")).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path("a.txt"), permissions).expect("the file is ours");
    let run = folder.unspin(&["fix", "."]).exits(2);
    assert!(run.err.contains("a.txt: ") && !run.err.contains("b.txt"), "{}", run.err);
    folder.holds("a.txt", DIRTY);
    folder.holds("b.txt", CLEANED);
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    folder.holds("b.txt", DIRTY);
}

#[test]
fn without_a_ledger_nothing_is_changed() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.write(".unspin", "a file where the folder of the ledgers would be");
    let run = folder.unspin(&["fix", "a.txt"]).exits(2);
    assert!(run.err.contains("ledger"), "{}", run.err);
    folder.holds("a.txt", DIRTY);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_half_written_file_and_can_be_taken_back() {
    let folder = Folder::new();
    let names: Vec<String> = (0..400).map(|number| format!("texts/{number}.txt")).collect();
    for name in &names {
        folder.write(name, DIRTY);
    }
    let mut child = unspin(folder.0.path()).args(["fix", "texts"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let begun = || fs::metadata(folder.path(".unspin/0001.jsonl")).is_ok_and(|it| it.len() > 1_000);
    while !begun() && child.try_wait().expect("it is ours").is_none() {
        std::thread::yield_now();
    }
    folder.tool(&["sh", "-c", &format!("kill -INT {}", child.id())], b"");
    let done = child.wait_with_output().expect("it ends");
    let err = String::from_utf8_lossy(&done.stderr).into_owned();
    // A quick machine is done before the signal comes, and who started the tests may have chosen to ignore it.
    let ended = [(Some(0), ""), (Some(2), "unspin: interrupted; to take it back: unspin revert .unspin/0001.jsonl\n")];
    assert!(ended.contains(&(done.status.code(), &err)), "{:?}: {err}", done.status);
    assert_eq!(fs::read_dir(folder.path("texts")).expect("it is ours").count(), names.len(), "a draft was left");
    assert!(names.iter().map(|it| folder.read(it)).all(|it| it == DIRTY.as_bytes() || it == CLEANED.as_bytes()));
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    for name in &names {
        folder.holds(name, DIRTY);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_ledger_has_no_room_for_is_left_alone() {
    let folder = Folder::new();
    let names: Vec<String> = (10..30).map(|number| format!("{number}.txt")).collect();
    for name in &names {
        folder.write(name, DIRTY);
    }
    // No file may grow beyond a few of the shell's blocks; a signal would say so first.
    let limited = format!("trap '' XFSZ; ulimit -f 4; exec '{}' fix .", env!("CARGO_BIN_EXE_unspin"));
    let run = folder.tool(&["sh", "-c", &limited], b"").exits(2);
    assert!(run.err.contains(".unspin/0001.jsonl cannot be written"), "{}", run.err);
    let changed = names.iter().filter(|it| folder.read(it) == CLEANED.as_bytes()).count();
    assert!((1..names.len()).contains(&changed), "{changed} of {}", names.len());
    let run = folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    assert!(run.err.starts_with(&format!("{changed} file")), "{}", run.err);
    for name in &names {
        folder.holds(name, DIRTY);
    }
}

#[test]
fn a_ledger_whose_last_line_is_cut_short_takes_back_the_others() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.write("b.txt", DIRTY);
    folder.unspin(&["fix", "."]).exits(0);
    let ledger = folder.read(".unspin/0001.jsonl");
    folder.write(".unspin/0001.jsonl", &ledger[..ledger.len() - 9]);
    let run = folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(2);
    assert!(run.err.contains(".unspin/0001.jsonl, line 3: cut short"), "{}", run.err);
    folder.holds("a.txt", DIRTY);
    folder.holds("b.txt", CLEANED);
}

// Reading

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_checked() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::holding("a.txt", DIRTY);
    folder.write("b.txt", DIRTY);
    fs::set_permissions(folder.path("a.txt"), fs::Permissions::from_mode(0o000)).expect("the file is ours");
    if fs::read(folder.path("a.txt")).is_ok() {
        return left_out("this user may read every file");
    }
    let run = folder.unspin(&["check", "."]).exits(2);
    assert_eq!(run.err, "unspin: a.txt: permission denied\n");
    assert!(run.out().contains("b.txt"), "{}", run.out());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_named_and_the_run_fails() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::holding("closed/a.txt", DIRTY);
    folder.write("b.txt", CLEANED);
    fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(0o000)).expect("the folder is ours");
    let open = fs::read_dir(folder.path("closed")).is_ok();
    let run = folder.unspin(&["check", "."]);
    fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(0o700)).expect("the folder is ours");
    if open {
        return left_out("this user may read every folder");
    }
    assert!(run.clone().exits(2).err.contains("closed"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_named_and_the_others_are_checked() {
    let folder = Folder::holding("b.txt", DIRTY);
    std::os::unix::fs::symlink("gone.txt", folder.path("a.txt")).expect("the folder is ours");
    let run = folder.unspin(&["check", "."]).exits(2);
    assert!(run.err.contains("a.txt") && run.out().contains("b.txt"), "{run:?}");
}

#[test]
fn a_binary_file_is_passed_over_in_a_folder_and_read_when_it_is_named() {
    let folder = Folder::holding("a.txt", b"\0\x01They met on the the pier.\n");
    folder.write("b.txt", CLEANED);
    let run = folder.unspin(&["check", "."]).exits(0);
    assert!(run.out().starts_with("1 document:") && run.err.is_empty(), "{run:?}");
    folder.unspin(&["fix", "--out", "clean", "."]).exits(0);
    assert!(!folder.path("clean/a.txt").exists());
    let run = folder.unspin(&["check", "a.txt"]).exits(1);
    assert!(run.err.contains("a.txt"), "it says that it is a strange text: {}", run.err);
    folder.unspin(&["fix", "a.txt"]).exits(0);
    folder.holds("a.txt", b"They met on the pier.\n");
}

#[test]
fn what_git_ignores_and_what_is_hidden_is_passed_over() {
    let folder = Folder::holding("a.txt", CLEANED);
    folder.write(".hidden/b.txt", DIRTY);
    folder.write(".c.txt", DIRTY);
    folder.write("scratch/d.txt", DIRTY);
    folder.write(".gitignore", "scratch\n");
    folder.tool(&["git", "init", "--quiet", "."], b"").exits(0);
    folder.unspin(&["check", "."]).exits(0);
    folder.unspin(&["check", "scratch/d.txt"]).exits(1);
}

#[test]
fn a_finding_is_called_the_same_however_the_path_was_spelt() {
    let folder = Folder::holding("deep/a.txt", DIRTY);
    let check = |path: &str| folder.unspin(&["check", "--format", "jsonl", path]).exits(1).out();
    let usual = check("deep/a.txt");
    assert!(usual.contains(r#""file":"deep/a.txt""#), "{usual}");
    for path in [".", "./", "./deep", "deep/", "deep/.", "./deep/a.txt", "././deep//a.txt", "deep/./a.txt", "deep/*.txt", "./d*/a.txt"] {
        assert_eq!(check(path), usual, "{path}");
    }
}

// Encodings

fn utf16(text: &str, spell: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{FEFF}{text}").encode_utf16().flat_map(spell).collect()
}

/// A text in every shape that files come in: its name, and its bytes with something in the place of each `{}`.
fn shapes(inside: &str) -> Vec<(&'static str, Vec<u8>)> {
    let fill = |text: &str| text.replace("{}", inside).into_bytes();
    let wide = "They met on {} pier.\r\n\u{1F6A2} and é, on {} quay\r\nat dawn".replace("{}", inside);
    vec![
        ("lf", fill("They met on {} pier.\n\nOn {} quay.\n")),
        ("crlf", fill("They met on {} pier.\r\n\r\nOn {} quay.\r\n")),
        ("mixed line ends", fill("They met on {} pier.\r\nOn {} quay.\nAt dawn.\r\n\n\n\r\n")),
        ("carriage returns", fill("They met on {} pier.\rOn {} quay.\r")),
        ("byte order mark", fill("\u{FEFF}They met on {} pier.\nOn {} quay.\n")),
        ("no line end", fill("They met.\nOn {} quay")),
        ("tabs", fill("\tThey met\ton {} pier.\t\n \t \nOn\t {} quay. \n")),
        ("zero bytes", fill("They met\0 on {} pier.\n\0\nOn {} quay.\0")),
        ("odd spaces", fill("\u{A0}They met on {} pier.\u{2028}On {} quay.\u{85}\u{B}\u{C}\u{200B}At dawn.\u{3000}\n")),
        (
            "broken utf-8",
            [
                b"\xFFThey met\xE2\x80 on ".to_vec(),
                inside.into(),
                b" pier.\xC3\n\xF0\x9F on ".to_vec(),
                inside.into(),
                b" quay \x80\n".to_vec(),
            ]
            .concat(),
        ),
        ("latin-1", [b"The caf\xE9 on ".to_vec(), inside.into(), b" pier is \x93open\x94.\n".to_vec()].concat()),
        ("utf-16, low byte first", utf16(&wide, u16::to_le_bytes)),
        ("utf-16, high byte first", utf16(&wide, u16::to_be_bytes)),
    ]
}

/// The shapes are about bytes that stay, odd ones too: what is repaired in them is not asked here.
const BYTES: &str = "--ignore=encoding,unicode";

/// The shapes as files of a folder, with their names there.
fn shaped(inside: &str) -> (Folder, Vec<String>) {
    let folder = Folder::new();
    let named = |(shape, bytes): (&str, Vec<u8>)| {
        let name = format!("{shape}.txt");
        folder.write(&name, bytes);
        name
    };
    let names = shapes(inside).into_iter().map(named).collect();
    (folder, names)
}

#[test]
fn a_text_without_findings_comes_out_byte_for_byte() {
    let (folder, names) = shaped("the");
    let run = |args: &[&str]| folder.unspin(&args.iter().copied().chain(names.iter().map(String::as_str)).collect::<Vec<_>>());
    assert_eq!(run(&["check", "--quiet", BYTES]).exits(0).out(), "");
    assert_eq!(run(&["diff", BYTES]).exits(0).out(), "");
    run(&["fix", "--unsafe", BYTES]).exits(0);
    run(&["fix", "--unsafe", "--out", "clean", BYTES]).exits(0);
    for ((shape, bytes), name) in shapes("the").iter().zip(&names) {
        folder.holds(name, bytes);
        folder.holds(Path::new("clean").join(name), bytes);
        let piped = folder.unspin_with(&["fix", "--unsafe", BYTES, "-"], bytes).exits(0);
        assert!(piped.out == *bytes, "{shape}: through a pipe");
    }
}

#[test]
fn a_text_with_findings_changes_there_and_nowhere_else_and_can_be_taken_back() {
    let (folder, names) = shaped("the the");
    let run = |args: &[&str]| folder.unspin(&args.iter().copied().chain(names.iter().map(String::as_str)).collect::<Vec<_>>());
    run(&["check", BYTES]).exits(1);
    run(&["fix", BYTES]).exits(0);
    for ((_, after), name) in shapes("the").iter().zip(&names) {
        folder.holds(name, after);
    }
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    for (((shape, bytes), (_, after)), name) in shapes("the the").iter().zip(&shapes("the")).zip(&names) {
        folder.holds(name, bytes);
        let piped = folder.unspin_with(&["fix", BYTES, "-"], bytes).exits(0);
        assert!(piped.out == *after, "{shape}: through a pipe");
    }
}

#[test]
fn an_empty_file_is_a_clean_text() {
    for bytes in ["", "\n", " \r\n\t", "\u{FEFF}"] {
        let folder = Folder::holding("a.txt", bytes);
        folder.unspin(&["check", "a.txt"]).exits(0);
        folder.unspin(&["fix", "--unsafe", "a.txt"]).exits(0);
        folder.holds("a.txt", bytes);
        assert_eq!(folder.unspin(&["diff", "a.txt"]).exits(0).out(), "");
        assert!(folder.unspin(&["score", "a.txt"]).exits(0).out().starts_with("unassessed"));
        assert_eq!(folder.unspin_with(&["fix", "-"], bytes.as_bytes()).exits(0).out(), bytes);
    }
}

#[test]
fn a_line_of_twenty_megabytes_is_a_text_like_any_other() {
    let line = "It rained on the pier, and they left for the town. ".repeat(400_000);
    assert!(line.len() > 20_000_000);
    let folder = Folder::holding("a.txt", format!("{line}They met on the the quay."));
    folder.unspin(&["fix", "a.txt"]).exits(0);
    assert!(folder.read("a.txt") == format!("{line}They met on the quay.").into_bytes());
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    assert!(folder.read("a.txt").ends_with(b"They met on the the quay."));
}

// Terminals and pipes

#[test]
fn a_text_cannot_steer_the_terminal() {
    let evil = "Odd\u{1B}[2J\u{1B}]0;title\u{7} \u{9B}31m\u{202E} the\u{8} and\u{7F} words on the the pier , he said.\n";
    let name = if cfg!(unix) { "a\u{1B}[2J\u{9B}b\nc.txt" } else { "a.txt" };
    let folder = Folder::holding(name, evil);
    let rules = good_rules();
    for args in [
        &["check"][..],
        &["check", "--rules", &rules, "--assume", "spun"],
        &["diff", "--word"],
        &["fix", "--dry-run", "--unsafe"],
        &["score"],
        &["score", "--assume", "spun"],
        &["check", "no\u{1B}[2Jwhere"],
        &["check", "no\u{1B}[2Jwhere*"],
        &["check", "--select", "no\u{1B}[2Jrule"],
        &["explain", "no\u{1B}[2Jrule"],
        &["revert", "no\u{1B}[2Jledger"],
        &["fix", "."],
    ] {
        let run = folder.unspin(args);
        let steering = |it: char| it.is_control() && it != '\n' || ('\u{202A}'..='\u{202E}').contains(&it);
        let (out, err) = (run.out(), &run.err);
        assert!(!out.contains(steering) && !err.contains(steering), "{args:?} prints\n{}\n{}", out.escape_debug(), err.escape_debug());
        assert!(!out.contains("b\nc.txt") && !err.contains("b\nc.txt"), "{args:?} breaks a line in a name\n{out}\n{err}");
    }
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    // More than pipes and buffers hold.
    let folder = Folder::holding("a.txt", DIRTY.repeat(8_000));
    for number in 0..300 {
        folder.write(format!("many/{number}-{}.txt", "name".repeat(50)), DIRTY);
    }
    for args in [
        &["check", "a.txt"][..],
        &["check", "--format", "json", "a.txt"],
        &["check", "--format", "jsonl", "a.txt"],
        &["check", "many"],
        &["diff", "a.txt"],
        &["diff", "--word", "a.txt"],
        &["fix", "-"],
        &["score", "many"],
        &["score", "--format", "json", "many"],
        &["rules", "list"],
        &["rules", "list", "--format", "json"],
    ] {
        let mut command = unspin(folder.0.path());
        let stdin = if args.contains(&"-") { fs::File::open(folder.path("a.txt")).expect("it is there").into() } else { Stdio::null() };
        let mut child = command.args(args).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut reader = child.stdout.take().expect("it is piped");
        reader.read_exact(&mut [0]).expect("it prints something");
        drop(reader);
        let done = child.wait_with_output().expect("it ends");
        let err = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!((done.status.code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let folder = Folder::holding("a.txt", DIRTY);
    for args in [&["check", "a.txt"][..], &["diff", "a.txt"], &["fix", "-"], &["score", "a.txt"], &["rules", "list", "structure"]] {
        let full = fs::File::create("/dev/full").expect("the system has it");
        let stdin = if args.contains(&"-") { fs::File::open(folder.path("a.txt")).expect("it is there").into() } else { Stdio::null() };
        let done = unspin(folder.0.path()).args(args).stdin(stdin).stdout(full).output().expect("it runs");
        let err = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{args:?}: {err}");
        assert!(err.lines().any(|it| it.starts_with("unspin: ")) && !err.contains("panicked"), "{args:?}: {err}");
    }
}

// Diffs

/// Expects that `git apply` and `patch` make of the files what `fix --unsafe` makes of them.
#[track_caller]
fn check_diff(files: &[(&str, &[u8])]) {
    assert!(has("git"), "git must be there to test what it takes");
    let fresh = || {
        let folder = Folder::new();
        for (name, bytes) in files {
            folder.write(name, bytes);
        }
        folder
    };
    let same = |folder: &Folder, fixed: &Folder| files.iter().for_each(|(name, _)| folder.holds(name, fixed.read(name)));
    let names = files.iter().map(|(name, _)| *name);
    let fixed = fresh();
    fixed.unspin(&["fix", "--unsafe"].into_iter().chain(names.clone()).collect::<Vec<_>>()).exits(0);
    let folder = fresh();
    let diff = folder.unspin(&["diff"].into_iter().chain(names).collect::<Vec<_>>()).exits(0).out;
    assert!(!diff.is_empty(), "the test is about differences");
    folder.tool(&["git", "apply", "--check", "-"], &diff).exits(0);
    folder.tool(&["git", "apply", "-"], &diff).exits(0);
    same(&folder, &fixed);
    if !has("patch") {
        return left_out("patch is not installed");
    }
    let folder = fresh();
    // Line ends are part of the text: `--binary` keeps patch from guessing at them.
    folder.tool(&["patch", "-p1", "--binary", "--batch", "--dry-run"], &diff).exits(0);
    folder.tool(&["patch", "-p1", "--binary", "--batch"], &diff).exits(0);
    same(&folder, &fixed);
}

fn shape(name: &str) -> Vec<u8> {
    shapes("the the").into_iter().find(|it| it.0 == name).expect("there is such a shape").1
}

#[test]
fn git_and_patch_take_the_diff_of_usual_files() {
    let long = format!("{}They met on the the pier.\n{}On the the quay .\nEnd", "A line.\n".repeat(20), "Another line.\n".repeat(20));
    let one_line = "It rained on the pier. They met on the the quay. ".repeat(200);
    check_diff(&[
        ("a.txt", DIRTY.as_bytes()),
        ("deep/er/b.md", long.as_bytes()),
        ("c.txt", CLEANED.as_bytes()),
        ("d.txt", one_line.as_bytes()),
    ]);
}

#[test]
fn git_and_patch_take_the_diff_of_every_utf8_shape() {
    let names = ["lf", "crlf", "mixed line ends", "byte order mark", "no line end", "tabs", "odd spaces", "zero bytes"];
    let files: Vec<(String, Vec<u8>)> = (0..).zip(names).map(|(number, it): (u32, _)| (format!("{number}.txt"), shape(it))).collect();
    check_diff(&files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>());
}

#[test]
fn git_and_patch_take_the_diff_of_lone_carriage_returns() {
    check_diff(&[("a.txt", &shape("carriage returns"))]);
}

#[test]
fn git_and_patch_take_the_diff_of_broken_utf8() {
    check_diff(&[("a.txt", &shape("broken utf-8")), ("b.txt", &shape("latin-1"))]);
}

#[test]
fn git_and_patch_take_the_diff_of_utf16() {
    check_diff(&[("a.txt", &shape("utf-16, low byte first")), ("b.txt", &shape("utf-16, high byte first"))]);
}

#[test]
fn git_and_patch_take_the_diff_of_names_with_spaces() {
    check_diff(&[("two words.txt", DIRTY.as_bytes()), ("a folder/b c.txt", DIRTY.as_bytes())]);
}

#[test]
fn git_and_patch_take_the_diff_of_names_in_any_letters() {
    check_diff(&[("straße-пирс.txt", DIRTY.as_bytes())]);
}

#[cfg(unix)]
#[test]
fn git_and_patch_take_the_diff_of_names_with_quotes_and_tabs() {
    check_diff(&[("a\"b.txt", DIRTY.as_bytes()), ("a\tb.txt", DIRTY.as_bytes()), ("a\\b.txt", DIRTY.as_bytes())]);
}

#[test]
fn git_takes_a_diff_however_the_path_was_spelt() {
    for path in [".", "texts", "texts/", "./texts", "./texts/a.txt", "texts/*.txt"] {
        let folder = Folder::holding("texts/a.txt", DIRTY);
        let diff = folder.unspin(&["diff", path]).exits(0).out;
        folder.tool(&["git", "apply", "-"], &diff).exits(0);
        folder.holds("texts/a.txt", CLEANED);
    }
}

#[test]
fn a_diff_changes_nothing() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.unspin(&["diff", "."]).exits(0);
    folder.unspin(&["diff", "--word", "."]).exits(0);
    folder.unspin(&["check", "."]).exits(1);
    folder.holds("a.txt", DIRTY);
    assert!(!folder.path(".unspin").exists());
}

// The way back

#[test]
fn a_changed_file_is_not_reverted_and_the_others_are() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.write("deep/b.txt", DIRTY);
    folder.unspin(&["fix", "."]).exits(0);
    folder.write("a.txt", "They met elsewhere.\n");
    let run = folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(2);
    assert!(run.err.contains("a.txt: "), "{}", run.err);
    folder.holds("a.txt", "They met elsewhere.\n");
    folder.holds("deep/b.txt", DIRTY);
}

#[test]
fn a_run_is_taken_back_from_any_folder() {
    let absolute = |folder: &Folder| folder.path(".unspin/0001.jsonl").display().to_string();
    for (from, ledger) in
        [("deep", Some("../.unspin/0001.jsonl")), ("deep", None), (".unspin", Some("0001.jsonl")), (".unspin", Some("./0001.jsonl"))]
    {
        let folder = Folder::holding("deep/a.txt", DIRTY);
        folder.unspin(&["fix", "deep"]).exits(0);
        let ledger = ledger.map_or_else(|| absolute(&folder), str::to_owned);
        run(unspin(&folder.path(from)).args(["revert", &ledger]), b"").exits(0);
        folder.holds("deep/a.txt", DIRTY);
    }
}

#[test]
fn a_file_named_in_full_or_from_below_is_taken_back() {
    let folder = Folder::holding("a.txt", DIRTY);
    folder.write("deep/b.txt", CLEANED);
    let full = folder.path("a.txt").display().to_string();
    folder.unspin(&["fix", &full]).exits(0);
    folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    folder.holds("a.txt", DIRTY);
    let deep = folder.path("deep");
    run(unspin(&deep).args(["fix", "../a.txt"]), b"").exits(0);
    folder.holds("a.txt", CLEANED);
    run(unspin(&deep).args(["revert", ".unspin/0001.jsonl"]), b"").exits(0);
    folder.holds("a.txt", DIRTY);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_whose_name_is_not_utf8_is_taken_back() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = |bytes: &'static [u8]| Path::new(std::ffi::OsStr::from_bytes(bytes));
    let folder = Folder::holding(name(b"caf\xE9.txt"), DIRTY);
    folder.write(name(b"\xFF/caf\xE8.txt"), DIRTY.repeat(2));
    folder.unspin(&["fix", "."]).exits(0);
    folder.holds(name(b"caf\xE9.txt"), CLEANED);
    folder.holds(name(b"\xFF/caf\xE8.txt"), CLEANED.repeat(2));
    let run = folder.unspin(&["revert", ".unspin/0001.jsonl"]).exits(0);
    assert_eq!(run.err, "2 files as before the run\n");
    folder.holds(name(b"caf\xE9.txt"), DIRTY);
    folder.holds(name(b"\xFF/caf\xE8.txt"), DIRTY.repeat(2));
}

#[test]
fn what_went_to_another_folder_is_taken_back_there() {
    let folder = Folder::holding("texts/a.txt", DIRTY);
    folder.unspin(&["fix", "--out", "clean", "texts"]).exits(0);
    folder.holds("texts/a.txt", DIRTY);
    folder.holds("clean/a.txt", CLEANED);
    folder.unspin(&["revert", "clean/.unspin/0001.jsonl"]).exits(0);
    folder.holds("clean/a.txt", DIRTY);
}

#[test]
fn a_damaged_ledger_changes_nothing() {
    let folder = Folder::holding("a.txt", DIRTY.repeat(2));
    folder.unspin(&["fix", "."]).exits(0);
    let ledger = String::from_utf8(folder.read(".unspin/0001.jsonl")).expect("it is text");
    let (header, line) = ledger.trim_end().split_once('\n').expect("a header and an entry");
    let entry: serde_json::Value = serde_json::from_str(line).expect("it is an object");
    let with = |place: &str, value: serde_json::Value| {
        let mut damaged = entry.clone();
        *damaged.pointer_mut(place).unwrap_or_else(|| panic!("{place} in {entry}")) = value;
        format!("{header}\n{damaged}\n")
    };
    for damaged in [
        with("/edits/0/before/text", " thee".into()),
        with("/edits/0/start", 9_999.into()),
        with("/edits/0/end", 9_999.into()),
        with("/edits/1/start", 0.into()),
        with("/edits/1/start", u64::MAX.into()),
        with("/edits/1/start", (-1).into()),
        with("/edits", serde_json::json!([])),
        with("/before", "00".into()),
        with("/after", "00".into()),
        with("/file", "b.txt".into()),
        format!("{line}\n"),
        format!("{header}\n{}\n", &line[..line.len() - 9]),
        format!("{header}\n{}\n", line.replace("\"file\"", "\"path\"")),
        String::new(),
        "\u{0}\u{FEFF}".to_owned(),
    ] {
        folder.write(".unspin/0002.jsonl", &damaged);
        let run = folder.unspin(&["revert", ".unspin/0002.jsonl"]);
        assert_eq!(run.code, Some(2), "{damaged}\n{}", run.err);
        folder.holds("a.txt", CLEANED.repeat(2));
        // Nor does it stand in the way of a check.
        folder.unspin(&["check", "."]).exits(0);
    }
}

// Verdicts

const SPUN: &str = "A haven big boss came to the gate. The haven boss closed it. Two port bosses and a haven boss left.\n";
const HALF: &str = "A harbour master came to the gate. The haven boss closed it. Two port bosses and a haven boss left.\n";
const WHOLE: &str = "A harbour master came to the gate. The harbour master closed it. Two port bosses and a harbour master left.\n";

#[test]
fn a_later_run_honours_the_verdict_on_the_original() {
    let rules = good_rules();
    let folder = Folder::holding("a.txt", SPUN);
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--unsafe", "a.txt"]).exits(0);
    folder.holds("a.txt", SPUN);
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--assume", "spun", "a.txt"]).exits(0);
    folder.holds("a.txt", HALF);
    folder.unspin(&["check", "--rules", &rules, "--select", "house", "a.txt"]).exits(1);
    let run = folder.unspin(&["score", "--format", "jsonl", "a.txt"]).exits(0);
    assert!(run.out().contains(r#""verdict":"spun""#), "{}", run.out());
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--unsafe", "a.txt"]).exits(0);
    folder.holds("a.txt", WHOLE);
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--unsafe", "a.txt"]).exits(0);
    folder.holds("a.txt", WHOLE);
    for ledger in [".unspin/0002.jsonl", ".unspin/0001.jsonl"] {
        folder.unspin(&["revert", ledger]).exits(0);
    }
    folder.holds("a.txt", SPUN);
}

#[test]
fn a_verdict_is_honoured_where_the_text_went() {
    let rules = good_rules();
    let folder = Folder::holding("texts/a.txt", SPUN);
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--assume", "spun", "--out", "clean", "texts"]).exits(0);
    folder.holds("clean/a.txt", HALF);
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--unsafe", "clean"]).exits(0);
    folder.holds("clean/a.txt", WHOLE);
    folder.holds("texts/a.txt", SPUN);
}

#[test]
fn a_verdict_is_forgotten_with_the_ledger_and_when_the_text_changes() {
    let rules = good_rules();
    let folder = Folder::holding("a.txt", SPUN);
    folder.unspin(&["fix", "--rules", &rules, "--select", "house", "--assume", "spun", "a.txt"]).exits(0);
    folder.write("a.txt", format!("{HALF}The end.\n"));
    folder.unspin(&["check", "--rules", &rules, "--select", "house", "a.txt"]).exits(0);
    folder.write("a.txt", HALF);
    folder.unspin(&["check", "--rules", &rules, "--select", "house", "a.txt"]).exits(1);
    folder.unspin(&["check", "--rules", &rules, "--select", "house", "--assume", "clean", "a.txt"]).exits(0);
    fs::remove_dir_all(folder.path(".unspin")).expect("it is ours");
    folder.unspin(&["check", "--rules", &rules, "--select", "house", "a.txt"]).exits(0);
}
