//! The core in Node: [`start`] is what a host does with a bridge.

use std::sync::Arc;

use bridge_node::{
    KeyFileSecureStore, NodeClock, NodeDatabase, NodeFileSystem, NodeHttpClient, NodeRandomness,
    capabilities,
};
use core_service::{BootstrapError, Bridges, CoreService};

/// Starts a core that keeps its records and secrets below `home`.
///
/// # Errors
///
/// Fails as the bridge does, for example if another process has the library open.
pub async fn start(home: &str) -> Result<CoreService, BootstrapError> {
    let (secrets, key) = (format!("{home}/data/secrets.json"), format!("{home}/config/key"));
    let secrets = KeyFileSecureStore::open(secrets, &key).await?;
    let bridges = Bridges {
        capabilities: Some(capabilities(Some(&secrets))),
        database: Some(Arc::new(NodeDatabase::new(format!("{home}/data/library.mpc")))),
        files: Some(Arc::new(NodeFileSystem::new())),
        clock: Some(Arc::new(NodeClock::new())),
        randomness: Some(Arc::new(NodeRandomness::new())),
        http: Some(Arc::new(NodeHttpClient::new())),
        secrets: Some(Arc::new(secrets)),
        ..Bridges::default()
    };
    CoreService::start("node", bridges).await
}
