//! What `check` writes for other programs is what their schemas ask for.
//!
//! The schema of SARIF comes from a crate that `cargo` fetches, that of `JUnit` from the source of `pytest`, and what validates from `PyPI`;
//! where they cannot be had, the test says so and has nothing to do. The schemas of the others stand in `tests/formats`, written from their
//! documentation.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "schemas are fetched by programs, and read from files")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn run(command: &mut Command) -> Option<Output> {
    command.output().ok().filter(|it| it.status.success())
}

/// The published schema of SARIF 2.1.0, from the sources of a crate.
fn sarif_schema() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sarif");
    fs::create_dir_all(folder.join("src")).ok()?;
    let manifest =
        "[package]\nname = \"sarif\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\nserde-sarif = \"=0.8.0\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).and_then(|()| fs::write(folder.join("src/lib.rs"), "")).ok()?;
    run(Command::new(env!("CARGO")).arg("fetch").current_dir(&folder))?;
    let home = std::env::var_os("CARGO_HOME")
        .map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"), PathBuf::from);
    let registries = fs::read_dir(home.join("registry/src")).ok()?;
    registries.flatten().map(|it| it.path().join("serde-sarif-0.8.0/src/schema.json")).find(|it| it.exists())
}

/// What Jenkins takes for results of `JUnit`: the schema that `pytest` checks its own by.
fn junit_schema() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("junit");
    let schema = folder.join("pytest-8.4.2/testing/example_scripts/junit-10.xsd");
    if !schema.exists() {
        let download = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "pytest", "pytest==8.4.2", "--dest"];
        run(Command::new("python3").args(download).arg(&folder))?;
        run(Command::new("tar").args(["-xzf", "pytest-8.4.2.tar.gz"]).current_dir(&folder))?;
    }
    Some(schema)
}

/// A folder with the Python packages that validate.
fn validators() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validators");
    if !(folder.join("jsonschema").exists() && folder.join("xmlschema").exists()) {
        let install = ["-m", "pip", "install", "--quiet", "--target"];
        run(Command::new("python3").args(install).arg(&folder).args(["jsonschema==4.26.0", "xmlschema==4.1.0"]))?;
    }
    Some(folder)
}

#[test]
fn every_format_is_what_its_schema_asks_for() {
    let (Some(sarif), Some(junit), Some(validators)) = (sarif_schema(), junit_schema(), validators()) else {
        return eprintln!("skipped: the schemas of SARIF and JUnit, or what validates, cannot be fetched");
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (paths, sort) in [(["fixtures/articles", "README.md"], "all"), (["README.md", "CHANGELOG.md"], "few")] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats").join(sort);
        fs::create_dir_all(&folder).expect("the build folder is ours");
        let mut check = Command::new(env!("CARGO_BIN_EXE_unspin"));
        check.arg("check").args(paths).current_dir(source);
        for format in ["sarif", "rdjson", "gitlab", "junit"] {
            check.arg("--format").arg(format!("{format}={}", folder.join(format).display()));
        }
        let done = check.output().expect("it can be run");
        assert!(done.status.code().is_some_and(|it| it < 2), "{}", String::from_utf8_lossy(&done.stderr));
        let mut validate = Command::new("python3");
        validate.arg(source.join("tests/formats/validate.py")).args([&sarif, &junit, &folder]).env("PYTHONPATH", &validators);
        let done = validate.output().expect("it can be run");
        assert!(done.status.success(), "{sort}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
