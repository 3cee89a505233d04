//! What the browser offers to every part of this crate: its global scope, promises, events, errors.

mod error;
mod events;
mod scope;
mod web_lock;

pub use error::JsError;
pub(crate) use error::unsupported;
pub(crate) use events::{Listener, once};
pub use scope::{
    StorageUse, is_cross_origin_isolated, is_storage_persisted, persist_storage, storage_use,
};
pub(crate) use scope::{method, navigator, property, resolve, scope, storage_manager};
pub(crate) use web_lock::WebLock;
