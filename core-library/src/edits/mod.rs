//! Edits: what users set and services know, over what files say.

mod edit;
mod field;
mod overlay;
mod validate;
mod value;

pub use edit::TrackEdit;
pub use field::TrackField;
pub(crate) use overlay::{overlay, to_values, underlay};
pub(crate) use validate::can_hold;
pub use value::FieldValue;
