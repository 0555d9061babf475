//! What a phrase says for a translation, from how often translations and native texts have it.

use crate::nats::{self, MilliNats};

/// The most that one sign says: the texts that it was counted in are not all texts.
const MOST: MilliNats = 2_500;

/// The logarithm of how much likelier a phrase is in a translation: from how often it was seen in translated and in native texts, and how many
/// words of each were read. Half an occurrence more on either side keeps what was never seen from being proof.
#[must_use]
pub(super) fn weight(seen: [u32; 2], words: [u32; 2]) -> MilliNats {
    let [translated, native] = seen.map(|it| 2 * u64::from(it) + 1);
    let [in_translated, in_native] = words.map(u64::from);
    nats::ln_ratio(translated * in_native, native * in_translated.max(1)).clamp(0, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_native_texts_have_too_says_little() {
        let words = [150_000, 2_000_000];
        assert_eq!(weight([0, 20], words), 0);
        assert!(weight([5, 29], words) < weight([5, 9], words));
        assert_eq!(weight([22, 0], words), MOST);
    }
}
