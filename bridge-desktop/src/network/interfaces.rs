//! The network by its interfaces' addresses, for systems that are not Linux.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use bridge_traits::{BridgeError, Connectivity, ErrorKind, NetworkState, Result, StatePublisher};
use netwatcher::{Interface, WatchHandle};

const OPERATION: &str = "network.start";

/// Listens for as long as it lives.
pub(super) struct Watch {
    _handle: WatchHandle,
}

impl Watch {
    pub(super) fn start() -> Result<(Arc<StatePublisher<NetworkState>>, Self)> {
        let unavailable = |error: netwatcher::Error| {
            BridgeError::new(ErrorKind::Unavailable, OPERATION).with_detail(format!("{error:?}"))
        };
        let interfaces = netwatcher::list_interfaces().map_err(unavailable)?;
        let state = Arc::new(StatePublisher::new(state_of(&interfaces)));
        let told = Arc::clone(&state);
        let handle = netwatcher::watch_interfaces_with_callback(move |update| {
            told.set(state_of(&update.interfaces));
        });
        Ok((state, Self { _handle: handle.map_err(unavailable)? }))
    }
}

fn state_of(interfaces: &HashMap<u32, Interface>) -> NetworkState {
    let mut addresses = interfaces.values().flat_map(|interface| &interface.ips);
    let is_online = addresses.any(|record| leads_further(record.ip));
    NetworkState::new(if is_online { Connectivity::Online } else { Connectivity::Offline })
}

/// Whether an address is of more use than on its own computer and cable.
fn leads_further(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_loopback() && !address.is_link_local() && !address.is_unspecified()
        }
        IpAddr::V6(address) => {
            !address.is_loopback() && !address.is_unicast_link_local() && !address.is_unspecified()
        }
    }
}
