//! The browser: IndexedDB, OPFS, fetch, `WebCrypto`, an audio worklet that the page connects later.

use std::sync::Arc;

use bridge_traits::{Capabilities, Clock, LoggerSink, SecureStore};
use bridge_wasm::{
    FetchHttpClient, IndexedDbDatabase, OpfsFileSystem, WebClock, WebCryptoSecureStore,
    WebRandomness, is_cross_origin_isolated,
};

// What a worker's script hands over and needs, for `mpc-wasm`.
pub use bridge_wasm::{BlobFile, ConsoleLogger, WorkletOutput};

use crate::error::BootstrapError;
use crate::service::CoreService;
use crate::wiring::Bridges;

/// How a core in a browser is set up.
#[derive(Clone, Debug)]
pub struct WasmConfig {
    /// The name of the stored library; several can live on one origin.
    pub profile: String,
}

/// Starts a core on the browser bridges, in a dedicated worker. Sound is connected later with
/// [`CoreService::set_output`], because a page may only play after a click.
///
/// # Errors
///
/// Fails with `Conflict` if another tab has the profile open, or as the browser's storage does.
pub async fn bootstrap_wasm(config: WasmConfig) -> Result<CoreService, BootstrapError> {
    let secrets: Arc<dyn SecureStore> = Arc::new(WebCryptoSecureStore::new(&config.profile));
    let capabilities = Capabilities {
        bridge: "wasm".to_owned(),
        database: "indexeddb".to_owned(),
        files: "opfs".to_owned(),
        security: Some(secrets.security_level()),
        audio_output: Some("worklet".to_owned()),
        durable: true,
        cross_origin_isolated: Some(is_cross_origin_isolated()),
    };
    let bridges = Bridges {
        database: Some(Arc::new(IndexedDbDatabase::new(&config.profile))),
        files: Some(Arc::new(OpfsFileSystem::new(&config.profile))),
        clock: Some(Arc::new(WebClock::new())),
        randomness: Some(Arc::new(WebRandomness::new())),
        http: Some(Arc::new(FetchHttpClient::new())),
        secrets: Some(secrets),
        audio_output: None,
        capabilities: Some(capabilities),
    };
    CoreService::start(&config.profile, bridges).await
}

/// What logging needs in a browser: the console, stamped by the browser's clock.
pub fn wasm_logging() -> (Arc<dyn LoggerSink>, Arc<dyn Clock>) {
    (Arc::new(ConsoleLogger::new()), Arc::new(WebClock::new()))
}
