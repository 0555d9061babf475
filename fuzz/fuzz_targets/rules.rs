//! A rule file of any content is read or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unspin::rules::file::{read_pack, read_rules};

fuzz_target!(|text: &str| {
    for mistakes in [read_pack(text).1, read_rules(text).1] {
        assert!(mistakes.iter().all(|it| it.place.start <= it.place.end && it.place.end <= text.len()));
    }
});
