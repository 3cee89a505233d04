//! What a test may arrange in a file system.

use std::sync::Arc;
use std::time::Duration;

use bridge_memory::{ManualClock, MemoryFileSystem};
use bridge_traits::{ErrorKind, FileSystemAccess, FileSystemExt};

#[core_async::test]
async fn every_change_has_a_later_time() {
    let files = MemoryFileSystem::new();
    files.insert("a", "1").unwrap();
    files.insert("b", "1").unwrap();
    let times = || async {
        let a = files.metadata("a").await.unwrap().modified_millis.unwrap();
        (a, files.metadata("b").await.unwrap().modified_millis.unwrap())
    };
    let (a, b) = times().await;
    assert!(a < b);
    files.insert("a", "2").unwrap();
    let (a, b) = times().await;
    assert!(a > b);
    files.set_modified("a", 5).unwrap();
    assert_eq!(times().await.0, 5);
}

#[core_async::test]
async fn times_come_from_the_clock() {
    let clock = Arc::new(ManualClock::new(1_000));
    let files = MemoryFileSystem::new().with_clock(Arc::<ManualClock>::clone(&clock));
    files.insert("a", "1").unwrap();
    clock.advance(Duration::from_secs(1));
    files.insert("b", "1").unwrap();
    let entries = files.list("").await.unwrap();
    let times: Vec<_> = entries.iter().map(|entry| entry.metadata.modified_millis).collect();
    assert_eq!(times, [Some(1_000), Some(2_000)]);
}

#[core_async::test]
async fn a_full_file_system_refuses_and_keeps_what_it_has() {
    let files = MemoryFileSystem::new().with_capacity(10);
    files.insert("a", "12345678").unwrap();
    let refused = files.write_bytes("b", "123".into()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::QuotaExceeded);
    assert_eq!(files.free_space().await.unwrap(), Some(2));
    files.insert("a", "1234567890").unwrap();
    assert_eq!(files.copy("a", "b").await.unwrap_err().kind(), ErrorKind::QuotaExceeded);
    assert_eq!(files.list("").await.unwrap().len(), 1);
    files.remove_file("a").await.unwrap();
    assert_eq!(files.free_space().await.unwrap(), Some(10));
}

#[core_async::test]
async fn a_denied_file_is_listed_but_not_opened() {
    let files = MemoryFileSystem::new();
    files.insert("a", "1").unwrap();
    files.deny("a").unwrap();
    assert_eq!(files.open("a").await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(files.list("").await.unwrap().len(), 1);
    files.insert("a", "2").unwrap();
    assert_eq!(files.read_bytes("a", 10).await.unwrap(), "2");
}

#[core_async::test]
async fn a_leading_slash_means_nothing() {
    let files = MemoryFileSystem::new();
    files.insert("/music/a", "1").unwrap();
    assert_eq!(files.read_bytes("music/a", 10).await.unwrap(), "1");
    assert_eq!(files.list("/").await.unwrap().len(), 1);
}

#[core_async::test]
async fn an_async_only_file_never_answers_at_once() {
    let files = MemoryFileSystem::async_only();
    files.insert("a", "12345").unwrap();
    let file = files.open("a").await.unwrap();
    assert!(file.read_at_now(0, &mut [0; 5]).is_none());
    assert_eq!(file.read_at(1, 3).await.unwrap(), "234");
}
