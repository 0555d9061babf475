//! Text that was read in another encoding than it was written in.

pub(super) mod c1;
pub(super) mod cyrillic;
pub(super) mod east_asian;
mod odd;
pub(super) mod tables;
pub(super) mod utf8;
