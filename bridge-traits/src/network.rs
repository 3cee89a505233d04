//! Whether there is a network, and what it costs.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{PlatformSend, PlatformSync, StateWatcher};

/// Whether there is a network.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Connectivity {
    /// There is a way out. Whether the other side answers only a request can tell.
    Online,
    /// There is none.
    Offline,
    /// The host does not say: try, and treat a failure as any other.
    #[default]
    Unknown,
}

/// What the network is made of.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NetworkKind {
    /// A wireless local network.
    Wifi,
    /// A cable.
    Ethernet,
    /// A mobile operator's network.
    Cellular,
    /// Something else: a tunnel, a modem, Bluetooth.
    Other,
    /// The host does not say, or there is no network.
    #[default]
    Unknown,
}

/// Whether somebody pays by the megabyte.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Metered {
    /// Every byte counts.
    Yes,
    /// Bytes are free.
    No,
    /// The host does not say. Ask the user, or be careful.
    #[default]
    Unknown,
}

/// What a host knows of its network.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct NetworkState {
    /// Whether there is one.
    pub connectivity: Connectivity,
    /// What it is made of.
    pub kind: NetworkKind,
    /// Whether somebody pays by the megabyte.
    pub metered: Metered,
}

impl NetworkState {
    /// A state of which nothing but this is known.
    pub fn new(connectivity: Connectivity) -> Self {
        Self { connectivity, ..Self::default() }
    }
}

/// Tells whether there is a network, without asking anybody on it.
///
/// # Contract
///
/// * `state` is what the host knows now and never waits.
/// * A watcher is told of every change that lasts, after `state` has it. What comes and goes in
///   between may be left out; an equal state is never told.
/// * Offline has no kind and no price: both are `Unknown` then.
/// * Nothing is sent over the network, and nothing runs while nothing changes.
pub trait NetworkMonitor: fmt::Debug + PlatformSend + PlatformSync {
    /// What the host knows now.
    fn state(&self) -> NetworkState;

    /// News of every change from now on.
    fn watch(&self) -> StateWatcher<NetworkState>;
}
