//! Counts by keys of which there may be more than memory holds.

use std::{collections::HashMap, hash::Hash};

/// What is counted of a key.
pub trait Count: Default {
    /// How much it is: the lightest are forgotten first.
    fn weight(&self) -> usize;

    /// Adds what was counted elsewhere.
    fn join(&mut self, other: &Self);
}

impl Count for usize {
    fn weight(&self) -> usize {
        *self
    }

    fn join(&mut self, other: &Self) {
        *self += other;
    }
}

/// Counts by key, of at most so many keys. Where there are more, the lightest half is forgotten: what is frequent is counted as well as
/// right, and memory is bounded. Which keys are left depends on their order alone.
#[derive(Debug)]
pub struct Bounded<K, V> {
    most: usize,
    held: HashMap<K, V>,
    forgotten: V,
}

impl<K: Eq + Hash, V: Count> Bounded<K, V> {
    /// Counts of at most so many keys.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, held: HashMap::new(), forgotten: V::default() }
    }

    /// Adds to the count of a key.
    pub fn add(&mut self, key: K, count: &V) {
        self.held.entry(key).or_default().join(count);
        if self.held.len() <= self.most {
            return;
        }
        let mut weights: Vec<usize> = self.held.values().map(V::weight).collect();
        let (_, &mut middle, _) = weights.select_nth_unstable(self.most / 2);
        for (_, count) in self.held.extract_if(|_, it| it.weight() <= middle) {
            self.forgotten.join(&count);
        }
    }

    /// The counts, in no order, and the sum of those that were forgotten.
    pub fn take(&mut self) -> (Vec<(K, V)>, V) {
        (std::mem::take(&mut self.held).into_iter().collect(), std::mem::take(&mut self.forgotten))
    }

    /// All counts, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.held.iter()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frequent_is_not_forgotten() {
        let mut counts = Bounded::new(1_000);
        for number in 0..30_000 {
            counts.add(number, &1);
            if number % 10 == 0 {
                counts.add(usize::MAX, &1);
            }
        }
        let (held, forgotten) = counts.take();
        assert!(held.len() <= 1_000);
        assert_eq!(held.iter().find(|it| it.0 == usize::MAX).map(|it| it.1), Some(3_000));
        assert_eq!(held.iter().map(|it| it.1).sum::<usize>() + forgotten, 33_000);
    }
}
