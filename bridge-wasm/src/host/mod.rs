//! What the browser offers to every part of this crate: its global scope, promises, events, errors.

mod error;
mod events;
mod scope;

pub use error::JsError;
pub(crate) use error::unsupported;
pub(crate) use events::{Listener, once};
pub use scope::{is_cross_origin_isolated, is_storage_persisted};
pub(crate) use scope::{method, navigator, property, resolve, scope, storage_manager};
