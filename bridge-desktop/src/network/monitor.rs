//! The adapter: the operating system's news behind the trait.

use std::fmt;
use std::sync::Arc;

use bridge_traits::{NetworkMonitor, NetworkState, Result, StatePublisher, StateWatcher};

use super::system::Watch;

/// The network of this computer.
///
/// On Linux the kernel tells of every change of links, addresses and routes: there is a network
/// when there is a default route over a link that is up, and the kind is that of its link.
/// `NetworkManager`, where it runs, says whether it is metered. Elsewhere there is a network when
/// an interface has an address that leads further than its own cable; kind and price are unknown.
#[derive(Clone)]
pub struct DesktopNetwork {
    state: Arc<StatePublisher<NetworkState>>,
    _watch: Arc<Watch>,
}

impl DesktopNetwork {
    /// Begins to listen, in a running `core_async` runtime.
    ///
    /// # Errors
    ///
    /// Fails with `Unavailable` if the operating system refuses to tell.
    pub fn start() -> Result<Self> {
        let (state, watch) = Watch::start()?;
        Ok(Self { state, _watch: Arc::new(watch) })
    }
}

impl NetworkMonitor for DesktopNetwork {
    fn state(&self) -> NetworkState {
        self.state.current()
    }

    fn watch(&self) -> StateWatcher<NetworkState> {
        self.state.watch()
    }
}

impl fmt::Debug for DesktopNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DesktopNetwork").field("state", &self.state()).finish_non_exhaustive()
    }
}
