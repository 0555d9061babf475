//! What the binary knows of English, each piece behind a small type.

pub mod agree;
pub mod article;
pub mod case;
pub mod detect;
pub mod frequency;
pub mod function;
pub mod function_words;
pub mod inflect;
pub mod model;
pub mod transliterate;
