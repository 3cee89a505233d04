//! How the core is.

use bridge_traits::{Capabilities, LifecycleState, NetworkState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::storage::StorageHealth;
use crate::wiring::Role;

/// How the core is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct CoreStatus {
    /// The profile it runs.
    pub profile: String,
    /// How many tracks the library has.
    #[ts(type = "number")]
    pub tracks: u64,
    /// How many albums the library has.
    #[ts(type = "number")]
    pub albums: u64,
    /// How many artists the library has.
    #[ts(type = "number")]
    pub artists: u64,
    /// How records are kept.
    pub database: String,
    /// What the bridges offer.
    pub capabilities: Capabilities,
    /// How things are around the core.
    pub host: HostStatus,
    /// How the storage is.
    pub storage: StorageHealth,
    /// Whether the library was being replaced by a file, and the end of it never came: until a file
    /// is read again, it is half of each.
    pub interrupted_restore: bool,
}

/// How things are around the core.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct HostStatus {
    /// What this core is to its profile.
    pub role: Role,
    /// What is known of the network; `None` if the host does not watch it.
    pub network: Option<NetworkState>,
    /// Whether the program is seen; `None` if the host does not say.
    pub lifecycle: Option<LifecycleState>,
    /// Whether sign-in pages can be shown.
    pub sign_in: bool,
}
