//! All tests of whole runs, in one program: the data that the library carries are linked once, not once a file.
//!
//! `cargo test --test suite records::` runs those of one file.

mod account;
mod architecture;
mod ci;
mod cli;
mod common;
mod corpus;
mod files;
mod fixtures;
mod formats;
mod ftfy;
mod graphemes;
mod learn;
mod life;
mod measure;
mod mojibake;
mod page;
mod parquet;
mod properties;
mod records;
mod repair;
mod residue;
mod resume;
mod review;
mod rules;
mod sets;
mod verdicts;
