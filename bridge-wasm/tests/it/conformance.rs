//! The contracts every bridge keeps.

use std::sync::Arc;

use bridge_conformance::database::DatabaseUnderTest;
use bridge_conformance::logger::LoggerUnderTest;
use bridge_conformance::{
    Place, audio_output_conformance, clock_conformance, database_conformance,
    database_durability_conformance, file_system_conformance, http_conformance,
    image_resizer_conformance, logger_conformance, randomness_conformance,
    secure_store_conformance, settings_conformance,
};
use bridge_traits::{
    Clock, DatabaseAdapter, DatabaseSettings, FileSystemAccess, ImageResizer, LogLevel, Randomness,
    Schema, SecureStore, SettingsStore,
};
use bridge_wasm::{
    CanvasImageResizer, ConsoleLogger, IndexedDbDatabase, OpfsFileSystem, WebClock,
    WebCryptoSecureStore, WebRandomness,
};

use crate::console::Console;
use crate::support::{OPEN_DATABASE, javascript, profile};
use crate::{server, worklet};

database_conformance!(async {
    Arc::new(IndexedDbDatabase::new(&profile("conformance"))) as Arc<dyn DatabaseAdapter>
});

database_durability_conformance!(async {
    let profile = profile("durability");
    DatabaseUnderTest::durable(move || {
        let database: Arc<dyn DatabaseAdapter> = Arc::new(IndexedDbDatabase::new(&profile));
        std::future::ready(database)
    })
});

/// With every record on the disk only: the log is folded after each commit, and blocks are read for
/// each answer.
mod on_the_disk_only {
    use super::*;

    database_conformance!(async {
        let database = IndexedDbDatabase::with_memory_limit(&profile("conformance"), 0);
        Arc::new(database) as Arc<dyn DatabaseAdapter>
    });

    database_durability_conformance!(async {
        let profile = profile("durability");
        DatabaseUnderTest::durable(move || {
            let database = IndexedDbDatabase::with_memory_limit(&profile, 0);
            std::future::ready(Arc::new(database) as Arc<dyn DatabaseAdapter>)
        })
    });
}

settings_conformance!(durable: async {
    let profile = profile("settings");
    Place::<dyn SettingsStore>::durable(move || {
        let database: Arc<dyn DatabaseAdapter> = Arc::new(IndexedDbDatabase::new(&profile));
        async move {
            database.open(Schema::new(vec![DatabaseSettings::schema()])).await.unwrap();
            Arc::new(DatabaseSettings::new(database)) as Arc<dyn SettingsStore>
        }
    })
});

secure_store_conformance!(durable: async {
    let profile = profile("secrets");
    let name = format!("mpc-secrets:{profile}");
    Place::<dyn SecureStore>::durable(move || {
        let store: Arc<dyn SecureStore> = Arc::new(WebCryptoSecureStore::new(&profile));
        std::future::ready(store)
    })
    .with_stored_bytes(move || stored_secrets(name.clone()))
});

/// Everything the database holds, as text and bytes one behind the other.
pub(crate) async fn stored_secrets(name: String) -> Vec<u8> {
    let body = format!(
        "{OPEN_DATABASE}
         const found = [];
         for (const name of db.objectStoreNames) {{
             found.push(...await done(store(name).getAllKeys()));
             found.push(...await done(store(name).getAll()));
         }}
         db.close();
         return new Uint8Array(await new Blob(found).arrayBuffer());"
    );
    js_sys::Uint8Array::new(&javascript(&body, &name).await).to_vec()
}

file_system_conformance!(async {
    Arc::new(OpfsFileSystem::new(&profile("conformance"))) as Arc<dyn FileSystemAccess>
});

http_conformance!(async { server::start().await });

audio_output_conformance!(async { worklet::start() });

clock_conformance!(running: async { Arc::new(WebClock::new()) as Arc<dyn Clock> });

randomness_conformance!(async { Arc::new(WebRandomness::new()) as Arc<dyn Randomness> });

image_resizer_conformance!(formats: async {
    Arc::new(CanvasImageResizer) as Arc<dyn ImageResizer>
});

fn logger(level: LogLevel) -> LoggerUnderTest {
    let console = Console::listen();
    LoggerUnderTest::new(Arc::new(ConsoleLogger::new().with_level(level)), move || console.text())
}

logger_conformance!(async { logger(LogLevel::Trace) });

mod with_level {
    use super::*;

    logger_conformance!(async { logger(LogLevel::Info) });
}
