//! Starting cores.

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
    assert!(matches!(
        core.secrets(),
        Err(BootstrapError::MissingBridge { bridge: "secure store", .. })
    ));
    assert!(matches!(core.http(), Err(BootstrapError::MissingBridge { bridge: "HTTP", .. })));
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
