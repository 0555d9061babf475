//! What the binary carries: rules, word frequencies, and the language model.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::{
    language::{frequency::Frequencies, model::Model},
    rules::{Rules, index::Index, rule::Rulebook},
};

static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/index.bin"));
static FREQUENCIES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/frequency.bin"));
static MODEL: &[u8] = include_bytes!("language/model.bin");

/// The rules, before compiling.
///
/// # Panics
/// Never: the build has checked them.
#[must_use]
pub fn rulebook() -> Rulebook {
    static BOOK: LazyLock<Rulebook> = LazyLock::new(|| Rulebook::unpack(RULES).expect("the build packed the rules"));
    BOOK.clone()
}

/// The index of [`rulebook`].
///
/// # Panics
/// Never: the build has made it.
#[must_use]
pub fn index() -> Index {
    postcard::from_bytes(INDEX).expect("the build packed the index")
}

/// The rules, ready to scan with.
#[must_use]
pub fn rules() -> Rules {
    Rules::indexed(rulebook(), index())
}

/// What is another where rules, frequencies or model are.
pub const FINGERPRINT: &str = env!("UNSPIN_FINGERPRINT");

/// What names each of the things that the binary carries: their hashes, SHA-256 in hexadecimal.
#[must_use]
pub fn content_hashes() -> [(&'static str, String); 4] {
    let things = [("rules", RULES), ("index", INDEX), ("frequencies", FREQUENCIES), ("language model", MODEL)];
    things.map(|(name, bytes)| (name, Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// How frequent words and pairs of words are.
#[must_use]
pub fn frequencies() -> Frequencies<'static> {
    Frequencies::new(FREQUENCIES)
}

/// The language model.
#[must_use]
pub fn model() -> &'static Model<'static> {
    static READ: LazyLock<Model<'static>> = LazyLock::new(|| Model::new(MODEL));
    &READ
}
