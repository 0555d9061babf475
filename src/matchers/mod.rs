//! The few kinds of matcher, one file a kind.

pub mod attribution;
pub mod expression;
pub mod glue;
pub mod header;
pub mod insert;
pub mod line;
pub mod literal;
pub mod neighbour;
pub mod opening;
pub mod repeat;
pub mod run;
pub mod sequence;
pub mod trie;
pub mod variant;
