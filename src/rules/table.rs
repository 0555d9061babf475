//! A list whose entries are read when they are first asked for.

use std::{ops::Index, sync::OnceLock};

use serde::{Deserialize, Serialize};

/// Thousands of entries that lie packed in the binary; reading all of them would take longer than most runs.
#[derive(Debug, Clone)]
pub struct Table<T> {
    entries: Vec<OnceLock<Box<T>>>,
    // Those that the first entries are read from.
    blocks: Option<&'static Blocks>,
}

/// So many entries are compressed together: enough to be small, few enough to be opened at once.
const PER_BLOCK: usize = 1024;

/// A packed table: how many entries it has, the ends of its compressed blocks, four bytes each, and the blocks.
pub type Packed<'p> = (usize, &'p [u8], &'p [u8]);

/// Entries in compressed blocks, each opened when one of its entries is first asked for. A block begins with the ends of its entries.
#[derive(Debug)]
struct Blocks {
    len: usize,
    packed: Vec<&'static [u8]>,
    open: Vec<OnceLock<Vec<u8>>>,
}

impl Blocks {
    fn new((len, ends, bytes): Packed<'static>) -> Self {
        let mut start = 0;
        let block = |end: &[u8; 4]| {
            let end = u32::from_le_bytes(*end) as usize;
            &bytes[std::mem::replace(&mut start, end)..end]
        };
        let packed: Vec<&[u8]> = ends.as_chunks::<4>().0.iter().map(block).collect();
        Self { len, open: packed.iter().map(|_| OnceLock::new()).collect(), packed }
    }

    fn entry(&self, index: usize) -> &[u8] {
        let (block, at) = (index / PER_BLOCK, index % PER_BLOCK);
        let opened = || lz4_flex::decompress_size_prepended(self.packed[block]).expect("the build packed it");
        let (ends, entries) = self.open[block].get_or_init(opened).split_at(4 * PER_BLOCK.min(self.len - block * PER_BLOCK));
        let end = |at: usize| u32::from_le_bytes(ends.as_chunks::<4>().0[at]) as usize;
        &entries[at.checked_sub(1).map_or(0, end)..end(at)]
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), blocks: None }
    }
}

impl<T> Table<T> {
    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts an entry at the end.
    pub fn push(&mut self, value: T) {
        self.entries.push(OnceLock::from(Box::new(value)));
    }

    /// Puts the entries of another table behind those of this one.
    pub fn append(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
    }
}

impl<T: Deserialize<'static>> Table<T> {
    /// A table of entries that [`Table::pack`] wrote. What is read of it is never given back.
    #[must_use]
    pub fn packed(packed: Packed<'static>) -> Self {
        let entries = (0..packed.0).map(|_| OnceLock::new()).collect();
        Self { entries, blocks: Some(Box::leak(Box::new(Blocks::new(packed)))) }
    }

    /// The entry at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        let read = || {
            let blocks = self.blocks.expect("an entry that was not put in is packed");
            Box::new(postcard::from_bytes(blocks.entry(index)).expect("the build packed it"))
        };
        Some(self.entries.get(index)?.get_or_init(read))
    }

    /// All entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }

    /// The entries from an index on, in order; those before are not read.
    pub fn iter_from(&self, start: usize) -> impl Iterator<Item = &T> {
        (start..self.len()).map(|it| &self[it])
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        for index in 0..self.len() {
            let _ = self.get(index);
        }
        self.entries.iter_mut().map(|it| it.get_mut().expect("all were read just now").as_mut())
    }
}

impl<T: Serialize + Deserialize<'static>> Table<T> {
    /// What [`Table::packed`] reads.
    ///
    /// # Errors
    /// None that a table of rules can make.
    pub fn pack(&self) -> Result<(usize, Vec<u8>, Vec<u8>), postcard::Error> {
        let (mut block_ends, mut blocks) = (Vec::new(), Vec::new());
        for start in (0..self.len()).step_by(PER_BLOCK) {
            let (mut ends, mut entries) = (Vec::new(), Vec::new());
            for entry in self.iter_from(start).take(PER_BLOCK) {
                entries.extend(postcard::to_allocvec(entry)?);
                ends.extend(u32::try_from(entries.len()).unwrap_or(u32::MAX).to_le_bytes());
            }
            ends.append(&mut entries);
            blocks.extend(lz4_flex::compress_prepend_size(&ends));
            block_ends.extend(u32::try_from(blocks.len()).unwrap_or(u32::MAX).to_le_bytes());
        }
        Ok((self.len(), block_ends, blocks))
    }
}

impl<T: Deserialize<'static>> Index<usize> for Table<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        self.get(index).expect("an index of the table")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_table_gives_back_its_entries() {
        for len in [0, 1, PER_BLOCK, 2 * PER_BLOCK + 1] {
            let mut table = Table::default();
            (0..len).map(|it| format!("entry {it}")).for_each(|it| table.push(it));
            let packed = postcard::to_allocvec(&table.pack().expect("it can be packed")).expect("it can be packed").leak();
            let mut read: Table<String> = Table::packed(postcard::from_bytes(packed).expect("it can be read"));
            read.push("one more".to_owned());
            assert!(read.clone().iter().eq(table.iter().chain([&"one more".to_owned()])), "{len}");
            assert_eq!(read.get(len + 1), None);
        }
    }
}
