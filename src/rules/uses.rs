//! What single words are good for.

use crate::packed::Fixed;

/// What a word is good for: all that most tokens of a text are asked, in a table that stays in the near caches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses(u8);

impl Uses {
    pub(super) const FUNCTION: u8 = 1;
    pub(super) const BEGINS: u8 = 1 << 1;
    pub(super) const ALONE: u8 = 1 << 2;
    pub(super) const BEGINS_LATER: u8 = 1 << 3;
    pub(super) const ORIGINAL: u8 = 1 << 4;
    pub(super) const ATTESTED: u8 = 1 << 5;
    pub(super) const BEHIND_BLANK: u8 = 1 << 6;
    pub(super) const APART: u8 = 1 << 7;

    /// The same, and good for one thing more where that holds.
    pub(super) const fn with(self, bit: u8, holds: bool) -> Self {
        if holds { Self(self.0 | bit) } else { self }
    }

    /// Whether it is a function word of English.
    #[must_use]
    pub const fn is_function_word(self) -> bool {
        self.0 & Self::FUNCTION != 0
    }

    /// Whether a run of words of a rule begins with it.
    #[must_use]
    pub const fn begins(self) -> bool {
        self.0 & Self::BEGINS != 0
    }

    /// Whether it is such a run by itself.
    #[must_use]
    pub const fn stands_alone(self) -> bool {
        self.0 & Self::ALONE != 0
    }

    /// Whether it is such a run behind white space only.
    #[must_use]
    pub const fn is_behind_blank(self) -> bool {
        self.0 & Self::BEHIND_BLANK != 0
    }

    /// Whether a run of words begins with it that is looked for in convicted texts only.
    #[must_use]
    pub const fn begins_later(self) -> bool {
        self.0 & Self::BEGINS_LATER != 0
    }

    /// Whether spinners may replace it.
    #[must_use]
    pub const fn is_original(self) -> bool {
        self.0 & Self::ORIGINAL != 0
    }

    /// Whether a spinner was seen to replace it.
    #[must_use]
    pub const fn is_attested(self) -> bool {
        self.0 & Self::ATTESTED != 0
    }

    /// Whether it is a word of texts that some packs are not about.
    #[must_use]
    pub const fn is_apart(self) -> bool {
        self.0 & Self::APART != 0
    }
}

impl Fixed for Uses {
    const SIZE: usize = 1;

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        Self(bytes[0])
    }

    fn write(self, bytes: &mut Vec<u8>) {
        bytes.push(self.0);
    }
}
