//! What this bridge offers, as data.

use bridge_traits::{Capabilities, SecureStore};

/// What this bridge offers; `secrets` is the store the host has chosen, if any.
pub fn capabilities(secrets: Option<&dyn SecureStore>) -> Capabilities {
    Capabilities {
        bridge: "node".into(),
        database: "log file".into(),
        files: "node:fs".into(),
        security: secrets.map(SecureStore::security_level),
        audio_output: None,
        durable: true,
        cross_origin_isolated: None,
    }
}
