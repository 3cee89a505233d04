//! Whether there is a network, as the browser says: in windows and in workers.

use std::fmt;
use std::rc::Rc;

use bridge_traits::{
    Connectivity, Metered, NetworkKind, NetworkMonitor, NetworkState, StatePublisher, StateWatcher,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::host::{Listener, navigator, property, scope};

/// The network of this browser.
///
/// `navigator.onLine` says no only when there is certainly nothing. What the network is made of and
/// whether it costs is known where `navigator.connection` exists: a browser that saves data is
/// taken as metered, one that does not says nothing, since it may simply not have been asked to.
pub struct WebNetwork {
    state: Rc<StatePublisher<NetworkState>>,
    _listeners: Vec<Listener>,
}

impl WebNetwork {
    /// Begins to listen.
    pub fn new() -> Self {
        let state = Rc::new(StatePublisher::new(look()));
        let mut listeners = Vec::new();
        let mut listen = |target: &EventTarget, event| {
            let state = Rc::clone(&state);
            listeners.push(Listener::new(target, event, move |_| {
                state.set(look());
            }));
        };
        listen(&scope(), "online");
        listen(&scope(), "offline");
        if let Some(connection) = connection() {
            listen(connection.unchecked_ref(), "change");
        }
        Self { state, _listeners: listeners }
    }
}

impl Default for WebNetwork {
    fn default() -> Self {
        Self::new()
    }
}

impl NetworkMonitor for WebNetwork {
    fn state(&self) -> NetworkState {
        // The event may be on its way still.
        self.state.set(look());
        self.state.current()
    }

    fn watch(&self) -> StateWatcher<NetworkState> {
        self.state.watch()
    }
}

impl fmt::Debug for WebNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebNetwork").field("state", &self.state.current()).finish_non_exhaustive()
    }
}

/// What the browser says now.
fn look() -> NetworkState {
    let connectivity = match property(&navigator(), "onLine").and_then(|value| value.as_bool()) {
        Some(true) => Connectivity::Online,
        Some(false) => return NetworkState::new(Connectivity::Offline),
        None => Connectivity::Unknown,
    };
    let Some(connection) = connection() else { return NetworkState::new(connectivity) };
    let kind = property(&connection, "type").and_then(|kind| kind.as_string());
    let saves_data = property(&connection, "saveData").is_some_and(|value| value.is_truthy());
    let kind = match kind.as_deref() {
        Some("wifi" | "wimax") => NetworkKind::Wifi,
        Some("ethernet") => NetworkKind::Ethernet,
        Some("cellular") => NetworkKind::Cellular,
        Some("bluetooth" | "other") => NetworkKind::Other,
        _ => NetworkKind::Unknown,
    };
    let metered = if saves_data { Metered::Yes } else { Metered::Unknown };
    NetworkState { connectivity, kind, metered }
}

/// What some browsers know besides.
fn connection() -> Option<JsValue> {
    property(&navigator(), "connection")
}
