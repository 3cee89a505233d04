//! Search as you type: the tokens that records are found by, the words that typos are looked up
//! in, and the order of the results.

mod finder;
mod tokens;
mod typo;
mod vocabulary;

pub(crate) use finder::{Finder, Kind};
pub(crate) use tokens::Wanted;
pub(crate) use tokens::lyrics_tokens;
pub use tokens::search_tokens;
pub(crate) use vocabulary::learn;
