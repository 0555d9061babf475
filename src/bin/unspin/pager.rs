//! What a person would page through by hand: shown by the pager of the machine, where standard output is a terminal.

use std::{
    env,
    io::{self, IsTerminal as _, Write},
    process::{Child, ChildStdin, Command, Stdio},
};

use crate::interrupt;

/// A pager that is being written to. It is waited for when this is dropped.
#[derive(Debug)]
pub struct Pager {
    child: Child,
    // `None` once all is written.
    input: Option<ChildStdin>,
}

impl Pager {
    /// The pager that `PAGER` names, or `less`; `None` where none is wanted or there is none, and where nobody reads at a terminal.
    pub fn start() -> Option<Self> {
        if !io::stdout().is_terminal() || env::var_os("TERM").is_none_or(|it| it == "dumb") {
            return None;
        }
        let named = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
        let mut words = named.split_whitespace();
        let program = words.next().filter(|it| *it != "cat")?;
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped());
        // Colours are kept, and what fits the screen is left on it, as `git` has it.
        if env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        let mut child = command.spawn().ok()?;
        let input = child.stdin.take();
        interrupt::leave_to_pager();
        Some(Self { child, input })
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.input {
            Some(input) if !interrupt::is_enough() => input.write(bytes),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        drop(self.input.take());
        // How it ended is between it and its reader.
        let _ = self.child.wait();
    }
}
