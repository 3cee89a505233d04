//! What the library remembers about itself.

use bridge_traits::Collection;
use bridge_traits::FieldKind::Text;

/// Names and what is remembered under them, for example a restore that is not finished.
pub(crate) const FACTS: &str = "library_facts";

pub(super) fn collection() -> Collection {
    Collection::new(FACTS).required("value", Text)
}
