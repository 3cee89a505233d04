//! Folders of the host as accounts.

use std::sync::Arc;

use bridge_memory::{
    MemoryAuthTransport, MemoryFileSystem, MemoryHttpClient, MemoryInstanceLock, MemorySecureStore,
};
use bridge_traits::{BoxStream, FileSystemAccess, FileSystemExt};
use core_async::sync::CancellationToken;
use core_async::time::{Duration, Instant};
use core_service::core_sync::{JobState, SyncCounts, SyncHistoryQuery, SyncReport, SyncTrigger};
use core_service::{Bridges, CoreError, CoreService, Followed};
use futures::StreamExt;

use crate::support::{bridges, wav};

/// Two folders of music on the host.
async fn with_music(files: MemoryFileSystem) -> Arc<MemoryFileSystem> {
    files.write_bytes("one/first.wav", wav(20)).await.unwrap();
    files.write_bytes("two/second.wav", wav(30)).await.unwrap();
    Arc::new(files)
}

async fn core(files: Arc<dyn FileSystemAccess>) -> CoreService {
    let bridges = Bridges {
        files: Some(files),
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
    let core = core(with_music(MemoryFileSystem::new()).await).await;
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

async fn next(followed: &mut BoxStream<'_, Followed>) -> (String, Result<SyncReport, CoreError>) {
    let Followed { account, outcome } = followed.next().await.unwrap();
    (account, outcome)
}

#[core_async::test(start_paused = true)]
async fn a_followed_folder_is_synced_when_something_has_changed() {
    let files = with_music(MemoryFileSystem::new()).await;
    let core = core(files.clone()).await;
    let (one, two) = (core.add_folder("one").await.unwrap(), core.add_folder("two").await.unwrap());
    let cancel = CancellationToken::new();
    let mut followed = core.follow(vec![one.id.clone(), two.id.clone()], &cancel);
    let (first, second) = (one.id.clone(), two.id.clone());
    for _ in 0..2 {
        assert_eq!(next(&mut followed).await.1.unwrap().added, 1);
    }

    // An album that takes a while to come is one change, and the other folder is left alone.
    let start = Instant::now();
    let came = async {
        for pitch in 40..50 {
            files.write_bytes(&format!("two/album/{pitch}.wav"), wav(pitch)).await.unwrap();
            core_async::time::sleep(Duration::from_millis(300)).await;
        }
    };
    let ((), (account, outcome)) = core_async::join!(came, next(&mut followed));
    assert_eq!((account, outcome.unwrap().added), (two.id, 10));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());

    // What cannot be synced is tried again, and watched again.
    files.rename("one/first.wav", "aside.wav").await.unwrap();
    let (account, outcome) = next(&mut followed).await;
    assert_eq!(account, one.id);
    assert!(outcome.unwrap_err().to_string().contains("connect its disk"));
    files.rename("aside.wav", "one/first.wav").await.unwrap();
    assert_eq!(next(&mut followed).await.1.unwrap().unchanged, 1);
    files.write_bytes("one/third.wav", wav(60)).await.unwrap();
    assert_eq!(next(&mut followed).await.1.unwrap().added, 1);

    cancel.cancel();
    assert!(followed.next().await.is_none());
    assert_eq!(core.library().counts().await.unwrap().tracks, 13);

    use JobState::{Completed, Failed};
    use SyncTrigger::{Changed, Opened};
    assert_eq!(history(&core, &second).await, [(Changed, Completed), (Opened, Completed)]);
    // The one between that found nothing has given way.
    let expected = [(Changed, Completed), (Changed, Failed), (Opened, Completed)];
    assert_eq!(history(&core, &first).await, expected);
}

/// Why a folder was synced, and how that ended, the latest first.
async fn history(core: &CoreService, account: &str) -> Vec<(SyncTrigger, JobState)> {
    let query = SyncHistoryQuery { account: Some(account.to_owned()), ..Default::default() };
    let jobs = core.sync_history(&query).await.unwrap().items;
    jobs.iter().map(|job| (job.trigger, job.state())).collect()
}

#[core_async::test]
async fn a_folder_has_a_history_until_it_is_removed() {
    let core = core(with_music(MemoryFileSystem::new()).await).await;
    let (one, two) = (core.add_folder("one").await.unwrap(), core.add_folder("two").await.unwrap());
    let cancel = CancellationToken::new();
    assert_eq!(core.sync(&one.id, &cancel).await.unwrap().added, 1);
    core.sync(&two.id, &cancel).await.unwrap();
    let query = SyncHistoryQuery { account: Some(one.id.clone()), ..Default::default() };
    let job = core.sync_history(&query).await.unwrap().items.remove(0);
    assert_eq!((job.trigger, job.state()), (SyncTrigger::User, JobState::Completed));
    assert_eq!(job.counts.unwrap(), SyncCounts { added: 1, ..SyncCounts::default() });

    let cancelled = CancellationToken::new();
    cancelled.cancel();
    core.sync(&one.id, &cancelled).await.unwrap_err();
    let states: Vec<_> = history(&core, &one.id).await.into_iter().map(|it| it.1).collect();
    assert_eq!(states, [JobState::Cancelled, JobState::Completed]);
    core.remove_account(&one.id).await.unwrap();
    assert_eq!(history(&core, &one.id).await, []);
    assert_eq!(history(&core, &two.id).await.len(), 1, "what is of another folder stays");
}

#[core_async::test(start_paused = true)]
async fn a_followed_folder_that_tells_of_nothing_is_looked_into() {
    let files = with_music(MemoryFileSystem::new().without_watching()).await;
    let core = core(files.clone()).await;
    let one = core.add_folder("one").await.unwrap();
    let cancel = CancellationToken::new();
    let mut followed = core.follow(vec![one.id], &cancel);
    assert_eq!(next(&mut followed).await.1.unwrap().added, 1);
    files.write_bytes("one/second.wav", wav(70)).await.unwrap();
    let start = Instant::now();
    assert_eq!(next(&mut followed).await.1.unwrap().added, 1);
    assert!(start.elapsed() >= Duration::from_secs(300), "{:?}", start.elapsed());
}

#[core_async::test]
async fn a_folder_whose_settings_are_broken_keeps_no_other_from_working() {
    let core = core(with_music(MemoryFileSystem::new()).await).await;
    let one = core.add_folder("one").await.unwrap();
    core.settings().set("cloud.folder.cut", "{".into()).await.unwrap();
    core.settings().set("cloud.folder.odd", true.into()).await.unwrap();
    assert_eq!(core.accounts().await.unwrap(), std::slice::from_ref(&one));
    let cancel = CancellationToken::new();
    assert_eq!(core.sync(&one.id, &cancel).await.unwrap().added, 1);
}
