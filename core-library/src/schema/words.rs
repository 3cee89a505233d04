//! How the words that typos are looked up in are stored. The key is the word.

use bridge_traits::Collection;
use bridge_traits::FieldKind::Tokens;

pub(crate) const WORDS: &str = "words";

pub(super) fn collection() -> Collection {
    Collection::new(WORDS).required("tails", Tokens)
}
