//! An account to oneself.

use bridge_traits::InstanceGuard;

/// An account to oneself, over tasks, tabs and processes, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _guard: InstanceGuard,
}

impl Turn {
    pub(super) fn new(guard: InstanceGuard) -> Self {
        Self { _guard: guard }
    }
}
