//! Starting cores.

use std::sync::Arc;

use bridge_memory::{
    MemoryAuthTransport, MemoryHttpClient, MemoryLifecycle, MemoryNetwork, MemoryResponse,
    MemorySecureStore,
};
use bridge_traits::{Connectivity, LifecyclePhase, NetworkState, Request};
use core_service::{BootstrapError, Bridges, CoreService};

use crate::support::{bridges, core, entry, wav};

type Remove = fn(&mut Bridges);

#[core_async::test]
async fn a_missing_bridge_is_named_with_its_remedy() {
    let without: [(&str, Remove); 5] = [
        ("database", |bridges| bridges.database = None),
        ("file system", |bridges| bridges.files = None),
        ("clock", |bridges| bridges.clock = None),
        ("randomness", |bridges| bridges.randomness = None),
        ("capabilities", |bridges| bridges.capabilities = None),
    ];
    for (name, remove) in without {
        let mut bridges = bridges();
        remove(&mut bridges);
        let error = CoreService::start("test", bridges).await.unwrap_err();
        let BootstrapError::MissingBridge { bridge, remedy } = &error else {
            panic!("{error}");
        };
        assert_eq!(*bridge, name);
        assert!(remedy.contains("Bridges::"), "{remedy}");
    }
}

#[core_async::test]
async fn optional_bridges_are_missed_when_they_are_needed() {
    let core = core().await;
    let missing = [
        ("HTTP", "Bridges::http", core.http().err()),
        ("secure store", "Bridges::secrets", core.secrets().err()),
        ("sign-in", "Bridges::auth", core.auth().err()),
        ("network monitor", "Bridges::network", core.network().err()),
        ("lifecycle", "Bridges::lifecycle", core.lifecycle().err()),
    ];
    for (name, field, error) in missing {
        let error = error.unwrap();
        let BootstrapError::MissingBridge { bridge, remedy } = &error else { panic!("{error}") };
        assert_eq!((*bridge, error.code()), (name, "unsupported"));
        assert!(remedy.contains(field), "{remedy}");
    }
    let host = core.status().await.unwrap().host;
    assert_eq!((host.network, host.lifecycle, host.sign_in), (None, None, false));
}

#[core_async::test]
async fn optional_bridges_are_there_when_the_host_brings_them() {
    let server = MemoryHttpClient::new();
    server.route("https://music.example/old", |_| {
        let moved = MemoryResponse::new(301).with_header("location", "/new");
        std::future::ready(Ok(moved))
    });
    server.serve("https://music.example/new", "here");
    let offline = NetworkState::new(Connectivity::Offline);
    let bridges = Bridges {
        http: Some(Arc::new(server)),
        secrets: Some(Arc::new(MemorySecureStore::new())),
        auth: Some(Arc::new(MemoryAuthTransport::new())),
        network: Some(Arc::new(MemoryNetwork::new(offline))),
        lifecycle: Some(Arc::new(MemoryLifecycle::new())),
        ..bridges()
    };
    let core = CoreService::start("test", bridges).await.unwrap();
    let host = core.status().await.unwrap().host;
    assert_eq!((host.network, host.sign_in), (Some(offline), true));
    assert_eq!(host.lifecycle.unwrap().phase, LifecyclePhase::Foreground);
    assert!(core.secrets().is_ok() && core.auth().is_ok());
    // The bare client would have returned the redirect as it is.
    let request = Request::get("https://music.example/old");
    assert_eq!(core.http().unwrap().send(request).await.unwrap().status, 200);
}

#[core_async::test]
async fn settings_live_in_the_database_unless_the_host_brings_a_store() {
    let core = core().await;
    core.settings().set("volume", 0.5.into()).await.unwrap();
    let elsewhere = Bridges { settings: Some(Arc::clone(core.settings())), ..bridges() };
    let second = CoreService::start("test", elsewhere).await.unwrap();
    assert_eq!(second.settings().get("volume").await.unwrap(), Some(0.5.into()));
}

#[core_async::test]
async fn two_cores_in_one_process_do_not_meet() {
    let (first, second) = (core().await, core().await);
    let mut events = second.events().subscribe();
    let files = vec![entry("a.wav", wav(10)).await];
    first.import(files, &core_async::sync::CancellationToken::new()).await.unwrap();
    assert_eq!(first.status().await.unwrap().tracks, 1);
    assert_eq!(second.status().await.unwrap().tracks, 0);
    assert!(events.try_recv().is_err());
}

#[core_async::test]
async fn after_shutdown_calls_fail_with_a_code() {
    let core = core().await;
    core.shutdown().await.unwrap();
    assert_eq!(core.status().await.unwrap_err().code(), "invalid_request");
}
