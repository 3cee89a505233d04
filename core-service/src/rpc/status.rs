//! How the core is.

use bridge_traits::Capabilities;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
}
