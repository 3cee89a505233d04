//! Waiting for a network that may be used.

use std::sync::Arc;

use bridge_traits::{Connectivity, Metered, NetworkMonitor, NetworkState};
use core_async::sync::CancellationToken;
use core_runtime::{EventBus, SyncEvent};

/// Lets requests through while there is a network that may be used.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    pub(super) account: String,
    pub(super) network: Option<Arc<dyn NetworkMonitor>>,
    pub(super) events: EventBus,
    pub(super) metered: bool,
    pub(super) cancel: CancellationToken,
}

impl Gate {
    /// Waits until a request may be sent, or the sync is cancelled. It says what it waits for.
    pub(super) async fn pass(&self) {
        let Some(network) = &self.network else { return };
        let mut watcher = network.watch();
        let mut said = None;
        loop {
            let reason = self.obstacle(network.state());
            let Some(reason) = reason else { return };
            if said != Some(reason) {
                said = Some(reason);
                let (account, reason) = (self.account.clone(), reason.to_owned());
                self.events.emit(SyncEvent::Waiting { account, reason });
            }
            core_async::select! {
                _ = watcher.next() => {}
                () = self.cancel.cancelled() => return,
            }
        }
    }

    /// Whether there is something to wait for.
    pub(super) fn is_closed(&self) -> bool {
        let network = self.network.as_ref();
        network.is_some_and(|network| self.obstacle(network.state()).is_some())
    }

    fn obstacle(&self, state: NetworkState) -> Option<&'static str> {
        match (state.connectivity, state.metered) {
            (Connectivity::Offline, _) => Some("offline"),
            (_, Metered::Yes) if !self.metered => Some("metered"),
            _ => None,
        }
    }
}
