//! Tables of the binary that are read where they lie, and copied only when something is added to them.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A value that takes the same number of bytes wherever it is written.
pub trait Fixed: Copy {
    /// How many bytes.
    const SIZE: usize;

    /// Reads the value that begins `bytes`.
    fn read(bytes: &[u8]) -> Self;

    /// Writes the value behind what is there.
    fn write(self, bytes: &mut Vec<u8>);
}

macro_rules! fixed_number {
    ($($number:ty),*) => {$(
        impl Fixed for $number {
            const SIZE: usize = size_of::<Self>();

            #[inline]
            fn read(bytes: &[u8]) -> Self {
                Self::from_le_bytes(*bytes.first_chunk().expect("a column holds whole entries"))
            }

            fn write(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }
        }
    )*};
}

fixed_number!(u8, u16, i16, u32, i32, u64);

impl Fixed for bool {
    const SIZE: usize = 1;

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        bytes[0] != 0
    }

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.push(self.into());
    }
}

impl<T: Fixed + Default, const N: usize> Fixed for [T; N] {
    const SIZE: usize = N * T::SIZE;

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let mut array = [T::default(); N];
        for (index, entry) in array.iter_mut().enumerate() {
            *entry = T::read(&bytes[index * T::SIZE..]);
        }
        array
    }

    fn write(self, bytes: &mut Vec<u8>) {
        for it in self {
            it.write(bytes);
        }
    }
}

/// Makes a struct [`Fixed`]: its fields, one behind the other.
macro_rules! fixed {
    ($name:ident { $($field:ident: $kind:ty),* $(,)? }) => {
        impl $crate::packed::Fixed for $name {
            const SIZE: usize = 0 $(+ <$kind as $crate::packed::Fixed>::SIZE)*;

            #[inline]
            fn read(bytes: &[u8]) -> Self {
                let mut at = 0;
                $(
                    let $field = <$kind as $crate::packed::Fixed>::read(&bytes[at..]);
                    at += <$kind as $crate::packed::Fixed>::SIZE;
                )*
                debug_assert_eq!(at, <Self as $crate::packed::Fixed>::SIZE);
                Self { $($field),* }
            }

            fn write(self, bytes: &mut Vec<u8>) {
                $(<$kind as $crate::packed::Fixed>::write(self.$field, bytes);)*
            }
        }
    };
}
pub(crate) use fixed;

/// A list of values of one size.
#[derive(Clone)]
pub struct Column<T> {
    bytes: Cow<'static, [u8]>,
    values: PhantomData<fn() -> T>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { bytes: Cow::Borrowed(&[]), values: PhantomData }
    }
}

impl<T: Fixed> Column<T> {
    /// How many values there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.bytes.len() / T::SIZE
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The value at an index.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<T> {
        self.bytes.get(index * T::SIZE..(index + 1) * T::SIZE).map(T::read)
    }

    /// The value at an index that there is.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    #[inline]
    pub fn at(&self, index: usize) -> T {
        T::read(&self.bytes[index * T::SIZE..(index + 1) * T::SIZE])
    }

    /// All values, in order.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.bytes.chunks_exact(T::SIZE).map(T::read)
    }

    /// Puts a value at the end.
    pub fn push(&mut self, value: T) {
        value.write(self.bytes.to_mut());
    }

    /// Puts a value in the place of another.
    ///
    /// # Panics
    /// Where there is none.
    pub fn set(&mut self, index: usize, value: T) {
        let mut entry = Vec::with_capacity(T::SIZE);
        value.write(&mut entry);
        self.bytes.to_mut()[index * T::SIZE..(index + 1) * T::SIZE].copy_from_slice(&entry);
    }

    /// Fills up with a value to a length; what is longer stays so.
    pub fn fill_up(&mut self, length: usize, value: T) {
        for _ in self.len()..length {
            self.push(value);
        }
    }

    /// How many values come before the first of which `before` does not hold; those of which it holds come first.
    pub fn partition_point(&self, before: impl Fn(T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.at(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl<T: Fixed> FromIterator<T> for Column<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut column = Self::default();
        for value in values {
            column.push(value);
        }
        column
    }
}

impl<T> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({} bytes)", self.bytes.len())
    }
}

impl<T> Serialize for Column<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Column<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;
        impl de::Visitor<'static> for Borrowing {
            type Value = &'static [u8];

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes that lie in the binary")
            }

            fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'static [u8]) -> Result<&'static [u8], E> {
                Ok(bytes)
            }
        }
        let bytes = deserializer.deserialize_bytes(Borrowing)?;
        Ok(Self { bytes: Cow::Borrowed(bytes), values: PhantomData })
    }
}

/// Numbers from 1 by the hashes of what they belong to. A place holds 40 bits of the hash; with the place itself that is more than 50, so that
/// nothing else need be compared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Slots {
    // Open addressing: the upper bits of the hash and the number; 0 where it is free.
    slots: Column<u64>,
    taken: u32,
}

const NUMBER_BITS: u32 = 24;
const NUMBER: u64 = (1 << NUMBER_BITS) - 1;

impl Slots {
    /// The number of a hash; 0 where it has none.
    #[must_use]
    #[inline]
    pub fn find(&self, hash: u64) -> u32 {
        let (slots, _) = self.slots.bytes.as_chunks();
        let mask = slots.len().wrapping_sub(1);
        if slots.is_empty() {
            return 0;
        }
        let mut at = place(hash, mask);
        loop {
            let slot = u64::from_le_bytes(slots[at]);
            if slot == 0 {
                return 0;
            }
            if (slot ^ hash) >> NUMBER_BITS == 0 {
                return (slot & NUMBER) as u32;
            }
            at = (at + 1) & mask;
        }
    }

    /// Gives a hash a number, whatever number it had.
    ///
    /// # Panics
    /// Where the number is 0, or 2²⁴ or more.
    pub fn insert(&mut self, hash: u64, number: u32) {
        assert!((1..=NUMBER).contains(&u64::from(number)), "a number from 1 to 16 million");
        // Three quarters full is full: short chains, and little room in the binary.
        if 4 * (self.taken as usize + 1) > 3 * self.slots.len() {
            self.grow();
        }
        self.taken += u32::from(self.put(hash & !NUMBER | u64::from(number)));
    }

    fn put(&mut self, slot: u64) -> bool {
        let mask = self.slots.len() - 1;
        let mut at = place(slot, mask);
        while self.slots.at(at) != 0 && (self.slots.at(at) ^ slot) >> NUMBER_BITS != 0 {
            at = (at + 1) & mask;
        }
        let is_new = self.slots.at(at) == 0;
        self.slots.set(at, slot);
        is_new
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots.fill_up((2 * old.len()).max(1024), 0);
        for slot in old.iter().filter(|&it| it != 0) {
            self.put(slot);
        }
    }
}

/// The place of a hash in the table: taken from the bits that every slot keeps, so that a slot can be moved.
const fn place(hash: u64, mask: usize) -> usize {
    (hash >> NUMBER_BITS) as usize & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Pair {
        first: u32,
        second: [i16; 2],
    }
    fixed!(Pair { first: u32, second: [i16; 2] });

    #[test]
    fn a_column_gives_back_what_was_put_in() {
        let pairs = [(1, [-2, 3]), (u32::MAX, [i16::MIN, 0]), (7, [7, 7])].map(|(first, second)| Pair { first, second });
        let mut column: Column<Pair> = pairs.into_iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), pairs);
        column.set(1, pairs[2]);
        assert_eq!((column.at(1), column.get(3), column.len()), (pairs[2], None, 3));
        let packed: &'static [u8] = postcard::to_allocvec(&column).expect("it can be packed").leak();
        let mut read: Column<Pair> = postcard::from_bytes(packed).expect("it can be read");
        read.push(pairs[0]);
        assert_eq!(read.iter().collect::<Vec<_>>(), [pairs[0], pairs[2], pairs[2], pairs[0]]);
    }

    #[test]
    fn sorted_columns_are_searched() {
        let column: Column<u32> = [1, 3, 3, 9].into_iter().collect();
        assert_eq!([0, 1, 2, 3, 9, 10].map(|sought| column.partition_point(|it| it < sought)), [0, 0, 1, 1, 3, 4]);
    }

    #[test]
    fn slots_keep_the_last_number_of_each_hash() {
        let mut slots = Slots::default();
        let hash = |it: u32| u64::from(it).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
        for it in 1..5_000 {
            slots.insert(hash(it), it);
        }
        for it in 1..100 {
            slots.insert(hash(it), it + 1);
        }
        assert!((1..5_000).all(|it| slots.find(hash(it)) == if it < 100 { it + 1 } else { it }));
        assert!((5_000..6_000).all(|it| slots.find(hash(it)) == 0));
    }
}
