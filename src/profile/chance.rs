//! What chance alone explains: tails of the binomial and of the hypergeometric distribution.
//!
//! Only sums, products and quotients: the same on every machine.

/// The chances of more than `count`, and of just so many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// Of more.
    pub above: f64,
    /// Of just so many.
    pub at: f64,
}

/// How likely a batch of `documents` holds `count` that are convicted, where a share of all are; the share lies between 0 and 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of documents")]
pub fn binomial(documents: usize, count: usize, share: f64) -> Tail {
    let (n, odds) = (documents as f64, share / (1.0 - share));
    let likeliest = (((n + 1.0) * share) as usize).min(documents);
    tail(0, documents, likeliest, count, |k| (n - k) / (k + 1.0) * odds)
}

/// How likely `now` are convicted of a batch, where those of it and of an earlier one came from one source: of each, how many are
/// convicted, of how many. (Fisher’s exact test.)
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below 2^52")]
pub fn hypergeometric(now: (usize, usize), before: (usize, usize)) -> Tail {
    let (convicted, all) = (now.0 + before.0, now.1 + before.1);
    let least = convicted.saturating_sub(before.1);
    let most = convicted.min(now.1);
    let likeliest = ((now.1 as u128 + 1) * (convicted as u128 + 1) / (all as u128 + 2)) as usize;
    let (drawn, convicted, all) = (now.1 as f64, convicted as f64, all as f64);
    let step = |k: f64| (convicted - k) * (drawn - k) / ((k + 1.0) * (all - convicted - drawn + k + 1.0));
    tail(least, most, likeliest.clamp(least, most), now.0, step)
}

/// Sums the weights of the counts between `least` and `most`, relative to that of the likeliest, so that nothing underflows that matters.
/// `step` says how many times heavier the next count is than `k`.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below 2^52")]
fn tail(least: usize, most: usize, likeliest: usize, count: usize, step: impl Fn(f64) -> f64) -> Tail {
    let (mut total, mut above, mut at) = (0.0, 0.0, 0.0);
    let mut take = |k: usize, weight: f64| {
        total += weight;
        if k > count {
            above += weight;
        } else if k == count {
            at = weight;
        }
        weight > 1e-30
    };
    let mut weight = 1.0;
    for k in likeliest..=most {
        if !take(k, weight) {
            break;
        }
        weight *= step(k as f64);
    }
    let mut weight = 1.0;
    for k in (least..likeliest).rev() {
        weight /= step(k as f64);
        if !take(k, weight) {
            break;
        }
    }
    Tail { above: above / total, at: at / total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_the_tables() {
        let check = |tail: Tail, above: f64, at: f64| {
            assert!((tail.above - above).abs() < 1e-9 && (tail.at - at).abs() < 1e-9, "{tail:?}");
        };
        check(binomial(10, 3, 0.5), 848.0 / 1024.0, 120.0 / 1024.0);
        check(binomial(10, 10, 0.5), 0.0, 1.0 / 1024.0);
        // Three of four cups, as in Fisher’s tea party: 16 and 1 of 70 ways.
        check(hypergeometric((3, 4), (1, 4)), 1.0 / 70.0, 16.0 / 70.0);
        check(hypergeometric((0, 5), (0, 5)), 0.0, 1.0);
    }

    #[test]
    fn large_batches_do_not_overflow() {
        let tail = hypergeometric((10_300, 1_000_000), (100_000, 10_000_000));
        assert!(tail.above > 0.001 && tail.above < 0.01, "{tail:?}");
    }
}
