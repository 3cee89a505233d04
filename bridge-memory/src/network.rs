//! A network that is what the test says it is.

use bridge_traits::{NetworkMonitor, NetworkState, StatePublisher, StateWatcher};

/// A [`NetworkMonitor`] whose state is set by the test that holds it.
#[derive(Debug)]
pub struct MemoryNetwork(StatePublisher<NetworkState>);

impl MemoryNetwork {
    /// A network in this state.
    pub fn new(state: NetworkState) -> Self {
        Self(StatePublisher::new(state))
    }

    /// Changes the network.
    pub fn set(&self, state: NetworkState) {
        self.0.set(state);
    }
}

impl NetworkMonitor for MemoryNetwork {
    fn state(&self) -> NetworkState {
        self.0.current()
    }

    fn watch(&self) -> StateWatcher<NetworkState> {
        self.0.watch()
    }
}
