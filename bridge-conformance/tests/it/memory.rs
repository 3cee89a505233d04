//! Every suite on `bridge-memory`.

use std::sync::Arc;

use bridge_conformance::http::HttpUnderTest;
use bridge_conformance::logger::LoggerUnderTest;
use bridge_conformance::{
    audio_output_conformance, clock_conformance, database_conformance, file_system_conformance,
    http_conformance, logger_conformance, randomness_conformance, secure_store_conformance,
    settings_conformance,
};
use bridge_memory::{
    ManualClock, MemoryDatabase, MemoryFileSystem, MemoryLogger, MemoryOutput, MemorySecureStore,
    SeededRandomness,
};
use bridge_traits::{
    AudioOutput, Clock, DatabaseAdapter, DatabaseSettings, FileSystemAccess, LoggerSink,
    Randomness, Schema, SecureStore, SettingsStore,
};

database_conformance!(async { Arc::new(MemoryDatabase::new()) as Arc<dyn DatabaseAdapter> });

file_system_conformance!(async { Arc::new(MemoryFileSystem::new()) as Arc<dyn FileSystemAccess> });

settings_conformance!(async {
    let database = Arc::new(MemoryDatabase::new());
    database.open(Schema::new(vec![DatabaseSettings::schema()])).await.unwrap();
    Arc::new(DatabaseSettings::new(database)) as Arc<dyn SettingsStore>
});

secure_store_conformance!(async { Arc::new(MemorySecureStore::new()) as Arc<dyn SecureStore> });

http_conformance!(async { HttpUnderTest::in_memory() });

/// Redirects that nobody gets to see.
mod hiding_redirects {
    use super::*;

    http_conformance!(async { HttpUnderTest::in_memory_hiding_redirects() });
}

clock_conformance!(async { Arc::new(ManualClock::new(1_750_000_000_000)) as Arc<dyn Clock> });

randomness_conformance!(async { Arc::new(SeededRandomness::new(1)) as Arc<dyn Randomness> });

audio_output_conformance!(async { Arc::new(MemoryOutput::new()) as Arc<dyn AudioOutput> });

logger_conformance!(async {
    let logger = Arc::new(MemoryLogger::new());
    let sink = Arc::<MemoryLogger>::clone(&logger) as Arc<dyn LoggerSink>;
    LoggerUnderTest::new(sink, move || {
        logger.lines().into_iter().map(|(_, line)| line + "\n").collect()
    })
});

/// Files that never answer at once.
mod async_only {
    use super::*;

    file_system_conformance!(async {
        Arc::new(MemoryFileSystem::async_only()) as Arc<dyn FileSystemAccess>
    });
}

/// A device on which time passes by itself.
mod stepwise {
    use bridge_conformance::audio_output::AudioOutputUnderTest;
    use core_async::task::{AbortOnDropHandle, spawn};
    use core_async::time::{Duration, interval};

    use super::*;

    audio_output_conformance!(async {
        let output = MemoryOutput::stepwise(2_400);
        let device = output.clone();
        let time = spawn(async move {
            let mut ticks = interval(Duration::from_millis(5));
            loop {
                ticks.tick().await;
                device.advance(1_200);
            }
        });
        AudioOutputUnderTest::new(Arc::new(output), AbortOnDropHandle::new(time))
    });
}
