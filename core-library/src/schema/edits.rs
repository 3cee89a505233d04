//! How values that do not come from files are stored: one record per track and field, under
//! `<track id>:<field>`. Values are JSON. A row says what the user set, what a service says and
//! what the file says, so that any of them can be taken away again.

use bridge_traits::Collection;
use bridge_traits::FieldKind::{Integer, Text};

pub(crate) const EDITS: &str = "edits";

pub(super) fn collection() -> Collection {
    Collection::new(EDITS)
        .required("track_id", Text)
        .required("field", Text)
        // Null where the user set nothing; the JSON null where they emptied the field.
        .optional("user_value", Text)
        .optional("service_value", Text)
        .optional("service_name", Text)
        .required("tag_value", Text)
        .required("at", Integer)
        .index(&["track_id", "field"])
}
