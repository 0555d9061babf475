//! Any text is repaired by all steps: what is repaired needs no repair, and the reported edits make what later stages see.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use unspin::{
    embedded,
    repair::{Policy, ftfy, repair, step::Steps},
    view::steps,
};

static SHIPPED: LazyLock<Steps> = LazyLock::new(|| steps(embedded::rules().repairs()));

fuzz_target!(|text: &str| {
    let ways = [(*SHIPPED, Policy::default()), ftfy::defaults(), ftfy::encoding()];
    for (steps, policy) in ways {
        let Some(found) = repair(text, &steps, policy, |it| it.len() % 2 == 0) else { continue };
        let (mut after, mut at) = (String::new(), 0);
        for it in &found.seen {
            after.push_str(&text[at..it.edit.span.start]);
            after.push_str(&it.edit.replacement);
            at = it.edit.span.end;
        }
        after.push_str(&text[at..]);
        assert_eq!(after, found.text);
        if let Some(again) = repair(&found.text, &steps, policy, |it| it.len() % 2 == 0) {
            assert_eq!(again.seen, []);
        }
    }
});
