//! Every suite on `bridge-memory`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bridge_conformance::auth_transport::AuthTransportUnderTest;
use bridge_conformance::background::BackgroundUnderTest;
use bridge_conformance::http::HttpUnderTest;
use bridge_conformance::instance_lock::StealableLock;
use bridge_conformance::lifecycle::LifecycleUnderTest;
use bridge_conformance::logger::LoggerUnderTest;
use bridge_conformance::network::ChangeableNetwork;
use bridge_conformance::{
    Place, audio_output_conformance, auth_transport_conformance, background_conformance,
    clock_conformance, database_conformance, file_system_conformance, http_conformance,
    image_resizer_conformance, instance_lock_conformance, lifecycle_conformance,
    logger_conformance, network_conformance, randomness_conformance, secure_store_conformance,
    settings_conformance,
};
use bridge_memory::{
    ManualClock, MemoryAuthTransport, MemoryDatabase, MemoryFileSystem, MemoryImageResizer,
    MemoryInstanceLock, MemoryLifecycle, MemoryLogger, MemoryNetwork, MemoryOutput,
    MemorySecureStore, SeededRandomness,
};
use bridge_traits::{
    AudioOutput, BackgroundExecutor, BackgroundHost, Clock, Connectivity, DatabaseAdapter,
    DatabaseBackground, DatabaseSettings, FileSystemAccess, ImageResizer, InstanceLock,
    LifecycleObserver, LogLevel, LoggerSink, Metered, NetworkKind, NetworkMonitor, NetworkState,
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

image_resizer_conformance!(async { Arc::new(MemoryImageResizer) as Arc<dyn ImageResizer> });

audio_output_conformance!(async { Arc::new(MemoryOutput::new()) as Arc<dyn AudioOutput> });

instance_lock_conformance!(async { locks() });

instance_lock_conformance!(stealable: async {
    let lock = Arc::new(MemoryInstanceLock::new("somebody else"));
    let thief = Arc::clone(&lock);
    let place = Place::durable(move || {
        std::future::ready(Arc::new(lock.another("a program")) as Arc<dyn InstanceLock>)
    });
    StealableLock::new(place, move |name| {
        thief.steal(&name);
        std::future::ready(())
    })
});

/// Each connection is another program.
fn locks() -> Place<dyn InstanceLock> {
    let (first, count) = (MemoryInstanceLock::new("program 0"), AtomicUsize::new(1));
    Place::durable(move || {
        let label = format!("program {}", count.fetch_add(1, Ordering::SeqCst));
        std::future::ready(Arc::new(first.another(&label)) as Arc<dyn InstanceLock>)
    })
}

network_conformance!(async {
    let state = NetworkState::new(Connectivity::Offline);
    Arc::new(MemoryNetwork::new(state)) as Arc<dyn NetworkMonitor>
});

network_conformance!(changeable: async {
    let online = NetworkState {
        connectivity: Connectivity::Online,
        kind: NetworkKind::Wifi,
        metered: Metered::No,
    };
    let network = Arc::new(MemoryNetwork::new(online));
    let monitor: Arc<dyn NetworkMonitor> = Arc::<MemoryNetwork>::clone(&network);
    ChangeableNetwork::new(monitor, move |is_online| {
        network.set(if is_online { online } else { NetworkState::new(Connectivity::Offline) });
        std::future::ready(())
    })
});

lifecycle_conformance!(async {
    let lifecycle = Arc::new(MemoryLifecycle::new());
    let observer: Arc<dyn LifecycleObserver> = Arc::<MemoryLifecycle>::clone(&lifecycle);
    LifecycleUnderTest::new(observer, move |phase| {
        lifecycle.enter(phase);
        std::future::ready(())
    })
});

auth_transport_conformance!(async {
    let transport = MemoryAuthTransport::new();
    let (screen, provider) = (transport.clone(), transport.clone());
    AuthTransportUnderTest::new(
        Arc::new(transport),
        move || {
            let screen = screen.clone();
            async move { screen.next_page().await }
        },
        move |uri, query| {
            provider.redirect(&uri, &query);
            std::future::ready(())
        },
    )
});

background_conformance!(async {
    let database = Arc::new(MemoryDatabase::new());
    database.open(Schema::new(vec![DatabaseBackground::schema()])).await.unwrap();
    BackgroundUnderTest::new(move |parts| {
        let host = BackgroundHost {
            database: Arc::<MemoryDatabase>::clone(&database),
            clock: parts.clock,
            network: Some(parts.network),
            device: Some(parts.device),
        };
        async {
            let executor = DatabaseBackground::start(host).await.unwrap();
            Arc::new(executor) as Arc<dyn BackgroundExecutor>
        }
    })
});

fn logger(level: LogLevel) -> LoggerUnderTest {
    let logger = Arc::new(MemoryLogger::new().with_level(level));
    let sink = Arc::<MemoryLogger>::clone(&logger) as Arc<dyn LoggerSink>;
    LoggerUnderTest::new(sink, move || {
        logger.lines().into_iter().map(|(_, line)| line + "\n").collect()
    })
}

logger_conformance!(async { logger(LogLevel::Trace) });

mod with_level {
    use super::*;

    logger_conformance!(async { logger(LogLevel::Warn) });
}

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
