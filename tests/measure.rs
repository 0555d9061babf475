//! How well articles are undone that were spun for measuring, and what each confidence is worth on them: the table of `docs/calibration.md`.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "the page is a file")]

use std::{fs, path::Path, process::Command};

#[test]
fn the_page_about_confidence_says_what_is_measured() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = Command::new(env!("CARGO_BIN_EXE_unspin")).args(["measure", "fixtures/spun", "fixtures/clean"]).current_dir(root).output();
    let measured = String::from_utf8(run.expect("the program runs").stdout).expect("it prints UTF-8");
    let page = fs::read_to_string(root.join("docs/calibration.md")).expect("the page is there");
    assert!(page.replace("\r\n", "\n").contains(&measured), "docs/calibration.md should hold this now:\n{measured}");
}
