//! The few kinds of matcher, one file a kind.

pub mod expression;
pub mod repeat;
pub mod sequence;
pub mod trie;
