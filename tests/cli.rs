//! Whole runs of the command line, with output and exit code: a page in `tests/cmd` for each theme, and
//! the README.
//!
//! `TRYCMD=overwrite cargo test --test suite cli::` writes down what the program says now; read the difference before you commit it.
#![cfg(feature = "cli")]

#[test]
fn runs_print_and_exit_as_they_are_written_down() {
    trycmd::TestCases::new()
        // The width of a help text, and no colours, on any machine.
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("tests/cmd/*.toml")
        .case("tests/cmd/*.trycmd")
        .case("README.md");
}
