//! Repairs strings as ftfy does by default, for comparison: JSON strings in, one a line, and JSON strings out.
//!
//! `own` as an argument repairs them as `unspin fix` would instead; `encoding` leaves everything but mojibake alone.

#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::{
    env,
    io::{self, BufRead, Write},
};

use unspin::{
    Cleaner, Wanted,
    repair::{ftfy, repair},
};

#[expect(clippy::disallowed_methods, reason = "the argument says what to do")]
fn main() -> io::Result<()> {
    let mode = env::args().nth(1);
    let cleaner = Cleaner::new();
    let (steps, policy) = if mode.as_deref() == Some("encoding") { ftfy::encoding() } else { ftfy::defaults() };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let fixed = match mode.as_deref() {
            Some("own") => cleaner.fix(&text, Wanted::SAFE).text(),
            _ => repair(&text, &steps, policy, |_| false).map_or(text, |it| it.text),
        };
        writeln!(out, "{}", serde_json::to_string(&fixed)?)?;
    }
    out.flush()
}
