//! The records of an open database, for those who read and change them in turn.

use std::cell::{Ref, RefCell};

use bridge_memory::Engine;
use bridge_traits::{BridgeError, ErrorKind, Result};

/// An engine that is there while the database is open. It is never borrowed across an `await`.
#[derive(Debug, Default)]
pub(super) struct Records(RefCell<Option<Engine>>);

impl Records {
    pub(super) fn new(engine: Engine) -> Self {
        Self(RefCell::new(Some(engine)))
    }

    /// The engine, for reading.
    pub(super) fn engine(&self, operation: &'static str) -> Result<Ref<'_, Engine>> {
        Ref::filter_map(self.0.borrow(), Option::as_ref).map_err(|_| not_open(operation))
    }

    /// Calls `change` with the engine, if it is there.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Engine) -> T) -> Option<T> {
        self.0.borrow_mut().as_mut().map(change)
    }

    /// Takes what another one holds.
    pub(super) fn replace(&self, other: Self) {
        self.0.replace(other.0.into_inner());
    }

    pub(super) fn clear(&self) {
        self.0.take();
    }
}

pub(super) fn not_open(operation: &'static str) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidRequest, operation).with_detail("the database is not open")
}
