//! What is done about duplicates, as the profile's owner wishes it.

use std::sync::Arc;

use bridge_memory::{
    MemoryAuthTransport, MemoryFileSystem, MemoryHttpClient, MemoryInstanceLock, MemorySecureStore,
};
use bridge_traits::{FileSystemAccess, FileSystemExt};
use core_async::sync::CancellationToken;
use core_service::core_library::{DuplicatePolicy, FileChange, Reason, ScannedFile, TrackQuery};
use core_service::core_metadata::FileSignature;
use core_service::core_runtime::{Event, EventReceiver, LibraryEvent};
use core_service::{Bridges, CoreService};
use serde_json::{Value, json};

use test_cloud::Weather;

use crate::accounts::World;
use crate::support::{bridges, entry, wav};

/// A core and its files, with two copies of one recording and something else.
async fn core() -> (CoreService, Arc<MemoryFileSystem>) {
    let files = Arc::new(MemoryFileSystem::new());
    for (path, pitch) in [("one/a.wav", 10), ("one/b.wav", 20), ("two/a.wav", 10)] {
        files.write_bytes(path, wav(pitch)).await.unwrap();
    }
    for (path, modified) in [("one/a.wav", 5_000), ("one/b.wav", 5_000), ("two/a.wav", 9_000)] {
        files.set_modified(path, modified).unwrap();
    }
    let access: Arc<dyn FileSystemAccess> = Arc::clone(&files) as _;
    let bridges = Bridges {
        files: Some(access),
        http: Some(Arc::new(MemoryHttpClient::new())),
        secrets: Some(Arc::new(MemorySecureStore::new())),
        auth: Some(Arc::new(MemoryAuthTransport::new())),
        instance_lock: Some(Arc::new(MemoryInstanceLock::new("tab"))),
        ..bridges()
    };
    (CoreService::start("test", bridges).await.unwrap(), files)
}

async fn scan(core: &CoreService) {
    let roots = ["one".to_owned(), "two".to_owned()];
    core.scan(&roots, &CancellationToken::new()).await.unwrap();
}

async fn paths(core: &CoreService) -> Vec<String> {
    let tracks = core.library().tracks(&TrackQuery::default()).await.unwrap().items;
    let mut paths: Vec<_> = tracks.into_iter().map(|track| track.path).collect();
    paths.sort();
    paths
}

/// How many groups of duplicates somebody was told of.
fn told(events: &mut EventReceiver) -> Vec<u64> {
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Library(LibraryEvent::DuplicatesFound { groups }) = event {
            told.push(groups);
        }
    }
    told
}

#[core_async::test]
async fn nothing_is_done_unless_somebody_wishes_it() {
    let (core, files) = core().await;
    let mut events = core.events().subscribe();
    assert_eq!(core.duplicate_policy().await.unwrap(), DuplicatePolicy::KeepBoth);
    scan(&core).await;
    assert_eq!(paths(&core).await.len(), 3);
    assert!(told(&mut events).is_empty());
    // A wish holds for what is there, and for what comes.
    core.set_duplicate_policy(DuplicatePolicy::Ask).await.unwrap();
    assert_eq!(told(&mut events), [1]);
    scan(&core).await;
    assert!(told(&mut events).is_empty(), "nothing has changed");
    files.write_bytes("two/b.wav", wav(20)).await.unwrap();
    scan(&core).await;
    assert_eq!(told(&mut events), [2]);
    assert_eq!(paths(&core).await.len(), 4);

    core.set_duplicate_policy(DuplicatePolicy::Newest).await.unwrap();
    assert_eq!(paths(&core).await, ["two/a.wav", "two/b.wav"]);
    files.write_bytes("two/c.wav", wav(10)).await.unwrap();
    files.set_modified("two/c.wav", 1).unwrap();
    scan(&core).await;
    assert_eq!(paths(&core).await, ["two/a.wav", "two/b.wav"]);
    core.set_duplicate_policy(DuplicatePolicy::KeepBoth).await.unwrap();
    assert_eq!(paths(&core).await.len(), 2, "what was merged stays merged");
}

#[core_async::test]
async fn what_was_not_done_after_a_scan_that_was_stopped_is_done_after_the_next() {
    let (core, _) = core().await;
    core.set_duplicate_policy(DuplicatePolicy::Ask).await.unwrap();
    scan(&core).await;
    let mut events = core.events().subscribe();
    let stopped = CancellationToken::new();
    stopped.cancel();
    core.scan(&["one".to_owned()], &stopped).await.unwrap_err();
    scan(&core).await;
    assert_eq!(told(&mut events), [1]);
    scan(&core).await;
    assert!(told(&mut events).is_empty(), "nothing has changed");
}

#[core_async::test]
async fn a_sync_that_was_stopped_is_not_settled_by_a_scan_beside_it() {
    let world = World::new().await;
    let (account, cancel) = (world.add().await.unwrap(), CancellationToken::new());
    let same = |path: &str| ScannedFile {
        path: path.to_owned(),
        size: 1,
        signature: "same".to_owned(),
        ..ScannedFile::default()
    };
    let both = ["a", "b"].map(|path| FileChange::Add(same(path)));
    world.core.library().apply(both.into()).await.unwrap();
    world.core.set_duplicate_policy(DuplicatePolicy::Ask).await.unwrap();
    let mut events = world.core.events().subscribe();
    let mut stopped = Box::pin(world.core.sync(&account.id, &cancel));
    assert!(futures::poll!(&mut stopped).is_pending());
    world.core.scan(&[], &cancel).await.unwrap();
    assert!(told(&mut events).is_empty(), "nothing has changed");
    drop(stopped);
    world.core.scan(&[], &cancel).await.unwrap();
    assert_eq!(told(&mut events), [1]);
}

#[core_async::test]
async fn what_a_drive_lets_be_read_later_is_compared_then() {
    let world = World::new().await;
    world.core.set_duplicate_policy(DuplicatePolicy::Ask).await.unwrap();
    let files = MemoryFileSystem::new();
    files.write_bytes("host.wav", wav(20)).await.unwrap();
    let signature = FileSignature::of(&*files.open("host.wav").await.unwrap()).await.unwrap();
    let host = ScannedFile {
        path: "host.wav".into(),
        size: wav(20).len() as u64,
        signature: signature.to_string(),
        ..ScannedFile::default()
    };
    world.core.library().apply(vec![FileChange::Add(host)]).await.unwrap();
    world.drive.files(|files| files.file("root", "first.wav", wav(20)));
    let account = world.add().await.unwrap();
    let mut events = world.core.events().subscribe();
    world.drive.set_weather(Weather::without_contents(503, []));
    let report = world.core.sync(&account.id, &CancellationToken::new()).await.unwrap();
    assert_eq!((report.added, report.waiting), (1, 1));
    assert!(told(&mut events).is_empty());
    world.drive.set_weather(Weather::default());
    assert_eq!(world.sync(&account.id).await.unwrap(), 0);
    assert_eq!(told(&mut events), [1]);
}

#[core_async::test]
async fn a_folder_that_is_removed_leaves_the_copies_of_another() {
    let (core, _) = core().await;
    let (one, two) = (core.add_folder("one").await.unwrap(), core.add_folder("two").await.unwrap());
    core.set_duplicate_policy(DuplicatePolicy::Newest).await.unwrap();
    let cancel = CancellationToken::new();
    for account in [&one, &two] {
        core.sync(&account.id, &cancel).await.unwrap();
    }
    assert_eq!(paths(&core).await, ["one/b.wav", "two/a.wav"]);
    let kept = core.find_track("two/a.wav").await.unwrap();
    core.remove_account(&two.id).await.unwrap();
    assert_eq!(paths(&core).await, ["one/a.wav", "one/b.wav"]);
    assert_eq!(core.find_track("one/a.wav").await.unwrap().id, kept.id);
    core.remove_account(&one.id).await.unwrap();
    assert!(paths(&core).await.is_empty());
}

#[core_async::test]
async fn a_folder_goes_with_its_tracks_and_their_copies() {
    let (core, files) = core().await;
    files.write_bytes("two/b.wav", wav(10)).await.unwrap();
    let two = core.add_folder("two").await.unwrap();
    core.set_duplicate_policy(DuplicatePolicy::Newest).await.unwrap();
    core.sync(&two.id, &CancellationToken::new()).await.unwrap();
    assert_eq!(paths(&core).await.len(), 1);
    core.remove_account(&two.id).await.unwrap();
    assert!(paths(&core).await.is_empty());
}

#[core_async::test]
async fn what_is_on_a_drive_plays_from_a_copy_of_the_host() {
    let (core, _) = core().await;
    scan(&core).await;
    let remote = ScannedFile { path: "remote:acc/a.wav".into(), ..ScannedFile::default() };
    core.library().apply(vec![FileChange::Add(remote)]).await.unwrap();
    let track = core.find_track("remote:acc/a.wav").await.unwrap();
    let copy = core.find_track("one/a.wav").await.unwrap();
    core.play(&track.id).await.unwrap_err();
    core.library().merge_tracks(&track.id, std::slice::from_ref(&copy.id)).await.unwrap();
    core.play(&track.id).await.unwrap();
    // Its own id finds it too, for who has listed it before.
    core.play(&copy.id).await.unwrap();
}

#[core_async::test]
async fn hosts_of_another_language_list_and_merge() {
    let (core, _) = core().await;
    scan(&core).await;
    let call = |method: &'static str, params: Value| {
        let core = core.clone();
        async move {
            let request = json!({ "method": method, "params": params }).to_string();
            let answer = core.call_json(&request).await.unwrap();
            serde_json::from_str::<Value>(&answer).unwrap()
        }
    };
    assert_eq!(call("library.duplicate_policy", json!({})).await, "keep_both");
    let page = call("library.duplicates", json!({ "limit": 5 })).await;
    let group = &page["items"][0];
    assert_eq!((&group["evidence"], &page["next"]), (&json!("content"), &Value::Null));
    let ids: Vec<_> = group["tracks"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    let ids = json!(ids);
    call("library.keep_apart", json!({ "ids": ids })).await;
    assert_eq!(call("library.duplicates", json!({})).await["items"], json!([]));
    let merge = json!({ "keep": ids[0], "others": [ids[1]] });
    assert_eq!(call("library.merge", merge).await, 1);
    let copies = call("library.copies", json!({ "id": ids[0] })).await;
    assert_eq!(copies[0]["id"], ids[1]);
    call("library.split", json!({ "id": ids[1] })).await;
    assert_eq!(call("library.copies", json!({ "id": ids[0] })).await, json!([]));
    call("library.set_duplicate_policy", json!({ "policy": "newest" })).await;
    assert_eq!(call("library.duplicate_policy", json!({})).await, "newest");
    assert_eq!(paths(&core).await.len(), 3, "the user has said that they are two");
}

#[core_async::test]
async fn a_damaged_import_leaves_the_file_of_a_copy_where_it_is() {
    let core = CoreService::start("test", bridges()).await.unwrap();
    let cancel = CancellationToken::new();
    let entries = vec![entry("a.wav", wav(10)).await, entry("b.wav", wav(10)).await];
    core.import(entries, &cancel).await.unwrap();
    core.library().merge_verified(Reason::Edit).await.unwrap();
    let kept = core.library().tracks(&TrackQuery::default()).await.unwrap().items.remove(0);
    let copy = core.library().copies(&kept.id).await.unwrap().remove(0).path;
    let name = copy.trim_start_matches("music/").to_owned();
    let broken = vec![entry(&name, "this is no music".into()).await];
    let report = core.import(broken, &cancel).await.unwrap();
    assert_eq!(report.failed.len(), 1);
    assert!(core.files().metadata(&copy).await.is_ok());
}
