//! All hosts a client has talked to lately.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_async::sync::broadcast;

use super::host::Host;
use super::{CircuitChange, CircuitWatcher, HostStatus, HttpPolicy};
use crate::Clock;
use crate::http::address::Origin;

/// How many hosts are remembered before those at rest are forgotten.
const REMEMBERED: usize = 256;

/// How many changes a slow watcher may be behind.
const CHANGES: usize = 64;

#[derive(Debug)]
pub(super) struct Hosts {
    clock: Arc<dyn Clock>,
    known: Mutex<HashMap<Origin, Arc<Host>>>,
    changes: broadcast::Sender<CircuitChange>,
}

impl Hosts {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, known: Mutex::default(), changes: broadcast::channel(CHANGES).0 }
    }

    pub(super) fn host(&self, origin: &Origin, policy: &HttpPolicy) -> Arc<Host> {
        let mut known = self.known();
        if let Some(host) = known.get(origin) {
            return Arc::clone(host);
        }
        if known.len() >= REMEMBERED {
            known.retain(|_, host| Arc::strong_count(host) > 1 || !host.is_at_rest());
        }
        let clock = Arc::clone(&self.clock);
        let host = Arc::new(Host::new(origin.clone(), policy, clock, self.changes.clone()));
        known.insert(origin.clone(), Arc::clone(&host));
        host
    }

    pub(super) fn status(&self) -> Vec<HostStatus> {
        let mut all: Vec<_> = self.known().values().map(|host| host.status()).collect();
        all.sort_by(|one, other| one.origin.cmp(&other.origin));
        all
    }

    pub(super) fn watch(&self) -> CircuitWatcher {
        CircuitWatcher(self.changes.subscribe())
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Origin, Arc<Host>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
