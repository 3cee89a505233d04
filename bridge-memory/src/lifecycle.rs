//! A host that does with the program what the test says.

use bridge_traits::{
    LifecycleObserver, LifecyclePhase, LifecycleState, StatePublisher, StateWatcher,
};

/// A [`LifecycleObserver`] whose phases are entered by the test that holds it.
#[derive(Debug)]
pub struct MemoryLifecycle(StatePublisher<LifecycleState>);

impl MemoryLifecycle {
    /// A program in the foreground.
    pub fn new() -> Self {
        Self(StatePublisher::new(LifecycleState::default()))
    }

    /// Enters a phase.
    pub fn enter(&self, phase: LifecyclePhase) {
        self.0.change(|state| *state = state.enter(phase));
    }

    /// Lets the program have slept without anybody having said so.
    pub fn wake(&self) {
        self.0.change(|state| *state = state.woken());
    }
}

impl Default for MemoryLifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl LifecycleObserver for MemoryLifecycle {
    fn state(&self) -> LifecycleState {
        self.0.current()
    }

    fn watch(&self) -> StateWatcher<LifecycleState> {
        self.0.watch()
    }
}
