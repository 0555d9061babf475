//! What the Python package ftfy promises of itself: the cases of its own tests, from its source distribution on `PyPI`.
//!
//! `pip` fetches it once into the build folder; where it cannot, the test says so and has nothing to do.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "the cases are fetched by a program, and read from files")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use unspin::repair::{Policy, ftfy, repair, step::Steps};

const VERSION: &str = "6.3.1";

/// The cases, where they are to be had.
fn cases() -> Option<Vec<Value>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ftfy");
    let file = folder.join(format!("ftfy-{VERSION}/tests/test_cases.json"));
    if !file.exists() {
        fetch(&folder);
    }
    let cases = fs::read_to_string(&file).ok().and_then(|it| serde_json::from_str(&it).ok());
    if cases.is_none() {
        eprintln!("skipped: the source distribution of ftfy {VERSION} cannot be fetched");
    }
    cases
}

fn fetch(folder: &PathBuf) -> Option<()> {
    fs::create_dir_all(folder).ok()?;
    let run = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).current_dir(folder).output().is_ok_and(|it| it.status.success()).then_some(())
    };
    let package = format!("ftfy=={VERSION}");
    run("python3", &["-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation", "--no-binary", ":all:", &package])
        .or_else(|| run("pip", &["download", "--quiet", "--no-deps", "--no-binary", ":all:", &package]))?;
    run("tar", &["-xzf", &format!("ftfy-{VERSION}.tar.gz")])
}

fn text<'c>(case: &'c Value, key: &str) -> &'c str {
    case[key].as_str().expect("it is a string")
}

fn fixed(text: &str, (steps, policy): (Steps, Policy)) -> String {
    repair(text, &steps, policy, |_| false).map_or_else(|| text.to_owned(), |it| it.text)
}

/// As UTF-8 that was read as Latin-1.
fn worse(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

#[test]
fn every_case_that_ftfy_passes_is_passed() {
    let Some(cases) = cases() else { return };
    let mut lost = Vec::new();
    let passing: Vec<&Value> = cases.iter().filter(|it| text(it, "expect") == "pass").collect();
    for case in &passing {
        let (original, wanted) = (text(case, "original"), text(case, "fixed"));
        let encoding = case["fixed-encoding"].as_str().unwrap_or(wanted);
        let found = [
            (fixed(original, ftfy::defaults()), wanted),
            (fixed(original, ftfy::encoding()), encoding),
            (fixed(&worse(original), ftfy::defaults()), wanted),
        ];
        lost.extend(
            found
                .into_iter()
                .filter(|(got, wanted)| got != wanted)
                .map(|(got, wanted)| format!("{}: {got:?}, not {wanted:?}", text(case, "label"))),
        );
    }
    assert_eq!(passing.len(), 151);
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn of_what_ftfy_fails_at_most_is_passed() {
    let Some(cases) = cases() else { return };
    let failing = cases.iter().filter(|it| text(it, "expect") == "fail");
    let passed = failing.filter(|case| {
        let (steps, policy) = ftfy::encoding();
        let wanted = text(case, "fixed");
        let wanted = case["fixed-encoding"].as_str().unwrap_or(wanted);
        let got = fixed(text(case, "original"), (steps, policy));
        // Where it says nothing of the encoding alone, it means the text with straight quotation marks.
        got == wanted || straight(&got) == wanted
    });
    assert!(passed.count() >= 9);
}

fn straight(text: &str) -> String {
    text.replace(['“', '”'], "\"")
}

#[test]
fn what_its_other_tests_ask_for_holds() {
    let check = |from: &str, to: &str| assert_eq!(fixed(from, ftfy::defaults()), to);
    check("&amp;\n<html>\n&amp;", "&\n<html>\n&amp;");
    check("&lt;&gt;", "<>");
    check("jednocze&sacute;nie JEDNOCZE&Sacute;NIE JEDNOCZE&SACUTE;NIE", "jednocześnie JEDNOCZEŚNIE JEDNOCZEŚNIE");
    check("broken&#x81;", "broken\u{81}");
    check("&amp;amp;amp;", "&");
    check("euro &#x80; EURO &EURO; V&SCARON;ICHNI", "euro € EURO € VŠICHNI");
    check("not an entity &#20x6;", "not an entity &#20x6;");
    check("&#xffff;", "");
    check("&#xffffffff;", "\u{FFFD}");
    check("this is just informal english &not html", "this is just informal english &not html");
    check("\u{1}\u{1B}[36;44mfoo", "foo");
    check(
        "This flag has a dragon on it 🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
        "This flag has a dragon on it 🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
    );
    check("#ohio 🏴\u{E0075}\u{E0073}\u{E006F}\u{E0068}\u{E007F} 🇺🇸", "#ohio 🏴\u{E0075}\u{E0073}\u{E006F}\u{E0068}\u{E007F} 🇺🇸");
    check(
        "\u{FEFF}Sometimes, \u{FFFC}bad ideas \u{7F}\u{FFFA}like these characters\u{FFFB} \u{206A}get standardized.\n",
        "Sometimes, bad ideas like these characters get standardized.\n",
    );
    check("ï»¿", "");
}
