//! Any bytes are decoded, judged and fixed; the ledger of it leads back, and a second run has nothing safe to do.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use unspin::{Cleaner, Wanted, ledger::Entry};

static CLEANER: LazyLock<Cleaner> = LazyLock::new(Cleaner::new);

fuzz_target!(|raw: &[u8]| {
    for wanted in [Wanted::SAFE, Wanted::ALL] {
        let fixed = CLEANER.fix(raw, wanted);
        assert_eq!(Entry::new("a.txt", raw, &fixed).revert(&fixed.bytes).as_deref(), Ok(raw));
        let again = CLEANER.fix(&fixed.bytes, Wanted::SAFE);
        assert!(again.checked.plan.patch.is_empty(), "{:?}", again.checked.plan.applied);
    }
});
