//! What was printed, hashed for a manifest, and kept from being seen where a run is only done again.

use std::{
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest as _, Sha256};

/// What becomes of standard output, of which there is one.
static WATCHED: Mutex<Watched> = Mutex::new(Watched { digest: None, bytes: 0, silent: false });

struct Watched {
    digest: Option<Sha256>,
    bytes: u64,
    silent: bool,
}

fn watched() -> MutexGuard<'static, Watched> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on what is written is hashed.
pub fn begin() {
    watched().digest = Some(Sha256::new());
}

/// Whether what is written is hashed; then it is coloured only for who insists on it.
pub fn is_on() -> bool {
    watched().digest.is_some()
}

/// Until [`end`] is called nothing is written.
pub fn silence() {
    watched().silent = true;
}

/// How much was written since [`begin`], and its hash. From now on nothing is hashed, and everything is written again.
pub fn end() -> Option<(u64, String)> {
    let mut watched = watched();
    watched.silent = false;
    let bytes = std::mem::take(&mut watched.bytes);
    watched.digest.take().map(|it| (bytes, hexadecimal(it)))
}

/// A hash as it is written.
pub fn hexadecimal(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A way out that is watched.
pub struct Recorded<W>(pub W);

impl<W: Write> Write for Recorded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut watched = watched();
        let written = if watched.silent { bytes.len() } else { self.0.write(bytes)? };
        if let Some(digest) = &mut watched.digest {
            digest.update(&bytes[..written]);
            watched.bytes += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
