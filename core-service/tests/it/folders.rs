//! Folders of the host as accounts.

use std::sync::Arc;

use bridge_memory::{
    MemoryAuthTransport, MemoryFileSystem, MemoryHttpClient, MemoryInstanceLock, MemorySecureStore,
};
use bridge_traits::FileSystemExt;
use core_async::sync::CancellationToken;
use core_service::{Bridges, CoreService};

use crate::support::{bridges, wav};

/// A core with two folders of music on the host.
async fn core() -> CoreService {
    let files = MemoryFileSystem::new();
    files.write_bytes("one/first.wav", wav(20)).await.unwrap();
    files.write_bytes("two/second.wav", wav(30)).await.unwrap();
    let bridges = Bridges {
        files: Some(Arc::new(files)),
        http: Some(Arc::new(MemoryHttpClient::new())),
        secrets: Some(Arc::new(MemorySecureStore::new())),
        auth: Some(Arc::new(MemoryAuthTransport::new())),
        instance_lock: Some(Arc::new(MemoryInstanceLock::new("tab"))),
        ..bridges()
    };
    CoreService::start("test", bridges).await.unwrap()
}

#[core_async::test]
async fn folders_that_are_added_at_once_are_both_there() {
    let core = core().await;
    let (one, two) = core_async::join!(core.add_folder("one"), core.add_folder("two/"));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(core.add_folder("one").await.unwrap(), one, "it is there already");
    let mut labels: Vec<_> =
        core.accounts().await.unwrap().into_iter().map(|it| it.label.unwrap()).collect();
    labels.sort();
    assert_eq!(labels, ["one", "two"]);

    let cancel = CancellationToken::new();
    assert_eq!(core.sync(&one.id, &cancel).await.unwrap().added, 1);
    let statuses = core.sync_status().await.unwrap();
    let of = |id: &str| statuses.iter().find(|it| it.account == id).unwrap().clone();
    assert_eq!((of(&one.id).tracks, of(&one.id).completed_at.is_some()), (1, true));
    assert_eq!((of(&two.id).tracks, of(&two.id).completed_at), (0, None));

    core.remove_account(&one.id).await.unwrap();
    assert_eq!(core.accounts().await.unwrap(), [two]);
    assert_eq!(core.library().counts().await.unwrap().tracks, 0);
}
