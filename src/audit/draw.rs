//! Drawing by chance: the same for a seed on every machine, in whatever order things come.

use std::collections::BinaryHeap;

/// A number that looks like chance, from a seed and a number: the last steps of `SplitMix64`, after which each bit depends on each before.
#[must_use]
pub const fn mixed(seed: u64, number: u64) -> u64 {
    let mut z = number.wrapping_add(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// So many of what is offered, each with the same chance: those of the lowest ranks.
#[derive(Debug, Clone)]
pub struct Draw<T> {
    size: usize,
    offered: u64,
    kept: BinaryHeap<Ranked<T>>,
}

#[derive(Debug, Clone)]
struct Ranked<T> {
    rank: u64,
    item: T,
}

impl<T> Draw<T> {
    /// A draw of at most `size`.
    #[must_use]
    pub const fn new(size: usize) -> Self {
        Self { size, offered: 0, kept: BinaryHeap::new() }
    }

    /// Offers what has some rank; it is made only where it is kept, at least for now.
    pub fn offer(&mut self, rank: u64, item: impl FnOnce() -> T) {
        self.offered += 1;
        let full = self.kept.len() == self.size;
        if full && self.kept.peek().is_none_or(|it| it.rank <= rank) {
            return;
        }
        self.kept.push(Ranked { rank, item: item() });
        if full {
            self.kept.pop();
        }
    }

    /// How much was offered.
    #[must_use]
    pub const fn offered(&self) -> u64 {
        self.offered
    }

    /// How much is drawn so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// What was drawn, by rank.
    #[must_use]
    pub fn drawn(self) -> Vec<T> {
        self.kept.into_sorted_vec().into_iter().map(|it| it.item).collect()
    }
}

impl<T> PartialEq for Ranked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl<T> Eq for Ranked<T> {}

impl<T> PartialOrd for Ranked<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Ranked<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64, numbers: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut draw = Draw::new(3);
        numbers.for_each(|it| draw.offer(mixed(seed, it), || it));
        draw.drawn()
    }

    #[test]
    fn a_seed_draws_the_same_in_any_order() {
        assert_eq!(drawn(7, 0..1_000), drawn(7, (0..1_000).rev()));
        assert_ne!(drawn(7, 0..1_000), drawn(8, 0..1_000));
        assert_eq!(drawn(7, 0..2).len(), 2, "no more than there is");
    }

    #[test]
    fn chance_is_the_same_on_every_machine() {
        assert_eq!(mixed(0, 0), 0xE220_A839_7B1D_CDAF, "the first number of `SplitMix64` from 0");
    }

    #[test]
    fn everything_has_the_same_chance() {
        let mut counts = [0_u32; 30];
        for seed in 0..10_000 {
            for it in drawn(seed, 0..30) {
                counts[usize::try_from(it).expect("below 30")] += 1;
            }
        }
        // Each is drawn a thousand times, give or take four standard deviations of 30.
        assert!(counts.iter().all(|it| (880..1_120).contains(it)), "{counts:?}");
    }
}
