//! Whether the code that runs belongs to a set of local tasks.

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// As long as it lives, a set of local tasks is being run.
#[derive(Debug)]
pub(super) struct Inside(());

impl Inside {
    pub(super) fn enter() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self(())
    }

    /// Returns true if `tokio::task::spawn_local` finds a set.
    pub(super) fn is_entered() -> bool {
        DEPTH.get() > 0
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}
