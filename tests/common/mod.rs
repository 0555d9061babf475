//! What tests of whole runs share: a folder that goes away with the test, and programs run in it.
#![cfg(feature = "cli")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]
#![expect(unreachable_pub, reason = "a test has no outside")]

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A folder that goes away with the test.
pub struct Folder(pub tempfile::TempDir);

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl Run {
    /// What it printed.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// Expects an exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.out(), self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// Expects something on standard error.
    #[track_caller]
    pub fn says(self, part: &str) -> Self {
        assert!(self.err.contains(part), "{part:?} is not in:\n{}", self.err);
        self
    }
}

impl Folder {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for it"))
    }

    /// One with some files.
    pub fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self::new();
        for (name, bytes) in files {
            folder.write(name, bytes);
        }
        folder
    }

    /// One with a file.
    pub fn holding(name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write(name, bytes);
        folder
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and makes the folders that it lies in.
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("the folder is ours");
        fs::write(path, bytes).expect("the folder is ours");
    }

    #[track_caller]
    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("it is UTF-8")
    }

    /// Expects a file to hold exactly these bytes.
    #[track_caller]
    pub fn holds(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
        assert_eq!(shown(&self.read(&name)), shown(bytes.as_ref()), "{}", name.as_ref().display());
    }

    /// What lies in it, hidden files as well.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("it is there");
        let mut names: Vec<String> = entries.map(|it| it.expect("it is read").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The program, to be run in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = unspin(self.0.path());
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn unspin(&self, args: &[&str]) -> Run {
        self.unspin_with(args, b"")
    }

    pub fn unspin_with(&self, args: &[&str], stdin: &[u8]) -> Run {
        run(&mut self.command(args), stdin)
    }

    /// A program of the machine, untouched by its user's settings.
    pub fn tool(&self, args: &[&str], stdin: &[u8]) -> Run {
        let mut command = Command::new(args[0]);
        command.args(&args[1..]).current_dir(self.0.path()).env("LC_ALL", "C");
        run(untouched(&mut command), stdin)
    }
}

/// The program, to be run in a folder, whoever runs the tests.
pub fn unspin(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspin"));
    command.current_dir(folder).env("NO_COLOR", "1").env("USER", "anna").env_remove("GITHUB_STEP_SUMMARY");
    untouched(&mut command);
    command
}

/// A command that reads no settings of git but those of a repository.
fn untouched(command: &mut Command) -> &mut Command {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1")
}

/// Runs a program with an input of its own.
pub fn run(command: &mut Command, stdin: &[u8]) -> Run {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
    let mut to_child = child.stdin.take().expect("it is piped");
    let sent = stdin.to_vec();
    // It may close its input early; then there is nothing to tell.
    let sender = std::thread::spawn(move || drop(to_child.write_all(&sent)));
    let done = child.wait_with_output().expect("it ends");
    sender.join().expect("it ends too");
    Run { code: done.status.code(), out: done.stdout, err: String::from_utf8_lossy(&done.stderr).into_owned() }
}

/// An article of the project.
pub fn article(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/articles").join(name)).expect("it is there")
}
