//! Checks the shipped rules and packs them, with the word frequencies, into the binary.
//!
//! The checking is the library's own: its modules are compiled into this script.

#![allow(dead_code, unused_imports, unreachable_pub, reason = "the script uses a part of the modules that it borrows from the library")]
#![expect(clippy::disallowed_methods, reason = "the script packs files")]
#![allow(clippy::print_stderr, clippy::exit, reason = "what a build script says, it says to cargo")]

use std::{env, fs, hash::Hasher as _, path::Path};

#[path = "src/edit.rs"]
mod edit;
#[path = "src/finding.rs"]
mod finding;
#[path = "src/language"]
mod language {
    pub mod agree;
    pub mod article;
    pub mod case;
    pub mod frequency;
    pub mod function_words;
    pub mod inflect;
}
#[path = "src/matchers"]
mod matchers {
    pub mod literal;
    pub mod neighbour;
    pub mod opening;
    pub mod repeat;
    pub mod run;
    pub mod sequence;
    pub mod trie;
    pub mod variant;
}
#[path = "src/nats.rs"]
mod nats;
#[path = "src/packed.rs"]
mod packed;
#[path = "src/repair"]
mod repair {
    pub mod step;
}
#[path = "src/rules"]
mod rules {
    pub mod anchor;
    pub mod evidence;
    pub mod file;
    mod forms;
    pub mod gazetteer;
    pub mod index;
    pub mod load;
    pub mod pattern;
    pub mod rule;
    mod signs;
    pub mod table;
    pub mod template;
    pub mod text;
    pub mod uses;
}
#[path = "src/segment"]
mod segment {
    pub mod token;
}
#[path = "src/span.rs"]
mod span;
#[path = "src/zone.rs"]
mod zone;

fn main() {
    for input in ["build.rs", "rules", "src"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    let table = fs::read_to_string("src/language/frequency.tsv").expect("the table of frequencies is part of the package");
    let packed = pack_frequencies(&table);
    let sources = rules::load::read_folder(Path::new("rules")).expect("the rules are part of the package");
    let loaded = rules::load::load(sources, &rules::rule::Rulebook::default(), language::frequency::Frequencies::new(&packed));
    let book = loaded.unwrap_or_else(|error| {
        // One line for each mistake, so that an editor finds the places.
        eprintln!("{error}");
        std::process::exit(1);
    });
    let mut index = rules::index::Index::of_frequent(frequent(&table).into_iter());
    index.extend(&book);
    let index = postcard::to_allocvec(&index).expect("an index can be packed");
    let rules = book.pack().expect("rules can be packed");
    // Hashed here, so that no run need hash twelve megabytes to know what it was built with.
    let mut fingerprint = rustc_hash::FxHasher::default();
    let model = fs::read("src/language/model.bin").expect("the model is part of the package");
    for bytes in [&rules, &packed, &model] {
        fingerprint.write(bytes);
    }
    println!("cargo::rustc-env=UNSPIN_FINGERPRINT={:016x}", fingerprint.finish());
    for (name, bytes) in [("rules.bin", rules), ("index.bin", index), ("frequency.bin", packed)] {
        fs::write(Path::new(&out).join(name), bytes).expect("the output folder is writable");
    }
}

/// So many words are what texts mostly consist of.
const FREQUENT: usize = 6_000;

/// The words of the table that are most frequent, in this order.
fn frequent(table: &str) -> Vec<&str> {
    let mut words: Vec<(u16, &str)> = scores(table).filter(|(words, _)| !words.contains(' ')).map(|(word, score)| (score, word)).collect();
    words.sort_unstable();
    words.into_iter().take(FREQUENT).map(|it| it.1).collect()
}

/// The words and pairs of the table, with their scores.
fn scores(table: &str) -> impl Iterator<Item = (&str, u16)> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (words, score) = line.split_once('\t').expect("two columns");
        (words, score.parse().expect("a score in milli-nats"))
    })
}

/// Lines `words TAB score` to what `Frequencies` reads: sorted hashes, then scores.
fn pack_frequencies(table: &str) -> Vec<u8> {
    let mut entries: Vec<(language::frequency::Hash, u16)> =
        scores(table).map(|(words, score)| (language::frequency::begun_hash(words), score)).collect();
    entries.sort_unstable();
    let hashes = entries.iter().flat_map(|(hash, _)| *hash);
    hashes.chain(entries.iter().flat_map(|(_, score)| score.to_le_bytes())).collect()
}
