//! The kinds of text that a place can belong to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of text a place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// Running text.
    Body,
    /// A short line above running text.
    Heading,
    /// A short line that ends in a colon and stands alone: `Related materials:`.
    Label,
    /// Direct speech, with its marks.
    Quote,
    /// Program code: a fenced or recognised block, or words between backticks.
    Code,
    /// A web or mail address.
    Url,
}

impl Zone {
    /// All zones, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::Body, Self::Heading, Self::Label, Self::Quote, Self::Code, Self::Url];

    /// The word used in rule files and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Heading => "heading",
            Self::Label => "label",
            Self::Quote => "quote",
            Self::Code => "code",
            Self::Url => "url",
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zones(u8);

impl Zones {
    /// The set with `zone` in it too.
    #[must_use]
    pub const fn with(self, zone: Zone) -> Self {
        Self(self.0 | 1 << zone as u8)
    }

    /// The set without `zone`.
    #[must_use]
    pub const fn without(self, zone: Zone) -> Self {
        Self(self.0 & !(1 << zone as u8))
    }

    /// The set as a bit for each zone.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set that [`Zones::bits`] tells.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Whether `zone` is in the set.
    #[must_use]
    pub const fn contains(self, zone: Zone) -> bool {
        self.0 & (1 << zone as u8) != 0
    }
}

impl FromIterator<Zone> for Zones {
    fn from_iter<I: IntoIterator<Item = Zone>>(zones: I) -> Self {
        zones.into_iter().fold(Self::default(), Self::with)
    }
}
